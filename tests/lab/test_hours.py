"""Load by class of hours: no megawatt-hour comes or goes, the peak rests first, and what systems lack follows from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from adit.grid.hour_classes.classes import HOUR_CLASSES, class_of_hours
from adit.grid.hour_classes.making import recompute_surplus_by_class
from adit.grid.hour_classes.store import read_surplus_by_class, surplus_in_classes
from adit.grid.monthly.store import read_monthly_surplus
from adit.lab.hours import left_running

SHARES = np.array([c.share for c in HOUR_CLASSES])


# The classes of hours -----------------------------------------------------------------------------------------------
def test_the_classes_are_all_hours():
    assert SHARES.sum() == pytest.approx(1)
    assert [c.name for c in HOUR_CLASSES] == ["peak", "middle", "low"]


def test_the_heaviest_tenth_is_the_peak():
    load = np.arange(100.0)
    classes = class_of_hours(load)
    assert (classes[90:] == 0).all()
    assert (classes[50:90] == 1).all()
    assert (classes[:50] == 2).all()


def test_an_unknown_hour_is_in_no_class_and_the_known_ones_are_ranked_among_themselves():
    load = np.array([np.nan, *range(20)], dtype=float)
    classes = class_of_hours(load)
    assert classes[0] == -1
    assert np.bincount(classes[1:]).tolist() == [2, 8, 10]


@given(arrays(np.float64, st.integers(1, 744), elements=st.floats(0, 1e5)))
def test_no_hour_of_a_lighter_class_is_heavier(load):
    classes = class_of_hours(load)
    for k in range(len(HOUR_CLASSES) - 1):
        if (classes == k).any() and (classes > k).any():
            assert load[classes == k].min() >= load[classes > k].max()


# Load by class --------------------------------------------------------------------------------------------------------
@given(arrays(np.float64, (4, 2, 3), elements=st.floats(0, 1)))
def test_no_megawatt_hour_comes_or_goes(stopped):
    factors = left_running(stopped)
    assert (factors @ SHARES) == pytest.approx(np.ones((4, 2, 3)))
    assert (factors >= 0).all()
    assert (np.diff(factors, axis=-1) >= -1e-12).all()  # no heavier class runs more than a lighter one


def test_a_tenth_of_the_hours_is_the_whole_peak():
    assert left_running(0.1).tolist() == pytest.approx([0, 1 / 0.9, 1 / 0.9])


def test_three_hundred_hours_a_year_are_a_third_of_the_peak():
    lost = 300 / 8760
    assert left_running(lost)[0] == pytest.approx((1 - lost / 0.1) / (1 - lost))


def test_more_than_the_peak_is_taken_from_the_middle():
    assert left_running(0.3).tolist() == pytest.approx([0, 0.5 / 0.7, 1 / 0.7])


def test_where_everything_stops_there_is_nothing_to_spread():
    assert left_running(1.0).tolist() == [1, 1, 1]


# The shipped table ----------------------------------------------------------------------------------------------------
def test_the_shipped_table_is_what_the_hours_give():
    assert list(read_surplus_by_class()) == recompute_surplus_by_class()


def test_the_worst_class_is_the_worst_hour_of_the_month():
    for month in read_monthly_surplus():
        rows = surplus_in_classes(month.system, month.year, month.month)
        assert [r.hour_class for r in rows] == [c.name for c in HOUR_CLASSES]
        assert min(r.surplus_mw_firm for r in rows if r.surplus_mw_firm is not None) == month.surplus_mw_firm
        assert sum(r.hours for r in rows) + month.hours_missing >= 28 * 24


def test_siberia_is_short_at_the_peak_of_january_and_has_power_to_spare_in_low_hours():
    assert [r.surplus_mw_firm for r in surplus_in_classes("Siberia", 2020, 1)] == [-1721, -411, 1115]


def test_a_system_without_hours_has_no_row():
    assert surplus_in_classes("East", 2020, 1) == ()
