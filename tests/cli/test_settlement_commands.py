"""`adit settlement`: a trial from its file to its end with lists and blocks, what is refused on the way, and what leaves the office."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.test_commands import Result
from tests.cli.test_commands import call as call  # a fixture
from tests.databases import fresh
from tests.screening.list_files import un
from tests.settlement.made_chain import EXAMPLES, txids, write

from adit.desk.office import open_office, read_settings
from adit.desk.web.accounts import add_account
from adit.screening.configured import registry_of
from adit.screening.store import add

pytestmark = pytest.mark.slow
Call = Callable[..., Result]
PASSWORD = "rain over the old ferry"
TEN = EXAMPLES / "ten_contracts"
TRIAL = TEN / "10_state_tied_in_the_pilot.toml"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with three officers and an analyst, today's lists, and the blocks of the examples."""
    monkeypatch.setenv("ADIT_DATABASE", fresh().address)
    monkeypatch.setenv("ADIT_PASSWORD", PASSWORD)
    folder = tmp_path / "office"
    opened = open_office(read_settings(folder))
    for login, role in (("olga", "officer"), ("petr", "officer"), ("rita", "officer"), ("anna", "analyst")):
        add_account(opened, login=login, name=login.title(), roles=[role], password=PASSWORD, by="office-000001")
    opened.close()
    lists(folder)
    write(tmp_path / "blocks")
    return folder


def lists(folder: Path, back: int = 0) -> None:
    now = datetime.now(UTC)
    day = now.date() - timedelta(days=back)
    registry = registry_of(folder / "watchlists")
    national = (EXAMPLES / "national_list.csv").read_text(encoding="utf-8").replace("2025-04-01", str(day))
    for list_id, content in (("un_sc", un(day)), ("national", national.encode())):
        add(folder / "watchlists", registry.spec(list_id), content, origin="a test", fetched_at_utc=now)


def new(call: Call, office: Path, file: Path = TRIAL, *more: str) -> Result:
    network = () if "--network" in more else ("--network", "regtest")
    return call("settlement", "new", str(file), "--folder", str(office), "--as", "olga", *network, *more)


def step(call: Call, office: Path, id_: str, login: str, *more: str) -> Result:
    return call("settlement", "advance", id_, "--folder", str(office), "--as", login, "--format", "json", *more)


def test_a_trial_goes_its_way_to_the_end(call: Call, office: Path, tmp_path: Path):
    made = new(call, office)
    assert made.code == 0, made.err
    assert "a trial: the regime is not in force" in made.err
    id_ = made.out.strip()
    blocks = ("--blocks", str(tmp_path / "blocks"))
    evidence = tmp_path / "evidence.toml"
    evidence.write_text(
        f"""
[acknowledgement]
reference = "TR-77"
by = "Bank of the Steppe"
on = {datetime.now(UTC).date()}

[payment]
txid = "{txids()["10_state_tied_in_the_pilot"]}"

[papers]
invoice = "INV-10"
document = "10702070/010425/0001234"
on = {datetime.now(UTC).date()}
value = "2400000.00"
""",
        encoding="utf-8",
    )  # fmt: skip
    states = []
    for login in ("petr", "petr", "petr", "petr", "petr", "rita", "rita", "rita", "rita", "rita"):
        done = step(call, office, id_, login, *blocks, "--evidence", str(evidence))
        assert done.code == 0, done.out + done.err
        states.append(json.loads(done.out)["state"])
    assert states == [
        "IDENTIFIED", "CONTRACT_LINKED", "SCREENED", "TRAVEL_RULE_ACKED", "TRAVEL_RULE_ACKED", "AUTHORISED", "OBSERVED", "CONFIRMED", "RECONCILED", "CLOSED",
    ]  # fmt: skip
    shown = call("settlement", "show", id_, "--folder", str(office))
    assert shown.code == 0
    assert "Trial: the regime is not in force" in shown.out
    told = json.loads(call("settlement", "show", id_, "--folder", str(office), "--format", "json").out)
    assert told["trial"] is True
    assert told["settlement"]["amount_sat"] == "30000000"
    assert told["steps"][2]["evidence"]["exposures"][0]["grade"] == "nothing found"
    listed = json.loads(call("settlement", "list", "--folder", str(office), "--trials", "--format", "json").out)
    assert [(x["id"], x["state"], x["trial"]) for x in listed["settlements"]] == [(id_, "CLOSED", True)]
    assert (
        json.loads(call("settlement", "list", "--folder", str(office), "--real", "--format", "json").out)["settlements"]
        == []
    )
    again = step(call, office, id_, "rita")
    assert again.code == 2
    assert "nothing follows" in again.err

    travels = call("settlement", "export", id_, "--folder", str(office), "--format", "ivms101")
    assert travels.code == 0, travels.err
    body = json.loads(travels.out)
    assert body["trial"] is True
    assert (
        body["originator"]["originatorPersons"][0]["legalPerson"]["nationalIdentification"]["nationalIdentifierType"]
        == "LEIX"
    )
    out = tmp_path / "transfer.xml"
    assert (
        call("settlement", "export", id_, "--folder", str(office), "--format", "iso20022", "--out", str(out)).code == 0
    )
    assert "TRIAL-" in ElementTree.fromstring(out.read_text(encoding="utf-8").partition("\n")[2])[0][0][0].text  # type: ignore[operator]
    whole = json.loads(call("settlement", "export", id_, "--folder", str(office)).out)
    assert len(whole["steps"]) == 10


def test_stale_lists_hold_and_the_exit_code_says_so(call: Call, office: Path, monkeypatch: pytest.MonkeyPatch):
    id_ = new(call, office).out.strip()
    for file in (office / "watchlists").rglob("history.json"):
        file.unlink()
    held = step(call, office, id_, "petr")
    assert held.code == 1
    assert json.loads(held.out)["state"] == "HOLD"
    assert "un_sc is MISSING" in json.loads(held.out)["reason"]
    assert call("settlement", "show", id_, "--folder", str(office)).code == 1
    lists(office)
    assert json.loads(step(call, office, id_, "petr").out)["state"] == "DRAFT"


def test_a_refusal_of_the_law_names_the_article(call: Call, office: Path):
    id_ = new(call, office, TEN / "07_private_in_the_pilot.toml").out.strip()
    step(call, office, id_, "petr")
    refused = step(call, office, id_, "petr")
    assert refused.code == 1
    assert json.loads(refused.out)["state"] == "REFUSED"
    shown = call("settlement", "show", id_, "--folder", str(office))
    assert "April 2023" in " ".join(shown.out.split())


def test_the_reform_in_a_folder_takes_it_in(call: Call, office: Path):
    reform = str(EXAMPLES / "private_businesses")
    id_ = new(call, office, TEN / "07_private_in_the_pilot.toml", "--regime", reform).out.strip()
    for expected in ("IDENTIFIED", "CONTRACT_LINKED"):
        assert json.loads(step(call, office, id_, "petr", "--regime", reform).out)["state"] == expected


def test_who_may_not(call: Call, office: Path, monkeypatch: pytest.MonkeyPatch):
    id_ = new(call, office).out.strip()
    for login, said in (("anna", "is no officer"), ("nobody", "login or the password is wrong")):
        refused = step(call, office, id_, login)
        assert refused.code == 2
        assert said in refused.err
    monkeypatch.setenv("ADIT_PASSWORD", "another one that is long")
    assert "login or the password is wrong" in step(call, office, id_, "petr").err


def test_what_is_sent_twice_is_entered_once_by_the_command(call: Call, office: Path):
    id_ = new(call, office).out.strip()
    for _ in range(2):
        assert json.loads(step(call, office, id_, "petr", "--key", "k-1").out)["state"] == "IDENTIFIED"
    recalled = step(call, office, id_, "petr", "--to", "recalled", "--reason", "The buyer changed its mind.")
    assert (recalled.code, json.loads(recalled.out)["state"]) == (1, "RECALLED")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value = \"2400000.00\"", "value = 2400000.00"), "written as a number with a point"),
        (("kind = \"export\"", "kind = \"exprot\""), "Did you mean export or import?"),
        (("inn = \"", "inn = \"1"), "INN has 11 digits"),
        (("goods = \"rolled steel\"", "goods = \"key L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ\""), "This holds a private key"),
        (("payer = \"buyer\"", "payer = \"byer\""), "Did you mean buyer?"),
        (("amount_sat = \"30000000\"", "amount_sat = \"0.3\""), "no whole count of satoshi"),
        (("[payment]", "[pament]"), "Did you mean payment?"),
        (("regime =", "regime"), "The file cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_and_nothing_is_entered(
    call: Call, office: Path, tmp_path: Path, change: tuple[str, str], said: str
):
    file = tmp_path / "bad.toml"
    text = TRIAL.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")
    refused = new(call, office, file)
    assert refused.code == 2
    assert said in refused.err
    assert "L1aW4" not in refused.err + refused.out
    assert json.loads(call("settlement", "list", "--folder", str(office), "--format", "json").out)["settlements"] == []


def test_what_is_really_paid_is_paid_on_the_main_network(call: Call, office: Path):
    refused = new(call, office, TEN / "01_honest_export.toml")
    assert refused.code == 2
    assert "paid on the main network" in refused.err
    refused = new(call, office, TEN / "01_honest_export.toml", "--network", "mainnet")
    assert refused.code == 2
    assert "address of regtest" in refused.err
    assert "What is really paid" not in refused.err


@pytest.mark.parametrize("command", [("list",), ("show", "settlement-00000000"), ("export", "settlement-00000000")])
def test_a_mistyped_folder_has_no_settlements(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
):
    monkeypatch.delenv("ADIT_DATABASE", raising=False)
    refused = call("settlement", *command, "--folder", str(tmp_path / "ofice"))
    assert refused.code == 2
    assert "no office here" in refused.err


def test_a_state_that_there_is_none(call: Call, office: Path):
    refused = call("settlement", "list", "--folder", str(office), "--state", "HOLDD")
    assert refused.code == 2
    assert "Did you mean HOLD?" in refused.err
    missing = call("settlement", "show", "settlement-00000000", "--folder", str(office))
    assert "There is no settlement" in missing.err
