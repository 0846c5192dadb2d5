"""A case of suspected laundering: opened from alerts, taken up, decided by two hands, reported or closed with its reason.

The office owes the report within a term of working days, and owes the party silence about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from adit.engines.database import Connection
from adit.register.records import Alert, Suspicion
from adit.register.store import Books, Stated, listed
from adit.terms.errors import BadInput, Forbidden, Refused
from adit.terms.working_days import after_working_days

__all__ = ["OPEN", "OUTCOMES", "add_alerts", "alerts_of", "decide", "give_back", "of_party", "propose", "take_up"]

OPEN = ("open", "in work", "proposed")
OUTCOMES = ("report", "no report")


def add_alerts(
    books: Books,
    party: str,
    alerts: Mapping[str, Alert],
    *,
    new_case: str,
    points: int,
    opens: bool,
    term_days: int,
    state: str,
    on: date,
) -> str:
    """Enter alerts that are new, under their ids, and put them to the party's open case, or open `new_case` where they weigh enough.

    An alert that is there already, of the same sign, month, rule and value, is not entered again. The id of the case; empty where none is open.
    """
    connection = books.transaction.connection
    books.transaction.flush()
    there = {_same(a.record) for a in alerts_of(connection, party)}
    fresh = {id_: a for id_, a in alerts.items() if _same(a) not in there}
    for id_, alert in fresh.items():
        books.state(id_, alert, since=on, new=True)
    current = next((s for s in of_party(connection, party) if s.record.state in OPEN), None)
    if current is not None:
        if fresh and current.record.state != "proposed":
            together = (*current.record.alerts, *fresh)
            books.state(
                current.id,
                replace(current.record, alerts=together, points=max(points, current.record.points)),
                since=on,
            )
        return current.id
    if not (fresh and opens):
        return ""
    due = after_working_days(on, term_days, state)
    books.state(
        new_case, Suspicion(party, "open", f"S-{new_case.rpartition('-')[2].upper()}", tuple(fresh), points, on, due), since=on, new=True
    )  # fmt: skip
    return new_case


def _same(alert: Alert) -> tuple[object, ...]:
    return alert.month, alert.sign, alert.rule, alert.value, alert.evidence


def take_up(books: Books, id_: str, *, on: date, seen: int | None = None) -> None:
    """Work on it. Raises Refused where somebody else does."""
    stated = _at(books, id_, ("open", "in work"), seen)
    if stated.record.state == "in work" and stated.record.holder != books.hand:
        raise Refused("Somebody else works on it.", name="held", todo="Ask them to give it back.")
    books.state(id_, replace(stated.record, state="in work", holder=books.hand), since=on)


def give_back(books: Books, id_: str, *, on: date, why: str) -> None:
    """Leave it to others."""
    stated = _at(books, id_, ("in work",), None)
    books.state(id_, replace(stated.record, state="open", holder=""), since=on, why=why)


def propose(
    books: Books, id_: str, *, outcome: str, reason: str, action: str, on: date, seen: int | None = None
) -> None:
    """Propose how it ends. Raises BadInput without an outcome and a reason, Forbidden for a hand that does not hold it."""
    stated = _at(books, id_, ("in work",), seen)
    if outcome not in OUTCOMES:
        raise BadInput("Say whether it is reported.", where="outcome")
    if not reason.strip():
        raise BadInput("Say why.", where="reason", todo="A second person decides by it, and a court may read it.")
    if stated.record.holder != books.hand:
        raise Forbidden("Another hand works on this.", todo="Take it up first.")
    books.state(
        id_, replace(stated.record, state="proposed", outcome=outcome, reason=reason.strip(), action=action.strip(), prepared_by=books.hand), since=on
    )  # fmt: skip


def decide(
    books: Books,
    id_: str,
    *,
    agreed: bool,
    answer: str,
    report: Mapping[str, Any] | None,
    on: date,
    seen: int | None = None,
) -> None:
    """Decide what was proposed: agreed, it is reported or closed; otherwise it goes back into work with the answer.

    Raises Forbidden for the hand that proposed it; the database refuses it as well.
    """
    stated = _at(books, id_, ("proposed",), seen)
    was = stated.record
    if was.prepared_by == books.hand:
        raise Forbidden("Who proposed it may not decide it.", todo="Another of those who handle suspicions has to.")
    if not agreed:
        if not answer.strip():
            raise BadInput("Say what is still to be done.", where="answer")
        books.state(
            id_, replace(was, state="in work", outcome="", reason="", action="", prepared_by=""), since=on, why=answer
        )
        return
    reported = was.outcome == "report"
    if reported and report is None:
        raise BadInput("There is no report to send.", todo="Make it from the case, then decide.")
    books.state(
        id_,
        replace(was, state="reported" if reported else "closed", decided_by=books.hand, report=dict(report) if reported and report else None),
        since=on,
        why=answer,
    )  # fmt: skip


def _at(books: Books, id_: str, states: Sequence[str], seen: int | None) -> Stated[Suspicion]:
    stated = books.current(Suspicion, id_, seen=seen)
    if stated.record.state not in states:
        raise Refused(
            f"The case is {stated.record.state}.",
            name="wrong state",
            todo="Look at it again: somebody took the step before.",
        )
    return stated


# Reading ----------------------------------------------------------------------------------------------------------
def alerts_of(connection: Connection, party: str) -> list[Stated[Alert]]:
    """The alerts of a party, the newest first."""
    return listed(connection, Alert, "party = %s AND upper_inf(valid)", [party], limit=10_000)


def of_party(connection: Connection, party: str) -> list[Stated[Suspicion]]:
    """The cases about a party, the newest first."""
    return listed(connection, Suspicion, "party = %s AND upper_inf(valid)", [party])
