"""A long journal: a proof of inclusion, the whole of it verified, every record made anew.

    python -m benchmarks.journal_at_length [--proofs-in 10000000] [--miners 12000]

The journal of millions is bare: real leaves, each with the hash of the one before it, and tiles, but nothing that the entries say. The one that
is verified and rebuilt is of a register as `benchmarks/full_register.py` makes it, with all that entries say and every record that follows.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from adit.engines.database import Connection, Database, open_database
from adit.journal import merkle
from adit.journal import store as journal
from adit.journal.leaf import Leaf, commitment, leaf_hash, leaf_text
from adit.journal.writer import TILE
from adit.register.store import migrate, rebuild
from benchmarks.full_register import fill

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument(
        "--proofs-in", type=int, default=10_000_000, help="entries of the journal in which proofs are made"
    )
    asked.add_argument("--miners", type=int, default=12_000, help="miners of the register that is verified and rebuilt")
    given = asked.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    print("| what | entries | time | target |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="adit-bench-") as folder:
        database = open_database("", Path(folder))
        migrate(database)
        _proofs(database, given.proofs_in)
        database.close()
    with tempfile.TemporaryDirectory(prefix="adit-bench-") as folder:
        database = open_database("", Path(folder))
        migrate(database)
        _whole(database, given.miners)
        database.close()


def _proofs(database: Database, entries: int) -> None:
    with database.opened("") as connection:
        _lengthen(connection, entries)
    chance = Random(1)
    with database.connect(autocommit=True) as connection:
        seconds: list[float] = []
        for _ in range(300):
            seq = chance.randrange(entries)
            begun = time.perf_counter()
            proof = journal.inclusion(connection, seq, entries)
            seconds.append(time.perf_counter() - begun)
            merkle.verify_inclusion(
                leaf_hash(proof.leaf), seq, entries, proof.hashes, proof.root
            )  # raises where it does not hold
        begun = time.perf_counter()
        journal.consistency(connection, entries // 3, entries)
        consistency = time.perf_counter() - begun
    ordered = sorted(seconds)
    print(
        f"| proof of inclusion, checked | {entries:,} | {statistics.median(ordered) * 1000:.1f} ms, p99 {ordered[-4] * 1000:.1f} ms | under 10 ms |\n"
        f"| proof that it only grew, from a third of it | {entries:,} | {consistency * 1000:.1f} ms | |"
    )


def _lengthen(connection: Connection, entries: int) -> None:
    """Bare entries and their tiles, by COPY."""
    packed: list[list[bytes]] = [[]]
    tiles: list[tuple[int, int, bytes, bytes]] = []
    counts = [0]

    def push(level: int, node: bytes) -> None:
        if level == len(packed):
            packed.append([])
            counts.append(0)
        packed[level].append(node)
        if len(packed[level]) == TILE:
            hashes, packed[level] = packed[level], []
            root = merkle.subtree_root(hashes)
            tiles.append((level, counts[level], root, b"".join(hashes)))
            counts[level] += 1
            push(level + 1, root)

    def rows() -> Iterator[tuple[object, ...]]:
        previous, said = b"", commitment(b"0" * 16, "{}")
        for seq in range(entries):
            now = BEGUN + timedelta(milliseconds=seq)
            leaf = Leaf(seq, "note", "note-0000000000", "office-000001", None, None, now, said, previous)
            hashed = leaf_hash(leaf_text(leaf))
            push(0, hashed)
            yield seq, leaf.kind, leaf.subject, leaf.hand, None, None, now, said, previous, hashed
            previous = hashed

    with connection.cursor() as cursor:
        columns = "seq, kind, subject, hand, valid_from, valid_to, recorded_at_utc, commitment, previous, leaf_hash"
        with cursor.copy(f"COPY journal.entry ({columns}) FROM STDIN") as copied:
            for row in rows():
                copied.write_row(row)
        with cursor.copy("COPY journal.tile (level, index, root, hashes) FROM STDIN") as copied:
            for tile in tiles:
                copied.write_row(tile)


def _whole(database: Database, miners: int) -> None:
    fill(database, miners)
    with database.connect(autocommit=True) as connection:
        begun = time.perf_counter()
        size, _, faults = journal.verify(connection)
        took = time.perf_counter() - begun
        assert faults == [], faults[:3]
    million = took * 1_000_000 / size
    print(f"| the whole journal verified | {size:,} | {took:.1f} s, {million:.1f} s a million | under 30 s a million |")
    begun = time.perf_counter()
    made = rebuild(database)
    took = time.perf_counter() - begun
    same = all(before == after for before, after in made.values())
    print(
        f"| every record made anew | {size:,} | {took:.1f} s, {took * 1_000_000 / size:.1f} s a million | {'bit for bit equal' if same else 'DIFFERENT'} |"
    )


if __name__ == "__main__":
    main()
