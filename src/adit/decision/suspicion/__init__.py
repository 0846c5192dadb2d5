"""Signs of laundering: dated rules over what register, audit and chain show, and the case that people make of them.

Not for a verdict, and not learned from examples: every alert names its rule, its threshold, its figures and its evidence.
"""
