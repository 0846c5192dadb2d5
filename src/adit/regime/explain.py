"""Why an answer is what it is, as data: the branch that decided and the one that would have come next, the facts and the
dated values it rests on, the article.

Only what was really looked at stands in an explanation: a branch that came later, or the right side of an 'and' whose
left side failed, plays no part. Not here: how it is printed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from adit.regime.act import Regime, Rule
from adit.regime.binding import type_of_field
from adit.regime.explanation import Amount, Compared, Explanation, Extent, Slice, Step, UsedFact, UsedValue
from adit.regime.golden import shown
from adit.regime.readers.case import Evaluation
from adit.regime.tree import (
    Comparison,
    Constant,
    DatedValue,
    DaysBanned,
    Expr,
    Fact,
    InForce,
    Keyed,
    OrElse,
    OverLast,
    PeriodDays,
    RuleAnswer,
    YearToDate,
    walk,
)
from adit.regime.types import Bool, Day, Number, Type
from adit.regime.values import EVERYWHERE, Row, Value
from adit.regime.way import VALUED, way_through
from adit.terms.days import Period, day_of
from adit.terms.fields import facts
from adit.terms.units import ONE, Unit

__all__ = ["Summed", "explain", "facts_summed", "stated_fact", "unit_text"]


def explain(
    evaluation: Evaluation,
    name: str,
    origins: Mapping[str, str] | None = None,
    told: dict[str, Explanation] | None = None,
) -> Explanation:
    """Why the rule `name` answers as it does in this case. `origins` says where facts came from, else they were given.

    `told` keeps explanations between questions of one case, so that a rule that many rest on is explained once.
    """
    evaluation.answer(name)
    return _explained(evaluation, evaluation.regime.rule(name), origins or {}, {} if told is None else told)


@dataclass(frozen=True, slots=True)
class Summed:
    """What an answer sums over earlier periods: these facts, over the calendar year or over so many months."""

    facts: frozenset[str]
    year: bool
    months: int  # this one included; 0: no such window

    def counts(self, earlier: Period, now: Period) -> bool:
        """Whether an earlier period is among those that are summed."""
        in_year = self.year and earlier.start.year == now.start.year
        return earlier < now and (in_year or (self.months > 0 and earlier.month > now.month - self.months))


def facts_summed(regime: Regime, names: Iterable[str]) -> Summed:
    """What the answers to these questions sum over earlier periods, through other rules too."""
    found: set[str] = set()
    year, months = False, 0
    rules = {rule.name: rule for name in names for rule in regime.rules_for(name)}
    for running in (n for rule in rules.values() for n in walk(rule.tree) if isinstance(n, YearToDate | OverLast)):
        year |= isinstance(running, YearToDate)
        months = max(months, running.months if isinstance(running, OverLast) else 0)
        for node in walk(running):
            if isinstance(node, Fact):
                found.add(node.name)
            elif isinstance(node, RuleAnswer):
                found |= regime.facts_for(node.name)
    return Summed(frozenset(found), year, months)


def stated_fact(name: str, value: Any, origin: str, currency: Unit) -> UsedFact:
    """A fact as rules hold it, in the form in which an explanation tells it. None: it is not given."""
    type_, kind, unit = _field(name, currency)
    if value is None:
        return UsedFact(name, kind, None, unit, "not given")
    return UsedFact(name, kind, shown(value, type_), unit, origin)


def unit_text(kind: Type) -> str:
    """The unit as printed after a number; empty for shares, counts, words."""
    text = str(kind.unit) if isinstance(kind, Number) else ""
    return "" if text == "1" else text


def _kind(type_: Type) -> str:
    if isinstance(type_, Number):
        return "number"
    return "yes or no" if isinstance(type_, Bool) else "day" if isinstance(type_, Day) else "word"


def _explained(e: Evaluation, rule: Rule, origins: Mapping[str, str], told: dict[str, Explanation]) -> Explanation:
    if rule.name not in told:
        told[rule.name] = _told(e, rule, origins, told)
    return told[rule.name]


def _told(e: Evaluation, rule: Rule, origins: Mapping[str, str], told: dict[str, Explanation]) -> Explanation:
    way = way_through(e, rule)
    named: dict[str, None] = {}
    valued: dict[str, Expr] = {}
    others: dict[str, None] = {}
    for node in way.looked_at:
        if isinstance(node, Fact):
            named[node.name] = None
        elif isinstance(node, RuleAnswer):
            others[node.name] = None
        elif isinstance(node, VALUED) and node.name and not (isinstance(node, InForce) and node.name in valued):
            valued[node.name] = node  # the use of a value tells more than the question whether it stands
    answer = e.answer(rule.name)
    return Explanation(
        rule=rule.name,
        kind=_kind(rule.type),
        answer=None if answer is None else shown(answer, rule.type),
        unit=unit_text(rule.type),
        sentence=rule.sentence,
        because=way.because,
        cites=way.cites or rule.cites,
        compared=tuple(_comparisons(e, way.deciding)),
        branch=way.branch,
        next=way.next,
        facts=tuple([stated_fact(n, e.case.facts.get(n), origins.get(n, "given"), e.regime.currency) for n in named]),
        values=tuple([v for n, node in valued.items() for v in _values(e, n, node)]),
        rules=tuple([_explained(e, e.regime.rules[n], origins, told) for n in others]),
        turned_on=tuple(others)
        if len(others) < 2
        else tuple(dict.fromkeys(n.name for n in way.turned_on if isinstance(n, RuleAnswer))),
        where=rule.where,
    )


# Facts and values -------------------------------------------------------------------------------------------------
@cache
def _field(name: str, currency: Unit) -> tuple[Type, str, str]:
    """The type of a fact, its kind and its unit in words."""
    type_ = type_of_field(facts()[name], currency)
    return type_, _kind(type_), unit_text(type_)


def _values(e: Evaluation, name: str, node: Expr) -> Iterable[UsedValue]:
    value = e.regime.values[name]
    if value.kind == "bans":
        region = e.of(node.region) if isinstance(node, DaysBanned) and node.region is not None else EVERYWHERE
        return [
            _used(value, row, _content(value, row))
            for row in value.bans_within(e.case.period, e.regime.counts, e.known)
            if row.value.region in (region, EVERYWHERE)
        ]
    row = _row_of(e, name, node)
    if row is None:
        about, where = value.about, value.where
        return [UsedValue(name, about, value.kind, None, "", "", None, None, "", "", "", "", (), "", where)]
    if isinstance(node, Keyed):
        held = _counted(value, row.value.get(e.of(node.key)))
        return [_used(value, row, held, "number")]
    return [_used(value, row, _content(value, row))]


def _row_of(e: Evaluation, name: str, node: Expr) -> Row | None:
    """The row that stands in the period, or on the day of the fact by which the value is read."""
    if isinstance(node, DatedValue | InForce) and node.on is not None:
        return e.regime.values[name].on(day_of(e.of(node.on)), e.regime.counts, e.known)
    return e.row(name)


def _used(value: Value, row: Row, content: Any, kind: str = "") -> UsedValue:
    counted = value.kind in ("number", "table", "brackets", "bands")
    return UsedValue(
        value.name,
        value.about,
        kind or value.kind,
        content,
        "" if value.unit == ONE or not counted else str(value.unit),
        "" if value.by == ONE else str(value.by),
        row.first,
        row.through,
        row.status,
        row.cite,
        row.read,
        row.confidence,
        row.sources,
        row.note,
        row.where,
    )


def _counted(value: Value, count: int) -> Decimal:
    return Decimal(count).scaleb(-value.places)


def _content(value: Value, row: Row) -> Any:
    """What a row says, as UsedValue.value has it; of clock times and hours the text."""
    held = row.value
    match value.kind:
        case "number":
            return _counted(value, held)
        case "table":
            return tuple((word, _counted(value, count)) for word, count in held.items())
        case "brackets":
            return tuple(Slice(_counted(value, b.above), Decimal(b.rate).scaleb(-value.by_places)) for b in held)
        case "bands":
            return tuple(
                Step(Decimal(b.start).scaleb(-value.by_places), b.inclusive, _counted(value, b.value)) for b in held
            )
        case "list":
            return tuple(sorted(held))
        case "day":
            return day_of(held)
        case "bans":
            season = str(held.season or "")
            return Extent(
                held.region, tuple(sorted(held.municipalities)), held.listed, tuple(sorted(held.but_not)), season
            )
        case "yes or no" | "word":
            return held
    return value.content(row)


# Comparisons ------------------------------------------------------------------------------------------------------
def _comparisons(e: Evaluation, nodes: Iterable[Expr]) -> Iterator[Compared]:
    """The comparisons of numbers among these nodes, with what each side came to."""
    for node in nodes:
        if (
            isinstance(node, Comparison)
            and isinstance(node.left.type, Number)
            and not isinstance(node.left, DaysBanned)
            and not isinstance(node.right, Constant)
        ):
            yield Compared(_side(e, node.left), node.sign, _side(e, node.right), e.of(node))


def _side(e: Evaluation, node: Expr) -> Amount:
    assert isinstance(node.type, Number)
    return Amount(_name(node), node.type.shown(e.of(node)), unit_text(node.type))


_NAMED: Mapping[type, Callable[[Any], str]] = {
    Fact: lambda n: n.name,
    RuleAnswer: lambda n: n.name,
    DatedValue: lambda n: n.name,
    Keyed: lambda n: n.name,
    DaysBanned: lambda n: "days_surely_banned" if n.certain else "days_perhaps_banned",
    PeriodDays: lambda n: "days_of_the_period",
    YearToDate: lambda n: "year_to_date",
    OverLast: lambda n: f"last_{n.months}_months",
}


def _name(node: Expr) -> str:
    if isinstance(node, OrElse):
        return _name(node.of)
    return _NAMED[type(node)](node) if type(node) in _NAMED else ""
