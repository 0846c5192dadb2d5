"""Accounts: how somebody proves who they are. What an account may do, and its party, are entered in the journal; secrets never are.

A password costs a tenth of a second to check, so only two are checked at once: a flood of sign-ins waits and the rest of the desk does not. A
login that does not exist costs the same. After wrong passwords an account has to wait, longer each time and never for good.
"""

import hashlib
import hmac
import secrets
import struct
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from urllib.parse import quote

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from adit.desk.office import Office, new_id
from adit.desk.web.hands import ROLES, SECOND_FACTOR
from adit.engines.database import Connection, errors, named
from adit.journal.entries import Draft
from adit.journal.writer import Transaction
from adit.terms.errors import BadInput, Refused, Unavailable, UnknownName

__all__ = [
    "Account",
    "account",
    "add_account",
    "change_password",
    "check_password",
    "check_second",
    "close_account",
    "enrol_second",
    "totp_address",
]

_hasher = PasswordHasher()
_doors = BoundedSemaphore(2)
_NOBODY = _hasher.hash(secrets.token_hex(16))  # checked for a login that does not exist
SHORTEST = 12
STEP_S, DIGITS = 30, 6


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its owner and an administrator see it."""

    hand: str
    login: str
    name: str
    roles: frozenset[str]
    second_factor: bool
    closed: bool

    @property
    def needs_second(self) -> bool:
        return bool(self.roles & SECOND_FACTOR)


def account(connection: Connection, hand: str) -> Account | None:
    """One account."""
    found = named(connection, "SELECT * FROM desk.account WHERE hand = %s", [hand])
    return _account(found[0]) if found else None


def _account(row: dict[str, object]) -> Account:
    roles = row["roles"]
    assert isinstance(roles, list)
    return Account(
        str(row["hand"]), str(row["login"]), str(row["name"]), frozenset(roles), row["totp_secret"] is not None,
        row["closed_at"] is not None,
    )  # fmt: skip


def add_account(
    office: Office,
    *,
    login: str,
    name: str,
    roles: Sequence[str],
    password: str,
    by: str,
    parties: Sequence[str] = (),
    language: str = "ru",
) -> str:
    """Make an account, and enter that it was made; its code. Raises BadInput for a weak password, Refused for a login that is taken."""
    login = login.strip().lower()
    for role in roles:
        if role not in ROLES:
            raise UnknownName("role", role, ROLES)
    if not login or not name.strip():
        raise BadInput("An account has a login and a name.")
    check_strength(password, login)
    code = new_id(sorted(roles)[0] if roles else "guest")
    hashed = _hash(password)
    with office.reading() as connection:
        if connection.execute("SELECT 1 FROM desk.account WHERE login = %s", [login]).fetchone():
            raise Refused("This login is taken.", name="login taken", todo="Choose another.")

    def work(transaction: Transaction) -> dict[str, str]:
        transaction.append(
            Draft("account", code, by, {"roles": sorted(roles), "parties": sorted(parties), "act": "made"})
        )
        transaction.later(
            "INSERT INTO desk.account (hand, login, name, roles, password, language) VALUES (%s, %s, %s, %s, %s, %s)",
            (code, login, name.strip(), list(roles), hashed, language), first=True,
        )  # fmt: skip
        for party in parties:
            transaction.later("INSERT INTO desk.account_party (hand, party) VALUES (%s, %s)", (code, party))
        return {"hand": code}

    office.write(work, key=f"account {code}")
    return code


def close_account(office: Office, hand: str, *, by: str) -> None:
    """Close an account and end its sessions and tokens."""

    def work(transaction: Transaction) -> dict[str, str]:
        transaction.append(Draft("account", hand, by, {"act": "closed"}))
        transaction.later("UPDATE desk.account SET closed_at = %s WHERE hand = %s", (transaction.now, hand))
        transaction.later("DELETE FROM desk.session WHERE hand = %s", (hand,))
        transaction.later(
            "UPDATE desk.token SET revoked_at = %s WHERE hand = %s AND revoked_at IS NULL", (transaction.now, hand)
        )
        return {}

    office.write(work, key=f"close {hand} {secrets.token_hex(8)}")


def check_strength(password: str, login: str) -> None:
    """Raise BadInput for a password that is short or says the login. Length is what counts; no rule about signs."""
    if len(password) < SHORTEST:
        raise BadInput(
            f"The password has fewer than {SHORTEST} characters.", todo="Take four or five words that you remember."
        )
    if len(password) > 200 or (len(login) > 3 and login in password.lower()) or len(set(password)) < 5:
        raise BadInput("This password is too easy to guess.", todo="Take four or five words that you remember.")


def _hash(password: str) -> str:
    with _Door():
        return _hasher.hash(password)


class _Door:
    """One of the two places at which passwords are worked out; waits, but not for ever."""

    def __enter__(self) -> None:
        if not _doors.acquire(timeout=10):
            raise Unavailable("Too many are signing in at once.", todo="Try again in a minute.")

    def __exit__(self, *_: object) -> None:
        _doors.release()


def check_password(office: Office, login: str, password: str) -> Account:
    """The account whose login and password these are. Raises BadInput in the same words whatever is wrong, and while it has to wait."""
    now = office.now()
    with office.reading() as connection:
        found = named(
            connection, "SELECT * FROM desk.account WHERE login = %s AND closed_at IS NULL", [login.strip().lower()]
        )
        row = found[0] if found else None
        if row is not None and row["wait_until"] is not None and row["wait_until"] > now:
            raise BadInput(
                f"Too many wrong passwords: wait until {row['wait_until']:%H:%M:%S} UTC.",
                todo="If it was not you, tell an administrator.",
            )
        if not _verified(str(row["password"]) if row else _NOBODY, password) or row is None:
            if row is not None:
                failures = int(row["failures"]) + 1
                wait = timedelta(seconds=min(2 ** max(0, failures - 3), 900)) if failures >= 3 else timedelta(0)
                connection.execute(
                    "UPDATE desk.account SET failures = %s, wait_until = %s WHERE hand = %s",
                    (failures, now + wait, row["hand"]),
                )
            raise BadInput(
                "The login or the password is wrong.", todo="Check the keyboard's language and the Caps Lock key."
            )
        connection.execute("UPDATE desk.account SET failures = 0, wait_until = NULL WHERE hand = %s", [row["hand"]])
    return _account(row)


def _verified(hashed: str, password: str) -> bool:
    with _Door():
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def change_password(office: Office, hand: str, old: str, new: str) -> None:
    """Set a new password and end all sessions. Raises BadInput where the old one is wrong or the new one weak."""
    with office.reading() as connection:
        [row] = named(connection, "SELECT login, password FROM desk.account WHERE hand = %s", [hand])
        if not _verified(row["password"], old):
            raise BadInput("The old password is wrong.")
        check_strength(new, row["login"])
        hashed = _hash(new)
        connection.execute("UPDATE desk.account SET password = %s WHERE hand = %s", (hashed, hand))
        connection.execute("DELETE FROM desk.session WHERE hand = %s", [hand])


# The second factor (RFC 6238) -------------------------------------------------------------------------------------
def totp_address(login: str, secret: str, issuer: str) -> str:
    """What the QR code of an authenticator app holds."""
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP_S}"


def new_secret() -> str:
    """A secret for an authenticator app."""
    return b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a step of thirty seconds."""
    digest = hmac.new(b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def _matching(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The step whose code this is, of those around now that come after the last one that was used."""
    step = int(now.timestamp()) // STEP_S
    for at in (step - 1, step, step + 1):
        if at > last and hmac.compare_digest(code_at(secret, at), code.strip().replace(" ", "")):
            return at
    return None


def check_second(office: Office, hand: str, code: str) -> None:
    """Raise BadInput unless the code is one of the account's app that was not used before, or one of its recovery codes."""
    with office.reading() as connection:
        [row] = named(connection, "SELECT totp_secret, totp_last, recovery FROM desk.account WHERE hand = %s", [hand])
        step = _matching(row["totp_secret"], code, office.now(), int(row["totp_last"])) if row["totp_secret"] else None
        if step is not None:
            done = connection.execute(
                "UPDATE desk.account SET totp_last = %s WHERE hand = %s AND totp_last < %s RETURNING hand",
                (step, hand, step),
            ).fetchone()
            if done:
                return
        recovery = hashlib.sha256(code.strip().lower().encode()).hexdigest()
        if recovery in row["recovery"]:
            connection.execute(
                "UPDATE desk.account SET recovery = array_remove(recovery, %s) WHERE hand = %s", (recovery, hand)
            )
            return
    raise BadInput(
        "The code is wrong or was used before.",
        todo="Wait for the next one; check that the clock of the phone is right.",
    )


def enrol_second(office: Office, hand: str, secret: str, code: str) -> list[str]:
    """Take over a secret once its app gives the right code; the recovery codes, shown once. Raises BadInput, or Refused for closed accounts."""
    if _matching(secret, code, office.now(), 0) is None:
        raise BadInput(
            "The code is not that of this secret.",
            todo="Scan the picture again, then write the code that the app shows now.",
        )
    codes = [secrets.token_hex(5) for _ in range(8)]
    hashed = [hashlib.sha256(c.encode()).hexdigest() for c in codes]
    step = int(office.now().timestamp()) // STEP_S
    with office.reading() as connection:
        try:
            connection.execute(
                "UPDATE desk.account SET totp_secret = %s, totp_last = %s, recovery = %s WHERE hand = %s AND closed_at IS NULL",
                (secret, step, hashed, hand),
            )
        except errors.Error as error:  # pragma: no cover - the table takes any text
            raise Refused("The second factor could not be kept.") from error
    return codes
