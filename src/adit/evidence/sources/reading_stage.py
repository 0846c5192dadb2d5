"""Rows of meter files of any size, laid down on disk as they come and given back meter by meter.

A database of the run's own in a folder for temporary files: nothing of it remains, and memory stays bounded however many rows there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np

from adit.engines.duckdb import connect
from adit.evidence.meters.layout import Readings
from adit.evidence.meters.rows import Rows

__all__ = ["Out", "Stage"]

BATCH_ROWS = 1_000_000  # of whole meters; one meter alone may have more
_MEMORY_MB = 400
_GROUP = 122_880  # rows that the database keeps together, with the least and the greatest meter of each
_TABLE = "code INTEGER, file INTEGER, row BIGINT, start_s BIGINT, end_s BIGINT, energy_wh BIGINT, local BOOLEAN, recorded_s BIGINT"
_COLUMNS = tuple(column.split()[0] for column in _TABLE.split(", "))


class Stage:
    """Where rows wait until the last file is read. Used in a `with` statement."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="adit-readings-")
        self.connection = connect(Path(self._folder.name) / "stage.duckdb", threads=2)
        for setting, value in {
            "memory_limit": f"{_MEMORY_MB}MB",
            "temp_directory": Path(self._folder.name) / "spill",
            "preserve_insertion_order": "false",
            "enable_progress_bar": "false",  # which goes to standard output, among the data
        }.items():
            self.connection.execute(f"SET {setting} = '{value}'")
        self.connection.execute(f"CREATE TABLE raw ({_TABLE})")
        self._codes: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self._folder.cleanup()

    def code(self, meter: str) -> int:
        """The number by which the meter goes while the files are read."""
        return self._codes.setdefault(meter, len(self._codes))

    @contextmanager
    def codes(self) -> Iterator[str]:
        """The numbers as a relation of the database: meter, code."""
        self.connection.register("codes", _names(list(self._codes)))
        yield "codes"
        self.connection.unregister("codes")

    def add(self, columns: Mapping[str, Any]) -> None:
        """Rows in columns, by the names of the table."""
        self.connection.register("incoming", {name: columns[name] for name in _COLUMNS})
        self.connection.execute("INSERT INTO raw SELECT * FROM incoming")
        self.connection.unregister("incoming")

    def add_query(self, select: str, parameters: Sequence[Any] = ()) -> None:
        """Rows that a statement gives, in the order of the table's columns."""
        self.connection.execute(f"INSERT INTO raw {select}", parameters)

    def batches(self) -> Iterator[Rows]:
        """All rows, the meters in the order of their names, those of one meter as its files have them."""
        names = sorted(self._codes)
        rank = np.empty(len(names), dtype=np.int32)
        rank[[self._codes[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        self._by_rank(rank)
        counts = self.connection.execute("SELECT code, count(*) FROM ranked GROUP BY code ORDER BY code").fetchall()
        first, waiting = 0, 0
        for place, (code, n) in enumerate(counts):
            if waiting and waiting + n > BATCH_ROWS:
                yield self._batch(names, first, code)
                first, waiting = code, 0
            waiting += n
            if place == len(counts) - 1:
                yield self._batch(names, first, len(names))

    def _by_rank(self, rank: Any) -> None:
        """Have a relation in which the meters bear their rank, and rows of meters that lie near each other are kept so."""
        self.connection.register("ranks", {"code": np.arange(len(rank), dtype=np.int32), "rank": rank})
        self.connection.execute("CREATE TABLE rank AS SELECT * FROM ranks")
        self.connection.unregister("ranks")
        same = bool((rank == np.arange(len(rank))).all())
        ranked = "SELECT rank AS code, raw.* EXCLUDE (code) FROM raw JOIN rank USING (code)"
        if same and self._near():
            self.connection.execute("CREATE VIEW ranked AS SELECT * FROM raw")
        elif self.connection.execute("SELECT count(*) FROM raw").fetchall()[0][0] <= BATCH_ROWS:
            self.connection.execute(f"CREATE VIEW ranked AS {ranked}")
        else:
            self.connection.execute(f"CREATE TABLE ranked AS {ranked} ORDER BY 1")
            self.connection.execute("DROP TABLE raw")

    def _near(self) -> bool:
        """Whether reading the rows of a few meters touches few of the groups in which the rows lie."""
        [(spread, meters)] = self.connection.execute(
            f"SELECT sum(most - least + 1), max(most) + 1 FROM (SELECT min(code) AS least, max(code) AS most FROM raw GROUP BY rowid // {_GROUP})"
        ).fetchall()
        return spread is None or spread <= 4 * meters

    def _batch(self, names: Sequence[str], first: int, after: int) -> Rows:
        found = self.connection.execute(
            "SELECT * FROM ranked WHERE code >= ? AND code < ? ORDER BY code, file, row, start_s", (first, after)
        ).fetchnumpy()
        columns = [found[name] for name in _COLUMNS[1:]]
        return Rows(tuple(names[first:after]), found["code"] - np.int32(first), *columns)


class Out:
    """A Parquet file of readings, written whole or not at all: meter, start_s, end_s, energy_wh, sorted. Used in a `with` statement."""

    def __init__(self, stage: Stage, file: Path) -> None:
        self._connection, self._file = stage.connection, file
        self._partial = file.with_name(f".{file.name}.partial")
        self._connection.execute("CREATE TABLE kept (meter VARCHAR, start_s BIGINT, end_s BIGINT, energy_wh BIGINT)")  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                # the parts come in the order of their meters, so each is sorted by itself
                self._connection.execute("SET preserve_insertion_order = true")
                partial = str(self._partial).replace("'", "''")
                self._connection.execute(
                    f"COPY (SELECT meter, start_s, end_s, energy_wh FROM kept) TO '{partial}' (FORMAT parquet, COMPRESSION zstd)"
                )
                self._partial.replace(self._file)
        finally:
            self._partial.unlink(missing_ok=True)

    def add(self, readings: Readings) -> None:
        """Readings of meters that come after all meters before."""
        columns = {"code": readings.meter, "start_s": readings.start_s, "end_s": readings.end_s}
        self._connection.register("names", _names(readings.meters))
        self._connection.register("incoming", columns | {"energy_wh": readings.energy_wh})
        self._connection.execute(
            "INSERT INTO kept SELECT meter, start_s, end_s, energy_wh FROM incoming JOIN names USING (code) ORDER BY code, start_s"
        )
        self._connection.unregister("names")
        self._connection.unregister("incoming")


def _names(meters: Sequence[str]) -> dict[str, Any]:
    """Names with their places, as the database takes columns."""
    return {"meter": np.array(meters, dtype=object), "code": np.arange(len(meters), dtype=np.int32)}
