"""Firm and interruptible capacity: known answers on small tables, and what must hold whatever the hours are."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.grid.hours_made import system

from adit.evidence.sources.hourly_power import read_hours
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.grid.capacity import accepted, cut_hours, firm, interruptible
from adit.grid.hosting import hosting_of
from adit.grid.store import assumptions
from adit.grid.surplus import demonstrated_mw, lines_of, reserve_mw, surplus_mw
from adit.terms.errors import BadInput

ASSUMED = assumptions()
mw = st.floats(-5000, 5000).map(lambda v: round(v, 1))
gap = st.one_of(mw, st.just(float("nan")))


# Known answers ----------------------------------------------------------------------------------------------------
def test_ten_hours_by_hand() -> None:
    surplus = np.array([5.0, 1, 9, 3, 7, 2, 8, 4, 6, 10])
    assert firm(surplus) == (1, 1.0)
    assert interruptible(surplus, 0).surplus_mw == 1
    carried = interruptible(surplus, 3)
    assert (carried.surplus_mw, carried.curtailed_hours) == (4, 3)
    assert interruptible(surplus, 10).surplus_mw == 10


def test_a_missing_hour_counts_as_an_accepted_one() -> None:
    surplus = np.array([5.0, np.nan, 9, 3, 7])
    assert interruptible(surplus, 1).surplus_mw == 3
    assert interruptible(surplus, 2).surplus_mw == 5
    none = interruptible(surplus, 0)
    assert (none.surplus_mw, none.curtailed_hours, none.hours_missing) == (None, None, 1)


def test_nothing_known_is_not_zero() -> None:
    nothing = np.full(3, np.nan)
    assert firm(nothing) is None
    assert interruptible(nothing, 3).surplus_mw is None


def test_a_year_by_hand() -> None:
    """Most generated in any hour: 26,000. Load 20,000 or 24,000; reserve max(800, 3 %) = 800: to spare 5,200 or 1,200."""
    found = hosting_of(system([20_000, 24_000], [26_000, 25_000]), 2019, 0, installed_mw=30_000, assumed=ASSUMED)
    assert found.low.surplus_mw_firm == found.low.surplus_mw_interruptible == 1_200
    assert found.high.surplus_mw_firm == 5_200
    assert found.low.worst_hour.isoformat() == "2019-01-01T01:00:00+03:00"
    half = hosting_of(system([20_000, 24_000], [26_000, 25_000]), 2019, 4380, installed_mw=30_000, assumed=ASSUMED)
    assert (half.low.surplus_mw_interruptible, half.low.curtailed_hours) == (5_200, 4380)
    assert half.low.surplus_mw_firm == 1_200
    assert sum(m.curtailed_hours or 0 for m in half.low.months) == 4380
    assert [m.surplus_mw_firm for m in half.low.months] == [1_200] * 12


def test_what_is_short_hosts_nothing_and_says_by_how_much() -> None:
    found = hosting_of(system([24_000], [24_000]), 2019, 100, installed_mw=0, assumed=ASSUMED)
    assert found.low.surplus_mw_firm == found.high.surplus_mw_firm == -800  # no plant is known: what ran is the most
    assert found.low.hosting_mw_firm == found.low.hosting_mw_interruptible == 0
    assert found.low.curtailed_hours == 0  # nothing is connected


def test_the_reserve_is_the_larger_of_unit_and_share() -> None:
    load = np.array([10_000.0, 40_000.0])
    assert list(reserve_mw(load, unit_mw=800, element_mw=0, share=0.03)) == [800, 1200]
    assert list(reserve_mw(load, unit_mw=800, element_mw=500, share=0.03)) == [1300, 1700]


def test_a_cited_limit_adds_what_is_left_with_the_strongest_line_out() -> None:
    limit = [TransferLimit("Siberia", m, Decimal(2000), Decimal(700), "scheme of 2019, p. 12") for m in range(1, 13)]
    without, with_ = (
        hosting_of(system([20_000], [22_000]), 2019, 0, installed_mw=0, assumed=ASSUMED, limits=limits)
        for limits in ((), limit)
    )
    assert with_.low.surplus_mw_firm - without.low.surplus_mw_firm == 1300
    assert (without.lines.sources, with_.lines.sources) == ((), ("scheme of 2019, p. 12",))


def test_firm_is_the_worst_hour_of_all_years_not_of_the_one_asked_for() -> None:
    siberia = hosting_of(read_hours()["Siberia"], 2020, 300, installed_mw=43_000, assumed=ASSUMED)
    assert siberia.record == (2015, 2016, 2017, 2018, 2019, 2020)
    assert siberia.low.surplus_mw_firm == min(y.surplus_mw_firm for y in siberia.low.years)
    assert siberia.low.worst_hour.isoformat() == "2018-03-05T04:00:00+03:00"
    assert round(siberia.low.surplus_mw_firm, 2) == -1948.63
    assert siberia.record_hours_missing == 49


def test_north_west_has_hours_to_spare_and_siberia_shows_none() -> None:
    hours = read_hours()
    found = {s: hosting_of(hours[s], 2020, 300, installed_mw=0, assumed=ASSUMED) for s in ("Siberia", "North-West")}
    assert found["Siberia"].low.hosting_mw_interruptible == 0
    assert found["North-West"].low.hosting_mw_interruptible == 474
    assert found["North-West"].low.curtailed_hours == 298  # one more is missing, and one is a tie
    assert found["North-West"].low.hosting_mw_firm == 0


def test_a_year_with_more_hours_missing_than_accepted_is_not_known() -> None:
    found = hosting_of(read_hours()["Urals"], 2021, 300, installed_mw=0, assumed=ASSUMED)
    assert found.low.surplus_mw_interruptible is None
    assert found.low.hosting_mw_interruptible is None
    assert found.low.months[11].surplus_mw_interruptible is None  # December 2021 is not in the file at all
    assert found.low.months[11].curtailed_hours is None


@pytest.mark.parametrize("hours", [-1, 8785])
def test_hours_that_no_year_has_cannot_be_accepted(hours: int) -> None:
    with pytest.raises(BadInput, match=f"{hours} hours cannot be accepted in a year"):
        accepted(hours)


def test_a_negative_reserve_or_load_is_refused() -> None:
    year = hosting_of(system([1.0], [1.0]), 2019, 0, installed_mw=0, assumed=ASSUMED).last
    available, lines = demonstrated_mw(year), lines_of("Siberia", [])
    with pytest.raises(BadInput, match="A reserve is not below zero"):
        surplus_mw(year, available, lines, unit_mw=-1, share=0.03)
    with pytest.raises(BadInput, match="A load of Siberia in 2019 is below zero"):
        surplus_mw(replace(year, load_mw=-year.load_mw), available, lines, unit_mw=1, share=0.03)


# Whatever the hours are -------------------------------------------------------------------------------------------
@given(st.lists(gap, min_size=1, max_size=60), st.integers(0, 70))
def test_firm_is_never_more_than_interruptible(hours: list[float], accept: int) -> None:
    surplus = np.array(hours)
    worst, carried = firm(surplus), interruptible(surplus, accept)
    missing = int(np.isnan(surplus).sum())
    if carried.surplus_mw is None:
        assert accept < missing or worst is None
        return
    assert worst is not None
    assert worst[1] <= carried.surplus_mw
    assert cut_hours(surplus, carried.surplus_mw) + missing <= max(accept, missing)


@given(st.lists(gap, min_size=1, max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_more_hours_given_up_never_carry_less(hours: list[float], one: int, other: int) -> None:
    few, many = (interruptible(np.array(hours), n).surplus_mw for n in sorted((one, other)))
    assert few is None or (many is not None and few <= many)


@given(st.lists(gap, min_size=2, max_size=40), st.data())
def test_a_gap_never_makes_the_interruptible_figure_larger(hours: list[float], data: st.DataObject) -> None:
    whole = np.array(hours)
    torn = whole.copy()
    torn[data.draw(st.integers(0, len(hours) - 1))] = np.nan
    accept = data.draw(st.integers(0, len(hours)))
    before, after = (interruptible(s, accept).surplus_mw for s in (whole, torn))
    # The least that is possible with the hour unknown: it may have been as bad as any.
    assert after is None or before is None or after <= before or np.isnan(whole).any() or accept >= len(hours) - 1


@given(
    st.lists(st.floats(100, 30_000), min_size=2, max_size=24),
    st.floats(0, 5_000),
    st.floats(0, 3_000),
    st.integers(0, 8760),
)
def test_both_fall_when_load_or_reserve_rises(load: list[float], more: float, reserve: float, accept: int) -> None:
    generation = [max(load) + 1_000.0] * len(load)
    heavier = replace(
        ASSUMED,
        largest_units=tuple(replace(u, mw=u.mw + reserve) for u in ASSUMED.largest_units),
    )
    base = hosting_of(system(load, generation), 2019, accept, installed_mw=40_000, assumed=ASSUMED)
    loaded = hosting_of(
        system([v + more for v in load], generation), 2019, accept, installed_mw=40_000, assumed=ASSUMED
    )
    held = hosting_of(system(load, generation), 2019, accept, installed_mw=40_000, assumed=heavier)
    for other in (loaded, held):
        for end, of_base in ((other.low, base.low), (other.high, base.high)):
            assert end.surplus_mw_firm <= of_base.surplus_mw_firm
            assert end.surplus_mw_interruptible is not None
            assert of_base.surplus_mw_interruptible is not None
            assert end.surplus_mw_interruptible <= of_base.surplus_mw_interruptible
            assert end.surplus_mw_firm <= end.surplus_mw_interruptible


def test_the_installed_end_is_never_below_the_demonstrated_one() -> None:
    for hours in read_hours().values():
        found = hosting_of(hours, 2020, 300, installed_mw=1.0, assumed=ASSUMED)
        assert found.high.surplus_mw_firm >= found.low.surplus_mw_firm
