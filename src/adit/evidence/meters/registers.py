"""Registers, which only grow, as the energy between two times at which they were read; one that shows less was reset or rolled over."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adit.evidence.meters.layout import Ints, Places

__all__ = ["ROLLED_MOST", "Differences", "differences"]

ROLLED_MOST = 10  # a fall is a roll-over where what was used since is at most a tenth of what the register can show


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The energy from each row to the next of the same meter. `first` is the earlier row; the later one follows it."""

    first: Ints
    energy_wh: Ints
    reset: NDArray[np.bool_]  # what was used is not known, and energy_wh means nothing
    rolled_over: NDArray[np.bool_]


def differences(meter: Places, register_wh: Ints, rollover_wh: int | None) -> Differences:
    """What was used between two readings of a register. Rows are sorted by meter and time, each time once.

    `rollover_wh` is where the register begins again at zero: 1,000,000 kWh for one with six digits of kilowatt-hours. Where it
    is not given, every fall is a reset: a new meter and an old one that went past its last digit look alike.
    """
    first = np.flatnonzero(meter[1:] == meter[:-1])
    used = register_wh[first + 1] - register_wh[first]
    fell = used < 0
    rolled = np.zeros(len(first), dtype=bool)
    if rollover_wh is not None:
        rolled = fell & (used + rollover_wh >= 0) & (used + rollover_wh <= rollover_wh // ROLLED_MOST)
        used = np.where(rolled, used + rollover_wh, used)
    return Differences(first, used, fell & ~rolled, rolled)
