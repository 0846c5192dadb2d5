"""Why an answer is what it is, as data: the branch that decided, the facts and the dated values it rests on, the article.

Only what was really looked at stands in an explanation: a branch that came later, or the right side of an 'and' whose
left side failed, plays no part. Not here: how it is printed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.regime.act import Rule, type_of_field
from adit.regime.golden import shown
from adit.regime.readers.case import Evaluation
from adit.regime.tree import (
    And,
    Banded,
    Brackets,
    Comparison,
    Constant,
    DatedValue,
    DaysBanned,
    Expr,
    Fact,
    FirstMatch,
    InForce,
    InHours,
    Keyed,
    OneOf,
    Or,
    OrElse,
    OverLast,
    PeriodDays,
    RuleAnswer,
    Unless,
    YearToDate,
    children,
)
from adit.regime.types import Number, Type
from adit.regime.values import EVERYWHERE, Row
from adit.terms.days import day_of
from adit.terms.fields import facts, spoken

__all__ = ["Explanation", "UsedFact", "UsedValue", "explain", "unit_text"]


@dataclass(frozen=True, slots=True)
class UsedFact:
    """A fact that was looked at. `origin`: given, presumed, or where it was looked up."""

    name: str
    value: Any  # None: not given
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class UsedValue:
    """A dated value that was looked at, with the row that stood on the day; no row: it was not in force."""

    name: str
    about: str
    value: Any
    unit: str
    first: date | None
    through: date | None
    status: str
    cite: str
    read: str
    confidence: str
    sources: tuple[str, ...]
    note: str
    where: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of one rule and what it rests on; `rules` are those it looked at, each explained once."""

    rule: str
    answer: Any  # None: the act does not say
    unit: str
    sentence: str
    because: str  # of the branch that decided
    cites: str
    compared: tuple[str, ...]  # the comparisons of numbers that decided, in words
    branch: int | None
    facts: tuple[UsedFact, ...]
    values: tuple[UsedValue, ...]
    rules: tuple["Explanation", ...]
    turned_on: tuple[str, ...]  # the rules among them that stand in the branch that decided

    @property
    def decisive(self) -> tuple["Explanation", ...]:
        """The explanations of the rules on which the deciding branch turned."""
        return tuple(r for r in self.rules if r.rule in self.turned_on)

    def all_facts(self) -> dict[str, UsedFact]:
        """Every fact the answer rests on, through other rules too."""
        found = {f.name: f for f in self.facts}
        for rule in self.rules:
            found |= rule.all_facts()
        return found

    def all_values(self) -> dict[str, UsedValue]:
        """Every dated value the answer rests on, through other rules too."""
        found = {v.name: v for v in self.values}
        for rule in self.rules:
            found |= rule.all_values()
        return found


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


def unit_text(kind: Type) -> str:
    """The unit as printed after a number; empty for shares, counts, words."""
    text = str(kind.unit) if isinstance(kind, Number) else ""
    return "" if text == "1" else text


def _explained(e: Evaluation, rule: Rule, origins: Mapping[str, str], told: dict[str, Explanation]) -> Explanation:
    if rule.name not in told:
        told[rule.name] = _told(e, rule, origins, told)
    return told[rule.name]


def _told(e: Evaluation, rule: Rule, origins: Mapping[str, str], told: dict[str, Explanation]) -> Explanation:
    tree, branch, answer = rule.tree, e.branch(rule.name), e.answer(rule.name)
    because, cites, deciding = "", rule.cites, tuple[str, ...]()
    turned_on: list[Expr] = [tree]
    if isinstance(tree, FirstMatch) and branch is not None:
        taken = tree.branches[branch] if branch < len(tree.branches) else None
        because = taken.because if taken else tree.because
        cites = (taken.cites if taken else "") or rule.cites
        turned_on = [taken.condition, taken.answer] if taken else [tree.otherwise]
        deciding = (
            tuple(_comparisons(e, taken.condition))
            if taken
            else tuple(c for b in tree.branches for c in _comparisons(e, b.condition))
        )
    elif isinstance(tree, Unless) and branch is not None:
        held = tree.exceptions[branch - 1] if branch else None
        because, cites = (f"{held.name}: {held.because}", held.cites) if held else (tree.because, rule.cites)
        deciding = tuple(_comparisons(e, held.condition)) if held else ()
        turned_on = [held.condition, held.answer] if held else [tree.general]
    looked_at = list(dict.fromkeys(_looked_at(e, tree)))
    named: dict[str, None] = dict.fromkeys(n.name for n in looked_at if isinstance(n, Fact))
    valued: dict[str, Expr] = {}
    for n in looked_at:  # the use of a value tells more than the question whether it stands
        if (
            isinstance(n, DatedValue | InForce | Keyed | Brackets | Banded | InHours | OneOf | DaysBanned)
            and n.name
            and not (isinstance(n, InForce) and n.name in valued)
        ):
            valued[n.name] = n
    others = dict.fromkeys(n.name for n in looked_at if isinstance(n, RuleAnswer))
    return Explanation(
        rule=rule.name,
        answer=None if answer is None else shown(answer, rule.type),
        unit=unit_text(rule.type),
        sentence=rule.sentence,
        because=because,
        cites=cites,
        compared=deciding,
        branch=branch,
        facts=tuple(_fact(e, n, origins) for n in named),
        values=tuple(v for n, node in valued.items() for v in _values(e, n, node)),
        rules=tuple(_explained(e, e.regime.rules[n], origins, told) for n in others),
        turned_on=tuple(others) if len(others) < 2 else tuple(_rules_in(e, turned_on)),
    )


def _rules_in(e: Evaluation, nodes: list[Expr]) -> dict[str, None]:
    return dict.fromkeys(n.name for node in nodes for n in _looked_at(e, node) if isinstance(n, RuleAnswer))


def _fact(e: Evaluation, name: str, origins: Mapping[str, str]) -> UsedFact:
    kind = type_of_field(facts()[name])
    value = e.case.facts.get(name)
    origin = origins.get(name, "given") if value is not None else "not given"
    return UsedFact(name, None if value is None else shown(value, kind), unit_text(kind), origin)


def _values(e: Evaluation, name: str, node: Expr) -> Iterator[UsedValue]:
    value = e.regime.values[name]
    if value.kind == "bans":
        region = e.of(node.region) if isinstance(node, DaysBanned) and node.region is not None else EVERYWHERE
        touching = value.bans_within(e.case.period, e.regime.counts, e.known)
        rows = [r for r in touching if r.value.region in (region, EVERYWHERE)]
        for row in rows:
            yield _used(name, value.about, value.content(row), "", row)
        return
    row_ = _row_of(e, name, node)
    if row_ is None:
        yield UsedValue(name, value.about, None, "", None, None, "", "", "", "", (), "", value.where)
        return
    kind = Number(value.unit, value.places, 0, 0)
    printed: Any = value.content(row_)
    if value.kind in ("number", "table"):
        count = (
            row_.value
            if value.kind == "number"
            else row_.value.get(e.of(node.key))
            if isinstance(node, Keyed)
            else None
        )
        printed = printed if count is None else kind.shown(count)
    yield _used(name, value.about, printed, unit_text(kind) if value.kind in ("number", "table") else "", row_)


def _row_of(e: Evaluation, name: str, node: Expr) -> Row | None:
    """The row that stands in the period, or on the day of the fact by which the value is read."""
    if isinstance(node, DatedValue | InForce) and node.on is not None:
        return e.regime.values[name].on(day_of(e.of(node.on)), e.regime.counts, e.known)
    return e.row(name)


def _used(name: str, about: str, printed: Any, unit: str, row: Row) -> UsedValue:
    return UsedValue(
        name,
        about,
        printed,
        unit,
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


# What was looked at -----------------------------------------------------------------------------------------------
def _looked_at(e: Evaluation, node: Expr) -> Iterator[Expr]:
    yield node
    match node:
        case FirstMatch(branches=branches, otherwise=otherwise):
            for branch in branches:
                yield from _looked_at(e, branch.condition)
                if e.of(branch.condition):
                    yield from _looked_at(e, branch.answer)
                    return
            yield from _looked_at(e, otherwise)
        case Unless(general=general, exceptions=exceptions):
            answer = general
            for exception in exceptions:
                yield from _looked_at(e, exception.condition)
                if answer is general and e.of(exception.condition):
                    answer = exception.answer
            yield from _looked_at(e, answer)
        case And(left=left, right=right):
            yield from _looked_at(e, left)
            if e.of(left):
                yield from _looked_at(e, right)
        case Or(left=left, right=right):
            yield from _looked_at(e, left)
            if not e.of(left):
                yield from _looked_at(e, right)
        case OrElse(of=of, default=default):
            yield from _looked_at(e, of)
            if e.of(of) is None:
                yield from _looked_at(e, default)
        case RuleAnswer():
            return
        case _:
            for child in children(node):
                yield from _looked_at(e, child)


# Comparisons in words ---------------------------------------------------------------------------------------------
_SIGNS = {"==": "=", "!=": "is not", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def _comparisons(e: Evaluation, condition: Expr) -> Iterator[str]:
    """The comparisons of numbers or days in a condition, as far as they were looked at, with what each side came to."""
    for node in _looked_at(e, condition):
        counted = (
            isinstance(node, Comparison)
            and isinstance(node.left.type, Number)
            and not isinstance(node.left, DaysBanned)
        )
        if isinstance(node, Comparison) and counted and not isinstance(node.right, Constant):
            sign = _SIGNS[node.sign] if e.of(node) else f"not {_SIGNS[node.sign]}"
            yield f"{_side(e, node.left)} {sign} {_side(e, node.right)}"


def _side(e: Evaluation, node: Expr) -> str:
    assert isinstance(node.type, Number)
    value = e.of(node)
    amount = f"{node.type.shown(value).normalize():,f} {unit_text(node.type)}".strip()
    name = _name(node)
    return f"{name} {amount}" if name else amount


_NAMED: Mapping[type, Callable[[Any], str]] = {
    Fact: lambda n: spoken(n.name),
    RuleAnswer: lambda n: spoken(n.name),
    DatedValue: lambda n: spoken(n.name),
    Keyed: lambda n: spoken(n.name),
    DaysBanned: lambda n: "days surely banned" if n.certain else "days perhaps banned",
    PeriodDays: lambda n: "days of the period",
    YearToDate: lambda n: "year to date",
    OverLast: lambda n: f"last {n.months} months",
}


def _name(node: Expr) -> str:
    if isinstance(node, OrElse):
        return _name(node.of)
    return _NAMED[type(node)](node) if type(node) in _NAMED else ""
