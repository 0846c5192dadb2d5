"""Readers of the one tree: `case` on Python's integers, which is the meaning; `sql` and `arrays` for
populations; `proof` for all cases at once.

Not for: how a rule is written, or what it says. A new reader must agree with `case` on every act (tests/regime).
"""
