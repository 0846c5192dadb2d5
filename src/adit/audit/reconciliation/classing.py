"""Who paid a receipt: a block of one's own, a share of a coinbase, a pool of the list, the same miner, somebody else, or not known.

The list of pools names addresses at which pools are paid. A pool may pay from another one, and then the chain shows somebody who is no pool
of the list: no more than that is said.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adit.audit.reconciliation.joined import Ints, Joined
from adit.audit.reconciliation.statuses import PaidBy
from adit.evidence.sources.epochs import HALVING_BLOCKS
from adit.evidence.sources.pools import PoolList, pool_of_script
from adit.evidence.sources.receipts import Receipts

__all__ = ["Classes", "classes"]


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Of each receipt who paid it; `pool` is a place in `pools`, -1 where none did; `blocks` marks one output of each own block."""

    paid_by: NDArray[np.int8]
    pool: Ints
    pools: tuple[str, ...]
    blocks: NDArray[np.bool_]


def classes(receipts: Receipts, table: Joined, miner: Ints, rented: NDArray[np.bool_], pools: PoolList) -> Classes:
    """The class of each receipt. `miner`: whose it is, -1 if nobody's; `rented`: whether its line calls it rent of hash rate."""
    names = tuple(sorted({pool for pool, _ in pools.by_script.values()}))
    pool = _pool(receipts, pools, names)
    known = np.diff(receipts.payer_first) > 0
    full, blocks = _own_blocks(receipts, table, miner)
    found = np.select(
        [
            receipts.coinbase & full,
            receipts.coinbase,
            ~known,
            pool >= 0,
            _own_payers(receipts, table, miner),
            rented,
        ],
        [
            PaidBy.OWN_COINBASE,
            PaidBy.COINBASE_SHARE,
            PaidBy.NOT_KNOWN,
            PaidBy.POOL_PAYOUT,
            PaidBy.OWN_TRANSFER,
            PaidBy.RENTED,
        ],
        PaidBy.OTHER,
    )
    return Classes(found.astype(np.int8), pool, names, blocks)


def _pool(receipts: Receipts, pools: PoolList, names: tuple[str, ...]) -> Ints:
    """The pool among the payers of each receipt, -1 for none; of two the later by name."""
    places = {name: place for place, name in enumerate(names)}
    of_script = [pool_of_script(script, pools) for script in receipts.payer_scripts]
    place = np.array([-1 if name is None else places[name] for name in of_script], dtype=np.int64)
    found = np.full(len(receipts), -1, np.int64)
    some = np.flatnonzero(np.diff(receipts.payer_first) > 0)
    if len(some):
        found[some] = np.maximum.reduceat(place[receipts.payers], receipts.payer_first[some])
    return found


def _own_payers(receipts: Receipts, table: Joined, miner: Ints) -> NDArray[np.bool_]:
    """Whether each payer of a receipt is an address that the miner of the receipt claims."""
    places = {script: place for place, script in enumerate(table.scripts)}
    script = np.array([places.get(s, -1) for s in receipts.payer_scripts], dtype=np.int64)[receipts.payers]
    payee = np.repeat(miner, np.diff(receipts.payer_first))
    width = len(table.miners) + 1
    owner_script = np.repeat(np.arange(len(table.scripts)), np.diff(table.claim_first))
    own = np.isin(script * width + payee, owner_script * width + table.claim_miner) & (script >= 0) & (payee >= 0)
    found = np.zeros(len(receipts), np.bool_)
    some = np.flatnonzero(np.diff(receipts.payer_first) > 0)
    if len(some):
        found[some] = np.logical_and.reduceat(own, receipts.payer_first[some])
    return found


def _own_blocks(receipts: Receipts, table: Joined, miner: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the coinbase of a receipt pays its miner at least the subsidy, all outputs together; and one output of each such."""
    full, first = np.zeros(len(receipts), np.bool_), np.zeros(len(receipts), np.bool_)
    rows = np.flatnonzero(receipts.coinbase & (miner >= 0))
    if not len(rows):
        return full, first
    rows = rows[np.lexsort((table.receipt_vout[rows], miner[rows], table.receipt_tx[rows]))]
    new = np.ones(len(rows), np.bool_)
    new[1:] = (np.diff(table.receipt_tx[rows]) != 0) | (np.diff(miner[rows]) != 0)
    group = np.cumsum(new) - 1
    paid = np.add.reduceat(table.receipt_amount[rows], np.flatnonzero(new))
    halvings = np.minimum(receipts.height[rows] // HALVING_BLOCKS, 63)
    subsidy = np.right_shift(50 * 100_000_000, halvings)
    full[rows] = paid[group] >= subsidy
    first[rows[new]] = full[rows[new]]
    return full, first
