"""What will bite is seen before it does: a ban, a season, a tax, a limit; each at its first day, with its article."""

from datetime import date
from decimal import Decimal

import pytest

from adit import law
from adit.decision.ahead import changes_ahead, trend, turning_days
from adit.terms.days import parse_period

LAW = law.load("ru/law")
SITE = {"actor": "company", "in_miners_register": True, "mining_energy_kwh_per_month": "1", "power_source": "grid"}


def _said(facts: dict[str, object], today: date, question: str, days: int = 62) -> list[tuple[date, object, object]]:
    return [(c.day, c.before, c.after) for c in changes_ahead(LAW, facts, today, [question], days=days)]


def test_a_ban_from_next_monday():
    place = SITE | {"region": "RU-IRK", "municipality": "angarsk"}
    assert date(2025, 4, 7).weekday() == 0
    assert _said(place, date(2025, 4, 1), "may_mine") == [(date(2025, 4, 7), "yes", "no")]
    [change] = changes_ahead(LAW, place, date(2025, 4, 1), ["may_mine"])
    assert change.explanation is not None
    assert any("Decree 1869" in e.cites for e in change.explanation.decisive)


def test_a_place_that_the_ban_leaves_out_is_not_warned():
    assert _said(SITE | {"region": "RU-IRK", "municipality": "bratsk"}, date(2025, 4, 1), "may_mine") == []


def test_a_season_that_returns():
    place = SITE | {"region": "RU-BU", "municipality": "ulan-ude"}
    assert _said(place, date(2025, 10, 1), "may_mine") == [(date(2025, 11, 15), "yes", "no")]
    assert _said(place, date(2025, 3, 1), "may_mine") == [(date(2025, 3, 16), "no", "yes")]


def test_a_tax_that_begins_is_announced():
    facts = {
        "actor": "company",
        "coins_btc": "0.1",
        "quotation_rub_per_btc": "8000000",
        "mining_costs_rub": "0",
        "in_miners_register": True,
    }
    changes = changes_ahead(LAW, facts, date(2024, 12, 10), ["profit_tax_rub"])
    assert [c.day for c in changes] == [date(2025, 1, 1)]
    assert changes[0].after == Decimal(200_000)


def test_what_lies_beyond_the_days_asked_for_is_not_told_yet():
    place = SITE | {"region": "RU-IRK", "municipality": "angarsk"}
    assert _said(place, date(2025, 4, 1), "may_mine", days=5) == []
    assert _said(place, date(2025, 4, 1), "may_mine", days=6) != []


def test_a_question_for_which_a_fact_is_missing_is_left_out():
    assert changes_ahead(LAW, {"actor": "company"}, date(2025, 4, 1), ["may_mine"]) == []


def test_the_days_on_which_something_turns_lie_ahead():
    days = turning_days(LAW, date(2025, 4, 1), 62)
    assert date(2025, 4, 7) in days
    assert all(date(2025, 4, 1) < d <= date(2025, 6, 2) for d in days)


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ([("2025-01", 4000), ("2025-02", 5000), ("2025-03", 6000)], 7000),
        (
            [("2024-11", 900), ("2025-01", 4000), ("2025-02", 5000), ("2025-03", 6000)],
            7000,
        ),  # only the last three count
        ([("2025-02", 3000), ("2025-03", 1000)], 0),  # nothing is used below zero
        ([("2025-03", 1000)], None),
        ([], None),
    ],
)
def test_a_quantity_goes_on_as_it_went(used: list[tuple[str, int]], expected: int | None):
    found = trend([(parse_period(m), Decimal(n)) for m, n in used], parse_period("2025-04"))
    assert found == expected


def test_the_line_goes_over_new_year():
    used = [
        (parse_period("2024-11"), Decimal(100)),
        (parse_period("2024-12"), Decimal(200)),
        (parse_period("2025-01"), Decimal(300)),
    ]
    assert trend(used, parse_period("2025-02")) == 400
