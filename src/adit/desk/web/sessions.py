"""Sessions and tokens: how a request is known to come from somebody who has signed in. Both are kept as hashes only."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import Response

from adit.desk.office import Office, new_id
from adit.desk.web.hands import SECOND_FACTOR, Hand
from adit.desk.web.second_factor import due
from adit.engines.database import Connection, named
from adit.terms.errors import BadInput

__all__ = [
    "HOLDS",
    "SCOPES",
    "begin",
    "changing",
    "end",
    "end_all",
    "end_one",
    "known_by_session",
    "known_by_token",
    "lately",
    "make_token",
    "pending",
    "second_done",
    "secret_of",
]

log = structlog.get_logger()
MOST = 20  # sessions of one hand; with another one the oldest ends
LONGEST = timedelta(hours=12)
HALF = timedelta(minutes=10)  # to give the second factor
LATELY = timedelta(minutes=15)  # in which a sign-in counts for what needs a new one
IDLE = timedelta(minutes=30)  # of those who handle cases of others
IDLE_MINER = timedelta(hours=4)
SCOPES = ("read", "declare", "decide")
_TOKEN = "adit_"

# A link p of an account to a party holds on the day %s: made by an administrator, or resting on a mandate that has not ended
HOLDS = """(p.mandate IS NULL OR EXISTS (
    SELECT FROM register.mandate m WHERE m.id = p.mandate AND upper_inf(m.known) AND m.valid @> %s::date))"""
_QUERY = f"""
SELECT a.hand, a.name, a.roles, a.language, a.theme, a.login,
    coalesce((SELECT array_agg(party ORDER BY party) FROM desk.account_party p WHERE p.hand = a.hand AND {HOLDS}), '{{}}') AS parties"""


def cookie_name(office: Office) -> str:
    """`__Host-` binds the cookie to this host and to https."""
    return "__Host-adit" if office.settings.url.startswith("https:") else "adit"


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def begin(
    office: Office,
    connection: Connection,
    response: Response,
    hand: str,
    request: Request,
    *,
    second_factor: bool,
    must_change: bool = False,
) -> None:
    """Begin a session; the one that the request came with ends. Half a session, in which only what is missing can be given, lasts for minutes.

    `second_factor`: none is missing. `must_change`: the password was a first one and has to be changed.
    """
    old = request.cookies.get(cookie_name(office))
    if old:
        connection.execute("DELETE FROM desk.session WHERE id = %s", [_hash(old)])
    whole = second_factor and not must_change
    id_, now, longest = secrets.token_urlsafe(32), office.now(), LONGEST if whole else HALF
    connection.execute(
        "DELETE FROM desk.session WHERE hand = %s AND (expires_at <= %s OR id NOT IN"
        " (SELECT id FROM desk.session WHERE hand = %s ORDER BY seen_at DESC, made_at DESC LIMIT %s))",
        (hand, now, hand, MOST - 1),
    )
    connection.execute(
        "INSERT INTO desk.session (id, hand, csrf, second_factor, must_change, agent, made_at, seen_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            _hash(id_),
            hand,
            secrets.token_urlsafe(24),
            second_factor,
            must_change,
            request.headers.get("user-agent", "")[:200],
            now,
            now,
            now + longest,
        ),
    )
    log.info("session begins", kind="whole" if whole else "half", hand=hand)
    response.set_cookie(
        cookie_name(office), id_, httponly=True, samesite="lax", secure=office.settings.url.startswith("https:"), path="/",
        max_age=int(longest.total_seconds()),
    )  # fmt: skip


def end(office: Office, connection: Connection, response: Response, request: Request) -> None:
    """End the session of a request."""
    id_ = request.cookies.get(cookie_name(office))
    if id_:
        connection.execute("DELETE FROM desk.session WHERE id = %s", [_hash(id_)])
        log.info("session ends", kind="signed out")
    _forget(office, response)


def end_all(office: Office, connection: Connection, response: Response, hand: str) -> None:
    """End every session of a hand, that of the request too."""
    connection.execute("DELETE FROM desk.session WHERE hand = %s", [hand])
    log.info("session ends", kind="all", hand=hand)
    _forget(office, response)


def end_one(connection: Connection, hand: str, id_: str) -> None:
    """End one session of a hand, by its id in its list; of another's nothing happens."""
    connection.execute("DELETE FROM desk.session WHERE hand = %s AND encode(id, 'hex') = %s", (hand, id_))
    log.info("session ends", kind="one", hand=hand)


def _forget(office: Office, response: Response) -> None:
    """Have the browser forget who was signed in, and what it kept of their pages, drafts included."""
    response.delete_cookie(
        cookie_name(office), path="/", secure=office.settings.url.startswith("https:"), httponly=True
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def lately(office: Office, connection: Connection, request: Request) -> bool:
    """Whether whoever is signed in has signed in within the last quarter of an hour."""
    cookie = request.cookies.get(cookie_name(office), "")
    row = connection.execute("SELECT made_at FROM desk.session WHERE id = %s", [_hash(cookie)]).fetchone()
    return row is not None and office.now() - row[0] < LATELY


def secret_of(office: Office, request: Request) -> str:
    """The secret that an authenticator app is offered in this session: chance, known to nobody else, and not for the browser to choose."""
    cookie = request.cookies.get(cookie_name(office), "")
    return b32encode(hmac.digest(cookie.encode(), b"adit second factor", hashlib.sha256)[:20]).decode()


def _row(office: Office, connection: Connection, cookie: str) -> dict[str, Any] | None:
    rows = named(
        connection,
        _QUERY + ", s.csrf, s.second_factor, s.must_change, s.seen_at, s.expires_at, a.totp_secret IS NOT NULL AS enrolled, a.second_by"
        " FROM desk.session s JOIN desk.account a USING (hand) WHERE s.id = %s AND a.closed_at IS NULL",
        (office.today(), _hash(cookie)),
    )  # fmt: skip
    if not rows:
        return None
    now, row = office.now(), rows[0]
    idle = IDLE if set(row["roles"]) & SECOND_FACTOR else IDLE_MINER
    if row["expires_at"] <= now or row["seen_at"] + idle <= now:
        connection.execute("DELETE FROM desk.session WHERE id = %s", [_hash(cookie)])
        return None
    if now - row["seen_at"] > timedelta(minutes=1):
        connection.execute("UPDATE desk.session SET seen_at = %s WHERE id = %s", (now, _hash(cookie)))
    return row


def _lacks_second(office: Office, row: dict[str, Any]) -> bool:
    """Whether a second factor is still to be given, or to be set up."""
    asked = row["enrolled"] or due(office.settings, row["roles"], row["second_by"], office.now())
    return bool(asked) and not row["second_factor"]


def known_by_session(office: Office, connection: Connection, request: Request) -> Hand | None:
    """Whose session it is; None without one, and while a second factor or a password of one's own is to come."""
    cookie = request.cookies.get(cookie_name(office))
    row = _row(office, connection, cookie) if cookie else None
    if row is None or row["must_change"] or _lacks_second(office, row):
        return None
    return _hand(row, "session", csrf=row["csrf"])


def pending(office: Office, connection: Connection, request: Request) -> dict[str, Any] | None:
    """The session of somebody who has given a password and not yet the second factor."""
    cookie = request.cookies.get(cookie_name(office))
    row = _row(office, connection, cookie) if cookie else None
    return row if row is not None and not row["must_change"] and _lacks_second(office, row) else None


def changing(office: Office, connection: Connection, request: Request) -> dict[str, Any] | None:
    """The session of somebody who has given a first password and has to change it before anything else."""
    cookie = request.cookies.get(cookie_name(office))
    row = _row(office, connection, cookie) if cookie else None
    return row if row is not None and row["must_change"] else None


def second_done(office: Office, connection: Connection, response: Response, hand: str, request: Request) -> None:
    """The second factor was given: a new session in place of the half one."""
    begin(office, connection, response, hand, request, second_factor=True)


def make_token(office: Office, hand: Hand, name: str, scopes: Sequence[str], days: int) -> str:
    """A token for programs of this hand, shown once. Raises BadInput for scopes that do not exist."""
    if not scopes or any(s not in SCOPES for s in scopes):
        raise BadInput(f"A token has one or more of the scopes {', '.join(SCOPES)}.")
    if not 1 <= days <= 366:
        raise BadInput("A token is for 1 to 366 days.")
    token, now = _TOKEN + secrets.token_urlsafe(32), office.now()
    with office.reading() as connection:
        connection.execute(
            "INSERT INTO desk.token (id, hash, hand, name, scopes, made_at, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                new_id("token"),
                _hash(token),
                hand.code,
                name.strip() or "token",
                list(scopes),
                now,
                now + timedelta(days=days),
            ),
        )
    return token


def known_by_token(office: Office, connection: Connection, token: str) -> Hand | None:
    """Whose token it is."""
    rows = named(
        connection,
        _QUERY + ", t.scopes, t.id, t.used_at FROM desk.token t JOIN desk.account a USING (hand)"
        " WHERE t.hash = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND a.closed_at IS NULL",
        (office.today(), _hash(token), office.now()),
    )  # fmt: skip
    if not rows:
        return None
    row = rows[0]
    if row["used_at"] is None or office.now() - row["used_at"] > timedelta(minutes=5):
        connection.execute("UPDATE desk.token SET used_at = %s WHERE id = %s", (office.now(), row["id"]))
    return _hand(row, "token", scopes=row["scopes"])


def _hand(row: dict[str, Any], via: str, *, csrf: str = "", scopes: Sequence[str] = ()) -> Hand:
    return Hand(
        row["hand"],
        row["name"],
        frozenset(row["roles"]),
        tuple(row["parties"]),
        row["language"],
        row["theme"],
        via,
        csrf,
        frozenset(scopes),
    )
