"""What the project asks of an engine: SQL over a file, and Parquet out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from adit.terms.errors import BadInput

__all__ = ["Engine", "Relation", "check_file"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A file as SQL may read it: `sql` stands after FROM and has the columns of the file, and `line` besides.

    `columns` gives the type of each column of the file as DuckDB spells types. The header of a file is line 1.
    """

    sql: str
    columns: Mapping[str, str]


class Engine(Protocol):
    """Runs statements that every engine reads alike; what differs stands in the dialect of the engine's name."""

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

    def close(self) -> None:
        """Give back what the engine holds."""


def check_file(file: Path) -> str:
    """Whether the file is 'parquet' or 'csv'. Raises BadInput where it is neither or is not there."""
    if not file.is_file():
        raise BadInput("There is no such file.", where=str(file), todo="Give the path of a Parquet or CSV file.")
    if file.suffix == ".parquet":
        return "parquet"
    if file.suffix in (".csv", ".tsv", ".txt"):
        return "csv"
    raise BadInput(f"'{file.suffix}' is neither Parquet nor CSV.", where=str(file), todo="Save it as .parquet or .csv.")
