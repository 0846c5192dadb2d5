"""Which decisions a third person looks at again: one in twenty, drawn by the hash of the entry that made the decision.

The hash holds a salt that is not known before the entry is made, so that nobody chooses; and it stands in the journal, so that anybody can
work out afterwards which ones had to be looked at.
"""

__all__ = ["ONE_IN", "is_sampled"]

ONE_IN = 20


def is_sampled(leaf_hash: bytes) -> bool:
    """Whether the decision of this entry is looked at again."""
    assert len(leaf_hash) == 32, "a hash of the journal has 32 bytes"
    return int.from_bytes(leaf_hash[:4], "big") % ONE_IN == 0
