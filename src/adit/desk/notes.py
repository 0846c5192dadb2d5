"""Reasons as numbered notes, the way a printed table has them: said once under the regime, named by a letter in each cell.

Thousands of cells rest on a few dozen reasons. A letter in the cell keeps the reason within reach on paper and without
JavaScript.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from adit.decision.comparison import Cell
from adit.desk.words import tone

__all__ = ["CellView", "Note", "Notes"]


@dataclass(frozen=True, slots=True)
class Note:
    """One answer of a regime with its reason and article, and the letter under which cells name it."""

    anchor: str
    letter: str
    tone: str
    answer: str
    because: str
    cites: str


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as it is drawn: the sign, the answer, and the note that gives the reason."""

    tone: str
    answer: str
    note: Note


class Notes:
    """The notes of each regime, in the order in which the page first needs them."""

    def __init__(self, regimes: Iterable[str]) -> None:
        self._keys = {regime: i for i, regime in enumerate(regimes, start=1)}
        self._notes: dict[str, dict[tuple[str, str, str, str], Note]] = {regime: {} for regime in self._keys}

    def view(self, cell: Cell) -> CellView:
        """The cell with its note; the same reason gets the same letter."""
        known = self._notes[cell.regime]
        key = (cell.tone, cell.answer, cell.because, cell.cites)
        if key not in known:
            letter = _letters(len(known))
            anchor = f"n-{self._keys[cell.regime]}-{letter}"
            known[key] = Note(anchor, letter, tone(cell.tone), cell.answer, cell.because, cell.cites)
        note = known[key]
        return CellView(note.tone, note.answer, note)

    def of(self, regime: str) -> list[Note]:
        return list(self._notes[regime].values())


def _letters(index: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
