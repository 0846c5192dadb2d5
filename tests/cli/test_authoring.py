"""Beginning an act, schemas for editors, and parameters taken from elsewhere: whole or nothing, and never over anything."""

import json
from pathlib import Path

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
    assert set(json.loads(adit(["law", "schema"], monkeypatch)[1])) == {"values", "regime", "cases", "sources"}
    assert adit(["law", "schema", "--out", "schemas"], monkeypatch)[0] == 0
    assert json.loads((here / "schemas" / "values.schema.json").read_text()) == json.loads(printed)
    assert adit(["law", "schema", "--out", "schemas"], monkeypatch)[0] == 2
