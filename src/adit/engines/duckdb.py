"""SQL on this machine: DuckDB reads Parquet and CSV by itself and spills to disk when memory ends."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Self
from uuid import uuid4

import duckdb

from adit.engines.engine import Relation, check_file
from adit.engines.ragged import LINE, UNREADABLE, mend
from adit.terms.errors import BadInput

__all__ = ["DuckDB", "connect", "query"]

MEMORY_MB = 350  # of DuckDB's own buffers for each thread; readers and writers of files take some more
ROWS_HELD = 16_384  # of each open partition before they are written


def connect(path: Path | None = None, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to the database file, or to memory alone; extensions are neither fetched nor loaded.

    Times are read as written: the session stands in UTC, so that a result never depends on the machine's clock.
    """
    connection = duckdb.connect(
        str(path) if path else ":memory:",
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )
    connection.execute("SET TimeZone = 'UTC'")
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    return connection


def query(
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> list[dict[str, Any]]:
    """The rows of one statement, each by column name, in memory of its own unless a connection is given.

    Values go in as `params` (`?` or `$name`), never into the text. Raises BadInput where a file cannot be read.
    """
    if connection is None:
        with connect() as own:
            return query(sql, params, connection=own)
    try:
        result = connection.execute(sql, params)
    except duckdb.IOException as error:
        what = str(error).removeprefix("IO Error: ").splitlines()[0]
        raise BadInput(what, todo="Check the path of the file.") from error
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class DuckDB:
    """A run on this machine, within a bound of memory: what is larger spills to disk."""

    name = "duckdb"

    def __init__(self) -> None:
        self.connection = connect()
        self._copies: TemporaryDirectory[str] | None = None
        [(threads,)] = self.rows("SELECT CAST(current_setting('threads') AS INTEGER)")
        for setting, value in {
            "memory_limit": f"{MEMORY_MB * threads}MB",
            "temp_directory": Path(gettempdir()) / f"adit-spill-{uuid4().hex}",  # made when needed, removed at the end
            "preserve_insertion_order": "false",
            "partitioned_write_flush_threshold": ROWS_HELD,
        }.items():
            self.connection.execute(f"SET {setting} = '{value}'")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()  # what was spilt goes with it
        if self._copies is not None:
            self._copies.cleanup()

    def relation(self, file: Path) -> Relation:
        """The file as a relation: Parquet by its types, CSV as text. Raises BadInput."""
        if check_file(file) == "parquet":
            own, read = (f"read_parquet({_quoted(file)}{more})" for more in ("", ", file_row_number = true"))
            cells = "* EXCLUDE (file_row_number), file_row_number + 2 AS line"
        else:
            # said and not guessed: one ragged row would make a file of one column
            delimiter, names = _header(file)
            kinds = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
            how = f"auto_detect = false, columns = {{{kinds}}}, header = true, delim = '{delimiter}', quote = '\"', escape = '\"'"
            own = read = f"read_csv({_quoted(file)}, {how})"
            cells = "*, row_number() OVER () + 1 AS line"
            if not self._readable(own):
                return self._mended(file, delimiter, names)
        columns = {name: kind for name, kind, *_ in self.rows(f"DESCRIBE SELECT * FROM {own}")}
        return Relation(f"(SELECT {cells} FROM {read})", columns)

    def _readable(self, read: str) -> bool:
        """Whether every line of a CSV file has its cells; a scan of it, and no more."""
        try:
            self.connection.execute(f"SELECT count(*) FROM (SELECT hash(COLUMNS(*)) FROM {read})").fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException):
            return False
        return True

    def _mended(self, file: Path, delimiter: str, names: list[str]) -> Relation:
        """The file by a copy in which the lines that cannot be read are set apart, each with its reason."""
        if self._copies is None:
            self._copies = TemporaryDirectory(prefix="adit-mended-")
        copy = Path(self._copies.name) / f"{uuid4().hex}.csv"
        mend(file, delimiter, names, copy)
        kinds = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in [*names, LINE, UNREADABLE])
        how = f"auto_detect = false, columns = {{{kinds}}}, header = true, delim = ',', quote = '\"', escape = '\"'"
        read, line = f"read_csv({_quoted(copy)}, {how})", f"CAST({LINE} AS BIGINT) AS line"
        subject = "subject" if "subject" in names else "'' AS subject"
        return Relation(
            f"(SELECT * EXCLUDE ({LINE}, {UNREADABLE}), {line} FROM {read} WHERE COALESCE({UNREADABLE}, '') = '')",
            dict.fromkeys(names, "VARCHAR"),
            f"(SELECT {line}, {subject}, {UNREADABLE} AS reason FROM {read} WHERE {UNREADABLE} <> '')",
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, in memory. Raises BadInput where a file cannot be read."""
        try:
            return self.connection.execute(sql).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            said = [line for line in str(error).splitlines() if line.strip()]
            what = "; ".join(said[:3]) if "CSV Error" in said[0] else said[0]  # the line, and what is wrong with it
            raise BadInput(what.removeprefix("Invalid Input Error: "), todo="Check the file.") from error

    def write(self, sql: str, folder: Path, *, by: Sequence[str] = ()) -> None:
        """Write the rows as Parquet into a new folder, with a folder `<column>=<text>` for each value of `by`."""
        folder.mkdir(parents=True)
        if by:
            self.rows(f"COPY ({sql}) TO {_quoted(folder)} (FORMAT parquet, PARTITION_BY ({', '.join(by)}))")
        else:
            self.rows(f"COPY ({sql}) TO {_quoted(folder / 'part-0.parquet')} (FORMAT parquet)")

    def stored(self, folder: Path) -> str:
        """What stands after FROM to read a folder that was written; the columns of its folders are text."""
        return f"read_parquet({_quoted(folder / '**' / '*.parquet')}, hive_partitioning = true, hive_types_autocast = false)"


def _header(file: Path) -> tuple[str, list[str]]:
    """What parts the names in the header of a CSV file, and the names. Raises BadInput for a file without a header in UTF-8."""
    try:
        with file.open("rb") as raw:
            first = raw.readline().decode("utf-8-sig")
        delimiter = max((",", ";", "\t", "|"), key=first.count)
        names = next(csv.reader([first], delimiter=delimiter), [])
    except UnicodeDecodeError as error:
        raise BadInput("This is not text in UTF-8.", where=str(file), todo="Save it as UTF-8.") from error
    if not names or len(set(names)) < len(names):
        problem = "has a column twice" if names else "is empty"
        raise BadInput(f"The file {problem}.", where=str(file), todo="Its first line names each column once.")
    return delimiter, names


def _quoted(path: Path) -> str:
    return _text(str(path))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
