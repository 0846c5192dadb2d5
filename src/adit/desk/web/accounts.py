"""Accounts: how somebody proves who they are. What an account may do, and its party, are entered in the journal; secrets never are.

A password costs a tenth of a second to check, so only two are checked at once: a flood of sign-ins waits and the rest of the desk does not. A
login that does not exist costs the same. After three wrong tries, of the password or of the code, an account has to wait, longer each time and
never for good. A browser in which the account was signed in before does not wait with it, so that nobody is shut out by the guesses of others; it
has a few tries an hour of its own.
"""

import hashlib
import hmac
import secrets
import struct
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from urllib.parse import quote

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from adit.desk.office import Office, new_id
from adit.desk.sealing import about_second
from adit.desk.web.hands import ROLES
from adit.desk.web.limits import Limits
from adit.desk.web.second_factor import due
from adit.engines.database import Connection, named
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
    "check_strength",
    "close_account",
    "confirm",
    "count_try",
    "enrol_second",
    "hash_password",
    "hashed",
    "mark_of",
    "totp_address",
    "verified",
]

log = structlog.get_logger()
_hasher = PasswordHasher()
_doors = BoundedSemaphore(2)
_of_browsers = Limits(0.2, 5)  # tries of a browser that an account knows, in this process
_NOBODY = _hasher.hash(secrets.token_hex(16))  # checked for a login that does not exist
SHORTEST, LONGEST = 12, 200
LEFT = 8  # signs of a password beside the words of the office
STEP_S, DIGITS = 30, 6
# Words that a guesser of this office's passwords tries first; with them the office's name and the login
OF_OFFICE = (
    "adit", "administrator", "admin", "officer", "office", "inspector", "analyst", "miner", "mining", "operator", "register", "registry", "password",
    "администратор", "админ", "инспектор", "аналитик", "майнер", "майнинг", "оператор", "реестр", "управление", "пароль",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its owner and an administrator see it."""

    hand: str
    login: str
    name: str
    roles: frozenset[str]
    second_factor: bool
    closed: bool
    second_by: datetime | None = None  # how long it may do without a second factor
    password_until: datetime | None = None  # of a first password, that its owner has to change


def account(connection: Connection, hand: str) -> Account | None:
    """One account."""
    found = named(connection, "SELECT * FROM desk.account WHERE hand = %s", [hand])
    return _account(found[0]) if found else None


def _account(row: dict[str, object]) -> Account:
    roles = row["roles"]
    assert isinstance(roles, list)
    return Account(
        str(row["hand"]), str(row["login"]), str(row["name"]), frozenset(roles), row["totp_secret"] is not None,
        row["closed_at"] is not None, _moment(row["second_by"]), _moment(row["password_until"]),
    )  # fmt: skip


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


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
    password_until: datetime | None = None,
) -> str:
    """Make an account, and enter that it was made; its code. With `password_until` the password is a first one, which its owner has to change.

    Raises BadInput for a weak password, Refused for a login that is taken.
    """
    login = login.strip().lower()
    for role in roles:
        if role not in ROLES:
            raise UnknownName("role", role, ROLES)
    if not login or not name.strip():
        raise BadInput("An account has a login and a name.")
    check_strength(password, login, office)
    code = new_id(sorted(roles)[0] if roles else "guest")
    hashed = hash_password(password)
    with office.reading() as connection:
        if connection.execute("SELECT 1 FROM desk.account WHERE login = %s", [login]).fetchone():
            raise Refused("This login is taken.", name="login taken", todo="Choose another.")

    def work(transaction: Transaction) -> dict[str, str]:
        transaction.append(
            Draft("account", code, by, {"roles": sorted(roles), "parties": sorted(parties), "act": "made"})
        )
        transaction.later(
            "INSERT INTO desk.account (hand, login, name, roles, password, language, password_until) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (code, login, name.strip(), list(roles), hashed, language, password_until), first=True,
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


def check_strength(password: str, login: str, office: Office) -> None:
    """Raise BadInput for a password that is short, among the commonest, or made of words of the office. No rule about signs."""
    if len(password) < SHORTEST:
        raise BadInput(
            f"The password has fewer than {SHORTEST} characters.", todo="Take four or five words that you remember."
        )
    if len(password) > LONGEST:
        raise BadInput(f"The password has more than {LONGEST} characters.", todo="Shorten it.")
    folded = password.casefold()
    rest, names = folded, f"{office.settings.name_en} {office.settings.name_ru}".casefold().split()
    for word in sorted({*OF_OFFICE, *names, login.casefold()}, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 3 else rest
    if (
        len(set(folded)) < 5
        or sum(c.isalnum() for c in rest) < LEFT
        or not {_short(folded), _short(folded.translate(_AS_LATIN))}.isdisjoint(_common())
    ):
        raise BadInput("This password is too easy to guess.", todo="Take four or five words that you remember.")


# What was typed with the other keys
_AS_LATIN = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")


@cache
def _common() -> frozenset[str]:
    """The commonest passwords of twelve characters and more, each as the beginning of its hash."""
    text = Path(__file__).with_name("common_passwords.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def _short(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()[:12]


def hashed(password: str, login: str, office: Office) -> str:
    """What is kept of a new password. Raises BadInput for a weak one."""
    check_strength(password, login, office)
    return hash_password(password)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with _Door():
        return _hasher.hash(password)


class _Door:
    """One of the two places at which passwords are worked out; waits, but not for ever."""

    def __enter__(self) -> None:
        if not _doors.acquire(timeout=10):
            raise Unavailable("Too many are signing in at once.", todo="Try again in a minute.")

    def __exit__(self, *_: object) -> None:
        _doors.release()


def check_password(office: Office, login: str, password: str, *, mark: str = "") -> Account:
    """The account whose login and password these are; `mark`: what the browser keeps of an earlier sign-in.

    Raises BadInput in the same words whatever is wrong, and while it has to wait.
    """
    with office.reading() as connection:
        found = named(
            connection, "SELECT * FROM desk.account WHERE login = %s AND closed_at IS NULL", [login.strip().lower()]
        )
        counted = bool(found) and count_try(connection, found[0]["hand"], office.now(), mark)
    # no connection is held while the password is worked out: a flood of sign-ins would take all that there are
    if not verified(str(found[0]["password"]) if found else _NOBODY, password) or not found:
        log.warning("sign-in refused", kind="password", hand=found[0]["hand"] if found else "")
        raise BadInput(
            "The login or the password is wrong.", todo="Check the keyboard's language and the Caps Lock key."
        )
    known, stored = _account(found[0]), str(found[0]["password"])
    if known.password_until is not None and known.password_until <= office.now():
        log.warning("sign-in refused", kind="first password", hand=known.hand)
        raise BadInput("This first password has run out.", todo="Ask an administrator for another one.")
    whole = not (known.second_factor or due(office.settings, known.roles, known.second_by, office.now()))
    with office.reading() as connection:
        _count_right(connection, known.hand, counted, whole=whole)
        if _hasher.check_needs_rehash(stored):
            connection.execute(
                "UPDATE desk.account SET password = %s WHERE hand = %s AND password = %s",
                (hash_password(password), known.hand, stored),
            )
    return known


def count_try(connection: Connection, hand: str, now: datetime, mark: str = "") -> bool:
    """Count a try as wrong before it is made, so that many at once are counted too; whether it was the account that counted it.

    Raises BadInput while it has to wait.
    """
    [(stored, until)] = connection.execute(
        "SELECT password, wait_until FROM desk.account WHERE hand = %s", [hand]
    ).fetchall()
    if _knows(stored, mark):
        if _of_browsers.take(mark)[0]:
            return False
        until = now + timedelta(minutes=5)
    elif connection.execute(
        "UPDATE desk.account SET failures = failures + 1,"
        " wait_until = CASE WHEN failures >= 2 THEN %(now)s + least(2 ^ least(failures - 2, 20), 900) * interval '1 second' END"
        " WHERE hand = %(hand)s AND (wait_until IS NULL OR wait_until <= %(now)s) RETURNING hand",
        {"hand": hand, "now": now},
    ).fetchone():
        return True
    log.warning("sign-in refused", kind="waits", hand=hand)
    raise BadInput(
        f"Too many wrong tries: wait until {until or now:%H:%M:%S} UTC.",
        todo="If it was not you, tell an administrator.",
    )


def _count_right(connection: Connection, hand: str, counted: bool, *, whole: bool) -> None:
    """The try was right. What was wrong before is forgotten once somebody is signed in, and not by the first of two factors."""
    if whole:
        connection.execute("UPDATE desk.account SET failures = 0, wait_until = NULL WHERE hand = %s", [hand])
    elif counted:
        connection.execute(
            "UPDATE desk.account SET failures = greatest(failures - 1, 0), wait_until = NULL WHERE hand = %s", [hand]
        )


def mark_of(office: Office, hand: str) -> str:
    """What a browser keeps once somebody has signed in there: chance, sealed by what is stored of the password. It names nobody."""
    with office.reading() as connection:
        [(stored,)] = connection.execute("SELECT password FROM desk.account WHERE hand = %s", [hand]).fetchall()
    chance = secrets.token_urlsafe(12)
    return f"{chance}.{_seal(stored, chance)}"


def _knows(stored: str, mark: str) -> bool:
    chance, _, seal = mark.partition(".")
    return bool(seal) and hmac.compare_digest(_seal(stored, chance).encode(), seal.encode())


def _seal(stored: str, chance: str) -> str:
    return hmac.digest(stored.encode(), f"adit known browser {chance}".encode(), hashlib.sha256).hex()


def verified(hashed: str, password: str) -> bool:
    """Whether this is the password of which this is kept."""
    with _Door():
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def confirm(office: Office, hand: str, password: str) -> str:
    """Raise BadInput unless this is the password of an account that is signed in; its login. Wrong ones count as at the door."""
    with office.reading() as connection:
        [row] = named(connection, "SELECT login, password FROM desk.account WHERE hand = %s", [hand])
        counted = count_try(connection, hand, office.now())
    if not verified(row["password"], password):
        log.warning("sign-in refused", kind="confirmation", hand=hand)
        raise BadInput("This is not your password.")
    with office.reading() as connection:
        _count_right(connection, hand, counted, whole=True)
    return str(row["login"])


def change_password(office: Office, hand: str, old: str, new: str) -> None:
    """Set a new password and end all sessions. Raises BadInput where the old one is wrong or the new one weak."""
    check_strength(new, confirm(office, hand, old), office)
    hashed = hash_password(new)
    with office.reading() as connection, connection.transaction():
        connection.execute("UPDATE desk.account SET password = %s WHERE hand = %s", (hashed, hand))
        connection.execute("DELETE FROM desk.session WHERE hand = %s", [hand])
    log.info("password changed", hand=hand)


# The second factor (RFC 6238) -------------------------------------------------------------------------------------
def totp_address(login: str, secret: str, issuer: str) -> str:
    """What the QR code of an authenticator app holds."""
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP_S}"


def code_at(secret: str, step: int) -> str:
    """The code of a step of thirty seconds."""
    digest = hmac.new(b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def _matching(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The step whose code this is, of those around now that come after the last one that was used."""
    step = int(now.timestamp()) // STEP_S
    for at in (step - 1, step, step + 1):
        if at > last and hmac.compare_digest(code_at(secret, at).encode(), code.strip().replace(" ", "").encode()):
            return at
    return None


def check_second(office: Office, hand: str, code: str, *, mark: str = "") -> None:
    """Raise BadInput unless the code is one of the account's app that was not used before, or one of its recovery codes."""
    with office.reading() as connection:
        [row] = named(connection, "SELECT totp_secret, totp_last FROM desk.account WHERE hand = %s", [hand])
        counted = count_try(connection, hand, office.now(), mark)
        seed = office.keys.unseal(row["totp_secret"] or "", about_second(hand))
        step = _matching(seed, code, office.now(), int(row["totp_last"])) if seed else None
        recovery = _recovery_hash(code)
        if (step is not None and connection.execute(
            "UPDATE desk.account SET totp_last = %s WHERE hand = %s AND totp_last < %s RETURNING hand", (step, hand, step)
        ).fetchone()) or connection.execute(
            "UPDATE desk.account SET recovery = array_remove(recovery, %s) WHERE hand = %s AND %s = ANY(recovery) RETURNING hand",
            (recovery, hand, recovery),
        ).fetchone():  # fmt: skip
            log.info("second factor given", kind="recovery" if step is None else "app", hand=hand)
            _count_right(connection, hand, counted, whole=True)
            return
    log.warning("sign-in refused", kind="second", hand=hand)
    raise BadInput(
        "The code is wrong or was used before.",
        todo="Wait for the next one; check that the clock of the phone is right.",
    )


def _recovery_hash(code: str) -> str:
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).hexdigest()


def enrol_second(office: Office, hand: str, secret: str, code: str) -> list[str]:
    """Take over a secret once its app gives the right code, and end all sessions; the recovery codes, shown once.

    Raises BadInput for another code. A recovery code is a hundred and twenty bits of chance, so that a plain hash of it tells nothing.
    """
    if _matching(secret, code, office.now(), 0) is None:
        raise BadInput(
            "The code is not that of this secret.",
            todo="Scan the picture again, then write the code that the app shows now.",
        )
    codes = [b32encode(secrets.token_bytes(15)).decode().lower() for _ in range(8)]
    codes = ["-".join(c[i : i + 4] for i in range(0, 24, 4)) for c in codes]
    step = int(office.now().timestamp()) // STEP_S
    with office.reading() as connection, connection.transaction():
        connection.execute(
            "UPDATE desk.account SET totp_secret = %s, totp_last = %s, recovery = %s, failures = 0, wait_until = NULL"
            " WHERE hand = %s AND closed_at IS NULL",
            (office.keys.seal(secret, about_second(hand)), step, [_recovery_hash(c) for c in codes], hand),
        )
        connection.execute("DELETE FROM desk.session WHERE hand = %s", [hand])
    log.info("second factor set up", hand=hand)
    return codes
