"""Which branch decided in the end, and where two laws part: through the rules below, down to the article.

`may_mine` says no because something stands in the way; what stands there, and by which decree, is said by the rule below.
Made from the reason codes alone, so that it serves one case and a table of a million rows alike.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from adit.regime.act import Regime, shape
from adit.regime.tree import (
    Banded,
    Brackets,
    DatedValue,
    DaysBanned,
    Expr,
    FirstMatch,
    InForce,
    InHours,
    Keyed,
    OneOf,
    RuleAnswer,
    Unless,
    walk,
)
from adit.regime.types import Bool, Word
from adit.regime.values import EVERYWHERE, Ban
from adit.terms.days import Period

__all__ = ["Cause", "Reason", "causes", "choosing", "deciding", "moved", "reading"]

NOWHERE = "not in force"
MOST_READINGS = 4  # bans that are told one by one
READS = DatedValue | InForce | Keyed | Brackets | Banded | InHours | DaysBanned | OneOf


@dataclass(frozen=True, slots=True)
class Reason:
    """The rule whose branch decided, the words of that branch, and its article."""

    rule: str
    because: str
    cites: str


@dataclass(frozen=True, slots=True)
class _Taken:
    because: str
    cites: str  # of the branch itself, or empty
    looked_at: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why two laws part in a case: a dated value that reads differently, or a rule that is another; with its article."""

    what: str
    cites: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a dated value says in a period, and by which articles; of bans several, of what is not in force nothing."""

    contents: tuple[str, ...]
    cites: tuple[str, ...]
    bans: frozenset[Ban] = frozenset()  # of which the contents tell only how many municipalities there are


def reading(regime: Regime, name: str, period: Period, known: date | None = None, region: str = "") -> Reading:
    """How a dated value reads in a period, of bans those that touch it, in one region if it is named."""
    value = regime.values.get(name)
    if value is None:
        return Reading((), ())
    if value.kind == "bans":
        touching = value.bans_within(period, regime.counts, known)
        rows = [r for r in touching if not region or r.value.region in (region, EVERYWHERE)]
    else:
        row = value.on(period.start, regime.counts, known)
        rows = [row] if row else []
    bans = frozenset(r.value for r in rows) if value.kind == "bans" else frozenset[Ban]()
    return Reading(tuple(sorted(value.content(r) for r in rows)), tuple(dict.fromkeys(r.cite for r in rows)), bans)


def moved(name: str, left: Reading, right: Reading) -> Cause | None:
    """How a dated value reads on the two sides, with the articles that are new, or None if it reads alike."""
    if (left.contents, left.bans) == (right.contents, right.bans):
        return None
    cites = "; ".join([c for c in right.cites if c not in left.cites] or right.cites or left.cites)
    if len(left.contents) + len(right.contents) > MOST_READINGS or left.contents == right.contents:
        return Cause(name, cites)
    return Cause(f"{name} {'; '.join(left.contents) or NOWHERE} -> {'; '.join(right.contents) or NOWHERE}", cites)


def choosing(regime: Regime, question: str) -> tuple[str, ...]:
    """The rules whose reason codes tell how a question was decided."""
    return tuple(r.name for r in regime.rules_for(question) if isinstance(r.tree, FirstMatch | Unless))


def deciding(regime: Regime, question: str, branches: Mapping[str, int]) -> Reason:
    """What decided a question, `branches` being the reason codes of the rules that choose."""
    rule = regime.rule(question)
    if question not in branches:
        return Reason(question, rule.sentence, rule.cites)
    taken = _taken(rule.tree, branches[question])
    below = _classifiers(regime, taken.looked_at)
    if taken.cites or len(below) != 1:
        return Reason(question, taken.because, taken.cites or rule.cites)
    return deciding(regime, below[0], branches)


def causes(
    a: Regime,
    b: Regime,
    question: str,
    codes: tuple[Mapping[str, int], Mapping[str, int]],
    moves: Callable[[str], Cause | None],
) -> list[Cause]:
    """Why `b` answers a question otherwise than `a`: what stands where the two ways through the rules part.

    A rule that is the same on both sides and takes another branch parts at the condition of the earlier of the two; one
    that takes the same branch, within its answer. `codes` are the reason codes of both sides, `moves` tells of a dated
    value whether it reads differently. An empty list: the reason lies in an earlier period, or in the days themselves.
    """
    found: dict[Cause, None] = {}
    seen: set[str] = set()

    def look(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        x, y = a.rules.get(name), b.rules.get(name)
        if x is None or y is None or _text(x.tree) != _text(y.tree):
            found[Cause(f"rule {name}", deciding(b, name, codes[1]).cites if y else "")] = None
            return
        for node in _parting(x.tree, codes[0].get(name), codes[1].get(name)):
            for n in walk(node):
                if isinstance(n, RuleAnswer):
                    look(n.name)
                elif isinstance(n, READS) and n.name:
                    cause = moves(n.name)
                    if cause:
                        found[cause] = None

    look(question)
    return list(found)


@lru_cache(maxsize=4096)
def _text(tree: Expr) -> str:
    return shape(tree)


def _parting(tree: Expr, i: int | None, j: int | None) -> tuple[Expr, ...]:
    """The nodes in which the reason lies, for one rule that took branch `i` on one side and `j` on the other."""
    if i is None or j is None:
        return (tree,)
    if isinstance(tree, FirstMatch):
        if i != j:
            return (tree.branches[min(i, j)].condition,)
        return (tree.branches[i].answer if i < len(tree.branches) else tree.otherwise,)
    assert isinstance(tree, Unless)
    if i != j:
        return tuple(tree.exceptions[n - 1].condition for n in (i, j) if n)
    return (tree.exceptions[i - 1].answer if i else tree.general,)


def _taken(tree: Expr, branch: int) -> _Taken:
    """A branch, numbered as in `Evaluation.branch`, with what was looked at to take it."""
    if isinstance(tree, FirstMatch):
        if branch < len(tree.branches):
            b = tree.branches[branch]
            return _Taken(b.because, b.cites, (b.condition, b.answer))
        return _Taken(tree.because, "", (*(b.condition for b in tree.branches), tree.otherwise))
    assert isinstance(tree, Unless)
    if branch == 0:
        return _Taken(tree.because, "", (tree.general,))
    x = tree.exceptions[branch - 1]
    return _Taken(f"{x.name}: {x.because}", x.cites, (x.condition, x.answer))


def _classifiers(regime: Regime, nodes: tuple[Expr, ...]) -> list[str]:
    """The rules among these that sort a case by a word or by yes and no; an amount is no reason."""

    def asked() -> Iterator[str]:
        for node in nodes:
            yield from (n.name for n in walk(node) if isinstance(n, RuleAnswer) and isinstance(n.type, Word | Bool))

    return [n for n in dict.fromkeys(asked()) if isinstance(regime.rules[n].tree, FirstMatch | Unless)]
