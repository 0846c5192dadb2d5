"""Dues that no act of Russia has today, by reforms laid over it: a levy on electricity, VAT on coins, a tax that is no rate."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adit import law
from adit.regime.act import Regime
from adit.site.feasibility import Feasibility, feasibility
from adit.site.kernel import cash_of_site
from adit.site.plan import Plan
from adit.site.store import read_assumptions
from adit.terms.errors import BadInput

HEAD = """
title = "A levy that nobody proposed"
jurisdiction = "RU"
status = "proposal"
about = "For a test."
first_day = 2025-01-01
counts = ["in force", "expired", "proposal"]
reform_of = "ru/law"

[silent]
mining_tariff_per_kwh = "For a test."
curtailable_hours_per_year = "For a test."
must_declare_turnover = "For a test."
amnesty = "For a test."
may_hold = "For a test."
fine_min = "For a test."
fine_max = "For a test."
payment_fine_rub_max = "For a test."
crime = "For a test."
trade_limit_rub_per_year = "For a test."
may_trade = "For a test."
may_buy_abroad = "For a test."
"""

VALUES = """
[levy_rate]
about = "Levy."
unit = "RUB/kWh"

[[levy_rate.values]]
from = 2025-01-01
value = 0.0357
status = "proposal"
cite = "a test"
read = "reported"
confidence = "low"
sources = ["S30"]
published = 2025-01-01

[cap]
about = "The most."
unit = "RUB"

[[cap.values]]
from = 2025-01-01
value = 1000000
status = "proposal"
cite = "a test"
read = "reported"
confidence = "low"
sources = ["S30"]
published = 2025-01-01

[vat_rate]
about = "VAT."
unit = "1"

[[vat_rate.values]]
from = 2025-01-01
value = 0.2
status = "proposal"
cite = "a test"
read = "reported"
confidence = "low"
sources = ["S30"]
published = 2025-01-01
"""

START = """from adit.regime import SILENT, Expr, ValuesOfTheAct, at_most, first_match, in_month, round_half_up, rule, when

"""

LEVY = """
@rule(cites="a test")
def levy_per_kwh(p: ValuesOfTheAct) -> Expr:
    "The levy."
    return first_match(otherwise=p.levy_rate, because="at the rate")


@rule(cites="a test")
def levy_due(mining_energy_kwh_per_month: Expr, levy_per_kwh: Expr) -> Expr:
    "The levy of the month."
    return first_match(
        otherwise=round_half_up(in_month(mining_energy_kwh_per_month) * levy_per_kwh, 2), because="at the rate"
    )


@rule(cites="a test")
def vat_rub(mining_income_rub: Expr, p: ValuesOfTheAct) -> Expr:
    "VAT on the coins."
    return first_match(otherwise=round_half_up(mining_income_rub.or_else(0) * p.vat_rate, 2), because="at the rate")
"""

CAPPED = """
@rule(cites="a test")
def profit_tax_rub(profit_base_rub: Expr, p: ValuesOfTheAct) -> Expr:
    "A tax that ends at a cap."
    return first_match(
        when(~p.cap.in_force, SILENT, "before the test"),
        otherwise=at_most(round_half_up(profit_base_rub * p.vat_rate, 0), p.cap),
        because="capped",
    )
"""


def reform(folder: Path, rules: str) -> Regime:
    (folder / "rules").mkdir()
    (folder / "values").mkdir()
    (folder / "regime.toml").write_text(HEAD, encoding="utf-8")
    (folder / "rules" / "dues.py").write_text(START + rules, encoding="utf-8")
    (folder / "values" / "dues.toml").write_text(VALUES, encoding="utf-8")
    return law.load(str(folder))


def found(act: Regime, region: str = "RU-KYA", facts: dict[str, object] | None = None) -> Feasibility:
    plan = Plan(region, Decimal(2), "S21 XP", Decimal("1.2"), date(2025, 2, 1), 16, facts=facts or {})
    return feasibility(plan, [act], read_assumptions(), count=5)


@pytest.mark.parametrize(("region", "facts"), [("RU-KYA", {}), ("RU-BU", {"municipality": "ulan-ude"})])
def test_levy_and_vat_of_the_paths_are_those_of_decision_to_a_kopeck(
    tmp_path: Path, region: str, facts: dict[str, object]
):
    f = found(reform(tmp_path, LEVY), region, facts)
    o = f.first
    assert sum(m.levy for m in o.months) > 0
    assert sum(m.vat for m in o.months) > 0
    cash = cash_of_site(o.columns.for_kernel(), f.paths.sat_per_ths, f.paths.kopecks)[:, 0]
    for month, kopecks in zip(o.months, cash, strict=True):
        assert month.levy == round(month.energy_kwh * Decimal("0.0357"), 2)
        assert abs(month.cash * 100 - Decimal(float(kopecks))) <= 1, month.period


def test_dues_cost_what_the_two_answers_differ_by(tmp_path: Path):
    o = found(reform(tmp_path, LEVY)).first
    assert o.npv < o.npv_before_dues
    assert o.npv_before_dues == found(law.load("ru/law")).first.npv_before_dues


def test_a_tax_that_is_no_rate_is_not_guessed_at(tmp_path: Path):
    with pytest.raises(BadInput, match="is no rate on the profit of the year"):
        found(reform(tmp_path, CAPPED))
