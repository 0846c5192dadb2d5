"""The one layout in which every source of the chain ends: blocks, transactions, outputs and inputs as columns.

Whatever is not known stands as -1 or as an empty list, never as zero or as "none".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["COIN_SAT", "MAX_MONEY_SAT", "Blocks", "Fault", "coinbase_script", "hex_of", "script_of"]

COIN_SAT = 100_000_000
MAX_MONEY_SAT = 21_000_000 * COIN_SAT


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a source that does not hold: where, and what. What hangs on it is left out."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Blocks:
    """Some blocks of one source as columns. All but the scripts are NumPy arrays; a hash is a row of 32 bytes, as hashed.

    The transactions of block i stand from `tx_first[i]` up to `tx_first[i + 1]`, and so their outputs and inputs.
    A block in which something does not hold is not among them: it is in `faults`.
    """

    source: str
    proven: bool  # whether headers and hashes were worked out from the bytes, or are what a table says
    data: Any  # uint8: what the scripts lie in
    # blocks
    hash: Any
    prev_hash: Any  # of noughts only where the source does not say it, or for the first block of all
    time_s: Any  # int64: the header's, -1 where not known
    version: Any  # int32
    bits: Any  # uint32: the target in its short form, 0 where not known
    size: Any  # int64: bytes, -1 where not known
    height: Any  # int64: as the coinbase or the table has it, -1 where neither does
    coinbase_start: Any  # int64: in data, where the script of the coinbase begins
    coinbase_size: Any  # int64: -1 where the source does not have it
    coinbase_sat: Any  # int64: what the coinbase pays out, -1 where not known
    output_sat: Any  # int64: what all transactions pay out
    fees_sat: Any  # int64: where all inputs are known, else -1
    tx_first: Any  # int64, one more than blocks
    # transactions
    txid: Any
    is_coinbase: Any  # bool
    output_first: Any  # int64, one more than transactions
    input_first: Any
    # outputs
    vout: Any  # int64
    amount_sat: Any  # int64
    script_start: Any  # int64: in data
    script_size: Any  # int64
    # inputs
    prev_txid: Any
    prev_vout: Any  # int64
    input_address: Sequence[str | None]  # as the source names them; empty where it names none
    faults: tuple[Fault, ...] = ()


def hex_of(hash_: Any) -> str:
    """A hash as people write it: the bytes from the last to the first."""
    return bytes(hash_)[::-1].hex()


def script_of(blocks: Blocks, output: int) -> bytes:
    """The script of an output."""
    start = int(blocks.script_start[output])
    return bytes(blocks.data[start : start + int(blocks.script_size[output])])


def coinbase_script(blocks: Blocks, block: int) -> bytes | None:
    """What the finder wrote into the coinbase; None where the source does not have it."""
    start, size = int(blocks.coinbase_start[block]), int(blocks.coinbase_size[block])
    return None if size < 0 else bytes(blocks.data[start : start + size])
