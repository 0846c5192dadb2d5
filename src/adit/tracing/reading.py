"""Batches of blocks, as the readers of evidence hand them out, into one chain: ordered, numbered, linked, weighed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from adit.evidence.chain.layout import Blocks, coinbase_script, hex_of
from adit.evidence.chain.order import Header, put_in_order
from adit.terms.errors import BadInput
from adit.tracing.chain import Chain, Unseen
from adit.tracing.graph import graph_of
from adit.tracing.linking import NOT_SEEN, WHY, link
from adit.tracing.scripts import Scripts

__all__ = ["Reading", "chain_of"]

_TOLD = 5  # of each kind of gap so many are named one by one


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of one batch; the bytes of scripts and witnesses are let go."""

    blocks: Blocks
    script_of: Any
    coinbase_text: tuple[bytes | None, ...]


@dataclass(slots=True)
class Reading:
    """A reading under way: hand each batch to `take`, then ask for the `chain`."""

    network: str
    _scripts: Scripts = field(default_factory=Scripts.empty)
    _kept: list[_Kept] = field(default_factory=list)
    _place: dict[bytes, tuple[int, int]] = field(default_factory=dict)  # block -> batch, number in it
    _headers: list[Header] = field(default_factory=list)
    _faults: list[str] = field(default_factory=list)

    def take(self, blocks: Blocks) -> None:
        """Keep these blocks. One that is there already is not kept twice."""
        self._faults += map(str, blocks.faults)
        for i in range(len(blocks.hash)):
            hash_ = bytes(blocks.hash[i])
            if hash_ not in self._place:
                self._place[hash_] = (len(self._kept), i)
                self._headers.append(
                    Header(hash_, bytes(blocks.prev_hash[i]), int(blocks.time_s[i]), int(blocks.bits[i]), int(blocks.height[i]), blocks.source)
                )  # fmt: skip
        numbers = self._scripts.number(blocks.data, blocks.script_start, blocks.script_size)
        texts = tuple(coinbase_script(blocks, i) for i in range(len(blocks.hash)))
        self._kept.append(_Kept(replace(blocks, data=np.empty(0, np.uint8)), numbers, texts))

    def chain(self, *, start_height: int = -1) -> Chain:
        """The chain of all that was taken. Raises BadInput where nothing was."""
        if not self._headers:
            listed = "".join(f"\n  {f}" for f in self._faults[:_TOLD])
            raise BadInput(f"No block could be read.{listed}", todo="Give whole blocks of this network.")
        proven = all(k.blocks.proven for k in self._kept)
        order, pieces = self._order(proven, start_height)
        return _assembled(self, order, pieces, proven)

    def _order(self, proven: bool, start_height: int) -> tuple[list[tuple[bytes, int]], int]:
        """The blocks that stand, with their heights, in the order of the chain."""
        if not proven:
            return [(h.hash, h.height) for h in sorted(self._headers, key=lambda h: h.height)], 0
        found = put_in_order(self._headers, self.network, start_height=start_height)
        self._faults += map(str, found.faults)
        if found.lost:
            self._faults.append(f"{len(found.lost):,} blocks lost to a branch with more work and are left out")
        heights = {h: place.height for h, place in found.places.items()}
        return _in_line([h for h in self._headers if h.hash in heights], heights), found.pieces


def chain_of(batches: Iterable[Blocks], network: str, *, start_height: int = -1) -> Chain:
    """The chain of all these blocks."""
    reading = Reading(network)
    for batch in batches:
        reading.take(batch)
    return reading.chain(start_height=start_height)


def _in_line(headers: Sequence[Header], heights: dict[bytes, int]) -> list[tuple[bytes, int]]:
    """By height; where a piece of the chain bears none, pieces stand in the order of the times of their first blocks."""
    if all(heights[h.hash] >= 0 for h in headers):
        return sorted(((h.hash, heights[h.hash]) for h in headers), key=lambda at: at[1])
    after = {h.prev_hash: h for h in headers}  # of those that stand no two follow the same
    standing = {h.hash for h in headers}
    line: list[tuple[bytes, int]] = []
    for first in sorted((h for h in headers if h.prev_hash not in standing), key=lambda h: h.time_s):
        block: Header | None = first
        while block is not None:
            line.append((block.hash, heights[block.hash]))
            block = after.get(block.hash)
    return line


def _assembled(reading: Reading, order: Sequence[tuple[bytes, int]], pieces: int, proven: bool) -> Chain:
    kept, places = reading._kept, [reading._place[hash_] for hash_, _ in order]
    batch = np.array([b for b, _ in places], np.int64)
    offsets = {
        name: np.cumsum([0, *(len(getattr(k.blocks, name)) for k in kept)])
        for name in ("hash", "txid", "amount_sat", "prev_vout")
    }
    joined = {name: np.concatenate([getattr(k.blocks, name) for k in kept]) for name in
              ("hash", "txid", "is_coinbase", "vout", "amount_sat", "prev_txid", "prev_vout", "time_s")}  # fmt: skip
    first = {
        name: np.concatenate([getattr(k.blocks, name)[:-1] + offsets[of][i] for i, k in enumerate(kept)])
        for name, of in (("tx_first", "txid"), ("output_first", "amount_sat"), ("input_first", "prev_vout"))
    }
    count = {
        name: np.concatenate([np.diff(getattr(k.blocks, name)) for k in kept])
        for name in ("tx_first", "output_first", "input_first")
    }
    block = offsets["hash"][batch] + np.array([i for _, i in places], np.int64)
    transactions = _runs(first["tx_first"][block], count["tx_first"][block])
    outputs = _runs(first["output_first"][transactions], count["output_first"][transactions])
    is_coinbase = joined["is_coinbase"][transactions]
    inputs_of = np.where(is_coinbase, 0, count["input_first"][transactions])
    inputs = _runs(first["input_first"][transactions], inputs_of)
    output_first, input_first = _from(count["output_first"][transactions]), _from(inputs_of)
    _check(proven, output_first, input_first, is_coinbase, joined["vout"][outputs])
    txid, prev_txid, prev_vout = joined["txid"][transactions], joined["prev_txid"][inputs], joined["prev_vout"][inputs]
    amount = joined["amount_sat"][outputs]
    prev, earlier = link(txid, output_first, input_first, prev_txid, prev_vout)
    unseen, prev, amount = _with_unseen(prev, prev_txid, prev_vout, output_first, input_first, amount)
    faults = [*reading._faults, *_gaps(unseen, txid), *_repeats(earlier, txid)]
    script_of = np.concatenate([k.script_of for k in kept])[outputs]
    texts = [t for k in kept for t in k.coinbase_text]
    return Chain(
        graph=graph_of(output_first, input_first, prev, amount), network=reading.network, proven=proven, txid=txid,
        script_of=script_of, scripts=reading._scripts, unseen=unseen, earlier=earlier,
        block_first=_from(count["tx_first"][block]).astype(np.int32), block_hash=joined["hash"][block],
        block_height=np.array([height for _, height in order], np.int64), block_time_s=joined["time_s"][block],
        coinbase_text=tuple(texts[int(b)] for b in block), pieces=pieces, faults=tuple(faults),
    )  # fmt: skip


def _runs(start: Any, size: Any) -> Any:
    """The places of several runs, one after another: 5 and 9, of two and three, are 5, 6, 9, 10, 11."""
    before = _from(size)
    return np.arange(before[-1]) + np.repeat(start - before[:-1], size)


def _from(count: Any) -> Any:
    first = np.zeros(len(count) + 1, np.int64)
    np.cumsum(count, out=first[1:])
    return first


def _check(proven: bool, output_first: Any, input_first: Any, is_coinbase: Any, vout: Any) -> None:
    """What verified blocks cannot lack and a table may: outputs counted from 0 without gaps, inputs of all but coinbases."""
    counted = np.arange(len(vout)) - np.repeat(output_first[:-1], np.diff(output_first))
    if not np.array_equal(vout, counted):
        raise BadInput(
            "A transaction lacks one of its outputs, so what it paid cannot be followed.",
            todo="Give whole transactions.",
        )
    if not proven and ((np.diff(input_first) == 0) & ~is_coinbase).any():
        raise BadInput(
            "The table has transactions without inputs, so nothing in it can be followed.",
            todo="Give blocks, or transactions with their inputs.",
        )


def _with_unseen(
    prev: Any, prev_txid: Any, prev_vout: Any, output_first: Any, input_first: Any, amount: Any
) -> tuple[Unseen, Any, Any]:
    """Places at the end for what was not seen. What a transaction pays beyond its known inputs came at least from there."""
    missing = np.flatnonzero(prev < 0)
    spender = np.searchsorted(input_first, missing, side="right") - 1
    known = _from(np.where(prev >= 0, amount[np.maximum(prev, 0)] if len(amount) else 0, 0))
    paid = _from(amount)
    given, gone = known[input_first[1:]] - known[input_first[:-1]], paid[output_first[1:]] - paid[output_first[:-1]]
    least = np.maximum(gone - given, 0)[spender]
    least[1:][spender[1:] == spender[:-1]] = 0  # several of one transaction: together so much, told of the first
    unseen = Unseen(prev_txid[missing], prev_vout[missing], prev[missing].astype(np.int8), spender.astype(np.int32))
    linked = prev.copy()
    linked[missing] = int(output_first[-1]) + np.arange(len(missing))
    return unseen, linked, np.concatenate([amount, least])


def _gaps(unseen: Unseen, txid: Any) -> list[str]:
    """What does not hold. That an output is not among the blocks at hand is no fault of theirs, and is told by the count."""
    told = []
    for code, why in WHY.items():
        if code == NOT_SEEN:
            continue
        places = np.flatnonzero(unseen.why == code)
        for i in places[:_TOLD]:
            name = f"{hex_of(unseen.txid[i])}:{int(unseen.vout[i])}"
            told.append(f"{hex_of(txid[unseen.spent_in[i]])} spends {name}, which {why}")
        if len(places) > _TOLD:
            told.append(f"{len(places) - _TOLD:,} more inputs spend an output that {why}")
    return told


def _repeats(earlier: Any, txid: Any) -> list[str]:
    return [
        f"the transaction {hex_of(txid[t])} is there twice; the outputs of the first, as far as they were not spent, are lost"
        for t in np.flatnonzero(earlier >= 0)
    ]
