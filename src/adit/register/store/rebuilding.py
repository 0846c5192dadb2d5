"""Makes every table of records anew from the journal."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from adit.engines.database import OWNER, Connection, Database
from adit.journal.entries import ERASURE
from adit.register.records import RECORDS
from adit.register.store.books import WITHDRAWN
from adit.register.store.tables import TABLES, digests
from adit.register.store.versions import find_no_more, make_room, name_subject, place

__all__ = ["rebuild"]


def rebuild(database: Database, *, progress: Callable[[int], None] = lambda _: None) -> dict[str, tuple[str, str]]:
    """Make every table of records anew from the journal, in one transaction; the hash of each before and after.

    Nothing is written meanwhile. Where a table was tampered with, the two differ, and what follows from the journal stays.
    """
    with database.connect(OWNER) as connection:
        connection.execute("LOCK TABLE journal.entry IN EXCLUSIVE MODE")
        before = digests(connection)
        outside = _references_from_outside(connection)
        for table, name, _ in outside:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        connection.execute(f"TRUNCATE {', '.join(f'register.{t}' for t in TABLES)}")
        rows, seen, kept = _Replay(connection), set[str](), _kept(connection)
        for count, (seq, kind, subject, since, until, body) in enumerate(_entries(connection), start=1):
            stated = kind.removesuffix(WITHDRAWN)
            if stated in RECORDS:
                if kind != stated:
                    make_room(rows, seq, subject, stated, since, None)
                elif body is not None or seq in kept:
                    values = json.loads(body)["record"] if body is not None else kept[seq]
                    place(rows, seq, subject, stated, values, since, until, new=subject not in seen)
                elif subject not in seen:
                    name_subject(rows, subject, seq)
                else:
                    make_room(rows, seq, subject, stated, since, until)
                    find_no_more(rows, subject)
                seen.add(subject)
            rows.flush_if_large()
            if count % 10_000 == 0:
                progress(count)
        rows.flush()
        for table, name, definition in outside:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        after = digests(connection)
    return {t: (before[t], after[t]) for t in TABLES}


def _kept(connection: Connection) -> dict[int, dict[str, Any]]:
    """What stands of entries that were erased in part: entry -> what is kept of its record."""
    rows = connection.execute(
        "SELECT body FROM journal.entry JOIN journal.payload USING (seq) WHERE kind = %s AND body IS NOT NULL",
        [ERASURE],
    )
    return {int(seq): record for (body,) in rows for seq, record in json.loads(body).get("kept", {}).items()}


def _references_from_outside(connection: Connection) -> list[tuple[str, str, str]]:
    """The foreign keys by which other tables refer to those of records: (table, name, definition). No table is emptied under them."""
    query = """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype = 'f' AND confrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'register'::regnamespace)
        AND conrelid NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'register'::regnamespace)"""
    return [(table, name, definition) for table, name, definition in connection.execute(query)]


def _entries(connection: Connection) -> Iterator[tuple[Any, ...]]:
    query = "SELECT seq, kind, subject, valid_from, valid_to, body FROM journal.entry JOIN journal.payload USING (seq) ORDER BY seq"
    with connection.cursor(name="replay") as cursor:
        cursor.itersize = 10_000
        cursor.execute(query)
        yield from cast("Iterator[tuple[Any, ...]]", cursor)


class _Replay:
    """Rows of a rebuild: sent in large batches, in the order in which they came."""

    LARGEST = 20_000

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._first: dict[str, list[Sequence[Any]]] = {}
        self._later: dict[str, list[Sequence[Any]]] = {}
        self._waiting = 0
        self._touched: set[str] = set()

    def later(self, query: str, row: Sequence[Any], *, about: str = "", first: bool = False) -> None:
        (self._first if first else self._later).setdefault(query, []).append(row)
        self._waiting += 1
        self._touched.add(about)

    def touched(self, about: str) -> bool:
        return about in self._touched

    def query(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self.flush()
        return self.connection.execute(query, parameters).fetchall()

    def flush_if_large(self) -> None:
        if self._waiting >= self.LARGEST:
            self.flush()

    def flush(self) -> None:
        later = self._first | self._later
        self._first, self._later, self._waiting, self._touched = {}, {}, 0, set()
        with self.connection.cursor() as cursor:
            for query, rows in later.items():
                cursor.executemany(query, rows)
