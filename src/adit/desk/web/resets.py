"""New passwords and second factors for those who lost theirs: asked for by anybody, carried out by two people of the office, used once.

One hand sees who it is and proposes, another approves; one of the two is an administrator, and neither is the owner. Each is shown one half of a code,
and the owner gives both together, so that neither hand alone opens the account. Whether a login exists is told to nobody who has not signed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes, token_hex

import structlog

from adit.desk.office import Office, new_id
from adit.desk.web.accounts import check_strength, count_try, hash_password, verified
from adit.desk.web.hands import Hand
from adit.desk.web.pages import N_
from adit.engines.database import Connection, named
from adit.journal.entries import Draft
from adit.journal.writer import Transaction
from adit.terms.errors import BadInput, Forbidden, NotFound, Refused

__all__ = [
    "GOOD",
    "SEEN",
    "WHAT",
    "Reset",
    "approve",
    "ask",
    "decline",
    "mark_told",
    "opened",
    "propose",
    "untold",
    "use",
]

log = structlog.get_logger()
WHAT = ("password", "second factor")
SEEN = (
    N_("in person, by a passport"),
    N_("by a call to the number on file"),
    N_("known to whoever proposes it"),
)  # how it was seen who it is
STATES = (N_("asked"), N_("proposed"), N_("approved"), N_("used"), N_("declined"))
GOOD = timedelta(hours=24)  # of a code
WAITS = timedelta(days=7)  # of what was asked or proposed and nobody went on with
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's
HALF = 15  # signs of a half of a code: seventy-five bits
_READ_AS = str.maketrans("oil", "011")
_OPEN = "state IN ('asked', 'proposed', 'approved')"


@dataclass(frozen=True, slots=True)
class Reset:
    """A reset as the office sees it, and its owner."""

    id: str
    hand: str
    login: str
    name: str
    what: str
    state: str
    asked_at: datetime
    proposed_by: str | None
    approved_by: str | None
    good_until: datetime | None
    ended_at: datetime | None


_QUERY = """SELECT r.id, r.hand, a.login, a.name, r.what, r.state, r.asked_at, r.proposed_by, r.approved_by, r.good_until, r.ended_at
    FROM desk.reset r JOIN desk.account a USING (hand)"""


def opened(connection: Connection) -> list[Reset]:
    """What waits for somebody, the oldest first."""
    return [Reset(*row) for row in connection.execute(f"{_QUERY} WHERE {_OPEN} ORDER BY r.asked_at, r.id LIMIT 200")]


def untold(connection: Connection, hand: str) -> list[Reset]:
    """What became of a hand's sign-in that its owner was not told of yet."""
    return [
        Reset(*row)
        for row in connection.execute(f"{_QUERY} WHERE r.hand = %s AND r.told_at IS NULL ORDER BY r.asked_at", [hand])
    ]


def mark_told(office: Office, hand: str) -> None:
    """The owner has seen what became of the sign-in."""
    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.reset SET told_at = %s WHERE hand = %s AND told_at IS NULL", (office.now(), hand)
        )


# Asking -----------------------------------------------------------------------------------------------------------
def ask(office: Office, login: str, what: str) -> None:
    """Note that somebody asks for it, where there is such an account and nothing is under way; the same to whoever asks. Raises BadInput for another thing."""
    if what not in WHAT:
        raise BadInput("What was lost is not said.", where="what", todo="Choose the password or the phone.")
    now = office.now()
    with office.reading() as connection:
        _end_old(connection, now)
        connection.execute(
            "INSERT INTO desk.reset (id, hand, what, state, asked_at) SELECT %s, hand, %s, 'asked', %s FROM desk.account"
            " WHERE login = %s AND closed_at IS NULL ON CONFLICT DO NOTHING",
            (new_id("reset"), what, now, login.strip().lower()),
        )


def _end_old(connection: Connection, now: datetime) -> None:
    """End what nobody went on with, so that it can be asked for again."""
    connection.execute(
        f"UPDATE desk.reset SET state = 'declined', ended_at = %s, told_at = NULL WHERE {_OPEN}"
        " AND (good_until <= %s OR (state <> 'approved' AND asked_at <= %s))",
        (now, now, now - WAITS),
    )


# Two hands --------------------------------------------------------------------------------------------------------
def propose(office: Office, login: str, what: str, seen: str, *, by: Hand) -> str:
    """Propose a reset, asked for or not: the first half of its code, shown once to whoever proposes.

    Raises BadInput for a login that nobody has and where it is not said how it was seen who it is; Forbidden for one's own; Refused where another is
    under way.
    """
    if what not in WHAT:
        raise BadInput("What was lost is not said.", where="what", todo="Choose the password or the phone.")
    if seen not in SEEN:
        raise BadInput("How you saw who it is is not said.", where="seen", todo="Choose one of the ways.")
    code, id_, now = _half(), new_id("reset"), office.now()
    with office.reading() as connection:
        _end_old(connection, now)

    def work(transaction: Transaction) -> dict[str, str]:
        rows = transaction.query(
            "SELECT hand FROM desk.account WHERE login = %s AND closed_at IS NULL", [login.strip().lower()]
        )
        if not rows:
            raise BadInput("There is no open account with this login.", where="login", todo="Look at its spelling.")
        [(hand,)] = rows
        if hand == by.code:
            raise Forbidden("Nobody resets an account of his own.", todo="Ask two colleagues.")
        made = transaction.query(
            "INSERT INTO desk.reset AS r (id, hand, what, state, asked_at, proposed_by, first_hash) VALUES (%s, %s, %s, 'proposed', %s, %s, %s)"
            f" ON CONFLICT (hand, what) WHERE {_OPEN} DO UPDATE SET state = 'proposed', proposed_by = excluded.proposed_by,"
            " first_hash = excluded.first_hash, told_at = NULL WHERE r.state = 'asked' RETURNING id",
            (id_, hand, what, now, by.code, _hash(code)),
        )
        if not made:
            raise Refused("This is under way already.", name="under way", todo="Approve it, or end it and begin anew.")
        transaction.append(Draft("account", hand, by.code, {"act": "reset proposed", "what": what, "seen": seen}))
        return {}

    office.write(work, key=f"propose {id_}")
    return _grouped(code)


def approve(office: Office, id_: str, *, by: Hand) -> str:
    """Approve a reset: the second half of its code, shown once to whoever approves.

    Raises Forbidden for the hand that proposed it, for the owner, and where neither hand is an administrator's; Refused where it is not open.
    """
    code, now = _half(), office.now()
    with office.reading() as connection:
        _end_old(connection, now)

    def work(transaction: Transaction) -> dict[str, str]:
        hand, what, proposed_by = _proposed(transaction, id_)
        if by.code == proposed_by:
            raise Forbidden("The hand that proposed this may not approve it.", todo="A colleague has to.")
        if by.code == hand:
            raise Forbidden("Nobody resets an account of his own.", todo="Ask two colleagues.")
        [(roles,)] = transaction.query("SELECT roles FROM desk.account WHERE hand = %s", [proposed_by])
        if not (by.may("run the office") or "administrator" in roles):
            raise Forbidden("One of the two has to be an administrator.", todo="Ask an administrator to approve it.")
        transaction.append(Draft("account", hand, by.code, {"act": "reset approved", "what": what}))
        transaction.later(
            "UPDATE desk.reset SET state = 'approved', approved_by = %s, second_hash = %s, good_until = %s, told_at = NULL WHERE id = %s",
            (by.code, _hash(code), now + GOOD, id_),
        )
        return {}

    office.write(work, key=f"approve {id_} {token_hex(8)}")
    return _grouped(code)


def _proposed(transaction: Transaction, id_: str) -> tuple[str, str, str]:
    rows = transaction.query("SELECT hand, what, proposed_by, state FROM desk.reset WHERE id = %s FOR UPDATE", [id_])
    if not rows:
        raise NotFound("There is no such reset.")
    hand, what, proposed_by, state = rows[0]
    if state != "proposed":
        raise Refused("This is not proposed any more.", name="not pending", todo="Look at the page again.")
    return str(hand), str(what), str(proposed_by)


def decline(office: Office, id_: str, *, by: str, own: bool = False) -> None:
    """End a reset that is open; with `own`, only one of this hand's own account. Raises NotFound where there is none."""

    def work(transaction: Transaction) -> dict[str, str]:
        rows = transaction.query(
            f"UPDATE desk.reset SET state = 'declined', ended_at = %s, told_at = NULL WHERE id = %s AND {_OPEN} AND (NOT %s OR hand = %s)"
            " RETURNING hand, what",
            (transaction.now, id_, own, by),
        )
        if not rows:
            raise NotFound("There is no such reset.")
        [(hand, what)] = rows
        transaction.append(Draft("account", hand, by, {"act": "reset declined", "what": what}))
        return {}

    office.write(work, key=f"decline {id_} {token_hex(8)}")


# Using it ---------------------------------------------------------------------------------------------------------
def use(office: Office, login: str, what: str, code: str, password: str) -> None:
    """Set the new password; or, with the password as it is, let the second factor go, so that another is set up. Every session ends.

    Raises BadInput in the same words whatever is wrong, but for a weak new password.
    """
    login, halves = login.strip().lower(), _halves(code)
    if what == "password":
        check_strength(password, login, office)
    with office.reading() as connection:
        found = named(
            connection,
            "SELECT r.id, r.hand, a.password FROM desk.reset r JOIN desk.account a USING (hand) WHERE a.login = %s AND a.closed_at IS NULL"
            " AND r.what = %s AND r.state = 'approved' AND r.good_until > %s AND r.first_hash = %s AND r.second_hash = %s",
            (login, what, office.now(), *map(_hash, halves)),
        )
        if found and what != "password":
            count_try(connection, found[0]["hand"], office.now())
    if not found or (what != "password" and not verified(str(found[0]["password"]), password)):
        log.warning("reset refused", kind=what if what in WHAT else "")
        raise BadInput(
            "The login, the code or the password is wrong, or the code has run out.",
            todo="Give both halves of the code as they were told to you.",
        )
    _enter(
        office, str(found[0]["id"]), str(found[0]["hand"]), what, hash_password(password) if what == "password" else ""
    )


def _enter(office: Office, id_: str, hand: str, what: str, hashed: str) -> None:
    def work(transaction: Transaction) -> dict[str, str]:
        if not transaction.query(
            "UPDATE desk.reset SET state = 'used', ended_at = %s, told_at = NULL WHERE id = %s AND state = 'approved' RETURNING id",
            (transaction.now, id_),
        ):
            raise BadInput("This code was used already.", todo="Ask for another one.")
        transaction.append(Draft("account", hand, hand, {"act": "reset used", "what": what}))
        if what == "password":
            transaction.later(
                "UPDATE desk.account SET password = %s, password_until = NULL, failures = 0, wait_until = NULL WHERE hand = %s",
                (hashed, hand),
            )
        else:
            transaction.later(
                "UPDATE desk.account SET totp_secret = NULL, totp_last = 0, recovery = '{}', failures = 0, wait_until = NULL WHERE hand = %s",
                (hand,),
            )
        transaction.later("DELETE FROM desk.session WHERE hand = %s", (hand,))
        return {}

    office.write(work, key=f"use {id_} {token_hex(8)}")
    log.info("reset used", kind=what, hand=hand)


# Codes ------------------------------------------------------------------------------------------------------------
def _half() -> str:
    return "".join(_LETTERS[b & 31] for b in token_bytes(HALF))


def _grouped(half: str) -> str:
    return "-".join(half[i : i + 5] for i in range(0, HALF, 5))


def _halves(code: str) -> Sequence[str]:
    """Both halves of a code as somebody typed it; a code of another length has halves that are none."""
    compact = "".join(c for c in code.lower() if c.isalnum()).translate(_READ_AS)
    return (compact[:HALF], compact[HALF:]) if len(compact) == 2 * HALF else ("", "")


def _hash(half: str) -> bytes:
    return sha256(f"adit reset {half}".encode()).digest()
