"""Each call that demands screening is taken out in turn, by rewriting the syntax tree of its module; a check has to fail each time."""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from tests.settlement.made_settlements import DAY, LISTS, NOW, TestScreener, evidence, made, receipts_for

import adit.settlement
from adit import law
from adit.screening.receipts import Cleared, Outcome, Receipt, cleared
from adit.settlement.dossier import Dossier, everybody
from adit.settlement.eligibility import rule_on
from adit.settlement.evidence import Evidence
from adit.settlement.states import State
from adit.terms.errors import AditError

MODULES = ("clearance", "transitions", "running")  # in the order in which they build on one another
# a call that demands screening -> what stands in its place when it is taken out
DEMANDS = {
    "require_cleared": "tuple(cleared.receipts)",
    "require_recent": "tuple({0})",
    "not_clear": "[]",
    "_against_the_newest": "None",
    "everybody": "()",
    "cleared": "None",
}


HERE = Path(adit.settlement.__file__).parent
SOURCES = {name: (HERE / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}


def demands(name: str) -> list[ast.Call]:
    calls = [n for n in ast.walk(ast.parse(SOURCES[name])) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in DEMANDS]


class _Without(ast.NodeTransformer):
    def __init__(self, line: int, column: int) -> None:
        self.at = (line, column)
        self.done = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (node.lineno, node.col_offset) == self.at and isinstance(node.func, ast.Name) and node.func.id in DEMANDS:
            self.done += 1
            first = ast.unparse(node.args[0]) if node.args else "()"
            return ast.parse(DEMANDS[node.func.id].replace("{0}", first), mode="eval").body
        return node


@contextmanager
def loaded(mutant: Mapping[str, str]) -> Iterator[dict[str, ModuleType]]:
    """The three modules, made anew from their source or from that of a mutant, and seen by each other alone."""
    kept = {n: sys.modules[f"adit.settlement.{n}"] for n in MODULES}
    made_anew: dict[str, ModuleType] = {}
    try:
        for n in MODULES:
            module = ModuleType(f"adit.settlement.{n}")
            sys.modules[f"adit.settlement.{n}"] = module
            exec(compile(mutant.get(n) or SOURCES[n], n, "exec"), module.__dict__)
            made_anew[n] = module
        yield made_anew
    finally:
        for n, module in kept.items():
            sys.modules[f"adit.settlement.{n}"] = module


# The checks -------------------------------------------------------------------------------------------------------
def raises(work: Callable[[], Any]) -> bool:
    try:
        work()
    except AditError:
        return True
    return False


def forged(receipts: list[Receipt]) -> Cleared:
    """What somebody with bad intent and Python could make."""
    made_up = object.__new__(Cleared)
    made_up.receipts = tuple(receipts)
    return made_up


def hit(of: Dossier, outcome: Outcome) -> list[Receipt]:
    return list(TestScreener({"Ivan Petrov": (outcome, "r")}).screen([n.subject for n in everybody(of)], NOW))


def failed_checks(modules: Mapping[str, ModuleType]) -> list[str]:
    """The names of the checks that fail: what has to be refused and is not, and what has to go on and does not."""
    of = made()
    whole = evidence(ruling=rule_on(of, law.load("ru/law"), DAY))
    good = receipts_for(of)
    subjects = [n.subject for n in everybody(of)]
    newer = (replace(LISTS[0], sha256="c" * 64), LISTS[1])

    def go(clearance: Any, newest: Any = LISTS) -> Any:
        return modules["transitions"].go_on(
            of, State.IDENTIFIED, clearance, evidence=whole, newest=newest, at=NOW, on=DAY, hand="officer-2"
        )

    def decide(receipts: list[Receipt], at: Dossier = of, newest: Any = LISTS, to: State | None = None) -> Any:
        return modules["running"].decide_step(
            at, to, receipts, newest=newest, evidence=whole, reason="r", at=NOW, on=DAY, hand="officer-2"
        )

    def stopped(to: State, receipts: list[Receipt], at: Dossier = of) -> Any:
        return modules["transitions"].stop(
            at, to, receipts, evidence=Evidence(), reason="r", at=NOW, on=DAY, hand="officer-2"
        )

    def advanced() -> Any:
        """The whole step of an office, with its reading and writing taken from it."""
        running = modules["running"]
        running.__dict__["answered"] = lambda connection, key, id_: None
        running.__dict__["dossier"] = lambda connection, id_: of
        running.__dict__["enter_step"] = lambda transaction, of, taken, **_: {"state": taken.settlement.state}
        desk = running.Desk(
            nullcontext,
            lambda work, key: SimpleNamespace(answer=work(None)),
            lambda kind: kind,
            TestScreener(),
            law.load,
            lambda: NOW,
            lambda: DAY,
        )
        return running.advance(desk, of.id, hand="officer-2", key="k", evidence=whole)["state"]

    late = replace(of, settlement=replace(of.settlement, state="CLOSED"))
    old = receipts_for(of, NOW - timedelta(hours=25))
    checks: dict[str, Callable[[], bool]] = {
        "it goes on": lambda: go(cleared(subjects, good)).step.to_state == "IDENTIFIED",
        "the receipts are those of everybody": lambda: len(go(cleared(subjects, good)).receipts) == len(subjects),
        "it goes on by itself": lambda: decide(good).step.to_state == "IDENTIFIED",
        "an office goes on": lambda: advanced() == "IDENTIFIED",
        "no clearance": lambda: raises(lambda: go(None)),
        "what only looks like one": lambda: raises(lambda: go(type("X", (), {"receipts": tuple(good)})())),
        "an old one": lambda: raises(lambda: go(cleared(subjects, old))),
        "of older lists": lambda: raises(lambda: go(cleared(subjects, good), newer)),
        "of fewer": lambda: raises(lambda: go(cleared(subjects[1:], good[1:]))),
        "a forged one": lambda: raises(lambda: go(forged(hit(of, Outcome.REVIEW)))),
        "a receipt less": lambda: raises(lambda: decide(good[1:])),
        "old receipts": lambda: raises(lambda: decide(old)),
        "a hit stops": lambda: decide(hit(of, Outcome.REVIEW)).step.to_state == "REVIEW",
        "a late hit freezes": lambda: decide(hit(late, Outcome.LISTED), late).step.to_state == "FROZEN",
        "a list that is not fresh holds": lambda: decide(hit(of, Outcome.HOLD)).step.to_state == "HOLD",
        "stopping screens too": lambda: raises(lambda: stopped(State.RECALLED, good[1:])),
        "stopping screens lately": lambda: raises(lambda: stopped(State.RECALLED, old)),
        "stopping keeps the receipts": lambda: len(stopped(State.RECALLED, good).receipts) == len(subjects),
        "nothing is held without ground": lambda: raises(lambda: stopped(State.HOLD, good)),
        "a hold has its ground": lambda: stopped(State.HOLD, hit(of, Outcome.HOLD)).step.to_state == "HOLD",
        "recalling tells the hit": lambda: "r" in decide(hit(of, Outcome.REVIEW), to=State.RECALLED).step.reason,
    }  # fmt: skip
    return [name for name, holds in checks.items() if not _holds(holds)]


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False


# ------------------------------------------------------------------------------------------------------------------
def test_the_modules_as_they_are_pass_every_check():
    with loaded({}) as modules:
        assert failed_checks(modules) == []


CALLS = [
    (name, c.func.id, c.lineno, c.col_offset) for name in MODULES for c in demands(name) if isinstance(c.func, ast.Name)
]


def test_there_are_calls_to_take_out():
    assert len(CALLS) > 10
    assert {call for _, call, _, _ in CALLS} == set(DEMANDS)


@pytest.mark.parametrize(("name", "call", "line", "column"), CALLS)
def test_a_call_that_is_taken_out_is_missed(name: str, call: str, line: int, column: int):
    transformer = _Without(line, column)
    tree = ast.fix_missing_locations(transformer.visit(ast.parse(SOURCES[name])))
    assert transformer.done == 1
    with loaded({name: ast.unparse(tree)}) as modules:
        assert failed_checks(modules) != [], f"{name}.py:{line} goes on without {call}"
