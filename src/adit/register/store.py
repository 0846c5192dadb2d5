"""The records in the database: what is stated goes through the journal and into the tables of versions in one transaction.

`Books` writes, within a transaction of the journal's writer. `get` and `listed` read: as it is known now, or as it was known when the log
had so many entries (`known`), of what was true on a day (`on`). `rebuild` makes every table anew from the journal.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, cast

from adit.engines.database import OWNER, Connection, Database, Range
from adit.engines.migrations import migrate as migrate_tables
from adit.engines.migrations import newest, standing
from adit.journal.entries import ERASURE, Draft, Entry
from adit.journal.writer import Transaction
from adit.register.labels import label_of
from adit.register.records import ERASABLE, RECORDS, SPOKEN, Record, columns, record_of_id, silenced, tells_of_somebody
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = [
    "MIGRATIONS",
    "WITHDRAWN",
    "Books",
    "Stated",
    "clear_away",
    "count",
    "digests",
    "get",
    "history",
    "listed",
    "migrate",
    "one",
    "plain",
    "rebuild",
    "record_from",
    "steps",
]  # fmt: skip

MIGRATIONS = Path(__file__).parent / "migrations"
WITHDRAWN = " withdrawn"  # after a kind: that of an entry which ends what was stated
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Stated(Generic[R]):
    """A version of a record: the days for which it holds, the entry that stated it, and until which entry it was believed."""

    id: str
    record: R
    valid_from: date
    valid_to: date | None
    entry: int
    known_to: int | None


# Plain data -------------------------------------------------------------------------------------------------------
def plain(record: Record) -> dict[str, Any]:
    """A record as it stands in an entry."""
    return {name: _plain(getattr(record, name)) for name in columns(record.RECORD)}


def record_from(kind: str, values: Mapping[str, Any]) -> Record:
    """The record that stands in an entry."""
    days = _days(kind)
    return RECORDS[kind](
        **{
            name: date.fromisoformat(value) if name in days and isinstance(value, str)
            else bytes.fromhex(value) if name == "script" and isinstance(value, str)
            else tuple(value) if isinstance(value, list)
            else value
            for name, value in values.items()
        }
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return list(value) if isinstance(value, tuple) else value


@cache
def _days(kind: str) -> frozenset[str]:
    return frozenset(n for n, t in RECORDS[kind].__annotations__.items() if t in (date, date | None))


# Writing ----------------------------------------------------------------------------------------------------------
class _Rows(Protocol):
    def later(self, query: str, row: Sequence[Any], *, about: str = "", first: bool = False) -> None: ...
    def query(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...
    def touched(self, about: str) -> bool: ...


class Books:
    """What one hand enters in one transaction."""

    def __init__(self, transaction: Transaction, hand: str) -> None:
        self.transaction = transaction
        self.hand = hand

    def state(
        self,
        id_: str,
        record: Record,
        *,
        since: date,
        until: date | None = None,
        new: bool = False,
        why: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> Entry:
        """State what holds of a record from a day on (up to, not including, `until`); what was stated of those days gives way.

        `new` promises that the id was never used. `detail` is kept in the entry alone. The database refuses what cannot be true beside
        other records.
        """
        kind = record.RECORD
        if record_of_id(id_) != kind:
            raise BadInput(f"{id_} is not the id of a {kind}.")
        values = plain(record)
        body = {"record": values, "why": why, **({"detail": detail} if detail else {})}
        entry = self.transaction.append(Draft(kind, id_, self.hand, body, since, until))
        place(self.transaction, entry.seq, id_, kind, values, since, until, new=new)
        return entry

    def current(self, kind: type[R], id_: str, *, seen: int | None = None) -> Stated[R]:
        """The latest version of a record. Raises NotFound; and Refused where it is no longer the entry that somebody has `seen`."""
        self.transaction.flush()
        found = one(self.transaction.connection, kind, id_)
        if seen is not None and found.entry != seen:
            raise Refused(
                f"Somebody changed this meanwhile: it stands at entry {found.entry}, and you saw entry {seen}.",
                name="changed meanwhile",
                todo="Look at it again, then decide.",
            )
        return found

    def withdraw(self, id_: str, *, since: date, why: str) -> Entry:
        """End what is stated of a record: from the day on it holds no more. Raises NotFound where nothing holds then."""
        kind = record_of_id(id_)
        if not kind or not self.transaction.query(
            f"SELECT 1 FROM register.{kind} WHERE id = %s AND upper_inf(known) AND valid && daterange(%s, NULL)",
            (id_, since),
        ):
            raise NotFound(f"Nothing is stated of {id_} from {since} on.")
        entry = self.transaction.append(Draft(kind + WITHDRAWN, id_, self.hand, {"why": why}, since, None))
        make_room(self.transaction, entry.seq, id_, kind, since, None)
        return entry

    def erase(self, seqs: Sequence[int], *, why: str, cites: str = "", about: str = "") -> Entry:
        """Take away for good what entries say, as a law demands it; that they were made stays, and the tree holds.

        Where a record has facts that the office has to keep (`SPOKEN`), the entry of the erasure holds them without the fields that may tell of a person,
        and they stand in the tables as they did.

        `about` is what the erasure is entered about: without it, the first record that loses an entry.
        Raises Refused for entries of a kind that holds no personal data, or that are erased already.
        """
        rows = self.transaction.query(
            "SELECT e.seq, e.kind, e.subject, p.body IS NULL, p.body FROM journal.entry e JOIN journal.payload p USING (seq) WHERE seq = ANY(%s)",
            [list(seqs)],
        )
        for seq in seqs:
            found = [r for r in rows if r[0] == seq]
            if not found:
                raise NotFound(f"There is no entry {seq}.")
            _, entered, subject_of, gone, text = found[0]
            stated = str(entered).removesuffix(WITHDRAWN)
            empty = stated in SPOKEN and not gone and not tells_of_somebody(stated, subject_of, json.loads(text))
            if stated not in {*ERASABLE, *SPOKEN} or empty:
                raise Refused(f"Entry {seq} ({found[0][1]}) holds no personal data and stays.", name="not erasable")
            if found[0][3]:
                raise Refused(f"What entry {seq} says is erased already.", name="erased already")
        subject = about or min(str(r[2]) for r in rows)
        kept = {
            int(seq): silenced(kind, of, json.loads(text)["record"])
            for seq, kind, of, _, text in rows
            if kind in SPOKEN
        }
        body: dict[str, Any] = {"entries": sorted(seqs), "why": why, "cites": cites}
        if kept:
            body["kept"] = {str(seq): kept[seq] for seq in sorted(kept)}
        entry = self.transaction.append(Draft(ERASURE, subject, self.hand, body))
        self.transaction.flush()
        run = self.transaction.connection.execute
        run(
            "UPDATE journal.payload SET salt = NULL, body = NULL, erased_by = %s WHERE seq = ANY(%s)",
            (entry.seq, list(seqs)),
        )
        found_by = run("DELETE FROM register.found WHERE entry = ANY(%s) RETURNING id, entry", [list(seqs)]).fetchall()
        for kind in sorted({str(r[1]).removesuffix(WITHDRAWN) for r in rows}):
            gone = run(
                f"DELETE FROM register.{kind} WHERE entry = ANY(%s) RETURNING id, valid, known, entry", [list(seqs)]
            ).fetchall()
            for id_, valid, known, seq in gone if kind in SPOKEN else ():
                run(_insert(kind), (id_, valid, known, seq, *_typed(kind, kept[seq])))
        for id_, seq in found_by:
            if seq in kept:
                _find_by(run, id_, record_of_id(id_), kept[seq], seq)
        return entry


_SUBJECT = "INSERT INTO register.subject (id, created) VALUES (%b, %b)"


def place(
    rows: _Rows,
    seq: int,
    id_: str,
    kind: str,
    values: Mapping[str, Any],
    since: date,
    until: date | None,
    *,
    new: bool,
) -> None:
    """Put a version into its table, and shorten those that it takes the place of."""
    if new:
        rows.later(_SUBJECT, (id_, seq), first=True)
    else:
        rows.query(
            "INSERT INTO register.subject (id, created) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id", (id_, seq)
        )
        make_room(rows, seq, id_, kind, since, until)
    rows.later(
        _insert(kind), (id_, _range(since, until), Range(seq, None, "[)"), seq, *_typed(kind, values)), about=id_
    )  # fmt: skip
    if not new and label_of(kind, id_, values) is not None:
        rows.query("DELETE FROM register.found WHERE id = %s RETURNING id", [id_])
    _find_by(rows.later, id_, kind, values, seq)


def _find_by(
    run: Callable[[str, Sequence[Any]], object], id_: str, kind: str, values: Mapping[str, Any], seq: int
) -> None:
    """Have a record found by its words, if anybody looks for its kind."""
    label = label_of(kind, id_, values)
    if label is not None:
        run(
            "INSERT INTO register.found (id, entry, party, label, trigrams) VALUES (%s, %s, %s, %s, %s)",
            (id_, seq, label.party, label.text, list(label.trigrams)),
        )


def make_room(rows: _Rows, seq: int, id_: str, kind: str, since: date, until: date | None) -> None:
    """End the belief in what is stated of these days; what was stated of the days around them stays believed."""
    span = _range(since, until)
    closed = rows.query(
        f"UPDATE register.{kind} SET known = int8range(lower(known), %s) WHERE id = %s AND upper_inf(known) AND valid && %s::daterange"
        f" RETURNING valid, entry, {', '.join(columns(kind))}",
        (seq, id_, span),
    )
    for valid, entry, *rest in closed:
        for kept in (_part(valid.lower, since), _part(until, valid.upper) if until is not None else None):
            if kept is not None:
                rows.later(_insert(kind), (id_, kept, Range(seq, None, "[)"), entry, *map(_json, rest)), about=id_)


def _part(start: date | None, end: date | None) -> "Range[date] | None":
    return Range(start, end, "[)") if end is None or (start is not None and start < end) else None


def _range(since: date, until: date | None) -> "Range[date]":
    return Range(since, until, "[)")


@cache
def _insert(kind: str) -> str:
    names = ("id", "valid", "known", "entry", *columns(kind))
    marks = ["%s", "%s::daterange", "%s::int8range", "%s", *["%s"] * len(columns(kind))]
    return f"INSERT INTO register.{kind} ({', '.join(names)}) VALUES ({', '.join(marks)})"


def _typed(kind: str, values: Mapping[str, Any]) -> list[Any]:
    """The columns as the driver wants them: days and bytes as themselves, lists as JSON."""
    record = record_from(kind, values)
    return [_json(getattr(record, name)) for name in columns(kind)]


def _json(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, tuple | list | dict) else value


# Reading ----------------------------------------------------------------------------------------------------------
def listed(
    connection: Connection,
    kind: type[R],
    where: str = "true",
    parameters: Sequence[Any] = (),
    *,
    on: date | None = None,
    known: int | None = None,
    order: str = "entry DESC",
    limit: int = 1000,
) -> list[Stated[R]]:
    """The versions of a kind that hold on a day (None: on any) by what is known now, or was when the log had `known` entries.

    `where` and `order` are SQL of ours over the columns of the kind; strangers' values come as `parameters` only.
    """
    test, more = _holding(where, parameters, on, known)
    query = (
        f"SELECT id, lower(valid), upper(valid), entry, upper(known), {', '.join(columns(kind.RECORD))} FROM register.{kind.RECORD}"
        f" WHERE {test} ORDER BY {order} LIMIT {int(limit)}"
    )
    return [_stated(kind, row) for row in connection.execute(query, more)]


def count(
    connection: Connection, kind: type[Record], where: str = "true", parameters: Sequence[Any] = (), *, on: date | None = None
) -> int:  # fmt: skip
    """How many versions of a kind `listed` would find without a limit."""
    test, more = _holding(where, parameters, on, None)
    return int(connection.execute(f"SELECT count(*) FROM register.{kind.RECORD} WHERE {test}", more).fetchall()[0][0])


def _holding(where: str, parameters: Sequence[Any], on: date | None, known: int | None) -> tuple[str, list[Any]]:
    conditions, more = [f"({where})"], list(parameters)
    # by their bounds and not by @>, which the planner takes for so rare that it searches the whole index of truths for it
    if known is None:
        conditions.append("upper_inf(known)")
    else:
        conditions.append("lower(known) < %s AND (upper_inf(known) OR upper(known) >= %s)")
        more += [known, known]
    if on is not None:
        conditions.append("lower(valid) <= %s AND (upper_inf(valid) OR upper(valid) > %s)")
        more += [on, on]
    return " AND ".join(conditions), more


def _stated(kind: type[R], row: Sequence[Any]) -> Stated[R]:
    id_, start, end, entry, known_to, *values = row
    made = kind(*(tuple(v) if isinstance(v, list) else v for v in values))
    return Stated(id_, made, start, end, entry, known_to)


def get(
    connection: Connection, kind: type[R], id_: str, *, on: date | None = None, known: int | None = None
) -> Stated[R] | None:
    """The version of one record that holds on a day (None: the latest of what is stated), or None."""
    found = listed(connection, kind, "id = %s", [id_], on=on, known=known, order="lower(valid) DESC", limit=1)
    return found[0] if found else None


def one(
    connection: Connection, kind: type[R], id_: str, *, on: date | None = None, known: int | None = None
) -> Stated[R]:
    """The same. Raises NotFound where nothing is stated."""
    found = get(connection, kind, id_, on=on, known=known)
    if found is None:
        raise NotFound(
            f"There is no {kind.RECORD} {id_}{f' on {on}' if on else ''}.", todo="Look for it by name in the search."
        )
    return found


def history(connection: Connection, kind: type[R], id_: str) -> list[Stated[R]]:
    """Every version that was ever believed of a record, in the order in which they were entered."""
    query = (
        f"SELECT id, lower(valid), upper(valid), entry, upper(known), {', '.join(columns(kind.RECORD))} FROM register.{kind.RECORD}"
        " WHERE id = %s ORDER BY lower(known), lower(valid)"
    )
    return [_stated(kind, row) for row in connection.execute(query, [id_])]


# The tables -------------------------------------------------------------------------------------------------------
def migrate(database: Database) -> None:
    """Make the tables, or bring them up to date."""
    migrate_tables(database, MIGRATIONS)


def steps(database: Database) -> tuple[str, str]:
    """The step at which the tables stand, and the newest that this program knows."""
    return standing(database), newest(MIGRATIONS)


TABLES = ("subject", *RECORDS, "found")


def clear_away(database: Database, more: Sequence[str] = ()) -> None:
    """Have the server clear what was erased out of its tables and its statistics, those of `more` too, as far as nobody is reading it.

    Erased it is without that; but a server keeps rows that are gone, and samples of its columns, until it gets to them.
    """
    tables = (
        "journal.payload",
        "register.found",
        *(f"register.{kind}" for kind in sorted({*ERASABLE, *SPOKEN})),
        *more,
    )
    with database.connect(OWNER, autocommit=True) as connection:
        connection.execute(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(tables)}")


def digests(connection: Connection) -> dict[str, str]:
    """A hash of every row of every table of records, in an order of their own: equal tables have equal hashes."""
    found: dict[str, str] = {}
    for table in TABLES:
        digest = sha256()
        order = "id" if table == "subject" else "id, entry" if table == "found" else "id, lower(known), lower(valid)"
        with (
            connection.transaction(),
            connection.cursor().copy(f"COPY (SELECT * FROM register.{table} ORDER BY {order}) TO STDOUT") as rows,
        ):
            for block in rows:
                digest.update(block)
        found[table] = digest.hexdigest()
    return found


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
                    rows.later(_SUBJECT, (subject, seq), first=True)
                else:
                    make_room(rows, seq, subject, stated, since, until)
                    rows.query("DELETE FROM register.found WHERE id = %s RETURNING id", [subject])
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
