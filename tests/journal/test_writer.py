"""The one hand that writes: nothing lost, nothing double, in an order that no clock can turn round."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256

import psycopg
import pytest
from tests.databases import Clock, fresh, written_by

from adit.engines.database import READER, Database
from adit.journal import store
from adit.journal.entries import Draft
from adit.journal.leaf import leaf_hash
from adit.journal.merkle import verify_consistency, verify_inclusion
from adit.journal.writer import Transaction, Work, Writer
from adit.terms.errors import KeyReused, NotFound, Refused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database() -> Database:
    return fresh()


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    with written_by(database) as writer:
        yield writer


def entering(*notes: str) -> Work:
    def work(transaction: Transaction) -> dict[str, int]:
        entries = [
            transaction.append(Draft("note", "site-1", "officer-1", {"text": n}, date(2025, 4, 1))) for n in notes
        ]
        return {"first": entries[0].seq, "last": entries[-1].seq}

    return work


def size(database: Database) -> int:
    with database.opened() as connection:
        return store.size(connection)


def test_what_was_entered_is_there(writer: Writer, database: Database):
    written = writer.write(entering("a", "b"), key="two")
    assert written.count == 2
    with database.opened() as connection:
        entry = store.entry(connection, written.answer["last"])
        assert entry.body == {"text": "b"}
        assert (entry.kind, entry.subject, entry.hand, entry.valid_from) == (
            "note",
            "site-1",
            "officer-1",
            date(2025, 4, 1),
        )
        assert [e.seq for e in store.entries_about(connection, ["site-1"])][:2] == [
            written.answer["last"],
            written.answer["first"],
        ]
        with pytest.raises(NotFound):
            store.entry(connection, 10_000)


def test_a_request_that_came_twice_is_entered_once(writer: Writer, database: Database):
    before = size(database)
    first = writer.write(entering("once"), key="k1")
    again = writer.write(entering("once"), key="k1")
    assert (again.answer, again.first_seq, again.again) == (first.answer, first.first_seq, True)
    assert size(database) == before + 1
    with pytest.raises(KeyReused, match="another request"):
        writer.write(entering("other"), key="k1", digest=sha256(b"other").digest())


def test_many_at_once_from_two_writers(database: Database):
    before = size(database)
    with written_by(database) as one, written_by(database) as two, ThreadPoolExecutor(16) as threads:
        keys = [f"many-{i % 40}" for i in range(160)]  # each four times, over both
        written = list(
            threads.map(lambda pair: (one, two)[pair[0] % 2].write(entering("x"), key=pair[1]), enumerate(keys))
        )
    assert size(database) == before + 40
    assert len({w.answer["first"] for w in written}) == 40
    with database.opened() as connection:
        assert store.verify(connection)[2] == []


def test_one_that_is_refused_takes_nobody_with_it(database: Database):
    with written_by(database) as writer:
        bad: Work = lambda t: (t.append(Draft("", "s", "h", {})), {})[1]  # noqa: E731 - a kind is missing: the table refuses it
        futures = [writer.submit(entering(f"good {i}"), key=f"g{i}") for i in range(5)]
        refused = writer.submit(bad, key="bad")
        futures += [writer.submit(entering(f"good {i}"), key=f"g{i}") for i in range(5, 10)]
        assert len({f.result().first_seq for f in futures}) == 10
        with pytest.raises(Refused, match="entry_kind_check"):
            refused.result()
        with pytest.raises(ValueError, match="our own"):
            writer.write(failing, key="fails")
    with database.opened() as connection:
        assert store.verify(connection)[2] == []


def failing(transaction: Transaction) -> dict[str, int]:
    transaction.append(Draft("note", "s", "h", {}))
    raise ValueError("our own mistake")


def test_a_clock_that_is_set_back_turns_nothing_round(database: Database):
    clock = Clock(datetime(2026, 1, 1, 12, tzinfo=UTC))
    with written_by(database, clock) as writer:
        first = writer.write(entering("noon"), key="noon").answer["first"]
        clock.pass_(hours=-5)
        second = writer.write(entering("five hours earlier"), key="earlier").answer["first"]
        clock.pass_(days=366)
        third = writer.write(entering("a year later"), key="later").answer["first"]
    with database.opened() as connection:
        moments = [store.entry(connection, s).recorded_at_utc for s in (first, second, third)]
        assert moments == sorted(set(moments))
        assert store.seen_by(connection, moments[0]) == first + 1
        assert store.seen_by(connection, moments[1]) == second + 1
        assert store.seen_by(connection, datetime(2000, 1, 1, tzinfo=UTC)) == 0


def test_proofs_and_checkpoints_of_a_log_with_tiles(database: Database, tmp_path):
    key = store.open_key(tmp_path, "office")
    assert store.open_key(tmp_path, "office").verifier == key.verifier
    with written_by(database) as writer, database.opened() as connection:
        old = store.size(connection)
        old_root = store.root(connection, old)
        for i in range(4):
            writer.write(entering(*(f"{i}.{n}" for n in range(200))), key=f"tiles {i}")
        of = store.size(connection)
        assert connection.execute("SELECT count(*) FROM journal.tile").fetchall() == [(of // 256,)]
        root = store.root(connection, of)
        for seq in (0, 1, 255, 256, of - 1):
            proof = store.inclusion(connection, seq, of)
            verify_inclusion(leaf_hash(proof.leaf), seq, of, proof.hashes, root)
        verify_consistency(old, of, old_root, root, store.consistency(connection, old, of))
        note = store.make_checkpoint(connection, key, datetime(2026, 5, 1, tzinfo=UTC))
        assert note == store.make_checkpoint(connection, key, datetime(2026, 5, 2, tzinfo=UTC))
        assert store.verify(connection) == (of, root, [])
        with pytest.raises(NotFound, match="later checkpoint"):
            store.inclusion(connection, of, of)


def test_the_database_lets_nobody_change_the_past(database: Database):
    for statement in (
        "UPDATE journal.entry SET hand = 'x' WHERE seq = 0",
        "DELETE FROM journal.entry WHERE seq = 0",
        "DELETE FROM journal.payload WHERE seq = 0",
        "TRUNCATE journal.entry CASCADE",
        "UPDATE journal.payload SET body = '{}' WHERE seq = 0",
        "DELETE FROM journal.checkpoint",
        "UPDATE journal.request SET answer = '{}'",
        "DROP TABLE journal.tile",
    ):
        with (
            pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)),
            database.opened() as c,
        ):
            c.execute(statement)
        if not statement.startswith("DROP"):  # the owner may drop its tables; nobody works as the owner
            with (
                pytest.raises(psycopg.errors.RestrictViolation, match=r"only ever added to|erased and not changed"),
                database.opened("") as c,
            ):
                c.execute(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.opened(READER) as c:
        c.execute("SELECT * FROM journal.payload")


def test_the_server_goes_away_and_comes_back(database: Database):
    """Every connection of the writer is cut while it is under load: what was answered is there, and each once."""
    with written_by(database) as writer, ThreadPoolExecutor(8) as threads:
        done = [threads.submit(writer.write, entering(f"cut {i}"), key=f"cut {i}") for i in range(300)]
        for _ in range(5):
            with database.connect(role="", autocommit=True) as c:
                c.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
        seqs = [d.result().answer["first"] for d in done]
    assert len(set(seqs)) == 300
    with database.opened() as connection:
        said = [b["text"] for b in (store.entry(connection, s).body for s in seqs) if b]
        assert said == [f"cut {i}" for i in range(300)]
        assert store.verify(connection)[2] == []
        [(n,)] = connection.execute("SELECT count(*) FROM journal.payload WHERE body LIKE '%\"cut %'").fetchall()
        assert n == 300
