"""Runs the golden cases of a regime: each is a few facts, an expected answer, and the source of that answer."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from adit.regime.act import GoldenCase, Regime
from adit.regime.readers.case import Case, Evaluation, evaluate
from adit.regime.tree import Banded, Brackets, FirstMatch, Unless, walk
from adit.regime.types import Bool, Day, Number, Type, Word
from adit.regime.values import NEVER
from adit.terms.days import day_of, parse_period
from adit.terms.errors import AditError
from adit.terms.fields import presumed, read_fact

__all__ = [
    "CaseResult",
    "reached_answers",
    "reached_branches",
    "reached_slices",
    "run_case",
    "run_cases",
    "shown",
    "worked_out",
]

SAYS_NOTHING = "does not say"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one golden case came out: the answers that differ from what its source says, each with what was found."""

    case: GoldenCase
    differences: tuple[str, ...]
    error: str

    @property
    def passed(self) -> bool:
        return not self.differences and not self.error


def shown(value: Any, kind: Type) -> Any:
    """An answer as people write it: True, a word, a decimal number, a date; 'does not say' where the act is silent."""
    if value is None:
        return SAYS_NOTHING
    if isinstance(kind, Number):
        return kind.shown(value)
    return day_of(value) if isinstance(kind, Day) else value


def _facts(given: Mapping[str, object], needed: frozenset[str]) -> dict[str, Any]:
    stated = {name: read_fact(name, value) for name, value in given.items()}
    return presumed(needed) | stated


def case_of(golden: GoldenCase, regime: Regime) -> Case:
    """The golden case as facts, with the presumptions of the dictionary where it is silent."""
    needed = frozenset[str]().union(*(regime.required_facts(n) for n in golden.expect if n in regime.rules))
    earlier = tuple((parse_period(p), _facts(f, needed)) for p, f in golden.earlier)
    return Case(parse_period(golden.period), _facts(golden.given, needed), earlier)


def run_case(golden: GoldenCase, regime: Regime) -> CaseResult:
    """Run one case. An answer counts as equal only if it is exactly so; there is no margin."""
    differences: list[str] = []
    try:
        evaluation = evaluate(regime, case_of(golden, regime), golden.known)
        for name, expected in golden.expect.items():
            rule = regime.rules.get(name)
            found = shown(evaluation.answer(name), rule.type) if rule else SAYS_NOTHING
            if not _equal(found, expected):
                differences.append(f"{name}: expected {expected}, found {found}")
    except AditError as error:
        return CaseResult(golden, (), str(error))
    return CaseResult(golden, tuple(differences), "")


def _equal(found: Any, expected: Any) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, Decimal) and isinstance(expected, str):
        try:
            return found == Decimal(expected)
        except InvalidOperation:
            return False
    if isinstance(found, date) or isinstance(expected, str):
        return str(found) == str(expected)
    return bool(found == expected)


def run_cases(regime: Regime) -> list[CaseResult]:
    """All covered golden cases of the regime, in the order of their files."""
    return [run_case(c, regime) for c in regime.cases if c.covered]


def reached_branches(regime: Regime) -> dict[str, tuple[int, int]]:
    """For each rule of the act's own that chooses: how many branches the golden cases reach, of how many. A test of tests."""
    reached: dict[str, set[int]] = {
        name: set()
        for name, rule in regime.rules.items()
        if name in regime.own and isinstance(rule.tree, FirstMatch | Unless)
    }
    for evaluation in worked_out(regime):
        for name, branch in evaluation.branches_taken().items():
            if name in reached:
                reached[name].add(branch)
    return {name: (len(seen), _branches(regime, name)) for name, seen in reached.items()}


def reached_answers(regime: Regime) -> dict[str, tuple[frozenset[Any], frozenset[Any]]]:
    """For each own rule that answers with a word or with yes or no: the answers that the golden cases reach, of which."""
    possible: dict[str, frozenset[Any]] = {}
    for name, rule in regime.rules.items():
        if name in regime.own and isinstance(rule.type, Word | Bool):
            words = frozenset[Any](rule.type.words if isinstance(rule.type, Word) else (True, False))
            possible[name] = words | {None} if rule.type.absent else words
    reached: dict[str, set[Any]] = {name: set() for name in possible}
    for evaluation in worked_out(regime):
        for name, answer in evaluation.answers().items():
            if name in reached:
                reached[name].add(answer)
    return {name: (frozenset(reached[name]), words) for name, words in possible.items()}


def reached_slices(regime: Regime) -> dict[str, tuple[int, int]]:
    """For each own scale of brackets or bands: how many of its slices the golden cases reach, of how many in all its rows."""
    rows = {
        name: [row for row in value.rows if row.status in regime.counts and row.first != NEVER]
        for name, value in regime.values.items()
        if name in regime.own and value.kind in ("brackets", "bands") and not value.record
    }
    reached: dict[str, set[tuple[date, int]]] = {name: set() for name in rows}
    for evaluation in worked_out(regime):
        for rule in evaluation.answers():
            for node in walk(regime.rules[rule].tree):
                if isinstance(node, Brackets | Banded) and node.name in reached:
                    with suppress(AditError, TypeError):  # a node of a branch that is not taken may have no answer
                        slice_ = evaluation.slice(node)
                        if slice_ is not None:
                            reached[node.name].add(slice_)
    return {name: (len(seen), sum(len(r.value) for r in rows[name])) for name, seen in reached.items()}


def worked_out(regime: Regime) -> Iterator[Evaluation]:
    """The golden cases, with every rule worked out that their answers rest on; not those that cannot be decided."""
    for golden in regime.cases:
        if golden.covered:
            with suppress(AditError):
                evaluation = evaluate(regime, case_of(golden, regime), golden.known)
                for name in golden.expect:
                    if name in regime.rules:
                        evaluation.answer(name)
                yield evaluation


def _branches(regime: Regime, name: str) -> int:
    tree = regime.rules[name].tree
    assert isinstance(tree, FirstMatch | Unless)
    return len(tree.branches if isinstance(tree, FirstMatch) else tree.exceptions) + 1
