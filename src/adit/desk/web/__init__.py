"""The shell of the desk: who is there, what they may, how a page is made and guarded.

Not for what an office does (`register/procedures`), nor for the pages themselves (`pages`).
"""
