"""Requests a second over HTTP: decide a case with its explanation and entry, and declare; two workers, sixteen clients, fsync on.

    python -m benchmarks.desk_requests [--seconds 15] [--clients 16] [--workers 2]

Each client keeps one connection and sends the next request when the last one was answered. Server, database and clients share the
machine. What was answered is counted in the journal afterwards, so that no answer is taken for an entry that is not there.
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from adit.desk.demo import PASSWORD, open_demo
from adit.desk.office import Office, new_id
from adit.desk.web.accounts import add_account
from adit.desk.web.hands import Hand
from adit.desk.web.sessions import make_token
from adit.journal import store as journal
from adit.register.records import Party
from adit.register.store import Books
from adit.terms.days import parse_day

PARTIES = 3000
MONTHS = [f"2024-{m:02}" for m in range(1, 13)] + ["2025-01", "2025-02"]
Request = tuple[str, dict[str, object]]


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--seconds", type=float, default=15)
    asked.add_argument("--clients", type=int, default=16)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="adit-bench-") as folder:
        office = open_demo(Path(folder), "http://127.0.0.1")
        parties, deciding, declaring = _people(office)
        with office.reading() as connection:
            before = journal.size(connection)
        served = _serve(Path(folder), given.workers)
        try:
            rows = []
            for name, token, requests in (
                ("decide", deciding, _cases(parties)),
                ("declare", declaring, _declarations(parties)),
            ):
                seconds, answered, status = asyncio.run(
                    _drive(served[1], token, requests, given.clients, given.seconds)
                )
                rows.append(
                    (name, len(answered) / seconds, _at(answered, 0.5), _at(answered, 0.99), status, len(answered))
                )
        finally:
            served[0].send_signal(signal.SIGINT)
            served[0].wait(20)
        with office.reading() as connection:
            entries = journal.size(connection) - before
        office.close()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {given.workers} workers, {given.clients} clients, {given.seconds:g} s each"
    )
    print("| what | requests/s | p50 | p99 | answers |\n|---|---|---|---|---|")
    for name, rate, middle, tail, status, _ in rows:
        print(f"| {name} | {rate:,.0f} | {middle:.1f} ms | {tail:.1f} ms | {status} |")
    print(f"entries of the journal: {entries:,}; answers 201: {sum(r[4].get(201, 0) for r in rows):,}")


def _people(office: Office) -> tuple[list[str], str, str]:
    """Companies without number, and the tokens of an officer and of somebody who acts for all of them."""
    parties = [new_id("party") for _ in range(PARTIES)]
    since = parse_day("2023-12-01")
    for first in range(0, PARTIES, 500):

        def work(transaction: object, first: int = first) -> dict[str, str]:
            books = Books(transaction, "office-000001")  # type: ignore[arg-type]
            for party in parties[first : first + 500]:
                books.state(party, Party("company"), since=since, new=True)
            return {}

        office.write(work, key=f"benchmark {first}")
    tokens = []
    for login, role, acts_for in (("decider", "officer", []), ("declarer", "miner", parties)):
        hand = add_account(
            office, login=login, name=login, roles=[role], password=PASSWORD, by="office-000001", parties=acts_for
        )
        who = Hand(hand, login, frozenset({role}), tuple(acts_for), "en", "auto", "session")
        tokens.append(make_token(office, who, "benchmark", ["decide" if role == "officer" else "declare"], 1))
    return parties, tokens[0], tokens[1]


def _serve(folder: Path, workers: int) -> tuple["subprocess.Popen[bytes]", int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        str(Path(sys.executable).with_name("adit")),
        "desk",
        "--demo",
        str(folder),
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            time.sleep(2)  # the other workers
            return process, port
    raise SystemExit("the desk did not start")


def _cases(parties: list[str]) -> Iterator[Request]:
    for n in count():
        yield (
            "/api/v1/decisions",
            {
                "party": parties[n % len(parties)],
                "period": "2025-02",
                "questions": ["must_register"],
                "facts": {"mining_energy_kwh_per_month": "6001"},
            },
        )


def _declarations(parties: list[str]) -> Iterator[Request]:
    for n in count():
        party, month = parties[n % len(parties)], MONTHS[n // len(parties)]
        yield (
            "/api/v1/declarations",
            {"party": party, "month": month, "coins_btc": "0.12345678", "energy_kwh": "12000.5", "costs_rub": "65000"},
        )


async def _drive(
    port: int, token: str, requests: Iterator[Request], clients: int, seconds: float
) -> tuple[float, list[float], dict[int, int]]:
    """Seconds that passed, milliseconds of each answer, and how often each status came."""
    answered: list[float] = []
    status: dict[int, int] = {}
    until = time.perf_counter() + seconds

    async def client(number: int) -> None:
        await asyncio.sleep(number * 0.05)  # of connections that come at one moment a single worker takes all
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            path, body = next(requests)
            content = json.dumps(body).encode()
            head = (
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {new_id('key')}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            ).encode()
            begun = time.perf_counter()
            writer.write(head + content)
            said = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in said.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            told = await reader.readexactly(length)
            answered.append((time.perf_counter() - begun) * 1000)
            code = int(said[9:12])
            status[code] = status.get(code, 0) + 1
            if code != 201 and status[code] == 1:
                print(told.decode()[:500], file=sys.stderr)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client(n) for n in range(clients)))
    return time.perf_counter() - begun, sorted(answered), status


def _at(answered: list[float], share: float) -> float:
    return answered[min(len(answered) - 1, int(len(answered) * share))]


if __name__ == "__main__":
    main()
