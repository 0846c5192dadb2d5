"""Whether a site's months, taken together, can be honest: evidence that may be looked at each month without losing its guarantee.

An e-process is a wager against honesty that honest play cannot win: it starts at 1, and whatever the number of months, the chance that it ever
reaches 1/alpha is at most alpha (Ville 1939). A test of 1 % a month that is simply repeated accuses 45 % of honest miners within five years.
"""

from typing import Any

import numpy as np

__all__ = ["EFFECTS", "RATIOS", "calibrated", "first_alarm", "over", "under"]

# What is wagered on: counts at this share of the honest least. Small shares find the bold in a month, those near 1 find the patient.
RATIOS = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99)
# For a calibrated site: a shift of so many residual standard deviations.
EFFECTS = (1.0, 2.0)
_NODES = 160


def under(count: Any, least: Any, slack: Any, testable: Any) -> Any:
    """The logarithm of the e-process against "at least the honest least in each month", by site and month.

    `count`: what was declared, as a count, without the pool's delay; `least`: its mean at the corner; `slack`: what the pool may hold back at
    the end of the month, in the same count. Delayed pay comes later, so that over all months it is granted once and not each month.
    """
    count, least, slack = _of_testable(testable, count, least, slack)
    granted = _granted(slack)
    return _mixed([np.log(r) * (count.cumsum(axis=1) + granted) + (1 - r) * least.cumsum(axis=1) for r in RATIOS])


def over(count: Any, most: Any, slack: Any, testable: Any) -> Any:
    """The same against "at most the honest most": pay of the months before the first may come in it, once."""
    count, most, slack = _of_testable(testable, count, most, slack)
    granted = _granted(slack)
    wagers = []
    for ratio in RATIOS:
        gain = 1 / ratio
        wagers.append(np.log(gain) * (count.cumsum(axis=1) - granted) - (gain - 1) * most.cumsum(axis=1))
    return _mixed(wagers)


def calibrated(deviation: Any, testable: Any, sum_squares: Any, months: Any) -> Any:
    """The logarithm of the e-process of a calibrated site, against "the same mean as in the months of calibration".

    `deviation`: by site and month, the logarithm of declared over expected coins; `sum_squares`: of the residuals of the calibration about their mean;
    `months`: how many they were. Neither the mean nor the spread of the residuals is taken for known: both are integrated out (a sequential t-test with
    the right Haar measure), so that the guarantee holds for every honest mean and spread of independent normal residuals.
    """
    tested, value = testable.astype(np.float64), np.where(testable, deviation, 0.0)
    n = tested.cumsum(axis=1)
    total, squares = value.cumsum(axis=1), (value**2).cumsum(axis=1)
    m = months[:, None]
    everything = m + n
    # The calibration has mean zero here, so that the mean of all is total / everything.
    spread = sum_squares[:, None] + squares - total**2 / everything
    weight = m * n / everything  # squared length of the centred indicator of the tested months
    along = total * m / everything  # the data along it
    ratio = along / np.sqrt(np.maximum(spread, 1e-300))
    logs = [_student_wager(-effect, ratio, weight, everything) for effect in EFFECTS]
    return np.where(n > 0, _mixed(logs), 0.0)


def first_alarm(log_e: Any, alpha: float) -> Any:
    """By site: the place of the first month at which the e-process reached 1/alpha, -1 where it never did."""
    reached = log_e >= -np.log(alpha)
    return np.where(reached.any(axis=1), reached.argmax(axis=1), -1)


def _student_wager(effect: float, ratio: Any, weight: Any, everything: Any) -> Any:
    """log of E[exp(effect * ratio * w)] exp(-effect^2 weight / 2), w distributed as a chi of everything - 1 degrees of freedom."""
    freedom = everything - 1
    # w^(freedom - 1) exp(-w^2 / 2) is narrow about sqrt(freedom); a shift by effect * ratio moves it little, so one grid serves both integrals.
    centre = np.sqrt(np.maximum(freedom - 1, 0.25))[..., None]
    reach = 9.0 + abs(effect)
    grid = np.maximum(centre + np.linspace(-reach, reach, _NODES), 1e-9)
    base = (freedom[..., None] - 1) * np.log(grid) - grid**2 / 2
    tilted = base + effect * ratio[..., None] * grid
    return _log_sum(tilted) - _log_sum(base) - effect**2 * weight / 2


def _of_testable(testable: Any, *columns: Any) -> tuple[Any, ...]:
    return tuple(np.where(testable, np.nan_to_num(c, nan=0.0, posinf=1e300), 0.0) for c in columns)


def _granted(slack: Any) -> Any:
    """The most that balances between zero and `slack` can move a sum of counts: the last balance, and what a falling scale frees."""
    falls = np.maximum(slack[:, :-1] - slack[:, 1:], 0).cumsum(axis=1)
    return slack + np.concatenate([np.zeros((len(slack), 1)), falls], axis=1)


def _mixed(logs: list[Any]) -> Any:
    """The logarithm of the mean of several wagers: a wager too."""
    stacked = np.stack(logs)
    top = stacked.max(axis=0)
    top = np.where(np.isfinite(top), top, 0.0)
    return top + np.log(np.exp(stacked - top).sum(axis=0)) - np.log(len(logs))


def _log_sum(values: Any) -> Any:
    top = values.max(axis=-1)
    return top + np.log(np.exp(values - top[..., None]).sum(axis=-1))
