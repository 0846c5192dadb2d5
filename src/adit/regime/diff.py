"""How two regimes differ, or one on two days: in dated values, in rules, in the answers to golden cases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from adit.regime.act import Regime, shape
from adit.regime.golden import SAYS_NOTHING, case_of, shown
from adit.regime.readers.case import evaluate
from adit.regime.values import Row, Value
from adit.terms.days import Period, parse_period
from adit.terms.errors import AditError
from adit.terms.fields import questions

__all__ = ["Change", "diff"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `layer`: value, rule, question, case; what stands on each side; the articles behind it."""

    layer: str
    name: str
    left: str
    right: str
    articles: str


def diff(a: Regime, on_a: date, b: Regime, on_b: date) -> list[Change]:
    """Every difference between `a` on one day and `b` on another. Raises NotInForce for a day before a regime."""
    a.spoken_on(on_a)
    b.spoken_on(on_b)
    return [*_values(a, on_a, b, on_b), *_rules(a, b), *_questions(a, b), *_cases(a, on_a, b, on_b)]


def _standing(regime: Regime, name: str, day: date) -> tuple[Value, list[Row]] | None:
    value = regime.values.get(name)
    if value is None:
        return None
    rows = [r for r in value.rows if r.status in regime.counts and r.stands_on(day)]
    return value, rows if value.kind == "bans" else rows[-1:]


def _text(found: tuple[Value, list[Row]] | None) -> str:
    if found is None:
        return "no such value"
    value, rows = found
    return "; ".join(sorted(value.content(row) for row in rows)) or "not in force"


def _values(a: Regime, on_a: date, b: Regime, on_b: date) -> Iterator[Change]:
    for name in dict.fromkeys([*a.values, *b.values]):
        left, right = _standing(a, name, on_a), _standing(b, name, on_b)
        if _text(left) != _text(right):
            cites = dict.fromkeys(row.cite for found in (left, right) if found for row in found[1])
            yield Change("value", name, _text(left), _text(right), "; ".join(cites))


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


def _cases(a: Regime, on_a: date, b: Regime, on_b: date) -> Iterator[Change]:
    """Golden cases of either regime, moved to the two days, whose answers differ."""
    one_of_each = {c.id or c.name: c for c in (*b.cases, *a.cases)}
    for golden in sorted(one_of_each.values(), key=lambda c: (c.id, c.name)):
        if not golden.covered:
            continue
        for name in golden.expect:
            answers = []
            for regime, day in ((a, on_a), (b, on_b)):
                if name not in regime.rules:
                    answers.append(SAYS_NOTHING)
                    continue
                try:
                    moved = _moved(golden.period, day)
                    case = case_of(
                        replace(golden, period=str(moved), earlier=(), expect={name: golden.expect[name]}), regime
                    )
                    answers.append(_said(shown(evaluate(regime, case).answer(name), regime.rules[name].type)))
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
