"""A block file of Bitcoin Core, from XOR-ed bytes to confirmed receipts at 100,000 addresses, verified, beside python blockchain-parser.

    python -m benchmarks.block_files [--times 27] [--repeat 3] [--peer PYTHON]

The file is the five largest real blocks of examples/chain, 27 times over: amounts are changed by some satoshi, so that no transaction
is there twice, and the headers are mined anew at the difficulty of a network for tests, so that proof of work, Merkle roots and links hold.

The peer reads the same bytes without the XOR, which it does not know, and is told the mark of that network. It hashes each transaction and
compares each output's script with the same set, once without and once with the addresses that its users ask for; it verifies nothing.

Each figure is of a fresh process that first runs on one block. On a machine with other work, compare CPU time.
"""

import argparse
import json
import os
import platform
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from adit.evidence.chain.block import double_sha256, merkle_root, read_block
from adit.evidence.chain.columns import read_blocks
from adit.evidence.chain.difficulty import proof_holds
from adit.evidence.chain.layout import script_of

ROOT = Path(__file__).parents[1]
HEIGHTS = (383616, 437303, 481815, 481829, 702861)
MARK = bytes.fromhex("fabfb5da")
BITS = 0x207FFFFF
ADDRESSES = 100_000
REAL = 200  # of them occur in the file
KEY = bytes.fromhex("a1b2c3d4e5f60718")

PEER = """
import json, sys, time
from blockchain_parser import blockchain
from blockchain_parser.block import Block
blockchain.BITCOIN_CONSTANT = bytes.fromhex("fabfb5da")
wanted = {bytes.fromhex(line) for line in open(sys.argv[2]).read().split()}
def run(file):
    hits = transactions = 0
    for raw in blockchain.get_blocks(file):
        for transaction in Block(raw).transactions:
            transactions += 1
            transaction.txid
            for spent in transaction.inputs:
                spent.transaction_hash
            for output in transaction.outputs:
                if sys.argv[4] == "addresses":
                    output.addresses
                hits += output.script.hex in wanted
    return hits, transactions
run(sys.argv[3])
begun, used = time.perf_counter(), time.process_time()
hits, transactions = run(sys.argv[1])
print(json.dumps({"wall": time.perf_counter() - begun, "cpu": time.process_time() - used, "hits": hits, "transactions": transactions,
                  "peak_mb": int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1000}))
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--times", type=int, default=27)
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument(
        "--peer", type=Path, default=ROOT / ".venv-bench-audit" / "bin" / "python", help="a Python that has it"
    )
    asked.add_argument("--ours", nargs=3, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.ours:
        print(json.dumps(_ours(Path(given.ours[0]), Path(given.ours[1]), payers=given.ours[2] == "payers")))
        return
    with tempfile.TemporaryDirectory(prefix="adit-bench-") as folder:
        plain, keyed, one = (Path(folder) / name for name in ("plain", "keyed", "one"))
        scripts = _write(plain, keyed, one, given.times)
        listed = Path(folder) / "scripts.txt"
        listed.write_text("\n".join(scripts), encoding="ascii")
        size = (plain / "blk00000.dat").stat().st_size
        program = [sys.executable, "-m", "benchmarks.block_files", "--ours", str(keyed), str(listed)]
        rows = [
            ("adit: verified receipts", _best([*program, "alone"], given.repeat)),
            ("adit: the same, with payers (second pass)", _best([*program, "payers"], given.repeat)),
        ]
        peer = given.peer
        if (
            peer.is_file()
            and not subprocess.run([peer, "-c", "import blockchain_parser"], capture_output=True).returncode
        ):
            files = [str(plain / "blk00000.dat"), str(listed), str(one / "blk00000.dat")]
            for what in ("scripts", "addresses"):
                rows.append(
                    (
                        f"blockchain-parser: hashes and {what}",
                        _best([str(peer), "-c", PEER, *files, what], given.repeat),
                    )
                )
        else:
            print("blockchain-parser is not installed there; only ours is measured\n")
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}; {size / 1e6:.1f} MB"
        )
        print("| what | MB/s of CPU time | MB/s | transactions | hits | most memory |\n|---|---|---|---|---|---|")
        for what, told in rows:
            print(
                f"| {what} | {size / 1e6 / told['cpu']:.0f} | {size / 1e6 / told['wall']:.0f} | {told['transactions']:,} "
                f"| {told['hits']:,} | {told['peak_mb']:.0f} MB |"
            )
        for what, told in rows[2:]:
            assert told["hits"] == rows[0][1]["hits"]
            print(f"\n{told['cpu'] / rows[0][1]['cpu']:.1f} times {what}, by CPU time")


def _ours(folder: Path, listed: Path, *, payers: bool) -> dict[str, Any]:
    from adit.evidence.chain.receipts import Scan, with_payers
    from adit.evidence.chain.watched import watch
    from adit.evidence.sources import blk_files

    scripts = [bytes.fromhex(line) for line in listed.read_text(encoding="ascii").split()]

    def run(where: Path) -> tuple[int, int]:
        scan = Scan(watch(scripts), "regtest")
        for batch in blk_files.read(where, network="regtest"):
            scan.take(batch)
        if payers:
            with_payers(scan, blk_files.read(where, network="regtest"))
        found = scan.found()
        assert found.pieces == 1
        assert not found.faults, found.faults[:3]
        return len(found.receipts) + len(found.waiting), found.transactions

    run(folder.parent / "one")
    begun, used = time.perf_counter(), time.process_time()
    hits, transactions = run(folder)
    return {
        "wall": time.perf_counter() - begun, "cpu": time.process_time() - used, "hits": hits, "transactions": transactions,
        # not ru_maxrss, which begins with that of the parent
        "peak_mb": int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1000,
    }  # fmt: skip


def _best(program: list[str], repeat: int) -> dict[str, Any]:
    runs = [
        json.loads(subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
        for _ in range(repeat)
    ]
    return min(runs, key=lambda told: float(told["cpu"]))


def _write(plain: Path, keyed: Path, one: Path, times: int) -> list[str]:
    """The same blocks without and with XOR, and one block to rehearse on; gives the scripts to look for."""
    for folder in (plain, keyed, one):
        folder.mkdir()
    raws = [(ROOT / "examples" / "chain" / "blocks" / f"{height}.raw").read_bytes() for height in HEIGHTS]
    chance, scripts, prev = Random(1), set[bytes](), bytes(32)
    with (plain / "blk00000.dat").open("wb") as file:
        for turn in range(times):
            for raw in raws:
                columns = read_blocks(np.frombuffer(raw, np.uint8), [0], [len(raw)], [""], "", "mainnet")
                if not turn:
                    paid = Counter(script_of(columns, i) for i in range(len(columns.vout)))
                    scripts |= set(chance.sample(sorted(s for s, n in paid.items() if n == 1), REAL // len(raws)))
                body = np.frombuffer(raw, np.uint8).copy()
                first = columns.output_first[:-1]
                first = first[columns.script_size[first] < 0xFD]
                body[columns.script_start[first] - 9] ^= turn  # the lowest byte of the amount
                block, prev = _mined(body.tobytes(), prev)
                file.write(MARK + struct.pack("<I", len(block)) + block)
                if not (one / "blk00000.dat").exists():
                    (one / "blk00000.dat").write_bytes(MARK + struct.pack("<I", len(block)) + block)
    data = np.fromfile(plain / "blk00000.dat", np.uint8)
    (keyed / "xor.dat").write_bytes(KEY)
    (data ^ np.resize(np.frombuffer(KEY, np.uint8), len(data))).tofile(keyed / "blk00000.dat")
    while len(scripts) < ADDRESSES:
        scripts.add(b"\x00\x14" + chance.randbytes(20))
    return sorted(s.hex() for s in scripts)


def _mined(raw: bytes, prev: bytes) -> tuple[bytes, bytes]:
    """The block after `prev`, of version 1, since it stands at another height than its coinbase says."""
    root, _ = merkle_root([t.txid for t in read_block(raw, "").transactions])
    for nonce in range(1 << 32):
        header = struct.pack("<i32s32sIII", 1, prev, root, int.from_bytes(raw[68:72], "little"), BITS, nonce)
        hash_ = double_sha256(header)
        if proof_holds(hash_, BITS, "regtest"):
            return header + raw[80:], hash_
    raise AssertionError("no nonce left")


if __name__ == "__main__":
    main()
