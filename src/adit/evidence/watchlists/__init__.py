"""Lists of persons, organisations, vessels and addresses as their publishers give them: entries whole, nothing corrected, nothing dropped.

Whether somebody is on a list is for screening to say.
"""
