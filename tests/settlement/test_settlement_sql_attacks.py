"""An officer who knows SQL, and one who repeats requests: what the office's own role cannot do to a settlement, and what a key stands for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from tests.settlement.made_settlements import DAY, LISTS, NOW, TestOffice, evidence, exposure, made, new_id, office
from tests.settlement.test_settlement_store import Around, around, identified, read

from adit.journal.writer import Transaction
from adit.register.store import Books
from adit.settlement.dossier import Dossier
from adit.settlement.evidence import Acknowledgement
from adit.settlement.states import State
from adit.settlement.store import Papers as NewPapers
from adit.settlement.store import enter, steps_of
from adit.terms.errors import BadInput, KeyReused, Refused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def at_work() -> Iterator[TestOffice]:
    with office() as opened:
        yield opened


@pytest.fixture(autouse=True)
def nobody_is_stopped(at_work: TestOffice) -> None:
    at_work.screener.stopped = {}
    at_work.screener.seen = LISTS
    at_work.clock.now = max(at_work.clock.now, NOW)


# With SQL ---------------------------------------------------------------------------------------------------------
def test_a_step_of_another_day_asks_for_nobodys_owners(at_work: TestOffice):
    """On a day before an owner was declared he would not have to be screened."""
    of, before = made(), DAY - timedelta(days=3)
    papers = NewPapers((of.id, of.settlement), (of.settlement.contract, of.contract), of.participants, {})
    at_work.writer.write(lambda t: enter(t, papers, hand="officer-1", on=before), key=new_id("key"))

    def owners(t: Transaction) -> dict[str, Any]:
        for stake in of.stakes:
            Books(t, "officer-1").state(new_id("stake"), stake, since=DAY, new=True)
        return {}

    at_work.writer.write(owners, key=new_id("key"))
    assert at_work.advance(of.id) == "IDENTIFIED"
    with around(at_work, "settlementstep_screened_lately") as sql:
        dated = sql.state

        def earlier(id_: str, record: Any, **more: Any) -> None:
            dated(id_, record, **{**more, "since": before if record.RECORD.startswith("settlement") else DAY})

        sql.state = earlier  # type: ignore[method-assign]
        sql.step(replace(read(at_work, of.id), stakes=()), "CONTRACT_LINKED")


def test_an_owner_does_not_vanish_without_an_entry(at_work: TestOffice):
    of = identified(at_work)
    with around(at_work, "settlement_never_vanishes") as sql:
        sql.run(
            "UPDATE register.stake SET known = int8range(lower(known), %s) WHERE owned = ANY(%s) AND upper_inf(known)",
            [sql.seq, list(of.participants)],
        )
    assert len(read(at_work, of.id).stakes) == 3


def test_a_draft_is_prepared_by_the_hand_that_enters_it(at_work: TestOffice):
    """Who put another name there could authorise his own."""
    of = made()
    at_work.enter(of)
    draft = replace(of.settlement, prepared_by="officer-9", uetr="00000009-0000-4000-a000-000000000000")
    with around(at_work, "settlement_begins_as_a_draft") as sql:
        sql.state(new_id("settlement"), draft, new=True, hand="officer-2")
    turned = replace(draft, prepared_by="officer-2", payer=draft.payee, payee=draft.payer)
    with around(at_work, "settlement_begins_as_a_draft") as sql:
        sql.state(new_id("settlement"), turned, new=True, hand="officer-2")
    with at_work.database.opened() as connection:
        Around(connection, at_work.clock()).state(
            new_id("settlement"), replace(draft, prepared_by="officer-2"), new=True, hand="officer-2"
        )


@pytest.mark.parametrize(
    "lists",
    [
        (),
        ({"list_id": "x", "sha256": "a" * 64, "state": "FRESH", "mandatory": False},),
        ({"list_id": "un", "sha256": "a" * 64, "mandatory": True},),
        ({"list_id": "un", "sha256": None, "state": "FRESH", "mandatory": True},),
        ({"list_id": "un", "sha256": "a" * 64, "state": "FRESH", "mandatory": True},),
        ({"list_id": "un", "sha256": "a" * 64, "state": "FRESH"},),
    ],
)
def test_a_receipt_of_no_mandatory_list_or_of_fewer_clears_nobody(at_work: TestOffice, lists: Any):
    of = identified(at_work)
    if not lists:
        with at_work.database.connect() as connection, pytest.raises(psycopg.errors.CheckViolation):
            Around(connection, at_work.clock()).step(
                of, "CONTRACT_LINKED", change=lambda i, s: replace(s, lists=lists) if i == 3 else s
            )
        return
    with around(at_work, "settlementstep_one_version_a_list") as sql:
        sql.step(of, "CONTRACT_LINKED", change=lambda i, s: replace(s, lists=lists) if i == 3 else s)


def test_nobody_is_asked_for_on_lists_that_are_not_mandatory_alone(at_work: TestOffice):
    of = identified(at_work)
    mild = ({"list_id": "x", "sha256": "a" * 64, "state": "FRESH", "mandatory": False},)
    with around(at_work, "settlementstep_one_version_a_list") as sql:
        sql.step(of, "CONTRACT_LINKED", change=lambda i, s: replace(s, lists=mild))


def test_hands_are_laid_on_in_their_place_alone(at_work: TestOffice):
    of = identified(at_work)
    with around(at_work, "settlement_own_hands") as sql:
        sql.step(of, "CONTRACT_LINKED", first_hand="officer-2")  # before anything was acknowledged
    id_ = at_work.enter(made())
    at_work.walk(id_, State.AUTHORISED)
    authorised = read(at_work, id_)
    changed: dict[str, Any] = {"txid": "ab" * 32, "height": 1}
    swapped: tuple[dict[str, Any], ...] = ({"first_hand": "officer-5"}, {"second_hand": "officer-5"})
    for more in swapped:
        with around(at_work, "settlement_own_hands") as sql:
            sql.step(authorised, "OBSERVED", hand="officer-5", **changed, **more)


@pytest.mark.parametrize(
    "change",
    [{"pay_by": date(2030, 1, 1)}, {"acknowledgement": "another"}, {"papers": "another"}, {"txid": "cd" * 32, "height": 5}],
)  # fmt: skip
def test_what_it_rests_on_is_not_exchanged_later(at_work: TestOffice, change: dict[str, Any]):
    id_ = at_work.enter(made())
    number = int(new_id("n").rpartition("-")[2])
    from tests.settlement.made_settlements import observation

    assert at_work.walk(id_, State.OBSERVED, evidence=evidence(observation=observation(txid=f"{number:064x}"))) == "OBSERVED"  # fmt: skip
    of = read(at_work, id_)
    with around(at_work, "settlement_stays_itself") as sql:
        sql.step(of, "CONFIRMED", **change)


def test_roubles_are_worth_what_they_are(at_work: TestOffice):
    of = made()
    with pytest.raises(Refused):
        at_work.enter(replace(of, contract=replace(of.contract, value_rub_kopecks=1)))


# Keys of requests -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"hand": "officer-3"},
        {"to": State.RECALLED, "reason": "no more"},
        {"evidence": evidence(acknowledgement=Acknowledgement("TR-2", "Steppe Bank", DAY))},
    ],
)
def test_a_key_is_good_for_one_request(at_work: TestOffice, change: dict[str, Any]):
    id_, key = at_work.enter(made()), new_id("key")
    assert at_work.advance(id_, key=key) == "IDENTIFIED"
    with pytest.raises(KeyReused):
        at_work.advance(id_, key=key, **change)
    assert at_work.advance(id_, key=key) == "IDENTIFIED"
    assert read(at_work, id_).steps == 1


def test_a_key_with_which_it_was_entered_takes_no_step(at_work: TestOffice):
    key, of = new_id("key"), made()
    at_work.writer.write(lambda t: {"id": of.id, "state": "DRAFT"}, key=key)
    at_work.enter(of)
    with pytest.raises(KeyReused):
        at_work.advance(of.id, key=key)


def test_a_reason_is_for_people(at_work: TestOffice):
    id_ = at_work.enter(made())
    for reason in ("\x1b[2J done", "no\x00", "x" * 5000, "evol\u202e"):
        with pytest.raises(BadInput, match="signs that no text has"):
            at_work.advance(id_, to=State.RECALLED, reason=reason)
    assert at_work.advance(id_, to=State.RECALLED, reason="The buyer\nchanged its mind.") == "RECALLED"


# Papers -----------------------------------------------------------------------------------------------------------
def test_papers_of_days_to_come(at_work: TestOffice):
    of = made()
    tomorrow = at_work.clock().date() + timedelta(days=1)
    for changed in (
        replace(of, contract=replace(of.contract, signed_on=tomorrow)),
        replace(of, settlement=replace(of.settlement, invoiced_on=tomorrow)),
        replace(of, contract=replace(of.contract, unk="99120001/1481/0000/1/1")),
    ):
        with pytest.raises(BadInput, match="to come"):
            at_work.enter(changed)


def without_number(of: Dossier, **changes: Any) -> Dossier:
    return replace(of, contract=replace(of.contract, unk="", **changes))


def test_a_contract_is_entered_once(at_work: TestOffice):
    """Else its sum would be there twice, and each half of a large one would be small."""
    first = without_number(made(), number="K-1/25")
    at_work.enter(first)
    with pytest.raises(Refused, match=f"stands in the register as {first.settlement.contract}"):
        at_work.enter(without_number(made(), number="k 1-25"))
    at_work.enter(without_number(made(), number="K-2/25"))
    at_work.enter(made(regime="ru/trade_pilot_2023", contract=None))  # a trial takes no room in anything


# Coins ------------------------------------------------------------------------------------------------------------
def test_a_hold_in_between_does_not_wash_coins(at_work: TestOffice):
    id_ = at_work.enter(made())
    for _ in range(3):
        assert at_work.advance(id_)
    near = evidence(exposures=(exposure(hops=1, listed="Lazarus", entry="un 1"),))
    assert at_work.advance(id_, to=State.REVIEW, reason="Look at the coins.", evidence=near) == "REVIEW"
    assert read(at_work, id_).stopped_for_coins
    at_work.screener.seen = (replace(LISTS[0], state="STALE"), LISTS[1])
    assert at_work.advance(id_, evidence=near) == "HOLD"
    at_work.screener.seen = LISTS
    with pytest.raises(Refused, match="It stays in HOLD"):
        at_work.advance(id_, evidence=near)
    assert at_work.advance(id_) == "SCREENED"
    assert not read(at_work, id_).stopped_for_coins
    with at_work.database.opened() as connection:
        assert [s.record.to_state for s, _ in steps_of(connection, id_)][-3:] == ["REVIEW", "HOLD", "SCREENED"]


def test_the_office_is_gone_in_the_middle_of_a_step(at_work: TestOffice):
    """Every connection is cut while a step waits to be written: it is there whole, or not at all."""
    of = identified(at_work)
    with at_work.database.opened("") as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert at_work.advance(of.id) == "CONTRACT_LINKED"
    assert read(at_work, of.id).steps == 2


def test_a_clock_that_is_set_back_clears_nobody(at_work: TestOffice):
    id_ = at_work.enter(made())
    held = at_work.screener.screen
    ahead = at_work.clock.now + timedelta(hours=3)
    try:
        at_work.screener.screen = lambda subjects, at: held(subjects, ahead)  # type: ignore[method-assign]
        with pytest.raises(Refused, match="not of this day"):
            at_work.advance(id_)
    finally:
        at_work.screener.screen = held  # type: ignore[method-assign]
