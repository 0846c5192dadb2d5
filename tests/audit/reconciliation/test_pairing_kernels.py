"""The compiled kernels of the pairing: against their plain twins, and against the assignment of SciPy, which knows nothing of time."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from adit.audit.reconciliation import plain
from adit.audit.reconciliation.augment import augment
from adit.audit.reconciliation.holders import holders_kernel, standing_kernel
from adit.audit.reconciliation.reach import EDGES_MAX, edges_of, reach_of
from adit.audit.reconciliation.sweep import CELLS_MAX, sweep
from adit.terms.errors import BadInput

Spans = list[tuple[int, int]]
days = st.lists(st.integers(10, 40), max_size=8).map(sorted)
points: Any = st.lists(st.integers(10, 40).map(lambda d: (d, d)), max_size=8).map(sorted)
# Months of ten days: they do not lie within one another.
months: Any = st.lists(st.integers(1, 3).map(lambda m: (10 * m, 10 * m + 9)), max_size=8).map(sorted)
spans: Any = st.lists(
    st.tuples(st.integers(10, 40), st.integers(0, 12)).map(lambda s: (s[0], s[0] + s[1])), max_size=8
).map(sorted)
windows = st.integers(0, 6)


def ints(values: Any) -> Any:
    return np.array(values, dtype=np.int64)


def swept(lines: Spans, received: list[int], window: int) -> tuple[list[int], list[bool], int]:
    start, end, day = ints([s for s, _ in lines]), ints([e for _, e in lines]), ints(received)
    low, high = np.searchsorted(day, start - window), np.searchsorted(day, end + window, side="right")
    found, left, too_large = sweep(start, end, low, high, day, CELLS_MAX)
    return found.tolist(), left.tolist(), too_large


def edges(lines: Spans, received: list[int], window: int) -> Any:
    """What `augment` is given: the receipts near each line, and their costs."""
    near = [[(j, plain.days_between(s, d)) for j, d in enumerate(received)] for s in lines]
    near = [[(j, c) for j, c in row if c <= window] for row in near]
    first = ints(np.cumsum([0, *map(len, near)]))
    return (
        first,
        ints([j for row in near for j, _ in row]),
        ints([c for row in near for _, c in row]),
        len(received),
        1000,
    )


def score(lines: Spans, received: list[int], found: Any) -> tuple[int, int]:
    pairs = [(lines[i], received[j]) for i, j in enumerate(found) if j >= 0]
    assert len({j for j in found if j >= 0}) == len(pairs), "a receipt was given away twice"
    return len(pairs), sum(plain.days_between(span, day) for span, day in pairs)


def best(lines: Spans, received: list[int], window: int) -> tuple[int, int]:
    """Most pairs, then fewest days, by SciPy: beside the receipts each line may have nothing, at a price above all days."""
    if not lines or not received:
        return 0, 0
    alone, never = 10_000, 10_000_000
    costs = np.full((len(lines), len(received) + len(lines)), alone)
    for i, span in enumerate(lines):
        for j, day in enumerate(received):
            away = plain.days_between(span, day)
            costs[i, j] = away if away <= window else never
    chosen = costs[linear_sum_assignment(costs)]
    return int((chosen < alone).sum()), int(chosen[chosen < alone].sum())


@settings(max_examples=250, deadline=None)
@given(st.one_of(points, months), days, windows)
def test_the_sweep_is_the_best_assignment_and_the_same_as_its_twin(
    lines: Spans, received: list[int], window: int
) -> None:
    found, left, too_large = swept(lines, received, window)
    assert (any(left), too_large) == (False, -1)
    assert score(lines, received, found) == best(lines, received, window)
    assert found == plain.pair_one_group(lines, received, window)


@settings(max_examples=250, deadline=None)
@given(spans, days, windows)
def test_paths_are_the_best_assignment_for_lines_within_one_another(
    lines: Spans, received: list[int], window: int
) -> None:
    given_edges = edges(lines, received, window)
    found = augment(*given_edges).tolist()
    assert score(lines, received, found) == best(lines, received, window)
    assert found == augment.py_func(*given_edges).tolist()
    swept_found, left, _ = swept(lines, received, window)
    if not any(left):
        assert score(lines, received, swept_found) == best(lines, received, window)


def test_a_line_within_another_is_left_to_the_paths() -> None:
    lines = [(1, 30), (15, 15)]
    assert swept(lines, [2, 15], 3) == ([-1, -1], [True, True], -1)
    assert augment(*edges(lines, [2, 15], 3)).tolist() == [0, 1]


def test_in_the_order_of_their_ends_lines_within_one_another_would_be_paired_wrongly() -> None:
    """Why the sweep leaves them: without crossing, the month cannot have the later receipt and the day the earlier one."""
    month, day = (1, 30), (15, 15)
    assert best([month, day], [15, 29], 20) == (2, 0)
    assert plain.pair_one_group([month, day], [15, 29], 20) == [0, 1]
    assert score([month, day], [15, 29], [0, 1]) == (2, 14)


def test_a_chain_of_exchanges_reaches_through_many_lines() -> None:
    lines = [(d, d) for d in range(0, 200, 2)]
    received = [d + 1 for d in range(0, 200, 2)]
    first = augment(*edges(lines, received, 1)).tolist()
    assert first == list(range(100))
    shifted = [-1, *received[:-1]]  # the last receipt is gone, and one came before the first
    assert score(lines, shifted, augment(*edges(lines, shifted, 1)).tolist()) == (100, 100)
    assert swept(lines, shifted, 1)[0] == list(range(100))


def test_a_table_that_would_be_too_large_is_told_and_not_begun() -> None:
    lines, received = [(5, 5)] * 20, [5] * 20
    start = ints([s for s, _ in lines])
    low, high = ints([0] * 20), ints([20] * 20)
    assert sweep(start, start, low, high, ints(received), 100)[2] == 0


def test_lines_too_alike_to_be_told_apart() -> None:
    count = int(EDGES_MAX**0.5) + 1
    same, day = np.zeros(count, np.int64), np.full(count, 15_000, np.int64)
    reach = reach_of([(same, same)], day - 3, day + 3, np.arange(count), day)
    with pytest.raises(BadInput) as error:
        edges_of(reach, np.arange(count))
    assert "pairs of lines and receipts could belong together, too many to be held against one another." in str(
        error.value
    )
    assert str(error.value).endswith("Shorten the window of days, or name the transactions in the declared lines.")


claims: Any = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 8)).map(lambda c: (c[0], c[1] if c[2] else 0, c[1] + c[2] if c[2] else 0)),
    max_size=5,
).map(lambda found: sorted(found, key=lambda c: c[:2]))  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(claims, st.integers(0, 3), st.integers(0, 20), st.integers(0, 5))
def test_who_holds_an_address_is_the_same_as_in_the_twins(
    held: list[plain.Claim], miner: int, since: int, more: int
) -> None:
    columns = [ints([c[k] for c in held]) for k in range(3)]
    first = ints([0, len(held)])
    zero = ints([0])
    stands = standing_kernel(zero, ints([miner]), ints([since]), ints([since + more]), first, *columns)
    assert stands.tolist() == [plain.stand(miner, since, since + more, held)]
    claim, proven, shared = holders_kernel(zero, ints([since]), first, *columns)
    assert (claim[0], proven[0], shared[0]) == plain.holder(since, held)
