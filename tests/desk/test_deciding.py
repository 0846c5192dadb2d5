"""Cases that come at one moment are read together: each is decided as it would be alone, and what is wrong with one is no matter of another."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from tests.desk.at_work import Person, office_at_work

from adit.decision.decide import Decision
from adit.decision.monthly import decide_month, month_known
from adit.decision.stored.record import record_of
from adit.desk.deciding import Decided
from adit.desk.office import Office
from adit.desk.web.hands import Hand
from adit.desk.web.sessions import make_token
from adit.engines.database import LOST
from adit.journal import store as journal
from adit.register.procedures import declarations
from adit.register.records import Declaration
from adit.register.store import Books
from adit.terms.days import Period, parse_period
from adit.terms.errors import AditError, MissingFact, NotFound, Unavailable, UnknownName

pytestmark = pytest.mark.slow
FEBRUARY = parse_period("2025-02")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def parties(office: Office) -> list[str]:
    with office.reading() as connection:
        return [str(p) for (p,) in connection.execute("SELECT DISTINCT id FROM register.party ORDER BY id")]


def alone(office: Office, party: str) -> Decision:
    with office.reading() as connection:
        return decide_month(office.regime, month_known(connection, party, FEBRUARY), real=False)


def test_what_is_decided_together_is_what_each_is_alone(office: Office):
    asked = parties(office)
    assert len(asked) > 10
    made = [f.result(20) for f in [office.decider.submit(p, FEBRUARY) for p in asked * 3]]
    with office.reading() as connection:
        size = journal.size(connection)
    for party, decided in zip(asked * 3, made, strict=True):
        assert decided.known == size
        assert decided.record == record_of(alone(office, party))


def test_what_is_wrong_with_one_case_is_no_matter_of_another(office: Office):
    [good, *_] = parties(office)
    later = parse_period("2030-01")  # nothing is known of it
    wrong: list[tuple[str, Period, tuple[str, ...], dict[str, object], type[AditError], str]] = [
        ("party-00000000", FEBRUARY, (), {}, NotFound, "There is no party party-00000000."),
        (good, FEBRUARY, ("may_fly",), {}, UnknownName, "may_fly"),
        (good, FEBRUARY, ("must_register",), {"mining_energy_kwh_per_month": "much"}, AditError, "much"),
        (good, FEBRUARY, ("must_register",), {"mining_energy_kwh_per_month": "-1"}, AditError, "-1"),
        (good, FEBRUARY, (), {"colour": "red"}, AditError, "colour"),
        (good, FEBRUARY, (), {"region": "Atlantis"}, AditError, "Atlantis"),
        (good, later, ("must_register",), {}, MissingFact, "mining_energy_kwh_per_month"),
    ]
    under_way = [(office.decider.submit(p, m, q, f), kind, said) for p, m, q, f, kind, said in wrong for _ in range(2)]
    fine = [office.decider.submit(good, FEBRUARY) for _ in range(5)]
    for future, kind, said in under_way:
        with pytest.raises(kind) as raised:
            future.result(20)
        assert said in str(raised.value)
    assert all(isinstance(f.result(20), Decided) for f in fine)


def test_a_database_that_is_away_is_told_and_the_next_case_is_decided(office: Office):
    [party, *_] = parties(office)
    office.decider.submit(party, FEBRUARY).result(20)
    with office.reading() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'WITH log%'"
        )
    with suppress(*LOST):  # a connection that answered within the last second is not asked again
        office.decider.submit(party, FEBRUARY).result(20)
    assert office.decider.submit(party, FEBRUARY).result(20).record["period"] == "2025-02"


def test_its_connections_plan_a_question_once(office: Office):
    for planned_once, mode in ((True, "force_generic_plan"), (False, "auto")):
        with office.database.pool(size=1, planned_once=planned_once) as pool, pool.connection() as connection:
            assert connection.execute("SHOW plan_cache_mode").fetchall() == [(mode,)]


def test_after_the_end_nothing_is_taken(office: Office):
    with office_at_work(demo=False) as other:
        pass
    with pytest.raises(Unavailable, match="closing"):
        other.decider.submit("party-00000000", FEBRUARY)


# Over HTTP ---------------------------------------------------------------------------------------------------------
def asker(office: Office) -> tuple[Person, dict[str, str]]:
    officer = Person(office, "officer")
    [(hand,)] = rows(office, "SELECT hand FROM desk.account WHERE login = 'officer'")
    who = Hand(str(hand), "officer", frozenset({"officer"}), (), "en", "auto", "session")
    return officer, {"Authorization": f"Bearer {make_token(office, who, 'test', ['decide'], 1)}"}


def rows(office: Office, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with office.reading() as connection:
        return list(connection.execute(query, parameters))


def test_the_same_request_again_gives_the_answer_of_then_whatever_came_since():
    with office_at_work() as office:
        person, token = asker(office)
        party = next(
            str(p)
            for (p,) in rows(
                office, "SELECT party FROM register.declaration WHERE lower(valid) = '2025-02-01' ORDER BY party"
            )
        )
        headers, asked = token | {"Idempotency-Key": "once-and-again"}, {"party": party, "period": "2025-02"}
        first = person.client.post("/api/v1/decisions", json=asked, headers=headers)
        assert first.status_code == 201, first.text

        def correct(transaction: Any) -> dict[str, str]:
            declared = Declaration(party, "BTC", 1, 1, 1)
            declarations.correct(
                Books(transaction, "office-000001"), declared, FEBRUARY, on=date(2025, 4, 1), why="A slip."
            )
            return {}

        office.write(correct, key="correct")
        again = person.client.post("/api/v1/decisions", json=asked, headers=headers)
        assert again.json() == first.json()
        anew = person.client.post("/api/v1/decisions", json=asked, headers=token | {"Idempotency-Key": "another-one"})
        assert anew.json()["answers"] != first.json()["answers"]
        short = person.client.post("/api/v1/decisions", json={**asked, "explain": False}, headers=token | {"Idempotency-Key": "without-reasons"})  # fmt: skip
        assert short.json()["record"] is None
        with office.reading() as connection:
            entry = journal.entry(connection, first.json()["entry"])
        assert entry.body is not None
        assert entry.body["detail"] == first.json()["record"], "what was told is what was entered"
        assert json.loads(first.text)["decision"] == entry.subject


def test_many_at_once_are_each_entered_once():
    with office_at_work() as office:
        person, token = asker(office)
        every = [str(p) for (p,) in rows(office, "SELECT DISTINCT id FROM register.party ORDER BY id LIMIT 8")]
        [(before,)] = rows(office, "SELECT count(*) FROM register.decision")

        def ask(n: int) -> int:
            asked = {"party": every[n % 8], "period": "2025-02", "questions": ["must_report"]}
            answer = person.client.post(
                "/api/v1/decisions", json=asked, headers=token | {"Idempotency-Key": f"many-{n // 2:08}"}
            )
            return int(answer.json()["entry"]) if answer.status_code == 201 else -answer.status_code

        with ThreadPoolExecutor(8) as threads:
            entries = list(threads.map(ask, [n for n in range(0, 64, 2) for _ in range(2)]))
        assert min(entries) > 0
        assert len(set(entries)) == 32
        [(after,)] = rows(office, "SELECT count(*) FROM register.decision")
        assert after - before == 32
