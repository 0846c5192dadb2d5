"""A golden case notices when a number of the law is changed: each is moved a little, and some case has to fail.

First by one smallest unit up and down; where rounding to whole roubles hides so little, by a tenth.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import pytest

from adit.law import load, names
from adit.regime import golden
from adit.regime.act import Regime
from adit.regime.values import Bracket, Row, Value
from adit.terms.days import MINUTES_A_DAY

Step = TypeVar("Step")

NO_NUMBERS = ("ru/deputies_bill_2022", "us/missoula_county", "us/montana", "us/new_york")

# Numbers whose change no case can notice, and why.
EXCEPTIONS = {
    ("ru/law", "profit_tax_rate from 2021-01-01"): "the rate of 2024: coins were not counted as income before 2025",
    ("ru/finance_ministry_2022", "limit_test_passed from 2023-01-01, published 2022-02-18"): "superseded by the revised text",
    ("ru/finance_ministry_2022", "limit_without_test from 2023-01-01, published 2022-02-18"): "superseded by the revised text",
    ("ru/finance_ministry_2022", "official_fine_min from 2022-02-08 payment"): "no rule reads the fines of officials",
    ("ru/finance_ministry_2022", "official_fine_min from 2022-02-08 circulation"): "no rule reads the fines of officials",
    ("ru/finance_ministry_2022", "official_fine_max from 2022-02-08 payment"): "no rule reads the fines of officials",
    ("ru/finance_ministry_2022", "official_fine_max from 2022-02-08 circulation"): "no rule reads the fines of officials",
    ("us/federal_dame", "rate from 2025-01-01, published 2023-03-01"): "superseded by the text of 2024",
    ("us/federal_dame", "rate from 2026-01-01, published 2023-03-01"): "superseded by the text of 2024",
}  # fmt: skip


def _numbers(value: Value, row: Row) -> Iterator[tuple[str, int, Mapping[int, object]]]:
    """Each number of a row: what to call it, and the row's value with the number moved by so much."""
    label = f"{value.name} from {row.first}"
    if sum(r.first == row.first for r in value.rows) > 1:
        label += f", published {row.published}"
    v = row.value
    if value.kind in ("number", "clock"):
        yield label, v, {d: v + d for d in _shifts(v)}
    elif value.kind == "table":
        for key, n in v.items():
            yield f"{label} {key}", n, {d: {**v, key: n + d} for d in _shifts(n)}
    elif value.kind == "brackets":
        for i, b in enumerate(v):
            yield f"{label} rate {i}", b.rate, {d: _put(v, i, Bracket(b.above, b.rate + d)) for d in _shifts(b.rate)}
            if i:
                moved = {d: _put(v, i, Bracket(b.above + d, b.rate)) for d in _shifts(b.above)}
                yield f"{label} threshold {i}", b.above, moved
    elif value.kind == "bands":
        for i, band in enumerate(v):
            moved = {d: _put(v, i, replace(band, value=band.value + d)) for d in _shifts(band.value)}
            yield f"{label} value {i}", band.value, moved
            if band.start:
                moved = {d: _put(v, i, replace(band, start=band.start + d)) for d in _shifts(band.start)}
                yield f"{label} band {i}", band.start, moved
    elif value.kind == "hours":
        yield f"{label} first", v.first, {d: replace(v, first=(v.first + d) % MINUTES_A_DAY) for d in (1, -1)}
        yield f"{label} last", v.last, {d: replace(v, last=(v.last + d) % MINUTES_A_DAY) for d in (1, -1)}


def _shifts(n: int) -> list[int]:
    """One smallest unit up and down, and a tenth up and down where that is more."""
    tenth = abs(n) // 10
    return [1, -1, *([tenth, -tenth] if tenth > 1 else [])]


def _put(scale: tuple[Step, ...], i: int, step: Step) -> tuple[Step, ...]:
    return (*scale[:i], step, *scale[i + 1 :])


def _noticed(regime: Regime, value: Value, row: Row, moved: object) -> bool:
    rows = tuple(replace(r, value=moved) if r is row else r for r in value.rows)
    changed = replace(regime, values={**regime.values, value.name: replace(value, rows=rows)})
    readers = {name for name in regime.rules if value.name in _read_by(regime, name)}
    asked = (c for c in regime.cases if c.covered and readers & set(c.expect))
    return any(golden.run_case(case, changed).differences for case in asked)


def _read_by(regime: Regime, rule: str) -> frozenset[str]:
    """The values that an answer rests on, through other rules too."""
    r = regime.rules[rule]
    return r.values.union(*(_read_by(regime, other) for other in r.rules))


def _unnoticed(regime: Regime) -> tuple[list[str], int]:
    names, count = [], 0
    inherited = load(regime.reform_of).values if regime.reform_of else {}
    for value in regime.values.values():
        if value is inherited.get(value.name):
            continue  # tried with the regime that it comes from
        for row in value.rows:
            if row.status not in regime.counts:
                continue
            for label, _, moved in _numbers(value, row):
                count += 1
                deltas = list(moved)
                small, large = deltas[:2], deltas[2:]
                if not any(
                    step and all(_noticed(regime, value, row, moved[d]) for d in step) for step in (small, large)
                ):
                    names.append(label)
    return names, count


@pytest.mark.parametrize("name", names())
def test_a_changed_number_makes_a_golden_case_fail(name: str) -> None:
    unnoticed, count = _unnoticed(load(name))
    assert count >= (0 if name in NO_NUMBERS else 1)
    assert set(unnoticed) == {label for regime, label in EXCEPTIONS if regime == name}
