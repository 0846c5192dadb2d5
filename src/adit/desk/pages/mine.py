"""Self-service: what a miner or an operator enters, declares, and is told, for the parties it acts for."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import acting_for, first_months, names_of, party_about, person, place_of, reports_of, warnings_of
from adit.desk.letters import letter_of, letter_pdf, pdf_answer
from adit.desk.office import Office, new_id
from adit.desk.web.forms import Sent, enter
from adit.desk.web.hands import Hand, Mine
from adit.desk.web.pages import office_of, page, redirect, told, words_of
from adit.journal.writer import Transaction
from adit.register.procedures import appeals, applications, clients, exclusions
from adit.register.records import Appeal, Application, Client, DecisionMade, Exclusion, Letter, Membership, Site
from adit.register.store import Books, Stated, listed
from adit.terms.errors import AditError

__all__ = ["router"]

router = APIRouter(prefix="/mine", include_in_schema=False)


# Overview ---------------------------------------------------------------------------------------------------------
@router.get("")
def overview(request: Request, hand: Mine, party: str = "") -> Response:
    if not party and not hand.parties:
        return redirect("/joining")
    office, mine = office_of(request), hand.party(party)
    today = office.today()
    with office.reading() as connection:
        others = [(p, person(connection, p, today).name) for p in hand.parties]
        who = person(connection, mine, today)
        warnings = warnings_of(connection, office, mine)
        reports = reports_of(connection, office, mine, first_months(today, 6)) if who.party.kind else []
        open_applications = listed(connection, Application, "party = %s", [mine], on=today, limit=20)
        members = [m.id for m in listed(connection, Membership, "party = %s", [mine])]
        notices = listed(connection, Exclusion, "membership = ANY(%s)", [members], on=today)
        objections = listed(connection, Appeal, "party = %s", [mine], on=today)
        decisions = listed(connection, DecisionMade, "party = %s", [mine], limit=12)
        letters = listed(connection, Letter, "party = %s AND read_on IS NULL", [mine], limit=5)
        hosts = listed(
            connection, Client, "miner = %s AND (upper_inf(valid) OR upper(valid) > %s OR consent = 'asked')", [mine, today], order="entry", limit=50
        )  # fmt: skip
        names = names_of(connection, [c.record.operator for c in hosts])
        acting = acting_for(connection, mine, today)
        sites = {
            s.id: s
            for s in listed(connection, Site, "id = ANY(%s)", [[c.record.site for c in hosts]], order="lower(valid)")
        }
    return page(
        request, "mine/overview.html", who=who, others=others, warnings=warnings, reports=reports, applications=open_applications, notices=notices,
        objections=objections, decisions=decisions, letters=letters, names=names, sites=sites, acting=acting,
        hosts=[c for c in hosts if c.record.site in sites], places={i: place_of(words_of(request), s.record) for i, s in sites.items()},
    )  # fmt: skip


@router.get("/apply")
def apply_page(request: Request, hand: Mine, party: str = "") -> Response:
    return _apply(request, hand.party(party), "miners", "", "")


def _apply(request: Request, party: str, register: str, statement: str, error: str) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        who = person(connection, party, office.today())
    return page(
        request,
        "mine/apply.html",
        status=422 if error else 200,
        who=who,
        register=register,
        statement=statement,
        error=error,
    )


@router.post("/apply")
def apply(request: Request, hand: Mine, sent: Sent) -> Response:
    party, register, statement, id_ = (
        hand.party(sent["party"]),
        sent["register"],
        sent["statement"],
        new_id("application"),
    )
    try:
        enter(
            request, hand, sent,
            lambda books, on: applications.apply(books, id_, party=party, register=register, statement=statement, on=on),
        )  # fmt: skip
    except AditError as error:
        return _apply(request, party, register, statement, told(request, error))
    return redirect("/mine", "Sent.", party=party)


@router.post("/applications/{id_}/answer")
def answer_more(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    party, text = _of(request, hand, id_), sent.needed("statement", "Answer")
    enter(request, hand, sent, lambda books, on: applications.answer_more(books, id_, statement=text, on=on))
    return redirect("/mine", "Sent.", party=party)


@router.post("/applications/{id_}/withdraw")
def withdraw_application(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    party = _of(request, hand, id_)
    enter(request, hand, sent, lambda books, on: applications.withdraw(books, id_, on=on))
    return redirect("/mine", "Withdrawn.", party=party)


@router.post("/exclusions/{id_}/answer")
def answer_notice(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    party, text = _of(request, hand, id_), sent.needed("answer", "Answer")
    enter(request, hand, sent, lambda books, on: exclusions.answer(books, id_, text=text, on=on))
    return redirect("/mine", "Sent.", party=party)


@router.get("/appeal")
def appeal_page(request: Request, hand: Mine, about: str) -> Response:
    return page(request, "mine/appeal.html", about=about, party=_of(request, hand, about))


@router.post("/appeal")
def appeal(request: Request, hand: Mine, sent: Sent) -> Response:
    about, text, id_ = sent["about"], sent["statement"], new_id("appeal")
    party = _of(request, hand, about)
    enter(
        request,
        hand,
        sent,
        lambda books, on: appeals.appeal(books, id_, party=party, about=about, statement=text, on=on),
    )
    return redirect("/mine", "The appeal was sent.", party=party)


@router.post("/appeals/{id_}/withdraw")
def withdraw_appeal(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    party = _of(request, hand, id_)
    enter(request, hand, sent, lambda books, on: clients.take_back(books, id_, on=on))
    return redirect("/mine", "Withdrawn.", party=party)


def _of(request: Request, hand: Hand, about: str) -> str:
    """The party that a record is about, if the hand acts for it. Raises Forbidden, or NotFound."""
    with office_of(request).reading() as connection:
        return hand.acts_for(party_about(connection, about))


# Letters ----------------------------------------------------------------------------------------------------------
@router.get("/letters")
def letters(request: Request, hand: Mine, party: str = "") -> Response:
    office, mine = office_of(request), hand.party(party)
    with office.reading() as connection:
        who = person(connection, mine, office.today())
        found = listed(connection, Letter, "party = %s", [mine], limit=300)
    return page(request, "mine/letters.html", who=who, letters=found)


@router.get("/letters/{id_}.pdf")
def letter(request: Request, hand: Mine, id_: str) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        found = letter_of(connection, id_)
        hand.acts_for(found.record.party)
        content = letter_pdf(connection, office, found)
    fetched_ahead = "prefetch" in request.headers.get("sec-purpose", "")  # by a browser, before anybody has looked
    if found.record.read_on is None and not fetched_ahead:
        _mark_read(office, hand, found)
    return pdf_answer(found, content)


def _mark_read(office: Office, hand: Hand, letter: Stated[Letter]) -> None:
    """Enter that a letter was opened, once; terms may run from it."""
    today = office.today()

    def work(transaction: Transaction) -> dict[str, str]:
        books = Books(transaction, hand.code)
        if books.current(Letter, letter.id).record.read_on is None:
            books.state(letter.id, replace(letter.record, read_on=today), since=letter.valid_from, why="read")
        return {}

    office.write(work, key=f"read {letter.id}")
