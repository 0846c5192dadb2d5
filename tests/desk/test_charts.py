"""Charts as geometry: exact small cases, and what holds of any figures: nothing leaves the drawing, ticks are round, flows keep their thickness."""

import base64
import csv
import re
from datetime import date
from io import StringIO
from itertools import pairwise
from math import inf, log10, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.desk.chart_rows import flows, intervals, ranges
from adit.desk.charts import (
    HIGH,
    WIDE,
    Axis,
    along,
    area,
    axis,
    bars,
    dots,
    figure,
    line,
    month_ticks,
    stacked,
    steps,
    table_link,
)

FIGURES = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False).map(lambda v: round(v, 6))
SERIES = st.lists(FIGURES, min_size=2, max_size=30)


def points(path: str) -> list[tuple[float, float]]:
    """The corners of a path of M, L, C, H, V with absolute numbers, in their order."""
    found, x, y = [], 0.0, 0.0
    for command, numbers in re.findall(r"([MLCVH])([^MLCVHZh]*)", path):
        values = [float(n) for n in numbers.split()]
        if command == "H":
            x = values[0]
            found.append((x, y))
        elif command == "V":
            y = values[0]
            found.append((x, y))
        else:
            for k in range(0, len(values), 2):
                x, y = values[k], values[k + 1]
                found.append((x, y))
    return found


def within(path: str) -> bool:
    return all(0 <= x <= WIDE and 0 <= y <= HIGH for x, y in points(path))


# Axes -------------------------------------------------------------------------------------------------------------
def test_an_axis_has_round_ticks_from_zero():
    y = axis([3.0, 97.0], "en")
    assert (y.low, y.high) == (0.0, 100.0)
    assert [(t.at, t.label) for t in y.ticks] == [(320, "0"), (240, "25"), (160, "50"), (80, "75"), (0, "100")]
    assert axis([1500.0], "ru").ticks[-1].label == "1\N{NO-BREAK SPACE}500"


def test_an_axis_of_negative_figures_reaches_up_to_zero():
    y = axis([-7.0, -2.0], "en")
    assert (y.low, y.high) == (-8.0, 0.0)
    assert y.ticks[0].label == "−8"


def test_an_axis_of_nothing_is_there_all_the_same():
    for values in ([], [nan, inf], [0.0, 0.0]):
        y = axis(values, "en")
        assert y.low == 0
        assert y.high >= 1


@given(SERIES)
def test_ticks_are_round_and_evenly_spaced_and_hold_all_values(values: list[float]):
    y = axis(values, "en")
    hair = 2e-9 * (y.high - y.low)  # of a step's thousand-millionth no tick is added
    assert y.low <= min(values) + hair
    assert y.high >= max(values) - hair
    assert 2 <= len(y.ticks) <= 7
    step = (y.high - y.low) / (len(y.ticks) - 1)
    mantissa = step / 10 ** int(f"{step:e}".partition("e")[2])
    assert min(abs(mantissa - m) for m in (1, 2, 2.5, 5, 10)) < 1e-6, log10(step)
    assert all(abs(a.at - b.at - HIGH / (len(y.ticks) - 1)) < 0.2 for a, b in pairwise(y.ticks))


def test_months_have_a_tick_each_january_and_few_of_many_years():
    months = [date(2025 + (k + 5) // 12, (k + 5) % 12 + 1, 1) for k in range(25)]
    assert [t.label for t in month_ticks(months)] == ["2026", "2027"]
    assert [t.label for t in month_ticks(months[:3])] == ["2025"]
    century = [date(2000 + k // 12, k % 12 + 1, 1) for k in range(480)]
    assert len(month_ticks(century)) <= 7


# Shapes -----------------------------------------------------------------------------------------------------------
def test_a_line_breaks_where_nothing_is_known():
    y = Axis(0, 10, HIGH)
    assert line("middle", [0, 500, 1000], [0, nan, 10], y).path == "M0 320M1000 0"
    assert line("middle", [0, 500, 1000], [0, 5, 10], y).path == "M0 320L500 160L1000 0"


def test_a_band_goes_there_along_the_top_and_back_along_the_bottom():
    assert area("wide", [0, 1000], [0, 0], [10, 5], Axis(0, 10, HIGH)).path == "M0 0L1000 160L1000 320L0 320Z"


def test_columns_stand_on_zero():
    y = Axis(0, 4, HIGH)
    assert bars("half", [4.0, 0.0], y).path == "M40.0 320V0H460.0V320ZM540.0 320V320H960.0V320Z"


def test_a_staircase_is_as_wide_as_its_steps():
    x, y = Axis(0, 10, WIDE, up=False), Axis(0, 10, HIGH)
    assert steps("middle", [(4, 5), (6, 10)], x, y).path == "M0 160L400 160L400 0L1000 0"


@given(SERIES, SERIES)
def test_nothing_is_drawn_outside(first: list[float], second: list[float]):
    count = min(len(first), len(second))
    low = [min(a, b) for a, b in zip(first, second, strict=False)]
    high = [max(a, b) for a, b in zip(first, second, strict=False)]
    xs, y = along(count), axis([*low, *high], "en")
    assert (xs[0], xs[-1]) == (0, WIDE)
    drawn = [area("wide", xs, low, high, y), line("middle", xs, low, y), bars("half", high, y)]
    assert all(within(layer.path) for layer in drawn)
    assert within(dots("seen", list(zip(xs, low, strict=True)), y).path)


@given(st.lists(st.lists(st.floats(0, 1e6), min_size=4, max_size=4), min_size=1, max_size=6))
def test_what_is_stacked_touches_and_reaches_the_sum(rows: list[list[float]]):
    xs, top = along(4), [sum(r[k] for r in rows) for k in range(4)]
    y = axis(top, "en")
    layers = stacked([f"s{k}" for k in range(len(rows))], [str(k) for k in range(len(rows))], xs, rows, y)
    for below, above in pairwise(layers):
        upper, lower = points(below.path)[:4], points(above.path)[4:]
        assert all(abs(a[1] - b[1]) <= 0.2 for a, b in zip(upper, reversed(lower), strict=True))
    assert [p[1] for p in points(layers[-1].path)[:4]] == pytest.approx([y.at(v) for v in top], abs=0.2)


# Rows -------------------------------------------------------------------------------------------------------------
def test_intervals_share_one_scale_and_tell_which_side_they_lie_on():
    up, down, both = intervals([("a", 1, 2, 4, "MW"), ("b", -4, -2, -1, "MW"), ("c", -1, 0, 1, "MW")], "en")
    assert (up.tone, down.tone, both.tone) == ("gain", "loss", "either")
    assert (up.start, up.width, up.middle) == (622.5, 367.5, 745.0)
    assert (down.start, down.width) == (10.0, 367.5)
    assert up.value == "+2 MW"
    assert down.said == "−4 … −1 MW"


def test_ranges_tell_whether_what_came_lies_in_them():
    inside, outside = ranges([("a", (2, 8), 5, 2, [("no change", 10)]), ("b", (2, 8), 5, 8.01, [])])
    assert (inside.inside, outside.inside) == (True, False)
    assert (inside.start, inside.width, inside.middle, inside.came) == (206.0, 588.0, 500.0, 206.0)
    assert inside.others == (("no change", 990.0),)


@given(st.lists(st.tuples(FIGURES, FIGURES, FIGURES, FIGURES), min_size=1, max_size=12))
def test_rows_lie_within_their_width(rows: list[tuple[float, float, float, float]]):
    drawn = ranges([("r", (min(a, b), max(a, b)), m, c, [("x", m)]) for a, b, m, c in rows])
    for r in drawn:
        assert r.start >= 0
        assert r.start + r.width <= 1000
        assert all(0 <= v <= 1000 for v in (r.middle, r.came, *(x for _, x in r.others)))


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=7))
def test_flows_keep_their_thickness_from_end_to_end_and_add_up(amounts: list[float]):
    drawn = flows([(f"f-{k}", str(k), a) for k, a in enumerate(amounts)], "MW", "en")
    total = sum(amounts)
    assert len(drawn) == sum(a > 0 for a in amounts) if total else drawn == []
    thick = []
    for flow, amount in zip(drawn, [a for a in amounts if a > 0], strict=True):
        assert within(flow.path)
        p = points(flow.path)
        left, right = p[-1][1] - p[0][1], p[4][1] - p[3][1]
        room = HIGH / len(drawn) * 0.9
        assert right == pytest.approx(min(left, room), abs=0.25)
        assert left == pytest.approx(max(1.0, HIGH * 0.86 * amount / total), abs=0.25)
        thick.append(left)
    if drawn and min(thick) > 1.1:
        assert sum(thick) == pytest.approx(HIGH * 0.86, abs=0.2 * len(drawn))


# Figures ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (0, "0", "0"),
        (1234.5, "1,230", "1\N{NO-BREAK SPACE}230"),
        (-0.04567, "−0.0457", "−0,0457"),
        (99.96, "100", "100"),
        (nan, "–", "–"),
        (inf, "–", "–"),
    ],
)
def test_figures_have_three_digits_in_the_form_of_the_language(value: float, english: str, russian: str):
    assert figure(value, "en") == english
    assert figure(value, "ru") == russian


def test_a_sign_is_told_where_it_is_asked_for():
    assert (figure(5, "en", sign=True), figure(0, "en", sign=True), figure(-5, "en", sign=True)) == ("+5", "0", "−5")


@given(st.lists(st.tuples(FIGURES, st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8)), max_size=12))
def test_a_link_holds_the_figures_as_csv(rows: list[tuple[float, str]]):
    link = table_link(("value", "name"), rows)
    head, _, content = link.partition(",")
    assert head == "data:text/csv;charset=utf-8;base64"
    read = list(csv.reader(StringIO(base64.b64decode(content).decode("utf-8"))))
    assert read[0] == ["value", "name"]
    assert [r[1] for r in read[1:]] == [name for _, name in rows]
    assert [float(r[0]) for r in read[1:]] == pytest.approx([v for v, _ in rows], rel=1e-5)
