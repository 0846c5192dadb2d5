"""What the power systems lack in each class of hours, and how mining changes it: load of mining against the surplus that the hours on record show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from adit.evidence.sources.balances import latest_complete
from adit.grid.hour_classes.classes import HOUR_CLASSES
from adit.grid.hour_classes.store import SurplusInClass, surplus_in_classes
from adit.lab.model.outcome import Outcome
from adit.lab.places import Place
from adit.terms.errors import UnknownName
from adit.terms.places import region

__all__ = ["InClass", "deficit_change_mw", "in_classes"]


@dataclass(frozen=True, slots=True)
class InClass:
    """A power system in one class of hours of a month. MW; the arrays are by draw."""

    system: str
    month: date
    hour_class: str
    hours: float  # of the month
    surplus_mw: int  # of the worst such hour of this month of the calendar on record, the mining of those years in it; below zero: short
    load_mw: Any  # of mining
    added_mw: Any  # over the mining of the first month
    deficit_mw: Any  # what then lacks in the worst such hour; a surplus takes up new load first


def in_classes(outcome: Outcome, places: Sequence[Place], here: Sequence[int], factors: Any) -> Iterator[InClass]:
    """Each measured system of these places, month and class of hours. `factors` are those of `hours.load_factors`.

    A system lacks what all mining in it draws, so its other places count too. Systems whose hours are not open are left out.
    """
    for system in sorted({places[p].system for p in here}):
        members = [p for p, place in enumerate(places) if place.system == system]
        load = _load(outcome, members, factors)
        for t, month in enumerate(outcome.months):
            for k, found in enumerate(_measured(places[members[0]], month)):
                if found.surplus_mw_firm is None:
                    continue
                added = load[:, t, k] - load[:, 0, k]
                yield InClass(
                    system=system,
                    month=month,
                    hour_class=found.hour_class,
                    hours=float(outcome.hours[t]) * HOUR_CLASSES[k].share,
                    surplus_mw=found.surplus_mw_firm,
                    load_mw=load[:, t, k],
                    added_mw=added,
                    deficit_mw=np.maximum(0.0, added - found.surplus_mw_firm),
                )


def deficit_change_mw(outcome: Outcome, places: Sequence[Place], here: Sequence[int], factors: Any) -> Any:
    """By draw and month: how much more the measured systems lack in their worst hour than with the mining of the first month; below zero: less.

    Not a number where no system of these places is measured: nothing is known there, and that is not nothing.
    """
    found = np.zeros((outcome.draws, len(outcome.months)))
    at = {month: t for t, month in enumerate(outcome.months)}
    worst: dict[tuple[str, date], tuple[Any, int]] = {}
    for each in in_classes(outcome, places, here, factors):
        deficit, before = worst.get((each.system, each.month), (0.0, 0))
        worst[each.system, each.month] = np.maximum(deficit, each.deficit_mw), max(before, -each.surplus_mw)
    for (_, month), (deficit, before) in worst.items():
        found[:, at[month]] += deficit - before
    return found if worst else np.full_like(found, np.nan)


def _load(outcome: Outcome, members: Sequence[int], factors: Any) -> Any:
    """(N, T, classes)"""
    power = outcome.power_mw[:, :, members]
    return np.einsum("ntps,tpsk->ntk", power, factors[:, members], dtype=np.float64)


def _measured(place: Place, month: date) -> tuple[SurplusInClass, ...]:
    """The month of the calendar in the system's last complete year before; none where that is not open."""
    try:
        year, _ = latest_complete(region(place.code).energy_system, month)
    except UnknownName:
        return ()
    return surplus_in_classes(year.system, year.year, month.month) if year else ()
