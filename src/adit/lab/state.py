"""Who mines at the beginning: megawatts by place and sector, each with its spread and its source, and what is only a guess named as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Any

from adit.evidence.sources.plants import installed_mw
from adit.lab.columns import SECTORS
from adit.lab.places import Places
from adit.terms.errors import BadInput, UnknownName

__all__ = ["SPREAD", "InPlace", "State", "state_of"]

_GUESSED = (
    "not known: a part of the rest of Russia, by the capacity of its power plants (WRI Global Power Plant Database)"
)
SPREAD = "spread"  # the basis of a figure that is only a part of the rest of the country
_HIDING = (
    1.5  # of what hides today: where no figure of former mining is known, what hides now was let hide by the bound
)
_BAND = 1.2816  # standard deviations from the middle to the end of a band of 80 %


@dataclass(frozen=True, slots=True)
class InPlace:
    """What mines in one place, in MW at the meter. `deviation` is the standard deviation of its logarithm."""

    place: str
    formal: float
    household: float
    informal: float
    former: float  # formal MW that the place has ever had: what can hide is bounded by a share of it
    deviation: float
    basis: str  # published, site, detections, spread, share of the network
    anchored: bool
    source: str

    @property
    def mw(self) -> float:
        return self.formal + self.household + self.informal

    def of(self, sector: str) -> float:
        """The MW of one sector."""
        return {"formal": self.formal, "household": self.household, "informal": self.informal}[sector]


@dataclass(frozen=True, slots=True)
class State:
    """All places that have a figure; the others have none, which is not zero, and are left out of the model."""

    as_of: date
    rows: tuple[InPlace, ...]
    network_mw: float
    sources: Mapping[str, str]

    def of_russia(self) -> float:
        """The MW of the subjects of Russia."""
        return sum(r.mw for r in self.rows if r.place.startswith("RU-"))


def state_of(table: Mapping[str, Any], places: Places, where: str) -> State:
    """The state as the file has it, the rest of Russia spread over the subjects without a figure. Raises BadInput, UnknownName."""
    russia = table["russia"]
    known = [p.code for p in places.places]
    named = [_row(row, "region", where, known) for row in table.get("region", ())]
    abroad = [_row(row, "country", where, known) for row in table.get("country", ())]
    twice = {r.place for r in named if sum(q.place == r.place for q in named) > 1}
    if twice:
        raise BadInput(f"{min(twice)} stands there twice.", where=where, todo="Leave one entry a place.")
    rest = {s: float(russia[s]) - sum(r.of(s) for r in named) for s in SECTORS}
    if min(rest.values()) < 0:
        short = min(rest, key=lambda s: rest[s])
        raise BadInput(
            f"The regions have more {short} megawatts than Russia as a whole, by {-rest[short]:g}.",
            where=where,
            todo="Raise the figure of [russia], or lower those of its regions.",
        )
    spread = _spread(rest, [r.place for r in named], places, float(russia["spread_factor"]))
    return State(
        as_of=table["as_of"],
        rows=(*sorted((*named, *spread), key=lambda r: r.place), *abroad),
        network_mw=float(table["network"]["mw"]),
        sources={
            "network": table["network"]["source"],
            "Russia": russia["source"],
            "sectors of Russia": russia["split_source"],
        },
    )


def _row(row: Mapping[str, Any], kind: str, where: str, known: Sequence[str]) -> InPlace:
    place = row.get("place", "")
    if place not in known:
        raise UnknownName("place of the lab", place, known, where=where)
    mw = {s: row.get(s, 0) for s in SECTORS}
    for sector, value in mw.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise BadInput(
                f"{place}: {sector} = {value!r} is no number of megawatts.", where=where, todo="Write MW from zero up."
            )
    if not row.get("source"):
        raise BadInput(f"{place} has no source.", where=where, todo='Write source = "..."; "assumption" is one.')
    total = sum(mw.values())
    low, high = float(row.get("low", total * 0.8)), float(row.get("high", total * 1.25))
    if not 0 < low <= total <= high:
        raise BadInput(
            f"{place}: {total:g} MW do not lie between low and high.",
            where=where,
            todo="Let low be above zero and high above low.",
        )
    return InPlace(
        place=place,
        formal=float(mw["formal"]),
        household=float(mw["household"]),
        informal=float(mw["informal"]),
        former=float(row.get("former", mw["formal"] + _HIDING * mw["informal"])),
        deviation=log(high / low) / 2 / _BAND,
        basis=row.get("basis", "published" if row.get("anchored") else "share of the network"),
        anchored=bool(row.get("anchored", kind == "region")),
        source=row["source"],
    )


def _spread(rest: Mapping[str, float], named: Sequence[str], places: Places, factor: float) -> list[InPlace]:
    """What is left of Russia, by the power plants of the subjects without a figure."""
    others = [p.code for p in places.places if p.country == "RU" and p.code not in named]
    capacity = {code: float(installed_mw().get(code, 0)) for code in others}
    total = sum(capacity.values())
    part = {code: mw / total for code, mw in capacity.items() if mw > 0}
    return [
        InPlace(
            place=code,
            formal=rest["formal"] * share,
            household=rest["household"] * share,
            informal=rest["informal"] * share,
            former=(rest["formal"] + _HIDING * rest["informal"]) * share,
            deviation=log(factor) / _BAND,
            basis=SPREAD,
            anchored=True,
            source=_GUESSED,
        )
        for code, share in part.items()
    ]
