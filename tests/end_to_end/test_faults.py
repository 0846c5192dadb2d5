"""Power cuts, a database that goes away, a full disk, everything at once, a clock set back: nothing is lost, and nothing is double.

Real processes, a real PostgreSQL, nothing replaced by something easier. What was answered 201 is there; what was answered 503, or not at all,
is sent again under its key, and is there once.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice, product
from pathlib import Path
from threading import Barrier, Event, Lock
from time import monotonic, sleep, time

import httpx2
import psycopg
import pytest
from tests.databases import written_by
from tests.desk.at_work import field
from tests.end_to_end.faults import Cluster, Desk, Known, declared, folder_for_all, furnished, intact, serving, waited
from tests.journal.test_writer import entering

from adit.desk.demo import PASSWORD, SECRET
from adit.desk.web.accounts import STEP_S, code_at
from adit.desk.web.headers import TOKEN_KEPT_S
from adit.engines.database import Database
from adit.journal.entries import Draft
from adit.journal.writer import Transaction
from adit.terms.errors import Refused

pytestmark = pytest.mark.slow
THREADS = 6
Task = tuple[str, str, str]  # key, party, month


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with folder_for_all() as folder:
        yield folder


@pytest.fixture(scope="module")
def cluster(place: Path) -> Iterator[Cluster]:
    made = Cluster(place / "postgres")
    try:
        yield made
    finally:
        if made.running:
            made.stop()


@pytest.fixture(scope="module")
def known(cluster: Cluster, place: Path) -> Known:
    return furnished(Database(cluster.address()), place / "furnished", proposed=4)


def tasks(known: Known, name: str, count: int) -> list[Task]:
    """So many declarations that can all be made: each of another month or party."""
    months = (f"{year}-{month:02}" for year, month in product(range(2001, 2025), range(1, 13)))
    pairs = ((party, month) for month in months for party in known.parties)
    return [(f"{name}-{n:06}", party, month) for n, (party, month) in enumerate(islice(pairs, count))]


class Load:
    """Several threads that declare, each with its own connections; what was answered, and what was not."""

    def __init__(self, desk: Desk, known: Known, work: Sequence[Task]) -> None:
        self.desk, self.known = desk, known
        self.answers: dict[str, str] = {}  # key -> the declaration that it became
        self.told: set[int] = set()  # every status there was
        self.problems: list[dict[str, object]] = []  # what a 503 said
        self.cut = 0  # requests that were never answered
        self.ends = Event()
        self._left, self._lock = list(reversed(work)), Lock()

    def run(self, *, again: bool = True, patience_s: float = 100) -> None:
        """Declare all of it. `again`: what is not answered 201 is sent again under its key until it is; else the first cut ends it."""
        with ThreadPoolExecutor(THREADS) as threads:
            for done in [threads.submit(self._declare, again, monotonic() + patience_s) for _ in range(THREADS)]:
                done.result()

    def reaches(self, answered: int) -> None:
        """Wait until so many were answered."""
        reached = waited(lambda: len(self.answers) >= answered, 60)
        assert reached, (len(self.answers), self.told, self.problems[-2:], self.cut, self.desk.log())

    def _declare(self, again: bool, until: float) -> None:
        with httpx2.Client(timeout=40) as client:
            while (task := self._next()) is not None and not self.ends.is_set():
                while not self._sent(client, task) and again:
                    assert monotonic() < until, (self.told, self.problems[-1:], self.desk.log())
                    sleep(0.2)

    def _next(self) -> Task | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def _sent(self, client: httpx2.Client, task: Task) -> bool:
        try:
            answer = self.desk.declare(client, self.known, *task)
        except httpx2.TransportError:
            with self._lock:
                self.cut += 1
            return False
        with self._lock:
            self.told.add(answer.status_code)
            if answer.status_code == 201:
                self.answers[task[0]] = answer.json()["declaration"]
            else:
                self.problems.append(answer.json())
        return answer.status_code == 201


def each_once(database: Database, work: Sequence[Task], answers: dict[str, str]) -> None:
    """Every key became one declaration, the one that it was told, and there are no others."""
    assert {key for key, _, _ in work} == set(answers)
    assert declared(database) == {(party, month): [answers[key]] for key, party, month in work}
    intact(database)


def test_the_server_is_killed_while_it_enters(cluster: Cluster, known: Known, place: Path):
    database = cluster.copy("killed")
    desk, work = Desk(database, place / "killed"), tasks(known, "kill", 400)
    load = Load(desk, known, work)
    with serving(desk), ThreadPoolExecutor(1) as threads:
        running = threads.submit(load.run, again=False)
        load.reaches(120)
        desk.kill()
        load.ends.set()
        running.result()
        before = dict(load.answers)
        assert load.cut > 0
        assert len(before) < len(work)
        there = {i for ids in declared(database).values() for i in ids}
        assert set(before.values()) <= there, "what was answered 201 is there"

        desk.start()
        second = Load(desk, known, work)
        second.run()
        assert {k: second.answers[k] for k in before} == before, "a key that had been answered says the same again"
    each_once(database, work, second.answers)


def test_the_database_is_restarted_under_load(cluster: Cluster, known: Known, place: Path):
    database = cluster.copy("restarted")
    desk, work = Desk(database, place / "restarted"), tasks(known, "restart", 450)
    load = Load(desk, known, work)
    with serving(desk), ThreadPoolExecutor(3) as threads, httpx2.Client(timeout=40) as client:
        running = threads.submit(load.run)
        for answered in (60, 160):
            load.reaches(answered)
            cluster.restart()
        load.reaches(260)

        # away for longer than anybody waits for it
        cluster.stop()
        ill = threads.submit(desk.health)
        sleep(TOKEN_KEPT_S + 0.1)
        refused = threads.submit(desk.declare, client, known, *work[-1]).result()  # who it is cannot be looked up
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert "does not answer" in refused.json()["detail"]
        assert refused.json()["todo"]
        assert ill.result().status_code == 503
        assert ill.result().json()["writes"] is False
        assert waited(lambda: 503 in load.told, 30), "and what waited to be entered is turned away after a while"
        cluster.start()
        running.result()
        assert desk.alive
        assert waited(lambda: desk.health().status_code == 200, 15), "it goes on by itself"
    assert load.told == {201, 503}
    assert load.cut == 0
    assert {p["todo"] for p in load.problems} == {"Send it again; it will not be entered twice."}
    each_once(database, work, load.answers)


def test_the_same_sent_at_once_counts_once(cluster: Cluster, known: Known, place: Path):
    database = cluster.copy("at_once")
    desk = Desk(database, place / "at_once")
    party, barrier = known.parties[0], Barrier(10)

    def send(key: str, month: str) -> httpx2.Response:
        with httpx2.Client(timeout=40) as client:
            barrier.wait()
            return desk.declare(client, known, key, party, month)

    with serving(desk), ThreadPoolExecutor(10) as threads:
        same = list(threads.map(lambda _: send("the-same-key", "2024-01"), range(10)))
        assert {a.status_code for a in same} == {201}
        assert len({a.json()["declaration"] for a in same}) == 1
        assert sorted(a.json()["again"] for a in same) == [False, *[True] * 9]
        for month in ("2024-02", "2024-03", "2024-04"):
            others = list(threads.map(lambda n: send(f"key-{month}-{n}", month), range(10)))  # noqa: B023 - within the round
            assert sorted(a.status_code for a in others) == [201, *[409] * 9]
            assert {a.json()["title"] for a in others if a.status_code == 409} == {"Something else came first"}
    assert {pair: len(ids) for pair, ids in declared(database).items()} == {
        (party, f"2024-0{n}"): 1 for n in (1, 2, 3, 4)
    }
    intact(database)


def test_what_is_too_long_for_an_index_keeps_nobody_waiting(cluster: Cluster):
    """PostgreSQL tells it as if the server were in need; yet it is there, and whatever else waits is entered at once."""
    database, begun = cluster.copy("too_long"), monotonic()

    def too_long(transaction: Transaction) -> dict[str, str]:
        transaction.append(Draft("note", f"site-{os.urandom(6000).hex()}", "officer-1", {}))
        return {}

    with written_by(database, patience_s=20) as writer:
        for n in range(3):
            refused, good = writer.submit(too_long, key=f"long {n}"), writer.submit(entering("short"), key=f"short {n}")
            assert good.result().count == 1
            with pytest.raises(Refused, match="longer than the register takes"):
                refused.result()
    assert monotonic() - begun < 15
    intact(database)


def signed_in(desk: Desk, login: str) -> httpx2.Client:
    """An officer with a browser."""
    client = httpx2.Client(base_url=desk.url, follow_redirects=True, timeout=40)
    client.cookies.set("language", "en")
    page = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    code = code_at(SECRET, int(time()) // STEP_S)
    there = client.post("/second", data={"proof": field(page.text, "proof"), "code": code})
    assert there.status_code == 200, there.text
    return client


def test_two_officers_approve_the_same_at_once(cluster: Cluster, known: Known, place: Path):
    """Each at a desk of its own, so that two hands that write meet at the lock of the log."""
    database = cluster.copy("approved")
    desks = [Desk(database, place / f"desk-{n}") for n in (1, 2)]
    with serving(*desks), ThreadPoolExecutor(2) as threads, ExitStack() as open_:
        officers = [signed_in(desk, login) for desk, login in zip(desks, ("second", "third"), strict=True)]
        for officer in officers:
            open_.callback(officer.close)
        for proposal in known.waiting:
            pages = [o.get(f"/proposals/{proposal}").text for o in officers]
            forms = [
                {**{n: field(p, n) for n in ("csrf", "key", "seen")}, "outcome": "approve", "answer": ""} for p in pages
            ]
            barrier = Barrier(2)

            def approve(one: tuple[httpx2.Client, dict[str, str]], path: str = f"/proposals/{proposal}/decide", at: Barrier = barrier) -> httpx2.Response:  # fmt: skip
                at.wait()
                return one[0].post(path, data=one[1])

            won, lost = sorted(threads.map(approve, zip(officers, forms, strict=True)), key=lambda a: a.status_code)
            assert won.status_code == 200
            assert "Approved and entered." in won.text
            assert lost.status_code == 409
            assert re.search("changed this meanwhile|was approved already", lost.text)
    with database.opened() as connection:
        members = connection.execute(
            "SELECT party, count(*), count(DISTINCT id) FROM register.membership GROUP BY party"
        ).fetchall()
        letters = connection.execute(
            "SELECT count(*) FROM register.letter WHERE paper = 'certificate of entry'"
        ).fetchall()
    assert sorted(members) == sorted((p, 1, 1) for p in known.parties[: len(known.waiting)])
    assert letters == [(len(known.waiting),)]
    intact(database)


def test_a_clock_that_is_set_back_a_day_turns_nothing_round(cluster: Cluster, known: Known, place: Path):
    database, shift = cluster.copy("clock"), place / "shift"
    shift.write_text("0", encoding="utf-8")
    desk, work = Desk(database, place / "clock", shift=shift), tasks(known, "clock", 240)
    load = Load(desk, known, work)
    with serving(desk), ThreadPoolExecutor(1) as threads:
        assert "the clock is behind the journal" not in desk.health().json()["amiss"]
        running = threads.submit(load.run)
        load.reaches(60)
        (place / "shift.new").write_text("-86400", encoding="utf-8")
        (place / "shift.new").replace(shift)
        running.result()
        sick = desk.health()
        assert sick.status_code == 200, "it is named, and the office works on"
        assert "the clock is behind the journal" in sick.json()["amiss"]
        (place / "shift.new").write_text("60", encoding="utf-8")
        (place / "shift.new").replace(shift)
        assert "the clock is behind the journal" not in desk.health().json()["amiss"]
    with database.opened() as connection:
        rows = connection.execute("SELECT recorded_at_utc FROM journal.entry ORDER BY seq").fetchall()
    moments = [m for (m,) in rows]
    assert moments == sorted(moments)
    each_once(database, work, load.answers)


# A full disk ------------------------------------------------------------------------------------------------------
@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 64 MB. Only root can mount one; anybody else is told, and this test is left out."""
    if os.geteuid() != 0:
        pytest.skip("a disk that really fills up has to be mounted, and only root may mount one")
    with folder_for_all() as folder:
        disk = folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "adit", str(disk)], capture_output=True, text=True, check=False
        )  # fmt: skip
        if mounted.returncode:
            pytest.skip(f"root may not mount a disk here: {mounted.stderr.strip()}")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """A file that takes all room but so many bytes."""
    room, ballast = os.statvfs(disk), disk / "ballast"
    ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - leave)))
    return ballast


def test_the_disk_is_full_and_then_there_is_room_again(small_disk: Path):
    cluster = Cluster(small_disk / "postgres")
    database = Database(cluster.address())
    known = furnished(database, small_disk / "office")
    desk, work = Desk(database, small_disk / "office"), tasks(known, "full", 1500)
    answers: dict[str, str] = {}
    left = iter(work)

    def until_refused(client: httpx2.Client) -> tuple[Task, httpx2.Response]:
        for task in left:
            answer = desk.declare(client, known, *task)
            if answer.status_code != 201:
                return task, answer
            answers[task[0]] = answer.json()["declaration"]
        raise AssertionError("the disk never became full")

    def after(client: httpx2.Client, task: Task) -> None:
        """The same key again, now that there is room."""
        answer = desk.declare(client, known, *task)
        assert answer.status_code == 201, answer.text
        answers[task[0]] = answer.json()["declaration"]

    try:
        with serving(desk), httpx2.Client(timeout=40) as client, ThreadPoolExecutor(1) as threads:
            # no room for rows: PostgreSQL works on, and refuses
            ballast = fill(small_disk, 100_000)
            task, refused = until_refused(client)
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
            assert "no room on the disk" in refused.json()["detail"]
            assert "Tell the administrator" in refused.json()["todo"]
            ill = desk.health()
            assert ill.status_code == 503
            assert ill.json()["writes"] is False
            assert "There is no room on the disk of the database: nothing was entered." in ill.json()["amiss"]
            assert "less than a gigabyte is free on the disk" in ill.json()["amiss"]
            assert httpx2.get(f"{desk.url}/law").status_code == 200, "what is there can be read"
            ballast.unlink()
            after(client, task)
            assert desk.health().json()["writes"] is True

            # no room for the write-ahead log: PostgreSQL ends itself, and has to be started again once there is room
            ballast = fill(small_disk, 1_000_000)
            with (
                psycopg.connect(cluster.address("postgres"), autocommit=True) as connection,
                pytest.raises(psycopg.Error),
            ):
                connection.execute(
                    "SELECT pg_logical_emit_message(true, 'x', repeat('x', 1000000)) FROM generate_series(1, 30)"
                )
            assert waited(lambda: not cluster.running, 20)
            under_way = threads.submit(desk.declare, client, known, *(task := next(left)))
            sleep(1)
            assert not under_way.done(), "it is tried again for a while"
            ballast.unlink()
            cluster.start()
            assert under_way.result().status_code == 201
            after(client, task)
            assert waited(lambda: desk.health().status_code == 200, 15), "it goes on by itself"
            for task in islice(left, 20):
                after(client, task)
        each_once(database, [t for t in work if t[0] in answers], answers)
    finally:
        if cluster.running:
            cluster.stop()
