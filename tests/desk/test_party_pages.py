"""A party is entered and corrected: what is different is shown first, the old entry stays and is named, and what the law asks needs two hands."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.desk.at_work import Person, field, links, office_at_work

from adit.desk.office import Office
from adit.journal import store as journal
from adit.register.records import Identity, Party
from adit.register.store import get, listed, rebuild

NEW: dict[str, Any] = {
    "kind": "company", "country": "RU", "name": "ООО «Пятая Нить»", "inn": "7707083893", "ogrn": "1027700132195", "address": "Тверь, 1", "email": "",
    "phone": "", "state_tied": "", "state_tied_ground": "", "energy_company": "", "conviction_unspent": "", "terror_listed": "", "tax_resident": "yes",
    "only_mining": "yes", "tax_regime": "general", "since": "2025-03-01", "why": "Extract of 1 March",
}  # fmt: skip


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def shared() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _party(office: Office, name: str = "Пятая") -> str:
    with office.reading() as connection:
        [found] = [i for i in listed(connection, Identity) if name in i.record.name]
    return found.record.party


def _identity(office: Office, party: str) -> tuple[Identity, int]:
    with office.reading() as connection:
        [found] = listed(connection, Identity, "party = %s", [party], order="lower(valid) DESC", limit=1)
    return found.record, found.entry


def _entered(person: Person, page: str, **fields: Any) -> str:
    """Look at a correction, then send it as the page that shows it does."""
    shown = person.post(page, page=page, step="look", **fields)
    assert "What would be different" in shown
    return person.post(page, page=page, step="enter", **fields)


def test_an_officer_enters_a_party_and_corrects_how_it_is_reached(office: Office):
    officer = Person(office, "officer")
    page = officer.post("/new-party", page="/new-party", **NEW)
    assert "ООО «Пятая Нить»" in page
    id_ = _party(office)
    first, entry = _identity(office, id_)
    assert (first.inn, first.ogrn, first.address) == ("7707083893", "1027700132195", "Тверь, 1")
    path = f"/parties/{id_}/correct"
    sent = NEW | {"address": "Тверь, 22", "why": "A slip", "seen": field(officer.get(path), "seen")}
    shown = officer.post(path, page=path, step="look", **sent)
    assert "<del>Тверь, 1</del>" in shown
    assert "<ins>Тверь, 22</ins>" in shown
    assert f"It takes the place of entry {entry}." in shown
    assert _identity(office, id_)[0].address == "Тверь, 1"  # looked at, not entered
    officer.post(path, page=path, step="enter", **sent)
    now, second = _identity(office, id_)
    assert now.address == "Тверь, 22"
    with office.reading() as connection:
        made = journal.entry(connection, second)
        assert made.body is not None
        assert (made.body["why"], made.body["detail"]) == ("A slip", {"corrects": entry})
        assert journal.entry(connection, entry).body is not None  # the old one stays
    history = officer.get(f"/parties/{id_}/history")
    assert "A slip" in history
    assert f"It takes the place of entry {entry}." in history
    assert "Тверь, 1" in officer.get(f"/parties/{id_}/history?known={second}&on=2025-03-15")
    assert "Nothing was known of it for this day then." in officer.get(
        f"/parties/{id_}/history?known={entry - 1}&on=2025-03-15"
    )
    assert "Nothing was known of it for this day then." in officer.get(f"/parties/{id_}/history?on=2025-02-15")
    assert all(a == b for a, b in rebuild(office.database).values())


def test_what_the_law_asks_is_corrected_by_two(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    officer.post("/new-party", page="/new-party", **NEW)
    id_ = _party(office)
    path = f"/parties/{id_}/correct"
    sent = NEW | {
        "state_tied": "yes",
        "state_tied_ground": "51 % held by a region",
        "name": "ПАО «Пятая Нить»",
        "since": "2025-03-15",
    }
    seen = field(officer.get(path), "seen")
    shown = officer.post(path, page=path, step="look", seen=seen, **sent)
    assert ">Propose<" in shown
    officer.post(path, page=path, step="enter", seen=seen, **sent)
    with office.reading() as connection:
        assert [p.record.state_tied for p in listed(connection, Party, "id = %s", [id_])] == [False]
    assert "A proposal is open" in officer.get(path)
    [proposal] = [p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if id_ in officer.get(p)]
    told = second.get(proposal)
    assert "51 % held by a region" in told
    officer.post(f"{proposal}/decide", page=proposal, seen=field(told, "seen"), outcome="approve", status=403)
    second.post(f"{proposal}/decide", page=proposal, seen=field(told, "seen"), outcome="approve")
    with office.reading() as connection:
        before, after = (get(connection, Party, id_, on=d) for d in (date(2025, 3, 14), date(2025, 3, 15)))
        assert before is not None
        assert after is not None
        assert (before.record.state_tied, after.record.state_tied) == (False, True)
        made = journal.entry(connection, after.entry)
        assert made.body is not None
        assert made.body["detail"]["corrects"] == before.entry
    assert "51 % held by a region" in officer.get(f"/parties/{id_}")
    assert _identity(office, id_)[0].name == "ПАО «Пятая Нить»"


def test_a_miner_proposes_and_an_officer_accepts(office: Office):
    miner, officer = Person(office, "miner"), Person(office, "officer")
    page = miner.get("/mine/party")
    assert 'name="terror_listed"' not in page
    party = field(page, "party")
    with office.reading() as connection:
        was = listed(connection, Party, "id = %s", [party])[0]
        who = listed(connection, Identity, "party = %s", [party])[0].record
    sent = NEW | {
        "party": party, "name": who.name, "inn": who.inn, "ogrn": "", "address": "Иркутск, новый адрес", "email": who.email, "phone": "+7 900 000-00-00",
        "terror_listed": "yes", "since": "", "why": "We moved", "seen": field(page, "seen"),
    }  # fmt: skip
    _entered(miner, "/mine/party", **sent)
    assert "A proposal is open" in miner.get(f"/mine/party?party={party}")
    assert _identity(office, party)[0].address != "Иркутск, новый адрес"
    [proposal] = [p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if "We moved" in officer.get(p)]
    assert "terror" not in officer.get(proposal)  # what a party does not say of itself stays as it was
    officer.post(f"{proposal}/decide", page=proposal, seen=field(officer.get(proposal), "seen"), outcome="approve")
    assert _identity(office, party)[0].address == "Иркутск, новый адрес"
    with office.reading() as connection:
        assert listed(connection, Party, "id = %s", [party])[0].entry == was.entry
    assert "We moved" in miner.get(f"/mine/party?party={party}")
    assert "notice of a correction" in miner.get(f"/mine/letters?party={party}").lower()


def test_a_miner_takes_back_what_it_proposed_and_reads_why_it_was_declined(office: Office):
    miner, officer = Person(office, "miner"), Person(office, "officer")
    page = miner.get("/mine/party")
    party = field(page, "party")
    who, _ = _identity(office, party)
    sent = NEW | {
        "party": party,
        "name": who.name,
        "inn": who.inn,
        "ogrn": "",
        "address": "Elsewhere",
        "since": "",
        "seen": field(page, "seen"),
    }
    _entered(miner, "/mine/party", **sent)
    shown = miner.get(f"/mine/party?party={party}")
    [way] = [a for a in (f"/mine/corrections/{x}/take-back" for x in _proposals(office, party)) if a in shown]
    Person(office, "household").post(way, status=404)
    miner.post(way)
    assert "A proposal is open" not in miner.get(f"/mine/party?party={party}")
    _entered(miner, "/mine/party", **sent)
    [id_] = _proposals(office, party)
    officer.post(f"/proposals/{id_}/decide", page=f"/proposals/{id_}", seen=field(officer.get(f"/proposals/{id_}"), "seen"), outcome="decline", answer="No paper.")  # fmt: skip
    assert "No paper." in miner.get(f"/mine/party?party={party}")


def _proposals(office: Office, party: str) -> list[str]:
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM register.proposal WHERE about = %s AND state = 'pending' AND upper_inf(known) AND upper_inf(valid)",
            [party],
        ).fetchall()
    return [str(i) for (i,) in rows]


def test_nobody_corrects_another_party(office: Office):
    household = Person(office, "household")
    other = field(Person(office, "miner").get("/mine/party"), "party")
    household.get(f"/mine/party?party={other}", status=403)
    household.post(
        "/mine/party", page="/mine/party", **(NEW | {"party": other, "seen": "1", "step": "enter"}), status=403
    )
    Person(office, "inspector").get(f"/parties/{other}/correct", status=403)


def test_two_who_correct_at_once_do_not_overwrite_each_other(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    officer.post("/new-party", page="/new-party", **NEW)
    path = f"/parties/{_party(office)}/correct"
    seen = field(officer.get(path), "seen")
    officer.post(path, page=path, step="enter", **(NEW | {"address": "Тверь, 2", "seen": seen}))
    told = second.post(path, page=path, step="enter", status=422, **(NEW | {"address": "Тверь, 3", "seen": seen}))
    assert "Somebody changed this meanwhile." in told
    assert _identity(office, _party(office))[0].address == "Тверь, 2"


def test_an_analyst_reads_no_name_in_the_history(office: Office):
    officer, analyst = Person(office, "officer"), Person(office, "analyst")
    officer.post("/new-party", page="/new-party", **NEW)
    shown = analyst.get(f"/parties/{_party(office)}/history")
    assert "Пятая" not in shown
    assert "7707083893" not in shown
    assert "Your role does not see who a party is." in shown


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"name": ""}, "The name is missing."),
        ({"kind": "bank"}, "Choose who it is."),
        ({"country": "KZ"}, "The country does not fit who it is."),
        ({"kind": "foreign_company"}, "The country does not fit who it is."),
        ({"inn": "7707083894"}, "has a wrong control digit"),
        ({"inn": "500100732259"}, "The INN has 10 digits here."),
        ({"ogrn": "102"}, "OGRN has 3 digits."),
        ({"kind": "citizen", "inn": "500100732259"}, "Companies and entrepreneurs alone have an OGRN."),
        ({"state_tied": "yes"}, "Say by what it is tied to the state."),
        ({"tax_regime": "none"}, "There is no such tax regime."),
        ({"since": "soon"}, "Since:"),
        ({"why": ""}, "Why: nothing is filled in."),
        ({"name": "x" * 301}, "This is longer than 300 signs."),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_is_told(shared: Office, other: dict[str, str], told: str):
    officer = Person(shared, "officer")
    assert told in officer.post("/new-party", page="/new-party", status=422, **(NEW | other))


def test_an_inn_is_one_partys(office: Office):
    officer = Person(office, "officer")
    officer.post("/new-party", page="/new-party", **NEW)
    told = officer.post("/new-party", page="/new-party", status=409, **(NEW | {"name": "Another"}))
    assert "This INN is that of another party." in told
    path = f"/parties/{_party(office)}/correct"
    nothing = officer.post(
        path, page=path, step="enter", status=422, **(NEW | {"seen": field(officer.get(path), "seen")})
    )
    assert "Nothing is different from what is entered." in nothing


# The queue, and what is objected to -------------------------------------------------------------------------------
def test_a_visit_can_be_objected_to_and_the_appeal_leads_to_it(office: Office):
    miner, officer = Person(office, "miner"), Person(office, "officer")
    with office.reading() as connection:
        [party] = [i.record.party for i in listed(connection, Identity) if "Братская Нить" in i.record.name]
    [way] = links(miner.get(f"/mine/letters?party={party}"), "/mine/appeal?about=inspection-")
    visit = way.partition("=")[2]
    miner.post("/mine/appeal", page=way, about=visit, statement="The machines were away for repair.")
    [appeal] = [
        a for a in links(officer.get("/queue?what=appeals"), "/appeals/") if "away for repair" in officer.get(a)
    ]
    assert f"/visits/{visit}" in links(officer.get(appeal), "/visits/")
    officer.get(f"/visits/{visit}")


def test_a_part_of_the_queue_is_kept_under_a_name(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    page = officer.get("/queue?what=appeals")
    assert 'name="list" value="/queue"' in page
    officer.post("/filters", page="/queue?what=appeals", list="/queue", query="what=appeals", name="Only appeals")
    assert "Only appeals" in officer.get("/queue")
    assert "/queue?what=appeals" in links(officer.get("/queue"), "/queue?")
    assert "Only appeals" not in second.get("/queue")
    officer.get("/queue?what=nonsense", status=422)
    officer.post("/filters/delete", page="/queue", list="/queue", name="Only appeals")
    assert "Only appeals" not in officer.get("/queue")
