"""Bytes of blocks into columns, verified: structure, every txid, Merkle root, proof of work.

What does not hold is left out and told as a fault. `read_plainly` says the same in plain Python.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from adit.evidence.chain.block import HEADER, Block, check, claimed_height, read_block
from adit.evidence.chain.difficulty import proof_holds
from adit.evidence.chain.kernels import FAULTS, fill, measure
from adit.evidence.chain.layout import Blocks, Fault
from adit.evidence.chain.sha256 import pads
from adit.terms.errors import BadInput

__all__ = ["read_blocks", "read_plainly"]

Array = Any


def read_blocks(
    data: Array, starts: Sequence[int], ends: Sequence[int], where: Sequence[str], source: str, network: str
) -> Blocks:
    """The blocks that lie in `data` (uint8) from `starts` up to `ends`; `where` names each in a fault."""
    start, end = np.array(starts, np.int64), np.array(ends, np.int64)
    counts, codes = np.zeros((len(start), 3), np.int64), np.zeros(len(start), np.int64)
    measure(data, start, end, counts, codes)
    faults = [Fault(where[int(i)], FAULTS[codes[i]]) for i in np.flatnonzero(codes)]
    good = np.flatnonzero(codes == 0)
    while True:
        found = _filled(data, start[good], end[good], counts[good], source)
        bad = {int(i): FAULTS[code] for i, code in enumerate(found[1]) if code}
        for i in range(len(good)):
            if i not in bad and not proof_holds(bytes(found[0].hash[i]), int(found[0].bits[i]), network):
                bad[i] = f"the header has no proof of work: its hash is not below the target of {network}"
        faults += [Fault(where[good[i]], what) for i, what in bad.items()]
        if not bad:
            return _with_faults(found[0], faults)
        good = np.delete(good, list(bad))  # seldom: a block that does not hold is left out, and the columns made anew


def _filled(data: Array, start: Array, end: Array, counts: Array, source: str) -> tuple[Blocks, Array]:
    blocks = len(start)
    transactions, inputs, outputs = (int(n) for n in counts.sum(axis=0))
    tx_first = np.zeros(blocks + 1, np.int64)
    np.cumsum(counts[:, 0], out=tx_first[1:])
    output_first, input_first = np.full(transactions + 1, outputs), np.full(transactions + 1, inputs)
    hashes, txid = np.empty(32 * blocks, np.uint8), np.empty(32 * transactions, np.uint8)
    coinbase, sums = np.empty((blocks, 2), np.int64), np.empty((blocks, 2), np.int64)
    paid, prev_txid, prev_vout = (
        np.empty((4, outputs), np.int64),
        np.empty(32 * inputs, np.uint8),
        np.empty(inputs, np.int64),
    )
    most = int(counts[:, 0].max(initial=0))
    room = (
        int((end - start + 73 * counts[:, 0]).max(initial=0)) + 128
    )  # each transaction and what closes it, in whole 64 bytes
    codes = np.zeros(blocks, np.int64)
    fill(
        data, start, end, tx_first, hashes, coinbase, sums, txid, output_first, input_first, paid, prev_txid, prev_vout,
        np.empty(room, np.uint8), np.empty((most, 2), np.int64), np.zeros(32 * (most + 4), np.uint8), *pads(), codes,
    )  # fmt: skip
    headers = np.empty((blocks, HEADER), np.uint8)
    for i, at in enumerate(start):
        headers[i] = data[at : at + HEADER]
    version, bits = _field(headers, 0, "<i4"), _field(headers, 72, "<u4")
    is_coinbase = np.zeros(transactions, np.bool_)
    is_coinbase[tx_first[:-1]] = True
    made = Blocks(
        source=source, proven=True, data=data,
        hash=hashes.reshape(-1, 32), prev_hash=headers[:, 4:36], time_s=_field(headers, 68, "<u4").astype(np.int64),
        version=version, bits=bits, size=end - start,
        height=np.array([_height(v, bytes(data[a : a + n])) for v, (a, n) in zip(version, coinbase, strict=True)], np.int64),
        coinbase_start=coinbase[:, 0], coinbase_size=coinbase[:, 1], coinbase_sat=sums[:, 0], output_sat=sums[:, 1],
        fees_sat=np.full(blocks, -1), tx_first=tx_first, txid=txid.reshape(-1, 32), is_coinbase=is_coinbase,
        output_first=output_first, input_first=input_first, vout=paid[0], amount_sat=paid[1],
        script_start=paid[2], script_size=paid[3], prev_txid=prev_txid.reshape(-1, 32), prev_vout=prev_vout, input_address=(),
    )  # fmt: skip
    return made, codes


def read_plainly(blocks: Sequence[bytes], where: Sequence[str], source: str, network: str) -> Blocks:
    """The same columns, block by block in plain Python: for whoever wants to follow it, and for the test of the other."""
    held: list[tuple[bytes, Block]] = []
    faults: list[Fault] = []
    for data, place in zip(blocks, where, strict=True):
        try:
            block = read_block(data, place)
            check(block, network, place)
            held.append((data, block))
        except BadInput as error:
            faults.append(Fault(place, error.what))
    transactions = [t for _, b in held for t in b.transactions]
    outputs, inputs = [o for t in transactions for o in t.outputs], [i for t in transactions for i in t.inputs]
    coinbases = [b.coinbase.inputs[0].script for _, b in held]
    texts = [*coinbases, *(o.script for o in outputs)]
    place_of = np.cumsum([0, *(len(text) for text in texts)])
    return Blocks(
        source=source, proven=True, data=np.frombuffer(b"".join(texts), np.uint8),
        hash=_hashes([b.hash for _, b in held]), prev_hash=_hashes([b.prev_hash for _, b in held]),
        time_s=np.array([int(b.time_utc.timestamp()) for _, b in held], np.int64),
        version=np.array([b.version for _, b in held], np.int32), bits=np.array([b.bits for _, b in held], np.uint32),
        size=np.array([b.size for _, b in held], np.int64),
        height=np.array([_height(b.version, script) for (_, b), script in zip(held, coinbases, strict=True)], np.int64),
        coinbase_start=place_of[: len(held)], coinbase_size=np.array([len(s) for s in coinbases], np.int64),
        coinbase_sat=np.array([sum(o.amount_sat for o in b.coinbase.outputs) for _, b in held], np.int64),
        output_sat=np.array([sum(o.amount_sat for t in b.transactions for o in t.outputs) for _, b in held], np.int64),
        fees_sat=np.full(len(held), -1), tx_first=_first([len(b.transactions) for _, b in held]),
        txid=_hashes([t.txid for t in transactions]),
        is_coinbase=np.array([i == 0 for _, b in held for i in range(len(b.transactions))], np.bool_),
        output_first=_first([len(t.outputs) for t in transactions]), input_first=_first([len(t.inputs) for t in transactions]),
        vout=np.array([n for t in transactions for n in range(len(t.outputs))], np.int64),
        amount_sat=np.array([o.amount_sat for o in outputs], np.int64), script_start=place_of[len(held) : -1],
        script_size=np.array([len(o.script) for o in outputs], np.int64),
        prev_txid=_hashes([i.prev_txid for i in inputs]), prev_vout=np.array([i.prev_vout for i in inputs], np.int64),
        input_address=(), faults=tuple(faults),
    )  # fmt: skip


def _height(version: int, script: bytes) -> int:
    height = claimed_height(int(version), script)
    return -1 if height is None else height


def _field(headers: Array, at: int, kind: str) -> Array:
    return np.ascontiguousarray(headers[:, at : at + 4]).view(kind).ravel()


def _hashes(hashes: Sequence[bytes]) -> Array:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)


def _first(counts: Sequence[int]) -> Array:
    return np.cumsum([0, *counts], dtype=np.int64)


def _with_faults(blocks: Blocks, faults: Sequence[Fault]) -> Blocks:
    from dataclasses import replace

    return replace(blocks, faults=tuple(faults)) if faults else blocks
