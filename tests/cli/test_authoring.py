"""Beginning an act, schemas for editors, and parameters taken from elsewhere: whole or nothing, and never over anything."""

import json
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from tests.docs.pages import adit

NEW = ["law", "new", "levy_bill", "--title", "A levy", "--first-day", "2027-01-01"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def test_a_new_act_can_be_asked_at_once(here: Path, monkeypatch: pytest.MonkeyPatch):
    code, printed = adit([*NEW, "--subject", "levy", "--reform-of", "ru/law"], monkeypatch)
    assert (code, "adit law check ./levy_bill" in printed) == (0, True)
    files = {"regime.toml", "sources.toml", "values/levy.toml", "rules/levy.py", "cases/levy.toml"}
    assert names(here / "levy_bill") == files | {"values", "rules", "cases"}
    assert names(here) == {"levy_bill", *(f"levy_bill/{n}" for n in names(here / "levy_bill"))}
    assert adit(["law", "cases", "./levy_bill"], monkeypatch)[0] == 0
    code, printed = adit(["law", "check", "./levy_bill"], monkeypatch)
    assert (code, "not yet said" in printed) == (1, True)


def test_a_reform_of_ones_own_bill_means_the_same_from_everywhere(here: Path, monkeypatch: pytest.MonkeyPatch):
    assert adit([*NEW, "--reform-of", "ru/law"], monkeypatch)[0] == 0
    (here / "elsewhere" / "kept").mkdir(parents=True)
    (here / "drafts").symlink_to("elsewhere/kept")
    again = ["law", "new", "drafts/second", *NEW[3:], "--subject", "more", "--reform-of", "levy_bill"]
    assert adit(again, monkeypatch)[0] == 0
    assert 'reform_of    = "../../../levy_bill"' in (here / "drafts/second/regime.toml").read_text()
    for folder, name in ((here, "./drafts/second"), (here / "drafts", "./second"), (here / "drafts/second", ".")):
        monkeypatch.chdir(folder)
        code, printed = adit(["law", "show", name, "--all"], monkeypatch)
        assert (code, "household_limit" in printed) == (0, True), printed


def test_a_reform_over_itself_or_over_nothing_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("one", "two"):
        assert adit(["law", "new", name, *NEW[3:], "--reform-of", "ru/law"], monkeypatch)[0] == 0
    over = {"one": "../two", "two": "../one"}
    for name, other in over.items():
        head = here / name / "regime.toml"
        head.write_text(head.read_text().replace('"ru/law"', f'"{other}"'))
    code, printed = adit(["law", "check", "./one"], monkeypatch)
    assert (code, "one over two over one" in printed) == (2, True), printed
    head = here / "one" / "regime.toml"
    for wrong, said in (
        ("../three", "There is no regime.toml"),
        ("ru/lawn", "Did you mean ru/law"),
        (".", "one over one"),
    ):
        head.write_text(head.read_text().replace(f'"{over["one"]}"', f'"{wrong}"'))
        over["one"] = wrong
        code, printed = adit(["law", "check", "./one"], monkeypatch)
        assert (code, said in printed) == (2, True), printed


@pytest.mark.parametrize("there", ["a file", "an empty folder", "a folder", "a dangling link"])
def test_it_writes_over_nothing(there: str, here: Path, monkeypatch: pytest.MonkeyPatch):
    place = here / "levy_bill"
    if there == "a file":
        place.write_text("mine")
    elif there == "a dangling link":
        place.symlink_to("nowhere")
    else:
        place.mkdir()
        if there == "a folder":
            (place / "regime.toml").write_text("mine")
    before = names(here)
    code, printed = adit(NEW, monkeypatch)
    assert (code, "is there already" in printed) == (2, True)
    assert names(here) == before


def test_nothing_is_left_where_the_act_cannot_be_made(here: Path, monkeypatch: pytest.MonkeyPatch):
    for wrong in (["--status", "bil"], ["--reform-of", "ru/lawn"], ["--first-day", "1 January"], ["--subject", "a b"]):
        assert adit([*NEW, *wrong], monkeypatch)[0] == 2
        assert names(here) == set()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "levy_bill")

    monkeypatch.setattr("adit.regime.store.load_regime", full)
    assert adit(NEW, monkeypatch)[0] == 2
    assert names(here) == set()
    assert adit(["law", "new", "no/such/folder", *NEW[3:]], monkeypatch)[0] == 2


def test_schemas_are_printed_and_written(here: Path, monkeypatch: pytest.MonkeyPatch):
    code, printed = adit(["law", "schema", "values"], monkeypatch)
    assert code == 0
    assert json.loads(printed)["$schema"].endswith("2020-12/schema")
    assert set(json.loads(adit(["law", "schema"], monkeypatch)[1])) == {"values", "regime", "cases", "sources", "texts"}
    assert adit(["law", "schema", "--out", "schemas"], monkeypatch)[0] == 0
    assert json.loads((here / "schemas" / "values.schema.json").read_text()) == json.loads(printed)
    assert adit(["law", "schema", "--out", "schemas"], monkeypatch)[0] == 2


PARAMETERS = Path(__file__).parents[2] / "examples" / "openfisca" / "parameters"


def test_parameters_come_in_and_what_is_left_out_is_told(here: Path, monkeypatch: pytest.MonkeyPatch):
    code, printed = adit(["law", "import", str(PARAMETERS), "--out", "values", "--format", "json"], monkeypatch)
    told = json.loads(printed)
    assert (code, told["values"], told["files"]) == (1, 3, ["values/mining.toml"])
    assert [one["what"].split(" from ")[1] for one in told["left_out"]] == ["2025-01-01", "2026-01-01", "2027-01-01"]
    before = (here / "values" / "mining.toml").read_text(encoding="utf-8")
    code, printed = adit(["law", "import", str(PARAMETERS), "--out", "values"], monkeypatch)
    assert (code, "is there already" in printed) == (2, True)
    assert (here / "values" / "mining.toml").read_text(encoding="utf-8") == before


def test_what_was_imported_is_read_as_part_of_an_act(here: Path, monkeypatch: pytest.MonkeyPatch):
    assert adit(NEW, monkeypatch)[0] == 0
    adit(["law", "import", str(PARAMETERS), "--out", "imported"], monkeypatch)
    (here / "imported" / "mining.toml").rename(here / "levy_bill" / "values" / "mining.toml")
    code, printed = adit(["law", "show", "./levy_bill", "--format", "json"], monkeypatch)
    assert code == 0
    rows = {(r["value"], r["from"]): r for r in json.loads(printed)["values"]}
    assert rows[("mining_household_limit", "2025-07-01")]["cite"] == "Mining (Amendment) Act (invented), section 1"
    assert rows[("mining_tax_fee", "2024-01-01")]["through"] == "2024-12-31"


def test_a_folder_without_parameters_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch):
    (here / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        assert adit(["law", "import", folder, "--out", "values"], monkeypatch)[0] == 2
    (here / "empty" / "broken.yaml").write_text("a: [")
    code, printed = adit(["law", "import", "empty", "--out", "values"], monkeypatch)
    assert (code, "broken.yaml" in printed) == (1, True)
    assert names(here) == {"empty", "empty/broken.yaml"}


def test_an_act_goes_out_as_parameters(here: Path, monkeypatch: pytest.MonkeyPatch):
    code, printed = adit(["law", "export", "ru/law", "--out", "parameters"], monkeypatch)
    assert (code, "of other kinds have no form" in printed) == (0, True)
    text = (here / "parameters" / "profit_tax_rate.yaml").read_text(encoding="utf-8")
    assert "value: 0.25" in text
    assert "176-FZ" in text
    assert adit(["law", "export", "ru/law", "--out", "parameters"], monkeypatch)[0] == 2
    assert adit(["law", "export", "ru/finance_ministry_2022", "--out", "other"], monkeypatch)[0] == 1


def test_without_the_extra_it_says_what_to_install(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "adit.cli.yaml_text", None)
    monkeypatch.delattr("adit.cli.yaml_text", raising=False)
    code, printed = adit(["law", "import", str(PARAMETERS), "--out", "values"], monkeypatch)
    assert (code, 'pip install "adit[openfisca]"' in printed) == (2, True)


@pytest.mark.slow
def test_help_loads_no_yaml_and_no_law():
    code = "import sys; from adit.cli.main import adit; print([m for m in ('yaml', 'adit.regime', 'adit.law', 'rich') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_a_watched_act_is_checked_anew_after_each_change(here: Path, monkeypatch: pytest.MonkeyPatch):
    assert adit([*NEW, "--reform-of", "ru/law"], monkeypatch)[0] == 0
    head = here / "levy_bill" / "regime.toml"
    command = [
        sys.executable,
        "-uc",
        "from adit.cli.main import run; run()",
        "law",
        "check",
        "./levy_bill",
        "--watch",
        "--no-proofs",
    ]
    with subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as watching:
        assert watching.stdout is not None
        try:
            assert "waiting for a change" in _until(watching.stdout, "waiting")
            head.write_text(head.read_text().replace("title", "titel", 1))
            assert "Did you mean title" in _until(watching.stdout, "waiting")
            head.write_text(head.read_text().replace("titel", "title", 1))
            assert "findings in ./levy_bill" in _until(watching.stdout, "waiting")
        finally:
            watching.terminate()


def test_only_a_folder_can_be_watched(monkeypatch: pytest.MonkeyPatch):
    code, printed = adit(["law", "check", "ru/law", "--watch"], monkeypatch)
    assert (code, "no folder that could be watched" in printed) == (2, True)


def _until(lines: IO[str], word: str) -> str:
    """What is printed up to the line with the word."""
    read = ""
    for line in lines:
        read += line
        if word in line:
            return read
    raise AssertionError(read)
