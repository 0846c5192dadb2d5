"""SQL on this machine: DuckDB reads Parquet and CSV by itself and spills to disk when memory ends."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from adit.terms.errors import BadInput

__all__ = ["DuckDB", "connect", "query"]


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
    """A run on this machine: files become relations, statements become tables, tables become Parquet."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self.connection = connection or connect()

    def relation(self, file: Path) -> str:
        """A relation that reads the file: Parquet by its types, CSV as text. Raises BadInput."""
        if not file.is_file():
            raise BadInput("There is no such file.", where=str(file), todo="Give the path of a Parquet or CSV file.")
        path = str(file).replace("'", "''")
        if file.suffix == ".parquet":
            return f"read_parquet('{path}')"
        if file.suffix in (".csv", ".tsv", ".txt"):
            return f"""read_csv('{path}', all_varchar = true, header = true, quote = '"', escape = '"')"""
        raise BadInput(
            f"'{file.suffix}' is neither Parquet nor CSV.", where=str(file), todo="Save it as .parquet or .csv."
        )

    def columns(self, relation: str) -> dict[str, str]:
        """Names and types of the columns."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE SELECT * FROM {relation}")}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, in memory. Raises BadInput where a file cannot be read."""
        try:
            return self.connection.execute(sql).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise BadInput(str(error).splitlines()[0], todo="Check the file.") from error

    def make(self, name: str, sql: str) -> None:
        """Keep the result of a statement under a name."""
        self.rows(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def write(self, sql: str, file: Path) -> int:
        """Write the result as Parquet, whole or not at all; the number of rows. Makes the folder if need be."""
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        path = str(partial).replace("'", "''")
        [(rows,)] = self.rows(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
        partial.replace(file)
        return int(rows)
