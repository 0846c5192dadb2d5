"""How a table is read: cells as text with their line, a header that is checked once, numbers that are never guessed."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from adit.terms.errors import BadInput, BadRows, RowProblem

__all__ = [
    "DATA",
    "CellError",
    "Cells",
    "Table",
    "day_in",
    "decimal_of",
    "digest",
    "given",
    "read_table",
    "shipped",
    "text_of",
    "true_or_false",
    "whole_number_of",
]

DATA = Path(__file__).parents[2] / "data"
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?", re.ASCII)
Cells = dict[str, str]  # the cells of one row, by column
_Row = TypeVar("_Row")
_Value = TypeVar("_Value")


class CellError(ValueError):
    """One cell that cannot be used; `column` is where, the message is why. A table turns it into a RowProblem."""

    def __init__(self, column: str, problem: str) -> None:
        self.column = column
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a CSV file as text, with the line on which each begins (the header is line 1)."""

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]
    problems: tuple[RowProblem, ...]  # rows with more or fewer cells than the header

    def read(self, row: Callable[[Cells], _Row]) -> tuple[list[_Row], list[RowProblem]]:
        """Each row through `row`; where that raises CellError, a problem with its line instead."""
        found: list[_Row] = []
        problems = list(self.problems)
        for line, cells in self.rows:
            try:
                found.append(row(cells))
            except CellError as bad:
                problems.append(RowProblem(line, bad.column, str(bad)))
        return found, sorted(problems, key=lambda p: p.line)

    def read_all(self, row: Callable[[Cells], _Row]) -> list[_Row]:
        """Each row through `row`. Raises BadRows when any cannot be read."""
        found, problems = self.read(row)
        if problems:
            raise BadRows(self.source, problems, self.total)
        return found

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.problems)


def shipped(name: str) -> Path:
    """The path of a file that is shipped with Adit, by its name in the catalogue: 'sites/russia_sites.csv'."""
    return DATA / name


def digest(path: Path) -> str:
    """The SHA-256 of a file: which file it was, long after its name was used again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_table(path: Path, required: Sequence[str]) -> Table:
    """The table in a UTF-8 CSV file. Raises BadInput when it cannot be opened or lacks a required column."""
    source = str(path.relative_to(DATA)) if path.is_relative_to(DATA) else str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"The file cannot be read ({error.strerror}).", where=source, todo="Check the path.") from error
    except UnicodeDecodeError as error:
        raise BadInput("The file is not UTF-8.", where=source, todo="Save it as 'CSV UTF-8' and try again.") from error
    try:
        lines = list(_lines(text))
    except csv.Error as error:
        raise BadInput(f"The file is not CSV ({error}).", where=source) from error
    columns = tuple(lines[0][1]) if lines else ()
    if missing := [c for c in required if c not in columns]:
        several = "columns are" if len(missing) > 1 else "column is"
        raise BadInput(
            f"The {several} missing: {', '.join(missing)}.",
            where=source,
            todo="The header is separated by semicolons: save the file with commas."
            if ";" in ",".join(columns)
            else f"The header has: {', '.join(columns) or 'nothing'}.",
        )
    if twice := sorted({c for c in columns if columns.count(c) > 1}):
        raise BadInput(f"The header repeats a column: {', '.join(twice)}.", where=source, todo="Rename one of them.")
    rows = tuple(
        (n, dict(zip(columns, (c.strip() for c in cells), strict=True)))
        for n, cells in lines[1:]
        if len(cells) == len(columns)
    )
    problems = tuple(
        RowProblem(n, columns[min(len(cells), len(columns)) - 1], f"{len(cells)} cells, the header has {len(columns)}")
        for n, cells in lines[1:]
        if len(cells) != len(columns)
    )
    return Table(source, columns, rows, problems)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def decimal_of(cells: Cells, column: str) -> Decimal | None:
    """The number in a cell, exactly as written; None where the cell is blank or the column absent."""
    text = cells.get(column, "")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        advice = f"; write {text.replace(',', '.')}" if _NUMBER.fullmatch(text.replace(",", ".")) else ""
        raise CellError(column, f"'{text}' is not a number{advice}")
    return Decimal(text)


def day_in(cells: Cells, column: str) -> date | None:
    """The day in a cell, written 2025-05-01; None where it is blank."""
    text = cells.get(column, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CellError(column, f"'{text}' is not a day; write it as 2025-05-01") from error


def whole_number_of(cells: Cells, column: str, *, times: int = 1, unit: str = "") -> int | None:
    """A number not below zero that, `times` over, is whole: 11.2 MW is 11200 kW. None where the cell is blank."""
    number = decimal_of(cells, column)
    if number is None:
        return None
    if number < 0:
        raise CellError(column, f"{number} is below zero")
    if number * times != int(number * times):
        raise CellError(column, f"{number} is not a whole number{f' of {unit}' if unit else ''}")
    return int(number * times)


def given(cells: Cells, column: str, read: Callable[[Cells, str], _Value | None]) -> _Value:
    """The value that `read` finds in a cell that may not be blank."""
    value = read(cells, column)
    if value is None:
        raise CellError(column, "the value is missing")
    return value


def text_of(cells: Cells, column: str) -> str | None:
    """The text in a cell; None where it is blank."""
    return cells.get(column) or None


def true_or_false(cells: Cells, column: str) -> bool | None:
    """Yes, no, or None where the cell is blank: not asked is not no."""
    text = cells.get(column, "").lower()
    if text not in ("true", "false", ""):
        raise CellError(column, f"'{cells[column]}' is neither true nor false")
    return {"true": True, "false": False}.get(text)
