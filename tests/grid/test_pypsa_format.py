"""PyPSA as the second opinion: the same network costs the same there; and its files in and out."""

import logging
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from tests.grid.networks import networks, two_zones

from adit.grid.pypsa_format import from_pypsa, read_pypsa, to_pypsa
from adit.grid.two_stage import dispatch_at_once, dispatch_in_two_stages
from adit.terms.errors import BadInput

pytest.importorskip("pypsa")

# Of PyPSA's own: it announces the types of pandas 3 with every network.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:pandas infers the `str` dtype:FutureWarning"),
    pytest.mark.filterwarnings("ignore::linopy.config.LinopySemanticsWarning"),  # of what a missing variable will mean
]


@pytest.fixture(autouse=True)
def quiet(caplog):
    for name in ("pypsa", "linopy"):
        caplog.set_level(logging.ERROR, logger=name)


def cost_by_pypsa(network) -> float:
    made = to_pypsa(network)
    status, condition = made.optimize(solver_name="highs", log_to_console=False, include_objective_constant=False)
    assert (status, condition) == ("ok", "optimal")
    return float(made.objective)


@settings(max_examples=12, deadline=None)
@given(networks())
def test_one_program_costs_what_pypsa_says_and_two_stages_lie_between_it_and_their_gap(network):
    once = dispatch_at_once(network)
    assert math.isclose(once.cost, cost_by_pypsa(network), rel_tol=1e-6, abs_tol=1e-3)
    staged = dispatch_in_two_stages(network)
    slack = 1e-6 * abs(once.cost) + 1e-3
    assert staged.least_cost - slack <= once.cost <= staged.cost + slack


@settings(max_examples=5, deadline=None)
@given(networks())
def test_there_and_back_again_is_the_same_network(network):
    again = from_pypsa(to_pypsa(network), shed_per_mwh=1.0)
    assert again.zones == network.zones
    assert np.array_equal(again.hours_utc, network.hours_utc)
    assert np.allclose(again.load_mw, network.load_mw)
    assert np.allclose(again.lines.backward_mw, network.lines.backward_mw)
    assert np.allclose(again.reservoirs.end_mwh, network.reservoirs.end_mwh)
    assert np.allclose(again.units.co2_t_per_mwh, network.units.co2_t_per_mwh)
    assert math.isclose(dispatch_at_once(again).cost, dispatch_at_once(network).cost, rel_tol=1e-9)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # PyPSA leaves crs.json open
@pytest.mark.parametrize("name", ["net", "net.nc"])
def test_through_files_of_pypsa(tmp_path: Path, name: str):
    network = two_zones(mining=(100, 50))
    made = to_pypsa(network)
    made.export_to_netcdf(tmp_path / name) if name.endswith(".nc") else made.export_to_csv_folder(tmp_path / name)
    again = read_pypsa(tmp_path / name, shed_per_mwh=1.0)
    assert math.isclose(dispatch_at_once(again).cost, dispatch_at_once(network).cost, rel_tol=1e-9)


def test_a_storage_unit_that_only_generates_is_read_as_water():
    given = to_pypsa(two_zones())
    given.add(
        "StorageUnit", "lake", bus="North", p_nom=100, max_hours=50, p_min_pu=0, inflow=20, state_of_charge_initial=500
    )
    water = from_pypsa(given, shed_per_mwh=1000.0).reservoirs
    assert water.names == ("lake",)
    assert water.full_mwh.tolist() == [5000]
    assert water.start_mwh.tolist() == [500]
    assert water.inflow_mw.sum() == 20 * 24


@pytest.mark.parametrize(
    ("component", "name", "fields", "said"),
    [
        ("Line", "wire", {"bus0": "North", "bus1": "South", "x": 0.1, "s_nom": 100}, "lines under Kirchhoff's law"),
        ("Generator", "new", {"bus": "North", "p_nom_extendable": True}, "new is p_nom_extendable"),
        ("Generator", "unit", {"bus": "North", "committable": True}, "unit is committable"),
        ("StorageUnit", "pump", {"bus": "North", "p_nom": 10}, "pump can store from the grid"),
        ("StorageUnit", "lake", {"bus": "North", "p_min_pu": 0, "cyclic_state_of_charge": True}, "cyclic_state_of_charge"),
        ("Link", "cable", {"bus0": "North", "bus1": "South", "p_nom": 10, "efficiency": 0.97}, "cable loses power"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_by_name(component, name, fields, said):
    given = to_pypsa(two_zones())
    given.add(component, name, **fields)
    with pytest.raises(BadInput, match=said):
        from_pypsa(given, shed_per_mwh=1000.0)


def test_snapshots_with_a_gap_are_refused():
    given = to_pypsa(two_zones())
    given.set_snapshots(given.snapshots.delete(3))
    with pytest.raises(BadInput, match="not one hour apart"):
        from_pypsa(given, shed_per_mwh=1000.0)
