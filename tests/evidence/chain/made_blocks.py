"""Blocks made for a test, mined at the difficulty of a network for tests; and the real ones of examples/chain."""

import csv
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from adit.evidence.chain.block import double_sha256, merkle_root, read_block
from adit.evidence.chain.difficulty import proof_holds

__all__ = [
    "EXAMPLES",
    "KEY",
    "bare",
    "block",
    "chain_of",
    "coinbase",
    "early_blocks",
    "framed",
    "index",
    "real_blocks",
    "script",
    "transaction",
    "with_key",
]

EXAMPLES = Path(__file__).parents[3] / "examples" / "chain"
KEY = bytes.fromhex("a1b2c3d4e5f60718")
BITS = 0x207FFFFF
START_S = 1_700_000_000


@cache
def index() -> tuple[dict[str, str], ...]:
    """The rows of the index that came with the real blocks."""
    with (EXAMPLES / "blocks_index.csv").open(encoding="utf-8") as file:
        rows = tuple(csv.DictReader(file))
    assert len(rows) == 11
    return rows


@cache
def real_blocks() -> dict[int, bytes]:
    return {int(row["height"]): (EXAMPLES / row["file"]).read_bytes() for row in index()}


@cache
def early_blocks() -> tuple[bytes, ...]:
    """The blocks 0 to 4312, as they stand in the file."""
    data, at, found = (EXAMPLES / "blk00000_first1MB.dat").read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    assert len(found) == 4313
    return tuple(found)


def script(n: int) -> bytes:
    """A script that pays to a key hash of this number."""
    return b"\x00\x14" + n.to_bytes(20, "big")


def _count(n: int) -> bytes:
    return bytes([n]) if n < 0xFD else b"\xfd" + struct.pack("<H", n)


def transaction(spends: Sequence[tuple[bytes, int]], pays: Sequence[tuple[bytes, int]], witness: bytes = b"") -> bytes:
    """Spends (txid, vout), pays (script, satoshi); with a witness, each input has it."""
    inputs = b"".join(txid + struct.pack("<I", vout) + b"\x00" + b"\xff" * 4 for txid, vout in spends)
    outputs = b"".join(struct.pack("<Q", sat) + _count(len(s)) + s for s, sat in pays)
    body = _count(len(spends)) + inputs + _count(len(pays)) + outputs
    if not witness:
        return struct.pack("<i", 2) + body + bytes(4)
    witnesses = (b"\x01" + _count(len(witness)) + witness) * len(spends)
    return struct.pack("<i", 2) + b"\x00\x01" + body + witnesses + bytes(4)


def coinbase(height: int, pays: Sequence[tuple[bytes, int]], text: bytes = b"/test/") -> bytes:
    number = height.to_bytes((height.bit_length() + 8) // 8, "little")
    claimed = bytes([0x50 + height]) if 0 < height <= 16 else b"\x00" if not height else bytes([len(number)]) + number
    said = claimed + text
    first = bytes(32) + b"\xff" * 4 + _count(len(said)) + said + b"\xff" * 4
    outputs = b"".join(struct.pack("<Q", sat) + _count(len(s)) + s for s, sat in pays)
    return struct.pack("<i", 2) + b"\x01" + first + _count(len(pays)) + outputs + bytes(4)


def bare(tx: bytes) -> bytes:
    """The txid of a transaction without witness."""
    return double_sha256(tx)


def block(
    prev: bytes,
    transactions: Sequence[bytes],
    *,
    time_s: int = START_S,
    bits: int = BITS,
    version: int = 4,
    root: bytes = b"",
) -> bytes:
    """A mined block; its Merkle root is that of the transactions without witness, unless another is given."""
    found = root or merkle_root([double_sha256(t) for t in transactions])[0]
    for nonce in range(1 << 20):
        header = struct.pack("<i32s32sIII", version, prev, found, time_s, bits, nonce)
        if proof_holds(double_sha256(header), bits, "regtest"):
            return header + _count(len(transactions)) + b"".join(transactions)
    raise AssertionError("no nonce")


def chain_of(
    count: int, *, first: int = 0, prev: bytes = bytes(32), pays: bytes = script(1), text: bytes = b"/test/"
) -> list[bytes]:
    """Blocks that follow each other, with nothing but a coinbase of 50 coins each."""
    made = []
    for height in range(first, first + count):
        made.append(block(prev, [coinbase(height, [(pays, 5_000_000_000)], text)], time_s=START_S + 600 * height))
        prev = read_block(made[-1], "").hash
    return made


def framed(blocks: Sequence[bytes], mark: str = "fabfb5da") -> bytes:
    return b"".join(bytes.fromhex(mark) + struct.pack("<I", len(b)) + b for b in blocks)


def with_key(data: bytes, key: bytes = KEY) -> bytes:
    return bytes(b ^ key[i % len(key)] for i, b in enumerate(data))
