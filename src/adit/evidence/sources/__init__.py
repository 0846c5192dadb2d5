"""One module a source: it reads what was published, as it was published, and says where it comes from.

Not for computing what follows from it.
"""
