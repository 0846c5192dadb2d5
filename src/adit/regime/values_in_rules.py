"""How a rule speaks of dated values: the `p` of a rule, and what each kind of value can be asked there.

Not here: which row of a value governs a day (`values`), or how a reader computes what is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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
from adit.regime.values import EVERYWHERE, Value
from adit.terms.days import MINUTES_A_DAY
from adit.terms.errors import BadLaw, UnknownName
from adit.terms.units import unit

__all__ = ["Bands", "Bans", "ClockSpan", "Scale", "Table", "ValuesOfTheAct", "ValuesOnADay"]

_SINGLE = ("number", "clock", "yes or no", "word", "day")


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
        if value.kind not in _SINGLE:
            raise BadLaw(
                f"p.at(day) reads single values; {name} holds {value.kind}.",
                where=value.where,
                todo="Choose between the values with first_match(when(day >= p.first_day, ...)).",
            )
        return DatedValue(_single(value), name, self._day)


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
