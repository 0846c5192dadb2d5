"""The monthly reports of all who mine: how each stands, as a list, as a file; and the reminders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from adit.decision.reporting import STATES, MonthReports, month_reports
from adit.desk.cases import first_months, names_of
from adit.desk.exports import Row, download, preamble
from adit.desk.listing import KINDS, PAGE, one_moment, places, region_names
from adit.desk.office import Office
from adit.desk.reminding import WAITS, Reminded, remind, reminded
from adit.desk.reminding import asked as asked_of
from adit.desk.web.fields import month_of
from adit.desk.web.filters import LABELS, address, asked, chosen, kept, month_in, region_in
from adit.desk.web.forms import Sent
from adit.desk.web.hands import Officer
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_, office_of, page, redirect, words_of
from adit.engines.database import Connection
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
PATH = "/reports"
SAID = {
    "missing": N_("missing"), "late": N_("late"), "due soon": N_("due soon"), "due": N_("due"), "corrected": N_("corrected"),
    "on time": N_("on time"), "not owed": N_("not owed"), "law silent": N_("law silent"),
}  # fmt: skip
AT_ONCE = 1000  # reminders of one press of the button; a worker sends the others
_BATCH = 1000
Form = Annotated[str, Query(alias="format")]


@dataclass(frozen=True, slots=True)
class Line:
    """The report of one party. `amount_sat` and `energy_wh`: what was declared; `sent`: the day on which it first came."""

    party: str
    name: str
    number: str
    state: str
    due: date | None
    sent: date | None
    amount_sat: int | None
    energy_wh: int | None
    reminded: Reminded | None


@router.get("/reports")
def reports_page(request: Request, who: Officer, after: str = "", form: Form = "") -> Response:
    """How the reports of a month stand, those first that need somebody, or all of them as a file."""
    office, words, values = office_of(request), words_of(request), asked(request, PATH)
    today = office.today()
    month, state = month_in(values, "month", first_months(today, 1)[0]), chosen(values, "state", STATES)
    if month.start > today:
        raise BadInput(f"{month} has not begun.", where="month", todo="Ask for a month that has.")
    with one_moment(office) as (connection, size):
        reports = month_reports(connection, office.regime, month, today, zone=office.settings.zone)
        where, parameters = _only(values, month)
        if form:
            told = [(words.gettext(LABELS[n]), v) for n, v in {**values, "month": str(month)}.items()]
            head = preamble(office, words, words.gettext("Monthly reports"), on=today, known=size, asked=told)
            rows = _rows(words, head, _every_line(connection, office, reports, where, parameters, state))
            return download(f"reports-{month}", form, rows)
        counts, waiting, found = _first(connection, reports, where, parameters, state, after)
        lines = _completed(connection, office, reports, found[:PAGE])
        mine = kept(connection, who.code, PATH)
    further = f"{STATES.index(lines[-1].state)}.{lines[-1].party}" if len(found) > PAGE else ""
    months = first_months(today, 24)
    return page(
        request, "register/reports.html", month=month, months=months if month in months else sorted({month, *months}, reverse=True), state=state,
        values=values, counts=counts, said=SAID, lines=lines, waiting=waiting, at_once=AT_ONCE, duties=_duties(reports), size=size, kept=mine,
        here=address(PATH, values), link=lambda **more: address(PATH, values, **more), kinds=KINDS, regions=region_names(words),
        region=region_in(values), more_address=address(PATH, values, after=further) if further else "",
    )  # fmt: skip


@router.post("/reports/remind")
def send_reminders(request: Request, who: Officer, sent: Sent) -> Response:
    """Write to those who owe the report of the month and have no reminder yet: as many as one press sends."""
    month = month_of(sent["month"])
    remind(office_of(request), month, who.code, most=AT_ONCE)
    return redirect(PATH, "Sent.", month=str(month))


# Reading ----------------------------------------------------------------------------------------------------------
_RANK = "array_position(%(states)s::text[], state)"


def _only(values: Mapping[str, str], month: Period) -> tuple[str, dict[str, Any]]:
    """The condition on the parties that are asked for."""
    tests, iso, kind = ["true"], region_in(values), chosen(values, "kind", KINDS)
    if iso:
        tests.append(f"party IN (SELECT party FROM ({places(None, 's.region = %(region)s')}) AS there)")
    if kind:
        tests.append("party IN (SELECT id FROM register.party WHERE kind = %(kind)s AND upper_inf(known))")
    return " AND ".join(tests), {
        "region": iso,
        "kind": kind,
        "on": month.end - timedelta(days=1),
        "states": list(STATES),
    }


def _first(
    connection: Connection, reports: MonthReports, where: str, parameters: Mapping[str, Any], state: str, after: str
) -> tuple[dict[str, int], int, list[tuple[Any, ...]]]:
    """How many stand in each state, how many wait for a reminder, and the lines of a page and one more: from one pass over the parties."""
    rank, party = _place(after)
    rows = connection.execute(
        f"WITH every AS MATERIALIZED (SELECT party, state, due, sent, mines FROM ({reports.query}) AS r),"
        f" r AS (SELECT * FROM every WHERE {where})"
        " SELECT NULL AS party, state, NULL::date AS due, NULL::bigint AS sent, count(*) FROM r GROUP BY state"
        f" UNION ALL SELECT NULL, '', NULL, NULL, count(*) FROM every WHERE {WAITS}"
        " UNION ALL (SELECT party, state, due, sent, 0 FROM r WHERE (%(state)s = '' OR state = %(state)s)"
        f" AND ({_RANK}, party) > (%(rank)s, %(after)s) ORDER BY {_RANK}, party LIMIT {PAGE + 1})",
        {**asked_of(reports), **parameters, "state": state, "rank": rank, "after": party},
    ).fetchall()
    counts = {str(s): int(n) for p, s, _, _, n in rows if p is None}
    waiting = counts.pop("")
    return dict.fromkeys(STATES, 0) | counts, waiting, [r for r in rows if r[0] is not None]


def _place(after: str) -> tuple[int, str]:
    """Where the page before ended. Raises BadInput for what no page ends with."""
    if not after:
        return 0, ""
    rank, _, party = after.partition(".")
    if not (rank.isascii() and rank.isdecimal() and int(rank[:3]) < len(STATES) and party.startswith("party-")):
        raise BadInput("This page of the list does not exist.", where="after", todo="Begin the list anew.")
    return int(rank) + 1, party  # of an array, whose places are counted from 1


def _every_line(
    connection: Connection, office: Office, reports: MonthReports, where: str, parameters: Mapping[str, Any], state: str
) -> Iterator[Line]:
    """Every line, a thousand at a time from a cursor of the server."""
    with connection.cursor(name="reports") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(
            f"SELECT party, state, due, sent FROM ({reports.query}) AS r WHERE {where} AND (%(state)s = '' OR state = %(state)s)"
            f" ORDER BY {_RANK}, party",
            {**reports.parameters, **parameters, "state": state},
        )
        while rows := list(islice(cursor, _BATCH)):
            yield from _completed(connection, office, reports, rows)


def _completed(
    connection: Connection, office: Office, reports: MonthReports, rows: Sequence[tuple[Any, ...]]
) -> list[Line]:
    """The lines with who it is, what was declared, and whether somebody was reminded."""
    parties, month, zone = [r[0] for r in rows], reports.period, office.settings.zone
    names, letters = names_of(connection, parties), reminded(connection, month, parties, zone)
    numbers: dict[str, str] = dict(connection.execute(
        "SELECT party, min(number) FROM register.membership WHERE party = ANY(%s) AND register = 'miners' AND upper_inf(known)"
        " AND lower(valid) < %s AND (upper_inf(valid) OR upper(valid) > %s) GROUP BY 1", (parties, month.end, month.start),
    ).fetchall())  # fmt: skip
    declared = {p: (coins, energy) for p, coins, energy in connection.execute(
        "SELECT party, amount_sat, energy_wh FROM register.declaration WHERE party = ANY(%s) AND coin = 'BTC' AND lower(valid) = %s AND upper_inf(known)",
        (parties, month.start),
    )}  # fmt: skip
    days: dict[int, date] = dict(connection.execute(
        "SELECT seq, (recorded_at_utc AT TIME ZONE %s)::date FROM journal.entry WHERE seq = ANY(%s)", (zone, [r[3] for r in rows if r[3] is not None])
    ).fetchall())  # fmt: skip
    return [
        Line(
            p, names[p], numbers.get(p, ""), state, due, days.get(sent), *declared.get(p, (None, None)), letters.get(p)
        )
        for p, state, due, sent, *_ in rows
    ]


def _duties(reports: MonthReports) -> list[tuple[str, date | None, str]]:
    """What the law says of the month, each once: because, until when, by which article."""
    return list(dict.fromkeys((d.because, d.due, d.cites) for d in reports.duties))


def _rows(words: Words, head: list[Row], lines: Iterator[Line]) -> Iterator[Row]:
    _ = words.gettext
    yield from head
    yield (
        _("Name"), _("Party"), _("Number"), _("State"), _("Last day"), _("Came on"), _("Coins, BTC"), _("Electricity, kWh"), _("Reminded on"),
    )  # fmt: skip
    for x in lines:
        coins = None if x.amount_sat is None else Decimal(x.amount_sat).scaleb(-8)
        energy = None if x.energy_wh is None else Decimal(x.energy_wh).scaleb(-3)
        yield (
            x.name, x.party, x.number, _(SAID[x.state]), x.due, x.sent, coins, energy, x.reminded.on if x.reminded else None,
        )  # fmt: skip
