"""Where things stand in the pictures: markers that do not hide one another, labels that find room, scales, bars.

Everything is computed once, in the same order, so the same comparison gives the same picture. Only geometry: colours
and strokes are those of `static/comparison.css`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, floor, hypot, log10, pi, sin, sqrt

from adit.decision.comparison import SiteOutcome
from adit.desk.words import mw, tone
from adit.evidence.sources.geometry import HEIGHT, WIDTH, project
from adit.evidence.sources.sites import Site
from adit.terms.places import regions

__all__ = ["GROUPS", "LogScale", "Mark", "PlaceLabel", "Segment", "dots", "labels", "marks", "radius", "segments"]

GROUPS = ("yes", "partly", "undecided", "silent", "no")  # the order in which a bar is filled
SMALL = 7.5  # radius of a site without reported capacity
_GAP = 2.5
_ROUNDS = 160
_GOLDEN = pi * (3 - sqrt(5))  # turns points that coincide apart, each its own way


@dataclass(slots=True)
class Mark:
    """A site on the map: where it is drawn, where it lies, how large."""

    index: int  # of the site among the outcomes
    x: float
    y: float
    home_x: float
    home_y: float
    r: float
    room: float  # what it needs around its middle

    @property
    def moved(self) -> bool:
        """Whether it is drawn so far from its place that a line must lead back."""
        return hypot(self.x - self.home_x, self.y - self.home_y) > max(8.0, self.r)


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """The name of a place and the megawatts that are counted there."""

    x: float
    y: float
    anchor: str
    name: str
    load: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in per cent of its whole length."""

    tone: str
    kw: int
    start: float
    width: float


def radius(capacity_kw: int | None) -> float:
    """Area follows power; what is not reported is small and the same everywhere."""
    return SMALL if capacity_kw is None else max(8.0, 3.4 * sqrt(capacity_kw / 1000))


def marks(sites: Sequence[Site], scale: float = 1.0, least: float = 0.0) -> list[Mark]:
    """A mark for each site that has coordinates on this map, moved apart until none hides another.

    `scale` and `least` change the radii, for maps that are printed small.
    """
    placed: list[Mark] = []
    for index, site in enumerate(sites):
        if site.latitude is None or site.longitude is None:
            continue
        x, y = project(site.longitude, site.latitude)
        if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
            continue
        r = max(least, scale * radius(site.capacity_kw))
        turn, nudge = index * _GOLDEN, 0.5 + index % 7 / 10
        room = r + (4 if site.coord_precision == "region_capital" else 0)  # a ring is drawn around it
        placed.append(Mark(index, x + nudge * cos(turn), y + nudge * sin(turn), x, y, r, room))
    _move_apart(placed)
    return sorted(placed, key=lambda m: -m.r)


_DOTS = {  # at a small site's place, on a map too small for signs
    "yes": "h0",
    "no": "m-9-9l18 18m0-18l-18 18",
    "partly": "m-9 0h18",
    "undecided": "m-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0",
    "silent": "m-8 0h16",
}


def dots(placed: Sequence[Mark], outcomes: Sequence[SiteOutcome], regime: str) -> list[tuple[str, str]]:
    """The sites without reported capacity on a small map, as one path for each kind of answer."""
    paths: dict[str, str] = {}
    for m in placed:
        if outcomes[m.index].site.capacity_kw is None:
            name = tone(next(c.tone for c in outcomes[m.index].cells if c.regime == regime))
            paths[name] = paths.get(name, "") + f"M{m.x:.0f} {m.y:.0f}{_DOTS[name]}"
    return [(name, paths[name]) for name in GROUPS if name in paths]


def _move_apart(placed: list[Mark]) -> None:
    for round_ in range(_ROUNDS):
        calm = True
        for a, b in _near(placed):
            dx, dy = b.x - a.x, b.y - a.y
            apart = hypot(dx, dy) or 1e-6
            missing = a.room + b.room + _GAP - apart
            if missing <= 0:
                continue
            calm = False
            share = b.r**2 / (a.r**2 + b.r**2)  # the larger one keeps its place
            a.x -= dx / apart * missing * share
            a.y -= dy / apart * missing * share
            b.x += dx / apart * missing * (1 - share)
            b.y += dy / apart * missing * (1 - share)
        if calm:
            return
        if round_ < _ROUNDS // 2:  # at first each is drawn back a little, so that a crowd stays round its place
            for m in placed:
                m.x += (m.home_x - m.x) * 0.03
                m.y += (m.home_y - m.y) * 0.03


def _near(placed: list[Mark]) -> Iterable[tuple[Mark, Mark]]:
    """Pairs that could touch. Sorted by x, so that a thousand sites do not make a million pairs."""
    row = sorted(placed, key=lambda m: (m.x, m.index))
    widest = max((m.room for m in row), default=0.0)
    for i, a in enumerate(row):
        for b in row[i + 1 :]:
            if b.x - a.x > a.room + widest + _GAP:
                break
            yield a, b


def labels(outcomes: Sequence[SiteOutcome], placed: Sequence[Mark], count: int = 8) -> list[PlaceLabel]:
    """The places with the largest counted load, each named where its name hides nothing; else not named."""
    loads: dict[tuple[str, str], int] = {}
    members: dict[tuple[str, str], list[Mark]] = {}
    for m in placed:
        site = outcomes[m.index].site
        if site.counted and site.capacity_kw:
            key = (site.region, site.municipality)
            loads[key] = loads.get(key, 0) + site.capacity_kw
            members.setdefault(key, []).append(m)
    boxes = [(m.x - m.r, m.y - m.r, m.x + m.r, m.y + m.r) for m in placed]
    found: list[PlaceLabel] = []
    for key in sorted(loads, key=lambda k: (-loads[k], k))[:count]:
        region_iso, municipality = key
        name = municipality or regions()[region_iso].name_en
        text = mw(loads[key])
        width, height = 13.0 * max(len(name), len(text) + 1), 56.0
        left, top = min(m.x - m.r for m in members[key]), min(m.y - m.r for m in members[key])
        right, bottom = max(m.x + m.r for m in members[key]), max(m.y + m.r for m in members[key])
        mid_x, mid_y = (left + right) / 2, (top + bottom) / 2
        candidates = (
            (right + 8, mid_y, "start"),
            (left - 8, mid_y, "end"),
            (mid_x, top - height / 2 - 2, "middle"),
            (mid_x, bottom + height / 2 + 2, "middle"),
            (right + 4, top - height / 3, "start"),
            (right + 4, bottom + height / 3, "start"),
            (left - 4, top - height / 3, "end"),
            (left - 4, bottom + height / 3, "end"),
        )
        for x, y, anchor in candidates:
            x0 = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
            box = (x0, y - height / 2, x0 + width, y + height / 2)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= HEIGHT
            if inside and not any(_touch(box, other) for other in boxes):
                boxes.append(box)
                found.append(PlaceLabel(x, y, anchor, name, text))
                break
    return found


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def segments(outcomes: Sequence[SiteOutcome], regime: str) -> list[Segment]:
    """The counted megawatts of the sites by what the regime says, as parts of one bar; empty when nothing is counted."""
    kw = dict.fromkeys(GROUPS, 0)
    for o in outcomes:
        if o.site.counted and o.site.capacity_kw:
            kw[tone(next(c.tone for c in o.cells if c.regime == regime))] += o.site.capacity_kw
    whole, start, parts = sum(kw.values()), 0.0, []
    for name, part in kw.items():
        if part:
            width = 100 * part / whole
            parts.append(Segment(name, part, start, width))
            start += width
    return parts


@dataclass(frozen=True, slots=True)
class LogScale:
    """A logarithmic axis from one power of ten to another, in per cent of its length."""

    first: int
    last: int

    @classmethod
    def over(cls, amounts: Iterable[Decimal]) -> "LogScale":
        positive = [a for a in amounts if a > 0]
        if not positive:
            return cls(0, 1)
        first, last = floor(log10(min(positive))), floor(log10(max(positive))) + 1
        return cls(first, last)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        units = {0: "", 1: "k", 2: "M", 3: "bn", 4: "tn"}
        return [
            (self.at(Decimal(10) ** e), f"{10 ** (e % 3)}{'' if e < 3 else NB}{units.get(e // 3, f'e{e}')}")
            for e in range(self.first, self.last + 1)
        ]

    def at(self, amount: Decimal) -> float:
        """Where the amount stands; an amount of zero stands at the left end."""
        share = (log10(amount) - self.first) / (self.last - self.first) if amount > 0 else 0.0
        return round(100 * min(1.0, max(0.0, share)), 2)


NB = "\N{NO-BREAK SPACE}"
