"""`adit grid impact` in the terminal: what it prints, its exit codes, and what it refuses."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adit.cli.main import adit
from adit.terms.errors import BadInput

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "grid" / "two_zones.toml")


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(adit, ["grid", "impact", *arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_flexible_load_takes_nothing_from_anybody():
    told = json.loads(run("--load", "South=200", "--network", EXAMPLE, "--format", "json"))
    south = next(z for z in told["zones"] if z["zone"] == "South")
    assert south["unserved_mwh_with"] == south["unserved_mwh_without"] == 1300
    assert south["curtailed_hours_with"] == 21
    assert told["cost_above_least_at_most"] == 0
    assert told["load_mw"] == {"South": 200}


def test_a_firm_load_does_and_the_exit_code_says_so():
    rows = list(
        csv.DictReader(
            run("--load", "South=200", "--network", EXAMPLE, "--firm", "--format", "csv", code=1).splitlines()
        )
    )
    assert float(rows[1]["unserved_mwh_difference"]) > 1000
    assert float(rows[0]["unserved_mwh_difference"]) == 0


def test_every_hour_of_both_runs(tmp_path: Path):
    run("--load", "North=100", "--network", EXAMPLE, "--hourly", str(tmp_path / "hours.csv"))
    rows = list(csv.DictReader((tmp_path / "hours.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 2 * 2 * 24
    assert rows[0]["hour_utc"] == "2025-12-10T00:00Z"
    assert {r["mining_mw"] for r in rows if r["zone"] == "North" and r["run"] == "with"} == {"500.000"}


def test_the_page_needs_nothing_else_and_says_what_the_table_says(tmp_path: Path):
    file = tmp_path / "i.html"
    run("--load", "South=200", "--network", EXAMPLE, "--report", str(file))
    text = file.read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in text
    assert "style=" not in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "200 MW in South, over 24 hours" in text
    assert "would take 1.2 GWh. Hours in which miners are curtailed: 21 in South." in text
    assert "left without 1,300 MWh, against 1,300 without the load" in text
    assert (
        '<th scope="row">mining curtailed, hours</th><td class="n">0</td><td class="n">21</td><td class="n">+21</td>'
        in text
    )
    assert "<title>2025-12, with the load: 21 hours</title>" in text
    assert "A network of your own has nothing measured" in text
    assert f"adit grid impact --load &#34;South=200&#34; --network {EXAMPLE} --report impact.html" in text


def test_the_page_of_a_firm_load_says_that_nothing_is_curtailed(tmp_path: Path):
    file = tmp_path / "i.html"
    run("--load", "South=200", "--network", EXAMPLE, "--firm", "--report", str(file), code=1)
    text = file.read_text(encoding="utf-8")
    assert "The load is firm: it does not switch off" in text
    assert "--firm --report impact.html" in text


def test_a_load_of_nought_draws_no_price_and_adds_nothing(tmp_path: Path):
    file = tmp_path / "i.html"
    run("--load", "North=0", "--network", EXAMPLE, "--report", str(file))
    text = file.read_text(encoding="utf-8")
    assert "Price by month" not in text
    assert "added by the load: 0.0 kt" in text


@pytest.mark.slow
def test_the_page_of_the_six_systems_holds_the_model_against_what_was_measured(tmp_path: Path):
    file = tmp_path / "i.html"
    days = ["--from", "2020-06-29", "--to", "2020-07-02"]
    run("--load", "RU-IRK=600,RU-KYA=300", "--year", "2020", *days, "--report", str(file))
    text = file.read_text(encoding="utf-8")
    assert "600 MW in RU-IRK and 300 MW in RU-KYA, over 96 hours" in text
    assert text.count("<title>2020-06, ") == text.count("<title>2020-07, ") == 3
    assert "2020-08" not in text  # months are those of Moscow, and the hours end there
    assert "It misses by" in text
    assert "<td>3,000</td>" in text  # the bid of the miners, with its reason
    assert "Miners switch off above this price" in text
    assert "Chosen so that the yearly exchange" in text  # a reason inside a fuel
    assert "--year 2020 --from 2020-06-29 --to 2020-07-02 --report impact.html" in text


@pytest.mark.slow
def test_days_of_the_six_systems():
    told = run("--load", "RU-IRK=600,RU-KYA=300", "--year", "2020", "--from", "2020-02-01", "--to", "2020-02-03")
    assert "48 hours." in told
    assert "nothing is filled in: 2020-02-01." in told
    assert "grid/scenario/russia.toml" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--load", "South=200"], "Which year"),
        (["--load", "South=200", "--year", "2020", "--network", EXAMPLE], "has its own hours"),
        (["--load", "Sauth=200", "--network", EXAMPLE], "no region or zone 'Sauth'"),
        (["--load", "South=-1", "--network", EXAMPLE], "-1 MW"),
        (["--load", "South=1", "--network", "nowhere.toml"], "no such file or folder"),
        (["--load", "South=1", "--network", EXAMPLE, "--report", "i.pdf"], "i.pdf is not a page"),
        (["--load", "South=1", "--network", EXAMPLE, "--hourly", "hours.txt"], "not a CSV file"),
    ],
)
def test_what_it_refuses(arguments: list[str], said: str):
    with pytest.raises(BadInput, match=said):
        CliRunner().invoke(adit, ["grid", "impact", *arguments], catch_exceptions=False)
