"""What is said of a script: who holds it, by whose word, as of which day. A label is only as good as what it rests on, so that is kept with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from adit.terms.errors import BadInput

__all__ = ["BASES", "KINDS", "Label", "solid"]

KINDS = ("listed", "exchange", "mixer", "declared", "pool")
BASES = ("list entry", "signed declaration", "pool list", "heuristic")


@dataclass(frozen=True, slots=True)
class Label:
    """One label. `entry` is where it stands: the number of a list entry, of a declaration, of a case. Raises BadInput for an unknown word."""

    name: str
    kind: str  # of KINDS
    basis: str  # of BASES
    entry: str = ""
    content_date: date | None = None  # of the list or declaration, as it says itself; None where it does not

    def __post_init__(self) -> None:
        for word, known, what in ((self.kind, KINDS, "kind"), (self.basis, BASES, "basis")):
            if word not in known:
                raise BadInput(f"'{word}' is no {what} of a label.", todo=f"Known: {', '.join(known)}.")
        if not self.name.strip():
            raise BadInput("A label names nobody.", todo="Give the name under which the script is listed or known.")


def solid(labels: Mapping[bytes, Label], kinds: Iterable[str]) -> dict[bytes, Label]:
    """Those of these kinds that rest on more than a heuristic: only they can carry a finding."""
    wanted = set(kinds)
    return {script: label for script, label in labels.items() if label.kind in wanted and label.basis != "heuristic"}
