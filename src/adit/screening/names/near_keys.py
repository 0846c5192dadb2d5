"""Which keys of an index are near a key, compiled. `near_keys` does for all keys what `distance.near` does for two, and a test compares them.

Most keys are put aside by their letters alone: one that the other key lacks costs at least one half, and a consonant that it lacks with all
its kin costs two.
"""

from typing import Any

import numpy as np
from numba import njit

from adit.screening.names.distance import KIN, cheap
from adit.screening.names.scoring import FLOOR, INITIAL, JOINED_FLOOR, SHORT, SHORT_FLOOR
from adit.screening.names.tokens import LONGEST

__all__ = ["INITIAL_KEY", "JOINED_ONLY", "NUMBERED", "kin_of", "letters_of", "near_keys"]

NUMBERED, INITIAL_KEY, JOINED_ONLY = 1, 2, 4  # flags of a key

_COST = np.full(128, 2, np.int64)
_REPLACED = np.full((128, 128), 2, np.int64)
for _a in range(128):
    if cheap(chr(_a)):
        _COST[_a] = 1
for _a in range(128):
    for _b in range(128):
        if _a == _b:
            _REPLACED[_a, _b] = 0
        elif (_COST[_a] == 1 and _COST[_b] == 1) or chr(_a) + chr(_b) in KIN:
            _REPLACED[_a, _b] = 1


def letters_of(key: str) -> int:
    """Which letters stand in a key, which stand there twice, and which digits: one bit each, 62 in all."""
    mask = 0
    for letter in key:
        if letter.isalpha():
            bit = 1 << (ord(letter) - 97)
            mask |= bit << 26 if mask & bit else bit
        else:
            mask |= 1 << (52 + int(letter))
    return mask


def kin_of(mask: int) -> int:
    """The letters of a key with all that are taken for one of them."""
    kin = mask & _ONCE
    for pair in KIN:
        if mask & (1 << (ord(pair[0]) - 97)):
            kin |= 1 << (ord(pair[1]) - 97)
    return kin


_ONCE = (1 << 26) - 1
_DEAR = letters_of("bcdfgjklmnpqrstvwxyz")  # cost two, unless kin stands in their place


@njit(cache=True)
def _apart(a: Any, codes: Any, start: int, stop: int, limit: int, rows: Any) -> int:
    """`distance.apart` of a key and one of the index; anything above `limit` once it is clear that it is."""
    n, m = len(a), stop - start
    before, last, row = 0, 1, 2
    rows[last, 0] = 0
    for j in range(m):
        rows[last, j + 1] = rows[last, j] + _COST[codes[start + j]]
    for i in range(n):
        out = _COST[a[i]]
        rows[row, 0] = rows[last, 0] + out
        least = rows[row, 0]
        for j in range(m):
            letter = codes[start + j]
            best = min(rows[last, j + 1] + out, rows[row, j] + _COST[letter])
            best = min(best, rows[last, j] + _REPLACED[a[i], letter])
            if i > 0 and j > 0 and a[i] == codes[start + j - 1] and a[i - 1] == letter:
                best = min(best, rows[before, j - 1] + 2)
            rows[row, j + 1] = best
            least = min(least, best)
        if least > limit + 2:  # a swap may still come from the row before
            return limit + 1
        before, last, row = last, row, before
    return int(rows[last, m])


@njit(cache=True)
def _bits(x: int) -> int:
    """How many bits are set, by halves: x is not negative."""
    x = x - ((x >> 1) & 0x5555555555555555)
    x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333)
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F
    return ((x * 0x0101010101010101) >> 56) & 0x7F


@njit(cache=True)
def near_keys(
    key: Any, mask: int, kin: int, flag: int, codes: Any, offsets: Any, flags: Any, masks: Any, kins: Any, near: Any
) -> None:
    """For every key of the index how near it is to this one. Less than the floor is left as it was; `near` is raised, never lowered."""
    rows = np.zeros((3, LONGEST + 1), np.int64)
    n = len(key)
    for k in range(len(flags)):
        start, stop = offsets[k], offsets[k + 1]
        m = stop - start
        if (flag | flags[k]) & INITIAL_KEY:
            met = 0
            if flag & INITIAL_KEY and flags[k] & INITIAL_KEY:
                met = 1000 if n == m else 0
            elif flag & INITIAL_KEY:
                met = INITIAL if n <= m and not flags[k] & JOINED_ONLY else 0
            else:
                met = INITIAL if m <= n and not flag & JOINED_ONLY else 0
            if met > near[k]:
                for i in range(min(n, m)):
                    if key[i] != codes[start + i]:
                        met = 0
                        break
                near[k] = max(near[k], met)
            continue
        floor = JOINED_FLOOR if (flag | flags[k]) & JOINED_ONLY else SHORT_FLOOR if n + m <= SHORT else FLOOR
        limit = ((1001 - floor) * (n + m) - 1) // 1000
        if abs(n - m) > limit:
            continue
        if _bits(mask & ~masks[k]) + _bits(mask & _DEAR & ~kins[k]) > limit:
            continue
        if _bits(masks[k] & ~mask) + _bits(masks[k] & _DEAR & ~kin) > limit:
            continue
        if (flag | flags[k]) & NUMBERED:  # equal or strangers
            same = n == m
            for i in range(n if same else 0):
                same = same and key[i] == codes[start + i]
            if same:
                near[k] = 1000
            continue
        d = _apart(key, codes, start, stop, limit, rows)
        met = 1000 - 1000 * d // (n + m)
        if met >= floor and met > near[k]:
            near[k] = met
