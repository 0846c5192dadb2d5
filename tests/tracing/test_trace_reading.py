"""Blocks into a chain: the first 4,313 of the network, eleven from its middle, and made ones in which something does not hold."""

from datetime import UTC, datetime

import numpy as np
import pytest
from tests.evidence.chain.made_blocks import (
    EXAMPLES,
    bare,
    block,
    coinbase,
    early_blocks,
    script,
    transaction,
)
from tests.evidence.chain.made_blocks import chain_of as made_chain
from tests.tracing.made_graphs import chain

from adit.evidence.chain.block import read_block
from adit.evidence.chain.columns import read_blocks, read_plainly
from adit.evidence.chain.layout import hex_of
from adit.evidence.sources import blk_files, raw_blocks
from adit.terms.errors import BadInput
from adit.tracing.chain import (
    address_of,
    block_of,
    digest_of,
    outpoint,
    output_at,
    outputs_paid_to,
    script_at,
    time_of,
)
from adit.tracing.forward import forward, sources_of
from adit.tracing.graph import fees_sat, spent_by, tx_of
from adit.tracing.linking import LATER, NO_SUCH_OUTPUT, NOT_SEEN, SPENT_TWICE
from adit.tracing.reading import chain_of

COIN = 100_000_000
HAL = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"  # the first payment of all, block 170


@pytest.fixture(scope="module")
def early():
    return chain_of(blk_files.read(EXAMPLES / "blk00000_first1MB.dat"), "mainnet")


@pytest.fixture(scope="module")
def middle():
    return chain_of(raw_blocks.read(EXAMPLES / "blocks"), "mainnet")


def test_the_first_blocks_hold_together_to_the_satoshi(early):
    g = early.graph
    assert (g.transactions, g.outputs, g.unseen, early.pieces, early.faults) == (4371, 4397, 0, 1, ())
    assert early.block_height.tolist() == list(range(4313))
    fees = np.add.reduceat(fees_sat(g), early.block_first[:-1])
    assert g.amount_sat[g.output_first[early.block_first[:-1]]].tolist() == (50 * COIN + fees).tolist(), (
        "finders took the fees"
    )
    assert int(fees.sum()) == 201_000_000
    unspent = spent_by(g)[: g.outputs] < 0
    assert int(g.amount_sat[unspent].sum()) == 4313 * 50 * COIN


def test_the_first_payment_of_all(early):
    change = output_at(early, f"{HAL}:1")
    transaction = tx_of(early.graph, change)
    assert int(early.graph.amount_sat[change]) == 40 * COIN
    assert int(early.block_height[block_of(early, transaction)]) == 170
    assert time_of(early, transaction) == datetime(2009, 1, 12, 3, 30, 25, tzinfo=UTC)
    [spent] = early.graph.prev[early.graph.input_first[transaction] : early.graph.input_first[transaction + 1]]
    assert outpoint(early, int(spent)) == "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0"
    key = script_at(early, change)
    assert key is not None
    assert address_of(early, change) == key.hex(), "a bare key has no address"
    assert change in outputs_paid_to(early, key)


def test_following_the_coins_of_block_9_conserves_them(early):
    block_9 = output_at(early, "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0")
    flow = forward(early.graph, sources_of({block_9: ("block 9",)}))
    unspent = (spent_by(early.graph) < 0) & (flow.bits > 0)
    assert int(flow.marked_sat[unspent].sum()) == flow.put_in_sat == 50 * COIN
    assert sorted(flow.marked_sat[unspent].tolist()) == [COIN, 10 * COIN, 10 * COIN, 11 * COIN, 18 * COIN]


def test_the_order_of_files_and_repeated_blocks_change_nothing(early):
    raw = list(early_blocks())[:400]
    shuffled = [*raw[300:], *raw[:300], *raw[5:9]]
    data = np.frombuffer(b"".join(shuffled), np.uint8).copy()
    ends = np.cumsum([len(b) for b in shuffled])
    one = read_blocks(
        data, (ends - [len(b) for b in shuffled]).tolist(), ends.tolist(), [""] * len(shuffled), "a", "mainnet"
    )
    other = read_plainly(raw, [""] * len(raw), "b", "mainnet")
    first, second = chain_of([one], "mainnet"), chain_of([other], "mainnet")
    assert digest_of(first) == digest_of(second)
    for name in ("output_first", "input_first", "prev", "amount_sat", "input_sat"):
        assert getattr(first.graph, name).tolist() == getattr(second.graph, name).tolist()
    assert first.block_height.tolist() == list(range(400))
    assert [first.scripts.script(n) for n in first.script_of] == [second.scripts.script(n) for n in second.script_of]


def test_blocks_of_the_middle_stand_in_order_and_say_what_they_do_not_show(middle):
    g = middle.graph
    assert (g.transactions, middle.pieces, len(middle.block_hash)) == (11_733, 10, 11)
    assert middle.block_height.tolist() == [
        -1,
        227835,
        227836,
        333961,
        363703,
        370661,
        383616,
        437303,
        481815,
        481829,
        702861,
    ]
    assert g.unseen == len(middle.unseen.vout) == 28_873
    assert set(middle.unseen.why.tolist()) == {NOT_SEEN}
    assert middle.faults == ()
    inside = int((g.prev < g.outputs).sum())
    assert inside == len(g.prev) - g.unseen > 1_000, "spending within these blocks is linked"
    assert int((fees_sat(g) < 0).sum()) == 0


def test_an_output_that_was_not_seen_keeps_its_name(middle):
    place = middle.graph.outputs
    name = outpoint(middle, place)
    assert len(name.partition(":")[0]) == 64
    assert (address_of(middle, place), script_at(middle, place), tx_of(middle.graph, place)) == ("", None, -1)


def test_one_block_that_bears_no_height_gets_the_one_that_is_told():
    found = chain_of(raw_blocks.read(EXAMPLES / "blocks" / "169482.raw"), "mainnet", start_height=169_482)
    assert found.block_height.tolist() == [169_482]


def test_spending_in_the_same_block_and_outputs_of_nothing():
    found, ids = chain(
        [("a", [], [(1, 50)])],
        [("b", [], [(1, 50)]), ("c", [("a", 0)], [(2, 50), (3, 0)]), ("d", [("c", 0), ("c", 1)], [(4, 49)])],
    )
    assert found.faults == ()
    assert found.graph.unseen == 0
    assert fees_sat(found.graph).tolist() == [0, 0, 0, 1]
    assert outpoint(found, 4) == f"{ids['d']}:0"


def test_what_does_not_hold_is_named_and_never_guessed():
    found, ids = chain(
        [("a", [], [(1, 50)])],
        [
            ("b", [], [(1, 50)]),
            ("c", [("a", 0)], [(2, 50)]),
            ("d", [("a", 0)], [(3, 20)]),
            ("e", [("a", 5), ("z", 0)], [(4, 7)]),
        ],
    )
    assert found.unseen.why.tolist() == [SPENT_TWICE, NO_SUCH_OUTPUT, NOT_SEEN]
    assert found.graph.amount_sat[found.graph.outputs :].tolist() == [20, 7, 0], (
        "as much as was paid out, told of the first"
    )
    assert f"{ids['d']} spends {ids['a']}:0, which was spent before" in found.faults
    assert f"{ids['e']} spends {ids['a']}:5, which is not an output of its transaction" in found.faults
    assert len(found.faults) == 2, "what is merely not among the blocks is no fault of theirs"


def test_a_spend_before_its_output_is_named():
    first = coinbase(0, [(script(1), 50)])
    middle = transaction([(bare(first), 0)], [(script(2), 50)])
    last = transaction([(bare(middle), 0)], [(script(3), 50)])
    genesis = block(bytes(32), [first])
    wrong = block(read_block(genesis, "").hash, [coinbase(1, [(script(1), 50)]), last, middle])
    found = chain_of([read_plainly([genesis, wrong], ["", ""], "a", "regtest")], "regtest")
    assert found.unseen.why.tolist() == [LATER]
    assert found.faults == (
        f"{hex_of(bare(last))} spends {hex_of(bare(middle))}:0, which comes later than the transaction that spends it",
    )


def test_two_coinbases_that_are_the_same_are_told_and_the_later_one_is_meant():
    same = coinbase(1, [(script(1), 50)])
    blocks, prev = [], bytes(32)
    for content in (
        [same],
        [same],
        [coinbase(2, [(script(2), 50)]), transaction([(bare(same), 0)], [(script(3), 50)])],
    ):
        blocks.append(block(prev, content))
        prev = read_block(blocks[-1], "").hash
    found = chain_of([read_plainly(blocks, [""] * 3, "a", "regtest")], "regtest")
    assert found.graph.prev.tolist() == [1]
    assert output_at(found, f"{hex_of(bare(same))}:0") == 1
    assert any("is there twice; the outputs of the first" in f for f in found.faults)


def test_a_damaged_block_is_left_out_and_told():
    blocks = made_chain(3)
    blocks[2] = blocks[2][:-1] + b"\x01"
    data = np.frombuffer(b"".join(blocks), np.uint8).copy()
    ends = np.cumsum([len(b) for b in blocks])
    found = chain_of(
        [read_blocks(data, (ends - [len(b) for b in blocks]).tolist(), ends.tolist(), ["x", "y", "z"], "a", "regtest")],
        "regtest",
    )
    assert found.graph.transactions == 2
    assert [f for f in found.faults if f.startswith("z: ") and "Merkle root" in f]


def test_nothing_that_can_be_read_is_an_error():
    with pytest.raises(BadInput, match="No block could be read"):
        chain_of([], "mainnet")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("xyz:0", "'xyz' is not the hash of a transaction"),
        (HAL[:-1] + ":0", "is not the hash of a transaction"),
        (HAL, "does not say which output is meant"),
        (HAL + ":-1", "does not say which output is meant"),
        (HAL + ":2", "has 2 outputs, numbered from 0; there is no output 2"),
        ("00" * 32 + ":0", "is not among the 4,371 that were read"),
    ],
)
def test_a_name_that_is_none_is_refused(early, name, said):
    with pytest.raises(BadInput, match=said):
        output_at(early, name)
