"""Fees as a share of the subsidy: what is known month by month, what is not, and how the blocks of a day are derived."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.sources.epochs import read_epochs
from adit.evidence.sources.fees import (
    fee_share,
    monthly_shares,
    read_daily_fees,
    read_fee_shares,
    subsidy_of_day_btc,
    text_of_shares,
)
from adit.terms.days import Period, parse_period
from adit.terms.errors import BadInput, BadRows

MAY = [date(2023, 5, 1) + timedelta(days=n) for n in range(31)]
HEADER = "month,share_least,share_mean,share_most,days\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fees.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_month_is_known_with_its_source() -> None:
    december = fee_share(parse_period("2023-12"))
    assert december is not None
    assert (december.least, december.mean, december.most, december.days) == (0.071418, 0.275172, 0.582072, 31)
    assert december.source == "Blockchain.com, 43 months, 2019-05 to 2024-03; retrieved 2026-11-22"


@pytest.mark.parametrize(
    "month", ["2019-04", "2020-03", "2021-03", "2022-03", "2022-04", "2022-12", "2023-04", "2024-04", "2026-01"]
)
def test_a_month_without_all_its_days_is_not_known(month: str) -> None:
    assert fee_share(parse_period(month)) is None


def test_43_months_are_known_each_with_its_mean_between_its_days() -> None:
    shares = list(read_fee_shares().values())
    assert len(shares) == 43
    assert all(0 < s.least < s.mean < s.most < 1 and s.days == s.month.days for s in shares)
    assert shares == sorted(shares, key=lambda s: s.month)


@pytest.mark.parametrize("period", ["2023", "2023-12-01"])
def test_only_a_month_is_asked_for(period: str) -> None:
    with pytest.raises(BadInput, match="is no calendar month"):
        fee_share(parse_period(period))


def test_a_day_brings_about_144_subsidies_and_at_a_halving_between_two() -> None:
    assert subsidy_of_day_btc(date(2023, 5, 10)) == pytest.approx(Decimal(900), rel=Decimal("0.08"))
    assert subsidy_of_day_btc(date(2024, 4, 18)) == pytest.approx(Decimal(900), rel=Decimal("0.08"))
    assert subsidy_of_day_btc(date(2024, 4, 22)) == pytest.approx(Decimal(450), rel=Decimal("0.08"))
    halving = subsidy_of_day_btc(date(2024, 4, 20))
    assert subsidy_of_day_btc(date(2024, 4, 22)) < halving < subsidy_of_day_btc(date(2024, 4, 18))


def test_days_wholly_within_an_epoch_bring_their_share_of_its_2016_subsidies() -> None:
    this, following = read_epochs()[390], read_epochs()[391]
    days = (following.start_utc.date() - this.start_utc.date()).days - 1
    within = [this.start_utc.date() + timedelta(days=n + 1) for n in range(days)]
    length_s = (following.start_utc - this.start_utc).total_seconds()
    assert days >= 12
    for day in within:
        assert float(subsidy_of_day_btc(day)) == pytest.approx(86_400 / length_s * 2016 * 6.25, rel=1e-9)


def test_a_mean_is_of_sums_and_not_of_days() -> None:
    fees = {day: Decimal(90) for day in MAY} | {MAY[0]: Decimal(450)}
    (share,) = monthly_shares(fees, "mine")
    subsidies = [subsidy_of_day_btc(day) for day in MAY]
    assert share.mean == float((90 * 30 + 450) / sum(subsidies))
    assert share.most == float(450 / subsidies[0])
    assert share.least == float(90 / max(subsidies[1:]))
    assert (share.month, share.days, share.source) == (parse_period("2023-05"), 31, "mine")


@given(st.sampled_from(MAY))
def test_a_month_with_a_gap_is_left_out(gap: date) -> None:
    assert monthly_shares({day: Decimal(1) for day in MAY if day != gap}) == []


def test_a_month_beyond_the_epochs_is_refused_and_not_guessed() -> None:
    days = [date(2026, 12, 1) + timedelta(days=n) for n in range(31)]
    with pytest.raises(BadInput, match="The difficulty of 2026-12-01 is not known"):
        monthly_shares({day: Decimal(1) for day in days})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    shares = list(read_fee_shares().values())
    again = list(read_fee_shares(written(tmp_path, text_of_shares(shares))).values())
    assert [(s.month, s.least, s.mean, s.most) for s in again] == [(s.month, s.least, s.mean, s.most) for s in shares]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2023-13,0.1,0.2,0.3,31", "line 2, month: '2023-13' is not a period"),
        ("2023,0.1,0.2,0.3,365", "line 2, month: '2023' is not a month; write it as 2025-05"),
        ("2023-5,0.1,0.2,0.3,31", "line 2, month: '2023-5' is not a month"),
        ("2023-05,0.3,0.2,0.1,31", "line 2, share_mean: 0.3, 0.2, 0.1 are no shares in order"),
        ("2023-05,-0.1,0.2,0.3,31", "line 2, share_least: -0.1 is below zero"),
        ("2023-05,0.1,0.2,21,31", "are no shares in order up to 20"),
        ("2023-05,0.1,,0.3,31", "line 2, share_mean: the value is missing"),
        ("2023-05,0.1,0.2,0.3,30", "line 2, days: 30 of 31 days: a month with a gap is left out"),
        ("2023-05,0.1,0.2,0.3", "line 2, share_most: 4 cells, the header has 5"),
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(BadRows) as error:
        read_fee_shares(written(tmp_path, f"{HEADER}{row}\n"))
    assert said in str(error.value)


def test_a_month_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="two rows for one month"):
        read_fee_shares(written(tmp_path, HEADER + "2023-05,0.1,0.2,0.3,31\n" * 2))


def test_daily_fees_of_ones_own(tmp_path: Path) -> None:
    path = written(tmp_path, "date,fees_btc\n2023-05-01,12.5\n2023-05-02,0\n")
    assert read_daily_fees(path) == {date(2023, 5, 1): Decimal("12.5"), date(2023, 5, 2): Decimal(0)}
    with pytest.raises(BadRows, match="fees_btc: -1 is below zero"):
        read_daily_fees(written(tmp_path, "date,fees_btc\n2023-05-01,-1\n"))
    with pytest.raises(BadInput, match="two rows for one day"):
        read_daily_fees(written(tmp_path, "date,fees_btc\n2023-05-01,1\n2023-05-01,1\n"))


def test_a_period_of_a_month_is_the_key() -> None:
    assert Period(date(2023, 12, 1), date(2024, 1, 1)) in read_fee_shares()
