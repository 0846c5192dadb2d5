"""Registers that were reset or rolled over, and levels that jump by a thousand."""

import numpy as np

from adit.evidence.meters.factors import jumps
from adit.evidence.meters.registers import differences


def used(*register: int, rollover: int | None = None):
    return differences(np.zeros(len(register), np.int32), np.array(register), rollover)


def test_what_was_used_is_the_difference_of_two_readings():
    assert used(100, 150, 150, 400).energy_wh.tolist() == [50, 0, 250]


def test_a_register_that_shows_less_was_reset_and_what_was_used_is_not_known():
    found = used(100, 40, 60)
    assert found.reset.tolist() == [True, False]
    assert not found.rolled_over.any()


def test_past_its_last_digit_it_begins_again_where_that_is_said():
    found = used(999_990, 30, rollover=1_000_000)
    assert (found.energy_wh.tolist(), found.rolled_over.tolist(), found.reset.tolist()) == ([40], [True], [False])


def test_a_new_meter_is_not_taken_for_one_that_rolled_over():
    assert used(500_000, 30, rollover=1_000_000).reset.tolist() == [True]
    assert used(2_000_000, 30, rollover=1_000_000).reset.tolist() == [True]


def test_two_meters_are_not_subtracted_from_each_other():
    found = differences(np.array([0, 0, 1, 1], np.int32), np.array([1, 3, 100, 105]), None)
    assert found.first.tolist() == [0, 2]
    assert found.energy_wh.tolist() == [2, 5]


def hours(n: int) -> tuple[np.ndarray, np.ndarray]:
    start = np.arange(n) * 3600
    return start, start + 3600


def test_kilowatt_hours_that_become_watt_hours_are_found_where_they_do():
    rng = np.random.default_rng(1)
    load = rng.integers(200, 2000, 24 * 40)
    load[300:] *= 1000
    [(at, factor)] = jumps(*hours(len(load)), load)
    assert at == 300
    assert 500 < factor < 2000


def test_the_way_down_is_found_too():
    load = np.full(24 * 20, 500_000)
    load[100:] = 500
    assert jumps(*hours(len(load)), load) == [(100, 0.001)]


def test_an_oven_a_heater_and_a_dead_meter_are_no_change_of_unit():
    rng = np.random.default_rng(2)
    household = rng.integers(50, 400, 24 * 60)
    household[rng.integers(0, len(household), 200)] = 9000
    heater = np.where(np.arange(24 * 60) > 700, household + 40_000, household)
    dead = np.zeros(24 * 60, dtype=np.int64)
    for load in (household, heater, dead):
        assert jumps(*hours(len(load)), load) == []
