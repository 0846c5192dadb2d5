"""What becomes of a hit: found, proposed to be cleared or confirmed, decided by another hand, looked at again by a third; and of a list that is not fresh.

What was decided is not shown to whoever looks at it again: to that hand it is a hit like any other. Where the two disagree, it is open again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from adit.engines.database import Connection
from adit.register.records import Clearing, HitReview, SecondLook, Waiver
from adit.register.store import Books, Stated, listed
from adit.terms.errors import BadInput, Forbidden, Refused

__all__ = [
    "OUTCOMES", "clearing_of", "decide", "decide_waiver", "due_again", "enter_hits", "gone", "key_of", "look", "propose_waiver", "take_back",
    "waiting_waivers",
]  # fmt: skip

OUTCOMES = ("clear", "confirm")
_CLEARED_DAYS = 180  # screening.clearings.CLEARED_MAX; the database has it too
_WAIVED_DAYS = 7
_DECIDED = {"clear": "cleared", "confirm": "confirmed"}
MOST = 100_000

Key = tuple[str, str, str]


def key_of(review: HitReview) -> Key:
    """What makes two hits one: subject, entry and engine."""
    return review.subject, review.listed, review.engine


# Found ------------------------------------------------------------------------------------------------------------
def enter_hits(books: Books, found: Mapping[str, HitReview], *, on: date) -> list[str]:
    """Enter hits for people to look at, under new ids; the ids of those that are open now and were not before.

    A hit that is looked at already stays as it is. One that was gone, or whose clearing has ended, is open again.
    """
    books.transaction.flush()
    connection = books.transaction.connection
    keys = {key_of(r): id_ for id_, r in found.items()}
    there = {
        key_of(r.record): r
        for r in listed(
            connection, HitReview, "subject = ANY(%s) AND upper_inf(valid)", [sorted({k[0] for k in keys})], limit=MOST
        )
    }
    opened: list[str] = []
    for key, id_ in keys.items():
        before = there.get(key)
        if before is None:
            books.state(id_, found[id_], since=on, new=True)
            opened.append(id_)
        elif before.record.state == "gone" or (
            before.record.state == "decided" and clearing_of(connection, before.id, on) is None
        ):
            books.state(before.id, found[id_], since=on, why="it was found again, and nothing that was decided holds")
            opened.append(before.id)
    return opened


def gone(books: Books, id_: str, *, on: date, why: str) -> None:
    """Nothing is to be decided any more: subject or entry is no longer what it was. What was decided of it holds for nothing by itself."""
    stated = books.current(HitReview, id_)
    if stated.record.state in ("open", "proposed"):
        books.state(id_, _open(stated.record, "gone"), since=on, why=why)


# Looking at it ----------------------------------------------------------------------------------------------------
def look(books: Books, id_: str, *, second: str, outcome: str, reason: str, on: date, seen: int | None = None) -> None:
    """Say what a hit is: as the first hand, or, where it was decided and the hash has drawn it, as the third, under the id `second`.

    Raises BadInput without an outcome and a reason, Refused where there is nothing to say, Forbidden for a hand that had its say.
    """
    if outcome not in OUTCOMES:
        raise BadInput("Say whether it is the listed one.", where="outcome")
    if not reason.strip():
        raise BadInput("Say by what you know it.", where="reason", todo="A second person decides by it, and a court may read it.")  # fmt: skip
    stated = books.current(HitReview, id_, seen=seen)
    if stated.record.state == "open":
        books.state(
            id_, replace(stated.record, state="proposed", outcome=outcome, reason=reason.strip(), proposed_by=books.hand), since=on, why=reason
        )  # fmt: skip
        return
    drawn = next((c for c in due_again(books.transaction.connection, on) if c.record.hitreview == id_), None)
    if stated.record.state != "decided" or drawn is None:
        raise Refused(
            f"The hit is {stated.record.state} already.", name="wrong state",
            todo="Look at it again: somebody took the step before.",
        )  # fmt: skip
    if books.hand in (drawn.record.proposed_by, drawn.record.decided_by):
        raise Forbidden("You had your say on this hit.", todo="A third person looks at it.")
    agrees = _DECIDED[outcome] == drawn.record.outcome
    books.state(second, SecondLook(drawn.id, books.hand, outcome, agrees, reason.strip()), since=on, new=True)
    if not agrees:
        books.withdraw(drawn.id, since=drawn.valid_from, why="a third person, who was not shown the outcome, disagrees")
        books.state(
            id_,
            _open(stated.record),
            since=on,
            why="a third person, who was not shown the outcome, came to another answer",
        )


def decide(
    books: Books, id_: str, *, clearing: str, agreed: bool, answer: str, on: date, seen: int | None = None
) -> None:
    """Decide what was proposed, as the second hand: agreed, it stands under the id `clearing`; otherwise the hit is open again, with the answer."""
    stated = _proposed(books, id_, seen)
    was = stated.record
    if was.proposed_by == books.hand:
        raise Forbidden("Who proposed it may not decide it.", todo="Another of those who screen has to.")
    if not agreed:
        if not answer.strip():
            raise BadInput("Say why you do not agree.", where="answer")
        books.state(id_, _open(was), since=on, why=answer)
        return
    books.state(id_, replace(was, state="decided", decided_by=books.hand), since=on, why=answer)
    expires = on + timedelta(days=_CLEARED_DAYS) if was.outcome == "clear" else None
    books.state(
        clearing,
        Clearing(id_, was.subject, was.listed, was.engine, _DECIDED[was.outcome], was.proposed_by, books.hand, expires),
        since=on,
        until=expires + timedelta(days=1) if expires else None,
        new=True,
    )


def take_back(books: Books, id_: str, *, on: date, seen: int | None = None) -> None:
    """Take one's own proposal back. Raises Forbidden for another hand."""
    stated = _proposed(books, id_, seen)
    if stated.record.proposed_by != books.hand:
        raise Forbidden("Another hand proposed this.", todo="Decide it, or leave it.")
    books.state(id_, _open(stated.record), since=on, why="taken back")


def _proposed(books: Books, id_: str, seen: int | None) -> Stated[HitReview]:
    stated = books.current(HitReview, id_, seen=seen)
    if stated.record.state != "proposed":
        raise Refused(
            f"The hit is {stated.record.state} already.", name="wrong state",
            todo="Look at it again: somebody took the step before.",
        )  # fmt: skip
    return stated


def _open(review: HitReview, state: str = "open") -> HitReview:
    return replace(review, state=state, outcome="", reason="", proposed_by="", decided_by="")


# Lists ------------------------------------------------------------------------------------------------------------
def propose_waiver(books: Books, id_: str, waiver: Waiver, *, on: date) -> None:
    """Propose that hits may be looked at although a list is not fresh, or that a file which differs is taken. Raises BadInput."""
    if waiver.list_state == "FRESH":
        raise BadInput("The list is fresh: there is nothing to waive.")
    if not waiver.reason.strip():
        raise BadInput("Say why.", where="reason", todo="A second person decides by it.")
    if not on <= waiver.expires_on <= on + timedelta(days=_WAIVED_DAYS):
        raise BadInput("A waiver ends within seven days.", where="expires_on", todo="Choose a day of this week.")
    books.state(id_, replace(waiver, state="proposed", proposed_by=books.hand, decided_by=""), since=on, new=True)


def decide_waiver(books: Books, id_: str, *, agreed: bool, answer: str, on: date, seen: int | None = None) -> Waiver:
    """Decide it as the second hand; what it is. Raises Forbidden for the hand that proposed it."""
    stated = books.current(Waiver, id_, seen=seen)
    if stated.record.state != "proposed":
        raise Refused(f"The waiver was {stated.record.state} already.", name="wrong state")
    if stated.record.proposed_by == books.hand:
        raise Forbidden("Who proposed it may not decide it.", todo="Another of those who screen has to.")
    made = replace(stated.record, state="given" if agreed else "declined", decided_by=books.hand)
    until = made.expires_on + timedelta(days=1)
    if until <= on:
        raise Refused("The waiver has run out before it was decided.", name="expired", todo="Propose another one.")
    # proposed on an earlier day, it begins where it was proposed: its bound counts from there
    books.state(id_, made, since=stated.valid_from, why=answer)
    return made


def waiting_waivers(connection: Connection, on: date) -> list[Stated[Waiver]]:
    """Waivers that a second hand has to decide, the oldest first."""
    return listed(
        connection, Waiver, "state = 'proposed' AND upper_inf(valid) AND expires_on >= %s", [on], order="entry"
    )


# Reading ----------------------------------------------------------------------------------------------------------
def clearing_of(connection: Connection, review: str, on: date) -> Stated[Clearing] | None:
    """What stands of a hit on a day."""
    found = listed(connection, Clearing, "hitreview = %s", [review], on=on, limit=1)
    return found[0] if found else None


def due_again(connection: Connection, on: date) -> Sequence[Stated[Clearing]]:
    """Decisions that stand, that the hash of their entry has drawn, and at which no third person has looked, the oldest first."""
    return listed(
        connection,
        Clearing,
        "register.is_sampled((SELECT leaf_hash FROM journal.entry e WHERE e.seq = clearing.entry))"
        " AND NOT EXISTS (SELECT FROM register.secondlook l WHERE l.clearing = register.clearing.id AND upper_inf(l.known))",
        on=on,
        order="entry",
        limit=MOST,
    )
