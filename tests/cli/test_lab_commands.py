"""`adit lab` at the terminal: scenarios listed, begun, run, compared and explained; what is wrong, and what is left when one stops."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adit.cli.main import adit
from adit.lab.store import read_scenario, scenario_names
from adit.terms.errors import AditError

SHORT = ("--draws", 6, "--months", 14, "--seed", 3)


def run(*words: object) -> Result:
    return CliRunner().invoke(adit, ["lab", *map(str, words)], catch_exceptions=True)


def data(*words: object) -> dict[str, Any]:
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, (result.output, result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def error_of(*words: object) -> AditError:
    error = run(*words).exception
    assert isinstance(error, AditError), error
    return error


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_scenarios_are_listed_with_what_they_set():
    told = run("list").stdout
    assert all(name in told for name in scenario_names())
    rows = {r["name"]: r for r in csv.DictReader(StringIO(run("list", "--format", "csv").stdout))}
    assert rows["ru_ban"]["set"] == "ru.may_mine = no from 2026-01-01"
    assert len(data("list")["scenarios"]) == len(scenario_names())


def test_a_scenario_is_shown_with_the_one_that_it_changes():
    told = run("show", "ru_ban").stdout
    assert told.index("# scenarios/ru_ban.toml") < told.index("# scenarios/ru_law.toml")
    assert 'set   = ["ru.may_mine = no from 2026-01-01"]' in told


def test_a_scenario_of_one_s_own_is_begun_and_can_be_read(here):
    result = run("new", "my_levy", "--from", "ru_law")
    assert result.exit_code == 0
    assert "next: adit lab run my_levy.toml" in result.stderr
    assert 'from  = "ru_law"' in (here / "my_levy.toml").read_text(encoding="utf-8")
    assert "set = []" in run("show", "my_levy.toml").stdout
    assert error_of("new", "my_levy").what == "The file is there already."
    assert error_of("new", "nowhere/my_levy").what == "There is no such folder."
    assert error_of("new", "other", "--from", "ru_lawe").what == "There is no scenario 'ru_lawe'."


@pytest.mark.slow
def test_a_run_tells_bands_differences_and_who_gains(here):
    (here / "levy.toml").write_text(
        'from = "ru_law"\ntitle = "a levy"\nset = ["ru.levy_per_kwh = 1 from 2025-03-01"]\n', encoding="utf-8"
    )
    told = run("run", "levy.toml", *SHORT)
    assert told.exit_code == 0, told.output
    for words in (
        "a levy",
        "80 % of the draws",
        "against ru_law",
        "levy a year",
        "state budget",
        "6 draws, seed 3",
        "decides no case",
    ):
        assert words in told.stdout, words
    found = data("run", "levy.toml", *SHORT)
    [scenario] = found["scenarios"]
    assert (found["baseline"], scenario["money"]) == ("ru_law", "RUB")
    low, middle, high = scenario["outcomes"]["levy_usd_m"]["band_80"]
    assert 0 < low <= middle <= high
    assert scenario["outcomes"]["levy_usd_m"]["share_of_draws_above_baseline"] == 1.0
    assert scenario["manifest"]["regimes"]
    assert data("run", "levy.toml", *SHORT) | {"scenarios": []} == found | {"scenarios": []}
    rows = list(csv.DictReader(StringIO(run("run", "levy.toml", *SHORT, "--format", "csv").stdout)))
    assert float(next(r for r in rows if r["measure"] == "levy_usd_m")["p50"]) == pytest.approx(middle)


@pytest.mark.slow
def test_a_comparison_with_itself_is_nothing(here):
    found = data("compare", "ru_law", "--baseline", "ru_law", *SHORT)
    assert [s["manifest"]["scenario"] for s in found["scenarios"]] == ["ru_law"]
    (here / "same.toml").write_text('from = "ru_law"\ntitle = "the same"\n', encoding="utf-8")
    told = data("compare", "same.toml", "ru_ban", *SHORT)["scenarios"]
    assert all(o["difference_80"] in (None, [0.0, 0.0, 0.0]) for o in told[0]["outcomes"].values())
    assert told[1]["outcomes"]["declared_mw"]["difference_80"][1] < 0
    table = run("compare", "same.toml", "ru_ban", *SHORT).stdout
    assert "Against ru_law" in table
    assert "Who gains and who pays" in table


@pytest.mark.slow
def test_a_run_is_kept_in_a_folder_and_explained_from_it(here):
    (here / "levy.toml").write_text(
        'from = "ru_law"\ntitle = "a levy"\nset = ["ru.levy_per_kwh = 1 from 2025-03-01"]\n', encoding="utf-8"
    )
    assert "written to out" in run("run", "levy.toml", *SHORT, "--out", "out").stderr
    names = {p.name for p in (here / "out").iterdir()}
    assert {
        "manifest.json",
        "outcomes.csv",
        "outcomes.parquet",
        "monthly.csv",
        "monthly.parquet",
        "draws.parquet",
        "law.csv",
        "state.csv",
    } <= names
    told = run("explain", "out", "RU-IRK", "2025-06", "--draws", 4).stdout
    for words in (
        "RU-IRK in 2025-06",
        "What moved it",
        "levy",
        "Shapley",
        "set by the scenario: ru.levy_per_kwh = 1 from 2025-03-01",
        "Decree 1869",
    ):
        assert words in told, words
    found = data("explain", "out", "RU-IRK", "2025-06", "--draws", 4)
    assert [m["group"] for m in found["moved"]] == ["levy"]
    assert found["draws"] == 4, "the draws, and not the paths of a price that is known"
    assert found["unexplained_mw"] == pytest.approx(0, abs=1e-6)
    assert next(n for n in found["numbers"] if n["column"] == "slot_cap_mw")["value"] == "endless"
    assert error_of("explain", "out", "RU-IRK", "2031-06").what == "2031-06 is no month of this run."
    assert error_of("explain", "out", "RU-IRK", "2025").what == "'2025' is not a month."
    assert error_of("explain", ".", "RU-IRK", "2025-06").what == "This is no folder of a run."
    run("compare", "levy.toml", *SHORT, "--out", "several")
    assert {p.name for p in (here / "several").iterdir()} == {"levy", "ru_law"}


def test_what_cannot_end_well_is_refused_before_anything_is_drawn(here, monkeypatch):
    import adit.lab.run as lab_run

    monkeypatch.setattr(lab_run, "drawn", lambda *args, **given: pytest.fail("it was run"))
    (here / "file").write_text("mine", encoding="utf-8")
    (here / "taken" / "ru_ban").mkdir(parents=True)
    (here / "taken" / "ru_ban" / "notes.txt").write_text("mine", encoding="utf-8")
    for words in (
        ("run", "ru_ban", "--out", "file"),
        ("run", "ru_ban", "--out", "file/below"),
        ("compare", "ru_ban", "--out", "taken"),
    ):
        assert error_of(*words).what == "Something else stands there.", words
    assert error_of("run", "ru_ban", "--months", 1000).todo == "Give --months 240 or less."
    (here / "far.toml").write_text('from = "ru_law"\ntitle = "t"\nfocus = "FI"\n', encoding="utf-8")
    far = error_of("run", "far.toml")
    assert (far.where, far.what) == ("far.toml:3", "There is no place or state with mining 'FI'.")


def test_a_title_with_quotes_begins_a_file_that_can_be_read(here):
    title = 'a "levy" \\ and more'
    assert run("new", "quoted", "--title", title).exit_code == 0
    assert read_scenario("quoted.toml").title == title


@pytest.mark.parametrize("manifest", ["[]", "{}", '{"scenario_files": []}'])
def test_a_folder_of_another_version_is_told_and_no_mistake_of_adit(here, manifest):
    (here / "old").mkdir()
    (here / "old" / "manifest.json").write_text(manifest, encoding="utf-8")
    assert "another version of Adit" in error_of("explain", "old", "RU-IRK", "2026-01").what


@pytest.mark.slow
def test_a_run_that_is_stopped_leaves_nothing(here, monkeypatch):
    import adit.lab.results.folder as folder

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "manifest_of", stop)
    result = run("run", "ru_law", *SHORT, "--out", "out")
    assert result.exit_code != 0
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("run", "ru_bann"), "There is no scenario 'ru_bann'."),
        (("run", "nothing/here.toml"), "There is no such file."),
        (("run", "ru_law", "--draws", 0), "--draws 0 is not between 1 and 200,000."),
        (("run", "ru_law", "--months", 999), "--months 999 is not between 1 and 240."),
        (("run", "ru_law", "--seed", -1), "--seed -1 is not between 0 and 9,223,372,036,854,775,807."),
        (("run", "ru_law", "--processes", 0), "--processes 0 is not between 1 and 1,024."),
        (("compare", "ru_ban", "--baseline", "ru_lwa"), "There is no scenario 'ru_lwa'."),
        (("show", "x/y.toml"), "There is no such file."),
    ],
)
def test_what_cannot_be_done_is_said(words, what):
    assert error_of(*words).what == what


def test_every_command_has_an_example():
    from adit.cli.lab import lab

    for name, command in lab.commands.items():
        assert "Example" in (command.help or ""), name
