"""The officer's queue, and the search over the whole register."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import names_of, party_about
from adit.desk.finding import find
from adit.desk.web.hands import Officer, Reader
from adit.desk.web.pages import office_of, page
from adit.register.records import (
    Appeal,
    Application,
    Exclusion,
    Proposal,
    record_of_id,
)
from adit.register.store import count, listed

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
# part of the queue -> what waits there: the kind of record, when it is open, what it is about
WAITING: dict[str, tuple[type[Any], str, Callable[[Any], str]]] = {
    "proposals": (Proposal, "state = 'pending'", lambda p: p.about),
    "applications": (Application, "state IN ('sent', 'in review', 'more asked')", lambda a: a.party),
    "exclusions": (Exclusion, "state = 'noticed'", lambda x: x.membership),
    "appeals": (Appeal, "state = 'sent'", lambda a: a.party),
}


@router.get("/queue")
def queue(request: Request, who: Officer, what: str = "") -> Response:
    """What waits, the oldest first; how long the queue is does not matter, since only its head is read."""
    office = office_of(request)
    with office.reading() as connection:
        waiting = [
            (kind.RECORD, found, about(found.record), f"/{name}/{found.id}")
            for name, (kind, test, about) in WAITING.items()
            if what in ("", name)
            for found in listed(connection, kind, f"upper_inf(valid) AND {test}", order="entry", limit=100)
        ]
        owners = {s.id: party_about(connection, about) for _, s, about, _ in waiting}
        names = names_of(connection, [*owners.values()])
        counts = {
            name: count(connection, kind, f"upper_inf(valid) AND {test}") for name, (kind, test, _) in WAITING.items()
        }
    rows = sorted(waiting, key=lambda w: w[1].entry)
    return page(request, "cases/queue.html", rows=rows, owners=owners, names=names, counts=counts, what=what)


@router.get("/search")
def search(request: Request, who: Reader, q: str = "") -> Response:
    """Records by words as people mistype them."""
    shown = who.may("see who a party is")
    with office_of(request).reading() as connection:
        found = find(connection, q, names=shown)
        names = names_of(connection, [p for _, _, p, _ in found if p]) if shown else {}
    return page(request, "cases/search.html", q=q, found=found, names=names, kind=record_of_id)
