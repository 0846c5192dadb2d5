"""Terms in working days: across a weekend, a holiday, a Saturday that is worked, New Year, and beyond what is known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.terms.errors import BadInput
from adit.terms.working_days import after_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2025, 3, 3), 3, date(2025, 3, 6)),
        (date(2025, 3, 6), 3, date(2025, 3, 11)),  # Friday, then Monday and Tuesday
        (date(2025, 4, 30), 1, date(2025, 5, 5)),  # 1 and 2 May off, then a weekend
        (date(2025, 10, 31), 1, date(2025, 11, 1)),  # a Saturday that is worked
        (date(2025, 12, 30), 3, date(2026, 1, 14)),  # ten days off at New Year
        (date(2024, 11, 1), 1, date(2024, 11, 2)),
    ],
)
def test_a_term_ends_on_its_last_working_day(day: date, count: int, last: date):
    assert after_working_days(day, count) == last


def test_a_year_that_is_not_known_is_not_guessed():
    with pytest.raises(BadInput, match="The days off of RU in 2031 are not known"):
        is_working_day(date(2031, 3, 3))
    with pytest.raises(BadInput, match="The days off of KZ in 2025"):
        after_working_days(date(2025, 3, 3), 1, "KZ")


def test_a_term_without_days_is_none():
    with pytest.raises(BadInput, match="0 working days"):
        after_working_days(date(2025, 3, 3), 0)


@given(st.dates(date(2024, 1, 1), date(2026, 9, 30)), st.integers(1, 30))
def test_a_term_holds_exactly_so_many_working_days(day: date, count: int):
    last = after_working_days(day, count)
    days = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(map(is_working_day, days)) == count
    assert is_working_day(last)


@pytest.mark.parametrize(("year", "days"), [(2024, 248), (2025, 247), (2026, 247)])
def test_the_year_has_as_many_working_days_as_its_calendar_says(year: int, days: int):
    first = date(year, 1, 1)
    assert sum(is_working_day(first + timedelta(days=n)) for n in range((date(year + 1, 1, 1) - first).days)) == days
