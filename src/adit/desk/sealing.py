"""Secrets in the database of an office: sealed when it opens, sealed anew under a new key, let go where the keys are lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adit.desk.keys import SEALED, Keys
from adit.engines.database import Connection, Database

__all__ = ["ABOUT_PROVIDER", "Renewed", "about_second", "about_webhook", "let_go", "needed", "renew", "seal_all"]

ABOUT_PROVIDER = "secret for the provider"  # what the file of ADIT_OIDC_SECRET_FILE is sealed about
BATCH = 5_000  # digests salted in one transaction
# where secrets stand -> the table, its key and the column
_PLACES = (("second factor", "desk.account", "hand", "totp_secret"), ("webhook", "desk.webhook", "id", "secret"))


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a new key did: its id, how many secrets are under it now, and the earlier keys that are gone."""

    key: str
    secrets: int
    gone: tuple[str, ...]


def about_second(hand: str) -> str:
    """What the seed of an account is sealed about."""
    return f"second factor {hand}"


def about_webhook(id_: str) -> str:
    """What the secret of a webhook is sealed about."""
    return f"webhook {id_}"


def needed(database: Database) -> set[str]:
    """The ids of the keys under which something in the database is sealed."""
    with database.opened() as connection:
        return {key for _, _, key in _sealed(connection)}


def _sealed(connection: Connection) -> Iterator[tuple[str, str, str]]:
    for what, table, id_, column in _PLACES:
        rows = connection.execute(
            f"SELECT {id_}, split_part({column}, ':', 2) FROM {table} WHERE starts_with({column}, %s)", [SEALED]
        )
        yield from ((what, str(i), str(key)) for i, key in rows)


def seal_all(database: Database, keys: Keys) -> int:
    """Seal what stands in the open, and salt the digests that are not: what an earlier program left, or somebody entered by hand. How many that was."""
    made = 0
    with database.opened() as connection:
        for what, table, id_, column in _PLACES:
            rows = connection.execute(
                f"SELECT {id_}, {column} FROM {table} WHERE {column} <> '' AND NOT starts_with({column}, %s) FOR UPDATE",
                [SEALED],
            ).fetchall()
            for found, text in rows:
                connection.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {id_} = %s", (keys.seal(text, f"{what} {found}"), found)
                )
            made += len(rows)
    while count := _salt(database, keys):
        made += count
    return made


def _salt(database: Database, keys: Keys) -> int:
    """Salt some of the digests that are not yet; how many."""
    with database.opened() as connection:
        rows = connection.execute(
            "SELECT key, digest FROM journal.request WHERE octet_length(digest) = 32 ORDER BY key LIMIT %s FOR UPDATE SKIP LOCKED",
            [BATCH],
        ).fetchall()
        if rows:
            connection.execute(
                "UPDATE journal.request r SET digest = n.digest FROM unnest(%s::text[], %s::bytea[]) AS n (key, digest)"
                " WHERE r.key = n.key AND octet_length(r.digest) = 32",
                ([k for k, _ in rows], [keys.salted(d) for _, d in rows]),
            )
    return len(rows)


def renew(database: Database, keys: Keys, *, lock: Callable[[], object], forget: bool = False) -> Renewed:
    """Take a new key and seal every secret anew under it, all or none; with `forget`, earlier keys go that nothing uses any more.

    `lock` has what lies outside the database locked under the new key, before the earlier ones go.
    """
    new = keys.renew()
    with database.opened() as connection:
        count = 0
        for what, table, id_, column in _PLACES:
            rows = connection.execute(f"SELECT {id_}, {column} FROM {table} WHERE {column} <> '' FOR UPDATE").fetchall()
            for found, text in rows:
                about = f"{what} {found}"
                connection.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {id_} = %s",
                    (keys.seal(keys.unseal(text, about), about), found),
                )
            count += len(rows)
    lock()
    gone = keys.forget(needed(database)) if forget else ()
    return Renewed(new, count, gone)


def let_go(database: Database) -> tuple[int, int]:
    """Empty what was sealed under keys that are lost: second factors, which are set up anew, and webhooks, which end. How many of each."""
    with database.opened() as connection:
        accounts = connection.execute(
            "UPDATE desk.account SET totp_secret = NULL, recovery = '{}' WHERE starts_with(totp_secret, %s)", [SEALED]
        ).rowcount
        connection.execute(
            "UPDATE desk.delivery SET state = 'cancelled', next_try_at = NULL WHERE state = 'waiting'"
            " AND webhook IN (SELECT id FROM desk.webhook WHERE starts_with(secret, %s))",
            [SEALED],
        )
        webhooks = connection.execute(
            "UPDATE desk.webhook SET secret = 'whsec_', ended_at = coalesce(ended_at, now()) WHERE starts_with(secret, %s)",
            [SEALED],
        ).rowcount
        connection.execute("DELETE FROM desk.session")
    return accounts, webhooks
