"""A settlement by the pages: entered in steps, taken along the line by two officers, seen in a block, closed; and everything that stops it on the way."""

import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, links
from tests.desk.screened_office import give
from tests.desk.settled_office import (
    ACKNOWLEDGED,
    BUYER,
    REAL,
    TXID,
    advance,
    by_hand,
    fields_of,
    filled,
    listed_too,
    mine,
    sent_in,
    settling,
    state_of,
    steps,
    walked,
    words,
)
from tests.screening.list_files import un
from tests.settlement.made_chain import EXAMPLES

from adit.desk.office import Office
from adit.desk.screening_halts import stop_those_hit
from adit.settlement.store import dossier

pytestmark = pytest.mark.slow


@pytest.fixture
def office() -> Iterator[Office]:
    with settling() as opened:
        yield opened


@pytest.fixture
def trader(office: Office) -> Person:
    return Person(office, "trader")


@pytest.fixture
def officer(office: Office) -> Person:
    return Person(office, "officer")


@pytest.fixture
def second(office: Office) -> Person:
    return Person(office, "second")


def _pass(office: Office, days: int) -> None:
    clock = office.clock
    assert isinstance(clock, Clock)
    clock.pass_(seconds=timedelta(days=days).total_seconds())


# The whole path ---------------------------------------------------------------------------------------------------
def test_a_settlement_goes_from_the_form_to_its_end(office: Office, trader: Person, officer: Person, second: Person):
    id_ = sent_in(trader)
    assert walked(office, id_, officer, second, trader) == "CLOSED"
    assert [s for s, _ in steps(office, id_)] == [
        "IDENTIFIED", "CONTRACT_LINKED", "SCREENED", "TRAVEL_RULE_ACKED", "TRAVEL_RULE_ACKED", "AUTHORISED", "OBSERVED", "CONFIRMED", "RECONCILED", "CLOSED",
    ]  # fmt: skip
    with office.reading() as connection:
        s = dossier(connection, id_).settlement
    assert (s.trial, s.txid, s.first_hand != s.second_hand) == (True, TXID, True)
    assert s.prepared_by.startswith("participant-")
    page = words(officer.get(f"/settlements/{id_}"))
    for said in (
        "The regime ru/trade_pilot_2023 is not in force", "100 % Aigul Vymyshlena person clear", "20 % of the contract", "un_sc mandatory 2025-04-01 FRESH",
        "Nothing listed was found", "poison: whole coins", TXID, "Worked out anew yes", "paid, confirmed and reconciled",
    ):  # fmt: skip
        assert said in page, said
    own = words(trader.get(f"/settlements/mine/{id_}"))
    assert "Paid, confirmed and reconciled." in own
    assert "Trial" in own


def test_a_trial_is_marked_everywhere_and_stands_apart(office: Office, trader: Person, officer: Person):
    id_ = sent_in(trader)
    assert f"/settlements/{id_}" not in links(officer.get("/settlements"), "/settlements/settlement")
    assert f"/settlements/{id_}" in links(officer.get("/settlements?trial=trial"), "/settlements/settlement")
    for person, path in (
        (officer, f"/settlements/{id_}"), (officer, f"/settlements/{id_}/coins"), (officer, "/settlements?trial=trial"),
        (trader, f"/settlements/mine/{id_}"), (trader, "/settlements/mine"),
    ):  # fmt: skip
        assert "trial" in words(person.get(path)).lower(), path
    assert '"trial": true' in trader.get(f"/settlements/mine/{id_}/ivms101.json")
    assert "<MsgId>TRIAL-" in officer.get(f"/settlements/{id_}/iso20022.xml")


def test_the_paths_of_the_coins_are_rows(office: Office, officer: Person):
    of = by_hand(office, "05_tainted_coins")
    assert of.settlement.state == "REVIEW"
    page = words(officer.get(f"/settlements/{of.id}/coins"))
    assert "Coins of a theft" in page
    assert "Height Transaction Payer Payee Satoshi" in page
    assert "What would clear it" in page
    assert "in 3 transactions" in words(officer.get(f"/settlements/{of.id}"))


def test_the_ten_contracts_of_the_examples_end_where_they_should(office: Office, officer: Person):
    expected = tomllib.loads((EXAMPLES / "ten_contracts" / "expected.toml").read_text(encoding="utf-8"))
    ends = {name: by_hand(office, name) for name in sorted(expected)}
    assert {n: of.settlement.state for n, of in ends.items()} == {n: e["state"] for n, e in expected.items()}
    for name, of in ends.items():
        page = words(officer.get(f"/settlements/{of.id}"))
        reason = (
            "hold 51 % of Caspian Pipe Supply" if "owner" in name else expected[name]["reason"]
        )  # screening with owners says it of itself
        assert reason.lower() in page.lower(), f"{name}: {steps(office, of.id)[-1]}"
        assert expected[name].get("cites", "") in page
    review = officer.get("/settlements?state=REVIEW")
    assert {f"/settlements/{ends[n].id}" for n in ("03_listed_buyer", "04_listed_owner", "05_tainted_coins")} == set(
        links(review, "/settlements/settlement")
    )


# The form ---------------------------------------------------------------------------------------------------------
def test_what_was_typed_stays_whichever_way_one_goes(trader: Person):
    text = mine(trader, filled())
    held = fields_of(text)
    back = fields_of(trader.client.post("/settlements/mine/new", data={**held, "go": "back"}).text)
    assert back["step"] == "payment"
    assert back["payment_amount_sat"] == "30 000 000"
    assert back["p2_name"] == "Aigul Vymyshlena"
    assert "0.3 BTC" in words(text)


@pytest.mark.parametrize(
    ("typed", "step", "told"),
    [
        ({"p1_lei": "ADIT00EXAMPLE0000159"}, "parties", "control"),
        ({"p3_bic": ""}, "parties", "the BIC is missing"),
        ({"p0_no_owners": "", "o0_share": "40"}, "check", "owners of 40 % are declared"),
        ({"o0_share": "101"}, "owners", "101 % is no share"),
        ({"contract_unk": "25020077/9001/0000/1"}, "contract", "is no unique number of a contract"),
        ({"contract_unk": "", **REAL}, "check", "its unique number is missing"),
        ({"payment_amount_sat": "0.3"}, "payment", "no whole count of satoshi"),
        ({"payment_to_address": "bcrt1qqqqq"}, "payment", "bcrt1"),
        ({"payment_to_address": ""}, "payment", "An address is missing"),
        ({"payment_value": "13000000"}, "check", "more would be paid than the contract is for"),
        ({"regime": "ru/law"}, "payment", "paid on mainnet"),
        ({"regime": "kz/law"}, "contract", "no such regime here"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_before_anything_is_entered(
    office: Office, trader: Person, typed: dict[str, str], step: str, told: str
):
    before = words(trader.get("/settlements/mine"))
    text = mine(trader, filled(**typed))
    if fields_of(text)["step"] == "check":
        assert 'value="send">Send it' not in text
    assert (fields_of(text)["step"], told in words(text)) == (step, True), words(text)
    assert words(trader.get("/settlements/mine")) == before


def test_a_party_says_nothing_of_itself_that_the_register_says(office: Office, trader: Person):
    id_ = sent_in(trader, filled(p0_name="Another name", p0_inn="7707083893"))
    with office.reading() as connection:
        of = dossier(connection, id_)
    own = next(p for p in of.participants.values() if p.party)
    assert own.name == "АО «Алтай Экспорт»"
    assert own.inn != "7707083893"
    assert own.state_tied


def test_a_settlement_is_sent_once(office: Office, trader: Person):
    held = {**fields_of(mine(trader, filled())), "go": "send"}
    first, again = (str(trader.client.post("/settlements/mine/new", data=held).url) for _ in range(2))
    assert first == again
    assert words(trader.get("/settlements/mine")).count("TR-77/2025") == 1


def test_another_payment_under_the_contract_takes_its_people_and_its_room(office: Office, trader: Person):
    id_ = sent_in(trader)
    text = trader.get(f"/settlements/mine/new?again={id_}")
    held = fields_of(text)
    assert held["step"] == "payment"
    payment = {k: v for k, v in filled(payment_invoice="INV-78").items() if k.startswith("payment_") and "pay" in k}
    payment |= {k: held[k] for k in ("payment_payer", "payment_payee", "payment_payer_bank", "payment_payee_bank")}
    checked = trader.client.post("/settlements/mine/new", data={**held, **payment, "go": "next"}).text
    response = trader.client.post("/settlements/mine/new", data={**fields_of(checked), "go": "send"})
    other = str(response.url).rpartition("/")[2]
    with office.reading() as connection:
        one, two = dossier(connection, id_), dossier(connection, other)
    assert one.settlement.contract == two.settlement.contract
    assert set(one.participants) == set(two.participants)


# What stops it ----------------------------------------------------------------------------------------------------
def test_a_list_that_grew_stale_in_between_holds_it_and_the_desk_says_why(
    office: Office, trader: Person, officer: Person, second: Person
):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until="SCREENED")
    _pass(office, 9)
    officer = Person(office, "officer")
    advance(officer, id_, **ACKNOWLEDGED)
    assert state_of(office, id_) == "HOLD"
    page = words(officer.get(f"/settlements/{id_}"))
    assert "The list un_sc is STALE" in page
    assert "days old" in page
    queue = words(officer.get("/settlements?trial=trial"))
    assert "un_sc STALE" in queue
    assert f"/settlements/{id_}" in links(
        officer.get("/settlements?trial=trial&list=un_sc&state=HOLD"), "/settlements/se"
    )
    refused = words(advance(officer, id_, status=409))
    assert "It stays in HOLD" in refused
    give(office, "un_sc", un(office.today()))
    listed_too(office, "Somebody Else Entirely")
    advance(officer, id_)
    assert state_of(office, id_) == "SCREENED"


def test_screening_everybody_again_freezes_what_is_closed_by_itself(
    office: Office, trader: Person, officer: Person, second: Person
):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader)
    with office.reading() as connection:
        found = connection.execute("SELECT DISTINCT subject FROM register.participant WHERE name = %s", [BUYER])
        subjects = [str(s) for (s,) in found]
    assert id_ not in stop_those_hit(office, subjects)
    assert state_of(office, id_) == "CLOSED"
    listed_too(office, BUYER)
    assert id_ in stop_those_hit(office, subjects)
    assert state_of(office, id_) == "FROZEN"


def test_a_late_hit_freezes_what_is_closed(office: Office, trader: Person, officer: Person, second: Person):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader)
    clear = officer.post(
        f"/settlements/{id_}/screen", page=f"/settlements/{id_}", seen=field(officer.get(f"/settlements/{id_}"), "seen")
    )
    assert "Everybody is clear" in words(clear)
    listed_too(office, BUYER)
    before = words(trader.get(f"/settlements/mine/{id_}"))
    listed_before = words(trader.get("/settlements/mine"))
    page = officer.post(
        f"/settlements/{id_}/screen", page=f"/settlements/{id_}", seen=field(officer.get(f"/settlements/{id_}"), "seen")
    )
    assert state_of(office, id_) == "FROZEN"
    assert BUYER in words(page)
    assert words(trader.get(f"/settlements/mine/{id_}")) == before
    assert words(trader.get("/settlements/mine")) == listed_before


def test_two_officers_who_authorise_at_once_are_one(office: Office, trader: Person, officer: Person, second: Person):
    third = Person(office, "third")
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until="TRAVEL_RULE_ACKED")
    advance(officer, id_)
    page = f"/settlements/{id_}"
    forms = []
    for person in (second, third):
        text = person.get(page)
        forms.append({n: field(text, n) for n in ("csrf", "key", "seen", "to")})
    with ThreadPoolExecutor(2) as pool:
        sent = list(
            pool.map(
                lambda pair: pair[0].client.post(f"{page}/advance", data=pair[1]),
                zip((second, third), forms, strict=True),
            )
        )
    assert sorted(r.status_code for r in sent) == [200, 409]
    assert "Somebody took a step meanwhile." in words(next(r.text for r in sent if r.status_code == 409))
    assert state_of(office, id_) == "AUTHORISED"
    assert [s for s, _ in steps(office, id_)].count("AUTHORISED") == 1


def test_a_form_that_is_sent_twice_is_one_step(office: Office, trader: Person, officer: Person):
    id_ = sent_in(trader)
    text = officer.get(f"/settlements/{id_}")
    form = {n: field(text, n) for n in ("csrf", "key", "seen", "to")}
    answers = [officer.client.post(f"/settlements/{id_}/advance", data=form).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert [s for s, _ in steps(office, id_)] == ["IDENTIFIED"]


def test_what_was_looked_at_before_somebody_took_a_step_is_refused(
    office: Office, trader: Person, officer: Person, second: Person
):
    id_ = sent_in(trader)
    text = second.get(f"/settlements/{id_}")
    old = {n: field(text, n) for n in ("csrf", "key", "seen", "to")}
    advance(officer, id_)
    response = second.client.post(f"/settlements/{id_}/advance", data=old)
    assert response.status_code == 409
    assert "Somebody took a step meanwhile" in words(response.text)


@pytest.mark.parametrize(
    ("until", "fields", "status", "told"),
    [
        ("DRAFT", {"to": "NOWHERE"}, 422, "NOWHERE"),
        ("DRAFT", {"to": "CLOSED"}, 409, "No arrow leads from DRAFT to CLOSED"),
        ("SCREENED", {}, 409, "Nobody has acknowledged the data"),
        ("SCREENED", {**ACKNOWLEDGED, "acknowledged_on": "2025-05-01"}, 422, "of a day to come"),
        ("AUTHORISED", {}, 409, "No block at hand shows the payment"),
        ("AUTHORISED", {"txid": "4a" * 32}, 422, "4a4a"),
        ("CONFIRMED", {}, 409, "The papers of the goods are missing"),
        (
            "CONFIRMED",
            {"invoice": "INV-1", "papers_on": "2025-04-01", "value": "2400000"},
            409,
            "The papers are of invoice INV-1",
        ),
        (
            "CONFIRMED",
            {"invoice": "INV-77", "papers_on": "2025-04-01", "value": "2400001", "document": "1"},
            409,
            "The papers are for 240000100",
        ),
        ("CONFIRMED", {"invoice": "INV-77", "papers_on": "soon", "value": "2400000"}, 422, "soon"),
    ],
)
def test_a_step_that_is_not_taken_says_why(
    office: Office,
    trader: Person,
    officer: Person,
    second: Person,
    until: str,
    fields: dict[str, str],
    status: int,
    told: str,
):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until=until)
    page = words(advance(officer, id_, status=status, **fields))
    assert told in page, page[:600]
    assert "No step was taken" in page
    assert state_of(office, id_) == until


def test_the_same_hand_does_not_authorise_twice(office: Office, trader: Person, officer: Person, second: Person):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until="TRAVEL_RULE_ACKED")
    advance(officer, id_)
    assert "neither the first nor the one that prepared it" in words(advance(officer, id_, status=403))
    assert state_of(office, id_) == "TRAVEL_RULE_ACKED"


@pytest.mark.parametrize(
    ("until", "to", "reason", "status", "told"),
    [
        ("DRAFT", "REFUSED", "", 422, "nothing is filled in"),
        ("DRAFT", "HOLD", "I want it held.", 409, "Nothing holds it"),
        ("DRAFT", "REVIEW", "I want it looked at.", 409, "There is nothing to look at"),
        ("AUTHORISED", "FROZEN", "I want it frozen.", 409, "Nobody was hit"),
        ("AUTHORISED", "EXPIRED", "It is old.", 409, "It may be paid until"),
        ("DRAFT", "DISPUTED", "They quarrel.", 409, "No arrow leads"),
        ("DRAFT", "CLOSED", "Be done.", 422, "CLOSED"),
    ],
)
def test_nothing_is_stopped_without_a_ground(
    office: Office,
    trader: Person,
    officer: Person,
    second: Person,
    until: str,
    to: str,
    reason: str,
    status: int,
    told: str,
):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until=until)
    page = f"/settlements/{id_}"
    text = officer.post(
        f"{page}/stop", page=page, status=status, seen=field(officer.get(page), "seen"), to=to, reason=reason
    )
    assert told in words(text), words(text)[:600]
    assert state_of(office, id_) == until


@pytest.mark.parametrize(
    ("until", "to"), [("SCREENED", "REFUSED"), ("AUTHORISED", "RECALLED"), ("OBSERVED", "DISPUTED")]
)
def test_an_officer_stops_one_with_a_reason_and_an_article(
    office: Office, trader: Person, officer: Person, second: Person, until: str, to: str
):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until=until)
    page = f"/settlements/{id_}"
    officer.post(
        f"{page}/stop", page=page, seen=field(officer.get(page), "seen"), to=to, reason="The goods never left.", cites="173-FZ, article 19"
    )  # fmt: skip
    assert state_of(office, id_) == to
    said = words(officer.get(page))
    assert "The goods never left." in said
    assert "173-FZ, article 19" in said
    own = words(trader.get(f"/settlements/mine/{id_}"))
    assert ("The goods never left." in own) == (to != "DISPUTED")


def test_it_expires_when_its_days_to_pay_are_over(office: Office, trader: Person, officer: Person, second: Person):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader, until="AUTHORISED")
    _pass(office, 30)
    give(office, "un_sc", un(office.today()))
    listed_too(office, "Somebody Else Entirely")
    late = Person(office, "trader")
    told = late.post(f"/settlements/mine/{id_}/paid", page=f"/settlements/mine/{id_}", status=409, txid=TXID)
    assert "It was to be paid by" in words(told)
    officer, page = Person(office, "officer"), f"/settlements/{id_}"
    officer.post(f"{page}/stop", page=page, seen=field(officer.get(page), "seen"), to="EXPIRED", reason="Not paid.")
    assert state_of(office, id_) == "EXPIRED"


def test_without_blocks_a_hit_is_entered_all_the_same(trader: Person):
    with settling(blocks=False) as office:
        trader, officer, second = (Person(office, n) for n in ("trader", "officer", "second"))
        id_ = sent_in(trader)
        walked(office, id_, officer, second, trader, until="CONTRACT_LINKED")
        assert "The office has no blocks" in words(advance(officer, id_, status=409))
        assert "The office has no blocks" in words(officer.get(f"/settlements/{id_}/coins"))
        listed_too(office, BUYER)
        advance(officer, id_)
        assert state_of(office, id_) == "REVIEW"


def test_the_queue_filters_by_age(office: Office, trader: Person, officer: Person):
    id_ = sent_in(trader)
    there = f"/settlements/{id_}"
    assert there not in links(officer.get("/settlements?trial=trial&age=1"), "/settlements/se")
    _pass(office, 4)
    officer = Person(office, "officer")
    assert there in links(officer.get("/settlements?trial=trial&age=3"), "/settlements/se")
    assert there not in links(officer.get("/settlements?trial=trial&age=10"), "/settlements/se")
    assert "4 days" in words(officer.get("/settlements?trial=trial&age=3"))
    assert officer.client.get("/settlements?state=SOMEWHERE").status_code == 422


def test_the_office_in_russian(office: Office, trader: Person, officer: Person, second: Person):
    id_ = sent_in(trader)
    walked(office, id_, officer, second, trader)
    officer.post("/preferences", language="ru", back="/")
    trader.post("/preferences", language="ru", back="/")
    assert "Пробный расчёт" in words(officer.get(f"/settlements/{id_}"))
    assert "Закрыт" in words(trader.get(f"/settlements/mine/{id_}"))
