"""Webhooks: every entry of the kinds asked for is told, signed, and again until somebody took it; a real receiver on this machine."""

import hmac
import json
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs
from tests.databases import Clock
from tests.desk.at_work import office_at_work
from tests.desk.servers import Server, saying, serving

from adit.desk.office import Office, new_id
from adit.desk.web.accounts import add_account, close_account
from adit.desk.webhooks import KINDS, RETRIES, add_webhook, deliver, end_webhook, enqueue, signature
from adit.engines.database import LOST, named
from adit.journal.writer import Transaction
from adit.register.records import Identity, Party, Pool
from adit.register.store import Books
from adit.terms.errors import BadInput, NotFound, Refused, Unavailable, UnknownName


@pytest.fixture(scope="module")
def empty() -> Iterator[Office]:
    """An office with one account, for all tests of this module."""
    with office_at_work(demo=False) as office:
        office.settings = replace(office.settings, outgoing_private=True)
        yield office


@dataclass
class Receiver:
    """Somebody's server: keeps what it was told, and takes it or not."""

    status: int = 200
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.told]

    def entries(self) -> list[int]:
        return [body["entry"] for body in self.bodies()]


@contextmanager
def a_receiver(status: int = 200) -> Iterator[Receiver]:
    receiver = Receiver(status)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        _, _, headers, body = server.asked[-1]
        receiver.told.append((headers, body))
        saying(b"", receiver.status)(handler)

    with serving(answer) as server:
        receiver.url = f"http://127.0.0.1:{server.port}/hook"
        yield receiver


@pytest.fixture
def office(empty: Office) -> Iterator[Office]:
    """The office, in which no webhook is left over from another test."""
    yield empty
    with empty.reading() as connection:
        connection.execute("UPDATE desk.webhook SET ended_at = %s WHERE ended_at IS NULL", [empty.now()])


@pytest.fixture
def hand(office: Office) -> str:
    name = new_id("x")
    return add_account(
        office, login=name, name=name, roles=["analyst"], password="four words of a sentence", by="office"
    )


def enter(office: Office, *records: Any) -> list[int]:
    """Enter records; the numbers of their entries. A pool's name gets a number, since no two may bear the same."""
    records = tuple(replace(r, name=f"{r.name} {new_id('n')}") if isinstance(r, Pool) else r for r in records)

    def work(transaction: Transaction) -> dict[str, list[int]]:
        books = Books(transaction, "officer-000000")
        ids = [new_id(r.RECORD) for r in records]
        return {
            "seqs": [books.state(i, r, since=office.today(), new=True).seq for i, r in zip(ids, records, strict=True)]
        }

    return list(office.write(work, key=new_id("test")).answer["seqs"])


def deliveries(office: Office, webhook: str) -> list[dict[str, Any]]:
    with office.reading() as connection:
        return named(connection, "SELECT * FROM desk.delivery WHERE webhook = %s ORDER BY entry", [webhook])


def pass_(office: Office, **time: float) -> datetime:
    assert isinstance(office.clock, Clock)
    office.clock.pass_(**time)
    return office.now()


def run(office: Office) -> tuple[int, int]:
    return enqueue(office, office.now()), deliver(office, office.now())


# What is told -----------------------------------------------------------------------------------------------------
def test_new_entries_of_the_kinds_asked_for_are_told_and_no_others(office: Office, hand: str):
    enter(office, Pool("Before"))
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        first, _, second = enter(office, Pool("One"), Party("company"), Pool("Two"))
        assert run(office) == (2, 2)
        assert run(office) == (0, 0)
        assert receiver.entries() == [first, second]
        [third] = enter(office, Pool("Three"))
        assert run(office) == (1, 1)
        assert receiver.entries() == [first, second, third]
    assert [(d["state"], d["tries"], d["last_status"], d["last_error"]) for d in deliveries(office, id_)] == [
        ("done", 1, 200, "")
    ] * 3


def test_a_message_holds_what_stands_in_the_open_and_nothing_else(office: Office, hand: str):
    with a_receiver() as receiver:
        add_webhook(office, hand, receiver.url, ["party", "identity"])
        party = new_id("party")

        def work(transaction: Transaction) -> dict[str, list[int]]:
            books, on = Books(transaction, "officer-000000"), office.today()
            who = Identity(party, "Иванов Иван", phone="+7 900 000-00-00")
            entries = [
                books.state(i, r, since=on, new=True) for i, r in ((party, Party("citizen")), (new_id("identity"), who))
            ]
            return {"seqs": [e.seq for e in entries]}

        seqs = office.write(work, key=party).answer["seqs"]
        run(office)
        with office.reading() as connection:
            rows = named(connection, "SELECT * FROM journal.entry WHERE seq = ANY(%s) ORDER BY seq", [seqs])
        assert [sorted(body) for body in receiver.bodies()] == [["entry", "id", "kind", "recorded_at", "subject"]] * 2
        for body, row in zip(receiver.bodies(), rows, strict=True):
            assert (body["entry"], body["kind"], body["subject"]) == (row["seq"], row["kind"], row["subject"])
            assert datetime.fromisoformat(body["recorded_at"]) == row["recorded_at_utc"]
        assert "Иванов" not in json.dumps(receiver.bodies(), ensure_ascii=False)


def test_the_signature_is_that_of_standard_webhooks(office: Office, hand: str):
    with a_receiver() as receiver:
        _, secret = add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, Pool("One"))
        run(office)
        [(headers, body)] = receiver.told
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert headers["webhook-id"] == json.loads(body)["id"]
    assert "." not in headers["webhook-id"]
    assert int(headers["webhook-timestamp"]) == int(office.now().timestamp())
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    expected = b64encode(hmac.new(b64decode(secret[6:]), signed, "sha256").digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"


def test_the_signature_of_the_example_that_the_scheme_gives():
    """Source: the test vector in the reference libraries of Standard Webhooks."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    told = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_kinds_are_those_of_entries(office: Office, hand: str):
    assert {"pool", "machine withdrawn", "erasure"} <= set(KINDS)
    with pytest.raises(UnknownName, match="pools"):
        add_webhook(office, hand, "http://127.0.0.1:9/", ["pools"])
    with pytest.raises(BadInput, match="one kind"):
        add_webhook(office, hand, "http://127.0.0.1:9/", [])
    with a_receiver() as receiver:
        add_webhook(office, hand, receiver.url, ["machine withdrawn", "pool withdrawn"])
        id_ = new_id("pool")

        def work(transaction: Transaction) -> dict[str, str]:
            books = Books(transaction, "officer-000000")
            books.state(id_, Pool(id_), since=office.today(), new=True)
            books.withdraw(id_, since=office.today(), why="closed")
            return {}

        office.write(work, key=id_)
        run(office)
        assert [(b["kind"], b["subject"]) for b in receiver.bodies()] == [("pool withdrawn", id_)]


# Trying again -----------------------------------------------------------------------------------------------------
def test_what_was_not_taken_is_sent_again_six_times_and_then_given_up_aloud(office: Office, hand: str):
    minutes = [1, 5, 30, 120, 720, 1440]
    assert [timedelta(minutes=m) for m in minutes] == list(RETRIES)
    with a_receiver(500) as receiver, capture_logs() as logs:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, Pool("One"))
        assert run(office) == (1, 1)
        for tries, wait in enumerate(minutes, start=1):
            [told] = deliveries(office, id_)
            assert (told["state"], told["tries"], told["last_status"], told["last_error"]) == (
                "waiting",
                tries,
                500,
                "HTTP 500",
            )
            assert told["next_try_at"] == office.now() + timedelta(minutes=wait)
            assert deliver(office, pass_(office, minutes=wait, seconds=-1)) == 0
            assert deliver(office, pass_(office, seconds=1)) == 1
        [told] = deliveries(office, id_)
        assert (told["state"], told["tries"], told["next_try_at"]) == ("given up", 7, None)
        assert deliver(office, pass_(office, days=30)) == 0
        assert len(receiver.told) == 7
        assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
        assert len({headers["webhook-timestamp"] for headers, _ in receiver.told}) == 7
    said = {"event": "delivery given up", "number": told["id"], "kind": "pool", "status": 500, "log_level": "warning"}
    assert logs == [said]


def test_a_receiver_that_comes_back_gets_what_it_missed(office: Office, hand: str):
    with a_receiver(503) as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        seqs = enter(office, Pool("One"), Pool("Two"), Pool("Three"))
        run(office)
        receiver.status = 204
        receiver.told.clear()
        assert deliver(office, pass_(office, minutes=1)) == 3
        assert sorted(receiver.entries()) == seqs
    assert {d["state"] for d in deliveries(office, id_)} == {"done"}


@pytest.mark.parametrize("status", [301, 302, 400, 404, 410, 500])
def test_any_answer_but_success_is_a_failure(office: Office, hand: str, status: int):
    with a_receiver(status) as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, Pool("One"))
        run(office)
    assert [(d["state"], d["last_status"]) for d in deliveries(office, id_)] == [("waiting", status)]


def test_a_server_that_is_gone_is_told_later(office: Office, hand: str):
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
    enter(office, Pool("One"))
    run(office)
    [told] = deliveries(office, id_)
    assert (told["state"], told["last_status"]) == ("waiting", None)
    assert told["last_error"].startswith("The server cannot be reached")


def test_a_receiver_that_is_down_is_tried_once_a_call_and_holds_up_nobody_else(office: Office, hand: str):
    with a_receiver(500) as down, a_receiver() as up:
        add_webhook(office, hand, down.url, ["pool"])
        add_webhook(office, hand, up.url, ["pool"])
        seqs = enter(office, *(Pool(str(n)) for n in range(5)))
        assert run(office) == (10, 6)
        assert up.entries() == seqs
        assert len(down.told) == 1


# Nothing is lost --------------------------------------------------------------------------------------------------
def test_what_was_sent_and_not_recorded_is_sent_again_under_the_same_id(office: Office, hand: str):
    """The receiver ends the connection of whoever is delivering: after the message is sent, before it is recorded."""
    address, dying = office.database.address, threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if not dying.is_set():
            dying.set()
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
                )
        saying(b"", 200)(handler)

    with serving(answer) as server:
        id_, _ = add_webhook(office, hand, f"http://127.0.0.1:{server.port}/", ["pool"])
        enter(office, Pool("One"))
        enqueue(office, office.now())
        with pytest.raises(LOST):
            deliver(office, office.now())
        [told] = deliveries(office, id_)
        assert (told["state"], told["tries"]) == ("waiting", 0)
        assert deliver(office, office.now()) == 1
        assert [headers["webhook-id"] for *_, headers, _ in server.asked] == [told["id"]] * 2
    [told] = deliveries(office, id_)
    assert (told["state"], told["tries"]) == ("done", 1)


def test_deliveries_and_their_cursor_are_committed_together(office: Office, hand: str):
    """A trigger refuses the cursor: none of the deliveries stays, and all are made when it works again."""
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        seqs = enter(office, Pool("One"), Pool("Two"))
        with psycopg.connect(office.database.address, autocommit=True) as connection:
            connection.execute("ALTER TABLE desk.webhook ADD CONSTRAINT broken CHECK (next_entry < 0) NOT VALID")
            with pytest.raises(psycopg.errors.CheckViolation):
                enqueue(office, office.now())
            assert deliveries(office, id_) == []
            connection.execute("ALTER TABLE desk.webhook DROP CONSTRAINT broken")
        assert run(office) == (2, 2)
        assert receiver.entries() == seqs


def test_more_entries_than_are_looked_at_together_are_all_told(office: Office, hand: str):
    with a_receiver() as receiver:
        add_webhook(office, hand, receiver.url, ["pool"])
        seqs = enter(office, *(Pool(str(n)) for n in range(10)))
        assert [enqueue(office, office.now(), at_once=3) for _ in range(5)] == [3, 3, 3, 1, 0]
        deliver(office, office.now())
        assert receiver.entries() == seqs


def test_two_that_deliver_at_once_send_each_message_once(office: Office, hand: str):
    inside, go_on, in_time = threading.Event(), threading.Event(), list[bool]()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if len(server.asked) == 1:
            inside.set()
            in_time.append(go_on.wait(5))
        saying(b"", 200)(handler)

    server: Server
    with serving(answer) as server:
        add_webhook(office, hand, f"http://127.0.0.1:{server.port}/", ["pool"])
        enter(office, Pool("One"), Pool("Two"), Pool("Three"))
        assert enqueue(office, office.now()) == 3
        first = threading.Thread(target=deliver, args=(office, office.now()))
        first.start()
        assert inside.wait(10)
        assert deliver(office, office.now()) == 2  # all but the one that the first has taken
        go_on.set()
        first.join()
        assert in_time == [True]  # the second did not wait for the first
        assert len({headers["webhook-id"] for *_, headers, _ in server.asked}) == len(server.asked) == 3


def test_a_webhook_that_another_makes_deliveries_for_is_passed_over(office: Office, hand: str):
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, Pool("One"))
        with psycopg.connect(office.database.address) as another:
            another.execute("SELECT 1 FROM desk.webhook WHERE id = %s FOR UPDATE", [id_])
            passing = threading.Thread(target=enqueue, args=(office, office.now()))
            passing.start()
            passing.join(5)
            assert not passing.is_alive()
            assert deliveries(office, id_) == []
        assert enqueue(office, office.now()) == 1


def test_two_that_enqueue_at_once_make_each_delivery_once(office: Office, hand: str):
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, *(Pool(str(n)) for n in range(20)))
        threads = [threading.Thread(target=enqueue, args=(office, office.now())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(deliveries(office, id_)) == 20


# Who is told, and where -------------------------------------------------------------------------------------------
def test_a_private_address_is_refused_when_it_is_given_and_when_it_is_called(office: Office, hand: str):
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url.replace("http:", "https:"), ["pool"])
        before = office.settings
        office.settings = replace(before, outgoing_private=False)
        try:
            for url in (
                receiver.url,
                "https://127.0.0.1/",
                "https://localhost/x",
                "https://169.254.169.254/latest",
                "https://[::1]/",
            ):
                with pytest.raises(BadInput):
                    add_webhook(office, hand, url, ["pool"])
            enter(office, Pool("One"))
            assert run(office) == (1, 1)
            assert receiver.told == []
        finally:
            office.settings = before
    [told] = deliveries(office, id_)
    assert told["last_error"] == "This address leads into a network that is not public."


def test_a_name_that_nobody_knows_is_refused(office: Office, hand: str):
    with pytest.raises(Unavailable, match="not known"):
        add_webhook(office, hand, "https://receiver.invalid/", ["pool"])
    with pytest.raises(BadInput, match="2000"):
        add_webhook(office, hand, "https://receiver.invalid/" + "x" * 2000, ["pool"])


def test_a_webhook_that_was_ended_is_told_nothing_what_waits_included(office: Office, hand: str):
    with a_receiver() as receiver:
        id_, _ = add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, Pool("One"))
        enqueue(office, office.now())
        with pytest.raises(NotFound):
            end_webhook(office, "analyst-000000", id_)
        end_webhook(office, hand, id_)
        enter(office, Pool("Two"))
        assert run(office) == (0, 0)
        assert receiver.told == []
        assert [d["state"] for d in deliveries(office, id_)] == ["cancelled"]
        with pytest.raises(NotFound):
            end_webhook(office, hand, id_)


def test_an_account_that_was_closed_is_told_nothing(office: Office, hand: str):
    with a_receiver() as receiver:
        add_webhook(office, hand, receiver.url, ["pool"])
        enter(office, Pool("One"))
        enqueue(office, office.now())
        close_account(office, hand, by="office")
        enter(office, Pool("Two"))
        assert run(office) == (0, 0)
        assert receiver.told == []


def test_a_hand_has_ten_webhooks_at_most(office: Office, hand: str):
    ids = [add_webhook(office, hand, "http://127.0.0.1:9/", ["pool"])[0] for _ in range(10)]
    with pytest.raises(Refused, match="ten"):
        add_webhook(office, hand, "http://127.0.0.1:9/", ["pool"])
    end_webhook(office, hand, ids[0])
    add_webhook(office, hand, "http://127.0.0.1:9/", ["pool"])


def test_only_an_account_has_webhooks(office: Office):
    with pytest.raises(NotFound):
        add_webhook(office, "analyst-000000", "http://127.0.0.1:9/", ["pool"])
