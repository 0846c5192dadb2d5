"""A decision on a party is entered: its answers in a record, the whole of its reasons beside them, for good."""

from datetime import date
from typing import Any

from adit.decision.decide import Decision
from adit.decision.stored.record import record_of
from adit.journal.entries import Entry
from adit.register.records import DecisionMade
from adit.register.store import Books

__all__ = ["answers_of", "enter_decision"]


def enter_decision(
    books: Books,
    id_: str,
    decision: Decision,
    *,
    party: str,
    known: int,
    on: date,
    replaces: str | None = None,
    why: str = "",
    stored: dict[str, Any] | None = None,
) -> Entry:
    """Enter a decision that was made from the log's first `known` entries. `stored` is its record, if it was made already.

    It never changes an older one: one that is made anew names the one that it replaces.
    """
    record = DecisionMade(
        party,
        decision.regime,
        decision.receipt.regime_digest,
        str(decision.period),
        answers_of(decision),
        replaces,
        known,
    )
    return books.state(
        id_, record, since=on, new=True, why=why, detail=stored if stored is not None else record_of(decision)
    )


def answers_of(decision: Decision) -> dict[str, Any]:
    """The answers alone, as plain data: exact numbers and days as text."""
    return {a.question: _plain(a.value) if a.value is not None else {"open": a.state} for a in decision.answers}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else str(value)
