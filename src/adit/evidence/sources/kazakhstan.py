"""Kazakhstan: what its fourteen regions consume, and the plants that stand in them. It is where a regional model can be tried."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from adit.evidence.sources.tables import Cells, decimal_of, given, read_table, shipped

__all__ = ["CONSUMPTION", "KAZAKH_PLANTS", "KazakhRegion", "kazakh_regions"]

CONSUMPTION = "energy_countries/kazakhstan_regional_consumption.csv"
KAZAKH_PLANTS = "energy_countries/kazakhstan_plants.csv"


@dataclass(frozen=True, slots=True)
class KazakhRegion:
    """A region with its consumption of the year and the plants that stand in it."""

    name: str
    consumption_gwh: Decimal
    installed_mw: Decimal


@cache
def kazakh_regions() -> tuple[KazakhRegion, ...]:
    """All fourteen, by name."""
    capacity = _installed()
    rows = read_table(shipped(CONSUMPTION), ("region", "consumption_gwh")).read_all(_consumption)
    return tuple(KazakhRegion(name, gwh, capacity.get(name, Decimal(0))) for name, gwh in sorted(rows))


def _installed() -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for name, mw in read_table(shipped(KAZAKH_PLANTS), ("region", "capacity_mw")).read_all(_plant):
        found[name] += mw
    return found


def _consumption(cells: Cells) -> tuple[str, Decimal]:
    return cells["region"], given(cells, "consumption_gwh", decimal_of)


def _plant(cells: Cells) -> tuple[str, Decimal]:
    return cells["region"], given(cells, "capacity_mw", decimal_of)
