"""The program of a network: how hours become steps, and that averaging makes it cheaper, never dearer."""

import numpy as np
import pytest
from hypothesis import given, settings
from tests.grid.networks import networks, two_zones

from adit.grid.program import Program
from adit.grid.steps import Steps, hourly_steps


def test_steps_average_their_hours():
    steps = Steps(np.array([0, 1, 0, 1]), np.array([0, 0]))
    assert steps.length_h.tolist() == [2, 2]
    assert steps.mean(np.array([[1.0, 10.0, 3.0, 30.0]])).tolist() == [[2.0], [20.0]]
    assert (steps.count, steps.periods) == (2, 1)


def test_an_hour_a_step_changes_nothing():
    values = np.arange(6.0).reshape(2, 3)
    assert hourly_steps(3).mean(values).tolist() == values.T.tolist()


@settings(max_examples=15, deadline=None)
@given(networks())
def test_coarser_steps_never_cost_more(network):
    water = network.reservoirs
    hours = np.arange(network.hours)
    coarse = Steps(hours // 6, np.arange(network.hours // 6) // 2)
    dear = Program.of(network, hourly_steps(network.hours)).solve(0, water.start_mwh, water.end_mwh)
    cheap = Program.of(network, coarse).solve(0, water.start_mwh, water.end_mwh)
    assert dear is not None
    assert cheap is not None
    assert cheap.cost <= dear.cost * (1 + 1e-9) + 1e-6


def test_one_program_serves_many_spans():
    load = np.array([[1000.0] * 24 + [1200.0] * 24, [3000.0] * 48])
    network = two_zones(hours=48, load_mw=load)
    program = Program.of(network, hourly_steps(24))
    nothing = np.zeros(0)
    first, second, again = (program.solve(hour, nothing, nothing) for hour in (0, 24, 0))
    assert first is not None
    assert second is not None
    assert again is not None
    assert second.cost - first.cost == pytest.approx(24 * 200 * 10)
    assert again.cost == pytest.approx(first.cost)
    assert np.allclose(again.price, first.price)


def test_the_solver_is_silent(capfd):
    program = Program.of(two_zones(), hourly_steps(24))
    program.solve(0, np.zeros(0), np.zeros(0))
    assert capfd.readouterr() == ("", "")
