"""A party asks to be entered in a register: sent, taken up, perhaps asked for more, then approved or refused by two hands."""

from dataclasses import replace
from datetime import date

from adit.register.procedures.proposals import Statement
from adit.register.records import Application, Membership
from adit.register.store import Books, Stated, listed
from adit.terms.errors import Refused

__all__ = ["answer_more", "apply", "approval", "ask_more", "refusal", "take_up", "withdraw"]

OPEN = ("sent", "in review", "more asked")


def apply(books: Books, id_: str, *, party: str, register: str, statement: str, on: date) -> None:
    """Send an application. Raises Refused where the party stands in the register, or one is open."""
    books.transaction.flush()
    member = listed(books.transaction.connection, Membership, "party = %s AND register = %s", [party, register], on=on)
    if member:
        raise Refused(
            f"The party stands in the register of {register} already, under number {member[0].record.number}.",
            name="member already",
        )
    books.state(id_, Application(party, register, "sent", statement), since=on, new=True)


def take_up(books: Books, id_: str, *, on: date, seen: int | None = None) -> None:
    """An officer begins to look at it."""
    _step(books, id_, ("sent",), "in review", on, seen=seen)


def ask_more(books: Books, id_: str, *, question: str, on: date, seen: int | None = None) -> None:
    """An officer needs more of the party before it can be decided."""
    if not question.strip():
        raise Refused("Say what is missing.", name="question missing")
    _step(books, id_, ("sent", "in review"), "more asked", on, answer=question, seen=seen)


def answer_more(books: Books, id_: str, *, statement: str, on: date) -> None:
    """The party gives what was asked for."""
    stated = _in(books, id_, ("more asked",), None)
    text = f"{stated.record.statement}\n\n{statement}".strip()
    books.state(id_, replace(stated.record, state="in review", statement=text), since=on, why=statement)


def withdraw(books: Books, id_: str, *, on: date) -> None:
    """The party takes its application back."""
    _step(books, id_, OPEN, "withdrawn", on)


def approval(
    application: Stated[Application], *, membership: str, number: str, on: date, cites: str, reason: str
) -> list[Statement]:
    """What entering the party would state: the application approved, and the membership from the day on."""
    a = application.record
    return [
        Statement(application.id, replace(a, state="approved", answer=reason, cites=cites), on),
        Statement(membership, Membership(a.party, a.register, number), on, new=True),
    ]


def refusal(application: Stated[Application], *, on: date, cites: str, reason: str) -> list[Statement]:
    """What refusing the party would state."""
    return [Statement(application.id, replace(application.record, state="refused", answer=reason, cites=cites), on)]


def _in(books: Books, id_: str, states: tuple[str, ...], seen: int | None) -> Stated[Application]:
    stated = books.current(Application, id_, seen=seen)
    if stated.record.state not in states:
        raise Refused(
            f"The application is {stated.record.state}; this step is for one that is {' or '.join(states)}.", name="wrong state",
            todo="Look at it again: somebody took the step before.",
        )  # fmt: skip
    return stated


def _step(
    books: Books, id_: str, states: tuple[str, ...], then: str, on: date, *, answer: str = "", seen: int | None = None
) -> None:
    stated = _in(books, id_, states, seen)
    books.state(id_, replace(stated.record, state=then, answer=answer or stated.record.answer), since=on, why=answer)
