"""The owners of a party as of a day, entered together; and the party as it was, with everything that changed it."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import names_of, person
from adit.desk.office import new_id
from adit.desk.party_history import as_of, changes_of
from adit.desk.web.errors import status_of
from adit.desk.web.fields import day_of, number_of, whole_of
from adit.desk.web.filters import day_in, entry_in
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import Officer, Reader
from adit.desk.web.pages import office_of, page, redirect, told
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.procedures import ownership
from adit.register.procedures.clients import party_by_number
from adit.register.procedures.ownership import Owner
from adit.register.records import record_of_id
from adit.register.store import Books
from adit.terms.days import parse_day
from adit.terms.errors import AditError, BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
FREE = 3  # empty lines below those that are filled
Line = tuple[str, str, bool]  # as it is filled in: whose, of a hundred, controls


@router.get("/parties/{id_}/owners")
def owners_page(request: Request, who: Officer, id_: str, on: str = "") -> Response:
    """The owners on a day, to be entered as they are from that day on."""
    day = parse_day(on) if on else office_of(request).today()
    return _owners(request, id_, day, None, {}, None)


def _owners(
    request: Request, id_: str, day: date, lines: list[Line] | None, filled: Mapping[str, str], error: AditError | None
) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        whom = person(connection, id_, office.today())
        held = ownership.owners_of(connection, id_, day)
        names = names_of(connection, [s.record.owner for s in held])
    shown = lines or [(s.record.owner, _percent(s.record.share_ppm), s.record.control) for s in held]
    return page(
        request, "parties/owners.html", status=status_of(error)[0] if error else 200, whom=whom, day=day, names=names, filled=filled,
        lines=[*shown, *[("", "", False)] * FREE], held=held, total=sum(s.record.share_ppm for s in held),
        seen=max((s.entry for s in held), default=-1), error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000:04}".rstrip("0").rstrip(".")


@router.post("/parties/{id_}/owners")
def set_owners(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Enter the owners from a day on; what stays as it was is not entered again."""
    office = office_of(request)
    day, lines, ids = office.today(), _lines(sent), [new_id("share") for _ in range(ownership.MOST)]
    try:
        day, why, seen = day_of(sent, "since", "From"), sent.needed("why", "Why"), _seen(sent)
        with office.reading() as connection:
            owners = [
                _owner(connection, sent, n, line, office.today())
                for n, line in enumerate(lines, start=1)
                if any(line[:2])
            ]

        def work(books: Books, _: date) -> None:
            ownership.enter_owners(books, id_, owners, ids=ids, since=day, why=why, seen=seen)

        enter(request, who, sent, work)
    except AditError as error:
        return _owners(request, id_, day, [line for line in lines if any(line[:2])], sent, error)
    return redirect(f"/parties/{id_}", "Saved.")


def _seen(sent: Form) -> int:
    return -1 if sent["seen"] == "-1" else whole_of(sent, "seen", "Entry")


def _lines(sent: Form) -> list[Line]:
    return [
        (sent[f"owner-{n}"], sent[f"share-{n}"], sent[f"control-{n}"] == "yes")
        for n in range(1, ownership.MOST + FREE + 1)
    ]


def _owner(connection: Connection, sent: Form, n: int, line: Line, today: date) -> Owner:
    """The owner of a line, by the id of a party, its INN or its number in the register."""
    text, _, control = line
    found = text if record_of_id(text) == "party" else party_by_number(connection, text, today)
    if found is None:
        raise BadInput(
            "No party of this number is entered.", where=f"owner-{n}", todo="Write its INN or its number; enter it first if it is not there."
        )  # fmt: skip
    return Owner(found, number_of(sent, f"share-{n}", "Share", 4), control)


# As it was --------------------------------------------------------------------------------------------------------
@router.get("/parties/{id_}/history")
def history_page(request: Request, who: Reader, id_: str) -> Response:
    """The party on a day as it was known at an entry, and everything that was entered of it, each with what it changed."""
    office, shown = office_of(request), who.may("see who a party is")
    values = {n: request.query_params[n].strip() for n in ("on", "known") if request.query_params.get(n, "").strip()}
    with office.reading() as connection:
        size = journal.size(connection)
        day, known = day_in(values, "on") or office.today(), entry_in(values, "known", size)
        whom = person(connection, id_, office.today())
        then = as_of(connection, id_, day, known)
        made = changes_of(connection, id_, names=shown)
    return page(
        request, "parties/history.html", whom=whom, shown=shown, then=then, changes=made, day=day, known=known, size=size,
    )  # fmt: skip
