"""Dated values of an act: each with its own first day, status, citation and what was read.

A value is found for a day by its own dates and never by a handy default. Not here: reading files (`store`), or how a rule
speaks of a value (`values_in_rules`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adit.regime.types import Number
from adit.terms.days import Period, Season, clock_text, day_number, day_of, overlap_days
from adit.terms.errors import NotInForce
from adit.terms.units import ONE, Unit

__all__ = [
    "CONFIDENCES",
    "ENDS",
    "EVERYWHERE",
    "LENIENT",
    "NEVER",
    "READ",
    "SELECTS",
    "STATUSES",
    "Ban",
    "Band",
    "Bracket",
    "Hours",
    "Row",
    "Value",
    "places_of",
    "scaled",
]

STATUSES = ("in force", "adopted", "bill", "proposal", "concept", "expired", "rejected", "enjoined")
READ = ("official text", "official letter", "reported")
CONFIDENCES = ("high", "medium", "low")
ENDS = ("expired", "repealed", "replaced", "enjoined", "withdrawn")  # how a value came to its last day
LENIENT = "more lenient"
SELECTS = ("law of the period", LENIENT)  # which law governs a value that punishes

NEVER = date.max  # the first day of a value that waits for something, such as a proclamation
EVERYWHERE = "everywhere"  # of a ban: all of the state


@dataclass(frozen=True, slots=True)
class Bracket:
    """One step of a scale: the slice above `above` pays `rate` (both whole counts, see Value.places and by_places)."""

    above: int
    rate: int


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a table by number: from `start` on, itself counted only if `inclusive`, the value is `value`."""

    start: int
    inclusive: bool
    value: int


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of the local clock in minutes, `[first, last)`; where `last` is not later than `first` it crosses midnight."""

    first: int
    last: int

    def covers(self, minute: int) -> bool:
        if self.first < self.last:
            return self.first <= minute < self.last
        return minute >= self.first or minute < self.last

    def __str__(self) -> str:
        return f"{clock_text(self.first)} to {clock_text(self.last)}"


@dataclass(frozen=True, slots=True)
class Ban:
    """Where a ban reaches: a region, or everywhere. `municipalities` empty and `listed` true: the whole region.

    `listed` false: a part of the region whose list was not found; `but_not` names municipalities known to be outside it.
    """

    region: str
    municipalities: frozenset[str]
    listed: bool
    but_not: frozenset[str]
    season: Season | None

    def covers(self, municipality: str) -> bool | None:
        """True, False, or None where the source leaves it open."""
        if not self.listed:
            return False if municipality in self.but_not else True if municipality in self.municipalities else None
        if not self.municipalities:
            return True
        return municipality in self.municipalities if municipality else None

    def extent(self) -> str:
        """Where it reaches, in words."""
        part = (
            f"{len(self.municipalities)} municipalities"
            if self.listed and self.municipalities
            else "whole"
            if self.listed
            else "a part, not listed"
        )
        place = EVERYWHERE if self.region == EVERYWHERE else f"{self.region}, {part}"
        return place + (f", {self.season}" if self.season else "")


@dataclass(frozen=True, slots=True)
class Row:
    """One dated value: from its first day, through its last if it has one."""

    first: date
    through: date | None
    value: Any  # a whole count, bool, word, day number, frozenset of words, dict by key, tuples of Bracket or Band, Hours, Ban
    status: str
    cite: str
    read: str
    confidence: str
    sources: tuple[str, ...]
    published: date
    note: str
    where: str  # file and line
    ended: str = ""  # expired, repealed, replaced, enjoined, withdrawn
    retroactive: bool = False
    awaits: str = ""  # what has to happen before it begins

    def stands_on(self, day: date) -> bool:
        return self.first <= day and (self.through is None or day <= self.through)


@dataclass(frozen=True, slots=True)
class Value:
    """All that the act says, over time, of one thing."""

    name: str
    about: str
    kind: str  # number, yes or no, word, day, clock, hours, list, table, brackets, bands, bans
    unit: Unit
    places: int
    by_places: int  # of the rates of brackets, of the thresholds of bands
    rows: tuple[Row, ...]  # by first day
    where: str
    record: bool = False  # kept for the record: no rule reads it
    by: Unit = ONE  # of the rates of brackets, of the thresholds of bands
    selects: str = SELECTS[0]

    def on(self, day: date, counts: frozenset[str], known: date | None = None) -> Row | None:
        """The row that governs the day, of a status that counts and published by `known`; the latest to begin wins."""
        found: Row | None = None
        for row in self.rows:
            if row.status in counts and row.stands_on(day) and (known is None or row.published <= known):
                found = row
        return found

    def bans_within(self, period: Period, counts: frozenset[str], known: date | None = None) -> Iterator[Row]:
        """The ban rows that touch the period."""
        for row in self.rows:
            if (
                row.status in counts
                and (known is None or row.published <= known)
                and row.first < period.end
                and (row.through is None or row.through >= period.start)
            ):
                yield row

    def banned_days(
        self, period: Period, region: str, municipality: str, counts: frozenset[str], known: date | None = None
    ) -> tuple[int, int]:
        """How many days of the period are surely banned there, and on how many more nobody can say."""
        certain: set[date] = set()
        doubtful: set[date] = set()
        for row in self.bans_within(period, counts, known):
            ban: Ban = row.value
            if ban.region in (region, EVERYWHERE):
                covers = ban.covers(municipality)
                if covers is not False:
                    days = overlap_days(period, row.first, row.through, ban.season)
                    (certain if covers else doubtful).update(days)
        return len(certain), len(doubtful - certain)

    def spans(self, counts: frozenset[str], known: date | None = None) -> list[tuple[int | None, Row | None]]:
        """The rows that govern one after another: day number from which each does (None: since ever), and the row."""
        days = {row.first for row in self.rows if row.first != NEVER}
        days |= {row.through + timedelta(days=1) for row in self.rows if row.through is not None}
        found: list[tuple[int | None, Row | None]] = [(None, None)]
        for day in sorted(days):
            row = self.on(day, counts, known)
            if row is not found[-1][1]:
                found.append((day_number(day), row))
        return found

    def first_day(self, counts: frozenset[str]) -> date | None:
        return min((r.first for r in self.rows if r.status in counts and r.first != NEVER), default=None)

    def not_in_force(self, day: date, counts: frozenset[str], regime: str) -> NotInForce:
        """The error for using this value on a day on which it does not stand."""
        first = self.first_day(counts)
        awaits = next((row.awaits for row in self.rows if row.awaits and row.status in counts), "")
        after = (
            f"the first begins on {first}"
            if first and first > day
            else "the last ended before"
            if first
            else f"it awaits {awaits}"
            if awaits
            else "none of a status that counts here exists"
        )
        return NotInForce(
            f"No value of {regime}:{self.name} is in force on {day}; {after}.",
            where=self.where,
            todo="Ask for another day, or add the value with its citation.",
        )

    def content(self, row: Row) -> str:
        """What a row says, in one line, without its unit."""
        kind = Number(self.unit, self.places, 0, 0)

        def amount(count: int) -> str:
            return f"{kind.shown(count).normalize():,f}"

        match self.kind:
            case "number":
                return amount(row.value)
            case "table":
                return "; ".join(f"{k} {amount(n)}" for k, n in row.value.items())
            case "brackets":
                rate = Number(self.by, self.by_places, 0, 0)
                return "; ".join(
                    f"above {amount(b.above)}: "
                    + (
                        f"{rate.shown(100 * b.rate).normalize():f} %"
                        if self.by == ONE
                        else f"{rate.shown(b.rate)} {self.by}"
                    )
                    for b in row.value
                )
            case "bands":
                edge = Number(self.by, self.by_places, 0, 0)
                return "; ".join(
                    f"{'from' if b.inclusive else 'above'} {edge.shown(b.start).normalize():,f} {self.by}: {amount(b.value)}"
                    for b in row.value
                )
            case "clock":
                return clock_text(row.value)
            case "hours":
                return str(row.value)
            case "list":
                return ", ".join(sorted(row.value))
            case "day":
                return day_of(row.value).isoformat()
            case "yes or no":
                return "yes" if row.value else "no"
            case "bans":
                return str(row.value.extent())
        return str(row.value)

    def bounds(self) -> tuple[int, int]:
        """The least and the greatest count over all rows, whatever their status."""
        counts: list[int] = []
        for row in self.rows:
            if isinstance(row.value, dict):
                counts.extend(row.value.values())
            else:
                counts.extend([b.value for b in row.value] if self.kind == "bands" else [row.value])
        return min(counts), max(counts)


def places_of(number: Decimal) -> int:
    """Decimal places that a written number uses: 0.13 has two, 6000 none."""
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def scaled(number: Decimal, places: int) -> int:
    """The number as a whole count of its smallest place; it must fit."""
    count = number.scaleb(places)
    assert count == count.to_integral_value(), f"{number} does not fit {places} places"
    return int(count)
