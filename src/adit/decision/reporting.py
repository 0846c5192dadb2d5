"""The monthly report: who owes it for which month, by when, and how each stands today.

`report_state` says it of one party, `month_reports` of all of them in one query. Both have it from the same rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adit.decision.decide import decide
from adit.decision.monthly import MonthKnown
from adit.engines.database import Connection
from adit.regime.act import Regime
from adit.terms.days import Period
from adit.terms.errors import Refused

__all__ = [
    "SOON",
    "STATES",
    "Duty",
    "MonthReports",
    "ReportState",
    "duty_of",
    "month_reports",
    "report_counts",
    "report_state",
]

# In the order in which an officer looks at them
STATES = ("missing", "late", "due soon", "due", "corrected", "on time", "not owed", "law silent")
SOON = 5  # days before the last one from which a reminder goes out
OWED = "owed"


@dataclass(frozen=True, slots=True)
class Duty:
    """What the law says of the report of whoever has certain facts: owed until a day, not owed, or the law is silent."""

    state: str
    due: date | None
    cites: str
    because: str


def duty_of(regime: Regime, facts: Mapping[str, object], period: Period) -> Duty:
    """Whether the report on the period is owed, and by when; asked of the regime of that period."""
    decision = decide(regime, facts, period)
    duty, until = decision["must_report"], decision["report_due"]
    told = duty.explanation
    because = (told.because or told.sentence) if told else duty.silence
    cites = told.cites if told else ""
    if duty.value is None or until.value is None:
        return Duty("law silent", None, cites, because or until.silence)
    if duty.value is not True:
        return Duty("not owed", None, cites, because)
    return Duty(OWED, until.value, until.explanation.cites if until.explanation else cites, because)


@dataclass(frozen=True, slots=True)
class ReportState:
    """How the report on a month stands. `days` until its last day; negative once it has passed."""

    period: Period
    state: str
    due: date | None
    days: int | None
    cites: str
    because: str


def report_state(
    regime: Regime, month: MonthKnown, today: date, *, first_sent: date | None, corrected: bool = False
) -> ReportState:
    """The state of a party's report: `first_sent` is the day on which it first came, None while it has not.

    Asked of the regime of the month: whether the party must report, and by when.
    """
    facts, _ = month.at(month.sites[0] if month.sites else None)
    duty = duty_of(regime, facts, month.period)
    if duty.due is None:
        return ReportState(month.period, duty.state, None, None, duty.cites, duty.because)
    days = (duty.due - today).days
    if first_sent is not None:
        state = "late" if first_sent > duty.due else "corrected" if corrected else "on time"
    elif days < 0:
        state = "missing"
    else:
        state = "due soon" if days <= SOON else "due"
    return ReportState(month.period, state, duty.due, days, duty.cites, duty.because)


# All parties at once ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MonthReports:
    """How the reports of a month stand: `query`, with its `parameters`, gives a row for each party.

    (party, state, due, sent: the entry in which the report first came, or NULL, duty: which of the `duties` it is, mines)
    """

    period: Period
    query: str
    parameters: Mapping[str, Any]
    duties: tuple[Duty, ...]


# fact -> the column that holds it: of the party, of its first site (both as month_known takes them)
_OF_PARTY = {
    "actor": "kind",
    **{
        c: c
        for c in (
            "state_tied",
            "energy_company",
            "conviction_unspent",
            "terror_listed",
            "tax_resident",
            "tax_regime",
            "only_mining",
        )
    },
}
_OF_SITE = {
    "region": "region",
    "municipality": "municipality",
    "isolated_generation": "isolated_generation",
    "power_source": "power_source",
    "residential_building": "residential",
}
_OF_REGISTERS = {"in_miners_register": "miners", "in_operators_register": "operators"}
_DECLARED = frozenset({"mining_energy_kwh_per_month", "coins_btc", "mining_costs_rub"})


def month_reports(
    connection: Connection, regime: Regime, period: Period, today: date, *, zone: str, everybody: bool = False
) -> MonthReports:
    """How the reports of all parties on a month stand today, where days are those of `zone`.

    The law is asked once for each combination of the facts on which the duty turns, and not for each party. Those who mine are there:
    whoever stands in the register of miners in the month, has a machine in it or has declared it; `everybody`: whoever was known by then.
    Raises Refused for a regime whose duty to report turns on what is declared.
    """
    matter = _that_matter(regime)
    who = _who(matter)
    span: dict[str, Any] = {"start": period.start, "end": period.end, "last": period.end - timedelta(days=1)}
    names = ", ".join(f'"{fact}"' for fact in matter) or "1"
    rows = connection.execute(f"SELECT DISTINCT {names} FROM ({who}) AS who", span).fetchall()
    duties, values, parameters = list[Duty](), list[str](), dict[str, Any]()
    for n, row in enumerate(rows):
        facts = {f: v for f, v in zip(matter, row, strict=False) if v is not None}
        duty = duty_of(regime, facts, period)
        duties.append(duty)
        given = {f"fact_{n}_{i}": v for i, v in enumerate(row[: len(matter)])}
        cells = [f"%({key})s::{_type_of(fact)}" for key, fact in zip(given, matter, strict=True)]
        cells += [f"{n}", f"%(says_{n})s", f"%(due_{n})s::date", f"%(late_{n})s::bigint"]
        values.append(f"({', '.join(cells)})")
        parameters |= given | {
            f"says_{n}": duty.state,
            f"due_{n}": duty.due,
            f"late_{n}": _late_from(connection, duty.due, zone),
        }
    of_duty = ", ".join([*(f'"{f}"' for f in matter), "n", "says", "due", "late_from"])
    empty = f"(SELECT {', '.join([*(f'NULL::{_type_of(f)}' for f in matter), '0', 'NULL::text', 'NULL::date', 'NULL::bigint'])} LIMIT 0)"
    law = f"(VALUES {', '.join(values)})" if values else empty
    same = (
        " AND ".join(
            f'who."{f}" IS NOT DISTINCT FROM law."{f}"' if f in _OF_SITE else f'who."{f}" = law."{f}"' for f in matter
        )
        or "true"
    )
    query = f"""
        SELECT who.party, law.due, sent.first AS sent, law.n AS duty, {_MINES} AS mines,
            CASE WHEN law.due IS NULL THEN law.says
                WHEN sent.first >= law.late_from THEN 'late'
                WHEN sent.first IS NOT NULL THEN CASE WHEN sent.corrected THEN 'corrected' ELSE 'on time' END
                WHEN law.due < %(today)s THEN 'missing'
                WHEN law.due - %(today)s::date <= {SOON} THEN 'due soon' ELSE 'due' END AS state
        FROM ({who}) AS who JOIN {law} AS law ({of_duty}) ON {same}
        LEFT JOIN ({_SENT}) AS sent USING (party) LEFT JOIN ({_MEMBERS}) AS member USING (party)
        {"" if everybody else f"WHERE {_MINES}"}"""
    return MonthReports(period, query, parameters | span | {"today": today}, tuple(duties))


def report_counts(
    connection: Connection, reports: MonthReports, where: str = "true", parameters: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """How many reports stand in each state, of those for which a condition of ours on the rows holds."""
    rows = connection.execute(
        f"SELECT state, count(*) FROM ({reports.query}) AS r WHERE {where} GROUP BY 1",
        {**reports.parameters, **(parameters or {})},
    ).fetchall()
    return dict.fromkeys(STATES, 0) | {str(state): int(n) for state, n in rows}


# The declarations of the month that stand, with the entry in which each first came; whether there was another one after it
_SENT = """SELECT party, min(entry) AS first, min(entry) <> max(entry) AS corrected FROM register.declaration
    WHERE lower(valid) = %(start)s AND coin = 'BTC' GROUP BY party, id HAVING bool_or(upper_inf(known))"""
_IN_MONTH = "lower(valid) < %(end)s AND (upper_inf(valid) OR upper(valid) > %(start)s)"
_MEMBERS = (
    f"SELECT DISTINCT party FROM register.membership WHERE register = 'miners' AND upper_inf(known) AND {_IN_MONTH}"
)
_MINES = f"""(member.party IS NOT NULL OR sent.party IS NOT NULL OR EXISTS (SELECT FROM register.machine c
    WHERE c.owner = who.party AND upper_inf(known) AND {_IN_MONTH}))"""


def _on(row: str, day: str = "start") -> str:
    """The condition that a version holds on a day; by its bounds, since @> is taken for rare where a table is not counted yet."""
    return f"lower({row}.valid) <= %({day})s AND (upper_inf({row}.valid) OR upper({row}.valid) > %({day})s)"


# The places of parties on the last day of a month, in the order in which they answer for it: own, run for others, hosted at
_THERE = f"upper_inf(s.known) AND {_on('s', 'last')}"
_PLACES = f"""SELECT s.owner AS party, 1 AS nearness, s.* FROM register.site s WHERE {_THERE}
    UNION ALL SELECT s.operator, 2, s.* FROM register.site s WHERE s.operator <> s.owner AND {_THERE}
    UNION ALL SELECT c.miner, 3, s.* FROM register.client c JOIN register.site s ON s.id = c.site AND {_THERE}
        WHERE upper_inf(c.known) AND c.consent <> 'objected' AND lower(c.valid) < %(end)s AND (upper_inf(c.valid) OR upper(c.valid) > %(start)s)"""


def _that_matter(regime: Regime) -> list[str]:
    """The facts on which the duty to report and its day turn, of those that the register has of a party."""
    facts = frozenset[str]().union(*(regime.facts_for(q) for q in ("must_report", "report_due") if q in regime.rules))
    if facts & _DECLARED:
        raise Refused(
            f"Under {regime.id} the duty to report turns on {', '.join(sorted(facts & _DECLARED))}: it cannot be listed for all at once.",
            name="duty turns on what is declared", todo="Look at the parties one by one.",
        )  # fmt: skip
    return sorted(facts & {*_OF_PARTY, *_OF_REGISTERS, *_OF_SITE})


def _who(matter: list[str]) -> str:
    """The parties that were known by the end of the month, with the facts that matter as of its first day, or as of their own."""
    columns = ", ".join(["p.id AS party", *(f'p.{_OF_PARTY[f]} AS "{f}"' for f in matter if f in _OF_PARTY)])
    current = "register.party p WHERE upper_inf(p.known)"
    other = "SELECT FROM register.party q WHERE q.id = p.id AND upper_inf(q.known) AND"
    who = f"""SELECT {columns} FROM {current} AND {_on("p")}
        UNION ALL (SELECT DISTINCT ON (p.id) {columns} FROM {current} AND NOT ({_on("p")})
            AND NOT EXISTS ({other} {_on("q")})
            AND EXISTS ({other} lower(q.valid) < %(end)s) ORDER BY p.id, lower(p.valid) DESC)"""
    more, joined = list[str](), ""
    if set(matter) & set(_OF_REGISTERS):
        more += [f'coalesce(m.{_OF_REGISTERS[f]}, false) AS "{f}"' for f in matter if f in _OF_REGISTERS]
        joined += f""" LEFT JOIN (SELECT party, bool_or(register = 'miners') AS miners, bool_or(register = 'operators') AS operators
            FROM register.membership m WHERE upper_inf(known) AND {_on("m")} GROUP BY party) AS m USING (party)"""
    if set(matter) & set(_OF_SITE):
        more += [f's.{_OF_SITE[f]} AS "{f}"' for f in matter if f in _OF_SITE]
        joined += f""" LEFT JOIN (SELECT DISTINCT ON (party) * FROM ({_PLACES}) AS place ORDER BY party, nearness, id) AS s USING (party)"""
    return f"SELECT {', '.join(['p.*', *more])} FROM ({who}) AS p{joined}"


def _type_of(fact: str) -> str:
    return "text" if fact in ("actor", "tax_regime", "region", "municipality", "power_source") else "boolean"


def _late_from(connection: Connection, due: date | None, zone: str) -> int | None:
    """The first entry that was recorded after the day on which a report was due: what was entered from it on came late."""
    if due is None:
        return None
    midnight = datetime.combine(due + timedelta(days=1), time(), ZoneInfo(zone))
    rows = connection.execute(
        "SELECT seq FROM journal.entry WHERE recorded_at_utc >= %s ORDER BY recorded_at_utc, seq LIMIT 1", [midnight]
    ).fetchall()
    return int(rows[0][0]) if rows else None
