"""Each rule of two laws: the same in every case, or the smallest case in which they part; needs z3.

Two laws: two regimes on a day each, or one as it was known on two days. A proof covers every case of that one day; a sum
over the year is that of a subject's first period. Not here: how z3 is asked (`readers.proof`), which values and rules
read differently (`diff`), what it means for a population (`decision.effects`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adit.regime.act import Regime, Rule, shape
from adit.regime.binding import type_of_field
from adit.regime.deciding import Cause, causes, choosing, deciding, moved, reading
from adit.regime.diff import Side
from adit.regime.explain import unit_text
from adit.regime.golden import shown
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.proof import equal
from adit.regime.tree import DatedValue, InForce, NextMonth, PeriodStart, walk
from adit.regime.types import same_kind
from adit.regime.values import Ban
from adit.terms.days import overlap_days
from adit.terms.errors import Conflict, NotDecided, NotInForce
from adit.terms.fields import facts as all_facts
from adit.terms.fields import presumed, questions

__all__ = ["Said", "Stated", "Verdict", "compare"]

SAME_LAW, EQUAL, DIFFERS, OPEN = "same law", "proved equal", "differs", "not proved"


@dataclass(frozen=True, slots=True)
class Said:
    """What one side answers in the case, and why; the answer None: the act does not say."""

    answer: Any
    unit: str
    because: str
    cites: str
    decided: bool = True  # False: `because` says what stands in the way


@dataclass(frozen=True, slots=True)
class Stated:
    """One fact of a case, as people write it."""

    fact: str
    value: Any
    unit: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one rule stands on both sides. `same law`, `proved equal`, `differs` with its case, `not proved` with the reason."""

    rule: str
    verdict: str
    note: str = ""
    case: tuple[Stated, ...] = ()  # the facts that are not as presumed
    left: Said | None = None
    right: Said | None = None
    parted: tuple[Cause, ...] = ()  # where the two laws part in that case


def compare(
    a: Side,
    b: Side,
    rules: Sequence[str] = (),
    *,
    seconds: float = 2.0,
    step: Callable[[str], None] = lambda _: None,
) -> Iterator[Verdict]:
    """A verdict on each of these rules, or on every rule that both sides have; questions first.

    `seconds` are for each thing asked of z3. Raises UnknownName for a rule that a side has not, NotInForce for a day
    before a regime.
    """
    for side in (a, b):
        side.regime.spoken_on(side.day)
    both = [n for n in a.regime.rules if n in b.regime.rules]
    names = [*rules] or [*(n for n in questions() if n in both), *(n for n in both if n not in questions())]
    for n, name in enumerate(names, 1):
        step(f"proofs, rule {n} of {len(names)}")
        yield _verdict(a, b, name, seconds)


def _verdict(a: Side, b: Side, name: str, seconds: float) -> Verdict:
    x, y = a.regime.rule(name), b.regime.rule(name)
    if _law(a, x) == _law(b, y):
        moves = a.day != b.day and _reads_the_calendar(a.regime, name)
        return Verdict(name, SAME_LAW, "its answer follows the calendar" if moves else "")
    if not same_kind(x.type, y.type):
        return Verdict(name, OPEN, f"it answers with a {x.type} on one side and a {y.type} on the other")
    try:
        case = equal(
            a.regime, name, b.regime, a.period, then=b.period, known=a.known, then_known=b.known, seconds=seconds
        )
    except NotDecided as error:
        return Verdict(name, OPEN, error.what)
    return Verdict(name, EQUAL) if case is None else _told(a, b, name, case)


# The same law -----------------------------------------------------------------------------------------------------
def _law(side: Side, rule: Rule) -> tuple[Any, ...]:
    """All that the rule and those below it say, and all that they read of the act on the day."""
    below = side.regime.rules_for(rule.name)
    names = sorted(frozenset[str]().union(*(r.values for r in below)))
    other_days = {
        n.name for r in below for n in walk(r.tree) if isinstance(n, DatedValue | InForce) and n.on is not None
    }
    over_time = [
        (n, [(day, row and row.value) for day, row in side.regime.values[n].spans(side.regime.counts, side.known)])
        for n in sorted(other_days)
    ]
    return [(r.name, shape(r.tree)) for r in below], [(n, _reads(side, n)) for n in names], over_time


def _reads(side: Side, name: str) -> Any:
    value = side.regime.values[name]
    if value.kind != "bans":
        row = value.on(side.day, side.regime.counts, side.known)
        return row and (value.places, value.by_places, row.value)
    rows = list(value.bans_within(side.period, side.regime.counts, side.known))
    bans: list[Ban] = [r.value for r in rows if [*overlap_days(side.period, r.first, r.through, r.value.season)]]
    return bool(rows), {(b.region, b.municipalities, b.listed, b.but_not) for b in bans}


def _reads_the_calendar(regime: Regime, name: str) -> bool:
    return any(isinstance(n, PeriodStart | NextMonth) for r in regime.rules_for(name) for n in walk(r.tree))


# The case ---------------------------------------------------------------------------------------------------------
def _told(a: Side, b: Side, name: str, case: Mapping[str, Any]) -> Verdict:
    """The case in words. The case reader has the last word on both sides: where it sees no difference, we are wrong."""
    (left, codes_left), (right, codes_right) = _said(a, name, case), _said(b, name, case)
    assert (left.answer, left.decided) != (right.answer, right.decided), (name, case)
    assumed = presumed(case)
    stated = []
    for fact, value in sorted(case.items()):
        if fact not in assumed or assumed[fact] != value:
            kind = type_of_field(all_facts()[fact], b.regime.currency)
            stated.append(Stated(fact, shown(value, kind), unit_text(kind)))
    region = str(case.get("region", ""))

    def moves(value: str) -> Cause | None:
        return moved(value, *(reading(s.regime, value, s.period, s.known, region) for s in (a, b)))

    decided = left.decided and right.decided
    parted = causes(a.regime, b.regime, name, (codes_left, codes_right), moves) if decided else []
    return Verdict(name, DIFFERS, "", tuple(stated), left, right, tuple(parted))


def _said(side: Side, name: str, case: Mapping[str, Any]) -> tuple[Said, Mapping[str, int]]:
    """What the side answers, and the reason codes."""
    evaluation = evaluate(side.regime, Case(side.period, case), side.known)
    kind = side.regime.rule(name).type
    try:
        answer = evaluation.answer(name)
    except (Conflict, NotInForce) as error:
        return Said(None, "", error.what, "", decided=False), {}
    codes = {n: b for n in choosing(side.regime, name) if (b := evaluation.branch(n)) is not None}
    reason = deciding(side.regime, name, codes)
    return Said(None if answer is None else shown(answer, kind), unit_text(kind), reason.because, reason.cites), codes
