"""The cells of a table of readings, from text: energy in whole watt-hours without a float, clock times in whole seconds."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from adit.terms.days import DAY_ZERO, YEARS

__all__ = ["ENERGY_MAX_WH", "Energy", "Moment", "energy_of", "moment_of"]

ENERGY_MAX_WH = 10**15  # a thousand terawatt-hours: more than any meter counts
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,18})(?:[.,]\d{1,18})?(?:[eE][+-]?\d{1,2})?", re.ASCII
)
_NONE = frozenset(("", "null", "none", "na", "n/a", "-", "—", "нет", "нет данных"))
_NOT_FINITE = frozenset(("nan", "inf", "infinity", "бесконечность"))
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4})"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_SLASHES = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}.*", re.ASCII | re.DOTALL)


class Energy(NamedTuple):
    """What a cell says: watt-hours, or the kind of finding that says why not. `not-whole` comes with a number, rounded."""

    wh: int
    fault: str = ""


class Moment(NamedTuple):
    """What a cell says: seconds since 1970 by its clock, and how far that is ahead of UTC where it says so; or a fault."""

    clock_s: int
    ahead_s: int | None = None
    fault: str = ""


def energy_of(text: str, factor_wh: int, *, comma: bool = True) -> Energy:
    """The energy in a cell, in a unit of so many watt-hours. A comma is a decimal point, unless commas part the cells."""
    text = text.strip()
    if not _NUMBER.fullmatch(text) or ("," in text and not comma):
        lowered = text.lower()
        if lowered in _NONE:
            return Energy(0, "no-energy")
        if lowered.lstrip("+-") in _NOT_FINITE:
            return Energy(0, "not-finite")
        return Energy(0, "formula" if text.startswith(("=", "+", "@", "-")) else "not-a-number")
    exact = Decimal(re.sub("[ \u00a0\u202f]", "", text).replace(",", ".")) * factor_wh
    if abs(exact) > ENERGY_MAX_WH:
        return Energy(0, "too-large")
    whole = exact.to_integral_value(ROUND_HALF_UP)
    return Energy(int(whole), "" if whole == exact else "not-whole")


def moment_of(text: str) -> Moment:
    """The time in a cell: 2024-10-27 01:30, 27.10.2024 01:30, with seconds or without, with Z or +03:00 or without. 24:00 ends a day."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return Moment(0, fault="day-or-month" if _SLASHES.fullmatch(text.strip()) else "not-a-time")
    day, hour, minute, second, part, zone = found.groups()
    try:
        at = date.fromisoformat(day) if "-" in day else date(int(day[6:]), int(day[3:5]), int(day[:2]))
    except ValueError:
        return Moment(0, fault="not-a-time")
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    within = hours * 3600 + minutes * 60 + seconds
    if at.year not in YEARS or minutes > 59 or seconds > 59 or within > 86_400 or (part and int(part)):
        return Moment(0, fault="not-a-time")
    ahead = _ahead(zone)
    if ahead is not None and abs(ahead) > 14 * 3600:
        return Moment(0, fault="not-a-time")
    return Moment((at - DAY_ZERO).days * 86_400 + within, ahead)


def _ahead(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone in ("Z", "UTC"):
        return 0
    digits = zone[1:].replace(":", "")
    return (int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60) * (-1 if zone[0] == "-" else 1)
