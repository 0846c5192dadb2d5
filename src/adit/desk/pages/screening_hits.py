"""Hits that people look at: the queue, subject and entry side by side, what one proposes, what another decides, what a third sees in it."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.office import Office, new_id
from adit.desk.screening_lists import names_of_hands
from adit.desk.screening_queue import again_for, counts_for, veiled
from adit.desk.screening_service import standing_of
from adit.desk.screening_subjects import subjects_about
from adit.desk.screening_words import said
from adit.desk.web.fields import whole_of
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import Hand, Screener
from adit.desk.web.pages import N_, office_of, page, redirect, words_of
from adit.engines.database import Connection
from adit.evidence.watchlists.entries import Entry
from adit.journal import store as journal
from adit.register.procedures import screenings
from adit.register.records import HitReview
from adit.register.store import Books, Stated, listed, one
from adit.screening.matching import THRESHOLD
from adit.screening.names.words import quality
from adit.screening.second_engine import LEAST
from adit.terms.errors import AditError, BadInput, NotFound

__all__ = ["router"]

router = APIRouter(prefix="/screening/hits", include_in_schema=False)
SHOWN = 100


@router.get("")
def hits_page(request: Request, who: Screener, what: str = "open", after: int = 0) -> Response:
    """The hits to look at, to decide, or that were decided."""
    office, words = office_of(request), words_of(request)
    with office.reading() as connection:
        blind = again_for(connection, who, office.today())
        where = {
            "open": "(state = 'open' OR id = ANY(%s))", "proposed": "state = 'proposed' AND NOT id = ANY(%s)",
            "decided": "state IN ('decided', 'gone') AND NOT id = ANY(%s)",
        }.get(what)  # fmt: skip
        if where is None:
            raise NotFound("There is no such page.")
        found = listed(
            connection, HitReview, f"upper_inf(valid) AND {where}", [blind],
            order="score DESC, id", limit=after + SHOWN + 1,
        )[after:]  # fmt: skip
        counts = counts_for(connection, who, office.today())
    return page(
        request, "screening/hits.html", found=[veiled(f, blind) for f in found[:SHOWN]], what=what, counts=counts, kinds=KINDS, quality=quality, met=_met,
        said=lambda t: said(words, t),
        more_address=f"/screening/hits?what={what}&after={after + SHOWN}" if len(found) > SHOWN else "",
    )  # fmt: skip


def _met(review: HitReview) -> str:
    """Which tokens met, or what else was found, in a sentence."""
    told = review.words.split("\n")
    return told[1] if review.found_by == "name" and len(told) > 1 else told[0]


KINDS = {
    "person": N_("person"), "organisation": N_("organisation"), "bank": N_("bank"), "vessel": N_("ship"), "address": N_("address of a coin"),
}  # fmt: skip
FOUND_BY = {
    "name": N_("by the name"), "identifier": N_("by a number"), "address": N_("by the address"), "text": N_("in the text of an entry that could not be read"),
    "ownership": N_("by its owners"),
}  # fmt: skip


@router.get("/{id_}")
def hit_page(request: Request, who: Screener, id_: str) -> Response:
    return _hit(request, who, id_)


def _hit(request: Request, who: Hand, id_: str, error: AditError | None = None, filled: Any = None) -> Response:
    """Subject and entry side by side, why they may be one, and what this hand may do about it."""
    office, words = office_of(request), words_of(request)
    now = standing_of(office)
    with office.reading() as connection:
        stated = _one(connection, id_)
        blind = again_for(connection, who, now.on)
        found = veiled(stated, blind)
        subject = subjects_about(connection, [found.record.about]).get(found.record.about)
        clearing = screenings.clearing_of(connection, id_, now.on) if id_ not in blind else None
        entries = journal.entries_about(connection, [id_]) if id_ not in blind else []
        hands = names_of_hands(connection, [found.record.proposed_by, found.record.decided_by])
    same = subject is not None and subject.digest == found.record.subject
    return page(
        request, "screening/hit.html", found=found, subject=subject if same else None, changed=not same, listed=_entry(office, found.record),
        clearing=clearing, entries=entries, hands=hands, kinds=KINDS, found_by=FOUND_BY, quality=quality, threshold=_threshold(found.record),
        said=lambda t: said(words, t),
        error=error, filled=filled or {}, about_address=_address_of(found.record.about), status=422 if error else 200,
    )  # fmt: skip


def _one(connection: Connection, id_: str) -> Stated[HitReview]:
    if not id_.startswith("hitreview-"):
        raise NotFound("There is no such hit.")
    return one(connection, HitReview, id_)


def _entry(office: Office, review: HitReview) -> Entry | None:
    """The entry as it was found, if it still stands so on its list."""
    ready = standing_of(office).ready
    entries = ready.names.entries if ready.names is not None else ()
    return next((e for e, d in zip(entries, ready.digests, strict=False) if d == review.listed), None)


def _threshold(review: HitReview) -> int | None:
    """The score from which the engine finds; None where it is no question of a score."""
    if review.found_by != "name":
        return None
    return next((least for name, least in LEAST.items() if review.engine.endswith(f"/{name}")), THRESHOLD)


def _address_of(about: str) -> str:
    return f"/parties/{about}" if about.startswith("party-") else ""


@router.post("/{id_}/look")
def look(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    """Say whether it is the listed one: as the first hand, or, without knowing it, as the third."""
    second = new_id("secondlook")
    try:
        enter(
            request, who, sent,
            lambda books, on: screenings.look(
                books, id_, second=second, outcome=sent["outcome"], reason=sent["reason"], on=on, seen=whole_of(sent, "seen", "Entry")
            ),
        )  # fmt: skip
    except BadInput as error:
        return _hit(request, who, id_, error, sent)
    return redirect("/screening/hits", "Noted.")  # in the same words, so that nobody learns which of the two it was


@router.post("/{id_}/decide")
def decide(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    """Decide as the second hand. What stands then, settlements are screened by."""
    clearing = new_id("clearing")
    try:
        enter(
            request, who, sent,
            lambda books, on: screenings.decide(
                books, id_, clearing=clearing, agreed=sent["agreed"] == "yes", answer=sent["answer"], on=on, seen=whole_of(sent, "seen", "Entry")
            ),
        )  # fmt: skip
    except BadInput as error:
        return _hit(request, who, id_, error, sent)
    return redirect("/screening/hits?what=proposed", "Decided.")


@router.post("/{id_}/take-back")
def take_back(request: Request, who: Screener, id_: str, sent: Sent) -> Response:
    enter(request, who, sent, lambda books, on: _take_back(books, id_, on, sent))
    return redirect(f"/screening/hits/{id_}", "Withdrawn.")


def _take_back(books: Books, id_: str, on: date, sent: Form) -> None:
    screenings.take_back(books, id_, on=on, seen=whole_of(sent, "seen", "Entry"))
