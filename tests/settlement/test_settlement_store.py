"""In the database: whole settlements step by step, and everything that somebody with the office's role and SQL cannot do."""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from tests.settlement.made_settlements import (
    DAY,
    LISTS,
    NOW,
    TestOffice,
    evidence,
    exposure,
    made,
    new_id,
    office,
    receipt,
)

from adit.journal import store as journal
from adit.register.records import Record, Screening, Settlement, SettlementStep
from adit.register.refusals import REFUSALS
from adit.register.store import MIGRATIONS, Books, history, one, plain, rebuild
from adit.register.store.versions import place
from adit.screening.receipts import Outcome
from adit.settlement.dossier import Dossier, everybody
from adit.settlement.running import decide_step
from adit.settlement.states import ARROWS, LINE, State
from adit.settlement.store import dossier, enter_step, lines, receipts_of, steps_of
from adit.terms.errors import Forbidden, KeyReused, Refused

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


def read(at_work: TestOffice, id_: str) -> Dossier:
    with at_work.database.opened() as connection:
        return dossier(connection, id_)


# As it goes -------------------------------------------------------------------------------------------------------
def test_a_settlement_is_walked_to_its_end_and_every_step_has_the_receipts_of_everybody(at_work: TestOffice):
    of = made()
    id_ = at_work.enter(of)
    assert at_work.walk(id_, State.CLOSED, evidence=evidence(observation=paid(1))) == "CLOSED"
    with at_work.database.opened() as connection:
        steps = steps_of(connection, id_)
        assert [s.record.to_state for s, _ in steps] == [
            s.value for s in (*LINE[1:5], State.TRAVEL_RULE_ACKED, *LINE[5:])
        ]
        for step, _ in steps:
            receipts = receipts_of(connection, step.id)
            assert {r.record.subject for r in receipts} == {n.subject.digest for n in everybody(of)}
            assert {r.record.outcome for r in receipts} == {"clear"}
        assert len(history(connection, Settlement, id_)) == 11
        line = next(found for found in lines(connection, state="CLOSED") if found.stated.id == id_)
        assert (line.payer, line.contract) == ("Steppe Metals LLP", "17/2025")
        assert journal.verify(connection)[2] == []
    with at_work.database.opened("") as connection:
        assert (
            one(connection, Settlement, id_, known=one(connection, Settlement, id_).entry - 1).record.state
            == "RECONCILED"
        )


def paid(number: int) -> Any:
    from tests.settlement.made_settlements import observation

    return observation(txid=f"{number:064x}")


def test_all_of_it_follows_from_the_journal_bit_for_bit(at_work: TestOffice):
    at_work.walk(at_work.enter(made()), State.AUTHORISED)
    assert {t: v for t, v in rebuild(at_work.database).items() if v[0] != v[1]} == {}


def test_the_database_knows_the_arrows_of_the_program():
    file = MIGRATIONS / "versions" / "0012_settlement.py"
    spec = importlib.util.spec_from_file_location("step_12", file)
    assert spec
    assert spec.loader
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    assert {(a, b) for a, b in step.ARROWS} == {(a.value, b.value) for a, b in ARROWS}


def test_what_is_sent_twice_is_entered_once(at_work: TestOffice):
    id_ = at_work.enter(made())
    assert at_work.advance(id_, key="once-1") == "IDENTIFIED"
    assert at_work.advance(id_, key="once-1") == "IDENTIFIED"
    assert read(at_work, id_).steps == 1
    with pytest.raises(KeyReused):
        at_work.writer.write(lambda t: {"x": 1}, key="once-1", digest=b"x" * 32)


def test_a_step_that_is_sent_again_is_answered_whatever_the_next_one_needs(at_work: TestOffice):
    from adit.settlement.evidence import Evidence

    id_ = at_work.enter(made())
    assert [at_work.advance(id_, evidence=Evidence(), key=f"again-{n}") for n in range(2)] == [
        "IDENTIFIED",
        "CONTRACT_LINKED",
    ]
    assert at_work.advance(id_, evidence=Evidence(), key="again-1") == "CONTRACT_LINKED"
    with pytest.raises(Refused, match="were not traced"):
        at_work.advance(id_, evidence=Evidence(), key="again-2")
    with pytest.raises(KeyReused):
        at_work.advance(at_work.enter(made()), key="again-1")


def test_a_reason_holds_no_key_either(at_work: TestOffice):
    from adit.terms.errors import BadInput

    id_ = at_work.enter(made())
    key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    with pytest.raises(BadInput, match="This holds a private key") as refused:
        at_work.advance(id_, to=State.RECALLED, reason=f"Take {key}.")
    assert key not in str(refused.value)
    assert read(at_work, id_).steps == 0


def test_a_late_hit_freezes_and_what_two_people_cleared_thaws(at_work: TestOffice):
    id_ = at_work.enter(made())
    at_work.walk(id_, State.CLOSED, evidence=evidence(observation=paid(2)))
    at_work.screener.stopped = {"Ivan Petrov": (Outcome.LISTED, "Ivan Petrov was listed on 2025-04-02.")}
    assert at_work.advance(id_, hand="officer-3", to=State.FROZEN) == "FROZEN"
    with pytest.raises(Refused, match="It stays in FROZEN"):
        at_work.advance(id_)
    at_work.screener.stopped = {}
    assert at_work.advance(id_) == "CLOSED"
    assert read(at_work, id_).settlement.before == ""


def test_stale_lists_hold_and_fresh_ones_let_it_go_on(at_work: TestOffice):
    id_ = at_work.enter(made())
    at_work.advance(id_)
    at_work.screener.seen = (replace(LISTS[0], state="STALE"), LISTS[1])
    assert at_work.advance(id_) == "HOLD"
    with at_work.database.opened() as connection:
        assert "The list un is STALE." in steps_of(connection, id_)[-1][0].record.reason
    at_work.screener.seen = LISTS
    assert at_work.advance(id_) == "IDENTIFIED"


def test_the_provenance_of_the_coins_is_kept_with_the_step(at_work: TestOffice):
    id_ = at_work.enter(made())
    near = evidence(
        exposures=(
            exposure(
                hops=2, listed="Lazarus", entry="un QDe.1", poison_sat=40_000_000, haircut_sat=7, paths=("a to b",)
            ),
        )
    )
    for _ in range(2):
        at_work.advance(id_)
    assert at_work.advance(id_, evidence=near) == "REVIEW"
    with at_work.database.opened() as connection:
        step = steps_of(connection, id_)[-1][0].record
    assert step.evidence["exposures"][0]["haircut_sat"] == 7
    assert "came from Lazarus (un QDe.1) in 2 transactions" in step.reason
    assert at_work.advance(id_, to=State.REFUSED, reason="The coins are not taken.") == "REFUSED"


def test_the_second_hand_is_another_one(at_work: TestOffice):
    id_ = at_work.enter(made())
    assert [at_work.advance(id_) for _ in range(5)][-1] == "TRAVEL_RULE_ACKED"
    for hand in ("officer-1", "officer-2"):
        with pytest.raises(Forbidden):
            at_work.advance(id_, hand=hand)
    assert at_work.advance(id_, hand="officer-3") == "AUTHORISED"


# The sum of a contract --------------------------------------------------------------------------------------------
def test_the_payments_under_a_contract_do_not_exceed_it(at_work: TestOffice):
    first = made(pays=3_000_000_00)
    id_ = at_work.enter(first)
    second, third = (another(first, value) for value in (2_000_000_00, 1))
    for of in (second, third):
        at_work.enter(of, known=frozenset({of.settlement.contract, *of.participants}))
    for each in (id_, second.id):
        assert [at_work.advance(each) for _ in range(2)] == ["IDENTIFIED", "CONTRACT_LINKED"]
    assert [at_work.advance(third.id) for _ in range(2)] == ["IDENTIFIED", "REFUSED"]
    assert at_work.advance(second.id, to=State.RECALLED, reason="recalled by the buyer") == "RECALLED"
    fourth = another(first, 2_000_000_00)
    at_work.enter(fourth, known=frozenset({fourth.settlement.contract, *fourth.participants}))
    assert [at_work.advance(fourth.id) for _ in range(2)] == ["IDENTIFIED", "CONTRACT_LINKED"]


def another(of: Dossier, value: int) -> Dossier:
    """Another payment under the same contract, by the same parties."""
    number = int(new_id("n").rpartition("-")[2])
    s = replace(
        of.settlement, value_minor=value, uetr=f"{number:08x}-0000-4000-9000-000000000000", invoice=f"INV-{number}"
    )
    return replace(of, id=new_id("settlement"), settlement=s, stakes=())


def linking(at_work: TestOffice, id_: str) -> Callable[[Any], dict[str, Any]]:
    """The work that links a settlement to its contract, with receipts, as it was decided before anybody else did."""
    of = read(at_work, id_)
    from adit import law
    from adit.settlement.eligibility import rule_on

    at = at_work.clock()
    receipts = at_work.screener.screen([n.subject for n in everybody(of)], at)
    taken = decide_step(
        of, State.CONTRACT_LINKED, receipts, newest=LISTS, evidence=evidence(ruling=rule_on(of, law.load("ru/law"), DAY)), at=at, on=DAY, hand="officer-2"
    )  # fmt: skip
    step, screenings = new_id("settlementstep"), [new_id("screening") for _ in taken.receipts]
    return lambda t: enter_step(t, of, taken, step=step, screenings=screenings, hand="officer-2", on=DAY)


def two_identified(at_work: TestOffice) -> tuple[str, str]:
    first = made(pays=3_000_000_00)
    second = another(first, 3_000_000_00)
    at_work.enter(first)
    at_work.enter(second, known=frozenset({second.settlement.contract, *second.participants}))
    for each in (first.id, second.id):
        assert at_work.advance(each) == "IDENTIFIED"
    return first.id, second.id


def test_of_two_that_take_the_room_at_once_one_is_refused(at_work: TestOffice):
    """Each was decided while the contract still had room for it; two writers enter them at the same time."""
    from secrets import token_bytes
    from time import sleep

    from adit.journal.writer import Writer

    works = [linking(at_work, id_) for id_ in two_identified(at_work)]
    writers = [
        Writer(at_work.database, clock=at_work.clock, salt=lambda: token_bytes(16), wait=sleep, refusals=REFUSALS)
        for _ in works
    ]
    start = Barrier(2)

    def write(i: int) -> str:
        start.wait()
        try:
            return str(writers[i].write(works[i], key=new_id("race")).answer["state"])
        except Refused as error:
            return error.name

    try:
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(write, range(2))) == ["CONTRACT_LINKED", "settlement_within_the_contract"]
    finally:
        for writer in writers:
            writer.close()


def test_of_two_connections_that_write_around_the_writer_one_is_refused(at_work: TestOffice):
    """Without the lock of the journal, too: the database has one of its own on the contract."""
    ids = two_identified(at_work)
    tried = [(read(at_work, i), i) for i in ids]
    one_, two = at_work.database.connect(), at_work.database.connect()
    try:
        first = Around(one_, at_work.clock())
        first.step(tried[0][0], "CONTRACT_LINKED")
        # the second takes the next number of the log, as if the first were not there
        second = Around(two, at_work.clock(), first.seq)
        second.step(tried[1][0], "CONTRACT_LINKED")
        one_.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            waits = pool.submit(two.execute, "SET CONSTRAINTS ALL IMMEDIATE")
            one_.commit()
            with pytest.raises(psycopg.errors.CheckViolation, match="add up to more than the contract"):
                waits.result(timeout=20)
    finally:
        one_.close()
        two.close()


# Around it, with SQL ----------------------------------------------------------------------------------------------
class Around:
    """Writes rows as the application's role does, with nothing of the program in between."""

    def __init__(self, connection: psycopg.Connection[Any], now: datetime, seq: int | None = None) -> None:
        self.run = connection.execute
        self.now = now
        rows = self.run("SELECT coalesce(max(seq), -1) + 1 FROM journal.entry").fetchall()
        self.seq = seq if seq is not None else int(rows[0][0])

    def state(self, id_: str, record: Record, *, new: bool, hand: str = "officer-2", since: date = DAY) -> None:
        kind = record.RECORD
        self.run(
            "INSERT INTO journal.entry (seq, kind, subject, hand, valid_from, recorded_at_utc, commitment, previous, leaf_hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (self.seq, kind, id_, hand, since, self.now, b"c" * 32, b"p" * 32 if self.seq else b"", b"l" * 32),
        )
        place(self, self.seq, id_, kind, plain(record), since, None, new=new)
        self.seq += 1

    def later(self, query: str, row: Sequence[Any], *, about: str = "", first: bool = False) -> None:
        self.run(query.replace("%b", "%s"), row)

    def query(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.run(query, parameters).fetchall()

    def touched(self, about: str) -> bool:
        return False

    def step(
        self,
        of: Dossier,
        to: str,
        *,
        drop: int | None = None,
        change: Callable[[int, Screening], Screening] = lambda i, s: s,
        hand: str = "officer-2",
        said: str = "",
        from_: str = "",
        **changes: Any,
    ) -> None:
        """A whole step, or one that lacks something."""
        step = new_id("settlementstep")
        record = SettlementStep(of.id, of.steps + 1, from_ or of.settlement.state, to, said or hand, "why", "", {})
        self.state(step, record, new=True, hand=hand)
        for i, named in enumerate(everybody(of)):
            if i != drop:
                r = receipt(named.subject, self.now)
                lists = tuple(
                    {
                        "list_id": s.list_id,
                        "sha256": s.sha256,
                        "content_date": "2025-03-31",
                        "state": s.state,
                        "mandatory": True,
                    }
                    for s in LISTS
                )
                row = Screening(
                    step, named.about, r.subject, "clear", "test 1", self.now.isoformat(), lists, r.id, "{}"
                )
                self.state(new_id("screening"), change(i, row), new=True, hand=hand)
        self.state(of.id, replace(of.settlement, state=to, step=step, **changes), new=False, hand=hand)


@contextmanager
def around(at_work: TestOffice, constraint: str) -> Iterator[Around]:
    """What is done here is refused by this constraint, when it is committed at the latest; and there are words for it."""
    connection = at_work.database.connect()
    try:
        with pytest.raises(psycopg.errors.IntegrityError) as refused:  # noqa: PT012 - a deferred refusal comes at the commit
            yield Around(connection, at_work.clock())
            connection.commit()
    finally:
        connection.close()
    assert refused.value.diag.constraint_name == constraint, refused.value
    assert constraint in REFUSALS


def identified(at_work: TestOffice) -> Dossier:
    id_ = at_work.enter(made())
    at_work.advance(id_)
    return read(at_work, id_)


def test_what_is_written_around_the_program_and_is_whole_goes_through(at_work: TestOffice):
    """Else the tests below would hold of anything."""
    of = identified(at_work)
    with at_work.database.opened() as connection:
        Around(connection, at_work.clock()).step(of, "CONTRACT_LINKED")
    assert read(at_work, of.id).settlement.state == "CONTRACT_LINKED"


@pytest.mark.parametrize("who", range(9))
def test_no_step_without_the_receipt_of_each(at_work: TestOffice, who: int):
    of = identified(at_work)
    assert len(everybody(of)) == 9
    with around(at_work, "settlementstep_is_screened") as sql:
        sql.step(of, "CONTRACT_LINKED", drop=who)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"subject": "0" * 64}, "settlementstep_is_screened"),
        ({"about": "somebody else"}, "settlementstep_is_screened"),
        ({"outcome": "review"}, "settlementstep_is_clear"),
        ({"outcome": "listed"}, "settlementstep_is_clear"),
        ({"outcome": "hold"}, "settlementstep_is_clear"),
        ({"screened_at_utc": (NOW - timedelta(hours=30)).isoformat()}, "settlementstep_screened_lately"),
        ({"screened_at_utc": (NOW + timedelta(days=30)).isoformat()}, "settlementstep_screened_lately"),
        ({"lists": ({"list_id": "un", "sha256": "f" * 64, "state": "FRESH", "mandatory": True},)}, "settlementstep_one_version_a_list"),
        ({"lists": ({"list_id": "un", "sha256": "a" * 64, "state": "STALE", "mandatory": True},)}, "settlementstep_one_version_a_list"),
    ],
)  # fmt: skip
def test_no_step_on_a_receipt_that_is_none(at_work: TestOffice, change: dict[str, Any], constraint: str):
    of = identified(at_work)
    with around(at_work, constraint) as sql:
        sql.step(of, "CONTRACT_LINKED", change=lambda i, s: replace(s, **change) if i == 4 else s)


def test_stopping_needs_receipts_as_well(at_work: TestOffice):
    of = identified(at_work)
    with around(at_work, "settlementstep_is_screened") as sql:
        sql.step(of, "RECALLED", drop=0)


def test_an_owner_who_came_later_is_asked_for(at_work: TestOffice):
    from adit.register.records import Stake

    of = identified(at_work)
    owner = new_id("participant")
    at_work.writer.write(lambda t: _owner(Books(t, "officer-1"), owner, of.contract.importer, Stake), key=new_id("k"))
    with around(at_work, "settlementstep_is_screened") as sql:
        sql.step(of, "CONTRACT_LINKED")  # as the program saw it before


def _owner(books: Books, owner: str, owned: str, stake: Any) -> dict[str, Any]:
    from tests.settlement.made_settlements import participant

    books.state(owner, participant("person", "A New Owner", "KZ"), since=DAY, new=True)
    books.state(new_id("stake"), stake(owner, owned, 1), since=DAY, new=True)
    return {}


def test_no_state_without_its_step(at_work: TestOffice):
    of = identified(at_work)
    with around(at_work, "settlement_goes_by_steps") as sql:
        sql.state(of.id, replace(of.settlement, state="CONTRACT_LINKED", step=None), new=False)
    with around(at_work, "settlement_begins_as_a_draft") as sql:
        s = replace(of.settlement, step=None, uetr="00000001-0000-4000-a000-000000000000")
        sql.state(new_id("settlement"), s, new=True)
    with around(at_work, "settlementstep_has_its_state") as sql:
        sql.state(
            new_id("settlementstep"),
            SettlementStep(of.id, 2, "IDENTIFIED", "CONTRACT_LINKED", "officer-2", "w", "", {}),
            new=True,
        )


def test_no_arrow_that_there_is_none(at_work: TestOffice):
    of = identified(at_work)
    with around(at_work, "settlementstep_is_an_arrow") as sql:
        sql.step(of, "CLOSED")
    with around(at_work, "settlement_goes_by_steps") as sql:
        sql.step(of, "SCREENED", from_="CONTRACT_LINKED")  # an arrow, of another state
    with around(at_work, "settlementstep_by_its_hand") as sql:
        sql.step(of, "CONTRACT_LINKED", said="officer-9")


@pytest.mark.parametrize(
    "change",
    [
        {"trial": True, "regime_status": "proposal"},
        {"amount_sat": 1},
        {"to_address": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"},
        {"payee_bank": None},
        {"vessels": ()},
        {"prepared_by": "officer-9"},
        {"value_minor": 1},
    ],
)  # fmt: skip
def test_a_settlement_stays_itself(at_work: TestOffice, change: dict[str, Any]):
    of = identified(at_work)
    with around(at_work, "settlement_stays_itself") as sql:
        sql.step(of, "CONTRACT_LINKED", **change)


def test_the_same_hand_twice_is_refused(at_work: TestOffice):
    id_ = at_work.enter(made())
    for _ in range(5):
        at_work.advance(id_)
    of = read(at_work, id_)
    with around(at_work, "settlement_two_hands") as sql:
        sql.step(of, "AUTHORISED", second_hand="officer-2", pay_by=DAY)
    with around(at_work, "settlement_two_hands") as sql:
        sql.step(of, "AUTHORISED", second_hand="officer-1", pay_by=DAY, hand="officer-1")
    with around(at_work, "settlement_own_hands") as sql:
        sql.step(of, "AUTHORISED", second_hand="officer-3", pay_by=DAY)  # entered by officer-2


def test_a_pause_is_left_to_where_it_was(at_work: TestOffice):
    of = identified(at_work)
    with around(at_work, "settlement_goes_back_to_where_it_was") as sql:
        sql.step(of, "HOLD", before="DRAFT")
    at_work.screener.seen = (replace(LISTS[0], state="MISSING"), LISTS[1])
    assert at_work.advance(of.id) == "HOLD"
    held = read(at_work, of.id)
    with around(at_work, "settlement_goes_back_to_where_it_was") as sql:
        sql.step(held, "SCREENED", before="")


def test_one_transaction_settles_one_payment(at_work: TestOffice):
    first, second = at_work.enter(made()), at_work.enter(made())
    same = evidence(observation=paid(77))
    assert at_work.walk(first, State.OBSERVED, evidence=same) == "OBSERVED"
    assert at_work.walk(second, State.AUTHORISED, evidence=same) == "AUTHORISED"
    with pytest.raises(Refused, match="has settled another payment"):
        at_work.advance(second, evidence=same)


def test_nothing_vanishes_and_nothing_is_changed(at_work: TestOffice):
    of = identified(at_work)
    for kind, id_ in (("settlement", of.id), ("tradecontract", of.settlement.contract)):
        with around(at_work, "settlement_never_vanishes") as sql:
            sql.run(
                f"UPDATE register.{kind} SET known = int8range(lower(known), {sql.seq}) WHERE id = %s AND upper_inf(known)",
                [id_],
            )
    for statement in (
        "UPDATE register.settlement SET state = 'CLOSED'",
        "DELETE FROM register.settlement",
        "UPDATE register.settlementstep SET known = known",
        "DELETE FROM register.settlementstep",
        "DELETE FROM register.screening",
        "UPDATE register.screening SET outcome = 'clear'",
        "ALTER TABLE register.settlementstep DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ):
        with at_work.database.opened() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_a_receipt_that_comes_later_is_none(at_work: TestOffice):
    of = identified(at_work)
    with at_work.database.opened() as connection:
        step = steps_of(connection, of.id)[0][0]
        row = receipts_of(connection, step.id)[0].record
    at_work.clock.pass_(minutes=1)
    with around(at_work, "screening_with_its_step") as sql:
        sql.state(new_id("screening"), replace(row, about="another"), new=True)


def test_the_contract_is_not_lowered_below_what_is_paid(at_work: TestOffice):
    of = identified(at_work)
    at_work.advance(of.id)
    with around(at_work, "settlement_within_the_contract") as sql:
        sql.state(of.settlement.contract, replace(of.contract, value_minor=1, value_rub_kopecks=1), new=False)


# Trials -----------------------------------------------------------------------------------------------------------
def test_a_trial_is_kept_apart_and_never_becomes_real(at_work: TestOffice):
    real = made(pays=5_000_000_00)
    at_work.enter(real)
    at_work.advance(real.id)
    assert at_work.advance(real.id) == "CONTRACT_LINKED"
    trial = made(regime="ru/trade_pilot_2023", contract=real.contract)
    trial = replace(
        trial,
        settlement=replace(
            trial.settlement,
            contract=real.settlement.contract,
            value_minor=5_000_000_00,
            payer=real.settlement.payer,
            payee=real.settlement.payee,
        ),
    )
    at_work.enter(trial, known=frozenset({real.settlement.contract}))
    assert trial.settlement.trial
    at_work.advance(trial.id)
    assert at_work.advance(trial.id) == "CONTRACT_LINKED", "the room of a trial is its own"
    of = read(at_work, trial.id)
    with around(at_work, "settlement_stays_itself") as sql:
        sql.step(of, "SCREENED", trial=False, regime_status="in force")
    with at_work.database.opened() as connection:
        assert [x.stated.record.trial for x in lines(connection, trial=True)] == [True]
    s = replace(trial.settlement, trial=False, uetr="00000002-0000-4000-a000-000000000000")
    with at_work.database.opened() as connection, pytest.raises(psycopg.errors.CheckViolation):
        Around(connection, at_work.clock()).state(new_id("settlement"), s, new=True)
