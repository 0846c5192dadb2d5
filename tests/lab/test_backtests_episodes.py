"""Each back-test runs, and its figures lie where docs/lab-backtests.md says. Few draws, so the tolerances are wider than a run's own spread."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from adit.evidence.sources.mining_figures import read_fleet_energy
from adit.lab.backtests.forecasting import Options
from adit.lab.backtests.results import as_data
from adit.lab.backtests.run import BACK_TESTS, run_backtests
from adit.terms.errors import UnknownName

pytestmark = pytest.mark.slow
DRAWS = 200
MAP = Path(os.environ.get("ADIT_MAP", "no map"))  # a copy of Cambridge's map by country and month, of one's own


@pytest.fixture(scope="module")
def report():
    return run_backtests(list(BACK_TESTS), Options(DRAWS, seed=1), "test")


def scores(report, name):
    return {s.name: s for test in report.tests if test.id == name for s in test.scores}


def test_china_beats_every_naive_forecast_of_where(report):
    found = scores(report, "china-2021")
    january = found["wrong-country share, January 2022"]
    assert january.value == pytest.approx(11.8, abs=1.2)
    assert january.met
    assert all(naive > january.value + 5 for naive in january.baselines.values())
    august = found["wrong-country share, August 2021, outside China"]
    assert august.value == pytest.approx(5.9, abs=0.7)
    assert all(naive > august.value for naive in august.baselines.values())


def test_without_the_convention_august_is_far_off_and_says_so(report):
    assert scores(report, "china-2021")["wrong-country share, August 2021, with China at zero as printed"].value > 15


def test_china_from_publications_alone(report):
    published = scores(report, "china-2021")[
        "wrong-country share, January 2022, from what was published by 16 July 2021"
    ]
    assert published.value == pytest.approx(12.0, abs=1.5)


def test_totals_of_the_ban(report):
    found = scores(report, "china-2021")
    assert found["totals from June 2021 to January 2022, ex ante"].value == pytest.approx(9.2, abs=1.5)
    held_out = found["totals held out, September 2021 to January 2022, fitted to June to August"]
    assert held_out.value == pytest.approx(2.7, abs=1.3)
    assert held_out.value < min(held_out.baselines.values())


def test_a_year_ahead_from_forty_origins(report):
    found = scores(report, "walk-forward")
    mean = found["twelve months ahead, forty origins"]
    assert mean.value == pytest.approx(5.9, abs=0.7)
    assert mean.value < min(mean.baselines.values()) - 2
    assert found["twelve months ahead, origins of the halving year 2024"].value == pytest.approx(5.7, abs=1.2)
    test = next(t for t in report.tests if t.id == "walk-forward")
    assert len(test.forecasts) == 40
    assert 70 <= test.coverage_pct <= 97


def test_energy_of_the_fleet(report):
    test = next(t for t in report.tests if t.id == "fleet-energy")
    assert [f.outcome for f in test.forecasts] == [e.energy_twh for e in read_fleet_energy()]
    assert all(abs(f.point / f.outcome - 1) < 0.11 for f in test.forecasts)


def test_shares_of_2025(report):
    found = scores(report, "2025-shares")
    assert found["wrong-country share, May 2025"].value == pytest.approx(12.1, abs=1.0)
    assert found["wrong-country share, May 2025"].baselines["no change"] == pytest.approx(23.5, abs=0.1)
    assert found["Russia"].value < 2


def test_kazakhstan_declares_more_in_the_model_than_it_did_and_less_than_was_registered(report):
    found = scores(report, "kazakhstan")
    quarter = found["fee, 2022-03"]
    assert quarter.value == pytest.approx(45, abs=12)
    assert quarter.baselines["all that is registered pays"] == pytest.approx(112, abs=0.5)
    assert found["capacity, 2021-10"].value == pytest.approx(-20, abs=12)


def test_irkutsk_frees_and_leaks(report):
    test = next(t for t in report.tests if t.id == "irkutsk")
    freed, leak = test.forecasts
    assert freed.point == pytest.approx(348, abs=25)
    assert freed.point < freed.baselines["all that was declared in the south"]
    assert freed.inside
    assert leak.point > 0


def test_every_assumption_is_dated_no_later_than_its_forecast(report):
    for test in report.tests:
        assert test.assumed
        for assumed in test.assumed:
            assert assumed.dated <= test.as_of, (test.id, assumed)


def test_a_report_is_plain_data_and_the_same_for_a_seed(report):
    again = run_backtests(["irkutsk"], Options(DRAWS, seed=1), "test")
    first = next(t for t in report.tests if t.id == "irkutsk")
    assert again.tests[0] == first
    other = run_backtests(["irkutsk"], Options(DRAWS, seed=2), "test")
    assert other.tests[0].forecasts[0].point != first.forecasts[0].point
    data = json.loads(json.dumps(as_data(report)))
    assert data["tests"][0]["as_of"] == "2021-06-01"
    assert sum(data["pit_histogram"]) == len(report.forecasts)
    assert data["coverage_80_pct"] == pytest.approx(report.coverage_pct)
    assert {s["met"] for t in data["tests"] for s in t["scores"]} == {True, False, None}
    assert "lab/mining_shares.csv" in data["vintages"]


def test_what_cannot_be_run_is_told(report):
    assert "give your copy with --map" in report.left_out["ten units of the map"]


def test_an_unknown_back_test_offers_the_nearest():
    with pytest.raises(UnknownName, match="There is no back-test 'china-2022'"):
        run_backtests(["china-2022"], Options(DRAWS), "test")


def test_the_last_known_month_is_before_what_is_forecast(report):
    for test in report.tests:
        for forecast in test.forecasts:
            assert forecast.origin < forecast.month
            assert isinstance(forecast.month, date)


@pytest.mark.skipif(not MAP.is_file(), reason="Cambridge's map has no open licence: name your copy in ADIT_MAP")
def test_china_on_the_whole_map():
    report = run_backtests(["china-2021"], Options(DRAWS, 1, MAP), "test")
    found = scores(report, "china-2021")
    assert report.left_out == {}
    august = found["on the whole map: August 2021, outside China, ten units"]
    assert august.value == pytest.approx(6.5, abs=0.8)
    assert august.baselines["no change"] == pytest.approx(10.4, abs=0.05)
    assert found["on the whole map: January 2022, six units"].value == pytest.approx(12.7, abs=1.2)
    assert found["on the whole map: January 2022, ten units"].baselines["country trends"] == pytest.approx(
        22.0, abs=0.1
    )
