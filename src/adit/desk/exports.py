"""Lists as files for a spreadsheet, CSV and XLSX: written row by row, exact, and with no cell that a spreadsheet would take for a formula.

What is held in memory does not grow with the rows. They are `taken` from the database first and wait on disk, so that neither the making of
a file nor whoever reads it slowly keeps a connection.
"""

import csv
import pickle
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi.responses import StreamingResponse
from xlsxwriter import Workbook

from adit.desk.office import Office
from adit.desk.web.languages import Words
from adit.terms.errors import BadInput

__all__ = ["FORMATS", "Cell", "Row", "csv_of", "download", "preamble", "safe", "taken", "xlsx_of"]

Cell = str | int | Decimal | date | None
Row = Sequence[Cell]
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide ones count in East Asia
_BLOCK = 1 << 16
_IN_MEMORY = 1 << 20  # of a file, before it goes to disk
SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576
CELL_SIGNS = 32_767  # a cell holds no more
EXACT_DIGITS = 15  # of a number in a spreadsheet, which keeps it as a float


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_of(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as CSV in UTF-8, with the mark by which Excel knows it; numbers with a point, days as 2025-02-01."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    held = ["\N{ZERO WIDTH NO-BREAK SPACE}"]
    size = 0
    for row in rows:
        writer.writerow([_in_csv(value) for value in row])
        held.append(line.getvalue())
        size += len(held[-1])
        line.seek(0)
        line.truncate()
        if size > _BLOCK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def xlsx_of(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as an Excel file; after a million of them it goes on in another sheet."""
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        _write_workbook(file, rows)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def preamble(
    office: Office, words: Words, title: str, *, on: date, known: int, asked: Sequence[tuple[str, str]]
) -> list[Row]:
    """The head of an export: whose it is, of which day, as known when, of what was asked, and under which regime."""
    _ = words.gettext
    return [
        (
            office.settings.name(words.language),
            _("Demonstration: the people are invented.") if office.settings.demo else None,
        ),
        (title, None),
        (_("State on the day"), on),
        (_("As known at entry"), known),
        (_("Filter"), "; ".join(f"{label}: {value}" for label, value in asked) or _("none")),
        (_("Regime"), f"{office.regime.id} {office.regime.digest}"),
        (),
    ]


def taken(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, taken one and all before this returns; they wait on disk, and are given back once."""
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by whoever reads it to its end
    for row in rows:
        pickle.dump(tuple(row), file)  # of our own making, and read back by nobody else
    file.seek(0)
    return _back(file)


def _back(file: IO[bytes]) -> Iterator[Row]:
    with file:
        while True:
            try:
                row: Row = pickle.load(file)
            except EOFError:
                return
            yield row


def download(name: str, form: str, rows: Iterable[Row]) -> StreamingResponse:
    """The rows as a file of this form, csv or xlsx; they are taken before this returns. Raises BadInput for another form."""
    if form not in FORMATS:
        raise BadInput(f"Lists are not written as '{form}'.", where="format", todo="Ask for csv or xlsx.")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    held = taken(rows)
    blocks = csv_of(held) if form == "csv" else xlsx_of(held)
    return StreamingResponse(blocks, media_type=FORMATS[form], headers=headers)


def _in_csv(value: Cell) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case str():
            return safe(value)
    return str(value)


def _write_workbook(file: IO[bytes], rows: Iterable[Row]) -> None:
    workbook = Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet, at = None, 0
    for row in rows:
        if sheet is None or at == SHEET_ROWS:
            sheet, at = workbook.add_worksheet(), 0
            sheet.set_column(0, 50, 18)
        for column, value in enumerate(row):
            match value:
                case None:
                    pass
                case date():
                    sheet.write_datetime(at, column, value)
                case str():
                    sheet.write_string(at, column, _cut(safe(value)))
                case _ if len(Decimal(value).as_tuple().digits) <= EXACT_DIGITS:
                    sheet.write_number(at, column, value)
                case _:
                    sheet.write_string(at, column, f"{value:f}" if isinstance(value, Decimal) else str(value))
        at += 1
    if sheet is None:
        workbook.add_worksheet()
    workbook.close()


def _cut(text: str) -> str:
    return text if len(text) <= CELL_SIGNS else f"{text[: CELL_SIGNS - 1]}…"
