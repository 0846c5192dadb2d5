"""What DuckDB says of a stranger's file, or of a disk without room, as errors of ours: for readers that hold a connection themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from adit.terms.errors import BadInput, Unavailable

__all__ = ["reading_file", "using_disk"]


@contextmanager
def reading_file(file: str, kind: str) -> Iterator[None]:
    """What fails within for what stands in the file: BadInput. A statement that is written wrongly is a mistake of ours."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise  # which is not
    except (duckdb.DataError, duckdb.OperationalError, duckdb.InvalidInputException) as error:
        raise BadInput(
            f"This is not {kind} that can be read ({_first(error)}).", where=file, todo="Export it again."
        ) from error


@contextmanager
def using_disk() -> Iterator[None]:
    """Where memory and disk do not suffice for what is done within: Unavailable."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise Unavailable(
            f"There is no room to lay down the rows ({_first(error)}).",
            todo="Make room in the folder for temporary files, or name another in TMPDIR.",
        ) from error


def _first(error: Exception) -> str:
    return str(error).splitlines()[0]
