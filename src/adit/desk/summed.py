"""The sums behind the figures: worked out in one moment of the register, and kept with the entry and the time that they are of.

Over a large register they take seconds. So what somebody asked for is kept, and shown with what it is of until it is made anew: by who wants
it, or by the rounds. Sums that are quickly made are never older than the register. Not for how they are shown (`figure_tables`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Lock
from time import perf_counter
from typing import Any

from adit.decision.reporting import month_reports, report_counts
from adit.desk import totals
from adit.desk.cases import first_months
from adit.desk.listing import one_moment, places
from adit.desk.office import Office
from adit.desk.totals import TAXES, Declared, Dues, Machines, Metered, last_day
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.terms.days import Period, months_between, parse_period

__all__ = ["MONTHS", "Question", "Sums", "refresh", "summed", "usual"]

QUICK_MS = 250  # sums that took no longer are made anew whenever something was entered
WANTED_FOR = timedelta(days=7)  # after it was last looked at, a question is forgotten
LATELY = timedelta(days=1)
MONTHS = 5
PAUSE = 20  # times as long as it took to make them the rounds leave sums alone
_making = Lock()  # who asks for what is being made waits for it, and makes it no second time

Place = str
Key = tuple[Period | None, Place]  # month (None: all of them) and place (empty: everywhere)


@dataclass(frozen=True, slots=True)
class Question:
    """Of which months, of which region (empty: all), and by what amounts are told apart: month or region."""

    months: tuple[Period, ...]
    region: str
    by: str

    @property
    def placed(self) -> bool:
        return self.by == "region" or bool(self.region)

    def __str__(self) -> str:
        return f"{self.months[0]}..{self.months[-1]} {self.by} {self.region}".rstrip()


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums, of the register as it was `known` when the log was so long; `on`: the day whose state the members are of."""

    known: int
    day: date  # on which they were made: what is due and what is missing turns on it
    made_at_utc: datetime
    took_ms: int
    on: date
    members: Mapping[tuple[Place, str], int]
    machines: Mapping[Place, Machines]
    declared: Mapping[Key, Declared]
    metered: Mapping[Key, Metered]
    reports: Mapping[Period, Mapping[str, int]]
    dues: Mapping[Key, Dues]
    operators: int


def summed(office: Office, question: Question, *, anew: bool = False) -> tuple[Sums, int]:
    """The sums for a question, and how many entries came since they were made. `anew`: as the register is now, however long that takes."""
    with office.reading() as connection:
        size, found = journal.size(connection), _kept(connection, question)
        if found is not None and not anew and _serves(found, size, office.today()):
            connection.execute("UPDATE desk.figures SET looked_at = %s WHERE asked = %s", (office.now(), str(question)))
            return found, size - found.known
    with _making:
        with office.reading() as connection:
            later = _kept(connection, question)
        if (
            later is not None and later.known >= size and later.day == office.today()
        ):  # somebody else made them meanwhile
            return later, 0
        return _make(office, question, office.now()), 0


def usual(today: date) -> Question:
    """What the figures begin with: the last months that have ended."""
    return Question(tuple(reversed(first_months(today, MONTHS))), "", "month")


def refresh(office: Office) -> bool:
    """Make the oldest sums that somebody wants and that the register has gone past; false where there are none. Forget what nobody wants.

    What was not looked at for a day is made anew with each day only, and so is what the figures begin with.
    """
    now, today = office.now(), office.today()
    with office.reading() as connection:
        connection.execute("DELETE FROM desk.figures WHERE looked_at < %s", [now - WANTED_FOR])
        rows = connection.execute(
            "SELECT asked, looked_at FROM desk.figures WHERE day <> %s OR (known < %s AND looked_at > %s"
            " AND made_at + took_ms * interval '1 ms' * %s < %s) ORDER BY made_at LIMIT 1",
            (today, journal.size(connection), now - LATELY, PAUSE, now),
        ).fetchall()
        first = usual(today)
        if not rows and _kept(connection, first) is None:
            rows = [(str(first), now - LATELY)]
    for asked, looked_at in rows:
        with _making:
            _make(office, _question(asked), looked_at)
    return bool(rows)


def _serves(found: Sums, size: int, today: date) -> bool:
    """Whether sums are shown as they are: those of now, and those of the day that take long to make."""
    return found.day == today and (found.known == size or found.took_ms > QUICK_MS)


def _make(office: Office, question: Question, looked_at: datetime) -> Sums:
    begun, today = perf_counter(), office.today()
    on = min(today, last_day(question.months[-1]))
    with one_moment(office) as (connection, size):
        found = Sums(
            size, today, office.now(), 0, on,
            totals.members(connection, on, question.region), totals.machines(connection, on, question.region),
            totals.declared(connection, question.months, on, placed=question.placed), totals.metered(connection, question.months),
            _reports(connection, office, question, today),
            totals.dues(connection, question.months, on, placed=question.placed), _operators(connection, on),
        )  # fmt: skip
    took = round((perf_counter() - begun) * 1000)
    with office.reading() as connection:
        connection.execute(
            "INSERT INTO desk.figures (asked, known, day, made_at, took_ms, looked_at, sums) VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (asked) DO UPDATE SET known = EXCLUDED.known, day = EXCLUDED.day, made_at = EXCLUDED.made_at,"
            " took_ms = EXCLUDED.took_ms, looked_at = greatest(figures.looked_at, EXCLUDED.looked_at), sums = EXCLUDED.sums"
            " WHERE figures.known <= EXCLUDED.known",
            (str(question), size, today, found.made_at_utc, took, looked_at, json.dumps(_plain(found))),
        )  # fmt: skip
    return found


def _reports(
    connection: Connection, office: Office, question: Question, today: date
) -> dict[Period, Mapping[str, int]]:
    """How the reports of each month stand on a day, of all or of those with a place in the region."""
    there = f"party IN (SELECT party FROM ({places(None, 's.region = %(region)s')}) AS there)"
    where, counted = there if question.region else "true", dict[Period, Mapping[str, int]]()
    for month in question.months:
        reports = month_reports(connection, office.regime, month, today, zone=office.settings.zone)
        asked = {"region": question.region, "on": last_day(month)}
        counted[month] = report_counts(connection, reports, where, asked)
    return counted


def _operators(connection: Connection, on: date) -> int:
    [(count,)] = connection.execute(
        "SELECT count(*) FROM register.membership WHERE register = 'operators' AND upper_inf(known) AND lower(valid) <= %s"
        " AND (upper_inf(valid) OR upper(valid) > %s)", (on, on),
    ).fetchall()  # fmt: skip
    return int(count)


# Kept -------------------------------------------------------------------------------------------------------------
def _kept(connection: Connection, question: Question) -> Sums | None:
    rows = connection.execute(
        "SELECT known, day, made_at, took_ms, sums FROM desk.figures WHERE asked = %s", [str(question)]
    ).fetchall()
    return _sums(*rows[0]) if rows else None


def _question(asked: str) -> Question:
    months, by, region = (*asked.split(), "")[:3]
    return Question(tuple(months_between(months)), region, by)


def _plain(s: Sums) -> dict[str, Any]:
    """Sums as plain data: a list of rows for each, in which a month is text, or null for all of them."""
    return {
        "on": s.on.isoformat(),
        "members": [[place, kind, n] for (place, kind), n in s.members.items()],
        "machines": [[place, m.machines, m.hashrate_ghs, m.power_w] for place, m in s.machines.items()],
        "declared": [[*_flat(k), d.parties, d.months, d.energy_wh, d.amount_sat] for k, d in s.declared.items()],
        "metered": [[*_flat(k), m.parties, m.energy_wh] for k, m in s.metered.items()],
        "reports": [[str(month), dict(states)] for month, states in s.reports.items()],
        "dues": [
            [*_flat(k), d.decided, d.older, d.undeclared, *([d.taxes[q][0], str(d.taxes[q][1])] for q in TAXES)]
            for k, d in s.dues.items()
        ],
        "operators": s.operators,
    }


def _sums(known: int, day: date, made_at: datetime, took_ms: int, held: Mapping[str, Any]) -> Sums:
    return Sums(
        known, day, made_at, took_ms, date.fromisoformat(held["on"]),
        {(place, kind): n for place, kind, n in held["members"]},
        {place: Machines(*rest) for place, *rest in held["machines"]},
        {_key(month, place): Declared(*rest) for month, place, *rest in held["declared"]},
        {_key(month, place): Metered(*rest) for month, place, *rest in held["metered"]},
        {parse_period(month): states for month, states in held["reports"]},
        {
            _key(month, place): Dues(decided, older, undeclared, {q: (n, Decimal(amount)) for q, (n, amount) in zip(TAXES, taxes, strict=True)})
            for month, place, decided, older, undeclared, *taxes in held["dues"]
        },
        held["operators"],
    )  # fmt: skip


def _flat(key: Key) -> tuple[str | None, Place]:
    month, place = key
    return str(month) if month is not None else None, place


def _key(month: str | None, place: Place) -> Key:
    return parse_period(month) if month is not None else None, place
