"""What a load would do, month by month: hours of curtailment, prices and emissions of both runs."""

from dataclasses import dataclass

import numpy as np

from adit.grid.impact import SEEN_MW, Impact, emissions_t
from adit.grid.network import Floats, Ints
from adit.grid.two_stage import Dispatch

__all__ = ["ImpactByMonth", "by_month"]

_MOSCOW_H = np.timedelta64(3, "h")
_Figures = tuple[tuple[float, ...], ...]  # zones by months


@dataclass(frozen=True, slots=True)
class ImpactByMonth:
    """Figures by zone and month, in pairs: without the load, with it."""

    months: tuple[str, ...]
    curtailed_hours: tuple[_Figures, _Figures]
    price_mean: tuple[_Figures, _Figures]  # weighted by load; the plain mean for a zone that has a month without load
    co2_added_t: tuple[float, ...]  # by month, wherever it is emitted


def by_month(found: Impact, *, moscow: bool) -> ImpactByMonth:
    """Months are of Moscow time where the hours are the System Operator's, else UTC."""
    hours = found.without.network.hours_utc
    when = hours + _MOSCOW_H if moscow else hours
    names, month = np.unique(when.astype("datetime64[M]"), return_inverse=True)
    without, with_load = (_figures(run, month, len(names)) for run in (found.without, found.with_load))
    more = (emissions_t(found.with_load) - emissions_t(found.without)).sum(axis=0)
    return ImpactByMonth(
        months=tuple(str(m) for m in names),
        curtailed_hours=(without[0], with_load[0]),
        price_mean=(without[1], with_load[1]),
        co2_added_t=tuple(map(float, _summed(more, month, len(names)))),
    )


def _figures(run: Dispatch, month: Ints, count: int) -> tuple[_Figures, _Figures]:
    cut, prices = [], []
    for z in range(len(run.network.zones)):
        load = run.network.load_mw[z]
        weight = load if (_summed(load, month, count) > 0).all() else np.ones_like(load)
        mean = _summed(run.price[z] * weight, month, count) / _summed(weight, month, count)
        cut.append(tuple(map(float, _summed((run.curtailed_mw[z] > SEEN_MW).astype(np.float64), month, count))))
        prices.append(tuple(map(float, mean)))
    return tuple(cut), tuple(prices)


def _summed(values: Floats, month: Ints, count: int) -> Floats:
    total: Floats = np.bincount(month, weights=values, minlength=count).astype(np.float64)
    return total
