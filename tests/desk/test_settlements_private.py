"""What nobody may learn from the pages of settlements: who was screened as what, what others settle, and no key that somebody typed by mistake."""

import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO

import pytest
from fastapi.routing import APIRoute
from tests.desk.at_work import Person, field
from tests.desk.screened_office import give, hand_of
from tests.desk.settled_office import (  # fmt: skip
    BUYER,
    TXID,
    by_hand,
    fields_of,
    filled,
    listed_too,
    mine,
    sent_in,
    settling,
    state_of,
    walked,
    words,
)

from adit.desk.app import routers, set_up_logs
from adit.desk.demo import PASSWORD
from adit.desk.office import Office, new_id
from adit.desk.settling import Wanted, gathered, take
from adit.desk.settling_words import PLAIN, plain_state
from adit.desk.web.accounts import add_account
from adit.register.records import Identity, Participant, Party
from adit.register.store import Books
from adit.settlement.states import PAUSES, State
from adit.settlement.store import dossier

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with settling() as opened:
        yield opened


@pytest.fixture(scope="module")
def trader(office: Office) -> Person:
    return Person(office, "trader")


# No tipping-off ---------------------------------------------------------------------------------------------------
TELLING = (
    "HOLD",
    "REVIEW",
    "FROZEN",
    "on hold",
    "in review",
    "frozen",
    "un_sc",
    "national",
    "hit",
    "screen",
    "listed",
    "sanction",
    "stale",
)


def _bare(text: str) -> str:
    """A page without its ids, keys and numbers of contracts."""
    return re.sub(r"settlement-\w+|value=\"[^\"]*\"|TR-\d+/2025|nonce=\"[^\"]*\"|INV-\d+|\d{4}-\d{2}-\d{2}", "*", text)


def _stopped(office: Office, id_: str, *, days: int = 0) -> str:
    """Have the office take a step, and what came of it."""
    with office.reading() as connection:
        of = dossier(connection, id_)
    take(
        office, id_, Wanted(None, of.entry), hand=hand_of(office, "fourth"), key=new_id("key"), digest=b"test",
        evidence=lambda of: gathered(office, of, TXID),
    )  # fmt: skip
    return state_of(office, id_)


def test_on_hold_in_review_and_frozen_read_alike():
    pages, exports = {}, {}
    for wanted in ("HOLD", "FROZEN"):
        with settling() as office:
            trader, officer, second = (Person(office, n) for n in ("trader", "officer", "second"))
            id_ = sent_in(trader)
            walked(office, id_, officer, second, trader, until="AUTHORISED")
            if wanted == "HOLD":
                give(office, "un_sc", b"<html>503 Service Unavailable</html>")
            else:
                listed_too(office, BUYER)
            assert _stopped(office, id_) == wanted
            pages[wanted] = [_bare(trader.get(p)) for p in (f"/settlements/mine/{id_}", "/settlements/mine")]
            exports[wanted] = trader.get(f"/settlements/mine/{id_}/iso20022.xml")
            trader.post(f"/settlements/mine/{id_}/paid", page=f"/settlements/mine/{id_}", status=403, txid=TXID)
    assert pages["HOLD"] == pages["FROZEN"]
    for text in pages.values():
        said = words(text[0]).lower()
        assert "being checked" in said
        assert [t for t in TELLING if re.search(rf"\b{t.lower()}", said)] == []
    assert "<State>AUTHORISED</State>" in exports["HOLD"]
    assert "<State>AUTHORISED</State>" in exports["FROZEN"]


def test_on_hold_and_in_review_read_alike_before_it_is_authorised():
    pages = {}
    for wanted in ("HOLD", "REVIEW"):
        with settling() as office:
            trader = Person(office, "trader")
            id_ = sent_in(trader)
            if wanted == "HOLD":
                give(office, "un_sc", b"")
            else:
                listed_too(office, BUYER)
            assert _stopped(office, id_) == wanted
            pages[wanted] = [_bare(trader.get(p)) for p in (f"/settlements/mine/{id_}", "/settlements/mine")]
    assert pages["HOLD"] == pages["REVIEW"]


def test_a_payment_that_is_named_while_somebody_is_hit_is_answered_like_any():
    with settling() as office:
        trader, officer, second = (Person(office, n) for n in ("trader", "officer", "second"))
        id_ = sent_in(trader)
        walked(office, id_, officer, second, trader, until="AUTHORISED")
        listed_too(office, BUYER)
        told = words(trader.post(f"/settlements/mine/{id_}/paid", page=f"/settlements/mine/{id_}", txid=TXID))
        assert state_of(office, id_) == "FROZEN"
        assert told.startswith("Sent.")
        assert "Being checked" in told
        assert [t for t in TELLING if t != "screen" and re.search(rf"\b{t.lower()}", told.lower())] == []


def test_every_state_reads_somehow_and_those_beside_the_line_as_one():
    for before in (s for s in State if s not in (*PAUSES, State.CLOSED) and s in PLAIN):
        assert len({plain_state(p.value, before.value) for p in PAUSES}) == 1
    assert plain_state("FROZEN", "CLOSED") == PLAIN[State.CLOSED]


def test_a_refusal_by_law_is_told_and_one_by_a_list_is_not(office: Office, trader: Person):
    by_law = by_hand(office, "06_domestic")
    _own(office, by_law.id)
    page = words(trader.get(f"/settlements/mine/{by_law.id}"))
    assert "payment in digital currency is banned at home" in page
    assert "259-FZ of 2020-07-31" in page
    reviewed = by_hand(office, "03_listed_buyer")
    _own(office, reviewed.id)
    with office.reading() as connection:
        of = dossier(connection, reviewed.id)
    # an officer who writes down what screening said has it kept from those concerned
    said = of.participants[of.contract.importer].name
    officer = Person(office, "officer")
    text = officer.get(f"/settlements/{of.id}")
    sentence = next(s for s in re.findall(r"<li>([^<]*List national[^<]*)<", text))
    officer.post(
        f"/settlements/{of.id}/stop", page=f"/settlements/{of.id}", seen=field(text, "seen"), to="REFUSED", reason=f"{said}: {sentence.strip()}"
    )  # fmt: skip
    page = words(trader.get(f"/settlements/mine/{of.id}"))
    assert "Ask the office for its reason in writing" in page
    assert "national" not in page


def _own(office: Office, id_: str) -> None:
    """Have one of the participants of a settlement be the exporter's party in the register."""
    hand = hand_of(office, "trader")
    with office.reading() as connection:
        of = dossier(connection, id_)
        [(party,)] = connection.execute("SELECT party FROM desk.account_party WHERE hand = %s", [hand]).fetchall()

    def work(transaction):
        books = Books(transaction, "officer-1")
        was = books.current(Participant, of.settlement.payee)
        books.state(was.id, replace(was.record, party=party), since=was.valid_from, why="a test")
        return {}

    office.write(work, key=new_id("test"))


# Nobody sees what others settle -----------------------------------------------------------------------------------
def test_one_who_takes_part_sees_nothing_of_others(office: Office, trader: Person):
    party, on = new_id("party"), office.today()

    def work(transaction):
        books = Books(transaction, "office-000001")
        books.state(party, Party("company"), since=on, new=True)
        books.state(
            new_id("identity"), Identity(party, "ООО «Чужой»", "0001000028", "1250000000029"), since=on, new=True
        )
        return {}

    office.write(work, key=new_id("test"))
    add_account(
        office,
        login="rival",
        name="Чужой",
        roles=["participant"],
        password=PASSWORD,
        by="office-000001",
        parties=[party],
    )
    rival, id_ = Person(office, "rival"), sent_in(trader, filled(contract_unk="25020078/9001/0000/1/1"))
    assert "None yet." in words(rival.get("/settlements/mine"))
    for path in ("", "/ivms101.json", "/iso20022.xml"):
        there = rival.get(f"/settlements/mine/{id_}{path}", status=404)
        nowhere = rival.get(f"/settlements/mine/settlement-0000000000{path}", status=404)
        assert words(there) == words(nowhere)
    rival.get(f"/settlements/mine/new?again={id_}", status=404)
    rival.post(f"/settlements/mine/{id_}/paid", page="/settlements/mine", status=404, txid=TXID)
    [own] = set(re.findall(r"party-\w+", trader.get("/settlements/mine/new")))
    rival.get(f"/settlements/mine/new?party={own}", status=403)
    rival.post("/settlements/mine/new", page="/settlements/mine/new", status=403, party=own, step="parties", go="next")


def test_whoever_watches_for_laundering_sees_and_does_not_decide(office: Office, trader: Person):
    id_ = sent_in(trader, filled(contract_unk="25020079/9001/0000/1/1"))
    watcher = Person(office, "watcher")
    assert "The next step" not in watcher.get(f"/settlements/{id_}")
    watcher.post(f"/settlements/{id_}/advance", page=f"/settlements/{id_}", status=403, to="IDENTIFIED")


# Keys and seeds ---------------------------------------------------------------------------------------------------
SECRETS = {
    "a private key": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "an extended key": "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
    "a seed phrase": "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    "a transaction to be signed": "cHNidP8BAHUCAAAAASaBcTce3/KF6Tet7qSze3gADAVmy7OtZGQXE8pCFxv2AAAAAAD+////AtPf9QUAAAAAGXapFNDFmQ",
    "a raw transaction": "0100000001" + "ab" * 32 + "00000000" + "00" + "ffffffff" + "01" + "00e1f505000000001976a914" + "cd" * 20 + "88ac" + "00000000",
}  # fmt: skip


@pytest.fixture
def logs() -> Iterator[StringIO]:
    """What the office logs meanwhile."""
    found = StringIO()
    with redirect_stderr(found):
        set_up_logs()
    yield found
    set_up_logs()


LOGGED = {k: k for k in SECRETS} | {"an extended key": "an extended private key"}


def _rows_with(office: Office, value: str) -> list[str]:
    """The tables of the database that have a text in any row."""
    with office.reading() as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('desk', 'register', 'journal')"
            " AND has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'SELECT')"
        ).fetchall()
        return [
            f"{schema}.{table}"
            for schema, table in tables
            if connection.execute(
                f'SELECT 1 FROM {schema}."{table}" t WHERE strpos(t::text, %s) > 0 LIMIT 1', [value]
            ).fetchone()
        ]


def _nowhere(office: Office, answers: list[str], logged: str, secret: str) -> None:
    assert answers
    for text in (*answers, logged):
        assert secret not in text
        assert secret[:24] not in text
    assert _rows_with(office, secret[:24]) == []


def test_there_is_something_to_find(office: Office):
    assert "desk.account" in _rows_with(office, "Тимур Торговый")


@pytest.mark.parametrize("kind", sorted(SECRETS))
def test_a_secret_in_any_field_of_the_form_is_taken_out_and_is_nowhere(
    office: Office, trader: Person, logs: StringIO, kind: str
):
    secret, answers = SECRETS[kind], list[str]()
    typed = filled()
    names = [
        "p1_name",
        "p1_place",
        "p2_other_names",
        "o0_share",
        "contract_number",
        "contract_goods",
        "payment_from",
        "payment_to_address",
        "regime",
        "go",
    ]
    for name in names:
        step = (
            {"p": "parties", "o": "owners", "c": "contract", "r": "contract"}.get(name[0], "payment")
            if not name.startswith("payment")
            else "payment"
        )
        held = fields_of(mine(trader, typed, until=step))
        response = trader.client.post(
            "/settlements/mine/new", data={**held, "p1_name": BUYER, "go": "next", name: secret}
        )
        assert response.status_code == 422, name
        assert "a key, a seed or a transaction" in words(response.text), name
        answers.append(response.text)
        if name not in ("go", "regime"):
            kept = fields_of(response.text)
            assert kept.get(name, "") == ""  # taken out, and the rest is as it was
            assert kept["p1_name"] == ("" if name == "p1_name" else BUYER)
    logged = logs.getvalue()
    assert f'"kind": "{LOGGED[kind]}"' in logged
    _nowhere(office, answers, logged, secret)


@pytest.mark.parametrize("kind", sorted(SECRETS))
def test_a_secret_in_any_other_field_or_address_is_refused_and_is_nowhere(
    office: Office, trader: Person, logs: StringIO, kind: str
):
    secret, answers = SECRETS[kind], list[str]()
    unk = {k: f"2502{8000 + i}/9001/0000/1/1" for i, k in enumerate(sorted(SECRETS))}[kind]
    id_ = sent_in(trader, filled(contract_unk=unk))
    officer = Person(office, "officer")
    page = f"/settlements/{id_}"
    for name in (
        "to",
        "seen",
        "reference",
        "by",
        "acknowledged_on",
        "txid",
        "invoice",
        "document",
        "papers_on",
        "value",
        "key",
        "anything",
    ):
        answers.append(officer.post(f"{page}/advance", page=page, status=422, **{name: secret}))
    for name in ("to", "seen", "reason", "cites"):
        answers.append(officer.post(f"{page}/stop", page=page, status=422, **{name: secret}))
    answers.append(officer.post(f"{page}/screen", page=page, status=422, seen=secret))
    answers.append(
        trader.post(f"/settlements/mine/{id_}/paid", page=f"/settlements/mine/{id_}", status=422, txid=secret)
    )
    answers.append(officer.post(f"{page}/advance", page=page, status=422, **{secret[:60]: "x", "wif": secret}))
    answers.append(
        officer.post(
            "/filters", page="/settlements", status=422, list="/settlements", name=secret[:60], query=f"state={secret}"
        )
    )
    for person, path in (
        (officer, "/settlements?state={}"), (officer, "/settlements?list={}"), (officer, "/settlements?age={}"), (officer, "/settlements?after={}"),
        (trader, "/settlements/mine/new?again={}"), (trader, "/settlements/mine/new?party={}"),
    ):  # fmt: skip
        response = person.client.get(path.format(secret.replace(" ", "%20").replace("+", "%2B")))
        assert response.status_code == 422, path
        answers.append(response.text)
    if " " not in secret and "/" not in secret:
        answers.append(officer.get(f"/settlements/{secret}", status=422))
    told = [words(a) for a in answers if "This holds" in a]
    assert len(told) >= len(answers) - 2
    logged = logs.getvalue()
    assert f'"kind": "{LOGGED[kind]}"' in logged
    _nowhere(office, answers, logged, secret)
    assert state_of(office, id_) == "DRAFT"


def test_every_route_of_settlements_looks_for_secrets_in_its_address():
    from adit.desk.settling import no_secrets

    routes = [
        r
        for router in routers()
        for r in router.routes
        if isinstance(r, APIRoute) and r.path.startswith("/settlements")
    ]
    assert len(routes) > 12
    assert [r.path for r in routes if no_secrets not in [d.call for d in r.dependant.dependencies]] == []


def test_a_txid_and_addresses_are_no_secrets(office: Office, trader: Person):
    text = mine(trader, filled(contract_unk="25020080/9001/0000/1/1", payment_invoice=TXID))
    assert fields_of(text)["step"] == "check"
