"""The compiled kernel and its plain twin, the spreading of draws, and a golden run."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from tests.engines.runs import java
from tests.lab.model_worlds import world

from adit.lab.draws import spread
from adit.lab.model import kernel_flows, kernel_groups, rows
from adit.lab.model import run as model_run
from adit.lab.model.outcome import Outcome
from adit.lab.model.run import joined, run
from adit.lab.model.store import read_parameters

EVERYTHING = {
    ("exit_share", "AA", "formal", 6, 7): 1.0,
    ("permit_operate", "AA", "formal", 7, None): 0.0,
    ("permit_new", "AA", "formal", 6, None): 0.0,
    ("levy_usd_per_kwh", "BB", "formal", 3, None): 0.02,
    ("revenue_tax", "BB", "formal", 0, None): 0.02,
    ("household_kwh_per_month", "BB", "household", 0, 12): 6000.0,
    ("household_kwh_per_month", "BB", "household", 12, None): 3000.0,
    ("connection_months", "BB", "formal", 0, None): 1.0,
    ("detection_per_month", None, "informal", 0, None): 0.03,
    ("fine_usd_per_case", None, "informal", 0, None): 5000.0,
    ("confiscation", None, "informal", 0, None): 0.5,
    ("profit_tax", "CC", "formal", 0, None): 0.2,
    ("licence_usd_per_mw_month", "CC", "formal", 0, None): 300.0,
    ("import_duty", "CC", None, 0, None): 0.1,
    ("import_share", "CC", None, 9, None): 0.4,
    ("season", "CC", "formal", 10, 14): 0.5,
    ("slot_cap_mw", "CC", "formal", 16, None): 150.0,
}
OF_PLACES = ("by_group", "tax_usd", "displaced_mw", "slots_mw", "error")
OF_NETWORK = ("by_month", "start_ehs", "observation", "parameters")


def same(one, other, *, places=3e-7, network=1e-9):
    """Figures by place are float32: they may differ in the last place. A GH/s and a thousandth of a MW or dollar do not count."""
    for name in OF_NETWORK:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=network, atol=1e-9, err_msg=name)
    for name in OF_PLACES:
        np.testing.assert_allclose(
            getattr(one, name),
            getattr(other, name),
            rtol=places,
            atol=1e-3 if name == "by_group" else 1e-4,
            err_msg=name,
        )


@pytest.mark.slow
@pytest.mark.parametrize("dispersion", ["uniform", "logistic"])
@pytest.mark.parametrize("bands", [1, 3])
def test_the_kernel_and_its_twin_agree(dispersion, bands):
    inputs = world(changes=EVERYTHING, bands=bands)
    compiled, plain = (run(inputs, 30, 7, engine=e, dispersion=dispersion) for e in ("numba", "numpy"))
    same(compiled, plain)
    assert compiled.tax_usd.sum(axis=(0, 1, 2)).min() > 0, "each tax was paid"
    assert compiled.displaced_mw.sum(axis=(0, 1, 2)).min() > 0, "each fate was met"


@pytest.mark.slow
def test_they_agree_in_crises():
    price = 40_000 * np.array([1, 1, 0.2, 0.05, 0.3, 3, 8, 8, 0.5, 0.01, 1e-6, 1, 1])
    inputs = world(
        count=13,
        price=price,
        changes={("exit_share", None, "formal", 8, 9): 1.0, ("permit_operate", None, "formal", 9, 11): 0.0},
    )
    same(*(run(inputs, 20, 3, engine=e) for e in ("numba", "numpy")))


@pytest.mark.slow
@pytest.mark.parametrize("cap", [5e-324, 1e-310, 1e-250, 1e-30])
def test_they_agree_where_there_is_next_to_no_room(cap):
    """A cap that is hardly a number: shares of such room overflowed."""
    changes = {("slot_cap_mw", place, None, 2, None): cap for place in ("AA", "BB", "CC")}
    compiled, plain = (run(world(count=10, changes=changes), 10, 4, engine=e) for e in ("numba", "numpy"))
    same(compiled, plain)
    assert np.isfinite(compiled.by_group).all()


@pytest.mark.slow
@pytest.mark.parametrize("touched", [1, 8, 11])
def test_they_agree_however_many_places_the_law_touches(touched):
    """Eight are worked at once: what fills the lanes up is nobody's."""
    places = tuple(f"P{p:02d}" for p in range(13))
    changes: dict[tuple[str, str, str, int, int | None], float]
    changes = {("profit_tax", place, "formal", 0, None): 0.3 for place in places[:touched]}
    changes |= {("exit_share", places[0], "formal", 3, 4): 1.0, ("permit_operate", places[0], "formal", 4, None): 0.0}
    inputs = world(places=places, count=8, bands=2, changes=changes)
    same(*(run(inputs, 12, 5, engine=e) for e in ("numba", "numpy")))


def test_what_the_law_asks_of_who_declares_himself():
    asks = vars(kernel_groups)["_asks_something"].py_func
    neutral = np.zeros((len(rows.LAW_ROWS), 1))
    neutral[[rows.OPERATE, rows.NEW, rows.SEASON, rows.KEEP, rows.IMPORTS]] = 1.0
    assert not asks(neutral, 0)
    for row in (rows.OPERATE, rows.EXIT, rows.SEASON, rows.KEEP, rows.LEVY, rows.PROFIT_TAX, rows.LICENCE):
        changed = neutral.copy()
        changed[row] = 0.5
        assert asks(changed, 0), rows.LAW_ROWS[row]


@pytest.mark.slow
def test_it_is_known_whether_the_kernel_was_compiled_on_this_machine(tmp_path):
    run(world(), 1, 1)
    asks = "from adit.lab.model import compiling, kernel; print(compiling.is_kept(kernel.run_draws))"
    for environment, told in (({}, "True"), ({"NUMBA_CACHE_DIR": str(tmp_path)}, "False")):
        done = subprocess.run(
            [sys.executable, "-c", asks], env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == told


@pytest.mark.slow
def test_one_seed_gives_one_outcome_however_it_is_cut():
    inputs = world(changes=EVERYTHING)
    whole = run(inputs, 120, 11)
    threads = spread(inputs, 120, 11, workers=3)
    parts = joined([run(inputs, 50, 11, first_draw=70), run(inputs, 70, 11)])
    for other in (threads, parts):
        same(whole, other, places=0, network=0)


def keep(told, done):
    told.append(done)
    return True


@pytest.mark.slow
def test_processes_give_what_one_process_gives():
    inputs = world(changes=EVERYTHING, count=6)
    told: list[int] = []
    apart = spread(inputs, 18, 5, workers=2, engine="numpy", go_on=lambda done: keep(told, done))
    same(apart, run(inputs, 18, 5, engine="numpy"), places=0, network=0)
    assert told[-1] < 18
    assert told == sorted(told)


def test_a_preview_is_the_first_draws():
    inputs = world(count=3)
    seen: list[Outcome] = []
    whole = spread(inputs, 40, 5, engine="numpy", preview=seen.append)
    assert [o.draws for o in seen] == [25]
    np.testing.assert_array_equal(seen[0].by_month, whole.by_month[:25])


def test_a_run_that_is_stopped_keeps_its_first_draws():
    inputs = world(count=3)
    stopped = run(inputs, 200, 1, engine="numpy", go_on=lambda done: False)
    assert 25 <= stopped.draws < 200
    same(stopped, run(inputs, stopped.draws, 1, engine="numpy"), places=0, network=0)


def test_who_interrupts_a_run_does_not_wait_for_the_draws_that_have_not_begun(monkeypatch):
    begun: list[int] = []
    run_part = model_run._run

    def counted(inputs, prepared, parameters, part, *rest):
        begun.append(part.draws)
        return run_part(inputs, prepared, parameters, part, *rest)

    def interrupted(done):
        raise KeyboardInterrupt

    monkeypatch.setattr(model_run, "_run", counted)
    with pytest.raises(KeyboardInterrupt):
        run(world(count=3), 1000, 1, engine="numpy", go_on=interrupted)
    assert sum(begun) < 1000


def test_a_seed_of_its_own_gives_numbers_of_its_own():
    one, other = (run(world(count=3), 4, seed, engine="numpy") for seed in (1, 2))
    assert not np.any(one.network_ehs[:, 1:] == other.network_ehs[:, 1:])


def test_a_price_per_draw_is_taken_by_the_number_of_the_draw():
    paths = np.array([[40_000.0] * 6, [10_000.0] * 6])
    inputs = world(count=6, price=paths)
    low = replace(inputs, network=replace(inputs.network, price_usd_per_btc=paths[1:]))
    same(
        run(inputs, 1, 1, first_draw=3, engine="numpy"),
        run(low, 1, 1, first_draw=3, engine="numpy"),
        places=0,
        network=0,
    )


def test_no_draws_no_months_one_cell():
    assert run(world(count=3), 0, 1, engine="numpy").by_group.shape == (0, 5, 3, 3, 3)
    assert run(world(count=0), 5, 1, engine="numpy").network_ehs.shape == (5, 0)
    lone = world(places=("AA",), count=4)
    cells = replace(lone.cells, place=lone.cells.place[:1], sector=lone.cells.sector[:1], share=lone.cells.share[:1])
    one = replace(
        lone,
        cells=cells,
        power=replace(lone.power, price_usd_per_kwh=lone.power.price_usd_per_kwh[:, :1]),
        start=replace(lone.start, mw=lone.start.mw[:1], mix=lone.start.mix[:, :1], anchored=lone.start.anchored[:1]),
    )
    outcome = run(one, 3, 1, engine="numpy")
    np.testing.assert_allclose(outcome.hashrate_ehs[:, :, 0, 0], outcome.network_ehs, rtol=1e-6)


def test_the_first_month_is_by_hand():
    """One cell, no growth, no choice: who runs is a straight line of the hashprice, and the fleet earns what the network pays."""
    fixed = {p.name: (p.prior.low + p.prior.high) / 2 for p in read_parameters().each} | {
        "price_spread": 0.0,
        "reinvested": 0.0,
        "swap_rate": 0.0,
        "scrap_rate": 0.0,
    }
    inputs = world(places=("AA",), count=1, tariff=(0.06,))
    inputs = replace(inputs, start=replace(inputs.start, uncertainty=np.zeros(1)))
    outcome = run(inputs, 1, 1, parameters=read_parameters().with_priors(fixed), engine="numpy")
    h = outcome.hashprice_usd_per_th_day[0, 0]
    joules = inputs.fleet.efficiency_j_per_th * fixed["efficiency_scale"]
    machines = 1.0 * inputs.start.mix[:, 0] / joules
    per_kwh = 0.06 + fixed["other_cost_usd_per_kwh"]
    earned = (1 - fixed["pool_fee"]) * h / (0.024 * fixed["pue"] * joules)  # USD/kWh
    half = np.pi * fixed["dispersion_usd_per_kwh"]
    start_h = inputs.network.hashprice_before_usd_per_th_day[-1]
    before = (1 - fixed["pool_fee"]) * start_h / (0.024 * fixed["pue"] * joules)
    runs_before = machines * np.clip((before - per_kwh + half) / (2 * half), 0, 1)
    scale = inputs.network.hashrate_start_ehs / (runs_before.sum() * fixed["uptime"])
    runs = scale * fixed["uptime"] * (machines * np.clip((earned - per_kwh + half) / (2 * half), 0, 1)).sum()
    assert h * runs * 1e6 == pytest.approx(950 * 40_000, rel=1e-9)


GOLDEN = [
    207.88830933,
    246.28656499,
    237.31907393,
    198.76270610,
    289.25841918,
]  # EH/s, mean of the draws, months 1, 6, 14, 18 and 24


def test_the_golden_run():
    """What this seed has given since the model was first told; a change of it is a change of the model, and goes into the changelog."""
    outcome = run(world(changes=EVERYTHING), 16, 2026, engine="numpy")
    np.testing.assert_allclose(outcome.network_ehs.mean(axis=0)[[0, 5, 13, 17, 23]], GOLDEN, rtol=1e-8)


def test_the_exponential_of_the_kernel():
    plain = vars(kernel_flows)["exponential"].py_func
    x = np.linspace(-80, 30, 2001)
    np.testing.assert_allclose([plain(v) for v in x], np.exp(x), rtol=4e-13)


@pytest.mark.slow
def test_spark_gives_what_one_machine_gives(monkeypatch):
    from pyspark.sql import SparkSession  # loads slowly, and only this test needs it

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # where Adit is installed
    inputs = world(changes=EVERYTHING, count=4)
    with java():
        spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        try:
            apart = spread(inputs, 13, 5, spark=spark, engine="numpy")
        finally:
            spark.stop()
    same(apart, run(inputs, 13, 5, engine="numpy"), places=0, network=0)
