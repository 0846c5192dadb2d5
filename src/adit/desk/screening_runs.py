"""Everybody is screened again when lists change: a job in chunks, each there with its hits or not at all, that goes on where it was broken off.

By what each was screened last is kept by digest. Whom the same lists and engines screened is passed over; whom an earlier version screened is held
against what is new in it; everybody else, and whoever could not be checked, is screened whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adit.desk import jobs
from adit.desk.jobs import Job
from adit.desk.office import Office, new_id
from adit.desk.screening_halts import stop_those_hit, take_up
from adit.desk.screening_service import HAND, Standing, enter_reviews, screened, standing_of
from adit.desk.screening_subjects import Screened, count_all, pages, subjects_about
from adit.engines.database import Connection
from adit.journal.writer import Transaction
from adit.register.procedures.screenings import MOST, gone
from adit.register.records import HitReview, Rescreening
from adit.register.store import Books, listed
from adit.screening.hits import Hit
from adit.screening.screen import Found, direct
from adit.screening.screen_delta import Delta, again, delta, stamp_of
from adit.screening.subjects import Subject

__all__ = ["CHUNK", "JOB", "begin_if_due", "is_due", "start"]

JOB = "screening"  # kind of job
CHUNK = 200  # records in one step: as many as are surely screened within a lease
_KEPT = 8  # versions of lists by which somebody may have been screened last
_CHANGED = "the subject or the entry is no longer what it was"


def start(office: Office, hand: str, *, key: str) -> str:
    """Have everybody screened again: the job."""
    return jobs.add(office, hand, JOB, {}, key=key)


def is_due(office: Office) -> bool:
    """Whether there is somebody to screen, and the lists are not those of the last time, or it was on another day: there may be newcomers."""
    stamp = standing_of(office).stamp
    with office.reading() as connection:
        last = listed(connection, Rescreening, limit=1)
        [(anybody,)] = connection.execute(
            "SELECT EXISTS (SELECT FROM register.identity) OR EXISTS (SELECT FROM register.participant)"
        ).fetchall()
    return bool(anybody) and not (last and last[0].record.stamp == stamp and last[0].valid_from == office.today())


def begin_if_due(office: Office) -> bool:
    """Have everybody screened where lists, engines or their entries changed; whether that was begun. Without any list there is nothing to begin."""
    now = standing_of(office)
    if not now.entries or not is_due(office):
        return False
    with office.reading() as connection:
        open_ = connection.execute(
            "SELECT 1 FROM desk.job WHERE kind = %s AND state IN ('waiting', 'running')", [JOB]
        ).fetchone()
    if open_ is None:
        start(office, HAND, key=f"{now.stamp} {office.today()}")
    return open_ is None


# The job ----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Run:
    """How far a run is."""

    job: Job
    office: Office
    now: Standing
    deltas: dict[str, Delta | None] = field(default_factory=dict)  # by the stamp of the last time
    done: int = 0
    total: int = 0
    whole: int = 0
    unchecked: int = 0
    opened: list[str] = field(default_factory=list)
    subjects: int = 0


def _screen_everybody(job: Job, office: Office) -> Mapping[str, Any]:
    now = standing_of(office)
    _keep_stamp(office, now)
    with office.reading() as connection:
        run = _Run(job, office, now, total=count_all(connection))
        _tell(run)
    with office.reading() as connection:
        for number, page in enumerate(pages(connection, CHUNK)):
            _chunk(run, number, page)
    owned = _owned_by_hit(run)
    ended = _end_those_gone(run, owned)
    stopped = stop_those_hit(office, _open_subjects(office))
    went = [] if now.ready.held or now.ready.missing else take_up(office)
    _enter(run)
    return {
        "subjects": run.subjects, "whole": run.whole, "unchecked": run.unchecked, "opened": len(run.opened), "gone": ended,
        "stopped": len(stopped), "taken up": len(went),
    }  # fmt: skip


def _keep_stamp(office: Office, now: Standing) -> None:
    """Keep what the lists hold now, and forget versions by which nobody was screened last."""
    entries = b"".join(bytes.fromhex(d) for d in sorted(now.entries))
    with office.reading() as connection, connection.transaction():
        connection.execute(
            "INSERT INTO desk.screening_stamp (stamp, entries, made_at) VALUES (%s, %s, %s) ON CONFLICT (stamp) DO UPDATE SET made_at = excluded.made_at",
            (now.stamp, entries, office.now()),
        )
        old = "SELECT stamp FROM desk.screening_stamp ORDER BY made_at DESC OFFSET %s"
        connection.execute(f"DELETE FROM desk.screened WHERE stamp IN ({old})", [_KEPT])
        connection.execute(f"DELETE FROM desk.screening_stamp WHERE stamp IN ({old})", [_KEPT])


def _tell(run: _Run) -> None:
    with run.office.reading() as connection:
        jobs.progress(
            lambda q, p: connection.execute(q, p).fetchall(), run.job, run.office, min(run.done, run.total), run.total
        )


def _chunk(run: _Run, number: int, page: Sequence[Screened]) -> None:
    """Screen a page of subjects and keep what was found, together with how far the job is."""
    office, now = run.office, run.now
    run.done += len(page)
    run.subjects += len(page)
    run.unchecked += sum(s.subject is None for s in page)
    of: dict[str, tuple[str, Subject]] = {s.subject.digest: (s.about, s.subject) for s in page if s.subject is not None}
    with office.reading() as connection:
        last: dict[str, tuple[str, list[str]]] = {
            subject: (stamp, met)
            for subject, stamp, met in connection.execute(
                "SELECT subject, stamp, met FROM desk.screened WHERE subject = ANY(%s)", [list(of)]
            )
        }
    rows: list[tuple[str, list[str]]] = []
    found: list[tuple[str, Subject, Hit]] = []
    for digest, (about, subject) in of.items():
        stamp, met = last.get(digest, ("", []))
        if stamp == now.stamp:
            continue
        said = _screened_again(run, subject, stamp, met)
        if said.missing or now.ready.missing:
            run.unchecked += 1
        else:
            rows.append((digest, sorted({h.entry for h in said.hits})))
        found += [(about, subject, h) for h in said.hits]
    if not rows and not found:
        _tell(run)
        return

    def keep(query: Any) -> None:
        jobs.progress(query, run.job, office, min(run.done, run.total), run.total)
        query(
            "INSERT INTO desk.screened (subject, stamp, met) SELECT s, %s, string_to_array(m, ' ') FROM unnest(%s::text[], %s::text[]) AS t (s, m)"
            " ON CONFLICT (subject) DO UPDATE SET stamp = excluded.stamp, met = excluded.met RETURNING subject",
            (now.stamp, [d for d, _ in rows], [" ".join(m) for _, m in rows]),
        )

    if not found:
        with office.reading() as connection, connection.transaction():
            keep(lambda q, p: connection.execute(q, p).fetchall())
        return
    run.opened += enter_reviews(
        office, now, found, hand=run.job.hand, key=f"{run.job.id} {number} {new_id('chunk')}", with_it=lambda t: keep(t.query)
    )  # fmt: skip


def _screened_again(run: _Run, subject: Subject, stamp: str, met: Sequence[str]) -> Found:
    of = _delta(run, stamp) if stamp else None
    if of is None:
        run.whole += 1
        return direct(subject, run.now.ready, run.now.on)
    return again(subject, of, met)


def _delta(run: _Run, stamp: str) -> Delta | None:
    """What is new since somebody was screened by a stamp; None where the engines are others than then, or it is not known any more."""
    if stamp not in run.deltas:
        with run.office.reading() as connection:
            rows = connection.execute("SELECT entries FROM desk.screening_stamp WHERE stamp = %s", [stamp]).fetchall()
        digests = [rows[0][0][i : i + 32].hex() for i in range(0, len(rows[0][0]), 32)] if rows else []
        same = bool(rows) and _stamp_is_of(run.now, digests) == stamp
        run.deltas[stamp] = delta(run.now.ready, digests, run.now.on) if same else None
    return run.deltas[stamp]


def _stamp_is_of(now: Standing, digests: Sequence[str]) -> str:
    """The stamp that today's engines give to these entries: another one where the engines were others."""
    return stamp_of(now.ready, digests)


# Owners, and what is no longer so -----------------------------------------------------------------------------------
def _owned_by_hit(run: _Run) -> set[tuple[str, str, str]]:
    """Look at everybody whom somebody that was hit owns anything of; the keys of the hits that this gives."""
    office, now = run.office, run.now
    with office.reading() as connection:
        below = _below(connection)
        subjects = subjects_about(connection, below)
    keys: set[tuple[str, str, str]] = set()
    ids = sorted(subjects)
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        receipts = screened(office, now, [subjects[i] for i in part], part, at=office.now())
        found = [
            (i, subjects[i], h) for i, r in zip(part, receipts, strict=True) for h in r.hits if h.by == "ownership"
        ]
        keys |= {(h.subject, h.entry, h.engine) for _, _, h in found}
        run.opened += enter_reviews(office, now, found, hand=run.job.hand)
        _tell(run)
    return keys


def _below(connection: Connection) -> list[str]:
    """The ids of all that somebody with an open or confirmed hit owns anything of, through however many layers."""
    rows = connection.execute(
        """WITH RECURSIVE holding AS (
            SELECT owner, owned FROM register.stake WHERE upper_inf(known) AND upper_inf(valid)
            UNION SELECT owner, owned FROM register.share WHERE upper_inf(known) AND upper_inf(valid)),
        hit AS (SELECT DISTINCT r.about FROM register.hitreview r WHERE upper_inf(r.known) AND upper_inf(r.valid) AND r.state <> 'gone'
            AND r.found_by <> 'ownership'
            UNION SELECT p.id FROM register.hitreview r JOIN register.participant p ON p.subject = r.subject AND upper_inf(p.known)
            WHERE upper_inf(r.known) AND upper_inf(r.valid) AND r.state <> 'gone' AND r.found_by <> 'ownership'),
        below (id) AS (SELECT h.owned FROM holding h JOIN hit ON hit.about = h.owner UNION SELECT h.owned FROM holding h JOIN below b ON h.owner = b.id)
        SELECT id FROM below ORDER BY id"""
    )
    return [str(i) for (i,) in rows]


def _end_those_gone(run: _Run, owned: set[tuple[str, str, str]]) -> int:
    """End the reviews of hits that are none any more, and forget who is nobody's subject any more; how many reviews that were."""
    office, stamp = run.office, run.now.stamp
    if run.now.ready.missing:
        return 0  # nothing was found, since nothing could be asked
    with office.reading() as connection:
        waiting = listed(
            connection, HitReview, "state IN ('open', 'proposed') AND upper_inf(valid)", order="entry", limit=MOST
        )
        of = {subject: set(met) for subject, met in connection.execute(
            "SELECT subject, met FROM desk.screened WHERE stamp = %s AND subject = ANY(%s)", [stamp, [r.record.subject for r in waiting]])}  # fmt: skip
        known = subjects_about(connection, {r.record.about for r in waiting})
    ended = []
    for r in waiting:
        now = known.get(r.record.about)
        if now is None or now.digest != r.record.subject:
            ended.append(r.id)
        elif r.record.found_by == "ownership":
            ended += [r.id] if (r.record.subject, r.record.listed, r.record.engine) not in owned else []
        elif r.record.subject in of and r.record.listed not in of[r.record.subject]:
            ended.append(r.id)

    def work(transaction: Transaction) -> dict[str, int]:
        for id_ in ended:
            gone(Books(transaction, run.job.hand), id_, on=run.now.on, why=_CHANGED)
        return {"gone": len(ended)}

    if ended:
        office.write(work, key=f"{run.job.id} gone {new_id('gone')}")
    return len(ended)


def _open_subjects(office: Office) -> list[str]:
    """The digests of all whom people have to look at, or found to be listed."""
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT DISTINCT subject FROM register.hitreview WHERE upper_inf(known) AND upper_inf(valid) AND (state IN ('open', 'proposed')"
            " OR (state = 'decided' AND outcome = 'confirm'))"
        )
        return [str(s) for (s,) in rows]


def _enter(run: _Run) -> None:
    """Enter that everybody was screened, by which lists, and what came of it."""
    now, id_ = run.now, new_id("rescreening")
    seen = tuple(
        {"list_id": s.list_id, "sha256": s.sha256, "content_date": s.content_date.isoformat() if s.content_date else None, "state": s.state}
        for s in now.ready.lists
    )  # fmt: skip
    with run.office.reading() as connection:
        [(hits,)] = connection.execute(
            "SELECT coalesce(sum(cardinality(met)), 0) FROM desk.screened WHERE stamp = %s", [now.stamp]
        ).fetchall()
    record = Rescreening(
        now.stamp, now.ready.engine, seen, run.subjects, run.whole, int(hits), len(run.opened), run.unchecked
    )

    def work(transaction: Transaction) -> dict[str, str]:
        jobs.progress(transaction.query, run.job, run.office, run.total, run.total)
        Books(transaction, run.job.hand).state(id_, record, since=now.on, new=True)
        return {"id": id_}

    run.office.write(work, key=f"{run.job.id} entered {id_}")


jobs.KINDS[JOB] = _screen_everybody
