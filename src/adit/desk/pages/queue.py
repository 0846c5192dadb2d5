"""The officer's queue, and the search over the whole register."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import names_of, whose
from adit.desk.finding import find
from adit.desk.web.filters import address, asked, chosen, kept
from adit.desk.web.hands import Officer, Reader
from adit.desk.web.pages import office_of, page
from adit.register.records import (
    Appeal,
    Application,
    Exclusion,
    Joining,
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
    "joinings": (Joining, "state IN ('sent', 'more asked')", lambda j: ""),
}
PATH = "/queue"


@router.get("/queue")
def queue(request: Request, who: Officer) -> Response:
    """What waits, the oldest first; how long the queue is does not matter, since only its head is read."""
    office, values = office_of(request), asked(request, PATH)
    what = chosen(values, "what", WAITING)
    with office.reading() as connection:
        waiting = [
            (kind.RECORD, found, about(found.record) or found.id, f"/{name}/{found.id}")
            for name, (kind, test, about) in WAITING.items()
            if what in ("", name)
            for found in listed(connection, kind, f"upper_inf(valid) AND {test}", order="entry", limit=100)
        ]
        owners = whose(connection, [about for _, _, about, _ in waiting])
        mine = kept(connection, who.code, PATH)
        counts = {
            name: count(connection, kind, f"upper_inf(valid) AND {test}") for name, (kind, test, _) in WAITING.items()
        }
    rows = sorted(waiting, key=lambda w: w[1].entry)
    return page(
        request, "cases/queue.html", rows=rows, owners=owners, counts=counts, what=what, kept=mine, here=address(PATH, values)
    )  # fmt: skip


@router.get("/search")
def search(request: Request, who: Reader, q: str = "") -> Response:
    """Records by words as people mistype them."""
    shown = who.may("see who a party is")
    with office_of(request).reading() as connection:
        found = find(connection, q, names=shown)
        names = names_of(connection, [p for _, _, p, _ in found if p]) if shown else {}
    return page(request, "cases/search.html", q=q, found=found, names=names, kind=record_of_id)
