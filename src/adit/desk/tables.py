"""Tables that people send: CSV or Excel, read row by row as text, under column names in their own language.

What a file is follows from its content, never from its name. The first row that is not empty names the columns. Not for what the rows mean.
"""

import csv
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from adit.desk.web.languages import Words
from adit.evidence.sources.workbook import CELL_MAX, COLUMNS_MAX, Cells, Faults, sheet
from adit.terms.errors import BadInput

__all__ = ["Column", "Row", "kind_of", "rows"]

ROWS_MAX = 200_000
_LINE_MAX = 100_000  # characters of a row of CSV
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header in both languages, what to write there. `kind`: text, number, day, month."""

    name: str
    en: str
    ru: str
    kind: str
    hint: str  # a message
    example: str
    needed: bool = True
    others: tuple[str, ...] = ()  # headers that are understood too

    def header(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the number that its program shows. `wrong`: what cannot be read in it, and what to do about that."""

    number: int
    cells: dict[str, str]
    wrong: tuple[tuple[str, str], ...] = ()


def kind_of(file: BinaryIO, words: Words) -> str:
    """Whether a file is csv or xlsx, by its content. Raises BadInput for anything else."""
    _ = words.gettext
    file.seek(0)
    start = file.read(_BLOCK)
    file.seek(0)
    if start[:4] == b"PK\x03\x04":
        return "xlsx"
    other = next((name for mark, name in _OTHERS if start.lstrip()[: len(mark)].lower() == mark.lower()), "")
    match other:
        case "old":
            raise BadInput(
                _("This is an old Excel file (.xls), or one with a password."),
                todo=_("Save it in Excel as .xlsx without a password, or as CSV."),
            )
        case "pdf" | "page":
            raise BadInput(
                _("This is a PDF and no table.") if other == "pdf" else _("This is a web page and no table."),
                todo=_("Send the table as .xlsx or .csv."),
            )
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadInput(_("The file is empty."), todo=_("Fill in the template, and send that."))
    if b"\0" in start:
        raise BadInput(_("This is neither Excel nor CSV."), todo=_("Send the table as .xlsx or .csv."))
    return "csv"


_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "old"), (b"%PDF", "pdf"), (b"<!doctype", "page"), (b"<html", "page"), (b"<?xml", "page"),
)  # fmt: skip


def rows(file: BinaryIO, columns: Sequence[Column], words: Words) -> Generator[Row, None, None]:
    """The rows below the header that are not empty.

    Raises BadInput for a file that is no table, for columns that are unknown, missing or there twice, and for a table without rows.
    """
    _, count = words.gettext, 0
    with closing(_xlsx(file, words) if kind_of(file, words) == "xlsx" else _csv(file, columns, words)) as found:
        _number, header, faults = next(found, (0, {}, {}))
        if not header:
            raise BadInput(_("The file is empty."), todo=_("Fill in the template, and send that."))
        names = _header(header, {c: f for c, f in faults.items() if f != "day"}, columns, words)
        for number, cells, faults in found:
            count += 1
            if count > ROWS_MAX:
                raise BadInput(
                    _("The table has more than {n} rows.", n=words.number(ROWS_MAX)),
                    todo=_("Divide it into several files."),
                )
            wrong = tuple(_wrong(cells, faults, names, words))
            yield Row(number, {names[i].name: text for i, text in cells.items() if i in names}, wrong)
    if not count:
        raise BadInput(_("The table has a header and no rows."), todo=_("Fill it in, and send it again."))


def _header(header: Cells, faults: Faults, columns: Sequence[Column], words: Words) -> dict[int, Column]:
    """Which column stands where."""
    _, language = words.gettext, words.language
    known = {_folded(text): c for c in columns for text in (c.name, c.en, c.ru, *c.others)}
    known |= {_folded(text.partition(",")[0]): c for c in columns for text in (c.en, c.ru)}
    names: dict[int, Column] = {}
    unknown: list[str] = []
    for index, text in header.items():
        column = known.get(_folded(text))
        if column is None or index in faults:
            unknown.append(text)
        elif column in names.values():
            raise BadInput(_("The column {name} is there twice.", name=_quoted(text)), todo=_("Remove one of the two."))
        else:
            names[index] = column
    missing = [c for c in columns if c.needed and c not in names.values()]
    if unknown and len(missing) == sum(c.needed for c in columns):
        raise BadInput(
            _("The first row does not name the columns: it holds {names}.", names=_listed(unknown)),
            todo=_("Begin the table with the header of the template."),
        )
    if unknown:
        spellings = {_folded(c.header(language)): c.header(language) for c in columns if c not in names.values()}
        near = get_close_matches(_folded(unknown[0]), list(spellings), n=1, cutoff=0.6)
        raise BadInput(
            _("These columns are not known: {names}.", names=_listed(unknown)),
            todo=_("Did you mean {name}?", name=_quoted(spellings[near[0]]))
            if near
            else _("Known are: {names}. Rename the columns, or remove them.", names=_listed([c.header(language) for c in columns])),
        )  # fmt: skip
    if missing:
        raise BadInput(
            _("These columns are missing: {names}.", names=_listed([c.header(language) for c in missing])),
            todo=_("Add them to the first row; the template has all of them."),
        )
    return names


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("ё", "е").replace("_", " ")))


def _quoted(text: str) -> str:
    return f"«{text[:60]}»"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(_quoted, texts[:12])) + (" …" if len(texts) > 12 else "")


def _wrong(cells: Cells, faults: Faults, names: dict[int, Column], words: Words) -> Iterator[tuple[str, str]]:
    """What cannot be read in a row, with the column in the words of its reader."""
    _ = words.gettext
    for index, fault in faults.items():
        if index not in names:
            continue
        text, header = cells.get(index, "")[:60], _quoted(names[index].header(words.language))
        match fault:
            case "day" if names[index].kind in ("text", "number"):
                yield (
                    _("{column}: Excel holds a day here ({text}).", column=header, text=text),
                    _("Format the column as text or number, and type the value anew."),
                )
            case "error":
                yield (
                    _("{column}: the cell holds an error ({text}).", column=header, text=text),
                    _("Write the value in place of the formula."),
                )
            case "uncomputed":
                yield (
                    _("{column}: the formula was never worked out.", column=header),
                    _("Open the file in Excel, save it, and send it again."),
                )
            case "digits":
                yield (
                    _("{column}: Excel has dropped digits of this number ({text}).", column=header, text=text),
                    _("Format the column as text, and type the number anew."),
                )
            case "long":
                yield (
                    _("{column}: the cell holds more than {n} characters.", column=header, n=words.number(CELL_MAX)),
                    _("Shorten it."),
                )
    extra = [text for index, text in cells.items() if index not in names]
    if extra:
        yield (
            _("The row has cells outside the columns: {texts}.", texts=_listed(extra)),
            _("Remove them, or name their column in the first row."),
        )


def _xlsx(file: BinaryIO, words: Words) -> Generator[tuple[int, Cells, Faults], None, None]:
    """The rows of a workbook; what is wrong with it is said in the language of the reader."""
    try:
        yield from sheet(file)
    except BadInput as error:
        raise BadInput(words.told(error.what), todo=words.told(error.todo)) from error


# CSV --------------------------------------------------------------------------------------------------------------
def _csv(file: BinaryIO, columns: Sequence[Column], words: Words) -> Generator[tuple[int, Cells, Faults], None, None]:
    """The records of a CSV that are not empty, numbered as a spreadsheet would."""
    _ = words.gettext
    file.seek(0)
    text = TextIOWrapper(file, encoding=_encoding(file, words), newline="")
    try:
        first = next((line for line in islice(_lines(text, words), 1000) if line.strip()), "")
        delimiter = _delimiter(first, columns)
        text.seek(0)
        reader = csv.reader(_lines(text, words), delimiter=delimiter, strict=True)
        number = 0
        while True:
            number += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadInput(
                    _("Row {row} cannot be read: a quotation mark is not closed, or stands inside a word.", row=number),
                    todo=_("Correct the row, or save the table as .xlsx."),
                ) from error
            cells = {min(i, COLUMNS_MAX): cell[:CELL_MAX] for i, cell in enumerate(record) if cell and cell.strip()}
            if cells:
                yield number, cells, {i: "long" for i, cell in enumerate(record) if len(cell) > CELL_MAX}
    finally:
        text.detach()  # the file is whose it was


def _encoding(file: BinaryIO, words: Words) -> str:
    """UTF-8, or else what Windows writes in Russian. Raises BadInput where it is neither."""
    _ = words.gettext
    for encoding in ("utf-8-sig", "cp1251"):
        file.seek(0)
        text = TextIOWrapper(file, encoding=encoding, newline="")
        try:
            while block := text.read(_BLOCK):
                if "\0" in block:
                    raise BadInput(_("This is neither Excel nor CSV."), todo=_("Send the table as .xlsx or .csv."))
        except UnicodeDecodeError:
            continue
        finally:
            text.detach()
        file.seek(0)
        return encoding
    raise BadInput(
        _("The letters of this file cannot be read."), todo=_("Save it as CSV UTF-8, or as .xlsx."),
    )  # fmt: skip


def _lines(text: TextIOWrapper, words: Words) -> Iterator[str]:
    """The lines, none of them longer than a row may be."""
    number = 0
    while line := text.readline(_LINE_MAX):
        number += 1
        if len(line) == _LINE_MAX:
            raise BadInput(
                words.gettext("Line {row} is longer than a row of a table can be.", row=number),
                todo=words.gettext("Look at it in a text editor: perhaps the ends of lines are missing."),
            )
        yield line


def _delimiter(first: str, columns: Sequence[Column]) -> str:
    """What parts the cells: the sign by which most of the first row are names of columns, else the commonest."""
    known = {
        _folded(text)
        for c in columns
        for text in (c.name, c.en, c.ru, c.en.partition(",")[0], c.ru.partition(",")[0], *c.others)
    }

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter))
        except (csv.Error, StopIteration):
            return 0, 0
        return sum(_folded(cell) in known for cell in cells), len(cells)

    return max(";,\t", key=fits)
