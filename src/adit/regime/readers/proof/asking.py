"""Putting a formula to z3: a case that the `case` reader confirms, a proof that there is none, or NotDecided."""

from collections.abc import Callable
from datetime import date
from typing import Any

import z3

from adit.regime.act import Regime
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.proof.symbols import Facts, Formula, Symbols, known_in
from adit.terms.days import Period
from adit.terms.errors import Conflict, NotDecided, NotInForce

SECONDS = 5.0  # for each question put to z3


def ask(solver: Any, seconds: float, what: str) -> Any:
    """A model, or None where there surely is none. Raises NotDecided."""
    solver.set("timeout", max(1, int(seconds * 1000)))
    answer = solver.check()
    if answer == z3.unknown:
        raise NotDecided(
            f"z3 did not decide within {seconds:g} s whether {what}.", todo="Allow more seconds, or ask for one day."
        )
    return solver.model() if answer == z3.sat else None


def ask_also(solver: Any, more: Formula, seconds: float, what: str) -> Any:
    """The same with one thing more to hold, which the solver then forgets."""
    solver.push()
    try:
        solver.add(more)
        return ask(solver, seconds, what)
    finally:
        solver.pop()


def search(
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
    model = ask(solver, seconds, what)
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
            nearby = ask(solver, seconds, what)
        except NotDecided:
            continue
        if nearby is not None and confirmed(nearby):
            return nearby, solver
    solver.pop()
    solver.push()
    solver.add(*(p == a * b for a, b, p, _ in symbols.products.values()))
    model = ask(solver, seconds, what)
    assert model is None or confirmed(model), f"The case and the proof reader disagree: {what}"
    return None if model is None else (model, solver)


def nearest(
    solver: Any, unknown: Formula, near: int, far: int, seconds: float, confirmed: Callable[[Any], bool]
) -> Any:
    """The model whose unknown lies nearest to `near`, between it and `far`; None if there is none. By halving the span."""
    step = 1 if far >= near else -1

    def within(first: int, last: int) -> Any:
        low, high = sorted((near + step * first, near + step * last))
        model = ask_also(solver, z3.And(unknown >= low, unknown <= high), seconds, "a nearer case exists")
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


def answered(regime: Regime, rule: str, period: Period, facts: Facts, known: date | None = None) -> Any:
    """The case reader's answer; the exception's class where it cannot be decided."""
    try:
        return evaluate(regime, Case(period, facts), known).answer(rule)
    except (Conflict, NotInForce) as error:
        return type(error)
