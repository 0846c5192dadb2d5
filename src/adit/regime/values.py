"""Dated values of an act: each with its own first day, status, citation and what was read.

A value is found for a day by its own dates and never by a handy default. Not here: reading files (`store`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from adit.regime.tree import Brackets, DatedValue, DaysBanned, Expr, InForce, Keyed, ListedWords, number, present
from adit.regime.types import BOOL, COUNT_OF_DAYS, DAY, Number, Word
from adit.terms.days import Period, Season, day_of, overlap_days
from adit.terms.errors import BadLaw, NotInForce, UnknownName
from adit.terms.units import Unit

__all__ = ["CONFIDENCES", "READ", "STATUSES", "Ban", "Bracket", "Row", "Value", "ValuesOfTheAct"]

STATUSES = ("in force", "adopted", "bill", "proposal", "concept", "expired", "rejected", "enjoined")
READ = ("official text", "official letter", "reported")
CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Bracket:
    """One step of a scale: the slice above `above` pays `rate` (both whole counts, see Value.places and rate_places)."""

    above: int
    rate: int


@dataclass(frozen=True, slots=True)
class Ban:
    """Where a ban reaches. `municipalities` empty and `listed` true: the whole region.

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
        return f"{self.region}, {part}" + (f", {self.season}" if self.season else "")


@dataclass(frozen=True, slots=True)
class Row:
    """One dated value: from its first day, through its last if it has one."""

    first: date
    through: date | None
    value: Any  # a whole count, bool, word, day number, frozenset of words, dict by key, tuple of Brackets, Ban
    status: str
    cite: str
    read: str
    confidence: str
    sources: tuple[str, ...]
    published: date
    note: str
    where: str  # file and line

    def stands_on(self, day: date) -> bool:
        return self.first <= day and (self.through is None or day <= self.through)


@dataclass(frozen=True, slots=True)
class Value:
    """All that the act says, over time, of one thing."""

    name: str
    about: str
    kind: str  # number, yes or no, word, day, list, table, brackets, bans
    unit: Unit
    places: int
    rate_places: int
    rows: tuple[Row, ...]  # by first day
    where: str
    record: bool = False  # kept for the record: no rule reads it

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
            if ban.region == region:
                covers = ban.covers(municipality)
                if covers is not False:
                    days = overlap_days(period, row.first, row.through, ban.season)
                    (certain if covers else doubtful).update(days)
        return len(certain), len(doubtful - certain)

    def first_day(self, counts: frozenset[str]) -> date | None:
        return min((r.first for r in self.rows if r.status in counts), default=None)

    def not_in_force(self, day: date, counts: frozenset[str], regime: str) -> NotInForce:
        """The error for using this value on a day on which it does not stand."""
        first = self.first_day(counts)
        after = (
            f"the first begins on {first}"
            if first and first > day
            else "the last ended before"
            if first
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
                return "; ".join(
                    f"above {amount(b.above)}: {100 * b.rate / 10**self.rate_places:g} %" for b in row.value
                )
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
            counts.extend(row.value.values() if isinstance(row.value, dict) else [row.value])
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
        return Brackets(
            Number(kind.unit, kind.places + self.value.rate_places, 0, kind.high * top), amount, self.value.name
        )


@dataclass(frozen=True, slots=True)
class Bans:
    """Dated bans by place: `p.territories.days(region, municipality)`."""

    value: Value

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.value.name)

    def days(self, region: Expr, municipality: Expr) -> Expr:
        """The days of the period on which the place is surely banned."""
        return DaysBanned(COUNT_OF_DAYS, self.value.name, present(region), present(municipality), True)

    def doubtful_days(self, region: Expr, municipality: Expr) -> Expr:
        """The further days on which a ban covers a part of the region that the source does not list."""
        return DaysBanned(COUNT_OF_DAYS, self.value.name, present(region), present(municipality), False)


class ValuesOfTheAct:
    """The `p` of a rule: each dated value by its name."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        value = self._values.get(name)
        if value is None:
            raise UnknownName("value of the act", name, self._values)
        match value.kind:
            case "brackets":
                return Scale(value)
            case "bans":
                return Bans(value)
            case "table":
                return Table(value)
            case "list":
                return ListedWords(name)
            case "yes or no":
                return DatedValue(BOOL, name)
            case "word":
                return DatedValue(Word(frozenset(row.value for row in value.rows)), name)
            case "day":
                return DatedValue(DAY, name)
        low, high = value.bounds()
        return DatedValue(Number(value.unit, value.places, low, high), name)


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
