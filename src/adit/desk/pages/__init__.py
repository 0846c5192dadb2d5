"""The pages of the desk, a module for each part of the office. A `router` in a module here is found by the application.

Not for rules of any kind: a page asks `decision`, `register` and `journal`, and shows what they say.
"""
