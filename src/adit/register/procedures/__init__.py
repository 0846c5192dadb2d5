"""What an office does with its records, step by step: what may follow what, and by how many hands.

Each step is a function over `Books`, called within one transaction. Not for the law: terms, grounds and articles are given by the caller.
"""
