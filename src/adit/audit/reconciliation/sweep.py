"""The pairing of lines with receipts of one amount at one address: most pairs, then fewest days, in one sweep over time.

Lines that do not lie within one another and receipts, both in the order of time, never need to cross: exchanging the receipts of two lines that
cross lengthens neither the sum of days nor the longest of them. So a table over "so many lines, so many receipts" finds the best pairing.
Source of the argument: the cost is a convex function of the distance, so the matrix of costs is a Monge array (Hoffman 1963).
"""

from typing import Any

import numpy as np
from numba import njit

__all__ = ["CELLS_MAX", "PAIR", "sweep"]

CELLS_MAX = 1 << 29  # of the table of one stretch, a byte each
PAIR = 1 << 40  # what a pair is worth in days: more than all days of a stretch together
_SKIP_LINE, _SKIP_RECEIPT, _PAIR = range(3)


@njit(cache=True)
def sweep(start: Any, end: Any, low: Any, high: Any, day: Any, cells_max: int) -> Any:
    """For each line the place of its receipt, or -1; whether it was left to another way; the line at which the table was too large, or -1.

    Lines are sorted by group, start, end and rank, receipts by group, day and rank; those at `low[i]` up to `high[i]` lie within reach of line i.
    A stretch is a run of lines that share receipts. One in which a line lies within another is left to another way. Of equally good pairings the
    one is taken that leaves over the later line, and then the later receipt.
    """
    lines = len(start)
    found = np.full(lines, -1, np.int64)
    left = np.zeros(lines, np.bool_)
    a = 0
    while a < lines:
        if low[a] == high[a]:
            a += 1
            continue
        b, reach, latest, nested, cells = a + 1, high[a], end[a], False, high[a] - low[a] + 1
        while b < lines and low[b] < reach:
            nested = nested or end[b] < latest
            latest, reach = max(latest, end[b]), max(reach, high[b])
            cells += high[b] - low[b] + 1
            b += 1
        if nested:
            left[a:b] = True
        elif cells > cells_max:
            return found, left, a
        else:
            _stretch(a, b, reach, cells, start, end, low, high, day, found)
        a = b
    return found, left, -1


@njit(cache=True)
def _stretch(
    a: int, b: int, reach: int, cells: int, start: Any, end: Any, low: Any, high: Any, day: Any, found: Any
) -> None:
    """The best pairing of the lines `a` up to `b`, into `found`."""
    base = low[a]
    value = np.zeros(reach - base + 1, np.int64)  # of the lines so far with the receipts before each
    choice = np.empty(cells, np.int8)
    row = np.empty(b - a, np.int64)  # where the choices of each line begin
    filled, at = base, 0
    for i in range(a, b):
        row[i - a] = at
        for j in range(filled + 1, high[i] + 1):
            value[j - base] = value[filled - base]
        filled = max(filled, high[i])
        before = value[low[i] - base]
        choice[at] = _SKIP_LINE
        for j in range(low[i] + 1, high[i] + 1):
            days = max(start[i] - day[j - 1], day[j - 1] - end[i], 0)
            paired, best, chosen = before + PAIR - days, value[j - base], _SKIP_LINE
            before = best
            if value[j - base - 1] > best:
                best, chosen = value[j - base - 1], _SKIP_RECEIPT
            if paired > best:
                best, chosen = paired, _PAIR
            value[j - base] = best
            choice[at + j - low[i]] = chosen
        at += high[i] - low[i] + 1
    j = reach
    for i in range(b - 1, a - 1, -1):
        j = min(j, high[i])
        while j > low[i] and choice[row[i - a] + j - low[i]] == _SKIP_RECEIPT:
            j -= 1
        if j > low[i] and choice[row[i - a] + j - low[i]] == _PAIR:
            j -= 1
            found[i] = j
