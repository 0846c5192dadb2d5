"""Law for the places of a back-test: what the acts answer, as everywhere in the lab; free mining where no act is asked; changes that no act holds on top.

How long a connection takes is left to the model's own prior: no act of a back-test sets it, and what the lab assumes of it rests on later years.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from adit import law
from adit.lab.columns import COLUMNS, SECTORS, LawColumns
from adit.lab.law_columns import Acts, Chosen, law_columns
from adit.lab.places import Part
from adit.lab.store import read_behaviour, read_places, read_rates
from adit.terms.errors import BadInput

__all__ = ["Act", "Change", "law_of"]

_FIRST = date(2017, 1, 1)  # before the first month of any back-test

_FREE: Mapping[str, float] = {
    "permit_operate": 1.0,
    "permit_new": 1.0,
    "season": 1.0,
    "hours_left": 1.0,
    "exit_share": 0.0,
    "levy_usd_per_kwh": 0.0,
    "revenue_tax": 0.0,
    "profit_tax": 0.0,
    "licence_usd_per_mw_month": 0.0,
    "detection_per_month": 0.0,
    "fine_usd_per_case": 0.0,
    "confiscation": 0.0,
    "slot_cap_mw": np.inf,
    "connection_months": np.nan,
    "household_kwh_per_month": np.nan,
    "import_share": 1.0,
    "import_duty": 0.0,
}


@dataclass(frozen=True, slots=True)
class Change:
    """From `first` to `last` (both included; open where none), these columns of a place have these values, in the sectors named."""

    place: str
    first: date
    values: Mapping[str, float]
    last: date | None = None
    sectors: tuple[str, ...] = field(default=SECTORS)


@dataclass(frozen=True, slots=True)
class Act:
    """The act that speaks in a place, and the parts of the place that it may treat in their own way, with their shares at the origin."""

    place: str
    name: str  # as "cn/law"
    parts: tuple[Part, ...] = ()


def law_of(
    months: Sequence[date], places: Sequence[str], acts: Sequence[Act] = (), changes: Sequence[Change] = ()
) -> LawColumns:
    """The columns; later changes stand over earlier ones. Raises BadInput for a place, column or sector that there is not."""
    shape = (len(months), len(places), len(SECTORS))
    column: dict[str, Any] = {name: np.full(shape, _FREE[name]) for name in COLUMNS}
    told = dict.fromkeys(places, "no act is asked")
    for act in acts:
        asked = _asked(act, months)
        at = places.index(act.place)
        for name in COLUMNS:
            column[name][:, at] = asked.column[name][:, 0]
        column["connection_months"][:, at] = np.nan
        told[act.place] = asked.regimes[act.place]
    for change in changes:
        _check(change, places)
        rows = [i for i, m in enumerate(months) if change.first <= m and (change.last is None or m <= change.last)]
        where = np.ix_(rows, [places.index(change.place)], [SECTORS.index(s) for s in change.sectors])
        for name, value in change.values.items():
            column[name][where] = value
    return LawColumns(tuple(months), tuple(places), column, {}, told)


def _asked(act: Act, months: Sequence[date]) -> LawColumns:
    place = read_places()[act.place]
    if act.parts:
        place = replace(place, parts=act.parts)
    acts = Acts({act.place: (Chosen(_FIRST, law.load(act.name)),)})
    return law_columns(acts, [place], months, read_behaviour(), read_rates())


def _check(change: Change, places: Sequence[str]) -> None:
    for what, names, known in (
        ("place", (change.place,), places),
        ("column", change.values, COLUMNS),
        ("sector", change.sectors, SECTORS),
    ):
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise BadInput(f"There is no {what} {unknown[0]}.", where="change of law", todo=f"Use {', '.join(known)}.")
