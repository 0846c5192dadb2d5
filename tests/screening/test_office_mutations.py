"""Each call of a check is taken out of the screener in turn, by rewriting the syntax tree of its module; a check of this file has to fail each time."""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.screening.test_office_screen import (
    AT,
    COMPANY,
    HIT,
    HOLDING,
    NOTHING,
    ON,
    SELLER,
    STRANGER,
    Second,
    cleared,
    loaded,
    owned,
    receipt,
)

import adit.screening
from adit.screening.clearings import Settled, Waiver
from adit.screening.ownership import Holding
from adit.screening.receipts import Outcome
from adit.screening.states import State
from adit.screening.subjects import Subject

MODULES = ("clearings", "ownership", "owner_hits", "screen")  # in the order in which they build on one another
# a call that finds, holds or keeps open -> what stands in its place when it is taken out
DEMANDS = {
    "hits": "()", "address_hits": "()", "seconded": "None", "_second": "None", "candidates": "()", "either": "found", "direct": "Found()", "owner_hits": "()",
    "ownership.reached_by_listed": "{}", "_owned": "(lambda subject: Found())", "_together": "found[s.digest]", "_above": "frozenset(s.digest for s in known_s)",
    "_held": "0", "_taken": "own", "_products": "dict.fromkeys(own, 0)", "_near": "[]", "sort_hits": "sort_hits((), Settled(), on)", "c.is_of": "True", "c.stands": "True",
    "index_entries": "index_entries(())", "index_of": "index_of(())", "_asked": "None", "lacking.append": "None", "missing.append": "None",
}  # fmt: skip
HERE = Path(adit.screening.__file__).parent
SOURCES = {name: (HERE / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}


def _name(node: ast.AST) -> str:
    return (
        ast.unparse(node.func) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) else ""
    )


def demands(name: str) -> list[ast.Call]:
    return [n for n in ast.walk(ast.parse(SOURCES[name])) if isinstance(n, ast.Call) and _name(n) in DEMANDS]


class _Without(ast.NodeTransformer):
    def __init__(self, line: int, column: int) -> None:
        self.at = (line, column)
        self.done = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = _name(node)
        if (node.lineno, node.col_offset) == self.at and called in DEMANDS:
            self.done += 1
            text = DEMANDS[called]
            if called == "_above":  # of `_above(these, holdings)` these alone are left
                text = f"frozenset({ast.unparse(node.args[0])})" if len(node.args) == 2 else "{}"
            return ast.parse(text, mode="eval").body
        self.generic_visit(node)
        return node


@contextmanager
def loaded_anew(mutant: Mapping[str, str]) -> Iterator[dict[str, ModuleType]]:
    """The modules, made anew from their source or from that of a mutant, and seen by each other alone."""
    kept = {n: sys.modules[f"adit.screening.{n}"] for n in MODULES}
    made: dict[str, ModuleType] = {}
    try:
        for n in MODULES:
            module = ModuleType(f"adit.screening.{n}")
            sys.modules[f"adit.screening.{n}"] = module
            setattr(adit.screening, n, module)
            exec(compile(mutant.get(n) or SOURCES[n], n, "exec"), module.__dict__)
            made[n] = module
        yield made
    finally:
        for n, module in kept.items():
            sys.modules[f"adit.screening.{n}"] = module
            setattr(adit.screening, n, module)


# The checks -------------------------------------------------------------------------------------------------------
def failed_checks(modules: Mapping[str, ModuleType]) -> list[str]:
    of = modules["screen"]
    lists = (loaded(), loaded(list_id="national", entries=(COMPANY,)))

    def outcome(subject: Subject, ready: Any = None, settled: Settled = NOTHING, owners: Any = None) -> str:
        graph = owners or of.Owners({}, ())
        found = of.screen(subject, ready or of.prepare(lists), settled, graph, at=AT, on=ON)
        return str(found.outcome.value)

    def second(answer: float, missing: tuple[str, ...] = ()) -> Any:
        return of.prepare(lists, [Second(lambda: answer)], missing)

    found, stale = receipt(HIT), (*lists, loaded(State.STALE, list_id="third", entries=()))
    near = Subject("person", ("Ruslan Qadiri Omar",))
    graph, innocent = owned(), owned(person=STRANGER)
    address = Subject("address", address="1BoatSLRHtKNngkdXEeobR76b53LETtpyT")
    newer = Settled({HIT.digest: tuple(replace(c, engine="older") for c in cleared(found).clearings[HIT.digest])})
    expired = cleared(found, until=ON - timedelta(1))
    waiver = Waiver("waiver-1", "third", "a" * 64, "STALE", "r", ON)
    p, o, m, x = (Subject("person", (n,)) for n in ("Ruslan Qadirov", "Otto Nimmer", "Mira Kolb", "Xaver Lux"))
    crossed = of.Owners(
        {s.digest: s for s in (p, o, m)},
        tuple(
            Holding(a.digest, b.digest, n * 10_000)
            for a, b, n in ((p, x, 40), (p, m, 49), (o, m, 51), (m, x, 40), (o, x, 20))
        ),
    )
    unknown = of.Owners({}, (Holding("f" * 64, SELLER.digest, 1_000_000),))
    wrong = of.Owners(innocent.subjects, (Holding(HOLDING.digest, SELLER.digest, 2_000_000),))
    open_ = of.Owners(
        {HIT.digest: HIT, o.digest: o},
        (Holding(HIT.digest, SELLER.digest, 300_000), Holding(o.digest, SELLER.digest, 400_000)),
    )
    few = of.Owners(
        {HIT.digest: HIT, o.digest: o},
        (Holding(HIT.digest, SELLER.digest, 100_000), Holding(o.digest, SELLER.digest, 900_000)),
    )

    class Broken:
        name, least = "broken/1", 700

        def compare(self, ours: Any, theirs: Any) -> float:
            raise RuntimeError

    class Twisted:
        """An engine without a name: the check itself ends with an error."""

        name = "twisted/1"

        @property
        def least(self) -> int:
            raise RuntimeError

        def compare(self, ours: Any, theirs: Any) -> float:
            return 0.9

    expected = {
        "a stranger is clear": (outcome, (STRANGER,), "clear"),
        "a name": (outcome, (HIT,), "review"),
        "an address": (outcome, (address,), "review"),
        "a second engine finds": (outcome, (near, second(0.95)), "review"),
        "a second engine finds nothing": (outcome, (near, second(0.1)), "clear"),
        "a second engine is asked about those that are near alone": (outcome, (STRANGER, second(0.95)), "clear"),
        "a second engine fails": (outcome, (near, of.prepare(lists, [Broken()])), "hold"),
        "a second engine cannot be asked": (outcome, (near, of.prepare(lists, [Twisted()])), "hold"),
        "an engine is lacking": (outcome, (STRANGER, second(0.1, ("lacking",))), "hold"),
        "a list is not fresh": (outcome, (STRANGER, of.prepare(stale)), "hold"),
        "no list": (outcome, (STRANGER, of.prepare([])), "hold"),
        "a name without letters": (outcome, (Subject("person", ("???",)),), "hold"),
        "a waiver": (outcome, (STRANGER, of.prepare(stale), Settled(waivers=(waiver,))), "review"),
        "no waiver for another day": (outcome, (STRANGER, of.prepare(stale), Settled(waivers=(replace(waiver, expires_on=ON - timedelta(1)),))), "hold"),
        "cleared": (outcome, (HIT, None, cleared(found)), "clear"),
        "confirmed": (outcome, (HIT, None, cleared(found, "confirmed")), "listed"),
        "cleared by another engine": (outcome, (HIT, None, newer), "review"),
        "cleared and expired": (outcome, (HIT, None, expired), "review"),
        "an owner through two layers": (outcome, (SELLER, None, Settled(), graph), "review"),
        "owners that are nobody": (outcome, (SELLER, None, Settled(), innocent), "clear"),
        "an owner by the product alone": (outcome, (x, None, Settled(), crossed), "review"),
        "an owner that perhaps has half": (outcome, (SELLER, None, Settled(), open_), "review"),
        "an owner that has little": (outcome, (SELLER, None, Settled(), few), "clear"),
        "an owner that was cleared": (outcome, (SELLER, None, cleared(found), graph), "clear"),
        "an owner of whom nothing is stated": (outcome, (SELLER, None, Settled(), unknown), "hold"),
        "a share that cannot be": (outcome, (SELLER, None, Settled(), wrong), "hold"),
        "an owner whose name cannot be compared": (outcome, (SELLER, None, Settled(), owned(person=Subject("person", ("???",)))), "hold"),
    }  # fmt: skip
    both = of.screen(SELLER, of.prepare(lists), Settled(), graph, at=AT, on=ON)
    sure, words = modules["ownership"], " ".join(both.reasons)
    below = of.Owners(
        {HIT.digest: HIT, o.digest: o, x.digest: x},
        (Holding(HIT.digest, x.digest, 300_000), Holding(x.digest, SELLER.digest, 900_000), Holding(o.digest, SELLER.digest, 100_000)),
    )  # fmt: skip
    expected["an owner that perhaps hands it down"] = (outcome, (SELLER, None, Settled(), below), "review")
    two = [Holding("p", "m", 510_000), Holding("m", "x", 510_000)]
    told = {
        "the owner is told": "hold 51 % of" in words,
        "it is told for sure": "With what is not declared" not in words,
        "the cascade alone": sure.cascade(["p"], two) == {"m": 510_000, "x": 510_000},
    }
    return [n for n, (work, given, want) in expected.items() if not _gives(work, given, want)] + [n for n, so in told.items() if not so]  # fmt: skip


def _gives(work: Callable[..., str], given: tuple[Any, ...], want: str) -> bool:
    try:
        return work(*given) == want
    except Exception:
        return False


def _failed(modules: Mapping[str, ModuleType]) -> list[str]:
    try:
        return failed_checks(modules)
    except Exception as error:
        return [type(error).__name__]


def test_the_modules_as_they_are_pass_every_check():
    with loaded_anew({}) as modules:
        assert failed_checks(modules) == []
    assert Outcome.CLEAR.value == "clear"


CALLS = [(name, _name(c), c.lineno, c.col_offset) for name in MODULES for c in demands(name)]


def test_there_are_calls_to_take_out():
    assert len(CALLS) > 25
    assert {call for _, call, _, _ in CALLS} == set(DEMANDS)


@pytest.mark.parametrize(("name", "call", "line", "column"), CALLS)
def test_a_call_that_is_taken_out_is_missed(name: str, call: str, line: int, column: int):
    transformer = _Without(line, column)
    tree = ast.fix_missing_locations(transformer.visit(ast.parse(SOURCES[name])))
    assert transformer.done == 1
    with loaded_anew({name: ast.unparse(tree)}) as modules:
        assert _failed(modules) != [], f"{name}.py:{line} goes on without {call}"
