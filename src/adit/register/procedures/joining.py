"""Somebody asks to act for a party: what is claimed, corrected, asked for, refused or confirmed by two hands, and taken away when it leads to nothing.

What is claimed opens nothing. It is held against itself here (a company has the numbers of a company), and against the register by the
officers who confirm it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from adit.engines.database import Connection
from adit.journal.entries import ERASURE
from adit.register.procedures.proposals import Statement
from adit.register.records import Identity, Joining, Mandate, Party, Proposal
from adit.register.store import Books, Stated, listed
from adit.terms.errors import BadInput, Refused
from adit.terms.identifiers import inn, ogrn

__all__ = [
    "CONFIRM", "END", "OPEN", "ROLES", "SEEN", "ask", "ask_more", "checked", "confirmation", "correct", "end", "ended", "is_claimed", "mandates_of", "number",
    "refuse", "stale",
]  # fmt: skip

OPEN = ("sent", "more asked")
CONFIRM, END = "confirm account", "end mandate"  # acts of proposals
ROLES: dict[str, tuple[str, ...]] = {
    "citizen": ("self", "attorney"),
    "entrepreneur": ("self", "attorney"),
    "company": ("director", "attorney"),
    "foreign_person": ("self", "attorney"),
    "foreign_company": ("director", "attorney"),
}
SEEN = ("passport in person", "power of attorney", "code by letter", "state sign-in")
_INN = {"citizen": 12, "entrepreneur": 12, "company": 10, "foreign_person": 12, "foreign_company": 10}
_OGRN = {"entrepreneur": 15, "company": 13}
MOST_ENTRIES = 20  # about one request, with which somebody unknown may fill the journal
LONGEST = {"name": 300, "address": 300, "email": 200, "phone": 50, "person": 200, "document": 100, "statement": 2000}


# What is claimed --------------------------------------------------------------------------------------------------
def checked(joining: Joining, on: date) -> Joining:
    """The request with its numbers as digits alone. Raises BadInput, with the field as its place, for what cannot be so by itself."""
    for field, most in LONGEST.items():
        if len(getattr(joining, field)) > most:
            raise BadInput(f"This is longer than {most} signs.", where=field, todo="Shorten it.")
    if joining.kind not in ROLES:
        raise BadInput("Choose who asks.", where="kind")
    if not joining.name.strip():
        raise BadInput("The name is missing.", where="name")
    if not joining.person.strip():
        raise BadInput("The name of whoever acts is missing.", where="person")
    if not _is_mail(joining.email):
        raise BadInput("This is no address for mail.", where="email", todo="Write it as name@example.org.")
    _check_country(joining)
    _check_ground(joining, on)
    return replace(
        joining, inn=number("inn", joining.inn, joining.kind), ogrn=number("ogrn", joining.ogrn, joining.kind)
    )  # fmt: skip


def _is_mail(text: str) -> bool:
    name, _, host = text.rpartition("@")
    return bool(name) and "." in host.strip(".") and not any(c.isspace() for c in text)


def _check_country(joining: Joining) -> None:
    foreign = joining.kind.startswith("foreign")
    if not (len(joining.country) == 2 and joining.country.isascii() and joining.country.isupper()):
        raise BadInput("Choose the country.", where="country")
    if foreign == (joining.country == "RU"):
        raise BadInput(
            "The country does not fit who asks.", where="country",
            todo="A foreign person or company is of another country than Russia; all others are of Russia.",
        )  # fmt: skip


def _check_ground(joining: Joining, on: date) -> None:
    """Who acts for whom: oneself, a company by its director, anybody by a power of attorney."""
    if joining.role not in ROLES[joining.kind]:
        raise BadInput(
            "Nobody acts for this kind of party in this role.", where="role",
            todo="A person acts for itself, a company by its director, each of them by a power of attorney.",
        )  # fmt: skip
    if joining.role != "attorney":
        return
    if not joining.document.strip():
        raise BadInput("The number of the power of attorney is missing.", where="document")
    if joining.document_on is None:
        raise BadInput("The day of the power of attorney is missing.", where="document_on")
    if joining.document_on > on:
        raise BadInput("The power of attorney is of a day to come.", where="document_on")
    if joining.document_until is not None and joining.document_until < on:
        raise BadInput("The power of attorney has run out.", where="document_until", todo="Have another one written.")


def number(field: str, text: str, kind: str, *, needed: bool = True) -> str:
    """An INN or OGRN as digits alone; empty where this kind of party needs none, or `needed` is not, and none is given. Raises BadInput."""
    inns = field == "inn"
    digits = (_INN if inns else _OGRN).get(kind)
    if not text.strip():
        if needed and digits is not None and not kind.startswith("foreign"):
            raise BadInput("The INN is missing." if inns else "The OGRN is missing.", where=field)
        return ""
    if digits is None:
        raise BadInput("Companies and entrepreneurs alone have an OGRN.", where=field, todo="Leave it empty.")
    try:
        found = inn(text) if inns else ogrn(text)
    except BadInput as error:
        raise BadInput(error.what, where=field, todo=error.todo) from error
    if len(found) != digits:
        raise BadInput(
            f"The INN has {digits} digits here." if inns else f"The OGRN has {digits} digits here.", where=field,
            todo="Look at the kind of party once more: a company has 10 digits in its INN and 13 in its OGRN, a person 12 and 15.",
        )  # fmt: skip
    return found


# Steps ------------------------------------------------------------------------------------------------------------
def ask(books: Books, id_: str, joining: Joining, *, on: date) -> None:
    """Ask. Raises BadInput for what cannot be so; the database refuses a second request of one hand while one is open."""
    books.state(
        id_, replace(checked(joining, on), hand=books.hand, state="sent", answer="", party=None), since=on, new=True
    )


def correct(books: Books, id_: str, joining: Joining, *, on: date, seen: int | None = None) -> None:
    """Say it anew, and so answer what was asked for. What was proposed of it is void by that. Raises Refused once that was done too often."""
    stated = _open(books, id_, seen)
    if books.transaction.query("SELECT count(*) FROM journal.entry WHERE subject = %s", [id_])[0][0] >= MOST_ENTRIES:
        raise Refused(
            "This request was corrected too often.", name="too often", todo="Come to the office, or take it back and ask anew."
        )  # fmt: skip
    books.state(
        id_, replace(checked(joining, on), hand=stated.record.hand, state="sent", answer="", party=None), since=on
    )


def ask_more(books: Books, id_: str, *, question: str, on: date, seen: int | None = None) -> None:
    """An officer needs more before it can be confirmed or refused."""
    stated = _open(books, id_, seen)
    books.state(id_, replace(stated.record, state="more asked", answer=question), since=on, why=question)


def refuse(books: Books, id_: str, *, reason: str, on: date, seen: int | None = None) -> None:
    """Refuse it, with the reason as whoever asked will read it. They may ask again."""
    stated = _open(books, id_, seen)
    _no_proposal(books, id_)
    books.state(id_, replace(stated.record, state="refused", answer=reason), since=on, why=reason)


def end(books: Books, id_: str, state: str, *, on: date, why: str) -> Joining:
    """End a request that led to nothing, and take away what it said: withdrawn, expired, or cleared away. What it was.

    It had served its purpose or never had one, so that no law has to demand it. That it was made, when, and how it ended stays; so does a
    letter by which a party was told of it.
    """
    stated = books.current(Joining, id_)
    if stated.record.state not in (*OPEN, "refused"):
        raise Refused(f"The request was {stated.record.state} already.", name="wrong state")
    _no_proposal(books, id_)
    was = stated.record
    said = [
        int(seq)
        for (seq,) in books.transaction.query(
            "SELECT seq FROM journal.entry JOIN journal.payload USING (seq) WHERE body IS NOT NULL AND kind <> %s AND (subject = %s OR"
            " subject IN (SELECT id FROM register.proposal WHERE about = %s)) ORDER BY seq",
            (ERASURE, id_, id_),
        )
    ]
    books.state(id_, Joining(was.hand, state, was.kind, was.country, role=was.role), since=on, why=why)
    books.erase(said, why=why, about=id_)
    return was


def _open(books: Books, id_: str, seen: int | None) -> Stated[Joining]:
    stated = books.current(Joining, id_, seen=seen)
    if stated.record.state not in OPEN:
        raise Refused(
            f"The request was {stated.record.state} already.", name="wrong state",
            todo="Look at it again: somebody took the step before.",
        )  # fmt: skip
    return stated


def _no_proposal(books: Books, id_: str) -> None:
    if listed(books.transaction.connection, Proposal, "about = %s AND state = 'pending' AND upper_inf(valid)", [id_]):
        raise Refused(
            "A proposal about this waits already.", name="proposal_one_pending", todo="Decide that one first."
        )


# Confirming -------------------------------------------------------------------------------------------------------
def confirmation(
    found: Stated[Joining], *, mandate: str, party: str, identity: str, seen: str, remark: str, on: date
) -> list[Statement]:
    """What confirming it would state: who acts for the party and on what ground; with `identity`, an id, the party itself is new.

    A power of attorney ends by itself. Raises BadInput for a ground that an officer cannot have seen of it.
    """
    j = found.record
    if seen not in SEEN:
        raise BadInput("Say what you have seen.", where="seen_of")
    if not remark.strip():
        raise BadInput("Say what exactly you have seen, with its number.", where="remark")
    if seen == "power of attorney" and j.role != "attorney":
        raise BadInput("Nobody acts by a power of attorney here.", where="seen_of", todo="Choose what proves the role.")
    last = j.document_until if j.role == "attorney" else None
    if last is not None and last < on:
        raise BadInput("The power of attorney has run out.", where="seen_of", todo="Ask for another one.")
    acts = Mandate(j.hand, party, j.role, seen, remark.strip(), j.document, j.document_on, found.id)
    until = last + timedelta(days=1) if last is not None else None
    new = [
        Statement(party, Party(j.kind, j.country, tax_resident=not j.kind.startswith("foreign")), on, new=True),
        Statement(identity, Identity(party, j.name, j.inn, j.ogrn, j.address, j.email, j.phone), on, new=True),
    ]  # fmt: skip
    return [
        *(new if identity else []),
        Statement(mandate, acts, on, until, new=True),
        Statement(found.id, replace(j, state="confirmed", party=party), on),
    ]


def ended(found: Stated[Mandate], *, on: date) -> list[Statement]:
    """What it would state that a hand acts for a party no more."""
    return [Statement(found.id, found.record, on, ends=True)]


# Reading ----------------------------------------------------------------------------------------------------------
def mandates_of(connection: Connection, party: str, on: date, *, known: int | None = None) -> list[Stated[Mandate]]:
    """Who acts for a party on a day, as far as that was confirmed."""
    return listed(connection, Mandate, "party = %s", [party], on=on, known=known, order="lower(valid), id")


def is_claimed(connection: Connection, found: Stated[Joining]) -> list[Stated[Joining]]:
    """Other open requests that claim the same numbers."""
    j = found.record
    return listed(
        connection, Joining, f"id <> %s AND state IN {OPEN} AND ((inn = %s AND inn <> '') OR (ogrn = %s AND ogrn <> ''))",
        [found.id, j.inn, j.ogrn], order="entry", limit=20,
    )  # fmt: skip


def stale(connection: Connection, before: date, limit: int) -> Sequence[str]:
    """Requests about which nothing was entered since a day, and no proposal waits: open ones that nobody acted on, refused ones that were read."""
    rows = connection.execute(
        f"SELECT id FROM register.joining j WHERE upper_inf(known) AND upper_inf(valid) AND state IN {(*OPEN, 'refused')} AND lower(valid) < %s"
        " AND NOT EXISTS (SELECT FROM register.proposal p WHERE p.about = j.id AND upper_inf(p.known) AND p.state = 'pending')"
        " ORDER BY entry LIMIT %s",
        (before, limit),
    )
    return [str(id_) for (id_,) in rows]
