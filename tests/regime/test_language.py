"""What an act means, read from small acts: exactness, absence, bans, reforms, explanations, edges."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.regime.acts import HEAD, LIMIT, act, rule

from adit import law
from adit.regime.act import Regime
from adit.regime.check import check, turning_days
from adit.regime.diff import Side, diff
from adit.regime.edges import edge_values
from adit.regime.explain import explain
from adit.regime.golden import reached_branches, run_cases
from adit.regime.readers.case import Case, evaluate, rounded_quotient
from adit.regime.reform import reformed
from adit.regime.values import Row
from adit.terms.days import Season, parse_period
from adit.terms.errors import BadInput, BadLaw, NotInForce


def answer(regime: Regime, name: str, period: str = "2025-01-15", **facts: object) -> object:
    return evaluate(regime, Case(parse_period(period), facts)).answer(name)


# Numbers --------------------------------------------------------------------------------------------------------
@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12), st.sampled_from(["half up", "down", "up"]))
def test_rounding_agrees_with_decimals(n: int, d: int, mode: str):
    from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, localcontext

    with localcontext() as context:
        context.prec = 80
        rounding = {"half up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}[mode]
        # the quotient is rounded from an exact fraction: compare by multiplying back
        exact = Decimal(n) / Decimal(d)
        if exact * d == n:
            assert rounded_quotient(n, d, mode) == int(exact.to_integral_value(rounding))
        assert abs(rounded_quotient(n, d, mode) * d - n) < d
        assert rounded_quotient(-n, d, mode) == -rounded_quotient(n, d, mode)


def test_halves_go_away_from_zero():
    assert [rounded_quotient(n, 10, "half up") for n in (24, 25, -25, -24)] == [2, 3, -3, -2]


@given(st.integers(0, 10**14), st.integers(0, 10**10))
def test_a_product_of_128_bits_is_exact(satoshi: int, kopecks: int):
    """Coins at a quotation, half up to the kopeck, by another road than the reader's."""
    from fractions import Fraction

    exact = Fraction(satoshi, 10**8) * Fraction(kopecks, 100) * 100
    income = answer(
        law.load("ru/law"), "mining_income_rub", "2025-05", coins_btc=satoshi, quotation_rub_per_btc=kopecks
    )
    assert income == (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@settings(max_examples=60)
@given(st.integers(0, 10**15))
def test_brackets_by_another_road(kopecks: int):
    """Tax by brackets equals the sum over slices computed with fractions."""
    from fractions import Fraction

    regime = law.load("ru/law")
    facts = {"actor": "citizen", "tax_resident": True, "costs_documented": True, "mining_costs_rub": 0}
    coins = {"coins_btc": 10**8, "quotation_rub_per_btc": min(kopecks, 10**10)}
    tax = evaluate(regime, Case(parse_period("2025"), facts | coins)).answer("income_tax_rub")
    income = Fraction(coins["quotation_rub_per_btc"], 100)
    steps = [(0, 13), (2_400_000, 15), (5_000_000, 18), (20_000_000, 20), (50_000_000, 22)]
    owed = Fraction(0)
    for (low, rate), (high, _) in zip(steps, [*steps[1:], (10**20, 0)], strict=True):
        owed += max(Fraction(0), min(income, Fraction(high)) - low) * rate / 100
    assert tax == int(owed + Fraction(1, 2))


# Time -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "inside"),
    [
        ((11, 14), False),
        ((11, 15), True),
        ((12, 31), True),
        ((1, 1), True),
        ((3, 15), True),
        ((3, 16), False),
        ((7, 1), False),
    ],
)
def test_a_season_over_new_year(day: tuple[int, int], inside: bool):
    assert Season((11, 15), (3, 15)).covers(date(2025, *day)) is inside


def test_a_value_before_its_first_day_is_an_error_that_says_when_it_begins(tmp_path: Path):
    regime = act(
        tmp_path,
        values=LIMIT.replace("from = 2024-01-01", "from = 2024-11-01"),
        rules=rule("return mining_energy_kwh_per_month > p.limit"),
    )
    with pytest.raises(NotInForce) as refused:
        answer(regime, "r", "2024-10-31", mining_energy_kwh_per_month=1)
    assert refused.value.what == "No value of small:limit is in force on 2024-10-31; the first begins on 2024-11-01."
    assert "all.toml" in refused.value.where


def test_a_later_publication_is_used_only_when_known(tmp_path: Path):
    second = LIMIT.split("[[limit.values]]")[1].replace(
        "value = 6000", "value = 3000\npublished = 2025-06-01\nretroactive = true"
    )
    regime = act(tmp_path, values=LIMIT + "[[limit.values]]" + second, rules=rule("return p.limit * 1"))
    case = Case(parse_period("2025-01"), {})
    assert evaluate(regime, case, known=date(2025, 5, 31)).answer("r") == 6000
    assert evaluate(regime, case, known=date(2025, 6, 1)).answer("r") == 3000
    assert evaluate(regime, case).answer("r") == 3000


def test_a_status_that_does_not_count_plays_no_part(tmp_path: Path):
    bill = (
        LIMIT.split("[[limit.values]]")[1]
        .replace("in force", "bill")
        .replace("6000", "1")
        .replace("2024-01-01", "2025-01-01")
    )
    values, rules = LIMIT + "[[limit.values]]" + bill, rule("return p.limit * 1")
    assert answer(act(tmp_path / "a", values=values, rules=rules), "r") == 6000
    counted = HEAD.replace('["in force"]', '["in force", "bill"]')
    assert answer(act(tmp_path / "b", values=values, rules=rules, head=counted), "r") == 1


# Reforms --------------------------------------------------------------------------------------------------------
def test_a_reform_replaces_a_value_from_a_day():
    old = law.load("ru/law")
    limit = old.values["household_limit"]
    row: Row = replace(limit.rows[0], first=date(2026, 1, 1), value=3000, cite="a reform")
    new = reformed(old, "ru/law+3000", "Household limit of 3,000 kWh", {"household_limit": replace(limit, rows=(row,))})
    facts = {"actor": "citizen", "mining_energy_kwh_per_month": 3_000_001}
    assert answer(old, "must_register", "2026-05-01", **facts) is False
    assert answer(new, "must_register", "2026-05-01", **facts) is True
    assert answer(new, "must_register", "2025-05-01", **facts) is False
    assert old.digest != new.digest
    changes = diff(Side(old, date(2026, 5, 1)), Side(new, date(2026, 5, 1)))
    assert {(c.layer, c.name) for c in changes if c.layer != "case"} == {("value", "household_limit")}
    assert any(c.name.startswith("A") or c.name.startswith("G") for c in changes if c.layer == "case")


def test_a_reform_of_another_unit_is_refused():
    old = law.load("ru/law")
    with pytest.raises(BadLaw, match="RUB here and a number in kWh/month in the act"):
        reformed(old, "x", "x", {"household_limit": replace(old.values["operator_fine"], name="household_limit")})


def test_the_digest_is_stable_and_tells_apart():
    digests = {name: law.load(name).digest for name in law.names()}
    assert len(set(digests.values())) == len(digests)
    law._shipped.cache_clear()
    assert digests == {name: law.load(name).digest for name in law.names()}


def test_a_ban_is_told_where_it_is_another_and_nowhere_else():
    ru = law.load("ru/law")
    bans = ru.values["territories"]
    row = next(r for r in bans.rows if r.value.region == "RU-IRK" and r.value.municipalities)
    day, places = row.first, row.value.municipalities
    other = replace(row, value=replace(row.value, municipalities=places - {min(places)} | {"elsewhere"}))
    new = replace(
        ru, values={**ru.values, "territories": replace(bans, rows=tuple(other if r is row else r for r in bans.rows))}
    )
    [change] = [c for c in diff(Side(ru, day), Side(new, day)) if c.layer == "value"]
    assert change.left == f"RU-IRK, {len(places)} municipalities with {min(places)}"
    assert change.right == f"RU-IRK, {len(places)} municipalities with elsewhere"
    assert change.articles == row.cite
    before = Side(ru, day, known=date(2025, 1, 1))
    [change] = [c for c in diff(before, Side(ru, day)) if (c.layer, c.name) == ("value", "territories")]
    assert (change.left, change.right) == ("no other", f"RU-IRK, {len(places)} municipalities")


@pytest.mark.parametrize("places", ["round_half_up(x, {})", "share(x, x, places={}, when_zero=0)"])
def test_another_rounding_is_another_rule(tmp_path: Path, places: str):
    kopecks, roubles = (
        act(tmp_path / str(n), rules=rule(f"x = mining_costs_rub\n    return {places.format(n)}")) for n in (1, 0)
    )
    assert kopecks.digest != roubles.digest
    assert [c.name for c in diff(*(Side(r, date(2025, 5, 1)) for r in (kopecks, roubles)))] == ["r"]


# Explanation ------------------------------------------------------------------------------------------------------
def test_an_explanation_tells_the_branch_the_facts_and_the_dated_values():
    regime = law.load("ru/law")
    facts = {"actor": "citizen", "mining_energy_kwh_per_month": 6_000_001}
    told = explain(evaluate(regime, Case(parse_period("2025-02-01"), facts)), "must_register", {"actor": "given"})
    assert told.answer is True
    assert told.branch == 3
    assert [f.name for f in told.facts] == ["actor", "mining_energy_kwh_per_month"]
    limit = told.all_values()["household_limit"]
    assert (limit.value, limit.unit, limit.first, limit.status, limit.read) == (
        Decimal(6000),
        "kWh/month",
        date(2024, 11, 1),
        "in force",
        "reported",
    )
    assert limit.sources == ("S43", "S44", "S93")
    assert "values/register.toml:" in limit.where.replace("\\", "/")


def test_a_right_side_that_was_not_asked_is_not_told(tmp_path: Path):
    regime = act(tmp_path, rules=rule("return state_tied & (mining_energy_kwh_per_month > p.limit)"))
    told = explain(
        evaluate(regime, Case(parse_period("2025"), {"state_tied": False, "mining_energy_kwh_per_month": 1})), "r"
    )
    assert [f.name for f in told.facts] == ["state_tied"]
    assert told.values == ()


def test_the_ban_that_decided_is_told():
    regime = law.load("ru/law")
    facts = {"region": "RU-IRK", "municipality": "irkutsk", "isolated_generation": False}
    told = explain(evaluate(regime, Case(parse_period("2025-04-07"), facts)), "territory")
    extent = told.values[0].value
    assert (extent.region, len(extent.municipalities), extent.listed) == ("RU-IRK", 29, True)
    assert told.values[0].first == date(2025, 4, 7)


# Golden cases and checks --------------------------------------------------------------------------------------------
def test_a_golden_case_that_is_wrong_is_told(tmp_path: Path):
    case = '[[case]]\nname="x"\nperiod="2025"\ngiven={ coins_btc = "1.5" }\nexpect={ r = "2" }\nsource="y"\n'
    regime = act(tmp_path, rules=rule("return coins_btc", "coins_btc"), cases=case)
    [result] = run_cases(regime)
    assert result.differences == ("r: expected 2, found 1.50000000",)
    assert not result.passed


def test_branches_reached(tmp_path: Path):
    body = "return first_match(when(state_tied, 'a', 'x'), when(coins_btc > 0, 'b', 'y'), otherwise='c', because='z')"
    case = '[[case]]\nname="x"\nperiod="2025"\ngiven={ coins_btc = 1, state_tied = true }\nexpect={ r = "a" }\nsource="y"\n'
    assert reached_branches(act(tmp_path, rules=rule(body), cases=case)) == {"r": (1, 3)}


def kinds(regime: Regime) -> set[str]:
    return {f.kind for f in check(regime, Random(1))}


def test_check_finds_a_branch_that_nothing_reaches(tmp_path: Path):
    body = "return first_match(when(mining_energy_kwh_per_month > p.limit, 'a', 'x'), when(mining_energy_kwh_per_month > p.limit, 'b', 'never'), otherwise='c', because='z')"
    found = [f for f in check(act(tmp_path, rules=rule(body)), Random(1)) if f.kind == "not reached"]
    assert len(found) == 1
    assert "'never'" in found[0].what


def test_check_finds_a_clash_with_its_case(tmp_path: Path):
    body = "return unless('yes', exception('a', state_tied, 'no', 'x', cites='1'), exception('b', mining_energy_kwh_per_month > p.limit, 'no', 'y', cites='2'), because='z')"
    found = [f for f in check(act(tmp_path, rules=rule(body)), Random(1)) if f.kind == "conflict"]
    assert len(found) == 1
    assert "state_tied = yes" in found[0].what


def test_check_finds_a_gap_and_a_value_used_in_it(tmp_path: Path):
    later = LIMIT.split("[[limit.values]]")[1].replace("2024-01-01", "2025-06-01")
    values = LIMIT.replace("value = 6000", "through = 2025-01-31\nvalue = 6000") + "[[limit.values]]" + later
    assert {"gap", "not in force"} <= kinds(
        act(tmp_path, values=values, rules=rule("return mining_energy_kwh_per_month > p.limit"))
    )


def test_check_finds_what_no_rule_reads_and_no_one_answers(tmp_path: Path):
    assert {"unused", "not asked"} <= kinds(act(tmp_path, rules=rule("return state_tied")))


@pytest.mark.parametrize("name", law.names())
def test_the_shipped_acts_are_sound(name: str):
    by_date = () if name.startswith("ru/") else ("mid-month", "gap")
    assert [f for f in check(law.load(name), Random(2)) if f.kind not in by_date] == []


def test_turning_days_and_edges():
    regime = law.load("ru/law")
    assert {date(2021, 1, 1), date(2024, 11, 1), date(2025, 4, 7), date(2025, 3, 16)} <= set(turning_days(regime))
    assert {5_999_999, 6_000_000, 6_000_001} == {
        n for n in edge_values(regime, "mining_energy_kwh_per_month") if 5_999_000 < n < 6_001_000
    } - {6_000_500}


def test_a_reform_holds_though_the_act_changes_later(tmp_path: Path):
    later = LIMIT.split("[[limit.values]]")[1].replace("2024-01-01", "2026-01-01").replace("6000", "5000")
    old = act(tmp_path, values=LIMIT + "[[limit.values]]" + later, rules=rule("return p.limit * 1"))
    limit = old.values["limit"]
    new = reformed(
        old, "x", "x", {"limit": replace(limit, rows=(replace(limit.rows[0], first=date(2025, 6, 1), value=1),))}
    )
    assert [answer(new, "r", day) for day in ("2025-05-31", "2025-06-01", "2026-06-01")] == [6000, 1, 1]
    short = replace(limit.rows[0], first=date(2025, 6, 1), through=date(2025, 12, 31), value=1)
    spell = reformed(old, "x", "x", {"limit": replace(limit, rows=(short,))})
    assert [answer(spell, "r", day) for day in ("2025-06-01", "2026-01-01")] == [1, 5000]


def test_check_finds_a_status_that_takes_no_effect_and_a_failing_case(tmp_path: Path):
    case = '[[case]]\nname="x"\nperiod="2025"\ngiven={ coins_btc = "1.5" }\nexpect={ r = "2" }\nsource="y"\n'
    regime = act(
        tmp_path, values=LIMIT.replace("in force", "bill"), rules=rule("return coins_btc", "coins_btc"), cases=case
    )
    assert {"no effect", "golden case"} <= kinds(regime)
    assert "no effect" not in kinds(
        act(
            tmp_path,
            values=LIMIT.replace("in force", "bill") + 'note = "on purpose"\n',
            rules=rule("return coins_btc", "coins_btc"),
        )
    )


def test_a_golden_number_may_stand_in_quotes(tmp_path: Path):
    case = '[[case]]\nname="x"\nperiod="2025"\ngiven={ coins_btc = "1.5" }\nexpect={ r = "1.50" }\nsource="y"\n'
    assert run_cases(act(tmp_path, rules=rule("return coins_btc", "coins_btc"), cases=case))[0].passed


def test_periods_that_overlap_are_refused():
    regime = law.load("ru/law")
    facts = {"actor": "company", "coins_btc": 1, "quotation_rub_per_btc": 1, "mining_costs_rub": 0}
    for period, earlier in (("2025", "2025-01"), ("2025-02-15", "2025-02"), ("2025-01", "2025-02")):
        with pytest.raises(BadInput, match="Earlier periods overlap"):
            evaluate(regime, Case(parse_period(period), facts, ((parse_period(earlier), facts),)))
