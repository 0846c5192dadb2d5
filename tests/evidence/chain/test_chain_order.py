"""Which blocks stand, at which height and how deep: links, work, reorganisations, claims of height, targets."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import early_blocks, real_blocks

from adit.evidence.chain.block import claimed_height, read_block
from adit.evidence.chain.heights import difficulty_at
from adit.evidence.chain.order import Header, Order, Place, put_in_order
from adit.terms.errors import BadInput

EASY, HARD = 0x207FFFFF, 0x1F00FFFF


def header(name, prev, *, bits=EASY, height=-1, time_s=0):
    return Header(
        name.encode().rjust(32, b"."),
        prev.encode().rjust(32, b".") if prev else bytes(32),
        time_s,
        bits,
        height,
        "a file",
    )


def heights(order: Order):
    return {h.decode().lstrip("."): (p.height, p.confirmations) for h, p in order.places.items()}


def lost(order: Order):
    return {h.decode().lstrip("."): p.height for h, p in order.lost.items()}


def of(raw):
    block = read_block(raw, "")
    claimed = claimed_height(block.version, block.coinbase.inputs[0].script)
    return Header(
        block.hash,
        block.prev_hash,
        int(block.time_utc.timestamp()),
        block.bits,
        -1 if claimed is None else claimed,
        "real",
    )


CHAIN = [header("a", ""), header("b", "a"), header("c", "b"), header("d", "c")]


@given(st.permutations(CHAIN))
def test_the_order_in_the_files_plays_no_part(headers):
    assert heights(put_in_order(headers, "regtest")) == {"a": (0, 4), "b": (1, 3), "c": (2, 2), "d": (3, 1)}


def test_of_two_branches_the_one_with_more_work_stands_even_if_it_is_shorter():
    other = [header("C", "b", bits=HARD)]
    order = put_in_order([*CHAIN, *other], "regtest")
    assert heights(order) == {"a": (0, 3), "b": (1, 2), "C": (2, 1)}
    assert lost(order) == {"c": 2, "d": 3}


def test_of_equal_branches_the_first_that_came_stands():
    order = put_in_order([*CHAIN, header("D", "c")], "regtest")
    assert "d" in heights(order)
    assert lost(order) == {"D": 3}
    assert lost(put_in_order([*CHAIN, header("D", "c"), header("E", "D")], "regtest")) == {"d": 3}


def test_a_block_that_comes_twice_counts_once():
    assert heights(put_in_order([*CHAIN, *CHAIN], "regtest")) == heights(put_in_order(CHAIN, "regtest"))


def test_pieces_without_a_link_have_their_own_heights_and_depth():
    piece = [header("m", "l", height=100), header("n", "m", height=101)]
    order = put_in_order([*CHAIN, *piece], "regtest")
    assert order.pieces == 2
    assert order.tip == 101
    assert heights(order)["d"] == (3, 1), "nothing here shows that the chain went on to 101"
    assert heights(order)["m"] == (100, 2)
    assert heights(put_in_order([*CHAIN, *piece], "regtest", tip=105))["d"] == (3, 103)


def test_a_piece_that_nothing_gives_a_height_takes_the_one_that_is_told():
    piece = [header("m", "l"), header("n", "m")]
    assert heights(put_in_order(piece, "regtest")) == {"m": (-1, 2), "n": (-1, 1)}
    assert heights(put_in_order(piece, "regtest", start_height=50)) == {"m": (50, 2), "n": (51, 1)}
    assert heights(put_in_order([piece[0], replace(piece[1], height=9)], "regtest", start_height=50))["m"] == (8, 2)


def test_one_height_is_not_told_of_two_pieces():
    two = [header("m", "l"), header("x", "w")]
    assert heights(put_in_order(two, "regtest")) == {"m": (-1, 1), "x": (-1, 1)}
    with pytest.raises(BadInput, match="2 pieces of the chain bear no height, and one was told"):
        put_in_order(two, "regtest", start_height=50)


def test_of_two_pieces_that_claim_one_height_the_one_with_more_work_stands():
    one = [header("m", "l", height=100), header("n", "m", height=101)]
    other = [header("M", "L", height=101, bits=HARD)]
    order = put_in_order([*one, *other], "regtest")
    assert heights(order) == {"M": (101, 1)}
    assert lost(order) == {"m": 100, "n": 101}


def test_a_block_that_claims_another_height_is_told():
    order = put_in_order([*CHAIN, header("e", "d", height=40)], "regtest")
    assert heights(order)["e"] == (4, 1)
    assert [f.what.split("claims")[1] for f in order.faults] == [" height 40, but stands at 4"]


def test_the_height_of_an_old_block_follows_from_the_next():
    two = [of(real_blocks()[227835]), of(real_blocks()[227836])]
    assert two[0].height == -1
    order = put_in_order(two, "mainnet", difficulty_at=difficulty_at)
    assert order.places[two[0].hash] == Place(227835, 2)
    assert order.faults == ()


def test_the_first_blocks_have_the_targets_of_the_rule():
    headers = [of(raw) for raw in early_blocks()]
    order = put_in_order(headers, "mainnet", difficulty_at=difficulty_at)
    assert order.faults == ()
    assert order.places[headers[-1].hash] == Place(4312, 1)
    assert order.places[headers[0].hash] == Place(0, 4313)


def test_a_block_mined_too_easily_is_refused_with_all_that_follows():
    """Work decides between branches; a branch with easy blocks could be long and cheap, so each target is held against the rule."""
    headers = [of(raw) for raw in early_blocks()[:20]]
    easy = replace(headers[10], bits=0x1D00FFFE)
    order = put_in_order([*headers[:10], easy, *headers[11:]], "mainnet", difficulty_at=difficulty_at)
    assert len(order.places) == 10
    assert [f.what for f in order.faults] == [
        f"the block {headers[10].hash[::-1].hex()} was not mined at the difficulty of height 10; it does not count, nor what follows it"
    ]


def test_a_lone_block_is_held_against_the_table_of_epochs():
    forged = Header(b"f" * 32, b"p" * 32, 1_650_000_000, 0x1D00FFFF, 730_000, "forged")
    order = put_in_order([forged], "mainnet", difficulty_at=difficulty_at)
    assert dict(order.places) == {}
    assert "was not mined at the difficulty of height 730,000" in order.faults[0].what
    assert difficulty_at(10**7) is None
