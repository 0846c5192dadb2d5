"""One case under one regime: the acceptance cases of the project, with article, and the errors."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.regime.acts import act
from tests.regime.test_dates import FINE, FINES

from adit import law
from adit.decision.decide import Answer, decide
from adit.decision.stored.record import record_of
from adit.regime.act import Regime
from adit.regime.explanation import Amount, Compared
from adit.terms.days import parse_day, parse_period
from adit.terms.errors import BadInput, MissingFact, NotInForce, UnknownName

MINER = {"actor": "company", "in_miners_register": True, "mining_energy_kwh_per_month": 100}


@pytest.fixture(scope="module")
def ru() -> Regime:
    return law.load("ru/law")


def ask(regime: Regime, question: str, on: str, **facts: object) -> Answer:
    return decide(regime, facts, parse_period(on), questions=(question,))[question]


def cites(answer: Answer) -> str:
    """The article of the rule on which the answer turned."""
    e = answer.explanation
    assert e is not None
    while e.decisive:
        e = e.decisive[0]
    return e.cites


def test_a_citizen_at_the_limit_mines_unregistered(ru: Regime):
    answer = ask(ru, "may_mine", "2025-02-01", actor="citizen", region="Moscow", mining_energy_kwh_per_month=6000)
    assert answer.value == "yes"
    assert (
        ask(ru, "must_register", "2025-02-01", actor="citizen", region="Moscow", mining_energy_kwh_per_month=6000).value
        is False
    )


def test_a_citizen_above_the_limit_must_register(ru: Regime):
    answer = ask(ru, "must_register", "2025-02-01", actor="citizen", region="Moscow", mining_energy_kwh_per_month=6001)
    assert answer.value is True
    assert "1469" in cites(answer)
    assert answer.explanation is not None
    energy, limit = (
        Amount("mining_energy_kwh_per_month", Decimal(6001), "kWh/month"),
        Amount("household_limit", Decimal(6000), "kWh/month"),
    )
    assert answer.explanation.compared == (Compared(energy, ">", limit, held=True),)


@pytest.mark.parametrize(
    ("region", "municipality", "on", "expected"),
    [
        ("Dagestan", "", "2025-02-01", "no"),
        ("Irkutsk Oblast", "Irkutsk", "2025-03-20", "yes"),
        ("Irkutsk Oblast", "Irkutsk", "2025-04-07", "no"),
        ("Irkutsk Oblast", "Bratsk", "2025-05-01", "yes"),
        ("Buryatia", "Ulan-Ude", "2025-06-01", "yes"),
        ("Buryatia", "Ulan-Ude", "2025-11-20", "no"),
        ("Irkutsk Oblast", "", "2025-05-01", "undecided"),
        ("Irkutsk Oblast", "Irkutsk", "2025-04", "part of the period"),
    ],
)
def test_territories(ru: Regime, region: str, municipality: str, on: str, expected: str):
    answer = ask(ru, "may_mine", on, region=region, municipality=municipality, **MINER)
    assert answer.value == expected
    if expected != "yes":
        assert "1869" in cites(answer)


def test_a_power_company_is_barred(ru: Regime):
    answer = ask(ru, "why_barred", "2025-05-01", region="RU-MOW", energy_company=True, **MINER)
    assert answer.value == "combined with electricity business"
    assert "221-FZ" in cites(answer)


def test_a_company_that_only_mines_owes_a_quarter_of_its_profit(ru: Regime):
    facts = {"actor": "company", "coins_btc": 1, "quotation_rub_per_btc": 8_000_000, "mining_costs_rub": 6_000_000}
    answer = ask(ru, "profit_tax_rub", "2025", **facts)
    assert answer.value == Decimal(500_000)
    assert answer.explanation is not None
    rate = answer.explanation.all_values()["profit_tax_rate"]
    assert (rate.value, rate.first, rate.cite) == (Decimal("0.25"), date(2025, 1, 1), "176-FZ of 2024-07-12")


def test_only_what_was_looked_at_is_told(ru: Regime):
    explanation = ask(ru, "must_register", "2025-05-01", actor="company", mining_energy_kwh_per_month=5).explanation
    assert explanation is not None
    assert explanation.all_facts().keys() == {"actor"}


def test_origins_are_told(ru: Regime):
    decision = decide(
        ru,
        {"actor": "citizen", "coins_btc": "0.1", "mining_costs_rub": 0},
        parse_period("2025-05"),
        questions=("income_tax_rub",),
    )
    assert decision.origins["coins_btc"] == "given"
    assert decision.origins["tax_resident"] == "presumed"
    assert decision.origins["quotation_rub_per_btc"] == "mean of 2 market quotations in 2025-05"


def test_a_quotation_is_not_looked_up_in_vain(ru: Regime):
    decision = decide(ru, {"actor": "citizen"}, parse_period("2025-05"))
    assert "quotation_rub_per_btc" not in decision.origins
    assert decision["income_tax_rub"].state == "fact missing"


def test_what_was_known_on_a_day(ru: Regime):
    facts = {"actor": "company", "mining_energy_kwh_per_month": 1}
    period = parse_period("2025-05")
    assert decide(ru, facts, period, questions=("must_report",), known=date(2024, 7, 1))["must_report"].value is None
    assert decide(ru, facts, period, questions=("must_report",), known=date(2024, 12, 1))["must_report"].value is True


def test_a_running_year(ru: Regime):
    def month(coins: str, costs: int) -> dict[str, object]:
        return {"coins_btc": coins, "quotation_rub_per_btc": 1_000_000, "mining_costs_rub": costs}

    decision = decide(
        ru,
        {"actor": "company", **month("3", 1_000_000)},
        parse_period("2025-03"),
        questions=("profit_tax_rub", "tax_this_period_rub"),
        earlier=[(parse_period("2025-01"), month("1", 2_000_000)), (parse_period("2024-12"), month("100", 0))],
    )
    assert decision["profit_tax_rub"].value == 250_000  # (3 - 1) + (1 - 2) million, last year apart
    assert decision["tax_this_period_rub"].value == 250_000  # the loss of January owed nothing


def test_silence_has_its_reason(ru: Regime):
    answer = decide(ru, {}, parse_period("2025-05-01"), questions=("levy_per_kwh",))["levy_per_kwh"]
    assert answer.state == "does not say"
    assert "No levy" in answer.silence


def test_a_proposal_is_marked_and_never_decides_a_real_case():
    bill = law.load("ru/finance_ministry_2022")
    assert decide(bill, {}, parse_period("2023-05-01"), questions=("may_be_paid_in_coin",)).simulated
    with pytest.raises(BadInput, match="never decides a real case"):
        decide(bill, {}, parse_period("2023-05-01"), questions=("may_be_paid_in_coin",), real=True)


def test_the_receipt_names_what_decided(ru: Regime):
    data = record_of(decide(ru, {"actor": "citizen"}, parse_period("2025-05-01"), questions=("must_report",)))
    assert data["receipt"]["regime_digest"] == ru.digest
    assert data["answers"][0]["explanation"]["cites"].startswith("221-FZ")


@pytest.mark.parametrize(
    ("facts", "on", "error", "message"),
    [
        ({"region": "Irkustk Oblast"}, "2025-05-01", UnknownName, r"no region 'Irkustk Oblast'\.\nDid you mean Irkutsk Oblast"),
        ({"region": "RU-IRK", "municipality": "Irkustk"}, "2025-05-01", UnknownName, r"Did you mean Irkutsk"),
        ({"municipality": "Bratsk"}, "2025-05-01", BadInput, "without its region"),
        ({"actor": "citizn"}, "2025-05-01", UnknownName, "Did you mean citizen"),
        ({"mining_energy_kwh_per_month": -5}, "2025-05-01", BadInput, "is below zero"),
        ({"mining_energy_kwh_per_month": "a lot"}, "2025-05-01", BadInput, "is not a number"),
        ({"mining_energy_kwh_per_month": "6000.0001"}, "2025-05-01", BadInput, "more than 3 decimal places"),
        ({"mining_energy_kwh_per_month": 6000.1}, "2025-05-01", BadInput, "not an exact number"),
        ({"coins_btc": "NaN"}, "2025-05-01", BadInput, "is not a number"),
        ({"energy_company": "perhaps"}, "2025-05-01", BadInput, "neither yes nor no"),
        ({"enrgy_company": True}, "2025-05-01", UnknownName, "Did you mean energy_company"),
        ({"actor": "citizen", "region": "RU-MOW", "mining_energy_kwh_per_month": 1}, "2020-05-01", NotInForce, "begins on 2021-01-01; 2020-05-01 is before the law"),
        ({"actor": "citizen"}, "2025-05-01", MissingFact, r"may_mine cannot be answered: these facts are missing: mining_energy_kwh_per_month, region"),
    ],
)  # fmt: skip
def test_bad_input(ru: Regime, facts: dict[str, object], on: str, error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        decide(ru, facts, parse_period(on), questions=("may_mine",))


def test_an_unknown_question(ru: Regime):
    with pytest.raises(UnknownName, match="Did you mean may_mine"):
        decide(ru, {}, parse_period("2025-05-01"), questions=("may_min",))


def test_an_unknown_regime():
    with pytest.raises(UnknownName, match=r"no regime 'ru/lw'\.\nDid you mean ru/law"):
        law.load("ru/lw")


def test_earlier_periods_that_overlap(ru: Regime):
    facts = {"actor": "company", "coins_btc": 1, "quotation_rub_per_btc": 1, "mining_costs_rub": 0}
    with pytest.raises(BadInput, match="Earlier periods overlap"):
        decide(
            ru,
            facts,
            parse_period("2025-05"),
            questions=("profit_tax_rub",),
            earlier=[(parse_period("2025-05"), facts)],
        )
    with pytest.raises(BadInput, match="come after it"):
        decide(
            ru,
            facts,
            parse_period("2025-05"),
            questions=("profit_tax_rub",),
            earlier=[(parse_period("2025-06"), facts)],
        )


def test_a_milder_law_of_the_day_of_decision_punishes(tmp_path: Path):
    regime = act(tmp_path, values=FINES, rules=FINE)
    period = parse_period("2024-06-01")
    then, later = (
        decide(regime, {}, period, questions=("fined",), decided=parse_day(d)) for d in ("2024-06-02", "2025-03-01")
    )
    assert (then["fined"].value, later["fined"].value) == (40000, 30000)
    assert (later.receipt.decided, later.receipt.regime_digest) == ("2025-03-01", regime.digest)
    with pytest.raises(BadInput, match="before the period"):
        decide(regime, {}, period, questions=("fined",), decided=parse_day("2024-05-31"))
