"""Decisions as they are kept and told: a form that stays readable when act and program are long gone.

Not for deciding.
"""
