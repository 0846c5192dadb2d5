"""Energy in months and epochs: the sum is exact, what was divided is told, and the kernel says what its twin says."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.meters.layout import Readings, joined, sorted_readings
from adit.evidence.meters.spans import energy_by_span, plain_by_span
from adit.terms.errors import BadInput


def readings(*rows: tuple[int, int, int, int], meters: int = 1) -> Readings:
    given = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return sorted_readings(
        [f"M-{i}" for i in range(meters)], given[0].astype(np.int32), *(np.ascontiguousarray(c) for c in given[1:])
    )


def spans(*pairs: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([a for a, _ in pairs], dtype=np.int64), np.array([b for _, b in pairs], dtype=np.int64)


def test_a_reading_across_a_boundary_is_divided_by_time_and_that_is_said():
    found = energy_by_span(readings((0, 0, 3600, 1000), (0, 3600, 7200, 1000)), *spans((0, 5400), (5400, 7200)))
    assert found.energy_wh.tolist() == [[1500, 500]]
    assert found.covered_s.tolist() == [[5400, 1800]]
    assert found.energy_split_wh.tolist() == [[500, 500]]


def test_what_lies_outside_the_spans_is_not_counted_and_a_gap_is_not_covered():
    found = energy_by_span(readings((0, 0, 10, 10), (0, 20, 30, 10)), *spans((5, 15), (18, 40)))
    assert found.energy_wh.tolist() == [[5, 10]]
    assert found.covered_s.tolist() == [[5, 10]]
    assert found.energy_split_wh.tolist() == [[5, 0]]


def test_a_month_of_many_terawatt_hours_leaves_no_64_bits():
    found = energy_by_span(readings((0, 0, 2_678_400, 10**15)), *spans((0, 1), (1, 2_678_400)))
    assert found.energy_wh.sum() == 10**15
    assert found.energy_wh[0, 0] == 10**15 // 2_678_400


def test_a_meter_without_readings_has_a_row_of_nothing():
    found = energy_by_span(readings((1, 0, 10, 7), meters=3), *spans((0, 10)))
    assert found.energy_wh.tolist() == [[0], [7], [0]]
    assert found.covered_s.tolist() == [[0], [10], [0]]


@pytest.mark.parametrize("pairs", [[(0, 10), (5, 20)], [(10, 20), (0, 5)], [(5, 5)]])
def test_spans_that_overlap_or_are_out_of_order_are_refused(pairs: list[tuple[int, int]]):
    with pytest.raises(BadInput, match="not in order, or overlap"):
        energy_by_span(readings((0, 0, 10, 10)), *spans(*pairs))


@st.composite
def random_readings(draw: st.DrawFn) -> Readings:
    rows = []
    for meter in range(draw(st.integers(1, 3))):
        at = draw(st.integers(-50, 50))
        for _ in range(draw(st.integers(0, 8))):
            at += draw(st.integers(0, 20))
            length = draw(st.integers(1, 60))
            rows.append((meter, at, at + length, draw(st.integers(0, 10**14))))
            at += length
    return readings(*rows, meters=3)


@given(random_readings(), st.lists(st.integers(-100, 400), unique=True, max_size=8).map(sorted))
def test_the_spans_kernel_says_what_its_twin_says(some: Readings, cuts: list[int]):
    pairs = list(itertools.pairwise(cuts))[:: 1 + len(cuts) % 2]  # with room between them, or without
    compiled, plain = energy_by_span(some, *spans(*pairs)), plain_by_span(some, *spans(*pairs))
    for name in ("energy_wh", "covered_s", "energy_split_wh"):
        assert getattr(compiled, name).tolist() == getattr(plain, name).tolist()


@given(random_readings(), st.lists(st.integers(-99, 799), unique=True, max_size=8).map(sorted))
def test_however_the_time_is_cut_nothing_is_lost(some: Readings, cuts: list[int]):
    edges = [-100, *cuts, 800]
    found = energy_by_span(some, *spans(*itertools.pairwise(edges)))
    assert found.energy_wh.sum() == some.energy_wh.sum()
    assert found.covered_s.sum() == (some.end_s - some.start_s).sum()


def test_parts_are_joined_in_the_order_of_names():
    one = sorted_readings(["B"], np.array([0], np.int32), *(np.array([v]) for v in (0, 10, 1)))
    two = sorted_readings(["C", "A"], np.array([0, 1], np.int32), *(np.array(v) for v in ([5, 0], [9, 4], [2, 3])))
    both = joined([one, two])
    assert both.meters == ("A", "B", "C")
    assert both.meter.tolist() == [0, 1, 2]
    assert both.energy_wh.tolist() == [3, 1, 2]
    assert joined([]).meters == ()
