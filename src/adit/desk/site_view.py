"""A site as the table shows it: what was told of it, in words, with its sources as links."""

from dataclasses import dataclass

from adit.decision.comparison import SiteOutcome
from adit.desk.notes import CellView, Notes
from adit.desk.words import Link, link, mw, part_day
from adit.evidence.sources.sites import Site
from adit.terms.places import Region, regions

__all__ = ["SiteView", "site_view"]


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site of the table."""

    site: Site
    region: Region
    cells: list[CellView]
    place: str
    capacity: str
    capacity_note: str
    status: str
    details: list[tuple[str, str]]
    links: list[Link]


def site_view(outcome: SiteOutcome, notes: Notes) -> SiteView:
    """The row of one site; what was not told is left out."""
    s = outcome.site
    place = s.municipality if s.municipality != s.name else ""
    scope = {
        "part": "lies within another row, not added",
        "plant": "of the power plant, not of mining, not added",
        "other_use": "other use, not added",
    }
    capacity_note = scope.get(s.capacity_scope, "" if s.counted or s.capacity_kw is None else "not added")
    status = s.status if not s.status_date else f"{s.status}, {part_day(s.status_date)}"
    told = {
        "Place": place,
        "Operator": s.operator,
        "Power": s.power_source,
        "Capacity": " ".join(filter(None, (s.capacity_kind, f"({s.capacity_scope})" if s.capacity_scope else ""))),
        "Electricity": f"{outcome.energy_kwh:,} kWh in the month at full load"
        if outcome.energy_kwh is not None
        else "",
        "Machines": f"{s.machines_reported:,} machines reported" if s.machines_reported is not None else "",
        "Since": part_day(s.since) if s.since else "",
        "Until": part_day(s.until) if s.until else "",
        "Sanctions": {True: "on a sanctions list", False: "screened, on no list", None: ""}[s.sanctioned],
        "Asked": "; ".join(s.remarks),
        "Note": s.note,
        "Position": {
            "region_capital": "only the region is known; drawn at its capital",
            "district_centre": "drawn at the centre of the district",
            "approximate": "approximate",
        }.get(s.coord_precision, ""),
        "Confidence": f"{s.confidence}; source of {part_day(s.source_date)}"
        if s.confidence and s.source_date
        else s.confidence,
    }
    return SiteView(
        site=s,
        region=regions()[s.region],
        cells=[notes.view(c) for c in outcome.cells],
        place=place,
        capacity=mw(s.capacity_kw),
        capacity_note=capacity_note,
        status=status,
        details=[(k, v) for k, v in told.items() if v],
        links=[link(u) for u in s.source_urls],
    )
