"""Taking away what entries say of somebody, as a law demands it: proposed with the article, approved by a second hand, gone for good.

That the entries were made stays: number, day, hand, kind and hash; of sites, declarations and the like also the facts, without the words.
Not for whether an article demands it, nor for what a duty keeps: that is
for the two hands. Nothing is taken away from a case that is open.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from adit.engines.database import Connection
from adit.journal.entries import ERASURE
from adit.register.procedures.proposals import Erasure, erasures_of
from adit.register.procedures.proposals import approve as approve_proposal
from adit.register.procedures.proposals import propose as propose_statements
from adit.register.records import (
    ERASABLE,
    SPOKEN,
    Appeal,
    Application,
    Exclusion,
    HitReview,
    Inspection,
    Joining,
    Proposal,
    Record,
    tells_of_somebody,
)
from adit.register.store import WITHDRAWN, Books, listed
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = [
    "ACT",
    "HINDRANCES",
    "Erased",
    "Held",
    "approve",
    "erased_letters",
    "erased_of",
    "erasure_of",
    "held_of_party",
    "of_entry",
    "party_of_entry",
    "propose",
]  # fmt: skip

ACT = "erase"
HINDRANCES = (
    "the case is open",
    "a proposal waits",
    "an appeal is open",
)  # why nothing of a record is erased now; what is open is ended first
_ALL = (*ERASABLE, *SPOKEN)
_KINDS = [*_ALL, *(f"{kind}{WITHDRAWN}" for kind in _ALL)]


@dataclass(frozen=True, slots=True)
class Held:
    """An entry that says something which can be erased. `hindrance`: why not now; empty where nothing is in the way."""

    seq: int
    kind: str  # of the record
    subject: str
    hand: str
    recorded_at_utc: datetime
    body: Mapping[str, Any]
    hindrance: str = ""


# Every record of a kind that may hold personal data of a party, by what it belongs to; in all its versions.
_CASES = """
SELECT id FROM register.party WHERE id = %(party)s
UNION SELECT id FROM register.membership WHERE party = %(party)s
UNION SELECT x.id FROM register.exclusion x JOIN register.membership m ON m.id = x.membership WHERE m.party = %(party)s
UNION SELECT id FROM register.site WHERE owner = %(party)s
UNION SELECT id FROM register.participation WHERE party = %(party)s
UNION SELECT id FROM register.client WHERE miner = %(party)s OR operator = %(party)s
UNION SELECT id FROM register.machine WHERE owner = %(party)s
UNION SELECT id FROM register.declaration WHERE party = %(party)s
UNION SELECT id FROM register.decision WHERE party = %(party)s
UNION SELECT id FROM own"""
_OF_PARTY = f"""
WITH own AS (
    SELECT id FROM register.identity WHERE party = %(party)s
    UNION SELECT id FROM register.address WHERE party = %(party)s
    UNION SELECT id FROM register.application WHERE party = %(party)s
    UNION SELECT id FROM register.appeal WHERE party = %(party)s
    UNION SELECT id FROM register.letter WHERE party = %(party)s
    UNION SELECT id FROM register.mandate WHERE party = %(party)s
    UNION SELECT id FROM register.joining WHERE party = %(party)s
    UNION SELECT h.id FROM register.hitreview h WHERE h.about = %(party)s OR h.about IN (SELECT id FROM register.address WHERE party = %(party)s)
        OR h.about IN (SELECT id FROM register.participant WHERE party = %(party)s)
    UNION SELECT i.id FROM register.inspection i JOIN register.site s ON s.id = i.site WHERE s.owner = %(party)s
), cases AS ({_CASES}), held AS (
    SELECT id FROM cases
    UNION SELECT id FROM register.note WHERE about IN (SELECT id FROM cases)
    UNION SELECT id FROM register.proposal WHERE about IN (SELECT id FROM cases) AND act <> '{ACT}'
    UNION SELECT k.id FROM register.secondlook k JOIN register.clearing c ON c.id = k.clearing WHERE c.hitreview IN (SELECT id FROM own)
)
SELECT seq, kind, subject, hand, recorded_at_utc, body FROM journal.entry JOIN journal.payload USING (seq)
WHERE subject IN (SELECT id FROM held) AND kind = ANY(%(kinds)s) AND body IS NOT NULL ORDER BY seq"""


def held_of_party(connection: Connection, party: str) -> list[Held]:
    """Every entry about a party that can be erased and is not yet, the oldest first."""
    rows = connection.execute(_OF_PARTY, {"party": party, "kinds": _KINDS}).fetchall()
    held = [
        Held(seq, kind.removesuffix(WITHDRAWN), subject, hand, moment, json.loads(body))
        for seq, kind, subject, hand, moment, body in rows
        if _says_something(kind, subject, json.loads(body))
    ]
    hindered = _hindered(connection, {h.subject for h in held})
    return [
        Held(h.seq, h.kind, h.subject, h.hand, h.recorded_at_utc, h.body, hindered.get(h.subject, "")) for h in held
    ]


def _says_something(kind: str, subject: str, body: Mapping[str, Any]) -> bool:
    stated = kind.removesuffix(WITHDRAWN)
    return stated not in SPOKEN or tells_of_somebody(stated, subject, body)


def of_entry(held: Sequence[Held], seq: int) -> list[Held]:
    """Of what a party's entries say, that of one entry and whatever may repeat it: the same record, proposals of it, letters about it.

    Raises Refused where the entry is not among them.
    """
    found = [h for h in held if h.seq == seq]
    if not found:
        raise Refused(f"Entry {seq} says nothing that can be erased.", name="not erasable")
    subject = found[0].subject
    return [h for h in held if h.subject == subject or _states(h, {subject}) or _tells(h, subject)]


def _tells(held: Held, subject: str) -> bool:
    return held.kind == "letter" and held.body.get("record", {}).get("about") == subject


def _states(held: Held, subjects: set[str]) -> bool:
    """Whether it is a proposal that says what one of these records would say."""
    writes = held.body.get("record", {}).get("writes", ()) if held.kind == "proposal" else ()
    return any(w.get("id") in subjects for w in writes)


def _hindered(connection: Connection, subjects: set[str]) -> dict[str, str]:
    """The records of which nothing is erased now, and why."""
    ids, found = [*subjects], dict[str, str]()
    proposals = {p.id: p.record.about for p in listed(connection, Proposal, "id = ANY(%s)", [ids], limit=10_000)}
    about = [*ids, *proposals.values()]
    waiting = listed(connection, Proposal, "about = ANY(%s) AND state = 'pending' AND act <> %s", [about, ACT])
    objected = listed(connection, Appeal, "about = ANY(%s) AND state = 'sent' AND upper_inf(valid)", [about])
    for touched, why in (
        ({p.record.about for p in waiting if p.valid_to is None}, "a proposal waits"),
        ({a.record.about for a in objected}, "an appeal is open"),
    ):
        found |= {i: why for i in ids if i in touched or proposals.get(i) in touched}
    for kind, test in _OPEN:
        open_ = listed(connection, kind, f"id = ANY(%s) AND upper_inf(valid) AND state IN ({test})", [ids])
        found |= {s.id: "the case is open" for s in open_}
    return found


_OPEN: tuple[tuple[type[Record], str], ...] = (
    (Application, "'sent', 'in review', 'more asked'"),
    (Appeal, "'sent'"),
    (Inspection, "'planned'"),
    (Proposal, "'pending'"),
    (Exclusion, "'noticed'"),
    (Joining, "'sent', 'more asked'"),
    (HitReview, "'open', 'proposed'"),
)


def party_of_entry(connection: Connection, seq: int) -> str:
    """The party that an erasable entry is about. Raises NotFound where there is none, Refused for what says nothing that can be erased."""
    rows = connection.execute(
        "SELECT kind, subject, body FROM journal.entry LEFT JOIN journal.payload USING (seq) WHERE seq = %s", [seq]
    ).fetchall()
    if not rows:
        raise NotFound(f"There is no entry {seq}.")
    kind, subject, body = rows[0]
    if kind.removesuffix(WITHDRAWN) not in _ALL:
        raise Refused(f"Entry {seq} ({kind}) holds no personal data and stays.", name="not erasable")
    if body is None:
        raise Refused(f"What entry {seq} says is erased already.", name="erased already")
    return _party(connection, subject)


_BELONGS = {
    **dict.fromkeys(
        ("identity", "address", "application", "appeal", "letter", "membership", "declaration", "decision", "participation", "mandate", "joining"), "party"
    ),
    "client": "miner",
    **dict.fromkeys(("note", "proposal", "hitreview"), "about"), "clearing": "hitreview", "secondlook": "clearing", "participant": "party",
    "site": "owner", "machine": "owner", "inspection": "site", "exclusion": "membership",
}  # fmt: skip


def _party(connection: Connection, subject: str) -> str:
    """The party to which a record belongs in the end."""
    kind = subject.partition("-")[0]
    while kind != "party":
        if kind not in _BELONGS:
            raise NotFound(f"{subject} is about no party.")
        rows = connection.execute(
            f"SELECT {_BELONGS[kind]} FROM register.{kind} WHERE id = %s ORDER BY entry DESC LIMIT 1", [subject]
        ).fetchall()
        if not rows:
            raise NotFound(f"There is no {kind} {subject}.")
        if rows[0][0] is None:
            raise NotFound(f"{subject} is about no party.")
        subject = str(rows[0][0])
        kind = subject.partition("-")[0]
    return subject


def propose(
    books: Books,
    id_: str,
    *,
    party: str,
    entries: Sequence[int],
    accounts: Sequence[str],
    cites: str,
    reason: str,
    on: date,
) -> None:
    """Propose to erase what entries about a party say. Raises BadInput without an article or anything to erase, Refused where it cannot be."""
    if not cites.strip():
        raise BadInput("Nothing is erased without the article that demands it.", where="cites")
    if not entries and not accounts:
        raise BadInput("Nothing is chosen to be erased.", todo="Tick what is to be erased.")
    books.transaction.flush()
    chosen = _whole(books.transaction.connection, party, entries)
    erasure = Erasure(chosen, tuple(sorted(set(accounts))), cites.strip())
    propose_statements(books, id_, about=party, act=ACT, statements=[erasure], reason=reason, since=on)


def approve(books: Books, id_: str, *, on: date, answer: str = "", seen: int | None = None) -> Erasure:
    """Erase what was proposed; what that was. Raises as approving any proposal does, and Refused where a case was opened since."""
    proposal, connection = books.current(Proposal, id_).record, books.transaction.connection
    [erasure] = erasures_of(proposal)
    if proposal.state == "pending" and _whole(connection, proposal.about, erasure.entries) != erasure.entries:
        raise Refused(
            "More was said of the same since this was proposed.", name="changed meanwhile",
            todo="Decline the proposal and make it anew from what stands now.",
        )  # fmt: skip
    approve_proposal(books, id_, on=on, answer=answer, seen=seen)
    return erasure


def _whole(connection: Connection, party: str, entries: Sequence[int]) -> tuple[int, ...]:
    """The entries with the proposals that repeat what they say. Raises Refused where one of them cannot be erased."""
    held = {h.seq: h for h in held_of_party(connection, party)}
    for seq in entries:
        if seq not in held:
            raise Refused(
                f"Entry {seq} says nothing of {party} that can be erased.", name="not erasable",
                todo="It may have been erased meanwhile: look at the page again.",
            )  # fmt: skip
    subjects = {held[seq].subject for seq in entries}
    whole = sorted({*entries, *(h.seq for h in held.values() if _states(h, subjects))})
    for seq in whole:
        if held[seq].hindrance:
            raise Refused(
                f"What entry {seq} says cannot be erased yet: {held[seq].hindrance}.", name="case open",
                todo="End it first, then propose the erasure.",
            )  # fmt: skip
    return tuple(whole)


@dataclass(frozen=True, slots=True)
class Erased:
    """That something was erased: by which entry, when, and what kinds of record said it."""

    seq: int
    recorded_at_utc: datetime
    kinds: frozenset[str]


def erased_of(connection: Connection, party: str) -> list[Erased]:
    """What was erased of a party, the newest first."""
    rows = connection.execute(
        "SELECT seq, recorded_at_utc, body FROM journal.entry JOIN journal.payload USING (seq)"
        " WHERE subject = %s AND kind = %s ORDER BY seq DESC",
        (party, ERASURE),
    ).fetchall()
    return [Erased(seq, moment, _kinds(connection, json.loads(body)["entries"])) for seq, moment, body in rows if body]


def _kinds(connection: Connection, entries: Sequence[int]) -> frozenset[str]:
    rows = connection.execute("SELECT DISTINCT kind FROM journal.entry WHERE seq = ANY(%s)", [list(entries)])
    return frozenset(str(kind) for (kind,) in rows)


def erasure_of(connection: Connection, subject: str) -> int | None:
    """The newest entry by which what was said of a record was erased; None where nothing was."""
    rows = connection.execute(
        "SELECT max(erased_by) FROM journal.entry JOIN journal.payload USING (seq) WHERE subject = %s", [subject]
    ).fetchall()
    return None if rows[0][0] is None else int(rows[0][0])


def erased_letters(connection: Connection) -> list[tuple[str, int, int]]:
    """The letters that were erased: the id of each, the entry that wrote it, and the entry by which it was erased."""
    rows = connection.execute(
        "SELECT subject, min(seq), max(erased_by) FROM journal.entry JOIN journal.payload USING (seq) WHERE body IS NULL AND kind = 'letter'"
        " GROUP BY subject"
    )
    return [(str(id_), int(written), int(erased)) for id_, written, erased in rows]
