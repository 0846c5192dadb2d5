"""What the act's values say on the page of the law: numbers with their units, words and steps in the language of the page."""

from datetime import date

import pytest

from adit import law
from adit.desk.law_values import content_in
from adit.desk.web.languages import Words

DAY = date(2025, 4, 1)
REGIME = law.load("ru/law")


def told(name: str, language: str) -> str:
    value = REGIME.values[name]
    row = value.on(DAY, REGIME.counts, DAY)
    assert row is not None
    return content_in(value, row, Words(language, regime=REGIME)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("name", "english", "russian"),
    [
        ("payment_ban", "yes", "да"),
        ("household_limit", "6,000 kWh/month", "6 000 кВт·ч/мес."),
        ("irkutsk_rural_price", "1.106 RUB/kWh", "1,106 руб./кВт·ч"),
        ("report_day", "20", "20"),
        ("barred_tax_regimes", "AUSN, ESHN, NPD, PSN, USN", "АУСН, ЕСХН, НПД, ПСН, УСН"),
        (
            "trading_income_tax",
            "above 0 RUB: 13 %; above 2,400,000 RUB: 15 %",
            "свыше 0 руб.: 13 %; свыше 2 400 000 руб.: 15 %",
        ),
    ],
)
def test_a_value_is_told_in_the_language_of_the_page(name: str, english: str, russian: str):
    assert told(name, "en") == english
    assert told(name, "ru") == russian


def test_no_value_of_any_act_fails_to_be_told():
    told = 0
    for name in law.names():
        act = law.load(name)
        words = Words("ru", regime=act)
        for value in act.values.values():
            for row in value.rows:
                assert content_in(value, row, words)
                told += 1
    assert told > 300
