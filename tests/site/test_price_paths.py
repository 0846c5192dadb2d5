"""Paths of price and difficulty: what is certain about them."""

from datetime import date
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from adit.audit.expectation import expected_coins_sat
from adit.evidence.sources.epochs import epochs_within
from adit.site.paths import draw_paths, market_on, scaled
from adit.site.plan import latest_day, months_from
from adit.site.store import read_assumptions, read_price_path
from adit.terms.days import parse_period
from adit.terms.errors import BadInput

SHIPPED = read_assumptions()
ON = date(2026, 6, 1)
MARKET = market_on(ON, SHIPPED)


def test_the_first_month_finds_what_the_chain_says_of_it():
    """May 2024 by its own epochs against the path, its trend taken off: difficulty stood at that of the day for 9 of 31 days, then fell by 5.6 %."""
    on, month = date(2024, 5, 1), parse_period("2024-05")
    market = market_on(on, SHIPPED)
    sat = draw_paths(market, [month], SHIPPED, "flat").sat_per_ths[0, 0] * exp(market.growth_per_month / 2)
    stretches = epochs_within(month)
    days = [s.seconds / 86_400 for s in stretches]
    fell = (
        sum(d * stretches[0].epoch.difficulty / s.epoch.difficulty for d, s in zip(days, stretches, strict=True)) / 31
    )
    chain = expected_coins_sat(1.0, stretches) * (1 + market.fees_sat / market.subsidy_sat)
    assert sat * fell == pytest.approx(chain, rel=1e-9)


def test_the_halving_of_2028_halves_the_subsidy_and_difficulty_answers():
    months = months_from(ON, 36)
    sat = draw_paths(MARKET, months, SHIPPED, "flat").sat_per_ths[:, 0]
    daily = sat / [m.days for m in months]
    fall = {str(m): daily[n + 1] / daily[n] for n, m in enumerate(months[:-1])}
    worst = min(fall, key=lambda m: fall[m])
    assert worst in ("2028-03", "2028-04")  # block 1,050,000 comes in April 2028 at ten minutes a block
    before, after = daily[list(fall).index("2028-02")], daily[list(fall).index("2028-06")]
    steady = np.exp(-4 * MARKET.growth_per_month)
    assert after / before == pytest.approx(steady * 0.5 * 2 ** SHIPPED["difficulty.response"], rel=0.03)


def test_random_walks_have_the_stated_spread_and_no_drift():
    kopecks = draw_paths(MARKET, months_from(ON, 12), SHIPPED, "gbm", 20_000, 7).kopecks
    moved = np.log(kopecks[-1, 1:] / MARKET.rub_per_btc_kopecks)
    assert moved.std() == pytest.approx(SHIPPED["price.volatility_per_year"], rel=0.02)
    assert moved.mean() == pytest.approx(0, abs=0.02)


def test_history_is_drawn_in_blocks_of_what_was_and_without_its_drift():
    paths = draw_paths(MARKET, months_from(ON, 24), SHIPPED, "history", 5_000, 7)
    moved = np.log(paths.kopecks[-1, 1:] / MARKET.rub_per_btc_kopecks)
    assert moved.mean() == pytest.approx(0, abs=0.03)
    assert (paths.how_parts["n"], str(paths.how_parts["on"])) == (26, "2026-06-01")


def test_path_0_has_the_price_of_the_day_in_every_kind():
    months = months_from(ON, 12)
    for kind in ("flat", "gbm", "history"):
        paths = draw_paths(MARKET, months, SHIPPED, kind, 5, 3)
        assert paths.kopecks[:, 0] == pytest.approx(MARKET.rub_per_btc_kopecks)


def test_a_scaled_path_has_the_same_coins():
    paths = draw_paths(MARKET, months_from(ON, 6), SHIPPED, "flat")
    double = scaled(paths, (1.0, 2.0))
    assert double.kopecks[:, 1] == pytest.approx(2 * paths.kopecks[:, 0], abs=1)
    assert (double.sat_per_ths[:, 1] == paths.sat_per_ths[:, 0]).all()


def test_the_trend_is_that_of_the_chain():
    before = market_on(date(2024, 6, 1), SHIPPED).difficulty
    assert MARKET.growth_per_month == pytest.approx(log(MARKET.difficulty / before) / 24, rel=0.05)


def test_the_latest_day_can_be_asked_about():
    assert market_on(latest_day(), SHIPPED).on == latest_day()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2026-06,5000000\n2026-08,5000000\n", "2026-08 does not follow 2026-06"),
        ("2026-06,-1\n", "is not a price of a coin"),
        ("June,5\n", "month"),
        ("", "has no month"),
    ],
)
def test_a_path_that_cannot_be_used_is_refused(tmp_path: Path, rows: str, words: str):
    own = tmp_path / "path.csv"
    own.write_text("month,rub_per_btc\n" + rows, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_price_path(own)


def test_a_path_that_is_too_short_is_refused(tmp_path: Path):
    own = tmp_path / "path.csv"
    own.write_text("month,rub_per_btc\n2026-06,5000000\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no row for 2026-07"):
        draw_paths(MARKET, months_from(ON, 3), SHIPPED, given=read_price_path(own))
