"""Legal days: periods, seasons that cross New Year, and days counted as whole numbers.

A period is `[start, end)`. A law says "through 15 March": its last day is kept as the act has it and turned into an
open end only here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from adit.terms.errors import BadInput

__all__ = [
    "DAY_ZERO",
    "MINUTES_A_DAY",
    "YEARS",
    "Period",
    "Season",
    "clock_text",
    "day_number",
    "day_of",
    "months_between",
    "overlap_days",
    "parse_clock",
    "parse_day",
    "parse_period",
]

DAY_ZERO = date(1970, 1, 1)
_ONE_DAY = timedelta(days=1)


def day_number(day: date) -> int:
    """Days since 1970-01-01: how every reader of the rules holds a day."""
    return (day - DAY_ZERO).days


def day_of(number: int) -> date:
    """The day with this number."""
    return DAY_ZERO + timedelta(days=number)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to but not including `end`: a day, a month, a quarter or a year."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def month(self) -> int:
        """The month in which the period begins, counted from the year 0: months of a window are so many apart."""
        return self.start.year * 12 + self.start.month

    @property
    def next_month(self) -> date:
        """The first day of the month after the one in which the period ends."""
        last = self.end - _ONE_DAY
        return date(last.year + last.month // 12, last.month % 12 + 1, 1)

    def __str__(self) -> str:
        if self.days == 1:
            return self.start.isoformat()
        if self.start.day == 1 and self == _month(self.start):
            return f"{self.start:%Y-%m}"
        if self.start == date(self.start.year, 1, 1) and self.end == date(self.start.year + 1, 1, 1):
            return f"{self.start.year}"
        return f"{self.start} to {self.end - _ONE_DAY}"


def _month(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, date(first.year + first.month // 12, first.month % 12 + 1, 1))


FORMS = "Write a day 2025-05-01, a month 2025-05 or a year 2025."
MINUTES_A_DAY = 24 * 60
YEARS = range(1900, 2200)  # of days that a case can have


def parse_day(text: str) -> date:
    """A day as 2025-05-01. Raises BadInput with the form that is expected."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is not a day ({error}).", todo="Write it as 2025-05-01.") from error
    if day.year not in YEARS:
        raise BadInput(f"{text} is out of range.", todo=f"Days run from {YEARS[0]} to {YEARS[-1]}.")
    return day


def parse_clock(text: str) -> int | None:
    """The minutes after midnight of a clock time 09:30 (24:00 ends the day), or None for other text. Raises BadInput."""
    hours, colon, minutes = text.strip().partition(":")
    if not colon:
        return None
    if not (hours.isascii() and hours.isdecimal() and len(minutes) == 2 and minutes.isascii() and minutes.isdecimal()):
        raise BadInput(f"'{text}' is not a clock time.", todo="Write it as 09:30.")
    count = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or count > MINUTES_A_DAY:
        raise BadInput(f"'{text}' is not a clock time.", todo="Hours run from 00:00 to 24:00.")
    return count


def clock_text(minutes: int) -> str:
    """The clock time of so many minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_period(text: str) -> Period:
    """A period as 2025, 2025-05 or 2025-05-01. Raises BadInput with the forms that are expected."""
    parts = text.split("-")
    try:
        if not all(p.isascii() and p.isdecimal() for p in parts):
            raise ValueError("digits and dashes alone")
        numbers = [int(p) for p in parts]
        if not 1 <= len(numbers) <= 3 or len(parts[0]) != 4:
            raise ValueError("the year comes first, with four digits")
        first = date(*[*numbers, 1, 1][:3])
    except ValueError as error:
        raise BadInput(f"'{text}' is not a period ({error}).", todo=FORMS) from error
    if first.year not in YEARS:
        raise BadInput(f"{text} is out of range.", todo=f"Days run from {YEARS[0]} to {YEARS[-1]}.")
    if len(numbers) == 1:
        return Period(first, date(first.year + 1, 1, 1))
    return _month(first) if len(numbers) == 2 else Period(first, first + _ONE_DAY)


def months_between(text: str) -> list[Period]:
    """The months of `2025-01..2025-12`, or of one month. Raises BadInput when the end lies before the start."""
    first_text, _, last_text = text.partition("..")
    first, last = parse_period(first_text), parse_period(last_text or first_text)
    months: list[Period] = []
    month = _month(first.start)
    while month.start < last.end:
        months.append(month)
        month = _month(month.end)
    if not months:
        raise BadInput(f"'{text}' ends before it begins.", todo="Write the earlier month first: 2025-01..2025-12.")
    return months


@dataclass(frozen=True, slots=True)
class Season:
    """A yearly span, both ends inclusive as acts write them; it may cross New Year (15 November to 15 March)."""

    first: tuple[int, int]  # (month, day)
    last: tuple[int, int]

    def covers(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last

    def __str__(self) -> str:
        return f"{self.first[0]:02}-{self.first[1]:02} to {self.last[0]:02}-{self.last[1]:02}"


def overlap_days(period: Period, start: date, last: date | None, season: Season | None) -> Iterator[date]:
    """The days of the period on which a rule in force from `start` through `last`, in `season` if any, stands."""
    day = max(period.start, start)
    while day < period.end and (last is None or day <= last):
        if season is None or season.covers(day):
            yield day
        day += _ONE_DAY
