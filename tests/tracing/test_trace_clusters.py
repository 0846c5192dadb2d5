"""Shared inputs: suspected coinjoins by shape, clusters against sets, each merge with its transaction, large ones wait."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import EXAMPLES
from tests.tracing.made_graphs import graph, graphs

from adit.evidence.sources import blk_files, raw_blocks
from adit.terms.errors import BadInput
from adit.tracing.clusters import clusters, clusters_plainly, transactions_between
from adit.tracing.coinjoin import KINDS, detect, detect_plainly
from adit.tracing.reading import chain_of

EQUAL, WASABI, JOINMARKET = (
    KINDS.index(k) for k in ("equal outputs, as many as inputs", "like Wasabi", "like JoinMarket")
)
TENTH = 10_000_000


def joined(inputs, outputs, *, payers=None, payees=None):
    """A graph whose last transaction spends these amounts, each from a script of its own, and pays those."""
    g = graph([*(((), [a]) for a in inputs), (range(len(inputs)), outputs)])
    scripts = [*(payers or range(len(inputs))), *(payees or range(1000, 1000 + len(outputs)))]
    return g, np.array(scripts, np.int32)


def kind(*arguments, **named):
    g, scripts = joined(*arguments, **named)
    found = detect(g, scripts)
    assert found.tolist() == detect_plainly(g, scripts)
    assert set(found[:-1].tolist()) <= {0}
    return int(found[-1])


def test_five_by_five():
    assert kind([5_000_600] * 5, [5_000_000] * 5) == EQUAL
    assert kind([5_000_600] * 8, [5_000_000] * 8) == EQUAL, "pools had more participants later"
    assert kind([5_000_600] * 5, [5_000_000] * 4 + [4_999_999]) == JOINMARKET, "not all the same, and still suspect"
    assert kind([5_000_600] * 5, [5_000_000] * 5, payers=[1] * 5) == 0, "one owner pays five people the same"
    assert kind([5_000_600] * 5, [5_000_000] * 5, payees=[7, 7, 7, 7, 8]) == 0


def test_like_joinmarket():
    assert kind([9, 8, 7], [5, 5, 5, 4, 3, 2]) == JOINMARKET
    assert kind([9, 8, 7], [5, 5, 5, 1, 1, 1, 2]) == JOINMARKET, "one more than twice, for a coordinator"
    assert kind([9, 9, 9], [5, 5, 5, 1, 2, 3, 1, 0]) == JOINMARKET, "an output of nothing is nobody's change"
    assert kind([9, 9, 9], [5, 5, 5, 1, 2, 3, 1, 1]) == 0
    assert kind([9, 8], [5, 5, 5]) == 0, "three equal outputs, two payers"
    assert kind([9, 8, 7], [5, 5, 14]) == 0


def test_like_wasabi():
    change = [1_000_000 + n for n in range(12)]
    assert kind([TENTH + 2_000_000] * 12, [TENTH] * 12 + change) == WASABI
    assert kind([2 * TENTH + 2_000_000] * 12, [round(2.08 * TENTH)] * 12 + change) == WASABI, "near two tenths"
    assert kind([TENTH + 9_000_000] * 12, [round(1.2 * TENTH)] * 12 + change) == JOINMARKET
    many = [20_000 + n for n in range(60)]
    assert kind(many, [10_000, 8192, 6561, 19_683, 20_000, 50_000] * 10, payees=list(range(2000, 2060))) == WASABI
    assert kind(many, [10_001 + n for n in range(60)]) == 0, "no standard amounts"
    shared = [2000, 2000, *range(2001, 2059)]
    assert kind(many, [10_000, 8192] * 30, payees=shared) == WASABI
    assert kind(many, [10_000, 8192] * 30, payers=[1] * 7 + list(range(53)), payees=shared) == 0, (
        "one payer has more than a tenth of the inputs"
    )


def test_someone_who_gathers_his_coins_is_no_coinjoin():
    assert kind([5] * 40, [200]) == 0
    assert kind([5] * 40, [100, 100]) == 0


@pytest.mark.slow
@given(graphs(high=12), st.data())
@settings(deadline=None, max_examples=150)
def test_shapes_are_those_of_the_plain_twin(g, data):
    scripts = np.array(data.draw(st.lists(st.integers(0, 9), min_size=g.outputs, max_size=g.outputs)), np.int32)
    assert detect(g, scripts).tolist() == detect_plainly(g, scripts)


@pytest.mark.slow
def test_shapes_of_real_blocks_are_those_of_the_plain_twin():
    found = chain_of(raw_blocks.read(EXAMPLES / "blocks"), "mainnet")
    kinds = detect(found.graph, found.script_of)
    assert kinds.tolist() == detect_plainly(found.graph, found.script_of)
    assert 0 < int((kinds > 0).sum()) < 0.02 * found.graph.transactions


@pytest.mark.slow
@given(graphs(high=9), st.data())
@settings(deadline=None, max_examples=150)
def test_clusters_are_those_of_sets(g, data):
    scripts = np.array(data.draw(st.lists(st.integers(0, 9), min_size=g.outputs, max_size=g.outputs)), np.int32)
    coinjoins = np.array(
        data.draw(st.lists(st.sampled_from([0, 0, 0, 1]), min_size=g.transactions, max_size=g.transactions)), np.uint8
    )
    large = data.draw(st.integers(1, 4))
    approved = data.draw(st.sets(st.integers(0, g.transactions - 1), max_size=3))
    one, other = (f(g, scripts, 10, coinjoins, large=large, approved=approved) for f in (clusters, clusters_plainly))
    for name in ("cluster", "transaction", "one", "other", "one_size", "other_size", "waits"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name


@pytest.mark.slow
@given(graphs(high=9), st.data())
@settings(deadline=None)
def test_every_joint_ownership_can_be_explained_by_transactions(g, data):
    scripts = np.array(data.draw(st.lists(st.integers(0, 9), min_size=g.outputs, max_size=g.outputs)), np.int32)
    found = clusters(g, scripts, 10, np.zeros(g.transactions, np.uint8))
    for a in range(10):
        for b in range(10):
            line = transactions_between(found, a, b)
            assert bool(line) == (a != b and found.cluster[a] == found.cluster[b])
            for t in line:
                spent = [p for p in g.prev[g.input_first[t] : g.input_first[t + 1]] if p < g.outputs]
                assert len({int(scripts[p]) for p in spent}) > 1


def test_a_five_by_five_coinjoin_joins_nobody_and_without_the_suspicion_it_would():
    g, scripts = joined([5_000_600] * 5, [5_000_000] * 5)
    found = clusters(g, scripts, 2000, detect(g, scripts))
    assert found.cluster.tolist() == list(range(2000))
    assert len(found.transaction) == 0
    blind = clusters(g, scripts, 2000, np.zeros(g.transactions, np.uint8))
    assert blind.cluster[:5].tolist() == [0] * 5
    assert blind.transaction.tolist() == [5] * 4


def test_a_merge_of_two_large_clusters_waits_until_a_person_allows_it():
    g = graph([((), [1] * 6), ((0, 1), [2]), ((2, 3), [2]), ((4, 5), [2])])
    scripts = np.array([0, 1, 2, 3, 1, 2, 9, 9, 9], np.int32)
    nothing = np.zeros(4, np.uint8)
    found = clusters(g, scripts, 10, nothing, large=2)
    assert found.cluster[:4].tolist() == [0, 0, 2, 2]
    assert found.waits.tolist() == [False, False, True]
    assert (int(found.transaction[2]), int(found.one_size[2]), int(found.other_size[2])) == (3, 2, 2)
    allowed = clusters(g, scripts, 10, nothing, large=2, approved=[3])
    assert allowed.cluster[:4].tolist() == [0, 0, 0, 0]
    assert transactions_between(allowed, 0, 3) == [1, 3, 2]
    assert transactions_between(found, 0, 3) == []
    with pytest.raises(BadInput, match="A cluster of 0 scripts is not large"):
        clusters(g, scripts, 10, nothing, large=0)


def test_the_first_blocks_have_clusters_and_each_merge_names_its_transaction():
    found = chain_of(blk_files.read(EXAMPLES / "blk00000_first1MB.dat"), "mainnet")
    joint = clusters(found.graph, found.script_of, found.scripts.count, detect(found.graph, found.script_of))
    sizes = np.bincount(joint.cluster)
    assert int(sizes.max()) == 44
    assert len(joint.transaction) == found.scripts.count - len(np.unique(joint.cluster)), (
        "a merge makes one cluster less"
    )
    assert set(joint.transaction.tolist()) <= {
        t for t in range(found.graph.transactions) if found.graph.input_first[t + 1] - found.graph.input_first[t] > 1
    }
