"""Work that takes longer than a request: it waits in a table, and one worker at a time does it, in steps that are each there or not.

A worker holds a job by a lease that it renews with each step, and by a fence: a number that grows whenever the job is taken. Who has lost
the job, because it stood still for longer than the lease, finds another fence there and can report nothing any more. So each step says how
far it is in the transaction that does it. `KINDS` says what is done; `importing` adds its own.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from threading import Event, Thread
from typing import Any

import structlog

from adit.desk.office import Office
from adit.desk.web.errors import steps_of
from adit.desk.web.pages import N_
from adit.engines.database import LOST, PoolTimeout, named
from adit.terms.errors import AditError, NotFound, Unavailable

__all__ = ["KINDS", "LEASE", "MISTAKE", "Job", "Stopped", "Worker", "add", "cancel", "find", "progress", "run_pending"]

log = structlog.get_logger()
LEASE = timedelta(seconds=30)
TRIES = 20  # how often a job is taken before it is given up: whatever it is, it ends its workers
PAUSE_S = 1.0
MISTAKE = "mistake "  # before the number under which an error of ours was written down

Query = Callable[[str, Sequence[Any]], Sequence[tuple[Any, ...]]]


class Stopped(Exception):
    """The job is no longer this worker's: it was cancelled, taken by another, or the office closes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a worker holds it."""

    id: str
    kind: str
    hand: str
    arguments: Mapping[str, Any]
    fence: int
    stopping: Event = field(default_factory=Event)


Work = Callable[[Job, Office], Mapping[str, Any]]
KINDS: dict[str, Work] = {}
"""Kind of work -> what does it, and gives back what is kept as the job's result. May be called again for a job that was broken off."""


def add(office: Office, hand: str, kind: str, arguments: Mapping[str, Any], *, key: str) -> str:
    """Have a job wait: its id. The same key of the same hand is the same job."""
    id_ = f"job-{sha256(f'{hand} {key}'.encode()).hexdigest()[:12]}"
    with office.reading() as connection:
        connection.execute(
            "INSERT INTO desk.job (id, kind, hand, arguments, made_at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (id_, kind, hand, json.dumps(arguments), office.now()),
        )
    return id_


def find(office: Office, id_: str) -> dict[str, Any]:
    """A job with how far it is. Raises NotFound."""
    with office.reading() as connection:
        found = named(connection, "SELECT * FROM desk.job WHERE id = %s", [id_])
    if not found:
        raise NotFound("There is no such job.")
    return found[0]


def cancel(office: Office, id_: str) -> bool:
    """Stop a job after the step that it is at; whether it had not ended yet."""
    with office.reading() as connection:
        return bool(
            connection.execute(
                "UPDATE desk.job SET state = 'cancelled', lease_until = NULL, ended_at = %s WHERE id = %s AND state IN ('waiting', 'running')",
                (office.now(), id_),
            ).rowcount
        )


def progress(query: Query, job: Job, office: Office, done: int, total: int | None = None) -> None:
    """Say how far a job is, and hold it for another while. Raises Stopped where it is no longer this worker's."""
    if job.stopping.is_set() or not query(
        "UPDATE desk.job SET done = %s, total = coalesce(%s, total), lease_until = %s"
        " WHERE id = %s AND fence = %s AND state = 'running' RETURNING id",
        (done, total, office.now() + LEASE, job.id, job.fence),
    ):
        raise Stopped


def run_pending(office: Office, stopping: Event | None = None) -> int:
    """Do what waits, the oldest first, and what another worker has left lying; how many jobs that were."""
    count = 0
    stopping = stopping or Event()
    while not stopping.is_set() and (job := _take(office, stopping)) is not None:
        count += 1
        _run(office, job)
    return count


def _take(office: Office, stopping: Event) -> Job | None:
    now = office.now()
    with office.reading() as connection:
        taken = connection.execute(
            "UPDATE desk.job SET state = 'running', fence = fence + 1, lease_until = %s WHERE id = ("
            " SELECT id FROM desk.job WHERE kind = ANY(%s) AND (state = 'waiting' OR (state = 'running' AND lease_until < %s))"
            " ORDER BY made_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, kind, hand, arguments, fence",
            (now + LEASE, list(KINDS), now),
        ).fetchone()
    if taken is None:
        return None
    id_, kind, hand, arguments, fence = taken
    return Job(id_, kind, hand, arguments, fence, stopping)


def _run(office: Office, job: Job) -> None:
    log.info("job begins", job=job.id, kind=job.kind)
    if job.fence > TRIES:
        _end(office, job, "failed", error=N_("It was begun twenty times, and each time something stopped it."))
        return
    try:
        result = KINDS[job.kind](job, office)
    except Stopped:
        log.info("job stopped", job=job.id)
        if job.stopping.is_set():
            _end(office, job, "waiting")
    except (Unavailable, PoolTimeout, *LOST) as error:
        log.warning("job broken off", job=job.id, kind=type(error).__name__)  # taken again when the lease has run out
    except AditError as error:
        _end(office, job, "failed", error=f"{error.what} {error.todo}".strip())
    except Exception as error:
        number = token_hex(6)
        log.error("mistake", number=number, job=job.id, kind=type(error).__name__, steps=steps_of(error))
        _end(office, job, "failed", error=f"{MISTAKE}{number}")
    else:
        _end(office, job, "done", result=result)
        log.info("job done", job=job.id)


def _end(office: Office, job: Job, state: str, *, result: Mapping[str, Any] | None = None, error: str = "") -> None:
    """Say what became of a job, unless it is somebody else's by now."""
    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.job SET state = %s, result = %s, error = %s, lease_until = NULL, ended_at = %s"
            " WHERE id = %s AND fence = %s AND state = 'running'",
            (
                state,
                json.dumps(result) if result is not None else None,
                error or None,
                None if state == "waiting" else office.now(),
                job.id,
                job.fence,
            ),
        )


class Worker:
    """The thread that does what waits, every second; several of them share the jobs."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Leave the job at hand after its step, for another worker, and end."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.wait(PAUSE_S):
            try:
                run_pending(self._office, self._stopping)
            except (PoolTimeout, *LOST) as error:
                log.warning("no jobs can be had", kind=type(error).__name__)
