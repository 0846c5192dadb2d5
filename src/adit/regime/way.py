"""The way of a case through a rule: what was looked at, which branch decided, and which would have come next."""

from dataclasses import dataclass
from functools import lru_cache

from adit.regime.act import Rule
from adit.regime.explanation import NextBranch
from adit.regime.golden import shown
from adit.regime.readers.case import Evaluation
from adit.regime.tree import (
    And,
    Banded,
    Brackets,
    Comparison,
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
    RuleAnswer,
    Unless,
    children,
    walk,
)
from adit.terms.errors import AditError

__all__ = ["VALUED", "Way", "way_through"]


@dataclass(slots=True)
class Way:
    """How a case went through a rule: all nodes that were looked at, those of the deciding branch, those that decided."""

    looked_at: list[Expr]
    turned_on: list[Expr]
    deciding: list[Expr]
    branch: int | None = None
    because: str = ""
    cites: str = ""
    next: NextBranch | None = None


def way_through(e: Evaluation, rule: Rule) -> Way:
    tree = rule.tree
    if isinstance(tree, FirstMatch):
        return _first_match(e, tree, rule)
    if isinstance(tree, Unless):
        return _unless(e, tree, rule)
    nodes: list[Expr] = []
    _look(e, tree, nodes)
    return Way(nodes, nodes, [])


def _first_match(e: Evaluation, tree: FirstMatch, rule: Rule) -> Way:
    looked_at: list[Expr] = []
    for i, branch in enumerate(tree.branches):
        of_condition: list[Expr] = []
        held = _held(e, branch.condition, of_condition)
        looked_at += of_condition
        if held:
            of_answer: list[Expr] = []
            _look(e, branch.answer, of_answer)
            following = _next_match(e, tree, rule, i + 1)
            return Way(
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
    return Way(looked_at + of_answer, of_answer, looked_at, len(tree.branches), tree.because)


def _unless(e: Evaluation, tree: Unless, rule: Rule) -> Way:
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
        return Way(looked_at + of_answer, of_answer, [], 0, tree.because)
    held = tree.exceptions[found]
    _look(e, held.answer, of_answer)
    because = f"{held.name}: {held.because}"
    following = _next_exception(e, tree, rule, found + 1)
    return Way(looked_at + of_answer, of_held + of_answer, of_held, found + 1, because, held.cites, following)


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
VALUED = (DatedValue, InForce, Keyed, Banded, Brackets, InHours, OneOf, DaysBanned)
_TOLD = (Fact, RuleAnswer, Comparison, *VALUED)
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
