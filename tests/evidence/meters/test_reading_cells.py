"""Cells of meter files: exact watt-hours, whole seconds, and a reason for what is neither."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.meters.cells import energy_of, moment_of


@pytest.mark.parametrize(
    ("text", "factor", "wh"),
    [
        ("0.213", 1000, 213),
        ("0,213", 1000, 213),
        ("1 234,5", 1000, 1_234_500),
        ("1\u00a0234\u00a0567", 1, 1_234_567),
        ("12.5", 1_000_000, 12_500_000),
        ("2.5e-1", 1000, 250),
        ("-3", 1, -3),
        ("+7", 1, 7),
        ("9007199254740.993", 1000, None),  # more than any meter counts
        ("900719925473.993", 1000, 900_719_925_473_993),  # a float would be off by some watt-hours
    ],
)
def test_a_number_becomes_whole_watt_hours_without_a_float(text: str, factor: int, wh: int | None):
    assert energy_of(text, factor) == ((wh, "") if wh is not None else (0, "too-large"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no-energy"), ("Null", "no-energy"), ("нет", "no-energy"), ("NaN", "not-finite"), ("-inf", "not-finite"), ("=A1*2", "formula"),
        ("@SUM(1)", "formula"), ("-cmd|' /C calc'!A0", "formula"), ("12,345.6", "not-a-number"), ("1 23", "not-a-number"), ("0x10", "not-a-number"),
        ("١٢", "not-a-number"), ("12 kWh", "not-a-number"), ("1e99", "too-large"),
    ],
)  # fmt: skip
def test_what_is_no_number_has_its_reason(text: str, fault: str):
    assert energy_of(text, 1000).fault == fault


def test_between_commas_a_comma_in_a_number_is_refused():
    assert energy_of("1,234", 1000, comma=False).fault == "not-a-number"
    assert energy_of("1,234", 1000).wh == 1234


def test_what_is_no_whole_watt_hour_is_rounded_half_away_from_zero_and_said():
    assert energy_of("0.0005", 1000) == (1, "not-whole")
    assert energy_of("-0.0005", 1000) == (-1, "not-whole")
    assert energy_of("0.00049", 1000) == (0, "not-whole")


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", ","]))
def test_every_whole_number_of_watt_hours_comes_back_from_kilowatt_hours(wh: int, point: str):
    text = f"{Decimal(wh) / 1000:f}".replace(".", point)
    assert energy_of(text, 1000) == (wh, "")


@pytest.mark.parametrize(
    ("text", "clock_s", "ahead_s"),
    [
        ("1970-01-01", 0, None),
        ("1970-01-01 00:01", 60, None),
        ("1970-01-02T00:00:01Z", 86_401, 0),
        ("01.01.1970 3:00", 10_800, None),
        ("1970-01-01 24:00", 86_400, None),
        ("2012-10-12 00:30:00.0000000", 1_350_001_800, None),
        ("2024-10-27 01:30:00+03:00", 1_729_992_600, 10_800),
        ("2024-10-27T01:30-0330", 1_729_992_600, -12_600),
        ("2024-10-27 01:30 UTC", 1_729_992_600, 0),
    ],
)
def test_a_time_is_read_by_its_clock_with_its_offset_where_it_has_one(text: str, clock_s: int, ahead_s: int | None):
    assert moment_of(text) == (clock_s, ahead_s, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("03/04/2024 10:00", "day-or-month"), ("2024/03/04", "day-or-month"), ("2024-02-30", "not-a-time"), ("31.04.2024", "not-a-time"),
        ("2024-01-01 24:01", "not-a-time"), ("2024-01-01 10:60", "not-a-time"), ("2024-01-01 10:00:00.5", "not-a-time"), ("0024-01-01", "not-a-time"),
        ("2024-01-01 10:00+20:00", "not-a-time"), ("45292.5", "not-a-time"), ("", "not-a-time"), ("yesterday", "not-a-time"),
    ],
)  # fmt: skip
def test_what_is_no_time_has_its_reason(text: str, fault: str):
    assert moment_of(text).fault == fault
