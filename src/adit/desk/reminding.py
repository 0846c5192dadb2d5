"""Reminders of the monthly report: one letter to each who owes it and has not sent it, once a month and party, however often it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from adit.decision.reporting import Duty, MonthReports, month_reports
from adit.desk.letters import write_letter
from adit.desk.listing import one_moment
from adit.desk.office import Office, new_id
from adit.desk.papers import Block, Facts, Reason, Text
from adit.desk.web.languages import Words, words
from adit.engines.database import Connection
from adit.journal.writer import Transaction, Work
from adit.register.store import Books
from adit.terms.days import Period

__all__ = ["WAITS", "Reminded", "asked", "remind", "reminded"]

REMINDED = ("missing", "due soon")  # the states in which a reminder goes out
CHUNK = 200  # letters that are handed to the writer at once, so that others come in between
EVERY = 10**9


@dataclass(frozen=True, slots=True)
class Reminded:
    """That somebody was reminded: the entry of the letter, and the day on which it was written."""

    entry: int
    on: date


def remind(office: Office, month: Period, hand: str, *, most: int = EVERY) -> int:
    """Write to those whose report on the month is missing or soon due and who have no reminder of it, `most` of them; how many letters that made.

    A letter has its own key, of party and month: whoever asks at the same time, or again after it was cut off, sends no second one.
    """
    today = office.today()
    with one_moment(office) as (connection, _):
        reports = month_reports(connection, office.regime, month, today, zone=office.settings.zone)
        waiting = connection.execute(
            f"SELECT party, state, due, duty FROM ({reports.query}) AS r WHERE {WAITS} ORDER BY party LIMIT %(most)s",
            {**asked(reports), "most": most},
        ).fetchall()
    said, made, rest = words("ru", office.settings.zone, office.regime), 0, iter(waiting)
    while chunk := list(islice(rest, CHUNK)):
        under_way = [
            office.writer.submit(
                _letter(party, hand, _blocks(said, month, state, due, reports.duties[duty]), today),
                key=_key(month, party),
            )
            for party, state, due, duty in chunk
        ]
        made += sum(not written.result().again for written in under_way)
    return made


def reminded(connection: Connection, month: Period, parties: Sequence[str], zone: str) -> dict[str, Reminded]:
    """Who of these was reminded of the month."""
    rows = connection.execute(
        "SELECT r.key, e.seq, (e.recorded_at_utc AT TIME ZONE %s)::date FROM journal.request r JOIN journal.entry e ON e.seq = r.first_seq"
        " WHERE r.key = ANY(%s)",
        (zone, [_key(month, p) for p in parties]),
    )
    return {str(key).rpartition(" ")[2]: Reminded(int(seq), on) for key, seq, on in rows}


# who is in one of the states and has no letter: asked of the keys under which letters were written, so that one that was erased counts too
WAITS = (
    "state = ANY(%(reminded)s) AND mines AND NOT EXISTS (SELECT FROM journal.request q WHERE q.key = %(key)s || party)"
)


def asked(reports: MonthReports) -> dict[str, Any]:
    """The parameters of the query of the reports, and of `WAITS`."""
    return {**reports.parameters, "reminded": list(REMINDED), "key": _key(reports.period, "")}


def _key(month: Period, party: str) -> str:
    return f"reminder {month} {party}"


def _letter(party: str, hand: str, blocks: Sequence[Block], on: date) -> Work:
    id_ = new_id("letter")

    def work(transaction: Transaction) -> dict[str, str]:
        books = Books(transaction, hand)
        write_letter(books, id_, party=party, about=party, paper="reminder", blocks=blocks, on=on, language="ru")
        return {"letter": id_}

    return work


def _blocks(said: Words, month: Period, state: str, due: date, duty: Duty) -> tuple[Block, ...]:
    _ = said.gettext
    what = (
        _("The report on the month below was due, and the office has not received it. Declare the month, or tell the office why there is nothing to declare.")
        if state == "missing"
        else _("The report on the month below is due soon, and the office has not received it yet.")
    )  # fmt: skip
    rows = ((_("Month"), said.period(month)), (_("Last day"), said.day(due)))
    return Text(what), Facts(rows), Reason(said.law(duty.because), said.law(duty.cites))
