"""A scenario as the arrays of the model: cells, prices of power, what the grid can host, and what is refused."""

from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path

import numpy as np
import pytest

from adit.decision.gathering import surplus_of_month
from adit.lab.columns import SECTORS
from adit.lab.model.checks import check
from adit.lab.run import setting_of
from adit.lab.run_inputs import months_of
from adit.lab.store import read_places, read_rates, read_scenario, read_state
from adit.terms.days import Period
from adit.terms.errors import BadInput


def setting(tmp_path: Path, text: str = "", months: int = 4):
    file = tmp_path / "s.toml"
    file.write_text(f'from = "ru_law"\ntitle = "s"\nmonths = {months}\n{text}', encoding="utf-8")
    scenario = read_scenario(str(file))
    return setting_of(scenario, draws=3, seed=1)


def test_the_cells_carry_the_state(tmp_path):
    found = setting(tmp_path)
    inputs = found.inputs
    check(inputs)
    state = {r.place: r for r in read_state(read_places()).rows}
    for s, sector in enumerate(SECTORS):
        mine = inputs.cells.sector == s
        of_place = np.bincount(inputs.cells.place[mine], weights=inputs.start.mw[mine], minlength=len(inputs.places))
        assert of_place.tolist() == pytest.approx([state[p].of(sector) for p in inputs.places])
    assert inputs.start.mw[
        [p.startswith("RU-") for p in np.array(inputs.places)[inputs.cells.place]]
    ].sum() == pytest.approx(2200)
    assert len(inputs.cells.place) > 250


def test_power_costs_what_the_place_says_in_dollars_of_the_month(tmp_path):
    inputs = setting(tmp_path).inputs
    place, rate = read_places()["RU-IRK"], read_rates().of("RUB", date(2025, 1, 1))
    p = inputs.places.index("RU-IRK")
    formal = inputs.power.price_usd_per_kwh[0, (inputs.cells.place == p) & (inputs.cells.sector == 0)]
    assert sorted(formal.tolist()) == pytest.approx([place.price_per_kwh * (1 + b) / rate for b in (-0.18, 0.0, 0.18)])
    home = inputs.power.price_usd_per_kwh[0, (inputs.cells.place == p) & (inputs.cells.sector == 1)]
    assert home.tolist() == pytest.approx([place.household_price_per_kwh / rate])


@pytest.mark.slow
def test_the_grid_hosts_what_it_has_to_spare_beside_what_runs(tmp_path):
    free = setting(tmp_path).inputs.power.grid_mw_most
    assert np.all(free == inf)
    found = setting(tmp_path, '[grid]\ncapacity = "interruptible"\n')
    inputs = found.inputs
    month = Period(date(2025, 1, 1), date(2025, 2, 1))
    spare = surplus_of_month("surplus_mw_interruptible", "RU-LEN", month)
    assert spare is not None
    assert spare.whole > 0
    north_west = [i for i, p in enumerate(found.places) if p.system == "North-West"]
    formal = np.array([r.formal for r in found.state.rows if r.place in {inputs.places[i] for i in north_west}])
    assert inputs.power.grid_mw_most[0, north_west].sum() == pytest.approx(formal.sum() + spare.whole)
    siberia = [i for i, p in enumerate(found.places) if p.code == "RU-IRK"]
    assert inputs.power.grid_mw_most[0, siberia].tolist() == [450.0], "a system that is short hosts no more than runs"
    east = [i for i, p in enumerate(found.places) if p.code == "RU-PRI"]
    assert inputs.power.grid_mw_most[0, east].tolist() == [inf], "what is not measured sets no limit that is known"


def test_the_network_begins_where_the_chain_was(tmp_path):
    network = setting(tmp_path).inputs.network
    assert 700 < network.hashrate_start_ehs < 850
    assert network.hashprice_before_usd_per_th_day[-1] == pytest.approx(0.06, rel=0.1), (
        "hashprice of December 2024, Hashrate Index: 0.055 to 0.063"
    )
    assert network.issuance_btc_per_day.tolist() == [450.0] * 4


@pytest.mark.slow
def test_a_halving_falls_on_its_day(tmp_path):
    network = setting(tmp_path, months=42).inputs.network
    assert network.issuance_btc_per_day[38] == 450.0
    assert network.issuance_btc_per_day[39] == pytest.approx((10 * 450 + 20 * 225) / 30)
    assert network.issuance_btc_per_day[40] == 225.0


def test_the_months_follow_one_another():
    scenario = replace(read_scenario("ru_law"), months=14)
    assert months_of(scenario)[0] == date(2025, 1, 1)
    assert months_of(scenario)[-1] == date(2026, 2, 1)


def test_a_scenario_begins_when_its_state_is_of(tmp_path):
    with pytest.raises(BadInput, match="The state is of 2025-01-01, and the scenario begins in 2025-03"):
        setting(tmp_path, 'start = "2025-03"\n')


def test_a_state_of_one_s_own_is_read_beside_the_scenario(tmp_path):
    shipped = Path(read_state.__code__.co_filename).parent / "state.toml"
    text = shipped.read_text(encoding="utf-8").replace("as_of = 2025-01-01", "as_of = 2025-03-01")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    found = setting(tmp_path, 'start = "2025-03"\nstate = "mine.toml"\n')
    assert found.inputs.months[0] == date(2025, 3, 1)
