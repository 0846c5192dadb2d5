"""Striking a member off: notice with a term to answer, then excluded or dropped by two hands; restored where an appeal is upheld."""

from dataclasses import replace
from datetime import date, timedelta

from adit.register.procedures.proposals import Statement
from adit.register.records import Exclusion, Membership
from adit.register.store import Books, Stated, one
from adit.terms.errors import Refused

__all__ = ["answer", "drop", "exclude", "notice", "restore"]


def notice(
    books: Books, id_: str, *, membership: str, ground: str, evidence: str, cites: str, on: date, term_days: int
) -> Exclusion:
    """Tell a member that it is to be struck off, why, and until when it may answer. Raises Refused where one is open."""
    if term_days < 1:
        raise Refused("A notice gives at least a day to answer.", name="term too short")
    books.current(Membership, membership)
    exclusion = Exclusion(membership, ground, "noticed", evidence, cites, on, on + timedelta(days=term_days))
    books.state(id_, exclusion, since=on, new=True, why=evidence)
    return exclusion


def answer(books: Books, id_: str, *, text: str, on: date) -> None:
    """The member answers within the term. Raises Refused after it."""
    stated = books.current(Exclusion, id_)
    _noticed(stated)
    if on > stated.record.answer_by:
        raise Refused(
            f"The term to answer ended on {stated.record.answer_by}.", name="term over",
            todo="If it has been decided meanwhile, appeal against the decision.",
        )  # fmt: skip
    books.state(id_, replace(stated.record, answer=text), since=on, why=text)


def exclude(books: Books, exclusion: Stated[Exclusion], *, on: date) -> list[Statement]:
    """What striking the member off would state. Raises Refused before the term is over, unless the member has answered."""
    _noticed(exclusion)
    if on <= exclusion.record.answer_by and not exclusion.record.answer:
        raise Refused(
            f"The member may answer until {exclusion.record.answer_by}.",
            name="term runs",
            todo="Wait for the answer or for the next day.",
        )
    books.transaction.flush()
    member = one(books.transaction.connection, Membership, exclusion.record.membership)
    return [
        Statement(exclusion.id, replace(exclusion.record, state="excluded"), on),
        Statement(member.id, member.record, on, ends=True),
    ]


def drop(exclusion: Stated[Exclusion], *, on: date) -> list[Statement]:
    """What leaving the member in the register would state."""
    _noticed(exclusion)
    return [Statement(exclusion.id, replace(exclusion.record, state="dropped"), on)]


def restore(
    exclusion: Stated[Exclusion], membership: Stated[Membership], *, new_membership: str, on: date
) -> list[Statement]:
    """What entering the member again would state: from the day on, under the number it had."""
    if exclusion.record.state != "excluded":
        raise Refused(f"The exclusion is {exclusion.record.state}: there is nothing to restore.", name="wrong state")
    return [
        Statement(exclusion.id, replace(exclusion.record, state="restored"), on),
        Statement(new_membership, membership.record, on, new=True),
    ]


def _noticed(exclusion: Stated[Exclusion]) -> None:
    if exclusion.record.state != "noticed":
        raise Refused(f"The member was {exclusion.record.state} already.", name="wrong state")
