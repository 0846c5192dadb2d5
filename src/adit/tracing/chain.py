"""The transactions of blocks, in the order of the chain, as a graph with names: hashes, scripts, heights, times.

Blocks may come in any order and twice; those that lost to a branch with more work are left out. What an input spends and
no block holds is named, with the reason, and stands in the graph as an output that nobody saw.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import numpy as np

from adit.evidence.chain.layout import hex_of
from adit.terms.addresses import encode
from adit.terms.errors import BadInput
from adit.tracing.graph import Graph, tx_of
from adit.tracing.scripts import Scripts

__all__ = [
    "Chain",
    "Unseen",
    "address_of",
    "block_of",
    "digest_of",
    "outpoint",
    "output_at",
    "outputs_paid_to",
    "script_at",
    "time_of",
]

_OUTPOINT = "Write it as TXID:VOUT, the transaction's hash with its 64 hexadecimal digits and the number of its output."


@dataclass(frozen=True, slots=True)
class Unseen:
    """The outputs that were spent and not seen, in the order of their places in the graph."""

    txid: Any  # rows of 32 bytes
    vout: Any  # int64
    why: Any  # int8, as in `linking`
    spent_in: Any  # int32: the transaction here that spends it


@dataclass(frozen=True, slots=True)
class Chain:
    """A graph and what its places are called. The transactions of block i stand from `block_first[i]` up to the next."""

    graph: Graph
    network: str
    proven: bool  # whether every hash was worked out anew
    txid: Any  # rows of 32 bytes, as hashed
    script_of: Any  # int32: the number of each output's script
    scripts: Scripts
    unseen: Unseen
    earlier: Any  # int32: for a transaction whose hash was there before, which; else -1
    block_first: Any  # int32, one more than blocks
    block_hash: Any  # rows of 32 bytes
    block_height: Any  # int64, -1 where nothing says it
    block_time_s: Any  # int64, -1 where not known
    coinbase_text: tuple[bytes | None, ...]  # what each finder wrote
    pieces: int  # runs of blocks that no link joins; 0 where a source does not show links
    faults: tuple[str, ...]  # what does not hold or is not known, as sentences


def block_of(chain: Chain, transaction: int) -> int:
    """The block of a transaction."""
    return int(np.searchsorted(chain.block_first, transaction, side="right")) - 1


def time_of(chain: Chain, transaction: int) -> datetime | None:
    """When the block of a transaction was found, by its header."""
    seconds = int(chain.block_time_s[block_of(chain, transaction)])
    return datetime.fromtimestamp(seconds, UTC) if seconds >= 0 else None


def outpoint(chain: Chain, output: int) -> str:
    """The name of an output as people write it: the hash of its transaction and its number there."""
    made_by = tx_of(chain.graph, output)
    if made_by < 0:
        at = output - chain.graph.outputs
        return f"{hex_of(chain.unseen.txid[at])}:{int(chain.unseen.vout[at])}"
    return f"{hex_of(chain.txid[made_by])}:{output - int(chain.graph.output_first[made_by])}"


def script_at(chain: Chain, output: int) -> bytes | None:
    """The script that an output pays; None for one that was not seen."""
    return chain.scripts.script(int(chain.script_of[output])) if output < chain.graph.outputs else None


def address_of(chain: Chain, output: int) -> str:
    """The address that an output pays; its script in hexadecimal where that has none, empty for one that was not seen."""
    script = script_at(chain, output)
    if script is None:
        return ""
    try:
        return encode(script, chain.network)
    except BadInput:
        return script.hex()


def outputs_paid_to(chain: Chain, script: bytes) -> Any:
    """The outputs that pay a script (int64)."""
    number = chain.scripts.find(script)
    return np.flatnonzero(chain.script_of == number) if number >= 0 else np.empty(0, np.int64)


def output_at(chain: Chain, name: str) -> int:
    """The place of the output that is called TXID:VOUT. Raises BadInput where it is no such name, or not among the blocks.

    Where a hash is there twice, the later transaction is meant, as the network does.
    """
    txid, _, number = name.strip().partition(":")
    try:
        wanted = bytes.fromhex(txid)[::-1]
    except ValueError:
        wanted = b""
    if len(wanted) != 32:
        raise BadInput(f"'{txid}' is not the hash of a transaction.", todo=_OUTPOINT)
    if not (number.isascii() and number.isdecimal()):
        raise BadInput(f"'{name}' does not say which output is meant.", todo=_OUTPOINT)
    found = np.flatnonzero((chain.txid == np.frombuffer(wanted, np.uint8)).all(axis=1))
    if not len(found):
        raise BadInput(
            f"The transaction {txid} is not among the {len(chain.txid):,} that were read.",
            todo="Give the block that holds it with --blocks.",
        )
    first, end = (int(chain.graph.output_first[found[-1] + k]) for k in (0, 1))
    if int(number) >= end - first:
        raise BadInput(
            f"The transaction {txid} has {end - first:,} outputs, numbered from 0; there is no output {number}.",
            todo=_OUTPOINT,
        )
    return first + int(number)


def digest_of(chain: Chain) -> str:
    """The SHA-256 over the hashes of all blocks in their order: which blocks these were, long after the files have gone."""
    return sha256(np.ascontiguousarray(chain.block_hash).tobytes()).hexdigest()
