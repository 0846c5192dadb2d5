"""Payments of foreign trade in digital currency, followed from the contract to the chain under the regime of the day.

Not for custody: no key, no signature and no coin passes through here, and nothing can be written down without screening receipts.
"""
