"""How a span of hours is cut into the steps of a program, and the periods in which it counts water.

A step is some hours of one kind: an hour, or the dear half of a day. A period holds one step or many.
"""

from dataclasses import dataclass

import numpy as np

from adit.grid.network import Floats, Ints

__all__ = ["Steps", "hourly_steps"]


@dataclass(frozen=True, slots=True)
class Steps:
    """How a span of hours is cut: the step of each hour, and the period of each step. Both count from nought without gaps."""

    step: Ints  # by hour of the span
    period: Ints  # by step

    @property
    def length_h(self) -> Floats:
        return np.bincount(self.step).astype(np.float64)

    @property
    def count(self) -> int:
        return len(self.period)

    @property
    def periods(self) -> int:
        return int(self.period[-1]) + 1

    def mean(self, values: Floats) -> Floats:
        """Items by hours -> steps by items."""
        if self.count == len(self.step):
            return np.ascontiguousarray(values.T)
        sums = np.zeros((self.count, values.shape[0]))
        np.add.at(sums, self.step, values.T)
        return sums / self.length_h[:, None]


def hourly_steps(hours: int, hours_a_period: int = 1) -> Steps:
    """A step each hour, and water counted every so many hours."""
    return Steps(np.arange(hours), np.arange(hours) // hours_a_period)
