"""What the register says of months of parties: read in one question, as it was known at one position of the log.

One question sees one moment of the database, costs one way to it, and takes several parties and months at once, so that under load a decision
hardly waits for what is read. Not for what of it is a fact of which month (`monthly`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from adit.engines.database import Connection
from adit.register.records import Declaration, Membership, Party, Record, Site, columns
from adit.register.store import Stated, record_from
from adit.terms.days import Period

__all__ = ["Counted", "Hosted", "Hosting", "Known", "read_months"]

T = TypeVar("T")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the mining meters of a site counted in a month, and the newest entry that says so."""

    site: str
    first: date  # of the month
    energy_wh: int
    entry: int


@dataclass(frozen=True, slots=True)
class Hosted:
    """That an operator hosts a miner at a site in a month, and with how much electricity by its report; None while it has not reported."""

    miner: str
    site: str
    first: date
    energy_wh: int | None
    entry: int
    objected: bool  # the miner says that it is not so, and the office has not decided yet


@dataclass(frozen=True, slots=True)
class Hosting:
    """What an operator reports of its clients at a site in a month, and of how many it has not reported yet."""

    operator: str
    site: str
    first: date
    energy_wh: int
    unreported: int
    entry: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is stated of some parties. Versions of all days are there: which of them a month takes is for who asks."""

    known: int  # how many entries of the log it is taken from
    parties: Mapping[str, Sequence[Stated[Party]]]
    members: Mapping[str, Sequence[Stated[Membership]]]  # by party
    declarations: Mapping[str, Sequence[Stated[Declaration]]]  # by party: in bitcoin, of the years that are asked for
    sites: Sequence[Stated[Site]]  # that they own, run, or are hosted at
    counted: Mapping[tuple[str, date], Counted]  # by site and month
    hosted: Mapping[tuple[str, date], Sequence[Hosted]]  # by miner and month
    hosting: Mapping[tuple[str, str, date], Hosting]  # by operator, site and month


def read_months(connection: Connection, asked: Sequence[tuple[str, Period]], *, known: int | None = None) -> Known:
    """All that is read about months of parties, by what the log's first `known` entries say; None: all that there are."""
    parties, months = sorted({p for p, _ in asked}), sorted({m for _, m in asked})
    assert len({m.start for m in months}) == len(months), "what is read is told apart by its first day"
    [(size, party, membership, declaration, site, counted, hosted, hosting)] = connection.execute(
        _question(),
        {
            "known": known, "parties": parties, "firsts": [m.start for m in months], "ends": [m.end for m in months],
            "year": date(months[0].start.year, 1, 1), "last": months[-1].start,
        },
    ).fetchall()  # fmt: skip
    members, declarations = _stated(Membership, membership), _stated(Declaration, declaration)
    of_site = [Counted(s, _day(first), *rest) for s, first, *rest in counted]
    of_miner = [Hosted(miner, s, _day(first), *rest) for miner, s, first, *rest in hosted]
    of_operator = [Hosting(operator, s, _day(first), *rest) for operator, s, first, *rest in hosting]
    return Known(
        size,
        _by(_stated(Party, party), lambda v: v.id),
        _by(members, lambda v: v.record.party),
        _by(declarations, lambda v: v.record.party),
        _stated(Site, site),
        {(c.site, c.first): c for c in of_site},
        _by(of_miner, lambda h: (h.miner, h.first)),
        {(h.operator, h.site, h.first): h for h in of_operator},
    )


def _stated(kind: type[R], rows: Iterable[Sequence[Any]]) -> list[Stated[R]]:
    names = columns(kind.RECORD)
    return [
        Stated(id_, _record(kind, names, values), _day(start), end and _day(end), entry, known_to)
        for id_, start, end, entry, known_to, *values in rows
    ]  # fmt: skip


def _record(kind: type[R], names: Sequence[str], values: Sequence[Any]) -> R:
    record = record_from(kind.RECORD, dict(zip(names, values, strict=True)))
    assert isinstance(record, kind)
    return record


_day = date.fromisoformat


def _by(found: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    groups: dict[Any, list[T]] = defaultdict(list)
    for one in found:
        groups[key(one)].append(one)
    return groups


# The question -----------------------------------------------------------------------------------------------------
@cache
def _question() -> str:
    """SQL that answers with one row: how long the log is, and a list of rows, as JSON, of everything that is read."""
    parts = (
        _versions(Party, "id = ANY(%(parties)s)", "lower(v.valid) DESC"),
        _versions(Membership, "party = ANY(%(parties)s)", "v.entry DESC"),
        _versions(
            Declaration,
            "party = ANY(%(parties)s) AND coin = 'BTC' AND lower(v.valid) >= %(year)s AND lower(v.valid) <= %(last)s",
            "lower(v.valid)",
        ),
        _versions(
            Site, f"id IN ({_OWN} UNION SELECT site FROM register.client WHERE miner = ANY(%(parties)s))", "v.id"
        ),
        _listed(_COUNTED, "site", "first", "energy_wh", "entry"),
        _listed(_HOSTED, "miner", "site", "first", "energy_wh", "entry", "objected"),
        _listed(_HOSTING, "operator", "site", "first", "energy_wh", "unreported", "entry"),
    )
    log = "SELECT coalesce(%(known)s, (SELECT max(seq) + 1 FROM journal.entry), 0) AS known"
    return f"WITH log AS MATERIALIZED ({log}) SELECT (SELECT known FROM log), ({'), ('.join(parts)})"


def _listed(query: str, *names: str) -> str:
    return f"SELECT coalesce(json_agg(json_build_array({', '.join(names)})), '[]') FROM ({query}) AS listed"


def _versions(kind: type[Record], where: str, order: str) -> str:
    """The versions of a kind for which a condition holds, in an order."""
    names = (
        "v.id",
        "lower(v.valid)",
        "upper(v.valid)",
        "v.entry",
        "upper(v.known)",
        *(f"v.{c}" for c in columns(kind.RECORD)),
    )
    rows = f"json_agg(json_build_array({', '.join(names)}) ORDER BY {order})"
    return f"SELECT coalesce({rows}, '[]') FROM register.{kind.RECORD} v WHERE {where} AND {_held('v')}"


def _held(row: str) -> str:
    """The condition that a version was believed when the log was so long."""
    known = "(SELECT known FROM log)"
    return f"lower({row}.known) < {known} AND (upper_inf({row}.known) OR upper({row}.known) >= {known})"


_OWN = (
    "SELECT id FROM register.site WHERE owner = ANY(%(parties)s) UNION"
    " SELECT id FROM register.site WHERE operator = ANY(%(parties)s)"
)
_MONTHS = "unnest(%(firsts)s::date[], %(ends)s::date[]) AS t (first, after)"
# of a month count the readings that lie within it, of the meters that were there on its last day
_COUNTED = f"""
    SELECT m.site, t.first, sum(r.energy_wh)::bigint AS energy_wh, max(r.entry) AS entry FROM {_MONTHS}
    JOIN register.meter m ON m.site IN ({_OWN}) AND m.counts = 'mining' AND {_held("m")}
        AND lower(m.valid) < t.after AND (upper_inf(m.valid) OR upper(m.valid) >= t.after)
    JOIN register.reading r ON r.meter = m.id AND {_held("r")} AND lower(r.valid) >= t.first AND upper(r.valid) <= t.after
    GROUP BY 1, 2"""


def _clients(whose: str) -> str:
    """Clients of a month, each once, with what is reported of them."""
    return f"""
        SELECT DISTINCT ON (c.id, t.first) c.operator, c.miner, c.site, t.first, c.consent, r.energy_wh, coalesce(r.entry, c.entry) AS entry
        FROM {_MONTHS} JOIN register.client c ON c.{whose} = ANY(%(parties)s) AND {_held("c")}
            AND lower(c.valid) < t.after AND (upper_inf(c.valid) OR upper(c.valid) > t.first)
        LEFT JOIN register.clientreport r ON r.client = c.id AND {_held("r")} AND lower(r.valid) >= t.first AND upper(r.valid) <= t.after
        ORDER BY c.id, t.first, lower(c.valid) DESC"""


_HOSTED = f"SELECT *, consent = 'objected' AS objected FROM ({_clients('miner')}) AS c ORDER BY site, entry"
# what a client objects to is its operator's until the office has decided
_HOSTING = f"""
    SELECT operator, site, first, coalesce(sum(energy_wh), 0)::bigint AS energy_wh,
        count(*) FILTER (WHERE energy_wh IS NULL) AS unreported, max(entry) AS entry
    FROM ({_clients("operator")}) AS c WHERE consent <> 'objected' GROUP BY 1, 2, 3"""
