"""A PostgreSQL for the tests: one server for each process of the suite, and a database of its own for whoever asks, made from a template."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from secrets import token_bytes
from time import sleep

import psycopg

from adit.engines.database import Database, open_database
from adit.journal.writer import Writer
from adit.register.store import migrate

_numbers = count()


@cache
def server() -> Database:
    """The server, with the tables in its first database, which serves as the template."""
    folder = Path(tempfile.mkdtemp(prefix="adit-tests-"))
    database = open_database("", folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with psycopg.connect(database.address, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):  # no test outlives a loss of power
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    migrate(database)
    return database


def fresh(like: str = "adit") -> Database:
    """A database of its own: with the tables and nothing in them, or with what another database holds."""
    template = server()
    name = f"adit_test_{next(_numbers)}"
    address = template.address.replace("/adit?", "/postgres?")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return Database(template.address.replace("/adit?", f"/{name}?"))


class Clock:
    """A clock that stands still until it is set, and can be set back."""

    def __init__(self, start: datetime = datetime(2025, 4, 1, 9, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@contextmanager
def written_by(
    database: Database, clock: Callable[[], datetime] | None = None, *, patience_s: float = 5.0
) -> Iterator[Writer]:
    """A writer over the database."""
    writer = Writer(database, clock=clock or Clock(), salt=lambda: token_bytes(16), wait=sleep, patience_s=patience_s)
    try:
        yield writer
    finally:
        writer.close()
