"""Sums that are kept: they are those of the register until something is entered, and then say how old they are; or are made anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.databases import Clock
from tests.desk.at_work import Person, office_at_work

from adit.desk import summed as kept
from adit.desk.office import Office, new_id
from adit.desk.summed import Question, Sums, refresh, summed, usual
from adit.desk.totals import TAXES
from adit.journal import store as journal
from adit.register.records import Note
from adit.register.store import Books
from adit.terms.days import months_between

pytestmark = pytest.mark.slow
ASKED = Question(tuple(months_between("2024-11..2025-03")), "", "month")
ADDRESS = "/figures?from=2024-11&to=2025-03"
_keys = count()


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def enter_something(office: Office) -> None:
    with office.reading() as connection:
        [(party,)] = connection.execute("SELECT id FROM register.party LIMIT 1").fetchall()

    def work(transaction: object) -> dict[str, str]:
        books = Books(transaction, "office-000001")  # type: ignore[arg-type]
        books.state(new_id("note"), Note(party, "Something."), since=date(2025, 4, 1), new=True)
        return {}

    office.write(work, key=f"test {next(_keys)}")


def took(office: Office, ms: int) -> None:
    """Have the sums be of those that take so long."""
    with office.reading() as connection:
        connection.execute("UPDATE desk.figures SET took_ms = %s", [ms])


def size(office: Office) -> int:
    with office.reading() as connection:
        return journal.size(connection)


def test_sums_are_read_back_as_they_were_made(office: Office):
    for question in (ASKED, Question(ASKED.months, "", "region"), Question(ASKED.months[2:3], "RU-IRK", "region")):
        made, _ = summed(office, question, anew=True)
        read, since = summed(office, question)
        assert since == 0
        assert replace(made, took_ms=read.took_ms) == read
        assert all(tuple(d.taxes) == TAXES for d in read.dues.values()), "columns stay in their order"
        assert kept._question(str(question)) == question


def test_sums_that_are_quickly_made_are_never_older_than_the_register(office: Office):
    first, _ = summed(office, ASKED)
    enter_something(office)
    second, since = summed(office, ASKED)
    assert (second.known, since) == (first.known + 1, 0)


def test_sums_that_take_long_are_shown_with_what_came_since_until_they_are_made_anew(office: Office):
    officer = Person(office, "officer")
    page = officer.get(ADDRESS)
    assert "Sum anew" not in page
    assert "Summed on " in page
    known = size(office)
    took(office, 2500)
    enter_something(office)
    page = officer.get(ADDRESS)
    assert f"As known at entry {known}, for 2025-03-31." in page
    assert "1 entry came since, and is not in the figures." in page
    held = officer.client.get(f"{ADDRESS}&table=amounts&format=csv").content.decode("utf-8-sig")
    assert str(known) in held, "a file says what it is of, too"
    asked: dict[str, Any] = {"from": "2024-11", "to": "2025-03"}
    page = officer.post("/figures", page=ADDRESS, **asked)
    assert f"As known at entry {known + 1}, for 2025-03-31." in page
    assert "came since" not in page


def test_another_day_has_other_sums(office: Office):
    clock = office.clock
    assert isinstance(clock, Clock)
    before, _ = summed(office, ASKED)
    took(office, 2500)
    clock.pass_(days=30)
    after, since = summed(office, ASKED)
    assert (after.day, since) == (before.day + timedelta(days=30), 0)
    assert after.reports[ASKED.months[-1]] != before.reports[ASKED.months[-1]], "what was due is missing by now"


def test_the_rounds_make_anew_what_somebody_wants_and_forget_the_rest(office: Office):
    clock = office.clock
    assert isinstance(clock, Clock)
    assert refresh(office), "what the figures begin with"
    Person(office, "officer").get("/figures")
    with office.reading() as connection:
        assert connection.execute("SELECT asked FROM desk.figures").fetchall() == [(str(usual(date(2025, 4, 1))),)]
    assert not refresh(office), "nothing came since"
    took(office, 2500)
    enter_something(office)
    assert not refresh(office), "not again at once: it takes long"
    clock.pass_(seconds=51)
    assert refresh(office)
    assert summed(office, ASKED)[0].known == size(office)
    clock.pass_(days=8)
    assert refresh(office)
    with office.reading() as connection:
        [(asked, day)] = connection.execute("SELECT asked, day FROM desk.figures").fetchall()
    assert (asked, day) == (str(usual(date(2025, 4, 9))), date(2025, 4, 9)), "the others are forgotten"
    enter_something(office)
    clock.pass_(hours=2)
    assert not refresh(office), "nobody looks at them"
    clock.pass_(days=1)
    assert refresh(office), "but each day has its own"


def test_older_sums_never_take_the_place_of_newer_ones(office: Office):
    newer, _ = summed(office, ASKED)
    with office.reading() as connection:
        connection.execute("UPDATE desk.figures SET known = known + 1000, took_ms = 9999")
    summed(office, ASKED, anew=True)
    with office.reading() as connection:
        assert connection.execute("SELECT known FROM desk.figures").fetchall() == [(newer.known + 1000,)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "2025-03", "to": "2025-01"}, "is after"),
        ({"from": "2020-01", "to": "2025-01"}, "months"),
        ({"from": "2027-01", "to": "2027-01"}, "has not begun"),
        ({"from": "soon", "to": "2025-01"}, "soon"),
        ({"region": "RU-XXX"}, "RU-XXX"),
        ({"by": "colour"}, "colour"),
    ],
)
def test_what_cannot_be_summed_is_told(office: Office, asked: dict[str, Any], said: str):
    officer = Person(office, "officer")
    assert said in officer.post("/figures", page="/figures", status=422, **asked)


def test_who_may_not_see_figures_has_none_summed(office: Office):
    Person(office, "miner").post("/figures", status=403)


@settings(max_examples=50)
@given(
    st.integers(0, 2**40), st.dictionaries(st.tuples(st.sampled_from(["RU-IRK", ""]), st.sampled_from(["company", "citizen"])), st.integers(0, 9)),
)  # fmt: skip
def test_plain_data_holds_whatever_sums_there_are(known: int, members: dict[tuple[str, str], int]):
    moment = datetime(2025, 4, 1, tzinfo=UTC)
    sums = Sums(known, date(2025, 4, 1), moment, 7, date(2025, 3, 31), members, {}, {}, {}, {}, {}, known)
    assert kept._sums(known, date(2025, 4, 1), moment, 7, kept._plain(sums)) == sums
