"""Figures on mining that officials, grid companies and the trade gave: load, fees paid, energy of the whole network by year.

Each carries who said it, when it was published and where it stands; a figure is a claim, and two may contradict each other.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from adit.evidence.sources.mining_shares import month_in
from adit.evidence.sources.tables import (
    CellError,
    Cells,
    day_in,
    decimal_of,
    given,
    read_table,
    shipped,
    text_of,
    whole_number_of,
)
from adit.terms.errors import UnknownName

__all__ = ["ENERGY_FILE", "FILE", "FleetEnergy", "MiningFigure", "figure", "read_figures", "read_fleet_energy"]

FILE = "lab/mining_figures.csv"
ENERGY_FILE = "lab/fleet_energy.csv"
CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class MiningFigure:
    """What somebody said of a place and some months. `least` and `most` are his range, or else the value itself."""

    id: str
    place: str
    first_month: date
    last_month: date
    measure: str
    value: float
    least: float
    most: float
    unit: str
    published: date
    publisher: str
    confidence: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class FleetEnergy:
    """What the whole network used in a year, by the index of Cambridge."""

    year: int
    energy_twh: float
    published: date
    basis: str
    source: str


@cache
def read_figures(path: Path | None = None) -> tuple[MiningFigure, ...]:
    """All figures, in the order of the table. Raises BadRows."""
    columns = (
        "id",
        "place",
        "from",
        "to",
        "measure",
        "value",
        "unit",
        "published",
        "publisher",
        "confidence",
        "source_url",
    )
    return tuple(read_table(path or shipped(FILE), columns).read_all(_figure))


def figure(name: str) -> MiningFigure:
    """The figure of this id. Raises UnknownName."""
    for found in read_figures():
        if found.id == name:
            return found
    raise UnknownName("figure", name, [f.id for f in read_figures()])


@cache
def read_fleet_energy(path: Path | None = None) -> tuple[FleetEnergy, ...]:
    """The energy of the network by year. Raises BadRows."""
    columns = ("year", "energy_twh", "published", "basis", "source_url")
    return tuple(read_table(path or shipped(ENERGY_FILE), columns).read_all(_energy))


def _figure(cells: Cells) -> MiningFigure:
    value = float(given(cells, "value", decimal_of))
    least, most = (float(value if (bound := decimal_of(cells, c)) is None else bound) for c in ("least", "most"))
    if not least <= value <= most:
        raise CellError("value", f"{value:g} is not between {least:g} and {most:g}")
    first, last = given(cells, "from", month_in), given(cells, "to", month_in)
    if last < first:
        raise CellError("to", f"{last:%Y-%m} is before {first:%Y-%m}")
    confidence = given(cells, "confidence", text_of)
    if confidence not in CONFIDENCES:
        raise CellError("confidence", f"'{confidence}' is none of {', '.join(CONFIDENCES)}")
    return MiningFigure(
        id=given(cells, "id", text_of),
        place=given(cells, "place", text_of),
        first_month=first,
        last_month=last,
        measure=given(cells, "measure", text_of),
        value=value,
        least=least,
        most=most,
        unit=given(cells, "unit", text_of),
        published=given(cells, "published", day_in),
        publisher=given(cells, "publisher", text_of),
        confidence=confidence,
        source=given(cells, "source_url", text_of),
        note=cells.get("note", ""),
    )


def _energy(cells: Cells) -> FleetEnergy:
    energy = float(given(cells, "energy_twh", decimal_of))
    if energy <= 0:
        raise CellError("energy_twh", f"{energy:g} is no energy of a network")
    return FleetEnergy(
        year=given(cells, "year", whole_number_of),
        energy_twh=energy,
        published=given(cells, "published", day_in),
        basis=given(cells, "basis", text_of),
        source=given(cells, "source_url", text_of),
    )
