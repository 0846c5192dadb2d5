"""The compiled reader says what the plain one says: same columns of real blocks, same refusals of broken ones."""

import os
import subprocess
import sys
from dataclasses import fields
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from tests.evidence.chain.made_blocks import early_blocks, real_blocks
from tests.evidence.chain.test_block_reader import BROKEN, broken

from adit.evidence.chain import sha256 as hashing
from adit.evidence.chain.columns import read_blocks, read_plainly
from adit.evidence.chain.layout import Blocks, coinbase_script, hex_of, script_of
from adit.evidence.chain.watched import hits, hits_of_txids, hits_plainly, watch


def columns(blocks, network="mainnet") -> Blocks:
    ends = np.cumsum([len(b) for b in blocks])
    starts = ends - [len(b) for b in blocks]
    data = np.frombuffer(b"".join(blocks), np.uint8)
    return read_blocks(
        data, starts.tolist(), ends.tolist(), [f"block {i}" for i in range(len(blocks))], "test", network
    )


def plainly(blocks, network="mainnet") -> Blocks:
    return read_plainly(blocks, [f"block {i}" for i in range(len(blocks))], "test", network)


def assert_same(one: Blocks, other: Blocks):
    for f in fields(one):
        if f.name in ("data", "script_start", "coinbase_start", "faults"):
            continue  # the plain one keeps the scripts alone
        mine, its = getattr(one, f.name), getattr(other, f.name)
        assert np.array_equal(mine, its) if isinstance(mine, np.ndarray) else mine == its, f.name
        assert not isinstance(mine, np.ndarray) or mine.dtype == its.dtype, f.name
    assert [script_of(one, i) for i in range(len(one.vout))] == [script_of(other, i) for i in range(len(other.vout))]
    blocks = range(len(one.hash))
    assert [coinbase_script(one, i) for i in blocks] == [coinbase_script(other, i) for i in blocks]


@pytest.mark.slow
def test_real_blocks_become_the_same_columns():
    blocks = list(real_blocks().values())
    made = columns(blocks)
    assert made.faults == ()
    assert_same(made, plainly(blocks))
    assert hex_of(made.hash[-1]) == "000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae"
    assert int(made.tx_first[-1]) == 11_733


def test_early_blocks_become_the_same_columns():
    assert_same(columns(early_blocks()[:700]), plainly(early_blocks()[:700]))


def test_no_blocks_are_no_columns():
    assert_same(columns([]), plainly([]))


def test_what_the_plain_one_refuses_the_compiled_one_refuses():
    """Witnesses apart: no receipt rests on them, and the compiled reader does not hash them."""
    names = [n for n in BROKEN if n != "witness without commitment"]
    blocks = [broken(n) for n in names]
    made = columns(blocks, "regtest")
    assert sorted(f.where for f in made.faults) == sorted(f"block {i}" for i in range(len(blocks)))
    assert len(made.hash) == 0
    assert len(plainly(blocks, "regtest").faults) == len(names)
    told = {f.where: f.what for f in made.faults}
    assert told[f"block {names.index('other root')}"].endswith("their Merkle root is another")
    assert told[f"block {names.index('absurd script')}"] == "the block claims more than its bytes can hold"


def test_one_bad_block_is_left_out_and_the_others_stay():
    blocks = list(early_blocks()[:5])
    blocks[2] = blocks[2][:-1] + bytes([blocks[2][-1] ^ 1])
    made = columns(blocks)
    assert [f.where for f in made.faults] == ["block 2"]
    assert_same(made, plainly([b for i, b in enumerate(blocks) if i != 2]))


@settings(max_examples=300, deadline=None)  # the first call compiles
@given(st.integers(80, 18_677), st.integers(0, 255), st.integers(0, 40))
def test_a_damaged_block_is_refused_by_both(at, byte, cut):
    whole = real_blocks()[169482]
    damaged = whole[:at] + bytes([byte]) + whole[at + 1 : len(whole) - cut]
    assert len(columns([damaged]).faults) == len(plainly([damaged]).faults) == int(damaged != whole)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_compiled_reader_fail(data):
    assert len(columns([data]).faults) == 1


@njit
def hashed(messages, start, size, s, s_2, second, second_2, out):
    hashing.double_sha256(messages, start, hashing.padded(messages, start, size), s, second, out, 0)


@njit
def hashed_two(messages, size, start_2, size_2, s, s_2, second, second_2, out):
    blocks, blocks_2 = hashing.padded(messages, 0, size), hashing.padded(messages, start_2, size_2)
    hashing.double_sha256_two(messages, 0, blocks, start_2, blocks_2, s, s_2, second, second_2, out, 0)


@njit
def hashed_pairs(level, s, s_2, second, second_2, out):
    hashing.pair_hash_two(level, 0, s, s_2, second, second_2, out, 0)


_take, _by_words, _take_two = hashing._take, hashing._by_words, hashing._take_two


@njit
def taken(state, other, two, two_2, block):
    _take(state, block, 3)
    _by_words(other, block, 3)
    _take_two(two, block, 3, two_2, block, 1)


def double(data):
    return sha256(sha256(data).digest()).digest()


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 70))
def test_the_hash_is_that_of_hashlib(data, before):
    out = np.empty(32, np.uint8)
    hashed(np.frombuffer(bytes(before) + data + b"\xff" * 72, np.uint8).copy(), before, len(data), *hashing.pads(), out)
    assert out.tobytes() == double(data)


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_two_hashes_at_once_are_those_of_hashlib(one, other):
    out = np.empty(64, np.uint8)
    messages = np.frombuffer(one + b"\xff" * 72 + other + b"\xff" * 72, np.uint8).copy()
    hashed_two(messages, len(one), len(one) + 72, len(other), *hashing.pads(), out)
    assert out.tobytes() == double(one) + double(other)


@settings(deadline=None)
@given(st.binary(min_size=128, max_size=128))
def test_two_pairs_of_hashes_are_hashed_as_hashlib_does(level):
    out = np.empty(64, np.uint8)
    hashed_pairs(np.frombuffer(level, np.uint8), *hashing.pads(), out)
    assert out.tobytes() == double(level[:64]) + double(level[64:])


@settings(deadline=None)
@given(st.binary(min_size=67, max_size=67), st.binary(min_size=32, max_size=32))
def test_the_instructions_and_the_words_give_the_same_state(block, state):
    one, other, two, two_2 = (np.frombuffer(state, np.uint32).copy() for _ in range(4))
    taken(one, other, two, two_2, np.frombuffer(block, np.uint8))
    assert one.tolist() == other.tolist() == two.tolist()
    assert two_2.tolist() != two.tolist() or block[:66] == block[1:]


@pytest.mark.slow
def test_it_reads_the_same_where_the_processor_knows_nothing_of_sha():
    code = (
        "from adit.evidence.chain import sha256; assert not sha256.BY_INSTRUCTION\n"
        "from tests.evidence.chain.test_chain_kernels import columns, plainly, assert_same, real_blocks\n"
        "assert_same(columns([real_blocks()[702861]]), plainly([real_blocks()[702861]]))"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    )


def test_a_script_is_found_by_the_whole_of_it():
    made = columns([real_blocks()[702861]])
    present = sorted({script_of(made, i) for i in range(0, len(made.vout), 7)})
    near = [s[:-1] + bytes([s[-1] ^ 1]) for s in present if s]
    watched = watch([*present, *(n for n in near if n not in set(present)), b"", b"\x51"])
    found = hits(made, watched)
    assert found.tolist() == hits_plainly(made, watched)
    assert (found >= 0).sum() >= len(present)
    assert {watched.scripts[i] for i in found if i >= 0} >= set(present) - {b""}


@settings(deadline=None)
@given(st.sets(st.binary(max_size=40), max_size=60))
def test_the_table_finds_what_a_dictionary_finds(scripts):
    made = columns(early_blocks()[:3])
    watched = watch([*scripts, script_of(made, 1), script_of(made, 1)])
    assert hits(made, watched).tolist() == hits_plainly(made, watched)


def test_a_txid_is_found_as_a_script_is():
    made = columns(early_blocks()[:50])
    watched = watch([bytes(made.txid[7]), bytes(31) + b"\x01"])
    assert np.flatnonzero(hits_of_txids(made, watched) == 0).tolist() == [7]


def test_the_one_entry_of_a_small_table_is_found():
    made = columns(early_blocks()[:2])
    assert hits(made, watch([])).tolist() == [-1, -1]
    assert hits(made, watch([script_of(made, 1)])).tolist() == [-1, 0]
