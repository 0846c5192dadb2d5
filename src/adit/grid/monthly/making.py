"""The monthly surplus worked out from the hours: what the shipped tables must be."""

from collections.abc import Iterator, Sequence
from math import floor, inf

import numpy as np

from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.hourly_power import SystemHours, SystemYear, read_hours, year_of
from adit.evidence.sources.plants import system_mw
from adit.grid.facts import month_facts
from adit.grid.hosting import end_surplus, hosting_of
from adit.grid.hour_classes import HOUR_CLASSES, class_of_hours
from adit.grid.monthly.by_class import SurplusInClass
from adit.grid.monthly.store import MonthlySurplus
from adit.grid.store import assumptions
from adit.grid.surplus import DEMONSTRATED, lines_of

__all__ = ["recompute_monthly_surplus", "recompute_surplus_by_class"]


def recompute_monthly_surplus() -> list[MonthlySurplus]:
    """Each system in each complete year, with the accepted hours of the assumptions and no limit of a line."""
    assumed, installed = assumptions(), system_mw()
    found: list[MonthlySurplus] = []
    for hours, year in _complete_years():
        hosting = hosting_of(
            hours,
            year,
            assumed.accept_hours,
            installed_mw=float(installed.get(hours.system, 0)),
            assumed=assumed,
        )
        found += [
            MonthlySurplus(hours.system, year, month, assumed.accept_hours, **month_facts(hosting, month))
            for month in range(1, 13)
        ]
    return found


def recompute_surplus_by_class() -> list[SurplusInClass]:
    """Each system in each complete year by month and class of hours, no limit of a line."""
    found: list[SurplusInClass] = []
    for hours, year in _complete_years():
        found += _by_class([year_of(hours, y) for y in range(hours.first_year, year + 1)])
    return found


def _complete_years() -> Iterator[tuple[SystemHours, int]]:
    hours = read_hours()
    return ((hours[balance.system], balance.year) for balance in read_balances() if balance.complete)


def _by_class(record: Sequence[SystemYear]) -> list[SurplusInClass]:
    """The last year of the record."""
    last, assumed = record[-1], assumptions()
    lines = lines_of(last.system, ())
    worst = dict.fromkeys(((m, k) for m in range(1, 13) for k in range(len(HOUR_CLASSES))), inf)
    found: list[SurplusInClass] = []
    for year in record:
        surplus = end_surplus(DEMONSTRATED, year, 0.0, assumed, lines)
        for month, k in worst:
            here = year.month == month
            known = surplus[here][class_of_hours(year.load_mw[here]) == k]
            known = known[~np.isnan(known)]
            worst[month, k] = min(worst[month, k], known.min(initial=inf))
            if year is last:
                least, short = worst[month, k], int((known < 0).sum())
                firm = None if least == inf else floor(least)
                found.append(
                    SurplusInClass(last.system, last.year, month, HOUR_CLASSES[k].name, firm, len(known), short)
                )
    return found
