"""One meter's year in one pass of machine code: hours from readings, and from hours every figure of `features`.

Counts stay whole numbers until the last division, so that the plain twin in `plain` gives the same bits. One long file, because numba keeps the
machine code by the hash of the file in which a function stands: a change of what it calls, in another file, would go unnoticed.
"""

from typing import Any

import numpy as np
from numba import njit

from adit.audit.undeclared.features import FEATURES, SIDE, STATUSES

__all__ = ["LEAST_DAYS", "scan_meters"]

GAP = -1  # an hour without a reading
LEAST_DAYS = 28  # whole days below which nothing is said
MOST_WH = 500_000_000  # in an hour: squares of a day still fit 64 bits
F, H = len(SIDE), len(SIDE) + len(FEATURES)  # where figures begin in a row, and where the mean day does
M = H + 24  # and the months
TESTED, NONE, NEGATIVE, TWICE, BACKWARDS, UNEVEN, HUGE, SHORT, GAPPY, UNUSED, OUTSIDE = range(len(STATUSES))
_ROUNDS = 8  # of moving the border between two levels
_EDGE = 14  # days on either side of a step


@njit(cache=True, nogil=True, error_model="numpy")
def scan_meters(
    starts: Any,  # where each meter's readings begin in the two arrays; one more at the end
    ticks: Any,  # the beginning of each interval, whole ticks since 1970 UTC, rising within a meter
    readings_wh: Any,  # whole watt-hours; `missing` where a reading is absent
    missing: int,
    ticks_per_hour: int,
    offset_minutes: int,  # local time less UTC
    declared_wh: Any,  # a declared load of each meter: what it takes in an hour
    months: Any,  # the month, 1 to 12, and the year times 12, of each day from `months_from` on
    months_from: int,
    temperatures: Any,  # of each of those days, in degrees; NaN where not known; empty where not given
    limit_wh: int,  # a month; 0 for none
    out: Any,  # a row for each meter, filled here
) -> None:
    """Fill `out`: a row as `features.ROW` for each meter. Not a number where a figure does not exist."""
    most_days = 1
    for m in range(len(starts) - 1):
        if starts[m] < starts[m + 1]:
            most_days = max(most_days, (ticks[starts[m + 1] - 1] - ticks[starts[m]]) // ticks_per_hour // 24 + 2)
    hours = np.empty(24 * min(most_days, len(months)), np.int32)
    for m in range(len(starts) - 1):
        row = out[m]
        row[:] = np.nan
        a, b = starts[m], starts[m + 1]
        status, trouble, day, days = _to_hours(
            ticks[a:b],
            readings_wh[a:b],
            missing,
            ticks_per_hour,
            offset_minutes,
            declared_wh[m],
            months_from,
            len(months),
            hours,
        )
        row[0] = status
        row[10] = trouble
        if status == TESTED:
            at = day - months_from
            warmth = temperatures[at : at + days] if len(temperatures) else temperatures
            _figures(hours[: days * 24], day, months[at : at + days], warmth, limit_wh, row)


@njit(cache=True, nogil=True, error_model="numpy")
def _to_hours(
    ticks: Any,
    readings: Any,
    missing: int,
    per_hour: int,
    offset_minutes: int,
    declared: int,
    earliest: int,
    known_days: int,
    hours: Any,
) -> tuple[int, int, int, int]:
    """Whole local days of hours: status, what it is about, first day, number of days."""
    n = len(ticks)
    if n == 0:
        return NONE, 0, 0, 0
    step: Any = per_hour
    uneven = 0
    if n > 1:
        step = ticks[1] - ticks[0]
        for i in range(1, n):
            uneven += ticks[i] - ticks[i - 1] != step
    if uneven or step <= 0:
        step = np.int64(1) << 60
        back = same = 0
        for i in range(1, n):
            d = ticks[i] - ticks[i - 1]
            back += d < 0
            same += d == 0
            if 0 < d < step:
                step = d
        if back:
            return BACKWARDS, back, 0, 0
        if same:
            return TWICE, same, 0, 0
        for i in range(1, n):
            if (ticks[i] - ticks[0]) % step:
                return UNEVEN, step * 60 // per_hour, 0, 0
    if step > per_hour or per_hour % step:
        return UNEVEN, step * 60 // per_hour, 0, 0
    shift = per_hour * offset_minutes // 60
    first = (ticks[0] + shift) // per_hour
    last = (ticks[n - 1] + shift) // per_hour
    day = first // 24
    days = last // 24 - day + 1
    if day < earliest or day + days > earliest + known_days:
        return OUTSIDE, 0, 0, 0
    base = day * 24
    negative = huge = 0
    if step == per_hour:
        odd = np.int32(0)  # below zero, or too much: one comparison of what has no sign
        for i in range(n):
            odd += np.int32(np.uint32(readings[i]) > np.uint32(MOST_WH))
        if odd:
            for i in range(n):
                negative += (readings[i] < 0) & (readings[i] != missing)
                huge += readings[i] > MOST_WH
        if negative or huge:
            return (NEGATIVE, negative, 0, 0) if negative else (HUGE, huge, 0, 0)
        before, after = first - base, days * 24 - (last - base) - 1
        hours[:before] = GAP
        hours[days * 24 - after : days * 24] = GAP
        between = hours[before : days * 24 - after]
        if uneven:
            between[:] = GAP
            for i in range(n):
                between[(ticks[i] + shift) // per_hour - first] = max(readings[i], np.int32(GAP))
        else:
            for i in range(n):
                between[i] = max(readings[i], np.int32(GAP))
    else:
        whole = per_hour // step
        hours[: days * 24] = GAP
        count, total, current = 0, np.int64(0), first
        for i in range(n + 1):
            hour = (ticks[i] + shift) // per_hour if i < n else current + 1
            if hour != current:
                if count == whole:  # an hour with a part missing is a gap
                    if total > MOST_WH:
                        huge += 1
                    else:
                        hours[current - base] = total
                count, total, current = 0, np.int64(0), hour
            if i < n and readings[i] != missing:
                if readings[i] < 0:
                    negative += 1
                else:
                    count += 1
                    total += readings[i]
        if negative or huge:
            return (NEGATIVE, negative, 0, 0) if negative else (HUGE, huge, 0, 0)
    if declared > 0:
        for i in range(days * 24):
            if hours[i] >= 0:
                hours[i] = max(0, hours[i] - declared)
    return TESTED, 0, day, days


@njit(cache=True, nogil=True, error_model="numpy")
def _figures(h: Any, first_day: int, months: Any, warmth: Any, limit_wh: int, row: Any) -> None:
    days = len(h) // 24
    # hour by hour of the day, for then each loop is one over all days, of many numbers at a time
    by_hour = np.empty((24, days), np.int32)
    for d in range(days):
        day = h[24 * d : 24 * d + 24]
        for i in range(24):
            by_hour[i, d] = day[i]
    sums, counts = np.zeros(24, np.int64), np.zeros(24, np.int64)
    low, high = np.full(days, 0xFFFF_FFFF, np.uint32), np.full(days, GAP, np.int32)
    total, count, squared = np.zeros(days, np.int64), np.zeros(days, np.int64), np.zeros(days, np.int64)
    for i in range(24):
        of_hour = by_hour[i]
        s, k = np.int64(0), np.int32(0)
        for d in range(days):
            low[d] = min(low[d], np.uint32(of_hour[d]))  # a gap is the largest of them
        for d in range(days):
            high[d] = max(high[d], of_hour[d])
        for d in range(days):
            w = np.int64(max(of_hour[d], np.int32(0)))
            total[d] += w
            squared[d] += w * w
        for d in range(days):
            s += max(of_hour[d], np.int32(0))
            k += np.int32(of_hour[d] >= 0)
        sums[i], counts[i] = s, k
        if k == days:
            for d in range(days):
                count[d] += 1
        else:
            for d in range(days):
                count[d] += of_hour[d] >= 0
    squares = 0.0
    n, whole = 0, 0
    everything = np.int64(0)
    least, most = np.uint32(0xFFFFFFFF), np.int32(GAP)
    for d in range(days):
        squares += squared[d]
        everything += total[d]
        n += count[d]
        whole += count[d] >= 20
        least, most = min(least, low[d]), max(most, high[d])
    row[1], row[2], row[4] = n, whole, first_day
    begin, end = 0, len(h)
    while begin < end and h[begin] < 0:
        begin += 1
    while end > begin and h[end - 1] < 0:
        end -= 1
    row[3] = end - begin - n
    if n == 0:
        row[0] = NONE
    elif whole < LEAST_DAYS:
        row[0], row[10] = SHORT, whole
    elif n * 2 < end - begin:
        row[0], row[10] = GAPPY, end - begin - n
    elif everything == 0:
        row[0] = UNUSED
    if row[0] != TESTED:
        return
    mean = everything / n
    variance = max(0.0, squares / n - mean * mean)
    row[F] = mean / 1000.0
    _floor_and_days(low, high, total, count, whole, mean, first_day, row)
    _rhythm(sums, counts, total, count, whole, n, mean, variance, first_day, row)
    _two_levels(h, n, everything, least, most, variance, row)
    _seasons(total, count, months, mean, limit_wh, row)
    _stillness(h, mean, n, row)
    if len(warmth):
        row[F + 19] = _by_weather(total, count, warmth)


@njit(cache=True, nogil=True, error_model="numpy")
def _floor_and_days(
    low: Any, high: Any, total: Any, count: Any, whole: int, mean: float, first_day: int, row: Any
) -> None:
    floors, at = np.empty(whole, np.int64), np.empty(whole, np.int64)
    flat = run = longest = pairs = 0
    change, peaks = 0.0, 0.0
    k = 0
    previous = -2
    for d in range(len(low)):
        if count[d] < 20:
            run = 0
            continue
        floors[k], at[k] = low[d], d
        k += 1
        peaks += high[d]
        if total[d] > 0 and (np.int64(high[d]) - np.int64(low[d])) * 4 * count[d] <= total[d]:
            flat += 1
            run += 1
            longest = max(longest, run)
        else:
            run = 0
        if previous == d - 1:
            change += abs(total[d] / count[d] - total[previous] / count[previous])
            pairs += 1
        previous = d
    floor = _smallest(floors, whole // 5)
    row[F + 1] = floor / 1000.0
    row[F + 2] = floor / mean
    row[F + 3] = flat / whole
    row[F + 4] = longest
    if pairs:
        row[F + 5] = change / pairs / mean
    row[F + 14] = peaks / whole / mean
    # the step: the day that parts the floors into two means farthest apart, each part weighted by its days
    everything, squares = np.int64(0), 0.0
    for i in range(whole):
        everything += floors[i]
        squares += float(floors[i]) * float(floors[i])
    spread = squares / whole - (everything / whole) * (everything / whole)
    best, split, before = 0.0, 0, np.int64(0)
    so_far = np.int64(0)
    for i in range(1, whole - _EDGE + 1):
        so_far += floors[i - 1]
        if i >= _EDGE:
            apart = so_far - everything * (i / whole)
            gain = apart * apart / (i * (whole - i))
            if gain > best:
                best, split, before = gain, i, so_far
    if split and best >= spread / 2.0:  # it rose for good: the step explains most of what the floors vary
        a, b = before / split / 1000.0, (everything - before) / (whole - split) / 1000.0
        row[F + 10], row[5], row[6], row[7] = b - a, first_day + at[split], a, b
    else:
        row[F + 10] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _smallest(values: Any, rank: int) -> int:
    """The value at this rank, from 0 on, found by halving: no order is made."""
    below, above = np.int64(-1), np.int64(2_147_483_647)
    while above - below > 1:
        middle = (below + above) // 2
        k = 0
        for i in range(len(values)):
            k += values[i] <= middle
        if k > rank:
            above = middle
        else:
            below = middle
    return int(above)


@njit(cache=True, nogil=True, error_model="numpy")
def _rhythm(
    sums: Any,
    counts: Any,
    total: Any,
    count: Any,
    whole: int,
    n: int,
    mean: float,
    variance: float,
    first_day: int,
    row: Any,
) -> None:
    between = 0.0
    for i in range(24):
        if counts[i]:
            row[H + i] = sums[i] / counts[i] / 1000.0
            between += sums[i] / counts[i] * sums[i]
    row[F + 6] = min(1.0, max(0.0, between / n - mean * mean) / variance) if variance > 0.0 else 0.0
    night, evening = np.int64(0), np.int64(0)
    at_night, at_evening = 0, 0
    for i in range(1, 5):
        night += sums[i]
        at_night += counts[i]
    for i in range(18, 22):
        evening += sums[i]
        at_evening += counts[i]
    if at_night:
        row[F + 8] = night / at_night / mean
    if at_evening:
        row[F + 9] = evening / at_evening / mean - 1.0
    by_day, of_day = np.zeros(7), np.zeros(7, np.int64)
    everything, squares = 0.0, 0.0
    for d in range(len(total)):
        if count[d] >= 20:
            x = total[d] / count[d] / mean
            weekday = (first_day + d + 3) % 7
            by_day[weekday] += x
            of_day[weekday] += 1
            everything += x
            squares += x * x
    between = 0.0
    for i in range(7):
        if of_day[i]:
            between += by_day[i] * by_day[i] / of_day[i]
    spread = squares - everything * everything / whole
    within = squares - between
    if spread > 1e-9:  # less the share that seven means explain of anything
        row[F + 7] = min(1.0, max(0.0, 1.0 - within / (whole - 7) / (spread / (whole - 1))))
    else:
        row[F + 7] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _two_levels(h: Any, n: int, everything: Any, least: Any, most: Any, variance: float, row: Any) -> None:
    border = np.int32((np.int64(least) + np.int64(most)) // 2)
    above, upper = np.int32(0), np.int64(0)
    for turn in range(_ROUNDS):
        above, upper = np.int32(0), np.int64(0)
        for i in range(len(h)):
            up = h[i] > border
            above += np.int32(up)
            upper += h[i] if up else np.int32(0)
        if above == 0 or above == n:
            break
        moved = np.int32((upper / above + (everything - upper) / (n - above)) / 2.0)
        if abs(moved - border) * 32 <= moved or turn == _ROUNDS - 1:  # what was counted belongs to this border
            break
        border = moved
    if above == 0 or above == n or variance <= 0.0:
        row[F + 11], row[F + 12] = 0.0, 0.0  # one level: nothing is switched, and no clock can be read off
        return
    height = upper / above - (everything - upper) / (n - above)
    p = above / n
    row[F + 11] = min(1.0, p * (1.0 - p) * height * height / variance)
    row[F + 12] = height / 1000.0
    pairs = alike = np.int32(0)
    today, yesterday = h[24:], h[: len(h) - 24]
    for i in range(len(today)):
        x, y = today[i], yesterday[i]
        known = np.int32(min(x, y) >= 0)
        pairs += known
        alike += known & np.int32((x > border) == (y > border))
    if pairs:
        row[F + 13] = alike / pairs


@njit(cache=True, nogil=True, error_model="numpy")
def _seasons(total: Any, count: Any, months: Any, mean: float, limit_wh: int, row: Any) -> None:
    summer, winter = np.int64(0), np.int64(0)
    in_summer, in_winter = 0, 0
    year_sum, year_count = np.zeros(12, np.int64), np.zeros(12, np.int64)
    lowest, seen, whole = np.inf, 0, 0
    under: Any = 0
    s, k, first = np.int64(0), np.int64(0), 0
    for d in range(len(total) + 1):
        if d == len(total) or (d > first and months[d] != months[first]):
            days = d - first
            if k >= 20 * 24:
                seen += 1
                lowest = min(lowest, s / k)
            if days == _days_of(months[first]) and k == days * 24:  # only such a sum meets a limit of the month
                whole += 1
                under += s * 10 >= limit_wh * 9 and s < limit_wh
            if d == len(total):
                break
            s, k, first = np.int64(0), np.int64(0), d
        s += total[d]
        k += count[d]
        month = (months[d] - 1) % 12 + 1
        year_sum[month - 1] += total[d]
        year_count[month - 1] += count[d]
        if 6 <= month <= 8:
            summer += total[d]
            in_summer += count[d]
        if month <= 2 or month == 12:
            winter += total[d]
            in_winter += count[d]
    if in_summer >= 14 * 24 and in_winter >= 14 * 24:
        if winter > 0:
            row[F + 15] = min(10.0, summer / in_summer / (winter / in_winter))
        elif summer > 0:
            row[F + 15] = 10.0
    if seen >= 3:
        row[F + 16] = lowest / mean
    row[8] = whole
    row[9] = under if limit_wh else 0
    for i in range(12):
        if year_count[i]:
            row[M + i] = year_sum[i] / year_count[i] / 1000.0


@njit(cache=True, nogil=True, error_model="numpy")
def _days_of(month: int) -> int:
    year, of_year = (month - 1) // 12, (month - 1) % 12 + 1
    if of_year == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if of_year in (4, 6, 9, 11) else 31


@njit(cache=True, nogil=True, error_model="numpy")
def _stillness(h: Any, mean: float, n: int, row: Any) -> None:
    near = np.int32(max(1.0, mean * 0.03))
    little = mean / 10.0
    border = np.int32(np.ceil(little))  # v < little, in whole numbers
    pairs = still = idle = np.int32(0)
    now, before = h[1:], h[: len(h) - 1]
    for i in range(len(now)):
        x, y = now[i], before[i]
        known = np.int32(min(x, y) >= 0)
        pairs += known
        still += known & np.int32(max(x, y) - min(x, y) <= near)
    for i in range(len(h)):
        idle += np.int32((h[i] >= 0) & (h[i] < border))
    if pairs:
        row[F + 17] = still / pairs
    row[F + 18] = idle / n


@njit(cache=True, nogil=True, error_model="numpy")
def _by_weather(total: Any, count: Any, warmth: Any) -> float:
    """The share of the variation of days that heating below 15 and cooling above 22 degrees explain together."""
    n = 0
    s = np.zeros(3)  # cold, heat, use
    for d in range(len(total)):
        if count[d] >= 20 and warmth[d] == warmth[d]:
            n += 1
            s[0] += max(0.0, 15.0 - warmth[d])
            s[1] += max(0.0, warmth[d] - 22.0)
            s[2] += total[d] / count[d]
    if n < LEAST_DAYS:
        return np.nan
    cc = hh = yy = ch = cy = hy = 0.0
    for d in range(len(total)):
        if count[d] >= 20 and warmth[d] == warmth[d]:
            c = max(0.0, 15.0 - warmth[d]) - s[0] / n
            x = max(0.0, warmth[d] - 22.0) - s[1] / n
            y = total[d] / count[d] - s[2] / n
            cc += c * c
            hh += x * x
            yy += y * y
            ch += c * x
            cy += c * y
            hy += x * y
    if yy <= 0.0:
        return 0.0
    best = max(cy * cy / cc if cc > 0.0 else 0.0, hy * hy / hh if hh > 0.0 else 0.0)
    square = cc * hh - ch * ch
    if square > 1e-9 * cc * hh and cc > 0.0 and hh > 0.0:
        best = max(best, (cy * cy * hh - 2.0 * cy * hy * ch + hy * hy * cc) / square)
    return min(1.0, best / yy)
