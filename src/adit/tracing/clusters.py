"""Scripts that one owner seems to hold, by the one clue that is used: inputs spent together in one transaction.

Not across a suspected coinjoin, and by nothing else: what looks like change joins nobody. Each merge names its transaction, so that every
joint owner can be questioned and taken apart. A merge of two large clusters waits for a person: one wrong merge of that size joins strangers
by the million. A cluster is a suspicion that points where to look; it decides nothing.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from adit.terms.errors import BadInput
from adit.tracing.graph import Graph

__all__ = ["LARGE", "Clusters", "clusters", "clusters_plainly", "transactions_between"]

LARGE = 1_000  # scripts


@dataclass(frozen=True, slots=True)
class Clusters:
    """For each script the least number of a script in its cluster; and what joined them, in the order of the chain.

    A merge is a transaction that spent from script `one` and script `other`, whose clusters had these sizes. One that waits was not made.
    """

    cluster: Any  # int32
    transaction: Any  # int32, of each merge
    one: Any  # int32
    other: Any  # int32
    one_size: Any  # int32
    other_size: Any  # int32
    waits: Any  # bool


def clusters(
    graph: Graph, script_of: Any, scripts: int, coinjoins: Any, *, large: int = LARGE, approved: Iterable[int] = ()
) -> Clusters:
    """The clusters of `scripts` scripts. `coinjoins` is what `coinjoin.detect` found; `approved` are transactions whose merge a person has allowed.

    Raises BadInput for a size from which clusters are large that is not positive.
    """
    if large < 1:
        raise BadInput(f"A cluster of {large:,} scripts is not large.", todo="Give a number above 0.")
    allowed = np.zeros(graph.transactions, np.bool_)
    allowed[list(approved)] = True
    inputs = np.diff(graph.input_first)
    room = int((inputs[inputs > 1] - 1).sum())
    parent, size = np.arange(scripts, dtype=np.int32), np.ones(scripts, np.int32)
    rows, waits = np.empty((room, 5), np.int32), np.zeros(room, np.bool_)
    count = _join(
        graph.output_first,
        graph.input_first,
        graph.prev,
        script_of,
        coinjoins,
        allowed,
        large,
        parent,
        size,
        rows,
        waits,
    )
    transaction, one, other, one_size, other_size = (rows[:count, k].copy() for k in range(5))
    return Clusters(_least(parent), transaction, one, other, one_size, other_size, waits[:count].copy())


def clusters_plainly(
    graph: Graph, script_of: Any, scripts: int, coinjoins: Any, *, large: int = LARGE, approved: Iterable[int] = ()
) -> Clusters:
    """The same with sets."""
    held = {s: {s} for s in range(scripts)}
    rows, allowed = list[tuple[int, int, int, int, int, bool]](), set(approved)
    for t in range(graph.transactions):
        spent = [int(p) for p in graph.prev[graph.input_first[t] : graph.input_first[t + 1]] if p < graph.outputs]
        if coinjoins[t] or not spent:
            continue
        one = int(script_of[spent[0]])
        for other in (int(script_of[p]) for p in spent[1:]):
            mine, theirs = held[one], held[other]
            if mine is theirs:
                continue
            waits = min(len(mine), len(theirs)) >= large and t not in allowed
            rows.append((t, one, other, len(mine), len(theirs), waits))
            if not waits:
                mine |= theirs
                held |= dict.fromkeys(theirs, mine)
    transaction, one_, other_, one_size, other_size = (np.array([row[k] for row in rows], np.int32) for k in range(5))
    least = np.array([min(held[s]) for s in range(scripts)], np.int32)
    return Clusters(
        least, transaction, one_, other_, one_size, other_size, np.array([row[5] for row in rows], np.bool_)
    )


def transactions_between(found: Clusters, one: int, other: int) -> list[int]:
    """The transactions that join two scripts, one after another; empty where they are not in one cluster, or are the same."""
    if one == other or found.cluster[one] != found.cluster[other]:
        return []
    made = np.flatnonzero(~found.waits & (found.cluster[found.one] == found.cluster[one]))
    near: dict[int, list[tuple[int, int]]] = {}
    for m in made:
        a, b, t = int(found.one[m]), int(found.other[m]), int(found.transaction[m])
        near.setdefault(a, []).append((b, t))
        near.setdefault(b, []).append((a, t))
    came: dict[int, tuple[int, int]] = {one: (-1, -1)}
    waiting = deque([one])
    while waiting:
        at = waiting.popleft()
        for to, t in near.get(at, ()):
            if to not in came:
                came[to] = (at, t)
                waiting.append(to)
    line = []
    while came[other][0] >= 0:
        other, t = came[other]
        line.append(t)
    return line[::-1]


@njit(cache=True)
def _root(parent: Any, at: Any) -> Any:
    while parent[at] != at:
        parent[at] = parent[parent[at]]  # half of the way is shortened each time
        at = parent[at]
    return at


@njit(cache=True)
def _join(
    output_first: Any, input_first: Any, prev: Any, script_of: Any, coinjoins: Any, allowed: Any, large: int,
    parent: Any, size: Any, rows: Any, waits: Any,
) -> int:  # fmt: skip
    count = 0
    for t in range(len(coinjoins)):
        if coinjoins[t] or input_first[t + 1] - input_first[t] < 2:
            continue
        one: Any = -1
        for i in range(input_first[t], input_first[t + 1]):
            if prev[i] >= output_first[-1]:
                continue
            other = np.int64(script_of[prev[i]])
            if one < 0:
                one = other
                continue
            mine, theirs = _root(parent, one), _root(parent, other)
            if mine == theirs:
                continue
            rows[count, 0], rows[count, 1], rows[count, 2] = t, one, other
            rows[count, 3], rows[count, 4] = size[mine], size[theirs]
            if min(size[mine], size[theirs]) >= large and not allowed[t]:
                waits[count] = True
            else:
                if size[mine] < size[theirs]:
                    mine, theirs = theirs, mine
                parent[theirs] = mine
                size[mine] += size[theirs]
            count += 1
    return count


@njit(cache=True)
def _least(parent: Any) -> Any:
    """For each script the least number of its cluster."""
    found = np.full(len(parent), -1, np.int32)
    least = np.full(len(parent), -1, np.int32)
    for s in range(len(parent)):
        root = _root(parent, s)
        if least[root] < 0:
            least[root] = s
        found[s] = least[root]
    return found
