"""What an inspector works with: a site as the office knows it, visits that are planned, and the protocol that is filed from a phone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRouter
from starlette.datastructures import UploadFile

from adit.desk import images, scanning, uploads
from adit.desk.cases import first_months, names_of, place_of
from adit.desk.office import Office, new_id
from adit.desk.protocols import STATES, Found, difference, file_protocol, state_of, where_state
from adit.desk.site_use import machines_at, metered, months_of_use
from adit.desk.territories import here
from adit.desk.web.errors import problem, status_of
from adit.desk.web.fields import day_of, number_of, whole_of
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import ACTS, Hand, Visitor
from adit.desk.web.languages import words
from adit.desk.web.pages import office_of, page, redirect, told, words_of
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.procedures import inspections
from adit.register.records import Inspection, Letter, Machine, Meter, Site
from adit.register.store import Stated, count, listed, one
from adit.terms.errors import AditError, BadInput, Forbidden, NotFound

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
SHOWN = 100  # visits on a page
PHOTOS, PHOTO_BYTES = 12, 15_000_000  # of one visit, and of one photo
MACHINES, READING_WH = 1_000_000, 10**15  # more than either is a slip of the finger
LONGEST = 20_000  # signs of a protocol
_IMAGES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


# Visits -----------------------------------------------------------------------------------------------------------
@router.get("/visits")
def visits(request: Request, who: Visitor, state: str = "", before: int = 0) -> Response:
    """The own visits, those of everybody for an officer: what is planned by its day, then what is done, the newest first."""
    office = office_of(request)
    if state and state not in STATES:
        raise BadInput("There is no such state of a visit.", todo="Choose one of those above the list.")
    whose = "true" if who.may("handle cases") else "inspector = %s"
    mine = [] if who.may("handle cases") else [who.code]
    shown = f"upper_inf(valid) AND {whose}" + (f" AND {where_state(state)}" if state else "")
    with office.reading() as connection:
        planned = listed(
            connection, Inspection, f"{shown} AND state = 'planned'", mine, order="lower(valid), entry", limit=500
        )
        earlier = " AND entry < %s" if before else ""
        done = listed(
            connection, Inspection, f"{shown} AND state <> 'planned'{earlier}", [*mine, *([before] if before else [])], limit=SHOWN
        )  # fmt: skip
        rows = [*([] if before else planned), *done]
        counts = {
            s: count(connection, Inspection, f"upper_inf(valid) AND {whose} AND {where_state(s)}", mine) for s in STATES
        }
        sites = _sites_of(connection, [v.record.site for v in rows])
        owners = names_of(connection, [s.record.owner for s in sites.values()])
        people = _people(connection, [v.record.inspector for v in rows])
    return page(
        request, "visits/list.html", rows=rows, sites=sites, owners=owners, people=people, counts=counts, state=state, state_of=state_of,
        places={i: place_of(words_of(request), s.record) for i, s in sites.items()},
        more_address=f"/visits?{urlencode({'state': state, 'before': done[-1].entry})}" if len(done) == SHOWN else "",
    )  # fmt: skip


def _sites_of(connection: Connection, ids: Sequence[str]) -> dict[str, Stated[Site]]:
    """The newest version of each site."""
    found = listed(connection, Site, "id = ANY(%s)", [[*ids]], order="lower(valid)", limit=2000)
    return {s.id: s for s in found}


def _people(connection: Connection, hands: Sequence[str]) -> dict[str, str]:
    """What the hands of accounts are called by."""
    rows = connection.execute("SELECT hand, name FROM desk.account WHERE hand = ANY(%s)", [[*hands]]).fetchall()
    return {h: h for h in hands} | {str(h): str(n) for h, n in rows}


def _may_visit(connection: Connection) -> list[tuple[str, str]]:
    """The accounts that may visit sites: (hand, name)."""
    roles = sorted(ACTS["visit sites"])
    rows = connection.execute(
        "SELECT hand, name FROM desk.account WHERE closed_at IS NULL AND roles && %s::text[] ORDER BY name", [roles]
    )
    return [(str(h), str(n)) for h, n in rows]


# A site -----------------------------------------------------------------------------------------------------------
@router.get("/sites/{id_}")
def site_page(request: Request, who: Visitor, id_: str) -> Response:
    return _site(request, who, id_, {}, None)


def _site(request: Request, who: Hand, id_: str, filled: Any, error: AditError | None) -> Response:
    office = office_of(request)
    today = office.today()
    months = first_months(today, 12)
    with office.reading() as connection:
        site = one(connection, Site, id_)
        parties = [p for p in (site.record.owner, site.record.operator) if p]
        models = connection.execute(
            "SELECT maker, model, count(*), sum(hashrate_ghs), sum(power_w) FROM register.machine"
            " WHERE site = %s AND upper_inf(known) AND valid @> %s::date GROUP BY maker, model ORDER BY 3 DESC, 1, 2",
            (id_, today),
        ).fetchall()
        counted = metered(connection, id_, months, today)
        use = months_of_use(connection, id_, site.record.owner, counted, months)
        sites = count(connection, Site, "owner = %s", [site.record.owner], on=today)
        of_others = count(connection, Machine, "site = %s AND owner <> %s", [id_, site.record.owner], on=today)
        before = listed(
            connection, Inspection, "site = %s AND upper_inf(valid)", [id_], order="lower(valid) DESC, entry DESC", limit=50
        )  # fmt: skip
        people = _people(connection, [v.record.inspector for v in before])
        inspectors = _may_visit(connection) if who.may("handle cases") else []
        names = names_of(connection, parties)
    known = [m for m in use if m.metered_wh is not None or m.declared_wh is not None]
    return page(
        request, "visits/site.html", status=422 if error else 200, site=site, names=names, place=place_of(words_of(request), site.record), models=models,
        counted=counted, use=[m for m in use if m.nameplate_wh or m in known], newest=known[0] if known else None, sites=sites, of_others=of_others,
        visits=before, people=people, inspectors=inspectors, ban=here(office.regime, site.record, today), state_of=state_of, filled=filled,
        error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


@router.post("/sites/{id_}/visits")
def plan_visit(request: Request, who: Visitor, id_: str, sent: Sent) -> Response:
    """Plan a visit: an inspector for itself, an officer for whoever may visit sites."""
    office, visit = office_of(request), new_id("inspection")
    try:
        inspector = sent["inspector"] or who.code
        with office.reading() as connection:
            one(connection, Site, id_)
            if inspector != who.code and not who.may("handle cases"):
                raise Forbidden(
                    "You plan visits for yourself alone.", todo="Ask an officer to plan it for somebody else."
                )
            if inspector not in (h for h, _ in _may_visit(connection)):
                raise BadInput("Nobody of this office who visits sites has this code.", where="inspector")
        day, why = day_of(sent, "day", "Day"), sent.needed("why", "Why")
        if day < office.today():
            raise BadInput("This day is over: a visit is planned for today or later.", where="day")
        enter(
            request, who, sent,
            lambda books, _: inspections.plan(books, visit, site=id_, inspector=inspector, on=day, why=why),
        )  # fmt: skip
    except BadInput as error:
        return _site(request, who, id_, sent, error)
    return redirect(f"/sites/{id_}", "Saved.")


# A visit ----------------------------------------------------------------------------------------------------------
@router.get("/visits/{id_}")
def visit_page(request: Request, who: Visitor, id_: str) -> Response:
    """The protocol to be filled in, for whoever is to visit; else what was planned, or found."""
    with office_of(request).reading() as connection:
        visit = one(connection, Inspection, id_)
    if visit.record.state == "planned" and visit.record.inspector == who.code:
        return _protocol(request, visit, {}, None)
    return _visit(request, who, visit)


def _protocol(request: Request, visit: Stated[Inspection], filled: Any, error: AditError | None) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        site = one(connection, Site, visit.record.site)
        meters = listed(connection, Meter, "site = %s", [site.id], on=office.today(), order="serial")
        models = connection.execute(
            "SELECT maker, model, count(*) FROM register.machine WHERE site = %s AND upper_inf(known) AND valid @> %s::date"
            " GROUP BY maker, model ORDER BY 3 DESC, 1, 2",
            (site.id, office.today()),
        ).fetchall()
        names = names_of(connection, [site.record.owner])
        why = _why(connection, visit.id)
    return page(
        request, "visits/protocol.html", status=status_of(error)[0] if error else 200, visit=visit, site=site, meters=meters, models=models,
        owner=names[site.record.owner], place=place_of(words_of(request), site.record), why=why, filled=filled, photos_most=PHOTOS,
        photo_bytes=PHOTO_BYTES, error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def _why(connection: Connection, visit: str) -> str:
    """Why a visit was planned, as its first entry says."""
    first = journal.entries_about(connection, [visit])[-1]
    return str(first.body.get("why", "")) if first.body else ""


def _visit(request: Request, who: Hand, visit: Stated[Inspection]) -> Response:
    office, said, record = office_of(request), words_of(request), visit.record
    with office.reading() as connection:
        site = one(connection, Site, record.site)
        owner = names_of(connection, [site.record.owner])[site.record.owner]
        inspector = _people(connection, [record.inspector])[record.inspector]
        registered = machines_at(connection, site.id, visit.valid_from, known=visit.entry)
        meters = listed(connection, Meter, "site = %s", [site.id], on=visit.valid_from, known=visit.entry)
        letters = listed(connection, Letter, "about = %s AND paper = 'protocol'", [visit.id])
        entries = journal.entries_about(connection, [visit.id])
        scanned = scanning.states(office, connection, [p["sha256"] for p in record.photos])
    return page(
        request, "visits/visit.html", visit=visit, state=state_of(record), site=site, owner=owner, inspector=inspector, letters=letters, entries=entries,
        scanned={d: scanning.STATES[s] for d, s in scanned.items()},
        place=place_of(said, site.record), registered=registered, meter=meters[0].record.serial if len(meters) == 1 else "",
        differs=difference(said, registered, record.machines_found) if record.machines_found is not None else "",
        may_cancel=record.state == "planned" and (who.may("handle cases") or record.inspector == who.code), why=_why_of(entries),
    )  # fmt: skip


def _why_of(entries: Sequence[Any]) -> str:
    return str(entries[-1].body.get("why", "")) if entries and entries[-1].body else ""


@router.post("/visits/{id_}/cancel")
def cancel_visit(request: Request, who: Visitor, id_: str, sent: Sent) -> Response:
    """Call a visit off: its inspector may, or an officer."""
    why = sent.needed("why", "Why")
    with office_of(request).reading() as connection:
        visit = one(connection, Inspection, id_)
    if visit.record.inspector != who.code and not who.may("handle cases"):
        raise Forbidden("The visit is planned for another inspector.", todo="Ask it, or an officer, to call it off.")
    enter(request, who, sent, lambda books, on: inspections.cancel(books, id_, on=on, why=why))
    return redirect("/visits", "Cancelled.")


# Filing -----------------------------------------------------------------------------------------------------------
async def _photos(request: Request) -> AsyncIterator[list[UploadFile]]:
    """The photos of a form. Turned away before it is read where it is larger than all that may be sent at once."""
    most = PHOTOS * PHOTO_BYTES + 1_000_000
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:  # without a length, the limit of all forms holds
        raise HTTPException(413, words_of(request).gettext("All photos together may have {n} MB.", n=most // 1_000_000))
    sent = await request.form()
    try:
        yield [f for f in sent.getlist("photos") if not isinstance(f, str) and (f.size or f.filename)]
    finally:
        await sent.close()


@router.post("/visits/{id_}/file")
def file_visit(
    request: Request, who: Visitor, id_: str, photos: Annotated[list[UploadFile], Depends(_photos)], sent: Sent
) -> Response:
    """File what was found, once, however often it is sent. Whoever asks for JSON is told in JSON, so that a phone can try again."""
    office = office_of(request)
    with office.reading() as connection:
        visit = one(connection, Inspection, id_)
    try:
        if visit.record.inspector != who.code:
            raise Forbidden("The visit is planned for another inspector.", todo="Have it planned anew for you.")
        with office.reading() as connection:
            here_now = listed(connection, Meter, "site = %s", [visit.record.site], on=office.today())
        meters = {m.id: m.record.serial for m in here_now}
        found = _found(request, sent, meters)
        found = replace(found, photos=_kept(office, photos))
        whole = Form(
            {n: sent[n] for n in sent}, {n: sent.all(n) for n in sent} | {"photo": [p["sha256"] for p in found.photos]}
        )
        letter = new_id("letter")
        said = words("ru", office.settings.zone, office.regime)
        enter(request, who, whole, lambda books, on: file_protocol(books, id_, found, letter=letter, said=said, on=on))
    except AditError as error:
        status, kind = status_of(error)
        if _wants_json(request):
            said = words_of(request)
            what = said.told(error.what)
            return problem(request, status, kind, what, what, todo=said.told(error.todo), where=error.where)
        if status != 422:
            raise
        return _protocol(request, visit, sent, error)
    filed = redirect(f"/visits/{id_}", "Filed.")
    if not _wants_json(request):
        return filed
    answer = JSONResponse({"to": f"/visits/{id_}"})
    answer.raw_headers += [h for h in filed.raw_headers if h[0] == b"set-cookie"]  # the message goes along
    return answer


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _found(request: Request, sent: Form, meters: dict[str, str]) -> Found:
    """What the form says, photos apart. Raises BadInput, with the field as its place."""
    text = sent["protocol"]
    if len(text) > LONGEST:
        raise BadInput("The text is longer than twenty thousand signs.", where="protocol", todo="Shorten it.")
    if sent["no_entry"] == "yes":
        if not text:
            raise BadInput("Why you could not enter is not written.", where="protocol", todo="Write what happened.")
        return Found(None, None, "", text)
    if not sent["machines"]:
        raise BadInput(
            "How many machines you found is not filled in.", where="machines",
            todo="Write 0 where there was none; mark that you could not enter where you could not.",
        )  # fmt: skip
    machines = _at_most(whole_of(sent, "machines", "Machines found"), MACHINES, "machines")
    if not sent["reading_kwh"]:
        return Found(machines, None, "", text)
    reading = _at_most(number_of(sent, "reading_kwh", "Reading of the meter", 3), READING_WH, "reading_kwh")
    serial = meters.get(sent["meter"], "")
    if not serial:
        raise BadInput("Which meter was read is not said.", where="meter", todo="Choose one of the site's meters.")
    if len(meters) > 1:  # the register keeps the number alone: the protocol says whose it is
        said = words_of(request)
        line = said.gettext("Meter {serial}: {reading}", serial=serial, reading=said.energy(reading))
        text = f"{text}\n{line}" if text else line
    return Found(machines, reading, serial, text)


def _at_most(number: int, most: int, where: str) -> int:
    if number > most:
        raise BadInput("This number is too large to be right.", where=where, todo="Look at its last digits.")
    return number


# Photos -----------------------------------------------------------------------------------------------------------
def _kept(office: Office, photos: Sequence[UploadFile]) -> tuple[dict[str, Any], ...]:
    """Keep the photos as they came; what the journal says of each. All are looked at before the first is kept."""
    if len(photos) > PHOTOS:
        raise BadInput("These are more than twelve photos.", where="photos", todo="Choose the twelve that show most.")
    for photo in photos:
        if not _image(photo.file.read(16)):
            raise BadInput(
                "One of the files is no photo in JPEG, PNG or WebP.", where="photos",
                todo="What a file is shows in its first bytes; its name does not count.",
            )  # fmt: skip
        if images.pixels(photo.file) > images.MOST:
            raise BadInput(
                "One of the photos has more than a hundred million pixels.", where="photos",
                todo="Take it with less resolution.",
            )  # fmt: skip
        if (photo.size or 0) > PHOTO_BYTES:
            raise BadInput(
                "One of the photos is larger than 15 MB.", where="photos", todo="Take it with less resolution."
            )
    kept: dict[str, dict[str, Any]] = {}
    for photo in photos:
        digest, size = uploads.store(office.settings.folder / "uploads", photo, PHOTO_BYTES)
        scanning.take_in(office, digest)
        kept.setdefault(digest, {"sha256": digest, "name": _name(photo.filename or ""), "size": size})
    return tuple(kept.values())


def _image(head: bytes) -> str:
    """The type of an image by its first bytes; empty for anything else."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _IMAGES.items() if head.startswith(start)), "")


def _name(sent: str) -> str:
    """What the phone called a file: the last part, without signs that are not printed."""
    return "".join(c for c in sent.replace("\\", "/").rpartition("/")[2] if c.isprintable())[:100]


@router.get("/visits/{id_}/photos/{digest}")
def photo(request: Request, who: Visitor, id_: str, digest: str) -> Response:
    """A photo as it came. One that was changed on disk is not shown."""
    office = office_of(request)
    with office.reading() as connection:
        visit = one(connection, Inspection, id_)
    if digest not in (p["sha256"] for p in visit.record.photos):
        raise NotFound("This visit has no such photo.")
    scanning.given(office, digest)
    content = uploads.read(office.settings.folder / "uploads", digest)
    kind = _image(content[:16])
    return Response(
        content,
        media_type=kind,
        headers={
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Content-Disposition": f'attachment; filename="{digest[:16]}.{kind.rpartition("/")[2]}"',
        },
    )
