"""Writing a letter: its number, its code, what it says; kept as data, from which the PDF is made whenever somebody wants it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi.responses import Response

from adit.desk.office import Office
from adit.desk.papers import Block, Paper, blocks_of, code_for, pdf, plain_blocks
from adit.desk.web.languages import words
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.procedures.erasures import erased_of, erasure_of
from adit.register.records import Identity, Letter
from adit.register.store import Books, Stated, get, listed, one
from adit.terms.errors import NotFound

__all__ = ["letter_of", "letter_pdf", "pdf_answer", "write_letter"]


def write_letter(
    books: Books,
    id_: str,
    *,
    party: str,
    about: str,
    paper: str,
    blocks: Sequence[Block],
    on: date,
    language: str,
    number: str = "",
) -> str:
    """Write a letter to a party; its number: the given one, or the year and the position in the log."""
    number = number or f"{on.year}-{books.transaction.seq:07}"
    content: dict[str, Any] = {
        "language": language,
        "blocks": plain_blocks(blocks),
        "on": on.isoformat(),
        "by": books.hand,
    }
    books.state(id_, Letter(party, about, paper, number, code_for(id_), content), since=on, new=True)
    return number


def pdf_answer(letter: Stated[Letter], content: bytes) -> Response:
    """The answer that a browser shows, and saves under the letter's number."""
    name = "".join(c for c in letter.record.number if c.isascii() and (c.isalnum() or c in "-_"))
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


def letter_of(connection: Connection, id_: str) -> Stated[Letter]:
    """A letter. Raises NotFound; of one that was erased it says so, and by which entry."""
    found = get(connection, Letter, id_)
    if found is None:
        erasure = erasure_of(connection, id_)
        if erasure is not None:
            raise NotFound(f"What this letter said was erased by law, by entry {erasure}.")
        return one(connection, Letter, id_)
    return found


def letter_pdf(connection: Connection, office: Office, letter: Stated[Letter]) -> bytes:
    """The letter as PDF. Where it was erased who its party is, it is addressed to a number, and says so."""
    held = letter.record
    who = listed(connection, Identity, "party = %s", [held.party], limit=1)
    i = who[0].record if who else _nobody(connection, office, held)
    newest = journal.latest_checkpoint(connection)
    [(written,)] = connection.execute(
        "SELECT created FROM register.subject WHERE id = %s", [letter.id]
    ).fetchall()  # not when it was read
    language = held.content["language"]
    return pdf(
        Paper(
            held.paper,
            language,
            held.number,
            held.code,
            office.settings.name(language),
            office.settings.address,
            i.name,
            i.address,
            i.inn,
            i.ogrn,
            date.fromisoformat(held.content["on"]),
            blocks_of(held.content["blocks"]),
            written,
            newest[0] if newest is not None and newest[0] > written else 0,
            f"{office.settings.url}/verify?code={held.code}",
            held.content["by"],
            office.settings.demo,
        )
    )


def _nobody(connection: Connection, office: Office, letter: Letter) -> Identity:
    """Whom a letter is addressed to where nothing is known of who that is."""
    said = words(letter.content["language"], office.settings.zone, office.regime)
    erased = [e for e in erased_of(connection, letter.party) if "identity" in e.kinds]
    why = said.gettext("Who this is was erased by law: entry {n}.", n=erased[0].seq) if erased else ""
    return Identity(letter.party, letter.party, address=why)
