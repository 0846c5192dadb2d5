"""The keystone: facts meet law, and only here. Gathers the facts of a case, applies the regime of the day, gives reasons.

Not for: storing law, or correcting facts.
"""
