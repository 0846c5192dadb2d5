"""Coins per terahash and the hashprice against dated public figures."""

from datetime import date

import pytest

from adit.evidence.sources.epochs import subsidy_sat
from adit.site.hashing import epoch_on, hashprice, height_on, sat_per_ths
from adit.terms.errors import BadInput

# Luxor, Hashrate Index Roundup of the day, hashrateindex.com/blog: price of a coin (24 h), fees as a share of the reward, hashprice in
# USD/TH/day. Difficulty and subsidy are the chain's own.
ROUNDUPS = [
    (date(2021, 7, 24), 33_806, 0.0126, 0.315),
    (date(2021, 8, 7), 43_629, 0.0134, 0.3835),
    (date(2021, 10, 24), 60_028, 0.0107, 0.3800),
]


@pytest.mark.parametrize(("day", "usd", "fees_of_reward", "published"), ROUNDUPS)
def test_the_hashprice_of_three_days_is_the_published_one(
    day: date, usd: float, fees_of_reward: float, published: float
):
    subsidy = subsidy_sat(int(height_on(day)))
    found = hashprice(epoch_on(day).difficulty, subsidy / (1 - fees_of_reward), usd)
    assert found == pytest.approx(published, rel=0.002)


def test_figures_whose_price_is_not_of_the_hour_differ_by_what_the_price_moved():
    """2021-07-29: a calculator gave 0.3666 USD/TH/day, price not stated; 2024-12-23: 0.0552. The prices of those days span the difference.

    Prices: Bitstamp, lowest and highest of the day. Fees: Blockchain.com, 14.995 BTC in 160 blocks on 2021-07-29; none at hand for 2024-12.
    """
    for day, fees_btc, low, high, published in (
        (date(2021, 7, 29), 14.995 / 160, 39_239.95, 40_662.80, 0.3666),
        (date(2024, 12, 23), 0.0, 92_389.0, 96_420.0, 0.0552),
    ):
        reward = subsidy_sat(int(height_on(day))) + fees_btc * 1e8
        difficulty = epoch_on(day).difficulty
        assert hashprice(difficulty, reward, low) < published < hashprice(difficulty, reward, high)


def test_a_terahash_at_difficulty_1_finds_what_the_definition_says():
    # 2^48 / 65535 hashes a block: so many seconds of 1 TH/s bring one reward.
    seconds = 2**48 / 65535 / 1e12
    assert sat_per_ths(1.0, seconds, 50e8) == pytest.approx(50e8, rel=1e-12)


def test_the_height_of_a_day_is_that_of_the_chain():
    # Block 709,632 opened an epoch on 2021-11-14; 2020-05-11 had the halving at 630,000.
    assert 630_000 <= height_on(date(2020, 5, 12)) <= 630_200
    assert subsidy_sat(int(height_on(date(2020, 5, 12)))) == 625_000_000


def test_a_day_without_difficulty_is_refused():
    with pytest.raises(BadInput, match="difficulty of 2031-01-01 is not known"):
        epoch_on(date(2031, 1, 1))
