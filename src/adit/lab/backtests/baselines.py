"""Naive forecasts that need no model. What does not beat them is worth nothing, so each back-test shows them beside.

Shares are in percent by place, series are monthly and end with the last known month.
"""

from collections.abc import Mapping, Sequence
from math import exp, log

import numpy as np

from adit.terms.errors import BadInput

__all__ = [
    "country_trends",
    "log_linear_trend",
    "no_change",
    "proportional",
    "trailing_growth",
]

GROWTH_MOST_PER_MONTH = 0.10  # of a country's own trend, as a rate of ln: faster has never lasted a year
_FLOOR_EHS = 0.01  # a country that had nothing has no logarithm


def no_change(series: Sequence[float], ahead: int) -> list[float]:
    """The last value, again and again."""
    _check(series, 1)
    return [float(series[-1])] * ahead


def trailing_growth(series: Sequence[float], ahead: int, window: int = 12) -> list[float]:
    """Growth goes on as over the last `window` months."""
    _check(series, window + 1)
    rate = log(series[-1] / series[-1 - window]) / window
    return [float(series[-1]) * exp(rate * k) for k in range(1, ahead + 1)]


def log_linear_trend(series: Sequence[float], ahead: int) -> list[float]:
    """The straight line through the logarithms of the whole series, by least squares, drawn on."""
    _check(series, 2)
    slope, level = np.polyfit(np.arange(len(series)), np.log(series), 1)
    return [float(exp(level + slope * (len(series) - 1 + k))) for k in range(1, ahead + 1)]


def proportional(shares: Mapping[str, float], banned: str) -> dict[str, float]:
    """What left the banned place is found elsewhere, in proportion to what was there."""
    left = sum(share for place, share in shares.items() if place != banned)
    if banned not in shares or left <= 0:
        raise BadInput(f"{banned} is not one of several places with a share.", todo="Name a place of the shares.")
    return {place: 0.0 if place == banned else 100 * share / left for place, share in shares.items()}


def country_trends(
    hashrates_ehs: Mapping[str, Sequence[float]], banned: str, ahead: int
) -> tuple[list[dict[str, float]], list[float]]:
    """Each country but the banned one keeps its own trend: the shares in percent and the total, month by month.

    The trend is the slope of least squares through the logarithms, of at most 10 % a month.
    """
    last = {place: float(series[-1]) for place, series in hashrates_ehs.items()}
    rates = {place: 0.0 if place == banned else _rate(series) for place, series in hashrates_ehs.items()}
    shares: list[dict[str, float]] = []
    totals: list[float] = []
    for k in range(1, ahead + 1):
        grown = {place: 0.0 if place == banned else last[place] * exp(rates[place] * k) for place in last}
        total = sum(grown.values())
        shares.append({place: 100 * ehs / total for place, ehs in grown.items()})
        totals.append(total)
    return shares, totals


def _rate(series: Sequence[float]) -> float:
    _check(series, 2)
    heights = np.log(np.maximum(np.asarray(series, dtype=np.float64), _FLOOR_EHS))
    return min(float(np.polyfit(np.arange(len(series)), heights, 1)[0]), GROWTH_MOST_PER_MONTH)


def _check(series: Sequence[float], needed: int) -> None:
    if len(series) < needed:
        raise BadInput(f"The series has {len(series)} months; this forecast needs {needed}.", todo="Begin it earlier.")
