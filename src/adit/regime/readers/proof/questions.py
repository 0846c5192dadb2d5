"""The questions that can be put to z3 of an act on one day or in one month.

"None" is a proof; what is found is a case, and the `case` reader has confirmed it. What is not settled in the seconds
allowed raises NotDecided. A running sum is that of a subject without earlier periods, except in `what_if`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import z3

from adit.regime.act import Regime
from adit.regime.readers.case import Case, Evaluation, evaluate
from adit.regime.readers.proof.formulas import COMPARE, Reader
from adit.regime.readers.proof.symbols import (
    Earlier,
    Facts,
    Formula,
    Symbols,
    Term,
    all_of,
    any_of,
    known_in,
    none_of,
    plain_of,
)
from adit.regime.tree import Unless, walk
from adit.regime.types import Number
from adit.terms.days import Period
from adit.terms.errors import Conflict, NotDecided, NotInForce
from adit.terms.fields import facts as all_facts
from adit.terms.places import municipalities

SECONDS = 5.0  # for each question put to z3
MOST_CLIFFS = 10


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
    symbols: Symbols, goal: Formula, seconds: float, what: str, confirmed: Callable[[Any], bool]
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
            fixed = known_in(model, pair[side])
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
    symbols = Symbols(exact=True)
    term = Reader(symbols, regime, period).rule(rule)
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
        return plain_of(z3.simplify(z3.substitute(formula, *put)))

    if known(term.problem):
        return None, True
    return (None if known(term.absent) else symbols.decoded(known(term.value), regime.rule(rule).type)), False


# The questions ------------------------------------------------------------------------------------------------------
def reachable(regime: Regime, rule: str, branch: int, period: Period, *, seconds: float = SECONDS) -> Facts | None:
    """A case in which this branch of a choosing rule decides, or None: no case of the period reaches it.

    Branches are numbered as in `Evaluation.branch`. Raises NotDecided.
    """
    symbols = Symbols()
    reader = Reader(symbols, regime, period)
    names = regime.facts_for(rule)
    goal = all_of(none_of(reader.rule(rule).problem), reader.branch(rule, branch))

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
    symbols = Symbols()
    reader = Reader(symbols, regime, period)
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
            sound = [none_of(reader.of(t).problem) for t in below] + [none_of(c.problem) for c in both]
            goal = all_of(*(c.value for c in both), reader.of(tree).problem, *sound)
            what = f"'{a.name}' and '{b.name}' of {rule} both hold in a case of {period}"
            model = _search(symbols, goal, seconds, what, clashes)
            if model:
                found.append(Overlap(a.name, b.name, symbols.facts(model[0], names)))
    return found


def undecidable(regime: Regime, rule: str, period: Period, *, seconds: float = SECONDS) -> Facts | None:
    """A case that the rule cannot decide (a value not in force, a clash), or None: it decides every case of the period.

    Raises NotDecided.
    """
    symbols = Symbols()
    names = regime.facts_for(rule)
    goal = Reader(symbols, regime, period).rule(rule).problem

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
    symbols = Symbols()
    names = regime.facts_for(rule)
    less, more = symbols.fact(fact), symbols.fact(fact, twin=True)
    a = Reader(symbols, regime, period).rule(rule)
    b = Reader(symbols, regime, period, instead={fact: more}).rule(rule)
    if a.value is None or b.value is None:
        return None
    spoken = [none_of(x) for x in (a.problem, b.problem, a.absent, b.absent, less.absent, more.absent)]
    goal = all_of(less.value < more.value, a.value > b.value, *spoken)

    def pair(model: Any) -> tuple[Facts, Facts]:
        second = known_in(model, more.value)
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
    """Where one smallest unit more of the fact raises the answer by a leap: by more than `more_than` whole units, such as
    roubles, above what the units before and after it add. A steep slope is no cliff, nor is the point where one begins.

    Lowest first, ten at most, each with a case; the jump may be another in other cases. Raises NotDecided.
    """
    symbols = Symbols()
    names = regime.facts_for(rule)
    kind = regime.rule(rule).type
    assert isinstance(kind, Number)
    at = symbols.fact(fact)
    a = Reader(symbols, regime, period).rule(rule)
    before, b, after = (
        Reader(symbols, regime, period, instead={fact: Term(at.value + step, at.absent)}).rule(rule)
        for step in (-1, 1, 2)
    )
    sides = (before, a, b, after)
    if any(side.value is None for side in sides):
        return []
    spoken = [none_of(x) for x in (*(s.problem for s in sides), *(s.absent for s in sides), at.absent)]
    rise = more_than * 10**kind.places
    slopes = a.value - before.value, after.value - b.value
    leaps = [b.value - a.value > rise + slope for slope in (0, *slopes)]
    within = at.value + 1 < all_facts()[fact].high, at.value > all_facts()[fact].low
    goal = all_of(*leaps, *within, *spoken)
    found: dict[int, Cliff] = {}

    def jump(model: Any) -> int:
        facts = symbols.facts(model, names)
        row = [_answer(regime, rule, period, facts | {fact: facts[fact] + step}) for step in (-1, 0, 1, 2)]
        if not all(isinstance(answer, int) for answer in row):
            return 0
        w, x, y, z = row
        return y - x if y - x > rise + max(0, x - w, z - y) else 0

    while len(found) < MOST_CLIFFS:
        others = all_of(goal, *(at.value != n for n in found))
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
    symbols = Symbols()
    names = a.facts_for(rule) | b.facts_for(rule)
    x, y = (Reader(symbols, r, period).rule(rule) for r in (a, b))
    kinds = [r.rule(rule).type for r in (a, b)]
    values = x.value, y.value
    if isinstance(kinds[0], Number) and isinstance(kinds[1], Number):
        places = max(k.places for k in kinds if isinstance(k, Number))
        values = tuple(  # type: ignore[assignment]
            v if v is None else v * 10 ** (places - k.places)
            for v, k in zip(values, kinds, strict=True)
            if isinstance(k, Number)
        )
    both = all_of(*(none_of(t) for t in (x.problem, y.problem, x.absent, y.absent)))
    differ = False if None in [v if v is None else 0 for v in values] else COMPARE["!="](*values)
    decided = all_of(none_of(x.problem), none_of(y.problem))
    goal = any_of(
        COMPARE["!="](x.problem, y.problem), all_of(decided, COMPARE["!="](x.absent, y.absent)), all_of(both, differ)
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
            solver.add(none_of(term.absent))
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
    first, last = 0, abs(known_in(best, unknown) - near) - 1
    while first <= last:
        middle = (first + last) // 2
        model = within(first, middle)
        if model is None:
            first = middle + 1
        else:
            best, last = model, abs(known_in(model, unknown) - near) - 1
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
    symbols = Symbols()
    fixed: dict[str, Term] = {}
    for other in regime.facts_for(question) - {name}:
        value = facts.get(other)
        fixed[other] = Term(symbols.code(value) if isinstance(value, str) else value, value is None)
    unknown = z3.Int(name)
    symbols.terms[name] = Term(unknown)
    fixed[name] = Term(unknown)
    term = Reader(symbols, regime, period, instead=fixed, earlier=earlier, known=known).rule(question)
    code = symbols.code(wanted) if isinstance(wanted, str) else wanted
    if wanted is None:
        goal = all_of(none_of(term.problem), term.absent)
    elif term.value is None:
        return []
    else:
        goal = all_of(none_of(term.problem), none_of(term.absent), term.value == code)
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
        model = _nearest(solver, unknown, near, far, seconds, lambda m: gives(name, known_in(m, unknown)))
        if model is not None:
            found.append(known_in(model, unknown))
    return found
