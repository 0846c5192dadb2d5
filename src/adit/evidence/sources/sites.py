"""Mining sites: the shipped list of what was told in public, or a table of the user's own in the same columns.

A user's file needs `site_id`, `name` and `iso_3166_2`; what else it leaves out is not known, never zero and never no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.tables import (
    CellError,
    Cells,
    decimal_of,
    digest,
    given,
    read_table,
    shipped,
    text_of,
    true_or_false,
    whole_number_of,
)
from adit.terms.days import parse_period
from adit.terms.errors import BadInput, BadRows, RowProblem
from adit.terms.places import municipality, region

__all__ = ["SCOPES", "STATUSES", "Role", "Site", "Sites", "read_roles", "read_sites"]

STATUSES = ("operating", "built", "announced", "closed", "cancelled", "seized", "unknown")
SCOPES = ("site", "combined", "network", "part", "plant", "other_use")
_COUNTED_SCOPES = ("", "site", "combined", "network")  # a part lies inside another row; a plant is no load
_REQUIRED = ("site_id", "name", "iso_3166_2")
_SHIPPED = "sites/russia_sites.csv"
_ROLES = "sites/site_roles.csv"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Site:
    """A place where coins are mined, were mined, or are said to be mined."""

    site_id: str
    name: str
    operator: str
    region: str  # ISO 3166-2
    municipality: str  # as the source writes it
    municipality_key: str  # '' where not told, or where no act divides the region
    latitude: float | None
    longitude: float | None
    coord_precision: str  # "region_capital" says only in which region the site lies
    capacity_kw: int | None  # None: not reported
    capacity_kind: str
    capacity_scope: str
    counted: bool  # whether the capacity may enter a sum without being counted twice
    machines_reported: int | None
    power_source: str
    status: str
    status_date: str  # as precise as the source: a year, a month or a day
    since: str
    until: str
    sanctioned: bool | None  # None: not screened
    isolated_generation: bool
    energy_company: bool
    remarks: tuple[str, ...]  # why the two flags stand as they do, where there was cause to ask
    source_urls: tuple[str, ...]
    source_date: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Sites:
    """The rows that could be read, the problems of the others, and where all of it comes from."""

    rows: tuple[Site, ...]
    problems: tuple[RowProblem, ...]
    source: str
    vintage: str


@dataclass(frozen=True, slots=True)
class Role:
    """Whether a site, or its operator, is what the law asks about, and why we say so."""

    site_id: str
    role: str  # isolated_generation or energy_company
    holds: bool
    reason: str
    source: str


def read_sites(path: Path | None = None, *, skip_bad_rows: bool = False) -> Sites:
    """The shipped sites, or those of the user's file.

    A row with any problem is left out whole. Raises BadInput for a file that is no such table, and BadRows with every
    problem of every row unless `skip_bad_rows` is set.
    """
    table = read_table(path or shipped(_SHIPPED), _REQUIRED)
    sites: dict[str, Site] = {}
    problems = list(table.problems)
    for line, cells in table.rows:
        found: list[RowProblem] = []
        site = _site(line, cells, found)
        if site.site_id in sites:
            found.append(RowProblem(line, "site_id", f"'{site.site_id}' stands on an earlier line too"))
        if not found:
            sites[site.site_id] = site
        problems += found
    problems.sort(key=lambda p: p.line)
    if problems and not skip_bad_rows:
        raise BadRows(table.source, problems, table.total)
    vintage = f"sha256 {digest(path)[:16]}" if path else dataset(_SHIPPED).vintage
    return Sites(tuple(sites.values()), tuple(problems), table.source, vintage)


@cache
def read_roles() -> dict[str, tuple[Role, ...]]:
    """The roles that were considered, by site; a site without an entry gave no cause to ask."""
    table = read_table(shipped(_ROLES), ("site_id", "role", "holds", "reason", "source"))
    roles: dict[str, tuple[Role, ...]] = {}
    for role in table.read_all(_role):
        roles[role.site_id] = (*roles.get(role.site_id, ()), role)
    return roles


def _role(cells: Cells) -> Role:
    holds = given(cells, "holds", true_or_false)
    return Role(cells["site_id"], cells["role"], holds, cells["reason"], cells["source"])


def _site(line: int, cells: Cells, problems: list[RowProblem]) -> Site:
    """The site of one row; what cannot be read is None or '' in it and told in `problems`."""

    def take(read: Callable[..., _Value], *args: object, **more: object) -> _Value | None:
        try:
            return read(cells, *args, **more)
        except CellError as bad:
            problems.append(RowProblem(line, bad.column, str(bad)))
            return None

    site_id, name, iso = (take(given, c, text_of) or "" for c in _REQUIRED)
    iso = take(_region) or "" if iso else ""
    capacity_kw = take(whole_number_of, "capacity_mw", times=1000, unit="kilowatts")
    scope = take(_one_of, "capacity_scope", ("", *SCOPES)) or ""
    counted = take(true_or_false, "counted_in_totals")
    latitude, longitude = take(_degrees, "latitude", 90), take(_degrees, "longitude", 180)
    if (latitude is None) != (longitude is None) and not any(p.column in ("latitude", "longitude") for p in problems):
        problems.append(RowProblem(line, "latitude", "latitude and longitude are given together or not at all"))
    roles = read_roles().get(site_id, ())
    return Site(
        site_id=site_id,
        name=name,
        operator=cells.get("operator", ""),
        region=iso,
        municipality=cells.get("municipality", ""),
        municipality_key=(take(_municipality, iso) or "") if iso else "",
        latitude=latitude,
        longitude=longitude,
        coord_precision=cells.get("coord_precision", ""),
        capacity_kw=capacity_kw,
        capacity_kind=cells.get("capacity_kind", ""),
        capacity_scope=scope,
        counted=counted if counted is not None else capacity_kw is not None and scope in _COUNTED_SCOPES,
        machines_reported=take(whole_number_of, "machines_reported"),
        power_source=cells.get("power_source", ""),
        status=take(_one_of, "status", ("", *STATUSES)) or "unknown",
        status_date=take(_date_text, "status_date") or "",
        since=take(_date_text, "since") or "",
        until=take(_date_text, "until") or "",
        sanctioned=take(true_or_false, "is_sanctioned"),
        isolated_generation=_flag(take(true_or_false, "isolated_generation"), "isolated_generation", roles),
        energy_company=_flag(take(true_or_false, "energy_company"), "energy_company", roles),
        remarks=tuple(f"{r.role}: {'yes' if r.holds else 'no'}, {r.reason} ({r.source})" for r in roles),
        source_urls=tuple(u for u in (cells.get("source_url"), cells.get("source_url_2")) if u),
        source_date=take(_date_text, "source_date") or "",
        confidence=cells.get("confidence", ""),
        note=cells.get("note", ""),
    )


def _flag(told: bool | None, role: str, roles: tuple[Role, ...]) -> bool:
    """What the user's file says goes before what we found."""
    return told if told is not None else any(r.role == role and r.holds for r in roles)


def _region(cells: Cells) -> str:
    try:
        return region(cells["iso_3166_2"]).iso
    except BadInput as error:
        raise CellError("iso_3166_2", _one_line(error)) from error


def _municipality(cells: Cells, iso: str) -> str:
    try:
        return municipality(iso, cells.get("municipality", ""))
    except BadInput as error:
        raise CellError("municipality", _one_line(error)) from error


def _degrees(cells: Cells, column: str, bound: int) -> float | None:
    number = decimal_of(cells, column)
    if number is not None and abs(number) > bound:
        raise CellError(column, f"{number} lies outside -{bound} to {bound} degrees")
    return None if number is None else float(number)


def _one_of(cells: Cells, column: str, known: tuple[str, ...]) -> str:
    text = cells.get(column, "")
    if text not in known:
        raise CellError(column, f"'{text}' is none of {', '.join(filter(None, known))}")
    return text


def _date_text(cells: Cells, column: str) -> str:
    text = cells.get(column, "")
    if text:
        try:
            parse_period(text)
        except BadInput as error:
            raise CellError(column, _one_line(error)) from error
    return text


def _one_line(error: BadInput) -> str:
    return f"{error.what} {error.todo}".strip()
