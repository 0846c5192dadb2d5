"""The lists that screening rests on, at the desk: what is wrong with each and what to do, files sent and fetched, what two people waive."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import screening_lists, screening_runs
from adit.desk.office import new_id
from adit.desk.screening_halts import held
from adit.desk.screening_lists import FETCH, list_of, names_of_hands
from adit.desk.screening_queue import counts_for
from adit.desk.screening_service import folder, standing_of
from adit.desk.screening_words import said
from adit.desk.web.fields import day_of, whole_of
from adit.desk.web.forms import Sent, enter
from adit.desk.web.hands import Hand, Screener, ScreeningReader
from adit.desk.web.pages import office_of, page, redirect, words_of
from adit.desk.web.uploaded import Uploaded
from adit.engines.database import named
from adit.register.procedures import screenings
from adit.register.records import Waiver
from adit.register.store import listed, one
from adit.screening.clearings import WAIVED_MAX
from adit.screening.configured import registry_of
from adit.terms.errors import AditError, BadInput

__all__ = ["router"]

router = APIRouter(prefix="/screening", include_in_schema=False)


@router.get("")
def lists_page(request: Request, who: ScreeningReader) -> Response:
    return _lists(request, who)


def _lists(request: Request, who: Hand, error: AditError | None = None, filled: Any = None) -> Response:
    """Every list with its state and what to do; what is on hold; what waits for a second hand."""
    office = office_of(request)
    now = standing_of(office)
    with office.reading() as connection:
        waivers = screenings.waiting_waivers(connection, now.on)
        given = listed(connection, Waiver, "state = 'given' AND expires_on >= %s", [now.on], on=now.on)
        hands = names_of_hands(
            connection, [h for w in (*waivers, *given) for h in (w.record.proposed_by, w.record.decided_by)]
        )
        waiting = held(connection)
        counts = counts_for(connection, who, now.on)
        fetched = named(
            connection, "SELECT * FROM desk.job WHERE kind = %s ORDER BY made_at DESC LIMIT 5", [FETCH]
        )  # fmt: skip
    words = words_of(request)
    addressed = set() if now.wrong else {s.id for s in registry_of(folder(office)).lists if s.addresses}
    return page(
        request, "screening/lists.html", lists=[x.state for x in now.loaded], held=[x.state for x in now.loaded if x.state.holds],
        missing=now.ready.missing, engines=now.ready.engine, waivers=waivers, given=given, hands=hands, waiting=waiting, counts=counts, fetched=fetched,
        said=lambda text: said(words, text), most=office.settings.upload_bytes_max // 1_000_000, error=error, filled=filled or {},
        last_day=now.on + WAIVED_MAX, addressed=addressed,
        status=422 if error else 200,
    )  # fmt: skip


@router.post("/lists/{id_}/file")
def send_file(request: Request, who: Screener, id_: str, upload: Uploaded, sent: Sent) -> Response:
    """Take a file of a list, good or not: what is wrong with it stands beside it then."""
    office = office_of(request)
    try:
        list_of(office, id_)
        if upload is None:
            raise BadInput("No file was chosen.", where="file")
        screening_lists.add_file(office, id_, upload)
    except BadInput as error:
        return _lists(request, who, error, {"list": id_})
    if screening_runs.is_due(office) and standing_of(office).entries:
        screening_runs.start(office, who.code, key=sent.key)
    return redirect("/screening", "Saved.")


@router.post("/lists/{id_}/fetch")
def fetch(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    """Have it fetched in the background."""
    office = office_of(request)
    try:
        list_of(office, id_)
        screening_lists.fetch(office, who.code, id_, key=sent.key)
    except BadInput as error:
        return _lists(request, who, error, {"list": id_})
    return redirect("/screening", "Started.")


@router.post("/lists/{id_}/waive")
def propose_waiver(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    """Propose that hits may be looked at although it is not fresh, or that its file is taken."""
    office, new = office_of(request), new_id("waiver")
    try:
        state = list_of(office, id_).state
        waiver = screening_lists.waiver_of(state, sent["act"], sent["reason"], day_of(sent, "expires_on", "Last day"))
        if waiver.act == "accept":
            screening_lists.check_acceptable(office, waiver)
        enter(request, who, sent, lambda books, on: screenings.propose_waiver(books, new, waiver, on=on))
    except BadInput as error:
        return _lists(request, who, error, {**sent, "list": id_})
    return redirect("/screening", "Proposed: another of you has to decide it.")


@router.post("/waivers/{id_}/decide")
def decide_waiver(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    """Decide it as the second hand; a file that is accepted is taken at once."""
    office, agreed = office_of(request), sent["agreed"] == "yes"
    seen = whole_of(sent, "seen", "Entry")
    enter(
        request, who, sent,
        lambda books, on: screenings.decide_waiver(books, id_, agreed=agreed, answer=sent["answer"], on=on, seen=seen).act,
    )  # fmt: skip
    with office.reading() as connection:
        made = one(connection, Waiver, id_).record
        if made.state == "given" and made.act == "accept":
            screening_lists.accept(office, connection, made)
    if made.act == "accept" and screening_runs.is_due(office):
        screening_runs.start(office, who.code, key=sent.key)
    return redirect("/screening", "Decided.")
