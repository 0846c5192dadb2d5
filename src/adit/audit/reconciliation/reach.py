"""Which receipts lie within reach of which lines: the same group (an amount at an address, say) and days that are near enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.audit.reconciliation.joined import Ints
from adit.terms.errors import BadInput

__all__ = ["EDGES_MAX", "EVER", "Reach", "edges_of", "nearest", "reach_of", "too_many"]

EDGES_MAX = 1 << 25
_DAY_BITS = 22
EVER = (1 << _DAY_BITS) - 1  # a day after all days


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Of each line the receipts `receipts[low : high]`. Receipts are sorted by group, day and rank; `day` is theirs."""

    group: Ints  # of each line
    low: Ints
    high: Ints
    receipts: Ints
    receipt_group: Ints
    day: Ints


def reach_of(
    keys: Sequence[tuple[Ints, Ints]], since: Ints, until: Ints, receipts: Ints, day: Ints, *, whole_group: bool = False
) -> Reach:
    """The reach of lines. Each of `keys` is a column of the lines and one of the receipts that have to agree.

    `receipts` come in the order of their ranks. With `whole_group` days do not count.
    """
    line_group, receipt_group = _groups(keys)
    if whole_group:
        since, until = np.zeros_like(line_group), np.full_like(line_group, EVER)
    places = (receipt_group << _DAY_BITS) + day
    order = np.argsort(places, kind="stable")
    places = places[order]
    base = line_group << _DAY_BITS
    low = np.searchsorted(places, base + np.maximum(since, 0))
    high = np.searchsorted(places, base + np.minimum(until, EVER), side="right")
    return Reach(line_group, low, high, receipts[order], receipt_group[order], day[order])


def edges_of(reach: Reach, rows: Ints) -> tuple[Ints, Ints]:
    """Of these rows of the reach all pairs of row and receipt. Raises BadInput where they are too many to hold."""
    counts = reach.high[rows] - reach.low[rows]
    total = int(counts.sum())
    if total > EDGES_MAX:
        raise too_many(f"{total:,} pairs of lines and receipts could belong together")
    which = np.repeat(np.arange(len(rows)), counts)
    at = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(reach.low[rows], counts)
    return rows[which], reach.receipts[at]


def nearest(reach: Reach, rows: Ints, start: Ints, end: Ints) -> Ints:
    """Of these rows, which have receipts within reach, the receipt nearest to the days from start through end."""
    places = (reach.receipt_group << _DAY_BITS) + reach.day
    at = np.searchsorted(places, (reach.group[rows] << _DAY_BITS) + start)
    after = np.clip(at, reach.low[rows], reach.high[rows] - 1)
    before = np.maximum(after - 1, reach.low[rows])
    away = [np.maximum(np.maximum(start - reach.day[p], reach.day[p] - end), 0) for p in (before, after)]
    return reach.receipts[np.where(away[0] <= away[1], before, after)]


def too_many(what: str) -> BadInput:
    """The error for lines that are so alike that no pairing of them would say anything."""
    return BadInput(
        f"{what}, too many to be held against one another.",
        todo="Shorten the window of days, or name the transactions in the declared lines.",
    )


def _groups(keys: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """One number for each different combination of the columns."""
    lines = len(keys[0][0])
    group: Any = np.zeros(lines + len(keys[0][1]), dtype=np.int64)
    for of_lines, of_receipts in keys:
        words, numbers = np.unique(np.concatenate((of_lines, of_receipts)), return_inverse=True)
        _, group = np.unique(group * len(words) + numbers, return_inverse=True)
    return group[:lines].astype(np.int64), group[lines:].astype(np.int64)
