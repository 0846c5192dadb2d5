"""Levy, VAT and tax of a site asked of acts as they stand: the law of Kazakhstan in tenge, the law of Russia in roubles."""

from datetime import date
from decimal import Decimal

import pytest

from adit import law
from adit.decision.decide import decide
from adit.site.feasibility import Feasibility, feasibility
from adit.site.kernel import cash_of_site
from adit.site.plan import Plan
from adit.site.record import record_of
from adit.site.store import read_assumptions, rub_per
from adit.site.telling import exchange_told, stops_told
from adit.terms.errors import BadInput

ON = date(2025, 5, 1)
KOPECK = Decimal("0.01")


def found(region: str, act: str, price: str = "4.5", climate: str = "RU-OMS", **facts: object) -> Feasibility:
    plan = Plan(region, Decimal(5), "S21 XP", Decimal(price), ON, 14, climate=climate, facts=facts)
    return feasibility(plan, [law.load(act)], read_assumptions(), count=5)


@pytest.fixture(scope="module")
def pavlodar() -> Feasibility:
    return found("KZ-55", "kz/law", power_source="grid", licence="machine owner licence")


def test_a_money_is_worth_what_the_table_says() -> None:
    """2024-03-02: 92.088631 RUB and 451.29185 KZT a dollar."""
    assert rub_per("KZT", date(2024, 3, 3)).rub == (Decimal("92.088631") / Decimal("451.29185")).quantize(Decimal("0.000001"))  # fmt: skip
    assert rub_per("USD", date(2024, 3, 2)).rub == Decimal("92.088631")
    assert rub_per("RUB", date(1900, 1, 1)).on is None
    with pytest.raises(BadInput, match="There is no rate of CAD"):
        rub_per("CAD", ON)
    with pytest.raises(BadInput, match="There is no rate of KZT within 14 days up to 2020-01-01"):
        rub_per("KZT", date(2020, 1, 1))


def test_the_levy_is_that_of_the_kazakh_law_at_the_rate_of_the_day(pavlodar: Feasibility) -> None:
    """From 24 tenge a kilowatt-hour upwards the levy is one tenge: 4.5 roubles were some 28."""
    answers, rate = pavlodar.first.answers, rub_per("KZT", ON)
    assert answers.rate == rate
    assert {m.levy_per_kwh for m in answers.months if m.period.start.year == 2025} == {Decimal(1)}
    for month in (m for m in pavlodar.first.months if m.runs):
        assert month.levy == round(month.energy_kwh * rate.rub, 2)
    facts = {"actor": "company", "region": "KZ-55", "power_source": "grid", "mining_energy_kwh_per_month": "1000000"}
    price = (Decimal("4.5") / rate.rub).quantize(Decimal("0.0001"))
    asked = decide(
        law.load("kz/law"),
        {**facts, "electricity_price_per_kwh": str(price)},
        answers.months[0].period,
        questions=["levy_due"],
    )
    assert asked["levy_due"].value == 1_000_000


def test_the_paths_pay_the_same_levy_to_a_kopeck(pavlodar: Feasibility) -> None:
    o = pavlodar.first
    cash = cash_of_site(o.columns.for_kernel(), pavlodar.paths.sat_per_ths, pavlodar.paths.kopecks)[:, 0]
    for month, kopecks in zip(o.months, cash, strict=True):
        assert abs(month.cash * 100 - Decimal(float(kopecks))) <= 1, month.period


def test_what_the_act_does_not_say_is_no_nought(pavlodar: Feasibility) -> None:
    assert pavlodar.first.answers.silent() == ("profit_tax_rub", "vat_rub")
    assert record_of(pavlodar)["regimes"][0]["money"]["currency"] == "KZT"


def test_what_is_assumed_for_russia_is_told_of_another_state(pavlodar: Feasibility) -> None:
    told = exchange_told(pavlodar, pavlodar.first, "en")
    assert told[0].startswith("kz/law counts in KZT: 1 KZT was 0.159")
    assert told[1].startswith("Import duty and VAT, depreciation and the price of building are assumed for Russia.")
    assert exchange_told(found("RU-OMS", "ru/law"), found("RU-OMS", "ru/law").first, "ru") == []


def test_a_step_of_the_scale_that_was_not_read_is_not_guessed() -> None:
    """Three roubles were some nineteen tenge: the report gives no rate for that step."""
    o = found("KZ-55", "kz/law", price="3", power_source="grid").first
    assert all(m.levy_per_kwh is None for m in o.answers.months)
    assert "levy_due" in o.answers.silent()


def test_without_a_licence_it_is_told_what_counts_as_done() -> None:
    [(told, cites)] = stops_told(found("KZ-55", "kz/law", power_source="grid").first, "en")
    assert told == "after registration, 14 of 14 months: mining needs a licence as holder of a data centre or as owner of machines (counted as done)"  # fmt: skip
    assert "Law 193-VII" in cites


def test_vat_and_tax_of_the_law_of_russia() -> None:
    """Coins bear no VAT by the law of Russia, which is an answer and no silence; VAT on import is an assumption, since no act read says it."""
    o = found("RU-OMS", "ru/law", price="1").first
    assert {m.vat_rate for m in o.answers.months} == {Decimal(0)}
    assert all(m.vat_cites for m in o.answers.months)
    assert {m.profit_rate for m in o.answers.months} == {Decimal("0.25")}
    assert o.answers.silent() == ("levy_due",)
    capital = o.columns.capital
    assert capital.vat == (capital.machines * Decimal("0.2")).quantize(KOPECK)


@pytest.mark.parametrize(
    ("region", "act", "words"),
    [
        ("KZ-55", "ru/law", "ru/law is of RU and does not cover KZ-55"),
        ("RU-OMS", "kz/law", "kz/law is of KZ and does not cover RU-OMS"),
    ],
)
def test_an_act_of_another_state_is_refused(region: str, act: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        found(region, act)


def test_the_climate_of_a_place_without_stations_is_asked_for() -> None:
    with pytest.raises(BadInput, match="The climate of KZ-55 is not known") as refused:
        found("KZ-55", "kz/law", climate="")
    assert "--climate" in refused.value.todo
