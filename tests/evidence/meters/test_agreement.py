"""Readings that say the same, contradict each other or overlap: the kernel, its plain twin and answers worked out by hand."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.meters.agreement import (
    CONFLICT,
    DUPLICATE,
    KEEP,
    NEVER,
    OVERLAP,
    SUPERSEDED,
    judged,
    plain_judged,
)

Row = tuple[int, int, int, int, int]  # meter, start, end, energy, recorded


def columns(rows: list[Row]) -> tuple[np.ndarray, ...]:
    rows = sorted(rows, key=lambda r: (r[0], r[1], r[2], r[4]))
    given = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return given[0].astype(np.int32), *(np.ascontiguousarray(c) for c in given[1:])


def marks(*rows: Row) -> list[int]:
    return judged(*columns(list(rows)))[0].tolist()


def test_the_same_reading_twice_counts_once():
    assert marks((0, 0, 10, 5, NEVER), (0, 0, 10, 5, NEVER), (1, 0, 10, 5, NEVER)) == [KEEP, DUPLICATE, KEEP]


def test_of_two_values_neither_counts_unless_one_was_recorded_later():
    assert marks((0, 0, 10, 5, NEVER), (0, 0, 10, 6, NEVER)) == [CONFLICT, CONFLICT]
    assert marks((0, 0, 10, 5, 100), (0, 0, 10, 6, 200)) == [SUPERSEDED, KEEP]
    assert marks((0, 0, 10, 5, NEVER), (0, 0, 10, 6, 200)) == [SUPERSEDED, KEEP]
    assert marks((0, 0, 10, 5, 100), (0, 0, 10, 6, 200), (0, 0, 10, 7, 200)) == [CONFLICT] * 3


def test_a_total_between_the_readings_is_left_out():
    hours = [(0, h, h + 1, 1, NEVER) for h in range(24)]
    assert marks(*hours, (0, 0, 24, 24, NEVER)) == [KEEP, OVERLAP, *[KEEP] * 23]


def test_an_end_that_is_written_wrongly_takes_no_other_reading_with_it():
    assert marks((0, 0, 1, 1, NEVER), (0, 1, 9999, 1, NEVER), (0, 2, 3, 1, NEVER), (0, 3, 4, 1, NEVER)) == [
        KEEP,
        OVERLAP,
        KEEP,
        KEEP,
    ]


def test_two_series_of_equal_length_that_overlap_are_both_left_out():
    assert marks((0, 0, 10, 1, NEVER), (0, 5, 15, 2, NEVER), (0, 10, 20, 1, NEVER), (0, 20, 30, 1, NEVER)) == [
        OVERLAP
    ] * 3 + [KEEP]


ROWS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 12), st.integers(1, 5), st.integers(0, 2), st.sampled_from([NEVER, 1, 2])
    ).map(lambda t: (t[0], t[1], t[1] + t[2], t[3], t[4])),
    max_size=30,
)


@given(ROWS)
def test_the_kernel_says_what_its_twin_says(rows: list[Row]):
    given_columns = columns(rows)
    (mark, other), (plain_mark, plain_other) = judged(*given_columns), plain_judged(*given_columns)
    assert (mark.tolist(), other.tolist()) == (plain_mark.tolist(), plain_other.tolist())


@given(ROWS)
def test_what_is_kept_does_not_overlap_and_what_is_not_names_another(rows: list[Row]):
    meter, start, end, energy, recorded = columns(rows)
    mark, other = judged(meter, start, end, energy, recorded)
    kept = np.flatnonzero(mark == KEEP)
    for a, b in itertools.pairwise(kept):
        assert meter[a] != meter[b] or end[a] <= start[b]
    for i in np.flatnonzero(mark != KEEP):
        assert meter[other[i]] == meter[i]
        assert start[other[i]] < end[i]
        assert start[i] < end[other[i]]
        assert other[i] != i
