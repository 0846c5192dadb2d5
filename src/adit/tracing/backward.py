"""Where the satoshi of one output came from, first in first out: the satoshi of a transaction's inputs, in their order, become those of its
outputs, in theirs; what is left over is the fee.

Each stretch of satoshi has exactly one origin, so nothing is counted twice. Stretches split as one goes back, without bound; a budget
limits how many are looked at, the largest first, and what it leaves is reported in satoshi. From the first input of a transaction that
was not seen on, the places of satoshi are not known: that stretch is not resolved either.
"""

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from adit.terms.errors import BadInput
from adit.tracing.graph import Graph, is_coinbase, tx_of

__all__ = [
    "BUDGET",
    "BUDGET_MOST",
    "COINBASE",
    "GONE_THROUGH",
    "NOT_SEEN",
    "OUT_OF_BUDGET",
    "STOP",
    "Origins",
    "check_budget",
    "origins",
    "origins_plainly",
    "path",
]

GONE_THROUGH, STOP, COINBASE, NOT_SEEN, OUT_OF_BUDGET = range(5)
BUDGET = 100_000  # fragments
BUDGET_MOST = 10_000_000  # room for them is taken at once, 37 bytes each


@dataclass(frozen=True, slots=True)
class Origins:
    """The fragments of an output's satoshi, the first of them the whole output; each other lies in the output that its parent's was paid from.

    `end` says why a fragment was followed no further; the fragments that end hold together what the output holds.
    """

    output: Any  # int32: where the fragment lies
    low_sat: Any  # int64: its first satoshi within that output
    sat: Any  # int64
    parent: Any  # int32: the fragment that it became, -1 for the first
    end: Any  # uint8
    hops: Any  # int32: transactions between the fragment and the output that was asked for

    def ended_sat(self, end: int) -> int:
        """The satoshi of all fragments that ended so."""
        return int(self.sat[self.end == end].sum())


def check_budget(budget: int) -> None:
    """Raises BadInput for a budget that follows nothing, or for which there is no room."""
    advice = f"Give --budget {BUDGET}, or another number up to {BUDGET_MOST}."
    if budget <= 0:
        raise BadInput(f"A budget of {budget:,} fragments follows nothing.", todo=advice)
    if budget > BUDGET_MOST:
        raise BadInput(f"A budget of {budget:,} fragments is more than {BUDGET_MOST:,}.", todo=advice)


def origins(graph: Graph, output: int, *, stops: Any = None, budget: int = BUDGET) -> Origins:
    """Follows an output back to stops, new coins and what was not seen. `stops` has a 1 for each output (uint8) at which to stop.

    Raises BadInput for a budget that is not positive, or too large.
    """
    check_budget(budget)
    held = np.zeros(0, np.uint8) if stops is None else np.ascontiguousarray(stops, np.uint8)
    room = int(budget) + 1
    columns = (
        np.empty(room, np.int32), np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.uint8),
        np.empty(room, np.int32),
    )  # fmt: skip
    count = _follow(
        graph.output_first,
        graph.input_first,
        graph.prev,
        graph.amount_sat,
        held,
        output,
        np.empty(room, np.int32),
        *columns,
    )
    return Origins(*(c[:count].copy() for c in columns))


def origins_plainly(graph: Graph, output: int, *, stops: Any = None, budget: int = BUDGET) -> Origins:
    """The same in plain Python."""
    rows: list[list[int]] = []
    heap: list[tuple[int, int]] = []

    def add(place: int, low: int, sat: int, parent: int) -> None:
        made_by = tx_of(graph, place)
        end = (
            NOT_SEEN if made_by < 0 else STOP if stops is not None and stops[place] else COINBASE if is_coinbase(graph, made_by) else GONE_THROUGH
        )  # fmt: skip
        rows.append([place, low, sat, parent, end, rows[parent][5] + 1 if parent >= 0 else 0])
        if end == GONE_THROUGH:
            heapq.heappush(heap, (-sat, len(rows) - 1))

    add(output, 0, int(graph.amount_sat[output]), -1)
    while heap:
        _, at = heapq.heappop(heap)
        place, low, sat = rows[at][:3]
        if not sat:
            continue
        made_by = tx_of(graph, place)
        start = int(graph.amount_sat[graph.output_first[made_by] : place].sum()) + low
        found = list[tuple[int, int, int]]()
        held = 0
        for spent in map(int, graph.prev[graph.input_first[made_by] : graph.input_first[made_by + 1]]):
            has = int(graph.amount_sat[spent])
            unseen = spent >= graph.outputs
            first, end = max(start, held), start + sat if unseen else min(start + sat, held + has)
            if first < end:
                found.append((spent, first - held, end - first))
            held += has
            if unseen or held >= start + sat:
                break
        if len(rows) + len(found) > budget + 1:
            rows[at][4] = OUT_OF_BUDGET
            continue
        for child in found:
            add(*child, at)
    columns = zip(*rows, strict=True)
    kinds = (np.int32, np.int64, np.int64, np.int32, np.uint8, np.int32)
    return Origins(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def path(found: Origins, fragment: int) -> list[int]:
    """The outputs that a fragment passed, from where it ended to the one that was asked for."""
    line = []
    while fragment >= 0:
        line.append(int(found.output[fragment]))
        fragment = int(found.parent[fragment])
    return line


@njit(cache=True, inline="always")
def _made_by(output_first: Any, output: int) -> int:
    low, high = 0, len(output_first) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if output_first[middle] <= output:
            low = middle
        else:
            high = middle
    while output_first[low + 1] <= output:  # transactions without outputs share a place
        low += 1
    return low


@njit(cache=True, inline="always")
def _before(sat: Any, one: int, other: int) -> bool:
    """Whether a fragment is looked at before another: the larger, of equals the earlier."""
    return bool(sat[one] > sat[other] or (sat[one] == sat[other] and one < other))


@njit(cache=True)
def _push(heap: Any, size: int, sat: Any, fragment: int) -> int:
    at = size
    while at > 0 and _before(sat, fragment, heap[(at - 1) >> 1]):
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = fragment
    return size + 1


@njit(cache=True)
def _pop(heap: Any, size: int, sat: Any) -> int:
    """The first of the heap, which has one less then."""
    first, moved = heap[0], heap[size - 1]
    size -= 1
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _before(sat, heap[child + 1], heap[child]):
            child += 1
        if not _before(sat, heap[child], moved):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved
    return int(first)


@njit(cache=True)
def _follow(
    output_first: Any, input_first: Any, prev: Any, amount: Any, stops: Any, asked: int, heap: Any,
    output: Any, low: Any, sat: Any, parent: Any, end: Any, hops: Any,
) -> int:  # fmt: skip
    seen = output_first[-1]
    output[0], low[0], sat[0], parent[0], hops[0] = asked, 0, amount[asked], -1, 0
    fresh, count, waiting, room = 0, 1, 0, len(output)
    while True:
        while fresh < count:  # what is new: does it end, or wait
            place = output[fresh]
            if place >= seen:
                end[fresh] = NOT_SEEN
            elif len(stops) and stops[place]:
                end[fresh] = STOP
            else:
                made_by = _made_by(output_first, place)
                if input_first[made_by] == input_first[made_by + 1]:
                    end[fresh] = COINBASE
                else:
                    end[fresh] = GONE_THROUGH
                    waiting = _push(heap, waiting, sat, fresh)
            fresh += 1
        if not waiting:
            return count
        at = _pop(heap, waiting, sat)
        waiting -= 1
        if not sat[at]:
            continue
        made_by = _made_by(output_first, output[at])
        start = low[at]
        for o in range(output_first[made_by], output[at]):
            start += amount[o]
        upto, held, more = start + sat[at], np.int64(0), 0
        for i in range(input_first[made_by], input_first[made_by + 1]):
            spent = prev[i]
            first = max(start, held)
            last = upto if spent >= seen else min(upto, held + amount[spent])
            if first < last:
                if count + more >= room:
                    more = -1
                    break
                output[count + more], low[count + more] = spent, first - held
                sat[count + more], parent[count + more], hops[count + more] = last - first, at, hops[at] + 1
                more += 1
            held += amount[spent]
            if spent >= seen or held >= upto:
                break
        if more < 0:
            end[at] = OUT_OF_BUDGET
        else:
            count += more
