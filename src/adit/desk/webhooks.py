"""Webhooks: others are told that something was entered, and fetch over the API what they may see of it.

Whoever sees the register is told of all entries; whoever acts for parties, of what is entered about these, and of the own imports when they end.
A message holds what stands in the open in the journal and nothing else. It is signed by the scheme of Standard Webhooks, so that there is a
library for the receiver. Every message comes at least once, and may come twice: under the same id, from which the receiver knows it.
"""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from time import monotonic
from typing import Any

import structlog

from adit.desk.office import Office, new_id
from adit.desk.sealing import about_webhook
from adit.desk.web import outgoing
from adit.desk.web.hands import ACTS
from adit.desk.web.pages import N_
from adit.desk.web.sessions import HOLDS
from adit.engines.database import Connection, named
from adit.journal import store as journal
from adit.journal.entries import ERASURE
from adit.register.records import RECORDS, SECRET
from adit.register.store import WITHDRAWN
from adit.terms.errors import AditError, BadInput, NotFound, Refused, UnknownName

__all__ = [
    "IMPORT",
    "KINDS",
    "OWN_KINDS",
    "RETRIES",
    "add_webhook",
    "deliver",
    "end_webhook",
    "enqueue",
    "kinds_for",
    "signature",
]

log = structlog.get_logger()
_TOLD = tuple(kind for kind in RECORDS if kind not in SECRET)
KINDS = (*_TOLD, *(f"{kind}{WITHDRAWN}" for kind in _TOLD), ERASURE)  # of entries that somebody may be told of
IMPORT = "import"  # told of a table that was brought, when its import ended
# kind of entry -> how its record belongs to one of the parties that a hand acts for
_OWN = {
    **dict.fromkeys(
        ("identity", "address", "application", "appeal", "declaration", "decision", "letter", "membership", "participation"), "x.party = ANY(%(parties)s)"
    ),
    **dict.fromkeys(("site", "machine"), "x.owner = ANY(%(parties)s)"),
    "client": "(x.miner = ANY(%(parties)s) OR x.operator = ANY(%(parties)s))",
    "clientreport": "x.operator = ANY(%(parties)s)",
    "exclusion": "EXISTS (SELECT FROM register.membership m WHERE m.id = x.membership AND m.party = ANY(%(parties)s))",
}  # fmt: skip
OWN_KINDS = (*_OWN, *(f"{kind}{WITHDRAWN}" for kind in _OWN), ERASURE)
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 720, 1440))  # after the first try, the second, ...
MOST = 10  # webhooks of one hand
AT_ONCE = 10_000  # entries of the journal looked at together
TURN_S = 60.0  # of one call: the time that is signed is never older
_SECRET = "whsec_"


def kinds_for(roles: Collection[str]) -> tuple[str, ...]:
    """What somebody with these roles may be told of."""
    return (*(OWN_KINDS if ACTS["see the register"].isdisjoint(roles) else KINDS), IMPORT)


def add_webhook(office: Office, hand: str, url: str, kinds: Collection[str]) -> tuple[str, str]:
    """Tell the hand's server of new entries of these kinds: the id of the webhook and its secret, which is shown once.

    Entries that are there already are not told. Raises BadInput for an address that may not be called and for kinds that do not exist,
    Unavailable for a name that nobody knows, Refused where the hand has too many, NotFound for a hand without an account.
    """
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT roles FROM desk.account WHERE hand = %s AND closed_at IS NULL", [hand]
        ).fetchall()
    offered = kinds_for(rows[0][0]) if rows else (*KINDS, IMPORT)
    for kind in kinds:
        if kind not in offered:
            raise UnknownName("kind of entry", kind, offered)
    if not kinds:
        raise BadInput(N_("A webhook is for one kind of entry or more."), where="kinds")
    if len(url) > 2000:
        raise BadInput(N_("The address has more than 2000 characters."), where="url")
    outgoing.check(url, allow_private=office.settings.outgoing_private, inside=office.settings.inside)
    id_, secret = new_id("webhook"), _SECRET + b64encode(token_bytes(32)).decode()
    with office.reading() as connection, connection.transaction():
        if not connection.execute(  # locked, so that two at once are counted
            "SELECT 1 FROM desk.account WHERE hand = %s AND closed_at IS NULL FOR UPDATE", [hand]
        ).fetchone():
            raise NotFound(N_("There is no such account, or it is closed."))
        [(there,)] = connection.execute(
            "SELECT count(*) FROM desk.webhook WHERE hand = %s AND ended_at IS NULL", [hand]
        ).fetchall()
        if there >= MOST:
            raise Refused(N_("There are ten webhooks already."), name="too many", todo=N_("End one of them first."))
        connection.execute(
            "INSERT INTO desk.webhook (id, hand, url, secret, kinds, next_entry, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                id_,
                hand,
                url,
                office.keys.seal(secret, about_webhook(id_)),
                sorted(set(kinds)),
                journal.size(connection),
                office.now(),
            ),
        )
    return id_, secret


def end_webhook(office: Office, hand: str, id_: str) -> None:
    """Tell nothing more, what waits included. Raises NotFound where the hand has no such webhook."""
    with office.reading() as connection, connection.transaction():
        found = connection.execute(
            "UPDATE desk.webhook SET ended_at = %s WHERE id = %s AND hand = %s AND ended_at IS NULL RETURNING id",
            (office.now(), id_, hand),
        ).fetchone()
        if found is None:
            raise NotFound(N_("There is no such webhook."))
        connection.execute(
            "UPDATE desk.delivery SET state = 'cancelled', next_try_at = NULL WHERE webhook = %s AND state = 'waiting'",
            [id_],
        )


_LIVE = "w.ended_at IS NULL AND a.closed_at IS NULL"


def enqueue(office: Office, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Make a delivery of every new entry for everybody who wants to be told of its kind; how many. `at_once`: entries looked at.

    Deliveries and the cursor of a webhook are committed together. Entries become visible in their order (the writer's lock), so that none
    appears later below a cursor.
    """
    made = 0
    with office.reading() as connection, connection.transaction():
        size = journal.size(connection)
        rows = connection.execute(
            "SELECT w.id, w.kinds, w.next_entry, a.roles,"
            f" array(SELECT party FROM desk.account_party p WHERE p.hand = a.hand AND {HOLDS})"
            " FROM desk.webhook w JOIN desk.account a USING (hand)"
            f" WHERE {_LIVE} AND w.next_entry < %s ORDER BY w.id FOR UPDATE OF w SKIP LOCKED",
            (office.today(), size),
        ).fetchall()
        for id_, kinds, start, roles, parties in rows:
            end = min(size, start + at_once)
            sees_all = not ACTS["see the register"].isdisjoint(roles)
            made += connection.execute(
                "INSERT INTO desk.delivery (id, webhook, entry, next_try_at)"
                " SELECT %(id)s || '-' || seq, %(id)s, seq, %(now)s FROM journal.entry e WHERE seq >= %(start)s AND seq < %(end)s"
                f" AND kind = ANY(%(kinds)s) AND {'true' if sees_all else _MINE} ON CONFLICT (webhook, entry) DO NOTHING",
                {"id": id_, "now": now, "start": start, "end": end, "kinds": kinds, "parties": parties},
            ).rowcount
            connection.execute("UPDATE desk.webhook SET next_entry = %s WHERE id = %s", (end, id_))
        made += _imports(connection, now)
    return made


# Whether an entry e is about one of the parties
_MINE = "CASE split_part(e.kind, ' ', 1) {} WHEN '{}' THEN e.subject = ANY(%(parties)s) ELSE false END".format(
    " ".join(
        f"WHEN '{kind}' THEN EXISTS (SELECT FROM register.{kind} x WHERE x.id = e.subject AND {test})"
        for kind, test in _OWN.items()
    ),
    ERASURE,
)


def _imports(connection: Connection, now: datetime) -> int:
    """Make a delivery of every import of the last month that ended since a webhook of its hand was made; how many."""
    return connection.execute(
        "INSERT INTO desk.delivery (id, webhook, job, next_try_at) SELECT w.id || '-' || j.id, w.id, j.id, %s"
        " FROM desk.webhook w JOIN desk.account a USING (hand) JOIN desk.job j ON j.hand = w.hand AND j.ended_at >= greatest(w.made_at, %s)"
        f" WHERE {_LIVE} AND %s = ANY(w.kinds) AND j.kind IN ('import', 'take back') ON CONFLICT (webhook, job) DO NOTHING",
        (now, now - timedelta(days=30), IMPORT),
    ).rowcount


_DUE = f"""
SELECT d.id, d.webhook, d.entry, d.tries, w.url, w.secret, coalesce(e.kind, '{IMPORT}') AS kind, coalesce(e.subject, d.job) AS subject,
    coalesce(e.recorded_at_utc, j.ended_at) AS recorded_at_utc
FROM desk.delivery d JOIN desk.webhook w ON w.id = d.webhook JOIN desk.account a ON a.hand = w.hand LEFT JOIN journal.entry e ON e.seq = d.entry
    LEFT JOIN desk.job j ON j.id = d.job
WHERE d.state = 'waiting' AND d.next_try_at <= %s AND {_LIVE} AND d.webhook <> ALL(%s)
ORDER BY d.next_try_at, d.entry LIMIT 1 FOR UPDATE OF d SKIP LOCKED
"""


def deliver(office: Office, now: datetime, *, most: int = 100) -> int:
    """Send what is due, each within a transaction of its own; how many were tried.

    Whoever dies between sending and recording has recorded nothing, and it is sent again. Where a receiver does not take one, the others
    for it wait for the next call, so that a server that is down holds up nobody else. Several may deliver at once: a row that one has
    taken is passed over by the others. A connection to the database is held for as long as a receiver takes, ten seconds at most.
    """
    tried, down, until = 0, list[str](), monotonic() + TURN_S
    while tried < most and monotonic() < until:
        with office.reading() as connection, connection.transaction():
            due = named(connection, _DUE, (now, down))
            if not due:
                break
            status, error = _send(office, due[0], now)
            _record(connection, due[0], now, status, error)
            tried += 1
            if error:
                down.append(due[0]["webhook"])
    return tried


def _send(office: Office, due: dict[str, Any], now: datetime) -> tuple[int | None, str]:
    """Send one message: the status, if there was an answer, and what was wrong, if anything."""
    told = {
        "id": due["id"],
        "entry": due["entry"],
        "kind": due["kind"],
        "subject": due["subject"],
        "recorded_at": due["recorded_at_utc"].astimezone(UTC).isoformat(),
    }
    try:
        secret = office.keys.unseal(due["secret"], about_webhook(due["webhook"]))
    except AditError as error:
        return None, error.what
    body, at = json.dumps(told, separators=(",", ":")).encode(), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": due["id"],
        "webhook-timestamp": at,
        "webhook-signature": signature(secret, due["id"], at, body),
    }
    try:
        answer = outgoing.send(
            "POST",
            due["url"],
            headers=headers,
            content=body,
            allow_private=office.settings.outgoing_private,
            inside=office.settings.inside,
        )
    except AditError as error:
        return None, error.what
    return answer.status, "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def signature(secret: str, id_: str, at: str, body: bytes) -> str:
    """The signature by the scheme of Standard Webhooks: of id, time and body, under the bytes that the secret stands for."""
    key = b64decode(secret.removeprefix(_SECRET))
    return "v1," + b64encode(hmac.digest(key, f"{id_}.{at}.".encode() + body, sha256)).decode()


def _record(connection: Connection, due: dict[str, Any], now: datetime, status: int | None, error: str) -> None:
    """Record what became of a try: done, to be tried again, or given up."""
    tries = due["tries"] + 1
    again = now + RETRIES[tries - 1] if error and tries <= len(RETRIES) else None
    state = "done" if not error else "waiting" if again is not None else "given up"
    connection.execute(
        "UPDATE desk.delivery SET state = %s, tries = %s, next_try_at = %s, last_status = %s, last_error = %s WHERE id = %s",
        (state, tries, again, status, error, due["id"]),
    )
    if state == "given up":
        log.warning("delivery given up", number=due["id"], kind=due["kind"], status=status)
