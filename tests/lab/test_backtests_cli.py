"""`adit lab backtest` in the terminal: the table says what was missed, the data are whole, and what cannot be read is told."""

import csv
import json

import pytest
from click.testing import CliRunner

from adit.cli.lab_backtest import NAMES, backtest
from adit.lab.backtests.run import BACK_TESTS
from adit.terms.errors import AditError, BadInput


def run(*arguments):
    return CliRunner().invoke(backtest, [str(a) for a in arguments])


def test_the_names_of_the_command_are_those_of_the_back_tests():
    assert tuple(BACK_TESTS) == NAMES


def test_an_unknown_back_test_is_refused():
    found = run("china-2022")
    assert found.exit_code == 2
    assert "'china-2022' is not one of" in found.output


def test_too_few_draws_are_refused():
    assert "--draws" in run("irkutsk", "--draws", 5).output


@pytest.mark.slow
def test_the_table_has_forecast_band_outcome_and_naive_forecasts():
    found = run("irkutsk", "--draws", 50)
    assert found.exit_code == 0, found.output
    assert "Irkutsk Oblast: the winter ban of 2025" in found.output
    assert "load freed RU-IRK, MW" in found.output
    assert "all that was declared in the south 46.4" in found.output
    assert "2 outcomes in all" in found.output
    assert "50 draws, seed 1, adit" in found.output


@pytest.mark.slow
def test_a_missed_target_is_exit_code_one_and_said(tmp_path):
    out = tmp_path / "shares.json"
    found = run("2025-shares", "--draws", 50, "--out", out)
    data = json.loads(out.read_text())
    missed = [s["name"] for s in data["tests"][0]["scores"] if s["met"] is False]
    assert missed  # bands of shares are too wide: all six outcomes lie in them
    assert found.exit_code == 1
    assert "missed" in found.output
    assert data["draws"] == 50
    assert data["tests"][0]["assumed"][0]["dated"] <= "2022-10-01"


@pytest.mark.slow
def test_csv_has_a_line_for_each_forecast():
    found = run("fleet-energy", "--draws", 50, "--format", "csv")
    rows = list(csv.DictReader(found.stdout.splitlines()))
    assert [r["month"] for r in rows] == [f"{year}-12" for year in range(2019, 2025)]
    assert all(float(r["least"]) < float(r["median"]) < float(r["most"]) for r in rows)


@pytest.mark.slow
def test_json_says_what_was_left_out():
    data = json.loads(run("china-2021", "--draws", 50, "--format", "json").stdout)
    assert "--map" in data["left_out"]["ten units of the map"]
    assert data["version"]


@pytest.mark.slow
def test_a_map_that_cannot_be_read_is_told(tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("date,country\n2021-05-01,China\n")
    found = run("china-2021", "--draws", 50, "--map", file)
    assert isinstance(found.exception, AditError)
    assert "iso3, share_pct" in str(found.exception)
    assert isinstance(run("china-2021", "--draws", 50, "--map", tmp_path / "none.csv").exception, BadInput)
