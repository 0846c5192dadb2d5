"""The places of the lab and what stands still in them: prices, power systems, the cases that are put to the law. Data alone, and how to find it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from adit.terms.errors import BadInput, UnknownName

__all__ = ["Behaviour", "Part", "Place", "Places", "Rates"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a place that the law may treat in its own way, and its share of the mining there."""

    region: str
    municipality: str
    share: float
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where mining is: a state, or a region of it. Prices are in its own money, at the beginning of 2025."""

    code: str
    country: str  # whose law, unless the scenario names one for the place itself
    name: str
    system: str  # of its electricity; the place itself where it is not divided
    currency: str
    price_per_kwh: float
    price_source: str
    household_price_per_kwh: float
    household_source: str
    price_growth_per_year: float
    price_band: float
    co2_t_per_mwh: float
    slot_growth_per_month: float
    parts: tuple[Part, ...]
    cases: Mapping[str, Mapping[str, object]]  # sector -> facts, as a person states them


@dataclass(frozen=True, slots=True)
class Places:
    """All of them, and what is known of households as a whole."""

    places: tuple[Place, ...]
    households: Mapping[str, float]  # country -> number of households
    sources: Mapping[str, str]

    def __getitem__(self, code: str) -> Place:
        for place in self.places:
            if place.code == code:
                return place
        raise UnknownName("place of the lab", code, [p.code for p in self.places])


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What no act says: each entry by name, and within it by country, place or sector."""

    entries: Mapping[str, Mapping[str, object]]
    changed: frozenset[str]  # the entries that the scenario sets

    def of(self, name: str, *keys: str) -> float:
        """The figure for the first of the keys that has one of its own, or the default."""
        entry = self.entries[name]
        found = next((entry[k] for k in keys if k in entry), entry["default"])
        if not isinstance(found, int | float):
            raise BadInput(f"{name} is no number: {found}.", where="behaviour.toml", todo="Write a number.")
        return float(found)

    def source(self, name: str) -> str:
        """On whose word."""
        by = " (set by the scenario)" if name in self.changed else ""
        return f"{self.entries[name]['source']}{by}"


@dataclass(frozen=True, slots=True)
class Rates:
    """How much of a currency a US dollar costs, by month; months outside what is known take the nearest one that is."""

    monthly: Mapping[str, Mapping[date, float]]

    def of(self, currency: str, month: date) -> float:
        """Units of the currency for a dollar in a month. Raises UnknownName for a currency without a rate."""
        if currency == "USD":
            return 1.0
        if currency not in self.monthly:
            raise UnknownName("currency with a rate", currency, ["USD", *self.monthly])
        known = self.monthly[currency]
        if month in known:
            return known[month]
        nearest = min(known, key=lambda m: abs((m - month).days))
        return known[nearest]
