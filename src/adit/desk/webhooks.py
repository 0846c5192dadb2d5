"""Webhooks: others are told that something was entered, and fetch over the API what they may see of it.

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
from adit.desk.web import outgoing
from adit.desk.web.pages import N_
from adit.engines.database import Connection, named
from adit.journal import store as journal
from adit.journal.entries import ERASURE
from adit.register.records import RECORDS
from adit.register.store import WITHDRAWN
from adit.terms.errors import AditError, BadInput, NotFound, Refused, UnknownName

__all__ = ["KINDS", "RETRIES", "add_webhook", "deliver", "end_webhook", "enqueue", "signature"]

log = structlog.get_logger()
KINDS = (*RECORDS, *(f"{kind}{WITHDRAWN}" for kind in RECORDS), ERASURE)  # of entries that somebody may be told of
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 720, 1440))  # after the first try, the second, ...
MOST = 10  # webhooks of one hand
AT_ONCE = 10_000  # entries of the journal looked at together
TURN_S = 60.0  # of one call: the time that is signed is never older
_SECRET = "whsec_"


def add_webhook(office: Office, hand: str, url: str, kinds: Collection[str]) -> tuple[str, str]:
    """Tell the hand's server of new entries of these kinds: the id of the webhook and its secret, which is shown once.

    Entries that are there already are not told. Raises BadInput for an address that may not be called and for kinds that do not exist,
    Unavailable for a name that nobody knows, Refused where the hand has too many, NotFound for a hand without an account.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownName("kind of entry", kind, KINDS)
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
            (id_, hand, url, secret, sorted(set(kinds)), journal.size(connection), office.now()),
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
            "SELECT w.id, w.kinds, w.next_entry FROM desk.webhook w JOIN desk.account a USING (hand)"
            f" WHERE {_LIVE} AND w.next_entry < %s ORDER BY w.id FOR UPDATE OF w SKIP LOCKED",
            [size],
        ).fetchall()
        for id_, kinds, start in rows:
            end = min(size, start + at_once)
            made += connection.execute(
                "INSERT INTO desk.delivery (id, webhook, entry, next_try_at) SELECT %s || '-' || seq, %s, seq, %s FROM journal.entry"
                " WHERE seq >= %s AND seq < %s AND kind = ANY(%s) ON CONFLICT (webhook, entry) DO NOTHING",
                (id_, id_, now, start, end, kinds),
            ).rowcount
            connection.execute("UPDATE desk.webhook SET next_entry = %s WHERE id = %s", (end, id_))
    return made


_DUE = f"""
SELECT d.id, d.webhook, d.entry, d.tries, w.url, w.secret, e.kind, e.subject, e.recorded_at_utc
FROM desk.delivery d JOIN desk.webhook w ON w.id = d.webhook JOIN desk.account a USING (hand) JOIN journal.entry e ON e.seq = d.entry
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
    body, at = json.dumps(told, separators=(",", ":")).encode(), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": due["id"],
        "webhook-timestamp": at,
        "webhook-signature": signature(due["secret"], due["id"], at, body),
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
