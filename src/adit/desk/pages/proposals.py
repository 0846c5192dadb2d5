"""What one officer proposed, and a second one approves or declines: word for word as it would be entered."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import newcomers
from adit.desk.cases import names_of, party_about, whose
from adit.desk.letters import write_letter
from adit.desk.office import new_id
from adit.desk.pages.erasing import carry_out, clear
from adit.desk.papers import Block, Facts, Reason, Text
from adit.desk.web.fields import whole_of
from adit.desk.web.forms import Sent, enter
from adit.desk.web.hands import Officer
from adit.desk.web.languages import Words, words
from adit.desk.web.pages import office_of, page, redirect
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.procedures import appeals, corrections, joining, proposals
from adit.register.procedures.erasures import ACT as ERASE
from adit.register.procedures.proposals import Statement, erasures_of, statements_of
from adit.register.records import (
    Appeal,
    Application,
    Exclusion,
    Identity,
    Mandate,
    Membership,
    Party,
    Proposal,
    record_of_id,
)
from adit.register.store import Books, get, one, plain

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/proposals/{id_}")
def proposal_page(request: Request, who: Officer, id_: str) -> Response:
    """What is proposed, word for word as it would be entered, beside what stands now."""
    with office_of(request).reading() as connection:
        found = one(connection, Proposal, id_)
        name, party = whose(connection, [found.record.about])[found.record.about]
        compared = [(s, _changes(connection, s)) for s in statements_of(found.record)]
        parties = names_of(
            connection,
            [v for _, rows in compared for _, _, v in rows if isinstance(v, str) and record_of_id(v) == "party"],
        )
        erasing = erasures_of(found.record)
        erased = [journal.entry(connection, seq) for e in erasing for seq in e.entries]
        entries = journal.entries_about(connection, [id_, found.record.about])
    kind = record_of_id(found.record.about)
    return page(
        request,
        "cases/proposal.html",
        found=found,
        party=party,
        name=name,
        compared=compared,
        parties=parties,
        erasing=erasing,
        erased=erased,
        entries=entries,
        about=party if kind in ("party", "mandate") else f"/{kind}s/{found.record.about}",
    )


def _changes(connection: Connection, statement: Statement) -> list[tuple[str, Any, Any]]:
    now = get(connection, type(statement.record), statement.id)
    if statement.ends:
        return [("until", now.valid_to if now else None, statement.since)]
    before, after = plain(now.record) if now else {}, plain(statement.record)
    rows = [(n, before.get(n), v) for n, v in after.items() if before.get(n) != v and v not in ("", None, [])]
    if now is not None and statement.until is not None:
        rows.append(("until", now.valid_to, statement.until))
    return rows


@router.post("/proposals/{id_}/decide")
def decide_proposal(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Approve it, so that it is entered and told by letter, or erased; or decline it."""
    office, seen, letter_id = office_of(request), whole_of(sent, "seen", "Entry"), new_id("letter")
    said = words("ru", office.settings.zone, office.regime)
    if sent["outcome"] == "approve":
        files = set[str]()

        def work(books: Books, on: date) -> None:
            about = books.current(Proposal, id_).record
            if about.act == ERASE:
                files.update(carry_out(books, id_, on=on, answer=sent["answer"], seen=seen))
                return
            if about.act == "answer appeal":
                appeals.unconcerned(books, one(books.transaction.connection, Appeal, about.about).record.about)
            proposals.approve(books, id_, on=on, answer=sent["answer"], seen=seen)
            if about.act == joining.CONFIRM:
                newcomers.carry_out(books, about)
            _tell(books, letter_id, about, on, said)

        enter(request, who, sent, work)
        with office.reading() as connection:
            erased = bool(erasures_of(one(connection, Proposal, id_).record))
        if erased:
            clear(office, files)
        return redirect("/queue", "Approved and entered.")
    enter(request, who, sent, lambda books, on: proposals.decline(books, id_, on=on, answer=sent["answer"], seen=seen))
    return redirect("/queue", "Declined.")


_PAPER = {
    "approve application": "certificate of entry", "refuse application": "refusal of entry", "exclude": "decision on exclusion",
    "drop exclusion": "exclusion dropped", "restore": "restoration", "answer appeal": "decision on an appeal",
    joining.CONFIRM: "notice of who acts", joining.END: "notice of who acts", corrections.CORRECT: "notice of a correction",
}  # fmt: skip


def _who_acts(books: Books, mandate: Mandate, said: Words, *, ends: bool) -> list[tuple[str, str]]:
    """Who acts for a party from now on, or no more."""
    [(name,)] = books.transaction.query("SELECT name FROM desk.account WHERE hand = %s", [mandate.hand])
    does = said.gettext("acts for you no more") if ends else said.gettext("acts for you")
    return [
        (said.gettext("Who"), str(name)),
        (said.gettext("Role"), said.gettext(mandate.role)),
        (said.gettext("Decided"), does),
    ]


def _tell(books: Books, letter_id: str, proposal: Proposal, on: date, said: Words) -> None:
    """The letter to the party about what was just entered."""
    books.transaction.flush()
    party = party_about(books.transaction.connection, proposal.about)
    facts, cites, number = [], "", ""
    for statement in statements_of(proposal):
        record = statement.record
        if isinstance(record, Membership):
            number = record.number if proposal.act == "approve application" else ""
            facts += [
                (said.gettext("Register"), said.gettext(record.register)),
                (said.gettext("Number"), record.number),
            ]
        if isinstance(record, Application | Exclusion):
            cites = record.cites
            facts.append((said.gettext("Decided"), said.gettext(record.state)))
        if isinstance(record, Appeal):
            facts.append((said.gettext("Decided"), said.gettext(record.state)))
        if isinstance(record, Party | Identity):
            facts.append((said.gettext("Corrected"), said.gettext(record.RECORD)))
        if isinstance(record, Mandate):
            facts += _who_acts(books, record, said, ends=statement.ends)
    facts.append((said.gettext("From"), said.day(on)))
    blocks: tuple[Block, ...] = (
        Text(said.gettext("The office has decided what is told below. You may object to it on your page of the desk, or in court.")),
        Facts(tuple(facts)), Reason(proposal.reason, cites),
    )  # fmt: skip
    write_letter(
        books,
        letter_id,
        party=party,
        about=proposal.about,
        paper=_PAPER[proposal.act],
        blocks=blocks,
        on=on,
        language="ru",
        number=number,
    )
