"""What is proved equal is equal in every case that is tried; what differs differs in the case that is shown, and there least."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.regime.acts import LIMIT, act, rule
from tests.regime.populations import population
from tests.regime.test_readers_agree import MONTHS, everything

from adit import law
from adit.regime.act import Regime
from adit.regime.deciding import Cause
from adit.regime.diff import Side
from adit.regime.equivalence import Stated, Verdict, compare
from adit.regime.readers.case import Case, evaluate
from adit.regime.reform import reformed
from adit.regime.types import Number
from adit.regime.values import Value
from adit.terms.errors import Conflict, NotInForce, UnknownName

NEW_YEAR = (date(2024, 12, 31), date(2025, 1, 1))


def verdicts(sides: Iterable[Side], *rules: str) -> dict[str, Verdict]:
    a, b = sides
    return {v.rule: v for v in compare(a, b, rules, seconds=2)}


def answer(side: Side, name: str, facts: dict[str, object]) -> object:
    try:
        found = evaluate(side.regime, Case(side.period, facts), side.known).answer(name)
    except (Conflict, NotInForce):
        return "not decided"
    kind = side.regime.rules[name].type
    return kind.shown(found) if isinstance(kind, Number) and found is not None else found


def contradictions(a: Side, b: Side, seed: int, subjects: int) -> tuple[int, int]:
    """Try random cases at the edges of both acts on what is said to be equal; how many rules differ, how many were tried."""
    found = verdicts([a, b])
    assert found
    assert {v.verdict for v in found.values()} <= {"same law", "proved equal", "differs"}
    alike = [n for n, v in found.items() if v.verdict != "differs" and not v.note]
    for side in (a, b):
        for row in population(side.regime, MONTHS[:1], subjects, Random(seed)):
            for name in alike:
                if all(s.regime.required_facts(name) <= row.facts.keys() for s in (a, b)):
                    assert answer(a, name, row.facts) == answer(b, name, row.facts), (name, row.facts)
    return len(found) - len(alike), len(alike)


def nudged(regime: Regime, name: str, on: date) -> Regime:
    """The regime with one number of one value larger by its smallest unit from that day."""
    value: Value = regime.values[name]
    row = replace(next(r for r in value.rows if r.stands_on(on)), first=on, status=min(regime.counts))
    return reformed(regime, "x", "x", {name: replace(value, rows=(replace(row, value=row.value + 1),))})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Side(law.load("ru/law"), NEW_YEAR[0]), Side(law.load("ru/law"), NEW_YEAR[1])),
        (Side(law.load("ru/law"), date(2025, 4, 10), date(2025, 1, 1)), Side(law.load("ru/law"), date(2025, 4, 10))),
        (Side(law.load("ru/law"), date(2026, 8, 1)), Side(law.load("ru/bills_2026"), date(2026, 8, 1))),
        (Side(law.load("ru/central_bank_2022"), date(2025, 8, 1)), Side(law.load("ru/law"), date(2025, 8, 1))),
    ],
    ids=["two days", "two states of knowledge", "a bill", "another act"],
)
def test_no_case_contradicts_a_proof(a: Side, b: Side):
    differ, alike = contradictions(a, b, 3, 20)
    assert differ > 0
    assert differ + alike > 1


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_one_smallest_unit_more_is_found_or_makes_no_difference(seed: int):
    """Of a random number of the law in force or of the act that has every operation, on the day on which it begins to differ."""
    chance = Random(seed)
    on = date(2025, 3, 1)
    old = chance.choice([everything(), law.load("ru/law"), law.load("ru/law")])
    numbers = [n for n, v in old.values.items() if v.kind == "number" and any(r.stands_on(on) for r in v.rows)]
    name = chance.choice(sorted(numbers))
    sides = Side(old, on), Side(nudged(old, name, on), on)
    contradictions(*sides, seed, 6)
    for v in verdicts(sides).values():
        if v.left and v.right and v.left.decided and v.right.decided:
            assert [cause.what.split()[0] for cause in v.parted] == [name], v


def test_the_case_stands_at_the_threshold_and_states_no_more_than_it_must():
    old = law.load("ru/law")
    limit = old.values["household_limit"]
    row = replace(limit.rows[0], first=date(2026, 1, 1), value=3000, cite="a reform")
    new = reformed(old, "x", "x", {"household_limit": replace(limit, rows=(row,))})
    found = verdicts(Side(r, date(2026, 5, 1)) for r in (old, new))
    differing = {n for n, v in found.items() if v.verdict == "differs"}
    assert differing == {"must_register", "household_limit_kwh_per_month", "why_barred", "may_mine"}
    must = found["must_register"]
    assert must.case == (
        Stated("actor", "citizen", ""),
        Stated("mining_energy_kwh_per_month", Decimal("3000.001"), "kWh/month"),
    )
    assert must.left
    assert must.right
    assert (must.left.answer, must.right.answer) == (False, True)
    assert "more electricity" in must.right.because
    assert must.parted == (Cause("household_limit 6,000 -> 3,000", "a reform"),)
    assert found["household_limit_kwh_per_month"].case == ()
    assert {v.verdict for n, v in found.items() if n not in differing} == {"same law"}


def test_a_banned_region_is_told_by_the_decree_that_bans_it():
    found = verdicts((Side(law.load("ru/law"), day) for day in NEW_YEAR), "may_mine")["may_mine"]
    assert found.left
    assert found.right
    assert found.left.answer == "yes"
    assert found.right.cites == "Government Decree 1869 of 2024-12-23, as amended"
    [cause] = found.parted
    assert cause.what.startswith("territories not in force -> ")
    assert cause.cites.startswith("Government Decree 1869")
    assert len(found.case) == 3  # actor, energy and region, and nothing that is presumed


def test_an_answer_that_only_follows_the_calendar_is_no_difference_of_law():
    found = verdicts((Side(law.load("ru/law"), date(2025, month, 10)) for month in (2, 3)), "report_due", "vat_rub")
    assert (found["report_due"].verdict, found["report_due"].note) == ("same law", "its answer follows the calendar")
    assert (found["vat_rub"].verdict, found["vat_rub"].note) == ("same law", "")


def test_the_same_rule_in_other_words_is_proved(tmp_path: Path):
    a = act(tmp_path / "a", rules=rule("return mining_energy_kwh_per_month > p.limit"))
    b = act(tmp_path / "b", rules=rule("return ~(mining_energy_kwh_per_month <= p.limit)"))
    c = act(tmp_path / "c", rules=rule("return mining_energy_kwh_per_month >= p.limit"))
    day = date(2025, 5, 1)
    assert verdicts([Side(a, day), Side(b, day)])["r"].verdict == "proved equal"
    differs = verdicts([Side(a, day), Side(c, day)])["r"]
    assert differs.case == (Stated("mining_energy_kwh_per_month", Decimal("6000.000"), "kWh/month"),)
    assert differs.parted == (Cause("rule r", "art. 1"),)


def test_a_rounding_is_seen_where_it_first_counts(tmp_path: Path):
    a, b = (
        act(tmp_path / str(n), rules=rule(f"return round_half_up(mining_costs_rub, {n})", "mining_costs_rub"))
        for n in (1, 0)
    )
    found = verdicts([Side(a, date(2025, 5, 1)), Side(b, date(2025, 5, 1))])["r"]
    assert found.case == (Stated("mining_costs_rub", Decimal("0.05"), "RUB"),)


def test_what_cannot_be_decided_on_one_side_is_shown_with_its_reason(tmp_path: Path):
    until = LIMIT.replace("value = 6000", "through = 2025-01-31\nvalue = 6000")
    body = (
        "return first_match(when(state_tied, mining_energy_kwh_per_month > p.limit, 'x'), otherwise=False, because='y')"
    )
    regime = act(tmp_path, values=until, rules=rule(body, "state_tied, mining_energy_kwh_per_month, p"))
    found = verdicts(Side(regime, date(2025, month, 1)) for month in (1, 2))["r"]
    assert found.case[1:] == (Stated("state_tied", True, ""),)
    assert found.right
    assert not found.right.decided
    assert "No value of small:limit is in force on 2025-02-01" in found.right.because


def test_facts_that_are_multiplied_are_made_small_one_by_one():
    old = law.load("ru/law")
    new = nudged(old, "profit_tax_rate", date(2026, 5, 1))
    [found] = verdicts((Side(r, date(2026, 5, 1)) for r in (old, new)), "profit_tax_rub").values()
    case = {s.fact: s.value for s in found.case}
    assert case["actor"] == "company"
    assert case["mining_costs_rub"] == 0
    assert found.left
    assert found.right
    assert found.right.answer == found.left.answer + 1
    for fact, step in (("coins_btc", Decimal("0.00000001")), ("quotation_rub_per_btc", Decimal("0.01"))):
        less = {k: int(v.scaleb({"coins_btc": 8}.get(k, 2))) for k, v in case.items() if isinstance(v, Decimal)}
        less[fact] -= 1
        facts = {**less, "actor": "company", "tax_resident": True, "costs_documented": True}
        sides = [Side(r, date(2026, 5, 1)) for r in (old, new)]
        assert answer(sides[0], "profit_tax_rub", facts) == answer(sides[1], "profit_tax_rub", facts), (fact, step)


def test_what_is_not_proved_in_time_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(z3.Solver, "check", lambda self: z3.unknown)
    found = verdicts(Side(law.load("ru/law"), day) for day in NEW_YEAR)
    assert found["may_mine"].verdict == "not proved"
    assert (
        "z3 did not decide within 2 s whether ru/law in 2024-12-31 and ru/law in 2025-01-01" in found["may_mine"].note
    )
    assert found["must_register"].verdict == "same law"


def test_a_rule_that_one_side_has_not_is_named():
    with pytest.raises(UnknownName, match="fine_rub_max"):
        verdicts([Side(law.load("ru/law"), NEW_YEAR[1])] * 2, "fine_rub_max")
