"""Entering a party and correcting it: what is different is shown before it is entered; who and why stays. A party proposes its own correction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import person
from adit.desk.office import new_id
from adit.desk.pages.joining import countries
from adit.desk.web.errors import status_of
from adit.desk.web.fields import day_of, whole_of
from adit.desk.web.forms import Form, Sent, enter, propose
from adit.desk.web.hands import Hand, Mine, Officer
from adit.desk.web.pages import office_of, page, redirect, told, words_of
from adit.engines.database import Connection
from adit.register.procedures import corrections, proposals
from adit.register.procedures.proposals import Statement
from adit.register.records import Identity, Party, Proposal
from adit.register.store import Books, Stated, listed, one
from adit.terms.errors import AditError, BadInput, NotFound

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_TEXTS = ("name", "inn", "ogrn", "address", "email", "phone")
_TICKS = ("state_tied", "energy_company", "conviction_unspent", "terror_listed", "tax_resident", "only_mining")
Standing = tuple[Stated[Party], Stated[Identity] | None]


# Reading the form -------------------------------------------------------------------------------------------------
def _party(sent: Form, was: Party | None, *, own: bool) -> Party:
    """The facts of the form; those that a party does not say of itself stay as they were."""
    made = Party(
        sent["kind"], sent["country"] or "RU", **{t: sent[t] == "yes" for t in _TICKS}, tax_regime=sent["tax_regime"] or "general",
        state_tied_ground=sent["state_tied_ground"],
    )  # fmt: skip
    if own and was is not None:
        return replace(was, **{n: getattr(made, n) for n in corrections.OWN_FACTS})
    return made


def _identity(sent: Form, party: str) -> Identity:
    return Identity(party, *(sent[n] for n in _TEXTS))


def _filled(now: Standing) -> dict[str, str]:
    party, who = now[0].record, now[1].record if now[1] else None
    ticks = {t: "yes" if getattr(party, t) else "" for t in _TICKS}
    texts = {n: str(getattr(who, n)) if who else "" for n in _TEXTS}
    facts = {n: str(getattr(party, n)) for n in ("kind", "country", "tax_regime", "state_tied_ground")}
    return {**ticks, **texts, **facts, "since": "", "why": ""}


def _standing(connection: Connection, party: str) -> Standing:
    who = listed(connection, Identity, "party = %s", [party], order="lower(valid) DESC", limit=1)
    return one(connection, Party, party), who[0] if who else None


# A new one --------------------------------------------------------------------------------------------------------
@router.get("/new-party")
def new_page(request: Request, who: Officer) -> Response:
    today = office_of(request).today().isoformat()
    return _new(request, {"kind": "company", "tax_resident": "yes", "only_mining": "yes", "since": today}, None)


def _new(request: Request, filled: Mapping[str, str], error: AditError | None) -> Response:
    return page(
        request, "parties/new.html", status=status_of(error)[0] if error else 200, filled=filled, own=False,
        countries=countries(words_of(request).language), regimes=corrections.TAX_REGIMES, error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


@router.post("/new-party")
def new(request: Request, who: Officer, sent: Sent) -> Response:
    """Enter a party. That somebody acts for it is another matter."""
    party, identity = new_id("party"), new_id("identity")
    try:
        since, why = day_of(sent, "since", "Since"), sent.needed("why", "Why")
        made, is_ = _party(sent, None, own=False), _identity(sent, party)

        def work(books: Books, _: date) -> str:
            corrections.enter_new(books, party, identity, made, is_, since=since, why=why)
            return party

        entered = enter(request, who, sent, work)
    except AditError as error:
        return _new(request, sent, error)
    return redirect(f"/parties/{entered}", "Saved.")


# Correcting -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Look:
    """A correction that somebody is about to send: what it would state, what is different, and whether one hand may enter it."""

    statements: list[Statement]
    rows: list[tuple[str, object, object]]
    at_once: bool


def _look(now: Standing, sent: Form, today: date, *, own: bool) -> _Look:
    since = day_of(sent, "since", "From") if sent["since"] else today
    made = corrections.correction(
        now, _party(sent, now[0].record, own=own), _identity(sent, now[0].id), fresh=new_id("identity"), since=since
    )
    stands = {now[0].id: now[0].record} | ({now[1].id: now[1].record} if now[1] else {})
    rows = [row for s in made for row in corrections.changes(stands.get(s.id), s.record) if row[0] != "party"]
    return _Look(made, rows, corrections.by_one_hand(now, made) and not own)


@router.get("/parties/{id_}/correct")
def correct_page(request: Request, who: Officer, id_: str) -> Response:
    return _correct(request, id_, None, None, None, own=False)


@router.get("/mine/party")
def own_page(request: Request, who: Mine, party: str = "") -> Response:
    """What is entered of the party that one acts for, what one proposed, and what became of it."""
    return _correct(request, who.party(party), None, None, None, own=True)


def _correct(
    request: Request, id_: str, sent: Form | None, look: _Look | None, error: AditError | None, *, own: bool
) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        whom = person(connection, id_, office.today())
        now = _standing(connection, id_)
        before = listed(
            connection, Proposal, "about = %s AND act = %s AND upper_inf(valid)", [id_, corrections.CORRECT], limit=5
        )
        pending = listed(connection, Proposal, "about = %s AND state = 'pending' AND upper_inf(valid)", [id_])
    return page(
        request, "parties/correct.html", status=status_of(error)[0] if error else 200, whom=whom, own=own, look=look, before=before, pending=pending,
        filled=sent if sent is not None else _filled(now), sent=sent, seen=max(s.entry for s in now if s is not None),
        countries=countries(words_of(request).language), regimes=corrections.TAX_REGIMES, error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


@router.post("/parties/{id_}/correct")
def correct(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """First look at what is different; then it is entered, or proposed where two hands are needed."""
    return _sent(request, who, id_, sent, own=False)


@router.post("/mine/party")
def own_correct(request: Request, who: Mine, sent: Sent) -> Response:
    """Propose a correction of one's own party, for an officer to accept."""
    return _sent(request, who, who.party(sent["party"]), sent, own=True)


def _sent(request: Request, who: Hand, id_: str, sent: Form, *, own: bool) -> Response:
    office = office_of(request)
    try:
        why = sent.needed("why", "Why")
        with office.reading() as connection:
            now = _standing(connection, id_)
        if max(s.entry for s in now if s is not None) != whole_of(sent, "seen", "Entry"):
            raise BadInput("Somebody changed this meanwhile.", todo="Look at it again, then correct it.")
        look = _look(now, sent, office.today(), own=own)
        if sent["step"] != "enter":
            return _correct(request, id_, sent, look, None, own=own)
        if look.at_once:
            stands = now[1]
            assert stands is not None, "one hand corrects what stands"
            enter(
                request,
                who,
                sent,
                lambda books, _: corrections.enter(books, id_, look.statements, why=why, seen=stands.entry),
            )
            return redirect(f"/parties/{id_}", "Saved.")
        propose(request, who, sent, id_, why, lambda books, on: (corrections.CORRECT, look.statements))
    except AditError as error:
        return _correct(request, id_, sent, None, error, own=own)
    if own:
        return redirect("/mine/party", "Proposed: an officer has to accept it.", party=id_)
    return redirect(f"/parties/{id_}", "Proposed: a second officer has to approve it.")


@router.post("/mine/corrections/{id_}/take-back")
def take_back(request: Request, who: Mine, id_: str, sent: Sent) -> Response:
    """Take back what one proposed."""
    with office_of(request).reading() as connection:
        found = one(connection, Proposal, id_)
    if found.record.proposed_by != who.code:
        raise NotFound("There is no such proposal of yours.")
    enter(
        request,
        who,
        sent,
        lambda books, on: proposals.decline(books, id_, on=on, answer="taken back by whoever proposed it"),
    )
    return redirect("/mine/party", "Withdrawn.", party=found.record.about)
