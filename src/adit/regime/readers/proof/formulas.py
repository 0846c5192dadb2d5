"""The tree as formulas: the rules of a regime in one period, over the symbols; each node is read once."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations, pairwise
from typing import Any

from adit.regime.act import Regime
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.proof.symbols import (
    Earlier,
    Formula,
    Symbols,
    Term,
    all_of,
    among,
    any_of,
    if_then,
    none_of,
    rounded_magnitude,
)
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
from adit.regime.types import Bool, Number, Type
from adit.regime.values import EVERYWHERE, Row, Value
from adit.terms.days import Period, day_number


class Reader:
    """The rules of a regime in one period, as formulas over the symbols; each node is read once."""

    def __init__(
        self,
        symbols: Symbols,
        regime: Regime,
        period: Period,
        *,
        instead: Mapping[str, Term] | None = None,
        earlier: Earlier = (),
        known: date | None = None,
    ) -> None:
        regime.spoken_on(period.start)
        self.symbols = symbols
        self.regime = regime
        self.period = period
        self.instead = instead or {}
        self.earlier = earlier
        self.known = known
        self._read: dict[int, Term] = {}

    def rule(self, name: str) -> Term:
        """A rule as it is asked: every rule below it has to be decided too, as the case reader has it."""
        term = self.of(self.regime.rule(name).tree)
        problems = [self.of(r.tree).problem for r in self.regime.rules_for(name)]
        return Term(term.value, term.absent, any_of(*problems))

    def of(self, node: Expr) -> Term:
        key = id(node)
        if key not in self._read:
            self._read[key] = self._of(node)
        return self._read[key]

    def branch(self, name: str, branch: int) -> Formula:
        """When this branch of a choosing rule decides; numbered as in `Evaluation.branch`."""
        tree = self.regime.rule(name).tree
        if isinstance(tree, FirstMatch):
            conditions = [self.of(b.condition).value for b in tree.branches]
            last = branch == len(conditions)
        else:
            assert isinstance(tree, Unless)
            conditions = [self.of(x.condition).value for x in tree.exceptions]
            last, branch = branch == 0, len(conditions) if branch == 0 else branch - 1
        return all_of(*(none_of(c) for c in conditions[:branch]), True if last else conditions[branch])

    # Reading ----------------------------------------------------------------------------------------------------
    def _of(self, node: Expr) -> Term:
        match node:
            case Constant(value=value):
                return Term(self._plain(value))
            case Fact(name=name):
                return self.instead[name] if name in self.instead else self.symbols.fact(name)
            case DatedValue() | InForce() | Keyed() | OneOf() | Brackets() | Banded() | InHours() | DaysBanned():
                return self._dated(node)
            case PeriodDays():
                return Term(self.period.days)
            case PeriodStart():
                return Term(day_number(self.period.start))
            case NextMonth(nth=nth):
                inner = self.of(nth)
                return Term(day_number(self.period.next_month) + inner.value - 1, False, inner.problem)
            case Silence():
                return Term(None, True)
            case RuleAnswer(name=name):
                return self.of(self.regime.rules[name].tree)
            case Arithmetic(sign="*", left=left, right=right, type=kind):
                a, b = self.of(left), self.of(right)
                assert isinstance(kind, Number)
                return Term(self.symbols.product(a.value, b.value, kind), False, any_of(a.problem, b.problem))
            case Arithmetic(sign=sign, left=left, right=right):
                a, b, problem = self._pair(left, right)
                return Term(a + b if sign == "+" else a - b, False, problem)
            case Comparison(sign=sign, left=left, right=right):
                a, b, problem = self._pair(left, right)
                return Term(COMPARE[sign](a, b), False, problem)
            case Widest(larger=larger, left=left, right=right):
                a, b, problem = self._pair(left, right)
                return Term(if_then(a >= b if larger else a <= b, a, b), False, problem)
            case And(left=left, right=right):
                a, b = self.of(left), self.of(right)
                return Term(all_of(a.value, b.value), False, any_of(a.problem, all_of(a.value, b.problem)))
            case Or(left=left, right=right):
                a, b = self.of(left), self.of(right)
                return Term(any_of(a.value, b.value), False, any_of(a.problem, all_of(none_of(a.value), b.problem)))
            case Not(of=of):
                return Term(none_of(self.of(of).value), False, self.of(of).problem)
            case Given(of=of):
                return Term(none_of(self.of(of).absent), False, self.of(of).problem)
            case OrElse(of=of, default=default):
                a, b = self.of(of), self.of(default)
                value = if_then(a.absent, fitted(b.value, default.type, node.type), fitted(a.value, of.type, node.type))
                return Term(value, all_of(a.absent, b.absent), any_of(a.problem, all_of(a.absent, b.problem)))
            case Rounded():
                return self._rounded(node)
            case Share():
                return self._share(node)
            case YearToDate(of=of) | OverLast(of=of):
                now = self.of(of)
                before = sum(self._in_earlier(of, p, f) for p, f in self._summed(node))
                return Term(now.value + before if before else now.value, False, now.problem)
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice([(b.condition, b.answer) for b in branches], otherwise, node.type)
            case Unless(general=general, exceptions=exceptions, ordered=ordered):
                chosen = self._choice([(x.condition, x.answer) for x in exceptions], general, node.type)
                conditions = [self.of(x.condition) for x in exceptions]
                both = [] if ordered else [all_of(a.value, b.value) for a, b in combinations(conditions, 2)]
                problem = any_of(*(c.problem for c in conditions), *both, chosen.problem)
                return Term(chosen.value, chosen.absent, problem)
        raise AssertionError(f"{type(node).__name__} has no formula")

    def _in_earlier(self, of: Expr, period: Period, facts: Mapping[str, Any]) -> int:
        past = tuple((p, f) for p, f in self.earlier if p < period)
        found: int = evaluate(self.regime, Case(period, facts, past), self.known).of(of)
        return found

    def _summed(self, node: YearToDate | OverLast) -> list[tuple[Period, Mapping[str, Any]]]:
        """The earlier periods that a running sum takes in."""
        if isinstance(node, YearToDate):
            return [(p, f) for p, f in self.earlier if p.start.year == self.period.start.year]
        return [(p, f) for p, f in self.earlier if p.month > self.period.month - node.months]

    def _plain(self, value: Any) -> Any:
        return self.symbols.code(value) if isinstance(value, str) else value

    def _pair(self, left: Expr, right: Expr) -> tuple[Formula, Formula, Formula]:
        """Both sides, counted at the same places."""
        a, b = self.of(left), self.of(right)
        x, y = a.value, b.value
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            places = max(left.type.places, right.type.places)
            x, y = x * 10 ** (places - left.type.places), y * 10 ** (places - right.type.places)
        return x, y, any_of(a.problem, b.problem)

    def _choice(self, lines: list[tuple[Expr, Expr]], otherwise: Expr, kind: Type) -> Term:
        last = self.of(otherwise)
        value, absent, problem = fitted(last.value, otherwise.type, kind), last.absent, last.problem
        for condition, answer in reversed(lines):
            c, a = self.of(condition), self.of(answer)
            value = if_then(c.value, fitted(a.value, answer.type, kind), value)
            absent = any_of(all_of(c.value, a.absent), all_of(none_of(c.value), absent))
            problem = any_of(c.problem, all_of(c.value, a.problem), all_of(none_of(c.value), problem))
        return Term(value, absent, problem)

    def _dated(self, node: Expr) -> Term:
        """A node that reads a dated value, which stands still in one period."""
        match node:
            case InForce(name=name, on=None):
                return Term(self._stands(self.regime.values[name]))
            case InForce(name=name, on=Expr() as on):
                stands = self._on_day(name, on, lambda row: row is not None)
                return Term(stands, False, self.of(on).problem)
            case DatedValue(name=name, on=Expr() as on, type=kind):
                nothing = False if isinstance(kind, Bool) else 0
                then = self._on_day(name, on, lambda row: self._plain(row.value) if row else nothing)
                gone = self._on_day(name, on, lambda row: row is None)
                return Term(then, False, any_of(self.of(on).problem, gone))
            case Banded(name=name, of=of):
                return self._banded(name, of)
            case InHours(name=name, of=of):
                row, inner = self._row(name), self.of(of)
                if row is None:
                    return Term(False, False, True)
                after, before = inner.value >= row.value.first, inner.value < row.value.last
                joined = all_of if row.value.first < row.value.last else any_of
                return Term(joined(after, before), False, inner.problem)
            case DaysBanned(region=None):
                return Term(self._days(node, self.regime.values[node.name], EVERYWHERE, ""))
            case DaysBanned(region=Expr() as region, municipality=Expr() as municipality):
                a, b = self.of(region), self.of(municipality)
                return Term(self._banned(node, a.value, b.value), False, any_of(a.problem, b.problem))
            case DatedValue(name=name, type=kind):
                row = self._row(name)
                nothing = False if isinstance(kind, Bool) else 0
                return Term(nothing, False, True) if row is None else Term(self._plain(row.value))
            case OneOf(name=name, of=of, words=words):
                row = self._row(name) if name else None
                listed = words if not name else row.value if row else frozenset()
                inner = self.of(of)
                found = among(inner.value, [self.symbols.code(w) for w in sorted(listed)])
                return Term(found, False, any_of(inner.problem, bool(name) and row is None))
            case Keyed(name=name, key=key):
                row, inner = self._row(name), self.of(key)
                if row is None:
                    return Term(0, False, True)
                value: Formula = 0
                for word, count in row.value.items():
                    value = if_then(inner.value == self.symbols.code(word), count, value)
                known = among(inner.value, [self.symbols.code(w) for w in row.value])
                return Term(value, False, any_of(inner.problem, none_of(known)))
            case Brackets(name=name, of=of):
                row, inner = self._row(name), self.of(of)
                if row is None:
                    return Term(0, False, True)
                assert isinstance(of.type, Number)
                step = 10 ** (of.type.places - self.regime.values[name].places)
                owed, paid = 0, [(row.value[0].above * step, 0, row.value[0].rate)]
                for a, b in pairwise(row.value):
                    owed += (b.above - a.above) * step * a.rate
                    paid.append((b.above * step, owed, b.rate))
                total: Formula = 0
                for above, below, rate in paid:
                    total = if_then(inner.value >= above, below + (inner.value - above) * rate, total)
                if all(b.rate >= 0 for b in row.value):
                    self.symbols.rises(("brackets", id(row), step), inner.value, total)
                return Term(total, False, inner.problem)
        raise AssertionError(f"{type(node).__name__} reads no dated value")

    def _on_day(self, name: str, day: Expr, shown: Callable[[Row | None], Formula]) -> Formula:
        """A dated value on the day of a fact, by the spans of the value."""
        spans = self.regime.values[name].spans(self.regime.counts, self.known)
        value = shown(spans[0][1])
        for first, row in spans[1:]:
            value = if_then(self.of(day).value >= first, shown(row), value)
        return value

    def _banded(self, name: str, of: Expr) -> Term:
        row, inner = self._row(name), self.of(of)
        if row is None:
            return Term(0, False, True)
        assert isinstance(of.type, Number)
        step = 10 ** (of.type.places - self.regime.values[name].by_places)
        found: Formula = 0
        for band in row.value:
            found = if_then(inner.value >= band.start * step + (not band.inclusive), band.value, found)
        lowest = row.value[0]
        return Term(found, inner.value < lowest.start * step + (not lowest.inclusive), inner.problem)

    def _row(self, name: str) -> Any:
        return self.regime.values[name].on(self.period.start, self.regime.counts, self.known)

    def _stands(self, value: Value) -> bool:
        if value.kind == "bans":
            return any(True for _ in value.bans_within(self.period, self.regime.counts, self.known))
        return self._row(value.name) is not None

    def _banned(self, node: DaysBanned, region: Formula, municipality: Formula) -> Formula:
        value = self.regime.values[node.name]
        days: Formula = self._days(node, value, EVERYWHERE, "")
        rows = list(value.bans_within(self.period, self.regime.counts, self.known))
        for place in sorted({row.value.region for row in rows} - {EVERYWHERE}):
            named = {
                m for r in rows if r.value.region == place for m in (*r.value.municipalities, *r.value.but_not)
            }  # fmt: skip
            by_days: dict[int, list[int]] = {}
            for m in ["", *sorted(named)]:
                by_days.setdefault(self._days(node, value, place, m), []).append(self.symbols.code(m))
            here: Formula = self._days(node, value, place, "*")  # any municipality that no ban names
            for count, codes in by_days.items():
                here = if_then(among(municipality, codes), count, here)
            days = if_then(region == self.symbols.code(place), here, days)
        return days

    def _days(self, node: DaysBanned, value: Value, region: str, municipality: str) -> int:
        counts = value.banned_days(self.period, region, municipality, self.regime.counts, self.known)
        return counts[0] if node.certain else counts[1]

    def _rounded(self, node: Rounded) -> Term:
        inner, kind, to = self.of(node.of), node.of.type, node.type
        assert isinstance(kind, Number)
        assert isinstance(to, Number)
        n, d = inner.value, 10 ** (kind.places - to.places)
        value = n if d == 1 else rounded_magnitude(n, d, node.mode)
        if d != 1 and kind.low < 0 and not isinstance(n, int):
            value = if_then(n < 0, -rounded_magnitude(-n, d, node.mode), value)
        return Term(self.symbols.rises((node.mode, d), n, value), False, inner.problem)

    def _share(self, node: Share) -> Term:
        part, whole, zero = self.of(node.part), self.of(node.whole), self.of(node.when_zero)
        assert isinstance(node.type, Number)
        assert isinstance(node.part.type, Number)
        assert isinstance(node.whole.type, Number)
        up = node.type.places + node.whole.type.places - node.part.type.places
        n, d = part.value * 10 ** max(up, 0), whole.value * 10 ** max(-up, 0)
        over = if_then(n < 0, -n, n), if_then(d < 0, -d, d)
        none = whole.value == 0
        quotient: Formula = 0
        if none is not True:
            size = rounded_magnitude(*over, node.mode)
            quotient = if_then(none_of(any_of(all_of(n < 0, d > 0), all_of(n > 0, d < 0))), size, -size)
        value = if_then(none, fitted(zero.value, node.when_zero.type, node.type), quotient)
        return Term(value, False, any_of(part.problem, whole.problem, all_of(none, zero.problem)))


COMPARE: dict[str, Callable[[Formula, Formula], Formula]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: none_of(a == b),
}


def fitted(value: Formula, kind: Type, wanted: Type) -> Formula:
    """A branch's answer counted at the places of the whole choice."""
    if value is None or not isinstance(kind, Number) or not isinstance(wanted, Number) or kind.places == wanted.places:
        return value
    return value * 10 ** (wanted.places - kind.places)
