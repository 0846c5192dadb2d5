"""Compiled parts of a month: costs of cells, who runs at a hashprice, the hashprice at which all fits, and the month's money.

The plain twin of each stands in `twin_market.py`; the equations in docs/lab-model.md.
"""

import math
from typing import Any

from adit.lab.model.compiling import part
from adit.lab.model.rows import (
    CONFISCATION,
    DAYS_PER_MONTH,
    DETECTION,
    DISPERSION,
    FEE,
    FINE,
    HIDING,
    INFORMAL,
    KEEP,
    KWH_PER_W_DAY,
    LEVY,
    LICENCE,
    OTHER,
    POWER,
    PROFIT_TAX,
    PUE,
    SEASON,
    SITE_KW,
    UPTIME,
)

__all__ = ["account", "costs", "installed", "root", "running", "standing", "supply"]


@part
def costs(law: Any, theta: Any, spread: Any, place: Any, sector: Any, cell: Any) -> None:
    """Fills `cell` (8, J): slope and offset of the running share; gain per hashprice, cost per J/TH and share of the machine's price that a day costs
    an owner under the law; gain and cost without law; tariff. Each loop fills one row: so it runs in the lanes of the processor."""
    pue, other, kept, hours = theta[PUE], theta[OTHER], 1.0 - theta[FEE], theta[UPTIME]
    per_watt = KWH_PER_W_DAY * pue
    half = per_watt * math.pi * theta[DISPERSION]
    for j in range(place.shape[0]):
        cell[7, j] = law[POWER, j] * spread[place[j]]
    for j in range(place.shape[0]):
        cell[0, j] = kept * law[KEEP, j] / (2.0 * half)
    for j in range(place.shape[0]):
        cell[1, j] = (per_watt * (cell[7, j] + law[LEVY, j] + other) - half) / (2.0 * half)
    for j in range(place.shape[0]):
        hiding = theta[HIDING] if sector[j] == INFORMAL else 0.0
        cell[2, j] = law[SEASON, j] * hours * (1.0 - law[PROFIT_TAX, j]) * (kept * law[KEEP, j]) - hiding
    for j in range(place.shape[0]):
        cost = per_watt * (cell[7, j] + law[LEVY, j] + other)
        cell[3, j] = law[SEASON, j] * hours * (1.0 - law[PROFIT_TAX, j]) * cost
    for j in range(place.shape[0]):  # the law's rows of sanctions are zero where nobody hides
        fined = law[DETECTION, j] * law[FINE, j] / (1000.0 * theta[SITE_KW])
        cell[3, j] += (law[LICENCE, j] / 1e6 + fined) * (pue / DAYS_PER_MONTH)
    for j in range(place.shape[0]):
        cell[4, j] = law[DETECTION, j] / DAYS_PER_MONTH * law[CONFISCATION, j]
    for j in range(place.shape[0]):
        cell[5, j] = hours * kept
    for j in range(place.shape[0]):
        cell[6, j] = hours * (per_watt * (cell[7, j] + other))


@part
def running(h: float, efficiency: Any, cell: Any, logistic: bool, on: Any) -> None:
    """Fills `on` (V, J): the share of each cohort's sites that earn their power at hashprice h."""
    for v in range(on.shape[0]):
        per = h / efficiency[v]
        if logistic:
            for j in range(on.shape[1]):
                on[v, j] = 1.0 / (1.0 + math.exp(-2.0 * math.pi * (per * cell[0, j] - cell[1, j] - 0.5)))
        else:
            for j in range(on.shape[1]):
                on[v, j] = min(max(per * cell[0, j] - cell[1, j], 0.0), 1.0)


@part
def supply(
    h: float, x: Any, present: Any, efficiency: Any, cell: Any, available: Any, logistic: bool, work: Any
) -> tuple[float, float]:
    """The hash rate at hashprice h and its slope. Sums run over vintages first, so that the inner loop has no chain of additions."""
    for j in range(x.shape[1]):
        work[0, j] = 0.0
        work[1, j] = 0.0
    for v in range(x.shape[0]):
        if not present[v]:
            continue
        inverse = 1.0 / efficiency[v]
        per = h * inverse
        if logistic:
            for j in range(x.shape[1]):
                share = 1.0 / (1.0 + math.exp(-2.0 * math.pi * (per * cell[0, j] - cell[1, j] - 0.5)))
                work[0, j] += x[v, j] * share
                work[1, j] += x[v, j] * (share * (1.0 - share)) * (2.0 * math.pi * inverse)
        else:
            for j in range(x.shape[1]):
                u = per * cell[0, j] - cell[1, j]
                work[0, j] += x[v, j] * min(max(u, 0.0), 1.0)
                work[1, j] += x[v, j] * (inverse if (u > 0.0) & (u < 1.0) else 0.0)
    total, slope = 0.0, 0.0
    for j in range(x.shape[1]):
        total += available[j] * work[0, j]
        slope += available[j] * work[1, j] * cell[0, j]
    return total, slope


@part
def root(
    revenue: float, guess: float, x: Any, present: Any, efficiency: Any, cell: Any, available: Any, logistic: bool,
    work: Any,
) -> float:  # fmt: skip
    """The hashprice at which the fleet that runs earns exactly the network's revenue, bracketed.

    Supply is a straight line between two hashprices at which somebody begins or ends to run, and what it earns a parabola, whose root is taken: a
    fifth fewer passes than Newton's method on the logarithm, which the twin uses.
    """
    most = 0.0
    for v in range(x.shape[0]):
        for j in range(x.shape[1]):
            most += x[v, j] * available[j]
    if most <= 1e-12:
        return guess
    low, high = revenue / most, math.inf
    h = max(guess, low)
    for _ in range(80):
        total, slope = supply(h, x, present, efficiency, cell, available, logistic, work)
        if total <= 0.0:
            low = h
            h = 2.0 * h if high == math.inf else math.sqrt(low * high)
            continue
        missing = revenue / h - total
        if missing < 0.0:
            high = h
        else:
            low = h
        rise = h * slope
        steep = total + rise
        step = 2.0 * missing / (steep + math.sqrt(steep * steep + 4.0 * rise * missing))
        h += step * h
        if abs(step) < 1e-13:
            return h
        if h < low or h > high:
            h = math.sqrt(low * high) if high < math.inf else low
    return h


@part
def account(
    h: float, days: float, x: Any, present: Any, on: Any, efficiency: Any, cell: Any, available: Any, law: Any, theta: Any,
    flow: Any,
) -> float:  # fmt: skip
    """Adds a half month to `flow` (6, J): mean EH/s, mean MW, revenue, margin before licence and profit tax, levy, tax on revenue. Returns EH/s."""
    total, pue, kept, other = 0.0, theta[PUE], 1.0 - theta[FEE], theta[OTHER]
    for j in range(x.shape[1]):
        flow[6, j] = 0.0
        flow[7, j] = 0.0
    for v in range(x.shape[0]):
        if not present[v]:
            continue
        joules = efficiency[v]
        for j in range(x.shape[1]):
            hashes = x[v, j] * on[v, j]
            flow[6, j] += hashes
            flow[7, j] += hashes * joules
    for j in range(x.shape[1]):
        hashes = available[j] * flow[6, j]
        mw = available[j] * flow[7, j] * pue
        revenue = kept * h * hashes * 1e6 * days
        kwh = mw * 24000.0 * days
        taxed = revenue * (1.0 - law[KEEP, j])
        levied = kwh * law[LEVY, j]
        flow[0, j] += 0.5 * hashes
        flow[1, j] += 0.5 * mw
        flow[2, j] += revenue
        flow[3, j] += revenue - taxed - levied - kwh * (cell[7, j] + other)
        flow[4, j] += levied
        flow[5, j] += taxed
        total += hashes
    return total


@part
def standing(x: Any, present: Any) -> None:
    """Fills `present` (V,): whether machines of a vintage stand anywhere. Those that do not are left out of sums over cells."""
    for v in range(x.shape[0]):
        machines = 0.0
        for j in range(x.shape[1]):
            machines += x[v, j]
        present[v] = machines > 0.0


@part
def installed(x: Any, present: Any, efficiency: Any, pue: float, mw: Any) -> None:
    """Fills `mw` (J,): what stands in each cell, running or idle, at the meter."""
    for j in range(mw.shape[0]):
        mw[j] = 0.0
    for v in range(x.shape[0]):
        if not present[v]:
            continue
        for j in range(mw.shape[0]):
            mw[j] += x[v, j] * (efficiency[v] * pue)
