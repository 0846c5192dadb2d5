"""How cold the regions are, month by month: the mean of one to three years, no thirty-year normal."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from adit.evidence.sources.tables import Cells, decimal_of, given, read_table, shipped, whole_number_of
from adit.terms.places import region

__all__ = ["ColdMonths", "RegionClimate", "cold_months", "mean_c", "read_climate"]


@dataclass(frozen=True, slots=True)
class RegionClimate:
    """The mean temperature of each month, January first; None where stations reported too few days."""

    region: str
    temp_c: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ColdMonths:
    """The months colder than asked for, and those of which nothing is known."""

    cold: tuple[int, ...]
    unknown: tuple[int, ...]


@cache
def read_climate() -> dict[str, RegionClimate]:
    """The climate of each region with stations, by ISO code. Sevastopol has none of its own: Crimea is next to it."""
    table = read_table(shipped("climate/russia_regions_monthly_temp.csv"), ("iso_3166_2", "month", "temp_mean_c"))
    months: dict[str, list[Decimal | None]] = {}
    for iso, month, temp_c in table.read_all(_month):
        months.setdefault(iso, [None] * 12)[month - 1] = temp_c
    return {iso: RegionClimate(iso, tuple(temps)) for iso, temps in months.items()}


def cold_months(climate: RegionClimate, below_c: Decimal = Decimal(0)) -> ColdMonths:
    """The months whose mean lies below the bound, 1 to 12."""
    numbered = list(enumerate(climate.temp_c, start=1))
    return ColdMonths(
        tuple(n for n, t in numbered if t is not None and t < below_c),
        tuple(n for n, t in numbered if t is None),
    )


def mean_c(climate: RegionClimate) -> Decimal | None:
    """The mean of the twelve months, to a tenth of a degree; None where one is missing, since winter may be what is."""
    known = [t for t in climate.temp_c if t is not None]
    return round(sum(known, Decimal(0)) / 12, 1) if len(known) == 12 else None


def _month(cells: Cells) -> tuple[str, int, Decimal]:
    month, temp_c = given(cells, "month", whole_number_of), given(cells, "temp_mean_c", decimal_of)
    return region(cells["iso_3166_2"]).iso, month, temp_c
