"""What the project asks of an engine: SQL over a file, and Parquet out; and an engine by its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from adit.terms.errors import BadInput

__all__ = ["LOCAL", "Engine", "Relation", "check_file", "open_engine"]


LOCAL = "local[2]"  # two threads of Spark on this machine


@dataclass(frozen=True, slots=True)
class Relation:
    """A file as SQL may read it: `sql` stands after FROM and has the columns of the file, and `line` besides.

    `columns` gives the type of each column of the file as DuckDB spells types. The header of a file is line 1.
    `unreadable` stands after FROM as well, and has the lines that cannot be read: line, subject, reason; empty where all can.
    """

    sql: str
    columns: Mapping[str, str]
    unreadable: str = ""


class Engine(Protocol):
    """Runs statements that every engine reads alike; what differs stands in the dialect of the engine's name.

    Used in a `with` statement: what the engine holds is given back at its end.
    """

    @property
    def name(self) -> str: ...

    def relation(self, file: Path) -> Relation:
        """A Parquet file by its types, or a CSV file as text. Raises BadInput."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, in memory. Raises BadInput where a file cannot be read."""

    def write(self, sql: str, folder: Path, *, by: Sequence[str] = ()) -> None:
        """Write the rows as Parquet into a new folder, with a folder `<column>=<text>` for each value of `by`."""

    def stored(self, folder: Path) -> str:
        """What stands after FROM to read a folder that was written; the columns of its folders are text."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def open_engine(name: str, *, master: str = "", shared: Path | None = None) -> Engine:
    """The engine of this name; for Spark, on `master`, with a folder that its workers see.

    Raises BadInput where what it needs is not installed, or a master is named that nothing would run on.
    """
    if name == "spark":
        try:
            from adit.engines.spark import Spark
        except ModuleNotFoundError as error:
            raise BadInput("Spark needs pyspark, which is not installed.", todo="pip install 'adit[spark]'") from error
        return Spark(master or LOCAL, shared=shared)
    if master:
        raise BadInput("A master is Spark's, and the engine is not.", todo="Add --engine spark.")
    from adit.engines.duckdb import DuckDB

    return DuckDB()


def check_file(file: Path) -> str:
    """Whether the file is 'parquet' or 'csv'. Raises BadInput where it is neither or is not there."""
    if not file.is_file():
        raise BadInput("There is no such file.", where=str(file), todo="Give the path of a Parquet or CSV file.")
    if file.suffix == ".parquet":
        return "parquet"
    if file.suffix in (".csv", ".tsv", ".txt"):
        return "csv"
    raise BadInput(f"'{file.suffix}' is neither Parquet nor CSV.", where=str(file), todo="Save it as .parquet or .csv.")
