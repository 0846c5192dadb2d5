"""Scores are exact on small cases, and refuse what has no meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.lab.backtests import scoring
from adit.terms.errors import BadInput


def test_two_countries_that_swap_a_tenth_are_ten_points_off():
    assert scoring.wrong_place_share({"A": 60.0, "B": 40.0}, {"A": 50.0, "B": 50.0}) == 10.0


def test_all_in_the_wrong_place_is_a_hundred():
    assert scoring.wrong_place_share({"A": 100.0, "B": 0.0}, {"A": 0.0, "B": 100.0}) == 100.0


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=8), st.lists(st.floats(0.1, 100), min_size=8, max_size=8))
def test_the_share_in_the_wrong_place_is_a_distance(weights, others):
    def shares(values):
        total = sum(values)
        return {str(i): 100 * v / total for i, v in enumerate(values)}

    a, b = shares(weights), shares(others[: len(weights)])
    assert scoring.wrong_place_share(a, a) == 0
    assert 0 <= scoring.wrong_place_share(a, b) <= 100 + 1e-9
    assert scoring.wrong_place_share(a, b) == scoring.wrong_place_share(b, a)


def test_small_countries_go_into_the_rest():
    shares = {"CN": 44.0, "US": 17.8, "IE": 2.2, "MY": 3.2}
    assert scoring.in_common_units(shares, ("CN", "US", "KZ"), "others") == {
        "CN": 44.0,
        "US": 17.8,
        "KZ": 0.0,
        "others": pytest.approx(38.2),
    }


def test_errors_in_percent():
    assert list(scoring.absolute_percentage_errors([110.0, 50.0], [100.0, 100.0])) == pytest.approx([10.0, 50.0])


def test_a_band_is_the_middle_of_the_draws():
    assert scoring.band(range(101)) == pytest.approx((10.0, 50.0, 90.0))
    assert scoring.band([3.0]) == (3.0, 3.0, 3.0)


def test_coverage_counts_the_edges_in():
    bands = [(0.0, 1.0, 2.0), (0.0, 1.0, 2.0), (0.0, 1.0, 2.0), (0.0, 1.0, 2.0)]
    assert scoring.coverage(bands, [0.0, 2.0, 2.1, -0.1]) == 50.0


def test_the_place_among_the_draws():
    assert scoring.pit([1.0, 2.0, 3.0, 4.0], 2.5) == 0.5
    assert scoring.pit([1.0, 2.0, 3.0, 4.0], 0.0) == 0.0
    assert scoring.pit([1.0, 2.0, 3.0, 4.0], 9.0) == 1.0
    assert scoring.pit([2.0, 2.0, 3.0, 4.0], 2.0) == 0.25  # half of the two equal draws


def test_the_histogram_puts_one_into_the_last_part():
    assert scoring.histogram([0.0, 0.05, 0.55, 1.0]) == (2, 0, 0, 0, 0, 1, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: scoring.wrong_place_share({"A": 100.0}, {"B": 100.0}), "name different places: A, B"),
        (lambda: scoring.wrong_place_share({"A": 50.0}, {"A": 100.0}), "shares of the forecast add up to 50.00 %"),
        (lambda: scoring.wrong_place_share({"A": 100.0}, {"A": 99.0}), "shares of the outcome add up to 99.00 %"),
        (lambda: scoring.in_common_units({"A": 70.0, "B": 40.0}, ("A",), "rest"), "add up to 110.00 %"),
        (lambda: scoring.in_common_units({"A": -1.0}, ("A",), "rest"), "below zero: A -1"),
        (lambda: scoring.absolute_percentage_errors([1.0], [0.0]), "not above zero"),
        (lambda: scoring.absolute_percentage_errors([1.0, 2.0], [1.0]), "2 forecasts stand against 1 outcomes"),
        (lambda: scoring.band([]), "no draws"),
        (lambda: scoring.band([1.0], 1.0), "A band of 1.0 is none"),
        (lambda: scoring.coverage([], []), "0 bands for 0 outcomes"),
        (lambda: scoring.pit([], 1.0), "no draws"),
        (lambda: scoring.histogram([1.2]), "between 0 and 1"),
    ],
)
def test_what_has_no_meaning_is_refused(call, said):
    with pytest.raises(BadInput, match=said):
        call()
