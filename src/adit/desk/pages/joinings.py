"""Requests for accounts as officers see them: held against the register, asked about, refused, proposed to be confirmed, cleared away."""

from datetime import date
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import newcomers
from adit.desk.cases import acting_for, names_of
from adit.desk.newcomers import KEPT_DAYS
from adit.desk.office import new_id
from adit.desk.papers import code_for
from adit.desk.web.fields import whole_of
from adit.desk.web.forms import Sent, enter, propose
from adit.desk.web.hands import Officer
from adit.desk.web.languages import words
from adit.desk.web.pages import office_of, page, redirect
from adit.engines.database import Connection, named
from adit.journal import store as journal
from adit.register.procedures import joining
from adit.register.procedures.proposals import Statement
from adit.register.records import Identity, Joining, Mandate, Party, Proposal
from adit.register.store import Books, Stated, listed, one
from adit.terms.errors import BadInput, Refused

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
SHOWN = 100  # requests on a page


@router.get("/joinings")
def joinings_page(request: Request, who: Officer, after: int = 0) -> Response:
    """What waits, the oldest first, to be cleared away many at a time."""
    with office_of(request).reading() as connection:
        found = listed(
            connection, Joining, f"upper_inf(valid) AND state IN {joining.OPEN} AND entry > %s", [after], order="entry", limit=SHOWN
        )  # fmt: skip
    more = f"/joinings?after={found[-1].entry}" if len(found) == SHOWN else ""
    return page(request, "cases/joinings.html", found=found, more_address=more, days=KEPT_DAYS)


@router.post("/joinings/clear")
def clear_away(request: Request, who: Officer, sent: Sent) -> Response:
    """Clear away what nobody can have meant. What they said is taken away; that it was cleared, and by whom, stays."""
    chosen = sent.all("id")
    if not chosen:
        raise BadInput("Nothing is chosen to be cleared away.", todo="Tick what is to be cleared away.")

    def work(books: Books, on: date) -> None:
        for id_ in chosen:
            newcomers.clear(books, id_, "cleared", on=on, why="cleared away by an officer")

    enter(request, who, sent, work)
    return redirect("/joinings", "Cleared away.")


@router.get("/joinings/{id_}")
def joining_page(request: Request, who: Officer, id_: str) -> Response:
    """What is claimed, beside what the register knows: the parties with these numbers, and who acts for them already."""
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        found = one(connection, Joining, id_)
        known = _parties(connection, found.record, today)
        members = {p.record.party: [a.name for a in acting_for(connection, p.record.party, today)] for p in known}
        others = joining.is_claimed(connection, found)
        letter = named(
            connection, "SELECT sent_to, made_at, given_at, tries FROM desk.joining_code WHERE joining = %s", [id_]
        )
        [account] = named(
            connection, "SELECT login, wanted, closed_at FROM desk.account WHERE hand = %s", [found.record.hand]
        )
        taken = bool(
            account["wanted"]
            and connection.execute("SELECT 1 FROM desk.account WHERE login = %s", [account["wanted"]]).fetchone()
        )
        pending = listed(connection, Proposal, "about = %s AND state = 'pending' AND upper_inf(valid)", [id_])
        entries = journal.entries_about(connection, [id_])
        names = names_of(connection, [found.record.party] if found.record.party else [])
    exact = [p for p in known if p.record.inn and p.record.inn == found.record.inn]
    return page(
        request, "cases/joining.html", found=found, known=known, exact=exact, members=members, others=others, letter=letter[0] if letter else None,
        pending=pending, entries=entries, names=names, seen_of=joining.SEEN, account=account, taken=taken,
        open=found.record.state in joining.OPEN,
    )  # fmt: skip


def _parties(connection: Connection, asked: Joining, on: date) -> list[Stated[Identity]]:
    """The parties with the same INN or OGRN."""
    return listed(
        connection, Identity, "(inn = %s AND inn <> '') OR (ogrn = %s AND ogrn <> '')", [asked.inn, asked.ogrn], on=on, order="entry", limit=10
    )  # fmt: skip


@router.post("/joinings/{id_}/ask")
def ask_more(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    question, seen = sent.needed("question", "Question"), whole_of(sent, "seen", "Entry")
    enter(request, who, sent, lambda books, on: joining.ask_more(books, id_, question=question, on=on, seen=seen))
    return redirect(f"/joinings/{id_}", "Sent.")


@router.post("/joinings/{id_}/refuse")
def refuse(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Refuse it. One hand does: nothing is taken from anybody, and they may ask again."""
    reason, seen = sent.needed("reason", "Reason"), whole_of(sent, "seen", "Entry")
    enter(request, who, sent, lambda books, on: joining.refuse(books, id_, reason=reason, on=on, seen=seen))
    return redirect(f"/joinings/{id_}", "Sent.")


@router.post("/joinings/{id_}/letter")
def letter(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Make a code for a letter on paper to the address that a register of the state has; it is shown this once."""
    office, code = office_of(request), code_for(f"{id_} {token_hex(16)}")
    sent_to = sent.needed("sent_to", "Address")
    enter(request, who, sent, lambda books, _: newcomers.send_code(books, id_, sent_to, code))
    with office.reading() as connection:
        found = one(connection, Joining, id_)
    return page(request, "cases/joining_letter.html", found=found, code=code, sent_to=sent_to)


@router.post("/joinings/{id_}/propose")
def propose_confirmation(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Propose to confirm it, for a party that is there or one that is entered with it; whoever acts for the party already is told."""
    office, mandate, letter = office_of(request), new_id("mandate"), new_id("letter")
    fresh, identity = new_id("party"), new_id("identity")
    reason, chosen = sent.needed("remark", "What exactly"), sent.needed("party", "Party")
    said = words("ru", office.settings.zone, office.regime)

    def made(books: Books, on: date) -> tuple[str, list[Statement]]:
        found = books.current(Joining, id_, seen=whole_of(sent, "seen", "Entry"))
        connection = books.transaction.connection
        if found.record.state not in joining.OPEN:
            raise Refused(f"The request was {found.record.state} already.", name="wrong state")
        newcomers.unconcerned(books, found.record)
        if sent["seen_of"] == "code by letter" and not _given(connection, id_):
            raise BadInput("The code of the letter was not given.", where="seen_of", todo="Wait until it comes back.")
        party = fresh if chosen == "new" else one(connection, Party, chosen).id
        statements = joining.confirmation(
            found, mandate=mandate, party=party, identity=identity if chosen == "new" else "", seen=sent["seen_of"], remark=reason, on=on
        )  # fmt: skip
        if chosen != "new" and acting_for(connection, party, on):
            newcomers.tell(books, letter, about=id_, asked=found.record, party=party, said=said, on=on)
        return joining.CONFIRM, statements

    propose(request, who, sent, id_, reason, made)
    return redirect(f"/joinings/{id_}", "Proposed: a second officer has to approve it.")


def _given(connection: Connection, id_: str) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM desk.joining_code WHERE joining = %s AND given_at IS NOT NULL", [id_]
        ).fetchone()
    )


@router.post("/mandates/{id_}/end")
def end_mandate(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Propose that somebody acts for a party no more."""
    reason = sent.needed("reason", "Reason")

    def made(books: Books, on: date) -> tuple[str, list[Statement]]:
        return joining.END, joining.ended(books.current(Mandate, id_), on=on)

    with office_of(request).reading() as connection:
        party = one(connection, Mandate, id_).record.party
    propose(request, who, sent, id_, reason, made)
    return redirect(f"/parties/{party}", "Proposed: a second officer has to approve it.")
