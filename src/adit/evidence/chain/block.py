"""One block read in plain Python: slow, short, and what the compiled reader is compared with.

Nothing in it is believed: counts and lengths are held against the bytes that are there before anything is read.
Source: the formats of block, transaction and witness as in BIP-141 and BIP-144; heights as in BIP-34.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from adit.evidence.chain.difficulty import proof_holds
from adit.evidence.chain.layout import MAX_MONEY_SAT
from adit.terms.errors import BadInput

__all__ = [
    "HEADER",
    "Block",
    "Input",
    "Output",
    "Transaction",
    "check",
    "claimed_height",
    "double_sha256",
    "merkle_root",
    "read_block",
]

HEADER = 80
_SMALLEST_TX, _SMALLEST_INPUT, _SMALLEST_OUTPUT = 60, 41, 9  # bytes: no count can be larger than these allow
_COMMITMENT = bytes.fromhex("6a24aa21a9ed")  # BIP-141
_ADVICE = "Fetch the block anew; `getblock HASH 0` of a node gives it whole."


@dataclass(frozen=True, slots=True)
class Input:
    """The output that is spent, and the script that says why it may be. A coinbase spends 32 noughts."""

    prev_txid: bytes
    prev_vout: int
    script: bytes
    witness: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    amount_sat: int
    script: bytes


@dataclass(frozen=True, slots=True)
class Transaction:
    """`txid` is the hash without the witnesses, `wtxid` the one with them; as hashed, which is the reverse of how they are shown."""

    txid: bytes
    wtxid: bytes
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Block:
    hash: bytes
    version: int
    prev_hash: bytes
    merkle_root: bytes
    time_utc: datetime
    bits: int
    size: int
    transactions: tuple[Transaction, ...]

    @property
    def coinbase(self) -> Transaction:
        return self.transactions[0]


class _Bytes:
    """The bytes of a block and the place up to which they are read."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data, self.where, self.at = data, where, 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise self.bad(f"The block ends after {len(self.data):,} bytes; {size:,} more are needed at {self.at:,}.")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def length(self, smallest: int, what: str) -> int:
        """A count in its short form, of things that take at least `smallest` bytes each."""
        start = self.at
        first = self.number(1)
        count = first if first < 0xFD else self.number(1 << first - 0xFC)
        if first >= 0xFD and count < (0xFD, 1 << 16, 1 << 32)[first - 0xFD]:
            raise self.bad(f"The number of {what} at {start:,} is not written in its shortest form.")
        if count * smallest > len(self.data) - self.at:
            raise self.bad(f"At {start:,} the block claims {count:,} {what}, more than its bytes can hold.")
        return count

    def bad(self, what: str) -> BadInput:
        return BadInput(what, where=self.where, todo=_ADVICE)


def double_sha256(data: bytes) -> bytes:
    """The hash of the hash."""
    return sha256(sha256(data).digest()).digest()


def read_block(data: bytes, where: str) -> Block:
    """The block in these bytes, all of them. Raises BadInput for what is no whole block; `check` says whether it holds."""
    source = _Bytes(data, where)
    header = source.take(HEADER)
    transactions = tuple(_transaction(source) for _ in range(source.length(_SMALLEST_TX, "transactions")))
    if not transactions:
        raise source.bad("The block has no transaction.")
    if source.at < len(data):
        raise source.bad(f"{len(data) - source.at:,} bytes follow the last transaction.")
    if not _is_coinbase(transactions[0]) or any(_is_coinbase(t) for t in transactions[1:]):
        raise source.bad("The first transaction of a block, and no other, is its coinbase; here it is not so.")
    return Block(
        hash=double_sha256(header),
        version=int.from_bytes(header[:4], "little", signed=True),
        prev_hash=header[4:36],
        merkle_root=header[36:68],
        time_utc=datetime.fromtimestamp(int.from_bytes(header[68:72], "little"), UTC),
        bits=int.from_bytes(header[72:76], "little"),
        size=len(data),
        transactions=transactions,
    )


def check(block: Block, network: str, where: str) -> bool:
    """Whether there were witnesses to check. Raises BadInput where they, the proof of work or the Merkle root do not hold."""

    def bad(what: str) -> BadInput:
        return BadInput(what, where=where, todo=_ADVICE)

    if not proof_holds(block.hash, block.bits, network):
        raise bad(f"The header has no proof of work: its hash is not below the target {block.bits:08x} of {network}.")
    root, repeated = merkle_root([t.txid for t in block.transactions])
    if root != block.merkle_root:
        raise bad("The transactions are not those of the header: their Merkle root is another.")
    if repeated:
        raise bad("The block repeats transactions at its end, which leaves the Merkle root as it was.")
    return _witnesses_checked(block, bad)


def _witnesses_checked(block: Block, bad: Callable[[str], BadInput]) -> bool:
    """A block without any witness has nothing to check: it is older than 481,824, or was handed out without them."""
    witness = block.coinbase.inputs[0].witness
    if not any(i.witness for t in block.transactions for i in t.inputs):
        return False
    held = [o.script for o in block.coinbase.outputs if o.script.startswith(_COMMITMENT) and len(o.script) >= 38]
    if not held:
        raise bad("There are witnesses and the coinbase commits to none.")
    root, _ = merkle_root([bytes(32), *(t.wtxid for t in block.transactions[1:])])  # the coinbase counts as noughts
    if len(witness) != 1 or len(witness[0]) != 32 or double_sha256(root + witness[0]) != held[-1][6:38]:
        raise bad("The witnesses are not those that the coinbase commits to.")
    return True


def merkle_root(hashes: Sequence[bytes]) -> tuple[bytes, bool]:
    """The root of these hashes, and whether a pair of equal ones would let them be repeated unseen (CVE-2012-2459)."""
    level, repeated = list(hashes), False
    while len(level) > 1:
        repeated = repeated or any(level[i] == level[i + 1] for i in range(0, len(level) - 1, 2))
        level += level[-1:] if len(level) % 2 else []
        level = [double_sha256(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0], repeated


def claimed_height(version: int, coinbase_script: bytes) -> int | None:
    """The height that the coinbase begins with, from version 2 on (BIP-34); None for an older block, or where it is none."""
    if version < 2 or not coinbase_script:
        return None
    first = coinbase_script[0]
    if first == 0 or 0x51 <= first <= 0x60:  # heights up to 16, on a network for tests
        return first - 0x50 if first else 0
    number = coinbase_script[1 : 1 + first]
    if not 1 <= first <= 4 or len(number) < first or number[-1] & 0x80:
        return None
    return int.from_bytes(number, "little")


def _transaction(source: _Bytes) -> Transaction:
    start = source.at
    version = source.take(4)
    with_witness = source.data[source.at : source.at + 2] == b"\x00\x01"
    if with_witness:
        source.take(2)
    body = source.at
    inputs = [_input(source) for _ in range(source.length(_SMALLEST_INPUT, "inputs"))]
    outputs = tuple(_output(source) for _ in range(source.length(_SMALLEST_OUTPUT, "outputs")))
    if not inputs or not outputs:
        raise source.bad(f"The transaction at {start:,} has no {'outputs' if inputs else 'inputs'}.")
    end = source.at
    if with_witness:
        inputs = [
            Input(
                i.prev_txid, i.prev_vout, i.script, tuple(_text(source) for _ in range(source.length(1, "witnesses")))
            )
            for i in inputs
        ]
    locked = source.take(4)
    whole = double_sha256(source.data[start : source.at])
    bare = double_sha256(version + source.data[body:end] + locked) if with_witness else whole
    return Transaction(bare, whole, tuple(inputs), outputs)


def _input(source: _Bytes) -> Input:
    prev_txid, prev_vout, script = source.take(32), source.number(4), _text(source)
    source.take(4)
    return Input(prev_txid, prev_vout, script)


def _output(source: _Bytes) -> Output:
    start, amount_sat = source.at, source.number(8)
    if amount_sat > MAX_MONEY_SAT:
        raise source.bad(f"The output at {start:,} pays {amount_sat:,} satoshi, more than there will ever be.")
    return Output(amount_sat, _text(source))


def _text(source: _Bytes) -> bytes:
    return source.take(source.length(1, "bytes"))


def _is_coinbase(transaction: Transaction) -> bool:
    first = transaction.inputs[0]
    return len(transaction.inputs) == 1 and first.prev_txid == bytes(32) and first.prev_vout == 0xFFFFFFFF
