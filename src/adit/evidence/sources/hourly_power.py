"""Hourly load and generation of the unified power systems, as the System Operator publishes them.

An hour that the file does not have is not a number here: it is counted as missing and never filled in. Hours begin at
the time that names them and are Moscow time, which is UTC+3 in all the years of the shipped file.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.tables import shipped
from adit.terms.errors import BadInput

__all__ = ["HOURLY", "SystemHours", "SystemYear", "read_hours", "system_codes", "year_of"]

HOURLY = "electricity_ru/so_ups_hourly_2015_2021.parquet"
_COLUMNS = ("ts_msk", "ups_code", "consumption_mwh", "generation_mwh")
_HOUR = np.timedelta64(1, "h")
_MOSCOW = timezone(timedelta(hours=3), "MSK")


@dataclass(frozen=True, slots=True)
class SystemHours:
    """One system over whole calendar years: a place for every hour, not a number where nothing was published."""

    system: str
    first_year: int
    last_year: int
    load_mw: NDArray[np.float64]
    generation_mw: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SystemYear:
    """One calendar year of a system, Moscow time."""

    system: str
    year: int
    load_mw: NDArray[np.float64]
    generation_mw: NDArray[np.float64]
    month: NDArray[np.int64]  # 1 to 12, of each hour

    @property
    def hours_missing(self) -> int:
        """Hours of which load or generation is not known."""
        return int(np.isnan(self.load_mw + self.generation_mw).sum())

    def hour(self, index: int) -> datetime:
        """When this hour of the year began, Moscow time."""
        return datetime(self.year, 1, 1, tzinfo=_MOSCOW) + timedelta(hours=int(index))


@cache
def system_codes() -> Mapping[int, str]:
    """The systems that the shipped file covers, by the System Operator's code."""
    with shipped("electricity_ru/so_ups_zones.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["ups_code"]): row["system"] for row in csv.DictReader(file)}


def read_hours(file: Path | None = None) -> dict[str, SystemHours]:
    """Every system in the file, by name: the shipped file, or one with the same four columns, Parquet or CSV.

    Raises BadInput for a missing column, an unknown code, a figure below zero, an hour that stands twice or is not whole.
    """
    columns = _table(file or shipped(HOURLY))
    where = str(file) if file else HOURLY
    if not len(columns["ts"]):
        raise BadInput("The file has no hours.", where=where, todo=f"It needs {', '.join(_COLUMNS)}.")
    _check(columns, where)
    years = columns["ts"].astype("datetime64[Y]").astype(int) + 1970
    first, last = int(years.min()), int(years.max())
    start, end = np.datetime64(f"{first}-01-01T00"), np.datetime64(f"{last + 1}-01-01T00")
    place = ((columns["ts"] - start) // _HOUR).astype(np.int64)
    found: dict[str, SystemHours] = {}
    for code in np.unique(columns["code"]):
        rows = columns["code"] == code
        if len(np.unique(place[rows])) < int(rows.sum()):
            taken = np.bincount(place[rows]).argmax()
            raise BadInput(
                f"The hour {_said(start + int(taken) * _HOUR)} of {system_codes()[int(code)]} stands more than once.",
                where=where,
                todo="Keep one row for each system and hour.",
            )
        series = [np.full(int((end - start) // _HOUR), np.nan) for _ in range(2)]
        for values, name in zip(series, ("load", "generation"), strict=True):
            values[place[rows]] = columns[name][rows]
        found[system_codes()[int(code)]] = SystemHours(system_codes()[int(code)], first, last, *series)
    return dict(sorted(found.items()))


def year_of(hours: SystemHours, year: int, *, where: str = HOURLY) -> SystemYear:
    """One year of a system. Raises BadInput for a year of which the file has no hour."""
    begin = np.datetime64(f"{year}-01-01T00")
    base = np.datetime64(f"{hours.first_year}-01-01T00")
    first = int((begin - base) // _HOUR)
    count = int((np.datetime64(f"{year + 1}-01-01T00") - begin) // _HOUR)
    inside = hours.first_year <= year <= hours.last_year
    load = hours.load_mw[first : first + count] if inside else np.array([np.nan])
    generation = hours.generation_mw[first : first + count] if inside else load
    if np.isnan(load + generation).all():
        raise BadInput(
            f"There is no hour of {hours.system} in {year}; the file holds {hours.first_year} to {hours.last_year}.",
            where=where,
            todo="Ask for one of those years, or load later hours with --hours FILE.",
        )
    month = (begin + np.arange(count) * _HOUR).astype("datetime64[M]").astype(np.int64) % 12 + 1
    return SystemYear(hours.system, year, load, generation, month)


def _table(file: Path) -> dict[str, NDArray[Any]]:
    from adit.engines.duckdb import connect  # an engine is loaded only when it is asked to run
    from adit.engines.reading import reading_file

    if not file.is_file():
        raise BadInput("There is no such file.", where=str(file), todo="Check the path.")
    read = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    with connect() as connection, reading_file(str(file), "a table of hours"):
        names = [c[0] for c in connection.execute(f"SELECT * FROM {read}(?) LIMIT 0", [str(file)]).description]
        if lacking := [c for c in _COLUMNS if c not in names]:
            raise BadInput(
                f"The table of hours lacks {', '.join(lacking)}.",
                where=str(file),
                todo="Power is in MWh of an hour; ts_msk is the beginning of the hour in Moscow time.",
            )
        found: dict[str, NDArray[Any]] = connection.execute(
            f"""SELECT CAST(ts_msk AS TIMESTAMP) AS ts, CAST(ups_code AS INTEGER) AS code,
                       CAST(consumption_mwh AS DOUBLE) AS load, CAST(generation_mwh AS DOUBLE) AS generation
                FROM {read}(?)""",
            [str(file)],
        ).fetchnumpy()
    for name in ("ts", "code"):
        if np.ma.isMaskedArray(found[name]) and np.ma.getmaskarray(found[name]).any():
            raise BadInput(f"A row has no {'ts_msk' if name == 'ts' else 'ups_code'}.", where=str(file))
    return {n: np.ma.filled(v, np.nan) if n in ("load", "generation") else np.asarray(v) for n, v in found.items()}


def _check(columns: dict[str, NDArray[Any]], where: str) -> None:
    if strange := sorted({int(c) for c in np.unique(columns["code"])} - set(system_codes())):
        known = ", ".join(f"{code} {name}" for code, name in system_codes().items())
        raise BadInput(f"There is no unified power system {strange[0]}.", where=where, todo=f"Known: {known}.")
    if (columns["ts"].astype("datetime64[h]") != columns["ts"]).any():
        raise BadInput("A row does not begin on the hour.", where=where, todo="Sum to whole hours first.")
    for name, word in (("load", "consumption_mwh"), ("generation", "generation_mwh")):
        below = np.flatnonzero(columns[name] < 0)
        if len(below):
            raise BadInput(
                f"{word} is {columns[name][below[0]]:g} MWh at {_said(columns['ts'][below[0]])}: below zero.",
                where=where,
                todo="An hour that was not measured is left blank, never negative.",
            )


def _said(hour: np.datetime64) -> str:
    return str(hour.astype("datetime64[m]")).replace("T", " ")
