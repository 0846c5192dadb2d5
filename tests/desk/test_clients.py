"""An operator enters whom it hosts, and reports a month of them against its own meters."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, links, office_at_work

from adit.desk.office import Office
from adit.journal import store as journal
from adit.register.store import rebuild

pytestmark = pytest.mark.slow
NOBODY = "There is no miner with this number."


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def rows(office: Office, query: str, *parameters: object) -> list[tuple[object, ...]]:
    with office.reading() as connection:
        return list(connection.execute(query, parameters))


def inn_of(office: Office, name: str) -> str:
    [(inn,)] = rows(office, "SELECT inn FROM register.identity WHERE name LIKE %s AND upper_inf(known)", f"%{name}%")
    return str(inn)


def add(person: Person, number: str, *, status: int = 200, **fields: object) -> str:
    page = person.get("/mine/clients")
    [site] = re.findall(r'<option value="(site-\w+)"', page)
    held = {"party": field(page, "party"), "site": site, "since": "2025-03-10", "contract": "No. 7", "tariff": "5,25"}
    return person.post("/mine/clients", page="/mine/clients", status=status, **{**held, "number": number, **fields})


def report(person: Person, month: str, *kwh: str, status: int = 200, **fields: object) -> str:
    """Send the report of a month with these kilowatt-hours, in the order of the page."""
    path = f"/mine/clients/report?month={month}"
    page = person.get(path)
    names = re.findall(r'name="(energy-client-\w+)"', page)
    held = {n: field(page, n) for n in ("party", "month", "seen")} | dict(zip(names, kwh, strict=True))
    return person.post("/mine/clients/report", page=path, status=status, **{**held, **fields})


def read_meter(person: Person, month: str, kwh: str) -> None:
    site = links(person.get("/mine/sites"), "/mine/sites/site-")[0]
    meter = re.findall(r'<option value="(meter-\w+)"', person.get(site))[0]
    person.post("/mine/readings/new", page=site, meter=meter, month=month, energy_kwh=kwh)


def test_the_demonstration_has_an_operator_with_clients(office: Office):
    page = Person(office, "operator").get("/mine/clients")
    for said in ("Братская Нить", "Печора Терм", "Хостинг «Братск»", "Договор № 1", "5.35"):
        assert said in page, said
    page = Person(office, "operator").get("/mine/clients/report?month=2025-02")
    assert "Mining meters counted" in page
    assert field(page, "seen") != "-1"


def test_a_client_is_found_by_a_number_and_nobody_else_is_shown(office: Office):
    operator = Person(office, "operator")
    page = operator.get("/mine/clients")
    assert "Карелия" not in page
    for wrong in ("0000000000", "M-1900-000001", "Карелия", "O-2024-000001", "' OR true --", "%"):
        told = add(operator, wrong, status=422)
        assert NOBODY in told
        assert f'value="{wrong.replace(chr(39), "&#39;")}"' in told, "what was filled in stays"
        assert "Карелия" not in told.replace(wrong, "")
    assert "nothing is filled in" in add(operator, "", status=422)
    assert "Nobody is a client of itself" in add(operator, inn_of(office, "Хостинг"), status=422)
    page = add(operator, inn_of(office, "Карелия"))
    assert "Карелия ЦОД" in page
    assert "5.25" in page
    [(number,)] = rows(
        office,
        "SELECT number FROM register.membership JOIN register.identity USING (party) WHERE name LIKE '%%Северный%%'",
    )
    assert "Северный Хэш" in add(operator, str(number))
    assert "your client at this site already" in add(operator, str(number), status=422)
    [(tariff,)] = rows(office, "SELECT max(tariff_rub_e4_per_kwh) FROM register.client WHERE contract = 'No. 7'")
    assert tariff == 52_500


def test_a_site_of_somebody_else_is_none_to_host_at(office: Office):
    [(other,)] = rows(office, "SELECT id FROM register.site WHERE name LIKE '%%Карелия%%'")
    assert "no site of yours" in add(Person(office, "operator"), inn_of(office, "Карелия"), site=other, status=422)
    assert "no site of yours" in add(
        Person(office, "operator"), inn_of(office, "Карелия"), since="2020-01-01", status=422
    )


def test_a_miner_sees_by_whom_it_is_hosted_and_the_office_sees_both(office: Office):
    miner, officer = Person(office, "miner"), Person(office, "officer")
    parties = dict.fromkeys(re.findall(r"party=(party-\w+)", miner.get("/mine")))
    hosted = [p for p in parties if "Hosted by" in miner.get(f"/mine?party={p}")]
    assert len(hosted) == 1
    mine = miner.get(f"/mine?party={hosted[0]}")
    assert "Ангара Хостинг" in mine
    assert "Договор № 1" in mine
    [host] = [str(p) for (p,) in rows(office, "SELECT DISTINCT operator FROM register.client")]
    assert "Hosts" in officer.get(f"/parties/{host}")
    assert "Печора Терм" in officer.get(f"/parties/{host}")
    assert "Hosted by" in officer.get(f"/parties/{hosted[0]}")
    assert "Ангара Хостинг" in officer.get(f"/parties/{hosted[0]}")
    analyst = Person(office, "analyst").get(f"/parties/{host}")
    assert "Печора Терм" not in analyst
    assert "Hosts" in analyst


def test_a_month_is_reported_against_the_meters(office: Office):
    operator = Person(office, "operator")
    page = operator.get("/mine/clients/report?month=2025-03")
    assert "No mining meter was read here in this month" in page
    assert "was read in 2025-03" in report(operator, "2025-03", "10", "20", status=422)
    read_meter(operator, "2025-03", "70 000")
    too_much = report(operator, "2025-03", "50000", "20000.001", status=422)
    assert "70,000.001 kWh" in too_much
    assert 'value="20000.001"' in too_much
    assert rows(office, "SELECT count(*) FROM register.clientreport WHERE lower(valid) = '2025-03-01'") == [(0,)]
    assert "is below zero" in report(operator, "2025-03", "-5", "1", status=422)
    assert "nothing is filled in" in report(operator, "2025-03", "", "1", status=422)
    page = report(operator, "2025-03", "49 000,5", "20000")
    assert "999.5" in page, "what is left is shown"
    found = rows(
        office, "SELECT energy_wh, valid::text FROM register.clientreport WHERE lower(valid) = '2025-03-01' ORDER BY 1"
    )
    assert found == [(20_000_000, "[2025-03-01,2025-04-01)"), (49_000_500, "[2025-03-01,2025-04-01)")]
    with office.reading() as connection:
        assert journal.verify(connection)[2] == []
    assert {t for t, (held, made) in rebuild(office.database).items() if held != made} == set()


def test_a_correction_has_its_reason_and_only_what_changed_is_entered(office: Office):
    operator = Person(office, "operator")
    page = operator.get("/mine/clients/report?month=2025-02")
    one, other = re.findall(r'name="energy-client-\w+" value="([\d.]+)"', page)
    assert "needs its reason" in report(operator, "2025-02", "1", other, status=422)
    old = field(page, "seen")
    report(operator, "2025-02", "1", other, why="A meter was read wrongly.")
    versions = rows(
        office,
        "SELECT client, count(*) FROM register.clientreport WHERE lower(valid) = '2025-02-01' GROUP BY 1 ORDER BY 2",
    )
    assert [n for _, n in versions] == [1, 2]
    assert "reported this month meanwhile" in report(
        operator, "2025-02", one, other, seen=old, why="Again.", status=422
    )
    before = rows(office, "SELECT count(*) FROM journal.entry")
    report(operator, "2025-02", "1", other)  # nothing changes, and nothing is entered
    assert rows(office, "SELECT count(*) FROM journal.entry") == before


def test_a_month_that_has_not_ended_is_not_reported():
    with office_at_work(clock=Clock(datetime(2025, 4, 20, 9, tzinfo=UTC))) as office:
        operator = Person(office, "operator")
        assert "has not ended" in operator.get("/mine/clients/report?month=2025-04")
        read_meter(operator, "2025-04", "70000")
        assert "has not ended" in report(operator, "2025-04", "1", "2", status=422)


def test_other_clients_than_those_of_the_month_are_refused(office: Office):
    operator = Person(office, "operator")
    read_meter(operator, "2025-03", "70000")
    [stranger] = [{"energy-client-00000000": "5"}]
    assert "not the clients of this month" in report(operator, "2025-03", "1", "2", status=422, **stranger)


def test_hosting_ends_from_a_day_and_not_before_what_is_reported(office: Office):
    operator = Person(office, "operator")
    end = re.findall(r'action="(/mine/clients/client-\w+/end)"', operator.get("/mine/clients"))[0]
    told = operator.post(end, page="/mine/clients", since="2025-02-01", why="Gone.", status=409)
    assert "Electricity is reported" in told
    page = operator.post(end, page="/mine/clients", since="2025-03-15", why="Gone.")
    assert "Hosted before" in page
    assert len(re.findall(r'action="/mine/clients/client-\w+/end"', page)) == 1
    assert operator.get("/mine/clients/report?month=2025-03").count('name="energy-client-') == 2, (
        "it was there for two weeks"
    )
    assert operator.get("/mine/clients/report?month=2025-04").count('name="energy-client-') == 1


def test_another_operator_touches_nothing(office: Office):
    miner = Person(office, "miner")
    end = re.findall(r'action="(/mine/clients/client-\w+/end)"', Person(office, "operator").get("/mine/clients"))[0]
    miner.get("/mine/clients", status=403)
    miner.post(end, since="2025-03-15", why="Mine.", status=403)
    party = rows(office, "SELECT party FROM register.identity WHERE name LIKE '%%Карелия%%'")[0][0]
    operator = Person(office, "operator")
    operator.get(f"/mine/clients?party={party}", status=403)
    operator.get(f"/mine/clients/report?party={party}", status=403)
    add(operator, inn_of(office, "Печора"), party=party, status=403)
    report(operator, "2025-02", "1", "2", party=party, status=403)
    operator.post("/mine/clients/client-00000000/end", page="/mine/clients", since="2025-03-15", why="x", status=404)


@pytest.mark.parametrize(
    ("on", "known"), [(datetime(2025, 4, 1, 9, tzinfo=UTC), False), (datetime(2025, 8, 1, 9, tzinfo=UTC), True)]
)
def test_the_law_is_told_as_far_as_the_sources_go(on: datetime, known: bool):
    with office_at_work(clock=Clock(on)) as office:
        page = Person(office, "operator").get("/mine/clients")
    assert "418-FZ of 2024-11-29 (article not found)" in page
    assert "40,000" in page
    assert "none of the sources that were read says" in page
    assert ("hash rate of the machines" in page) == known, "an order is not known before it is published"
