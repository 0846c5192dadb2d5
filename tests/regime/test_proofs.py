"""The proof reader says what the case reader says, and finds what is broken in acts that are broken on purpose."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
import z3
from tests.regime.acts import LIMIT, act, rule
from tests.regime.populations import population
from tests.regime.test_readers_agree import MONTHS, everything

from adit import law
from adit.regime.act import Regime
from adit.regime.check import check
from adit.regime.golden import case_of
from adit.regime.proofs import Proofs
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.proof import (
    Change,
    cliffs,
    equal,
    monotone,
    overlaps,
    reachable,
    undecidable,
    value_of,
    what_if,
)
from adit.regime.reform import reformed
from adit.terms.days import parse_period
from adit.terms.errors import Conflict, NotDecided, NotInForce
from adit.terms.places import municipalities

MONTH = parse_period("2025-03")


# The same answers as the case reader ------------------------------------------------------------------------------
def agree(regime: Regime, rows: list[tuple[Any, dict[str, Any]]]) -> int:
    answers = 0
    for period, facts in rows:
        evaluation = evaluate(regime, Case(period, facts))
        for name in regime.rules:
            if not regime.required_facts(name) <= facts.keys():
                continue
            try:
                wanted = (evaluation.answer(name), False)
            except (Conflict, NotInForce):
                wanted = (None, True)
            assert value_of(regime, name, period, facts) == wanted, (regime.id, name, str(period), facts)
            answers += 1
    return answers


def drawn(regime: Regime, subjects: int, seed: int) -> list[tuple[Any, dict[str, Any]]]:
    months = [m for m in MONTHS if m.start >= regime.first_day]
    return [(row.period, row.facts) for row in population(regime, months, subjects, Random(seed))]


def test_every_operation():
    assert agree(everything(), drawn(everything(), 25, 11)) > 1500


def test_what_everything_does_not_tell_apart(tmp_path: Path):
    """Each way of rounding alone below zero, the edge of a bracket to the last count, and what fails on the right side."""
    values = (
        LIMIT.replace("value = 6000", "through = 2025-01-31\nvalue = 6000")
        + '[words]\nabout = "Words."\n[[words.values]]\nfrom = 2024-01-01\nthrough = 2025-01-31\nvalue = ["citizen"]\n'
        + LIMIT.split("value = 6000\n")[1]
        + LIMIT.replace("limit", "rate").replace("kWh/month", "1").replace("6000", "0.25")
        + SCALE
    )
    rules = "".join(
        rule(f"return {body}", "mining_costs_rub, mining_energy_kwh_per_month, state_tied, actor, p", name)
        for name, body in {
            "down": "round_down(-mining_costs_rub * p.rate, 2)",
            "up": "round_up(-mining_costs_rub * p.rate, 2)",
            "half_up": "round_half_up(-mining_costs_rub * p.rate, 2)",
            "bracket": "round_down(p.scale.of(mining_costs_rub), 4)",
            "right_of_or": "state_tied | (mining_energy_kwh_per_month > p.limit)",
            "listed": "actor.one_of(p.words)",
            "part": "share(mining_costs_rub, p.limit, places=2, when_zero=0)",
        }.items()
    )
    regime = act(tmp_path, values=values, rules=rules)
    rows = [
        (
            parse_period(month),
            {"mining_costs_rub": costs, "mining_energy_kwh_per_month": 6_000_001, "state_tied": tied, "actor": who},
        )
        for month in ("2025-01", "2025-03")
        for costs in (0, 1, 2, 3, 4, 5, 99_999, 100_000, 100_001, 100_002)
        for tied, who in ((False, "citizen"), (True, "company"))
    ]
    assert agree(regime, rows) == 2 * 10 * 2 * 7


def test_cases_keep_to_the_bounds_of_the_facts(tmp_path: Path):
    """No case has more than the most of a fact, nor a municipality of another region."""
    most = LIMIT.replace("6000", "10000000000")
    regime = act(
        tmp_path,
        values=most,
        rules=rule(
            "return first_match(when(mining_energy_kwh_per_month > p.limit, 'a', 'x'), otherwise='b', because='y')"
        ),
    )
    assert reachable(regime, "r", 0, MONTH) is None
    elsewhere = "return first_match(when((region == 'RU-MOW') & (municipality == 'irkutsk'), 'a', 'x'), otherwise='b', because='y')"
    assert reachable(act(tmp_path / "place", rules=rule(elsewhere, "region, municipality")), "r", 0, MONTH) is None
    ru = law.load("ru/law")
    for branch in range(1, 5):
        found = reachable(ru, "territory", branch, parse_period("2025-04"))
        assert found is not None, branch
        assert found["municipality"] in ("", *(m.key for m in municipalities(found["region"])))


def test_the_nearest_number_is_the_nearest(tmp_path: Path):
    regime = act(tmp_path, rules=rule("return mining_energy_kwh_per_month > p.limit"))
    for distance in range(1, 40):
        above, below = (
            {"mining_energy_kwh_per_month": 6_000_000 + distance},
            {"mining_energy_kwh_per_month": 6_000_001 - distance},
        )
        assert [c.then for c in what_if(regime, above, "r", False, MONTH)] == [6_000_000]
        assert [c.then for c in what_if(regime, below, "r", True, MONTH)] == [6_000_001]


@pytest.mark.parametrize("name", law.names())
def test_every_act(name: str):
    regime = law.load(name)
    golden = [case_of(c, regime) for c in regime.cases if c.covered]
    alone = [(c.period, dict(c.facts)) for c in golden if not c.earlier]
    assert agree(regime, [*alone[:10], *drawn(regime, 2, 5)]) > 20


@pytest.mark.parametrize("name", law.names())
def test_the_shipped_acts_are_proved_sound_within_the_time(name: str):
    proofs = Proofs(law.load(name), seconds=5)
    by_date = () if name.startswith("ru/") else ("mid-month", "gap")
    assert [f for f in check(law.load(name), Random(2), proofs=proofs) if f.kind not in by_date] == []
    assert proofs.open == []
    assert "every rule decides every case" in proofs.said()


def test_what_is_proved_of_the_law_in_force():
    proofs = Proofs(law.load("ru/law"), seconds=5)
    assert list(proofs.findings()) == []
    assert proofs.taxes == ["profit_tax_rub", "income_tax_rub", "tax_this_period_rub", "trading_tax_rub"]
    assert len(proofs.days) > 10


# Acts that are broken on purpose ------------------------------------------------------------------------------------
def test_a_branch_out_of_reach_is_proved(tmp_path: Path):
    body = "return first_match(when(mining_energy_kwh_per_month > p.limit, 'a', 'x'), when(mining_energy_kwh_per_month > p.limit, 'b', 'never'), otherwise='c', because='z')"
    regime = act(tmp_path, rules=rule(body))
    found = reachable(regime, "r", 0, MONTH)
    assert found is not None
    assert found["mining_energy_kwh_per_month"] > 6_000_000
    assert reachable(regime, "r", 1, MONTH) is None
    assert reachable(regime, "r", 2, MONTH) is not None
    [finding] = [f for f in check(regime, Random(1), proofs=Proofs(regime)) if f.kind == "not reached"]
    assert "'never'" in finding.what
    assert "proved for 1 day " in finding.what


def test_a_narrow_branch_that_no_tried_case_reaches_is_no_finding(tmp_path: Path):
    """Seven times the costs are 8,641,975.23 roubles in one case only."""
    body = "return first_match(when(mining_costs_rub * 7 == p.sum, 'a', 'one point'), otherwise='b', because='z')"
    values = LIMIT.replace("limit", "sum").replace("kWh/month", "RUB").replace("6000", "8641975.23")
    regime = act(tmp_path, values=values, rules=rule(body))
    assert [f.kind for f in check(regime, Random(1)) if f.kind == "not reached"] == ["not reached"]
    assert reachable(regime, "r", 0, MONTH) == {"mining_costs_rub": 123_456_789}
    assert "not reached" not in {f.kind for f in check(regime, Random(1), proofs=Proofs(regime))}


def test_a_clash_is_proved_with_its_case(tmp_path: Path):
    body = (
        "return unless('yes', exception('tied', state_tied, 'no', 'x', cites='1'),"
        " exception('big', mining_energy_kwh_per_month > p.limit, 'no', 'y', cites='2'),"
        " exception('small', (mining_energy_kwh_per_month <= p.limit) & ~state_tied, 'no', 'y', cites='3'){order}, because='z')"
    )
    regime = act(tmp_path, rules=rule(body.format(order="")))
    [found] = overlaps(regime, "r", MONTH)
    assert (found.first, found.second) == ("tied", "big")
    assert found.facts["state_tied"] is True
    assert found.facts["mining_energy_kwh_per_month"] > 6_000_000
    assert undecidable(regime, "r", MONTH) is not None
    [finding] = [f for f in check(regime, Random(1), proofs=Proofs(regime)) if f.kind == "conflict"]
    assert "'tied' and 'big' can both hold" in finding.what
    assert "state_tied = yes" in finding.what
    ordered = act(
        tmp_path / "ordered",
        rules=rule(body.format(order="").replace("because='z'", "because='z', ordered_by='art. 9'")),
    )
    assert overlaps(ordered, "r", MONTH) == []


SCALE = """
[scale]
about = "A scale."
unit = "RUB"
[[scale.values]]
from = 2024-01-01
brackets = [{ above = 0, rate = 0.1 }, { above = 1000, rate = 0.05 }]
status = "in force"
cite = "art. 2"
read = "official text"
confidence = "high"
"""
FREE = LIMIT.replace("limit", "free").replace("kWh/month", "RUB").replace("6000", "5000")


def test_a_tax_that_falls_is_found_with_two_cases(tmp_path: Path):
    """Above 5,000 the gain is free of tax again."""
    body = "return first_match(when(trading_gain_rub.or_else(0) > p.free, 0, 'x'), otherwise=round_half_up(p.scale.of(trading_gain_rub.or_else(0)), 0), because='y')"
    regime = act(tmp_path, values=SCALE + FREE, rules=rule(body, "trading_gain_rub, p", "gain_tax_rub"))
    pair = monotone(regime, "gain_tax_rub", "trading_gain_rub", MONTH)
    assert pair is not None
    less, more = (evaluate(regime, Case(MONTH, f)).answer("gain_tax_rub") for f in pair)
    assert pair[0]["trading_gain_rub"] < pair[1]["trading_gain_rub"]
    assert less > more
    [finding] = [f for f in check(regime, Random(1), proofs=Proofs(regime)) if f.kind == "tax falls"]
    assert "gain_tax_rub on 2024-01-01 falls from" in finding.what
    sound = body.replace("> p.free, 0,", "<= p.free, 0,")
    regime = act(tmp_path / "sound", values=SCALE + FREE, rules=rule(sound, "trading_gain_rub, p", "gain_tax_rub"))
    assert monotone(regime, "gain_tax_rub", "trading_gain_rub", MONTH) is None
    proofs = Proofs(regime)
    assert "tax falls" not in {f.kind for f in check(regime, Random(1), proofs=proofs)}
    assert proofs.taxes == ["gain_tax_rub"]


def test_a_cliff_is_found_where_it_is(tmp_path: Path):
    """Up to 5,000 free, above it 10 % of the first 1,000 and 5 % of all the rest: one kopeck costs 300 roubles."""
    body = "return first_match(when(trading_gain_rub.or_else(0) <= p.free, 0, 'x'), otherwise=round_half_up(p.scale.of(trading_gain_rub.or_else(0)), 0), because='y')"
    regime = act(tmp_path, values=SCALE + FREE, rules=rule(body, "trading_gain_rub, p", "gain_tax_rub"))
    [cliff] = cliffs(regime, "gain_tax_rub", "trading_gain_rub", MONTH)
    assert (cliff.at, cliff.jump) == (500_000, Decimal(300))
    assert cliffs(regime, "gain_tax_rub", "trading_gain_rub", MONTH, more_than=300) == []
    smooth = act(
        tmp_path / "smooth",
        values=SCALE + FREE,
        rules=rule(
            "return round_half_up(p.scale.of(trading_gain_rub.or_else(0)), 0)", "trading_gain_rub, p", "gain_tax_rub"
        ),
    )
    assert cliffs(smooth, "gain_tax_rub", "trading_gain_rub", MONTH, more_than=1) == []


def test_the_check_tells_the_cliffs_of_a_levy(tmp_path: Path):
    values = (
        LIMIT
        + """
[fee]
about = "A fee by electricity."
unit = "RUB"
by = "kWh/month"
[[fee.values]]
from = 2024-01-01
bands = [{ from = 0, value = 0 }, { above = 6000, value = 5000.50 }]
status = "in force"
cite = "art. 2"
read = "official text"
confidence = "high"
"""
    )
    regime = act(tmp_path, values=values, rules=rule("return p.fee.at(mining_energy_kwh_per_month)", name="levy_due"))
    proofs = Proofs(regime)
    assert list(proofs.findings()) == []
    [told] = proofs.cliffs
    assert "levy_due jumps by 5,000.5 RUB as mining energy passes 6,000" in told


def test_a_value_used_out_of_force_is_proved(tmp_path: Path):
    values = LIMIT.replace("value = 6000", "through = 2025-01-31\nvalue = 6000")
    body = "return first_match(when(state_tied & (mining_energy_kwh_per_month > p.limit), 'a', 'x'), otherwise='b', because='y')"
    regime = act(tmp_path, values=values, rules=rule(body))
    assert undecidable(regime, "r", parse_period("2025-01")) is None
    found = undecidable(regime, "r", MONTH)
    assert found is not None
    assert found["state_tied"] is True
    [finding] = [f for f in check(regime, Random(1), proofs=Proofs(regime)) if f.kind == "not in force"]
    assert "Proved; the case:" in finding.what


# Two acts, and one case --------------------------------------------------------------------------------------------
def test_two_acts_differ_first_just_above_the_lower_limit(tmp_path: Path):
    old = act(tmp_path, rules=rule("return mining_energy_kwh_per_month > p.limit"))
    limit = old.values["limit"]
    new = reformed(
        old, "x", "x", {"limit": replace(limit, rows=(replace(limit.rows[0], first=MONTH.start, value=3000),))}
    )
    assert equal(old, "r", new, MONTH) == {"mining_energy_kwh_per_month": 3_000_001}
    assert equal(old, "r", new, parse_period("2025-02")) is None


def test_products_of_unknowns_are_settled():
    regime = law.load("ru/law")
    assert monotone(regime, "income_tax_rub", "coins_btc", MONTH) is None
    assert equal(regime, "income_tax_rub", law.load("ru/bills_2026"), parse_period("2026-08")) is None
    pair = monotone(regime, "profit_tax_rub", "mining_costs_rub", MONTH)  # costs do lower a tax
    assert pair is not None


HOUSEHOLD = {
    "actor": "citizen", "region": "RU-MOW", "municipality": "", "mining_energy_kwh_per_month": 6_001_000,
    "in_miners_register": False, "energy_company": False, "conviction_unspent": False, "terror_listed": False,
    "isolated_generation": False,
}  # fmt: skip


def test_what_if_names_the_smallest_change_first():
    regime = law.load("ru/law")
    assert what_if(regime, HOUSEHOLD, "may_mine", "yes", MONTH) == [
        Change("mining_energy_kwh_per_month", 6_001_000, 6_000_000),
        Change("in_miners_register", False, True),
    ]
    dagestan = HOUSEHOLD | {"region": "RU-DA"}
    assert what_if(regime, dagestan, "may_mine", "yes", MONTH) == []
    assert {c.fact for c in what_if(regime, dagestan, "may_mine", "after registration", MONTH)} == {"region"}
    assert Change("region", "RU-DA", "RU-MOW") in what_if(regime, dagestan, "may_mine", "after registration", MONTH)


def test_what_if_counts_the_months_before():
    """Brackets of the year so far: what February may earn depends on January."""
    regime = law.load("ru/law")
    facts = {
        "actor": "citizen", "tax_resident": True, "costs_documented": True, "coins_btc": 10**8,
        "quotation_rub_per_btc": 100_000_00, "mining_costs_rub": 0,
    }  # fmt: skip
    january = ((parse_period("2025-01"), facts),)
    february = parse_period("2025-02")
    assert evaluate(regime, Case(february, facts, january)).answer("income_tax_rub") == 26_000
    changes = what_if(regime, facts, "income_tax_rub", 13_000, february, earlier=january)
    assert Change("quotation_rub_per_btc", 100_000_00, 3_84) in changes  # half a rouble of tax is still rounded away
    for change in changes:
        changed = facts | {change.fact: change.then}
        assert evaluate(regime, Case(february, changed, january)).answer("income_tax_rub") == 13_000


def test_what_is_not_decided_in_time_is_said_and_not_guessed(monkeypatch: pytest.MonkeyPatch):
    regime = law.load("ru/law")
    monkeypatch.setattr(z3.Solver, "check", lambda self: z3.unknown)
    with pytest.raises(
        NotDecided, match=r"z3 did not decide within 2 s whether income_tax_rub can fall as coins_btc grows"
    ):
        monotone(regime, "income_tax_rub", "coins_btc", MONTH, seconds=2)
    proofs = Proofs(regime, seconds=2)
    assert list(proofs.findings()) == []
    assert proofs.taxes == []
    assert f"Not decided in 2 s: {len(proofs.open)}, the first: z3 did not decide" in proofs.said()
