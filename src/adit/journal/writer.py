"""The one hand that writes: what is to be entered waits in a queue, and all that waits is committed at once.

A commit on disk takes milliseconds, whatever is in it. So a thread takes what has come in the meantime, works it out in one transaction
under the lock of the log, and tells each sender when it is safe. Where something in such a batch is refused, the batch is undone and each
of its parts is done alone, so that only the one that is refused fails. Several processes may have a writer each: the lock orders them.

Nobody is told that something was entered before it is on disk. Where the server goes away during a commit, the batch is tried again, and
its keys tell whether it had gone through.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import MappingProxyType
from typing import Any

from adit.engines.database import LOST, Connection, Database, errors
from adit.journal.entries import Draft, Entry
from adit.journal.leaf import Leaf, body_text, commitment, leaf_hash, leaf_text
from adit.journal.merkle import subtree_root
from adit.terms.errors import KeyReused, Refused, Unavailable

__all__ = ["LOCK", "TILE", "Transaction", "Work", "Writer", "Written", "rehearse", "told"]

LOCK = 0x61646974  # of the log, among the advisory locks of the database
TILE = 256  # hashes in a tile
LARGEST_BATCH = 64
_REHEARSED = 2**61  # the first seq of what is only rehearsed: far above any log, so that it meets nothing of it
_TICK = timedelta(microseconds=1)
# Of the class of LOST, and yet the server is there: what is smaller may go
_OF_ONE = (errors.DiskFull, errors.ProgramLimitExceeded)
_SEE = f"SET LOCAL lock_timeout = '20s'; SELECT pg_advisory_xact_lock({LOCK})"

Answer = Mapping[str, Any]
Work = Callable[["Transaction"], Answer]
"""Works out what to enter: reads through the transaction, appends to it, and returns plain data, which is kept with the request's key.

It may be called more than once, and has to say the same again: no clock, no chance, no files in it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a request: its answer, the entries it made, and whether it had been made before (a request that came twice)."""

    answer: Answer
    first_seq: int | None
    count: int
    again: bool


@dataclass(slots=True)
class _Request:
    key: str
    digest: bytes
    salted: bytes  # the digest as it is kept; the same where nothing salts it
    work: Work
    done: "Future[Written]" = field(default_factory=Future)


class Transaction:
    """What a piece of work reads and writes through. Rows wait here and go to the database together."""

    def __init__(
        self, connection: Connection, seq: int, previous: bytes, now: datetime, salt: Callable[[], bytes]
    ) -> None:
        self.connection = connection
        self.now = now  # of all that is entered in this transaction; never earlier than what was entered before
        self.seq = seq  # of the next entry: what is entered by now lies below it
        self._previous = previous
        self._salt = salt
        self._entries: list[tuple[Any, ...]] = []
        self._payloads: list[tuple[Any, ...]] = []
        self._first: dict[str, list[Sequence[Any]]] = {}  # what the others refer to
        self._later: dict[str, list[Sequence[Any]]] = {}
        self._touched: set[str] = set()

    def append(self, draft: Draft) -> Entry:
        """Give the draft its place in the log."""
        salt, text = self._salt(), body_text(draft.body)
        leaf = Leaf(
            self.seq, draft.kind, draft.subject, draft.hand, draft.valid_from, draft.valid_to, self.now,
            commitment(salt, text), self._previous,
        )  # fmt: skip
        hashed = leaf_hash(leaf_text(leaf))
        self._entries.append(
            (leaf.seq, leaf.kind, leaf.subject, leaf.hand, leaf.valid_from, leaf.valid_to, self.now, leaf.body, leaf.previous, hashed)
        )  # fmt: skip
        self._payloads.append((leaf.seq, salt, text))
        self.seq, self._previous = self.seq + 1, hashed
        return Entry(
            leaf.seq, leaf.kind, leaf.subject, leaf.hand, leaf.valid_from, leaf.valid_to, self.now, hashed, draft.body
        )

    def later(self, query: str, row: Sequence[Any], *, about: str = "", first: bool = False) -> None:
        """Run the query with this row before the commit, together with others of the same text; `first`: before all that are not."""
        (self._first if first else self._later).setdefault(query, []).append(row)
        if about:
            self._touched.add(about)

    def touched(self, about: str) -> bool:
        """Whether rows about this wait, so that a query would not see them yet."""
        return about in self._touched

    def query(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query, which sees all that this transaction has written."""
        self.flush()
        return self.connection.execute(query, parameters).fetchall()

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the work that can be undone alone: raises Refused where the database refuses it, and the rest stands."""
        self.flush()
        seq, previous = self.seq, self._previous
        try:
            with self.connection.transaction():
                yield
                self.flush()
        except Exception as error:
            self.seq, self._previous = seq, previous
            self._entries, self._payloads, self._first, self._later, self._touched = [], [], {}, {}, set()
            known = told(error, {})
            if isinstance(known, Refused):
                raise known from error
            raise  # a server that went away is for the writer: it tries the whole again

    def flush(self) -> None:
        """Send the rows that wait."""
        entries, payloads, later = self._entries, self._payloads, self._first | self._later
        self._entries, self._payloads, self._first, self._later, self._touched = [], [], {}, {}, set()
        if not entries and not later:
            return
        with self.connection.cursor() as cursor:
            if entries:
                cursor.executemany(_ENTRY, entries)
                cursor.executemany(_PAYLOAD, payloads)
            for query, rows in later.items():
                cursor.executemany(query, rows)


_ENTRY = """INSERT INTO journal.entry
    (seq, kind, subject, hand, valid_from, valid_to, recorded_at_utc, commitment, previous, leaf_hash)
    VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"""
_PAYLOAD = "INSERT INTO journal.payload (seq, salt, body) VALUES (%b, %b, %b)"
_REQUEST = "INSERT INTO journal.request (key, digest, first_seq, count, answer) VALUES (%s, %s, %s, %s, %s)"


class Writer:
    """The queue and the thread behind it. `clock` gives the time in UTC, `salt` sixteen bytes of chance.

    `refusals` says of constraints of the database what is wrong, and what to do. `salted` gives digests as they are kept, so that nobody who has
    the database can try what a request might have said.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        salt: Callable[[], bytes],
        wait: Callable[[float], object],
        patience_s: float = 20.0,
        refusals: Mapping[str, tuple[str, str]] = MappingProxyType({}),
        salted: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._database = database
        self._salted = salted
        self._refusals = refusals
        self._clock, self._salt, self._wait = clock, salt, wait
        self._tries = max(1, int(patience_s / 0.25))
        self._queue: SimpleQueue[_Request | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._closed = Event()
        self._thread = Thread(target=self._run, name="journal writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work, *, key: str, digest: bytes | None = None) -> "Future[Written]":
        """Have the work done and committed. A key that was used before gives the answer of then.

        The future raises Refused where the records do not allow it, KeyReused where the key stands for another request (another
        `digest`), Unavailable where the database does not come back, and whatever the work itself raises.
        """
        if self._closed.is_set():
            raise Unavailable("The office is closing.", todo="Try again in a minute.")
        digest = digest if digest is not None else sha256(key.encode()).digest()
        request = _Request(key, digest, self._salted(digest) if self._salted is not None else digest, work)
        self._queue.put(request)
        return request.done

    def write(self, work: Work, *, key: str, digest: bytes | None = None) -> Written:
        """The same, and wait for it."""
        return self.submit(work, key=key, digest=digest).result()

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return self._queue.qsize()

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._closed.set()
        self._queue.put(None)
        self._thread.join()

    # The thread ---------------------------------------------------------------------------------------------------
    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            if not batch:
                break
            self._serve(batch)
        if self._connection is not None:
            self._connection.close()

    def _next_batch(self) -> list[_Request]:
        """What waits, up to a limit; empty at the end."""
        request = self._queue.get()
        batch: list[_Request] = []
        while request is not None:
            batch.append(request)
            if len(batch) == LARGEST_BATCH:
                return batch
            try:
                request = self._queue.get_nowait()
            except Empty:
                return batch
        if batch:
            self._queue.put(None)  # the end comes again, after this batch
        return batch

    def _serve(self, batch: list[_Request]) -> None:
        """Commit the batch; where something in it is refused, each of it alone. A server that is away is away for all of it."""
        try:
            results = self._steadily(batch)
        except Exception as error:
            away = isinstance(error, LOST) and not isinstance(error, _OF_ONE)
            for request in batch:
                if len(batch) == 1 or away:
                    request.done.set_exception(told(error, self._refusals))
                else:
                    self._serve([request])
            return
        for request, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                request.done.set_exception(result)
            else:
                request.done.set_result(result)

    def _steadily(self, batch: list[_Request]) -> list[Written | Exception]:
        """Commit the batch, and again while the server is away."""
        for _ in range(self._tries):
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = self._database.connect()
                return self._commit(self._connection, batch)
            except LOST as error:
                if isinstance(error, (*_OF_ONE, errors.LockNotAvailable)):
                    raise
                lost = error
                if self._connection is not None:
                    self._connection.close()
                    self._connection = None
                self._wait(0.25)
        raise lost

    def _commit(self, connection: Connection, batch: list[_Request]) -> list[Written | Exception]:
        with connection.transaction():
            connection.execute(_SEE)
            seq, previous, last = _head(connection)
            now = (
                max(self._clock(), last + _TICK) if last else self._clock()
            )  # a clock that is set back turns nothing round
            transaction = Transaction(connection, seq, previous, now, self._salt)
            results: list[Written | Exception] = []
            known = _known(connection, [r.key for r in batch])
            kept: list[tuple[Any, ...]] = []
            for request in batch:
                if request.key in known:
                    results.append(_again(request, *known[request.key]))
                    continue
                first = transaction.seq
                answer = request.work(transaction)
                count = transaction.seq - first
                written = Written(answer, first if count else None, count, again=False)
                known[request.key] = request.salted, written
                kept.append((request.key, request.salted, written.first_seq, count, json.dumps(answer)))
                results.append(written)
            transaction.flush()
            if kept:
                with connection.cursor() as cursor:
                    cursor.executemany(_REQUEST, kept)
            _fill_tiles(connection, seq, transaction.seq)
        return results


def rehearse(database: Database, work: Work, *, now: datetime, salt: Callable[[], bytes]) -> Answer:
    """Do the work as it would be entered, and undo it: its answer. Raises what `Writer.submit` would.

    The log is not locked and writing goes on meanwhile; only who enters what contradicts the rehearsed waits for its end.
    """
    try:
        with database.connect() as connection, connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL lock_timeout = '20s'")
            transaction = Transaction(connection, _REHEARSED, bytes(32), now, salt)
            answer = work(transaction)
            transaction.flush()
    except Exception as error:
        known = told(error, {})
        if known is error:
            raise
        raise known from error
    return answer


def _head(connection: Connection) -> tuple[int, bytes, datetime | None]:
    """The seq of the next entry, the hash of the last one, and when it was recorded."""
    rows = connection.execute(
        "SELECT seq, leaf_hash, recorded_at_utc FROM journal.entry ORDER BY seq DESC LIMIT 1"
    ).fetchall()
    return (rows[0][0] + 1, rows[0][1], rows[0][2]) if rows else (0, b"", None)


def _known(connection: Connection, keys: list[str]) -> dict[str, tuple[bytes, Written]]:
    rows = connection.execute(
        "SELECT key, digest, answer, first_seq, count FROM journal.request WHERE key = ANY(%s)", [keys]
    ).fetchall()
    return {key: (digest, Written(answer, first, count, again=True)) for key, digest, answer, first, count in rows}


def _again(request: _Request, digest: bytes, written: Written) -> Written | Exception:
    # one that an earlier program wrote a moment ago is not salted yet
    if digest not in (request.salted, request.digest):
        return KeyReused(
            "This key was used for another request.",
            todo="Send a new key with a new request, and the same key only with the same request.",
        )
    return Written(written.answer, written.first_seq, written.count, again=True)


def _fill_tiles(connection: Connection, before: int, after: int) -> None:
    """Write the tiles of the hash tree that became full between two sizes of the log."""
    size = TILE
    for level in range(8):
        first, end = before // size, after // size
        if first == end:
            return
        source = (
            "SELECT leaf_hash FROM journal.entry WHERE seq >= %s AND seq < %s ORDER BY seq"
            if level == 0
            else f"SELECT root FROM journal.tile WHERE level = {level - 1} AND index >= %s AND index < %s ORDER BY index"
        )
        for index in range(first, end):
            hashes = [h for (h,) in connection.execute(source, (index * TILE, (index + 1) * TILE))]
            connection.execute(
                "INSERT INTO journal.tile (level, index, root, hashes) VALUES (%s, %s, %s, %s)",
                (level, index, subtree_root(hashes), b"".join(hashes)),
            )
        size *= TILE


def told(error: Exception, refusals: Mapping[str, tuple[str, str]]) -> Exception:
    """An error of the database in our words."""
    if isinstance(error, errors.DiskFull):
        return Unavailable(
            "There is no room on the disk of the database: nothing was entered.",
            todo="Tell the administrator; then send it again.",
        )
    if isinstance(error, errors.IntegrityError | errors.RaiseException):
        name = error.diag.constraint_name or ""
        what, todo = refusals.get(name, (error.diag.message_primary or str(error), error.diag.message_hint or ""))
        return Refused(what, name=name, todo=todo)
    if isinstance(error, errors.DataError | errors.ProgramLimitExceeded):
        return Refused(
            "A number or a text is longer than the register takes.", name="too long", todo="Check it for a slip."
        )
    if isinstance(error, (*LOST, errors.LockNotAvailable)):
        return Unavailable(
            "The database does not answer: nothing was entered.", todo="Send it again; it will not be entered twice."
        )
    return error
