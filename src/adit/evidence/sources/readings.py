"""Readings of meters from files: CSV, Excel and Parquet of any size, checked row by row, in one layout.

Intervals, registers and tables with a column for each meter are understood. What is wrong is told and never mended.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adit.engines.duckdb import connect
from adit.engines.reading import reading_file, using_disk
from adit.evidence.meters.checks import MeterSummary, checked
from adit.evidence.meters.columns import Columns, How, columns_of
from adit.evidence.meters.findings import Report
from adit.evidence.meters.layout import Readings, joined
from adit.evidence.meters.meter import Meter, by_number
from adit.evidence.meters.rows import FileFacts
from adit.evidence.sources.reading_parquet import as_lines, is_typed, take_parquet, types_of
from adit.evidence.sources.reading_rows import take_rows
from adit.evidence.sources.reading_stage import Out, Stage
from adit.evidence.sources.reading_text import open_csv, open_workbook
from adit.terms.errors import BadInput

__all__ = ["Checked", "FileRead", "check_readings", "read_readings", "stored_readings"]

_BATCH_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file was read as."""

    file: str
    rows: int
    columns: Columns


@dataclass(frozen=True, slots=True)
class Checked:
    """What the files came to: how each was read, what remains of each meter, what is wrong."""

    files: tuple[FileRead, ...]
    meters: tuple[MeterSummary, ...]
    report: Report


def check_readings(
    files: Sequence[Path], how: How, *, now_s: int, meters: Sequence[Meter] = (), report: Report | None = None, out: Path | None = None,
    each: Callable[[Readings], None] | None = None, progress: Callable[[str], None] = lambda _: None,
) -> Checked:  # fmt: skip
    """Check files of readings that belong together, in bounded memory; `each` is given the good readings, some meters at a time.

    `out` is written whole or not at all. Raises BadInput for a file that cannot be read, or not without guessing.
    """
    report = report if report is not None else Report()
    listed = by_number(meters)
    read: list[FileRead] = []
    facts: list[FileFacts] = []
    with using_disk(), Stage() as stage:
        for number, file in enumerate(files):
            progress(f"reading {file.name}")
            found = _take(file, how, number, stage, report)
            if not found.rows:
                report.add("no-rows", file=found.file)
            read.append(found)
            facts.append(_facts(found))
        summaries: list[MeterSummary] = []

        def pass_on(take: Callable[[Readings], None]) -> None:
            for rows in stage.batches():
                progress(f"checking {len(summaries):,} meters")
                readings, of_meters = checked(
                    rows, facts, report, zone=how.zone, now_s=now_s, meters=listed, rollover_wh=how.rollover_wh
                )
                summaries.extend(of_meters)
                take(readings)
                if each is not None:
                    each(readings)

        if out is None:
            pass_on(lambda _: None)
        else:
            with Out(stage, out) as writing:
                pass_on(writing.add)
    return Checked(tuple(read), tuple(summaries), report)


def read_readings(
    files: Sequence[Path], how: How, *, now_s: int, meters: Sequence[Meter] = (), report: Report | None = None
) -> tuple[Readings, Checked]:  # fmt: skip
    """The good readings of the files in memory, and what was wrong with the others."""
    parts: list[Readings] = []
    found = check_readings(files, how, now_s=now_s, meters=meters, report=report, each=parts.append)
    return joined(parts), found


def stored_readings(file: Path, *, rows: int = _BATCH_ROWS) -> Iterator[Readings]:
    """The readings of a file that `check_readings` wrote, whole meters at a time. Raises BadInput for another file."""
    if list(types_of(file)) != ["meter", "start_s", "end_s", "energy_wh"]:
        raise BadInput(
            "This is no file of checked readings.",
            where=str(file),
            todo="Make one: adit meters check FILE --out readings.parquet",
        )
    with connect(threads=2) as connection:
        counts = connection.execute(
            "SELECT meter, count(*) FROM read_parquet(?) GROUP BY meter ORDER BY meter", [str(file)]
        ).fetchall()
        part: list[str] = []
        waiting = 0
        for place, (meter, n) in enumerate(counts):
            part.append(meter)
            waiting += n
            if place + 1 < len(counts) and waiting + counts[place + 1][1] <= rows:
                continue
            found = connection.execute(
                "SELECT start_s, end_s, energy_wh FROM read_parquet(?) WHERE meter BETWEEN ? AND ? ORDER BY meter, start_s",
                [str(file), part[0], part[-1]],
            ).fetchnumpy()
            sizes = [n for _, n in counts[place + 1 - len(part) : place + 1]]
            code = np.repeat(np.arange(len(part), dtype=np.int32), sizes)
            yield Readings(tuple(part), code, found["start_s"], found["end_s"], found["energy_wh"])
            part, waiting = [], 0


def _take(file: Path, how: How, number: int, stage: Stage, report: Report) -> FileRead:
    name = str(file)
    kind = _kind(file)
    if kind == "parquet":
        types = types_of(file)
        columns = columns_of(list(types), how, name)
        with reading_file(name, "Parquet"):
            return FileRead(name, _rows_of_parquet(file, types, columns, how, number, stage, report), columns)
    with (open_csv if kind == "csv" else open_workbook)(file) as table:
        columns = columns_of(table.header, how, name)
        total = take_rows(table.lines, table.header, columns, how, number, name, stage, report, comma=table.comma)
    return FileRead(name, total, columns)


def _rows_of_parquet(
    file: Path, types: Mapping[str, str], columns: Columns, how: How, number: int, stage: Stage, report: Report
) -> int:
    if is_typed(types, columns):
        return take_parquet(file, types, columns, how, number, stage, report)
    lines = as_lines(stage, file, list(types))
    return take_rows(lines, list(types), columns, how, number, str(file), stage, report, comma=True)


def _kind(file: Path) -> str:
    """What a file is, by its content and never by its name. Raises BadInput for what is none of the three."""
    try:
        with file.open("rb") as raw:
            start = raw.read(4)
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(file), todo="Check the path."
        ) from error
    if start == b"PAR1":
        return "parquet"
    if start == b"PK\x03\x04":
        return "xlsx"
    if start == b"\xd0\xcf\x11\xe0":
        raise BadInput(
            "This is an old Excel file (.xls), or one with a password.", where=str(file), todo="Save it as .xlsx."
        )
    return "csv"


def _facts(read: FileRead) -> FileFacts:
    columns = read.columns
    return FileFacts(
        read.file, columns.start or columns.end, columns.value, registers=columns.layout == "registers", ends_given=not columns.start
    )  # fmt: skip
