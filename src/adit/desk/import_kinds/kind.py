"""What a kind of table is: its columns, how a row is read, and which rows the register holds already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.desk.import_kinds.cells import Cells, Wrong
from adit.desk.import_kinds.surroundings import Surroundings
from adit.desk.tables import Column
from adit.desk.web.languages import Words
from adit.register.records import Record
from adit.register.store import Books

__all__ = ["Kind", "Line", "Query"]

Query = Callable[[str, Sequence[Any]], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Line:
    """What a row states. `once` is what no other row may say of the same."""

    row: int
    once: str
    records: tuple[tuple[str, Record], ...]
    since: date
    until: date | None = None


def _state(books: Books, line: Line, _today: date) -> int:
    return min(books.state(i, r, since=line.since, until=line.until, new=True).seq for i, r in line.records)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table. `there` tells which rows the register holds already; `used`, which records others rest on by now."""

    name: str
    title: str
    lead: str
    columns: tuple[Column, ...]
    read: Callable[[Cells, Surroundings], Line]
    there: Callable[[Query, Sequence[Line], Surroundings], dict[int, Wrong]] = lambda _query, _lines, _around: {}
    used: Callable[[Query, Sequence[tuple[str, int]], Words], dict[str, Wrong]] = lambda _query, _ids, _words: {}
    enter: Callable[[Books, Line, date], int] = _state  # the first entry that a row led to
    entries: int = 1  # that a row leads to
    officers: bool = False  # alone may bring it; it is of no party
