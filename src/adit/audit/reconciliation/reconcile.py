"""Declared lines held against receipts: what became of each, and of each receipt who paid it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.audit.reconciliation.candidates import Pairs
from adit.audit.reconciliation.classing import Classes, classes
from adit.audit.reconciliation.holders import ANOTHERS, PROVEN, holders, standing
from adit.audit.reconciliation.joined import Ints, Joined, joined
from adit.audit.reconciliation.pairing import pair_up
from adit.audit.reconciliation.statuses import CONTRADICTIONS, Allowance, PaidBy, Status
from adit.evidence.sources.claims import Claims
from adit.evidence.sources.declared import KINDS, Declared
from adit.evidence.sources.pools import PoolList
from adit.evidence.sources.receipts import Receipts

__all__ = ["Reconciliation", "reconcile"]

OFF_CHAIN = KINDS.index("offchain_statement")
_RENTED = KINDS.index("rented")


@dataclass(frozen=True, slots=True, eq=False)
class Reconciliation:
    """What became of each line and each receipt, in the order in which they were handed in. `telling` says it in sentences."""

    declared: Declared
    receipts: Receipts
    claims: Claims
    pools: PoolList
    allowance: Allowance
    table: Joined
    pairs: Pairs
    classes: Classes
    line_status: NDArray[np.int8]
    receipt_status: NDArray[np.int8]
    days_apart: Ints  # of a paired line: between its receipt and the days that it names
    days_late: Ints  # of a paired line: from the receipt to the month declared; below zero: from the end of that month to the receipt
    contradicts: NDArray[np.bool_]  # of a paired line: it calls itself something that the payer is not
    receipt_miner: Ints  # places in table.miners and table.sites, -1 where not known
    receipt_site: Ints
    receipt_shared: NDArray[np.bool_]  # several miners have proven to control the address


def reconcile(
    declared: Declared, receipts: Receipts, claims: Claims, pools: PoolList, allowance: Allowance | None = None
) -> Reconciliation:
    """Hold lines against receipts. The answer does not depend on the order of either. Raises BadInput where too many are alike."""
    allowance = allowance or Allowance()
    t = joined(declared, receipts, claims, allowance)
    pairs = pair_up(t, declared.kind == OFF_CHAIN, allowance)
    line = np.flatnonzero(pairs.receipt >= 0)
    receipt = pairs.receipt[line]
    held, proven, shared = holders(t, t.receipt_script, t.receipt_day)
    miner = np.append(t.claim_miner, -1)[held]
    site = np.append(t.claim_site, -1)[held]
    miner[receipt], site[receipt] = t.line_miner[line], t.line_site[line]
    rented = np.zeros(len(receipts), np.bool_)
    rented[receipt] = declared.kind[line] == _RENTED
    classed = classes(receipts, t, miner, rented, pools)
    young = receipts.coinbase & (receipts.confirmations < allowance.maturity)
    line_status = _unpaired_lines(t, pairs, declared, allowance)
    line_status[line] = _paired(t, line, receipt, young, allowance)
    receipt_status = np.select(
        [young, ~proven, classed.paid_by == PaidBy.OWN_TRANSFER],
        [Status.RECEIPT_NOT_MATURE, Status.ADDRESS_NOT_PROVEN, Status.OWN_TRANSFER],
        Status.RECEIPT_NOT_DECLARED,
    ).astype(np.int8)
    receipt_status[receipt] = line_status[line]
    apart, late = np.zeros(len(declared), np.int64), np.zeros(len(declared), np.int64)
    day = t.receipt_day[receipt]
    apart[line] = np.maximum(np.maximum(t.line_start[line] - day, day - t.line_end[line]), 0)
    late[line] = np.where(day < t.month_start[line], t.month_start[line] - day, np.minimum(t.month_end[line] - day, 0))
    return Reconciliation(
        declared=declared,
        receipts=receipts,
        claims=claims,
        pools=pools,
        allowance=allowance,
        table=t,
        pairs=pairs,
        classes=classed,
        line_status=line_status,
        receipt_status=receipt_status,
        days_apart=apart,
        days_late=late,
        contradicts=_contradicts(declared, pairs, classed),
        receipt_miner=miner,
        receipt_site=site,
        receipt_shared=shared,
    )


def _paired(t: Joined, line: Ints, receipt: Ints, young: Any, allowance: Allowance) -> NDArray[np.int8]:
    """The status of pairs: what weighs most comes first."""
    day = t.receipt_day[receipt]
    stands = standing(t, t.receipt_script[receipt], t.line_miner[line], day, day)
    off = np.abs(t.line_amount[line] - t.receipt_amount[receipt])
    late = (day < t.month_start[line]) | (day > t.month_end[line])
    return np.select(
        [off > allowance.tolerance_sat, stands != PROVEN, young[receipt], late],
        [Status.AMOUNT_DIFFERS, Status.ADDRESS_NOT_PROVEN, Status.RECEIPT_NOT_MATURE, Status.MATCHED_LATE],
        Status.MATCHED,
    ).astype(np.int8)


def _unpaired_lines(t: Joined, pairs: Pairs, declared: Declared, allowance: Allowance) -> NDArray[np.int8]:
    """The status that each line has if it found no receipt."""
    script, since, until = t.line_script.copy(), t.line_start.copy(), t.line_end.copy()
    # A line that names an output is judged by the address that it paid, on that day.
    named = np.flatnonzero((pairs.claimed >= 0) & (t.line_vout >= 0))
    script[named] = t.receipt_script[pairs.claimed[named]]
    since[named] = until[named] = t.receipt_day[pairs.claimed[named]]
    at = np.flatnonzero(script >= 0)
    stands = np.full(len(script), PROVEN, np.int64)  # a line without address is not blamed for one
    stands[at] = standing(t, script[at], t.line_miner[at], since[at], until[at])
    names_output = np.zeros(len(script), np.bool_)
    names_output[named] = True
    return np.select(
        [
            declared.kind == OFF_CHAIN,
            stands == ANOTHERS,
            names_output,
            stands != PROVEN,
            pairs.claimed >= 0,
        ],
        [
            Status.OFFCHAIN_STATEMENT,
            Status.ADDRESS_OF_ANOTHER_MINER,
            Status.DECLARED_TWICE,
            Status.ADDRESS_NOT_PROVEN,
            Status.DECLARED_TWICE,
        ],
        Status.DECLARED_WITHOUT_RECEIPT,
    ).astype(np.int8)


def _contradicts(declared: Declared, pairs: Pairs, classed: Classes) -> NDArray[np.bool_]:
    wrong = np.zeros((len(KINDS), len(PaidBy)), np.bool_)
    for kind, paid_by in CONTRADICTIONS:
        wrong[KINDS.index(kind), paid_by] = True
    found = np.zeros(len(declared), np.bool_)
    line = np.flatnonzero(pairs.receipt >= 0)
    found[line] = wrong[declared.kind[line], classed.paid_by[pairs.receipt[line]]]
    return found
