"""Dispatch of small networks with answers known by hand, conservation on random ones, and why a network cannot be run."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from tests.grid.networks import constant, networks, two_zones

from adit.grid.network import Reservoirs
from adit.grid.two_stage import dispatch_at_once, dispatch_in_two_stages, imbalance_mw, water_imbalance_mwh
from adit.terms.errors import BadInput


def lake(hours: int, **other) -> Reservoirs:
    fields: dict[str, Any] = {
        "names": ("lake",), "zone": np.array([1]), "least_mw": constant([0], hours), "most_mw": constant([400], hours),
        "inflow_mw": constant([100], hours), "full_mwh": np.array([5000.0]), "start_mwh": np.array([2000.0]), "end_mwh": np.array([2000.0]),
    }  # fmt: skip
    return Reservoirs(**(fields | other))


def test_cheap_power_flows_up_to_the_limit_and_the_prices_part():
    done = dispatch_in_two_stages(two_zones())
    assert np.allclose(done.flows_mw, 500)
    assert np.allclose(done.generation_mw, [[1500] * 24, [2500] * 24])
    assert np.allclose(done.price, [[10] * 24, [40] * 24])
    assert done.cost == pytest.approx(24 * (1500 * 10 + 2500 * 40))
    assert done.gap == pytest.approx(0)


def test_miners_switch_off_before_anybody_is_shed():
    done = dispatch_in_two_stages(two_zones(load=(1000, 3050), mining=(0, 200)))
    assert np.allclose(done.curtailed_mw, [[0] * 24, [150] * 24])
    assert np.allclose(done.price[1], 60)
    assert not done.shed_mw.any()


def test_what_cannot_be_served_is_counted_and_priced():
    done = dispatch_in_two_stages(two_zones(load=(1000, 3200), mining=(0, 200)))
    assert np.allclose(done.curtailed_mw[1], 200)
    assert np.allclose(done.shed_mw[1], 100)
    assert np.allclose(done.price[1], 1000)


def test_power_freed_behind_a_full_section_does_not_help():
    """Irkutsk, autumn 2025: farms stopped, and what they freed could not reach the districts in deficit."""
    before = dispatch_in_two_stages(two_zones(load=(1000, 3200), mining=(400, 0)))
    without_farms = dispatch_in_two_stages(two_zones(load=(1000, 3200), mining=(0, 0)))
    wider = dispatch_in_two_stages(two_zones(load=(1000, 3200), mining=(0, 0), limit=600))
    assert before.shed_mw[1].sum() == pytest.approx(24 * 100)
    assert without_farms.shed_mw[1].sum() == pytest.approx(24 * 100)
    assert wider.shed_mw.sum() == pytest.approx(0)


def test_water_is_kept_for_the_hours_in_which_it_is_worth_most():
    load = np.array(constant([1000, 2900], 48))
    load[1, 18:22] = 3300  # 200 more than section and coal can give
    done = dispatch_in_two_stages(
        two_zones(hours=48, load_mw=load, reservoirs=lake(48, start_mwh=np.zeros(1), end_mwh=np.zeros(1)))
    )
    assert np.all(done.turbines_mw[0, 18:22] >= 200 - 1e-6)
    assert not done.shed_mw.any()
    assert done.level_mwh.min() >= -1e-6


def test_a_year_that_does_not_end_with_a_whole_window():
    network = two_zones(hours=200, reservoirs=lake(200))
    day, week = dispatch_in_two_stages(network), dispatch_in_two_stages(network, window_h=168)
    once = dispatch_at_once(network)
    assert day.price.shape == (2, 200)
    assert day.cost == pytest.approx(once.cost)
    assert week.cost == pytest.approx(once.cost)


@settings(max_examples=25, deadline=None)
@given(networks())
def test_energy_and_water_are_conserved_in_every_zone_and_hour(network):
    done = dispatch_in_two_stages(network)
    assert np.abs(imbalance_mw(done)).max() < 1e-5
    assert np.abs(water_imbalance_mwh(done)).max(initial=0) < 1e-4
    assert np.all(done.flows_mw <= network.lines.forward_mw + 1e-6)
    assert np.all(-done.flows_mw <= network.lines.backward_mw + 1e-6)
    assert np.all(done.level_mwh <= network.reservoirs.full_mwh[:, None] + 1e-5)
    assert np.all(done.level_mwh[:, -1] >= network.reservoirs.end_mwh - 1e-5)
    assert np.all(
        (done.generation_mw >= network.units.least_mw - 1e-6) & (done.generation_mw <= network.units.most_mw + 1e-6)
    )


@settings(max_examples=10, deadline=None)
@given(networks())
def test_the_same_network_gives_the_same_answer(network):
    one, two = dispatch_in_two_stages(network), dispatch_in_two_stages(network)
    assert one.cost == two.cost
    assert np.array_equal(one.generation_mw, two.generation_mw)
    assert np.array_equal(one.price, two.price)


@settings(max_examples=10, deadline=None)
@given(networks())
def test_more_load_never_costs_less(network):
    more = replace(network, load_mw=network.load_mw * 1.05)
    assert dispatch_at_once(more).cost >= dispatch_at_once(network).cost * (1 - 1e-9)


def test_too_much_that_must_run_is_told_with_zone_and_hour():
    least = np.array(constant([0, 0], 48))
    least[0, 29:31] = 1800  # 1,000 of load and a section of 500: 300 too many
    with pytest.raises(BadInput, match=r"in 2020-01-02 05:00 UTC, North must generate 300.0 MW more") as caught:
        dispatch_in_two_stages(two_zones(hours=48, least=least))
    assert "north hydro 1,800" in caught.value.todo
    assert "raise the limit of a line out of North" in caught.value.todo


def test_too_little_water_is_told_with_the_reservoir():
    dry = lake(24, inflow_mw=constant([0], 24), start_mwh=np.array([1000.0]))
    with pytest.raises(BadInput, match=r"up to 2020-01-01 23:00 UTC, lake lacks 1,000.0 MWh of water"):
        dispatch_in_two_stages(two_zones(reservoirs=dry))


def test_inflow_that_comes_after_the_hours_that_need_it():
    late = np.zeros((1, 48))
    late[0, 40:] = 300  # enough for the least flow on average of the second day, but not before its evening
    with pytest.raises(BadInput, match=r"lake lacks .* MWh of water"):
        dispatch_in_two_stages(
            two_zones(
                hours=48,
                reservoirs=lake(
                    48, least_mw=constant([50], 48), inflow_mw=late, start_mwh=np.array([1300.0]), end_mwh=np.zeros(1)
                ),
            )
        )


def test_a_window_ends_at_midnight():
    with pytest.raises(BadInput, match="A window of 36 hours does not end at midnight"):
        dispatch_in_two_stages(two_zones(), window_h=36)
