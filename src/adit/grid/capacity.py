"""What a surplus by hours can carry: always, or with some hours of being cut off."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.terms.errors import BadInput

__all__ = ["HOURS_MAX", "Interruptible", "accepted", "cut_hours", "firm", "interruptible"]

HOURS_MAX = 8784
_Hours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interruptible:
    """The surplus that stands in all but the accepted hours. Every missing hour is counted as one of them.

    `surplus_mw` is None where more hours are missing than are accepted: then it is not known.
    """

    surplus_mw: float | None
    curtailed_hours: int | None  # of the known hours, in which a load of that size is cut; the missing come on top
    hours_missing: int


def accepted(hours: int) -> int:
    """The number of hours, if a year has as many. Raises BadInput."""
    if not 0 <= hours <= HOURS_MAX:
        raise BadInput(
            f"{hours} hours cannot be accepted in a year.", where="--accept-hours", todo=f"Give 0 to {HOURS_MAX} hours."
        )
    return hours


def firm(surplus: _Hours) -> tuple[int, float] | None:
    """The worst hour and its surplus; None where no hour is known. With hours missing it is the worst that is known."""
    if np.isnan(surplus).all():
        return None
    worst = int(np.nanargmin(surplus))
    return worst, float(surplus[worst])


def interruptible(surplus: _Hours, hours: int) -> Interruptible:
    """The largest load that is cut in at most so many hours, were every missing hour a bad one."""
    known = surplus[~np.isnan(surplus)]
    missing = len(surplus) - len(known)
    rank = hours - missing
    if rank < 0 or not len(known):
        return Interruptible(None, None, missing)
    rank = min(rank, len(known) - 1)
    carried = float(np.partition(known, rank)[rank])
    return Interruptible(carried, cut_hours(surplus, carried), missing)


def cut_hours(surplus: Any, load_mw: float) -> int:
    """The known hours in which a load of this size is more than the surplus; one that is not above zero is never connected."""
    return int((surplus < load_mw).sum()) if load_mw > 0 else 0
