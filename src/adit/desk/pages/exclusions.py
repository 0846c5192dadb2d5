"""Striking off the register: notice, answer, decision; and appeals against what was decided."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import GROUNDS, person
from adit.desk.letters import write_letter
from adit.desk.office import new_id
from adit.desk.papers import Block, Facts, Reason, Text
from adit.desk.web.fields import whole_of
from adit.desk.web.forms import Sent, enter, propose
from adit.desk.web.hands import Officer
from adit.desk.web.languages import words
from adit.desk.web.pages import office_of, page, redirect
from adit.journal import store as journal
from adit.register.procedures import appeals, clients, exclusions
from adit.register.procedures.proposals import Statement
from adit.register.records import (
    Appeal,
    Exclusion,
    Membership,
    Proposal,
    record_of_id,
)
from adit.register.store import Books, listed, one
from adit.terms.errors import BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.post("/memberships/{id_}/notice")
def notice(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Tell a member that it is to be struck off, by letter and on its page."""
    office, exclusion, letter_id = office_of(request), new_id("exclusion"), new_id("letter")
    ground, evidence, cites = sent["ground"], sent.needed("evidence", "Evidence"), sent.needed("cites", "Article")
    if ground not in GROUNDS:
        raise BadInput("This is no ground of the regime.", todo=f"Choose one of: {', '.join(GROUNDS)}.")
    days = whole_of(sent, "days", "Days to answer")
    said = words("ru", office.settings.zone, office.regime)

    def work(books: Books, on: date) -> str:
        made = exclusions.notice(
            books, exclusion, membership=id_, ground=ground, evidence=evidence, cites=cites, on=on, term_days=days
        )
        party = one(books.transaction.connection, Membership, id_).record.party
        blocks: tuple[Block, ...] = (
            Text(said.gettext("The office intends to strike you off the register. You may answer until the day below; then it is decided.")),
            Facts(((said.gettext("Ground"), said.gettext(ground)), (said.gettext("Answer until"), said.day(made.answer_by)))), Reason(evidence, cites),
        )  # fmt: skip
        write_letter(
            books,
            letter_id,
            party=party,
            about=exclusion,
            paper="notice of exclusion",
            blocks=blocks,
            on=on,
            language="ru",
        )
        return exclusion

    return redirect(f"/exclusions/{enter(request, who, sent, work)}", "Sent.")


@router.get("/exclusions/{id_}")
def exclusion_page(request: Request, who: Officer, id_: str) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        found = one(connection, Exclusion, id_)
        member = one(connection, Membership, found.record.membership)
        whom = person(connection, member.record.party, office.today())
        pending = listed(connection, Proposal, "about = %s AND state = 'pending'", [id_])
        entries = journal.entries_about(connection, [id_, member.id])
    return page(
        request, "cases/exclusion.html", found=found, member=member, whom=whom, pending=pending, entries=entries
    )


@router.post("/exclusions/{id_}/propose")
def propose_exclusion(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    again, reason, outcome = new_id("membership"), sent.needed("reason", "Reason"), sent["outcome"]

    def made(books: Books, on: date) -> tuple[str, list[Statement]]:
        found = books.current(Exclusion, id_, seen=whole_of(sent, "seen", "Entry"))
        if outcome == "exclude":
            return "exclude", exclusions.exclude(books, found, on=on)
        if outcome == "restore":
            member = one(books.transaction.connection, Membership, found.record.membership)
            return "restore", exclusions.restore(found, member, new_membership=again, on=on)
        return "drop exclusion", exclusions.drop(found, on=on)

    propose(request, who, sent, id_, reason, made)
    return redirect(f"/exclusions/{id_}", "Proposed: a second officer has to approve it.")


@router.get("/appeals/{id_}")
def appeal_page(request: Request, who: Officer, id_: str) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        found = one(connection, Appeal, id_)
        whom = person(connection, found.record.party, office.today())
        pending = listed(connection, Proposal, "about = %s AND state = 'pending'", [id_])
        entries = journal.entries_about(connection, [id_, found.record.about])
        kind = record_of_id(found.record.about)
        host = clients.operator_of(connection, found.record.about) if kind == "client" else ""
    about = _PAGES.get(kind, "")
    return page(
        request, "cases/appeal.html", found=found, whom=whom, pending=pending, entries=entries,
        about=f"/parties/{host}" if host else f"{about}{found.record.about}" if about else "",
    )  # fmt: skip


# what an appeal may be about -> where its pages begin
_PAGES = {
    "application": "/applications/", "exclusion": "/exclusions/", "decision": "/decisions/", "inspection": "/visits/", "joining": "/joinings/"
}  # fmt: skip


@router.post("/appeals/{id_}/propose")
def propose_appeal(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Propose how to answer an appeal. Whoever had a hand in what it is about may not."""
    reason, upheld = sent.needed("reason", "Reason"), sent["outcome"] == "uphold"

    def made(books: Books, on: date) -> tuple[str, list[Statement]]:
        found = books.current(Appeal, id_, seen=whole_of(sent, "seen", "Entry"))
        appeals.unconcerned(books, found.record.about)
        statements = appeals.answer(found, upheld=upheld, text=reason, on=on)
        if record_of_id(found.record.about) == "client":
            statements += clients.settled(books, found.record.about, upheld=upheld)
        return "answer appeal", statements

    propose(request, who, sent, id_, reason, made)
    return redirect(f"/appeals/{id_}", "Proposed: a second officer has to approve it.")
