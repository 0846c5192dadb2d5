"""Everything that is wrong with the readings of some meters, told row by row, and the readings that remain.

All rows of a meter come together, in the order in which their files have them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adit.evidence.meters.agreement import CONFLICT, DUPLICATE, KEEP, OVERLAP, SUPERSEDED, judged
from adit.evidence.meters.clock import AMBIGUOUS, SKIPPED, changes_of, ends_of, moments_of, starts_of
from adit.evidence.meters.factors import jumps
from adit.evidence.meters.findings import Report
from adit.evidence.meters.layout import Ints, Readings
from adit.evidence.meters.meter import Meter
from adit.evidence.meters.registers import differences
from adit.evidence.meters.rows import FileFacts, Rows, kwh_text, reading_text, utc_text
from adit.evidence.meters.telling import Telling

__all__ = ["MeterSummary", "checked"]

_TWO_METERS_ROWS = 10  # readings that contradict each other, from which two meters are suspected
_TWO_METERS_SHARE = 0.1  # and their least share of all readings of the meter
_UNIT_LEAST = 20  # times what the connection has: a load of a fiftieth of it, taken for a thousand times as much
_MARKS = {DUPLICATE: "duplicate", SUPERSEDED: "superseded", CONFLICT: "conflict", OVERLAP: "overlap"}


@dataclass(frozen=True, slots=True)
class MeterSummary:
    """What remains of one meter."""

    meter: str
    readings: int
    start_s: int  # of the first, 0 where there is none
    end_s: int  # of the last
    energy_wh: int
    covered_s: int
    gaps: int
    left_out: int  # rows that were read and are not counted


def checked(
    rows: Rows, files: Sequence[FileFacts], report: Report, *, zone: str, now_s: int, meters: Mapping[str, Sequence[Meter]], rollover_wh: int | None
) -> tuple[Readings, list[MeterSummary]]:  # fmt: skip
    """The readings that can be counted, with what is wrong told to `report`. Without `meters` no list is looked at."""
    tell = Telling(rows.meters, files, report)
    total = np.bincount(rows.meter, minlength=len(rows.meters))
    placed = _placed(rows, files, zone, tell)
    _order_of_rows(placed, tell)
    registers = np.array([f.registers for f in files], dtype=bool)[placed.file]
    kept = placed
    if registers.any():
        total[np.unique(placed.meter[registers])] -= 1  # so many readings of a register make one interval less
        used = _used(placed.only(registers), tell, rollover_wh)
        kept = _together(placed.only(~registers), used)
    kept = _possible(kept, tell, now_s)
    kept = _agreeing(kept, tell)
    gaps = _gaps(kept, tell)
    _listed(kept, tell, meters)
    _factors(kept, tell)
    counted = np.bincount(kept.meter, minlength=len(rows.meters))
    return (
        Readings(rows.meters, kept.meter, kept.start_s, kept.end_s, kept.energy_wh),
        _summaries(kept, gaps, total - counted),
    )


def _placed(rows: Rows, files: Sequence[FileFacts], zone: str, tell: Telling) -> Rows:
    """The rows at their moments; local times that have none, or two, are left out."""
    if not rows.local.any():
        return rows
    changes = changes_of(zone)
    ends_given = np.array([f.ends_given for f in files], dtype=bool)[rows.file]
    start, end = rows.start_s.copy(), rows.end_s.copy()
    wrong = np.zeros(len(rows), dtype=np.int8)
    group = (rows.meter.astype(np.int64) * len(files) + rows.file).astype(np.int32)
    for by_end in (False, True):
        at = np.flatnonzero(rows.local & (ends_given == by_end))
        if not len(at):
            continue
        moment, state = moments_of(changes, group[at], (rows.end_s if by_end else rows.start_s)[at])
        clock = rows.start_s[at], rows.end_s[at]
        start[at] = starts_of(changes, moment, *clock) if by_end else moment
        end[at] = moment if by_end else np.where(clock[0] == clock[1], moment, ends_of(changes, moment, *clock))
        wrong[at] = state
    tell.rows("skipped-hour", rows, np.flatnonzero(wrong == SKIPPED), time=True)
    tell.rows("ambiguous-hour", rows, np.flatnonzero(wrong == AMBIGUOUS), time=True)
    return rows.at(start, end).only(wrong == 0)


def _order_of_rows(rows: Rows, tell: Telling) -> None:
    """Meters whose rows go forth and back in time."""
    if len(rows) < 2:
        return
    same = (rows.meter[1:] == rows.meter[:-1]) & (rows.file[1:] == rows.file[:-1])
    step = np.where(same, np.sign(np.diff(rows.start_s)), 0)
    forth, back = (np.bincount(rows.meter[1:], weights=step == s, minlength=len(rows.meters)) for s in (1, -1))
    for meter in np.flatnonzero((forth > 0) & (back > 0)):
        less = -1 if back[meter] <= forth[meter] else 1
        first = int(np.flatnonzero((rows.meter[1:] == meter) & (step == less))[0]) + 1
        n = int(min(forth[meter], back[meter]))
        tell.meter(
            "out-of-order", int(meter), f"{n} {'time' if n == 1 else 'times'}, first at {tell.where(rows, first)}"
        )


def _sorted(rows: Rows) -> Rows:
    ahead = (rows.meter[1:] == rows.meter[:-1]) & (rows.start_s[1:] > rows.start_s[:-1])
    if (ahead | (rows.meter[1:] > rows.meter[:-1])).all():
        return rows
    keys = (rows.recorded_s, rows.end_s, rows.start_s, rows.meter)
    return rows.only(np.lexsort(keys))


def _used(rows: Rows, tell: Telling, rollover_wh: int | None) -> Rows:
    """Readings of registers as what was used from one to the next."""
    negative = rows.energy_wh < 0
    tell.rows("negative", rows, np.flatnonzero(negative))
    rows = _contradictions_told(_sorted(rows.only(~negative)), tell)
    found = differences(rows.meter, rows.energy_wh, rollover_wh)
    later = found.first + 1

    def was(at: int) -> str:
        return f"{kwh_text(int(rows.energy_wh[at - 1]))}, then {kwh_text(int(rows.energy_wh[at]))}"

    tell.rows("reset", rows, later[found.reset], was)
    tell.rows("rollover", rows, later[found.rolled_over], was)
    good = ~found.reset
    first, last = found.first[good], later[good]
    return Rows(
        rows.meters, rows.meter[last], rows.file[last], rows.row[last], rows.start_s[first], rows.start_s[last],
        found.energy_wh[good], rows.local[last], rows.recorded_s[last],
    )  # fmt: skip


def _together(some: Rows, others: Rows) -> Rows:
    columns = ("meter", "file", "row", "start_s", "end_s", "energy_wh", "local", "recorded_s")
    return Rows(some.meters, *(np.concatenate((getattr(some, c), getattr(others, c))) for c in columns))


def _possible(rows: Rows, tell: Telling, now_s: int) -> Rows:
    """The rows without those that cannot be, each by itself."""
    backwards = rows.end_s <= rows.start_s
    future = ~backwards & (rows.end_s > now_s)
    negative = ~backwards & ~future & (rows.energy_wh < 0)
    tell.rows("backwards", rows, np.flatnonzero(backwards), time=True)
    tell.rows("future", rows, np.flatnonzero(future), time=True)
    tell.rows("negative", rows, np.flatnonzero(negative))
    return rows.only(~(backwards | future | negative))


def _agreeing(rows: Rows, tell: Telling) -> Rows:
    return _contradictions_told(_sorted(rows), tell)


def _contradictions_told(rows: Rows, tell: Telling) -> Rows:
    """The rows, which are sorted, without those that another one contradicts."""
    mark, other = judged(rows.meter, rows.start_s, rows.end_s, rows.energy_wh, rows.recorded_s)

    def the_other(at: int) -> str:
        return f"{tell.where(rows, int(other[at]))} has {reading_text(rows, int(other[at]))}"

    for which, kind in _MARKS.items():
        tell.rows(kind, rows, np.flatnonzero(mark == which), the_other, time=which == OVERLAP)
    against = np.bincount(rows.meter[(mark == CONFLICT) | (mark == OVERLAP)], minlength=len(rows.meters))
    total = np.bincount(rows.meter, minlength=len(rows.meters))
    for meter in np.flatnonzero((against >= _TWO_METERS_ROWS) & (against >= _TWO_METERS_SHARE * total)):
        tell.meter("two-meters", int(meter), f"{against[meter]:,} of {total[meter]:,}")
    return rows.only(mark == KEEP)


def _gaps(rows: Rows, tell: Telling) -> Ints:
    """How many gaps each meter has."""
    at = np.flatnonzero((rows.meter[1:] == rows.meter[:-1]) & (rows.end_s[:-1] < rows.start_s[1:])) + 1

    def how_long(i: int) -> str:
        before, after = int(rows.end_s[i - 1]), int(rows.start_s[i])
        return f"{(after - before) / 3600:g} hours, {utc_text(before)} to {utc_text(after)}"

    tell.rows("gap", rows, at, how_long, time=True)
    return np.bincount(rows.meter[at], minlength=len(rows.meters)).astype(np.int64)


def _listed(rows: Rows, tell: Telling, meters: Mapping[str, Sequence[Meter]]) -> None:
    """The readings against the list of meters: whether it has them, and what their connections can carry."""
    if not meters:
        return
    first = np.searchsorted(rows.meter, np.arange(len(rows.meters) + 1, dtype=np.int32))
    for place, number in enumerate(rows.meters):
        a, b = int(first[place]), int(first[place + 1])
        if number not in meters:
            tell.meter("unknown-meter", place, f"{b - a:,} readings")
            continue
        inside = np.zeros(b - a, dtype=bool)
        for entry in meters[number]:
            until = np.iinfo(np.int64).max if entry.to_s is None else entry.to_s
            here = (rows.start_s[a:b] >= entry.from_s) & (rows.end_s[a:b] <= until)
            inside |= here
            if entry.power_w_max is not None:
                _power(rows, np.flatnonzero(here) + a, entry.power_w_max, tell, place)
        tell.rows("outside-dates", rows, np.flatnonzero(~inside) + a, time=True)


def _power(rows: Rows, at: NDArray[np.intp], power_w_max: int, tell: Telling, place: int) -> None:
    if not len(at):
        return
    power_w = rows.energy_wh[at] * 3600.0 / (rows.end_s[at] - rows.start_s[at])
    usual_w = float(np.median(power_w))
    if _UNIT_LEAST * power_w_max <= usual_w <= 1000 * power_w_max:
        tell.meter(
            "unit", place, f"{usual_w / 1000:,.1f} kW in the middle, the connection has {power_w_max / 1000:,g} kW"
        )

    def how_much(i: int) -> str:
        mean_w = int(rows.energy_wh[i]) * 3600 / int(rows.end_s[i] - rows.start_s[i])
        return f"{mean_w / 1000:,.1f} kW, the connection has {power_w_max / 1000:,g} kW"

    tell.rows("spike", rows, at[power_w > power_w_max], how_much)


def _factors(rows: Rows, tell: Telling) -> None:
    first = np.searchsorted(rows.meter, np.arange(len(rows.meters) + 1, dtype=np.int32))
    for a, b in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        for at, factor in jumps(rows.start_s[a:b], rows.end_s[a:b], rows.energy_wh[a:b]):
            tell.rows("factor-1000", rows, np.array([a + at]), lambda _, f=factor: _times(f))  # type: ignore[misc]


def _times(factor: float) -> str:
    return f"{factor:,.0f} times" if factor > 1 else f"divided by {1 / factor:,.0f}"


def _summaries(rows: Rows, gaps: Ints, left_out: NDArray[np.intp]) -> list[MeterSummary]:
    first = np.searchsorted(rows.meter, np.arange(len(rows.meters) + 1, dtype=np.int32))
    energy, seconds = (np.concatenate(([0], np.cumsum(c))) for c in (rows.energy_wh, rows.end_s - rows.start_s))
    return [
        MeterSummary(
            number, b - a, int(rows.start_s[a]) if b > a else 0, int(rows.end_s[b - 1]) if b > a else 0,
            int(energy[b] - energy[a]), int(seconds[b] - seconds[a]), int(gaps[place]), max(int(left_out[place]), 0),
        )
        for place, (number, a, b) in enumerate(zip(rows.meters, first[:-1].tolist(), first[1:].tolist(), strict=True))
    ]  # fmt: skip
