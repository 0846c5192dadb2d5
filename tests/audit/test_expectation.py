"""What a hashrate finds on average."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.audit.expectation import expected_coins_sat
from adit.evidence.sources.epochs import epochs_within
from adit.terms.days import parse_period


def coins_btc(hashrate_ths: float, period: str) -> float:
    return expected_coins_sat(hashrate_ths, epochs_within(parse_period(period))) / 1e8


def test_one_megawatt_in_2023() -> None:
    """law/ru.md, S161 reports about 27 BTC a year; that is a fleet at 34 J/TH. At 30 J/TH it is 30.4."""
    assert coins_btc(1e6 / 30, "2023") == pytest.approx(30.4, abs=0.1)
    assert coins_btc(1e6 / 33.8, "2023") == pytest.approx(27, abs=0.1)


def test_the_whole_network_finds_a_block_every_ten_minutes() -> None:
    """A hashrate that finds each block of an epoch, by difficulty and length alone, finds the subsidy of 2016 blocks.

    The table's own column, computed by others with 2**32 hashes a block, says 280.2646954 EH/s for epoch 384.
    """
    stretches = [s for s in epochs_within(parse_period("2023")) if s.epoch.index == 384]
    (whole,) = stretches
    hashrate_ths = 2016 * whole.epoch.difficulty * (2**48 / 65535) / whole.seconds / 1e12
    assert expected_coins_sat(hashrate_ths, stretches) == pytest.approx(2016 * 625_000_000, rel=1e-12)
    assert hashrate_ths == pytest.approx(280.2646954e6 * 65536 / 65535, rel=1e-9)


def test_the_halving_shows() -> None:
    ratio = coins_btc(1000, "2024-05-15") / coins_btc(1000, "2024-04-10")
    assert 0.45 < ratio < 0.55


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_machines_add_up(a: float, b: float) -> None:
    stretches = epochs_within(parse_period("2025-05"))
    apart = expected_coins_sat(a, stretches) + expected_coins_sat(b, stretches)
    assert expected_coins_sat(a + b, stretches) == pytest.approx(apart)


def test_days_add_up_to_their_month() -> None:
    days = [f"2025-06-{day:02}" for day in range(1, 31)]
    assert sum(coins_btc(5000, day) for day in days) == pytest.approx(coins_btc(5000, "2025-06"))
