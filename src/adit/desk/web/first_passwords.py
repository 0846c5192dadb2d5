"""First passwords: made by chance and shown once, good for days, and changed by whoever signs in with one before anything else."""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_bytes, token_hex

import structlog

from adit.desk.office import Office
from adit.desk.web.accounts import add_account, check_strength, hash_password, verified
from adit.engines.database import named
from adit.journal.entries import Draft
from adit.journal.writer import Transaction
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = ["by_chance", "invite", "replace_first", "take_own"]

log = structlog.get_logger()
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz-"[:31]  # what nobody mistakes for another sign
GROUPS, SIGNS = 5, 4


def by_chance() -> str:
    """A password of ninety-nine bits, in groups that can be read out."""
    number = int.from_bytes(token_bytes(32))
    text = ""
    for _ in range(GROUPS * SIGNS):
        number, at = divmod(number, len(_LETTERS))
        text += _LETTERS[at]
    return "-".join(text[i : i + SIGNS] for i in range(0, len(text), SIGNS))


def invite(
    office: Office, *, login: str, name: str, roles: Sequence[str], by: str, parties: Sequence[str] = ()
) -> tuple[str, str]:
    """Make an account with a first password: its code, and the password, which nobody is shown again. Raises as `add_account` does."""
    password = by_chance()
    until = office.now() + timedelta(days=office.settings.first_password_days)
    hand = add_account(
        office, login=login, name=name, roles=roles, password=password, by=by, parties=parties, password_until=until
    )
    return hand, password


def replace_first(office: Office, hand: str, *, by: str) -> str:
    """Another first password for an account that was never signed in to; the password, shown once.

    Raises NotFound for an account that is not open, Refused where its owner has a password of his own.
    """
    password = by_chance()
    hashed, until = hash_password(password), office.now() + timedelta(days=office.settings.first_password_days)

    def work(transaction: Transaction) -> dict[str, str]:
        rows = transaction.query(
            "SELECT password_until IS NOT NULL FROM desk.account WHERE hand = %s AND closed_at IS NULL", [hand]
        )
        if not rows:
            raise NotFound("There is no such account, or it is closed.")
        if not rows[0][0]:
            raise Refused(
                "This account has a password of its owner's.", name="own password",
                todo="Where it is lost, propose a new one under Lost access.",
            )  # fmt: skip
        transaction.append(Draft("account", hand, by, {"act": "first password made anew"}))
        transaction.later(
            "UPDATE desk.account SET password = %s, password_until = %s, failures = 0, wait_until = NULL WHERE hand = %s",
            (hashed, until, hand),
        )
        transaction.later("DELETE FROM desk.session WHERE hand = %s", (hand,))
        return {}

    office.write(work, key=f"first password {hand} {token_hex(8)}")
    return password


def take_own(office: Office, hand: str, new: str) -> None:
    """Set a password of the owner's in place of the first one; its sessions end. Raises BadInput for a weak one, and for the first one again."""
    with office.reading() as connection:
        [row] = named(connection, "SELECT login, password FROM desk.account WHERE hand = %s", [hand])
    check_strength(new, str(row["login"]), office)
    if verified(str(row["password"]), new):
        raise BadInput("This is the password that the office made.", todo="Think of one that nobody else has seen.")
    hashed = hash_password(new)
    with office.reading() as connection, connection.transaction():
        connection.execute(
            "UPDATE desk.account SET password = %s, password_until = NULL WHERE hand = %s AND closed_at IS NULL",
            (hashed, hand),
        )
        connection.execute("DELETE FROM desk.session WHERE hand = %s", [hand])
    log.info("password changed", kind="first", hand=hand)
