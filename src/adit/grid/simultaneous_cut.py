"""How much systems that share lines can host at once if each may be cut off in some hours of the year.

In an hour a set of the systems runs and the others are cut. The set can be served if no group of zones needs more than it has,
as in `simultaneous`; those that are cut need nothing. Which loads together are largest, when the hours of each are counted, is a
problem of choice that grows with every hour. So two figures are worked out: loads that are *held*, with the hours of each in which
it is cut written down, and a *bound* that no loads can pass. The truth lies between; with no hour accepted both are the firm sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adit.grid.network import Floats, Ints
from adit.grid.shared import TOLERANCE_MW, shared_mw

__all__ = ["Carried", "carried_mw", "room_of"]

_HALVINGS = 8  # of the span between loads that are held and the bound, along one direction
_ROUNDS = 4
_BETTER = 1.001  # times the best so far is tried first
_Held = tuple[tuple[float, Floats], Ints]  # loads, and the set that runs in each hour


@dataclass(frozen=True, slots=True)
class Carried:
    """What is held with the accepted hours, and the bound. Tuples are by system asked for."""

    sum_mw: float
    bound_mw: float
    part_mw: tuple[float, ...]
    alone_mw: tuple[float, ...]  # each with the lines to itself, cut in as many hours
    cut_hours: tuple[int, ...]  # in which the part of each is cut


def room_of(spare: Floats, zones: Sequence[int]) -> Floats:
    """By set of the zones asked for and hour: the least spare of the groups that hold these of them and no other of them.

    `spare` is by group and hour. Bit k of a set's number is the k-th zone asked for.
    """
    group = np.arange(len(spare))
    held = sum(((group >> z & 1) << k for k, z in enumerate(zones)), start=np.zeros(len(spare), np.int64))
    return np.stack([spare[held == a].min(axis=0) for a in range(1 << len(zones))])


def carried_mw(room: Floats, hours: int) -> Carried:
    """The loads of the systems behind `room` that are each cut in at most so many of its hours.

    No group may be short without them: hours in which one is are left out by the caller, and counted.
    """
    count = len(room).bit_length() - 1
    sets = range(1, len(room))
    hours = min(hours, room.shape[1] - 1)  # a load that never runs has no size
    most = np.array([0.0, *(_bound(room[a], a.bit_count(), hours) for a in sets)])
    single = [room[[a for a in sets if a >> k & 1]].min(axis=0) for k in range(count)]
    alone = np.array([np.partition(least, hours)[hours] for least in single])
    for k in range(count):  # one system is wholly cut or not at all
        most[1 << k] = alone[k]
    bound = _shared(most)
    best, runs = _shared(room.min(axis=1)), np.full(room.shape[1], len(room) - 1)
    for direction in (best[1], alone, bound[1]):
        best, runs = _raised(room, direction, most, hours, (best, runs))
    cut = tuple(int((runs >> k & 1 == 0).sum()) for k in range(count))
    return Carried(
        best[0], max(bound[0], best[0]), tuple(map(float, best[1])), tuple(map(float, alone)),
        tuple(c if mw > TOLERANCE_MW else 0 for c, mw in zip(cut, best[1], strict=True)),
    )  # fmt: skip


def _raised(room: Floats, direction: Floats, most: Floats, hours: int, best: _Held) -> _Held:
    """Better than the best so far, if there is more in this direction: raised as far as hours allow, shared out anew, and again."""
    for _ in range(_ROUNDS):
        load = _sums(direction)
        heavy = load > TOLERANCE_MW
        if not heavy.any():
            break
        high = float((np.maximum(most[heavy], 0.0) / load[heavy]).min())
        if high * load[-1] <= best[0][0] + TOLERANCE_MW:
            break
        low = best[0][0] * _BETTER / load[-1]
        kept = _running(room, load * high, hours)
        if kept is None:
            kept = _running(room, load * low, hours) if low < high else None
            if kept is None:
                break
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                tried = _running(room, load * middle, hours)
                low, high, kept = (middle, high, tried) if tried is not None else (low, middle, kept)
        best = _shared(_limits(room, kept)), kept
        direction = best[0][1]
    return best


def _bound(room: Floats, systems: int, hours: int) -> float:
    """More than this the loads of so many systems cannot be together, if each is cut in at most so many hours.

    They all run in all but `systems` x `hours` hours. And in an hour at least what they lack is cut, over all hours no more than
    `hours` of all they are: so the sum of (load - room) over any n hours is at most `hours` x load.
    """
    lowest = np.sort(room)
    sums = np.cumsum(lowest)[hours:]
    all_run = lowest[systems * hours] if systems * hours < len(room) else np.inf
    return float(min(all_run, (sums / np.arange(1, len(sums) + 1)).min()))


def _running(room: Floats, load: Floats, hours: int) -> Ints | None:
    """By hour the set of systems that runs under these loads; None where some system is cut too often by this choice."""
    every = len(room) - 1
    count = every.bit_length()
    bad = np.flatnonzero((load[:, None] > room + TOLERANCE_MW)[1:].any(axis=0))
    if len(bad) > count * hours:
        return None
    runs = np.full(room.shape[1], every)
    patterns, which = _able(room[:, bad] + TOLERANCE_MW, load)
    ways = [[(k, _members(every - k)) for k in _largest([int(k) for k in np.flatnonzero(p)])] for p in patterns]
    left = [hours] * count
    price = [_price(hours)] * count
    chosen = np.zeros(len(bad), np.int64)
    for n in np.argsort([len(ways[w]) for w in which], kind="stable"):  # those without a choice first
        running, cut = min(ways[which[n]], key=lambda way: sum([price[s] for s in way[1]]))
        for s in cut:
            left[s] -= 1
            if left[s] < 0:
                return None
            price[s] = _price(left[s])
        chosen[n] = running
    runs[bad] = chosen
    return runs


def _able(within: Floats, load: Floats) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Which sets can run, as patterns by set, and the pattern of each hour."""
    a = np.arange(len(within))
    able = np.ones(within.shape, np.bool_)
    for running in range(1, len(within)):
        held = a & running
        able[running] = (load[held][held > 0][:, None] <= within[held > 0]).all(axis=0)
    packed = np.ascontiguousarray(np.packbits(able, axis=0).T)
    _, first, which = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True)
    return able[:, first].T, which.ravel()


def _members(systems: int) -> list[int]:
    return [k for k in range(systems.bit_length()) if systems >> k & 1]


def _price(left: int) -> float:
    """What one more hour of a system is worth: the fewer are left, the dearer."""
    return 1 / left if left > 0 else 1e9


def _largest(sets: list[int]) -> list[int]:
    """Those that no other of them holds."""
    return [a for a in sets if not any(a != b and a & b == a for b in sets)]


def _limits(room: Floats, runs: Ints) -> Floats:
    """By set of systems the least room of the hours in which these of it run."""
    found = np.full(len(room), np.inf)
    found[0] = 0.0
    for running in np.unique(runs):
        least = room[:, runs == running].min(axis=1)
        for a in range(1, len(room)):
            held = a & int(running)
            if held:
                found[held] = min(found[held], float(least[a]))
    return found


def _shared(limits: Floats) -> tuple[float, Floats]:
    """The largest sum under limits by set, shared out as evenly as can be."""
    finite = np.where(np.isinf(limits), limits[~np.isinf(limits)].sum() + 1.0, limits)
    found = shared_mw(np.maximum(finite, 0.0), range(len(limits).bit_length() - 1))
    assert found is not None, "no limit is below zero"
    return found[0], found[1]


def _sums(part: Floats) -> Floats:
    """By set of systems the load of all of it."""
    inside = np.arange(1 << len(part))[:, None] >> np.arange(len(part)) & 1
    total: Floats = inside @ part
    return total
