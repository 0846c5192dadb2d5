"""`adit settlement` in the hands of strangers: files that are no papers, acts that somebody brings along, keys in names of files, coins that change."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.test_commands import Result
from tests.cli.test_commands import call as call  # a fixture
from tests.cli.test_settlement_commands import TEN, TRIAL, new, step
from tests.cli.test_settlement_commands import office as office  # a fixture
from tests.settlement.made_chain import EXAMPLES

pytestmark = pytest.mark.slow
Call = Callable[..., Result]
WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"


def nothing_entered(call: Call, office: Path) -> bool:
    listed = call("settlement", "list", "--folder", str(office), "--format", "json")
    return json.loads(listed.out)["settlements"] == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", b"\xff\xfe\x00", "no text in UTF-8"),
        ("a.toml", b"x = [" * 3000, "cannot be read"),
        ("a.json", b"[" * 100_000, "cannot be read"),
        ("a.json", b'{"payment": ' + b"9" * 5000 + b"}", "cannot be read"),
        ("a.JSON", b'{"payment": {"amount_sat": "1", "amount_sat": "2"}}', "stands twice"),
        ("a.json", b'{"payment": NaN}', "number with a point"),
        ("a.json", b'["a"]', "holds no table"),
        ("a.toml", b"", "[participants] is missing"),
        ("a.toml", b'a = "\\u0000"', "There is no field 'a'"),
        ("a.toml", b"#" * 3_000_000, "larger than any papers"),
        (f"{WIF}.toml", TRIAL.read_bytes(), "This holds a private key"),
    ],
)
def test_files_that_are_no_papers(call: Call, office: Path, tmp_path: Path, name: str, content: bytes, said: str):
    file = tmp_path / name
    file.write_bytes(content)
    refused = new(call, office, file, "--regime", "ru/trade_pilot_2023")
    assert refused.code == 2, refused.err
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert WIF not in refused.err + refused.out
    assert nothing_entered(call, office)


def test_a_mark_before_the_text_is_no_fault(call: Call, office: Path, tmp_path: Path):
    file = tmp_path / "papers.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TRIAL.read_bytes().replace(b"\n", b"\r\n"))
    assert new(call, office, file).code == 0


def own_act(folder: Path, status: str) -> Path:
    shutil.copytree(EXAMPLES / "private_businesses", folder)
    head = (folder / "regime.toml").read_text(encoding="utf-8")
    assert 'status = "proposal"' in head.replace("       ", " ").replace("  ", " ") or "proposal" in head
    lines = [f'status = "{status}"' if line.split("=")[0].strip() == "status" else line for line in head.splitlines()]
    (folder / "regime.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_nobody_brings_the_law_along(call: Call, office: Path, tmp_path: Path):
    """An act that its author says to be in force would make a real settlement, and allow it."""
    mine = own_act(tmp_path / "mine", "in force")
    for network in ("mainnet", "regtest"):
        refused = new(call, office, TRIAL, "--regime", str(mine), "--network", network)
        assert (refused.code, "says that it is in force, and is none of this office" in refused.err) == (2, True)
    assert nothing_entered(call, office)
    id_ = new(call, office).out.strip()
    refused = step(call, office, id_, "petr", "--regime", str(mine))
    assert (refused.code, "none of this office" in refused.err) == (2, True)


def test_a_file_of_a_stranger_runs_no_rules(call: Call, office: Path, tmp_path: Path):
    """Rules are programs: a file that names a folder would have them run."""
    act = own_act(tmp_path / "act", "proposal")
    (act / "rules").mkdir(exist_ok=True)
    (act / "rules" / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    file = tmp_path / "papers.toml"
    text = TRIAL.read_text(encoding="utf-8")
    file.write_text(text.replace('regime = "ru/trade_pilot_2023"', f'regime = "{act}"'), encoding="utf-8")
    assert str(act) in file.read_text(encoding="utf-8")
    refused = new(call, office, file)
    assert (refused.code, "There is no regime" in refused.err) == (2, True)
    assert not (tmp_path / "ran").exists()


def test_a_key_enters_one_file(call: Call, office: Path, tmp_path: Path):
    first = new(call, office, TRIAL, "--key", "k-9")
    again = new(call, office, TRIAL, "--key", "k-9")
    assert (first.code, again.code, first.out) == (0, 0, again.out)
    other = tmp_path / "other.toml"
    other.write_text(TRIAL.read_text(encoding="utf-8").replace("30000000", "30000001"), encoding="utf-8")
    refused = new(call, office, other, "--key", "k-9")
    assert (refused.code, "This key was used for another request" in refused.err) == (2, True)
    refused = step(call, office, first.out.strip(), "petr", "--key", "k-9")
    assert (refused.code, "This key was used for another request" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("e.toml", '[acknowledgement]\nreference = "a"\nby = "b"\non = 2025-04-01T10:00:00', "on is no day"),
        ("e.toml", '[acknowledgement]\nreference = "a"\nby = "b\\u0000"\non = 2025-04-01', "signs that no name has"),
        ("e.toml", '[acknowledgement]\nreferense = "a"', "Did you mean reference?"),
        ("e.toml", 'acknowledgement = "yes"', "The table [acknowledgement] is missing"),
        ("e.toml", '[papers]\ninvoice = "a"\ndocument = { a = 1 }\non = 2025-04-01\nvalue = "1.00"', "document is missing or no text"),
        ("e.toml", "[payment]\ntxid = 5", "txid is missing or no text"),
        ("e.toml", '[payment]\ntxid = "zz"\n', "no blocks are at hand"),
        ("e.toml", "[paiment]", "Did you mean payment?"),
        ("e.json", '{"acknowledgement": {"reference": "a", "by": "b", "on": "1.4.2025"}}', "on is no day"),
    ],
)  # fmt: skip
def test_evidence_that_is_none(call: Call, office: Path, tmp_path: Path, name: str, text: str, said: str):
    id_ = new(call, office).out.strip()
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    refused = step(call, office, id_, "petr", "--evidence", str(file))
    assert (refused.code, said in refused.err, "Traceback" in refused.err) == (2, True, False), refused.err


def test_evidence_in_json_has_its_days_as_text(call: Call, office: Path, tmp_path: Path):
    id_ = new(call, office).out.strip()
    file = tmp_path / "e.json"
    today = datetime.now(UTC).date().isoformat()
    file.write_text(json.dumps({"acknowledgement": {"reference": "a", "by": "b", "on": today}}), encoding="utf-8")
    assert step(call, office, id_, "petr", "--evidence", str(file)).code == 0


@pytest.mark.parametrize("name", ["nobody", "participant-00000000", "office-1", "../x", "'; DROP TABLE x; --"])
def test_ids_that_are_none(call: Call, office: Path, tmp_path: Path, name: str):
    shown = call("settlement", "show", name, "--folder", str(office))
    assert (shown.code, "Traceback" in shown.err) == (2, False), shown.err
    file = tmp_path / "papers.toml"
    text = TRIAL.read_text(encoding="utf-8")
    head, _, payment = text.partition("[payment]")
    for part in (head.split("\n\n[participants")[0],):
        bad = f'{part}\n\n[participants.seller]\nid = "{name}"\n\n[participants.buyer]\nid = "{name}2"\n\n[payment]{payment}'
        file.write_text(bad, encoding="utf-8")
        refused = new(call, office, file)
        assert (refused.code, "Traceback" in refused.err) == (2, False), refused.err


def test_a_contract_that_stands_nowhere(call: Call, office: Path, tmp_path: Path):
    text = TRIAL.read_text(encoding="utf-8")
    head, _, rest = text.partition("[contract]")
    _, _, people = rest.partition("[participants")
    file = tmp_path / "papers.toml"
    for name in ("tradecontract-00000000", "settlement-00000000", "x"):
        file.write_text(f'{head}[contract]\nid = "{name}"\n\n[participants{people}', encoding="utf-8")
        refused = new(call, office, file)
        assert (refused.code, "Traceback" in refused.err) == (2, False), refused.err
    shutil.copy(TRIAL, file)
    text = file.read_text(encoding="utf-8").replace('name = "', 'party = "party-00000000"\nname = "', 1)
    file.write_text(text, encoding="utf-8")
    refused = new(call, office, file)
    assert (refused.code, "Traceback" in refused.err) == (2, False), refused.err
    assert nothing_entered(call, office)


def test_an_export_that_cannot_be_written(call: Call, office: Path, tmp_path: Path):
    id_ = new(call, office).out.strip()
    for out in (tmp_path / "nowhere" / "x.xml", tmp_path):
        refused = call("settlement", "export", id_, "--folder", str(office), "--format", "iso20022", "--out", str(out))
        assert (refused.code, "Traceback" in refused.err) == (2, False), refused.err
    assert not (tmp_path / "nowhere").exists()


def test_the_examples_of_real_contracts_say_where_they_can_be_tried(call: Call, office: Path):
    refused = new(call, office, TEN / "01_honest_export.toml", "--network", "mainnet")
    assert refused.code == 2
