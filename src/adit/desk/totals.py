"""Sums over the register: who stands where, what runs there, what was declared and metered, what is due as far as it was decided.

Every sum comes with the number of parties behind it, so that whoever shows it can keep small groups to himself (`kept_back`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from adit.desk.listing import holds, places
from adit.engines.database import Connection
from adit.terms.days import Period

__all__ = [
    "LEAST", "NOWHERE", "SEVERAL", "TAXES", "Declared", "Dues", "Machines", "Metered", "declared", "dues", "kept_back", "last_day", "machines",
    "members", "metered",
]  # fmt: skip

LEAST = 3  # parties in a group whose amounts may be shown to those who may not see who a party is
SEVERAL, NOWHERE = "several", "nowhere"  # of a party with places in several regions, and of one with none
TAXES = ("tax_this_period_rub", "vat_rub", "levy_due")  # what a month adds to a tax: these add up over months
Place = str  # a region, or one of the two above; empty: all of them


@dataclass(frozen=True, slots=True)
class Machines:
    """What runs in a region: `hashrate_ghs` of SHA-256 alone."""

    machines: int
    hashrate_ghs: int
    power_w: int


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared: by how many, and how many months of theirs."""

    parties: int
    months: int
    energy_wh: int
    amount_sat: int


@dataclass(frozen=True, slots=True)
class Metered:
    """What the mining meters counted, and of how many parties."""

    parties: int
    energy_wh: int


@dataclass(frozen=True, slots=True)
class Dues:
    """What is due by the decisions that stand. `taxes`: question -> how many decisions answer it, and the sum."""

    decided: int  # of what was declared
    older: int  # of these, decided before the newest declaration
    undeclared: int  # decided, though nothing was declared
    taxes: Mapping[str, tuple[int, Decimal]]


# Parties and machines ---------------------------------------------------------------------------------------------
def members(connection: Connection, on: date, region: str = "") -> dict[tuple[Place, str], int]:
    """How many stand in the register of miners on a day: by (region, kind), each party in every region where it has a place.

    Under the empty region stand all of them, each once.
    """
    miners = f"register.membership m JOIN register.party p ON p.id = m.party AND {holds('p', None)} WHERE m.register = 'miners' AND {holds('m', None)}"
    asked = {"on": on, "region": region, "nowhere": NOWHERE}
    there = f"SELECT DISTINCT party, region FROM ({places(None, 's.region = %(region)s' if region else 'true')}) AS s"
    rows = connection.execute(
        f"SELECT coalesce(there.region, %(nowhere)s), m.kind, count(*) FROM (SELECT m.party, p.kind FROM {miners}) AS m"
        f" {'JOIN' if region else 'LEFT JOIN'} ({there}) AS there USING (party) GROUP BY 1, 2", asked,
    ).fetchall()  # fmt: skip
    found = {(str(place), str(kind)): int(n) for place, kind, n in rows}
    if region:
        return found | {("", kind): n for (_, kind), n in found.items()}
    all_ = connection.execute(f"SELECT p.kind, count(*) FROM {miners} GROUP BY 1", asked)
    return found | {("", str(kind)): int(n) for kind, n in all_}


def machines(connection: Connection, on: date, region: str = "") -> dict[Place, Machines]:
    """What runs on a day, by the region in which it stands, whoever it belongs to; under the empty region all of it."""
    rows = connection.execute(
        "SELECT s.region, count(*), coalesce(sum(c.hashrate_ghs) FILTER (WHERE c.algorithm = 'sha256'), 0), sum(c.power_w)"
        f" FROM register.machine c JOIN register.site s ON s.id = c.site AND {holds('s', None)} WHERE {holds('c', None)}"
        " AND (%(region)s = '' OR s.region = %(region)s) GROUP BY 1",
        {"on": on, "region": region},
    )
    found = {str(place): Machines(int(n), int(ghs), int(w)) for place, n, ghs, w in rows}
    every = found.values()
    return found | {
        "": Machines(sum(m.machines for m in every), sum(m.hashrate_ghs for m in every), sum(m.power_w for m in every))
    }


# Months -----------------------------------------------------------------------------------------------------------
def declared(
    connection: Connection, months: Sequence[Period], on: date, *, placed: bool
) -> dict[tuple[Period | None, Place], Declared]:
    """What was declared of the months, by (month, place); under no month all of them, under the empty place all places.

    `placed`: by the place of the party on the day `on`. A declaration is of a party and not of a site: one with sites in several regions
    stands apart.
    """
    home, join = _home(placed, "d.party")
    source = f"FROM register.declaration d {join} WHERE d.coin = 'BTC' AND upper_inf(d.known) AND lower(d.valid) = ANY(%(months)s)"
    asked = {"on": on, "months": [m.start for m in months], "several": SEVERAL, "nowhere": NOWHERE}
    rows = connection.execute(
        f"SELECT lower(d.valid), {home}, count(*), sum(energy_wh), sum(amount_sat) {source} GROUP BY 1, 2", asked
    ).fetchall()
    parties = connection.execute(
        f"SELECT place, count(*) FROM (SELECT DISTINCT d.party, {home} AS place {source}) AS d GROUP BY 1", asked
    ).fetchall()
    month = {m.start: m for m in months}
    found: dict[tuple[Period | None, Place], Declared] = {}
    for day, place, n, energy, coins in rows:
        for key in {(month[day], place), (month[day], ""), (None, place), (None, "")}:
            of = found.get(key, Declared(0, 0, 0, 0))
            found[key] = Declared(
                of.parties + int(n), of.months + int(n), of.energy_wh + int(energy), of.amount_sat + int(coins)
            )
    over_all = {place: int(n) for place, n in parties}  # a party counts once, however many months it declared
    for place in {"", *over_all} if found else ():
        found[None, place] = replace(found[None, place], parties=over_all[place] if place else sum(over_all.values()))
    return found


def metered(connection: Connection, months: Sequence[Period]) -> dict[tuple[Period | None, Place], Metered]:
    """What the mining meters counted in the months, by (month, region of the site); under no month all, under the empty region all.

    A reading counts where its days lie within one month, at the site where its meter stood on the last day of that month.
    """
    last = "(date_trunc('month', lower(r.valid)) + interval '1 month - 1 day')::date"
    rows = connection.execute(
        f"""WITH read AS (
            SELECT date_trunc('month', lower(r.valid))::date AS month, s.region, s.owner, sum(r.energy_wh) AS energy_wh
            FROM register.reading r
            JOIN register.meter m ON m.id = r.meter AND m.counts = 'mining' AND upper_inf(m.known)
                AND lower(m.valid) <= {last} AND (upper_inf(m.valid) OR upper(m.valid) > {last})
            JOIN register.site s ON s.id = m.site AND upper_inf(s.known)
                AND lower(s.valid) <= {last} AND (upper_inf(s.valid) OR upper(s.valid) > {last})
            WHERE upper_inf(r.known) AND lower(r.valid) >= %(first)s AND lower(r.valid) < %(end)s AND upper(r.valid) <= {last} + 1
            GROUP BY 1, 2, 3)
        SELECT month, coalesce(region, ''), count(DISTINCT owner), sum(energy_wh) FROM read
        GROUP BY GROUPING SETS ((month, region), (month), (region), ())""",
        {"first": months[0].start, "end": months[-1].end},
    )  # fmt: skip
    month = {m.start: m for m in months}
    return {(month.get(day), str(place)): Metered(int(n), int(energy or 0)) for day, place, n, energy in rows if n}


def dues(
    connection: Connection, months: Sequence[Period], on: date, *, placed: bool
) -> dict[tuple[Period | None, Place], Dues]:
    """What is due of the months by the decisions that stand, by (month, place) as `declared` has it.

    Of each party and month the newest decision stands.
    """
    home, join = _home(placed, "x.party")
    taxes = ", ".join(
        f"count(*) FILTER (WHERE {_number(q)} IS NOT NULL), coalesce(sum({_number(q)}), 0)" for q in TAXES
    )
    rows = connection.execute(
        f"""WITH x AS (
            SELECT DISTINCT ON (party, period) party, period, answers, facts_known FROM register.decision
            WHERE upper_inf(known) AND upper_inf(valid) AND period = ANY(%(periods)s) ORDER BY party, period, entry DESC
        )
        SELECT x.period, {home}, count(d.party), count(*) FILTER (WHERE d.entry >= x.facts_known), count(*) FILTER (WHERE d.party IS NULL), {taxes}
        FROM x LEFT JOIN register.declaration d
            ON d.party = x.party AND lower(d.valid) = to_date(x.period, 'YYYY-MM') AND d.coin = 'BTC' AND upper_inf(d.known)
        {join} GROUP BY 1, 2""",
        {"on": on, "periods": [str(m) for m in months], "several": SEVERAL, "nowhere": NOWHERE},
    ).fetchall()  # fmt: skip
    month = {str(m): m for m in months}
    found: dict[tuple[Period | None, Place], Dues] = {}
    for period, place, decided, older, undeclared, *sums in rows:
        given = {q: (int(sums[2 * i]), Decimal(sums[2 * i + 1])) for i, q in enumerate(TAXES)}
        of = Dues(int(decided), int(older), int(undeclared), given)
        for key in {(month[period], place), (month[period], ""), (None, place), (None, "")}:
            found[key] = _added(found.get(key), of)
    return found


def _number(question: str) -> str:
    """The answer to a question of money as a number; NULL where it is open, or no number."""
    text = f"x.answers->>'{question}'"
    return f"CASE WHEN {text} ~ '^-?[0-9]+([.][0-9]+)?(E[+-]?[0-9]+)?$' THEN ({text})::numeric END"


def _added(a: Dues | None, b: Dues) -> Dues:
    if a is None:
        return b
    taxes = {q: (a.taxes[q][0] + n, a.taxes[q][1] + amount) for q, (n, amount) in b.taxes.items()}
    return Dues(a.decided + b.decided, a.older + b.older, a.undeclared + b.undeclared, taxes)


def _home(placed: bool, party: str) -> tuple[str, str]:
    """The one place of a party on the day %(on)s as a column, and the join that brings it."""
    if not placed:
        return "''", ""
    home = f"SELECT party, CASE WHEN min(region) = max(region) THEN min(region) ELSE %(several)s END AS region FROM ({places(None)}) AS s GROUP BY 1"
    return "coalesce(home.region, %(nowhere)s)", f"LEFT JOIN ({home}) AS home ON home.party = {party}"


# Small groups -----------------------------------------------------------------------------------------------------
def kept_back(groups: Iterable[Mapping[Place, int]]) -> set[Place]:
    """The places whose amounts are not shown, where each of the `groups` (a month) has so many parties by place.

    Those with fewer than three parties in any of them; and, so that no total gives them away, those with the next fewest, until what is
    left out has three parties at least.
    """
    hidden: set[Place] = set()
    every = [dict(g) for g in groups]
    for group in every:
        hidden |= {place for place, n in group.items() if place and 0 < n < LEAST}
    for group in every:
        others = sorted((n, place) for place, n in group.items() if place and place not in hidden and n)
        left_out = sum(n for place, n in group.items() if place in hidden)
        while 0 < left_out < LEAST and others:
            n, place = others.pop(0)
            hidden.add(place)
            left_out += n
    return hidden


def last_day(month: Period) -> date:
    """The last day of a month."""
    return month.end - timedelta(days=1)
