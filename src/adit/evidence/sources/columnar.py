"""Long tables of strangers, CSV or Parquet, as columns: each cell is read as text, each bad row is told with its line.

A row with any problem is left out whole. Nothing is corrected: a number that came as a float is refused, not rounded.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.tables import digest, whole_number_of
from adit.terms.addresses import Address, decode
from adit.terms.days import day_number
from adit.terms.errors import BadInput, BadRows, RowProblem

__all__ = [
    "FIRST_DAY",
    "HEXADECIMAL",
    "MAX_MONEY_SAT",
    "NOT_KNOWN",
    "Coded",
    "Report",
    "TextTable",
    "coded",
    "day_from",
    "name_from",
    "script_from",
    "scripts_of",
    "sound",
    "table_of_file",
    "table_of_rows",
    "txid_from",
    "whole_from",
]

NOT_KNOWN = -1  # in a column of whole numbers: the cell is blank
MAX_MONEY_SAT = 21_000_000 * 100_000_000
FIRST_DAY = date(2009, 1, 3)  # the day of the first block
_TAKEN = re.compile(r"VARCHAR|ENUM.*|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|BOOLEAN|DATE|TIMESTAMP.*")
_WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})  # fit 64 bits
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_ALL_DIGITS = re.compile(r"\d{1,18}(?:\n\d{1,18})*+", re.ASCII)
_ALL_PLAIN = re.compile(r"[\w.:/][\w.:/ -]{0,63}+(?:\n[\w.:/][\w.:/ -]{0,63}+)*+", re.ASCII)
HEXADECIMAL = re.compile(r"([0-9a-fA-F]{2})+")
_NAME_LENGTH_MAX = 64
_FEW = 8  # times that a text stands in a column, at least, for its texts to be kept once
_SCRIPT_LENGTH_MAX = 10_000  # bytes: what a node executes at most
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of texts: for each row the place of its text in `words`, which hold no text twice; -1 where it is blank."""

    codes: NDArray[np.int32]
    words: tuple[Any, ...]

    def at(self, row: int) -> Any:
        """The text of a row, None where it is blank."""
        code = int(self.codes[row])
        return self.words[code] if code >= 0 else None


@dataclass(frozen=True, slots=True)
class Report:
    """Where a table comes from, how many rows it had, and what was wrong with those that were left out."""

    source: str
    vintage: str
    total: int
    problems: tuple[RowProblem, ...]


class _Repeated(Sequence[str]):
    """A column of few different texts: for each row the place of its text in `words`."""

    def __init__(self, codes: NDArray[np.int64], words: list[str]) -> None:
        self.codes = codes
        self.words = words

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: Any) -> Any:
        return self.words[int(self.codes[row])]

    def gathered(self, values: Sequence[Any]) -> list[Any]:
        """The value of each row, given one for each word."""
        column = np.empty(len(values), dtype=object)
        column[:] = values
        return column[self.codes].tolist() if len(values) else []


class TextTable:
    """A table while its columns are read, one by one. It remembers which rows had a problem, and which."""

    def __init__(
        self, source: str, vintage: str, lines: NDArray[np.int64], texts: Callable[[str], Sequence[str]]
    ) -> None:
        self.source = source
        self.vintage = vintage
        self.lines = lines
        self.texts = texts
        self.unreadable: list[RowProblem] = []  # lines that are no rows at all
        self.counts: dict[
            str, NDArray[np.int64]
        ] = {}  # columns of a Parquet file that hold whole numbers and nothing else
        self._problems: dict[int, list[RowProblem]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def reject(self, row: int, column: str, problem: str) -> None:
        """Leave out a row, for this reason."""
        self._problems.setdefault(row, []).append(RowProblem(int(self.lines[row]), column, problem))

    def take(
        self, column: str, read: Callable[[str], _Value], *, blank: _Value, needed: bool = False, often: bool = True
    ) -> list[_Value]:
        """The cells of a column through `read`, which raises ValueError; `blank` stands where there is none.

        `often` says that texts repeat, so that each is read once.
        """
        return self._taken(column, self.texts(column), read, blank=blank, needed=needed, often=often)

    def _taken(
        self,
        column: str,
        texts: Sequence[str],
        read: Callable[[str], _Value],
        *,
        blank: _Value,
        needed: bool,
        often: bool,
    ) -> list[_Value]:
        if isinstance(texts, _Repeated):
            return texts.gathered(self._values(column, texts, texts.words, read, blank, needed))
        if not often and not (needed and "" in texts):
            try:
                return [read(text) if text else blank for text in texts]
            except ValueError:
                pass  # which rows are bad is found out below
        different = list(dict.fromkeys(texts))
        known = dict(zip(different, self._values(column, texts, different, read, blank, needed), strict=True))
        return [known[text] for text in texts]

    def _values(
        self,
        column: str,
        texts: Sequence[str],
        different: Sequence[str],
        read: Callable[[str], Any],
        blank: Any,
        needed: bool,
    ) -> list[Any]:
        """What each of the different texts says; rows with one that says nothing are rejected, and `blank` stands for it."""
        missing = _Bad("the value is missing") if needed else blank
        found = [_tried(read, text) if text else missing for text in different]
        bad = {text: value for text, value in zip(different, found, strict=True) if isinstance(value, _Bad)}
        if bad:
            for row, text in enumerate(texts):
                if text in bad:
                    self.reject(row, column, bad[text].problem)
        return [blank if isinstance(value, _Bad) else value for value in found]

    def numbers(self, column: str, read: Callable[[str], int], *, needed: bool = False, often: bool = True) -> Any:
        """A column of whole numbers, -1 where the cell is blank."""
        texts = self.texts(column)
        if isinstance(texts, _Repeated):
            return np.array(self._values(column, texts, texts.words, read, NOT_KNOWN, needed), dtype=np.int64)[
                texts.codes
            ]
        return np.array(self._taken(column, texts, read, blank=NOT_KNOWN, needed=needed, often=often), dtype=np.int64)

    def whole(
        self, column: str, unit: str = "", most: int = MAX_MONEY_SAT, *, too_many: str = "", needed: bool = False
    ) -> Any:
        """A column of whole numbers from zero up to `most`, -1 where the cell is blank. Where all are digits they are read at once."""
        counts = self.counts.get(column)
        if counts is not None and len(counts) and counts.min() >= 0 and counts.max() <= most:
            return self.counts.pop(column)
        texts = self.texts(column)
        read = whole_from(column, unit, most, too_many)
        if isinstance(texts, _Repeated):
            return np.array(self._values(column, texts, texts.words, read, NOT_KNOWN, needed), dtype=np.int64)[
                texts.codes
            ]
        joined = "\n".join(texts)
        if texts and _ALL_DIGITS.fullmatch(joined):
            numbers = np.fromstring(joined, dtype=np.int64, sep="\n")
            if numbers.max() <= most:
                return numbers
        found = self._taken(column, texts, read, blank=NOT_KNOWN, needed=needed, often=False)
        return np.array(found, dtype=np.int64)

    def names(self, column: str, *, needed: bool = False) -> list[str]:
        """A column of names of which few are alike. Where all are plain they are looked at together."""
        texts = self.texts(column)
        if not isinstance(texts, _Repeated) and _ALL_PLAIN.fullmatch("\n".join(texts)):
            return list(texts)
        return self._taken(column, texts, name_from, blank="", needed=needed, often=False)

    def words(self, column: str, read: Callable[[str], Any], *, needed: bool = False) -> Coded:
        """A column of texts that repeat."""
        texts = self.texts(column)
        if isinstance(texts, _Repeated):
            words = coded(self._values(column, texts, texts.words, read, None, needed))
            return Coded(words.codes[texts.codes], words.words)
        return coded(self._taken(column, texts, read, blank=None, needed=needed, often=True))

    def sound(self) -> NDArray[np.bool_]:
        """Which rows had no problem."""
        good = np.ones(len(self), dtype=np.bool_)
        good[list(self._problems)] = False
        return good

    def report(self, *, skip_bad_rows: bool) -> Report:
        """What was wrong. Raises BadRows where anything was, unless bad rows are to be skipped."""
        listed = [*self.unreadable, *(p for found in self._problems.values() for p in found)]
        problems = sorted(listed, key=lambda p: (p.line, p.column, p.problem))
        total = len(self) + len(self.unreadable)
        if problems and not skip_bad_rows:
            raise BadRows(self.source, problems, total)
        return Report(self.source, self.vintage, total, tuple(problems))


def table_of_file(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> TextTable:
    """The table in a CSV or Parquet file. Raises BadInput for one that lacks a column, or holds fractions in one."""
    from adit.engines.duckdb import DuckDB  # an engine is loaded only when it is asked to run

    with DuckDB() as engine:
        engine.connection.execute("SET preserve_insertion_order = true")
        relation = engine.relation(path)
        columns = [c for c in (*required, *optional) if c in relation.columns]
        _check_columns(path, required, columns, relation.columns)
        whole = [c for c in columns if relation.columns[c] in _WHOLE]
        cells = ", ".join(
            f'"{c}"' if c in whole else f'trim(CAST("{c}" AS VARCHAR), E\' \\t\\r\\n\') AS "{c}"' for c in columns
        )
        engine.rows(f"CREATE TEMP TABLE held AS SELECT line, {cells} FROM {relation.sql}")
        counts = {c: numbers for c in whole if (numbers := _whole(engine, c)) is not None}
        held = {c: _texts(engine, c) for c in columns if c not in counts}
        lines = np.asarray(engine.connection.execute("SELECT line FROM held").fetchnumpy()["line"], dtype=np.int64)
        unreadable = engine.rows(f"SELECT line, reason FROM {relation.unreadable}") if relation.unreadable else []
    blank = ("",) * len(lines)

    def texts(column: str) -> Sequence[str]:
        """The cells of a column, once: what it took is given back as soon as it is read."""
        if column in counts:
            return [str(n) for n in counts.pop(column).tolist()]
        return held.pop(column, blank)

    table = TextTable(str(path), f"sha256 {digest(path)[:16]}", lines, texts)
    table.counts = counts
    table.unreadable = [RowProblem(int(line), columns[0], str(reason)) for line, reason in unreadable]
    return table


def table_of_rows(rows: Iterable[Mapping[str, str]], source: str = "rows given") -> TextTable:
    """The same of rows in memory; the first counts as line 2, as if a header stood above it."""
    held = list(rows)
    lines = np.arange(2, len(held) + 2, dtype=np.int64)
    return TextTable(source, "", lines, lambda column: [row.get(column, "").strip() for row in held])


def coded(texts: Sequence[Any]) -> Coded:
    """The places of texts among the different ones; None and '' are blank."""
    words = [word for word in dict.fromkeys(texts) if word]
    places: dict[Any, int] = {word: place for place, word in enumerate(words)}
    places |= {None: NOT_KNOWN, "": NOT_KNOWN, b"": NOT_KNOWN}
    return Coded(np.fromiter(map(places.__getitem__, texts), np.int32, len(texts)), tuple(words))


def sound(column: Coded, rows: NDArray[np.bool_]) -> Coded:
    """The column with these rows alone."""
    return Coded(column.codes[rows], column.words)


def scripts_of(table: TextTable, network: str) -> list[bytes | None]:
    """The script of each row. An address is another way to write it: where both are given they have to agree."""
    of_address = table.take("address", script_from(network), blank=b"")
    as_hex = table.take("script_hex", _script, blank=b"")
    rejected = ~table.sound()
    found: list[bytes | None] = []
    for row, (one, other) in enumerate(zip(of_address, as_hex, strict=True)):
        if one and other and one != other:
            table.reject(row, "address", "the address is not that of the script")
        elif not one and not other and not rejected[row]:
            table.reject(row, "address", "neither an address nor a script is given")
        found.append(other or one or None)
    return found


# Cells ------------------------------------------------------------------------------------------------------------
def whole_from(column: str, unit: str = "", most: int = MAX_MONEY_SAT, too_many: str = "") -> Callable[[str], int]:
    """Reads whole numbers from zero up to `most`."""

    def read(text: str) -> int:
        if _DIGITS.fullmatch(text):
            number = int(text)
        else:
            found = whole_number_of({column: text}, column, unit=unit)
            assert found is not None
            number = found
        if number > most:
            raise ValueError(f"{text} is {too_many or f'above {most}'}")
        return number

    return read


def name_from(text: str) -> str:
    """A name as an office gives it. What a spreadsheet would run as a formula is none."""
    if text[0] in "=+-@":
        raise ValueError(f"'{text[:20]}' begins like a formula of a spreadsheet")
    if len(text) > _NAME_LENGTH_MAX:
        raise ValueError(f"the name has {len(text)} signs, at most {_NAME_LENGTH_MAX} are expected")
    if not text.isprintable():
        raise ValueError("the name holds signs that cannot be printed")
    return text


def txid_from(text: str) -> bytes:
    """The 32 bytes of a transaction's name, in the order in which it is written."""
    if len(text) != 64:
        raise ValueError(f"the txid has {len(text)} signs, and 64 are expected")
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:  # blanks are skipped in between
        raise ValueError("the txid holds signs that are not hexadecimal")
    return found


def script_from(network: str) -> Callable[[str], bytes]:
    """Reads addresses of a network to the script that they stand for."""

    def read(text: str) -> bytes:
        try:
            address: Address = decode(text)
        except BadInput as error:
            raise ValueError(f"'{text[:90]}' is no address: {error.what}") from error
        mates = {"testnet", "regtest"}  # in base58 they cannot be told apart
        alike = {address.network, network} <= mates and address.kind in ("p2pkh", "p2sh")
        if address.network != network and not alike:
            raise ValueError(f"{text} is an address of {address.network}, and {network} is asked for")
        return address.script

    return read


def _script(text: str) -> bytes:
    if not HEXADECIMAL.fullmatch(text):
        raise ValueError(f"'{text[:20]}' is no script in hexadecimal")
    if len(text) > 2 * _SCRIPT_LENGTH_MAX:
        raise ValueError(f"the script has {len(text) // 2} bytes, at most {_SCRIPT_LENGTH_MAX} are expected")
    return bytes.fromhex(text)


def day_from(text: str) -> int:
    """A day, as days since 1970."""
    try:
        day = date.fromisoformat(text if len(text) == 10 and text[7] == "-" else "")  # it takes week days too
    except ValueError as error:
        raise ValueError(f"'{text[:20]}' is not a day; write it as 2025-05-01") from error
    if day < FIRST_DAY:
        raise ValueError(f"{text} lies before the first block, of {FIRST_DAY}")
    return day_number(day)


@dataclass(frozen=True, slots=True)
class _Bad:
    problem: str


def _tried(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text) if text else None
    except ValueError as bad:
        return _Bad(str(bad))


def _check_columns(path: Path, required: Sequence[str], read: Sequence[str], columns: Mapping[str, str]) -> None:
    if missing := [c for c in required if c not in columns]:
        several = "columns are" if len(missing) > 1 else "column is"
        raise BadInput(
            f"The {several} missing: {', '.join(missing)}.",
            where=str(path),
            todo=f"The file has: {', '.join(columns) or 'nothing'}.",
        )
    for column in read:
        if not _TAKEN.fullmatch(columns[column]):
            raise BadInput(
                f"The column {column} holds {columns[column]}; text or whole counts are expected.",
                where=str(path),
                todo="Write amounts as whole satoshi and hashes as hexadecimal text.",
            )


def _whole(engine: Any, column: str) -> "NDArray[np.int64] | None":
    """A column of whole numbers, or None where a cell is blank."""
    [(blanks,)] = engine.rows(f'SELECT count(*) - count("{column}") FROM held')
    if blanks:
        return None
    return np.asarray(engine.connection.execute(f'SELECT "{column}" AS x FROM held').fetchnumpy()["x"], dtype=np.int64)


def _texts(engine: Any, column: str) -> Sequence[str]:
    """The cells of a column, as the places of their words where few are different."""
    cell = f"coalesce(CAST(\"{column}\" AS VARCHAR), '')"
    [(rows, different)] = engine.rows(f"SELECT count(*), approx_count_distinct({cell}) FROM held")
    if different * _FEW > rows:
        return _column(engine, f"SELECT {cell} AS x FROM held")
    engine.rows(
        f"CREATE OR REPLACE TEMP TABLE words AS SELECT {cell} AS word, row_number() OVER () - 1 AS place FROM held GROUP BY 1"
    )
    words = _column(engine, "SELECT word AS x FROM words ORDER BY place")
    places = f"SELECT place AS x FROM held JOIN words ON word = {cell} ORDER BY held.rowid"
    return _Repeated(np.asarray(engine.connection.execute(places).fetchnumpy()["x"], dtype=np.int64), words)


def _column(engine: Any, sql: str) -> list[Any]:
    try:
        values: list[Any] = engine.connection.execute(sql).fetchnumpy()["x"].tolist()
    except UnicodeDecodeError as error:
        raise BadInput("A cell holds text that is not UTF-8.", todo="Write the table anew, in UTF-8.") from error
    return values
