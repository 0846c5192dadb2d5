"""How the reports of all parties stand is what is said of each of them alone; and who mines, when a report came, what the law turns on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.databases import Clock
from tests.desk.at_work import office_at_work
from tests.regime.acts import LIMIT, act, rule

from adit.decision.monthly import month_known
from adit.decision.reporting import STATES, ReportState, month_reports, report_counts, report_state
from adit.desk.office import Office, new_id
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.regime.act import Regime
from adit.register.procedures import declarations
from adit.register.records import Declaration, Machine, Membership, Party, Site
from adit.register.store import Books, history, listed
from adit.terms.days import Period, months_between
from adit.terms.errors import Refused

MONTHS = months_between("2024-10..2025-05")
ZONE = "Europe/Moscow"
REPORT = """
[report_day]
about = "The day by which the report is due."
unit = "1"
[[report_day.values]]
from = 2024-01-01
value = 20
status = "in force"
cite = "art. 2"
read = "official text"
confidence = "high"
"""
_keys = count()


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        _more(opened)
        yield opened


def _enter(office: Office, work: Any) -> None:
    def done(transaction: Any) -> dict[str, str]:
        work(Books(transaction, "office-000001"))
        return {}

    office.write(done, key=f"test {next(_keys)}")


def _more(office: Office) -> None:
    """What the demonstration has none of: a correction, a party that became a foreign one, one that came within a month, one struck off."""
    clock = office.clock
    assert isinstance(clock, Clock)
    with office.reading() as connection:
        [first, second, *_] = listed(connection, Declaration, "lower(valid) = '2025-02-01'", order="entry")
        [other] = listed(connection, Declaration, "lower(valid) = '2025-01-01' AND party = %s", [first.record.party])
    declared = Declaration(first.record.party, "BTC", 1, 2, 3)
    [january], [february] = months_between("2025-01"), months_between("2025-02")
    _enter(office, lambda b: declarations.correct(b, declared, february, on=date(2025, 4, 1), why="A slip of the pen."))
    _enter(office, lambda b: b.withdraw(other.id, since=january.start, why="Declared by mistake."))
    again = Declaration(first.record.party, "BTC", 5, 6, 7)
    _enter(office, lambda b: declarations.declare(b, new_id("declaration"), again, january, on=date(2025, 4, 1)))
    _enter(office, lambda b: b.state(second.record.party, Party("foreign_company", "KZ"), since=date(2025, 2, 15)))
    late, young = new_id("party"), new_id("party")
    _enter(office, lambda b: b.state(late, Party("company"), since=date(2025, 1, 17), new=True))
    _enter(office, lambda b: b.state(young, Party("citizen"), since=date(2025, 3, 31), new=True))
    _enter(
        office,
        lambda b: b.state(
            new_id("membership"),
            Membership(late, "miners", "M-9"),
            since=date(2025, 2, 2),
            until=date(2025, 3, 1),
            new=True,
        ),
    )
    site = new_id("site")
    _enter(office, lambda b: b.state(site, Site(young, None, "House", "RU-MOS"), since=date(2025, 4, 2), new=True))
    _enter(
        office,
        lambda b: b.state(
            new_id("machine"),
            Machine(young, site, "Bitmain", "S9", "SN1", 14_000, 1_400),
            since=date(2025, 4, 2),
            new=True,
        ),
    )


def _alone(connection: Connection, regime: Regime, month: Period, today: date) -> dict[str, ReportState]:
    """What is said of each party by itself, by what its own history holds."""
    found: dict[str, ReportState] = {}
    known = journal.size(connection)
    for party, first in connection.execute(
        "SELECT id, min(lower(valid)) FROM register.party WHERE upper_inf(known) GROUP BY id"
    ).fetchall():
        if month.end <= first:
            continue
        state = month_known(connection, party, month, known=known)
        sent: list[int] = []
        if state.declaration is not None:
            sent = sorted({v.entry for v in history(connection, Declaration, state.declaration.id)})
        came = journal.entry(connection, sent[0]).recorded_at_utc.astimezone(ZoneInfo(ZONE)).date() if sent else None
        found[party] = report_state(regime, state, today, first_sent=came, corrected=len(sent) > 1)
    return found


def _at_once(connection: Connection, regime: Regime, month: Period, today: date) -> dict[str, tuple[Any, ...]]:
    reports = month_reports(connection, regime, month, today, zone=ZONE, everybody=True)
    rows = connection.execute(
        f"SELECT party, state, due, duty FROM ({reports.query}) AS r", reports.parameters
    ).fetchall()
    assert len({r[0] for r in rows}) == len(rows), "a party stands there once"
    return {p: (state, due, reports.duties[duty].cites, reports.duties[duty].because) for p, state, due, duty in rows}


def _same(office: Office, regime: Regime, today: date) -> set[str]:
    """Compare the two for every party and month; the states that came up."""
    seen: set[str] = set()
    with office.reading() as connection:
        for month in MONTHS:
            alone = _alone(connection, regime, month, today)
            assert _at_once(connection, regime, month, today) == {
                p: (s.state, s.due, s.cites, s.because) for p, s in alone.items()
            }, month
            seen |= {s.state for s in alone.values()}
    return seen


def test_all_at_once_and_one_by_one_say_the_same_of_every_party_and_month(office: Office):
    seen = _same(office, office.regime, date(2025, 4, 1)) | _same(office, office.regime, date(2025, 4, 17))
    assert seen == set(STATES) - {"not owed"}, "every state came up that this law has"


def test_it_is_the_same_under_a_law_that_turns_on_registers_and_places(office: Office, tmp_path: Path):
    rules = rule(
        'return first_match(when(region == "RU-IRK", False, "not there"), when(in_miners_register, True, "a member"),'
        ' when(state_tied, SILENT, "nobody says"), otherwise=~residential_building, because="who does not live there")',
        "in_miners_register, region, state_tied, residential_building", "must_report",
    ) + rule("return nth_of_next_month(p.report_day)", "p", "report_due")  # fmt: skip
    regime = act(tmp_path, values=REPORT, rules=rules)
    assert {"not owed", "law silent", "missing"} <= _same(office, regime, date(2025, 4, 1))


def test_a_law_whose_duty_turns_on_what_is_declared_is_not_listed_at_once(office: Office, tmp_path: Path):
    rules = rule("return mining_energy_kwh_per_month > p.limit", "mining_energy_kwh_per_month, p", "must_report")
    regime = act(
        tmp_path, values=LIMIT + REPORT, rules=rules + rule("return nth_of_next_month(p.report_day)", "p", "report_due")
    )
    with office.reading() as connection, pytest.raises(Refused, match="cannot be listed for all at once"):
        month_reports(connection, regime, MONTHS[0], date(2025, 4, 1), zone=ZONE)


def test_listed_are_those_who_mine(office: Office):
    for month in MONTHS:
        with office.reading() as connection:
            reports = month_reports(connection, office.regime, month, date(2025, 4, 1), zone=ZONE)
            rows = connection.execute(f"SELECT party, mines FROM ({reports.query}) AS r", reports.parameters).fetchall()

            def within(valid_from: date, valid_to: date | None, month: Period = month) -> bool:
                return valid_from < month.end and (valid_to is None or valid_to > month.start)

            members = {
                m.record.party
                for m in listed(connection, Membership, "register = 'miners'")
                if within(m.valid_from, m.valid_to)
            }
            owners = {m.record.owner for m in listed(connection, Machine) if within(m.valid_from, m.valid_to)}
            declared = {d.record.party for d in listed(connection, Declaration, "lower(valid) = %s", [month.start])}
            there = {
                p
                for p, first in connection.execute("SELECT id, min(lower(valid)) FROM register.party GROUP BY id")
                if first < month.end
            }
        assert {p for p, _ in rows} == (members | owners | declared) & there
        assert all(mines for _, mines in rows)


def test_the_counts_are_those_of_the_rows(office: Office):
    with office.reading() as connection:
        reports = month_reports(connection, office.regime, MONTHS[4], date(2025, 4, 1), zone=ZONE)
        rows = [s for (s,) in connection.execute(f"SELECT state FROM ({reports.query}) AS r", reports.parameters)]
        assert report_counts(connection, reports) == {s: rows.count(s) for s in STATES}
        assert sum(report_counts(connection, reports, "party = %(p)s", {"p": "party-00000000"}).values()) == 0


@pytest.mark.parametrize(("minute", "state"), [("20:59:59", "on time"), ("21:00:00", "late")])
def test_the_last_day_ends_at_midnight_where_the_office_sits(minute: str, state: str):
    moment = datetime.fromisoformat(f"2025-04-20T{minute}+00:00")  # three hours later in Moscow
    with office_at_work(clock=Clock(moment)) as office, office.reading() as connection:
        [month] = months_between("2025-03")
        [party, *_] = [m.record.party for m in listed(connection, Membership, "register = 'miners'", order="number")]
        made = Declaration(party, "BTC", 1, 1, 1)
        _enter(office, lambda b: declarations.declare(b, new_id("declaration"), made, month, on=date(2025, 4, 20)))
        today = office.today() + timedelta(days=3)
        assert office.clock().astimezone(UTC) == moment
        assert _at_once(connection, office.regime, month, today)[party][0] == state
        assert _alone(connection, office.regime, month, today)[party].state == state


def test_the_page_of_a_party_says_the_same_of_the_last_day(office: Office):
    from adit.desk.cases import reports_of

    with office.reading() as connection:
        for party in {m.record.party for m in listed(connection, Membership)}:
            for state, _ in reports_of(connection, office, party, MONTHS[:6]):
                assert _at_once(connection, office.regime, state.period, office.today())[party][0] == state.state


def test_a_register_without_anybody_has_no_reports():
    with office_at_work(demo=False) as office, office.reading() as connection:
        reports = month_reports(connection, office.regime, MONTHS[0], date(2025, 4, 1), zone=ZONE, everybody=True)
        assert report_counts(connection, reports) == dict.fromkeys(STATES, 0)
