"""Blocks of a running node as columns, and what their inputs spent as the addresses of payers."""

from collections.abc import Callable, Iterator

import numpy as np

from adit.evidence.chain.block import read_block
from adit.evidence.chain.columns import read_blocks
from adit.evidence.chain.layout import Blocks
from adit.evidence.sources.core_node import Node, blocks, prevouts
from adit.evidence.sources.fetching import Opener
from adit.terms.errors import BadInput

__all__ = ["payers", "read"]

_AT_ONCE = 16 << 20  # bytes


def read(
    node: Node, first: int, last: int, *, network: str = "mainnet", opener: Opener | None = None
) -> Iterator[Blocks]:
    """The blocks of these heights, verified, some 16 MB at a time. Raises as `core_node.blocks` does."""
    held: list[bytes] = []
    height = first
    for raw in blocks(node, first, last, opener=opener):
        held.append(raw)
        if sum(map(len, held)) >= _AT_ONCE:
            yield _batch(held, height, node.url, network)
            height, held = height + len(held), []
    if held:
        yield _batch(held, height, node.url, network)


def payers(
    node: Node,
    first: int,
    last: int,
    wanted: set[tuple[bytes, int]],
    name: Callable[[bytes], str],
    *,
    opener: Opener | None = None,
) -> dict[tuple[bytes, int], str]:
    """Who could spend the `wanted` outputs, as far as transactions of these heights spend them: what `name` calls their scripts.

    Raises BadInput where what the node says was spent does not fit the block.
    """
    found: dict[tuple[bytes, int], str] = {}
    both = zip(blocks(node, first, last, opener=opener), prevouts(node, first, last, opener=opener), strict=True)
    for height, (raw, spent) in enumerate(both, start=first):
        transactions = read_block(raw, f"{node.url}, block {height}").transactions
        if len(spent) != len(transactions):
            raise BadInput(
                f"The node tells what {len(spent)} transactions of block {height} spent, and it has {len(transactions)}.",
                where=node.url,
                todo="Check the node, or pass --no-payers.",
            )
        for transaction, outputs in zip(transactions[1:], spent[1:], strict=True):
            if len(outputs) != len(transaction.inputs):
                raise BadInput(
                    f"The node tells {len(outputs)} spent outputs for a transaction of {len(transaction.inputs)} inputs.",
                    where=f"{node.url}, block {height}",
                    todo="Check the node, or pass --no-payers.",
                )
            for one, output in zip(transaction.inputs, outputs, strict=True):
                if (one.prev_txid, one.prev_vout) in wanted:
                    found[one.prev_txid, one.prev_vout] = name(output.script)
    return found


def _batch(held: list[bytes], height: int, source: str, network: str) -> Blocks:
    ends = np.cumsum([len(raw) for raw in held])
    starts = ends - [len(raw) for raw in held]
    where = [f"block {height + k}" for k in range(len(held))]
    data = np.frombuffer(b"".join(held), np.uint8)
    return read_blocks(data, [int(s) for s in starts], [int(e) for e in ends], where, source, network)
