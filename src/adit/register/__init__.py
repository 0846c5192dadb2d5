"""Who mines, with what, where, as known on a day: records that follow from the journal.

Not for judging (`decision`), and not for evidence from outside (`evidence`).
"""
