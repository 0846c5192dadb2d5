"""Parquet files of readings: columns of times and numbers are read by the database, and never row by row; text goes the way of CSV."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adit.engines.duckdb import query
from adit.engines.reading import reading_file
from adit.evidence.meters.cells import ENERGY_MAX_WH
from adit.evidence.meters.columns import Columns, How
from adit.evidence.meters.findings import Report
from adit.evidence.sources.reading_rows import Line
from adit.evidence.sources.reading_stage import Stage
from adit.terms.errors import BadInput

__all__ = ["as_lines", "is_typed", "take_parquet", "types_of"]

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FLOATS = ("FLOAT", "DOUBLE")
_FETCH = 50_000
_GOOD = "fault IN ('', 'not-whole', 'imprecise')"
_FLOAT_WHOLE_WH = 2**23  # from here on a float of 32 bits has no place for single watt-hours


def types_of(file: Path) -> dict[str, str]:
    """The columns of a Parquet file and their types. Raises BadInput where it is none."""
    with reading_file(str(file), "Parquet"):
        found = query("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)])
    return {row["column_name"]: row["column_type"] for row in found}


def is_typed(types: Mapping[str, str], columns: Columns) -> bool:
    """Whether no time and no number of the table is text."""
    told = [c for c in (columns.start, columns.end, columns.value, columns.recorded, *columns.wide) if c]
    return not columns.clock and not any(types[c] == "VARCHAR" for c in told)


def as_lines(stage: Stage, file: Path, header: Sequence[str]) -> Iterator[Line]:
    """The rows as text."""
    cells = ", ".join(f"COALESCE(CAST({_name(c)} AS VARCHAR), '')" for c in header)
    reading = stage.connection.cursor()
    reading.execute(
        f"SELECT file_row_number + 2, {cells} FROM read_parquet(?, file_row_number = true) ORDER BY 1", [str(file)]
    )
    while rows := reading.fetchmany(_FETCH):
        for row, *texts in rows:
            yield Line(row, texts)


def take_parquet(
    file: Path, types: Mapping[str, str], columns: Columns, how: How, number: int, stage: Stage, report: Report
) -> int:  # fmt: skip
    """Lay down the rows of a file; how many there were. Raises BadInput for a column of a type that is no time or no number."""
    name = str(file)
    start = _Time(columns.start, types, columns, how, name) if columns.start else None
    end = _Time(columns.end, types, columns, how, name) if columns.end and columns.layout != "registers" else None
    anchor = start or end
    assert anchor is not None
    if start and end and start.local != end.local:
        raise BadInput("Of begin and end one has a zone and the other has none.", where=name, todo="Give both in UTC.")
    recorded = _Time(columns.recorded, types, columns, how, name) if columns.recorded else None
    length = 0 if columns.layout == "registers" else (how.length_s or 0)
    times = {
        "s": start.seconds if start else f"{anchor.seconds} - {length}",
        "e": end.seconds if end else f"{anchor.seconds} + {length}",
        "r": f"COALESCE({recorded.seconds}, -9223372036854775807 - 1)" if recorded else "-9223372036854775807 - 1",
    }
    late = [t for t in (start, end) if t]
    bad_time = " OR ".join(f"{t.seconds} IS NULL OR {t.micros} % 1000000 <> 0" for t in late)
    meter = "?" if how.meter or columns.layout == "wide" else _meter(columns.meter, types, name)
    reading = stage.connection
    for column in columns.wide or (columns.value,):
        own = how.meter if columns.layout != "wide" else column
        value = _Value(column, types, columns, name)
        rows = (
            f"SELECT file_row_number + 2 AS row, {meter} AS meter, {', '.join(f'{sql} AS {n}' for n, sql in times.items())},"
            f" {value.wh} AS x, CAST({_name(column)} AS VARCHAR) AS said,"
            f" CAST({_name(anchor.column)} AS VARCHAR) AS moment, CASE WHEN meter IS NULL OR meter = '' THEN 'no-meter'"
            f" WHEN {bad_time} THEN 'not-a-time' {value.faults} ELSE '' END AS fault FROM read_parquet(?, file_row_number = true)"
        )
        given = [own, name] if meter == "?" else [name]
        if meter == "?":
            stage.code(own)
        else:
            numbers = f"SELECT DISTINCT meter FROM ({rows}) WHERE {_GOOD} ORDER BY 1"
            for (found,) in reading.execute(numbers, given).fetchall():
                stage.code(found)
        with stage.codes() as codes:
            stage.add_query(
                f"SELECT code, {number}, row, s, e, CAST(round(x) AS BIGINT), {anchor.local}, r FROM ({rows}) JOIN {codes} USING (meter)"
                f" WHERE {_GOOD}",
                given,
            )
        _tell(reading.cursor(), rows, given, name, column, anchor.column, columns.meter, report)
    [(total,)] = reading.execute("SELECT count(*) FROM read_parquet(?)", [name]).fetchall()
    return int(total)


def _tell(
    reading: Any, rows: str, given: list[str], file: str, value: str, time: str, meter: str, report: Report
) -> None:
    reading.execute(f"SELECT fault, row, meter, said, moment FROM ({rows}) WHERE fault <> '' ORDER BY row", given)
    while found := reading.fetchmany(_FETCH):
        for fault, row, of, said, moment in found:
            column = {"no-meter": meter, "not-a-time": time}.get(fault, value)
            report.add(
                fault,
                file=file,
                row=row,
                column=column,
                meter=of or "",
                value=(moment if column == time else said) or "",
            )


class _Time:
    """A column of times as SQL: microseconds and seconds since 1970, by the clock of the zone or UTC."""

    def __init__(self, column: str, types: Mapping[str, str], columns: Columns, how: How, file: str) -> None:
        kind, cell = types[column], _name(column)
        self.column = column
        self.local = False
        if kind in _WHOLE and columns.seconds:
            self.micros = f"(CAST({cell} AS BIGINT) * 1000000)"
        elif kind == "TIMESTAMP WITH TIME ZONE":
            self.micros = f"epoch_us({cell})"
        elif kind == "DATE" or kind.startswith("TIMESTAMP"):
            self.micros = f"epoch_us(CAST({cell} AS TIMESTAMP))"
            self.local = not columns.utc and how.zone not in ("", "UTC")
            if not columns.utc and not how.zone:
                raise BadInput(
                    f"Nothing says in which zone the times of '{column}' are.",
                    where=file,
                    todo="Pass --zone Europe/Moscow, or whichever it is, or --zone UTC.",
                )
        else:
            raise BadInput(
                f"The column '{column}' holds {kind}, which is no time.",
                where=file,
                todo="Write times as TIMESTAMP, or as text 2024-10-27 01:30; seconds since 1970 stand in a column named as start_s.",
            )
        self.seconds = f"({self.micros} // 1000000)"


class _Value:
    """A column of numbers as SQL: watt-hours, and what may be wrong with them."""

    def __init__(self, column: str, types: Mapping[str, str], columns: Columns, file: str) -> None:
        kind, cell, factor = types[column], _name(column), columns.factor_wh
        self.faults = f"WHEN {cell} IS NULL THEN 'no-energy'"
        if kind in _FLOATS:
            self.wh = f"CASE WHEN isfinite({cell}) THEN CAST({cell} AS DOUBLE) * {factor} END"
            # what a float leaves of a whole number when it is multiplied is not told
            slack = f"abs(x) * {'1.2e-7' if kind == 'FLOAT' else '1e-12'} + 1e-6"
            self.faults += (
                f" WHEN NOT isfinite({cell}) THEN 'not-finite' WHEN abs(x) > {ENERGY_MAX_WH} THEN 'too-large'"
            )
            if kind == "FLOAT":
                self.faults += f" WHEN abs(x) >= {_FLOAT_WHOLE_WH} THEN 'imprecise'"
            self.faults += f" WHEN abs(x - round(x)) > {slack} THEN 'not-whole'"
        elif kind in _WHOLE:
            self.wh = f"CAST({cell} AS HUGEINT) * {factor}"
            self.faults += f" WHEN abs(x) > {ENERGY_MAX_WH} THEN 'too-large'"
        elif kind.startswith("DECIMAL"):
            places = int(kind.removesuffix(")").rpartition(",")[2])
            # ten thousand times the most that a meter counts still fits, whatever the places
            self.wh = f"CASE WHEN abs({cell}) <= {ENERGY_MAX_WH // factor} THEN CAST({cell} AS DECIMAL(38, {places})) * {factor} END"
            self.faults += " WHEN x IS NULL THEN 'too-large' WHEN x <> round(x) THEN 'not-whole'"
        else:
            raise BadInput(
                f"The column '{column}' holds {kind}, which is no number.",
                where=file,
                todo="Write energy as a whole number, a decimal, a float or text.",
            )


def _meter(column: str, types: Mapping[str, str], file: str) -> str:
    if types[column] in (*_WHOLE, "VARCHAR", "UUID") or types[column].startswith("ENUM"):
        return f"trim(CAST({_name(column)} AS VARCHAR))"
    raise BadInput(
        f"The column '{column}' holds {types[column]}, which is no number of a meter.", where=file, todo="Write it as text or as a whole number."
    )  # fmt: skip


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
