"""Charts as geometry: bands, lines, dots, steps, stacks and columns, with round ticks, for templates that put the text beside the drawing.

A drawing stretches with its place, so it holds no text; ticks and labels are text of the page. Colours are classes of `static/lab.css`.
"""

import csv
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from math import ceil, floor, isfinite, log10

from adit.terms.language import number as written

__all__ = [
    "HIGH",
    "WIDE",
    "Axis",
    "Layer",
    "Plot",
    "Tick",
    "along",
    "area",
    "axis",
    "bars",
    "decimal_of",
    "dots",
    "figure",
    "line",
    "month_ticks",
    "stacked",
    "steps",
    "table_link",
]

WIDE, HIGH = 1000.0, 320.0
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Tick:
    """Where along an axis, in units of the drawing, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A shape of the drawing with its class, and what a pointer is told."""

    tone: str
    path: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with everything around it. `key` names its classes; `table` is a link that holds the figures as CSV."""

    id: str
    title: str
    layers: tuple[Layer, ...]
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    alt: str
    key: tuple[tuple[str, str], ...] = ()
    x_title: str = ""
    note: str = ""
    table: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """From the least value to the most, in `length` units of the drawing; upwards where `up`."""

    low: float
    high: float
    length: float
    up: bool = True
    ticks: tuple[Tick, ...] = ()

    def at(self, value: float) -> float:
        """The place of a value, kept within the drawing."""
        part = (value - self.low) / (self.high - self.low)
        part = min(1.0, max(0.0, part))
        return round(self.length * (1 - part if self.up else part), 1)


def axis(values: Iterable[float], language: str, *, length: float = HIGH, up: bool = True, zero: bool = True) -> Axis:
    """An axis around the values with four to six round ticks. `zero`: it begins there, or reaches there."""
    known = [v for v in values if isfinite(v)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-12:
        high = low + 1
    step = _round_step((high - low) / 4)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    made = Axis(first * step, last * step, length, up)
    ticks = tuple(Tick(made.at(k * step), figure(k * step, language)) for k in range(first, last + 1))
    return Axis(made.low, made.high, length, up, ticks)


def _round_step(rough: float) -> float:
    power = 10 ** floor(log10(rough))
    return float(next(m for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999) * power)


def month_ticks(months: Sequence[date], *, most: int = 7) -> tuple[Tick, ...]:
    """A tick at each January, or at every other of them where there are many; the first month where there is none."""
    years = [k for k, m in enumerate(months) if m.month == 1] or [0]
    every = ceil(len(years) / most)
    last = max(1, len(months) - 1)
    return tuple(Tick(round(WIDE * k / last, 1), f"{months[k]:%Y}") for k in years[::every])


def along(count: int) -> list[float]:
    """The places of so many months."""
    return [round(WIDE * k / max(1, count - 1), 1) for k in range(count)]


# Shapes -----------------------------------------------------------------------------------------------------------
def line(tone: str, xs: Sequence[float], values: Sequence[float], y: Axis, said: str = "") -> Layer:
    """A line, broken where a value is not known."""
    parts: list[str] = []
    broken = True
    for x, value in zip(xs, values, strict=True):
        if not isfinite(value):
            broken = True
            continue
        parts.append(f"{'M' if broken else 'L'}{x:g} {y.at(value):g}")
        broken = False
    return Layer(tone, "".join(parts), said)


def area(tone: str, xs: Sequence[float], low: Sequence[float], high: Sequence[float], y: Axis, said: str = "") -> Layer:
    """The band between two lines."""
    there = [f"{x:g} {y.at(v):g}" for x, v in zip(xs, high, strict=True)]
    back = [f"{x:g} {y.at(v):g}" for x, v in zip(reversed(xs), reversed(low), strict=True)]
    return Layer(tone, f"M{'L'.join([*there, *back])}Z", said)


def dots(tone: str, points: Points, y: Axis) -> Layer:
    """Dots as lines of no length, so that stretching leaves them round."""
    return Layer(tone, "".join(f"M{x:g} {y.at(v):g}h0" for x, v in points if isfinite(v)))


def steps(tone: str, points: Points, x: Axis, y: Axis, said: str = "") -> Layer:
    """A staircase: (width, height) one after another."""
    parts, reached = list[str](), 0.0
    for width, height in points:
        parts.append(
            f"{'L' if parts else 'M'}{x.at(reached):g} {y.at(height):g}L{x.at(reached + width):g} {y.at(height):g}"
        )
        reached += width
    return Layer(tone, "".join(parts), said)


def stacked(
    tones: Sequence[str], names: Sequence[str], xs: Sequence[float], rows: Sequence[Sequence[float]], y: Axis
) -> list[Layer]:
    """Areas one on the other, the first at the bottom."""
    layers, bottom = [], [0.0] * len(xs)
    for tone, name, row in zip(tones, names, rows, strict=True):
        top = [b + v for b, v in zip(bottom, row, strict=True)]
        layers.append(area(tone, xs, bottom, top, y, name))
        bottom = top
    return layers


def bars(tone: str, values: Sequence[float], y: Axis) -> Layer:
    """A column for each value over equal parts of the width."""
    part = WIDE / max(1, len(values))
    foot = y.at(0.0)
    drawn = (
        f"M{part * (k + 0.08):.1f} {foot:g}V{y.at(v):g}H{part * (k + 0.92):.1f}V{foot:g}Z" for k, v in enumerate(values)
    )
    return Layer(tone, "".join(drawn))


# Figures and tables -----------------------------------------------------------------------------------------------
def figure(value: float, language: str, *, sign: bool = False) -> str:
    """A figure to three digits as the language writes it; a dash where there is none."""
    if not isfinite(value):
        return "–"
    digits = 0 if value == 0 else 2 - floor(log10(abs(value)))
    rounded = round(value, digits)
    text = written(decimal_of(rounded), language)
    return f"+{text}" if sign and rounded > 0 else text.replace("-", "−", 1) if rounded < 0 else text


def decimal_of(value: float) -> Decimal:
    """A float as its digits."""
    return Decimal(f"{value:f}" if abs(value) < 1e15 else f"{value:.0f}")


def table_link(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A link that holds a table as CSV, so that a page without a network can give it."""
    text = StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(head)
    out.writerows([f"{c:.6g}" if isinstance(c, float) else c for c in row] for row in rows)
    return f"data:text/csv;charset=utf-8;base64,{b64encode(text.getvalue().encode()).decode()}"
