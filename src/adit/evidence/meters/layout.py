"""Readings of many meters in columns: who counted, from when to when, how much. What never came is absent, never zero."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ints", "Places", "Readings", "joined", "sorted_readings"]

Ints = NDArray[np.int64]
Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings sorted by meter and start; those of one meter do not overlap.

    An interval is `[start_s, end_s)` in seconds since 1970-01-01 UTC. `meter` is a place in `meters`.
    """

    meters: tuple[str, ...]
    meter: Places
    start_s: Ints
    end_s: Ints
    energy_wh: Ints  # as counted, before any loss is taken off

    def __len__(self) -> int:
        return len(self.start_s)


def sorted_readings(meters: Sequence[str], meter: Places, start_s: Ints, end_s: Ints, energy_wh: Ints) -> Readings:
    """The same readings with the meters in the order of their names, and each meter's readings in the order of time."""
    order = sorted(range(len(meters)), key=meters.__getitem__)
    place = np.empty(len(meters), dtype=np.int32)
    place[order] = np.arange(len(meters), dtype=np.int32)
    meter = place[meter] if len(meters) else meter
    rows = np.lexsort((start_s, meter))
    return Readings(
        tuple(meters[i] for i in order), meter[rows], start_s[rows], end_s[rows], energy_wh[rows]
    )  # fmt: skip


def joined(parts: Sequence[Readings]) -> Readings:
    """The readings of all parts, of which no two have a meter in common."""
    names = [name for part in parts for name in part.meters]
    assert len(set(names)) == len(names), "a meter stands in two parts"
    first = np.cumsum([0, *(len(part.meters) for part in parts)])
    none = np.empty(0, dtype=np.int64)
    return sorted_readings(
        names,
        np.concatenate([none.astype(np.int32), *(p.meter + np.int32(f) for p, f in zip(parts, first, strict=False))]),
        np.concatenate([none, *(p.start_s for p in parts)]),
        np.concatenate([none, *(p.end_s for p in parts)]),
        np.concatenate([none, *(p.energy_wh for p in parts)]),
    )
