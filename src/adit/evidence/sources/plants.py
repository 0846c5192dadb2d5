"""Power plants of Russia and their capacity, from the Global Power Plant Database; and what each subject generated, from Rosstat.

The database knows about nine tenths of the country's capacity and no date on which a plant was away.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from adit.evidence.sources.tables import Cells, decimal_of, given, read_table, shipped, whole_number_of
from adit.terms.places import regions

__all__ = [
    "PLANTS",
    "ROSSTAT",
    "ROSSTAT_YEAR",
    "Plant",
    "generated_mln_kwh",
    "installed_mw",
    "read_plants",
    "system_mw",
]

PLANTS = "power_plants/gppd_russia_v13.csv"
ROSSTAT = "electricity_ru/rosstat_generation_annual_by_region.csv"
ROSSTAT_YEAR = 2015  # the last whole year of the shipped table


@dataclass(frozen=True, slots=True)
class Plant:
    """A power plant as the database has it; `capacity_mw` is None where it does not say."""

    name: str
    region: str  # ISO code, or blank where it lies in none
    capacity_mw: Decimal | None
    fuel: str


@cache
def read_plants() -> tuple[Plant, ...]:
    """Every plant of Russia in the database."""
    return tuple(read_table(shipped(PLANTS), ("name", "region_iso", "capacity_mw", "primary_fuel")).read_all(_plant))


@cache
def installed_mw() -> Mapping[str, Decimal]:
    """Installed capacity by region, of the plants whose capacity is known."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for plant in read_plants():
        found[plant.region] += plant.capacity_mw or 0
    return dict(found)


@cache
def system_mw() -> Mapping[str, Decimal]:
    """The same by unified power system."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for iso, capacity in installed_mw().items():
        if iso in regions():
            found[regions()[iso].energy_system] += capacity
    return dict(found)


@cache
def generated_mln_kwh() -> Mapping[str, Decimal]:
    """What each subject generated in 2015, for those whose twelve months are published; parts of joint rows are absent."""
    table = read_table(shipped(ROSSTAT), ("code", "year", "generation_mln_kwh", "months"))
    rows = table.read_all(_generated)
    return {
        code: value for code, year, value, months in rows if year == ROSSTAT_YEAR and months == 12 and code in regions()
    }


def _plant(cells: Cells) -> Plant:
    return Plant(cells["name"], cells["region_iso"], decimal_of(cells, "capacity_mw"), cells["primary_fuel"])


def _generated(cells: Cells) -> tuple[str, int, Decimal, int]:
    year, months = given(cells, "year", whole_number_of), given(cells, "months", whole_number_of)
    return cells["code"], year, decimal_of(cells, "generation_mln_kwh") or Decimal(0), months
