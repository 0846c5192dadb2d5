"""Rows of a publisher's CSV, by the names of its columns; a column that is due and absent is a change of the format, never a blank."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adit.terms.errors import BadInput

__all__ = ["Rows", "rows_of"]

Row = dict[str, str]
_ADVICE = "The file broke off or its format changed. Fetch it again; if it stays so, this reader has to be brought up to date."
_CELL_MAX = 1 << 20  # statements of reasons are long


@dataclass(frozen=True, slots=True)
class Rows:
    """The columns as the header has them, and the rows with the line on which each ends."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Row], ...]


def rows_of(text: str, required: Sequence[str], *, delimiter: str = ",", first_line: int = 1) -> Rows:
    """The table in a text. Raises BadInput for a missing column and for a row with another number of cells."""
    csv.field_size_limit(_CELL_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = tuple(c.strip() for c in next(reader, []))
        if missing := [c for c in required if c not in header]:
            raise BadInput(f"The file lacks the column {', '.join(missing)}.", todo=_ADVICE)
        if twice := sorted({c for c in header if c and header.count(c) > 1}):
            raise BadInput(f"The file has the column {', '.join(twice)} twice.", todo=_ADVICE)
        return Rows(header, tuple(_rows(reader, header, first_line)))
    except csv.Error as error:
        raise BadInput(f"The file breaks off or is not CSV ({error}).", todo=_ADVICE) from error


def _rows(reader: Iterator[list[str]], header: tuple[str, ...], first_line: int) -> Iterator[tuple[int, Row]]:
    for cells in reader:
        line = first_line + reader.line_num - 1  # type: ignore[attr-defined]
        if not any(c.strip() for c in cells):
            continue
        if len(cells) != len(header):
            raise BadInput(f"Line {line} has {len(cells)} cells, the header {len(header)}.", todo=_ADVICE)
        yield line, dict(zip(header, (c.strip() for c in cells), strict=True))
