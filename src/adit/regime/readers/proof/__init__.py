"""The `proof` reader: an act on one day or in one month as formulas of z3, so that a question is settled for all cases at once.

Nothing imports it before a proof is asked for; these are the only modules that know z3. Not here: which questions are worth
asking of an act (`proofs`).
"""

from adit.regime.readers.proof.asking import SECONDS
from adit.regime.readers.proof.differences import equal
from adit.regime.readers.proof.questions import (
    Change,
    Cliff,
    Overlap,
    cliffs,
    monotone,
    overlaps,
    reachable,
    undecidable,
    value_of,
    what_if,
)

__all__ = [
    "SECONDS",
    "Change",
    "Cliff",
    "Overlap",
    "cliffs",
    "equal",
    "monotone",
    "overlaps",
    "reachable",
    "undecidable",
    "value_of",
    "what_if",
]
