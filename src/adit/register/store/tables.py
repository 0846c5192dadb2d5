"""The tables of records as a whole: made, brought up to date, cleared of what was erased, hashed."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from adit.engines.database import OWNER, Connection, Database
from adit.engines.migrations import migrate as migrate_tables
from adit.engines.migrations import newest, standing
from adit.register.records import ERASABLE, RECORDS, SPOKEN

__all__ = ["MIGRATIONS", "TABLES", "clear_away", "digests", "migrate", "steps"]

MIGRATIONS = Path(__file__).parents[1] / "migrations"
TABLES = ("subject", *RECORDS, "found")


def migrate(database: Database) -> None:
    """Make the tables, or bring them up to date."""
    migrate_tables(database, MIGRATIONS)


def steps(database: Database) -> tuple[str, str]:
    """The step at which the tables stand, and the newest that this program knows."""
    return standing(database), newest(MIGRATIONS)


def clear_away(database: Database, more: Sequence[str] = ()) -> None:
    """Have the server clear what was erased out of its tables and its statistics, those of `more` too, as far as nobody is reading it.

    Erased it is without that; but a server keeps rows that are gone, and samples of its columns, until it gets to them.
    """
    tables = (
        "journal.payload",
        "register.found",
        *(f"register.{kind}" for kind in sorted({*ERASABLE, *SPOKEN})),
        *more,
    )
    with database.connect(OWNER, autocommit=True) as connection:
        connection.execute(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(tables)}")


def digests(connection: Connection) -> dict[str, str]:
    """A hash of every row of every table of records, in an order of their own: equal tables have equal hashes."""
    found: dict[str, str] = {}
    for table in TABLES:
        digest = sha256()
        order = "id" if table == "subject" else "id, entry" if table == "found" else "id, lower(known), lower(valid)"
        with (
            connection.transaction(),
            connection.cursor().copy(f"COPY (SELECT * FROM register.{table} ORDER BY {order}) TO STDOUT") as rows,
        ):
            for block in rows:
                digest.update(block)
        found[table] = digest.hexdigest()
    return found
