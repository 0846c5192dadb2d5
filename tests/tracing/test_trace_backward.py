"""Following back, first in first out: against the plain twin, and against the theory of ordinals, which numbers every satoshi at its birth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracing.made_graphs import graph, graphs

from adit.terms.errors import BadInput
from adit.tracing.backward import (
    COINBASE,
    GONE_THROUGH,
    NOT_SEEN,
    OUT_OF_BUDGET,
    STOP,
    origins,
    origins_plainly,
    path,
)
from adit.tracing.graph import is_coinbase, tx_of

COLUMNS = ("output", "low_sat", "sat", "parent", "end", "hops")


def ordinals(g):
    """For each output its satoshi as stretches (output of birth, first, size), by giving every new satoshi a number and moving it forward."""
    held: list[list[tuple[int, int, int]]] = [[] for _ in g.amount_sat]
    for t in range(g.transactions):
        if is_coinbase(g, t):
            for o in range(int(g.output_first[t]), int(g.output_first[t + 1])):
                held[o] = [(o, 0, int(g.amount_sat[o]))] if g.amount_sat[o] else []
            continue
        line = [s for p in g.prev[g.input_first[t] : g.input_first[t + 1]] for s in held[p]]
        for o in range(int(g.output_first[t]), int(g.output_first[t + 1])):
            left = int(g.amount_sat[o])
            while left:
                birth, first, size = line.pop(0)
                taken = min(size, left)
                held[o].append((birth, first, taken))
                left -= taken
                if taken < size:
                    line.insert(0, (birth, first + taken, size - taken))
    return held


def satoshi(stretches):
    return sorted((birth, first + k) for birth, first, size in stretches for k in range(size))


@pytest.mark.slow
@given(graphs(with_unseen=False, high=60), st.data())
@settings(deadline=None, max_examples=200)
def test_origins_are_those_of_ordinal_theory_satoshi_by_satoshi(g, data):
    output = data.draw(st.integers(0, g.outputs - 1))
    found = origins(g, output)
    ended = found.end == COINBASE
    mine = zip(found.output[ended].tolist(), found.low_sat[ended].tolist(), found.sat[ended].tolist(), strict=True)
    assert satoshi(mine) == satoshi(ordinals(g)[output])


@pytest.mark.slow
@given(graphs(), st.data())
@settings(deadline=None, max_examples=200)
def test_the_loop_and_its_plain_twin_are_the_same_with_any_budget_and_stops(g, data):
    output = data.draw(st.integers(0, len(g.amount_sat) - 1))
    budget = data.draw(st.sampled_from([1, 2, 3, 5, 8, 13, 100_000]))
    stops = np.zeros(len(g.amount_sat), np.uint8)
    stops[data.draw(st.lists(st.integers(0, len(stops) - 1), max_size=4))] = 3
    one, other = (f(g, output, stops=stops, budget=budget) for f in (origins, origins_plainly))
    for name in COLUMNS:
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name
    assert len(one.sat) <= budget + 1


@pytest.mark.slow
@given(graphs(), st.data())
@settings(deadline=None)
def test_what_ended_is_all_that_the_output_holds(g, data):
    output, budget = data.draw(st.integers(0, g.outputs - 1)), data.draw(st.integers(1, 30))
    found = origins(g, output, budget=budget)
    assert sum(found.ended_sat(code) for code in (STOP, COINBASE, NOT_SEEN, OUT_OF_BUDGET)) == g.amount_sat[output]
    for at in range(1, len(found.sat)):
        assert found.end[found.parent[at]] == GONE_THROUGH
        way = path(found, at)
        assert way[-1] == output
        assert len(way) == found.hops[at] + 1
        assert [tx_of(g, o) for o in way] == sorted(tx_of(g, o) for o in way) or found.end[at] == NOT_SEEN


@given(graphs(), st.data())
@settings(deadline=None)
def test_a_larger_budget_leaves_no_more_unresolved(g, data):
    output = data.draw(st.integers(0, g.outputs - 1))
    assert origins(g, output, budget=100_000).ended_sat(OUT_OF_BUDGET) == 0
    assert origins(g, output, budget=1).ended_sat(OUT_OF_BUDGET) <= g.amount_sat[output]


def test_the_first_input_pays_the_first_output_and_the_last_of_it_is_the_fee():
    g = graph([((), [30]), ((), [20]), ((0, 1), [25, 15])])
    found = origins(g, 3)
    assert list(zip(found.output.tolist(), found.low_sat.tolist(), found.sat.tolist(), strict=True))[1:] == [
        (0, 25, 5),
        (1, 0, 10),
    ]
    assert origins(g, 2).output.tolist() == [2, 0]


def test_from_the_first_unseen_input_on_nothing_is_resolved():
    g = graph([((), [10]), ((), [10]), ((0, -1, 1), [5, 20])], [8])
    assert origins(g, 2).ended_sat(COINBASE) == 5
    found = origins(g, 3)
    assert (found.ended_sat(COINBASE), found.ended_sat(NOT_SEEN)) == (5, 15), "the third input stands at no known place"


def test_a_stop_ends_it_even_at_the_output_itself_and_before_new_coins():
    g = graph([((), [30]), ((0,), [30]), ((1,), [30])])
    stops = np.zeros(3, np.uint8)
    stops[0] = 1
    found = origins(g, 2, stops=stops)
    assert (found.end.tolist(), path(found, 2)) == ([GONE_THROUGH, GONE_THROUGH, STOP], [0, 1, 2])
    stops[2] = 1
    assert origins(g, 2, stops=stops).end.tolist() == [STOP]


def test_an_output_of_nothing_has_no_origin():
    g = graph([((), [30]), ((0,), [0, 30])])
    assert len(origins(g, 1).sat) == 1
    assert origins(g, 1).ended_sat(COINBASE) == 0


def test_the_largest_fragment_is_looked_at_first():
    g = graph([((), [100]), ((), [1]), ((0,), [100]), ((1,), [1]), ((2, 3), [101])])
    found = origins(g, 4, budget=3)
    assert found.ended_sat(COINBASE) == 100
    assert found.ended_sat(OUT_OF_BUDGET) == 1


@pytest.mark.parametrize("budget", [0, -1])
def test_a_budget_that_is_not_positive_is_refused(budget):
    with pytest.raises(BadInput, match="fragments follows nothing"):
        origins(graph([((), [1])]), 0, budget=budget)
