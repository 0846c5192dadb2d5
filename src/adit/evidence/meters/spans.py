"""The energy of each meter in stretches of time that do not end where its readings end, such as months cut by epochs of difficulty.

A reading that lies across a boundary is divided in proportion to time, which is a supposition: how much was divided is told.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from adit.evidence.meters.layout import Ints, Readings
from adit.terms.errors import BadInput

__all__ = ["SpanEnergy", "energy_by_span", "plain_by_span"]


@dataclass(frozen=True, slots=True, eq=False)
class SpanEnergy:
    """A row for each meter, a column for each span."""

    energy_wh: Ints
    covered_s: Ints  # seconds of the span for which there are readings
    energy_split_wh: Ints  # the part of energy_wh that comes from readings which lie across a boundary


def energy_by_span(readings: Readings, start_s: Ints, end_s: Ints) -> SpanEnergy:
    """The energy of each meter in each span `[start_s, end_s)`, in whole watt-hours whose sum over adjoining spans is exact.

    The spans are in order and do not overlap; there may be room between them. Raises BadInput where they are not so.
    """
    start, end = (np.ascontiguousarray(a, dtype=np.int64) for a in (start_s, end_s))
    if len(start) != len(end) or (end <= start).any() or (start[1:] < end[:-1]).any():
        raise BadInput("The spans are not in order, or overlap.", todo="Give each span once, the earlier first.")
    shape = (len(readings.meters), len(start))
    energy, covered, split = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    _by_span(
        readings.meter, readings.start_s, readings.end_s, readings.energy_wh, start, end, energy, covered, split
    )  # fmt: skip
    return SpanEnergy(energy, covered, split)


@njit(cache=True)
def _by_span(
    meter: Any, begins: Any, ends: Any, counted: Any, start: Any, end: Any, energy: Any, covered: Any, split: Any
) -> None:
    first, last_meter = 0, -1
    for i in range(len(begins)):
        if meter[i] != last_meter:
            first, last_meter = 0, meter[i]
        while first < len(start) and end[first] <= begins[i]:
            first += 1
        length = ends[i] - begins[i]
        whole, rest = counted[i] // length, counted[i] % length  # so that no product leaves 64 bits
        k = first
        while k < len(start) and start[k] < ends[i]:
            a, b = max(begins[i], start[k]) - begins[i], min(ends[i], end[k]) - begins[i]
            part = whole * (b - a) + rest * b // length - rest * a // length
            energy[meter[i], k] += part
            covered[meter[i], k] += b - a
            if b - a < length:
                split[meter[i], k] += part
            k += 1


def plain_by_span(readings: Readings, start_s: Ints, end_s: Ints) -> SpanEnergy:
    """What `energy_by_span` says, one reading and one span after the other."""
    shape = (len(readings.meters), len(start_s))
    energy, covered, split = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    rows = zip(readings.meter, readings.start_s, readings.end_s, readings.energy_wh, strict=True)
    for meter, *numbers in rows:
        begins, ends, counted = (int(n) for n in numbers)
        for k, (start, end) in enumerate(zip(start_s, end_s, strict=True)):
            inside = min(ends, int(end)) - max(begins, int(start))
            if inside <= 0:
                continue
            until_end, until_start = (
                counted * (moment - begins) // (ends - begins)
                for moment in (min(ends, int(end)), max(begins, int(start)))
            )
            energy[meter, k] += until_end - until_start
            covered[meter, k] += inside
            if inside < ends - begins:
                split[meter, k] += until_end - until_start
    return SpanEnergy(energy, covered, split)
