"""Settlements in the register: read as a whole, entered step by step. What the database refuses on its own stands in step 12 of its tables."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from adit.engines.database import Connection
from adit.journal.writer import Transaction
from adit.register.records import Address, Participant, Screening, Settlement, SettlementStep, Stake, TradeContract
from adit.register.store import Books, Stated, listed, one
from adit.screening.receipts import Receipt
from adit.settlement.coins import read_rules
from adit.settlement.dossier import Dossier, Named, everybody, named_in
from adit.settlement.entering import require_new, require_past
from adit.settlement.states import PAUSES, State, is_counted
from adit.settlement.transitions import Taken
from adit.terms.errors import KeyReused, Refused
from adit.tracing.finding import Rule

__all__ = [
    "Line", "Papers", "answered", "declared_addresses", "dossier", "enter", "enter_step", "exposure_rules", "lines", "receipts_of", "steps_of",
]  # fmt: skip

MOST_OWNERS = 500  # above one settlement: a graph that is larger is looked at by people
MOST, MOST_ADDRESSES = 1000, 1_000_000


@dataclass(frozen=True, slots=True)
class Papers:
    """What is entered for a new settlement: records with their ids, and those of them that stand in the register already."""

    settlement: tuple[str, Settlement]
    contract: tuple[str, TradeContract]
    participants: Mapping[str, Participant]
    stakes: Mapping[str, Stake]
    known: frozenset[str] = frozenset()  # ids that are not new


# Entering ---------------------------------------------------------------------------------------------------------
def enter(transaction: Transaction, papers: Papers, *, hand: str, on: date) -> dict[str, Any]:
    """Enter a draft with its contract, participants and owners: work of the journal's writer."""
    require_past(papers.settlement[1], papers.contract[1], on)
    books = Books(transaction, hand)
    if papers.contract[0] not in papers.known and not papers.settlement[1].trial:
        require_new(transaction, papers.contract[0], papers.contract[1], papers.participants)
    for id_, participant in papers.participants.items():
        if id_ not in papers.known:
            books.state(id_, participant, since=on, new=True)
    for id_, stake in papers.stakes.items():
        if id_ not in papers.known:
            books.state(id_, stake, since=on, new=True)
    if papers.contract[0] not in papers.known:
        books.state(*papers.contract, since=on, new=True)
    id_, settlement = papers.settlement
    entry = books.state(id_, replace(settlement, prepared_by=hand), since=on, new=True)
    return {"id": id_, "entry": entry.seq, "state": settlement.state}


def enter_step(
    transaction: Transaction, of: Dossier, taken: Taken, *, step: str, screenings: Sequence[str], hand: str, on: date
) -> dict[str, Any]:
    """Enter a step with its receipts and the state that it leads to, whole or not at all: work of the journal's writer.

    Raises Refused where somebody took a step meanwhile.
    """
    books = Books(transaction, hand)
    stated = books.current(Settlement, of.id, seen=of.entry)
    if stated.record.state != of.settlement.state:
        raise Refused("Somebody took a step meanwhile.", name="changed meanwhile", todo="Look at it again.")
    books.state(step, taken.step, since=on, new=True, why=taken.step.reason)
    for id_, named, receipt in zip(screenings, everybody(of), taken.receipts, strict=True):
        books.state(id_, _screening(step, named, receipt), since=on, new=True)
    entry = books.state(
        of.id, replace(taken.settlement, step=step), since=stated.valid_from, why=taken.step.reason
    )  # one truth for all days: what a settlement is worth is told by the log and not by a calendar
    return {"id": of.id, "step": step, "entry": entry.seq, "state": taken.settlement.state, "reason": taken.step.reason}


def _screening(step: str, named: Named, r: Receipt) -> Screening:
    said = {"hits": [asdict(h) for h in r.hits], "cleared": list(r.cleared_hits), "reasons": list(r.reasons)}
    lists = tuple(
        {
            "list_id": seen.list_id,
            "sha256": seen.sha256,
            "content_date": seen.content_date.isoformat() if seen.content_date else None,
            "state": seen.state,
            "mandatory": seen.mandatory,
        }
        for seen in r.lists
    )
    at = _utc(r.screened_at_utc)
    return Screening(
        step,
        named.about,
        r.subject,
        r.outcome.value,
        r.engine,
        at,
        lists,
        r.id,
        json.dumps(said, ensure_ascii=False, default=str),
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def answered(connection: Connection, key: str, asked: str) -> dict[str, Any] | None:
    """What was entered under this key, if it was. Raises KeyReused where something else was `asked` for with it, or by another hand."""
    rows = connection.execute("SELECT answer FROM journal.request WHERE key = %s", [key]).fetchall()
    if not rows:
        return None
    answer: dict[str, Any] = rows[0][0] or {}
    if answer.pop("asked", None) != asked:
        raise KeyReused("This key was used for another request.", todo="Send a new key with a new request.")
    return answer


# Reading ----------------------------------------------------------------------------------------------------------
def dossier(connection: Connection, id_: str) -> Dossier:
    """A settlement with everything that it names, as it is known now. Raises NotFound."""
    stated = one(connection, Settlement, id_)
    contract = one(connection, TradeContract, stated.record.contract).record
    participants, stakes = _people(connection, named_in(stated.record, contract))
    others = sum(
        o.record.value_minor
        for o in listed(
            connection,
            Settlement,
            "contract = %s AND trial = %s AND id <> %s",
            [stated.record.contract, stated.record.trial, id_],
        )
        if is_counted(State(o.record.state), o.record.before)
    )
    [(steps,)] = connection.execute(
        "SELECT count(*) FROM register.settlementstep WHERE settlement = %s", [id_]
    ).fetchall()
    [(for_coins,)] = connection.execute(_FOR_COINS, {"of": id_, "pauses": [str(p) for p in PAUSES]}).fetchall()
    return Dossier(
        id_, stated.record, contract, participants, stakes, int(steps), others, stated.entry, bool(for_coins)
    )


# Since it was last on the line it came into review, or was frozen, with everybody clear: so it was for the coins.
_FOR_COINS = """
    SELECT EXISTS (
        SELECT FROM register.settlementstep t
        WHERE t.settlement = %(of)s AND t.to_state IN ('REVIEW', 'FROZEN')
            AND t.number > (SELECT coalesce(max(number), 0) FROM register.settlementstep WHERE settlement = %(of)s AND to_state <> ALL (%(pauses)s))
            AND NOT EXISTS (SELECT FROM register.screening s WHERE s.settlementstep = t.id AND s.outcome <> 'clear'))
"""


def _people(connection: Connection, ids: Sequence[str]) -> tuple[dict[str, Participant], tuple[Stake, ...]]:
    """Those who are named and all owners above them. Raises Refused for a graph that is too large to be looked at."""
    stakes: list[Stake] = []
    seen, layer = set(ids), list(ids)
    while layer:
        of = [
            s.record
            for s in listed(
                connection, Stake, "owned = ANY(%s) AND upper_inf(valid)", [layer], order="id", limit=MOST_OWNERS + 1
            )
        ]
        stakes += of
        layer = sorted({s.owner for s in of} - seen)
        seen.update(layer)
        if len(seen) > MOST_OWNERS:
            raise Refused(
                f"More than {MOST_OWNERS} owners are declared.", todo="Ask for the owners of half and more alone."
            )
    found = {
        p.id: p.record
        for p in listed(
            connection,
            Participant,
            "id = ANY(%s) AND upper_inf(valid)",
            [sorted(seen)],
            order="id",
            limit=MOST_OWNERS + len(ids),
        )
    }
    return found, tuple(stakes)


@dataclass(frozen=True, slots=True)
class Line:
    """A settlement in a list: as its record has it, with the names of payer and payee."""

    stated: Stated[Settlement]
    payer: str
    payee: str
    contract: str
    currency: str


def lines(
    connection: Connection,
    *,
    state: str = "",
    contract: str = "",
    participant: str = "",
    trial: bool | None = None,
    limit: int = MOST,
) -> list[Line]:
    """Settlements, the newest change first; of a state, a contract, one who pays or is paid, real ones or trials alone."""
    where, parameters = ["true"], list[Any]()
    for column, value in (("state", state), ("contract", contract)):
        if value:
            where.append(f"{column} = %s")
            parameters.append(value)
    if participant:
        where.append("(payer = %s OR payee = %s)")
        parameters += [participant, participant]
    if trial is not None:
        where.append("trial = %s")
        parameters.append(trial)
    found = listed(connection, Settlement, " AND ".join(where), parameters, limit=limit)
    ids = sorted({i for s in found for i in (s.record.payer, s.record.payee)})
    people = {
        p.id: p.record.name
        for p in listed(connection, Participant, "id = ANY(%s)", [ids], order="lower(valid)", limit=len(ids) + MOST)
    }
    contracts = {
        c.id: c.record
        for c in listed(
            connection, TradeContract, "id = ANY(%s)", [sorted({s.record.contract for s in found})], order="id"
        )
    }
    return [
        Line(
            s,
            people.get(s.record.payer, s.record.payer),
            people.get(s.record.payee, s.record.payee),
            contracts[s.record.contract].number,
            contracts[s.record.contract].currency,
        )
        for s in found
    ]


def steps_of(connection: Connection, id_: str) -> list[tuple[Stated[SettlementStep], datetime]]:
    """The steps that a settlement went, in order, each with the moment at which it was entered."""
    steps = listed(connection, SettlementStep, "settlement = %s", [id_], order="number")
    times: dict[int, datetime] = dict(
        connection.execute(
            "SELECT seq, recorded_at_utc FROM journal.entry WHERE seq = ANY(%s)", [[s.entry for s in steps]]
        ).fetchall()
    )
    return [(s, times[s.entry]) for s in steps]


def declared_addresses(connection: Connection, network: str) -> dict[str, str]:
    """The addresses of bitcoin that parties have declared, each with its party."""
    rows = listed(
        connection,
        Address,
        "coin = 'BTC' AND network = %s AND upper_inf(valid)",
        [network],
        order="id",
        limit=MOST_ADDRESSES,
    )
    return {r.record.address: r.record.party for r in rows}


@cache
def exposure_rules() -> tuple[Rule, ...]:
    """The rules by which exposure to listed coins gets its grade, each with the days on which it holds."""
    return read_rules(tomllib.loads(Path(__file__).with_name("exposure_rules.toml").read_text(encoding="utf-8")))


def receipts_of(connection: Connection, step: str) -> list[Stated[Screening]]:
    """The receipts that a step stands on."""
    return listed(connection, Screening, "settlementstep = %s", [step], order="entry")
