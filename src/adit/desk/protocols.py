"""The protocol of a visit: what was found is entered, and whose site it is gets it by letter. Both are entered, or neither.

An inspector who could not enter found nothing: then no number of machines stands in the register, and the visit is not called filed.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adit.desk.cases import place_of
from adit.desk.letters import write_letter
from adit.desk.papers import Block, Facts, Heading, Text
from adit.desk.site_use import machines_at
from adit.desk.web.languages import Words
from adit.register.procedures import inspections
from adit.register.records import Inspection, Site
from adit.register.store import Books, one
from adit.terms.errors import Forbidden, Refused

__all__ = ["STATES", "Found", "difference", "file_protocol", "state_of", "where_state"]

STATES = ("planned", "filed", "not entered", "cancelled")
_WHERE = {"not entered": "state = 'cancelled' AND protocol <> ''", "cancelled": "state = 'cancelled' AND protocol = ''"}


@dataclass(frozen=True, slots=True)
class Found:
    """What an inspector brings back. `machines` None: could not enter, and the text says why. `meter`: the serial of the one that was read."""

    machines: int | None
    reading_wh: int | None
    meter: str
    text: str
    photos: tuple[dict[str, Any], ...] = ()


def state_of(visit: Inspection) -> str:
    """How a visit stands: planned, filed, not entered, cancelled. Who could not enter has left a protocol; who called it off has not."""
    return "not entered" if visit.state == "cancelled" and visit.protocol else visit.state


def where_state(state: str) -> str:
    """The same, as a condition over the columns of the register."""
    assert state in STATES, state
    return _WHERE.get(state, f"state = '{state}'")


def difference(said: Words, registered: int, found: int) -> str:
    """How many machines were found beside how many are in the register, in words."""
    if found == registered:
        return said.gettext("as many as in the register")
    if found < registered:
        return said.ngettext("{n} fewer than in the register", "{n} fewer than in the register", registered - found)
    return said.ngettext("{n} more than in the register", "{n} more than in the register", found - registered)


def file_protocol(books: Books, id_: str, found: Found, *, letter: str, said: Words, on: date) -> None:
    """File a visit, and write to whose site it is. Raises what `inspections.file` does."""
    if found.machines is None:
        _not_entered(books, id_, found, on)
    else:
        inspections.file(
            books, id_, machines_found=found.machines, reading_wh=found.reading_wh, protocol=found.text, photos=found.photos, on=on
        )  # fmt: skip
    visit = books.current(Inspection, id_).record
    site = one(books.transaction.connection, Site, visit.site).record
    registered = machines_at(books.transaction.connection, visit.site, on, known=books.transaction.seq)
    blocks = _blocks(said, site, found, registered, books.hand, on)
    write_letter(
        books, letter, party=site.owner, about=id_, paper="protocol", blocks=blocks, on=on, language=said.language
    )


def _not_entered(books: Books, id_: str, found: Found, on: date) -> None:
    stated = books.current(Inspection, id_)
    if stated.record.inspector != books.hand:
        raise Forbidden("The visit is planned for another inspector.", todo="Have it planned anew for you.")
    if stated.record.state != "planned":
        raise Refused(f"The visit was {state_of(stated.record)} already.", name="wrong state", todo="Plan another one.")
    books.state(
        id_, replace(stated.record, state="cancelled", protocol=found.text, photos=found.photos), since=on, why="could not enter"
    )  # fmt: skip


def _blocks(said: Words, site: Site, found: Found, registered: int, hand: str, on: date) -> list[Block]:
    _ = said.gettext
    rows = [
        (_("Site"), site.name),
        (_("Where"), site.address or place_of(said, site)),
        (_("Day"), said.day(on)),
        (_("Inspector"), hand),
    ]
    if found.machines is not None:
        rows += [
            (_("Machines in the register"), said.number(registered)),
            (_("Machines found"), f"{said.number(found.machines)}: {difference(said, registered, found.machines)}"),
        ]
    if found.reading_wh is not None:
        rows += [(_("Meter"), found.meter), (_("Reading of the meter"), said.energy(found.reading_wh))]
    head = _("What was found") if found.machines is not None else _("Why it could not be entered")
    opening = (
        _("An inspector of the office visited your site. What was found stands below.")
        if found.machines is not None
        else _("An inspector of the office came to your site and could not enter it.")
    )
    blocks: list[Block] = [Text(opening), Facts(tuple(rows))]
    if found.text:
        blocks += [Heading(head), *(Text(p) for p in found.text.split("\n") if p.strip())]
    if found.photos:
        blocks += [
            Heading(_("Photos, by the hash of each")),
            *(Text(_in_groups(str(p["sha256"]))) for p in found.photos),
        ]
    return blocks


def _in_groups(digest: str) -> str:
    """A hash as people compare it: eight signs at a time."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
