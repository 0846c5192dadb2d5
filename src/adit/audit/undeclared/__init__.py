"""Which connections look as if machines were mining behind them: from interval readings of many meters to a ranked list with reasons.

Not for the answer of the law, and never evidence by itself: a score starts a case, and an inspection closes it.
"""
