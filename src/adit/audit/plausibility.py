"""The coins that can honestly come of a site's metered energy in a month, and how unlikely what was declared is.

The hypothesis is composite: *some* values inside the registered intervals explain what was declared. The probability is therefore taken at the corner that
favours the miner most, so that an honest miner, wherever inside the intervals he is, is accused with at most the stated probability.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from adit.audit.hashing import Energy, Fleet, worth
from adit.audit.spans import Spans
from adit.audit.tails import at_least, at_most
from adit.audit.terms import Terms
from adit.evidence.sources.mining_sites import SCHEMES

__all__ = ["Declared", "Pay", "Plausible", "pay_of", "plausible"]

_SOLO, _PPS, _PPLNS = SCHEMES.index("solo"), SCHEMES.index("pps"), SCHEMES.index("pplns")
_SLOW_BLOCK_S = 660.0  # blocks come every 600 s; over a month the mean stays below this, whatever difficulty does


class Pay(NamedTuple):
    """The terms of all sites as columns."""

    scheme: Any  # int64: place in SCHEMES
    fee_least: Any
    fee_most: Any
    stale_most: Any
    share_least: Any
    share_most: Any
    threshold_sat: Any
    cutoff_days: Any
    pool_share: Any  # not a number where it is not known
    share_interval_s: Any


class Declared(NamedTuple):
    """What was declared, by site and month."""

    sat: Any  # float64, whole numbers
    blocks: Any  # own blocks among them, counted
    other_sat: Any  # the part that was not declared as own blocks
    lines: Any  # int64: how many lines; none at all is not the same as none mined


class Plausible(NamedTuple):
    """By site and month. Amounts in satoshi, after the pool's fee; not a number where it cannot be said."""

    hashes_least_th: Any
    hashes_most_th: Any
    coins_least_sat: Any
    coins_most_sat: Any
    machines_most_sat: Any  # what the registered machines could make, running without pause
    slack_sat: Any  # what the pool may keep back, or pay a month later
    count_least: Any  # of blocks found or shares paid, at the corner that needs fewest
    count_most: Any
    counted_under: Any  # what was declared, as such a count, read in the miner's favour
    counted_over: Any
    p_under: Any  # that an honest miner declares so little; 1 where it is not testable
    p_over: Any
    testable_under: Any  # bool
    testable_over: Any
    drawn_wh: Any
    capacity_wh: Any


def pay_of(terms: Sequence[Terms]) -> Pay:
    """The terms of each site, in order."""

    def column(figures: list[float]) -> Any:
        return np.array(figures, dtype=np.float64)

    return Pay(
        scheme=np.array([SCHEMES.index(t.scheme) for t in terms], dtype=np.int64),
        fee_least=column([t.pool_fee.least for t in terms]),
        fee_most=column([t.pool_fee.most for t in terms]),
        stale_most=column([t.stale_most for t in terms]),
        share_least=column([t.share_to_machines.least for t in terms]),
        share_most=column([t.share_to_machines.most for t in terms]),
        threshold_sat=column([float(t.payout_threshold_sat) for t in terms]),
        cutoff_days=column([t.cutoff_days for t in terms]),
        pool_share=column([np.nan if t.pool_share_of_network is None else t.pool_share_of_network for t in terms]),
        share_interval_s=column([t.share_interval_s for t in terms]),
    )


def plausible(fleet: Fleet, energy: Energy, pay: Pay, declared: Declared, spans: Spans, alpha: float) -> Plausible:
    """The interval of honest coins and both probabilities, for every site and month.

    `alpha` is the chance that an honest miner is accused in a month, of either; each side takes half.
    """
    solo, pps = pay.scheme == _SOLO, pay.scheme == _PPS
    low, high = _coins_per_th(spans)
    kind = np.where(pps, 0, 1).astype(np.int64)
    coins = worth(fleet, energy, pay.share_least, pay.share_most, spans, kind, low, high)
    same, one = np.zeros_like(kind), np.ones((1, len(spans)))
    hashes = worth(fleet, energy, pay.share_least, pay.share_most, spans, same, one, one)
    found = spans.blocks_per_th[None, :]
    blocks = worth(fleet, energy, pay.share_least, pay.share_most, spans, same, found, found) if solo.any() else None

    blur = _blur(spans, low)[kind]
    kept_least = ((1 - np.where(solo, 0, pay.fee_most)) * (1 - pay.stale_most))[:, None]
    kept_most = (1 - np.where(solo, 0, pay.fee_least))[:, None]
    least = coins.least * kept_least * (1 - blur)
    most = coins.most * kept_most * (1 + blur)
    days = np.array([m.days for m in spans.months], dtype=np.float64)
    slack = np.where(
        solo[:, None],
        0.0,
        pay.threshold_sat[:, None] + pay.cutoff_days[:, None] / days * most,
    )

    units = _units(fleet, pay, spans, hashes.drawn_wh, hashes.capacity_wh)
    count_least, count_most = units, units
    counted_under = _ratio(units * (declared.sat + slack), least)
    counted_over = _ratio(units * np.maximum(declared.sat - slack, 0), most)
    if blocks is not None:
        column = solo[:, None]
        subsidy = np.minimum.reduceat(spans.subsidy_sat, spans.first[:-1])
        count_least = np.where(column, blocks.least * (1 - pay.stale_most)[:, None] * (1 - blur), units)
        count_most = np.where(column, blocks.most * (1 + blur), units)
        counted_under = np.where(column, declared.blocks, counted_under)
        counted_over = np.where(column, declared.blocks + declared.other_sat / subsidy, counted_over)

    half = alpha / 2
    testable_under = np.isfinite(count_least) & (least > 0) & (np.exp(-np.nan_to_num(count_least)) <= half)
    testable_over = np.isfinite(count_most)
    return Plausible(
        hashes_least_th=hashes.least,
        hashes_most_th=hashes.most,
        coins_least_sat=least,
        coins_most_sat=most,
        machines_most_sat=_machines_most(fleet, spans, kind, high) * kept_most,
        slack_sat=slack,
        count_least=count_least,
        count_most=count_most,
        counted_under=counted_under,
        counted_over=counted_over,
        p_under=np.where(testable_under, at_most(counted_under, np.nan_to_num(count_least)), 1.0),
        p_over=np.where(testable_over, at_least(counted_over, np.nan_to_num(count_most)), 1.0),
        testable_under=testable_under,
        testable_over=testable_over,
        drawn_wh=hashes.drawn_wh,
        capacity_wh=hashes.capacity_wh,
    )


def _coins_per_th(spans: Spans) -> tuple[Any, Any]:
    """Satoshi for a terahash in each span, at least and at most: a row without fees, and one with them."""
    bare = spans.blocks_per_th * spans.subsidy_sat
    return np.stack([bare, bare * (1 + spans.fee_least)]), np.stack([bare, bare * (1 + spans.fee_most)])


def _blur(spans: Spans, rate: Any) -> Any:
    """By kind of site and month: how much a wrong time of a boundary between epochs can move the coins, as a share."""
    step = np.abs(np.diff(rate, axis=1, prepend=rate[:, :1])) * spans.blur_s
    moved, whole = np.zeros((len(rate), len(spans.months))), np.zeros((len(rate), len(spans.months)))
    for row in range(len(rate)):
        np.add.at(moved[row], spans.month, step[row])
        np.add.at(whole[row], spans.month, rate[row] * spans.seconds)
    return moved / whole


def _month_seconds(fleet: Fleet, spans: Spans) -> Any:
    """Seconds for which each row of machines stood there in each month."""
    starts, ends = spans.start_s[spans.first[:-1]], spans.end_s[spans.first[1:] - 1]
    return np.maximum(0, np.minimum(ends, fleet.end_s[:, None]) - np.maximum(starts, fleet.start_s[:, None])).astype(
        np.float64
    )


def _by_site(fleet: Fleet, rows: Any) -> Any:
    """Sums of rows of machines by site; a site without machines has zero."""
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    return total[fleet.first[1:]] - total[fleet.first[:-1]]


def _units(fleet: Fleet, pay: Pay, spans: Spans, drawn: Any, capacity: Any) -> Any:
    """How many shares are paid at least; for pplns as many as have the variance of pool luck and shares together."""
    seconds = _month_seconds(fleet, spans) * (fleet.count * fleet.counted)[:, None]
    used = np.minimum(_ratio(drawn, capacity), 1.0)
    shares = _by_site(fleet, seconds) * used / pay.share_interval_s[:, None]
    length = np.add.reduceat(spans.seconds, spans.first[:-1])
    of_pool = pay.pool_share[:, None] * length / _SLOW_BLOCK_S
    with np.errstate(divide="ignore"):
        both = 1 / (1 / shares + 1 / of_pool)
    return np.where((pay.scheme == _PPLNS)[:, None], both, shares)


def _machines_most(fleet: Fleet, spans: Spans, kind: Any, high: Any) -> Any:
    """What the machines could make in a month at most, drawing all they can: the second witness without the meter."""
    best = fleet.watts_most / fleet.efficiency_least * fleet.counted
    overlap = np.maximum(
        0, np.minimum(spans.end_s, fleet.end_s[:, None]) - np.maximum(spans.start_s, fleet.start_s[:, None])
    )
    by_span = _by_site(fleet, best[:, None] * overlap) * high[kind]
    return np.add.reduceat(by_span, spans.first[:-1], axis=1)


def _ratio(above: Any, below: Any) -> Any:
    """Quotients; where nothing is below, everything above is too much."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = above / below
    return np.where(below > 0, quotient, np.where(above > 0, np.inf, 0.0))
