"""A user's own table of what subjects consume: `region;year;consumption_mln_kwh`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.semicolons import read_semicolons
from adit.evidence.sources.tables import CellError, Cells, decimal_of, given, whole_number_of
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import region

__all__ = ["OwnConsumption", "read_consumption"]

_COLUMNS = ("region", "year", "consumption_mln_kwh")


@dataclass(frozen=True, slots=True)
class OwnConsumption:
    """What a subject consumed in a year, as the user states it."""

    region: str
    year: int
    mln_kwh: Decimal


def read_consumption(file: Path) -> Mapping[tuple[str, int], OwnConsumption]:
    """The table by region and year. Raises BadInput, and BadRows for a figure that cannot be million kWh."""
    found: dict[tuple[str, int], OwnConsumption] = {}
    for own in read_semicolons(file, _COLUMNS).read_all(_own):
        if (own.region, own.year) in found:
            raise BadInput(f"{own.region} stands twice for {own.year}.", where=str(file), todo="Keep one of the rows.")
        found[own.region, own.year] = own
    return found


def _own(cells: Cells) -> OwnConsumption:
    try:
        place = region(cells["region"])
    except UnknownName as error:
        raise CellError("region", f"{error.what} {error.todo}") from error
    year, value = given(cells, "year", whole_number_of), given(cells, "consumption_mln_kwh", decimal_of)
    if value <= 0:
        raise CellError("consumption_mln_kwh", f"{value} is not above zero")
    whole = [b.consumption_mwh for b in read_balances() if b.system == place.energy_system and b.year == year]
    if whole and value * 1000 > whole[0]:
        raise CellError("consumption_mln_kwh", _too_much(value, place.energy_system, year, whole[0]))
    if whole and value * 1000 * 1000 < whole[0]:  # no subject has less than a thousandth of its system
        raise CellError("consumption_mln_kwh", f"{value} million kWh is too little for a region; is it in TWh?")
    return OwnConsumption(place.iso, year, value)


def _too_much(value: Decimal, system: str, year: int, whole_mwh: int) -> str:
    """More than the whole system: a thousand times too much is MWh, a million times is kWh."""
    unit = "kWh" if value > whole_mwh else "MWh"
    return (
        f"{value} million kWh is more than all of {system} consumed in {year} ({whole_mwh / 1000:.0f} million kWh); "
        f"it looks like {unit}: divide by {'1000000' if unit == 'kWh' else '1000'}"
    )
