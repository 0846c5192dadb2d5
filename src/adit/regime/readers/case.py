"""The `case` reader: one case on exact integers. Its answers are the meaning of the language; other readers must agree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from adit.regime.act import Regime
from adit.regime.tree import (
    And,
    Arithmetic,
    Banded,
    Brackets,
    Comparison,
    Constant,
    DatedValue,
    DaysBanned,
    Expr,
    Fact,
    FirstMatch,
    Given,
    InForce,
    InHours,
    Keyed,
    NextMonth,
    Not,
    OneOf,
    Or,
    OrElse,
    OverLast,
    PeriodDays,
    PeriodStart,
    Rounded,
    RuleAnswer,
    Share,
    Silence,
    Unless,
    Widest,
    YearToDate,
)
from adit.regime.types import Number
from adit.regime.values import EVERYWHERE, Row
from adit.terms.days import Period, day_number, day_of
from adit.terms.errors import BadInput, Conflict, MissingFact, NotInForce

__all__ = ["Case", "Evaluation", "evaluate", "rounded_quotient"]

Facts = Mapping[str, Any]  # name -> whole count, bool or word, as read by terms.fields.read_fact


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one subject in one period, and those of its earlier periods of the same calendar year."""

    period: Period
    facts: Facts
    earlier: tuple[tuple[Period, Facts], ...] = ()


def rounded_quotient(n: int, d: int, mode: str) -> int:
    """n / d as a whole number: half up and up go away from zero, down goes towards it."""
    sign = -1 if (n < 0) != (d < 0) else 1
    n, d = abs(n), abs(d)
    if mode == "half up":
        return sign * ((2 * n + d) // (2 * d))
    return sign * (-(-n // d) if mode == "up" else n // d)


class Evaluation:
    """One case under one regime. Answers are worked out when asked for, once, and kept for the explanation."""

    def __init__(self, regime: Regime, case: Case, known: date | None = None) -> None:
        regime.spoken_on(case.period.start)
        self.regime = regime
        self.case = case
        self.known = known
        self.history: Sequence[tuple[Period, Facts]] = sorted(case.earlier, key=lambda pair: pair[0])
        periods = [p for p, _ in self.history] + [case.period]
        if any(a.end > b.start for a, b in pairwise(periods)):
            raise BadInput(
                "Earlier periods overlap the period of the case, or come after it.",
                todo="Give each earlier month once.",
            )
        if sum(p.start.year == case.period.start.year for p in periods) > 12:
            raise BadInput("A calendar year has at most twelve periods here.", todo="Add up days to months before.")
        self._answers: list[dict[str, Any]] = [{} for _ in periods]
        self._rows: list[dict[str, Row | None]] = [{} for _ in periods]
        self._periods = periods
        self._facts = [f for _, f in self.history] + [case.facts]
        self._now = len(periods) - 1

    def answer(self, name: str) -> Any:
        """The answer of a rule: a whole count, bool, word or day number; None where the act does not say.

        Every rule that the answer may rest on is worked out, also where a branch would pass it by, so that a case that
        cannot be decided is found by each reader alike. Raises MissingFact, NotInForce, Conflict.
        """
        needed = [f for f in sorted(self.regime.required_facts(name)) if f not in self._facts[self._now]]
        if needed:
            raise MissingFact(name, needed)
        for rule in self.regime.rules_for(name):
            self._rule(rule.name, self._now)
        return self._rule(name, self._now)

    def row(self, name: str) -> Row | None:
        """The row of a dated value that governs the period of the case."""
        return self._row(name, self._now)

    def of(self, node: Expr) -> Any:
        """What a node of a rule comes to in this case: for the explanation."""
        return self._of(node, self._now)

    def branch(self, name: str) -> int | None:
        """Which branch of a choosing rule decided: 0 for the first, its length for the otherwise; None for other rules.

        The reason code of every reader. For an `unless`, 0 is the general rule and n its n-th exception.
        """
        tree = self.regime.rules[name].tree
        if isinstance(tree, FirstMatch):
            return next((i for i, b in enumerate(tree.branches) if self.of(b.condition)), len(tree.branches))
        if isinstance(tree, Unless):
            return next((i for i, x in enumerate(tree.exceptions, 1) if self.of(x.condition)), 0)
        return None

    def branches_taken(self) -> dict[str, int]:
        """The branch that decided each rule that was worked out so far."""
        taken = {name: self.branch(name) for name in list(self._answers[self._now])}
        return {name: branch for name, branch in taken.items() if branch is not None}

    def answers(self) -> dict[str, Any]:
        """The rules that were worked out so far, with their answers."""
        return dict(self._answers[self._now])

    def slice(self, node: Brackets | Banded) -> tuple[date, int] | None:
        """The slice of a scale in which the amount lies: first day of the row and number; None below the first band."""
        row, amount = self.row(node.name), self.of(node.of)
        assert isinstance(node.of.type, Number)
        value = self.regime.values[node.name]
        places = value.by_places if isinstance(node, Banded) else value.places
        step = 10 ** (node.of.type.places - places)
        if row is None or amount is None:
            return None
        starts = [s.start * step + (not s.inclusive) if isinstance(node, Banded) else s.above * step for s in row.value]
        begun = sum(amount >= start for start in starts)
        return (row.first, begun - 1) if begun else None

    # Working ----------------------------------------------------------------------------------------------------
    def _rule(self, name: str, at: int) -> Any:
        answers = self._answers[at]
        if name not in answers:
            answers[name] = self._of(self.regime.rules[name].tree, at)
        return answers[name]

    def _row(self, name: str, at: int) -> Row | None:
        rows = self._rows[at]
        if name not in rows:
            rows[name] = self.regime.values[name].on(self._periods[at].start, self.regime.counts, self.known)
        return rows[name]

    def _value(self, name: str, at: int) -> Any:
        row = self._row(name, at)
        if row is None:
            raise self.regime.values[name].not_in_force(self._periods[at].start, self.regime.counts, self.regime.id)
        return row.value

    def _of(self, node: Expr, at: int) -> Any:
        return _READ[type(node)](self, node, at)

    def _aligned(self, left: Expr, right: Expr, at: int) -> tuple[Any, Any]:
        a, b = self._of(left, at), self._of(right, at)
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            if left.type.places < right.type.places:
                a *= 10 ** (right.type.places - left.type.places)
            elif right.type.places < left.type.places:
                b *= 10 ** (left.type.places - right.type.places)
        return a, b


def _fit(value: Any, kind: Any, wanted: Any) -> Any:
    """A branch's answer counted at the places of the whole choice."""
    if value is not None and isinstance(wanted, Number) and isinstance(kind, Number) and kind.places != wanted.places:
        return value * 10 ** (wanted.places - kind.places)
    return value


def _constant(e: Evaluation, n: Constant, at: int) -> Any:
    return n.value


def _fact(e: Evaluation, n: Fact, at: int) -> Any:
    facts = e._facts[at]
    if n.name in facts:
        return facts[n.name]
    if n.type.absent:
        return None
    raise MissingFact(f"A sum over {e._periods[at]}", [n.name])


def _dated(e: Evaluation, n: DatedValue, at: int) -> Any:
    if n.on is None:
        return e._value(n.name, at)
    row, day = _row_on(e, n, at), day_of(e._of(n.on, at))
    if row is None:
        raise e.regime.values[n.name].not_in_force(day, e.regime.counts, e.regime.id)
    return row.value


def _row_on(e: Evaluation, n: DatedValue | InForce, at: int) -> Row | None:
    """The row that stands on the day of a fact."""
    return e.regime.values[n.name].on(day_of(e._of(n.on, at)), e.regime.counts, e.known)  # type: ignore[arg-type]


def _in_force(e: Evaluation, n: InForce, at: int) -> bool:
    value = e.regime.values[n.name]
    if n.on is not None:
        return _row_on(e, n, at) is not None
    if value.kind == "bans":
        return any(True for _ in value.bans_within(e._periods[at], e.regime.counts, e.known))
    return e._row(n.name, at) is not None


def _keyed(e: Evaluation, n: Keyed, at: int) -> Any:
    table, key = e._value(n.name, at), e._of(n.key, at)
    if key not in table:
        raise NotInForce(
            f"{e.regime.id}:{n.name} has no line for '{key}'.",
            where=e.regime.values[n.name].where,
            todo=f"Ask p.{n.name}.covers(...) in an earlier branch, or add the line with its citation.",
        )
    return table[key]


def _days_banned(e: Evaluation, n: DaysBanned, at: int) -> int:
    certain, doubtful = e.regime.values[n.name].banned_days(
        e._periods[at],
        EVERYWHERE if n.region is None else e._of(n.region, at),
        "" if n.municipality is None else e._of(n.municipality, at),
        e.regime.counts,
        e.known,
    )
    return certain if n.certain else doubtful


def _arithmetic(e: Evaluation, n: Arithmetic, at: int) -> int:
    if n.sign == "*":
        return e._of(n.left, at) * e._of(n.right, at)  # type: ignore[no-any-return]
    a, b = e._aligned(n.left, n.right, at)
    return a + b if n.sign == "+" else a - b  # type: ignore[no-any-return]


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _comparison(e: Evaluation, n: Comparison, at: int) -> bool:
    return _COMPARE[n.sign](*e._aligned(n.left, n.right, at))


def _and(e: Evaluation, n: And, at: int) -> bool:
    return bool(e._of(n.left, at)) and bool(e._of(n.right, at))


def _or(e: Evaluation, n: Or, at: int) -> bool:
    return bool(e._of(n.left, at)) or bool(e._of(n.right, at))


def _not(e: Evaluation, n: Not, at: int) -> bool:
    return not e._of(n.of, at)


def _one_of(e: Evaluation, n: OneOf, at: int) -> bool:
    words = e._value(n.name, at) if n.name else n.words
    return e._of(n.of, at) in words


def _widest(e: Evaluation, n: Widest, at: int) -> int:
    a, b = e._aligned(n.left, n.right, at)
    return int(max(a, b) if n.larger else min(a, b))


def _rounded(e: Evaluation, n: Rounded, at: int) -> int:
    assert isinstance(n.type, Number)
    assert isinstance(n.of.type, Number)
    return rounded_quotient(e._of(n.of, at), 10 ** (n.of.type.places - n.type.places), n.mode)


def _share(e: Evaluation, n: Share, at: int) -> int:
    assert isinstance(n.type, Number)
    assert isinstance(n.part.type, Number)
    assert isinstance(n.whole.type, Number)
    part, whole = e._of(n.part, at), e._of(n.whole, at)
    if whole == 0:
        return _fit(e._of(n.when_zero, at), n.when_zero.type, n.type)  # type: ignore[no-any-return]
    up = n.type.places + n.whole.type.places - n.part.type.places
    return rounded_quotient(part * 10 ** max(up, 0), whole * 10 ** max(-up, 0), n.mode)


def _brackets(e: Evaluation, n: Brackets, at: int) -> int:
    assert isinstance(n.of.type, Number)
    amount = e._of(n.of, at)
    value = e.regime.values[n.name]
    step = 10 ** (n.of.type.places - value.places)
    scale = e._value(n.name, at)
    total = 0
    for bracket, following in zip(scale, [*scale[1:], None], strict=True):
        above = bracket.above * step
        top = amount if following is None else min(amount, following.above * step)
        if top > above:
            total += (top - above) * bracket.rate
    return total


def _banded(e: Evaluation, n: Banded, at: int) -> int | None:
    assert isinstance(n.of.type, Number)
    step = 10 ** (n.of.type.places - e.regime.values[n.name].by_places)
    amount = e._of(n.of, at)
    found: int | None = None
    for band in e._value(n.name, at):
        if amount > band.start * step or (band.inclusive and amount == band.start * step):
            found = band.value
    return found


def _in_hours(e: Evaluation, n: InHours, at: int) -> bool:
    return bool(e._value(n.name, at).covers(e._of(n.of, at)))


def _given(e: Evaluation, n: Given, at: int) -> bool:
    return e._of(n.of, at) is not None


def _or_else(e: Evaluation, n: OrElse, at: int) -> Any:
    value = e._of(n.of, at)
    chosen = (n.default, e._of(n.default, at)) if value is None else (n.of, value)
    return _fit(chosen[1], chosen[0].type, n.type)


def _silence(e: Evaluation, n: Silence, at: int) -> None:
    return None


def _rule_answer(e: Evaluation, n: RuleAnswer, at: int) -> Any:
    return e._rule(n.name, at)


def _year_to_date(e: Evaluation, n: YearToDate, at: int) -> int:
    year = e._periods[at].start.year
    return sum(e._of(n.of, i) for i in range(at + 1) if e._periods[i].start.year == year)


def _over_last(e: Evaluation, n: OverLast, at: int) -> int:
    since = e._periods[at].month - n.months
    within = [i for i in range(at + 1) if e._periods[i].month > since]
    if len(within) > n.months:
        raise BadInput(
            f"There are {len(within)} periods in {n.months} months; a window has one period a month at most.",
            todo="Add up days to months before.",
        )
    return sum(e._of(n.of, i) for i in within)


def _first_match(e: Evaluation, n: FirstMatch, at: int) -> Any:
    for branch in n.branches:
        if e._of(branch.condition, at):
            return _fit(e._of(branch.answer, at), branch.answer.type, n.type)
    return _fit(e._of(n.otherwise, at), n.otherwise.type, n.type)


def _unless(e: Evaluation, n: Unless, at: int) -> Any:
    holding = [x for x in n.exceptions if e._of(x.condition, at)]
    if len(holding) > 1 and not n.ordered:
        both = "\n".join(f"  {x.name}: {x.because} ({x.cites})" for x in holding)
        raise Conflict(
            f"Two exceptions hold for the same case, and no law orders them:\n{both}",
            todo="Name the law that ranks them: unless(..., ordered_by=...).",
        )
    answer = holding[0].answer if holding else n.general
    return _fit(e._of(answer, at), answer.type, n.type)


_READ: dict[type, Callable[[Evaluation, Any, int], Any]] = {
    And: _and,
    Arithmetic: _arithmetic,
    Banded: _banded,
    Brackets: _brackets,
    Comparison: _comparison,
    Constant: _constant,
    DatedValue: _dated,
    DaysBanned: _days_banned,
    Fact: _fact,
    FirstMatch: _first_match,
    Given: _given,
    InForce: _in_force,
    InHours: _in_hours,
    Keyed: _keyed,
    NextMonth: lambda e, n, at: day_number(e._periods[at].next_month) + e._of(n.nth, at) - 1,
    Not: _not,
    OneOf: _one_of,
    Or: _or,
    OrElse: _or_else,
    OverLast: _over_last,
    PeriodDays: lambda e, n, at: e._periods[at].days,
    PeriodStart: lambda e, n, at: day_number(e._periods[at].start),
    Rounded: _rounded,
    RuleAnswer: _rule_answer,
    Share: _share,
    Silence: _silence,
    Unless: _unless,
    Widest: _widest,
    YearToDate: _year_to_date,
}


def evaluate(regime: Regime, case: Case, known: date | None = None) -> Evaluation:
    """Begin a case under a regime. Raises NotInForce for a day before the regime's first."""
    return Evaluation(regime, case, known)
