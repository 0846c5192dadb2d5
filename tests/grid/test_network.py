"""A network that no program should be asked to carry is refused, with the zone, the hour and what to do."""

from dataclasses import replace

import numpy as np
import pytest
from tests.grid.networks import constant, no_water, two_zones

from adit.grid.network import Lines, check_network
from adit.terms.errors import BadInput


def spoilt(values: np.ndarray, hour: int, figure: float) -> np.ndarray:
    made = np.array(values)
    made[1, hour] = figure
    return made


def test_a_good_one_passes():
    check_network(two_zones())


def test_missing_hours_are_never_filled_in():
    network = two_zones()
    with pytest.raises(BadInput, match=r"load of South is missing in 1 hours, first in 2020-01-01 05:00 UTC") as caught:
        check_network(replace(network, load_mw=spoilt(network.load_mw, 5, np.nan)))
    assert "not filled in" in caught.value.todo


def test_a_load_below_nought_is_no_export():
    network = two_zones()
    with pytest.raises(BadInput, match=r"load of South is -20.0 MW in 2020-01-01 07:00 UTC"):
        check_network(replace(network, load_mw=spoilt(network.load_mw, 7, -20)))


@pytest.mark.parametrize(("factor", "said"), [(1000, "ten times more"), (0.001, "a hundredth")])
def test_megawatts_given_as_something_else(factor, said):
    network = two_zones()
    with pytest.raises(BadInput, match=said) as caught:
        check_network(replace(network, load_mw=network.load_mw * factor))
    assert "kW, MW and GW" in caught.value.todo


def test_what_must_run_cannot_exceed_what_can():
    with pytest.raises(BadInput, match=r"The unit south coal must give at least 2,700.0 MW and can give 2,600.0"):
        check_network(two_zones(least=constant([0, 2700], 24)))


@pytest.mark.parametrize(
    ("origin", "target", "said"),
    [(0, 0, "begins and ends in North"), (0, 5, "ends in no zone"), (-1, 1, "ends in no zone")],
)
def test_a_line_that_goes_round_or_hangs_loose(origin, target, said):
    line = Lines(("odd",), np.array([origin]), np.array([target]), constant([1], 24), constant([1], 24))
    with pytest.raises(BadInput, match=said):
        check_network(two_zones(lines=line))


def test_tables_of_different_lengths():
    with pytest.raises(BadInput, match="A table by zone has 2 rows and 23 hours; 2 and 24 are expected"):
        check_network(two_zones(mining_mw=np.zeros((2, 23))))


def test_two_of_one_name():
    with pytest.raises(BadInput, match="Two zones are called 'North'"):
        check_network(two_zones(zones=("North", "North")))


def test_more_water_than_the_reservoir_holds():
    one = replace(
        no_water(24),
        names=("lake",), zone=np.array([0]), least_mw=constant([0], 24), most_mw=constant([10], 24),
        inflow_mw=constant([1], 24), full_mwh=np.array([100.0]), start_mwh=np.array([120.0]), end_mwh=np.array([50.0]),
    )  # fmt: skip
    with pytest.raises(BadInput, match="lake holds 100 MWh, begins with 120"):
        check_network(two_zones(reservoirs=one))
