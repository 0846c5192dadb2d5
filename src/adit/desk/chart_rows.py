"""Charts of rows: intervals around zero, ranges with what came, and flows from one source, for templates that put the text beside the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from adit.desk.charts import HIGH, WIDE, decimal_of, figure
from adit.terms.language import number as written

__all__ = ["Flow", "Interval", "Range", "flows", "intervals", "ranges"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A row of a chart of intervals: where its bar begins and how long it is, its middle, and zero, in per mille of the width."""

    label: str
    start: float
    width: float
    middle: float
    zero: float
    tone: str
    value: str
    said: str


def intervals(rows: Sequence[tuple[str, float, float, float, str]], language: str) -> list[Interval]:
    """Rows of (label, low, middle, high, unit) on one scale around zero; what is above zero, below it, or both."""
    reach = max((abs(v) for r in rows for v in (r[1], r[3]) if isfinite(v)), default=0) or 1.0

    def at(value: float) -> float:
        return round(500 + 490 * value / reach, 1)

    found = []
    for label, low, middle, high, unit in rows:
        tone = "gain" if low > 0 else "loss" if high < 0 else "either"
        told = f"{figure(low, language)} … {figure(high, language)} {unit}".strip()
        found.append(
            Interval(
                label,
                at(low),
                max(2.0, at(high) - at(low)),
                at(middle),
                500.0,
                tone,
                f"{figure(middle, language, sign=True)} {unit}".strip(),
                told,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow from the one source to a place of its own row: its drawing, its name and amount."""

    tone: str
    path: str
    label: str
    value: str
    share: str


def flows(rows: Sequence[tuple[str, str, float]], unit: str, language: str) -> list[Flow]:
    """Flows of (class, label, amount), thick as they are large: the source at the left, an equal row for each at the right, WIDE by HIGH."""
    shown = [r for r in rows if r[2] > 0]
    total = sum(r[2] for r in shown)
    if not total:
        return []
    row, reached = HIGH / len(shown), 0.0
    scale = (HIGH * 0.86) / total
    found = []
    for k, (tone, label, amount) in enumerate(shown):
        thick = max(1.0, amount * scale)
        left = HIGH * 0.07 + reached * scale
        right = row * (k + 0.5) - min(thick, row * 0.9) / 2
        end = min(thick, row * 0.9)
        path = (
            f"M0 {left:.1f}C500 {left:.1f} 500 {right:.1f} {WIDE:g} {right:.1f}"
            f"V{right + end:.1f}C500 {right + end:.1f} 500 {left + thick:.1f} 0 {left + thick:.1f}Z"
        )
        share = written(decimal_of(round(100 * amount / total)), language)
        found.append(Flow(tone, path, label, f"{figure(amount, language)} {unit}", f"{share} %"))
        reached += amount
    return found


@dataclass(frozen=True, slots=True)
class Range:
    """A row of a chart of ranges, in per mille of the width: the bar, what is told of it, what came, and what others told."""

    label: str
    start: float
    width: float
    middle: float
    came: float
    inside: bool
    others: tuple[tuple[str, float], ...]


def ranges(
    rows: Sequence[tuple[str, tuple[float, float], float, float, Sequence[tuple[str, float]]]],
) -> list[Range]:
    """Rows of (label, (low, high), middle, what came, what others told) on one scale that holds zero and all of them."""
    every = [
        0.0,
        *(v for _, ends, middle, came, others in rows for v in (*ends, middle, came, *(o for _, o in others))),
    ]
    known = [v for v in every if isfinite(v)]
    low, high = min(known), max(known)
    reach = (high - low) or 1.0

    def at(value: float) -> float:
        return round(10 + 980 * (value - low) / reach, 1)

    return [
        Range(
            label,
            at(ends[0]),
            max(2.0, round(at(ends[1]) - at(ends[0]), 1)),
            at(middle),
            at(came),
            ends[0] <= came <= ends[1],
            tuple((name, at(value)) for name, value in others if isfinite(value)),
        )
        for label, ends, middle, came, others in rows
    ]
