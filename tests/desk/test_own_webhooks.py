"""Whoever acts for a party is told of what is entered about it and of the own imports, signed as for all, and of nobody else's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from tests.desk.at_work import Person, office_at_work
from tests.desk.servers import Server, saying, serving

from adit.desk import importing
from adit.desk.office import Office, new_id
from adit.desk.webhooks import IMPORT, OWN_KINDS, add_webhook, deliver, enqueue, kinds_for, signature
from adit.journal.writer import Transaction
from adit.register.records import Declaration, Inspection, Letter, Note
from adit.register.store import Books
from adit.terms.errors import BadInput

pytestmark = pytest.mark.slow
DAY = date(2025, 4, 1)


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        opened.settings = replace(opened.settings, outgoing_private=True)
        yield opened


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(saying(b"")) as found:
        yield found


def account_of(office: Office, login: str) -> tuple[str, list[str]]:
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT a.hand, p.party FROM desk.account a LEFT JOIN desk.account_party p USING (hand) WHERE login = %s ORDER BY 2",
            [login],
        ).fetchall()
    return str(rows[0][0]), [str(p) for _, p in rows]


def enter(office: Office, *records: Letter | Declaration | Note | Inspection) -> list[int]:
    ids = [new_id(r.RECORD) for r in records]

    def work(transaction: Transaction) -> dict[str, list[int]]:
        books = Books(transaction, "officer-1")
        until = [DAY.replace(month=5) if isinstance(r, Declaration) else None for r in records]
        return {
            "seqs": [
                books.state(i, r, since=DAY, until=u, new=True).seq for i, r, u in zip(ids, records, until, strict=True)
            ]
        }

    return list(office.write(work, key=new_id("test")).answer["seqs"])


def letter(party: str) -> Letter:
    return Letter(
        party,
        party,
        "reminder",
        new_id("n"),
        new_id("code"),
        {"language": "ru", "blocks": [], "on": "2025-04-01", "by": "x"},
    )


def told(server: Server) -> list[dict[str, object]]:
    return [json.loads(content) for _, _, _, content in server.asked]


def sent(office: Office) -> None:
    while enqueue(office, office.now()):
        pass
    deliver(office, office.now())


def test_a_miner_is_told_of_its_own_letters_and_declarations_and_of_nobody_elses(office: Office, server: Server):
    hand, [mine, *_] = account_of(office, "miner")
    _, [other] = account_of(office, "household")
    _, secret = add_webhook(office, hand, f"http://127.0.0.1:{server.port}/hook", ["letter", "declaration"])
    own = enter(office, letter(mine), Declaration(mine, "BTC", 1, 1, 0))
    enter(office, letter(other), Declaration(other, "BTC", 1, 1, 0), Note(mine, "of the office alone"))
    sent(office)
    assert [(t["entry"], t["kind"]) for t in told(server)] == list(zip(own, ("letter", "declaration"), strict=True))
    for _, _, headers, content in server.asked:
        assert headers["webhook-signature"] == signature(
            secret, headers["webhook-id"], headers["webhook-timestamp"], content
        )


@pytest.mark.parametrize("kind", ["note", "proposal", "inspection", "reading", "account"])
def test_what_the_office_keeps_to_itself_is_not_offered(office: Office, kind: str):
    hand, _ = account_of(office, "miner")
    assert kind not in kinds_for(["miner"])
    with pytest.raises(BadInput, match="no kind of entry"):
        add_webhook(office, hand, "http://127.0.0.1:1/hook", [kind])


def test_every_kind_of_ones_own_can_be_asked_for(office: Office, server: Server):
    """Each of the tests by which a record belongs to a party is run by the database."""
    hand, parties = account_of(office, "operator")
    add_webhook(office, hand, f"http://127.0.0.1:{server.port}/hook", [*OWN_KINDS, IMPORT])
    with office.reading() as connection:
        connection.execute("UPDATE desk.webhook SET next_entry = 0 WHERE hand = %s", [hand])
        kinds = connection.execute(
            "SELECT DISTINCT kind FROM journal.entry WHERE subject IN (SELECT id FROM register.membership WHERE party = ANY(%(p)s)"
            " UNION SELECT id FROM register.client WHERE operator = ANY(%(p)s) UNION SELECT id FROM register.clientreport WHERE operator = ANY(%(p)s)"
            " UNION SELECT id FROM register.identity WHERE party = ANY(%(p)s))", {"p": parties},
        ).fetchall()  # fmt: skip
    assert enqueue(office, office.now()) > 0
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT DISTINCT e.kind FROM desk.delivery d JOIN journal.entry e ON e.seq = d.entry"
        ).fetchall()
    assert {k for (k,) in kinds} <= {k for (k,) in rows} <= set(OWN_KINDS)


def test_whoever_acts_for_a_party_no_more_is_told_no_more(office: Office, server: Server):
    hand, [party] = account_of(office, "household")
    add_webhook(office, hand, f"http://127.0.0.1:{server.port}/hook", ["letter"])
    with office.reading() as connection:
        connection.execute("DELETE FROM desk.account_party WHERE hand = %s", [hand])
    enter(office, letter(party))
    sent(office)
    assert told(server) == []


def test_an_import_is_told_once_when_it_has_ended(office: Office, server: Server):
    hand, [party, *_] = account_of(office, "miner")
    other, _ = account_of(office, "household")
    add_webhook(office, hand, f"http://127.0.0.1:{server.port}/hook", [IMPORT])
    jobs = [importing.start(office, h, "machines", party, "0" * 64, "a.csv", dry=False, key=h) for h in (hand, other)]
    sent(office)
    assert told(server) == [], "not while it runs"
    with office.reading() as connection:
        connection.execute("UPDATE desk.job SET state = 'done', ended_at = %s WHERE id = ANY(%s)", (office.now(), jobs))
    for _ in range(2):
        sent(office)
    [message] = told(server)
    assert (message["kind"], message["subject"], message["entry"]) == (IMPORT, jobs[0], None)


def test_a_miner_has_the_page_and_the_guards_of_all(office: Office):
    office.settings = replace(office.settings, outgoing_private=False)
    miner = Person(office, "miner")
    page = miner.get("/webhooks")
    assert 'value="letter"' in page
    assert 'value="note"' not in page
    assert "Nothing was added" in miner.post(
        "/webhooks", page="/webhooks", url="https://10.0.0.1/", kind="letter", status=422
    )
    assert "whsec_" in miner.post("/webhooks", page="/webhooks", url="https://93.184.216.34/told", kind="letter")
    assert "/webhooks" in miner.get("/account")
