"""Prices of open licence: what there is, how old it is, and what is not there."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from adit.evidence.sources.prices import mean_quotation, quotation, read_quotations
from adit.terms.days import parse_period
from adit.terms.errors import BadInput, BadRows


def own(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text("date,usd_rub,btc_usd\n" + rows, encoding="utf-8")
    return path


def test_every_day_has_a_price_but_the_one_whose_price_was_broken() -> None:
    days = [q.on for q in read_quotations()]
    assert len(days) == 84
    assert (days[0], days[-1]) == (date(2024, 3, 2), date(2026, 9, 29))
    assert date(2025, 12, 6) not in days
    assert days == sorted(set(days))


def test_kopecks_are_the_product_rounded_half_up_once() -> None:
    for q in read_quotations():
        exact = q.usd_per_btc * q.rub_per_usd * 100
        assert q.rub_per_btc_kopecks == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        assert 4_000_000_00 < q.rub_per_btc_kopecks < 13_000_000_00


def test_the_official_rate_is_taken_while_we_hold_it_and_the_source_says_which() -> None:
    held = quotation(date(2024, 12, 31))
    assert (held.on, held.rub_per_usd) == (date(2024, 12, 31), Decimal("101.6797"))  # as set for 2024-12-29
    assert held.source == "fawazahmed0/exchange-api, dollar at the Bank of Russia's rate"
    after = quotation(date(2025, 1, 1))
    assert after.source == "fawazahmed0/exchange-api, dollar at its market rate"


def test_a_day_between_takes_the_last_before_it() -> None:
    q = quotation(date(2025, 5, 4))
    assert (q.on, q.rub_per_btc_kopecks) == (date(2025, 5, 1), 780_380_910)
    assert quotation(date(2025, 5, 5)).on == date(2025, 5, 5)


def test_too_old_a_price_is_refused_at_the_first_day_beyond() -> None:
    assert quotation(date(2024, 9, 20)).on == date(2024, 9, 6)
    with pytest.raises(BadInput) as error:
        quotation(date(2024, 9, 21))
    assert str(error.value) == (
        "network/fx_and_coin_prices_2024_2026.csv: There is no bitcoin price within 14 days up to 2024-09-21; "
        "the last is of 2024-09-06, 15 days before.\n"
        "Allow an older one (max_age_days=15). Prices of your own can be given as a CSV file with the columns date, "
        "usd_rub and btc_usd."
    )
    assert quotation(date(2024, 9, 21), max_age_days=15).on == date(2024, 9, 6)


def test_before_the_first_price_there_is_none() -> None:
    with pytest.raises(BadInput, match=r"for 2024-03-01: the first at hand is of 2024-03-02\.\nPrices of your own"):
        quotation(date(2024, 3, 1))


def test_a_mean_says_over_how_many_days() -> None:
    mean = mean_quotation(parse_period("2025-05"))
    known = {q.on: q.rub_per_btc_kopecks for q in read_quotations()}
    two = known[date(2025, 5, 1)] + known[date(2025, 5, 5)]
    assert (mean.days, mean.rub_per_btc_kopecks) == (2, (two + 1) // 2)
    assert mean_quotation(parse_period("2025-11")).days == 1


def test_each_month_of_2025_has_a_price_and_three_of_2024_have_none() -> None:
    def has(month: str) -> bool:
        try:
            return mean_quotation(parse_period(month)).days > 0
        except BadInput:
            return False

    assert all(has(f"2025-{m:02}") for m in range(1, 13))
    assert [m for m in range(3, 13) if not has(f"2024-{m:02}")] == [8, 10]


def test_a_period_without_a_price_has_no_mean() -> None:
    with pytest.raises(BadInput, match=r"within 2024-08; those at hand run from 2024-03-02 to 2026-09-29, with gaps"):
        mean_quotation(parse_period("2024-08"))


def test_half_a_kopeck_goes_up(tmp_path: Path) -> None:
    path = own(tmp_path, "2020-01-01,1,0.01\n2020-01-02,1,0.02\n")
    assert [q.rub_per_btc_kopecks for q in read_quotations(path)] == [1, 2]
    assert mean_quotation(parse_period("2020-01"), path=path).rub_per_btc_kopecks == 2


def test_a_table_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    path = own(tmp_path, "2021-01-02,75,30000\n2021-01-01,74.5,\n")
    q = quotation(date(2021, 1, 5), path=path)
    assert (q.on, q.rub_per_btc_kopecks, q.rub_per_usd) == (date(2021, 1, 2), 225_000_000, Decimal(75))
    assert "prices.csv" in q.source


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "The table has no bitcoin price."),
        ("2021-01-01,75,\n", "The table has no bitcoin price."),
        ("2021-01-01,75,3\n2021-01-01,75,4\n", "The table has two rows for one day."),
    ],
)
def test_a_table_without_a_usable_price(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_quotations(own(tmp_path, rows))


def test_broken_prices_are_told_by_line(tmp_path: Path) -> None:
    path = own(tmp_path, "1.1.2021,75,3\n2021-01-02,,3\n2021-01-03,75,-1\n2021-01-04,75,x\n")
    with pytest.raises(BadRows) as error:
        read_quotations(path)
    assert [str(p) for p in error.value.problems] == [
        "line 2, date: '1.1.2021' is not a day; write it as 2025-05-01",
        "line 3, usd_rub: the value is missing",
        "line 4, btc_usd: -1 is not a price",
        "line 5, btc_usd: 'x' is not a number",
    ]
