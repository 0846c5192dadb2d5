"""What a live source gives before it is kept: the new table, what is new in it, and how far it reaches."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

__all__ = ["Draft", "rows_of"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole table that could take the place of the one that is held. Without changes there is nothing to keep."""

    content: bytes
    period: str
    known_to: date
    origin: tuple[str, ...]
    changes: tuple[str, ...]


def rows_of(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a table that was checked before, cells as they are written."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows
