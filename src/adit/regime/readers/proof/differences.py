"""Whether two laws answer a rule alike in every case, or the smallest case in which they do not.

Two laws: two acts, or one on two days, or one as it was known on two days. "None" is a proof. A running sum is that of a
subject without earlier periods.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import z3

from adit.regime.act import Regime
from adit.regime.readers.proof.asking import SECONDS, answered, ask_also, nearest, search
from adit.regime.readers.proof.formulas import COMPARE, Reader
from adit.regime.readers.proof.symbols import (
    Facts,
    Formula,
    Symbols,
    Term,
    all_of,
    any_of,
    any_value,
    known_in,
    none_of,
)
from adit.regime.types import Number
from adit.terms.days import Period
from adit.terms.errors import NotDecided
from adit.terms.fields import Field, presumed
from adit.terms.fields import facts as all_facts

NOT_DECIDED = "not decided"
MOST_ROUNDS = 10  # of making numbers smaller, one after the other


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two laws, in its period."""

    regime: Regime
    period: Period
    known: date | None

    def term(self, rule: str, symbols: Symbols, instead: dict[str, Term] | None = None) -> Term:
        return Reader(symbols, self.regime, self.period, instead=instead, known=self.known).rule(rule)

    def answer(self, rule: str, facts: Facts) -> Any:
        """The case reader's answer, as a number that does not depend on the places in which it is counted."""
        found = answered(self.regime, rule, self.period, facts, self.known)
        kind = self.regime.rule(rule).type
        if isinstance(found, type):
            return NOT_DECIDED
        return kind.shown(found) if isinstance(kind, Number) and found is not None else found


def equal(
    a: Regime,
    rule: str,
    b: Regime,
    period: Period,
    *,
    then: Period | None = None,
    known: date | None = None,
    then_known: date | None = None,
    seconds: float = SECONDS,
) -> Facts | None:
    """A case that two regimes answer differently, or None: they agree in every case. `then`, `then_known` are of `b`.

    The case is made small: whatever can stand as it is presumed does, what may be left out is, and the numbers are, one
    after the other, as low as the difference allows. Silence and what cannot be decided are answers here. Raises
    NotDecided.
    """
    sides = _Side(a, period, known), _Side(b, then or period, then_known)
    symbols = Symbols()
    names = a.facts_for(rule) | b.facts_for(rule)
    goal = _differ(rule, sides, [s.term(rule, symbols) for s in sides])

    def differs(facts: Facts) -> bool:
        return bool(sides[0].answer(rule, facts) != sides[1].answer(rule, facts))

    def confirmed(model: Any) -> bool:
        return differs(symbols.facts(model, names))

    what = f"{a.id} in {period} and {b.id} in {then or period} answer {rule} alike"
    found = search(symbols, goal, seconds, what, confirmed)
    if found is None:
        return None
    facts = _made_small(symbols, found[1], found[0], names, seconds, confirmed)
    if symbols.products:  # they were held by what is true of every product; one unknown alone is exact
        facts = _alone_small(rule, sides, facts, seconds, differs)
    assert differs(facts), f"The case and the proof reader disagree: {what}"
    return facts


def _differ(rule: str, sides: tuple[_Side, _Side], terms: list[Term]) -> Formula:
    x, y = terms
    kinds = [s.regime.rule(rule).type for s in sides]
    values = x.value, y.value
    if isinstance(kinds[0], Number) and isinstance(kinds[1], Number):
        places = max(k.places for k in kinds if isinstance(k, Number))
        values = tuple(  # type: ignore[assignment]
            v if v is None else v * 10 ** (places - k.places)
            for v, k in zip(values, kinds, strict=True)
            if isinstance(k, Number)
        )
    both = all_of(*(none_of(t) for t in (x.problem, y.problem, x.absent, y.absent)))
    differ = False if any(v is None for v in values) else COMPARE["!="](*values)
    decided = all_of(none_of(x.problem), none_of(y.problem))
    return any_of(
        COMPARE["!="](x.problem, y.problem), all_of(decided, COMPARE["!="](x.absent, y.absent)), all_of(both, differ)
    )


# Making a case small ----------------------------------------------------------------------------------------------
def _made_small(
    symbols: Symbols, solver: Any, model: Any, names: frozenset[str], seconds: float, confirmed: Callable[[Any], bool]
) -> Facts:
    """The case with each fact in turn as plain as the difference allows, those before it kept so."""
    for name, field, plain in _in_turn(names & symbols.terms.keys()):
        term = symbols.terms[name]
        if plain is None:
            wanted = term.absent
        else:
            value = symbols.code(plain) if isinstance(plain, str) else plain
            wanted = all_of(none_of(term.absent), term.value == value)
        with suppress(NotDecided):  # then the case is not the smallest, and still a case
            found = _found(symbols, solver, model, wanted, seconds, confirmed)
            if found is not None:
                model = found
                solver.add(wanted)
            elif field.kind == "number" and not known_in(model, term.absent):
                solver.add(none_of(term.absent))
                far = known_in(model, term.value)
                model = nearest(solver, term.value, _low(field), far, seconds, confirmed) or model
                solver.add(term.value == known_in(model, term.value))
    return symbols.facts(model, names)


def _found(
    symbols: Symbols, solver: Any, model: Any, wanted: Formula, seconds: float, confirmed: Callable[[Any], bool]
) -> Any:
    """A model in which this holds too, and that is a case: of products at last with one factor as it is, which is exact."""
    exact: list[Formula] = [True]
    for side in (1, 0) if symbols.products else ():
        factors = [(pair, known_in(model, pair[side])) for pair in symbols.products.values()]
        exact.append(z3.And(*(z3.And(p[side] == n, p[2] == p[1 - side] * n) for p, n in factors)))
    for more in exact:
        found = ask_also(solver, all_of(wanted, more), seconds, "a plainer case exists")
        if found is not None and confirmed(found):
            return found
        if found is None and more is True:
            break  # what is true of every product leaves no such case
    return None


def _alone_small(
    rule: str, sides: tuple[_Side, _Side], facts: Facts, seconds: float, differs: Callable[[Facts], bool]
) -> Facts:
    """The case with each number as low as the difference allows while all the other facts stand; so often as it helps."""
    numbers = [field for _, field, _ in _in_turn(frozenset(facts)) if field.kind == "number"]
    for _ in range(MOST_ROUNDS):
        before = facts
        for field in numbers:
            with suppress(NotDecided):
                facts = facts | {field.name: _least(rule, sides, facts, field, seconds, differs)}
        if facts == before:
            break
    return facts


def _least(
    rule: str,
    sides: tuple[_Side, _Side],
    facts: Facts,
    field: Field,
    seconds: float,
    differs: Callable[[Facts], bool],
) -> int:
    symbols = Symbols()
    unknown = z3.Int(field.name)
    instead = {name: Term(0, True) for side in sides for name in side.regime.facts_for(rule)}
    instead |= {name: Term(symbols.code(v) if isinstance(v, str) else v) for name, v in facts.items()}
    instead[field.name] = Term(unknown)
    solver = z3.Solver()
    solver.add(_differ(rule, sides, [s.term(rule, symbols, instead) for s in sides]))

    def confirmed(model: Any) -> bool:
        return differs(facts | {field.name: known_in(model, unknown)})

    now: int = facts[field.name]
    model = nearest(solver, unknown, _low(field), now, seconds, confirmed)
    return now if model is None else int(known_in(model, unknown))


def _in_turn(names: frozenset[str]) -> Iterator[tuple[str, Field, Any]]:
    """Facts with what is plain of them (None: not given): what is presumed, what may be left out, words, numbers."""
    assumed = presumed(names)

    def rank(name: str) -> tuple[int, str]:
        field = all_facts()[name]
        return 0 if name in assumed else 1 if not field.required else 2 if field.kind != "number" else 3, name

    for name in sorted(names, key=rank):
        field = all_facts()[name]
        yield name, field, assumed[name] if name in assumed else any_value(name) if field.required else None


def _low(field: Field) -> int:
    return max(field.low, 0)
