"""Readings of one meter held against each other: the same twice, the same time with two values, times that overlap.

Nothing is chosen silently. Of two values for one interval the later recorded replaces the earlier; where nothing says when they were
recorded, neither is counted. Of intervals that overlap the longer is left out, since it may be a total; of equal ones both are.
"""

from itertools import groupby
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from adit.evidence.meters.layout import Ints, Places

__all__ = ["CONFLICT", "DUPLICATE", "KEEP", "NEVER", "OVERLAP", "SUPERSEDED", "judged", "plain_judged"]

KEEP, DUPLICATE, SUPERSEDED, CONFLICT, OVERLAP = range(5)
NEVER = np.iinfo(np.int64).min  # recorded at no known time


def judged(
    meter: Places, start_s: Ints, end_s: Ints, energy_wh: Ints, recorded_s: Ints
) -> tuple[NDArray[np.int8], Ints]:
    """What becomes of each reading, and the row of the one that it disagrees with, -1 where none does.

    Rows are sorted by meter, start, end and time of recording.
    """
    mark, other = np.zeros(len(start_s), dtype=np.int8), np.full(len(start_s), -1, dtype=np.int64)
    _same(meter, start_s, end_s, energy_wh, recorded_s, mark, other)
    _overlapping(meter, start_s, end_s, mark, other)
    return mark, other


@njit(cache=True)
def _same(meter: Any, start: Any, end: Any, energy: Any, recorded: Any, mark: Any, other: Any) -> None:
    first = 0
    while first < len(start):
        after = first + 1
        while (
            after < len(start)
            and meter[after] == meter[first]
            and start[after] == start[first]
            and end[after] == end[first]
        ):
            after += 1
        latest = after - 1  # the first of those that were recorded last
        while latest > first and recorded[latest - 1] == recorded[after - 1]:
            latest -= 1
        agreed = True
        for i in range(latest, after):
            agreed = agreed and energy[i] == energy[latest]
        for i in range(first, after):
            if agreed:
                if i != latest:
                    mark[i] = DUPLICATE if energy[i] == energy[latest] else SUPERSEDED
                    other[i] = latest
            else:
                mark[i] = CONFLICT
                other[i] = first if i > first else first + 1
        first = after


@njit(cache=True)
def _overlapping(meter: Any, start: Any, end: Any, mark: Any, other: Any) -> None:
    last = -1
    for i in range(len(start)):
        if mark[i] != KEEP:
            continue
        if last < 0 or meter[last] != meter[i] or start[i] >= end[last]:
            last = i
            continue
        longer = (end[i] - start[i]) - (end[last] - start[last])
        if longer >= 0:
            mark[i], other[i] = OVERLAP, last
        if longer <= 0:
            if mark[last] == KEEP:
                mark[last], other[last] = OVERLAP, i
            last = i


def plain_judged(
    meter: Places, start_s: Ints, end_s: Ints, energy_wh: Ints, recorded_s: Ints
) -> tuple[NDArray[np.int8], Ints]:
    """What `judged` says, in plain Python."""
    rows = list(zip(*(a.tolist() for a in (meter, start_s, end_s, energy_wh, recorded_s)), strict=True))
    mark, other = [KEEP] * len(rows), [-1] * len(rows)
    for _, group in groupby(range(len(rows)), key=lambda i: rows[i][:3]):
        same = list(group)
        latest = [i for i in same if rows[i][4] == rows[same[-1]][4]]
        if len({rows[i][3] for i in latest}) > 1:
            for i in same:
                mark[i], other[i] = CONFLICT, same[0] if i != same[0] else same[1]
            continue
        for i in same:
            if i != latest[0]:
                mark[i] = DUPLICATE if rows[i][3] == rows[latest[0]][3] else SUPERSEDED
                other[i] = latest[0]
    for _, group in groupby(range(len(rows)), key=lambda i: rows[i][0]):
        last: int | None = None
        for i in group:
            if mark[i] != KEEP:
                continue
            if last is None or rows[i][1] >= rows[last][2]:
                last = i
                continue
            length, length_last = (rows[k][2] - rows[k][1] for k in (i, last))
            if length >= length_last:
                mark[i], other[i] = OVERLAP, last
            if length <= length_last:
                if mark[last] == KEEP:
                    mark[last], other[last] = OVERLAP, i
                last = i
    return np.array(mark, dtype=np.int8), np.array(other, dtype=np.int64)
