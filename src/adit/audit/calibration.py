"""A site's own measure: how many hashes a watt-hour of its meter yields, from the hashes that its pool saw in some months.

It replaces the wide intervals of efficiency and of losses by what was seen at this site, with the spread that was seen too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

__all__ = ["LEAST_MONTHS", "Calibration", "calibrate"]

LEAST_MONTHS = 3  # with fewer, the spread says nothing


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the months of calibration showed: `log_th_per_wh` is the mean logarithm of terahashes for each watt-hour metered."""

    log_th_per_wh: float
    sum_squares: float  # of the residuals about that mean
    months: int

    @property
    def residual(self) -> float:
        """The standard deviation of a month about the mean, as a share."""
        return float((self.sum_squares / (self.months - 1)) ** 0.5)


def calibrate(pairs: Sequence[tuple[float, float]]) -> Calibration | None:
    """The calibration by months of (watt-hours metered, terahashes seen by the pool), or None where they are too few."""
    logs = [log(hashes / energy) for energy, hashes in pairs if energy > 0 and hashes > 0]
    if len(logs) < LEAST_MONTHS:
        return None
    mean = sum(logs) / len(logs)
    return Calibration(mean, sum((v - mean) ** 2 for v in logs), len(logs))
