"""Writing a letter: its number, its code, what it says; kept as data, from which the PDF is made whenever somebody wants it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from adit.desk.office import Office
from adit.desk.papers import Block, Paper, blocks_of, code_for, pdf, plain_blocks
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.records import Identity, Letter
from adit.register.store import Books, Stated, listed
from adit.terms.errors import NotFound

__all__ = ["letter_pdf", "write_letter"]


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


def letter_pdf(connection: Connection, office: Office, letter: Stated[Letter]) -> bytes:
    """The letter as PDF. Raises NotFound where what it says was erased."""
    held = letter.record
    who = listed(connection, Identity, "party = %s", [held.party], limit=1)
    if not held.content:
        raise NotFound("What this letter said was erased by law.")
    i = who[0].record if who else Identity(held.party, held.party)
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
