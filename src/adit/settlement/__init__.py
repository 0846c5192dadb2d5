"""Payments of foreign trade in digital currency, followed from the contract to the chain under the regime of the day.

No key, no signature and no coin passes through here; a settlement without screening receipts cannot be written down.
"""
