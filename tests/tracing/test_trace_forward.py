"""The forward pass: exact arithmetic, conservation to the satoshi, reach and hops against searches of their own, haircut against fractions."""

from collections import deque
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracing.made_graphs import graph, graphs, seeds

from adit.terms.errors import BadInput
from adit.tracing.forward import Sources, forward, names_of, reached, sources_of, unseen_sources
from adit.tracing.graph import fees_sat, spent_by, weigh_plainly
from adit.tracing.haircut import HOPS_MOST, floor_share, pass_on_plainly

MOST = 21_000_000 * 100_000_000


@given(st.integers(1, MOST), st.data())
@settings(max_examples=400, deadline=None)
def test_a_share_is_the_floor_of_the_exact_quotient(whole, data):
    part = data.draw(st.one_of(st.integers(0, whole), st.sampled_from([0, whole, whole - 1, whole // 2])))
    of = data.draw(st.one_of(st.integers(0, whole), st.sampled_from([0, whole, whole - 1, whole // 3])))
    ratio = np.float64(part) / np.float64(whole)
    assert floor_share(np.int64(part), np.int64(of), np.int64(whole), ratio) == part * of // whole


@given(st.integers(1, 45_000_000), st.integers(1, 45_000_000), st.integers(-2, 2))
@settings(deadline=None)
def test_a_share_at_the_edge_of_a_whole_number(a, b, off):
    """Products that a whole divides exactly, and those one beside: where an estimate is most easily off by one."""
    whole = a * b + off
    if whole < max(a, b, 1):
        return
    for part, of in ((a, b), (whole, b), (a, whole), (whole - 1, whole - 1)):
        assert (
            floor_share(np.int64(part), np.int64(of), np.int64(whole), np.float64(part) / np.float64(whole))
            == part * of // whole
        )


@pytest.mark.slow
@given(st.data())
@settings(deadline=None)
def test_the_loop_and_its_plain_twin_are_the_same(data):
    g = data.draw(graphs())
    sources = sources_of(data.draw(seeds(g)))
    flow = forward(g, sources)
    bits, marked, hops, put_in, fees = pass_on_plainly(
        g.output_first, g.input_first, g.prev, g.amount_sat, sources.outputs, sources.bits
    )
    assert g.input_sat.tolist() == weigh_plainly(g.output_first, g.input_first, g.prev, g.amount_sat)
    assert flow.bits.tolist() == bits
    assert flow.marked_sat.tolist() == marked
    assert flow.hops.tolist() == hops
    assert (flow.put_in_sat, flow.with_fees_sat) == (put_in, fees)


@pytest.mark.slow
@given(st.data())
@settings(deadline=None)
def test_what_sources_put_in_lies_in_unspent_outputs_and_went_with_fees_to_the_satoshi(data):
    g = data.draw(graphs(high=MOST // 100))
    flow = forward(g, sources_of(data.draw(seeds(g))))
    unspent = spent_by(g) < 0
    assert flow.put_in_sat == flow.with_fees_sat + int(flow.marked_sat[unspent].sum())
    assert (flow.marked_sat >= 0).all()
    assert (flow.marked_sat <= g.amount_sat).all(), "no output holds more marked satoshi than satoshi"
    assert 0 <= flow.with_fees_sat <= fees_sat(g).sum()


@pytest.mark.slow
@given(st.data())
@settings(deadline=None)
def test_poison_is_reachability_and_hops_are_the_shortest_way(data):
    g = data.draw(graphs())
    wanted = data.draw(seeds(g))
    flow = forward(g, sources_of(wanted))
    spender = spent_by(g)
    nearest: dict[int, int] = {}
    for name in flow.sources.names:
        far = {p: 0 for p, names in wanted.items() if name in names}
        queue = deque(far)
        while queue:
            at = queue.popleft()
            if (t := int(spender[at])) >= 0:
                for o in range(int(g.output_first[t]), int(g.output_first[t + 1])):
                    if o not in far:
                        far[o] = far[at] + 1
                        queue.append(o)
        assert {o for o in range(len(g.amount_sat)) if name in names_of(flow.sources, int(flow.bits[o]))} == far.keys()
        for o, hops in far.items():
            nearest[o] = min(hops, nearest.get(o, hops))
    assert {o: int(flow.hops[o]) for o in nearest} == nearest


@pytest.mark.slow
@given(st.data())
@settings(deadline=None)
def test_haircut_is_the_exact_fraction_within_the_stated_rounding(data):
    """One transaction rounds by less than a satoshi an output; what came in rounded goes on in proportion, and no more is lost."""
    g = data.draw(graphs())
    sources = sources_of(data.draw(seeds(g)))
    flow = forward(g, sources)
    source = set(sources.outputs.tolist())
    exact = [Fraction(int(a)) if o in source else Fraction(0) for o, a in enumerate(g.amount_sat)]
    off = [Fraction(0)] * len(exact)
    for t in range(g.transactions):
        spent = g.prev[g.input_first[t] : g.input_first[t + 1]].tolist()
        total, whole, wrong = (
            sum((exact[p] for p in spent), Fraction(0)),
            int(g.input_sat[t]),
            sum((off[p] for p in spent), Fraction(0)),
        )
        rounded = sum(int(flow.marked_sat[p]) for p in spent)
        for o in range(int(g.output_first[t]), int(g.output_first[t + 1])):
            share = Fraction(int(g.amount_sat[o]), whole) if whole else Fraction(0)
            if o not in source:
                assert abs(flow.marked_sat[o] - rounded * share) < 1
                exact[o], off[o] = total * share, wrong * share + 1
            assert abs(int(flow.marked_sat[o]) - exact[o]) <= off[o]


@pytest.mark.slow
@given(st.data())
@settings(deadline=None)
def test_what_comes_later_changes_nothing_before(data):
    g = data.draw(graphs(with_unseen=False))
    wanted = data.draw(seeds(g))
    whole = forward(g, sources_of(wanted))
    cut = data.draw(st.integers(1, g.transactions))
    parts = [
        (
            g.prev[g.input_first[t] : g.input_first[t + 1]].tolist(),
            g.amount_sat[g.output_first[t] : g.output_first[t + 1]].tolist(),
        )
        for t in range(cut)
    ]
    short = graph(parts)
    kept = {o: n for o, n in wanted.items() if o < short.outputs}
    if kept:
        flow = forward(short, sources_of(kept))
        assert flow.marked_sat.tolist() == whole.marked_sat[: short.outputs].tolist()
        assert flow.hops.tolist() == whole.hops[: short.outputs].tolist()


def test_a_satoshi_that_cannot_be_divided_goes_where_the_sum_passes_it_and_the_rest_with_the_fee():
    g = graph([((), [10]), ((), [20]), ((0, 1), [7, 7, 7, 7]), ((), [5])])
    flow = forward(g, sources_of({0: ("a",)}))
    assert flow.marked_sat[2:6].tolist() == [2, 2, 3, 2], "floor(10 * 7k / 30) is 2, 4, 7, 9"
    assert (flow.put_in_sat, flow.with_fees_sat) == (10, 1)
    assert flow.hops[2:6].tolist() == [1, 1, 1, 1]
    assert (int(flow.bits[6]), int(flow.hops[6])) == (0, HOPS_MOST), "what no source reaches has no hops"


def test_everything_to_fees_and_nothing_at_all():
    g = graph([((), [10]), ((0,), [0]), ((1,), [0])])
    flow = forward(g, sources_of({0: ("a",)}))
    assert (flow.with_fees_sat, flow.marked_sat.tolist()) == (10, [10, 0, 0])
    assert flow.hops.tolist() == [0, 1, 2], "an output of nothing is reached, and so is what it pays"
    assert reached(g, flow).tolist() == [2]


def test_a_source_that_gets_its_own_coins_back_puts_in_only_what_is_new():
    g = graph([((), [100]), ((0,), [60, 40]), ((), [50]), ((1, 3), [110])])
    flow = forward(g, sources_of({0: ("a",), 4: ("a",)}))
    assert flow.put_in_sat == 100 + 110 - 60
    assert int(flow.marked_sat[4]) == 110
    assert int(flow.hops[4]) == 0


def test_a_chain_longer_than_hops_are_counted_says_so_many_or_more():
    length = HOPS_MOST + 5
    g = graph([((), [7]), *(((n,), [7]) for n in range(length))])
    hops = forward(g, sources_of({0: ("a",)})).hops
    assert hops[HOPS_MOST - 1] == HOPS_MOST - 1
    assert set(hops[HOPS_MOST:].tolist()) == {HOPS_MOST}


def test_what_was_not_seen_is_followed_like_a_source():
    g = graph([((), [50]), ((0, -1), [60, 15])], [30])
    unseen = forward(g, unseen_sources(g))
    assert unseen.marked_sat[1:3].tolist() == [22, 6], "floor(30 * 60 / 80), floor(30 * 75 / 80) less that"
    assert unseen.with_fees_sat == 2


def test_sixty_four_sources_are_followed_and_one_more_is_refused():
    g = graph([((), [1] * 65), (tuple(range(64)), [64])])
    flow = forward(g, sources_of({n: (f"{n}",) for n in range(64)}))
    assert int(flow.bits[65]) == 2**64 - 1
    assert len(names_of(flow.sources, int(flow.bits[65]))) == 64
    with pytest.raises(BadInput, match="65 sources are named; one pass follows 64"):
        sources_of({n: (f"{n}",) for n in range(65)})
    with pytest.raises(BadInput, match="No source is among the outputs"):
        sources_of({})


def test_records_of_an_earlier_pass_are_written_anew():
    g = graph([((), [10]), ((0, -1), [12])], [5])
    first = forward(g, sources_of({0: ("a",), 2: ("b",)}))
    second = forward(g, Sources(("c",), np.array([1], np.int32), np.array([1], np.uint64)), records=first.records)
    assert second.bits.tolist() == [0, 1, 0]
    assert second.marked_sat.tolist() == [0, 12, 0]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([0, 1], [0, 1], [0], [5]), "Transaction 0 spends an output that comes later"),
        (([0, 1, 2], [0, 0, 1], [7], [5, 5]), "Transaction 1 spends an output that is not there"),
        (([0, 1, 2], [0, 0, 1], [0], [5, 6]), "Transaction 1 pays out more than it was given"),
        (([0, 1], [0, 0], [], [-1]), "An output holds less than nothing"),
        (([0, 1], [0, 0], [], [MOST + 1]), "more than there will ever be"),
        (([0, 1, 2, 3], [0, 0, 0, 2], [0, 1], [MOST, MOST, 1]), "Transaction 2 was given more than there will ever be"),
    ],
)  # fmt: skip
def test_columns_that_are_no_chain_are_refused(columns, said):
    from adit.tracing.graph import graph_of

    with pytest.raises(BadInput, match=said):
        graph_of(*(np.array(c, np.int64) for c in columns))
