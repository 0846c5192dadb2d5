"""How much load each system can host: in every hour on record, or with an accepted number of curtailed hours in the year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.hourly_power import SystemHours, SystemYear, year_of
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.grid.capacity import accepted, cut_hours, firm, interruptible
from adit.grid.store import Assumptions, LargestUnit
from adit.grid.surplus import DEMONSTRATED, INSTALLED, Lines, demonstrated_mw, lines_of, surplus_mw

__all__ = ["End", "Hosting", "MonthOfSurplus", "YearOfSurplus", "end_surplus", "hosting_of"]

_Hours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class YearOfSurplus:
    """The worst known hour of one year on record."""

    year: int
    surplus_mw_firm: float
    worst_hour: datetime  # Moscow time
    hours_missing: int


@dataclass(frozen=True, slots=True)
class MonthOfSurplus:
    """One month of the year asked for.

    `surplus_mw_firm` is the worst known hour of that month of the calendar in any year on record; `surplus_mw_interruptible`
    stands in all but the month's share of the accepted hours; `curtailed_hours` are those in which a load of the size
    that the whole year can carry would be cut.
    """

    month: int
    surplus_mw_firm: float | None
    surplus_mw_interruptible: float | None
    curtailed_hours: int | None
    hours_missing: int


@dataclass(frozen=True, slots=True)
class End:
    """One end of what was available, and what follows from it. Megawatts below zero say by how much the system is short."""

    name: str
    surplus_mw: _Hours  # of each hour of the year asked for
    surplus_mw_firm: float
    worst_hour: datetime  # Moscow time, over all years on record
    surplus_mw_interruptible: float | None
    curtailed_hours: int | None
    years: tuple[YearOfSurplus, ...]
    months: tuple[MonthOfSurplus, ...]

    @property
    def hosting_mw_firm(self) -> float:
        return max(0.0, self.surplus_mw_firm)

    @property
    def hosting_mw_interruptible(self) -> float | None:
        return None if self.surplus_mw_interruptible is None else max(0.0, self.surplus_mw_interruptible)


@dataclass(frozen=True, slots=True)
class Hosting:
    """A system in a year: both ends, and on what they rest."""

    system: str
    year: int
    accept_hours: int
    record: tuple[int, ...]  # the years whose worst hour counts
    hours_missing: int  # of the year asked for
    record_hours_missing: int
    load_mw_max: float
    generation_mw_max: float
    installed_mw: float
    unit: LargestUnit
    lines: Lines
    low: End
    high: End
    on_record: tuple[SystemYear, ...]

    @property
    def last(self) -> SystemYear:
        """The year asked for."""
        return self.on_record[-1]


def hosting_of(
    hours: SystemHours,
    year: int,
    accept_hours: int,
    *,
    installed_mw: float,
    assumed: Assumptions,
    limits: Sequence[TransferLimit] = (),
) -> Hosting:
    """Firm and interruptible capacity of a system. Raises BadInput for a year without an hour, or hours that no year has."""
    accepted(accept_hours)
    last = year_of(hours, year)
    record = [year_of(hours, y) for y in range(hours.first_year, year + 1)]
    lines = lines_of(hours.system, limits)
    ends = {name: _end(name, record, accept_hours, installed_mw, assumed, lines) for name in (DEMONSTRATED, INSTALLED)}
    return Hosting(
        system=hours.system,
        year=year,
        accept_hours=accept_hours,
        record=tuple(y.year for y in record),
        hours_missing=last.hours_missing,
        record_hours_missing=sum(y.hours_missing for y in record),
        load_mw_max=float(np.nanmax(last.load_mw)),
        generation_mw_max=float(np.nanmax(last.generation_mw)),
        installed_mw=installed_mw,
        unit=assumed.unit_of(hours.system, year),
        lines=lines,
        low=ends[DEMONSTRATED],
        high=ends[INSTALLED],
        on_record=tuple(record),
    )


def end_surplus(name: str, year: SystemYear, installed: float, assumed: Assumptions, lines: Lines) -> _Hours:
    """The surplus of each hour of a year at this end of what was available."""
    demonstrated = demonstrated_mw(year)
    available = demonstrated if name == DEMONSTRATED else np.fmax(np.full(12, installed), demonstrated)
    unit = assumed.unit_of(year.system, year.year)
    return surplus_mw(year, available, lines, unit_mw=unit.mw, share=assumed.reserve_share)


def _end(
    name: str, record: Sequence[SystemYear], accept: int, installed: float, assumed: Assumptions, lines: Lines
) -> End:
    surpluses: dict[int, _Hours] = {}
    years = []
    for year in record:
        surplus = end_surplus(name, year, installed, assumed, lines)
        surpluses[year.year] = surplus
        worst = firm(surplus)
        assert worst is not None, "a year without a known hour is refused when it is read"
        years.append(YearOfSurplus(year.year, worst[1], year.hour(worst[0]), year.hours_missing))
    last = record[-1]
    hours = surpluses[last.year]
    carried = interruptible(hours, accept)
    least = min(years, key=lambda y: y.surplus_mw_firm)
    return End(
        name=name,
        surplus_mw=hours,
        surplus_mw_firm=least.surplus_mw_firm,
        worst_hour=least.worst_hour,
        surplus_mw_interruptible=carried.surplus_mw,
        curtailed_hours=carried.curtailed_hours,
        years=tuple(years),
        months=_months(record, surpluses, accept, carried.surplus_mw),
    )


def _months(
    record: Sequence[SystemYear], surpluses: Mapping[int, _Hours], accept: int, carried: float | None
) -> tuple[MonthOfSurplus, ...]:
    last = record[-1]
    found = []
    for month in range(1, 13):
        here = surpluses[last.year][last.month == month]
        worst = [firm(surpluses[y.year][y.month == month]) for y in record]
        own = interruptible(here, accept * len(here) // len(last.month))
        found.append(
            MonthOfSurplus(
                month,
                min((w[1] for w in worst if w is not None), default=None),
                own.surplus_mw,
                None if carried is None or np.isnan(here).all() else cut_hours(here, carried),
                own.hours_missing,
            )
        )
    return tuple(found)
