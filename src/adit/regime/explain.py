"""Why an answer is what it is, as data: the branch that decided and the one that would have come next, the facts and the
dated values it rests on, the article.

Only what was really looked at stands in an explanation: a branch that came later, or the right side of an 'and' whose
left side failed, plays no part. Not here: how it is printed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from adit.regime.act import Regime, Rule, type_of_field
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
    PeriodDays,
    RuleAnswer,
    Unless,
    YearToDate,
    children,
    walk,
)
from adit.regime.types import Bool, Day, Number, Type
from adit.regime.values import EVERYWHERE, Row, Value
from adit.terms.days import day_of
from adit.terms.errors import AditError
from adit.terms.fields import facts
from adit.terms.units import ONE, Unit

__all__ = [
    "Amount",
    "Compared",
    "Explanation",
    "Extent",
    "NextBranch",
    "Slice",
    "Step",
    "UsedFact",
    "UsedValue",
    "explain",
    "facts_summed",
    "stated_fact",
    "unit_text",
]


@dataclass(frozen=True, slots=True)
class UsedFact:
    """A fact that was looked at. `origin`: given, presumed, or where it was looked up."""

    name: str
    kind: str  # number, yes or no, word, day
    value: Any  # None: not given
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One step of a scale: what lies above `above` bears `rate`, a share or in the unit `by` of the value."""

    above: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One band of a table by number: what begins at `start`, itself counted only if `inclusive`, has `value`."""

    start: Decimal
    inclusive: bool
    value: Decimal


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a ban reaches: the region or everywhere, these municipalities of it if any are listed, all of it or an unlisted part."""

    region: str
    municipalities: tuple[str, ...]
    listed: bool
    but_not: tuple[str, ...]
    season: str  # 11-15 to 03-15, or empty: all year


@dataclass(frozen=True, slots=True)
class UsedValue:
    """A dated value that was looked at, with the row that stood on the day; no row: it was not in force."""

    name: str
    about: str
    kind: str  # number, yes or no, word, day, list, table, brackets, bands, bans, clock, hours
    value: Any  # Decimal, bool, word, date, words, pairs of word and Decimal, Slices, Steps, Extent, text; None: not in force
    unit: str
    by: str  # the unit of the rates of brackets and of the thresholds of bands
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
class Amount:
    """One side of a comparison: what it is called, if it has a name, and what it came to."""

    name: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two amounts that were compared, and whether the comparison held."""

    left: Amount
    sign: str
    right: Amount
    held: bool


@dataclass(frozen=True, slots=True)
class NextBranch:
    """The branch that would have decided, had the deciding one not held.

    `worked_out` false: whether it holds, or what it answers, needs something that does not stand in this case, such as a
    value that is not yet in force.
    """

    branch: int
    answer: Any  # None: the act would not say
    because: str
    cites: str
    worked_out: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of one rule and what it rests on; `rules` are those it looked at, each explained once."""

    rule: str
    kind: str  # number, yes or no, word, day
    answer: Any  # None: the act does not say
    unit: str
    sentence: str
    because: str  # of the branch that decided
    cites: str
    compared: tuple[Compared, ...]  # the comparisons of numbers that decided
    branch: int | None
    next: NextBranch | None  # None: no branch was left, or the rule does not choose
    facts: tuple[UsedFact, ...]
    values: tuple[UsedValue, ...]
    rules: tuple["Explanation", ...]
    turned_on: tuple[str, ...]  # the rules among them that stand in the branch that decided
    where: str

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


def facts_summed(regime: Regime, name: str) -> frozenset[str]:
    """The facts that an answer to `name` sums over the periods of the year, through other rules too."""
    found: set[str] = set()
    for rule in regime.rules_for(name):
        for running in (n for n in walk(rule.tree) if isinstance(n, YearToDate)):
            for node in walk(running):
                if isinstance(node, Fact):
                    found.add(node.name)
                elif isinstance(node, RuleAnswer):
                    found |= regime.facts_for(node.name)
    return frozenset(found)


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
    way = _way_through(e, rule)
    named: dict[str, None] = {}
    valued: dict[str, Expr] = {}
    others: dict[str, None] = {}
    for node in way.looked_at:
        if isinstance(node, Fact):
            named[node.name] = None
        elif isinstance(node, RuleAnswer):
            others[node.name] = None
        elif isinstance(node, _VALUED) and node.name and not (isinstance(node, InForce) and node.name in valued):
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


# The way through a rule -------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Way:
    """How a case went through a rule: all nodes that were looked at, those of the deciding branch, those that decided."""

    looked_at: list[Expr]
    turned_on: list[Expr]
    deciding: list[Expr]
    branch: int | None = None
    because: str = ""
    cites: str = ""
    next: NextBranch | None = None


def _way_through(e: Evaluation, rule: Rule) -> _Way:
    tree = rule.tree
    if isinstance(tree, FirstMatch):
        return _first_match(e, tree, rule)
    if isinstance(tree, Unless):
        return _unless(e, tree, rule)
    nodes: list[Expr] = []
    _look(e, tree, nodes)
    return _Way(nodes, nodes, [])


def _first_match(e: Evaluation, tree: FirstMatch, rule: Rule) -> _Way:
    looked_at: list[Expr] = []
    for i, branch in enumerate(tree.branches):
        of_condition: list[Expr] = []
        held = _held(e, branch.condition, of_condition)
        looked_at += of_condition
        if held:
            of_answer: list[Expr] = []
            _look(e, branch.answer, of_answer)
            following = _next_match(e, tree, rule, i + 1)
            return _Way(
                looked_at + of_answer,
                of_condition + of_answer,
                of_condition,
                i,
                branch.because,
                branch.cites,
                following,
            )
    of_answer = []
    _look(e, tree.otherwise, of_answer)
    return _Way(looked_at + of_answer, of_answer, looked_at, len(tree.branches), tree.because)


def _unless(e: Evaluation, tree: Unless, rule: Rule) -> _Way:
    looked_at: list[Expr] = []
    found: int | None = None
    of_held: list[Expr] = []
    for i, exception in enumerate(tree.exceptions):
        of_condition: list[Expr] = []
        if _held(e, exception.condition, of_condition) and found is None:
            found, of_held = i, of_condition
        looked_at += of_condition
    of_answer: list[Expr] = []
    if found is None:
        _look(e, tree.general, of_answer)
        return _Way(looked_at + of_answer, of_answer, [], 0, tree.because)
    held = tree.exceptions[found]
    _look(e, held.answer, of_answer)
    because = f"{held.name}: {held.because}"
    following = _next_exception(e, tree, rule, found + 1)
    return _Way(looked_at + of_answer, of_held + of_answer, of_held, found + 1, because, held.cites, following)


def _next_match(e: Evaluation, tree: FirstMatch, rule: Rule, start: int) -> NextBranch:
    for i, branch in enumerate(tree.branches[start:], start):
        try:
            if e.of(branch.condition):
                return _next(e, i, branch.answer, branch.because, branch.cites or rule.cites)
        except AditError:
            return NextBranch(i, None, branch.because, branch.cites or rule.cites, worked_out=False)
    return _next(e, len(tree.branches), tree.otherwise, tree.because, rule.cites)


def _next_exception(e: Evaluation, tree: Unless, rule: Rule, start: int) -> NextBranch:
    for i, exception in enumerate(tree.exceptions[start:], start):
        if e.of(exception.condition):  # the case was decided, so that each condition could be worked out
            return _next(e, i + 1, exception.answer, f"{exception.name}: {exception.because}", exception.cites)
    return _next(e, 0, tree.general, tree.because, rule.cites)


def _next(e: Evaluation, branch: int, answer: Expr, because: str, cites: str) -> NextBranch:
    try:
        value = e.of(answer)
    except AditError:
        return NextBranch(branch, None, because, cites, worked_out=False)
    return NextBranch(branch, None if value is None else shown(value, answer.type), because, cites, worked_out=True)


# What was looked at -----------------------------------------------------------------------------------------------
_VALUED = (DatedValue, InForce, Keyed, Banded, Brackets, InHours, OneOf, DaysBanned)
_TOLD = (Fact, RuleAnswer, Comparison, *_VALUED)
_CHOOSES = (And, Or, OrElse, FirstMatch, Unless)


@lru_cache(maxsize=4096)
def _plain(node: Expr) -> tuple[Expr, ...] | None:
    """What an explanation tells of a node and all below it; None where it is up to the case what is looked at."""
    below = tuple(walk(node))
    return None if any(isinstance(n, _CHOOSES) for n in below) else tuple(n for n in below if isinstance(n, _TOLD))


def _look(e: Evaluation, node: Expr, nodes: list[Expr]) -> None:
    """Add what was looked at to work out this node."""
    plain = _plain(node)
    if plain is not None:
        nodes += plain
        return
    match node:
        case And() | Or():
            _held(e, node, nodes)
        case FirstMatch(branches=branches, otherwise=otherwise):
            _look(e, next((b.answer for b in branches if _held(e, b.condition, nodes)), otherwise), nodes)
        case Unless(general=general, exceptions=exceptions):
            held = [x.answer for x in exceptions if _held(e, x.condition, nodes)]
            _look(e, held[0] if held else general, nodes)
        case OrElse(of=of, default=default):
            _look(e, of, nodes)
            if e.of(of) is None:
                _look(e, default, nodes)
        case _:
            if isinstance(node, _TOLD):
                nodes.append(node)
            for child in children(node):
                _look(e, child, nodes)


def _held(e: Evaluation, node: Expr, nodes: list[Expr]) -> bool:
    """Whether a condition holds; what was looked at for it is added."""
    match node:
        case And(left=left, right=right):
            return _held(e, left, nodes) and _held(e, right, nodes)
        case Or(left=left, right=right):
            return _held(e, left, nodes) or _held(e, right, nodes)
    _look(e, node, nodes)
    return bool(e.of(node))


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
}


def _name(node: Expr) -> str:
    if isinstance(node, OrElse):
        return _name(node.of)
    return _NAMED[type(node)](node) if type(node) in _NAMED else ""
