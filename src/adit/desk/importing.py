"""Importing a table: every row is entered or told what is wrong with it, in chunks that are each there with their report or not at all.

A rehearsal goes the same way and keeps nothing but its report. What an import entered can be taken back, as far as nobody changed it since.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from adit.desk import jobs, scanning
from adit.desk.import_kinds import KINDS, Cells, Kind, Line, Surroundings, Wrong, refusal, surroundings
from adit.desk.jobs import Job
from adit.desk.office import Office
from adit.desk.tables import Row, rows
from adit.desk.web.languages import Words, words
from adit.desk.web.pages import N_
from adit.desk.web.sessions import HOLDS
from adit.engines.database import named
from adit.journal.writer import Transaction, rehearse
from adit.register.store import Books
from adit.terms.errors import BadInput, Forbidden, NotFound, Refused

__all__ = [
    "CHUNK",
    "IMPORT",
    "TAKE_BACK",
    "Became",
    "became",
    "check",
    "counts",
    "start",
    "stored",
    "take_back",
    "uploads",
]

IMPORT, TAKE_BACK = "import", "take back"  # kinds of job
CHUNK = 500
CHUNK_BACK = 100  # to take back costs more a row, and others wait meanwhile
STATES = (N_("entered"), N_("would be entered"), N_("refused"), N_("withdrawn"), N_("left"))


class Became(NamedTuple):
    """What became of a row."""

    state: str
    entry: int | None = None
    id: str | None = None
    said: str = ""
    todo: str = ""


def uploads(office: Office) -> Path:
    """The folder in which files wait under their hashes."""
    return office.settings.folder / "uploads"


def check(file: BinaryIO, kind: Kind, said: Words) -> None:
    """Raise BadInput for a file that is no table of the kind: its header is looked at, and its first row."""
    with closing(rows(file, kind.columns, said)) as found:
        next(found)


def start(office: Office, hand: str, kind: str, party: str, digest: str, name: str, *, dry: bool, key: str) -> str:
    """Have a stored file imported, or rehearsed: the job."""
    return jobs.add(
        office, hand, IMPORT, {"table": kind, "party": party, "sha256": digest, "name": name, "dry": dry}, key=key
    )


def take_back(office: Office, hand: str, job: str, *, key: str) -> str:
    """Have withdrawn what an import entered: the job. Raises Refused where there is nothing to withdraw."""
    found = jobs.find(office, job)
    if found["kind"] != IMPORT or found["arguments"]["dry"] or found["state"] not in ("done", "cancelled", "failed"):
        raise Refused("Only an import that has ended can be taken back.", name="not ended")
    return jobs.add(office, hand, TAKE_BACK, {"import": job, **found["arguments"]}, key=key)


@contextmanager
def stored(office: Office, arguments: Mapping[str, Any], said: Words) -> Iterator[BinaryIO]:
    """The file of a job. Raises NotFound where it is gone or is no longer what was sent, and where the scanner has not said yes what `given` does."""
    scanning.given(office, arguments["sha256"])
    try:
        with (uploads(office) / arguments["sha256"]).open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != arguments["sha256"]:
                raise FileNotFoundError
            yield file
    except FileNotFoundError:
        raise NotFound(
            said.gettext("The file is no longer there, or was changed."), todo=said.gettext("Send it again.")
        ) from None


def counts(office: Office, job: str) -> dict[str, int]:
    """How many rows of a job are in which state."""
    with office.reading() as connection:
        return dict(connection.execute("SELECT state, count(*) FROM desk.import_row WHERE job = %s GROUP BY state", [job]).fetchall())  # fmt: skip


def became(office: Office, job: str, *, after: int = 0, limit: int = 5000) -> list[dict[str, Any]]:
    """What became of the rows after a row, in their order."""
    with office.reading() as connection:
        return named(connection, "SELECT * FROM desk.import_row WHERE job = %s AND row > %s ORDER BY row LIMIT %s", (job, after, limit))  # fmt: skip


# Importing --------------------------------------------------------------------------------------------------------
def _run(job: Job, office: Office) -> dict[str, int]:
    """Import what a job says, from where it was broken off."""
    kind, said = KINDS[job.arguments["table"]], _may(office, job)
    with stored(office, job.arguments, said) as file:
        total = 0
        with closing(rows(file, kind.columns, said)) as found:
            for _row in found:  # to its end before anything is entered: a table that breaks off enters nothing
                total += 1
                if total % 20_000 == 0:
                    _tell(office, job, total)
        with office.reading() as connection:
            party, today = job.arguments["party"], office.today()
            # what officers bring is of no party, so that it refers to none of its sites
            around = Surroundings(party, today, said) if kind.officers else surroundings(connection, party, today, said)
        running = _Import(job, office, kind, around, last_row=_tell(office, job, total))
        with closing(rows(file, kind.columns, said)) as found:
            for number, chunk in enumerate(iter(lambda: list(islice(found, CHUNK)), [])):
                running.take(number, chunk)
    return counts(office, job.id)


def _may(office: Office, job: Job) -> Words:
    """The words of whoever sent the job. Raises Forbidden where the hand may do this no more."""
    with office.reading() as connection:
        [(language, open_, roles, parties)] = connection.execute(
            f"SELECT language, closed_at IS NULL, roles, array(SELECT party FROM desk.account_party p WHERE p.hand = a.hand AND {HOLDS})"
            " FROM desk.account a WHERE hand = %s",
            (office.today(), job.hand),
        ).fetchall()
    said = words(language, office.settings.zone, office.regime)
    if not open_ or not ("officer" in roles or job.arguments["party"] in parties):
        raise Forbidden(
            said.gettext("You do not act for this party."),
            todo=said.gettext("Ask the office to be entered as acting for it."),
        )
    return said


def _tell(office: Office, job: Job, total: int) -> int:
    """Say how much there is to do, and that this worker is at it; the last row that has its report."""
    with office.reading() as connection:
        [(last, done)] = connection.execute(
            "SELECT coalesce(max(row), 0), count(*) FROM desk.import_row WHERE job = %s", [job.id]
        ).fetchall()
        jobs.progress(lambda q, p: connection.execute(q, p).fetchall(), job, office, done, total)
    return int(last)


class _Import:
    """An import that is running: which rows came before, and how far it is."""

    def __init__(self, job: Job, office: Office, kind: Kind, around: Surroundings, *, last_row: int) -> None:
        self._job, self._office, self._kind, self._around = job, office, kind, around
        self._last_row = last_row
        self._seen: dict[str, int] = {}
        self._done = 0

    def take(self, number: int, chunk: Sequence[Row]) -> None:
        """Enter a chunk with its report, unless that was done before."""
        told: dict[int, Became] = {}
        lines = [line for row in chunk if (line := self._line(row, told)) is not None]
        self._done += len(chunk)
        if chunk[-1].number <= self._last_row:
            return
        if self._job.arguments["dry"]:
            self._rehearse(lines, told)
        else:
            self._enter(number, lines, told)

    def _line(self, row: Row, told: dict[int, Became]) -> Line | None:
        """What a row states, or None where it is told what is wrong with it."""
        cells = Cells(row, self._kind.columns, self._around.words)
        line = self._kind.read(cells, self._around) if not cells.wrong else None
        if line is None or cells.wrong:
            told[row.number] = _refused(cells.wrong)
            return None
        earlier = self._seen.setdefault(line.once, row.number)
        if earlier != row.number:
            _ = self._around.words.gettext
            told[row.number] = _refused(
                [(_("Row {row} says this already.", row=earlier), _("Leave out one of the two."))]
            )
            return None
        return line

    def _enter(self, number: int, lines: Sequence[Line], told: dict[int, Became]) -> None:
        job, done = self._job, self._done

        def work(transaction: Transaction) -> dict[str, int]:
            jobs.progress(transaction.query, job, self._office, done)
            report = told | self._stated(transaction, lines)
            transaction.later(_REPORT, _columns(job.id, report))
            return {"rows": len(report)}

        self._office.write(work, key=f"import {job.id} {number}")

    def _rehearse(self, lines: Sequence[Line], told: dict[int, Became]) -> None:
        report: dict[int, Became] = {}

        def work(transaction: Transaction) -> dict[str, int]:
            report.update(self._stated(transaction, lines))
            return {}

        rehearse(self._office.database, work, now=self._office.now(), salt=lambda: bytes(16))
        would = {row: Became("would be entered") if b.state == "entered" else b for row, b in report.items()}
        with self._office.reading() as connection, connection.transaction():
            jobs.progress(lambda q, p: connection.execute(q, p).fetchall(), self._job, self._office, self._done)
            connection.execute(_REPORT, _columns(self._job.id, told | would))

    def _stated(self, transaction: Transaction, lines: Sequence[Line]) -> dict[int, Became]:
        """Enter what can be entered of the lines; what became of each."""
        there = self._kind.there(transaction.query, lines, self._around) if lines else {}
        report = {row: _refused([wrong]) for row, wrong in there.items()}
        self._state(Books(transaction, self._job.hand), [x for x in lines if x.row not in there], report)
        return report

    def _state(self, books: Books, lines: Sequence[Line], report: dict[int, Became]) -> None:
        """Enter lines together; where the database refuses one of them, each half, until it is found."""
        made: dict[int, Became] = {}
        try:
            with books.transaction.part():
                for line in lines:
                    made[line.row] = Became(
                        "entered", self._kind.enter(books, line, self._around.today), line.records[0][0]
                    )
        except (Refused, BadInput) as error:
            if len(lines) == 1:
                name = error.name if isinstance(error, Refused) else ""
                report[lines[0].row] = _refused([refusal(name, error.what, error.todo, self._around.words)])
                return
            half = len(lines) // 2
            self._state(books, lines[:half], report)
            self._state(books, lines[half:], report)
            return
        report.update(made)


def _refused(wrong: Sequence[Wrong]) -> Became:
    return Became(
        "refused", None, None, " ".join(w for w, _ in wrong), " ".join(dict.fromkeys(t for _, t in wrong if t))
    )


_REPORT = """INSERT INTO desk.import_row (job, row, state, entry, id, said, todo)
    SELECT %s, * FROM unnest(%s::int[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[])"""


def _columns(job: str, report: Mapping[int, Became]) -> tuple[Any, ...]:
    return (job, list(report), *(list(column) for column in zip(*report.values(), strict=True)))


# Taking back ------------------------------------------------------------------------------------------------------
def _run_back(job: Job, office: Office) -> dict[str, int]:
    """Withdraw what an import entered and nobody changed since."""
    said, source = _may(office, job), job.arguments["import"]
    with office.reading() as connection:
        [(total,)] = connection.execute("SELECT count(*) FROM desk.import_row WHERE job = %s AND state = 'entered'", [source]).fetchall()  # fmt: skip
    after, so_far = _tell(office, job, total), sum(counts(office, job.id).values())
    while True:
        with office.reading() as connection:
            chunk = connection.execute(
                "SELECT row, entry, id FROM desk.import_row WHERE job = %s AND state = 'entered' AND row > %s ORDER BY row LIMIT %s",
                (source, after, CHUNK_BACK),
            ).fetchall()
        if not chunk:
            return counts(office, job.id)
        so_far += len(chunk)
        _withdraw(office, job, [(r, e, i) for r, e, i in chunk], so_far, said)
        after = chunk[-1][0]


def _withdraw(office: Office, job: Job, chunk: Sequence[tuple[int, int, str]], done: int, said: Words) -> None:
    """Take back the rows of a chunk, with their report."""
    kind, why = KINDS[job.arguments["table"]], f"{TAKE_BACK} {job.arguments['import']}"

    def work(transaction: Transaction) -> dict[str, int]:
        jobs.progress(transaction.query, job, office, done)
        books, report = Books(transaction, job.hand), dict[int, Became]()
        standing = _standing(transaction, kind, [e for _, e, _ in chunk])
        used = kind.used(transaction.query, [(i, e) for _, e, i in chunk], said)
        for row, entry, id_ in chunk:
            records = [standing.get(entry + n) for n in range(kind.entries)]
            if id_ in used:
                report[row] = Became("left", entry, id_, *used[id_])
            elif None in records:
                report[row] = Became(
                    "left", entry, id_, said.gettext("It was changed since, or ended."), said.gettext("End it on its own page, if it is wrong.")
                )  # fmt: skip
            else:
                made = [books.withdraw(r[0], since=r[1], why=why).seq for r in records if r is not None]
                report[row] = Became("withdrawn", made[0], id_)
        transaction.later(_REPORT, _columns(job.id, report))
        return {"rows": len(report)}

    office.write(work, key=f"{TAKE_BACK} {job.id} {chunk[0][0]}")


def _standing(transaction: Transaction, kind: Kind, entries: Sequence[int]) -> dict[int, tuple[str, Any]]:
    """The records that stand as these entries stated them and no other has touched: entry -> id and first day."""
    found: dict[int, tuple[str, Any]] = {}
    seqs = [e + n for e in entries for n in range(kind.entries)]
    kinds = transaction.query("SELECT DISTINCT kind FROM journal.entry WHERE seq = ANY(%s)", [seqs])
    for (record,) in kinds:
        found |= {
            entry: (id_, since)
            for id_, entry, since in transaction.query(
                f"SELECT id, min(entry), min(lower(valid)) FROM register.{record} WHERE upper_inf(known) AND id IN (SELECT subject FROM journal.entry"
                " WHERE seq = ANY(%s)) GROUP BY id HAVING count(*) = 1 AND min(entry) = ANY(%s) AND min(lower(known)) = min(entry)",
                (seqs, seqs),
            )
        }
    return found


jobs.KINDS[IMPORT] = _run
jobs.KINDS[TAKE_BACK] = _run_back
