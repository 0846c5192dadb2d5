"""The loops over the bytes of blocks: first count what is there, then write it into columns with every hash worked out anew.

`measure` believes nothing and refuses what does not fit; `fill` walks over what `measure` let through. Their plain twin is `block`.
"""

from typing import Any

from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from adit.evidence.chain.sha256 import double_sha256, double_sha256_two, padded, pair_hash_two

__all__ = ["FAULTS", "NOT_THE_ROOT", "REPEATED", "fill", "measure"]

FAULTS = (
    "",
    "the block ends before its last transaction does",
    "a number is not written in its shortest form",
    "the block claims more than its bytes can hold",
    "bytes follow the last transaction",
    "the block has no transaction, or one without inputs or outputs",
    "the first transaction of a block, and no other, is its coinbase; here it is not so",
    "an output, or a transaction, pays more than there will ever be",
    "the transactions are not those of the header: their Merkle root is another",
    "the block repeats transactions at its end, which leaves the Merkle root as it was",
)
_ENDS, _LONG_FORM, _TOO_MANY, _FOLLOWS, _EMPTY, _COINBASE, _MONEY = range(1, 8)
NOT_THE_ROOT, REPEATED = 8, 9
_HEADER, _SMALLEST_TX, _SMALLEST_INPUT, _SMALLEST_OUTPUT = 80, 60, 41, 9
_MAX_MONEY_SAT = 2_100_000_000_000_000
_MOST_IN_BLOCK_SAT = 1 << 62  # the sum of a block stays a 64-bit number


@intrinsic
def _copy(_typing: Any, target: Any, at: Any, source: Any, start: Any, size: Any) -> Any:
    """Copies bytes: a loop over them is not made into larger steps, since an index could be negative."""

    def build(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        to, from_ = (
            builder.gep(context.make_array(sig.args[i])(context, builder, arguments[i]).data, [arguments[i + 1]])
            for i in (0, 2)
        )
        cgutils.raw_memcpy(builder, to, from_, arguments[4], 1)  # type: ignore[no-untyped-call]
        return context.get_dummy_value()

    return types.void(target, at, source, start, size), build


_copied: Any = _copy


@njit(cache=True, inline="always")
def _number(data: Any, at: int, size: int) -> int:
    number = 0
    for i in range(size):
        number |= int(data[at + i]) << 8 * i
    return number


@njit(cache=True)
def _length(data: Any, at: int, end: int, smallest: int) -> tuple[int, int]:
    """A count of things of `smallest` bytes or more, and where what follows begins; minus a fault where it cannot be."""
    if at >= end:
        return 0, -_ENDS
    first = int(data[at])
    at += 1
    count = first
    if first >= 0xFD:
        size = 1 << first - 0xFC
        if end - at < size:
            return 0, -_ENDS
        count = _number(data, at, size)
        at += size
        if count < 0:  # beyond 63 bits
            return 0, -_TOO_MANY
        if count < (0xFD if size == 2 else 1 << 4 * size):
            return 0, -_LONG_FORM
    if count > (end - at) // smallest:
        return 0, -_TOO_MANY
    return count, at


@njit(cache=True)
def _text(data: Any, at: int, end: int) -> int:
    """Where what follows a script or a witness begins, or minus a fault."""
    size, at = _length(data, at, end, 1)
    return at if at < 0 else at + size


@njit(cache=True)
def _inputs(data: Any, at: int, end: int, count: int) -> int:
    for _ in range(count):
        if end - at < 36:
            return -_ENDS
        at = _text(data, at + 36, end)
        if at < 0:
            return at
        if end - at < 4:
            return -_ENDS
        at += 4
    return at


@njit(cache=True)
def _outputs(data: Any, at: int, end: int, count: int) -> tuple[int, int]:
    total = 0
    for _ in range(count):
        if end - at < 8:
            return -_ENDS, 0
        amount = _number(data, at, 8)
        if amount < 0 or amount > _MAX_MONEY_SAT:
            return -_MONEY, 0
        total += amount
        if total > _MAX_MONEY_SAT:
            return -_MONEY, 0
        at = _text(data, at + 8, end)
        if at < 0:
            return at, 0
    return at, total


@njit(cache=True, inline="always")
def _is_coinbase(data: Any, first_input: int, inputs: int) -> bool:
    if inputs != 1 or _number(data, first_input + 32, 4) != 0xFFFFFFFF:
        return False
    set_bits = 0
    for i in range(32):
        set_bits |= int(data[first_input + i])
    return set_bits == 0


@njit(cache=True)
def _measured(data: Any, start: int, end: int, counts: Any) -> int:
    """Counts the transactions, inputs and outputs of one block; gives its fault, 0 for none."""
    if end - start < _HEADER:
        return _ENDS
    transactions, at = _length(data, start + _HEADER, end, _SMALLEST_TX)
    if at < 0:
        return -at
    if transactions == 0:
        return _EMPTY
    all_inputs, all_outputs, total = 0, 0, 0
    for t in range(transactions):
        if end - at < 6:
            return _ENDS
        at += 4
        with_witness = data[at] == 0 and data[at + 1] == 1
        if with_witness:
            at += 2
        inputs, at = _length(data, at, end, _SMALLEST_INPUT)
        if at < 0:
            return -at
        first_input = at
        at = _inputs(data, at, end, inputs)
        if at < 0:
            return -at
        outputs, at = _length(data, at, end, _SMALLEST_OUTPUT)
        if at < 0:
            return -at
        if inputs == 0 or outputs == 0:
            return _EMPTY
        at, paid = _outputs(data, at, end, outputs)
        if at < 0:
            return -at
        if with_witness:
            for _ in range(inputs):
                items, at = _length(data, at, end, 1)
                for _ in range(items):
                    at = _text(data, at, end)
                    if at < 0:
                        return -at
                if at < 0:
                    return -at
        if end - at < 4:
            return _ENDS
        at += 4
        if _is_coinbase(data, first_input, inputs) != (t == 0):
            return _COINBASE
        total += paid
        if total > _MOST_IN_BLOCK_SAT:
            return _MONEY
        all_inputs += inputs
        all_outputs += outputs
    counts[0], counts[1], counts[2] = transactions, all_inputs, all_outputs
    return 0 if at == end else _FOLLOWS


@njit(cache=True, nogil=True)
def measure(data: Any, starts: Any, ends: Any, counts: Any, faults: Any) -> None:
    """The counts and the fault of each block that lies from `starts` up to `ends`."""
    for i in range(len(starts)):
        faults[i] = _measured(data, starts[i], ends[i], counts[i])


@njit(cache=True)
def _merkle(level: Any, count: int, s: Any, s_2: Any, second: Any, second_2: Any) -> bool:
    """Leaves the root in the first 32 bytes of the hashes; gives whether a pair was equal. Takes room for three hashes more."""
    repeated = False
    while count > 1:
        for i in range(0, count - 1, 2):
            same = True
            for k in range(32):
                if level[32 * i + k] != level[32 * i + 32 + k]:
                    same = False
                    break
            repeated |= same
        if count % 2:
            for k in range(32):
                level[32 * count + k] = level[32 * count - 32 + k]
            count += 1
        count //= 2
        for i in range(0, count, 2):  # of an odd number the last goes with what lies behind it, which nobody reads
            pair_hash_two(level, 64 * i, s, s_2, second, second_2, level, 32 * i)
    return repeated


@njit(cache=True, nogil=True)
def fill(
    data: Any, starts: Any, ends: Any, tx_first: Any, hashes: Any, coinbase: Any, sums: Any, txid: Any,
    output_first: Any, input_first: Any, outputs: Any, prev_txid: Any, prev_vout: Any, messages: Any, spans: Any, level: Any,
    s: Any, s_2: Any, second: Any, second_2: Any, faults: Any,
) -> None:  # fmt: skip
    """Writes the columns of blocks that `measure` let through, and whose Merkle root is not that of the header.

    `coinbase` takes start and size of its script, `sums` what the coinbase and what all pay, `outputs` the rows vout, amount,
    start and size of the script; `txid`, `prev_txid` and `hashes` are bytes in a row. `messages`, `spans` and `level` are room for one block.
    """
    output, input_ = 0, 0
    for block in range(len(starts)):
        start, end = starts[block], ends[block]
        _copied(messages, 0, data, start, _HEADER)
        double_sha256(messages, 0, padded(messages, 0, _HEADER), s, second, hashes, 32 * block)
        transactions, at = _length(data, start + _HEADER, end, _SMALLEST_TX)
        sums[block, 0], sums[block, 1] = 0, 0
        room = 0
        for t in range(transactions):
            begin = at
            output_first[tx_first[block] + t], input_first[tx_first[block] + t] = output, input_
            with_witness = data[at + 4] == 0 and data[at + 5] == 1
            body = at + 6 if with_witness else at + 4
            inputs, at = _length(data, body, end, 1)
            for i in range(inputs):
                _copied(prev_txid, 32 * input_, data, at, 32)
                prev_vout[input_] = _number(data, at + 32, 4)
                size, script = _length(data, at + 36, end, 1)
                if t == 0 and i == 0:
                    coinbase[block, 0], coinbase[block, 1] = script, size
                at = script + size + 4
                input_ += 1
            count, at = _length(data, at, end, 1)
            paid = 0
            for vout in range(count):
                amount = _number(data, at, 8)
                size, script = _length(data, at + 8, end, 1)
                outputs[0, output], outputs[1, output] = vout, amount
                outputs[2, output], outputs[3, output] = script, size
                paid += amount
                at = script + size
                output += 1
            if t == 0:
                sums[block, 0] = paid
            sums[block, 1] += paid
            size = at - body  # what is hashed: version, inputs and outputs, time; neither mark nor witnesses
            _copied(messages, room, data, begin, 4)
            _copied(messages, room + 4, data, body, size)
            if with_witness:
                for _ in range(inputs):
                    items, at = _length(data, at, end, 1)
                    for _ in range(items):
                        at = _text(data, at, end)
            _copied(messages, room + 4 + size, data, at, 4)
            spans[t, 0], spans[t, 1] = room, padded(messages, room, size + 8)
            room += 64 * spans[t, 1]
            at += 4
        for t in range(0, transactions - 1, 2):
            double_sha256_two(
                messages,
                spans[t, 0],
                spans[t, 1],
                spans[t + 1, 0],
                spans[t + 1, 1],
                s,
                s_2,
                second,
                second_2,
                level,
                32 * t,
            )
        if transactions % 2:
            last = transactions - 1
            double_sha256(messages, spans[last, 0], spans[last, 1], s, second, level, 32 * last)
        _copied(txid, 32 * tx_first[block], level, 0, 32 * transactions)
        repeated = _merkle(level, transactions, s, s_2, second, second_2)
        faults[block] = REPEATED if repeated else 0
        for k in range(32):
            if level[k] != data[start + 36 + k]:
                faults[block] = NOT_THE_ROOT
                break
