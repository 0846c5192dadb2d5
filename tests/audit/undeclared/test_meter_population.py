"""The invented population of the evaluation: it is what it says, and what is absent is named."""

import sys

import numpy as np
import pytest
from benchmarks.undeclared_loads import (
    HARD,
    HOURS,
    STRATEGIES,
    as_wh,
    clean,
    hard_load,
    machines_kw,
    mining,
    traces,
    works,
    year,
)

from adit.audit.undeclared.fit import fit
from benchmarks import undeclared


def test_a_year_has_the_mean_of_its_trace_and_is_never_the_same():
    trace = works("works", 1)
    a, b = year(trace, np.random.default_rng(1)), year(trace, np.random.default_rng(2))
    assert a.shape == (HOURS,)
    assert a.mean() == pytest.approx(1.0)
    assert not np.allclose(a, b)
    np.testing.assert_array_equal(a, year(trace, np.random.default_rng(1)))  # the same chance, the same year


@pytest.mark.parametrize("label", sorted({label for hard in HARD.values() for label in hard}))
def test_a_hard_load_is_a_load(label):
    kw = hard_load(label, np.random.default_rng(3))
    assert kw.shape == (HOURS,)
    assert kw.mean() > 0.1
    assert kw.max() < 60


def test_ten_machines_take_what_their_data_sheets_say():
    kw = machines_kw(10, np.random.default_rng(4))
    assert 10 < np.median(kw) < 60  # air-cooled models take between one and six kilowatts
    assert kw.std() / kw.mean() < 0.2


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy_adds_a_load(strategy):
    made = mining(strategy, works("works", 2), np.random.default_rng(5), "owner")
    assert len(made) == (3 if strategy == "split over three" else 1)
    assert {m.owner for m in made} == {"owner"}
    assert all(m.mining and 0 < m.kept <= 1 for m in made)
    assert (made[0].kept < 0.8) == (strategy in ("off at peak", "follows the household"))
    assert as_wh(made).dtype == np.int32


def test_most_connections_have_nothing_hard_beside_them():
    rng = np.random.default_rng(6)
    made = [clean(works("works", 3), rng, str(i)) for i in range(300)]
    assert 0.4 < np.mean([m.label == "plain" for m in made]) < 0.8
    assert not any(m.mining for m in made)


def test_traces_that_are_absent_are_named_and_nothing_is_made_up(tmp_path, monkeypatch, capsys):
    assert traces(tmp_path)[0] == []
    monkeypatch.setattr(sys, "argv", ["undeclared", "--traces", str(tmp_path)])
    undeclared.main()
    assert capsys.readouterr().out.startswith(f"Skipped: {tmp_path} has none of the traces (london_lcl")


@pytest.mark.slow
def test_points_of_one_population_find_another():
    rng = np.random.default_rng(7)
    first, second = (
        undeclared.Population([works(f"{n}-{i}", i + k) for i in range(5)], 150, 40, rng)
        for n, k in (("a", 0), ("b", 50))
    )
    model = fit(first.figures, first.mining, {})
    scores = undeclared.scored(model, second.figures)
    border = np.quantile(scores[~second.mining], 0.95)
    assert (scores[second.labels == "ten"] > border).mean() > 0.6
