"""The first sheet of an Excel workbook, read cell by cell as exact text. What is in the file is a stranger's: nothing in it is followed or run.

Held in memory are one block of the sheet, one row, the shared texts (each cut to what a cell may hold) and the formats of cells. Calamine
reads three times as fast, but takes room for the whole rectangle from the first cell to the last: two cells in far corners, a file of five
kilobytes, end the process. It also keeps fifteen digits of a number, where the file may hold more.
"""

import re
from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - that is how it is raised

from adit.terms.errors import BadInput

__all__ = ["CELL_MAX", "COLUMNS_MAX", "Cells", "Faults", "sheet"]

CELL_MAX = 1000  # characters of a cell; what is longer is told and not read
COLUMNS_MAX = 200
MEMBERS_MAX = 2000  # files in the archive
UNPACKED_MAX = 500_000_000  # bytes of all of them
STRINGS_UNPACKED_MAX = 100_000_000
STRINGS_MAX = 1_000_000
RATIO_MAX = 200  # of an archived file to what it takes; sheets of equal rows come to some 30
RATIO_FROM = 1_000_000  # bytes; what is smaller may be as dense as it likes
TOKEN_MAX = 4_000_000  # bytes without an end of tag
_BLOCK = 1 << 16
_DAMAGED = (
    BadZipFile, ZlibError, EOFError, LookupError, NotImplementedError, OverflowError, ValueError, expat.ExpatError,
)  # fmt: skip

Cells = dict[int, str]
"""The cells of a row that are not empty, by their column from 0."""
Faults = dict[int, str]
"""Cells that cannot be read as they stand: error, long, digits, uncomputed; or can, but only as a day: day."""


def sheet(file: BinaryIO) -> Generator[tuple[int, Cells, Faults], None, None]:
    """The rows of the first sheet that is shown and are not empty, each with its number. Raises BadInput for what is no workbook."""
    try:
        with _opened(file) as archive:
            book = _Book(archive)
            merged = book.merged()
            if merged:
                raise BadInput(
                    f"The sheet has merged cells: {merged}.",
                    todo="Part them in Excel, and write into each row what belongs to it.",
                )
            yield from book.rows()
    except _DAMAGED as error:
        raise BadInput(
            "This is no workbook that can be read: the file is damaged or of another kind.",
            todo="Open it in Excel, and save it anew as .xlsx.",
        ) from error


def _opened(file: BinaryIO) -> ZipFile:
    """The archive, after a look at what it would become: its list of files is counted before it is read."""
    file.seek(0)
    listed, tail = 0, b""
    while block := file.read(1 << 20):
        listed += (tail + block).count(b"PK\x01\x02")
        tail = block[-3:]
    refused = BadInput(
        "This workbook would unpack into more than can be read.",
        todo="Copy the table into a new workbook, or save it as CSV.",
    )
    if listed > MEMBERS_MAX:
        raise refused
    file.seek(0)
    archive = ZipFile(file)
    members = archive.infolist()
    if sum(m.file_size for m in members) > UNPACKED_MAX or any(
        m.file_size > RATIO_FROM and m.file_size > RATIO_MAX * max(1, m.compress_size) for m in members
    ):
        raise refused
    if any(m.flag_bits & 1 for m in members):
        raise BadInput("The workbook is protected by a password.", todo="Save it without one.")
    if any(m.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for m in members):
        raise BadZipFile("compressed as no workbook is")
    return archive


class _Book:
    """An open workbook: which sheet is first, which formats are days, the texts that cells share."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        # By lower-case names: 1C writes SharedStrings.xml and refers to it as sharedStrings.xml
        self._members = {m.filename.lower(): m for m in archive.infolist()}
        self._first = ""
        self._from_1904 = False
        self._days: list[bool] = []  # by the number of a format: whether a number in it is a day
        self._workbook()
        self._styles()
        self._strings = self._shared() if "xl/sharedstrings.xml" in self._members else []

    def _read(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        data: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Have the handlers called for a file of the archive, and pause after each block."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = _no_types
        fed = 0
        with self._archive.open(self._members[name.lower()]) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block, False)
                fed += len(block)
                if fed - parser.CurrentByteIndex > TOKEN_MAX:
                    raise ValueError("a tag without an end")
                yield
        parser.Parse(b"", True)
        yield

    def _workbook(self) -> None:
        shown: list[str] = []
        targets: dict[str, str] = {}

        def book(name: str, given: dict[str, str]) -> None:
            match _local(name):
                case "sheet" if given.get("state", "visible") == "visible":
                    shown.append(next((v for k, v in given.items() if k.endswith(":id")), ""))
                case "workbookPr":
                    self._from_1904 = given.get("date1904", "0") in ("1", "true")

        def relations(name: str, given: dict[str, str]) -> None:
            if _local(name) == "Relationship" and given.get("TargetMode") != "External":
                targets[given["Id"]] = given["Target"]

        _all(self._read("xl/workbook.xml", book))
        _all(self._read("xl/_rels/workbook.xml.rels", relations))
        worksheets = [targets[id_] for id_ in shown if "worksheet" in targets.get(id_, "").lower()]
        if not worksheets:
            raise ValueError("no sheet is shown")
        target = worksheets[0]
        self._first = target[1:] if target.startswith("/") else f"xl/{target.removeprefix('./')}"

    def _styles(self) -> None:
        if "xl/styles.xml" not in self._members:
            return
        own: dict[int, str] = {}
        inside = False

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal inside
            match _local(name):
                case "numFmt":
                    own[int(given["numFmtId"])] = given.get("formatCode", "")
                case "cellXfs":
                    inside = True
                case "xf" if inside:
                    number = int(given.get("numFmtId", "0"))
                    self._days.append(_is_day(own[number]) if number in own else number in _DAY_FORMATS)

        def end(name: str) -> None:
            nonlocal inside
            inside = inside and _local(name) != "cellXfs"

        _all(self._read("xl/styles.xml", start, end))

    def _shared(self) -> list[str]:
        """The texts that cells refer to by number; those that are too long are cut, and told where they are used."""
        if self._members["xl/sharedstrings.xml"].file_size > STRINGS_UNPACKED_MAX:
            raise BadInput(
                "The workbook holds more text than can be read.",
                todo="Divide the table into several files.",
            )
        found: list[str] = []
        text = _Text()

        def start(name: str, _: dict[str, str]) -> None:
            text.begin(_local(name))

        def end(name: str) -> None:
            if text.end(_local(name)) == "si":
                if len(found) == STRINGS_MAX:
                    raise ValueError("too many texts")
                found.append(text.taken())

        _all(self._read("xl/sharedStrings.xml", start, end, text.add))
        return found

    def merged(self) -> str:
        """The first merged cells of the sheet, as A1:B2; they stand behind all rows."""
        tail = b""
        with self._archive.open(self._members[self._first.lower()]) as stream:
            while block := stream.read(1 << 20):
                found = re.search(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:]{2,30})[\"']", tail + block)
                if found:
                    return found[1].decode()
                tail = (tail + block)[-200:]
        return ""

    def rows(self) -> Iterator[tuple[int, Cells, Faults]]:
        reader = _Rows(self._prefix(), self._strings, self._days, date(1904, 1, 1) if self._from_1904 else None)
        for _ in self._read(self._first, reader.start, reader.end, reader.data):
            yield from reader.taken()

    def _prefix(self) -> str:
        """What stands before the names of tags in the sheet: nothing, or x: and the like."""
        first: list[str] = []
        next(self._read(self._first, lambda name, _: first.append(name) if not first else None))
        return first[0].removesuffix("worksheet") if first else ""


class _Text:
    """The text of a shared string: its runs joined, without what is only how to pronounce it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._reading = False
        self._silent = 0

    def begin(self, name: str) -> None:
        if name == "t":
            self._reading = not self._silent
        elif name == "rPh":
            self._silent += 1

    def end(self, name: str) -> str:
        if name == "t":
            self._reading = False
        elif name == "rPh":
            self._silent -= 1
        return name

    def add(self, data: str) -> None:
        if self._reading and self._length <= CELL_MAX:
            self._parts.append(data)
            self._length += len(data)

    def taken(self) -> str:
        text = "".join(self._parts)[: CELL_MAX + 1]
        self._parts.clear()
        self._length = 0
        return _unescaped(text)


class _Rows:
    """What the tags of a sheet come to: rows, until they are taken. Called for each of millions of tags, so written to be fast."""

    def __init__(self, prefix: str, strings: list[str], days: list[bool], from_1904: date | None) -> None:
        self._strings, self._days, self._from_1904 = strings, days, from_1904
        self._c, self._row, self._f, self._is_text = (
            prefix + "c",
            prefix + "row",
            prefix + "f",
            (prefix + "v", prefix + "t"),
        )
        self._silent_name, self._silent = prefix + "rPh", False
        self._found: list[tuple[int, Cells, Faults]] = []
        self._number, self._cells, self._faults = 0, Cells(), Faults()
        self._column, self._kind, self._format, self._formula = -1, "n", "0", False
        self._reading, self._length, self._parts = False, 0, list[str]()

    def start(self, name: str, given: dict[str, str]) -> None:
        if name in self._is_text:
            self._reading = not self._silent
        elif name == self._c:
            place = given.get("r")
            self._column = _column(place.rstrip("0123456789")) if place else self._column + 1
            self._kind = given.get("t", "n")
            self._format = given.get("s", "0")
            self._formula = False
        elif name == self._row:
            number = int(given.get("r", self._number + 1))
            if not self._number < number <= 2**20:
                raise ValueError("rows out of order")
            self._number, self._cells, self._faults, self._column = number, {}, {}, -1
        elif name == self._f:
            self._formula = True
        elif name == self._silent_name:
            self._silent = True

    def data(self, text: str) -> None:
        if self._reading and self._length <= CELL_MAX:
            self._parts.append(text)
            self._length += len(text)

    def end(self, name: str) -> None:
        if name in self._is_text:
            self._reading = False
        elif name == self._c:
            if self._parts or self._formula:
                self._put()
        elif name == self._row:
            if self._cells or self._faults:
                self._found.append((self._number, self._cells, self._faults))
        elif name == self._silent_name:
            self._silent = False

    def taken(self) -> list[tuple[int, Cells, Faults]]:
        found, self._found = self._found, []
        return found

    def _put(self) -> None:
        raw = "".join(self._parts)
        self._parts, self._length = [], 0
        text, fault = self._told(raw)
        column = min(self._column, COLUMNS_MAX)  # what lies further to the right is of no column of ours
        if text and not text.isspace():
            self._cells[column] = text
        if fault:
            self._faults[column] = fault

    def _told(self, raw: str) -> tuple[str, str]:
        """The cell as text, and what is the matter with it."""
        if not raw:
            return "", "uncomputed"
        match self._kind:
            case "s":
                if not raw.isdecimal():
                    raise ValueError("no such text")
                text = self._strings[int(raw)]
                return (text[:CELL_MAX], "long") if len(text) > CELL_MAX else (text, "")
            case "n":
                format_ = int(self._format)
                if format_ < len(self._days) and self._days[format_]:
                    return _day(raw, self._from_1904)
                return _number(raw)
            case "b":
                return "TRUE" if raw == "1" else "FALSE", ""
            case "e":
                return raw[:CELL_MAX], "error"
            case "d":
                return raw[:CELL_MAX].removesuffix("T00:00:00"), "day"
        return (raw[:CELL_MAX], "long") if len(raw) > CELL_MAX else (_unescaped(raw), "")


def _no_types(*_: object) -> None:
    """A workbook has no DOCTYPE; with it go entities, those that grow and those that fetch."""
    raise ValueError("a document type")


def _all(steps: Iterator[None]) -> None:
    for _ in steps:
        pass


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


@cache
def _letter(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _column(letters: str) -> int:
    if not 1 <= len(letters) <= 3 or not letters.isascii() or not letters.isupper():
        raise ValueError("no such column")
    return _letter(letters)


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    """What stands for signs that XML cannot hold, as the sign."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


_WHOLE = re.compile(r"-?\d{1,40}")


@lru_cache(10_000)
def _number(raw: str) -> tuple[str, str]:
    """A number as Excel shows it in full: fifteen digits, no exponent. Whole numbers keep all their digits, if the file has them."""
    if _WHOLE.fullmatch(raw):
        return raw, ""
    try:
        held = float(raw)
        exact = Decimal(f"{held:.15g}")
    except (InvalidOperation, ValueError):
        return raw[:CELL_MAX], "error"
    if not exact.is_finite():
        return raw[:CELL_MAX], "error"
    return f"{exact:f}", "digits" if abs(held) >= 1e15 else ""


_DAY_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # texts, colours and padding in a format


def _is_day(code: str) -> bool:
    """Whether a format shows a number as a day or a time."""
    code = _NO_CODE.sub("", code.partition(";")[0]).lower()
    return "general" not in code and any(c in "dmyhs" for c in code)


_EXCEL_ZERO = date(1899, 12, 30)
_LAST = 2_958_465  # 9999-12-31


@lru_cache(10_000)
def _day(raw: str, zero: date | None) -> tuple[str, str]:
    """A day, counted from 1900 as Excel does, whose 1900 is a leap year; with a time of day, if there is one."""
    try:
        count = Decimal(raw)
    except InvalidOperation:
        return raw[:CELL_MAX], "error"
    if not count.is_finite() or not 0 <= count <= _LAST:
        return _number(raw)
    whole = int(count)
    if whole == 60 and zero is None:
        return "1900-02-29", "day"  # as Excel shows it, though there was no such day
    seconds = round((count - whole) * 86_400)
    start = zero or (_EXCEL_ZERO if whole > 60 else _EXCEL_ZERO + timedelta(1))
    moment = datetime.combine(start, datetime.min.time()) + timedelta(days=whole, seconds=seconds)
    if not seconds:
        return moment.date().isoformat(), "day"
    return (f"{moment:%H:%M:%S}" if whole == 0 and zero is None else f"{moment:%Y-%m-%d %H:%M:%S}"), "day"
