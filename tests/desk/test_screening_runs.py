"""Everybody is screened again: what is new is looked at, what was broken off goes on, settlements are stopped and taken up, and one page tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, links
from tests.desk.screened_office import enter, give, national, opened, reviews, run
from tests.screening.list_files import un
from tests.settlement.made_settlements import made

from adit.desk import jobs, screening_runs
from adit.desk.jobs import find, run_pending
from adit.desk.office import Office, new_id
from adit.desk.rounds import round_once
from adit.desk.screening_runs import JOB, begin_if_due, is_due
from adit.desk.screening_subjects import count_all, pages
from adit.desk.settling import desk_of
from adit.register.records import Participant, Rescreening, Settlement
from adit.register.store import listed, one
from adit.settlement.dossier import subject_of
from adit.settlement.running import advance
from adit.settlement.store import Papers
from adit.settlement.store import enter as enter_settlement

pytestmark = pytest.mark.slow


@pytest.fixture
def office() -> Iterator[Office]:
    with opened() as found:
        yield found


def participant(name: str, kind: str = "person") -> Participant:
    bare = Participant(kind, name, "", "RU")
    return replace(bare, subject=subject_of(bare).digest)


def screened(office: Office) -> dict[str, tuple[str, list[str]]]:
    with office.reading() as connection:
        return {s: (t, m) for s, t, m in connection.execute("SELECT subject, stamp, met FROM desk.screened")}


def test_everybody_is_screened_once_and_then_by_what_is_new(office: Office):
    first = run(office)
    with office.reading() as connection:
        everybody = [s for page in pages(connection, 7) for s in page]
        assert len(everybody) >= count_all(connection)
    assert first["subjects"] == len(everybody)
    assert first["whole"] == len({s.subject.digest for s in everybody if s.subject})
    assert run(office)["whole"] == 0
    give(office, "national", national(office.today(), [("organisation", "ООО «Ангара Вычисления»")]))
    again = run(office)
    assert (again["whole"], again["opened"]) == (0, 1), "against what is new, and nothing else"
    kept = screened(office)
    with office.reading() as connection:
        connection.execute("DELETE FROM desk.screened")
    assert run(office)["whole"] == first["whole"]
    assert screened(office) == kept, "screened whole, the same is found"


def test_what_is_none_any_more_is_ended_and_comes_back(office: Office):
    named = [("organisation", "ООО «Ангара Вычисления»")]
    give(office, "national", national(office.today(), named))
    assert run(office)["opened"] == 1
    give(office, "national", national(office.today()))
    assert run(office)["gone"] == 1
    assert [r.record.state for r in reviews(office)] == ["gone"]
    give(office, "national", national(office.today(), named))
    assert run(office)["opened"] == 1
    assert [r.record.state for r in reviews(office)] == ["open"]


class Killed(BaseException):
    """What a kill does to whoever is at work: nothing of it is caught."""


@contextmanager
def killed_after(monkeypatch: pytest.MonkeyPatch, chunks: int) -> Iterator[None]:
    real, left = screening_runs._chunk, [chunks]

    def chunk(*given: object) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(screening_runs, "_chunk", chunk)
        patched.setattr(screening_runs, "CHUNK", 3)
        with pytest.raises(Killed):
            yield


def test_a_run_that_was_killed_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch):
    give(office, "national", national(office.today(), [("organisation", "ООО «Ангара Вычисления»")]))
    job = screening_runs.start(office, "office-000001", key="killed")
    with killed_after(monkeypatch, 4):
        run_pending(office)
    assert find(office, job)["state"] == "running"
    before = screened(office)
    assert before
    assert run_pending(office) == 0, "its lease holds still"
    assert isinstance(office.clock, Clock)
    office.clock.pass_(minutes=1)
    assert run_pending(office) == 1
    done = find(office, job)
    assert done["state"] == "done"
    after = screened(office)
    assert before.items() <= after.items()
    assert done["result"]["whole"] == len(after) - len(before), "nobody is screened twice"
    assert len(reviews(office)) == 1


def test_a_run_is_cancelled_between_chunks_and_what_it_found_stays(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(screening_runs, "CHUNK", 3)
    job, real = screening_runs.start(office, "office-000001", key="cancelled"), screening_runs._chunk

    def chunk(run: Any, number: int, page: Any) -> None:
        if screened(office):
            jobs.cancel(office, job)
        real(run, number, page)

    monkeypatch.setattr(screening_runs, "_chunk", chunk)
    run_pending(office)
    assert find(office, job)["state"] == "cancelled"
    assert 0 < len(screened(office)) < 20


def test_a_worker_that_ends_leaves_the_run_to_another(office: Office):
    stopping = Event()
    stopping.set()
    screening_runs.start(office, "office-000001", key="left")
    assert run_pending(office, stopping) == 0
    assert run_pending(office) == 1


def test_somebody_who_cannot_be_checked_is_told_and_tried_again(office: Office):
    enter(office, ("participant-00000009", participant("???")))
    assert run(office)["unchecked"] == 1
    assert run(office)["unchecked"] == 1
    assert subject_of(participant("???")).digest not in screened(office)


# By itself --------------------------------------------------------------------------------------------------------
def test_a_change_of_lists_and_a_new_day_begin_a_run_by_themselves(office: Office):
    assert begin_if_due(office)
    assert not begin_if_due(office), "it waits already"
    run_pending(office)
    assert not is_due(office)
    round_once(office)
    with office.reading() as connection:
        assert connection.execute("SELECT count(*) FROM desk.job WHERE kind = %s", [JOB]).fetchall() == [(1,)]
    give(office, "national", national(office.today(), [("person", "Somebody New")]))
    round_once(office)
    assert run_pending(office) == 1
    assert isinstance(office.clock, Clock)
    office.clock.pass_(days=1)
    assert is_due(office), "there may be newcomers"


def test_an_office_without_lists_begins_nothing():
    from tests.desk.at_work import office_at_work

    with office_at_work() as empty:
        assert not begin_if_due(empty)


# Settlements ------------------------------------------------------------------------------------------------------
def settlement(office: Office) -> str:
    of = made()
    papers = Papers(
        (of.id, of.settlement),
        (of.settlement.contract, of.contract),
        of.participants,
        {new_id("stake"): s for s in of.stakes},
    )
    office.write(lambda t: enter_settlement(t, papers, hand="officer-1", on=office.today()), key=new_id("settlement"))
    return of.id


def state(office: Office, id_: str) -> str:
    with office.reading() as connection:
        return one(connection, Settlement, id_).record.state


def step(office: Office, id_: str) -> str:
    return str(advance(desk_of(office), id_, hand="officer-2", key=new_id("step"))["state"])


def test_an_owner_who_is_listed_later_stops_the_settlement_and_the_page_tells_it(office: Office):
    id_ = settlement(office)
    assert step(office, id_) == "IDENTIFIED"
    assert run(office)["stopped"] == 0
    give(office, "national", national(office.today(), [("person", "Ivan Petrov")]))
    assert run(office)["stopped"] == 1
    assert state(office, id_) == "REVIEW"
    assert {r.record.found_by for r in reviews(office)} == {"name", "ownership"}, "whoever he owns half of, too"
    assert "settlements stopped" in Person(office, "watcher").get("/screening/runs")
    assert run(office)["stopped"] == 0, "it is stopped already"


def test_a_settlement_on_hold_is_taken_up_once_the_lists_are_fresh(office: Office):
    id_ = settlement(office)
    assert isinstance(office.clock, Clock)
    office.clock.pass_(days=15)
    assert step(office, id_) == "HOLD"
    page = Person(office, "officer").get("/screening")
    assert "on hold." in page
    assert id_ in page
    assert run(office)["taken up"] == 0
    give(office, "national", national(office.today()))
    give(office, "un_sc", un(office.today()))
    assert run(office)["taken up"] >= 1
    assert state(office, id_) == "DRAFT"
    assert id_ not in Person(office, "officer").get("/screening")


# The page ---------------------------------------------------------------------------------------------------------
def test_a_run_is_started_watched_and_stopped_at_the_desk(office: Office):
    watcher, officer = Person(office, "watcher"), Person(office, "officer")
    assert "Nobody was screened yet" in officer.get("/screening/runs")
    watcher.post("/screening/runs", page="/screening/runs")
    page = watcher.get("/screening/runs")
    assert "waiting" in page
    [job] = [str(j) for (j,) in _ask(office, "SELECT id FROM desk.job WHERE kind = 'screening'")]
    assert 'hx-get="/screening/runs?part=yes"' in watcher.get("/screening/runs?part=yes")
    officer.post(f"/screening/runs/{job}/cancel", status=403)
    watcher.post(f"/screening/runs/{job}/cancel", page="/screening/runs")
    assert find(office, job)["state"] == "cancelled"
    watcher.post("/screening/runs/job-000000000000/cancel", page="/screening/runs", status=404)
    run(office)
    page = officer.get("/screening/runs")
    assert links(page, "/entries/")
    with office.reading() as connection:
        [entered] = listed(connection, Rescreening)
    assert [x["list_id"] for x in entered.record.lists] == ["un_sc", "national"]
    assert "Проверено" in Person(office, "watcher", "ru").get("/screening/runs")


def _ask(office: Office, query: str) -> list[tuple[object, ...]]:
    with office.reading() as connection:
        return connection.execute(query).fetchall()
