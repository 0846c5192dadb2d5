"""Scenarios of a network: what no shipped series says, in files that can be read, changed and given back.

Not for measured figures: those come from evidence.
"""
