"""What looks after a register from the command line: the first administrator, checkpoints, an export that others verify, rebuilding."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.test_commands import Result
from tests.cli.test_commands import call as call  # a fixture
from tests.databases import fresh

Call = Callable[..., Result]
PASSWORD = "four words that stay"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an office whose tables are in a database of the tests."""
    monkeypatch.setenv("ADIT_DATABASE", fresh().address)
    return tmp_path / "office"


def _administrator(call: Call, office: Path, password: str = PASSWORD) -> Result:
    return call(
        "register",
        "administrator",
        "--folder",
        str(office),
        "--login",
        "alla",
        "--name",
        "Alla",
        "--password",
        password,
    )


def test_the_first_administrator(call: Call, office: Path):
    made = _administrator(call, office)
    assert made.code == 0
    assert made.out.startswith("administrator-")
    again = _administrator(call, office)
    assert again.code == 2
    assert "taken" in again.err


@pytest.mark.parametrize("password", ["short", "alla alla alla", "aaaaaaaaaaaaaa"])
def test_a_weak_password_makes_no_account(call: Call, office: Path, password: str):
    refused = _administrator(call, office, password)
    assert refused.code == 2
    assert "password" in refused.err


def test_the_journal_is_verified(call: Call, office: Path):
    _administrator(call, office)
    told = json.loads(call("register", "verify", "--folder", str(office), "--format", "json").out)
    assert told["entries"] == 1
    assert told["faults"] == []


def test_a_fault_is_found_and_the_exit_code_says_so(call: Call, office: Path, monkeypatch: pytest.MonkeyPatch):
    from tests.journal.test_tampering import INSIDER

    from adit.engines.database import open_database

    _administrator(call, office)
    import os

    with open_database(os.environ["ADIT_DATABASE"], office).opened("") as connection:
        connection.execute(INSIDER)
        connection.execute("UPDATE journal.entry SET hand = 'officer-000002'")
    found = call("register", "verify", "--folder", str(office))
    assert found.code == 1
    assert "entry 0 was changed" in found.out


def test_others_verify_what_was_exported_without_adit(call: Call, office: Path, tmp_path: Path):
    _administrator(call, office)
    out = tmp_path / "exported"
    exported = call("register", "export", "--folder", str(office), "--out", str(out))
    assert exported.code == 0
    command = exported.out.partition("verify with: python ")[2].split()
    done = subprocess.run([sys.executable, "-I", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = (out / "entries.jsonl").read_text(encoding="utf-8")
    (out / "entries.jsonl").write_text(
        text.replace("alla", "olga").replace("administrator-", "administrator-0", 1), encoding="utf-8"
    )
    assert subprocess.run([sys.executable, "-I", *command], capture_output=True, check=False).returncode == 1


def test_a_checkpoint_is_printed_and_its_key_told_apart(call: Call, office: Path):
    _administrator(call, office)
    signed = call("register", "checkpoint", "--folder", str(office))
    assert signed.out.splitlines()[:2] == ["adit-office", "1"]
    assert "verifier key: adit-office+" in signed.err


def test_tables_are_made_anew(call: Call, office: Path):
    _administrator(call, office)
    made = call("register", "rebuild", "--folder", str(office), "--format", "json")
    assert made.code == 0
    assert {t["state"] for t in json.loads(made.out)["tables"]} == {"as before"}


@pytest.mark.parametrize("command", ["verify", "checkpoint", "rebuild", "backup", "export"])
def test_a_mistyped_folder_is_no_empty_office(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
):
    monkeypatch.delenv("ADIT_DATABASE", raising=False)
    out = ["--out", str(tmp_path / "out")] if command in ("export", "backup") else []
    refused = call("register", command, "--folder", str(tmp_path / "ofice"), *out)
    assert refused.code == 2
    assert "no office here" in refused.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ADIT_DATABASE", "postgresql://nobody@127.0.0.1:1/none", "PostgreSQL does not answer"),
        ("ADIT_ZONE", "Europe/Nowhere", "no time zone"),
        ("ADIT_REGIME", "ru/lav", "ru/law"),
    ],
)
def test_a_wrong_setting_is_told(
    call: Call,
    office: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    told: str,
):
    monkeypatch.setenv(name, value)
    refused = call("register", "verify", "--folder", str(office))
    assert refused.code == 2
    assert told in refused.err
    assert "Traceback" not in refused.err
