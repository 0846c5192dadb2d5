"""Hours by how heavily the power system is loaded in them: the peak, the middle and the low hours of each month.

The classes are ranks, so they exist wherever a system has a load, whether its hours are published or not: the peak is the tenth of a month's hours with
the highest load, low is the half with the lowest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["HOUR_CLASSES", "HourClass", "class_of_hours"]


@dataclass(frozen=True, slots=True)
class HourClass:
    name: str
    share: float  # of the hours of a month


HOUR_CLASSES = (HourClass("peak", 0.1), HourClass("middle", 0.4), HourClass("low", 0.5))


def class_of_hours(load_mw: NDArray[np.float64]) -> NDArray[np.int64]:
    """(hours,) of one month: the index into HOUR_CLASSES, or -1 where the load is not known. Equal loads keep the order of time."""
    known = np.flatnonzero(~np.isnan(load_mw))
    found = np.full(len(load_mw), -1)
    heaviest_first = known[np.argsort(-load_mw[known], kind="stable")]
    ends = np.round(np.cumsum([c.share for c in HOUR_CLASSES]) * len(known)).astype(int)
    for k, (start, end) in enumerate(zip((0, *ends[:-1]), ends, strict=True)):
        found[heaviest_first[start:end]] = k
    return found
