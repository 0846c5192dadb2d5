"""Local times across clock changes: Russia in 2011 and 2014, London every year, and a machine that knows no zones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.meters.files import utc

from adit.evidence.meters import clock
from adit.evidence.meters.clock import AMBIGUOUS, CLEAR, SKIPPED, changes_of, ends_of, moments_of, shown, starts_of
from adit.terms.errors import BadInput


def clocks(*texts: str) -> np.ndarray:
    return np.array([utc(t) for t in texts], dtype=np.int64)


def group(n: int) -> np.ndarray:
    return np.zeros(n, dtype=np.int32)


def test_the_clocks_of_moscow_stopped_changing_in_2011_and_were_set_back_in_2014():
    moscow = changes_of("Europe/Moscow")
    last = [
        (datetime.fromtimestamp(int(s), UTC).strftime("%Y-%m-%d %H:%M"), int(a))
        for s, a in zip(moscow.at_s[-2:], moscow.ahead_s[-2:], strict=True)
    ]
    assert last == [("2011-03-26 23:00", 14_400), ("2014-10-25 22:00", 10_800)]


def test_the_hour_of_2014_that_moscow_had_twice_is_told_by_its_order():
    shown_twice = clocks("2014-10-26 00:00", "2014-10-26 01:00", "2014-10-26 01:00", "2014-10-26 02:00")
    moments, state = moments_of(changes_of("Europe/Moscow"), group(4), shown_twice)
    assert (
        moments.tolist()
        == clocks("2014-10-25 20:00", "2014-10-25 21:00", "2014-10-25 22:00", "2014-10-25 23:00").tolist()
    )
    assert state.tolist() == [CLEAR] * 4


def test_a_file_that_runs_backwards_has_the_later_hour_first():
    times = clocks("2014-10-26 02:00", "2014-10-26 01:00", "2014-10-26 01:00", "2014-10-26 00:00")
    moments, _ = moments_of(changes_of("Europe/Moscow"), group(4), times)
    assert (
        moments.tolist()
        == clocks("2014-10-25 23:00", "2014-10-25 22:00", "2014-10-25 21:00", "2014-10-25 20:00").tolist()
    )


def test_quarters_of_the_doubled_hour_may_stand_in_turn_or_one_hour_after_the_other():
    london = changes_of("Europe/London")
    hours = ["2013-10-27 01:00", "2013-10-27 01:30"]
    one_by_one, _ = moments_of(london, group(4), clocks(*hours, *hours))
    in_turn, _ = moments_of(london, group(4), clocks(hours[0], hours[0], hours[1], hours[1]))
    assert (
        one_by_one.tolist()
        == clocks("2013-10-27 00:00", "2013-10-27 00:30", "2013-10-27 01:00", "2013-10-27 01:30").tolist()
    )
    assert sorted(in_turn.tolist()) == one_by_one.tolist()


def test_one_of_the_two_hours_or_three_of_them_are_ambiguous():
    moscow = changes_of("Europe/Moscow")
    assert moments_of(moscow, group(1), clocks("2014-10-26 01:30"))[1].tolist() == [AMBIGUOUS]
    assert moments_of(moscow, group(3), clocks(*["2014-10-26 01:30"] * 3))[1].tolist() == [AMBIGUOUS] * 3


def test_two_meters_do_not_tell_each_other_the_hour():
    two = np.array([0, 1], dtype=np.int32)
    assert (
        moments_of(changes_of("Europe/Moscow"), two, clocks(*["2014-10-26 01:30"] * 2))[1].tolist() == [AMBIGUOUS] * 2
    )


def test_an_hour_that_was_skipped_never_was():
    _, state = moments_of(
        changes_of("Europe/Moscow"), group(3), clocks("2011-03-27 01:59", "2011-03-27 02:00", "2011-03-27 03:00")
    )
    assert state.tolist() == [CLEAR, SKIPPED, CLEAR]


@pytest.mark.parametrize(
    ("begin", "begin_clock", "end_clock", "end"),
    [
        ("2013-10-26 23:00", "2013-10-27 00:00", "2013-10-28 00:00", "2013-10-28 00:00"),  # a day of 25 hours
        ("2013-03-31 00:00", "2013-03-31 00:00", "2013-04-01 00:00", "2013-03-31 23:00"),  # a day of 23
        ("2013-10-27 00:00", "2013-10-27 01:00", "2013-10-27 02:00", "2013-10-27 01:00"),  # the first of the two hours
        ("2013-10-27 01:00", "2013-10-27 01:00", "2013-10-27 02:00", "2013-10-27 02:00"),  # the second
        ("2013-10-26 23:00", "2013-10-27 00:00", "2013-10-27 01:00", "2013-10-27 00:00"),  # up to the first
        (
            "2013-03-31 00:00",
            "2013-03-31 00:00",
            "2013-03-31 01:00",
            "2013-03-31 01:00",
        ),  # up to the hour that was skipped
        (
            "2013-03-31 00:00",
            "2013-03-31 00:00",
            "2013-03-31 02:00",
            "2013-03-31 01:00",
        ),  # the same, as the clock showed it
    ],
)
def test_an_interval_ends_where_the_clock_says(begin: str, begin_clock: str, end_clock: str, end: str):
    found = ends_of(changes_of("Europe/London"), clocks(begin), clocks(begin_clock), clocks(end_clock))
    assert found.tolist() == clocks(end).tolist()


@pytest.mark.parametrize(
    ("end", "begin_clock", "end_clock", "begin"),
    [
        ("2013-10-27 00:00", "2013-10-27 00:00", "2013-10-27 01:00", "2013-10-26 23:00"),
        ("2013-10-27 01:00", "2013-10-27 00:00", "2013-10-27 01:00", "2013-10-27 00:00"),
        ("2013-10-27 02:00", "2013-10-27 01:00", "2013-10-27 02:00", "2013-10-27 01:00"),
        ("2013-03-31 01:00", "2013-03-31 01:00", "2013-03-31 02:00", "2013-03-31 00:00"),
        ("2013-10-28 00:00", "2013-10-27 00:00", "2013-10-28 00:00", "2013-10-26 23:00"),
    ],
)
def test_an_interval_begins_where_the_clock_says(end: str, begin_clock: str, end_clock: str, begin: str):
    found = starts_of(changes_of("Europe/London"), clocks(end), clocks(begin_clock), clocks(end_clock))
    assert found.tolist() == clocks(begin).tolist()


@given(
    st.sampled_from(
        ["Europe/Moscow", "Asia/Irkutsk", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "UTC"]
    ),
    st.integers(utc("1990-01-01 00:00"), utc("2037-01-01 00:00")),
)
def test_the_clock_of_a_moment_shows_that_moment(zone: str, moment: int):
    offset = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    when = shown(changes_of(zone), np.array([moment + round(offset.total_seconds())]))
    assert moment in (when.earlier_s[0], when.later_s[0])
    assert not when.skipped[0]


def test_a_zone_that_is_not_known_is_refused():
    with pytest.raises(BadInput, match=r"There is no time zone 'Moscow'"):
        changes_of("Moscow")


def test_a_machine_without_zones_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    def none(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(clock, "ZoneInfo", none)
    with pytest.raises(BadInput, match="no time zone database") as refused:
        changes_of.__wrapped__("Europe/Samara")
    assert refused.value.todo == "pip install tzdata"
