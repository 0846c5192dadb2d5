"""How wrong the model itself may be: an error of the total with a memory, errors of the shares of places, chance in what is observed.

The model's state is not touched: `with_errors` multiplies what comes out. Energy, money and machines of a place then move with its hash rate.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import ndtr

from adit.lab.model.outcome import Outcome
from adit.lab.model.parameters import generator

__all__ = ["dirichlet", "errors_of", "observed_shares", "with_errors"]

_BLOCKS_PER_DAY = 144.0


def errors_of(outcome: Outcome) -> tuple[Any, Any]:
    """(N, T, P) factors on each place and (N, T) factors of what is observed of the network."""
    n, months, places = outcome.hashrate_ehs.shape[:3]
    value = outcome.parameter
    total, share = np.empty((n, months)), np.empty((n, months, places, 2), dtype=np.float32)
    seen, blocks = np.empty((n, months)), _BLOCKS_PER_DAY * outcome.hours / 24
    for row in range(n):
        draw = outcome.first_draw + row
        total[row] = generator(outcome.seed, draw, "totals").standard_normal(months)
        generator(outcome.seed, draw, "shares").standard_normal(out=share[row], dtype=np.float32)
        seen[row] = generator(outcome.seed, draw, "observation").poisson(blocks) / blocks
    total *= value["error_innovation"][:, None]
    _remember(total, value["error_memory"])
    memory = value["share_memory"][:, None, None].astype(np.float32)
    share[:, 1:] *= np.sqrt(1 - memory**2)[:, None]
    _remember(share, memory)
    horizon = np.arange(1, months + 1, dtype=np.float64)
    concentration = value["share_concentration"][:, None] * (3 / horizon) ** value["share_decay"][:, None]
    concentration = np.maximum(concentration, value["share_floor"][:, None]).astype(np.float32)
    formal, household, hidden = np.moveaxis(outcome.hashrate_ehs, 3, 0)
    hashes = formal + household + hidden  # twenty times as fast as a sum over so short an axis
    sums = hashes.sum(axis=2, keepdims=True)
    shares = np.divide(hashes, sums, out=np.zeros_like(hashes), where=sums > 0)
    factor = np.ones_like(shares)
    np.divide(
        dirichlet(shares, concentration[:, :, None], share[..., 0], share[..., 1]), shares, out=factor, where=shares > 0
    )
    factor *= np.exp(total)[:, :, None].astype(np.float32)
    return factor, seen


def with_errors(outcome: Outcome) -> Outcome:
    """The outcome with the errors applied: what bands are to be made of. The network's totals follow the sum of the places."""
    places = outcome.error
    before = outcome.hashrate_ehs.sum(axis=(2, 3), dtype=np.float64)
    by_group = outcome.by_group * places[:, None, ..., None]
    after = by_group[:, 0].sum(axis=(2, 3), dtype=np.float64)
    by_month = outcome.by_month.copy()
    by_month[:, :, 0] *= np.divide(after, before, out=np.ones_like(before), where=before > 0)
    return replace(
        outcome,
        by_group=by_group,
        by_month=by_month,
        tax_usd=outcome.tax_usd * places[..., None],
        displaced_mw=outcome.displaced_mw * places[..., None],
        error=np.ones_like(places),
    )


def dirichlet(shares: Any, concentration: Any, normal: Any, other: Any) -> Any:
    """Shares as a Dirichlet of this mean and concentration gives them, at these normal quantiles: a path of quantiles makes a path of shares.

    A gamma of shape k is one of shape k + 1, by Wilson and Hilferty, times a uniform to the power 1/k. Zero stays zero.
    """
    shape = np.maximum(shares * concentration, shares.dtype.type(1e-3))
    more = shape + 1
    gamma = np.maximum(1 - 1 / (9 * more) + normal / (3 * np.sqrt(more)), 0)
    gamma *= gamma * gamma
    gamma *= more
    gamma *= np.exp(np.log(np.maximum(ndtr(other), 1e-30)) / shape)
    gamma[shares <= 0] = 0
    sums = gamma.sum(axis=-1, keepdims=True)
    return np.where(sums > 0, gamma / np.where(sums > 0, sums, 1), shares)


def observed_shares(outcome: Outcome, masked: Any) -> Any:
    """(N, T, P): shares as a map of pools' addresses shows them. `masked` (T, P) is the part of a place's hidden hash rate that is seen elsewhere, in
    proportion to what is seen there: complete for China in July and August 2021, none from September (CBECI)."""
    hidden = outcome.hashrate_ehs[..., 2] * np.asarray(masked, dtype=np.float32)
    seen = outcome.hashrate_ehs.sum(axis=3) - hidden
    total = seen.sum(axis=2, keepdims=True)
    return np.divide(seen, total, out=np.zeros_like(seen), where=total > 0)


def _remember(path: Any, memory: Any) -> None:
    """Adds to each month what is left of the month before: (n, T, ...), in place."""
    for t in range(1, path.shape[1]):
        path[:, t] += memory * path[:, t - 1]
