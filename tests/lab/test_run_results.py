"""A run from its file to its results: one line of law moves the tax, a scenario does not differ from itself, engines and cuts agree."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import adit.law
from adit.engines.duckdb import query
from adit.engines.spark import Spark
from adit.lab.columns import SECTORS
from adit.lab.comparing import band_of, compared, parties
from adit.lab.explaining import GROUPS, explained
from adit.lab.model.outcome import TAXES
from adit.lab.model.run import joined
from adit.lab.model.run import run as run_model
from adit.lab.results.deficit import in_classes
from adit.lab.results.folder import OUTCOMES, fill, outcome_rows
from adit.lab.results.hourly import hourly
from adit.lab.results.measures import MEASURES, focus_of
from adit.lab.results.monthly import bands_of, monthly
from adit.lab.results.store import draft, read_draws, read_manifest
from adit.lab.run import Ran, drawn, parameters_of, ran, setting_of
from adit.lab.scenario import Scenario
from adit.lab.store import read_scenario
from adit.terms.errors import BadInput, UnknownName

pytestmark = pytest.mark.slow

DRAWS, SEED = 12, 5


def scenario_of(tmp_path: Path, text: str = "", name: str = "tried", base: str = "ru_law") -> Scenario:
    """A short scenario that changes a shipped one."""
    file = tmp_path / f"{name}.toml"
    file.write_text(
        f'from = "{base}"\ntitle = "{name}"\nmonths = 18\ndraws = {DRAWS}\nseed = {SEED}\n{text}', encoding="utf-8"
    )
    return read_scenario(str(file))


def run_of(scenario: Scenario, engine: str = "numba") -> Ran:
    setting = setting_of(scenario, draws=scenario.draws, seed=scenario.seed)
    parameters = parameters_of(scenario)
    return ran(
        setting,
        run_model(setting.inputs, scenario.draws, scenario.seed, parameters=parameters, engine=engine),
        parameters,
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Ran:
    return run_of(scenario_of(tmp_path_factory.mktemp("base")))


@pytest.fixture(scope="module")
def levied(tmp_path_factory) -> Ran:
    return run_of(scenario_of(tmp_path_factory.mktemp("levied"), 'set = ["ru.levy_per_kwh = 0.5 from 2025-07-01"]\n'))


# From the folder of the act to the tax --------------------------------------------------------------------------
def test_one_dated_value_of_the_act_moves_the_tax_of_the_run(tmp_path, base):
    shutil.copytree(Path(adit.law.__file__).parent / "ru", tmp_path / "ru")
    file = tmp_path / "ru" / "law" / "values" / "tax.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("value      = 0.25", "value      = 0.40"), encoding="utf-8")
    changed = run_of(scenario_of(tmp_path, f'[regimes]\nRU = "{tmp_path}/ru/law"\n'))
    column = [
        r.setting.inputs.law.column["profit_tax"][5, r.setting.inputs.places.index("RU-TVE"), 0]
        for r in (base, changed)
    ]
    assert column == [0.25, 0.40]
    profit = TAXES.index("profit_tax")
    taxes = [r.outcome.tax_usd[:, 0, :, profit][:, russia(r)].sum(axis=1) for r in (base, changed)]
    assert np.all(taxes[1] > 1.3 * taxes[0]), "in the first month nobody has had time to leave"


def russia(of: Ran) -> list[int]:
    return [i for i, p in enumerate(of.setting.places) if p.country == "RU"]


def test_a_levy_brings_revenue_from_its_month_on_and_declared_load_does_not_grow(base, levied):
    levy = TAXES.index("levy")
    by_month = levied.outcome.tax_usd[:, :, :, levy][:, :, russia(levied)].sum(axis=2)
    assert by_month[:, :6].max() == 0.0
    assert by_month[:, 6:].min() > 0.0
    load = [r.outcome.power_mw[:, :, :, 0][:, :, russia(r)].sum(axis=2) for r in (base, levied)]
    assert np.array_equal(load[0][:, :6], load[1][:, :6]), "before it begins nothing differs"
    assert load[1][:, -1].mean() < load[0][:, -1].mean()


def test_a_ban_by_one_line_leaves_nothing_declared(tmp_path):
    banned = run_of(scenario_of(tmp_path, 'set = ["ru.may_mine = no from 2025-07-01"]\n'))
    declared = banned.outcome.power_mw[:, :, russia(banned), :2].sum(axis=(2, 3))
    assert declared[:, 5].min() > 100.0
    assert declared[:, 7:].max() == 0.0, "what runs leaves in the month of the ban"


# Comparing ------------------------------------------------------------------------------------------------------
def test_mining_that_rests_at_the_peak_is_worth_more_to_the_grid_than_its_mean_load(tmp_path, base):
    resting = run_of(scenario_of(tmp_path, 'set = ["ru.curtailable_hours_per_year = 876 from 2025-01-01"]\n'))
    less, lack = (base.outcomes[m] - resting.outcomes[m] for m in ("load_mw", "deficit_change_mw"))
    assert np.all(resting.outcomes["peak_load_mw"] < base.outcomes["peak_load_mw"])
    assert np.all(less > 0)
    hidden = resting.outcomes["undeclared_mw"]
    assert resting.outcomes["peak_load_mw"] == pytest.approx(hidden)  # only who hides goes on at the peak
    assert lack.mean() > 0


def test_the_hours_of_a_month_add_up_to_its_energy(tmp_path, base):
    resting = run_of(scenario_of(tmp_path, 'set = ["ru.curtailable_hours_per_year = 300 from 2025-01-01"]\n'))
    energy: dict[tuple[str, str, date], float] = {}
    for f in hourly(resting.outcome, resting.setting.places, resting.load_factors):
        key = (f.place, f.sector, f.month)
        energy[key] = energy.get(key, 0.0) + f.mean_mwh
    places = resting.setting.places
    whole = resting.outcome.energy_mwh.mean(axis=0, dtype=np.float64)
    for p, place in enumerate(places):
        for t, month in enumerate(resting.outcome.months):
            assert energy.get((place.code, "all", month), 0.0) == pytest.approx(whole[t, p].sum(), rel=1e-6, abs=1e-6)
    world = sum(v for (place, sector, _), v in energy.items() if place == "world" and sector == "all")
    assert world == pytest.approx(whole.sum(), rel=1e-6)


def test_what_a_system_lacks_is_added_load_beyond_its_surplus(base):
    places = base.setting.places
    rows = list(in_classes(base.outcome, places, russia(base), base.load_factors))
    assert {r.system for r in rows} == {"Centre", "Mid-Volga", "North-West", "Siberia", "South", "Urals"}
    for r in rows:
        assert r.deficit_mw == pytest.approx(np.maximum(0, r.added_mw - r.surplus_mw))
        assert np.all(r.added_mw == 0) or r.month > base.outcome.months[0]
    siberia = {r.hour_class: r for r in rows if r.system == "Siberia" and r.month == date(2026, 1, 1)}
    assert {k: r.surplus_mw for k, r in siberia.items()} == {"peak": -1721, "middle": -411, "low": 1115}


def test_a_region_is_told_what_its_whole_power_system_lacks(tmp_path, base):
    places = base.setting.places
    rows = {
        r.month: r
        for r in in_classes(base.outcome, places, russia(base), base.load_factors)
        if r.system == "Siberia" and r.hour_class == "peak"
    }
    irkutsk = list(in_classes(base.outcome, places, focus_of("RU-IRK", places), base.load_factors))
    assert {r.system for r in irkutsk} == {"Siberia"}
    for r in irkutsk:
        if r.hour_class == "peak":
            assert np.array_equal(r.load_mw, rows[r.month].load_mw)


def test_where_no_hours_are_open_what_the_grid_lacks_is_not_known_and_nobody_is_told_that_it_is_alike(tmp_path):
    runs = [
        run_of(scenario_of(tmp_path, f'focus = "KZ"\n{text}'))
        for text in ("", 'set = ["kz.may_mine = no from 2025-07-01"]\n')
    ]
    assert all(np.isnan(r.outcomes["deficit_change_mw"]).all() for r in runs)
    assert "grid" not in {p.name for p in parties(runs[1].outcomes, runs[0].outcomes)}
    row = dict(
        zip(OUTCOMES, next(r for r in outcome_rows(runs[1], runs[0]) if r[1] == "deficit_change_mw"), strict=True)
    )
    assert row["p50"] is row["difference_p50"] is row["share_of_draws_above_baseline"] is None


def test_a_scenario_does_not_differ_from_itself(tmp_path, base):
    again = run_of(scenario_of(tmp_path))
    for c in compared({"a": base.outcomes, "b": again.outcomes}, "a"):
        if c.difference is not None and c.difference.known:
            assert (c.difference.low, c.difference.middle, c.difference.high, c.higher) == (0.0, 0.0, 0.0, 0.0), (
                c.measure
            )
    assert all(p.difference.middle == 0.0 for p in parties(base.outcomes, again.outcomes))


def test_who_gains_is_the_difference_of_the_draws(base, levied):
    told = {p.name: p for p in parties(levied.outcomes, base.outcomes)}
    assert set(told) == {
        "state budget",
        "formal miners",
        "mining households",
        "informal miners",
        "other consumers",
        "grid",
    }
    difference = levied.outcomes["tax_money_m"] - base.outcomes["tax_money_m"]
    assert told["state budget"].difference == band_of(difference)
    costs = base.outcomes["household_cost_money_m"] - levied.outcomes["household_cost_money_m"]
    assert told["other consumers"].difference == band_of(costs)


def test_runs_of_different_draws_are_not_compared(base):
    fewer = {name: values[:5] for name, values in base.outcomes.items()}
    with pytest.raises(BadInput, match="b and a have different numbers of draws"):
        compared({"a": base.outcomes, "b": fewer}, "a")


# The same numbers -----------------------------------------------------------------------------------------------
def test_the_plain_engine_gives_the_same_results_as_the_compiled_one(tmp_path):
    scenario = replace(scenario_of(tmp_path), months=6, draws=4)
    compiled, plain = run_of(scenario), run_of(scenario, "numpy")
    for name in MEASURES:
        assert plain.outcomes[name] == pytest.approx(compiled.outcomes[name], rel=1e-3, abs=1e-3, nan_ok=True), name


def test_processes_and_a_cluster_give_the_same_draws(base):
    scenario = replace(base.setting.scenario, draws=6, months=4)
    setting = setting_of(scenario, draws=6, seed=SEED)
    alone = drawn(setting.inputs, scenario, base.parameters)
    threads = drawn(setting.inputs, scenario, base.parameters, workers=2)
    plain, processes = (drawn(setting.inputs, scenario, base.parameters, workers=n, engine="numpy") for n in (1, 2))
    with Spark("local[2]") as cluster:
        spark = drawn(setting.inputs, scenario, base.parameters, spark=cluster.session)
    for name in ("power_mw", "tax_usd", "displaced_mw", "network_ehs"):
        found = {
            how: getattr(o, name) for how, o in {"threads": threads, "spark": spark, "processes": processes}.items()
        }
        assert found["threads"] == pytest.approx(getattr(alone, name), rel=1e-6, abs=1e-9), name
        assert found["spark"] == pytest.approx(getattr(alone, name), rel=1e-6, abs=1e-9), name
        assert found["processes"] == pytest.approx(getattr(plain, name), rel=1e-6, abs=1e-9), name
        assert getattr(plain, name) == pytest.approx(getattr(alone, name), rel=1e-3, abs=1e-2), name


def test_draws_in_two_parts_are_the_draws_at_once(base):
    inputs = base.setting.inputs
    parts = [
        run_model(inputs, n, SEED, parameters=base.parameters, first_draw=first)
        for first, n in ((5, DRAWS - 5), (0, 5))
    ]
    again = ran(base.setting, joined(parts), base.parameters)
    for name in MEASURES:
        assert again.outcomes[name] == pytest.approx(base.outcomes[name], rel=1e-6, abs=1e-9, nan_ok=True), name


def test_bands_are_those_of_numpy():
    array = np.random.default_rng(1).normal(size=(37, 4, 3))
    assert bands_of(array) == pytest.approx(np.quantile(array, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0))


# The folder -----------------------------------------------------------------------------------------------------
def test_the_folder_holds_what_the_run_was_made_of_and_what_came_out(tmp_path, base, levied):
    out = draft(tmp_path / "out")
    fill(out, levied, base, {"engine": "numba"})
    assert not (tmp_path / "out").exists(), "nothing stands there before it is whole"
    out.publish()
    folder = tmp_path / "out"
    manifest = read_manifest(folder)
    assert (manifest["draws"], manifest["seed"], manifest["months"]) == (DRAWS, SEED, 18)
    assert manifest["scenario_files"] == ["scenario/ru_law.toml", "scenario/tried.toml"]
    assert manifest["baseline_files"] == ["baseline/ru_law.toml", "baseline/tried.toml"]
    assert "ru/law with ru.levy_per_kwh = 0.5 from 2025-07-01" in manifest["regimes"].values()
    assert manifest["data"]["network/usd_rub_cbr_daily.csv"]
    assert manifest["priors"]["covert_bound"]["kind"] == "uniform"
    draws = read_draws(folder)
    assert draws["load_mw"] == pytest.approx(levied.outcomes["load_mw"], rel=1e-5)
    rows = query("SELECT * FROM read_parquet(?) WHERE place = 'RU-TVE' AND \"column\" = 'levy_usd_per_kwh' AND sector = 'formal' ORDER BY from_month", [str(folder / "law.parquet")])  # fmt: skip
    assert float(rows[0]["value"]) == 0.0
    assert str(rows[1]["from_month"]).startswith("2025-07")
    assert rows[1]["article"] == "set by the scenario: ru.levy_per_kwh = 0.5 from 2025-07-01"
    [total] = query("SELECT p50 FROM read_parquet(?) WHERE place = 'RU' AND measure = 'power_mw' AND sector = 'all' AND month = DATE '2025-03-01'", [str(folder / "monthly.parquet")])  # fmt: skip
    expected = np.median(levied.outcome.power_mw[:, 2, russia(levied)].sum(axis=(1, 2)))
    assert float(total["p50"]) == pytest.approx(float(expected), rel=1e-4)
    again = read_scenario(str(folder / "scenario" / "tried.toml"))
    assert (again.changes, again.months) == (levied.setting.scenario.changes, 18), "the copy can be run again"


def test_tables_of_one_s_own_are_kept_beside_the_scenario(tmp_path):
    (tmp_path / "power.toml").write_text("[system.Siberia]\nprice = 9.0\n", encoding="utf-8")
    own = run_of(replace(scenario_of(tmp_path, 'places = "power.toml"\n'), months=2, draws=2))
    out = draft(tmp_path / "out")
    fill(out, own, None, {"engine": "numba"})
    out.publish()
    again = read_scenario(str(tmp_path / "out" / "scenario" / "tried.toml"))
    assert setting_of(again, draws=2, seed=1).places == own.setting.places
    assert own.setting.places[own.setting.inputs.places.index("RU-IRK")].price_per_kwh == 9.0


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="Something else stands there"):
        draft(tmp_path / "mine")
    with pytest.raises(BadInput, match="This is no folder of a run"):
        read_manifest(tmp_path / "mine")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="The manifest cannot be read"):
        read_manifest(tmp_path / "torn")


def test_a_run_that_is_stopped_leaves_the_earlier_one(tmp_path):
    first = draft(tmp_path / "out")
    first.text("manifest.json", json.dumps({"run": 1}))
    first.publish()
    second = draft(tmp_path / "out")
    second.text("manifest.json", json.dumps({"run": 2}))
    second.drop()
    assert read_manifest(tmp_path / "out") == {"run": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_figures_by_month_are_of_places_states_and_the_world(base):
    figures = list(monthly(base.outcome, base.setting.places))
    assert {"RU-IRK", "RU", "US", "world"} <= {f.place for f in figures}
    loads = [f for f in figures if f.measure == "power_mw" and f.month == date(2025, 4, 1) and f.sector == "all"]
    by_place = {f.place: f.mean for f in loads}
    subjects = sum(v for place, v in by_place.items() if place.startswith("RU-"))
    assert by_place["RU"] == pytest.approx(subjects, rel=1e-4)
    assert all(list(f.quantiles) == sorted(f.quantiles) for f in figures)


# Explaining -----------------------------------------------------------------------------------------------------
def test_what_each_rule_did_adds_up_to_the_difference(tmp_path, base):
    text = 'set = ["ru.levy_per_kwh = 0.5 from 2025-07-01", "ru.profit_tax_rate = 0.4 from 2025-07-01", "ru.household_limit = 3000 from 2025-07-01"]\n'
    changed = scenario_of(tmp_path, text)
    setting = setting_of(changed, draws=DRAWS, seed=SEED)

    def run(inputs):
        return run_model(inputs, DRAWS, SEED, parameters=base.parameters)

    found = explained(setting.inputs, base.setting.inputs, run, run, "RU-NVS", date(2026, 2, 1))
    assert [m.group for m in found.moved] == ["levy", "profit tax", "household limit"]
    assert found.method.startswith("Shapley")
    assert found.runs == 2**3 + 1
    whole = sum(found.mw.values()) - sum(found.baseline_mw.values())
    assert sum(m.mw for m in found.moved) == pytest.approx(whole, abs=1e-6)
    assert found.unexplained_mw == pytest.approx(0.0, abs=1e-6)
    assert found.other_mw == pytest.approx(0.0, abs=1e-9)
    tax = found.tax_usd - found.baseline_tax_usd
    assert sum(m.tax_usd for m in found.moved) + found.unexplained_tax_usd + found.other_tax_usd == pytest.approx(
        tax, abs=1e-3
    )
    assert set(found.mw) == set(SECTORS)
    levy = next(n for n in found.numbers if n.column == "levy_usd_per_kwh" and n.sector == "formal")
    assert levy.differs
    assert levy.origin.values == ("set_levy_per_kwh = 0.5 RUB/kWh since 2025-07-01 (set by the scenario: ru.levy_per_kwh = 0.5 from 2025-07-01)",)  # fmt: skip
    assert levy.baseline_origin.because.startswith("The act does not say")


def test_one_scenario_beside_itself_has_nothing_to_explain(base):
    def run(inputs):
        return run_model(inputs, DRAWS, SEED, parameters=base.parameters)

    found = explained(base.setting.inputs, base.setting.inputs, run, run, "RU-IRK", date(2025, 6, 1))
    assert found.method == "nothing in the law differs"
    assert not any(n.differs for n in found.numbers)
    with pytest.raises(UnknownName, match="There is no place of this run 'RU-XX'"):
        explained(base.setting.inputs, base.setting.inputs, run, run, "RU-XX", date(2025, 6, 1))
    with pytest.raises(BadInput, match="2031-06 is no month of this run"):
        explained(base.setting.inputs, base.setting.inputs, run, run, "RU-IRK", date(2031, 6, 1))


def test_every_column_belongs_to_one_group_of_the_explanation(base):
    grouped = [c for columns in GROUPS.values() for c in columns]
    assert sorted(grouped) == sorted(base.setting.inputs.law.column)
