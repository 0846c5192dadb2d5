"""Energy, hashes, coins and chain held together: what cannot be true at once.

Not the law's answer.
"""
