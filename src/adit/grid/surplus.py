"""The surplus of a system in each hour: what is available and may be imported, less load and reserve.

No series says what capacity was available, so two ends are worked out. *Demonstrated*: the most that the system generated in
one hour of the month. *Installed*: every plant that the database knows, none of them out of order, water and fuel without limit.
What was available lies between them; the reserve is held back from either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.hourly_power import SystemYear
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.terms.errors import BadInput

__all__ = ["DEMONSTRATED", "ENDS", "INSTALLED", "Lines", "demonstrated_mw", "lines_of", "reserve_mw", "surplus_mw"]

DEMONSTRATED, INSTALLED = "demonstrated", "installed"
ENDS = (DEMONSTRATED, INSTALLED)
_Hours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lines:
    """What lines bring into a system, by month from January, and what they take from it when the strongest fails."""

    import_mw: _Hours
    element_mw: _Hours
    sources: tuple[str, ...]


def lines_of(system: str, limits: Sequence[TransferLimit]) -> Lines:
    """The cited limits of a system; nothing in a month without one."""
    import_mw, element_mw = np.zeros(12), np.zeros(12)
    own = [limit for limit in limits if limit.system == system]
    for limit in own:
        import_mw[limit.month - 1] = float(limit.import_limit_mw)
        element_mw[limit.month - 1] = float(limit.largest_element_mw)
    return Lines(import_mw, element_mw, tuple(dict.fromkeys(limit.source for limit in own)))


def demonstrated_mw(year: SystemYear) -> _Hours:
    """The most that the system generated in one hour of each month, January first; not a number for a month without an hour."""
    found = np.full(12, np.nan)
    for month in range(1, 13):
        generated = year.generation_mw[year.month == month]
        if not np.isnan(generated).all():
            found[month - 1] = np.nanmax(generated)
    return found


def reserve_mw(load_mw: _Hours, *, unit_mw: float, element_mw: _Hours | float, share: float) -> _Hours:
    """What must stand by in each hour: for the largest unit or a share of the load, and for the strongest line relied upon."""
    return np.maximum(unit_mw, share * load_mw) + element_mw


def surplus_mw(year: SystemYear, available_mw: _Hours, lines: Lines, *, unit_mw: float, share: float) -> _Hours:
    """The surplus of each hour of the year; `available_mw` is by month. Not a number where an hour is missing.

    Raises BadInput for a reserve or a load below zero.
    """
    if unit_mw < 0 or share < 0:
        raise BadInput(
            "A reserve is not below zero.", todo="Give the largest unit in MW and the share of load as 0.03."
        )
    if (year.load_mw < 0).any():
        raise BadInput(f"A load of {year.system} in {year.year} is below zero.", todo="Leave an unmeasured hour blank.")
    month = year.month - 1
    reserve = reserve_mw(year.load_mw, unit_mw=unit_mw, element_mw=lines.element_mw[month], share=share)
    known = year.generation_mw * 0  # an hour without generation is missing too
    return available_mw[month] + lines.import_mw[month] - year.load_mw - reserve + known
