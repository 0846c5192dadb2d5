"""An application: what the law says of it, and what an officer proposes."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.decision.monthly import decide_month, month_known
from adit.desk.cases import person
from adit.desk.office import new_id
from adit.desk.web.fields import month_of, whole_of
from adit.desk.web.forms import Sent, enter, propose
from adit.desk.web.hands import Officer
from adit.desk.web.pages import office_of, page, redirect
from adit.journal import store as journal
from adit.register.procedures import applications
from adit.register.procedures.proposals import Statement
from adit.register.records import (
    Application,
    Machine,
    Proposal,
    Site,
)
from adit.register.store import Books, listed, one
from adit.terms.errors import BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/applications/{id_}")
def application_page(request: Request, who: Officer, id_: str) -> Response:
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        found = one(connection, Application, id_)
        whom = person(connection, found.record.party, today)
        sites = listed(connection, Site, "owner = %s", [whom.id], on=today)
        machines = listed(connection, Machine, "owner = %s", [whom.id], on=today)
        question = "may_mine" if found.record.register == "miners" else "may_host"
        asked = decide_month(
            office.regime, month_known(connection, whom.id, month_of(f"{today:%Y-%m}"), known=journal.size(connection)),
            more={"mining_energy_kwh_per_month": "1", "in_miners_register": True, "in_operators_register": True}, real=not office.settings.demo,
        )  # fmt: skip
        pending = listed(connection, Proposal, "about = %s AND state = 'pending'", [id_])
        entries = journal.entries_about(connection, [id_])
    return page(
        request, "cases/application.html", found=found, whom=whom, sites=sites, machines=machines, answer=asked[question], pending=pending, entries=entries
    )  # fmt: skip


@router.post("/applications/{id_}/take-up")
def take_up(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    enter(
        request,
        who,
        sent,
        lambda books, on: applications.take_up(books, id_, on=on, seen=whole_of(sent, "seen", "Entry")),
    )
    return redirect(f"/applications/{id_}", "Saved.")


@router.post("/applications/{id_}/ask")
def ask_more(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    enter(
        request,
        who,
        sent,
        lambda books, on: applications.ask_more(
            books, id_, question=sent["question"], on=on, seen=whole_of(sent, "seen", "Entry")
        ),
    )
    return redirect(f"/applications/{id_}", "Sent.")


@router.post("/applications/{id_}/propose")
def propose_application(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Propose to enter or to refuse; another officer has to approve."""
    membership, reason, cites = new_id("membership"), sent.needed("reason", "Reason"), sent.needed("cites", "Article")
    approving = sent["outcome"] == "approve"

    def made(books: Books, on: date) -> tuple[str, list[Statement]]:
        found = books.current(Application, id_, seen=whole_of(sent, "seen", "Entry"))
        if found.record.state not in applications.OPEN:
            raise BadInput("This application is decided already.")
        number = f"{'M' if found.record.register == 'miners' else 'O'}-{on:%Y}-{books.transaction.seq:07}"
        if approving:
            return "approve application", applications.approval(
                found, membership=membership, number=number, on=on, cites=cites, reason=reason
            )
        return "refuse application", applications.refusal(found, on=on, cites=cites, reason=reason)

    propose(request, who, sent, id_, reason, made)
    return redirect(f"/applications/{id_}", "Proposed: a second officer has to approve it.")
