"""The settlements of the office as lists: by state and age, how many of each, and which list holds how many and why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adit.engines.database import Connection
from adit.settlement.states import ENDS, State

__all__ = ["AGES", "GROUPS", "PAGE", "Held", "Row", "counts", "held_by_lists", "of_parties", "rows", "seen_by"]

PAGE = 100
AGES = {"1": timedelta(days=1), "3": timedelta(days=3), "10": timedelta(days=10)}
_OVER = ("CLOSED", *(s.value for s in ENDS))
# what is counted above the list -> the states that it stands for
GROUPS: dict[str, tuple[str, ...]] = {
    "going on": tuple(s.value for s in State if s.value not in (*_OVER, "HOLD", "REVIEW", "FROZEN", "DISPUTED")),
    **{s: (s,) for s in ("HOLD", "REVIEW", "FROZEN", "DISPUTED", "CLOSED")},
    "ended": tuple(s.value for s in ENDS),
}
_NAMED = "(s.payer, s.payee, s.payer_bank, s.payee_bank, s.miner, c.exporter, c.importer)"
_FROM = "register.settlement s JOIN register.tradecontract c ON c.id = s.contract AND upper_inf(c.known)"
_NAME = "(SELECT name FROM register.participant p WHERE p.id = {0} AND upper_inf(p.known) ORDER BY lower(p.valid) DESC LIMIT 1)"
_COLUMNS = (
    "s.id, s.state, s.before, s.trial, s.amount_sat, s.value_minor, c.currency, c.number, s.entry,"
    f" (SELECT recorded_at_utc FROM journal.entry e WHERE e.seq = s.entry), {_NAME.format('s.payer')}, {_NAME.format('s.payee')}"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A settlement in a list: where it stands, since when, and who pays whom."""

    id: str
    state: str
    before: str
    trial: bool
    amount_sat: int
    value_minor: int
    currency: str
    contract: str
    entry: int
    since: datetime
    payer: str | None
    payee: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A list that is not fresh, how many settlements it holds, and the sentence why."""

    list_id: str
    state: str
    count: int
    why: str


def rows(
    connection: Connection,
    *,
    states: Sequence[str] = (),
    trial: bool | None = None,
    until: datetime | None = None,
    by_list: str = "",
    after: int = 0,
) -> list[Row]:
    """Settlements, whatever has stood longest first. `until`: that have stood since then at least; `by_list`: that this list holds."""
    where, parameters = ["upper_inf(s.known)", "s.entry > %s"], list[Any]([after])
    if states:
        where.append("s.state = ANY(%s)")
        parameters.append(list(states))
    if trial is not None:
        where.append("s.trial = %s")
        parameters.append(trial)
    if until is not None:
        where.append("(SELECT recorded_at_utc FROM journal.entry e WHERE e.seq = s.entry) <= %s")
        parameters.append(until)
    if by_list:
        where.append(
            "s.state = 'HOLD' AND EXISTS (SELECT FROM register.screening r, jsonb_array_elements(r.lists) l"
            " WHERE r.settlementstep = s.step AND l ->> 'list_id' = %s AND l ->> 'state' <> 'FRESH' AND (l ->> 'mandatory')::boolean)"
        )
        parameters.append(by_list)
    query = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {' AND '.join(where)} ORDER BY s.entry LIMIT {PAGE + 1}"
    return [Row(*r) for r in connection.execute(query, parameters).fetchall()]


def counts(connection: Connection) -> dict[tuple[str, bool], int]:
    """How many settlements stand in each state, real ones and trials apart."""
    found = connection.execute(
        "SELECT state, trial, count(*) FROM register.settlement WHERE upper_inf(known) GROUP BY state, trial"
    ).fetchall()
    return {(str(state), bool(trial)): int(n) for state, trial, n in found}


def held_by_lists(connection: Connection, *, trial: bool) -> list[Held]:
    """Each mandatory list that was not fresh when a settlement was put on hold, as the newest of them saw it; the one that holds most first."""
    found = connection.execute(
        "SELECT DISTINCT ON (s.entry, l ->> 'list_id') l ->> 'list_id', l ->> 'state', r.said FROM register.settlement s"
        " JOIN register.screening r ON r.settlementstep = s.step, jsonb_array_elements(r.lists) l"
        " WHERE upper_inf(s.known) AND s.state = 'HOLD' AND s.trial = %s AND l ->> 'state' <> 'FRESH' AND (l ->> 'mandatory')::boolean"
        " ORDER BY s.entry, l ->> 'list_id'",
        [trial],
    ).fetchall()
    held: dict[str, tuple[str, int, str]] = {}
    for list_id, state, said in found:
        why = next((x for x in json.loads(said)["reasons"] if str(list_id) in x), "")
        held[str(list_id)] = (str(state), held.get(str(list_id), ("", 0, ""))[1] + 1, str(why))
    return sorted((Held(i, *x) for i, x in held.items()), key=lambda h: (-h.count, h.list_id))


# Of those who take part -------------------------------------------------------------------------------------------
def of_parties(connection: Connection, parties: Sequence[str]) -> list[Row]:
    """The settlements that name one of these parties of the register, the newest first. Their order does not tell that anything changed."""
    query = (
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE upper_inf(s.known) AND EXISTS (SELECT FROM register.participant p WHERE p.id IN {_NAMED}"
        " AND upper_inf(p.known) AND p.party = ANY(%s))"
        " ORDER BY (SELECT min(f.entry) FROM register.settlement f WHERE f.id = s.id) DESC LIMIT 500"
    )
    return [Row(*r) for r in connection.execute(query, [list(parties)]).fetchall()]


def seen_by(connection: Connection, id_: str, parties: Sequence[str]) -> bool:
    """Whether a settlement names one of these parties."""
    query = (
        f"SELECT EXISTS (SELECT FROM {_FROM} JOIN register.participant p ON p.id IN {_NAMED} AND upper_inf(p.known)"
        " WHERE s.id = %s AND upper_inf(s.known) AND p.party = ANY(%s))"
    )
    [(found,)] = connection.execute(query, [id_, list(parties)]).fetchall()
    return bool(found)
