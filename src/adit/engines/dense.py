"""Readings of many meters out of Parquet, as blocks of columns: a span of row groups for each thread, a bounded block at a time.

pyarrow hands each column over without a copy. The meter's name stays a place in a short list, so that no text is made for a reading.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from adit.engines.duckdb import DuckDB
from adit.terms.errors import BadInput

__all__ = [
    "COLUMNS",
    "MISSING",
    "Block",
    "arrow_block",
    "check_readings",
    "columns_of_file",
    "map_spans",
    "series_of",
    "sorted_copy",
]

COLUMNS = ("meter_id", "start_utc", "energy_wh")
MISSING = -(2**31)  # a reading that is there without a value
TICKS_PER_HOUR = {"s": 3600, "ms": 3_600_000, "us": 3_600_000_000, "ns": 3_600_000_000_000}
BLOCK_ROWS = 65_536  # decoded at once: what stays in the cache of a core
SPAN_ROWS = 4_000_000  # of a thread's task
TO_DO = "Write meter_id (text), start_utc (a timestamp in UTC) and energy_wh (whole watt-hours), or what `adit meters check --out` writes."
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Block:
    """Some readings in the order of the file. `meter` holds places in `names`, or the numbers of the meters where `names` is None."""

    where: str
    ticks_per_hour: int
    meter: Any
    names: Any
    ticks: Any  # 64 bits: when each interval begins, since 1970 UTC
    energy_wh: Any  # 32 bits; MISSING where there is none

    def name(self, row: int) -> str:
        place = int(self.meter[row])
        return str(place) if self.names is None else str(self.names[place].as_py())


def check_readings(files: Sequence[Path]) -> int:
    """How many readings the files hold by their own account. Raises BadInput where they lack a column, or it holds something else."""
    if not files:
        raise BadInput("No file of readings is given.", todo="Give one or more Parquet files.")
    return sum(_checked(file).metadata.num_rows for file in files)


def map_spans(
    files: Sequence[Path], work: Callable[[Iterator[Block]], Result], *, threads: int = 2
) -> Iterator[tuple[int, Result]]:
    """What `work` makes of each span of rows, in the order of the files, with the number of its rows; `threads` at a time.

    A meter may begin in one span and end in the next; the caller joins the two.
    """
    spans = ((file, groups, rows) for file in files for groups, rows in _spans(_checked(file)))

    def done(span: tuple[Path, list[int], int]) -> tuple[int, Result]:
        file, groups, rows = span
        return rows, work(_blocks(file, groups))

    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[tuple[int, Result]]] = deque(pool.submit(done, s) for s in islice(spans, threads + 1))
        try:
            while ahead:
                result = ahead.popleft().result()
                ahead.extend(pool.submit(done, s) for s in islice(spans, 1))
                yield result
        finally:
            for future in ahead:
                future.cancel()


def series_of(files: Sequence[Path], meters: Sequence[str]) -> dict[str, list[tuple[int, int | None]]]:
    """The readings of a few meters: the minute since 1970 UTC and the watt-hours, in the order of time."""
    found: dict[str, list[tuple[int, int | None]]] = {meter: [] for meter in meters}
    if not meters:
        return found
    wanted = ", ".join(_text(meter) for meter in meters)
    sql = (
        "SELECT meter_id, CAST(epoch_us(start_utc) // 60000000 AS BIGINT), CAST(energy_wh AS BIGINT) "
        f"FROM ({_together(files)}) WHERE meter_id IN ({wanted}) ORDER BY 1, 2"
    )
    with DuckDB() as engine:
        for meter, minute, wh in engine.rows(sql):
            found[meter].append((minute, wh))
    return found


def sorted_copy(files: Sequence[Path], folder: Path) -> list[Path]:
    """The readings of all files sorted by meter and time, in one Parquet file of a new folder. DuckDB spills what memory cannot hold."""
    check_readings(files)
    with DuckDB() as engine:
        engine.rows("SET preserve_insertion_order = true")
        engine.write(f"SELECT * FROM ({_together(files)}) ORDER BY meter_id, start_utc", folder)
    return sorted(folder.glob("*.parquet"))


def columns_of_file(file: Path) -> tuple[str, str, str]:
    """The names of the three columns in this file: COLUMNS, or `meter` and `start_s` as `adit meters check --out` writes. Raises BadInput."""
    return _columns(_checked(file).schema_arrow.names)


def _columns(names: Sequence[str]) -> tuple[str, str, str]:
    meter = "meter" if "meter" in names and "meter_id" not in names else "meter_id"
    return meter, "start_s" if "start_s" in names and "start_utc" not in names else "start_utc", "energy_wh"


def _together(files: Sequence[Path]) -> str:
    """The readings of all files as one relation with COLUMNS."""
    parts = []
    for file in files:
        meter, start, energy = columns_of_file(file)
        begin = "make_timestamp(start_s * 1000000)" if start == "start_s" else start
        parts.append(
            f"SELECT CAST({meter} AS VARCHAR) AS meter_id, CAST({begin} AS TIMESTAMP) AS start_utc, {energy} AS energy_wh "
            f"FROM read_parquet({_text(str(file))})"
        )
    return " UNION ALL ".join(parts)


def arrow_block(table: Any, where: str) -> Block:
    """A batch of the three columns as a block: what Spark hands to a worker is one, too. Raises BadInput."""
    meter, start, energy = (table.column(i) for i in range(3))
    names = None
    if pa.types.is_string(meter.type) or pa.types.is_large_string(meter.type):
        meter = meter.dictionary_encode()
    if meter.null_count or start.null_count:
        column = "meter_id" if meter.null_count else "start_utc"
        raise BadInput(f"A row has no {column}.", where=where, todo="Take such rows out, or give what is missing.")
    if pa.types.is_dictionary(meter.type):
        meter, names = meter.indices, meter.dictionary
    try:
        energy = energy.cast(pa.int32())
    except pa.ArrowInvalid as error:
        raise BadInput(
            "A reading of energy_wh is above 2,147 MWh.", where=where, todo="Look at the unit, and at the reading."
        ) from error
    if energy.null_count:
        energy = energy.fill_null(MISSING)
    return Block(
        where,
        TICKS_PER_HOUR[start.type.unit] if pa.types.is_timestamp(start.type) else TICKS_PER_HOUR["s"],
        meter.to_numpy(zero_copy_only=False),
        names,
        start.view(pa.int64()).to_numpy(zero_copy_only=False),
        energy.to_numpy(zero_copy_only=False),
    )


def _blocks(file: Path, groups: list[int]) -> Iterator[Block]:
    columns = list(columns_of_file(file))
    with pq.ParquetFile(file, read_dictionary=columns[:1]) as source:  # a reader of its own for each thread
        for batch in source.iter_batches(BLOCK_ROWS, row_groups=groups, columns=columns, use_threads=False):
            yield arrow_block(batch.select(columns), str(file))


def _spans(source: pq.ParquetFile) -> Iterator[tuple[list[int], int]]:
    """Row groups that follow each other, with some millions of rows together."""
    groups, rows = list[int](), 0
    for group in range(source.num_row_groups):
        groups.append(group)
        rows += source.metadata.row_group(group).num_rows
        if rows >= SPAN_ROWS:
            yield groups, rows
            groups, rows = [], 0
    if groups:
        yield groups, rows


def _checked(file: Path) -> pq.ParquetFile:
    try:
        source = pq.ParquetFile(file)
    except FileNotFoundError as error:
        raise BadInput("There is no such file.", where=str(file), todo="Give the path of a Parquet file.") from error
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0]
        raise BadInput(
            f"This is not Parquet: {said}", where=str(file), todo="`adit meters check` reads CSV and Excel."
        ) from error
    schema = source.schema_arrow
    in_kwh = [name for name in schema.names if name.lower() in ("energy_kwh", "kwh", "energy_mwh", "mwh")]
    if "energy_wh" in schema.names and in_kwh:
        raise BadInput(
            f"The file counts in two units: energy_wh and {in_kwh[0]}.", where=str(file), todo="Leave one of them out."
        )
    if in_kwh:
        raise BadInput(
            f"The column {in_kwh[0]} is not in watt-hours.",
            where=str(file),
            todo="Write energy_wh: whole watt-hours, as CAST(round(kwh * 1000) AS INTEGER).",
        )
    for name in _columns(schema.names):
        if name not in schema.names:
            raise BadInput(
                f"There is no column {name}; the file has {', '.join(schema.names)}.", where=str(file), todo=TO_DO
            )
        kind = schema.field(name).type
        if not _may_be(name, kind):
            raise BadInput(f"The column {name} holds {kind}.", where=str(file), todo=TO_DO)
    if not source.metadata.num_rows:
        raise BadInput("The file has no readings.", where=str(file), todo="Look whether the export was cut off.")
    return source


def _may_be(name: str, kind: Any) -> bool:
    if name == "start_utc":
        return bool(pa.types.is_timestamp(kind))
    if name in ("energy_wh", "start_s"):
        return bool(pa.types.is_integer(kind))
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_integer(kind)
        or (pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
