"""Which line is which receipt: by transaction and output, by transaction, by amount and day, and only then by a near amount.

Each step takes what the steps before it left. A line that names a transaction is held to it: it is not matched with another one by its amount.
"""

import numpy as np
from numpy.typing import NDArray

from adit.audit.reconciliation.augment import augment
from adit.audit.reconciliation.candidates import (
    NONE,
    Pairs,
    Work,
    candidates,
    days_apart,
    eligible,
    stands,
    that_may_be,
)
from adit.audit.reconciliation.holders import ANOTHERS, claimants
from adit.audit.reconciliation.joined import Ints, Joined
from adit.audit.reconciliation.reach import Reach, edges_of, nearest, reach_of, too_many
from adit.audit.reconciliation.statuses import Allowance, How
from adit.audit.reconciliation.sweep import CELLS_MAX, sweep

__all__ = ["pair_up"]


def pair_up(table: Joined, off_chain: NDArray[np.bool_], allowance: Allowance) -> Pairs:
    """The pairs of all lines but those that say themselves that they are not on the chain.

    Raises BadInput where more lines are alike than can be held against one another.
    """
    lines, receipts = len(table.line_rank), len(table.receipt_rank)
    pairs = Pairs(
        np.full(lines, NONE, np.int64),
        np.full(receipts, NONE, np.int64),
        np.zeros(lines, np.int8),
        np.full(lines, NONE, np.int64),
    )
    work = Work(table, allowance, pairs, claimants(table))
    named = (table.line_tx >= 0) & ~off_chain
    _by_output(work, np.flatnonzero(named & (table.line_vout >= 0)))
    _by_transaction(work, np.flatnonzero(named & (table.line_vout < 0)))
    unnamed = np.flatnonzero((table.line_tx < 0) & ~off_chain)
    _by_amount(work, unnamed)
    if allowance.tolerance_sat:
        _by_near_amount(work, unnamed)
    return pairs


# By transaction ---------------------------------------------------------------------------------------------------
def _by_output(work: Work, lines: Ints) -> None:
    """Of several lines that name one output: the one with its amount, then its address, then the nearest, then the first by name."""
    t = work.table
    order = np.argsort((t.receipt_tx << 32) + t.receipt_vout)
    keys = ((t.receipt_tx << 32) + t.receipt_vout)[order]
    wanted = (t.line_tx[lines] << 32) + t.line_vout[lines]
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    there = keys[at] == wanted if len(keys) else np.zeros(len(lines), np.bool_)
    lines, found = lines[there], order[at[there]] if len(keys) else at[there]
    work.pairs.claimed[lines] = found
    may = stands(work, lines, found) != ANOTHERS
    lines, found = lines[may], found[may]
    other_amount = t.line_amount[lines] != t.receipt_amount[found]
    other_address = (t.line_script[lines] >= 0) & (t.line_script[lines] != t.receipt_script[found])
    first = np.lexsort((t.line_rank[lines], days_apart(t, lines, found), other_address, other_amount, found))
    lines, found = lines[first], found[first]
    wins = np.ones(len(found), np.bool_)
    wins[1:] = np.diff(found) != 0
    work.join(lines[wins], found[wins], How.TRANSACTION_AND_OUTPUT)


def _by_transaction(work: Work, lines: Ints) -> None:
    """Lines that name a transaction and no output: among what it paid to the line's address, or to the miner."""
    if not len(lines):
        return
    t = work.table
    transaction, amount = (t.line_tx, t.receipt_tx), (t.line_amount, t.receipt_amount)
    _solve(work, *candidates(work, lines, [transaction, amount], None), How.TRANSACTION_AND_AMOUNT)
    lines = lines[work.pairs.receipt[lines] == NONE]
    line, receipt, _ = candidates(work, lines, [transaction], None)
    once = (np.bincount(line, minlength=1)[line] == 1) & (np.bincount(receipt, minlength=1)[receipt] == 1)
    work.join(line[once], receipt[once], How.TRANSACTION_ALONE)


# By amount --------------------------------------------------------------------------------------------------------
def _by_amount(work: Work, lines: Ints) -> None:
    """Lines that name no transaction. Where nothing is entangled one sweep over time is enough; the rest goes path by path."""
    t, window = work.table, work.allowance.window_days
    anywhere = lines[t.line_script[lines] < 0]
    edges = candidates(work, anywhere, [(t.line_amount, t.receipt_amount)], window)
    lines = eligible(work, lines[t.line_script[lines] >= 0])
    lines = lines[np.lexsort((t.line_rank[lines], t.line_end[lines], t.line_start[lines]))]
    free = t.ranked[work.free()[t.ranked]]
    reach = _of_addresses(work, lines, free)
    entangled = np.zeros(len(t.receipt_rank), np.bool_)
    entangled[edges[1]] = True
    entangled |= np.diff(work.claimers[0])[t.receipt_script] > 1
    groups = np.unique(reach.receipt_group[entangled[reach.receipts]])
    apart = np.isin(reach.group, groups)
    simple = np.flatnonzero(~apart)
    simple = simple[np.argsort(reach.group[simple], kind="stable")]
    rows = lines[simple]
    found, left, too_large = sweep(
        t.line_start[rows], t.line_end[rows], reach.low[simple], reach.high[simple], reach.day, CELLS_MAX
    )
    if too_large >= 0:
        raise too_many(
            f"{int((reach.group == reach.group[simple[too_large]]).sum()):,} lines of one amount at one address"
        )
    paired = found >= 0
    work.join(rows[paired], reach.receipts[found[paired]], How.AMOUNT_AND_DAY)
    apart[simple[left]] = True
    line, receipt = edges_of(reach, np.flatnonzero(apart))
    line, receipt = np.concatenate((lines[line], edges[0])), np.concatenate((receipt, edges[1]))
    _solve(work, *that_may_be(work, line, receipt), How.AMOUNT_AND_DAY)
    _claim_nearest(work, lines)


def _of_addresses(work: Work, lines: Ints, receipts: Ints) -> Reach:
    t, window = work.table, work.allowance.window_days
    return reach_of(
        [(t.line_script[lines], t.receipt_script[receipts]), (t.line_amount[lines], t.receipt_amount[receipts])],
        t.line_start[lines] - window,
        t.line_end[lines] + window,
        receipts,
        t.receipt_day[receipts],
    )


def _claim_nearest(work: Work, lines: Ints) -> None:
    """What lines without receipt could be as well: a receipt within reach, which another line has."""
    t = work.table
    lines = lines[work.pairs.receipt[lines] == NONE]
    taken = t.ranked[~work.free()[t.ranked]]
    reach = _of_addresses(work, lines, taken)
    rows = np.flatnonzero(reach.high > reach.low)
    work.pairs.claimed[lines[rows]] = nearest(reach, rows, t.line_start[lines[rows]], t.line_end[lines[rows]])


def _by_near_amount(work: Work, lines: Ints) -> None:
    """What is left, where the amounts differ by no more than the tolerance: most pairs, then fewest days, then fewest satoshi."""
    t, tolerance = work.table, work.allowance.tolerance_sat
    lines = lines[work.pairs.receipt[lines] == NONE]
    # Amounts fall into steps as wide as the tolerance; what is near lies in the same step or in one beside it.
    steps = [(t.line_amount // tolerance + shift, t.receipt_amount // tolerance) for shift in (-1, 0, 1)]
    lines = np.concatenate((eligible(work, lines[t.line_script[lines] >= 0]), lines[t.line_script[lines] < 0]))
    parts = [candidates(work, lines, [step], work.allowance.window_days) for step in steps]
    line, receipt = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    off = np.abs(t.line_amount[line] - t.receipt_amount[receipt])
    near = off <= tolerance
    line, receipt, off = line[near], receipt[near], off[near]
    _solve(work, line, receipt, days_apart(t, line, receipt) * (tolerance + 1) + off, How.NEAR_AMOUNT_AND_DAY)


def _solve(work: Work, line: Ints, receipt: Ints, cost: Ints, how: How) -> None:
    """The best pairing over these pairs that may be, each of which costs so much."""
    if not len(line):
        return
    t = work.table
    lines = np.unique(line)
    lines = lines[np.lexsort((t.line_rank[lines], t.line_end[lines], t.line_start[lines]))]
    receipts = np.unique(receipt)
    receipts = receipts[np.argsort(t.receipt_rank[receipts])]
    line_at, receipt_at = np.empty(len(t.line_rank), np.int64), np.empty(len(t.receipt_rank), np.int64)
    line_at[lines], receipt_at[receipts] = np.arange(len(lines)), np.arange(len(receipts))
    order = np.lexsort((receipt_at[receipt], line_at[line]))
    first = np.searchsorted(line_at[line][order], np.arange(len(lines) + 1))
    alone = (int(cost.max()) + 1) * (min(len(lines), len(receipts)) + 1)
    found = augment(first, receipt_at[receipt][order], cost[order], len(receipts), alone)
    paired = found >= 0
    work.join(lines[paired], receipts[found[paired]], how)
