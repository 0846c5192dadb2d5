"""From (transaction hash, number of the output) to the place of the output: one table by open addressing, filled in the order of the chain.

An output that was not seen, comes later, is not there or was spent before is named as such; nothing is put in its place.
"""

from typing import Any

import numpy as np
from numba import njit

__all__ = ["LATER", "NOT_SEEN", "NO_SUCH_OUTPUT", "SPENT_TWICE", "WHY", "link", "link_plainly"]

NOT_SEEN, LATER, NO_SUCH_OUTPUT, SPENT_TWICE = -1, -2, -3, -4
WHY = {
    NOT_SEEN: "is not among the blocks that were read",
    LATER: "comes later than the transaction that spends it",
    NO_SUCH_OUTPUT: "is not an output of its transaction",
    SPENT_TWICE: "was spent before",
}


def link(txid: Any, output_first: Any, input_first: Any, prev_txid: Any, prev_vout: Any) -> tuple[Any, Any]:
    """For each input the place of the output that it spends, or why there is none (below zero); and which transactions are there twice.

    `txid` and `prev_txid` are rows of 32 bytes. Before BIP-30 two coinbases could be the same: the later one takes the place
    of the earlier, whose outputs can then be spent no more. For each transaction the second result has the earlier one, or -1.
    """
    table = np.full(1 << max((2 * len(txid)).bit_length(), 4), -1, np.int32)  # between a quarter and half full
    prev, earlier = np.empty(len(prev_vout), np.int32), np.full(len(txid), -1, np.int32)
    spent = np.zeros(int(output_first[-1]), np.bool_)
    _link(
        _words(txid), np.asarray(output_first, np.int32), np.asarray(input_first, np.int32), _words(prev_txid),
        np.asarray(prev_vout, np.int64), table, spent, prev, earlier,
    )  # fmt: skip
    return prev, earlier


def link_plainly(
    txid: Any, output_first: Any, input_first: Any, prev_txid: Any, prev_vout: Any
) -> tuple[list[int], list[int]]:
    """The same by a dictionary."""
    names, spends = [bytes(t) for t in txid], [bytes(t) for t in prev_txid]
    everywhere, known = set(names), dict[bytes, int]()
    prev, earlier, spent = list[int](), list[int](), set[int]()
    for t, name in enumerate(names):
        for i in range(int(input_first[t]), int(input_first[t + 1])):
            before = known.get(spends[i])
            if before is None:
                prev.append(LATER if spends[i] in everywhere else NOT_SEEN)
                continue
            place = int(output_first[before]) + int(prev_vout[i])
            if not 0 <= int(prev_vout[i]) < int(output_first[before + 1]) - int(output_first[before]):
                prev.append(NO_SUCH_OUTPUT)
            elif place in spent:
                prev.append(SPENT_TWICE)
            else:
                spent.add(place)
                prev.append(place)
        earlier.append(known.get(name, -1))
        known[name] = t
    return prev, earlier


def _words(hashes: Any) -> Any:
    """Hashes as rows of four 64-bit words."""
    return np.ascontiguousarray(hashes, np.uint8).view(np.uint64).reshape(-1, 4)


@njit(cache=True, inline="always")
def _same(one: Any, i: int, other: Any, j: int) -> bool:
    return bool(
        one[i, 0] == other[j, 0] and one[i, 1] == other[j, 1] and one[i, 2] == other[j, 2] and one[i, 3] == other[j, 3]
    )


@njit(cache=True)
def _slot(table: Any, txid: Any, wanted: Any, row: int) -> Any:
    """Where the table holds this hash, or would. A hash needs no hashing: its first bytes are as good as chance."""
    last = len(table) - 1
    slot = np.int64(wanted[row, 0] & np.uint64(last))
    while table[slot] >= 0 and not _same(txid, table[slot], wanted, row):
        slot = (slot + 1) & last
    return slot


@njit(cache=True)
def _link(
    txid: Any, output_first: Any, input_first: Any, prev_txid: Any, prev_vout: Any, table: Any, spent: Any, prev: Any, earlier: Any
) -> None:  # fmt: skip
    missing = 0
    for t in range(len(txid)):
        for i in range(input_first[t], input_first[t + 1]):
            before = table[_slot(table, txid, prev_txid, i)]
            if before < 0:
                prev[i] = NOT_SEEN
                missing += 1
                continue
            place = output_first[before] + prev_vout[i]
            if prev_vout[i] < 0 or place >= output_first[before + 1]:
                prev[i] = NO_SUCH_OUTPUT
            elif spent[place]:
                prev[i] = SPENT_TWICE
            else:
                spent[place] = True
                prev[i] = place
        slot = _slot(table, txid, txid, t)
        earlier[t] = table[slot]
        table[slot] = t
    if missing:  # the table is whole now: what is in it comes later
        for i in range(len(prev)):
            if prev[i] == NOT_SEEN and table[_slot(table, txid, prev_txid, i)] >= 0:
                prev[i] = LATER
