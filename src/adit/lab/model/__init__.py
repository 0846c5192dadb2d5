"""The model itself: machines, slots, power prices and law, month by month, for many draws of what is not known.

Not for reading law or scenarios: both come in as arrays (`Inputs`), and what comes out is arrays (`Outcome`).
"""
