"""What an expression may be: a number with unit, places and bounds; yes or no; a word; a day.

A number is held as a whole count of its smallest place (12.34 roubles is 1234 at two places), so its width is known
before any data is seen. `low` and `high` are such counts.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from adit.terms.units import ONE, Unit

__all__ = [
    "BOOL",
    "DAY",
    "WORD",
    "Bool",
    "Day",
    "Number",
    "Type",
    "Word",
    "may_be_absent",
    "same_kind",
    "without_absence",
]

NARROW = 2**63 - 1  # fits the 64-bit integer of every engine
WIDE = 10**37  # one product of this size fits DECIMAL(38); it has to be rounded at once


@dataclass(frozen=True, slots=True)
class Number:
    unit: Unit
    places: int
    low: int
    high: int
    absent: bool = False  # the fact may not be given, or the act may not say

    @property
    def reach(self) -> int:
        """The largest magnitude that can occur."""
        return max(abs(self.low), abs(self.high))

    def shown(self, count: int) -> Decimal:
        """The count as the decimal number that people read."""
        return Decimal(count).scaleb(-self.places)

    def __str__(self) -> str:
        return f"number in {self.unit}"


@dataclass(frozen=True, slots=True)
class Bool:
    absent: bool = False

    def __str__(self) -> str:
        return "yes or no"


@dataclass(frozen=True, slots=True)
class Word:
    words: frozenset[str] = frozenset()  # empty: any word
    absent: bool = False

    def __str__(self) -> str:
        return "word"


@dataclass(frozen=True, slots=True)
class Day:
    absent: bool = False

    def __str__(self) -> str:
        return "day"


Type = Number | Bool | Word | Day

BOOL = Bool()
WORD = Word()
DAY = Day()
COUNT_OF_DAYS = Number(ONE, 0, 0, 400)


def may_be_absent(kind: Type) -> bool:
    return kind.absent


def without_absence(kind: Type) -> Type:
    return replace(kind, absent=False)


def same_kind(a: Type, b: Type) -> bool:
    """Both are words, or both days, or both numbers of one unit."""
    if isinstance(a, Number) and isinstance(b, Number):
        return a.unit == b.unit
    return type(a) is type(b)
