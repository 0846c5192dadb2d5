"""What the pictures of a surplus show, as figures: the hours in order, and the mean of each hour of the day by month."""

from dataclasses import dataclass

import numpy as np

from adit.evidence.sources.hourly_power import SystemYear
from adit.grid.hosting import End

__all__ = ["InOrder", "by_hour_and_month", "in_order"]

_POINTS = 240  # of a curve


@dataclass(frozen=True, slots=True)
class InOrder:
    """The surplus in order, most to spare first: (share of the hours that are known, MW)."""

    points: tuple[tuple[float, float], ...]
    hours: int


def in_order(end: End) -> InOrder:
    """The known hours of the year asked for; both outermost hours are among the points."""
    known = np.sort(end.surplus_mw[~np.isnan(end.surplus_mw)])[::-1]
    places = np.unique(np.linspace(0, len(known) - 1, _POINTS).round().astype(int))
    last = max(len(known) - 1, 1)
    return InOrder(tuple((float(p) / last, float(known[p])) for p in places), len(known))


def by_hour_and_month(end: End, year: SystemYear) -> tuple[tuple[float | None, ...], ...]:
    """For each hour of the day, Moscow time, the mean surplus of each month; None where no hour is known."""
    hour = np.arange(len(end.surplus_mw)) % 24
    known = ~np.isnan(end.surplus_mw)
    rows = []
    for h in range(24):
        here = [end.surplus_mw[known & (hour == h) & (year.month == m)] for m in range(1, 13)]
        rows.append(tuple(float(cell.mean()) if len(cell) else None for cell in here))
    return tuple(rows)
