"""Accounts of newcomers: made with a request, opening nothing but that request until two officers have confirmed it, and nobody's once it has ended.

What somebody claims is looked up nowhere when it is sent: so neither the answer nor its time tells whether an INN or a login is known. Until
it is confirmed an account is opened by the number of its request; the login that was asked for is given then, if it is free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

import structlog

from adit.desk.letters import write_letter
from adit.desk.office import Office, new_id
from adit.desk.papers import Block, Facts, Text, parse_code
from adit.desk.web.accounts import hashed
from adit.desk.web.hands import ASKING
from adit.desk.web.languages import Words
from adit.engines.database import Connection
from adit.journal.entries import Draft
from adit.journal.writer import Transaction
from adit.register.procedures import joining
from adit.register.procedures.proposals import statements_of
from adit.register.records import Joining, Mandate, Proposal
from adit.register.store import Books
from adit.terms.errors import BadInput, Forbidden, Refused, Unavailable

__all__ = [
    "KEPT_DAYS", "Newcomer", "ask", "carry_out", "clear", "give_code", "newcomer", "number_of", "room", "send_code", "sweep", "tell", "unconcerned",
]  # fmt: skip

log = structlog.get_logger()
MOST_OPEN, MOST_AN_HOUR = 500, 60  # requests of all together
KEPT_DAYS = 30  # a request about which nothing is entered is taken away after that
CODE_TRIES = 5
_SWEPT = 1000  # requests that are taken away at once


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who has no account yet: what they want to sign in with."""

    hand: str
    login: str
    password: str  # as it is kept
    language: str
    number: str  # by which they sign in until then


# Asking -----------------------------------------------------------------------------------------------------------
def newcomer(office: Office, login: str, password: str, *, request: str, hosts: bool, language: str) -> Newcomer:
    """Somebody new, with their password as it is kept. Raises BadInput for a weak password, or what is no login."""
    login = login.strip().lower()
    if not 3 <= len(login) <= 60 or not login.isprintable() or any(c.isspace() for c in login):
        raise BadInput("A login has 3 to 60 signs and no blanks.", where="login")
    try:
        kept = hashed(password, login, office)
    except BadInput as error:
        raise BadInput(error.what, where="password", todo=error.todo) from error
    return Newcomer(new_id("operator" if hosts else "miner"), login, kept, language, number_of(request))


def number_of(request: str) -> str:
    """By which somebody signs in until their request is decided."""
    return request.partition("-")[2]


def ask(books: Books, id_: str, asked: Joining, on: date, new: Newcomer | None = None) -> None:
    """Enter a request, with the account of whoever is new. Raises BadInput for what cannot be so, Unavailable where too many ask."""
    write = books.transaction
    write.flush()
    room(write.connection, write.now)
    if new is not None:
        write.append(Draft("account", new.hand, new.hand, {"roles": [ASKING], "parties": [], "act": "asked for"}))
        write.later(
            "INSERT INTO desk.account (hand, login, wanted, name, roles, password, language) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (new.hand, new.number, new.login, asked.person.strip(), [ASKING], new.password, new.language), first=True,
        )  # fmt: skip
    joining.ask(books, id_, asked, on=on)


def room(connection: Connection, now: datetime) -> None:
    """Raise Unavailable where too many requests wait, or came within the hour: from wherever they come, the journal grows by so many at most."""
    [(waiting, lately)] = connection.execute(
        "SELECT count(*) FILTER (WHERE j.state <> 'withdrawn'), count(*) FILTER (WHERE e.recorded_at_utc > %s) FROM register.joining j"
        " JOIN journal.entry e ON e.seq = j.entry"
        " WHERE upper_inf(j.known) AND upper_inf(j.valid) AND j.state IN ('sent', 'more asked', 'withdrawn') AND lower(j.valid) >= %s",
        (now - timedelta(hours=1), (now - timedelta(days=KEPT_DAYS + 2)).date()),
    ).fetchall()
    if waiting >= MOST_OPEN or lately >= MOST_AN_HOUR:
        log.warning("requests for accounts are turned away", size=waiting)
        raise Unavailable(
            "Too many are asking for accounts.", todo="Try again in an hour, or come to the office with your passport."
        )


# Confirming -------------------------------------------------------------------------------------------------------
def unconcerned(books: Books, asked: Joining) -> None:
    """Raise Forbidden for a hand that would confirm itself."""
    if books.hand == asked.hand:
        raise Forbidden("Nobody confirms what is their own.", todo="Another officer has to.")


def carry_out(books: Books, proposal: Proposal) -> None:
    """Have the account act for the party, as was just approved: its role, its login, and the party on its mandate."""
    stated = {type(s.record): s for s in statements_of(proposal)}
    asked, mandate = stated[Joining].record, stated[Mandate].record
    assert isinstance(asked, Joining), "as it was proposed"
    assert isinstance(mandate, Mandate), "as it was proposed"
    unconcerned(books, asked)
    write = books.transaction
    rows = write.query(
        "SELECT login, wanted, roles FROM desk.account WHERE hand = %s AND closed_at IS NULL FOR UPDATE", [asked.hand]
    )
    if not rows:
        raise Refused("The account was closed meanwhile.", name="changed meanwhile", todo="Decline the proposal.")
    [(login, wanted, roles)] = rows
    if wanted and not write.query("SELECT 1 FROM desk.account WHERE login = %s", [wanted]):
        login = wanted
    roles = sorted({*roles, "operator" if asked.hosts else "miner"} - {ASKING})
    write.append(
        Draft("account", asked.hand, books.hand, {"roles": roles, "parties": [mandate.party], "act": "confirmed"})
    )
    write.later(
        "UPDATE desk.account SET roles = %s, login = %s, wanted = NULL WHERE hand = %s", (roles, login, asked.hand)
    )
    write.later(
        "INSERT INTO desk.account_party (hand, party, mandate) VALUES (%s, %s, %s)"
        " ON CONFLICT (hand, party) DO UPDATE SET mandate = excluded.mandate",
        (asked.hand, mandate.party, stated[Mandate].id),
    )


def tell(books: Books, letter: str, *, about: str, asked: Joining, party: str, said: Words, on: date) -> None:
    """Write to a party that somebody asks to act for it, before it is decided: whoever acts for it already reads that, and may object."""
    _ = said.gettext
    rows = [(_("Who"), asked.person), (_("Role"), _(asked.role))]
    if asked.document:
        rows.append((_("Power of attorney"), f"{asked.document}, {said.day(asked.document_on)}"))
    blocks: tuple[Block, ...] = (
        Text(_("Somebody asks to act for you at the desk. If you do not know of it, or do not want it, tell the office at once: it is not decided yet.")),
        Facts(tuple(rows)),
    )  # fmt: skip
    write_letter(
        books, letter, party=party, about=about, paper="notice of a request", blocks=blocks, on=on, language="ru"
    )


# A code by letter -------------------------------------------------------------------------------------------------
def send_code(books: Books, id_: str, sent_to: str, code: str) -> None:
    """Keep that a code goes by letter to where a register of the state says that the party is; the one before is of no use any more."""
    write = books.transaction
    stated = books.current(Joining, id_)
    if stated.record.state not in joining.OPEN:
        raise Refused(f"The request was {stated.record.state} already.", name="wrong state")
    write.append(Draft("account", id_, books.hand, {"act": "code sent", "why": "a code was sent by letter"}))
    write.later(
        "INSERT INTO desk.joining_code (joining, hash, sent_to, made_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (joining) DO UPDATE SET hash = excluded.hash, sent_to = excluded.sent_to, made_at = excluded.made_at, tries = 0,"
        " given_at = NULL", (id_, _hash(id_, code), sent_to, write.now),
    )  # fmt: skip


def give_code(office: Office, hand: str, request: str, text: str) -> None:
    """Take a code that came by letter, and enter that it was given. Raises BadInput for another one, and once it was tried too often."""
    code = parse_code(text)
    with office.reading() as connection:
        row = connection.execute(
            "UPDATE desk.joining_code SET tries = tries + 1 WHERE joining = %s AND tries < %s AND given_at IS NULL RETURNING hash",
            (request, CODE_TRIES),
        ).fetchone()
    if row is None or not compare_digest(bytes(row[0]), _hash(request, code)):
        raise BadInput(
            "This is not the code of the letter, or it was tried too often.", where="code",
            todo="Compare it with the letter; after five tries the office has to send another one.",
        )  # fmt: skip

    def work(transaction: Transaction) -> dict[str, str]:
        transaction.append(
            Draft("account", request, hand, {"act": "code given", "why": "the code of the letter was given"})
        )
        transaction.later("UPDATE desk.joining_code SET given_at = %s WHERE joining = %s", (transaction.now, request))
        return {}

    office.write(work, key=f"code given {request} {_hash(request, code).hex()[:16]}")


def _hash(request: str, code: str) -> bytes:
    """Of sixty bits of chance: a plain hash tells nothing of them that five tries would."""
    return sha256(f"{request} {code}".encode()).digest()


# Ending -----------------------------------------------------------------------------------------------------------
def clear(books: Books, id_: str, state: str, *, on: date, why: str) -> None:
    """End a request: what it said is taken away, and an account that was made for it alone is closed and nobody's."""
    was = joining.end(books, id_, state, on=on, why=why)
    write = books.transaction
    write.later("DELETE FROM desk.joining_code WHERE joining = %s", (id_,))
    if write.query(
        "SELECT 1 FROM desk.account WHERE hand = %s AND roles = %s AND closed_at IS NULL", (was.hand, [ASKING])
    ):
        write.append(Draft("account", was.hand, books.hand, {"act": "closed"}))
        write.later(
            "UPDATE desk.account SET name = hand, login = hand, password = '', wanted = NULL, closed_at = %s WHERE hand = %s", (write.now, was.hand)
        )  # fmt: skip
        write.later("DELETE FROM desk.session WHERE hand = %s", (was.hand,))


def sweep(office: Office, hand: str) -> int:
    """Take away requests that nobody acted on for so long, and those that were refused so long ago; how many."""
    with office.reading() as connection:
        found: Sequence[str] = joining.stale(connection, office.today() - timedelta(days=KEPT_DAYS), _SWEPT)
    on, ended = office.today(), 0
    for id_ in found:

        def work(transaction: Transaction, id_: str = id_) -> dict[str, str]:
            clear(Books(transaction, hand), id_, "expired", on=on, why="nothing was entered about it for thirty days")
            return {}

        try:
            ended += not office.write(work, key=f"expired {id_} {on}").again
        except Refused:  # somebody took it up this moment
            continue
    return ended
