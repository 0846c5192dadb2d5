"""China's ban by country: the forecast shares of a month, in the units in which they were printed, and how far they lay from what came."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from adit.lab.backtests.china_naive import in_units, naive_shares
from adit.lab.backtests.china_world import AUGUST, ORIGIN, REST, UNITS
from adit.lab.backtests.forecasting import Pair, place_shares, told
from adit.lab.backtests.information import InformationSet
from adit.lab.backtests.results import Forecast, Score
from adit.lab.backtests.scoring import wrong_place_share

__all__ = ["forecast_shares", "share_forecasts", "share_score"]


def forecast_shares(pair: Pair, month: date, units: Sequence[str], *, outside: bool) -> dict[str, float]:
    """The mean over the draws."""
    made = place_shares(pair.plain)[:, pair.plain.months.index(month)].mean(axis=0)
    return in_units(dict(zip(pair.plain.places, map(float, made), strict=True)), units, outside=outside)


def share_forecasts(known: InformationSet, came: InformationSet, pair: Pair, month: date) -> tuple[Forecast, ...]:
    """One forecast a unit; of August without China."""
    outside = month == AUGUST
    made = place_shares(pair.wide)[:, pair.wide.months.index(month)]
    by_unit = {u: made[:, pair.wide.places.index(u)] for u in UNITS}
    by_unit[REST] = 100 - np.sum(list(by_unit.values()), axis=0)
    if outside:
        by_unit = {u: 100 * s / (100 - by_unit["CN"]) for u, s in by_unit.items() if u != "CN"}
    point, seen = (
        forecast_shares(pair, month, UNITS, outside=outside),
        in_units(came.shares(month), UNITS, outside=outside),
    )
    naive = {name: in_units(s, UNITS, outside=outside) for name, s in naive_shares(known, month, UNITS).items()}
    return tuple(
        told(
            "share",
            unit,
            ORIGIN,
            month,
            "%",
            draws,
            point[unit],
            seen[unit],
            {name: s[unit] for name, s in naive.items()},
        )
        for unit, draws in by_unit.items()
    )


def share_score(
    name: str,
    known: InformationSet,
    came: InformationSet,
    pair: Pair,
    month: date,
    *,
    most: float | None = None,
    outside: bool = False,
    units: Sequence[str] = UNITS,
) -> Score:
    """The share of the hash rate that stood elsewhere than forecast."""
    seen = in_units(came.shares(month), units, outside=outside)
    made = forecast_shares(pair, month, units, outside=outside)
    naive = {
        n: wrong_place_share(in_units(s, units, outside=outside), seen)
        for n, s in naive_shares(known, month, units).items()
    }
    return Score(name, wrong_place_share(made, seen), "pp", None, most, naive)
