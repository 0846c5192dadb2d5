"""The map: every region, on the paper, whole at the antimeridian."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.sources.geometry import HEIGHT, WIDTH, Ring, project, read_regions, russia_map
from adit.evidence.sources.sites import read_sites
from adit.terms.places import regions


def corners(path: str) -> list[list[tuple[int, int]]]:
    """The points of each ring of a path, as a browser would walk it."""
    rings = []
    for ring in filter(None, path.split("z")):
        numbers = [int(n) for n in re.findall(r"-?\d+", ring)]
        x, y = numbers[:2]
        points = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        rings.append(points)
    return rings


def area(ring: Sequence[tuple[float, float]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2.0


def test_every_region_but_four_has_an_outline() -> None:
    assert set(regions()) - set(russia_map().paths) == {"UA-09", "UA-14", "UA-23", "UA-65"}
    assert set(russia_map().paths) == set(read_regions())


def test_the_whole_map_is_small_and_lies_on_the_paper() -> None:
    drawing = russia_map()
    assert 30_000 < sum(map(len, drawing.paths.values())) < 150_000
    points = [p for path in drawing.paths.values() for ring in corners(path) for p in ring]
    assert min(x for x, _ in points) >= 0
    assert max(x for x, _ in points) <= WIDTH == drawing.width
    assert min(y for _, y in points) >= 0
    assert max(y for _, y in points) <= HEIGHT == drawing.height


def test_chukotka_is_one_piece_across_the_antimeridian() -> None:
    source = read_regions()["RU-CHU"]
    drawn = corners(russia_map().paths["RU-CHU"])
    cut = [ring for ring in source if any(abs(lon) == 180 for lon, _ in ring)]
    assert len(cut) == 4
    assert len(drawn) == len(source) - 2
    steps = [abs(a[0] - b[0]) for ring in drawn for a, b in pairwise(ring)]
    assert max(steps) < 60  # nothing leaps across the paper
    mainland = max(drawn, key=area)
    on_seam = [project(180.0, lat) for lat in (65.5, 66.5, 67.5, 68.5)]
    assert not [p for p in on_seam if min(abs(p[0] - x) + abs(p[1] - y) for x, y in mainland) < 5]  # no line along 180°


def rings_of(iso: str) -> list[Ring]:
    return [[project(*p) for p in ring] for ring in read_regions()[iso]]


def test_areas_on_paper_are_in_proportion_to_areas_on_the_ground() -> None:
    km2 = {"RU-SA": 3_083_523, "RU-KYA": 2_366_797, "RU-IRK": 774_846, "RU-TVE": 84_201, "RU-TOM": 314_391}
    scale = {iso: sum(map(area, rings_of(iso))) / size for iso, size in km2.items()}
    mean = sum(scale.values()) / len(scale)
    assert all(abs(s / mean - 1) < 0.03 for s in scale.values()), scale


def test_rounding_keeps_the_area_of_all_but_the_small() -> None:
    for iso in ("RU-IRK", "RU-TVE", "RU-SA", "RU-AST"):
        exact = sum(map(area, rings_of(iso)))
        assert sum(map(area, corners(russia_map().paths[iso]))) == pytest.approx(exact, rel=0.02)


def inside(point: tuple[float, float], rings: list[list[tuple[int, int]]]) -> bool:
    x, y = point
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            crossings += (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return crossings % 2 == 1


def test_sites_fall_into_their_regions_on_the_map() -> None:
    """Path and projection agree. A few towns lie on a river border that the outline simplifies."""
    drawing = russia_map()
    sites = [s for s in read_sites().rows if s.latitude is not None and s.longitude is not None]
    astray = [
        s.site_id
        for s in sites
        if not inside(project(s.longitude or 0.0, s.latitude or 0.0), corners(drawing.paths[s.region]))
    ]
    assert len(sites) == 76
    assert len(astray) <= 4, astray


@given(st.floats(25, 185), st.floats(42, 80))
def test_west_is_left_and_north_is_up(lon: float, lat: float) -> None:
    x, y = project(lon, lat)
    assert project(lon + 1, lat)[0] > x or lon > 150 or lat > 70
    assert project(100, lat + 1)[1] < project(100, lat)[1]
    assert project(lon - 360, lat) == pytest.approx((x, y))
