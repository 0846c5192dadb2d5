"""Law as columns: what the acts that a scenario chooses answer for each month, place and sector, in the form that the model reads.

Nothing of the law is written here. A rate is what the rules' own answers come to for a typical site (`facts`); what no act says comes from the
behaviour that the scenario assumes, and the origin of the number says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf, nan
from typing import Any

import numpy as np

from adit.lab.columns import COLUMNS, SECTORS, LawColumns
from adit.lab.law_columns_asked import Asker
from adit.lab.law_columns_asking import Asking
from adit.lab.law_columns_cell import QUESTIONS, Cell, asked_cell, asked_sanctions, free_cell
from adit.lab.law_columns_origins import Origins
from adit.lab.law_columns_seasons import Stand, stands
from adit.lab.places import Behaviour, Part, Place, Rates
from adit.regime.act import Regime
from adit.terms.days import Period

__all__ = ["Acts", "Chosen", "law_columns", "month_after"]

_FORMAL, _HOUSEHOLD, _INFORMAL = range(3)
_OF_CELL = {
    "hours_left": "hours",
    "levy_usd_per_kwh": "levy_usd_per_kwh",
    "revenue_tax": "revenue_tax",
    "profit_tax": "profit_tax",
    "licence_usd_per_mw_month": "licence_usd_per_mw_month",
    "household_kwh_per_month": "household_kwh",
    "slot_cap_mw": "slot_cap_mw",
    "connection_months": "waiting_months",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An act from a day on, for all questions or for some."""

    first: date
    regime: Regime
    questions: frozenset[str] = frozenset()  # empty: all


@dataclass
class Acts:
    """Which act speaks where and from when: by state, or by a place of it, which comes first.

    `where_silent` has for some the act that answers what theirs leaves unsaid: a bill that speaks of little leaves the rest of the law as it is.
    """

    chosen: Mapping[str, Sequence[Chosen]]
    where_silent: Mapping[str, Regime] = field(default_factory=dict)
    _askers: dict[str, Asker] = field(default_factory=dict, repr=False)

    def at(self, place: Place, month: date, question: str = "") -> Asker | None:
        """The act that answers there in a month; None where the scenario asks none."""
        found = self.order(place, month, question)
        return found[0] if found else None

    def order(self, place: Place, month: date, question: str = "") -> tuple[Asker, ...]:
        """The acts that are asked a question one after another, until one speaks."""
        for key in (place.code, place.country):
            rows = [c for c in self.chosen.get(key, ()) if c.first <= month]
            special = [c for c in rows if question in c.questions]
            general = [c for c in rows if not c.questions]
            if special:
                return (self.asker(max(special, key=_first_day).regime),)
            if general:
                own = self.asker(max(general, key=_first_day).regime)
                behind = self.where_silent.get(key)
                return (own,) if behind is None or behind.digest == own.regime.digest else (own, self.asker(behind))
        return ()

    def asker(self, regime: Regime) -> Asker:
        """The one that keeps this act's answers."""
        if regime.digest not in self._askers:
            self._askers[regime.digest] = Asker(regime)
        return self._askers[regime.digest]

    @property
    def distinct(self) -> int:
        """Cases that were worked out so far."""
        return sum(a.distinct for a in self._askers.values())

    def regimes(self) -> dict[str, Regime]:
        """Every act that may be asked, by its hash."""
        every = [*(c.regime for rows in self.chosen.values() for c in rows), *self.where_silent.values()]
        return {regime.digest: regime for regime in every}


def _first_day(chosen: Chosen) -> date:
    return chosen.first


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month so many months later."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def law_columns(
    acts: Acts,
    places: Sequence[Place],
    months: Sequence[date],
    behaviour: Behaviour,
    rates: Rates,
    tell: Callable[[str], None] = lambda step: None,
) -> LawColumns:
    """The columns of these months, which follow one another, and of these places. `tell` is told the place under way."""
    shape = (len(months), len(places), len(SECTORS))
    column = {name: np.zeros(shape) for name in COLUMNS}
    for name in ("permit_operate", "permit_new", "season", "hours_left"):
        column[name][:] = 1.0
    column["slot_cap_mw"][:] = inf
    column["household_kwh_per_month"][:] = nan
    origins = Origins(behaviour, tuple(COLUMNS), shape)
    most = int(behaviour.of("season_months_most"))
    wide = [month_after(months[0], k) for k in range(-most - 1, len(months) + most + 1)]
    own = slice(most + 1, most + 1 + len(months))
    kept: dict[tuple[Any, ...], tuple[list[list[Cell]], Stand]] = {}
    hidden: dict[tuple[Any, ...], list[Cell]] = {}
    for p, place in enumerate(places):
        tell(f"{place.code}, {p + 1} of {len(places)}")
        alike = _class_of(acts, place)
        for s in (_FORMAL, _HOUSEHOLD):
            if (alike, s) not in kept:
                cells = [[_cell(acts, place, part, s, m, behaviour, rates) for m in wide] for part in place.parts]
                kept[alike, s] = cells, stands(cells, [part.share for part in place.parts], most)
            cells, stand = kept[alike, s]
            _permission(column, origins, stand, cells, p, s, own)
            largest = max(range(len(cells)), key=lambda k: place.parts[k].share)
            _money(column, origins, cells[largest][own], p, s)
        if alike not in hidden:
            hidden[alike] = [_cell(acts, place, place.parts[0], _INFORMAL, m, behaviour, rates) for m in months]
        _hidden(column, origins, hidden[alike], place, p, behaviour)
        _assumed(column, place, p, behaviour)
    told = {place.code: _named(acts, place, months) for place in places}
    return LawColumns(tuple(months), tuple(q.code for q in places), column, origins, told)


def _cell(acts: Acts, place: Place, part: Part, s: int, month: date, behaviour: Behaviour, rates: Rates) -> Cell:
    if acts.at(place, month) is None:
        return free_cell()

    def askers(question: str) -> tuple[Asker, ...]:
        return acts.order(place, month, question)

    asking = Asking(askers, place, part, SECTORS[s], Period(month, month_after(month)), behaviour, rates)
    return asked_sanctions(asking) if s == _INFORMAL else asked_cell(asking)


def _class_of(acts: Acts, place: Place) -> tuple[Any, ...]:
    """What makes two places the same to the law: the acts, the name where an act knows it, and the facts that the acts read."""
    rows = [c for key in (place.code, place.country) for c in acts.chosen.get(key, ())]
    behind = [acts.where_silent[key] for key in (place.code, place.country) if key in acts.where_silent]
    askers = [acts.asker(regime) for regime in (*(c.regime for c in rows), *behind)]
    if any(part.region in a.named for a in askers for part in place.parts) or acts.chosen.get(place.code):
        return (place.code,)
    questions = [q for group in QUESTIONS.values() for q in group]
    reads = frozenset[str]().union(*(a.reads(q) for a in askers for q in questions))
    facts: list[object] = [place.country]
    if "electricity_price_per_kwh" in reads or any("mining_tariff_per_kwh" in a.regime.rules for a in askers):
        facts += [place.price_per_kwh, place.household_price_per_kwh]
    if any(name.startswith("surplus_") for name in reads):
        facts.append(place.system)
    return tuple(facts)


def _permission(column: Mapping[str, Any], origins: Origins, stand: Stand, cells: list[list[Cell]], p: int, s: int, own: slice) -> None:  # fmt: skip
    """`own` are the scenario's months among those that were asked: a season is told from an end by what came before and comes after."""
    names = ("permit_operate", "permit_new", "season", "exit_share")
    for name in names:
        column[name][:, p, s] = getattr(stand, name)[own]
    for t, w in enumerate(range(own.start, own.stop)):
        deciding = cells[stand.part[w]][w]
        for name in names:
            origins.note(name, t, p, s, deciding.heard[name])


def _money(column: Mapping[str, Any], origins: Origins, cells: Sequence[Cell], p: int, s: int) -> None:
    """Hours, levies, taxes and limits, of the largest part of the place: acts of today divide a place by permission alone."""
    for name, of_cell in _OF_CELL.items():
        column[name][:, p, s] = [getattr(c, of_cell) for c in cells]
    for t, cell in enumerate(cells):
        for name in _OF_CELL:
            origins.note(name, t, p, s, cell.heard[name])


def _hidden(column: Mapping[str, Any], origins: Origins, cells: Sequence[Cell], place: Place, p: int, behaviour: Behaviour) -> None:  # fmt: skip
    """Whoever hides asks nobody: no permission, no levy and no tax bind him; being found and fined does."""
    column["detection_per_month"][:, p, _INFORMAL] = behaviour.of("detection_per_month", place.code, place.country)
    column["fine_usd_per_case"][:, p, _INFORMAL] = [c.fine_usd for c in cells]
    column["confiscation"][:, p, _INFORMAL] = [c.confiscation for c in cells]
    for t, cell in enumerate(cells):
        for name in ("fine_usd_per_case", "confiscation"):
            origins.note(name, t, p, _INFORMAL, cell.heard[name])


def _assumed(column: Mapping[str, Any], place: Place, p: int, behaviour: Behaviour) -> None:
    """What no act says, by sector where the assumption has a figure for it, else by place or state."""
    where = (place.code, place.country)
    for s, sector in enumerate(SECTORS):
        keys = where if s == _FORMAL else (sector, *where)
        column["connection_months"][:, p, s] += behaviour.of("connection_months", *keys)
        column["import_share"][:, p, s] = behaviour.of("import_share", *keys)
        column["import_duty"][:, p, s] = behaviour.of("import_duty", *keys)


def _named(acts: Acts, place: Place, months: Sequence[date]) -> str:
    """The acts of a place over the months, each with its hash."""
    told: dict[str, str] = {}
    for m in months:
        for asker in acts.order(place, m):
            told.setdefault(asker.regime.digest, f"{asker.regime.id} {asker.regime.digest}")
    return "; ".join(told.values()) or "no act is asked"
