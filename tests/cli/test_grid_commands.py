"""`adit grid balance` and `adit grid hosting` at the terminal: figures, formats, files, errors."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adit.cli.main import adit
from adit.engines.duckdb import query
from adit.terms.errors import AditError


def run(*words: object) -> Result:
    return CliRunner().invoke(adit, ["grid", *map(str, words)], catch_exceptions=True)


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(StringIO(result.stdout)))


ASKED = ("hosting", "--regions", "RU-IRK,RU-KYA,RU-KR", "--year", 2020, "--accept-hours", 300)


def test_the_balance_is_that_of_the_file() -> None:
    found = {r["system"]: r for r in rows(run("balance", "--year", 2020, "--format", "csv"))}
    assert (found["Siberia"]["generation_mwh"], found["Siberia"]["balance_mwh"]) == ("206628712", "-2613597")
    assert found["North-West"]["hours_missing"] == "1"
    assert all("System Operator" in r["source"] and r["unit"] == "MWh" for r in found.values())
    told = run("balance", "--year", 2020).stdout
    assert "206,628,712" in told
    assert "nothing" not in told
    assert "206 628 712" in run("balance", "--year", 2020, "--lang", "ru").stdout.replace("\u00a0", " ")
    data = json.loads(run("balance", "--year", 2020, "--format", "json").stdout)
    assert data["data"] == {"electricity_ru/so_ups_annual_balance.csv": "2015 to 2020; 2021 to 22 November; retrieved 2026-11-22"}  # fmt: skip


def test_the_hosting_of_the_plan_s_three_regions() -> None:
    told = " ".join(run(*ASKED).stdout.split())
    assert "Siberia took 0.5 to 4.9 TWh net from its neighbours in every year from 2015 to 2020" in told
    assert "unified power system Siberia 0 to 11,043 0 to 13,663 0 / 300 2018-03-05 04:00" in told
    assert "unified power system North-West 0 to 6,631 474 to 8,421 298 / 298" in told
    assert "demonstrated end: not known. With no mining at all and every line in full use, Centre, Mid-Volga" in told
    assert "installed end: 22,088 MW at once in Siberia, North-West" in told
    assert "scenario values of grid/scenario/russia.toml" in told
    assert "--network FILE" in told
    assert "no limit with a source was found" in told


def test_each_figure_has_its_label_unit_and_source() -> None:
    found = rows(run(*ASKED, "--format", "csv"))
    assert len(found) == 2 * 5
    assert {r["unit"] for r in found} == {"MW"}
    assert all(r["source"].startswith("electricity_ru/so_ups_hourly") for r in found)
    modelled = [r for r in found if r["kind"] == "subject"]
    assert {r["label"] for r in modelled} == {"modelled"}
    assert {r["error"] for r in modelled} == {"true load 0.34 to 1.75 times the modelled (Kazakhstan)"}
    assert {r["not_known"] for r in modelled} == {"spans zero"}
    at_once = [(r["place"], r["end"], r["hosting_mw_simultaneous"]) for r in found if r["hosting_mw_simultaneous"]]
    assert at_once == [("Siberia", "installed", "13690"), ("North-West", "installed", "8397")]


def test_json_carries_versions_and_facts() -> None:
    data: dict[str, Any] = json.loads(run(*ASKED, "--format", "json").stdout)
    assert data["record"] == [2015, 2016, 2017, 2018, 2019, 2020]
    assert set(data["data"]) >= {"electricity_ru/so_ups_hourly_2015_2021.parquet", "power_plants/gppd_russia_v13.csv"}
    assert len(data["facts"]) == 3 * 12
    assert data["units"]["Siberia"]["mw"] == 800
    assert data["model_error"]["regions"] == 14


def test_facts_as_parquet_and_csv_are_the_same(tmp_path: Path) -> None:
    files = [tmp_path / "f.parquet", tmp_path / "f.csv"]
    for file in files:
        assert run(*ASKED, "--facts", file).exit_code == 0
    parquet = query("SELECT * FROM read_parquet(?)", [str(files[0])])
    with files[1].open(encoding="utf-8", newline="") as text:
        plain = list(csv.DictReader(text))
    assert [{k: str(v) for k, v in row.items()} for row in parquet] == plain
    assert parquet[0]["surplus_mw_firm"] == -1721


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_needs_nothing_else(tmp_path: Path, language: str) -> None:
    file = tmp_path / "h.html"
    assert run(*ASKED, "--report", file, "--lang", language).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in text
    assert "style=" not in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert text.count('<svg class="curve"') == text.count('<svg class="heat"') == 2
    assert "UA-43" in text
    assert "UA-40" in text
    assert "adit grid hosting --regions RU-IRK,RU-KYA,RU-KR --year 2020 --accept-hours 300" in text


def test_a_page_of_places_of_which_nothing_is_known(tmp_path: Path) -> None:
    file = tmp_path / "h.html"
    assert run("hosting", "--regions", "RU-MAG", "--year", 2020, "--report", file).exit_code == 0
    assert "isolated power system" in file.read_text(encoding="utf-8")


def test_own_hours_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    from tests.grid.hours_made import hours_file

    file = hours_file(tmp_path / "h.csv", hours=8760)
    found = rows(run("hosting", "--regions", "Siberia", "--year", 2019, "--hours", file, "--format", "csv"))
    # The last hour draws 20,000 + 8,759; the most that ran is 21,000; 3 % of the load is more than the largest unit.
    assert found[0]["surplus_mw_firm"] == str(int((21_000 - 28_759 * 1.03) // 1))


def test_a_changed_scenario_changes_what_neighbours_host_at_once(tmp_path: Path) -> None:
    from adit.grid.scenario.store import SHIPPED_SCENARIO

    changed = tmp_path / "own.toml"
    text = SHIPPED_SCENARIO.read_text(encoding="utf-8")
    changed.write_text(text.replace("backward_mw = 2_647", "backward_mw = 647"), encoding="utf-8")
    told = " ".join(run(*ASKED, "--network", changed).stdout.split())
    assert "installed end: 20,088 MW at once in Siberia, North-West" in told
    assert f"scenario values of {changed}" in told


def test_hours_of_two_systems_do_not_say_what_neighbours_host_at_once(tmp_path: Path) -> None:
    from tests.grid.hours_made import hours_file

    urals = [(f"2019-01-01 {h:02d}:00:00", 630000, "20000", "21000") for h in range(24)]
    file = hours_file(tmp_path / "h.csv", rows=urals, hours=24)
    told = run("hosting", "--regions", "Siberia,Urals", "--year", 2019, "--hours", file).stdout
    assert "not known. The network of grid/scenario/russia.toml also has Centre" in " ".join(told.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hosting", "--regions", "RU-IRQ", "--year", 2020), "There is no region or power system 'RU-IRQ'"),
        (("hosting", "--year", 2014), "There is no hour of Centre in 2014"),
        (("hosting", "--year", 2020, "--accept-hours", 9000), "9000 hours cannot be accepted in a year"),
        (("hosting", "--year", 2020, "--accept-hours", -1), "-1 hours cannot be accepted in a year"),
        (("hosting", "--year", 2020, "--report", "h.pdf"), "h.pdf is not a page"),
        (("hosting", "--year", 2020, "--facts", "f.xlsx"), "f.xlsx is neither Parquet nor CSV"),
        (("hosting", "--year", 2020, "--hours", "none.csv"), "There is no such file"),
        (("hosting", "--year", 2020, "--network", "none.toml"), "There is no such file"),
        (("hosting", "--year", 2020, "--network", "examples/grid/two_zones.toml"), "The scenario lacks"),
        (("balance", "--year", 1999), "There is no balance of 1999"),
    ],
)
def test_what_cannot_be_answered_is_said(words: tuple[object, ...], said: str) -> None:
    result = run(*words)
    assert isinstance(result.exception, AditError)
    assert said in str(result.exception)


def test_too_many_missing_hours_are_told_and_not_filled() -> None:
    found = rows(run("hosting", "--regions", "Urals", "--year", 2021, "--accept-hours", 300, "--format", "csv"))
    assert {r["not_known"] for r in found} == {"too many hours missing"}
    assert {r["surplus_mw_interruptible"] for r in found} == {""}
    assert "952 hours are missing, more than the 300" in run("hosting", "--regions", "Urals", "--year", 2021, "--accept-hours", 300).stdout.replace("\n", " ")  # fmt: skip
