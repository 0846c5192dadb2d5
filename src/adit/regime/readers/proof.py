"""The `proof` reader: an act on one day or in one month as formulas of z3, so that a question is settled for all cases at once.

"None" is a proof; what is found is a case, and the `case` reader has confirmed it. What is not settled in the seconds
allowed raises NotDecided. A running sum is that of a subject without earlier periods, except in `what_if`. This is the
only module that knows z3, and nothing imports it before a proof is asked for. Not here: which questions are worth asking
of an act (`check`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

import z3

from adit.regime.act import Regime, type_of_field
from adit.regime.readers.case import Case, Evaluation, evaluate, rounded_quotient
from adit.regime.tree import (
    And,
    Arithmetic,
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
    Keyed,
    NextMonth,
    Not,
    OneOf,
    Or,
    OrElse,
    PeriodDays,
    PeriodStart,
    Rounded,
    RuleAnswer,
    Share,
    Silence,
    Unless,
    Widest,
    YearToDate,
    walk,
)
from adit.regime.types import Bool, Number, Type, Word
from adit.regime.values import Value
from adit.terms.days import Period, day_number
from adit.terms.errors import Conflict, NotDecided, NotInForce
from adit.terms.fields import facts as all_facts
from adit.terms.places import municipalities, regions

__all__ = [
    "SECONDS",
    "Change",
    "Cliff",
    "Overlap",
    "cliffs",
    "equal",
    "monotone",
    "overlaps",
    "reachable",
    "undecidable",
    "value_of",
    "what_if",
]

SECONDS = 5.0  # for each question put to z3
MOST_CLIFFS = 10
Facts = dict[str, Any]  # as the case reader takes them
Formula = Any  # of z3, or a plain Python value where it is already known
Earlier = tuple[tuple[Period, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two exceptions of one `unless` that can both hold, with a case in which they do."""

    first: str
    second: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Cliff:
    """One smallest unit more than `at` raises the answer by `jump`, in the answer's unit; in the case of `facts`."""

    at: int
    jump: Decimal
    facts: Facts


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would have to be different. None stands for 'not given'."""

    fact: str
    now: Any
    then: Any


# Logic over formulas, of which many are already known because dated values are -------------------------------------
def _all(*parts: Formula) -> Formula:
    open_ = [p for p in parts if p is not True]
    if any(p is False for p in open_):
        return False
    return True if not open_ else open_[0] if len(open_) == 1 else z3.And(*open_)


def _any(*parts: Formula) -> Formula:
    open_ = [p for p in parts if p is not False]
    if any(p is True for p in open_):
        return True
    return False if not open_ else open_[0] if len(open_) == 1 else z3.Or(*open_)


def _no(part: Formula) -> Formula:
    return not part if isinstance(part, bool) else z3.Not(part)


def _if(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
    """A choice; None is what is never looked at, because the act is silent there."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is None or otherwise is None:
        return otherwise if then is None else then
    if not isinstance(then, z3.ExprRef) and not isinstance(otherwise, z3.ExprRef) and then == otherwise:
        return then
    if isinstance(then, bool) and isinstance(otherwise, bool):
        return condition if then else _no(condition)
    return z3.If(condition, then, otherwise)


def _whole(n: Formula, d: Formula) -> Formula:
    """The whole quotient of a number that is not negative and one above zero."""
    if isinstance(n, int) and isinstance(d, int):
        return n // d
    return (z3.IntVal(n) if isinstance(n, int) else n) / d


def _magnitude(n: Formula, d: Formula, mode: str) -> Formula:
    if isinstance(n, int) and isinstance(d, int):
        return rounded_quotient(n, d, mode)
    return _whole(2 * n + d, 2 * d) if mode == "half up" else _whole(n + d - 1 if mode == "up" else n, d)


@dataclass(frozen=True, slots=True)
class _Term:
    """What a node comes to: its value, whether it is absent, whether it cannot be decided (not in force, a clash)."""

    value: Formula
    absent: Formula = False
    problem: Formula = False


class _Symbols:
    """The unknown facts of one question, their bounds, the numbers that stand for words, and the products of unknowns."""

    def __init__(self, *, exact: bool = False) -> None:
        self.exact = exact
        self.words: list[str] = []
        self._codes: dict[str, int] = {}
        self.terms: dict[str, _Term] = {}
        self.domain: dict[str, Formula] = {}
        self.products: dict[tuple[int, int], tuple[Formula, Formula, Formula, Number]] = {}
        self.rising: dict[tuple[Any, ...], list[tuple[Formula, Formula]]] = {}

    def rises(self, what: tuple[Any, ...], n: Formula, value: Formula) -> Formula:
        """`value`, noted as something that never falls as `n` grows: a rounding, or a scale of brackets."""
        if isinstance(n, z3.ExprRef) and isinstance(value, z3.ExprRef):
            self.rising.setdefault(what, []).append((n, value))
        return value

    def code(self, word: str) -> int:
        if word not in self._codes:
            self._codes[word] = len(self.words)
            self.words.append(word)
        return self._codes[word]

    def fact(self, name: str, *, twin: bool = False) -> _Term:
        """The unknown of a fact; `twin` is the same fact of a second case."""
        key = f"{name}'" if twin else name
        if key not in self.terms:
            field = all_facts()[name]
            kind = type_of_field(field)
            absent = z3.Bool(f"{key} is absent") if kind.absent else False
            if isinstance(kind, Bool):
                self.terms[key] = _Term(z3.Bool(key), absent)
            else:
                unknown = z3.Int(key)
                self.terms[key] = _Term(unknown, absent)
                if isinstance(kind, Number):
                    self.domain[key] = z3.And(unknown >= kind.low, unknown <= kind.high)
                elif isinstance(kind, Word):
                    self.domain[key] = _among(unknown, [self.code(w) for w in field.words])
        return self.terms[key]

    def product(self, a: Formula, b: Formula, kind: Number) -> Formula:
        """A product. Of two unknowns it is a number of its own at first, held by what is true of every product."""
        if isinstance(a, int) or isinstance(b, int) or self.exact:
            return a * b
        key = (a.get_id(), b.get_id())
        if key not in self.products:
            self.products[key] = (a, b, z3.Int(f"product {len(self.products)}"), kind)
        return self.products[key][2]

    def bounds(self) -> Iterator[Formula]:
        """What every case keeps to: the dictionary of fields, and municipalities that lie in their region."""
        yield from self.domain.values()
        if {"region", "municipality"} <= self.terms.keys():
            region, municipality = self.terms["region"].value, self.terms["municipality"].value
            if isinstance(municipality, z3.ExprRef):
                divided = {r: [m.key for m in municipalities(r)] for r in regions()}
                lines = [
                    _all(region == self.code(r), _among(municipality, [self.code(k) for k in keys]))
                    for r, keys in divided.items()
                    if keys
                ]
                yield _any(municipality == self.code(""), *lines)

    def of_products(self) -> Iterator[Formula]:
        """What is true of the products of unknowns: bounds, zero, one, and that they grow with their factors."""
        for a, b, p, kind in self.products.values():
            yield z3.And(p >= kind.low, p <= kind.high)
            yield z3.Implies(z3.Or(a == 0, b == 0), p == 0)
            yield z3.Implies(a == 1, p == b)
            yield z3.Implies(b == 1, p == a)
        for (a, b, p, _), (c, d, q, _) in combinations(self.products.values(), 2):
            positive = (a >= 0, b >= 0, c >= 0, d >= 0)
            yield z3.Implies(z3.And(*positive, a <= c, b <= d), p <= q)
            yield z3.Implies(z3.And(*positive, a >= c, b >= d), p >= q)

    def of_rising(self) -> Iterator[Formula]:
        """What follows for two roundings or two scales of one kind; z3 would find it too, and slowly."""
        for pairs in self.rising.values():
            for (n, x), (m, y) in combinations(pairs, 2):
                if n.get_id() != m.get_id():
                    yield z3.Implies(n <= m, x <= y)
                    yield z3.Implies(n >= m, x >= y)

    def facts(self, model: Any, names: frozenset[str], *, twin: bool = False) -> Facts:
        """The facts of a case that z3 found."""
        found: Facts = {}
        for name in sorted(names):
            term = self.terms.get(f"{name}'" if twin else name) or self.terms.get(name)
            if term is None:
                if all_facts()[name].required:  # plays no part: any value will do
                    found[name] = _any_value(name)
            elif not _known(model, term.absent):
                found[name] = self.decoded(_known(model, term.value), type_of_field(all_facts()[name]))
        return found

    def decoded(self, value: Any, kind: Type) -> Any:
        return self.words[value] if isinstance(kind, Word) else value


def _any_value(name: str) -> Any:
    field = all_facts()[name]
    if field.kind == "number":
        return max(field.low, 0)
    return False if field.kind == "yes or no" else "" if "" in field.words else field.words[0]


def _known(model: Any, formula: Formula) -> Any:
    """The value of a formula in a model, as Python holds it."""
    if not isinstance(formula, z3.ExprRef):
        return formula
    return _plain(model.eval(formula, model_completion=True))


def _plain(value: Any) -> Any:
    if z3.is_bool(value):
        return z3.is_true(value)
    return value.as_long()


def _among(unknown: Formula, codes: list[int]) -> Formula:
    """Whether an unknown word is one of these; neighbours are one span."""
    if isinstance(unknown, int):
        return unknown in codes
    spans: list[list[int]] = []
    for code in sorted(set(codes)):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return _any(*(unknown == a if a == b else z3.And(unknown >= a, unknown <= b) for a, b in spans))


class _Reader:
    """The rules of a regime in one period, as formulas over the symbols; each node is read once."""

    def __init__(
        self,
        symbols: _Symbols,
        regime: Regime,
        period: Period,
        *,
        instead: Mapping[str, _Term] | None = None,
        earlier: Earlier = (),
        known: date | None = None,
    ) -> None:
        regime.spoken_on(period.start)
        self.symbols = symbols
        self.regime = regime
        self.period = period
        self.instead = instead or {}
        self.earlier = tuple((p, f) for p, f in earlier if p.start.year == period.start.year)
        self.known = known
        self._read: dict[int, _Term] = {}

    def rule(self, name: str) -> _Term:
        """A rule as it is asked: every rule below it has to be decided too, as the case reader has it."""
        term = self.of(self.regime.rule(name).tree)
        problems = [self.of(r.tree).problem for r in self.regime.rules_for(name)]
        return _Term(term.value, term.absent, _any(*problems))

    def of(self, node: Expr) -> _Term:
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
        return _all(*(_no(c) for c in conditions[:branch]), True if last else conditions[branch])

    # Reading ----------------------------------------------------------------------------------------------------
    def _of(self, node: Expr) -> _Term:
        match node:
            case Constant(value=value):
                return _Term(self._plain(value))
            case Fact(name=name):
                return self.instead[name] if name in self.instead else self.symbols.fact(name)
            case DatedValue() | InForce() | Keyed() | OneOf() | Brackets() | DaysBanned():
                return self._dated(node)
            case PeriodDays():
                return _Term(self.period.days)
            case PeriodStart():
                return _Term(day_number(self.period.start))
            case NextMonth(nth=nth):
                inner = self.of(nth)
                return _Term(day_number(self.period.next_month) + inner.value - 1, False, inner.problem)
            case Silence():
                return _Term(None, True)
            case RuleAnswer(name=name):
                return self.of(self.regime.rules[name].tree)
            case Arithmetic(sign="*", left=left, right=right, type=kind):
                a, b = self.of(left), self.of(right)
                assert isinstance(kind, Number)
                return _Term(self.symbols.product(a.value, b.value, kind), False, _any(a.problem, b.problem))
            case Arithmetic(sign=sign, left=left, right=right):
                a, b, problem = self._pair(left, right)
                return _Term(a + b if sign == "+" else a - b, False, problem)
            case Comparison(sign=sign, left=left, right=right):
                a, b, problem = self._pair(left, right)
                return _Term(_COMPARE[sign](a, b), False, problem)
            case Widest(larger=larger, left=left, right=right):
                a, b, problem = self._pair(left, right)
                return _Term(_if(a >= b if larger else a <= b, a, b), False, problem)
            case And(left=left, right=right):
                a, b = self.of(left), self.of(right)
                return _Term(_all(a.value, b.value), False, _any(a.problem, _all(a.value, b.problem)))
            case Or(left=left, right=right):
                a, b = self.of(left), self.of(right)
                return _Term(_any(a.value, b.value), False, _any(a.problem, _all(_no(a.value), b.problem)))
            case Not(of=of):
                return _Term(_no(self.of(of).value), False, self.of(of).problem)
            case Given(of=of):
                return _Term(_no(self.of(of).absent), False, self.of(of).problem)
            case OrElse(of=of, default=default):
                a, b = self.of(of), self.of(default)
                value = _if(a.absent, _fit(b.value, default.type, node.type), _fit(a.value, of.type, node.type))
                return _Term(value, _all(a.absent, b.absent), _any(a.problem, _all(a.absent, b.problem)))
            case Rounded():
                return self._rounded(node)
            case Share():
                return self._share(node)
            case YearToDate(of=of):
                now = self.of(of)
                before = sum(
                    evaluate(self.regime, Case(p, f, self.earlier[:i]), self.known).of(of)
                    for i, (p, f) in enumerate(self.earlier)
                )
                return _Term(now.value + before if before else now.value, False, now.problem)
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice([(b.condition, b.answer) for b in branches], otherwise, node.type)
            case Unless(general=general, exceptions=exceptions, ordered=ordered):
                chosen = self._choice([(x.condition, x.answer) for x in exceptions], general, node.type)
                conditions = [self.of(x.condition) for x in exceptions]
                both = [] if ordered else [_all(a.value, b.value) for a, b in combinations(conditions, 2)]
                problem = _any(*(c.problem for c in conditions), *both, chosen.problem)
                return _Term(chosen.value, chosen.absent, problem)
        raise AssertionError(f"{type(node).__name__} has no formula")

    def _plain(self, value: Any) -> Any:
        return self.symbols.code(value) if isinstance(value, str) else value

    def _pair(self, left: Expr, right: Expr) -> tuple[Formula, Formula, Formula]:
        """Both sides, counted at the same places."""
        a, b = self.of(left), self.of(right)
        x, y = a.value, b.value
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            places = max(left.type.places, right.type.places)
            x, y = x * 10 ** (places - left.type.places), y * 10 ** (places - right.type.places)
        return x, y, _any(a.problem, b.problem)

    def _choice(self, lines: list[tuple[Expr, Expr]], otherwise: Expr, kind: Type) -> _Term:
        last = self.of(otherwise)
        value, absent, problem = _fit(last.value, otherwise.type, kind), last.absent, last.problem
        for condition, answer in reversed(lines):
            c, a = self.of(condition), self.of(answer)
            value = _if(c.value, _fit(a.value, answer.type, kind), value)
            absent = _any(_all(c.value, a.absent), _all(_no(c.value), absent))
            problem = _any(c.problem, _all(c.value, a.problem), _all(_no(c.value), problem))
        return _Term(value, absent, problem)

    def _dated(self, node: Expr) -> _Term:
        """A node that reads a dated value, which stands still in one period."""
        match node:
            case InForce(name=name):
                return _Term(self._stands(self.regime.values[name]))
            case DaysBanned(region=region, municipality=municipality):
                a, b = self.of(region), self.of(municipality)
                return _Term(self._banned(node, a.value, b.value), False, _any(a.problem, b.problem))
            case DatedValue(name=name, type=kind):
                row = self._row(name)
                nothing = False if isinstance(kind, Bool) else 0
                return _Term(nothing, False, True) if row is None else _Term(self._plain(row.value))
            case OneOf(name=name, of=of, words=words):
                row = self._row(name) if name else None
                listed = words if not name else row.value if row else frozenset()
                inner = self.of(of)
                found = _among(inner.value, [self.symbols.code(w) for w in sorted(listed)])
                return _Term(found, False, _any(inner.problem, bool(name) and row is None))
            case Keyed(name=name, key=key):
                row, inner = self._row(name), self.of(key)
                if row is None:
                    return _Term(0, False, True)
                value: Formula = 0
                for word, count in row.value.items():
                    value = _if(inner.value == self.symbols.code(word), count, value)
                known = _among(inner.value, [self.symbols.code(w) for w in row.value])
                return _Term(value, False, _any(inner.problem, _no(known)))
            case Brackets(name=name, of=of):
                row, inner = self._row(name), self.of(of)
                if row is None:
                    return _Term(0, False, True)
                assert isinstance(of.type, Number)
                step = 10 ** (of.type.places - self.regime.values[name].places)
                owed, paid = 0, [(row.value[0].above * step, 0, row.value[0].rate)]
                for a, b in pairwise(row.value):
                    owed += (b.above - a.above) * step * a.rate
                    paid.append((b.above * step, owed, b.rate))
                total: Formula = 0
                for above, below, rate in paid:
                    total = _if(inner.value >= above, below + (inner.value - above) * rate, total)
                if all(b.rate >= 0 for b in row.value):
                    self.symbols.rises(("brackets", id(row), step), inner.value, total)
                return _Term(total, False, inner.problem)
        raise AssertionError(f"{type(node).__name__} reads no dated value")

    def _row(self, name: str) -> Any:
        return self.regime.values[name].on(self.period.start, self.regime.counts, self.known)

    def _stands(self, value: Value) -> bool:
        if value.kind == "bans":
            return any(True for _ in value.bans_within(self.period, self.regime.counts, self.known))
        return self._row(value.name) is not None

    def _banned(self, node: DaysBanned, region: Formula, municipality: Formula) -> Formula:
        value = self.regime.values[node.name]
        days: Formula = 0
        rows = list(value.bans_within(self.period, self.regime.counts, self.known))
        for place in sorted({row.value.region for row in rows}):
            named = {
                m for r in rows if r.value.region == place for m in (*r.value.municipalities, *r.value.but_not)
            }  # fmt: skip
            by_days: dict[int, list[int]] = {}
            for m in ["", *sorted(named)]:
                by_days.setdefault(self._days(node, value, place, m), []).append(self.symbols.code(m))
            here: Formula = self._days(node, value, place, "*")  # any municipality that no ban names
            for count, codes in by_days.items():
                here = _if(_among(municipality, codes), count, here)
            days = _if(region == self.symbols.code(place), here, days)
        return days

    def _days(self, node: DaysBanned, value: Value, region: str, municipality: str) -> int:
        counts = value.banned_days(self.period, region, municipality, self.regime.counts, self.known)
        return counts[0] if node.certain else counts[1]

    def _rounded(self, node: Rounded) -> _Term:
        inner, kind, to = self.of(node.of), node.of.type, node.type
        assert isinstance(kind, Number)
        assert isinstance(to, Number)
        n, d = inner.value, 10 ** (kind.places - to.places)
        value = n if d == 1 else _magnitude(n, d, node.mode)
        if d != 1 and kind.low < 0 and not isinstance(n, int):
            value = _if(n < 0, -_magnitude(-n, d, node.mode), value)
        return _Term(self.symbols.rises((node.mode, d), n, value), False, inner.problem)

    def _share(self, node: Share) -> _Term:
        part, whole, zero = self.of(node.part), self.of(node.whole), self.of(node.when_zero)
        assert isinstance(node.type, Number)
        assert isinstance(node.part.type, Number)
        assert isinstance(node.whole.type, Number)
        up = node.type.places + node.whole.type.places - node.part.type.places
        n, d = part.value * 10 ** max(up, 0), whole.value * 10 ** max(-up, 0)
        over = _if(n < 0, -n, n), _if(d < 0, -d, d)
        none = whole.value == 0
        quotient: Formula = 0
        if none is not True:
            size = _magnitude(*over, node.mode)
            quotient = _if(_no(_any(_all(n < 0, d > 0), _all(n > 0, d < 0))), size, -size)
        value = _if(none, _fit(zero.value, node.when_zero.type, node.type), quotient)
        return _Term(value, False, _any(part.problem, whole.problem, _all(none, zero.problem)))


_COMPARE: dict[str, Callable[[Formula, Formula], Formula]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: _no(a == b),
}


def _fit(value: Formula, kind: Type, wanted: Type) -> Formula:
    """A branch's answer counted at the places of the whole choice."""
    if value is None or not isinstance(kind, Number) or not isinstance(wanted, Number) or kind.places == wanted.places:
        return value
    return value * 10 ** (wanted.places - kind.places)


# Asking z3 --------------------------------------------------------------------------------------------------------
def _ask(solver: Any, seconds: float, what: str) -> Any:
    """A model, or None where there surely is none. Raises NotDecided."""
    solver.set("timeout", max(1, int(seconds * 1000)))
    answer = solver.check()
    if answer == z3.unknown:
        raise NotDecided(
            f"z3 did not decide within {seconds:g} s whether {what}.", todo="Allow more seconds, or ask for one day."
        )
    return solver.model() if answer == z3.sat else None


def _search(
    symbols: _Symbols, goal: Formula, seconds: float, what: str, confirmed: Callable[[Any], bool]
) -> tuple[Any, Any] | None:
    """A model of the goal that the case reader confirms, with the solver that holds it; None: there surely is no case.

    Products of two unknowns are at first only held by what is true of every product: where even that leaves no case,
    there is none. Else one factor is fixed as found, and at last the whole is asked exactly.
    """
    if goal is False:
        return None
    solver = z3.Solver()
    solver.add(goal, *symbols.bounds(), *symbols.of_rising())
    solver.push()
    solver.add(*symbols.of_products())
    model = _ask(solver, seconds, what)
    if model is None:
        return None
    if confirmed(model):
        return model, solver
    assert symbols.products, f"The case and the proof reader disagree: {what}"
    for side in (1, 0):
        solver.pop()
        solver.push()
        for pair in symbols.products.values():
            fixed = _known(model, pair[side])
            solver.add(pair[side] == fixed, pair[2] == pair[1 - side] * fixed)
        try:
            nearby = _ask(solver, seconds, what)
        except NotDecided:
            continue
        if nearby is not None and confirmed(nearby):
            return nearby, solver
    solver.pop()
    solver.push()
    solver.add(*(p == a * b for a, b, p, _ in symbols.products.values()))
    model = _ask(solver, seconds, what)
    assert model is None or confirmed(model), f"The case and the proof reader disagree: {what}"
    return None if model is None else (model, solver)


def _evaluation(regime: Regime, period: Period, facts: Facts) -> Evaluation:
    return evaluate(regime, Case(period, facts))


def _answer(regime: Regime, rule: str, period: Period, facts: Facts) -> Any:
    """The case reader's answer; the exception's class where it cannot be decided."""
    try:
        return _evaluation(regime, period, facts).answer(rule)
    except (Conflict, NotInForce) as error:
        return type(error)


def value_of(regime: Regime, rule: str, period: Period, facts: Mapping[str, Any]) -> tuple[Any, bool]:
    """What the formulas say in one case: the answer (None: silent), and whether it cannot be decided.

    For holding this reader to the `case` reader: the formulas are made for all cases, then the facts are put in.
    """
    symbols = _Symbols(exact=True)
    term = _Reader(symbols, regime, period).rule(rule)
    put = []
    for name, unknown in symbols.terms.items():
        given = name in facts
        if isinstance(unknown.absent, z3.ExprRef):
            put.append((unknown.absent, z3.BoolVal(not given)))
        if given:
            value = symbols.code(facts[name]) if isinstance(facts[name], str) else facts[name]
            put.append((unknown.value, z3.BoolVal(value) if isinstance(value, bool) else z3.IntVal(value)))

    def known(formula: Formula) -> Any:
        if not isinstance(formula, z3.ExprRef):
            return formula
        return _plain(z3.simplify(z3.substitute(formula, *put)))

    if known(term.problem):
        return None, True
    return (None if known(term.absent) else symbols.decoded(known(term.value), regime.rule(rule).type)), False


# The questions ------------------------------------------------------------------------------------------------------
def reachable(regime: Regime, rule: str, branch: int, period: Period, *, seconds: float = SECONDS) -> Facts | None:
    """A case in which this branch of a choosing rule decides, or None: no case of the period reaches it.

    Branches are numbered as in `Evaluation.branch`. Raises NotDecided.
    """
    symbols = _Symbols()
    reader = _Reader(symbols, regime, period)
    names = regime.facts_for(rule)
    goal = _all(_no(reader.rule(rule).problem), reader.branch(rule, branch))

    def confirmed(model: Any) -> bool:
        evaluation = _evaluation(regime, period, symbols.facts(model, names))
        try:
            evaluation.answer(rule)
        except (Conflict, NotInForce):
            return False
        return evaluation.branch(rule) == branch

    found = _search(symbols, goal, seconds, f"a case of {period} reaches branch {branch} of {rule}", confirmed)
    return symbols.facts(found[0], names) if found else None


def overlaps(regime: Regime, rule: str, period: Period, *, seconds: float = SECONDS) -> list[Overlap]:
    """The pairs of exceptions of the rule's `unless` that can both hold though no law orders them, each with a case.

    An empty list is a proof that the rule never clashes in the period. The order of a first_match is part of the rule
    and is not reported. Raises NotDecided.
    """
    symbols = _Symbols()
    reader = _Reader(symbols, regime, period)
    names = regime.facts_for(rule)
    tree = regime.rule(rule).tree
    found: list[Overlap] = []

    def clashes(model: Any) -> bool:
        return _answer(regime, rule, period, symbols.facts(model, names)) is Conflict

    below = [r.tree for r in regime.rules_for(rule) if r.name != rule]
    for node in walk(tree):
        if not isinstance(node, Unless) or node.ordered:
            continue
        for a, b in combinations(node.exceptions, 2):
            both = [reader.of(x.condition) for x in (a, b)]
            sound = [_no(reader.of(t).problem) for t in below] + [_no(c.problem) for c in both]
            goal = _all(*(c.value for c in both), reader.of(tree).problem, *sound)
            what = f"'{a.name}' and '{b.name}' of {rule} both hold in a case of {period}"
            model = _search(symbols, goal, seconds, what, clashes)
            if model:
                found.append(Overlap(a.name, b.name, symbols.facts(model[0], names)))
    return found


def undecidable(regime: Regime, rule: str, period: Period, *, seconds: float = SECONDS) -> Facts | None:
    """A case that the rule cannot decide (a value not in force, a clash), or None: it decides every case of the period.

    Raises NotDecided.
    """
    symbols = _Symbols()
    names = regime.facts_for(rule)
    goal = _Reader(symbols, regime, period).rule(rule).problem

    def fails(model: Any) -> bool:
        return _answer(regime, rule, period, symbols.facts(model, names)) in (Conflict, NotInForce)

    found = _search(symbols, goal, seconds, f"{rule} decides every case of {period}", fails)
    return symbols.facts(found[0], names) if found else None


def monotone(
    regime: Regime, rule: str, fact: str, period: Period, *, seconds: float = SECONDS
) -> tuple[Facts, Facts] | None:
    """Two cases that differ in one fact, of which the one with more has the smaller answer; None: the answer never falls.

    For a tax and an income. Cases that are silent or cannot be decided are left out. Raises NotDecided.
    """
    symbols = _Symbols()
    names = regime.facts_for(rule)
    less, more = symbols.fact(fact), symbols.fact(fact, twin=True)
    a = _Reader(symbols, regime, period).rule(rule)
    b = _Reader(symbols, regime, period, instead={fact: more}).rule(rule)
    if a.value is None or b.value is None:
        return None
    spoken = [_no(x) for x in (a.problem, b.problem, a.absent, b.absent, less.absent, more.absent)]
    goal = _all(less.value < more.value, a.value > b.value, *spoken)

    def pair(model: Any) -> tuple[Facts, Facts]:
        second = _known(model, more.value)
        first = symbols.facts(model, names)
        return first, first | {fact: second}

    def confirmed(model: Any) -> bool:
        x, y = (_answer(regime, rule, period, facts) for facts in pair(model))
        return isinstance(x, int) and isinstance(y, int) and x > y

    found = _search(symbols, goal, seconds, f"{rule} can fall as {fact} grows in {period}", confirmed)
    return pair(found[0]) if found else None


def cliffs(
    regime: Regime, rule: str, fact: str, period: Period, *, more_than: int = 100, seconds: float = SECONDS
) -> list[Cliff]:
    """Where one smallest unit more of the fact raises the answer by more than `more_than` whole units, such as roubles.

    Lowest first, ten at most, each with a case; the jump may be another in other cases. Raises NotDecided.
    """
    symbols = _Symbols()
    names = regime.facts_for(rule)
    kind = regime.rule(rule).type
    assert isinstance(kind, Number)
    at = symbols.fact(fact)
    a = _Reader(symbols, regime, period).rule(rule)
    b = _Reader(symbols, regime, period, instead={fact: _Term(at.value + 1, at.absent)}).rule(rule)
    if a.value is None or b.value is None:
        return []
    spoken = [_no(x) for x in (a.problem, b.problem, a.absent, b.absent, at.absent)]
    rise = more_than * 10**kind.places
    goal = _all(b.value - a.value > rise, at.value < all_facts()[fact].high, *spoken)
    found: dict[int, Cliff] = {}

    def jump(model: Any) -> int:
        facts = symbols.facts(model, names)
        x, y = (_answer(regime, rule, period, f) for f in (facts, facts | {fact: facts[fact] + 1}))
        return y - x if isinstance(x, int) and isinstance(y, int) else 0

    while len(found) < MOST_CLIFFS:
        others = _all(goal, *(at.value != n for n in found))
        what = f"{rule} jumps as {fact} grows in {period}"
        model = _search(symbols, others, seconds, what, lambda m: jump(m) > rise)
        if model is None:
            break
        facts = symbols.facts(model[0], names)
        found[facts[fact]] = Cliff(facts[fact], kind.shown(jump(model[0])), facts)
    return [found[n] for n in sorted(found)]


def equal(a: Regime, rule: str, b: Regime, period: Period, *, seconds: float = SECONDS) -> Facts | None:
    """A case of the period that two regimes answer differently, or None: they agree in every case.

    The case is made small: the numbers one after the other, in the order of their names, as low as the difference
    allows. Silence and what cannot be decided are answers here. Raises NotDecided.
    """
    symbols = _Symbols()
    names = a.facts_for(rule) | b.facts_for(rule)
    x, y = (_Reader(symbols, r, period).rule(rule) for r in (a, b))
    kinds = [r.rule(rule).type for r in (a, b)]
    values = x.value, y.value
    if isinstance(kinds[0], Number) and isinstance(kinds[1], Number):
        places = max(k.places for k in kinds if isinstance(k, Number))
        values = tuple(  # type: ignore[assignment]
            v if v is None else v * 10 ** (places - k.places)
            for v, k in zip(values, kinds, strict=True)
            if isinstance(k, Number)
        )
    both = _all(*(_no(t) for t in (x.problem, y.problem, x.absent, y.absent)))
    differ = False if None in [v if v is None else 0 for v in values] else _COMPARE["!="](*values)
    decided = _all(_no(x.problem), _no(y.problem))
    goal = _any(
        _COMPARE["!="](x.problem, y.problem), _all(decided, _COMPARE["!="](x.absent, y.absent)), _all(both, differ)
    )

    def shown(regime: Regime, facts: Facts) -> Any:
        found = _answer(regime, rule, period, facts)
        kind = regime.rule(rule).type
        if found in (Conflict, NotInForce):
            return "not decided"
        return kind.shown(found) if isinstance(kind, Number) and found is not None else found

    def confirmed(model: Any) -> bool:
        facts = symbols.facts(model, names)
        return bool(shown(a, facts) != shown(b, facts))

    found = _search(symbols, goal, seconds, f"{a.id} and {b.id} answer {rule} alike in {period}", confirmed)
    if found is None:
        return None
    facts, solver = symbols.facts(found[0], names), found[1]
    for name in sorted(symbols.terms.keys() & facts.keys()):
        term = symbols.terms[name]
        if all_facts()[name].kind == "number":
            solver.add(_no(term.absent))
            with suppress(NotDecided):  # then the case is not the smallest, and still a case
                least = _nearest(solver, term.value, all_facts()[name].low, facts[name], seconds, confirmed)
                facts = facts if least is None else symbols.facts(least, names)
            solver.add(term.value == facts[name])
    return facts


def _nearest(
    solver: Any, unknown: Formula, near: int, far: int, seconds: float, confirmed: Callable[[Any], bool]
) -> Any:
    """The model whose unknown lies nearest to `near`, between it and `far`; None if there is none. By halving the span."""
    step = 1 if far >= near else -1

    def within(first: int, last: int) -> Any:
        low, high = sorted((near + step * first, near + step * last))
        solver.push()
        solver.add(unknown >= low, unknown <= high)
        model = _ask(solver, seconds, "a nearer case exists")
        solver.pop()
        return model if model is not None and confirmed(model) else None

    best = within(0, abs(far - near))
    if best is None:
        return None
    first, last = 0, abs(_known(best, unknown) - near) - 1
    while first <= last:
        middle = (first + last) // 2
        model = within(first, middle)
        if model is None:
            first = middle + 1
        else:
            best, last = model, abs(_known(model, unknown) - near) - 1
    return best


def what_if(
    regime: Regime,
    facts: Mapping[str, Any],
    question: str,
    wanted: Any,
    period: Period,
    *,
    earlier: Earlier = (),
    known: date | None = None,
    seconds: float = SECONDS,
) -> list[Change]:
    """The single facts of which another value alone would give the wanted answer (None: silence); the nearest values.

    Numbers come first, the smallest change in proportion before the others; then what is yes or no; then words. Each
    change was confirmed by the case reader. A fact that z3 could not settle in time raises NotDecided.
    """

    def gives(name: str, value: Any) -> bool:
        changed = {k: v for k, v in facts.items() if k != name} | ({} if value is None else {name: value})
        if name == "region" and changed.get("municipality"):
            changed["municipality"] = ""  # it lies in the old region
        try:
            return bool(evaluate(regime, Case(period, changed, earlier), known).answer(question) == wanted)
        except (Conflict, NotInForce):
            return False

    found: list[tuple[tuple[int, float], Change]] = []
    for name in sorted(regime.facts_for(question)):
        field = all_facts()[name]
        now = facts.get(name)
        if not field.required and now is not None and gives(name, None):
            found.append(((1, 0), Change(name, now, None)))
        if field.kind == "number":
            for then in _nearest_numbers(regime, facts, name, question, wanted, period, earlier, known, seconds, gives):
                found.append(((0, abs(then - (now or 0)) / max(abs(now or 0), 1)), Change(name, now, then)))
        else:
            options: tuple[Any, ...] = (False, True) if field.kind == "yes or no" else field.words
            if name == "municipality":
                options = ("", *(m.key for m in municipalities(str(facts.get("region", "")))))
            rank = 1 if field.kind == "yes or no" else 2
            found += [((rank, 0), Change(name, now, then)) for then in options if then != now and gives(name, then)]
    return [change for _, change in sorted(found, key=lambda pair: pair[0])]


def _nearest_numbers(
    regime: Regime,
    facts: Mapping[str, Any],
    name: str,
    question: str,
    wanted: Any,
    period: Period,
    earlier: Earlier,
    known: date | None,
    seconds: float,
    gives: Callable[[str, Any], bool],
) -> list[int]:
    """The nearest number below and the nearest above that gives the wanted answer, all other facts as they are."""
    field = all_facts()[name]
    symbols = _Symbols()
    fixed: dict[str, _Term] = {}
    for other in regime.facts_for(question) - {name}:
        value = facts.get(other)
        fixed[other] = _Term(symbols.code(value) if isinstance(value, str) else value, value is None)
    unknown = z3.Int(name)
    symbols.terms[name] = _Term(unknown)
    fixed[name] = _Term(unknown)
    term = _Reader(symbols, regime, period, instead=fixed, earlier=earlier, known=known).rule(question)
    code = symbols.code(wanted) if isinstance(wanted, str) else wanted
    if wanted is None:
        goal = _all(_no(term.problem), term.absent)
    elif term.value is None:
        return []
    else:
        goal = _all(_no(term.problem), _no(term.absent), term.value == code)
    if goal is False:
        return []
    now = facts.get(name)
    spans = [(field.low, field.high)] if now is None else [(now - 1, field.low), (now + 1, field.high)]
    found: list[int] = []
    for near, far in spans:
        if not field.low <= near <= field.high:
            continue
        solver = z3.Solver()
        solver.add(goal, unknown >= min(near, far), unknown <= max(near, far))
        if _ask(solver, seconds, f"another {name} gives {wanted} for {question}") is None:
            continue
        model = _nearest(solver, unknown, near, far, seconds, lambda m: gives(name, _known(m, unknown)))
        if model is not None:
            found.append(_known(model, unknown))
    return found
