"""CN-15: Guizhou's price reaches back over all the time that a mine ran, yet decides nothing before it was published."""

from datetime import date
from decimal import Decimal

import pytest

from adit.law import load
from adit.regime import golden
from adit.regime.readers.case import Case, evaluate
from adit.terms.days import parse_period
from adit.terms.fields import presumed, read_fact

PUBLISHED = date(2022, 6, 20)
RAN_IN = ("2021-03-09", "2021-06", "2022-06-19", "2022-06-20")


def _price(period: str, known: date | None) -> object:
    regime, ask = load("cn/law"), "mining_tariff_per_kwh"
    stated = {"region": "CN-GZ", "found_by_inspection": True}
    facts = presumed(regime.required_facts(ask)) | {name: read_fact(name, v) for name, v in stated.items()}
    evaluation = evaluate(regime, Case(parse_period(period), facts), known)
    return golden.shown(evaluation.answer(ask), regime.rules[ask].type)


@pytest.mark.parametrize("period", RAN_IN)
def test_the_day_before_publication_no_price_is_known(period: str):
    assert _price(period, date(2022, 6, 19)) == "does not say"


@pytest.mark.parametrize("period", RAN_IN)
@pytest.mark.parametrize("known", [PUBLISHED, None])
def test_from_the_day_of_publication_it_governs_what_was_used_before(period: str, known: date | None):
    assert _price(period, known) == Decimal(2)
