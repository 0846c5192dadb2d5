"""What is open to all: the office, the law as it is applied, a paper's code, the journal's head, and whether the office works."""

import shutil
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from adit.desk.law_values import content_in
from adit.desk.papers import code_for, parse_code
from adit.desk.web.hands import Open
from adit.desk.web.pages import language_of, office_of, page, told, words_of
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.journal.writer import told as in_our_words
from adit.register.procedures.erasures import erased_letters
from adit.register.records import Letter, Membership
from adit.register.store import listed, steps
from adit.terms.errors import AditError, BadInput
from adit.terms.places import region

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, _: Open) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        counts = _counts(connection, office.today())
        regions = connection.execute(
            "SELECT region, count(*), count(DISTINCT owner) FROM register.site WHERE upper_inf(known) AND valid @> %s::date GROUP BY region ORDER BY 2 DESC",
            [office.today()],
        ).fetchall()
    rows = [(_region(request, r), n, str(n) if miners >= 5 else "< 5", "") for r, n, miners in regions]
    return page(request, "public/start.html", counts=counts, rows=rows)


def _region(request: Request, iso: str) -> str:
    found = region(iso)
    return found.name_ru if language_of(request) == "ru" else found.name_en


def _counts(connection: Connection, today: date) -> dict[str, int]:
    rows = connection.execute(
        "SELECT register, count(*) FROM register.membership WHERE upper_inf(known) AND valid @> %s::date GROUP BY register",
        [today],
    ).fetchall()
    return {"miners": 0, "operators": 0} | {str(k): int(n) for k, n in rows}


@router.get("/law")
def the_law(request: Request, _: Open) -> Response:
    """Every rule of the regime with its sentence and article, and the values in force today."""
    office = office_of(request)
    regime = office.regime
    today = office.today()
    values = [
        (v, row) for v in regime.values.values() if v.kind != "bans" and (row := v.on(today, regime.counts, today))
    ]
    coming = sorted(
        (
            (row.first, v, row) for v in regime.values.values() for row in v.rows
            if row.status in regime.counts and today < row.first < today + timedelta(days=400)
        ),
        key=lambda c: (c[0], c[1].name),
    )  # fmt: skip
    words = words_of(request)
    return page(
        request, "public/law.html", regime=regime, values=values, coming=coming,
        content=lambda value, row: content_in(value, row, words),
    )  # fmt: skip


@router.get("/verify")
def verify(request: Request, _: Open, code: str = "") -> Response:
    """Whether a paper with this code was written here, and what of it may be public."""
    office, error, found, proof, member, erased = office_of(request), "", None, None, None, None
    if code:
        try:
            wanted = parse_code(code)
        except BadInput as wrong:
            error = told(request, wrong)
        else:
            with office.reading() as connection:
                letters = listed(connection, Letter, "code = %s", [wanted], limit=1, order="entry")
                if letters:
                    found = letters[0]
                    proof = _proof(connection, found.entry)
                    if found.record.paper.startswith("certificate"):
                        members = listed(connection, Membership, "party = %s", [found.record.party], on=office.today())
                        member = any(m.record.number == found.record.number for m in members)
                elif erased := _erased(connection, wanted):
                    proof = _proof(connection, erased[1])
                else:
                    error = words_of(request).gettext("No paper with this code was written here.")
    return page(
        request,
        "public/verify.html",
        code=code,
        error=error,
        found=found,
        proof=proof,
        member=member,
        erased=erased,
        verifier=office.key.verifier,
    )


def _proof(connection: Connection, entry: int) -> journal.Proof | None:
    """The proof that an entry is in the log over which the newest checkpoint was signed; None where it came later."""
    newest = journal.latest_checkpoint(connection)
    return journal.inclusion(connection, entry, newest[0]) if newest is not None and newest[0] > entry else None


def _erased(connection: Connection, code: str) -> tuple[str, int, int] | None:
    """The letter of this code, if it was erased: its id, the entry that wrote it, the entry by which it was erased. The code follows from the id."""
    return next((found for found in erased_letters(connection) if code_for(found[0]) == code), None)


@router.get("/log")
def log_head(request: Request, _: Open) -> Response:
    """The head of the journal and its newest checkpoint."""
    office = office_of(request)
    with office.reading() as connection:
        size, newest = journal.size(connection), journal.latest_checkpoint(connection)
    return page(request, "public/log.html", size=size, newest=newest, verifier=office.key.verifier)


@router.get("/log/checkpoint.txt")
def checkpoint(request: Request, _: Open) -> Response:
    """The newest checkpoint, to be kept by others."""
    with office_of(request).reading() as connection:
        newest = journal.latest_checkpoint(connection)
    return PlainTextResponse(newest[2] if newest else "", status_code=200 if newest else 404)


@router.get("/health")
def health(request: Request, _: Open) -> Response:
    """Whether the office can read and write, and what is amiss. 503 where it cannot write."""
    office, amiss = office_of(request), list[str]()
    told: dict[str, object] = {"waiting": office.writer.waiting}
    try:
        with office.reading() as connection:
            size, newest = journal.size(connection), journal.latest_checkpoint(connection)
            [(behind,)] = connection.execute(
                "SELECT coalesce(max(recorded_at_utc) > %s, false) FROM journal.entry", [office.now()]
            ).fetchall()
        told |= {"entries": size, "checkpoint": newest[0] if newest else 0}
        at, last = steps(office.database)
        if at != last:
            amiss.append(f"the tables stand at step {at} of {last}")
        if behind:
            amiss.append("the clock is behind the journal")
        if newest is None or size - newest[0] > 100_000:
            amiss.append("the newest checkpoint is old")
        with office.reading() as connection:
            _try_room(connection)
        office.write(lambda transaction: {"at": transaction.seq}, key=f"health {office.now():%Y-%m-%dT%H:%M}")
        writes = True
    except AditError as error:
        amiss.append(error.what)
        writes = False
    except Exception as error:
        said = in_our_words(error, {})
        amiss.append(said.what if isinstance(said, AditError) else type(error).__name__)
        writes = False
    free = shutil.disk_usage(office.settings.folder).free
    if free < 1_000_000_000:
        amiss.append("less than a gigabyte is free on the disk")
    return JSONResponse(
        {"writes": writes, "amiss": amiss, **told, "free_bytes": free}, status_code=200 if writes else 503
    )


def _try_room(connection: Connection) -> None:
    """Raise DiskFull where the database has no room for two megabytes more: it sorts more than it may hold in memory.

    One small row may still find room on a full disk, so that entering one proves nothing. Nothing of this stays.
    """
    with connection.transaction():
        connection.execute("SET LOCAL work_mem = '64kB'")
        connection.execute("SELECT count(DISTINCT repeat('x', 1000) || g) FROM generate_series(1, 1000) g")
