"""What one block shows on its own: who found it, what it pays whom, the fees, and where in the chain it can stand."""

import re
from typing import Any

from adit.evidence.chain.attribution import attribute
from adit.evidence.chain.block import Block, check, claimed_height, read_block
from adit.evidence.chain.heights import fees_sat, heights_at
from adit.evidence.chain.layout import hex_of
from adit.evidence.chain.marks import MARKS
from adit.evidence.sources.pools import PoolList
from adit.terms.addresses import encode
from adit.terms.errors import BadInput

__all__ = ["look", "printable"]

_TEXT = re.compile(rb"[ -~]{4,}")


def look(data: bytes, where: str, network: str, pools: PoolList, height: int | None = None) -> dict[str, Any]:
    """The block in these bytes, verified, as data. `height` is what the asker knows. Raises BadInput for what does not hold.

    A height that the block claims and cannot have is a finding, and is not taken.
    """
    block = read_block(_unframed(data, where), where)
    with_witnesses = check(block, network, where)
    between = heights_at(block.bits, int(block.time_utc.timestamp())) if network == "mainnet" else None
    stands, findings = _height(block, height, between, network, where)
    scripts = block.coinbase.outputs
    coinbase = sum(o.amount_sat for o in scripts)
    found = attribute(
        block.coinbase.inputs[0].script, [o.script for o in sorted(scripts, key=lambda o: -o.amount_sat) if o.amount_sat],
        pools, on=block.time_utc.date(),
    )  # fmt: skip
    span = (stands, stands) if stands is not None else between
    fees = fees_sat(coinbase, *span) if span and network != "regtest" else None
    if fees is not None and fees < 0:
        findings.append(f"the coinbase pays {-fees:,} satoshi less than it may: new coins were left unclaimed")
        fees = None
    return {
        "network": network, "hash": hex_of(block.hash), "prev_hash": hex_of(block.prev_hash), "height": stands,
        "heights_by_difficulty": between, "time_utc": f"{block.time_utc:%Y-%m-%dT%H:%M:%SZ}", "version": block.version,
        "bits": f"{block.bits:08x}", "size": block.size, "transactions": len(block.transactions),
        "coinbase_script_hex": block.coinbase.inputs[0].script.hex(), "coinbase_text": printable(block.coinbase.inputs[0].script),
        "payees": [
            {"address": _address(o.script, network), "script_hex": o.script.hex(), "amount_sat": o.amount_sat} for o in scripts if o.amount_sat
        ],
        "coinbase_sat": coinbase, "fees_sat": fees, "output_sat": sum(o.amount_sat for t in block.transactions for o in t.outputs),
        "verified": ["proof of work", "Merkle root", *(["witnesses"] if with_witnesses else [])],
        "pool": {
            "name": found.pool, "group": found.group, "grade": found.grade, "tag": found.tag, "address": found.address,
            "contradicted_by": [{"pool": c.pool, "kind": c.kind, "text": c.text} for c in found.contradicted_by],
        },
        "findings": findings,
    }  # fmt: skip


def printable(script: bytes) -> str:
    """The runs of four printable signs and more; a coinbase holds anything, and a terminal must not be told what to do."""
    return " ".join(run.decode("ascii").strip() for run in _TEXT.findall(script)).strip()


def _unframed(data: bytes, where: str) -> bytes:
    """The block without the mark and size that stand before it in a file of Bitcoin Core."""
    if data[:4] not in MARKS.values():
        return data
    size = int.from_bytes(data[4:8], "little")
    if len(data) - 8 > size:
        raise BadInput(
            "The file has more than one block.",
            where=where,
            todo="Use `adit chain receipts --blocks`, or give one block.",
        )
    return data[8:]


def _height(
    block: Block, said: int | None, between: tuple[int, int] | None, network: str, where: str
) -> tuple[int | None, list[str]]:
    claimed = claimed_height(block.version, block.coinbase.inputs[0].script)
    if said is not None and claimed is not None and said != claimed:
        raise BadInput(f"The block claims height {claimed:,}, not {said:,}.", where=where, todo="Leave --height out.")
    if said is not None and between is not None and not between[0] <= said <= between[1]:
        raise BadInput(
            f"By its difficulty and time the block stands between {between[0]:,} and {between[1]:,}, not at {said:,}.",
            where=where,
            todo="Correct --height, or leave it out.",
        )
    if claimed is not None and between is not None and not between[0] <= claimed <= between[1]:
        return None, [
            f"the block claims height {claimed:,}; by its difficulty and time it stands between {between[0]:,} and {between[1]:,}"
        ]
    return said if claimed is None else claimed, []


def _address(script: bytes, network: str) -> str | None:
    try:
        return encode(script, network)
    except BadInput:
        return None
