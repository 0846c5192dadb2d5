"""The surplus of each power system by month and class of hours, as shipped: when in the month a system is short, and when it has power to spare.

python -m adit.grid.hour_classes.store    rewrites so_ups_surplus_by_hour_class.csv from the hourly file
"""

import csv
from dataclasses import asdict, dataclass, fields
from functools import cache

from adit.evidence.sources.tables import Cells, given, read_table, shipped, whole_number_of
from adit.grid.hour_classes.classes import HOUR_CLASSES
from adit.grid.monthly.store import megawatts

__all__ = [
    "SURPLUS_BY_CLASS",
    "SurplusInClass",
    "read_surplus_by_class",
    "surplus_in_classes",
    "write_surplus_by_class",
]

SURPLUS_BY_CLASS = "electricity_ru/so_ups_surplus_by_hour_class.csv"


@dataclass(frozen=True, slots=True)
class SurplusInClass:
    """A system in one class of hours of a month, at the demonstrated end and after reserve: whole megawatts, downwards."""

    system: str  # as energy_system in terms/regions.csv
    year: int
    month: int
    hour_class: str
    surplus_mw_firm: (
        int | None
    )  # the worst known hour of this class and month of the calendar, in this year and all before it
    hours: int  # of this year and month, those that are not known left out
    hours_short: int  # of them, with a surplus below zero


@cache
def read_surplus_by_class() -> tuple[SurplusInClass, ...]:
    """Every system, complete year, month and class that is shipped."""
    columns = [f.name for f in fields(SurplusInClass)]
    return tuple(read_table(shipped(SURPLUS_BY_CLASS), columns).read_all(_row))


def surplus_in_classes(system: str, year: int, month: int) -> tuple[SurplusInClass, ...]:
    """The rows of a month by HOUR_CLASSES; none where the system's hours are not open."""
    return _by_month().get((system, year, month), ())


def write_surplus_by_class() -> None:
    """Rewrites the shipped table from the hourly file."""
    from adit.grid.hour_classes.making import recompute_surplus_by_class  # reads the hours: an engine and NumPy

    with shipped(SURPLUS_BY_CLASS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(SurplusInClass)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in recompute_surplus_by_class())


@cache
def _by_month() -> dict[tuple[str, int, int], tuple[SurplusInClass, ...]]:
    order = {c.name: k for k, c in enumerate(HOUR_CLASSES)}
    found: dict[tuple[str, int, int], list[SurplusInClass]] = {}
    for row in read_surplus_by_class():
        found.setdefault((row.system, row.year, row.month), []).append(row)
    return {key: tuple(sorted(rows, key=lambda r: order[r.hour_class])) for key, rows in found.items()}


def _row(cells: Cells) -> SurplusInClass:
    return SurplusInClass(
        system=cells["system"],
        year=given(cells, "year", whole_number_of),
        month=given(cells, "month", whole_number_of),
        hour_class=cells["hour_class"],
        surplus_mw_firm=megawatts(cells, "surplus_mw_firm"),
        hours=given(cells, "hours", whole_number_of),
        hours_short=given(cells, "hours_short", whole_number_of),
    )


if __name__ == "__main__":
    write_surplus_by_class()
