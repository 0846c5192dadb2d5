"""The files around an import: templates to be filled in, and the table given back with what became of each row."""

from collections.abc import Generator, Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from adit.desk import exports
from adit.desk.import_kinds import KINDS, Kind
from adit.desk.importing import became, stored
from adit.desk.office import Office
from adit.desk.tables import Row, rows
from adit.desk.web.languages import Words
from adit.terms.errors import AditError, NotFound

__all__ = ["report", "template"]

# Of the cells that are to be filled in: where they are text, Excel drops no zeros and no digits
_FORMATS = {"text": "@", "number": "General", "day": "yyyy-mm-dd", "month": "@"}


def template(kind: Kind, form: str, words: Words) -> bytes:
    """An empty table of a kind with its header. Raises NotFound for another form than csv or xlsx."""
    headers = [c.header(words.language) for c in kind.columns]
    if form == "csv":
        delimiter = ";" if words.language == "ru" else ","  # what Excel expects where the language is spoken
        quoted = [f'"{h}"' if delimiter in h else h for h in headers]
        return f"\N{ZERO WIDTH NO-BREAK SPACE}{delimiter.join(quoted)}\r\n".encode()
    if form != "xlsx":
        raise NotFound("There is no such template.")
    return _workbook(kind, headers, words)


def _workbook(kind: Kind, headers: list[str], words: Words) -> bytes:
    _ = words.gettext
    made = BytesIO()
    book = Workbook(made, {"in_memory": True})
    bold, wrapped = (
        book.add_format({"bold": True, "text_wrap": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    table, guide = book.add_worksheet(_(kind.title)[:31]), book.add_worksheet(_("How to fill it in")[:31])
    table.freeze_panes(1, 0)
    for i, column in enumerate(kind.columns):
        table.set_column(i, i, 22, book.add_format({"num_format": _FORMATS[column.kind]}))
        table.write_string(0, i, headers[i], bold)
        table.write_comment(0, i, _(column.hint))
    guide.set_column(0, 3, 30)
    for i, head in enumerate((_("Column"), _("What to write"), _("Example"), _("Needed"))):
        guide.write_string(0, i, head, bold)
    for row, column in enumerate(kind.columns, start=1):
        needed = _("yes") if column.needed else _("no")
        for i, text in enumerate((headers[row - 1], _(column.hint), column.example, needed)):
            guide.write_string(row, i, text, wrapped)
    book.close()
    return made.getvalue()


def report(office: Office, job: dict[str, Any], words: Words) -> Iterator[exports.Row]:
    """Every row of a job with what became of it and, while its file is there, what stood in it."""
    _, kind = words.gettext, KINDS[job["arguments"]["table"]]
    yield [
        _("Row"), _("What became of it"), _("Entry"), _("Id"), _("What is wrong"), _("What to do"),
        *(c.header(words.language) for c in kind.columns),
    ]  # fmt: skip
    there, after = Row(0, {}), 0
    with closing(_originals(office, job, kind, words)) as originals:
        while page := became(office, job["id"], after=after):
            for held in page:
                while there.number < held["row"]:
                    there = next(originals, Row(2**31, {}))
                cells = there.cells if there.number == held["row"] else {}
                yield [
                    held["row"], _(held["state"]), held["entry"], held["id"], held["said"], held["todo"], *(cells.get(c.name, "") for c in kind.columns),
                ]  # fmt: skip
            after = page[-1]["row"]


def _originals(office: Office, job: dict[str, Any], kind: Kind, words: Words) -> Generator[Row, None, None]:
    """The rows of the file of a job, as far as they can still be had."""
    try:
        with stored(office, job["arguments"], words) as file, closing(rows(file, kind.columns, words)) as found:
            yield from found
    except AditError:
        return
