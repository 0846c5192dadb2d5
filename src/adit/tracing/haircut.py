"""The forward pass: in one walk over the transactions in order, how much of each output is marked, from which sources, and how near.

*Haircut*: a transaction passes on its marked satoshi in proportion. Let it have been given T satoshi, M of them marked. The first k
outputs together get floor(M * (what they hold together) / T); so each output is within one satoshi of its share, none holds more
marked satoshi than satoshi, and the rest, with all that rounding left, goes with the fee. Nothing is lost: what the sources put in
is what unspent outputs and fees hold, to the satoshi. A fee is not followed to the finder of the block.
*Poison*: an output is reached by a source if any chain of spending leads there, however little came along; outputs of nothing too.
*Hops*: the least number of transactions since any source, over all sources together.
"""

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # comes with numba
from numba import njit, types
from numba.extending import intrinsic

__all__ = ["HOPS_MOST", "NOT_REACHED", "floor_share", "pass_on", "pass_on_plainly"]

HOPS_BITS = 13
HOPS_MOST = NOT_REACHED = (1 << HOPS_BITS) - 1  # so many or more; for an output that no source reaches it means nothing
_AHEAD = 32  # inputs: the record that one of them will read is asked for so much earlier
_NONE = 2**31 - 1


@intrinsic
def _prefetch(_typing: Any, records: Any, at: Any) -> Any:
    """Asks for the cache line of a record, without waiting for it."""

    def build(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        array = context.make_array(sig.args[0])(context, builder, arguments[0])
        byte = ir.IntType(8).as_pointer()
        place = builder.bitcast(builder.gep(array.data, [arguments[1]]), byte)
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        builder.call(ask, [place, word(0), word(3), word(1)])  # to read, to be kept near, data
        return context.get_dummy_value()

    return types.void(records, at), build


_asked_for: Any = _prefetch


@njit(cache=True, inline="always")
def floor_share(part: Any, of: Any, whole: Any, ratio: Any) -> Any:
    """floor(part * of / whole) without numbers of 128 bits, for numbers below 2**51 with part <= whole; `ratio` is part / whole as a float.

    The estimate is off by less than one. The product and the quotient's wrap around at 2**64, but their difference, the remainder,
    lies within one `whole` of its range and so is exact: it says on which side the estimate lies.
    """
    estimate = np.int64(ratio * np.float64(of))
    rest = part * of - estimate * whole
    if rest < 0:
        return estimate - 1
    if rest >= whole:
        return estimate + 1
    return estimate


@njit(cache=True)
def pass_on(
    output_first: Any, input_first: Any, prev: Any, amount_sat: Any, input_sat: Any, seeds: Any, bits: Any, records: Any
) -> tuple[int, int]:
    """Fills `records`: for each output the sources that reach it, and beside it marked satoshi above and hops in the lowest 13 bits.

    `seeds` are the outputs of sources in rising order, `bits` whose they are; they are marked whole. Records of outputs that were not
    seen have to be set to "not reached" before. Gives what the seeds put in, beyond what had reached them, and what went with fees.
    """
    low, shift, one = np.uint64(HOPS_MOST), np.uint64(HOPS_BITS), np.uint64(1)
    put_in: Any = np.int64(0)
    with_fees: Any = np.int64(0)
    for k in range(len(seeds)):  # those that were not seen come before every transaction
        unseen = np.int64(seeds[k])
        if unseen >= output_first[-1]:
            records[2 * unseen], records[2 * unseen + 1] = bits[k], np.uint64(amount_sat[unseen]) << shift
            put_in += amount_sat[unseen]
    k = 0
    seed: Any = seeds[0] if len(seeds) else _NONE
    last = len(prev) - 1
    for t in range(len(output_first) - 1):
        marked: Any = np.int64(0)
        sources: Any = np.uint64(0)
        hops = low
        for i in range(input_first[t], input_first[t + 1]):
            _asked_for(records, 2 * np.int64(prev[min(i + _AHEAD, last)]))
            at = 2 * np.int64(prev[i])
            sources |= records[at]
            word = records[at + 1]
            marked += np.int64(word >> shift)
            hops = min(hops, word & low)
        hops = min(hops + one, low)
        first, end = output_first[t], output_first[t + 1]
        if marked == 0:
            for o in range(first, end):
                records[2 * o], records[2 * o + 1] = sources, hops
        else:
            given = input_sat[t]
            ratio = np.float64(marked) / np.float64(given)
            held: Any = np.int64(0)
            passed: Any = np.int64(0)
            for o in range(first, end):
                held += amount_sat[o]
                up_to = floor_share(marked, held, given, ratio)
                records[2 * o], records[2 * o + 1] = sources, np.uint64(up_to - passed) << shift | hops
                passed = up_to
            with_fees += marked - passed
        while seed < end:
            put_in += amount_sat[seed] - np.int64(records[2 * seed + 1] >> shift)
            records[2 * seed] |= bits[k]
            records[2 * seed + 1] = np.uint64(amount_sat[seed]) << shift
            k += 1
            seed = seeds[k] if k < len(seeds) else _NONE
    return put_in, with_fees


def pass_on_plainly(
    output_first: Any, input_first: Any, prev: Any, amount_sat: Any, seeds: Any, bits: Any
) -> tuple[list[int], list[int], list[int], int, int]:
    """The same in plain Python: sources, marked satoshi and hops of each output, what was put in, what went with fees."""
    amount = [int(a) for a in amount_sat]
    sources, marked, hops = [0] * len(amount), [0] * len(amount), [HOPS_MOST] * len(amount)
    of_seed = {int(s): int(b) for s, b in zip(seeds, bits, strict=True)}
    put_in = with_fees = 0
    for seed in (s for s in of_seed if s >= output_first[-1]):
        sources[seed], marked[seed], hops[seed] = of_seed[seed], amount[seed], 0
        put_in += amount[seed]
    for t in range(len(output_first) - 1):
        spent = [int(p) for p in prev[input_first[t] : input_first[t + 1]]]
        given, to_mark, reach = sum(amount[p] for p in spent), sum(marked[p] for p in spent), 0
        for p in spent:
            reach |= sources[p]
        near = min([HOPS_MOST, *(hops[p] + 1 for p in spent)])
        held = passed = 0
        for o in range(int(output_first[t]), int(output_first[t + 1])):
            held += amount[o]
            up_to = to_mark * held // given if given else 0
            sources[o], marked[o], hops[o] = reach, up_to - passed, near
            passed = up_to
            if o in of_seed:
                put_in += amount[o] - marked[o]
                sources[o], marked[o], hops[o] = reach | of_seed[o], amount[o], 0
        with_fees += to_mark - passed
    return sources, marked, hops, put_in, with_fees
