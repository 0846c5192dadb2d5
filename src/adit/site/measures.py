"""What cash over months is worth: net present value, internal rate of return, payback; for one path or many at once."""

from itertools import pairwise
from typing import Any

import numpy as np

__all__ = ["discounts", "irr_per_year", "npv", "payback_months"]

_MOST = 4.0  # a month
_BELOW = (
    0.0,
    -0.005,
    -0.01,
    -0.02,
    -0.03,
    -0.05,
    -0.08,
    -0.12,
    -0.2,
    -0.3,
    -0.5,
)  # monthly rates that are tried, from nothing down
_STEPS = 60  # of halving: the rate is then exact to the last places


def discounts(rate_per_year: float, months: int) -> Any:
    """The weight of the cash at the end of each month."""
    return (1 + rate_per_year) ** (-np.arange(1, months + 1) / 12)


def npv(capital: float, cash: Any, rate_per_year: float) -> Any:
    """Net present value by path of cash by month and path, `capital` having been paid before the first month."""
    return discounts(rate_per_year, len(cash)) @ cash - capital


def irr_per_year(capital: float, cash: Any) -> Any:
    """The rate a year at which each path is worth nothing; NaN where there is none between -99.98 % a year and 400 % a month.

    Cash that changes its sign more than once may have several rates, as where a closed site still costs something: it is the one that lies
    nearest above a rate at which the path is worth something, tried from nothing downwards.
    """
    paths = cash.shape[1]
    low, found = np.zeros(paths), np.zeros(paths, dtype=np.bool_)
    for rate in _BELOW:
        worth = _worth(capital, cash, np.full(paths, rate)) > 0
        low = np.where(worth & ~found, rate, low)
        found |= worth
    high = np.full(paths, _MOST)
    for above, below in pairwise(_BELOW):
        high = np.where(found & (low == below), above, high)
    none = ~found | (_worth(capital, cash, high) > 0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        more = _worth(capital, cash, middle) > 0
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return np.where(none, np.nan, (1 + (low + high) / 2) ** 12 - 1)


def payback_months(capital: float, cash: Any) -> Any:
    """The months after which the money has come back, by path; 0 where it does not."""
    back = np.cumsum(cash, axis=0) >= capital
    return np.where(back.any(axis=0), back.argmax(axis=0) + 1, 0)


def _worth(capital: float, cash: Any, rate: Any) -> Any:
    factor = 1 / (1 + rate)
    worth = np.zeros_like(rate)
    for row in cash[::-1]:
        worth = (worth + row) * factor
    return worth - capital
