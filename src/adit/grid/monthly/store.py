"""The monthly surplus of each power system, as shipped, so that a case is decided without reading a single hour.

The hourly file is the evidence. The table is made from it:

    python -m adit.grid.monthly.store    rewrites so_ups_surplus_by_month.csv
"""

import csv
import re
from dataclasses import asdict, dataclass, fields
from functools import cache

from adit.evidence.sources.tables import CellError, Cells, given, read_table, shipped, whole_number_of

__all__ = [
    "SURPLUS_BY_MONTH",
    "MonthlySurplus",
    "megawatts",
    "monthly_surplus",
    "read_monthly_surplus",
    "write_monthly_surplus",
]

SURPLUS_BY_MONTH = "electricity_ru/so_ups_surplus_by_month.csv"


@dataclass(frozen=True, slots=True)
class MonthlySurplus:
    """A system in a month of a year, at the demonstrated end: whole megawatts, downwards. None is not known."""

    system: str  # as energy_system in terms/regions.csv
    year: int
    month: int
    accept_hours: int  # of the year, with which the interruptible surplus was worked out
    surplus_mw_firm: int | None  # the worst known hour of this month of the calendar, in this year and all before it
    surplus_mw_interruptible: int | None
    surplus_curtailed_hours: int | None
    hours_missing: int


@cache
def read_monthly_surplus() -> tuple[MonthlySurplus, ...]:
    """Every system, complete year and month that is shipped."""
    columns = [f.name for f in fields(MonthlySurplus)]
    return tuple(read_table(shipped(SURPLUS_BY_MONTH), columns).read_all(_month))


def monthly_surplus(system: str, year: int, month: int) -> MonthlySurplus | None:
    """The row of a system, or None where there is none."""
    return _by_key().get((system, year, month))


def write_monthly_surplus() -> None:
    """Rewrites the shipped table from the hourly file."""
    from adit.grid.monthly.making import recompute_monthly_surplus  # reads the hours: an engine and NumPy

    with shipped(SURPLUS_BY_MONTH).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(MonthlySurplus)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in recompute_monthly_surplus())


@cache
def _by_key() -> dict[tuple[str, int, int], MonthlySurplus]:
    return {(row.system, row.year, row.month): row for row in read_monthly_surplus()}


def _month(cells: Cells) -> MonthlySurplus:
    return MonthlySurplus(
        system=cells["system"],
        year=given(cells, "year", whole_number_of),
        month=given(cells, "month", whole_number_of),
        accept_hours=given(cells, "accept_hours", whole_number_of),
        surplus_mw_firm=megawatts(cells, "surplus_mw_firm"),
        surplus_mw_interruptible=megawatts(cells, "surplus_mw_interruptible"),
        surplus_curtailed_hours=whole_number_of(cells, "surplus_curtailed_hours"),
        hours_missing=given(cells, "hours_missing", whole_number_of),
    )


def megawatts(cells: Cells, column: str) -> int | None:
    """Whole megawatts; below zero the system is short. A blank is not known."""
    text = cells.get(column, "")
    if not re.fullmatch(r"(-?[0-9]+)?", text):
        raise CellError(column, f"'{text}' is not a whole number of megawatts")
    return int(text) if text else None


if __name__ == "__main__":
    write_monthly_surplus()
