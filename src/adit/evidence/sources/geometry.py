"""The outlines of the regions, and the map that is drawn from them.

The projection is Albers' equal-area conic about 100° E, so that a large region looks as large as it is. Outlines are
put on the whole numbers of the drawing and no further simplified: neighbours share their border points, so no gap opens
between them. Chukotka is cut in two at 180° in the source and is joined again here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, radians, sin, sqrt

from adit.evidence.sources.tables import shipped

__all__ = ["HEIGHT", "WIDTH", "RussiaMap", "project", "read_regions", "russia_map"]

WIDTH, HEIGHT = 2000, 1090  # the viewBox "0 0 2000 1090"

_MERIDIAN = 100.0
_PARALLEL_1, _PARALLEL_2 = radians(52), radians(64)
_N = (sin(_PARALLEL_1) + sin(_PARALLEL_2)) / 2
_C = cos(_PARALLEL_1) ** 2 + 2 * _N * sin(_PARALLEL_1)
_SCALE, _LEFT, _TOP = 1516.0, 1102.0, -156.0  # puts the outlines 20 units within the viewBox

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class RussiaMap:
    """The drawing: an SVG path for each region by ISO code, to be filled by the even-odd rule."""

    width: int
    height: int
    paths: dict[str, str]


def project(lon: float, lat: float) -> Point:
    """Where a place lies in the drawing, in the units of its viewBox, y downwards.

    Albers' equal-area conic, standard parallels 52° and 64° N, central meridian 100° E; on a sphere. Longitudes beyond
    the antimeridian (Chukotka, -170) continue to the right.
    """
    east = radians((lon - _MERIDIAN + 180) % 360 - 180)
    rho = sqrt(_C - 2 * _N * sin(radians(lat))) / _N
    return _LEFT + _SCALE * rho * sin(_N * east), _TOP + _SCALE * rho * cos(_N * east)


@cache
def read_regions() -> dict[str, list[Ring]]:
    """The rings of each region in degrees, by ISO code, as the source has them: islands and holes alike."""
    collection = json.loads(shipped("geometry/russia_regions.geojson").read_text(encoding="utf-8"))
    regions: dict[str, list[Ring]] = {}
    for feature in collection["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        iso = feature["properties"]["iso_3166_2"]
        regions[iso] = [[(lon, lat) for lon, lat in ring] for polygon in polygons for ring in polygon]
    return regions


@cache
def russia_map() -> RussiaMap:
    """The map of all regions that have an outline."""
    return RussiaMap(WIDTH, HEIGHT, {iso: _path(rings) for iso, rings in read_regions().items()})


def _path(rings: list[Ring]) -> str:
    """The rings as one path; an islet that shrinks to a point or a line is left out, unless it is all there is."""
    drawn = [[(round(x), round(y)) for x, y in (project(*p) for p in ring)] for ring in _joined(rings)]
    outlines = [_without_repeats(ring) for ring in drawn]
    seen = [o for o in outlines if len(o) > 2] or [max(outlines, key=len)]
    return "".join(map(_ring_path, seen))


def _ring_path(points: list[tuple[int, int]]) -> str:
    (x, y), *_ = points
    steps = (f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in pairwise(points))
    return f"M{x},{y}l{' '.join(steps)}z".replace(",-", "-").replace(" -", "-")


def _without_repeats(points: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _joined(rings: list[Ring]) -> list[Ring]:
    """The rings, with the two halves of an outline that the antimeridian cuts made one."""
    whole: list[Ring] = []
    halves: dict[tuple[float, float], Ring] = {}
    for ring in rings:
        seam = next((i for i, (a, b) in enumerate(pairwise(ring)) if abs(a[0]) == abs(b[0]) == 180), None)
        if seam is None:
            whole.append(ring)
            continue
        opened = ring[seam + 1 : -1] + ring[: seam + 1]  # from one end of the seam round to the other
        south_to_north = (opened[0][1], opened[-1][1])
        other = halves.pop(south_to_north[::-1], None)
        if other is None:
            halves[south_to_north] = opened
        else:
            whole.append([*opened, *other[1:-1], opened[0]])
    return [*whole, *halves.values()]
