"""A party objects: to a refusal, a decision, an exclusion. Heard by officers who did not decide it, and answered by two hands."""

from dataclasses import replace
from datetime import date

from adit.journal import store as journal
from adit.register.procedures.proposals import Statement
from adit.register.records import Appeal, Proposal
from adit.register.store import Books, Stated, listed
from adit.terms.errors import BadInput, Forbidden, Refused

__all__ = ["answer", "appeal", "unconcerned", "withdraw"]


def appeal(books: Books, id_: str, *, party: str, about: str, statement: str, on: date) -> None:
    """Object to something. Raises Refused where an objection to it is open, BadInput without words."""
    if not statement.strip():
        raise BadInput(
            "An appeal says what is wrong.",
            todo="Write in a sentence or two what should be decided otherwise, and why.",
        )
    books.transaction.flush()
    open_ = listed(books.transaction.connection, Appeal, "about = %s AND state = 'sent'", [about])
    if open_:
        raise Refused(
            "An appeal about this is open already.", name="appeal open", todo="Wait for its answer, or withdraw it."
        )
    books.state(id_, Appeal(party, about, "sent", statement), since=on, new=True)


def answer(stated: Stated[Appeal], *, upheld: bool, text: str, on: date) -> list[Statement]:
    """What answering it would state. Raises Refused where it is not open."""
    if stated.record.state != "sent":
        raise Refused(f"The appeal was {stated.record.state} already.", name="wrong state")
    return [Statement(stated.id, replace(stated.record, state="upheld" if upheld else "rejected", answer=text), on)]


def withdraw(books: Books, id_: str, *, on: date) -> None:
    """The party takes its appeal back."""
    stated = books.current(Appeal, id_)
    if stated.record.state != "sent":
        raise Refused(f"The appeal was {stated.record.state} already.", name="wrong state")
    books.state(id_, replace(stated.record, state="withdrawn"), since=on)


def unconcerned(books: Books, about: str) -> None:
    """Raise Forbidden for a hand that took part in what is appealed against: another officer has to answer."""
    connection = books.transaction.connection
    hands = {e.hand for e in journal.entries_about(connection, [about])}
    hands |= {p.record.proposed_by for p in listed(connection, Proposal, "about = %s", [about])}
    if books.hand in hands:
        raise Forbidden("You took part in what this appeal is about.", todo="Another officer has to answer it.")
