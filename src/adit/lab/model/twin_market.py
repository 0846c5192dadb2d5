"""Plain twins of `kernel_market.py`, for many draws at once: arrays of (n, V, J) and (n, J)."""

import math
from typing import Any

import numpy as np

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

__all__ = ["account", "costs", "root", "running"]


def costs(law: Any, theta: Any, spread: Any, place: Any, sector: Any) -> Any:
    """(8, n, J), as `kernel_market.costs` fills it."""
    column = theta[:, :, None]
    half = KWH_PER_W_DAY * column[:, PUE] * math.pi * column[:, DISPERSION]
    tariff = law[POWER] * spread[:, place]
    cost = KWH_PER_W_DAY * column[:, PUE] * (tariff + law[LEVY] + column[:, OTHER])
    keep = (1.0 - column[:, FEE]) * law[KEEP]
    net = law[SEASON] * column[:, UPTIME] * (1.0 - law[PROFIT_TAX])
    hidden = sector == INFORMAL
    daily = np.where(hidden, law[DETECTION] / DAYS_PER_MONTH, 0.0)
    fined = daily * law[FINE] * column[:, PUE] / (1000.0 * column[:, SITE_KW])
    return np.stack(
        [
            keep / (2.0 * half),
            (cost - half) / (2.0 * half),
            net * keep - np.where(hidden, column[:, HIDING], 0.0),
            net * cost + law[LICENCE] * column[:, PUE] / DAYS_PER_MONTH / 1e6 + fined,
            np.broadcast_to(daily * law[CONFISCATION], cost.shape),
            np.broadcast_to(column[:, UPTIME] * (1.0 - column[:, FEE]), cost.shape),
            column[:, UPTIME] * (KWH_PER_W_DAY * column[:, PUE] * (tariff + column[:, OTHER])),
            tariff,
        ]
    )


def running(h: Any, efficiency: Any, cell: Any, logistic: bool) -> Any:
    """(n, V, J)"""
    u = (h[:, None] / efficiency)[:, :, None] * cell[0][:, None, :] - cell[1][:, None, :]
    if logistic:
        return 1.0 / (1.0 + np.exp(np.minimum(-2.0 * math.pi * (u - 0.5), 700.0)))
    return np.clip(u, 0.0, 1.0)


def root(revenue: Any, guess: Any, x: Any, efficiency: Any, cell: Any, available: Any, logistic: bool) -> Any:
    """(n,): the hashprice at which the fleet that runs earns the network's revenue: Newton on its logarithm, bracketed."""
    weighted = x * available[:, None, :]
    most = weighted.sum(axis=(1, 2))
    some = most > 1e-12
    target = np.log(revenue)
    low = target - np.log(np.where(some, most, 1.0))
    high = np.full_like(low, np.inf)
    z = np.maximum(np.log(guess), low)
    done = ~some
    for _ in range(80):
        total, slope = _supply(np.exp(z), weighted, efficiency, cell, logistic)
        none = total <= 0.0
        gap = np.where(none, -1.0, z + np.log(np.where(none, 1.0, total)) - target)
        high = np.where(gap > 0.0, z, high)
        low = np.where(gap > 0.0, low, z)
        step = gap / (1.0 + np.exp(z) * slope / np.where(none, 1.0, total))
        ready = ~none & (np.abs(step) < 1e-13)
        new = np.where(none, np.where(np.isinf(high), z + 0.7, 0.5 * (low + np.minimum(high, low + 1e6))), z - step)
        outside = ~ready & ~none & ((new < low) | (new > high))
        new = np.where(outside, np.where(np.isinf(high), low, 0.5 * (low + np.minimum(high, low + 1e6))), new)
        z = np.where(done, z, new)
        done |= ready
        if np.all(done):
            break
    return np.where(some, np.exp(z), guess)


def _supply(h: Any, weighted: Any, efficiency: Any, cell: Any, logistic: bool) -> tuple[Any, Any]:
    per = h[:, None] / efficiency
    u = per[:, :, None] * cell[0][:, None, :] - cell[1][:, None, :]
    if logistic:
        share = 1.0 / (1.0 + np.exp(np.minimum(-2.0 * math.pi * (u - 0.5), 700.0)))
        moving = share * (1.0 - share) * (2.0 * math.pi)
    else:
        share = np.clip(u, 0.0, 1.0)
        moving = ((u > 0.0) & (u < 1.0)).astype(np.float64)
    slope = np.einsum("nvj,nvj,nv,nj->n", weighted, moving, 1.0 / efficiency, cell[0])
    return np.einsum("nvj,nvj->n", weighted, share), slope


def account(
    h: Any, days: float, x: Any, on: Any, efficiency: Any, cell: Any, available: Any, law: Any, theta: Any
) -> tuple[Any, Any]:
    """(6, n, J) of a half month, and EH/s (n,)."""
    hashes = available * np.einsum("nvj,nvj->nj", x, on)
    mw = available * np.einsum("nvj,nvj,nv->nj", x, on, efficiency) * theta[:, PUE, None]
    revenue = (1.0 - theta[:, FEE, None]) * h[:, None] * hashes * 1e6 * days
    kwh = mw * 24000.0 * days
    taxed = revenue * (1.0 - law[KEEP])
    levied = kwh * law[LEVY]
    margin = revenue - taxed - levied - kwh * (cell[7] + theta[:, OTHER, None])
    return np.stack([0.5 * hashes, 0.5 * mw, revenue, margin, levied, taxed]), hashes.sum(axis=1)
