"""Mining machines: what makers' data sheets are said to state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from statistics import median

from adit.evidence.sources.tables import Cells, decimal_of, given, read_table, shipped, whole_number_of
from adit.terms.errors import BadInput

__all__ = ["CAVEAT", "EfficiencyRange", "Machine", "Spread", "efficiency_range", "read_machines"]

CAVEAT = (
    "Machine data are makers' figures at third hand, of models sold from 2021 to 2025 by three makers; release years "
    "are those of the source and unreliable, first shipments were often earlier; older machines are not in it."
)


@dataclass(frozen=True, slots=True)
class Machine:
    """One model at its nameplate figures."""

    model: str
    manufacturer: str
    hashrate_ths: Decimal
    power_w: int
    efficiency_j_per_th: Decimal
    cooling: str  # Air, Hydro, Immersion
    release_year: int
    list_price_usd: Decimal | None  # as the source has it, without a day; None where it has none


@dataclass(frozen=True, slots=True)
class Spread:
    """The best, the middle and the worst efficiency among so many models, each counted once, however well it sold."""

    best_j_per_th: Decimal
    median_j_per_th: Decimal
    worst_j_per_th: Decimal
    models: int


@dataclass(frozen=True, slots=True)
class EfficiencyRange:
    """What machines on the market used: cooled by air, and all of them."""

    air: Spread
    every: Spread
    caveat: str


@cache
def read_machines() -> tuple[Machine, ...]:
    """Every model, in the order of the source."""
    columns = ("model", "manufacturer", "hashrate_ths", "power_w", "efficiency_j_th", "cooling", "release_year_source")
    return tuple(read_table(shipped("hardware/asic_models_2021_2025.csv"), columns).read_all(_machine))


def efficiency_range(on: date) -> EfficiencyRange:
    """The efficiency of the models that were released up to the year of the day. Raises BadInput before 2021."""
    known = [m for m in read_machines() if m.release_year <= on.year]
    if not known:
        first = min(m.release_year for m in read_machines())
        raise BadInput(
            f"No machine in the table was released by {on.year}; the first are of {first}.",
            todo="Give the efficiency in J/TH yourself.",
        )
    return EfficiencyRange(_spread([m for m in known if m.cooling == "Air"]), _spread(known), CAVEAT)


def _spread(machines: Sequence[Machine]) -> Spread:
    figures = [m.efficiency_j_per_th for m in machines]
    return Spread(min(figures), median(figures), max(figures), len(figures))


def _machine(cells: Cells) -> Machine:
    return Machine(
        model=cells["model"],
        manufacturer=cells["manufacturer"],
        hashrate_ths=given(cells, "hashrate_ths", decimal_of),
        power_w=given(cells, "power_w", whole_number_of),
        efficiency_j_per_th=given(cells, "efficiency_j_th", decimal_of),
        cooling=cells["cooling"],
        release_year=given(cells, "release_year_source", whole_number_of),
        list_price_usd=decimal_of(cells, "list_price_usd"),
    )
