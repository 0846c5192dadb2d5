"""The states of a settlement and the arrows between them. What an arrow needs stands in `transitions`; the database knows the same arrows."""

from enum import StrEnum
from itertools import pairwise

__all__ = [
    "ARROWS",
    "COUNTED",
    "ENDS",
    "LINE",
    "PAUSES",
    "State",
    "is_counted",
    "next_on_the_line",
    "onward",
    "unpaid",
    "where_it_was",
]


class State(StrEnum):
    """Where a settlement stands."""

    DRAFT = "DRAFT"
    IDENTIFIED = "IDENTIFIED"  # who takes part, and who owns them
    CONTRACT_LINKED = "CONTRACT_LINKED"  # the law allows it, and the contract has room for it
    SCREENED = "SCREENED"  # the coins, too
    TRAVEL_RULE_ACKED = "TRAVEL_RULE_ACKED"  # the other side has the data that travel with a payment
    AUTHORISED = "AUTHORISED"  # by two hands
    OBSERVED = "OBSERVED"  # the participants named a transaction, and a block shows it
    CONFIRMED = "CONFIRMED"  # deep enough
    RECONCILED = "RECONCILED"  # with the papers of the goods
    CLOSED = "CLOSED"
    HOLD = "HOLD"  # a list was not fresh or a check did not end
    REVIEW = "REVIEW"  # people have to look
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    RECALLED = "RECALLED"
    DISPUTED = "DISPUTED"
    FROZEN = "FROZEN"  # a hit after it was authorised


LINE = (
    State.DRAFT, State.IDENTIFIED, State.CONTRACT_LINKED, State.SCREENED, State.TRAVEL_RULE_ACKED, State.AUTHORISED, State.OBSERVED,
    State.CONFIRMED, State.RECONCILED, State.CLOSED,
)  # fmt: skip
_EARLY = LINE[: LINE.index(State.AUTHORISED)]
_UNPAID = (*_EARLY, State.AUTHORISED)
_PAID = LINE[LINE.index(State.OBSERVED) :]
PAUSES = (State.HOLD, State.REVIEW, State.FROZEN)  # from which it goes back to where it was
ENDS = (State.REFUSED, State.EXPIRED, State.RECALLED)  # from which it goes nowhere, and nothing was paid
COUNTED = LINE[LINE.index(State.CONTRACT_LINKED) :]  # whose value takes room in the contract


def _arrows() -> frozenset[tuple[State, State]]:
    line = {(a, b) for a, b in pairwise(LINE)}
    first_hand = {(State.TRAVEL_RULE_ACKED, State.TRAVEL_RULE_ACKED)}
    hold = {(s, State.HOLD) for s in (*LINE[:-1], State.DISPUTED, State.REVIEW)}
    review = {(s, State.REVIEW) for s in (*_EARLY, State.HOLD)}
    frozen = {(s, State.FROZEN) for s in (State.AUTHORISED, *_PAID, State.DISPUTED, State.HOLD)}
    back = (
        {(State.HOLD, s) for s in (*LINE[:-1], State.DISPUTED)}
        | {(State.REVIEW, s) for s in _EARLY}
        | {(State.FROZEN, s) for s in (State.AUTHORISED, *_PAID, State.DISPUTED)}
    )
    disputed = {(s, State.DISPUTED) for s in _PAID[:-1]} | {(State.DISPUTED, State.OBSERVED)}
    refused = {(s, State.REFUSED) for s in (*_EARLY, State.HOLD, State.REVIEW, State.FROZEN)}
    recalled = {(s, State.RECALLED) for s in (*_UNPAID, State.HOLD, State.REVIEW)}
    expired = {(s, State.EXPIRED) for s in (State.AUTHORISED, State.HOLD)}
    return frozenset(line | first_hand | hold | review | frozen | back | disputed | refused | recalled | expired)


ARROWS = _arrows()


def onward(from_: State, to: State) -> bool:
    """Whether an arrow brings a payment nearer, or back on its way: only a `Cleared` does that."""
    return to in LINE or (to is State.DISPUTED and from_ in PAUSES)


def next_on_the_line(state: State) -> State | None:
    """What follows on the line; None at its end and beside it."""
    if state not in LINE or state is State.CLOSED:
        return None
    return LINE[LINE.index(state) + 1]


def where_it_was(state: State, before: str) -> State:
    """The state that counts: of what is paused, the one in which it was stopped."""
    return State(before) if state in PAUSES else state


def is_counted(state: State, before: str) -> bool:
    """Whether its value takes room in the contract."""
    at = where_it_was(state, before)
    return at in COUNTED or at is State.DISPUTED


def unpaid(state: State, before: str) -> bool:
    """Whether nothing can have been paid yet that anybody here knows of."""
    return where_it_was(state, before) in _UNPAID
