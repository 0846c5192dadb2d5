"""Paths of the coin's price: what is known first, then what the scenario says; the same seed and draw give the same numbers."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from adit.lab.law_columns import month_after
from adit.lab.run_prices import known_prices, price_paths
from adit.lab.scenario import Price
from adit.terms.errors import BadInput


def months(first: date, count: int) -> list[date]:
    return [month_after(first, k) for k in range(count)]


def test_known_months_come_first_and_are_the_same_in_every_draw():
    found = price_paths(Price(kind="gbm"), months(date(2025, 1, 1), 60), 50, 1)
    assert found.usd.shape == (50, 60)
    assert 12 <= found.known < 60
    known = known_prices(date(2025, 1, 1)).usd
    assert found.usd[:, 0].tolist() == [known[date(2025, 1, 1)]] * 50
    assert len(set(found.usd[:, -1])) == 50
    assert found.said.startswith(f"{found.known} known months, then geometric Brownian motion")


def test_what_is_known_can_be_cut_off_as_an_earlier_forecast_had_it():
    price = Price(kind="gbm", known_to=date(2025, 3, 1), volatility_per_year=0.0, drift_per_year=0.0)
    found = price_paths(price, months(date(2025, 1, 1), 12), 3, 1)
    assert found.known == 3
    assert found.usd[:, 3:].ravel().tolist() == pytest.approx([found.usd[0, 2]] * 27), (
        "without drift and volatility it stays"
    )


def test_a_draw_is_the_same_whatever_the_number_of_draws():
    for kind in ("gbm", "bootstrap"):
        few, many = (price_paths(Price(kind=kind), months(date(2025, 1, 1), 60), n, 3).usd for n in (4, 9))
        assert np.array_equal(few, many[:4])
        other = price_paths(Price(kind=kind), months(date(2025, 1, 1), 60), 4, 4).usd
        assert not np.array_equal(few[:, -1], other[:, -1])


def test_the_mean_of_many_draws_has_the_drift_that_was_asked_for():
    price = Price(kind="gbm", drift_per_year=0.12, volatility_per_year=0.5, known_to=date(2024, 12, 1))
    found = price_paths(price, months(date(2025, 1, 1), 12), 20_000, 1)
    first = known_prices(date(2025, 1, 1)).usd[date(2024, 12, 1)]
    assert found.known == 0
    assert found.usd[:, -1].mean() / first == pytest.approx(np.exp(0.12), rel=0.02)
    assert np.log(found.usd[:, -1]).std() == pytest.approx(0.5, rel=0.02)


def test_blocks_are_returns_that_were():
    price = Price(kind="bootstrap", block_months=3, known_to=date(2025, 1, 1))
    found = price_paths(price, months(date(2025, 1, 1), 13), 20, 1)
    known = known_prices(date(2024, 3, 1)).usd
    ordered = sorted(known)
    past = {round(float(np.log(known[b] / known[a])), 7) for a, b in pairwise(ordered)}
    drawn = np.log(found.usd[:, 1:] / found.usd[:, :-1]).round(7)
    assert set(drawn.ravel().tolist()) <= past


def test_a_given_path_holds_its_last_price_on():
    found = price_paths(Price(kind="given", usd=(100.0, 200.0)), months(date(2030, 1, 1), 4), 7, 1)
    assert found.usd.tolist() == [[100.0, 200.0, 200.0, 200.0]]


def test_a_month_without_a_quotation_lies_between_its_neighbours_and_is_told():
    known = known_prices(date(2024, 4, 1))
    assert "2024-08" in known.source
    a, b, c = (known.usd[date(2024, m, 1)] for m in (7, 8, 9))
    assert min(a, c) <= b <= max(a, c)


def test_history_before_march_2024_needs_the_series_that_is_not_in_the_package(monkeypatch, tmp_path):
    assert known_prices(date(2021, 5, 1)).usd[date(2021, 5, 1)] == pytest.approx(46_000, rel=0.1)
    assert "CC BY-NC 4.0" in known_prices(date(2021, 5, 1)).source
    monkeypatch.setenv("ADIT_RESTRICTED", str(tmp_path))
    from adit.evidence.sources.restricted_prices import monthly_prices

    monthly_prices.cache_clear()
    with pytest.raises(BadInput, match="their licence keeps them out of the package"):
        known_prices(date(2021, 5, 1))
    monthly_prices.cache_clear()


def test_what_history_does_not_reach_is_refused():
    with pytest.raises(BadInput, match="is not known; history ends there"):
        price_paths(Price(kind="history"), months(date(2025, 1, 1), 120), 5, 1)
    assert price_paths(Price(kind="history"), months(date(2025, 1, 1), 6), 5, 1).usd.shape == (1, 6)
    with pytest.raises(BadInput, match="are too few to draw from"):
        price_paths(Price(kind="bootstrap", history_from=date(2026, 5, 1)), months(date(2025, 1, 1), 60), 5, 1)
    with pytest.raises(BadInput, match="There is no price of 2015-01"):
        known_prices(date(2015, 1, 1))
