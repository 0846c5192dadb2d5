"""Dated values of an act: each with its own first day, status, citation and what was read.

A value is found for a day by its own dates and never by a handy default. Not here: reading files (`store`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adit.regime.tree import (
    Banded,
    Brackets,
    DatedValue,
    DaysBanned,
    Expr,
    InForce,
    InHours,
    Keyed,
    ListedWords,
    number,
    present,
)
from adit.regime.types import BOOL, COUNT_OF_DAYS, DAY, Bool, Day, Number, Word
from adit.terms.days import MINUTES_A_DAY, Period, Season, clock_text, day_number, day_of, overlap_days
from adit.terms.errors import BadLaw, NotInForce, UnknownName
from adit.terms.units import ONE, Unit, unit

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
    "ValuesOfTheAct",
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


@dataclass(frozen=True, slots=True)
class Table:
    """A dated table keyed by a word: `p.fine[actor]`."""

    value: Value

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.value.name)

    def __getitem__(self, key: Expr) -> Expr:
        low, high = self.value.bounds()
        kind = Number(self.value.unit, self.value.places, low, high)
        if not isinstance(key.type, Word):
            raise BadLaw(f"{self.value.name}[...] is looked up by a word, not by a {key.type}.", where=self.value.where)
        return Keyed(kind, self.value.name, present(key))

    def covers(self, key: Expr) -> Expr:
        """Whether the table has a line for this word, in every row: the guard where some kinds of person are left out."""
        keys = frozenset.intersection(*(frozenset(row.value) for row in self.value.rows))
        possible = key.type.words if isinstance(key.type, Word) and key.type.words else keys
        return key.one_of(tuple(sorted(keys & possible)))


@dataclass(frozen=True, slots=True)
class Scale:
    """Dated marginal brackets: `p.income_tax.of(base)`."""

    value: Value

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.value.name)

    def of(self, amount: Expr) -> Expr:
        kind = number(amount)
        if kind.unit != self.value.unit:
            raise BadLaw(
                f"{self.value.name} has brackets in {self.value.unit}; the amount is in {kind.unit}.",
                where=self.value.where,
            )
        if kind.places < self.value.places:
            raise BadLaw(
                f"{self.value.name} has thresholds finer than the amount it is applied to.", where=self.value.where
            )
        if kind.low < 0:
            raise BadLaw(
                f"{self.value.name} is applied to an amount that may be below zero.",
                todo="Say at_least(amount, 0) first.",
            )
        top = max(b.rate for row in self.value.rows for b in row.value)
        owed = kind.unit * self.value.by
        return Brackets(Number(owed, kind.places + self.value.by_places, 0, kind.high * top), amount, self.value.name)


@dataclass(frozen=True, slots=True)
class Bands:
    """A dated table by number, cliffs and all: `p.levy_by_price.at(price)`. Silent below the first band."""

    value: Value

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.value.name)

    def at(self, amount: Expr) -> Expr:
        """The value of the band in which the amount lies. Where an amount may lie below every band, it may be silent."""
        kind, value = number(amount), self.value
        if kind.unit != value.by:
            raise BadLaw(f"{value.name} goes by {value.by}; the amount is in {kind.unit}.", where=value.where)
        if kind.places < value.by_places:
            raise BadLaw(f"{value.name} has thresholds finer than the amount it is applied to.", where=value.where)
        step = 10 ** (kind.places - value.by_places)
        starts = [row.value[0].start * step + (not row.value[0].inclusive) for row in value.rows]
        low, high = value.bounds()
        return Banded(Number(value.unit, value.places, low, high, kind.low < max(starts)), amount, value.name)


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """Dated hours of the local clock: `p.peak_hours.cover(minute_of_day)`."""

    value: Value

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.value.name)

    def cover(self, minute: Expr) -> Expr:
        """Whether this minute of the local day lies within the hours; they may cross midnight."""
        kind = number(minute)
        if kind.unit != unit("min"):
            raise BadLaw(
                f"{self.value.name} goes by minutes of the local day; this is in {kind.unit}.", where=self.value.where
            )
        return InHours(BOOL, minute, self.value.name)


@dataclass(frozen=True, slots=True)
class Bans:
    """Dated bans by place: `p.territories.days(region, municipality)`."""

    value: Value

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.value.name)

    def days(self, region: Expr | None = None, municipality: Expr | None = None) -> Expr:
        """The days of the period on which the place is surely banned; without a place, those of bans everywhere."""
        return self._counted(region, municipality, True)

    def doubtful_days(self, region: Expr, municipality: Expr) -> Expr:
        """The further days on which a ban covers a part of the region that the source does not list."""
        return self._counted(region, municipality, False)

    def _counted(self, region: Expr | None, municipality: Expr | None, certain: bool) -> Expr:
        name = self.value.name
        if region is None or municipality is None:
            if region is not municipality or any(row.value.region != EVERYWHERE for row in self.value.rows):
                raise BadLaw(
                    f"{name} differs by place.",
                    where=self.value.where,
                    todo=f"Write p.{name}.days(region, municipality).",
                )
            return DaysBanned(COUNT_OF_DAYS, name, None, None, certain)
        for place in (region, municipality):
            if not isinstance(place.type, Word):
                raise BadLaw(f"{name} goes by region and municipality, not by a {place.type}.", where=self.value.where)
        return DaysBanned(COUNT_OF_DAYS, name, present(region), present(municipality), certain)


class ValuesOfTheAct:
    """The `p` of a rule: each dated value by its name, as it stands in the period."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def at(self, day: Expr) -> "ValuesOnADay":
        """The values as they stood on a day that is a fact of the case: `p.at(contract_signed_on).rate`."""
        return ValuesOnADay(self._values, day)

    def __getattr__(self, name: str) -> Any:
        value = _named(self._values, name)
        match value.kind:
            case "bands":
                return Bands(value)
            case "hours":
                return ClockSpan(value)
            case "brackets":
                return Scale(value)
            case "bans":
                return Bans(value)
            case "table":
                return Table(value)
            case "list":
                return ListedWords(name)
        return DatedValue(_single(value), name)


class ValuesOnADay:
    """The `p.at(day)` of a rule: single values (numbers, yes or no, words, days) on the day of a fact."""

    def __init__(self, values: Mapping[str, Value], day: Expr) -> None:
        if not isinstance(present(day).type, Day):
            raise BadLaw(f"p.at(...) takes a day, not a {day.type}.", todo="Write p.at(contract_signed_on).")
        self._values = values
        self._day = day

    def __getattr__(self, name: str) -> DatedValue:
        value = _named(self._values, name)
        if value.kind not in SINGLE:
            raise BadLaw(
                f"p.at(day) reads single values; {name} holds {value.kind}.",
                where=value.where,
                todo="Choose between the values with first_match(when(day >= p.first_day, ...)).",
            )
        return DatedValue(_single(value), name, self._day)


SINGLE = ("number", "clock", "yes or no", "word", "day")


def _named(values: Mapping[str, Value], name: str) -> Value:
    if name not in values:
        raise UnknownName("value of the act", name, values)
    return values[name]


def _single(value: Value) -> Number | Bool | Word | Day:
    """The type of one number, flag, word or day of the act."""
    match value.kind:
        case "yes or no":
            return BOOL
        case "word":
            return Word(frozenset(row.value for row in value.rows))
        case "day":
            return DAY
        case "clock":
            return Number(value.unit, 0, 0, MINUTES_A_DAY)
    low, high = value.bounds()
    return Number(value.unit, value.places, low, high)


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
