"""Four eyes: what one officer proposes is entered only when another approves it.

A proposal holds what would be entered, word for word, so that the second officer sees exactly what the second signature does. One proposal
is open about a record at a time; where the record changed since, it is refused and has to be made anew. The database holds the two hands
apart as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adit.register.records import Proposal, Record, record_of_id
from adit.register.store import Books, Stated, listed, plain, record_from
from adit.terms.errors import Forbidden, Refused

__all__ = ["Erasure", "Statement", "approve", "decline", "erasures_of", "propose", "statements_of"]


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that is to be stated: of which record, what, from which day to which. `new`: the id was never used.

    `ends`: what is stated now holds no more from the day on. `corrects`: the entry that it puts right, which is named in the new one.
    """

    id: str
    record: Record
    since: date
    until: date | None = None
    new: bool = False
    ends: bool = False
    corrects: int | None = None

    def plain(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "record": plain(self.record),
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "new": self.new,
            "ends": self.ends,
            "corrects": self.corrects,
        }


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be taken away: what these entries say, and who these accounts are; by which article."""

    entries: tuple[int, ...]
    accounts: tuple[str, ...]  # their hands
    cites: str

    def plain(self) -> dict[str, Any]:
        return {"erase": list(self.entries), "accounts": list(self.accounts), "cites": self.cites}


def propose(
    books: Books,
    id_: str,
    *,
    about: str,
    act: str,
    statements: Sequence[Statement | Erasure],
    reason: str,
    since: date,
    seen: int | None = None,
    kind: type[Record] | None = None,
) -> None:
    """Propose to enter the statements about a record. Raises Refused where one is open about it, or it changed since it was seen."""
    if kind is not None:
        books.current(kind, about, seen=seen)
    books.state(
        id_,
        Proposal(about, act, tuple(s.plain() for s in statements), reason, proposed_by=books.hand),
        since=since,
        new=True,
        why=reason,
    )


def approve(books: Books, id_: str, *, on: date, answer: str = "", seen: int | None = None) -> tuple[str, ...]:
    """Enter what was proposed, and erase what was to be erased; the ids of the statements.

    Raises Forbidden for the hand that proposed it, Refused where it is not open, or what it is about was changed since.
    """
    proposal = _open(books, id_, seen)
    _second_hand(books, proposal)
    writes = statements_of(proposal.record)
    for statement in writes:
        _unchanged(books, statement, proposal.entry)
    books.state(
        id_, replace(proposal.record, state="approved", decided_by=books.hand, answer=answer), since=on, why=answer
    )
    for statement in writes:
        if statement.ends:
            books.withdraw(statement.id, since=statement.since, why=proposal.record.reason)
            continue
        books.state(
            statement.id, statement.record, since=statement.since, until=statement.until, new=statement.new,
            why=proposal.record.reason,
            detail={"proposal": id_} | ({"corrects": statement.corrects} if statement.corrects is not None else {}),
        )  # fmt: skip
    for erasure in erasures_of(proposal.record):
        if erasure.entries:
            books.erase(erasure.entries, why=proposal.record.reason, cites=erasure.cites, about=proposal.record.about)
    return tuple(s.id for s in writes)


def decline(books: Books, id_: str, *, on: date, answer: str, seen: int | None = None) -> None:
    """Decline what was proposed, with the reason. The hand that proposed it may take it back in this way."""
    proposal = _open(books, id_, seen)
    if not answer.strip():
        raise Refused("A proposal is declined with a reason.", name="reason missing", todo="Say what is wrong with it.")
    if proposal.record.proposed_by == books.hand:
        books.withdraw(id_, since=proposal.valid_from, why=answer)
        return
    books.state(
        id_, replace(proposal.record, state="declined", decided_by=books.hand, answer=answer), since=on, why=answer
    )


def statements_of(proposal: Proposal) -> tuple[Statement, ...]:
    """What a proposal would enter."""
    return tuple(_statement(w) for w in proposal.writes if "erase" not in w)


def erasures_of(proposal: Proposal) -> tuple[Erasure, ...]:
    """What a proposal would take away."""
    return tuple(Erasure(tuple(w["erase"]), tuple(w["accounts"]), w["cites"]) for w in proposal.writes if "erase" in w)


def _statement(write: Mapping[str, Any]) -> Statement:
    until = write["until"]
    return Statement(
        write["id"],
        record_from(record_of_id(write["id"]), write["record"]),
        date.fromisoformat(write["since"]),
        date.fromisoformat(until) if until else None,
        write["new"],
        write["ends"],
        write.get("corrects"),  # proposals of before have none
    )


def _open(books: Books, id_: str, seen: int | None) -> Stated[Proposal]:
    proposal = books.current(Proposal, id_, seen=seen)
    if proposal.record.state != "pending":
        raise Refused(
            f"This proposal was {proposal.record.state} already.",
            name="not pending",
            todo="Look at the record: it says by whom and why.",
        )
    return proposal


def _second_hand(books: Books, proposal: Stated[Proposal]) -> None:
    if proposal.record.proposed_by == books.hand:
        raise Forbidden(
            "The hand that proposed this may not approve it.",
            todo="Another officer has to; you may take the proposal back.",
        )


def _unchanged(books: Books, statement: Statement, proposed_at: int) -> None:
    """Refuse where the record that a statement is about was stated anew since the proposal."""
    if statement.new:
        return
    kind = type(statement.record)
    later = listed(books.transaction.connection, kind, "id = %s AND entry > %s", [statement.id, proposed_at], limit=1)
    if later:
        raise Refused(
            f"{statement.id} was changed by entry {later[0].entry}, after this was proposed.",
            name="changed meanwhile",
            todo="Decline the proposal and make it anew from what stands now.",
        )
