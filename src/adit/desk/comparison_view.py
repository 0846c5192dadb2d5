"""The comparison as the page shows it: rows, notes, sentences and positions, all computed from the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adit.decision.comparison import ActorRow, Comparison
from adit.desk.difference_view import PairView, most_telling, pair_views
from adit.desk.dues_view import DuesView, dues_view
from adit.desk.lead import lead, lead_load
from adit.desk.notes import CellView, Notes
from adit.desk.pictures import Mark, PlaceLabel, labels, marks
from adit.desk.regime_view import RegimeView, cell_of, regime_view
from adit.desk.site_view import SiteView, site_view
from adit.desk.words import short_names, titled
from adit.evidence.sources.balances import SystemYear
from adit.evidence.sources.geometry import RussiaMap, russia_map
from adit.terms.places import Region, regions

__all__ = ["View", "view_of"]


@dataclass(frozen=True, slots=True)
class ActivityPanel:
    """One activity: actors down, regimes across."""

    name: str
    rows: list[tuple[str, list[CellView]]]


@dataclass(frozen=True, slots=True)
class RegimeMatrix:
    """One regime: actors down, activities across, the answers in words."""

    regime: RegimeView
    activities: list[str]
    rows: list[tuple[str, list[CellView]]]


@dataclass(frozen=True, slots=True)
class SystemView:
    """The years of one power system."""

    name: str
    years: list[SystemYear]
    emphasis: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """The line under each figure: who published its numbers, and of when they are."""

    sites: str
    outlines: str
    balances: str
    chain: str
    prices: str
    machines: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the templates need beside the comparison itself."""

    regimes: list[RegimeView]
    chosen: RegimeView
    lead: str
    lead_load: str
    panels: list[ActivityPanel]
    matrices: list[RegimeMatrix]
    sites: list[SiteView]
    statuses: list[str]
    site_regions: list[Region]
    drawing: RussiaMap
    region_names: dict[str, Region]
    marks: list[Mark]
    mini_marks: list[Mark]
    labels: list[PlaceLabel]
    off_map: list[str]
    region_only: int
    counted_kw: int
    counted_sites: int
    not_reported: int
    reported_uncounted: list[SiteView]
    systems: list[SystemView]
    balance_up: int  # the ends of the common scale, MWh
    balance_down: int
    dues: DuesView
    pairs: list[PairView]
    pair_of: dict[tuple[int, int], PairView]  # in either order
    first_pair: PairView | None
    noted_regions: list[Region]
    noted_drawn: int
    sources: Sources
    actor_region: Region
    data: dict[str, Any]


def view_of(c: Comparison) -> View:
    """Prepare the comparison for the page."""
    short = short_names([r.id for r in c.regimes])
    notes = Notes(short)
    panels = _panels(c.actors, notes)
    site_views = [site_view(o, notes) for o in c.sites]
    sites = [o.site for o in c.sites]
    placed, mini = marks(sites), marks(sites, scale=1.25, least=15)
    heads = {r.id: regime_view(i, r, short[r.id], c, notes, mini) for i, r in enumerate(c.regimes, start=1)}
    all_regimes = list(heads.values())
    on_map = {m.index for m in placed}
    pairs = pair_views(c, heads, notes)
    drawing = russia_map()
    in_sites = {s.region for s in sites}
    noted = [r for r in regions().values() if r.recognition_note]
    return View(
        regimes=all_regimes,
        chosen=next((r for r in all_regimes if not r.simulated), all_regimes[0]),
        lead=lead(c, all_regimes),
        lead_load=lead_load(c),
        panels=panels,
        matrices=_matrices(c.actors, all_regimes, notes),
        sites=site_views,
        statuses=sorted({s.site.status for s in site_views}),
        site_regions=sorted((regions()[iso] for iso in in_sites), key=lambda r: r.name_en),
        drawing=drawing,
        region_names={iso: regions()[iso] for iso in drawing.paths},
        marks=placed,
        mini_marks=mini,
        labels=labels(c.sites, placed),
        off_map=[s.name for i, s in enumerate(sites) if i not in on_map],
        region_only=sum(sites[m.index].coord_precision == "region_capital" for m in placed),
        counted_kw=sum(s.capacity_kw or 0 for s in sites if s.counted),
        counted_sites=sum(s.counted and s.capacity_kw is not None for s in sites),
        not_reported=sum(s.capacity_kw is None for s in sites),
        reported_uncounted=[v for v in site_views if v.site.capacity_kw is not None and not v.site.counted],
        systems=_systems(c.balances),
        balance_up=max([1, *(b.balance_mwh for b in c.balances)]),
        balance_down=max([1, *(-b.balance_mwh for b in c.balances)]),
        dues=dues_view(c, heads, notes),
        pairs=pairs,
        pair_of={key: p for p in pairs for key in ((p.a.key, p.b.key), (p.b.key, p.a.key))},
        first_pair=most_telling(pairs),
        noted_regions=noted,
        noted_drawn=sum(r.iso in drawing.paths for r in noted),
        sources=_sources(c),
        actor_region=regions()[c.region],
        data=_data(c, all_regimes, site_views),
    )


def _panels(rows: Sequence[ActorRow], notes: Notes) -> list[ActivityPanel]:
    panels: dict[str, ActivityPanel] = {}
    for row in rows:
        panel = panels.setdefault(row.activity.key, ActivityPanel(row.activity.name, []))
        panel.rows.append((row.actor.name, [notes.view(c) for c in row.cells]))
    return list(panels.values())


def _matrices(rows: Sequence[ActorRow], all_regimes: Sequence[RegimeView], notes: Notes) -> list[RegimeMatrix]:
    activities = list(dict.fromkeys(r.activity.name for r in rows))
    found = []
    for regime in all_regimes:
        by_actor: dict[str, list[CellView]] = {}
        for row in rows:
            by_actor.setdefault(row.actor.name, []).append(notes.view(cell_of(row.cells, regime.head.id)))
        found.append(RegimeMatrix(regime, activities, list(by_actor.items())))
    return found


def _systems(balances: Sequence[SystemYear]) -> list[SystemView]:
    by_name: dict[str, list[SystemYear]] = {}
    for b in balances:
        by_name.setdefault(b.system, []).append(b)
    ordered = sorted(by_name, key=lambda name: (name != "Siberia", -sum(b.balance_mwh for b in by_name[name])))
    return [SystemView(name, by_name[name], name == "Siberia") for name in ordered]


def _sources(c: Comparison) -> Sources:
    def of(word: str) -> str:
        return next(
            (f"{title}: {publisher} ({vintage})" for title, publisher, vintage in c.vintages if word in title),
            "not stated",
        )

    file, vintage = c.sites_source
    return Sources(
        sites=of("Mining sites")
        if file in ("", "sites/russia_sites.csv")
        else f"{file} ({vintage}), the user's own list",
        outlines=of("Outlines"),
        balances=of("Yearly balance"),
        chain=of("Difficulty epochs"),
        prices=of("coin prices"),
        machines=of("Mining machines"),
    )


def _data(c: Comparison, all_regimes: Sequence[RegimeView], sites: Sequence[SiteView]) -> dict[str, Any]:
    """What the script needs; the reasons it reads from the notes on the page."""
    return {
        "on": c.on.isoformat(),
        "regimes": [
            {
                "id": r.head.id,
                "short": r.short,
                "title": titled(r.short),
                "status": r.head.status,
                "load": r.bar_text,
                "sites": r.site_text,
                "tones": {n.letter: n.tone for n in r.notes},
            }
            for r in all_regimes
        ],
        "sites": [
            {
                "name": s.site.name,
                "place": ", ".join(filter(None, (s.place, s.region.name_en))),
                "region": s.site.region,
                "capacity": s.capacity,
                "kw": s.site.capacity_kw if s.site.counted else None,
                "status": s.status,
                "notes": " ".join(cell.note.letter for cell in s.cells),  # one letter a regime
            }
            for s in sites
        ],
        "regions": {
            iso: {"en": r.name_en, "ru": r.name_ru, "system": r.energy_system, "note": r.recognition_note}
            for iso, r in regions().items()
        },
    }
