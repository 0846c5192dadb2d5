"""Receipts: which of the watched addresses were paid, by which output, how deep in the chain, and from which addresses it came.

This is the table that everything after it uses. One pass over the blocks finds the receipts; a second one, where it is wanted,
finds what the paying transactions spent. Memory grows with receipts and headers, not with blocks.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from adit.evidence.chain.layout import Blocks, Fault, hex_of, script_of
from adit.evidence.chain.order import Header, Order, Place, put_in_order
from adit.evidence.chain.watched import Watched, hits, hits_of_txids, watch
from adit.terms.addresses import decode, encode
from adit.terms.errors import BadInput

__all__ = ["COINBASE_CONFIRMATIONS", "COLUMNS", "Found", "Receipt", "Scan", "address_of", "cells", "with_payers"]

COINBASE_CONFIRMATIONS = 100  # blocks after which the network lets new coins be spent
COLUMNS = (
    "txid", "vout", "height", "block_time_utc", "address", "script_hex", "amount_sat", "coinbase", "confirmations", "payers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """One output that pays a watched script. None is not known. `payers` is empty where the source does not show them."""

    txid: str
    vout: int
    height: int | None
    block_time_utc: datetime | None
    address: str  # empty for a script that has none
    script_hex: str
    amount_sat: int
    coinbase: bool
    confirmations: int | None
    payers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a scan found. What waits for confirmations and what a reorganisation took back are no receipts."""

    receipts: tuple[Receipt, ...]
    waiting: tuple[Receipt, ...]
    withdrawn: tuple[Receipt, ...]
    lost_blocks: tuple[str, ...]
    faults: tuple[Fault, ...]
    proven: bool  # whether hashes, Merkle roots, proof of work and links were worked out anew
    blocks: int
    transactions: int
    pieces: int  # runs of blocks that no link joins
    tip: int | None


@dataclass(slots=True)
class _Hit:
    """An output that pays a watched script, before its block has a place."""

    block: bytes
    time_s: int
    script: int
    txid: bytes
    vout: int
    amount_sat: int
    coinbase: bool
    spent_txids: bytes  # of all inputs in a row, for most are never looked at
    spent_vouts: bytes
    payers: tuple[str, ...] = ()


@dataclass(slots=True)
class Scan:
    """A pass over blocks: hand each batch to `take`, then ask for what was `found`."""

    watched: Watched
    network: str
    _hits: list[_Hit] = field(default_factory=list)
    _headers: dict[bytes, Header] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _transactions: int = 0
    _proven: bool = True

    def take(self, blocks: Blocks) -> None:
        """Keep the headers of these blocks and the outputs that pay a watched script."""
        self._faults += blocks.faults
        self._proven &= blocks.proven
        self._transactions += len(blocks.txid)
        fresh = np.zeros(len(blocks.hash), np.bool_)
        for i in range(len(blocks.hash)):
            hash_ = bytes(blocks.hash[i])
            known = hash_ in self._headers
            fresh[i] = not (known and blocks.proven)  # nodes write a block twice now and then; tables come in parts
            if known:
                continue
            self._headers[hash_] = Header(
                hash_, bytes(blocks.prev_hash[i]), int(blocks.time_s[i]), int(blocks.bits[i]), int(blocks.height[i]), blocks.source
            )  # fmt: skip
        places = hits(blocks, self.watched)
        outputs = np.flatnonzero(places >= 0)
        transactions = np.searchsorted(blocks.output_first, outputs, side="right") - 1
        owners = np.searchsorted(blocks.tx_first, transactions, side="right") - 1
        for output, transaction, block in zip(outputs, transactions, owners, strict=True):
            if fresh[block]:
                self._hits.append(_hit(blocks, int(output), int(transaction), int(block), int(places[output])))

    def found(self, *, start_height: int = -1, tip: int = -1, min_confirmations: int = 1,
              difficulty_at: Callable[[int], float | None] = lambda height: None) -> Found:  # fmt: skip
        """The receipts that stand, those that wait, and those that were withdrawn, each by height, transaction and output."""
        headers = list(self._headers.values())
        order = (
            put_in_order(headers, self.network, start_height=start_height, tip=tip, difficulty_at=difficulty_at)
            if self._proven
            else _as_told(headers, tip)
        )
        faults = [*self._faults, *order.faults]
        sorted_: dict[str, list[Receipt]] = {"stands": [], "waits": [], "withdrawn": []}
        last: dict[tuple[bytes, int], Receipt] = {}
        for hit in self._hits:
            place = order.places.get(hit.block)
            receipt = self._receipt(hit, place or order.lost.get(hit.block) or Place(-1, 0))
            if place is None:
                sorted_["withdrawn"].append(receipt)
                continue
            before = last.get((hit.txid, hit.vout))
            if (
                before is not None
            ):  # before BIP-30 two coinbases could be the same, and the later one overwrote the other
                faults.append(Fault(receipt.txid, f"output {hit.vout} is there twice; the deeper one does not count"))
                if (before.height or 0) >= (receipt.height or 0):
                    continue
            last[hit.txid, hit.vout] = receipt
        for receipt in last.values():
            needed = max(min_confirmations, COINBASE_CONFIRMATIONS if receipt.coinbase else 1)
            enough = needed <= 1 if receipt.confirmations is None else receipt.confirmations >= needed
            sorted_["stands" if enough else "waits"].append(receipt)
        for receipts in sorted_.values():
            receipts.sort(key=lambda r: (-1 if r.height is None else r.height, r.txid, r.vout))
        return Found(
            receipts=tuple(sorted_["stands"]), waiting=tuple(sorted_["waits"]), withdrawn=tuple(sorted_["withdrawn"]),
            lost_blocks=tuple(hex_of(h) for h in order.lost), faults=tuple(faults), proven=self._proven, blocks=len(headers),
            transactions=self._transactions, pieces=order.pieces, tip=order.tip if order.tip >= 0 else None,
        )  # fmt: skip

    def spent(self) -> set[tuple[bytes, int]]:
        """The outputs that paying transactions spend and whose addresses are not known yet."""
        return {out for hit in self._hits if not hit.coinbase and not hit.payers for out in _spent_by(hit)}

    def name_payers(self, addresses: dict[tuple[bytes, int], str]) -> None:
        """Give each hit the addresses that its transaction spends from, as far as they are known."""
        for hit in self._hits:
            if not hit.payers:
                hit.payers = tuple(dict.fromkeys(addresses[out] for out in _spent_by(hit) if out in addresses))

    def _receipt(self, hit: _Hit, place: Place) -> Receipt:
        script = self.watched.scripts[hit.script]
        return Receipt(
            txid=hex_of(hit.txid), vout=hit.vout, height=place.height if place.height >= 0 else None,
            block_time_utc=datetime.fromtimestamp(hit.time_s, UTC) if hit.time_s >= 0 else None,
            address=address_of(script, self.network), script_hex=script.hex(), amount_sat=hit.amount_sat,
            coinbase=hit.coinbase, confirmations=place.confirmations if place.confirmations >= 0 else None, payers=hit.payers,
        )  # fmt: skip


def with_payers(scan: Scan, batches: Iterable[Blocks]) -> None:
    """Look in these blocks for what the paying transactions of a scan spend, and name the addresses, or scripts that have none."""
    wanted = scan.spent()
    if not wanted:
        return
    txids = watch(sorted({txid for txid, _ in wanted}))
    addresses: dict[tuple[bytes, int], str] = {}
    for blocks in batches:
        for place in np.flatnonzero(hits_of_txids(blocks, txids) >= 0):
            txid = bytes(blocks.txid[place])
            for output in range(int(blocks.output_first[place]), int(blocks.output_first[place + 1])):
                spent = (txid, int(blocks.vout[output]))
                if spent in wanted:
                    script = script_of(blocks, output)
                    addresses[spent] = address_of(script, scan.network) or script.hex()
        if len(addresses) == len(wanted):
            break
    scan.name_payers(addresses)


@lru_cache(maxsize=65_536)
def address_of(script: bytes, network: str) -> str:
    """The address of a script, empty where it has none: a payment to a bare key, or one that nobody can spend."""
    try:
        return encode(script, network)
    except BadInput:
        return ""


def cells(receipt: Receipt) -> tuple[Any, ...]:
    """The receipt as cells of the table, in the order of `COLUMNS`."""
    return (
        receipt.txid, receipt.vout, receipt.height,
        receipt.block_time_utc.strftime("%Y-%m-%dT%H:%M:%SZ") if receipt.block_time_utc else None,
        receipt.address, receipt.script_hex, receipt.amount_sat, receipt.coinbase, receipt.confirmations, ";".join(receipt.payers),
    )  # fmt: skip


def _hit(blocks: Blocks, output: int, transaction: int, block: int, script: int) -> _Hit:
    first, end = int(blocks.input_first[transaction]), int(blocks.input_first[transaction + 1])
    return _Hit(
        block=bytes(blocks.hash[block]), time_s=int(blocks.time_s[block]), script=script, txid=bytes(blocks.txid[transaction]),
        vout=int(blocks.vout[output]), amount_sat=int(blocks.amount_sat[output]), coinbase=bool(blocks.is_coinbase[transaction]),
        spent_txids=blocks.prev_txid[first:end].tobytes(), spent_vouts=blocks.prev_vout[first:end].tobytes(),
        payers=tuple(dict.fromkeys(_named(blocks.input_address[first:end]))) if blocks.input_address else (),
    )  # fmt: skip


def _spent_by(hit: _Hit) -> Iterator[tuple[bytes, int]]:
    for i, vout in enumerate(np.frombuffer(hit.spent_vouts, np.int64)):
        yield hit.spent_txids[32 * i : 32 * i + 32], int(vout)


def _named(addresses: Sequence[str | None]) -> Iterator[str]:
    """Those that are addresses: tables of bitcoin-etl write 'nonstandard...' where their writer knew none."""
    for text in addresses:
        try:
            address = decode(text or "")
        except BadInput:
            continue
        yield encode(address.script, address.network)


def _as_told(headers: Sequence[Header], tip: int) -> Order:
    """The places of blocks as a table tells them: nothing in it proves which of two stands."""
    heights: dict[int, Header] = {}
    faults = []
    for header in headers:
        other = heights.setdefault(header.height, header) if header.height >= 0 else header
        if other is not header:
            what = f"has two blocks at height {header.height:,}; both are kept, since nothing here proves one"
            faults.append(Fault(header.where, what))
    last = max([tip, *heights])
    places = {h.hash: Place(h.height, last - h.height + 1 if h.height >= 0 else -1) for h in headers}
    return Order(places, {}, tuple(faults), 0, max(heights, default=-1))
