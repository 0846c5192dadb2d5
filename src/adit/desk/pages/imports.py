"""Tables that are brought: templates, sending a file, how far it is, what became of each row, taking back."""

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import exports, import_files, importing, jobs, scanning, uploads
from adit.desk.cases import names_of
from adit.desk.import_kinds import KINDS, Kind
from adit.desk.office import Office
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import Bringer, Hand
from adit.desk.web.pages import office_of, page, redirect, words_of
from adit.desk.web.running import failure, is_running, running_part
from adit.desk.web.uploaded import Uploaded
from adit.engines.database import named
from adit.register.records import Identity, Party
from adit.register.store import get, listed
from adit.terms.errors import AditError, BadInput, Forbidden, NotFound

__all__ = ["router"]

router = APIRouter(prefix="/imports", include_in_schema=False)
SHOWN = 100  # rows on a page
LISTED = 50  # jobs


@router.get("")
def imports(request: Request, who: Bringer, table: str = "", everybody: bool = False) -> Response:
    return _imports(request, who, {"table": table}, None, everybody=everybody)


def _imports(request: Request, who: Hand, filled: Any, error: AditError | None, *, everybody: bool = False) -> Response:
    office, words, shown = office_of(request), words_of(request), everybody and who.may("handle cases")
    told = " ".join(words.told(text) for text in (error.what, error.todo) if text) if error else ""
    with office.reading() as connection:
        names = names_of(connection, who.parties)
        held = named(
            connection,
            "SELECT j.*, a.name AS by FROM desk.job j JOIN desk.account a USING (hand) WHERE kind = ANY(%s) AND (%s OR hand = %s)"
            " ORDER BY made_at DESC, id LIMIT %s",
            ([importing.IMPORT, importing.TAKE_BACK], shown, who.code, LISTED),
        )
    return page(
        request, "imports/list.html", status=422 if error else 200, kinds=_kinds(who), parties=[(p, names[p]) for p in who.parties], jobs=held,
        tables=KINDS, filled=filled, error=told, where=error.where if error else "",
        everybody=shown, most=office.settings.upload_bytes_max // 1_000_000,
    )  # fmt: skip


def _kinds(who: Hand) -> list[Kind]:
    return [k for k in KINDS.values() if who.may("handle cases") or (who.parties and not k.officers)]


def _kind(who: Hand, name: str) -> Kind:
    found = next((k for k in _kinds(who) if k.name == name), None)
    if found is None:
        raise Forbidden("Your role does not allow this kind of table.", todo="Choose one of those that are offered.")
    return found


@router.get("/templates/{name}.{form}")
def template(request: Request, who: Bringer, name: str, form: str) -> Response:
    """An empty table with its header."""
    if name not in KINDS:
        raise NotFound("There is no such template.")
    content = import_files.template(_kind(who, name), form, words_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=exports.FORMATS[form], headers=headers)


@router.post("")
def bring(request: Request, who: Bringer, upload: Uploaded, sent: Sent) -> Response:
    """Keep a file and have it imported, or rehearsed."""
    office, words = office_of(request), words_of(request)
    try:
        kind = _kind(who, sent["table"])
        party = _party(office, who, kind, sent)
        if upload is None:
            raise BadInput(words.gettext("No file was chosen."), where="file")
        importing.check(upload.file, kind, words)
        digest, _ = uploads.store(importing.uploads(office), upload, office.settings.upload_bytes_max)
        if scanning.take_in(office, digest) == "found":
            (importing.uploads(office) / digest).unlink(
                missing_ok=True
            )  # what it says of the next one that is the same stands in the database
            raise BadInput(
                "The scanner found malware in this file: nothing of it was entered.", where="file",
                todo="Have the machine looked at from which it comes.",
            )  # fmt: skip
    except BadInput as error:
        return _imports(request, who, sent, error)
    name = re.sub(r"[^\w. ()-]", "_", (upload.filename or "").replace("\\", "/").rpartition("/")[2])[-100:]
    dry = sent["dry"] == "yes"
    return redirect(
        f"/imports/{importing.start(office, who.code, kind.name, party, digest, name, dry=dry, key=sent.key)}",
        "Started.",
    )


def _party(office: Office, who: Hand, kind: Kind, sent: Form) -> str:
    """For whom a table is: a party that the hand acts for, or one that an officer names by its id or INN."""
    if kind.officers:
        return ""
    if not who.may("handle cases"):
        return who.party(sent["party"])
    text = sent.needed("party", "Party")
    with office.reading() as connection:
        if get(connection, Party, text) is not None:
            return text
        found = listed(connection, Identity, "inn = %s", [text.replace(" ", "")])
    if len(found) != 1:
        raise BadInput(
            "There is no party with this id or INN.", where="party", todo="Look for it by name in the search."
        )
    return found[0].record.party


def _job(request: Request, who: Hand, id_: str, *, own: bool = False) -> dict[str, Any]:
    """A job that the hand may see; with `own`, one that it sent itself and may still send for this party."""
    job = jobs.find(office_of(request), id_)
    if job["kind"] not in (importing.IMPORT, importing.TAKE_BACK) or (
        job["hand"] != who.code and (own or not who.may("handle cases"))
    ):
        raise NotFound("There is no such job.")
    if own and not who.may("handle cases"):
        who.acts_for(job["arguments"]["party"])
    return job


@router.get("/{id_}")
def job_page(request: Request, who: Bringer, id_: str, part: bool = False, after: int = 0) -> Response:
    """How far a job is and what became of the rows; with `part` only how far, for a page that asks while it is running."""
    office, job = office_of(request), _job(request, who, id_)
    counted, running, error = importing.counts(office, id_), is_running(job), failure(request, job["error"])
    if part:
        return running_part(request, "imports/progress.html", running=running, job=job, counts=counted, error=error)
    with office.reading() as connection:
        rows = named(
            connection,
            "SELECT row, state, entry, id, said, todo FROM desk.import_row WHERE job = %s ORDER BY (said = ''), row LIMIT %s OFFSET %s",
            (id_, SHOWN, max(0, after)),
        )
        party = job["arguments"]["party"]
        name = names_of(connection, [party])[party] if party else ""
        follows = named(
            connection, "SELECT id, kind, state FROM desk.job WHERE arguments->>'import' = %s ORDER BY made_at", [id_]
        )
    return page(
        request, "imports/job.html", job=job, counts=counted, running=running, rows=rows, party=name, table=KINDS[job["arguments"]["table"]],
        error=error, own=job["hand"] == who.code, follows=follows, states=importing.STATES,
        more_address=f"/imports/{id_}?after={after + SHOWN}" if len(rows) == SHOWN else "",
    )  # fmt: skip


@router.post("/{id_}/for-real")
def for_real(request: Request, who: Bringer, id_: str, sent: Sent) -> Response:
    """Import what was rehearsed."""
    office, job = office_of(request), _job(request, who, id_, own=True)
    given = job["arguments"]
    if not given.get("dry") or job["state"] != "done":
        raise BadInput("Only a rehearsal that has ended can be imported.")
    made = importing.start(
        office, who.code, given["table"], given["party"], given["sha256"], given["name"], dry=False, key=sent.key
    )
    return redirect(f"/imports/{made}", "Started.")


@router.post("/{id_}/take-back")
def take_back(request: Request, who: Bringer, id_: str, sent: Sent) -> Response:
    _job(request, who, id_, own=True)
    return redirect(f"/imports/{importing.take_back(office_of(request), who.code, id_, key=sent.key)}", "Started.")


@router.post("/{id_}/cancel")
def cancel(request: Request, who: Bringer, id_: str, sent: Sent) -> Response:
    """Stop a job; what it has entered stays, and can be taken back."""
    assert sent is not None
    _job(request, who, id_, own=True)
    jobs.cancel(office_of(request), id_)
    return redirect(f"/imports/{id_}", "Cancelled.")


@router.get("/{id_}/report.{form}")
def report(request: Request, who: Bringer, id_: str, form: str) -> Response:
    """Every row with what became of it, as a file."""
    job = _job(request, who, id_)
    return exports.download(f"report-{id_}", form, import_files.report(office_of(request), job, words_of(request)))
