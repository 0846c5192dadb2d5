"""What the grid's modules keep beside them: the assumptions and the words in which a surplus is told."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ASSUMPTIONS", "Assumptions", "LargestUnit", "assumptions", "words"]

ASSUMPTIONS = "grid/assumptions.toml"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class LargestUnit:
    """The largest single unit of a system from a year on, and where that was read."""

    system: str
    from_year: int
    mw: float
    unit: str
    source: str
    read: str


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no shipped series says."""

    reserve_share: float
    accept_hours: int  # of the facts that rules of law look up
    largest_units: tuple[LargestUnit, ...]
    capacity_weight: float

    def unit_of(self, system: str, year: int) -> LargestUnit:
        """The largest unit of a system in a year; the earliest named one for the years before it."""
        units = sorted((u for u in self.largest_units if u.system == system), key=lambda u: u.from_year)
        assert units, f"no largest unit of {system} is assumed"
        return next((u for u in reversed(units) if u.from_year <= year), units[0])


@cache
def assumptions() -> Assumptions:
    """The shipped assumptions."""
    text = tomllib.loads((_HERE / "assumptions.toml").read_text(encoding="utf-8"))
    units = tuple(
        LargestUnit(u["system"], u["from"], float(u["mw"]), u["unit"], u["source"], u["read"])
        for u in text["largest_unit"]
    )
    return Assumptions(text["reserve_share"], text["accept_hours"], units, text["regional_model"]["capacity_weight"])


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every phrase by its key and language."""
    found: dict[str, Mapping[str, str]] = {}
    for file in ("words.toml", "impact_words.toml"):
        more = tomllib.loads((_HERE / file).read_text(encoding="utf-8"))
        assert not found.keys() & more.keys(), "a key has its words once"
        found |= more
    return found
