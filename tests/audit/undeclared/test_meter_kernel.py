"""The kernel gives what the plain definition gives, to the last bit, whatever the readings."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audit.undeclared.meter_files import MONTHS, START_MINUTE, row_of

from adit.audit.undeclared.features import ROW, STATUSES
from adit.audit.undeclared.plain import row_of_meter
from adit.audit.undeclared.scan import FROM, MONTH_OF_DAY


@st.composite
def years(draw):
    """Some weeks of readings of one kind, with holes, zeros, constants, an odd time, a wrong sign."""
    step = draw(st.sampled_from([60, 30, 15, 20]))
    days = draw(st.integers(0, 130))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = days * 1440 // step + draw(st.integers(0, 30))
    start = START_MINUTE - draw(st.integers(0, 200)) * 1440 + draw(st.integers(0, 95)) * step
    kind = draw(st.sampled_from(["noise", "constant", "zero", "two levels", "step", "large"]))
    wh = {
        "noise": rng.integers(0, 3000, n),
        "constant": np.full(n, rng.integers(1, 5000)),
        "zero": np.zeros(n, int),
        "two levels": rng.integers(0, 2, n) * 3300 + rng.integers(0, 60, n),
        "step": np.where(np.arange(n) > n // 2, 3300, 200) + rng.integers(0, 100, n),
        "large": rng.integers(0, 600_000_000, n) if draw(st.booleans()) else rng.integers(0, 100_000_000, n),
    }[kind]
    minutes = start + np.arange(n) * step
    values = (
        [None if rng.random() < draw_missing else int(v) for v in wh]
        if (draw_missing := draw(st.sampled_from([0.0, 0.01])))
        else wh.tolist()
    )
    kept = rng.random(n) >= draw(st.sampled_from([0.0, 0.0, 0.02, 0.6]))
    readings = [(int(m), v) for m, v, k in zip(minutes, values, kept, strict=True) if k]
    trouble = draw(st.sampled_from(["", "", "", "negative", "twice", "backwards", "odd"]))
    if len(readings) > 3:
        at = draw(st.integers(1, len(readings) - 2))
        minute, value = readings[at]
        readings[at] = {
            "": (minute, value), "negative": (minute, -7), "twice": (readings[at - 1][0], value), "backwards": (readings[0][0] - step, value),
            "odd": (minute + 7, value),
        }[trouble]  # fmt: skip
    return readings


@settings(max_examples=60, deadline=None)
@given(
    years(),
    st.sampled_from([0, 480, -300, 330]),
    st.sampled_from([0, 250]),
    st.sampled_from([0, 300_000]),
    st.booleans(),
)
def test_the_kernel_gives_what_the_definition_gives(readings, offset, declared, limit, weather):
    rng = np.random.default_rng(len(readings))
    warmth = (
        8 + 18 * np.sin(np.arange(len(MONTH_OF_DAY)) / 58) + rng.normal(0, 3, len(MONTH_OF_DAY)) if weather else None
    )
    got = row_of(
        [wh for _, wh in readings],
        minutes=[m for m, _ in readings],
        offset=offset,
        declared=declared,
        limit=limit,
        temperatures=warmth,
    )
    known = {FROM + i: float(t) for i, t in enumerate(warmth)} if warmth is not None else None
    want = row_of_meter(
        readings, MONTHS, offset_minutes=offset, declared_wh=declared, temperatures=known, limit_wh=limit
    )
    for name in ROW:
        assert got[name] == want[name] or (math.isnan(got[name]) and math.isnan(want[name])), (
            name,
            got[name],
            want[name],
        )


@pytest.mark.parametrize(
    ("minutes", "wh", "status"),
    [
        ([], [], "no readings"),
        ([0, 60, 120], [1, -5, 1], "a negative reading"),
        ([0, 60, 60], [1, 1, 1], "the same interval twice"),
        ([0, 60, 30], [1, 1, 1], "times run backwards"),
        ([0, 1440, 2880], [1, 1, 1], "intervals that do not divide an hour"),
        ([0, 45, 90], [1, 1, 1], "intervals that do not divide an hour"),
        ([0, 15, 37], [1, 1, 1], "intervals that do not divide an hour"),
        ([0, 60, 120], [1, 500_000_001, 1], "a reading above 500 MWh an hour"),
        (list(range(0, 27 * 1440, 60)), [5] * 27 * 24, "too few whole days"),
        (list(range(0, 40 * 1440, 60)), [0] * 40 * 24, "no use at all"),
        ([*range(0, 30 * 1440, 60), 100 * 1440], [5] * (30 * 24 + 1), "too many gaps"),
        (list(range(0, 40 * 1440, 60)), [None] * 40 * 24, "no readings"),
    ],
)
def test_what_cannot_be_tested_says_why(minutes, wh, status):
    row = row_of(wh, minutes=[START_MINUTE + m for m in minutes])
    assert STATUSES[int(row["status"])] == status
    assert math.isnan(row["mean_kw"])


@pytest.mark.parametrize("year", [1985, 2105])
def test_times_outside_the_calendar_are_told(year):
    minute = int(np.datetime64(f"{year}-01-01", "m").astype(int))
    row = row_of([5] * 40 * 24, minutes=[minute + 60 * i for i in range(40 * 24)])
    assert STATUSES[int(row["status"])] == "a time before 1990 or after 2099"
