"""Append-only entries: what was said of what, by whose hand, in which order, in a hash tree that proves nobody rewrote it.

Not for what an entry means (`register`), and not for logs of the process.
"""
