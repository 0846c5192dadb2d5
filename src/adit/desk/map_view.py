"""The map of regions as the office sees it on a day: bans, sites, machines, and where they are drawn.

Sites that lie close together are one circle with a count. Whoever may not see a site is led to the list of its region.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from math import hypot, sqrt

from adit.desk.territories import Standing, standing
from adit.engines.database import Connection
from adit.evidence.sources.geometry import HEIGHT, WIDTH, project, read_regions, russia_map
from adit.regime.act import Regime
from adit.regime.values import Row
from adit.terms.places import Region, regions

__all__ = ["Circle", "RegionView", "circles", "region_views"]

APART = 44.0  # units of the drawing within which the sites of a region are one circle
SMALLEST, OF_A_MEGAWATT = 11.0, 5.5  # radii: of what has little power, and by the root of the megawatts


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region on a day: its outline (empty where none is shipped), how the ban stands, what is entered there."""

    region: Region
    path: str
    state: str  # all, part, season, free
    rows: tuple[Row, ...]
    sites: int
    machines: int
    kw: int


@dataclass(frozen=True, slots=True)
class Circle:
    """One site or several that lie close together. `site` and `name` are those of one that stands alone."""

    region: str
    x: float
    y: float
    r: float
    sites: int
    kw: int
    site: str
    name: str


@dataclass(slots=True)
class _Heap:
    """Sites of a region that are drawn as one."""

    region: str
    x: float
    y: float
    sites: int
    kw: int
    site: str
    name: str


# Regions ----------------------------------------------------------------------------------------------------------
def region_views(connection: Connection, regime: Regime, on: date) -> list[RegionView]:
    """Every region that has an outline, a ban or a site."""
    sites = {
        str(iso): (int(n), int(kw))
        for iso, n, kw in connection.execute(
            "SELECT region, count(*), sum(connection_kw) FROM register.site WHERE upper_inf(known) AND valid @> %s::date GROUP BY 1",
            [on],
        )
    }
    machines = {
        str(iso): int(n)
        for iso, n in connection.execute(
            "SELECT s.region, count(*) FROM register.machine m JOIN register.site s ON s.id = m.site AND upper_inf(s.known) AND s.valid @> %(on)s::date"
            " WHERE upper_inf(m.known) AND m.valid @> %(on)s::date GROUP BY 1",
            {"on": on},
        )
    }
    paths = russia_map().paths
    found = []
    for iso, region in regions().items():
        how: Standing = standing(regime, iso, on)
        n, kw = sites.get(iso, (0, 0))
        if iso in paths or how.rows or n:
            found.append(RegionView(region, paths.get(iso, ""), how.state, how.rows, n, machines.get(iso, 0), kw))
    return found


# Circles ----------------------------------------------------------------------------------------------------------
def circles(connection: Connection, on: date) -> list[Circle]:
    """The circles, the largest first, so that none hides a smaller one. Sites without coordinates stand at the middle of their region."""
    rows = connection.execute(
        "SELECT region, count(*), sum(connection_kw), avg(latitude_e6)::float / 1e6, avg(longitude_e6)::float / 1e6, min(id), min(name)"
        " FROM register.site WHERE upper_inf(known) AND valid @> %s::date"
        " GROUP BY region, floor(latitude_e6 / 5e5), floor(longitude_e6 / 1e6), latitude_e6 IS NULL OR longitude_e6 IS NULL ORDER BY 3 DESC, 6",
        [on],
    ).fetchall()
    heaps: dict[str, list[_Heap]] = {}
    for iso, n, kw, latitude, longitude, site, name in rows:
        at = _middle(iso) if latitude is None or longitude is None else project(longitude, latitude)
        if at is not None and 0 <= at[0] <= WIDTH and 0 <= at[1] <= HEIGHT:
            _add(heaps.setdefault(iso, []), _Heap(iso, *at, int(n), int(kw), str(site), str(name)))
    drawn = (_circle(h) for several in heaps.values() for h in several)
    return sorted(drawn, key=lambda c: (-c.r, c.region, c.x))


def _add(heaps: list[_Heap], new: _Heap) -> None:
    """Put the sites with those that they lie close to; the place is that of the most power."""
    near = min(heaps, key=lambda h: hypot(h.x - new.x, h.y - new.y), default=None)
    if near is None or hypot(near.x - new.x, near.y - new.y) > APART:
        heaps.append(new)
        return
    near.sites, near.kw = near.sites + new.sites, near.kw + new.kw


def _circle(h: _Heap) -> Circle:
    alone = h.sites == 1
    r = max(SMALLEST, OF_A_MEGAWATT * sqrt(h.kw / 1000))
    return Circle(
        h.region,
        round(h.x, 1),
        round(h.y, 1),
        round(r, 1),
        h.sites,
        h.kw,
        h.site if alone else "",
        h.name if alone else "",
    )


@cache
def _middle(iso: str) -> tuple[float, float] | None:
    """The middle of the largest piece of a region in the drawing; None where no outline is shipped."""
    rings = read_regions().get(iso)
    if not rings:
        return None
    drawn = [[project(*p) for p in ring] for ring in rings]
    return _centroid(max(drawn, key=lambda ring: abs(sum(_crosses(ring)))))


def _crosses(ring: Iterable[tuple[float, float]]) -> Iterator[float]:
    return (ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))


def _centroid(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """The centre of the area that a closed ring encloses."""
    crosses = list(_crosses(ring))
    six = 3 * sum(crosses)
    x = sum((ax + bx) * c for ((ax, _), (bx, _)), c in zip(pairwise(ring), crosses, strict=True)) / six
    y = sum((ay + by) * c for ((_, ay), (_, by)), c in zip(pairwise(ring), crosses, strict=True)) / six
    return x, y
