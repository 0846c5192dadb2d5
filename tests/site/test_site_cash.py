"""The cash of a site: the kernel and its twin, the central path and what decision says, returns with known answers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit import law
from adit.site.feasibility import Feasibility, feasibility
from adit.site.kernel import Months, cash_of_site, cash_plain, evaluate_sites
from adit.site.measures import discounts, irr_per_year, npv, payback_months
from adit.site.plan import Plan
from adit.site.store import read_assumptions

SHIPPED = read_assumptions()


def found(
    region: str = "RU-KYA",
    price: str = "1.2",
    regime: str = "ru/law",
    months: int = 30,
    seed: int = 1,
    facts: Mapping[str, object] | None = None,
) -> Feasibility:
    plan = Plan(
        region, Decimal(2), "S21 XP", Decimal(price), date(2025, 2, 1), months, machine_price_usd=Decimal(1500), facts=facts or {}
    )  # fmt: skip
    return feasibility(plan, [law.load(regime)], SHIPPED, count=20, seed=seed)


# Against decision ---------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize(("region", "price"), [("RU-KYA", "1.2"), ("RU-BU", "1.2"), ("RU-KYA", "3.9")])
def test_the_central_path_is_what_decision_says_to_a_kopeck(region: str, price: str):
    f = found(region, price)
    o = f.first
    cash = cash_of_site(o.columns.for_kernel(), f.paths.sat_per_ths, f.paths.kopecks)[:, 0]
    for month, kopecks in zip(o.months, cash, strict=True):
        assert abs(month.cash * 100 - Decimal(float(kopecks))) <= 1, month.period


def test_the_tax_is_there_and_is_that_of_a_hand_reckoning():
    o = found().first
    year = [m for m in o.months if m.period.start.year == 2025]
    profit = sum((m.income - m.power - m.operations - m.depreciation for m in year), Decimal(0))
    assert profit > 0
    assert sum(m.tax for m in year) == (profit * Decimal("0.25")).quantize(Decimal(1), "ROUND_HALF_UP")
    assert {m.profit_rate for m in o.answers.months} == {Decimal("0.25")}


def test_a_winter_ban_stops_its_days_and_no_others():
    """Ulan-Ude: banned from 15 November to 15 March, both days included."""
    o = found("RU-BU", months=11, facts={"municipality": "ulan-ude"}).first
    shares = {str(a.period): a.share for a in o.answers.months}
    assert shares == pytest.approx(
        {
            "2025-02": 0,
            "2025-03": 16 / 31,
            **{f"2025-{m:02}": 1 for m in range(4, 11)},
            "2025-11": 14 / 30,
            "2025-12": 0,
        }
    )
    energy = {str(m.period): m.energy_kwh for m in o.months}
    assert energy["2025-02"] == 0 < energy["2025-03"] < energy["2025-04"]


def test_a_ban_of_all_mining_leaves_only_what_was_built():
    o = found(regime="ru/central_bank_2022").first
    assert o.answers.simulated
    assert all(
        m.share == 0 and not run.runs and run.coins_sat == 0 for m, run in zip(o.answers.months, o.months, strict=True)
    )
    assert o.npv < -o.columns.capital.total
    assert o.break_even_rub_per_kwh is None


def test_what_an_act_does_not_say_is_said_and_not_made_up():
    o = found(regime="ru/deputies_bill_2022").first
    assert {m.profit_rate for m in o.answers.months} == {None}
    assert sum(m.tax for m in o.months) == 0
    assert "profit_tax_rub" in o.answers.silent()


def test_the_break_even_price_is_where_the_net_present_value_changes_its_sign():
    price = found("RU-KYA", "1.2").first.break_even_rub_per_kwh
    assert price is not None
    below, above = found(price=str(price)).first, found(price=str(price + Decimal("0.02"))).first
    assert below.npv >= 0 > above.npv


def test_the_same_seed_gives_the_same_answer_and_another_another():
    one, same, other = found(seed=3), found(seed=3), found(seed=4)
    assert one.first.npv_quantiles == same.first.npv_quantiles
    assert one.first.npv_quantiles != other.first.npv_quantiles
    assert one.first.npv == other.first.npv  # the central path has no chance in it


# Kernel and twin ----------------------------------------------------------------------------------------------------
kopecks = st.integers(0, 10**9).map(float)


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), st.integers(1, 14), st.integers(1, 3), st.booleans())
def test_the_kernel_and_its_twin_agree_to_the_last_bit(data: st.DataObject, months: int, paths: int, stops: bool):
    def column(values: st.SearchStrategy[float], n: int = months) -> np.ndarray:
        return np.array(data.draw(st.lists(values, min_size=n, max_size=n)))

    ths = column(st.floats(0, 1e6))
    running, always, spared = column(kopecks), column(kopecks), column(kopecks)
    rate, quantum = column(st.sampled_from([0.0, 0.2, 0.25])), column(st.sampled_from([1.0, 100.0]))
    vat = column(st.sampled_from([0.0, 0.2]))
    new_year = np.array([n % 5 == 0 for n in range(months)])
    sat = column(st.floats(0, 1e4), months * paths).reshape(months, paths)
    price = column(st.integers(1, 10**9).map(float), months * paths).reshape(months, paths)
    site = Months(ths, running, always, spared, rate, quantum, vat, new_year, stops)
    fast = cash_of_site(site, sat, price)
    assert fast.tolist() == cash_plain(site, sat, price)
    weights = discounts(0.2, months)
    rows = {name: getattr(site, name)[None, :] for name in Months._fields[:7]}
    one_of_many = Months(**rows, new_year=new_year, stops=stops)
    many = evaluate_sites(one_of_many, sat, price, np.array([1000.0]), weights)
    assert many[0] == pytest.approx(weights @ fast - 1000.0, rel=1e-9, abs=1e-3)


# Measures -----------------------------------------------------------------------------------------------------------
def test_an_annuity_has_the_rate_of_the_textbook():
    # 1000 paid, 12 times 90 received: 1.2043 % a month, as the annuity formula gives back.
    cash = np.full((12, 1), 90.0)
    monthly = (1 + irr_per_year(1000.0, cash)[0]) ** (1 / 12) - 1
    assert 90 * (1 - (1 + monthly) ** -12) / monthly == pytest.approx(1000, abs=1e-6)


def test_at_its_own_rate_a_path_is_worth_nothing():
    cash = np.array([[100.0, 10.0], [500.0, 10.0], [900.0, 10.0]])
    rate = irr_per_year(1000.0, cash)
    assert npv(1000.0, cash, float(rate[0]))[0] == pytest.approx(0, abs=1e-6)


def test_where_nothing_comes_back_there_is_no_rate_and_no_payback():
    cash = np.zeros((6, 1))
    assert isnan(irr_per_year(1000.0, cash)[0])
    assert payback_months(1000.0, cash)[0] == 0


def test_the_money_is_back_in_the_month_in_which_it_is_whole():
    assert payback_months(1000.0, np.full((12, 1), 250.0))[0] == 4
