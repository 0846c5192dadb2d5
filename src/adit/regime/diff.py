"""How two regimes differ, or one on two days: in dated values, in rules, in the answers to golden cases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adit.regime.act import Regime, shape
from adit.regime.golden import SAYS_NOTHING, case_of, shown
from adit.regime.readers.case import evaluate
from adit.regime.values import Ban, Row, Value
from adit.terms.days import Period, parse_period
from adit.terms.errors import AditError
from adit.terms.fields import questions

__all__ = ["Change", "Side", "diff"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `layer`: value, rule, question, case; what stands on each side; the articles behind it."""

    layer: str
    name: str
    left: str
    right: str
    articles: str


@dataclass(frozen=True, slots=True)
class Side:
    """A regime on a day, as known on another (None: by all that was published)."""

    regime: Regime
    day: date
    known: date | None = None

    @property
    def period(self) -> Period:
        """The day alone."""
        return Period(self.day, self.day + timedelta(days=1))


def diff(a: Side, b: Side) -> list[Change]:
    """Every difference between the two sides. Raises NotInForce for a day before a regime."""
    for side in (a, b):
        side.regime.spoken_on(side.day)
    return [*_values(a, b), *_rules(a.regime, b.regime), *_questions(a.regime, b.regime), *_cases(a, b)]


def _standing(side: Side, name: str) -> tuple[Value, list[Row]] | None:
    value = side.regime.values.get(name)
    if value is None:
        return None
    counts = [r for r in value.rows if r.status in side.regime.counts and r.stands_on(side.day)]
    rows = [r for r in counts if side.known is None or r.published <= side.known]
    return value, rows if value.kind == "bans" else rows[-1:]


def _text(found: tuple[Value, list[Row]] | None, other: tuple[Value, list[Row]] | None) -> str:
    """What a side says; of bans only those that the other has not."""
    if found is None:
        return "no such value"
    value, rows = found
    if not rows:
        return "not in force"
    if value.kind != "bans" or other is None:
        return "; ".join(sorted(value.content(row) for row in rows))
    return "; ".join(sorted(_ban(value, row, other[1]) for row in _only(rows, other[1]))) or "no other"


def _only(rows: list[Row], others: list[Row]) -> list[Row]:
    """The rows whose value the others have not."""
    theirs = [row.value for row in others]
    return [row for row in rows if row.value not in theirs]


def _ban(value: Value, row: Row, others: list[Row]) -> str:
    """A ban; with the municipalities that are new, where the other side has one of the same extent."""
    same: list[Ban] = [r.value for r in others if value.content(r) == value.content(row)]
    new = row.value.municipalities.difference(*(b.municipalities for b in same)) if same else ()
    return value.content(row) + (f" with {', '.join(sorted(new))}" if new else "")


def _values(a: Side, b: Side) -> Iterator[Change]:
    for name in dict.fromkeys([*a.regime.values, *b.regime.values]):
        left, right = _standing(a, name), _standing(b, name)
        before, now = _text(left, right), _text(right, left)
        rows, others = (found[1] if found else [] for found in (left, right))
        bans = any(found and found[0].kind == "bans" for found in (left, right))
        changed = [*_only(rows, others), *_only(others, rows)] if bans else [*rows, *others]
        if before != now or (bans and changed):
            yield Change("value", name, before, now, "; ".join(dict.fromkeys(row.cite for row in changed)))


def _rules(a: Regime, b: Regime) -> Iterator[Change]:
    for name in dict.fromkeys([*a.rules, *b.rules]):
        left, right = a.rules.get(name), b.rules.get(name)
        if left and right and shape(left.tree) == shape(right.tree) and left.cites == right.cites:
            continue
        cites = dict.fromkeys(r.cites for r in (left, right) if r)
        yield Change(
            "rule",
            name,
            left.sentence if left else "no such rule",
            right.sentence if right else "no such rule",
            "; ".join(cites),
        )


def _questions(a: Regime, b: Regime) -> Iterator[Change]:
    for name in questions():
        says_a, says_b = name in a.rules, name in b.rules
        if says_a != says_b:
            silent = (b if says_a else a).silent.get(name, "not treated")
            yield Change(
                "question", name, "answers" if says_a else SAYS_NOTHING, "answers" if says_b else SAYS_NOTHING, silent
            )


def _cases(a: Side, b: Side) -> Iterator[Change]:
    """Golden cases of either regime, moved to the two days, whose answers differ."""
    one_of_each = {c.id or c.name: c for c in (*b.regime.cases, *a.regime.cases)}
    for golden in sorted(one_of_each.values(), key=lambda c: (c.id, c.name)):
        if not golden.covered:
            continue
        for name in golden.expect:
            answers = []
            for side in (a, b):
                regime = side.regime
                if name not in regime.rules:
                    answers.append(SAYS_NOTHING)
                    continue
                try:
                    moved = _moved(golden.period, side.day)
                    case = case_of(
                        replace(golden, period=str(moved), earlier=(), expect={name: golden.expect[name]}), regime
                    )
                    answers.append(
                        _said(shown(evaluate(regime, case, side.known).answer(name), regime.rules[name].type))
                    )
                except AditError as error:
                    answers.append(error.what)
            if answers[0] != answers[1]:
                yield Change("case", f"{golden.id or golden.name}: {name}", answers[0], answers[1], golden.source)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)


def _moved(text: str, day: date) -> Period:
    """The day, month or year of the case, moved to the day that is asked about."""
    length = len(text.split("-"))
    return parse_period("-".join(day.isoformat().split("-")[:length]))
