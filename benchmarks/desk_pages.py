"""Measures the pages of the desk over a full register: python -m benchmarks.desk_pages [--miners 100000] [--rounds 100]

Builds the register once, in benchmarks/.data (some five minutes and four gigabytes for 100,000 miners), starts the desk as it is served,
signs in as an officer, and asks for each page many times, one after another: the time until the whole page is there.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import httpx2
from fastapi import FastAPI

from adit.desk.app import create_app, set_up_logs
from adit.desk.demo import PASSWORD, SECRET
from adit.desk.office import Office, Settings, open_office
from adit.desk.web.accounts import STEP_S, add_account, code_at
from adit.engines.database import open_database
from adit.journal import store as journal
from adit.register.store import migrate
from benchmarks.full_register import LAST_DAY, fill

ROOT = Path(__file__).parents[1]
PORT = 8931
URL = f"http://127.0.0.1:{PORT}"
TARGET_MS = {"the officer's page of a party": 150}


def clock() -> datetime:
    """The time of the office: it goes on from the last day of the register, from when the benchmark began."""
    return LAST_DAY + timedelta(seconds=time.time() - float(os.environ["ADIT_BENCH_BEGUN"]))


def opened(folder: Path) -> Office:
    return open_office(Settings(folder, os.environ.get("ADIT_DATABASE", ""), url=URL), clock=clock)


def app() -> FastAPI:
    """What the server serves."""
    set_up_logs()
    return create_app(opened(Path(os.environ["ADIT_BENCH_FOLDER"])), close_with_app=True)


def build(folder: Path, miners: int) -> None:
    """Fill the register and sign up an officer, unless the folder holds as many miners already."""
    marker = folder / "filled.json"
    if marker.is_file() and json.loads(marker.read_text(encoding="utf-8"))["miners"] == miners:
        return
    shutil.rmtree(folder, ignore_errors=True)
    begun = time.perf_counter()
    database = open_database(os.environ.get("ADIT_DATABASE", ""), folder)
    migrate(database)
    entries = fill(database, miners)
    database.close()
    office = opened(folder)
    hand = add_account(
        office, login="officer", name="officer", roles=["officer"], password=PASSWORD, by="office-000001"
    )
    with office.reading() as connection:
        connection.execute("UPDATE desk.account SET totp_secret = %s WHERE hand = %s", (SECRET, hand))
    with office.reading() as connection:
        journal.make_checkpoint(connection, office.key, office.now())
    office.close()
    told = {"miners": miners, "entries": entries, "built_s": round(time.perf_counter() - begun)}
    marker.write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """The desk, served by uvicorn in a process of its own."""
    environment = os.environ | {"ADIT_BENCH_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "benchmarks.desk_pages:app",
        "--factory",
        "--port",
        str(PORT),
        "--no-access-log",
    ]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                httpx2.get(f"{URL}/law", timeout=30)
                break
            except httpx2.TransportError:
                time.sleep(0.25)
        yield
    finally:
        server.terminate()
        server.wait()


def signed_in() -> httpx2.Client:
    """A browser in which the officer has signed in."""
    client = httpx2.Client(base_url=URL, follow_redirects=True, timeout=120)
    page = client.post("/sign-in", data={"login": "officer", "password": PASSWORD}).text
    proof = re.search(r'name="proof"[^>]*value="([^"]*)"', page)
    if proof is not None:
        code = code_at(SECRET, int(clock().timestamp()) // STEP_S)
        client.post("/second", data={"proof": proof[1], "code": code}).raise_for_status()
    return client


def timed(client: httpx2.Client, addresses: Sequence[str], *, at_once: int = 1) -> tuple[list[float], int]:
    """Milliseconds of each request, sorted, and the size of the largest answer."""

    def ask(address: str) -> tuple[float, int]:
        begun = time.perf_counter()
        answer = client.get(address)
        took = (time.perf_counter() - begun) * 1000
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:300]}"
        return took, len(answer.content)

    for address in addresses[:3]:
        ask(address)
    with ThreadPoolExecutor(at_once) as threads:
        made = list(threads.map(ask, addresses))
    return sorted(t for t, _ in made), max(s for _, s in made)


def measure(client: httpx2.Client, parties: Sequence[str], rounds: int) -> None:
    """Ask for each page, and print how long it took."""
    searched = (
        "Северный Хэш 00012",
        "vymyshlennyi bratskii",
        "SN00012345",
        "M-2024-000777",
        "Площадка 004242",
        "0000004711",
    )
    few = max(10, rounds // 5)
    asked: list[tuple[str, list[str], int]] = [
        ("the officer's page of a party", [f"/parties/{p}" for p in parties[:rounds]], 1),
        ("the same, four at once", [f"/parties/{p}" for p in parties[:rounds]], 4),
        ("/members", ["/members"] * few, 1),
        ("/members of a region", ["/members?region=RU-IRK", "/members?region=RU-KYA&kind=company"] * (few // 2), 1),
        ("/members by words", ["/members?q=Северный+Хэш+0012", "/members?q=SN00012345"] * (few // 2), 1),
        ("/members by name, downwards", ["/members?sort=name&down=yes"] * few, 1),
        ("/members as known a million entries ago", ["/members?known=1100000"] * few, 1),
        ("/reports", ["/reports?month=2025-10"] * few, 1),
        ("/reports that are missing in a region", ["/reports?month=2025-10&state=missing&region=RU-IRK"] * few, 1),
        ("/decisions", ["/decisions"] * few, 1),
        ("/figures of five months, kept", ["/figures?from=2025-06&to=2025-10"] * max(5, few // 4), 1),
        ("/search", [f"/search?q={q}" for q in searched] * max(1, few // 6), 1),
        ("/queue", ["/queue"] * few, 1),
    ]
    print(f"{'page':42} {'asked':>6} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'KB':>6}")
    for name, addresses, at_once in asked:
        times, size = timed(client, addresses, at_once=at_once)
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        target = TARGET_MS.get(name)
        verdict = "" if target is None else f"  target {target}: {'met' if p95 <= target else 'missed'}"
        print(f"{name:42} {len(times):6} {median(times):8.0f} {p95:8.0f} {times[-1]:8.0f} {size // 1024:6}{verdict}")
    (took,), size = _once(lambda: client.get("/figures?from=2025-05&to=2025-09"))
    print(f"{'/figures that nobody asked for before':42} {1:6} {took:8.0f} {'':8} {'':8} {size // 1024:6}")
    for form in ("csv", "xlsx"):
        (took,), size = _once(lambda form=form: client.get(f"/members?format={form}"))  # type: ignore[misc]
        print(f"{'/members, all of it as ' + form:42} {1:6} {took:8.0f} {'':8} {'':8} {size // 1024:6}")


def _once(ask: Callable[[], httpx2.Response]) -> tuple[list[float], int]:
    begun = time.perf_counter()
    answer = ask()
    return [(time.perf_counter() - begun) * 1000], len(answer.content)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--miners", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=100)
    asked.add_argument("--folder", type=Path, default=ROOT / "benchmarks" / ".data" / "desk")
    asked.add_argument(
        "--verify", action="store_true", help="works out every hash of the journal anew, after it was filled"
    )
    told = asked.parse_args()
    os.environ["ADIT_BENCH_BEGUN"] = str(time.time())
    build(told.folder, told.miners)
    office = opened(told.folder)
    with office.reading() as connection:
        rows = connection.execute("SELECT party FROM register.membership ORDER BY number").fetchall()
        connection.execute(
            "UPDATE desk.account SET totp_last = 0"
        )  # the clock of each run begins where the last one did
        if told.verify:
            size, _, faults = journal.verify(connection)
            print(f"{size:,} entries, {len(faults)} faults")
    parties = [str(p) for (p,) in rows]
    Random(7).shuffle(parties)
    print(
        f"{told.miners:,} miners; {datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}"
    )
    try:
        with served(told.folder):
            measure(signed_in(), parties, told.rounds)
    finally:
        office.close()


if __name__ == "__main__":
    main()
