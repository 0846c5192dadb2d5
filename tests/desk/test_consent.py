"""A client that an operator entered confirms it or objects; officers decide; what operators report is what the regime of the day says."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, office_at_work

from adit import law
from adit.decision.monthly import month_known
from adit.desk.office import Office
from adit.desk.pages.clients import duties
from adit.desk.web.languages import words
from adit.journal import store as journal
from adit.register.records import Client, Reading
from adit.register.store import Books, listed, rebuild
from adit.terms.days import parse_period

pytestmark = pytest.mark.slow
FEBRUARY = parse_period("2025-02")


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def hosting(office: Office) -> tuple[Client, str]:
    """The hosting of the party for which the demonstration's miner acts, and its id."""
    [hand] = [str(h) for (h,) in rows(office, "SELECT hand FROM desk.account WHERE login = 'miner'")]
    mine = {str(p) for (p,) in rows(office, "SELECT party FROM desk.account_party WHERE hand = %s", hand)}
    with office.reading() as connection:
        [client] = [c for c in listed(connection, Client) if c.record.miner in mine]
    return client.record, client.id


def rows(office: Office, query: str, *parameters: object) -> list[tuple[object, ...]]:
    with office.reading() as connection:
        return list(connection.execute(query, parameters))


def used(office: Office, party: str) -> int | None:
    with office.reading() as connection:
        return month_known(connection, party, FEBRUARY).metered_wh


def say(person: Person, id_: str, what: str, *, status: int = 200, **fields: object) -> str:
    return person.post(f"/mine/clients/{id_}/{what}", page="/mine", status=status, **fields)


def decide(office: Office, outcome: str) -> None:
    """Two officers answer the objection that is open."""
    third, fourth = Person(office, "third"), Person(office, "fourth")
    [(appeal,)] = rows(
        office, "SELECT id FROM register.appeal WHERE state = 'sent' AND about LIKE 'client-%%' AND upper_inf(known) AND upper_inf(valid)"
    )  # fmt: skip
    assert f"/appeals/{appeal}" in third.get("/queue?what=appeals")
    page = third.get(f"/appeals/{appeal}")
    assert "Not our machines." in page
    assert 'href="/parties/party-' in page
    third.post(f"/appeals/{appeal}/propose", page=f"/appeals/{appeal}", outcome=outcome, reason="The contract was looked at.", seen=field(page, "seen"))  # fmt: skip
    [(proposal,)] = rows(office, "SELECT id FROM register.proposal WHERE about = %s AND upper_inf(known)", appeal)
    page = fourth.get(f"/proposals/{proposal}")
    fourth.post(f"/proposals/{proposal}/decide", page=f"/proposals/{proposal}", outcome="approve", answer="", seen=field(page, "seen"))  # fmt: skip


def test_a_client_confirms_what_the_operator_entered(office: Office):
    _, id_ = hosting(office)
    miner, operator = Person(office, "miner"), Person(office, "operator")
    assert "not answered yet" in operator.get("/mine/clients")
    [party] = re.findall(r'href="(/mine\?party=party-\w+)"[^>]*>[^<]*Братская', miner.get("/mine"))
    assert f'action="/mine/clients/{id_}/confirm"' in miner.get(party)
    page = say(miner, id_, "confirm")
    assert "you confirmed it" in page
    assert f'action="/mine/clients/{id_}/confirm"' not in page
    assert "confirmed by the client" in operator.get("/mine/clients")
    assert "You have answered this already" in say(miner, id_, "confirm", status=409)
    with office.reading() as connection:
        assert journal.verify(connection)[2] == []
    assert {t for t, (held, made) in rebuild(office.database).items() if held != made} == set()


def test_an_objection_goes_to_the_queue_and_the_electricity_back_to_the_operator(office: Office):
    client, id_ = hosting(office)
    miner, operator = Person(office, "miner"), Person(office, "operator")
    theirs, own = used(office, client.miner), used(office, client.operator)
    assert theirs is not None
    assert own is not None
    assert "What is not so: nothing is filled in." in say(miner, id_, "object", status=422, statement="")
    page = say(miner, id_, "object", statement="Not our machines.")
    assert "you object" in page
    assert "the client objects" in operator.get("/mine/clients")
    assert "The client objects to being one" in operator.get("/mine/clients/report?month=2025-02")
    with office.reading() as connection:
        [report] = connection.execute(
            "SELECT energy_wh FROM register.clientreport WHERE client = %s AND lower(valid) = '2025-02-01' AND upper_inf(known)", [id_]
        ).fetchall()  # fmt: skip
    assert used(office, client.operator) == own + report[0]
    assert used(office, client.miner) == theirs - report[0]
    assert "You have answered this already" in say(miner, id_, "object", status=409, statement="Again.")
    decide(office, "uphold")
    assert rows(office, "SELECT count(*) FROM register.client WHERE id = %s AND upper_inf(known)", id_) == [(0,)]
    assert used(office, client.operator) == own + report[0]
    assert "Hosted by" not in miner.get(f"/mine?party={client.miner}")
    assert {t for t, (held, made) in rebuild(office.database).items() if held != made} == set()


def test_an_objection_that_is_rejected_leaves_the_hosting_and_is_not_made_twice(office: Office):
    client, id_ = hosting(office)
    miner, theirs = Person(office, "miner"), used(office, client.miner)
    say(miner, id_, "object", statement="Not our machines.")
    decide(office, "reject")
    assert used(office, client.miner) == theirs
    page = miner.get(f"/mine?party={client.miner}")
    assert "stands by decision of the office" in page
    assert f"/mine/clients/{id_}/object" not in page
    assert "You have answered this already" in say(miner, id_, "object", status=409, statement="Still not.")


def test_an_objection_is_taken_back_and_the_operator_may_end_the_hosting_meanwhile(office: Office):
    client, id_ = hosting(office)
    miner, operator = Person(office, "miner"), Person(office, "operator")
    say(miner, id_, "object", statement="Not our machines.")
    [appeal] = re.findall(r'action="/mine/appeals/(appeal-\w+)/withdraw"', miner.get(f"/mine?party={client.miner}"))
    miner.post(f"/mine/appeals/{appeal}/withdraw", page="/mine")
    assert "It is so" in miner.get(f"/mine?party={client.miner}")
    say(miner, id_, "object", statement="Not our machines.")
    operator.post(f"/mine/clients/{id_}/end", page="/mine/clients", since="2025-03-15", why="Gone.")
    decide(office, "uphold")
    assert rows(office, "SELECT count(*) FROM register.client WHERE id = %s AND upper_inf(known)", id_) == [(0,)]


def test_nobody_else_answers_for_a_client(office: Office):
    _, id_ = hosting(office)
    for login in ("household", "operator"):
        say(Person(office, login), id_, "confirm", status=403)
    officer = Person(office, "officer")
    officer.post(f"/mine/clients/{id_}/confirm", status=403)
    say(Person(office, "miner"), "client-00000000", "confirm", status=404)
    assert rows(office, "SELECT DISTINCT consent FROM register.client") == [("asked",)]


def test_reports_beyond_the_meter_are_shown_to_the_officer_and_the_operator(office: Office):
    client, _ = hosting(office)
    with office.reading() as connection:
        [reading] = listed(
            connection, Reading, "lower(valid) = '2025-02-01' AND meter IN (SELECT id FROM register.meter WHERE site = %s)", [client.site]
        )  # fmt: skip

    def work(transaction: object) -> dict[str, str]:
        books = Books(transaction, "office-000001")  # type: ignore[arg-type]
        books.state(reading.id, Reading(reading.record.meter, 1000), since=FEBRUARY.start, until=FEBRUARY.end, why="Misread.")  # fmt: skip
        return {}

    officer, operator = Person(office, "officer"), Person(office, "operator")
    said = "Reports of clients do not fit the meters"
    assert said not in officer.get(f"/parties/{client.operator}")
    office.write(work, key="less")
    page = officer.get(f"/parties/{client.operator}")
    assert said in page
    assert "the mining meters counted 1\N{NO-BREAK SPACE}kWh" in page
    assert "Your clients are reported with more than the meters counted" in operator.get("/mine/clients/report?month=2025-02")  # fmt: skip
    assert said not in officer.get(f"/parties/{client.miner}")


# What an operator reports is law -----------------------------------------------------------------------------------
def test_what_an_operator_reports_is_what_the_regime_of_the_day_says(office: Office):
    english, russian = words("en", "Europe/Moscow", office.regime), words("ru", "Europe/Moscow", office.regime)
    clock = office.clock
    assert isinstance(clock, Clock)
    said = {}
    for day in ((2024, 12, 1), (2025, 4, 1), (2025, 7, 29), (2025, 7, 30)):
        clock.now = datetime(*day, 9, tzinfo=UTC)
        said[day] = duties(office, english)
    assert said[2024, 12, 1] == []
    assert [what for what, _ in said[2025, 4, 1]] == [
        "An operator tells its tax office who mines with its services.",
        "Fine for an operator that does not tell its tax office in time who mines with its services: 40,000\N{NO-BREAK SPACE}₽",
    ]
    assert said[2025, 7, 29] == said[2025, 4, 1]
    assert len(said[2025, 7, 30]) == 3
    assert said[2025, 7, 30][1][0].startswith("Of each client an operator reports name and INN or OGRN")
    assert said[2025, 7, 30][1][1] == "Order of the Federal Tax Service on what operators report"
    for (_, english_cite), (what, cite) in zip(said[2025, 7, 30], duties(office, russian), strict=True):
        assert re.search("[а-я]", what)
        assert cite != english_cite


def test_a_regime_that_does_not_say_has_the_operator_report_nothing(office: Office):
    office.regime = law.load("kz/law")
    assert duties(office, words("en", "Europe/Moscow", office.regime)) == []
    assert "The sources that were read for this regime do not say." in Person(office, "operator").get("/mine/clients")
