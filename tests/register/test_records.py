"""The records: what the tables and the program call a thing is one, versions never overlap, and all of it follows from the journal."""

import atexit
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import fields
from datetime import date
from functools import cache
from itertools import count

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.databases import fresh, server, written_by

from adit.engines.database import Database
from adit.journal import store as journal
from adit.journal.writer import Writer
from adit.register.records import (
    ERASABLE,
    RECORDS,
    Identity,
    Machine,
    Membership,
    Note,
    Party,
    Proposal,
    Record,
    Share,
    Site,
    columns,
)
from adit.register.store import Books, digests, get, history, listed, migrate, one, plain, rebuild, record_from, steps
from adit.terms.errors import BadInput, NotFound, Refused

pytestmark = pytest.mark.slow
DAY = date(2025, 1, 1)
_keys = count()
TEXTS = {"address_is_text", "note_is_text"}  # fields that bear the name of a record and are words


@pytest.fixture(scope="module")
def database() -> Database:
    return fresh()


@pytest.fixture(scope="module")
def writer(database: Database) -> Iterator[Writer]:
    with written_by(database) as writer:
        yield writer


def stated(writer: Writer, *said: tuple[str, Record, date, date | None], hand: str = "officer-1") -> list[int]:
    """State one after another in one transaction; the entries."""

    def work(transaction):
        books = Books(transaction, hand)
        return {"entries": [books.state(i, r, since=a, until=b, new=not _known(books, i)).seq for i, r, a, b in said]}

    return list(writer.write(work, key=f"stated {next(_keys)}").answer["entries"])


def _known(books: Books, id_: str) -> bool:
    return bool(books.transaction.query("SELECT 1 FROM register.subject WHERE id = %s", [id_]))


def named(kind: str) -> str:
    return f"{kind}-{next(_keys):08}"


def party(writer: Writer, kind: str = "company") -> str:
    id_ = named("party")
    stated(writer, (id_, Party(kind), DAY, None))
    return id_


def test_every_kind_has_its_table_with_its_columns(database: Database):
    assert len(RECORDS) > 20
    with database.opened() as connection:
        for kind in RECORDS:
            rows = connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'register' AND table_name = %s",
                [kind],
            ).fetchall()
            assert {c for (c,) in rows} == {"id", "valid", "known", "entry", *columns(kind)}, kind
    assert set(ERASABLE) <= set(RECORDS)


def test_every_reference_is_one_in_the_database(database: Database):
    """A field that names another record has a foreign key."""
    with database.opened() as connection:
        keys = set(
            connection.execute(
                "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid"
                " AND a.attnum = ANY(c.conkey) WHERE c.contype = 'f'"
            ).fetchall()
        )
    named_after_records = {
        (f"register.{k}", f.name)
        for k, cls in RECORDS.items()
        for f in fields(cls)
        if f.name in RECORDS and f.type in (str, str | None) and f"{f.name}_is_text" not in TEXTS
    }
    others = {("register.share", "owner"), ("register.share", "owned"), ("register.site", "operator"), ("register.client", "miner"), ("register.appeal", "about"), ("register.decision", "replaces"), ("register.proposal", "about")}  # fmt: skip
    assert (named_after_records | others) - keys == set()
    assert len(named_after_records) > 12


def test_a_step_that_is_not_known_is_refused(database: Database):
    at, last = steps(database)
    assert at == last
    migrate(database)  # nothing to do
    other = fresh()
    with other.opened("") as connection:
        connection.execute("UPDATE journal.migration SET version_num = '9999'")
    with pytest.raises(BadInput, match="newer Adit"):
        migrate(other)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6) | st.none(), st.integers(0, 3)), min_size=1, max_size=6))
def test_the_last_statement_about_a_day_holds_and_the_first_is_remembered(said: list[tuple[int, int | None, int]]):
    """Any order of statements about any spans against an oracle that keeps a cell for each day."""
    writer, database = _shared()
    id_ = named("party")
    days: dict[int, str | None] = dict.fromkeys(range(16))
    remembered: list[tuple[int, dict[int, str | None]]] = []
    for start, length, kind in said:
        word = ("citizen", "entrepreneur", "company", "foreign_person")[kind]
        until = None if length is None else date(2025, 1, 1 + start + length)
        [entry] = stated(writer, (id_, Party(word), date(2025, 1, 1 + start), until))
        for d in range(start, 16 if length is None else min(16, start + length)):
            days[d] = word
        remembered.append((entry + 1, dict(days)))
    with database.opened() as connection:
        for known, cells in remembered:
            for d, expected in cells.items():
                found = get(connection, Party, id_, on=date(2025, 1, 1 + d), known=known)
                assert (found.record.kind if found else None) == expected
        assert [get(connection, Party, id_, on=date(2025, 1, 1 + d)) is not None for d in range(16)] == [
            w is not None for w in days.values()
        ]


@cache
def _shared() -> tuple[Writer, Database]:
    """Of the property test, which hypothesis calls many times in one function."""
    database = fresh()
    return _held.enter_context(written_by(database)), database


_held = ExitStack()
atexit.register(_held.close)


def test_one_batch_may_say_two_things_of_one_record(writer: Writer, database: Database):
    id_, other = named("party"), named("party")
    stated(
        writer,
        (id_, Party("citizen"), DAY, None),
        (other, Party("company"), DAY, None),
        (id_, Party("entrepreneur"), date(2025, 3, 1), None),
    )
    with database.opened() as connection:
        assert [one(connection, Party, id_, on=d).record.kind for d in (DAY, date(2025, 3, 1))] == [
            "citizen",
            "entrepreneur",
        ]
        assert len(history(connection, Party, id_)) == 3
        with pytest.raises(NotFound, match="on 2024-12-31"):
            one(connection, Party, id_, on=date(2024, 12, 31))


def test_what_cannot_be_true_at_once_is_refused_by_the_database(writer: Writer):
    a, b = party(writer), party(writer)
    site, serial = named("site"), f"SN{next(_keys)}"
    stated(writer, (site, Site(a, None, "One", "RU-IRK"), DAY, None))
    stated(
        writer, (named("machine"), Machine(a, site, "Bitmain", "S21", serial, 200_000, 3_500), DAY, date(2025, 6, 1))
    )
    with pytest.raises(Refused) as refused:
        stated(
            writer,
            (
                named("machine"),
                Machine(b, site, "bitmain", "S21", serial.lower(), 200_000, 3_500),
                date(2025, 5, 1),
                None,
            ),
        )
    assert refused.value.name == "machine_one_owner_a_serial"
    stated(
        writer, (named("machine"), Machine(b, site, "Bitmain", "S21", serial, 200_000, 3_500), date(2025, 6, 1), None)
    )  # sold
    stated(writer, (named("membership"), Membership(a, "miners", f"N{next(_keys)}"), DAY, None))
    with pytest.raises(Refused, match="membership_once"):
        stated(writer, (named("membership"), Membership(a, "miners", f"N{next(_keys)}"), date(2025, 2, 1), None))
    stated(writer, (named("identity"), Identity(a, "А", "0012345678"), DAY, None))
    with pytest.raises(Refused, match="identity_one_party_an_inn"):
        stated(writer, (named("identity"), Identity(b, "Б", "0012345678"), DAY, None))
    for wrong in (
        Share(a, a, 10),
        Share(a, "party-99999999", 10),
        Share(a, b, 0),
        Site(a, None, "", "RU-IRK"),
        Proposal(a, "x", (), "why", "officer-1", "officer-1", "approved"),
    ):
        with pytest.raises(Refused):
            stated(writer, (named(wrong.RECORD), wrong, DAY, None))
    with pytest.raises(BadInput, match="is not the id of a share"):
        stated(writer, (named("site"), Share(a, b, 10), DAY, None))


def test_what_ends_is_withdrawn_from_a_day_on(writer: Writer, database: Database):
    id_ = party(writer)
    ended = writer.write(
        lambda t: {"at": Books(t, "o").withdraw(id_, since=date(2025, 5, 1), why="closed").seq}, key=f"w{next(_keys)}"
    ).answer["at"]
    with database.opened() as connection:
        assert get(connection, Party, id_, on=date(2025, 4, 30)) is not None
        assert get(connection, Party, id_, on=date(2025, 5, 1)) is None
        assert get(connection, Party, id_, on=date(2025, 5, 1), known=ended) is not None
    with pytest.raises(NotFound):
        writer.write(
            lambda t: {"at": Books(t, "o").withdraw(id_, since=date(2025, 5, 1), why="again").seq},
            key=f"w{next(_keys)}",
        )


def test_personal_data_are_erased_and_the_tree_holds(writer: Writer, database: Database):
    id_, who = party(writer), named("identity")
    entries = stated(
        writer,
        (who, Identity(id_, "Иван Иванов", email="i@example.org"), DAY, None),
        (who, Identity(id_, "Иван Петров"), DAY, None),
    )
    [kept] = stated(writer, (named("note"), Note(id_, "a note"), DAY, None))
    with database.opened() as connection:
        before = journal.root(connection, kept + 1)
    with pytest.raises(Refused, match="holds no personal data"):
        writer.write(lambda t: {"at": Books(t, "o").erase([0], why="asked").seq}, key=f"e{next(_keys)}")
    writer.write(lambda t: {"at": Books(t, "o").erase(entries, why="asked").seq}, key=f"e{next(_keys)}")
    with database.opened() as connection:
        assert journal.entry(connection, entries[0]).body is None
        assert history(connection, Identity, who) == []
        assert connection.execute("SELECT count(*) FROM journal.payload WHERE body LIKE '%Иван%'").fetchall() == [(0,)]
        assert connection.execute("SELECT count(*) FROM register.found WHERE label LIKE '%Иван%'").fetchall() == [(0,)]
        assert journal.root(connection, kept + 1) == before
        assert journal.verify(connection)[2] == []
    with pytest.raises(Refused, match="erased already"):
        writer.write(lambda t: {"at": Books(t, "o").erase(entries[:1], why="again").seq}, key=f"e{next(_keys)}")


def test_all_records_follow_from_the_journal_bit_for_bit(writer: Writer, database: Database):
    with database.opened() as connection:
        before = digests(connection)
    for name, (held, made) in rebuild(database).items():
        assert held == made, name
    with database.opened() as connection:
        assert digests(connection) == before
        assert len(listed(connection, Party)) > 5


def test_a_record_that_was_tampered_with_is_found_and_made_again(writer: Writer, database: Database):
    id_ = party(writer)
    with database.opened() as connection:
        before = digests(connection)
    with database.opened("") as connection:
        connection.execute("UPDATE register.party SET state_tied = true WHERE id = %s", [id_])
    assert [name for name, (held, made) in rebuild(database).items() if held != made] == ["party"]
    with database.opened() as connection:
        assert digests(connection) == before


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_a_record_is_read_as_it_was_written(kind: str):
    cls = RECORDS[kind]
    samples: dict[str, object] = {
        "str": "x",
        "bool": True,
        "int": 7,
        "date": date(2025, 1, 2),
        "bytes": b"\x01",
        "dict[str, Any]": {"a": 1},
        "tuple[dict[str, Any], ...]": ({"a": 1},),
        "tuple[str, ...]": ("a", "b"),
    }
    named_ = {f.name: samples[str(getattr(f.type, "__name__", f.type)) if str(f.type).startswith("<class") else str(f.type).replace("typing.", "").replace("datetime.", "").split(" | ")[0]] for f in fields(cls)}  # fmt: skip
    record = cls(**named_)
    assert record_from(kind, plain(record)) == record


def test_the_app_may_not_change_a_record(database: Database):
    for statement in (
        "UPDATE register.party SET state_tied = true",
        "DELETE FROM register.subject",
        "DROP TABLE register.party",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.opened() as connection:
            connection.execute(statement)
    assert server().embedded
