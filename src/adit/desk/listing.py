"""The register as a list: who stood in it on a day, as it was known when the log had so many entries; filtered, sorted, page by page.

All of it is read within one moment of the database (`one_moment`), so that a page, its counts and an export say the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from adit.desk.finding import NAMING, prefixes
from adit.desk.office import Office
from adit.desk.web.filters import chosen, day_in, entry_in, region_in
from adit.desk.web.languages import Words
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.terms.errors import BadInput
from adit.terms.places import municipality, region, regions

__all__ = [
    "KINDS", "PAGE", "REGISTERS", "SORTS", "Member", "Wanted", "counts", "every_member", "holds", "members", "one_moment", "prefixes",
    "region_name", "region_names", "wanted",
]  # fmt: skip

PAGE = 100
KINDS = ("company", "entrepreneur", "citizen", "foreign_company", "foreign_person")
REGISTERS = ("miners", "operators")
SORTS = {"number": "m.number", "entered": "lower(m.valid)", "name": "coalesce(i.name, m.party)"}
_BATCH = 1000  # rows of an export that are looked up together


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for. `on`: the day whose state it shows; `known`: how long the log was then, None for now."""

    on: date
    known: int | None = None
    register: str = ""
    kind: str = ""
    region: str = ""
    municipality: str = ""
    since: date | None = None
    until: date | None = None  # entered up to this day, itself included
    q: str = ""
    sort: str = "number"
    down: bool = False
    names: bool = False  # whether who somebody is may be shown, and looked for


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the list: one who stands in a register. `regions`: of its sites and of those where its machines stand."""

    id: str
    party: str
    register: str
    number: str
    since: date
    kind: str
    name: str  # the id where it was erased, or is not shown
    inn: str
    regions: tuple[str, ...]
    machines: int
    power_w: int


@contextmanager
def one_moment(office: Office) -> Iterator[tuple[Connection, int]]:
    """A connection that sees one moment however often it reads, and how long the log is then."""
    with office.reading() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # large sets are joined here: in memory, and planned for what is asked and not for what might be
        connection.execute("SET LOCAL work_mem = '32MB'; SET LOCAL plan_cache_mode = force_custom_plan")
        yield connection, journal.size(connection)


def wanted(values: Mapping[str, str], today: date, size: int, *, names: bool) -> Wanted:
    """What an address asks of the list. Raises BadInput for what cannot be."""
    since, until, iso = day_in(values, "from"), day_in(values, "to"), region_in(values)
    if since is not None and until is not None and since > until:
        raise BadInput(f"{since} is after {until}.", where="from", todo="Give the earlier day first.")
    if "municipality" in values and not iso:
        raise BadInput(
            "A municipality is given without its region.", where="municipality", todo="Choose the region first."
        )
    sort = chosen(values, "sort", SORTS, empty="number")
    return Wanted(
        on=day_in(values, "on") or today,
        known=entry_in(values, "known", size),
        register=chosen(values, "register", REGISTERS),
        kind=chosen(values, "kind", KINDS),
        region=iso,
        municipality=municipality(iso, values["municipality"]) if "municipality" in values else "",
        since=since,
        until=until,
        q=values.get("q", ""),
        sort=sort if names or sort != "name" else "number",
        down=values.get("down") == "yes",
        names=names,
    )


def holds(row: str, known: int | None) -> str:
    """The condition that a version holds on the day %(on)s, by what is known now, or was when the log had %(known)s entries.

    By the bounds and not by @>: of a table that is not counted yet the planner takes @> for so rare that it walks the index of truths for
    every row of another one.
    """
    seen = f"lower({row}.known) < %(known)s AND (upper_inf({row}.known) OR upper({row}.known) >= %(known)s)"
    days = f"lower({row}.valid) <= %(on)s AND (upper_inf({row}.valid) OR upper({row}.valid) > %(on)s)"
    return f"{seen if known is not None else f'upper_inf({row}.known)'} AND {days}"


def places(known: int | None, where: str = "true", *, of: bool = False) -> str:
    """The parties with the places (`region`, `municipality`) of their sites, of those they run, and of those where their machines stand.

    A place may come several times. `where` is a condition on the site s; with `of`, only those of %(parties)s.
    """
    owner, operator, machine = (
        f"{c} = ANY(%(parties)s)" if of else "true" for c in ("s.owner", "s.operator", "c.owner")
    )
    return f"""SELECT s.owner AS party, s.region, s.municipality FROM register.site s WHERE {owner} AND {holds("s", known)} AND {where}
        UNION ALL SELECT s.operator, s.region, s.municipality FROM register.site s
            WHERE s.operator IS NOT NULL AND {operator} AND {holds("s", known)} AND {where}
        UNION ALL SELECT c.owner, s.region, s.municipality FROM register.machine c JOIN register.site s ON s.id = c.site
            WHERE c.owner <> s.owner AND {machine} AND {holds("c", known)} AND {holds("s", known)} AND {where}"""


def region_names(words: Words) -> dict[str, str]:
    """What the regions are called, in the order of their names."""
    found = {r.iso: r.name_ru if words.language == "ru" else r.name_en for r in regions().values()}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def region_name(words: Words, iso: str) -> str:
    """What a region is called."""
    found = region(iso)
    return found.name_ru if words.language == "ru" else found.name_en


def _source(w: Wanted, *, counting: bool = False) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE of the list, with their parameters."""
    parameters: dict[str, Any] = {"on": w.on, "known": w.known}
    tests = [holds("m", w.known)]
    for name, test in (("register", "m.register = %(register)s"), ("kind", "p.kind = %(kind)s"), ("since", "lower(m.valid) >= %(since)s::date"),
                       ("until", "lower(m.valid) <= %(until)s::date")):  # fmt: skip
        if getattr(w, name):
            tests.append(test)
            parameters[name] = getattr(w, name)
    if w.region:
        where = "s.region = %(region)s" + (" AND s.municipality = %(municipality)s" if w.municipality else "")
        tests.append(f"m.party IN (SELECT party FROM ({places(w.known, where)}) AS there)")
        parameters |= {"region": w.region, "municipality": w.municipality}
    if w.q:
        cut = prefixes(w.q)
        parameters |= {"cut": cut, "party": w.q, "naming": [] if w.names else list(NAMING)}
        found = (
            "SELECT party FROM register.found WHERE trigrams @> %(cut)s AND NOT split_part(id, '-', 1) = ANY(%(naming)s)"
            if cut
            else "SELECT NULL"
        )
        tests.append(f"m.party IN ({found} UNION ALL SELECT %(party)s)")
    source = f"FROM register.membership m JOIN register.party p ON p.id = m.party AND {holds('p', w.known)}"
    if w.sort == "name" and not counting:
        named = f"SELECT DISTINCT ON (party) party, name FROM register.identity i WHERE {holds('i', w.known)} ORDER BY party, id"
        source += f" LEFT JOIN ({named}) AS i USING (party)"
    return f"{source} WHERE {' AND '.join(tests)}", parameters


def counts(connection: Connection, w: Wanted) -> dict[str, int]:
    """How many stand in each register, of those that are asked for."""
    source, parameters = _source(w, counting=True)
    rows = connection.execute(f"SELECT m.register, count(*) {source} GROUP BY 1", parameters).fetchall()
    return dict.fromkeys(REGISTERS, 0) | {str(register): int(n) for register, n in rows}


def members(connection: Connection, w: Wanted, *, after: str = "", limit: int = PAGE) -> list[Member]:
    """The lines of a page, those after the membership `after`. Raises BadInput where that one is not on the list."""
    source, parameters = _source(w)
    key, way = SORTS[w.sort], "DESC" if w.down else "ASC"
    further = ""
    if after:
        rows = connection.execute(
            f"SELECT {key} {source} AND m.id = %(after)s", parameters | {"after": after}
        ).fetchall()
        if not rows:
            raise BadInput(
                "This page of the list does not exist.", where="after", todo="Begin the list anew: it may have changed."
            )
        further = f" AND ({key}, m.id) {'<' if w.down else '>'} (%(at)s, %(after)s)"
        parameters |= {"after": after, "at": rows[0][0]}
    query = f"SELECT {_COLUMNS} {source}{further} ORDER BY {key} {way}, m.id {way} LIMIT %(limit)s"
    return _completed(connection, w, connection.execute(query, parameters | {"limit": limit}).fetchall())


def every_member(connection: Connection, w: Wanted) -> Iterator[Member]:
    """Every line, a thousand at a time from a cursor of the server."""
    source, parameters = _source(w)
    way = "DESC" if w.down else "ASC"
    with connection.cursor(name="members") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(f"SELECT {_COLUMNS} {source} ORDER BY {SORTS[w.sort]} {way}, m.id {way}", parameters)
        while rows := list(islice(cursor, _BATCH)):
            yield from _completed(connection, w, rows)


_COLUMNS = "m.id, m.party, m.register, m.number, lower(m.valid), p.kind"


def _completed(connection: Connection, w: Wanted, rows: Sequence[tuple[Any, ...]]) -> list[Member]:
    """The lines with who it is, where it is and what runs there."""
    parties = {"on": w.on, "known": w.known, "parties": [r[1] for r in rows]}
    where: dict[str, list[str]] = {}
    there = f"SELECT DISTINCT party, region FROM ({places(w.known, of=True)}) AS there ORDER BY 2"
    for party, iso in connection.execute(there, parties):
        where.setdefault(party, []).append(iso)
    run = f"SELECT owner, count(*), sum(power_w) FROM register.machine c WHERE owner = ANY(%(parties)s) AND {holds('c', w.known)} GROUP BY 1"
    machines = {party: (int(n), int(power)) for party, n, power in connection.execute(run, parties)}
    who = f"SELECT party, name, inn FROM register.identity i WHERE party = ANY(%(parties)s) AND {holds('i', w.known)} ORDER BY id DESC"
    names = {party: (name, inn) for party, name, inn in connection.execute(who, parties)} if w.names else {}
    lines: list[Member] = []
    for id_, party, register, number, since, kind in rows:
        (name, inn), (many, power_w) = names.get(party, (party, "")), machines.get(party, (0, 0))
        found = tuple(where.get(party, ()))
        lines.append(Member(id_, party, register, number, since, kind, name, inn, found, many, power_w))
    return lines
