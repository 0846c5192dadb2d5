"""Screening of parties, owners, banks, vessels and addresses against lists: always on, and closed wherever it cannot be sure.

Not for deciding: it finds and explains, and what follows from a hit is for people and for the law to say.
"""
