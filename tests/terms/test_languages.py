"""Numbers, days and units as people of each language write them, and an interface that says the same in both."""

import string
from datetime import date
from decimal import Decimal

import pytest

from adit.regime.values import CONFIDENCES, READ, STATUSES
from adit.terms.errors import UnknownName
from adit.terms.language import LANGUAGES, PHRASES, Wording, day, number, percent, period_in, phrase, unit_in
from adit.terms.units import BASES


@pytest.mark.parametrize(
    ("value", "en", "ru"),
    [
        ("1234.56", "1,234.56", "1 234,56"),
        ("6000.000", "6,000", "6 000"),
        ("1E+6", "1,000,000", "1 000 000"),
        ("0", "0", "0"),
        ("-0.5", "-0.5", "−0,5"),
    ],
)
def test_numbers(value: str, en: str, ru: str):
    assert number(Decimal(value), "en") == en
    assert number(Decimal(value), "ru").replace("\N{NO-BREAK SPACE}", " ") == ru


def test_kopecks_days_and_shares():
    assert number(Decimal("12.5"), "ru", places=2) == "12,50"
    assert percent(Decimal("0.13"), "en").replace("\N{NO-BREAK SPACE}", " ") == "13 %"
    assert day(date(2025, 2, 1), "ru") == "01.02.2025"
    assert day(date(2025, 2, 1), "en") == "2025-02-01"


@pytest.mark.parametrize(
    ("text", "ru"),
    [
        ("2025", "2025 год"),
        ("2025-02", "февраль 2025 года"),
        ("2025-02-01", "01.02.2025"),
        ("2025-01-01 to 2025-03-31", "01.01.2025 – 31.03.2025"),
    ],
)
def test_periods(text: str, ru: str):
    assert period_in(text, "ru") == ru
    assert period_in(text, "en") == text


def test_units():
    assert unit_in("kWh/month", "ru") == "кВт·ч/мес."
    assert unit_in("RUB/kWh", "ru") == "руб./кВт·ч"
    assert unit_in("1/month", "ru") == "1/мес."
    assert unit_in("kWh/month", "en") == "kWh/month"
    assert not [b for b in BASES if unit_in(b, "ru") == b and b != "BTC"]


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_takes_the_same_parts_in_each_language(key: str):
    texts = PHRASES[key]
    assert len(texts) == len(LANGUAGES)
    assert all(texts) or key == "untranslated"
    parts = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts if text]
    assert all(p == parts[0] for p in parts)


def test_what_marks_a_dated_value_has_words():
    assert {*STATUSES, *READ, *CONFIDENCES} <= PHRASES.keys()


def test_a_language_that_is_not_there():
    with pytest.raises(UnknownName, match="no language 'fr'"):
        phrase("yes", "fr")


def test_wordings_are_laid_over_one_another():
    both = Wording({"a": "1"}, {"x": {"p": "1"}}, {"t": "1"}).over(Wording({"a": "2", "b": "2"}, {"x": {"q": "2"}}))
    assert both == Wording({"a": "1", "b": "2"}, {"x": {"p": "1", "q": "2"}}, {"t": "1"})
