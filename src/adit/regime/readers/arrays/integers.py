"""Exact arithmetic in 64-bit integers: the functions that every loop calls, as Python whose source is written into its module.

Not here: which of them a rule needs (`amounts`), or the text of a module (`module`).
"""

from typing import Any

import numpy as np

__all__ = ["ABSENT", "HELPERS", "MODES"]

ABSENT = -(2**63)  # of a fact that is not given, and of silence
MODES = {"half up": 0, "down": 1, "up": 2}  # how a quotient is rounded, as the functions take it


def _quotient(n: int, d: int, mode: int) -> int:
    """n / d rounded: 0 half away from zero, 1 towards zero, 2 away from zero; d may not be 0."""
    negative = (n < 0) != (d < 0)
    n, d = abs(n), abs(d)
    q, r = n // d, n % d
    if (mode == 0 and r >= d - r) or (mode == 2 and r > 0):
        q += 1
    return -q if negative else q


def _product_quotient(a: int, b: int, d: int, mode: int) -> int:
    """a * b / d rounded, where a * b may need 128 bits: a is split by d, so that no product does."""
    negative = (a < 0) != (b < 0)
    a, b = abs(a), abs(b)
    q = (a // d) * b + _quotient((a % d) * b, d, mode)
    return -q if negative else q


def _floor(n: int, d: int) -> int:
    """n / d without its remainder, of numbers that are not below zero: unsigned, which a processor does faster."""
    return np.int64(np.uint64(n) // np.uint64(d))  # type: ignore[return-value]


def _positive_product_quotient(a: int, b: int, d: int, more: int) -> int:
    """(a * b + more) / d without its remainder, of numbers that are not below zero, where a * b may need 128 bits."""
    q = _floor(a, d)
    return q * b + _floor((a - q * d) * b + more, d)


def _by_brackets_quotient(x: int, above: Any, rate: Any, whole: Any, rest: Any, count: int, d: int, mode: int) -> int:
    """A tax by brackets divided by d and rounded, where the tax itself may need 128 bits; `whole` and `rest` are what the
    full slices below come to, divided by d."""
    for k in range(count - 1, -1, -1):
        if x >= above[k]:
            y = x - above[k]
            return int(whole[k] + (y // d) * rate[k] + _quotient(rest[k] + (y % d) * rate[k], d, mode))
    return 0


def _by_bands(x: int, starts: Any, values: Any, count: int) -> int:
    """The value of the last band that has begun at x, else ABSENT."""
    for k in range(count - 1, -1, -1):
        if x >= starts[k]:
            return int(values[k])
    return ABSENT


def _over_last(sums: Any, first: int, n: int, month: int, s: int) -> int:
    """The sum of the months of a window; the month in which each was written stands n rows below it."""
    total = 0
    for k in range(first, first + n):
        if sums[k + n, s] > month - n:
            total += sums[k, s]
    return total


def _spoilt_in(sums: Any, spoilt: Any, first: int, n: int, month: int, s: int) -> int:
    """The first problem of a month of a window."""
    for k in range(first, first + n):
        if sums[k + n, s] > month - n and spoilt[k, s] != 0:
            return int(spoilt[k, s])
    return 0


HELPERS = (
    _quotient, _product_quotient, _floor, _positive_product_quotient, _by_brackets_quotient, _by_bands, _over_last, _spoilt_in,
)  # fmt: skip
