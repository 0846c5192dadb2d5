"""The surplus by class of hours worked out from the hours: what the shipped table must be."""

from collections.abc import Sequence
from math import floor, inf

import numpy as np

from adit.evidence.sources.hourly_power import SystemYear, year_of
from adit.grid.hosting import end_surplus
from adit.grid.hour_classes.classes import HOUR_CLASSES, class_of_hours
from adit.grid.hour_classes.store import SurplusInClass
from adit.grid.monthly.making import complete_years
from adit.grid.store import assumptions
from adit.grid.surplus import DEMONSTRATED, lines_of

__all__ = ["recompute_surplus_by_class"]


def recompute_surplus_by_class() -> list[SurplusInClass]:
    """Each system in each complete year by month and class of hours, no limit of a line."""
    found: list[SurplusInClass] = []
    for hours, year in complete_years():
        found += _by_class([year_of(hours, y) for y in range(hours.first_year, year + 1)])
    return found


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
