"""How unlikely a count is, for counts that need not be whole: the tails of the Poisson distribution and of Student's.

Pay by the share is a count of shares times their price, so that it too is tested as a count: of so many shares that its relative variance is right.
"""

from typing import Any

import numpy as np
from scipy import special

__all__ = ["at_least", "at_most", "few_enough", "student_below"]


def at_most(count: Any, mean: Any) -> Any:
    """P(N <= count) for a Poisson count of this mean. Between whole counts it is an upper bound, so that no honest miner loses by it."""
    count, mean = np.asarray(count, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    return np.where(count < 0, 0.0, np.where(mean <= 0, 1.0, special.gammaincc(np.maximum(count, 0) + 1, mean)))


def at_least(count: Any, mean: Any) -> Any:
    """P(N >= count) for a Poisson count of this mean; an upper bound between whole counts."""
    count, mean = np.asarray(count, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    above = np.where(mean <= 0, 0.0, special.gammainc(np.maximum(count, 1e-300), np.maximum(mean, 1e-300)))
    return np.where(count <= 0, 1.0, above)


def few_enough(mean: Any, probability: float) -> Any:
    """The greatest count at which P(N <= count) is still not above this probability; below zero where there is none."""
    mean = np.asarray(mean, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        found = special.pdtrik(probability, np.maximum(mean, 1e-300))
    return np.where(np.exp(-mean) > probability, -1.0, np.where(np.isfinite(found), found, -1.0))


def student_below(value: Any, freedom: Any) -> Any:
    """P(T <= value) of Student's distribution with so many degrees of freedom."""
    return special.stdtr(freedom, value)
