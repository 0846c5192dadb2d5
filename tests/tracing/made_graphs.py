"""Graphs for properties: random, small, with everything that a chain may hold; and chains of real blocks made for a test."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import bare, block, coinbase, framed, script, transaction

from adit.evidence.chain.block import read_block
from adit.evidence.chain.columns import read_blocks
from adit.tracing.chain import Chain
from adit.tracing.graph import Graph, graph_of
from adit.tracing.reading import chain_of

__all__ = ["chain", "graph", "graphs", "seeds"]


def graph(transactions: Sequence[tuple[Sequence[int], Sequence[int]]], unseen: Sequence[int] = ()) -> Graph:
    """Each transaction is (places of the outputs that it spends, what its outputs hold); an unseen output is -1, -2 and so on."""
    outputs = sum(len(o) for _, o in transactions)
    prev = [p if p >= 0 else outputs - 1 - p for i, _ in transactions for p in i]
    amount = [a for _, o in transactions for a in o] + list(unseen)
    return graph_of(
        np.cumsum([0, *(len(o) for _, o in transactions)]), np.cumsum([0, *(len(i) for i, _ in transactions)]),
        np.array(prev, np.int32), np.array(amount, np.int64),
    )  # fmt: skip


@st.composite
def graphs(draw, *, with_unseen: bool = True, most: int = 24, high: int = 10**6) -> Graph:
    """A chain in small: coinbases, fees, outputs of nothing, spending within a moment, outputs that were not seen."""
    transactions: list[tuple[list[int], list[int]]] = []
    unspent: list[tuple[int, int]] = []
    unseen: list[int] = []
    place = 0
    for _ in range(draw(st.integers(1, most))):
        inputs, given = list[int](), 0
        for _ in range(draw(st.integers(0, 4))):
            if with_unseen and draw(st.integers(0, 7)) == 0:
                unseen.append(draw(st.integers(0, high)))
                inputs.append(-len(unseen))
                given += unseen[-1]
            elif unspent:
                at, amount = unspent.pop(draw(st.integers(0, len(unspent) - 1)))
                inputs.append(at)
                given += amount
        left = given if inputs else draw(st.integers(0, high))
        outputs = []
        for _ in range(draw(st.integers(1, 4))):
            outputs.append(draw(st.sampled_from([0, left, left // 2, left // 3, draw(st.integers(0, left))])))
            left -= outputs[-1]
        for amount in outputs:
            unspent.append((place, amount))
            place += 1
        transactions.append((inputs, outputs))
    return graph(transactions, unseen)


@st.composite
def seeds(draw, of: Graph) -> dict[int, tuple[str, ...]]:
    """Some outputs as sources, a few of several names."""
    names = st.sampled_from([f"source {i}" for i in range(6)])
    places = draw(st.sets(st.integers(0, len(of.amount_sat) - 1), min_size=1, max_size=5))
    return {p: tuple(draw(st.lists(names, min_size=1, max_size=2, unique=True))) for p in sorted(places)}


def chain(
    *blocks: Sequence[tuple[str, Sequence[tuple[str, int]], Sequence[tuple[int, int]]]],
) -> tuple[Chain, dict[str, str]]:
    """Mined blocks of a test network as a chain, and the hashes of transactions by name.

    A block is a list of (name, inputs as (name, vout), outputs as (number of the script, satoshi)); the first transaction is the coinbase.
    """
    ids: dict[str, bytes] = {}
    made, prev = [], bytes(32)
    for height, content in enumerate(blocks):
        raw = []
        for at, (name, inputs, outputs) in enumerate(content):
            pays = [(script(n), sat) for n, sat in outputs]
            tx = (
                coinbase(height, pays)
                if at == 0
                else transaction([(ids.get(n, n.encode().ljust(32, b"?")), v) for n, v in inputs], pays)
            )
            ids[name] = bare(tx)
            raw.append(tx)
        made.append(block(prev, raw, time_s=1_700_000_000 + 600 * height))
        prev = read_block(made[-1], "").hash
    data = np.frombuffer(framed(made), np.uint8).copy()
    starts, at = [], 0
    for one in made:
        starts.append(at + 8)
        at += 8 + len(one)
    ends = [s + len(b) for s, b in zip(starts, made, strict=True)]
    found = chain_of(
        [read_blocks(data, starts, ends, [f"block {i}" for i in range(len(made))], "made", "regtest")], "regtest"
    )
    return found, {name: txid[::-1].hex() for name, txid in ids.items()}
