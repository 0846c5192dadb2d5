"""What new hits do to settlements that are under way: stopped by the settlement's own step, and taken up again by it once nothing holds them.

Not for whether somebody is listed: that is for receipts, and for two people.
"""

from collections.abc import Sequence
from typing import Any

import structlog

from adit.desk.office import Office, new_id
from adit.desk.screening_service import HAND
from adit.desk.settling import desk_of
from adit.engines.database import Connection
from adit.register.records import Settlement
from adit.register.store import listed
from adit.settlement.running import Desk, advance
from adit.settlement.states import ARROWS, ENDS, State
from adit.terms.errors import AditError

__all__ = ["held", "stop_those_hit", "take_up"]

log = structlog.get_logger()
_MOST = 10_000


def stop_those_hit(office: Office, subjects: Sequence[str]) -> list[str]:
    """Stop every settlement that names one of these subjects, owners of any layer included: frozen once authorised, closed ones too; put to people else.

    The step screens everybody anew and stops only where somebody is hit. The ids of those that were stopped.
    """
    if not subjects:
        return []
    desk, stopped = desk_of(office), list[str]()
    with office.reading() as connection:
        named = _naming(connection, subjects, office)
    for id_, state in named:
        for to in (State.FROZEN, State.REVIEW):
            if (State(state), to) in ARROWS and _step(desk, id_, to):
                stopped.append(id_)
                break
    return stopped


def _naming(connection: Connection, subjects: Sequence[str], office: Office) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT s.id, s.state FROM register.settlement s WHERE upper_inf(s.known) AND s.state <> ALL(%s) AND EXISTS ("
        " SELECT FROM register.to_be_screened(s.id, (SELECT max(seq) FROM journal.entry), %s) w WHERE w.subject = ANY(%s)) ORDER BY s.id",
        [[s.value for s in ENDS], office.today(), list(subjects)],
    )
    return [(str(i), str(s)) for i, s in rows]


def held(connection: Connection) -> list[tuple[str, Settlement]]:
    """The settlements on hold."""
    return [(s.id, s.record) for s in listed(connection, Settlement, "state = 'HOLD'", order="entry", limit=_MOST)]


def take_up(office: Office) -> list[str]:
    """Take up again what is on hold, where everybody is clear by now; the ids of what goes on. What is not clear stays."""
    desk, went = desk_of(office), list[str]()
    with office.reading() as connection:
        waiting = held(connection)
    for id_, settlement in waiting:
        if _step(desk, id_, State(settlement.before)):
            went.append(id_)
    return went


def _step(desk: Desk, id_: str, to: State) -> bool:
    """Whether the settlement stands where it was to go. That it does not go there is no error: nobody is hit, or somebody still is."""
    try:
        made: dict[str, Any] = advance(
            desk,
            id_,
            hand=HAND,
            key=f"screening {new_id('step')}",
            to=to,
            reason="found when everybody was screened again",
        )
    except AditError as error:
        log.info("settlement not moved", kind=type(error).__name__)
        return False
    return bool(made["state"] == to.value)
