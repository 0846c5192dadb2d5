"""A Monday morning at the office, through its pages as a browser without scripts sees them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tests.databases import Clock
from tests.desk.at_work import Person, links, office_at_work

from adit.desk.demo import MORNING
from adit.desk.office import Office
from adit.journal import store as journal


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _count(office: Office, query: str, *parameters: object) -> int:
    with office.reading() as connection:
        return int(connection.execute(query, parameters).fetchall()[0][0])


def _paper(person: Person, path: str) -> str:
    response = person.client.get(path)
    assert response.headers["content-type"] == "application/pdf"
    return "\n".join(p.extract_text() for p in PdfReader(BytesIO(response.content)).pages)


def test_a_case_from_the_application_to_the_appeal(office: Office):
    household, officer, second = (Person(office, login) for login in ("household", "officer", "second"))

    # the miner is warned, applies, is asked for more, and answers
    mine = household.get("/mine")
    assert "You are running into the limit" in mine
    household.post(
        "/mine/apply", page="/mine/apply", register="miners", statement="Two machines at home.", party=_party(mine)
    )
    [case] = [
        a for a in links(officer.get("/queue?what=applications"), "/applications/") if "Two machines" in officer.get(a)
    ]
    officer.post(f"{case}/take-up", page=case, seen=_seen(officer, case))
    officer.post(f"{case}/ask", page=case, seen=_seen(officer, case), question="Whose meter is it?")
    assert "Whose meter is it?" in household.get("/mine")
    household.post(f"/mine{case}/answer", statement="Mine, by the contract of supply.")

    # one officer proposes, and cannot approve what is his own; another does
    officer.post(
        f"{case}/propose",
        page=case,
        seen=_seen(officer, case),
        outcome="approve",
        reason="Nothing stands in the way.",
        cites="221-FZ of 2024-08-08",
    )
    [proposal] = [p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if "Иванов" in officer.get(p)]
    own = officer.post(
        f"{proposal}/decide", page=proposal, seen=_seen(officer, proposal), outcome="approve", status=403
    )
    assert "Another officer has to" in own
    shown = second.get(proposal)
    assert "Nothing stands in the way." in shown
    second.post(f"{proposal}/decide", page=proposal, seen=_seen(second, proposal), outcome="approve")
    second.post(f"{proposal}/decide", page="/queue", seen=_seen(second, proposal), outcome="approve", status=409)

    # the certificate, and whoever gets it verifies it
    mine = household.get("/mine")
    certificate = next(
        a for a in links(household.get("/mine/letters"), "/mine/letters/") if "Свидетельство" in _paper(household, a)
    )
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]", _paper(household, certificate))
    assert code is not None
    stranger = Person(office)
    assert "Certificate of entry" in stranger.get(f"/verify?code={code[0]}")
    assert "Иванов" not in stranger.get(f"/verify?code={code[0]}")
    assert "is wrong" in stranger.get(f"/verify?code={code[0][:-1]}{'0' if code[0][-1] != '0' else '1'}")

    # it declares a month, sees what it will owe and by which article before it is sent, and has a receipt
    before = household.get(
        f"/mine/declare/preview?party={_party(mine)}&month=2025-03&coins=0.05&energy=5900&costs=20000"
    )
    assert "RUB" in before or "₽" in before
    assert "221-FZ" in before or "Tax Code" in before
    sent: dict[str, Any] = {
        "party": _party(mine),
        "month": "2025-03",
        "coins": "0,05",
        "energy": "5 900",
        "costs": "20000",
        "seen": "",
    }
    household.post("/mine/declare", page="/mine/declare?month=2025-03", **sent)
    assert "5,900" in household.get("/mine")
    newest = links(household.get("/mine/letters"), "/mine/letters/")[0]
    assert "5 900" in _paper(household, newest).replace("\N{NO-BREAK SPACE}", " ") or "5,900" in _paper(
        household, newest
    )

    # the office decides it; the party objects; who decided may not answer
    party = f"/parties/{_party(mine)}"
    officer.post(f"{party}/decide", page=party, month="2025-03")
    decision = links(household.get("/mine"), "/decisions/")[0]
    assert "2025-03" in household.get(decision)
    household.post(
        "/mine/appeal",
        page=f"/mine/appeal?about={decision.rpartition('/')[2]}",
        about=decision.rpartition("/")[2],
        statement="The meter counts the house.",
    )
    [appeal] = [
        a for a in links(officer.get("/queue?what=appeals"), "/appeals/") if "counts the house" in officer.get(a)
    ]
    told = officer.post(
        f"{appeal}/propose", page=appeal, seen=_seen(officer, appeal), outcome="reject", reason="No.", status=403
    )
    assert "took part" in told
    third, fourth = Person(office, "third"), Person(office, "fourth")
    third.post(
        f"{appeal}/propose",
        page=appeal,
        seen=_seen(third, appeal),
        outcome="uphold",
        reason="The meter is of the house.",
    )
    [answer] = [p for p in links(third.get("/queue?what=proposals"), "/proposals/") if "of the house" in third.get(p)]
    officer.post(f"{answer}/decide", page=answer, seen=_seen(officer, answer), outcome="approve", status=403)
    fourth.post(f"{answer}/decide", page=answer, seen=_seen(fourth, answer), outcome="approve")
    assert "upheld" in household.get("/mine")

    # and nothing of it can be changed unseen
    with office.reading() as connection:
        _, _, faults = journal.verify(connection)
    assert faults == []


def _party(page: str) -> str:
    found = re.search(r"party-\w+", page)
    assert found is not None
    return found[0]


def _seen(person: Person, path: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', person.get(path))
    return found[1] if found else "0"


def test_a_correction_keeps_what_was_declared_first(office: Office):
    miner = Person(office, "miner")
    page = miner.get("/mine/declare?month=2025-02")
    party, seen = _party(page), re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    before = _count(office, "SELECT count(*) FROM register.declaration WHERE party = %s", party)
    fields: dict[str, Any] = {
        "party": party,
        "month": "2025-02",
        "coins": "1",
        "energy": "150000",
        "costs": "",
        "seen": seen[1],
    }
    unsaid = miner.post("/mine/declare", page="/mine/declare?month=2025-02", status=422, **fields)
    assert "Nothing was declared" in unsaid
    miner.post("/mine/declare", page="/mine/declare?month=2025-02", why="A meter was left out.", **fields)
    assert _count(office, "SELECT count(*) FROM register.declaration WHERE party = %s", party) == before + 1
    late = miner.post("/mine/declare", page="/mine/declare?month=2025-02", why="Again.", status=422, **fields)
    assert "Somebody changed this meanwhile" in late


def test_the_same_form_sent_ten_times_counts_once(office: Office):
    miner = Person(office, "miner")
    page = miner.get("/mine/declare?month=2025-03")
    from tests.desk.at_work import field

    data = {
        "csrf": field(page, "csrf"),
        "key": field(page, "key"),
        "party": _party(page),
        "month": "2025-03",
        "coins": "0.1",
        "energy": "9",
        "seen": "",
    }
    answers = {miner.client.post("/mine/declare", data=data, follow_redirects=False).status_code for _ in range(10)}
    assert answers == {303}
    assert (
        _count(
            office,
            "SELECT count(*) FROM register.declaration WHERE party = %s AND lower(valid) = '2025-03-01'",
            _party(page),
        )
        == 1
    )
    other = miner.client.post("/mine/declare", data=data | {"coins": "0.2"})
    assert other.status_code == 422
    assert "used for another request" in other.text


def test_the_ban_of_next_monday_is_shown_before_it_bites(office: Office):
    miner = Person(office, "miner")
    parties = set(re.findall(r"party=(party-\w+)", miner.get("/mine")))
    pages = [miner.get(f"/mine?party={p}") for p in parties]
    warned = [p for p in pages if "From 2025-04-07" in p]
    assert len(warned) == 1
    assert "Government Decree 1869" in warned[0]
    officer = Person(office, "officer")
    assert "From 2025-04-07" in officer.get(f"/parties/{_party(warned[0])}")


def test_a_change_of_law_that_is_announced_is_shown_before_it_bites():
    with office_at_work(demo=True, clock=Clock(datetime(2025, 8, 20, 9, tzinfo=UTC))) as office:
        law = Person(office).get("/law")
        begins = re.search(r"What begins.*?</section>", law, re.DOTALL)
        assert begins is not None
        assert re.search(r"2025-(09|10|11|12)|2026-\d\d", begins[0])


def test_what_cannot_be_read_is_named_at_its_field_and_nothing_is_lost(office: Office):
    miner = Person(office, "miner")
    page = miner.post(
        "/mine/declare",
        page="/mine/declare?month=2025-03",
        party="",
        month="2025-03",
        coins="a lot",
        energy="12",
        note="kept",
        seen="",
        status=422,
    )
    assert 'href="#coins"' in page
    assert 'value="a lot"' in page
    assert "kept" in page


@pytest.mark.parametrize("month", ["2025-13", "2025", "2025-03-01", "never", "0000-01", "99999999-01"])
def test_what_is_no_month_is_told(office: Office, month: str):
    assert "month" in Person(office, "miner").get(f"/mine/declare?month={month}", status=422).lower()


def test_a_month_that_has_not_ended_is_not_declared(office: Office):
    miner = Person(office, "miner")
    page = miner.get("/mine/declare")
    miner.post(
        "/mine/declare",
        page="/mine/declare",
        party=_party(page),
        month="2025-06",
        coins="1",
        energy="1",
        seen="",
        status=422,
    )


def test_search_forgives_spelling_in_both_alphabets(office: Office):
    officer = Person(office, "officer")
    for asked in ("Ангара Вычисления", "ангора вычесления", "angara vychisleniya", "Angara"):
        assert "Ангара Вычисления" in officer.get(f"/search?q={asked}"), asked
    assert "Nothing is found" in officer.get("/search?q=Млечный путь")


def test_an_analyst_sees_the_register_and_not_who_is_in_it(office: Office):
    analyst = Person(office, "analyst")
    officer = Person(office, "officer")
    party = _party(officer.get("/search?q=Карелия"))
    assert "Карелия" in officer.get(f"/parties/{party}")
    assert "Карелия ЦОД" not in analyst.get(f"/parties/{party}").replace("Площадка «Карелия ЦОД»", "")


def test_an_empty_office_helps_on():
    with office_at_work(demo=False) as office:
        from adit.desk.demo import PASSWORD, SECRET
        from adit.desk.web.accounts import add_account

        hand = add_account(
            office, login="admin", name="First", roles=["administrator"], password=PASSWORD, by="office-000001"
        )
        with office.reading() as connection:
            connection.execute("UPDATE desk.account SET totp_secret = %s WHERE hand = %s", (SECRET, hand))
        admin = Person(office, "admin")
        admin.post("/admin/accounts", page="/admin", login="o", name="O", role="officer", password=PASSWORD)
        for path in ("/", "/law", "/log", "/verify", "/admin", "/admin/preview"):
            admin.get(path)
        assert "none yet" in admin.get("/admin")


def test_health_tells_the_truth(office: Office):
    stranger = Person(office)
    assert stranger.client.get("/health").json()["writes"] is True
    office.clock.pass_(days=-10)  # type: ignore[attr-defined]
    assert "the clock is behind the journal" in stranger.client.get("/health").json()["amiss"]
    office.writer.close()
    ill = stranger.client.get("/health")
    assert ill.status_code == 503
    assert ill.json()["writes"] is False


def test_the_morning_is_as_it_is_said_to_be(office: Office):
    assert office.now() == MORNING
    assert "2025-04-01" in Person(office).get("/")


def test_every_table_follows_from_the_journal(office: Office):
    from adit.register.store import rebuild

    Person(office, "miner").get("/mine")
    assert {table for table, (held, made) in rebuild(office.database).items() if held != made} == set()
    assert Person(office, "officer").get("/queue")  # and those outside refer to them again
    with pytest.raises(Exception, match="foreign key"), office.reading() as connection:
        connection.execute(
            "INSERT INTO desk.account_party (hand, party) SELECT hand, 'party-00000000' FROM desk.account LIMIT 1"
        )


def test_whoever_was_struck_off_is_a_member_no_more(office: Office):
    """The office struck ООО «Кубань Блок» off on 28 March 2025."""
    officer, stranger = Person(office, "officer"), Person(office)
    assert "Кубань" not in officer.get("/members")
    assert "Кубань" in officer.get("/members?on=2025-03-27")
    found = links(officer.get("/search?q=Кубань"), "/parties/")[0]
    assert "Not entered." in officer.get(found)
    [certificate] = [
        code
        for code in re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]", _letters(office, found))
        if code
    ]
    assert "no longer" in stranger.get(f"/verify?code={certificate}")


def _letters(office: Office, party: str) -> str:
    """The codes of the certificates of a party."""
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT code FROM register.letter WHERE party = %s AND paper = 'certificate of entry' AND upper_inf(known)",
            [party.rpartition("/")[2]],
        )
        return " ".join(code for (code,) in rows)


def test_who_only_owns_shares_owes_no_report(office: Office):
    officer = Person(office, "officer")
    fund = links(officer.get("/search?q=Вымышленный собственник"), "/parties/")[0]
    assert "missing" not in officer.get(fund)
