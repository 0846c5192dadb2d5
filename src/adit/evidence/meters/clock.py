"""Clock times of a place as moments: the hour that a clock change skips, and the one that it shows twice.

The rules of each place come from the time zone database. Clocks of Russia stopped changing in 2011 and were set back for good in 2014.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from adit.evidence.meters.layout import Ints, Places
from adit.terms.errors import BadInput

__all__ = [
    "AMBIGUOUS",
    "CLEAR",
    "SKIPPED",
    "Changes",
    "Shown",
    "changes_of",
    "ends_of",
    "moments_of",
    "shown",
    "starts_of",
]

CLEAR, SKIPPED, AMBIGUOUS = 0, 1, 2  # what became of a clock time
_FIRST_YEAR, _LAST_YEAR = 1975, 2075
_DAY = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Where the clocks of a zone were changed, in seconds UTC, and how far they are ahead of UTC before, between and after."""

    zone: str
    at_s: Ints
    ahead_s: Ints  # one more than at_s


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The moments at which a clock shows each time: the same twice where there is one, and `doubled` where there are two.

    A time that is skipped has the moment at which the clock would have shown it, had it not been changed.
    """

    earlier_s: Ints
    later_s: Ints
    doubled: NDArray[np.bool_]
    skipped: NDArray[np.bool_]


@cache
def changes_of(zone: str) -> Changes:
    """The clock changes of a zone between 1975 and 2075. Raises BadInput for a zone that is not known here."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        try:
            ZoneInfo("Europe/Moscow")
        except (ZoneInfoNotFoundError, OSError):
            raise BadInput(
                "This machine has no time zone database, so local times cannot be read.",
                where=zone,
                todo="pip install tzdata",
            ) from error
        raise BadInput(f"There is no time zone '{zone}'.", todo="Write it as Europe/Moscow or Asia/Irkutsk.") from error

    def ahead(moment: int) -> int:
        offset = datetime.fromtimestamp(moment, UTC).astimezone(place).utcoffset()
        assert offset is not None
        return round(offset.total_seconds())

    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (_FIRST_YEAR, _LAST_YEAR))
    found, offsets = list[int](), [ahead(first)]
    for day in range(first, last, _DAY):
        after = ahead(day + _DAY)
        if after != offsets[-1]:
            low, high = day, day + _DAY  # the change lies in (low, high]
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if ahead(middle) == after else (middle, high)
            found.append(high)
            offsets.append(after)
    return Changes(zone, np.array(found, dtype=np.int64), np.array(offsets, dtype=np.int64))


def shown(changes: Changes, clock_s: Ints) -> Shown:
    """When the clock shows these times, which are seconds since 1970-01-01 00:00 by the clock itself."""
    begins = np.concatenate(([np.iinfo(np.int64).min // 2], changes.at_s + changes.ahead_s[1:]))
    ends = np.concatenate((changes.at_s + changes.ahead_s[:-1], [np.iinfo(np.int64).max // 2]))
    # the last stretch between two changes whose first clock time is not after this one
    last = np.searchsorted(begins, clock_s, side="right") - 1
    before = np.maximum(last - 1, 0)
    in_last = clock_s < ends[last]
    in_before = (last > 0) & (clock_s < ends[before])
    later = clock_s - changes.ahead_s[last]
    earlier = np.where(in_last & in_before, clock_s - changes.ahead_s[before], later)
    return Shown(earlier, later, in_last & in_before, ~in_last)


def moments_of(changes: Changes, group: Places, clock_s: Ints) -> tuple[Ints, NDArray[np.int8]]:
    """The moment of each clock time, and whether it is CLEAR, SKIPPED or AMBIGUOUS.

    Rows stand in the order of the file, those of one `group` (a meter in a file) together. An hour that was shown twice
    is told by that order where the group has both; where it has one of the two, nobody can say which.
    """
    when = shown(changes, clock_s)
    moment = when.earlier_s.copy()
    state = np.where(when.skipped, SKIPPED, CLEAR).astype(np.int8)
    rows = np.flatnonzero(when.doubled)
    if not len(rows):
        return moment, state
    order = rows[np.lexsort((rows, clock_s[rows], group[rows]))]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (group[order][1:] != group[order][:-1]) | (clock_s[order][1:] != clock_s[order][:-1])
    run = np.cumsum(new) - 1
    size, place = np.bincount(run)[run], np.arange(len(order)) - np.flatnonzero(new)[run]
    second = (place == 1) != _backwards(group, clock_s)[order]
    both = size == 2
    moment[order] = np.where(both & second, when.later_s[order], when.earlier_s[order])
    state[order] = np.where(both, CLEAR, AMBIGUOUS)
    return moment, state


def _backwards(group: Places, clock_s: Ints) -> NDArray[np.bool_]:
    """Whether the rows of the group run from the latest to the earliest."""
    step = np.sign(np.diff(clock_s))
    step[group[1:] != group[:-1]] = 0
    total = np.bincount(group[1:], weights=step, minlength=int(group.max()) + 1)
    return total[group] < 0


def ends_of(changes: Changes, start_s: Ints, start_clock_s: Ints, end_clock_s: Ints) -> Ints:
    """The moments at which intervals end, by the clock, that begin at known moments.

    A clock that was changed in between makes the interval longer or shorter. Within a doubled hour, and up to a time that was
    skipped, the clock is taken as it ran.
    """
    by_clock = start_s + (end_clock_s - start_clock_s)
    end = shown(changes, end_clock_s)
    found = np.where(end.earlier_s > start_s, end.earlier_s, end.later_s)
    return np.where(end.skipped | shown(changes, start_clock_s).doubled, by_clock, found)


def starts_of(changes: Changes, end_s: Ints, start_clock_s: Ints, end_clock_s: Ints) -> Ints:
    """The moments at which intervals begin, by the clock, that end at known moments."""
    by_clock = end_s - (end_clock_s - start_clock_s)
    start = shown(changes, start_clock_s)
    found = np.where(start.later_s < end_s, start.later_s, start.earlier_s)
    return np.where(start.skipped | shown(changes, end_clock_s).doubled, by_clock, found)
