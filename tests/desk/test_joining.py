"""Asking for an account: claimed by anybody, opening nothing, looked up nowhere, confirmed by two officers, told to those who act already, and gone where it leads to nothing."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, links, office_at_work

from adit.desk import newcomers
from adit.desk.demo import MORNING
from adit.desk.newcomers import KEPT_DAYS
from adit.desk.office import Office
from adit.desk.rounds import HAND, round_once
from adit.register.procedures.joining import checked
from adit.register.records import Joining, Mandate
from adit.register.store import listed, rebuild
from adit.terms.errors import BadInput

WORDS = "rain over the old ferry"
COMPANY: dict[str, Any] = {
    "kind": "company", "country": "RU", "name": "ООО «Новая Нить»", "inn": "7707083893", "ogrn": "1027700132195", "address": "Тверь, Новая ул., 1",
    "email": "new@example.org", "phone": "", "person": "Нестор Новый", "role": "director", "document": "", "document_on": "", "document_until": "",
    "statement": "", "login": "nestor", "password": WORDS,
}  # fmt: skip


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _clock(office: Office) -> Clock:
    assert isinstance(office.clock, Clock)
    return office.clock


def _asks(office: Office, status: int = 200, **other: str) -> tuple[Person, str]:
    """Somebody who sends the form; the page that they see then."""
    person = Person(office)
    page = person.get("/join")
    answer = person.client.post("/join", data=COMPANY | {"key": field(page, "key")} | other)
    assert answer.status_code == status, answer.text
    person.own = "/joining"
    return person, answer.text


def _request(office: Office, name: str = "Новая Нить") -> tuple[str, Joining, int]:
    with office.reading() as connection:
        found = [j for j in listed(connection, Joining, "upper_inf(valid)") if name in j.record.name]
    return found[0].id, found[0].record, found[0].entry


def _rows(office: Office, query: str, *parameters: object) -> list[tuple[object, ...]]:
    with office.reading() as connection:
        return [tuple(r) for r in connection.execute(query, parameters).fetchall()]


def _confirm(office: Office, officer: Person, second: Person, id_: str, party: str = "new", **other: str) -> str:
    page, (_, _, entry) = f"/joinings/{id_}", _of(office, id_)
    sent: dict[str, Any] = {
        "party": party,
        "seen_of": "passport in person",
        "remark": "Passport 00 00 000001",
        "seen": str(entry),
    } | other
    officer.post(f"{page}/propose", page=page, **sent)
    [proposal] = links(officer.get(page), "/proposals/")
    return second.post(f"{proposal}/decide", page=proposal, seen=field(second.get(proposal), "seen"), outcome="approve")


def _of(office: Office, id_: str) -> tuple[str, Joining, int]:
    with office.reading() as connection:
        [found] = listed(connection, Joining, "id = %s AND upper_inf(valid)", [id_])
    return found.id, found.record, found.entry


# The story --------------------------------------------------------------------------------------------------------
def test_a_miner_enters_itself_and_two_officers_confirm_it(office: Office):
    person, page = _asks(office)
    assert "ООО «Новая Нить»" in page
    number = re.search(r"The number of your request: (\w{10})", page)
    assert number is not None
    for closed in ("/mine", "/mine/declare", "/account", "/queue", "/members", "/mine/sites"):
        person.get(closed, status=403)

    # signing in again goes by the number, and by nothing else
    again = Person(office)
    assert again.client.post("/sign-in", data={"login": "nestor", "password": WORDS}).status_code == 422
    assert again.sign_in(number[1], WORDS).url.path == "/joining"

    officer, second = Person(office, "officer"), Person(office, "second")
    id_, asked, entry = _request(office)
    assert id_.endswith(number[1])
    queue = officer.get("/queue?what=joinings")
    assert f"/joinings/{id_}" in queue
    shown = officer.get(f"/joinings/{id_}")
    assert "No party with these numbers is entered." in shown
    officer.post(f"/joinings/{id_}/ask", page=f"/joinings/{id_}", question="Which street?", seen=str(entry))
    assert "Which street?" in person.get("/joining")
    seen = field(person.get("/joining"), "seen")
    person.post(f"/joining/{id_}/correct", **(COMPANY | {"address": "Тверь, Старая ул., 2", "seen": seen}))

    # one officer cannot do it alone
    page = f"/joinings/{id_}"
    sent: dict[str, Any] = {"party": "new", "seen_of": "passport in person", "remark": "Passport 00 00 000001"}
    officer.post(f"{page}/propose", page=page, seen=field(officer.get(page), "seen"), **sent)
    [proposal] = links(officer.get(page), "/proposals/")
    officer.post(
        f"{proposal}/decide", page=proposal, seen=field(officer.get(proposal), "seen"), outcome="approve", status=403
    )
    person.get("/mine", status=403)
    told = second.get(proposal)
    assert "Passport 00 00 000001" in told
    assert "Старая ул., 2" in told
    second.post(f"{proposal}/decide", page=proposal, seen=field(told, "seen"), outcome="approve")

    mine = person.get("/mine")
    assert "ООО «Новая Нить»" in mine
    assert "You act for" in person.get("/joining")
    letters = person.get("/mine/letters")
    assert "otice of who acts for you" in letters or "notice of who acts" in letters.lower()
    later = Person(office)
    assert later.sign_in("nestor", WORDS).url.path == "/mine"
    assert later.client.get("/sign-out").status_code == 405
    stranger = Person(office)
    assert stranger.client.post("/sign-in", data={"login": number[1], "password": WORDS}).status_code == 422
    with office.reading() as connection:
        [mandate] = listed(connection, Mandate)
    assert (mandate.record.hand, mandate.record.role, mandate.record.seen) == (
        asked.hand,
        "director",
        "passport in person",
    )
    assert all(a == b for a, b in rebuild(office.database).values())


def test_a_second_person_for_a_party_is_told_to_those_who_act_for_it(office: Office):
    id_, asked, _ = _request(office, "Ангара Вычисления")
    miner, officer, second = Person(office, "miner"), Person(office, "officer"), Person(office, "second")
    [(party,)] = _rows(office, "SELECT party FROM register.identity WHERE inn = %s AND upper_inf(known)", asked.inn)
    shown = officer.get(f"/joinings/{id_}")
    assert "Марина Майнер" in shown
    assert "a new one, entered with it" not in shown  # the INN is that of a party
    before = miner.get(f"/mine/letters?party={party}")
    page, entry = f"/joinings/{id_}", field(shown, "seen")
    sent: dict[str, Any] = {
        "party": str(party),
        "seen_of": "power of attorney",
        "remark": "12/2025 of 17 March, signed",
    }
    officer.post(f"{page}/propose", page=page, seen=entry, **sent)
    letters = miner.get(f"/mine/letters?party={party}")
    assert letters.count("/mine/letters/letter-") == before.count("/mine/letters/letter-") + 1  # before it is decided
    assert "Бухгалтерова" not in miner.get(f"/mine?party={party}")
    [proposal] = links(officer.get(page), "/proposals/")
    assert f'<a href="/parties/{party}">ООО «Ангара Вычисления»</a>' in second.get(
        proposal
    )  # for whom, before it is approved
    second.post(f"{proposal}/decide", page=proposal, seen=field(second.get(proposal), "seen"), outcome="approve")
    assert "Бухгалтерова" in miner.get(f"/mine?party={party}")
    assert (
        miner.get(f"/mine/letters?party={party}").count("/mine/letters/letter-")
        == before.count("/mine/letters/letter-") + 2
    )

    # a power of attorney ends by itself
    [(login,)] = _rows(office, "SELECT login FROM desk.account WHERE hand = %s", asked.hand)
    assert Person(office).sign_in(str(login)).url.path == "/mine"
    _clock(office).now = MORNING.replace(month=12, day=31)
    bella = Person(office)
    bella.sign_in(str(login))
    assert "Ангара" in bella.get("/mine")
    _clock(office).now = MORNING.replace(year=2026, month=1, day=1)
    bella = Person(office)
    assert bella.sign_in(str(login)).url.path == "/joining"
    bella.get(f"/mine?party={party}", status=403)
    bella.get("/mine/declare", status=404)


def test_whoever_acts_is_ended_by_two_officers(office: Office):
    person, _ = _asks(office)
    officer, second = Person(office, "officer"), Person(office, "second")
    id_, _, _ = _request(office)
    _confirm(office, officer, second, id_)
    person.get("/mine")
    with office.reading() as connection:
        [mandate] = listed(connection, Mandate)
    party = f"/parties/{mandate.record.party}"
    assert f"/mandates/{mandate.id}/end" in officer.get(party)
    officer.post(f"/mandates/{mandate.id}/end", page=party, reason="The director was replaced.")
    person.get("/mine")  # it is only proposed
    [proposal] = [
        p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if "was replaced" in officer.get(p)
    ]
    second.post(f"{proposal}/decide", page=proposal, seen=field(second.get(proposal), "seen"), outcome="approve")
    assert "You act for ООО «Новая Нить» no more" in person.get("/mine")
    person.get("/mine/declare", status=404)


def test_somebody_who_acts_for_one_party_asks_for_another(office: Office):
    miner, officer, second = Person(office, "miner"), Person(office, "officer"), Person(office, "second")
    page = miner.get("/join")
    assert 'name="password"' not in page
    sent = {k: v for k, v in COMPANY.items() if k not in ("login", "password")}
    miner.post("/join", page="/join", **sent)
    miner.post("/join", page="/account", **sent, status=409)  # one at a time
    id_, asked, _ = _request(office)
    _confirm(office, officer, second, id_)
    assert "ООО «Новая Нить»" in miner.get("/mine")
    [(roles, login)] = _rows(office, "SELECT roles, login FROM desk.account WHERE hand = %s", asked.hand)
    assert (roles, login) == (["miner"], "miner")


def test_a_login_that_is_taken_stays_with_whoever_has_it(office: Office):
    person, page = _asks(office, login="Miner")
    number = re.search(r"The number of your request: (\w{10})", page)
    assert number is not None
    id_, _, _ = _request(office)
    officer, second = Person(office, "officer"), Person(office, "second")
    assert "is somebody else" in officer.get(f"/joinings/{id_}")
    _confirm(office, officer, second, id_)
    assert Person(office).sign_in(number[1], WORDS).url.path == "/mine"
    assert "Ангара" in Person(office, "miner").get("/mine")
    assert "Новая Нить" in person.get("/mine")


# No oracle --------------------------------------------------------------------------------------------------------
def test_nobody_learns_from_the_form_what_is_known(office: Office, monkeypatch: pytest.MonkeyPatch):
    """The same answer for an INN and a login that are known and for such that are not: and no query that could take another time."""
    [(known,)] = _rows(office, "SELECT inn FROM register.identity WHERE upper_inf(known) AND length(inn) = 10 LIMIT 1")
    pages, queries = list[str](), list[list[str]]()
    was = psycopg.Connection.execute

    def seen(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        queries[-1].append(str(query)[:60])
        return was(self, query, *rest, **more)

    _asks(office, inn="7707083893", login="warm-up")
    for inn, login in ((known, "miner"), ("7707083893", "nobody-yet")):
        queries.append([])
        monkeypatch.setattr(psycopg.Connection, "execute", seen)
        _, page = _asks(office, inn=str(inn), login=login)
        monkeypatch.setattr(psycopg.Connection, "execute", was)
        page = re.sub(
            r"value=\"[\w-]{16,}\"|nonce-?=?\"?[\w-]+|\?v=\w+",
            "",
            page.replace(str(inn), "INN").replace(login, "LOGIN"),
        )
        pages.append(re.sub(r"joining-\w{10}|\b[0-9a-z]{10}\b|value=\"\d+\"", "N", page))
    assert pages[0] == pages[1]
    assert not any("identity" in q for q in queries[0])
    asked = [[q for q in each if q and "pg_advisory" not in q and not q.startswith("SET")] for each in queries]
    assert asked[0] == asked[1]


def test_the_same_form_sent_ten_times_is_one_request(office: Office):
    person = Person(office)
    page = person.get("/join")
    key = field(page, "key")
    for _ in range(10):
        person.client.cookies.clear()
        assert person.client.post("/join", data=COMPANY | {"key": key}).status_code == 200
    [(count,)] = _rows(
        office, "SELECT count(*) FROM register.joining WHERE name = %s AND upper_inf(known)", COMPANY["name"]
    )
    assert count == 1
    # once it is confirmed, the form of then signs nobody in
    id_, _, _ = _request(office)
    _confirm(office, Person(office, "officer"), Person(office, "second"), id_)
    assert Person(office).client.post("/join", data=COMPANY | {"key": key}).url.path == "/sign-in"
    # whoever knows the key and not the password gets into nothing
    stranger = Person(office)
    answer = stranger.client.post("/join", data=COMPANY | {"key": key, "password": "another old ferry in rain"})
    assert answer.status_code == 409 or answer.status_code == 422
    assert "adit" not in {c.name for c in stranger.client.cookies.jar}


def test_no_password_and_no_login_stands_in_the_journal(office: Office):
    _asks(office)
    [(text,)] = _rows(office, "SELECT string_agg(body, '') FROM journal.payload")
    assert "Нестор Новый" in str(text)
    assert "nestor" not in str(text)
    assert WORDS not in str(text)


# Limits -----------------------------------------------------------------------------------------------------------
def test_a_place_sends_a_few(office: Office):
    person = Person(office)
    answers = [person.client.post("/join", data={"key": "short"}).status_code for _ in range(15)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_all_together_send_so_many_an_hour(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(newcomers, "MOST_AN_HOUR", 2)
    _asks(office)
    _asks(office, login="second-one")
    _, page = _asks(office, status=503, login="third-one")
    assert "Too many are asking for accounts." in page
    _clock(office).pass_(minutes=61)
    _asks(office, login="third-one")
    monkeypatch.setattr(newcomers, "MOST_OPEN", 3)
    _clock(office).pass_(minutes=61)
    assert "come to the office" in _asks(office, status=503, login="fourth-one")[1]


def test_taking_back_and_asking_anew_counts_too(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(newcomers, "MOST_AN_HOUR", 2)
    for login in ("one-more", "two-more"):
        person, _ = _asks(office, login=login)
        person.post(f"/joining/{_request(office)[0]}/withdraw")
    _asks(office, status=503)


def test_corrections_have_an_end(office: Office):
    person, _ = _asks(office)
    id_, _, _ = _request(office)
    for n in range(19):
        seen = field(person.get("/joining"), "seen")
        person.post(f"/joining/{id_}/correct", **(COMPANY | {"statement": f"Number {n}", "seen": seen}))
    seen = field(person.get("/joining"), "seen")
    told = person.post(f"/joining/{id_}/correct", status=409, **(COMPANY | {"statement": "One more", "seen": seen}))
    assert "This request was corrected too often." in told


# Ends -------------------------------------------------------------------------------------------------------------
def _nothing_is_left(office: Office, hand: str) -> None:
    [(name, login, closed, password)] = _rows(
        office, "SELECT name, login, closed_at IS NOT NULL, password FROM desk.account WHERE hand = %s", hand
    )
    assert (name, login, closed, password) == (hand, hand, True, "")
    [(text,)] = _rows(office, "SELECT string_agg(body, '') FROM journal.payload")
    for said in ("Нестор", "new@example.org", "Новая Нить"):
        assert said not in str(text)
    assert all(a == b for a, b in rebuild(office.database).values())


def test_what_is_taken_back_is_gone(office: Office):
    person, _ = _asks(office)
    id_, asked, _ = _request(office)
    page = person.post(f"/joining/{id_}/withdraw")
    assert "Withdrawn." in page
    person.own = "/"
    assert person.client.get("/joining").url.path == "/sign-in"
    _nothing_is_left(office, asked.hand)
    _, record, _ = _of(office, id_)
    assert (record.state, record.name) == ("withdrawn", "")


def test_spam_is_cleared_away_many_at_a_time(office: Office):
    _asks(office)
    id_, asked, _ = _request(office)
    officer = Person(office, "officer")
    assert f'value="{id_}"' in officer.get("/joinings")
    officer.post("/joinings/clear", page="/joinings", status=422)
    officer.post("/joinings/clear", page="/joinings", id=[id_, _request(office, "Новикова")[0]])
    assert id_ not in officer.get("/joinings")
    assert "cleared" in officer.get(f"/joinings/{id_}")
    _nothing_is_left(office, asked.hand)


def test_a_refusal_is_read_as_a_notice_and_asked_again(office: Office):
    person, _ = _asks(office)
    id_, asked, entry = _request(office)
    officer = Person(office, "officer")
    page = f"/joinings/{id_}"
    officer.post(f"{page}/refuse", page=page, seen=str(entry), reason="", status=422)
    officer.post(f"{page}/refuse", page=page, seen=str(entry), reason="You are not its director by the state register.")
    notice = person.get("/joining")
    assert "Notice: the request was refused" in notice
    assert "You are not its director by the state register." in notice
    assert id_ in notice
    person.get("/mine", status=403)
    sent = {k: v for k, v in COMPANY.items() if k not in ("login", "password")}
    person.post("/join", page="/join", **(sent | {"role": "attorney", "document": "7", "document_on": "2025-03-01"}))
    assert "sent" in person.get("/joining")
    assert asked.hand == _request(office)[1].hand


def test_what_nobody_acts_on_is_taken_away_by_the_office(office: Office):
    person, _ = _asks(office)
    id_, asked, _ = _request(office)
    _clock(office).pass_(days=KEPT_DAYS)
    assert newcomers.sweep(office, HAND) == 2  # those of the day before
    assert _of(office, id_)[1].state == "sent"
    _clock(office).pass_(days=1)
    round_once(office)
    assert _of(office, id_)[1].state == "expired"
    assert newcomers.sweep(office, HAND) == 0
    assert person.client.get("/joining").url.path == "/sign-in"
    _nothing_is_left(office, asked.hand)


def test_a_proposal_holds_a_request(office: Office):
    _asks(office)
    id_, _, entry = _request(office)
    officer = Person(office, "officer")
    page = f"/joinings/{id_}"
    sent: dict[str, Any] = {
        "party": "new",
        "seen_of": "passport in person",
        "remark": "Passport 00 00 000001",
        "seen": str(entry),
    }
    officer.post(f"{page}/propose", page=page, **sent)
    officer.post("/joinings/clear", page="/joinings", id=id_, status=409)
    _clock(office).pass_(days=KEPT_DAYS + 5)
    newcomers.sweep(office, HAND)
    assert _of(office, id_)[1].state == "sent"


def test_a_request_that_was_corrected_is_not_confirmed_as_it_was(office: Office):
    person, _ = _asks(office)
    id_, _, entry = _request(office)
    officer, second = Person(office, "officer"), Person(office, "second")
    page = f"/joinings/{id_}"
    sent: dict[str, Any] = {
        "party": "new",
        "seen_of": "passport in person",
        "remark": "Passport 00 00 000001",
        "seen": str(entry),
    }
    officer.post(f"{page}/propose", page=page, **sent)
    person.post(f"/joining/{id_}/correct", **(COMPANY | {"person": "Somebody Else", "seen": str(entry)}))
    [proposal] = links(officer.get(page), "/proposals/")
    second.post(
        f"{proposal}/decide", page=proposal, seen=field(second.get(proposal), "seen"), outcome="approve", status=409
    )
    person.get("/mine", status=403)


# A code by letter -------------------------------------------------------------------------------------------------
def test_a_code_goes_by_letter_and_comes_back(office: Office):
    person, _ = _asks(office)
    id_, _, entry = _request(office)
    officer = Person(office, "officer")
    page = f"/joinings/{id_}"
    sent: dict[str, Any] = {
        "party": "new",
        "seen_of": "code by letter",
        "remark": "Letter of 1 April",
        "seen": str(entry),
    }
    assert "was not given" in officer.post(f"{page}/propose", page=page, **sent, status=422)
    letter = officer.post(f"{page}/letter", page=page, sent_to="Тверь, Реестровая ул., 3")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]", letter)
    assert code is not None
    assert code[0] not in officer.get(page)
    assert not _rows(office, "SELECT 1 FROM journal.payload WHERE body LIKE %s", f"%{code[0]}%")
    wrong = "0000-0000-0000-0"
    assert "not the code of the letter" in person.post(f"/joining/{id_}/code", code=wrong, status=422)
    person.post(f"/joining/{id_}/code", code=code[0].lower().replace("-", " "))
    assert "The code of the letter was given." in officer.get(page)
    officer.post(f"{page}/propose", page=page, **sent)
    assert links(officer.get(page), "/proposals/")


def test_a_code_cannot_be_tried_through(office: Office):
    person, _ = _asks(office)
    id_, _, _ = _request(office)
    officer = Person(office, "officer")
    letter = officer.post(f"/joinings/{id_}/letter", page=f"/joinings/{id_}", sent_to="Тверь, Реестровая ул., 3")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]", letter)
    assert code is not None
    for _ in range(newcomers.CODE_TRIES):
        person.post(f"/joining/{id_}/code", code="0000-0000-0000-0", status=422)
    assert "tried too often" in person.post(f"/joining/{id_}/code", code=code[0], status=422)


# Whose it is ------------------------------------------------------------------------------------------------------
def test_a_request_is_its_owners_alone(office: Office):
    _asks(office)
    id_, _, entry = _request(office)
    other = Person(office, "newcomer")
    for way in ("correct", "withdraw", "code"):
        other.post(f"/joining/{id_}/{way}", status=404, seen=str(entry), code="x")
    other.get(f"/joinings/{id_}", status=403)
    Person(office, "analyst").get(f"/joinings/{id_}", status=403)


def test_nobody_confirms_themselves(office: Office):
    """An account that mines and handles cases: made by an administrator, and asking for another party."""
    from adit.desk.web.accounts import add_account

    hand = add_account(
        office, login="both", name="Both", roles=["miner", "officer"], password="demonstration office", by=HAND
    )
    from adit.desk.demo import SECRET
    from adit.desk.sealing import about_second

    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.account SET totp_secret = %s WHERE hand = %s",
            (office.keys.seal(SECRET, about_second(hand)), hand),
        )
    both = Person(office, "both")
    sent = {k: v for k, v in COMPANY.items() if k not in ("login", "password")}
    both.post("/join", page="/join", **sent)
    id_, _, entry = _request(office)
    claim: dict[str, Any] = {"party": "new", "seen_of": "passport in person", "remark": "Mine", "seen": str(entry)}
    both.post(f"/joinings/{id_}/propose", page=f"/joinings/{id_}", **claim, status=403)
    officer = Person(office, "officer")
    officer.post(f"/joinings/{id_}/propose", page=f"/joinings/{id_}", **claim)
    [proposal] = links(officer.get(f"/joinings/{id_}"), "/proposals/")
    told = both.post(
        f"{proposal}/decide", page=proposal, seen=field(both.get(proposal), "seen"), outcome="approve", status=403
    )
    assert "Nobody confirms what is their own." in told


def test_requests_do_not_crowd_the_list_of_accounts(office: Office):
    _asks(office)
    assert "Нестор" not in Person(office, "admin").get("/admin")


def test_who_is_signed_in_for_something_else_asks_for_nothing(office: Office):
    officer = Person(office, "officer")
    assert officer.client.get("/join").url.path == "/queue"
    officer.post("/join", page="/account", **COMPANY, status=403)


# What cannot be so ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"name": ""}, "The name is missing."),
        ({"person": " "}, "The name of whoever acts is missing."),
        ({"email": "nobody"}, "This is no address for mail."),
        ({"inn": ""}, "The INN is missing."),
        ({"inn": "7707083894"}, "has a wrong control digit"),
        ({"inn": "500100732259"}, "The INN has 10 digits here."),
        ({"ogrn": ""}, "The OGRN is missing."),
        ({"ogrn": "1027700132196"}, "has a wrong control digit"),
        ({"kind": "citizen", "role": "self"}, "The INN has 12 digits here."),
        ({"kind": "citizen", "role": "self", "inn": "500100732259"}, "Companies and entrepreneurs alone have an OGRN."),
        ({"kind": "bank"}, "Choose who asks."),
        ({"country": "DE"}, "The country does not fit who asks."),
        ({"kind": "foreign_company"}, "The country does not fit who asks."),
        ({"country": "russia"}, "Choose the country."),
        ({"role": "self"}, "Nobody acts for this kind of party in this role."),
        ({"role": "attorney"}, "The number of the power of attorney is missing."),
        ({"role": "attorney", "document": "7"}, "The day of the power of attorney is missing."),
        ({"role": "attorney", "document": "7", "document_on": "2025-04-02"}, "The power of attorney is of a day to come."),
        ({"role": "attorney", "document": "7", "document_on": "2024-04-02", "document_until": "2025-03-31"}, "has run out"),
        ({"role": "attorney", "document": "7", "document_on": "first of May"}, "Day of the power of attorney:"),
        ({"name": "x" * 301}, "This is longer than 300 signs."),
        ({"login": "a b"}, "A login has 3 to 60 signs and no blanks."),
        ({"password": "short"}, "The password has fewer than 12 characters."),
        ({"password": "nestor nestor nestor"}, "This password is too easy to guess."),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_told_and_nothing_is_kept(shared: Office, other: dict[str, str], told: str):
    shared_rows = _rows(shared, "SELECT count(*) FROM journal.entry")
    _, page = _asks(shared, status=422, **other)
    assert told in page
    assert 'value="short"' not in page
    assert _rows(shared, "SELECT count(*) FROM journal.entry") == shared_rows


@pytest.fixture(scope="module")
def shared() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def test_a_foreigner_needs_no_numbers():
    asked = Joining(
        "", "sent", "foreign_company", "KZ", "Qazaq Hash", email="a@example.kz", person="A. B.", role="director"
    )
    assert checked(asked, date(2025, 4, 1)) == asked
    with pytest.raises(BadInput, match="INN is missing"):
        checked(Joining("", "sent", "citizen", name="A", email="a@b.ru", person="A"), date(2025, 4, 1))
