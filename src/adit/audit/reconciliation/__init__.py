"""Declared coins held against coins received: which line is which receipt, what is left over on either side, and who paid.

Not for the question whether so many coins can have been mined, which is plausibility; and never for a verdict: a leftover starts a question.
"""
