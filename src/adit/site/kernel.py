"""The cash of sites over months and paths of prices, in kopecks: one loop over columns, with a plain twin that gives the same numbers.

A month on a path: coins, rounded to a satoshi, at the quotation, rounded to a kopeck; nothing where they bring less than running costs;
tax on the profit of the year so far at the rate that the rules' answers follow, rounded as they round.
"""

from math import floor
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange

__all__ = ["Months", "cash_of_site", "cash_plain", "evaluate_sites"]


class Months(NamedTuple):
    """A site by month, or sites by site and month; only `new_year` is by month alone. Money in kopecks."""

    ths: Any  # mean hash rate that is paid for
    running: Any  # what it costs if the site runs
    always: Any  # what it costs in any case
    spared: Any  # costs that are no cash: depreciation
    rate: Any  # of the tax on the profit of the year so far
    quantum: Any  # to which that tax is rounded
    vat: Any  # rate on the coins
    new_year: Any  # whether profit and tax begin anew
    stops: bool  # whether machines stand still where coins bring less than running costs


@njit(cache=True, error_model="numpy")
def _month(
    ths: float,
    sat: Any,
    price: Any,
    running: float,
    always: float,
    spared: float,
    stops: bool,
    rate: float,
    quantum: float,
    vat: float,
    base: Any,
    taxed: Any,
    cash: Any,
) -> None:
    """One month of one site on all paths. `base`, `taxed`: profit and tax of the year so far, by path."""
    for p in range(cash.size):
        income = np.floor(np.floor(ths * sat[p] + 0.5) * price[p] * 1e-8 + 0.5)
        gain = income - running
        runs = 1.0 if ths > 0 and (gain > 0 or not stops) else 0.0
        gain *= runs
        base[p] += gain - always - spared
        tax = np.floor(max(base[p], 0.0) * rate / quantum + 0.5) * quantum
        cash[p] = gain - always - (tax - taxed[p]) - np.floor(income * runs * vat + 0.5)
        taxed[p] = tax


@njit(cache=True, error_model="numpy")
def cash_of_site(m: Months, sat: Any, price: Any) -> Any:
    """Cash by month and path of one site, before what it cost to build. `sat`, `price`: by month and path."""
    months, paths = price.shape
    cash = np.zeros((months, paths))
    base, taxed = np.zeros(paths), np.zeros(paths)
    for k in range(months):
        if m.new_year[k]:
            base[:] = 0.0
            taxed[:] = 0.0
        _month(
            m.ths[k], sat[k], price[k], m.running[k], m.always[k], m.spared[k], m.stops,
            m.rate[k], m.quantum[k], m.vat[k], base, taxed, cash[k],
        )  # fmt: skip
    return cash


@njit(cache=True, parallel=True, error_model="numpy")
def evaluate_sites(m: Months, sat: Any, price: Any, capital: Any, discount: Any) -> Any:
    """Net present value by site and path of many sites; `capital` by site, `discount` by month."""
    sites, months = m.ths.shape
    paths = price.shape[1]
    npv = np.zeros((sites, paths))
    for s in prange(sites):
        base, taxed, cash = np.zeros(paths), np.zeros(paths), np.zeros(paths)
        npv[s, :] = -capital[s]
        for k in range(months):
            if m.new_year[k]:
                base[:] = 0.0
                taxed[:] = 0.0
            _month(
                m.ths[s, k], sat[k], price[k], m.running[s, k], m.always[s, k], m.spared[s, k], m.stops,
                m.rate[s, k], m.quantum[s, k], m.vat[s, k], base, taxed, cash,
            )  # fmt: skip
            npv[s, :] += cash * discount[k]
    return npv


def cash_plain(m: Months, sat: Any, price: Any) -> list[list[float]]:
    """The twin of `cash_of_site`, path by path in plain Python."""
    months, paths = len(price), len(price[0])
    cash = [[0.0] * paths for _ in range(months)]
    for p in range(paths):
        base = taxed = 0.0
        for k in range(months):
            if m.new_year[k]:
                base = taxed = 0.0
            income = float(floor(floor(m.ths[k] * sat[k][p] + 0.5) * price[k][p] * 1e-8 + 0.5))
            gain = income - m.running[k]
            if m.ths[k] <= 0 or (m.stops and gain <= 0):
                income = gain = 0.0
            base += gain - m.always[k] - m.spared[k]
            tax = floor(max(base, 0.0) * m.rate[k] / m.quantum[k] + 0.5) * m.quantum[k]
            cash[k][p] = gain - m.always[k] - (tax - taxed) - floor(income * m.vat[k] + 0.5)
            taxed = tax
    return cash
