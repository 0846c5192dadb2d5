"""The same figures in plain Python, as one would work them out by hand: the definition against which the kernel is tested.

Slow on purpose; every list is one that can be printed and checked.
"""

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from adit.audit.undeclared.features import BY_NAME, HOURS, MONTHS, ROW, SIDE, STATUSES
from adit.audit.undeclared.kernel import LEAST_DAYS

__all__ = ["Reading", "row_of_meter"]

Reading = tuple[int, int | None]  # the beginning in minutes since 1970 UTC, watt-hours or nothing


@dataclass(frozen=True, slots=True)
class _Day:
    """One local day: its number since 1970, its month, the hours that have a reading by hour of the day."""

    number: int
    month: int  # 1 to 12, and the year times 12
    hours: dict[int, int]
    whole: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", len(self.hours) >= 20)

    @property
    def mean(self) -> float:
        return sum(self.hours.values()) / len(self.hours)


def row_of_meter(
    readings: Sequence[Reading],
    months: dict[int, int],
    *,
    offset_minutes: int = 0,
    declared_wh: int = 0,
    temperatures: dict[int, float] | None = None,
    limit_wh: int = 0,
) -> dict[str, float]:
    """A row as `features.ROW`, by name; what does not exist is not a number. `months` gives the month of each day."""
    row = dict.fromkeys(ROW, math.nan)
    status, trouble, hours = _hours(readings, offset_minutes, declared_wh)
    if status == "tested":
        status, trouble = _figures(row, hours, months, temperatures, limit_wh)
    row["status"], row["trouble"] = STATUSES.index(status), trouble
    return row


def _hours(readings: Sequence[Reading], offset: int, declared: int) -> tuple[str, int, dict[int, int | None]]:
    """Each hour since 1970, local, from the first day to the last; nothing where there is a gap."""
    if not readings:
        return "no readings", 0, {}
    differences = [b - a for (a, _), (b, _) in pairwise(readings)]
    if any(d < 0 for d in differences):
        return "times run backwards", sum(d < 0 for d in differences), {}
    if 0 in differences:
        return "the same interval twice", differences.count(0), {}
    step = min(differences, default=60)
    if step > 60 or 60 % step or any((t - readings[0][0]) % step for t, _ in readings):
        return "intervals that do not divide an hour", step, {}
    values = [wh for _, wh in readings if wh is not None]
    if any(wh < 0 for wh in values):
        return "a negative reading", sum(wh < 0 for wh in values), {}
    sums = dict[int, int | None]()
    huge = 0
    for hour, parts in groupby(readings, lambda r: (r[0] + offset) // 60):
        of_hour = [wh for _, wh in parts]
        known = [wh for wh in of_hour if wh is not None]
        complete = len(known) == 60 // step
        huge += complete and sum(known) > 500_000_000
        sums[hour] = max(0, sum(known) - declared) if complete else None
    if huge:
        return "a reading above 500 MWh an hour", huge, {}
    first, last = min(sums) // 24 * 24, max(sums) // 24 * 24 + 24
    return "tested", 0, {hour: sums.get(hour) for hour in range(first, last)}


def _figures(
    row: dict[str, float],
    hours: dict[int, int | None],
    months: dict[int, int],
    temperatures: dict[int, float] | None,
    limit_wh: int,
) -> tuple[str, int]:
    days = [
        _Day(number, months[number], {hour % 24: wh for hour, wh in of_day if wh is not None})
        for number, of_day in groupby(hours.items(), lambda item: item[0] // 24)
    ]
    whole = [day for day in days if day.whole]
    known = [hour for hour, wh in hours.items() if wh is not None]
    n = len(known)
    span = known[-1] - known[0] + 1 if known else 0
    everything = sum(wh for wh in hours.values() if wh is not None)
    row |= {"hours": n, "days": len(whole), "gap_hours": span - n, "first_day": days[0].number}
    if not n:
        return "no readings", 0
    if len(whole) < LEAST_DAYS:
        return "too few whole days", len(whole)
    if 2 * n < span:
        return "too many gaps", span - n
    if not everything:
        return "no use at all", 0
    mean = everything / n
    squares = 0.0
    for day in days:
        squares += sum(wh * wh for wh in day.hours.values())
    variance = max(0.0, squares / n - mean * mean)
    row["mean_kw"] = mean / 1000
    _floor_and_days(row, whole, mean)
    _step(row, whole)
    _rhythm(row, days, whole, n, mean, variance)
    _two_levels(row, hours, n, everything, variance)
    _seasons(row, days, mean, limit_wh)
    _stillness(row, hours, mean)
    if temperatures is not None:
        row["temperature_share"] = _by_weather(whole, temperatures)
    return "tested", 0


def _floor_and_days(row: dict[str, float], whole: list[_Day], mean: float) -> None:
    floor = sorted(min(day.hours.values()) for day in whole)[len(whole) // 5]
    row["floor_kw"], row["floor_share"] = floor / 1000, floor / mean
    run = longest = flat = 0
    change, peaks = 0.0, 0.0
    pairs = 0
    before: _Day | None = None
    for day in whole:
        values = day.hours.values()
        next_to = before is not None and before.number == day.number - 1
        if sum(values) > 0 and (max(values) - min(values)) * 4 * len(values) <= sum(values):
            flat += 1
            run = run + 1 if next_to else 1
        else:
            run = 0
        longest = max(longest, run)
        if before is not None and next_to:
            change += abs(day.mean - before.mean)
            pairs += 1
        peaks += max(values)
        before = day
    row["flat_days"], row["flat_run_days"] = flat / len(whole), longest
    if pairs:
        row["day_change"] = change / pairs / mean
    row["peak_ratio"] = peaks / len(whole) / mean


def _step(row: dict[str, float], whole: list[_Day]) -> None:
    floors = [min(day.hours.values()) for day in whole]
    m, everything = len(floors), sum(floors)
    squares = 0.0
    for floor in floors:
        squares += float(floor) * float(floor)
    spread = squares / m - (everything / m) * (everything / m)
    best, split = 0.0, 0
    for i in range(14, m - 14 + 1):
        apart = sum(floors[:i]) - everything * (i / m)
        gain = apart * apart / (i * (m - i))
        if gain > best:
            best, split = gain, i
    row["step_kw"] = 0.0
    if split and best >= spread / 2.0:
        before, after = sum(floors[:split]) / split / 1000, sum(floors[split:]) / (m - split) / 1000
        row |= {"floor_before_kw": before, "floor_after_kw": after, "step_kw": after - before}
        row["step_day"] = whole[split].number


def _rhythm(row: dict[str, float], days: list[_Day], whole: list[_Day], n: int, mean: float, variance: float) -> None:
    by_hour = [[day.hours[h] for day in days if h in day.hours] for h in range(24)]
    between = 0.0
    for name, values in zip(HOURS, by_hour, strict=True):
        if values:
            row[name] = sum(values) / len(values) / 1000
            between += sum(values) / len(values) * sum(values)
    row["hour_share"] = min(1.0, max(0.0, between / n - mean * mean) / variance) if variance > 0 else 0.0
    night, evening = (sum(by_hour[a:b], list[int]()) for a, b in ((1, 5), (18, 22)))
    if night:
        row["night_ratio"] = sum(night) / len(night) / mean
    if evening:
        row["evening_excess"] = sum(evening) / len(evening) / mean - 1.0
    sums, counts = [0.0] * 7, [0] * 7
    everything, squares = 0.0, 0.0
    for day in whole:
        x = day.mean / mean
        weekday = (day.number + 3) % 7  # the first of January 1970 was a Thursday
        sums[weekday] += x
        counts[weekday] += 1
        everything += x
        squares += x * x
    between = 0.0
    for s, k in zip(sums, counts, strict=True):
        if k:
            between += s * s / k
    spread, within = squares - everything * everything / len(whole), squares - between
    share = 1.0 - within / (len(whole) - 7) / (spread / (len(whole) - 1)) if spread > 1e-9 else 0.0
    row["week_share"] = min(1.0, max(0.0, share))


def _two_levels(row: dict[str, float], hours: dict[int, int | None], n: int, everything: int, variance: float) -> None:
    values = [wh for wh in hours.values() if wh is not None]
    border = (min(values) + max(values)) // 2
    upper = list[int]()
    for turn in range(8):
        upper = [wh for wh in values if wh > border]
        if not upper or len(upper) == n:
            break
        moved = int((sum(upper) / len(upper) + (everything - sum(upper)) / (n - len(upper))) / 2)
        if abs(moved - border) * 32 <= moved or turn == 7:
            break
        border = moved
    row["two_level"] = row["switch_kw"] = 0.0
    if not upper or len(upper) == n or variance <= 0:
        return
    height = sum(upper) / len(upper) - (everything - sum(upper)) / (n - len(upper))
    p = len(upper) / n
    row["two_level"] = min(1.0, p * (1.0 - p) * height * height / variance)
    row["switch_kw"] = height / 1000
    pairs = [(wh, hours[hour - 24]) for hour, wh in hours.items() if hour - 24 in hours]
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    if known:
        row["switch_regularity"] = sum((a > border) == (b > border) for a, b in known) / len(known)


def _seasons(row: dict[str, float], days: list[_Day], mean: float, limit_wh: int) -> None:
    monthly = [list(of_month) for _, of_month in groupby(days, lambda day: day.month)]
    hours_of = [[wh for day in of_month for wh in day.hours.values()] for of_month in monthly]
    means = [sum(hours) / len(hours) for hours in hours_of if len(hours) >= 20 * 24]
    if len(means) >= 3:
        row["low_month"] = min(means) / mean
    whole = [
        sum(h) for h, m in zip(hours_of, monthly, strict=True) if len(h) == 24 * len(m) == 24 * _days_of(m[0].month)
    ]
    row["months_whole"] = len(whole)
    row["months_under_limit"] = sum(wh * 10 >= limit_wh * 9 and wh < limit_wh for wh in whole) if limit_wh else 0
    by_month = [[wh for day in days if day.month % 12 == m % 12 for wh in day.hours.values()] for m in range(1, 13)]
    for name, values in zip(MONTHS, by_month, strict=True):
        if values:
            row[name] = sum(values) / len(values) / 1000
    summer, winter = sum(by_month[5:8], list[int]()), by_month[0] + by_month[1] + by_month[11]
    if len(summer) >= 14 * 24 and len(winter) >= 14 * 24:
        if sum(winter) > 0:
            row["summer_winter"] = min(10.0, sum(summer) / len(summer) / (sum(winter) / len(winter)))
        elif sum(summer) > 0:
            row["summer_winter"] = 10.0


def _days_of(month: int) -> int:
    return monthrange((month - 1) // 12, (month - 1) % 12 + 1)[1]


def _stillness(row: dict[str, float], hours: dict[int, int | None], mean: float) -> None:
    near = int(max(1.0, mean * 0.03))
    values = list(hours.values())
    pairs = [(a, b) for a, b in pairwise(values) if a is not None and b is not None]
    if pairs:
        row["still_hours"] = sum(abs(b - a) <= near for a, b in pairs) / len(pairs)
    known = [wh for wh in values if wh is not None]
    row["idle_hours"] = sum(wh < mean / 10.0 for wh in known) / len(known)


def _by_weather(whole: list[_Day], temperatures: dict[int, float]) -> float:
    pairs = [(temperatures.get(d.number, math.nan), d.mean) for d in whole]
    pairs = [(t, use) for t, use in pairs if t == t]
    n = len(pairs)
    if n < LEAST_DAYS:
        return math.nan
    cold, heat, use = 0.0, 0.0, 0.0
    for t, y in pairs:
        cold, heat, use = cold + max(0.0, 15.0 - t), heat + max(0.0, t - 22.0), use + y
    cc = hh = yy = ch = cy = hy = 0.0
    for t, used in pairs:
        c, x, y = max(0.0, 15.0 - t) - cold / n, max(0.0, t - 22.0) - heat / n, used - use / n
        cc, hh, yy, ch, cy, hy = cc + c * c, hh + x * x, yy + y * y, ch + c * x, cy + c * y, hy + x * y
    if yy <= 0:
        return 0.0
    best = max(cy * cy / cc if cc > 0 else 0.0, hy * hy / hh if hh > 0 else 0.0)
    square = cc * hh - ch * ch
    if square > 1e-9 * cc * hh and cc > 0 and hh > 0:
        best = max(best, (cy * cy * hh - 2.0 * cy * hy * ch + hy * hy * cc) / square)
    return min(1.0, best / yy)


assert len(SIDE) + len(BY_NAME) + len(HOURS) + len(MONTHS) == len(ROW)
