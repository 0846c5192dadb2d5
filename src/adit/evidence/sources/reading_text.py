"""CSV and Excel files of readings as a header and rows of text, streamed: UTF-8, UTF-16 or the Windows letters of Russian."""

import codecs
import csv
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from adit.evidence.sources.reading_rows import Line
from adit.evidence.sources.workbook import COLUMNS_MAX, sheet
from adit.terms.errors import BadInput

__all__ = ["TextTable", "open_csv", "open_workbook"]

_BLOCK = 1 << 20
_FAULTS = {
    "error": "the cell holds an error of Excel",
    "uncomputed": "the formula was never worked out",
    "digits": "Excel has dropped digits of the number",
    "long": "the cell holds too much text",
}
_EMPTY = "The file is empty."


class TextTable:
    """A table that is open: its header, what its rows are, and whether a comma in a number can be a decimal point."""

    def __init__(self, header: list[str], lines: Iterator[Line], *, comma: bool) -> None:
        self.header, self.lines, self.comma = header, lines, comma


@contextmanager
def open_csv(file: Path) -> Iterator[TextTable]:
    """A CSV file, parted by semicolons, tabs or commas as its header says. Raises BadInput for a file that is no text."""
    with file.open(encoding=_encoding(file), errors="replace", newline="") as text:
        number, first = 0, ""
        for number, first in enumerate(text, start=1):  # noqa: B007 - the header is the first line that says something
            if first.strip() and not first.startswith("sep="):
                break
        if not first.strip():
            raise BadInput(_EMPTY, where=str(file), todo="Export it again.")
        delimiter = next((d for d in ";\t" if d in first), ",")
        header = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter))]
        yield TextTable(header, _lines(text, number, delimiter, header), comma=delimiter != ",")


def _lines(text: Iterator[str], number: int, delimiter: str, header: list[str]) -> Iterator[Line]:
    width = len(header)
    for row, line in enumerate(text, start=number + 1):
        bare = line.rstrip("\r\n")
        if '"' in bare:
            try:
                cells = next(csv.reader([bare], delimiter=delimiter, strict=True))
            except csv.Error:
                yield Line(row, (), "a quotation mark is not closed, or stands inside a word", header[0])
                continue
        else:
            cells = bare.split(delimiter)
        if len(cells) == width:
            yield Line(row, cells)
        elif bare.strip(f"{delimiter} "):
            yield Line(
                row, (), f"it has {len(cells)} cells, the header has {width}", header[min(len(cells), width) - 1]
            )


def _encoding(file: Path) -> str:
    """The encoding of a text, by all of it: a Russian letter may stand in the last line."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    utf8, began = True, False
    with file.open("rb") as raw:
        while block := raw.read(_BLOCK):
            if not began and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            began = True
            if b"\0" in block:
                raise BadInput("This is no text.", where=str(file), todo="Give CSV, Parquet or .xlsx.")
            if len(block) == _BLOCK and b"\n" not in block and b"\r" not in block:
                raise BadInput("A line is longer than a row of a table can be.", where=str(file), todo="Look at it in a text editor.")  # fmt: skip
            try:
                decode(block)
            except UnicodeDecodeError:
                utf8 = False
                break
    if not began:
        raise BadInput(_EMPTY, where=str(file), todo="Export it again.")
    return "utf-8-sig" if utf8 else "cp1251"


@contextmanager
def open_workbook(file: Path) -> Iterator[TextTable]:
    """The first sheet of an Excel file. Raises BadInput for what is no workbook, or one that cannot be read as a table."""
    with file.open("rb") as raw, closing(sheet(raw)) as rows:
        try:
            _, cells, _ = next(rows, (0, {}, {}))
            if not cells:
                raise BadInput(_EMPTY, todo="Export it again.")
            header = [cells.get(i, "").strip() for i in range(max(cells) + 1)]
            if len(header) > COLUMNS_MAX:
                raise BadInput(f"The sheet has more than {COLUMNS_MAX} columns.", todo="Save it as CSV.")
            yield TextTable(header, _of_sheet(rows, header), comma=True)
        except BadInput as error:
            raise BadInput(error.what, where=error.where or str(file), todo=error.todo) from error


def _of_sheet(rows: Generator[tuple[int, dict[int, str], dict[int, str]], None, None], header: list[str]) -> Iterator[Line]:  # fmt: skip
    for number, cells, faults in rows:
        bad = next(((at, fault) for at, fault in faults.items() if fault in _FAULTS and at < len(header)), None)
        if bad is not None:
            yield Line(number, (), _FAULTS[bad[1]], header[bad[0]])
        elif cells and max(cells) >= len(header):
            yield Line(number, (), "it has cells outside the columns", header[-1])
        else:
            yield Line(number, [cells.get(i, "") for i in range(len(header))])
