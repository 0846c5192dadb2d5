"""What a reconciliation comes to, by miner, site and month: each satoshi declared and each received stands in exactly one sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from adit.audit.reconciliation.joined import Ints
from adit.audit.reconciliation.reconcile import Reconciliation
from adit.audit.reconciliation.statuses import PaidBy, Status
from adit.evidence.sources.declared import month_text

__all__ = ["SiteMonth", "site_months"]


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """One month of one site. Lines count in the month for which they are declared, receipts in that of their block.

    A pair that is late or of another amount therefore differs on its two sides. A blank site is that of receipts at an address which is the miner's
    as a whole; a blank miner that of addresses in nobody's list.
    """

    miner_id: str
    site_id: str
    month: str
    lines: int
    declared_sat: int
    matched_sat: int  # declared, and received in that month
    late_sat: int
    amount_differs_sat: int
    not_mature_sat: int
    not_proven_sat: int
    of_another_miner_sat: int
    declared_twice_sat: int
    declared_without_receipt_sat: int
    offchain_sat: int
    receipts: int
    received_sat: int
    receipts_matched_sat: int  # received, and declared for that month
    receipts_late_sat: int
    receipts_amount_differs_sat: int
    receipts_not_mature_sat: int
    receipts_not_proven_sat: int
    receipts_not_declared_sat: int
    own_transfers_sat: int
    received_by_class_sat: Mapping[PaidBy, int]  # received, whatever became of it
    matched_by_class_sat: Mapping[PaidBy, int]  # received and declared, late or not
    own_blocks: int  # own coinbases that are mature: what a count of blocks found may be compared with


_OF_LINES = (
    (int(Status.MATCHED), "matched_sat"),
    (int(Status.MATCHED_LATE), "late_sat"),
    (int(Status.AMOUNT_DIFFERS), "amount_differs_sat"),
    (int(Status.RECEIPT_NOT_MATURE), "not_mature_sat"),
    (int(Status.ADDRESS_NOT_PROVEN), "not_proven_sat"),
    (int(Status.ADDRESS_OF_ANOTHER_MINER), "of_another_miner_sat"),
    (int(Status.DECLARED_TWICE), "declared_twice_sat"),
    (int(Status.DECLARED_WITHOUT_RECEIPT), "declared_without_receipt_sat"),
    (int(Status.OFFCHAIN_STATEMENT), "offchain_sat"),
)
_OF_RECEIPTS = (
    (int(Status.MATCHED), "receipts_matched_sat"),
    (int(Status.MATCHED_LATE), "receipts_late_sat"),
    (int(Status.AMOUNT_DIFFERS), "receipts_amount_differs_sat"),
    (int(Status.RECEIPT_NOT_MATURE), "receipts_not_mature_sat"),
    (int(Status.ADDRESS_NOT_PROVEN), "receipts_not_proven_sat"),
    (int(Status.RECEIPT_NOT_DECLARED), "receipts_not_declared_sat"),
    (int(Status.OWN_TRANSFER), "own_transfers_sat"),
)
_CLASSES = tuple(PaidBy)
_MONTH_BITS = 17  # months are counted from the year 0


def site_months(found: Reconciliation) -> tuple[SiteMonth, ...]:
    """The sums, in the order of miners, sites and months."""
    t = found.table
    lines = len(found.line_status)
    miner = np.concatenate((t.line_miner, found.receipt_miner)) + 1
    site = np.concatenate((t.line_site, found.receipt_site)) + 1
    month = np.concatenate((found.declared.month.astype(np.int64), t.receipt_month))
    keys, group = np.unique(((miner * (len(t.sites) + 1) + site) << _MONTH_BITS) + month, return_inverse=True)
    place, in_place = np.divmod(keys >> _MONTH_BITS, len(t.sites) + 1)
    names = zip((place - 1).tolist(), (in_place - 1).tolist(), (keys & ((1 << _MONTH_BITS) - 1)).tolist(), strict=True)
    of_line, of_receipt = group[:lines], group[lines:]
    statuses, classed = len(Status), len(PaidBy)
    declared = _sums(of_line, found.line_status, t.line_amount, len(keys), statuses)
    received = _sums(of_receipt, found.receipt_status, t.receipt_amount, len(keys), statuses)
    by_class = _sums(of_receipt, found.classes.paid_by, t.receipt_amount, len(keys), classed)
    both = np.flatnonzero(np.isin(found.receipt_status, (Status.MATCHED, Status.MATCHED_LATE)))
    matched = _sums(of_receipt[both], found.classes.paid_by[both], t.receipt_amount[both], len(keys), classed)
    mature = found.classes.blocks & (found.receipts.confirmations >= found.allowance.maturity)
    counts = (
        np.bincount(of_line, minlength=len(keys)),
        np.bincount(of_receipt, minlength=len(keys)),
        np.bincount(of_receipt[mature], minlength=len(keys)),
    )
    return tuple(
        SiteMonth(
            miner_id=t.miners[miner_at] if miner_at >= 0 else "",
            site_id=t.sites[site_at] if site_at >= 0 else "",
            month=month_text(month_at),
            lines=int(counts[0][g]),
            receipts=int(counts[1][g]),
            own_blocks=int(counts[2][g]),
            declared_sat=sum(declared[g]),
            received_sat=sum(received[g]),
            received_by_class_sat=MappingProxyType(dict(zip(_CLASSES, by_class[g], strict=True))),
            matched_by_class_sat=MappingProxyType(dict(zip(_CLASSES, matched[g], strict=True))),
            **{name: declared[g][status] for status, name in _OF_LINES},
            **{name: received[g][status] for status, name in _OF_RECEIPTS},
        )
        for g, (miner_at, site_at, month_at) in enumerate(names)
    )


def _sums(group: Ints, kind: Any, amount: Ints, groups: int, kinds: int) -> list[list[int]]:
    """For each group and kind the exact sum: both halves of the amounts apart, so that 64 bits are enough for any number of rows."""
    cell = group * kinds + kind
    high, low = np.zeros(groups * kinds, np.int64), np.zeros(groups * kinds, np.int64)
    np.add.at(high, cell, amount >> 32)
    np.add.at(low, cell, amount & 0xFFFFFFFF)
    exact = [(h << 32) + part for h, part in zip(high.tolist(), low.tolist(), strict=True)]
    return [exact[g * kinds : (g + 1) * kinds] for g in range(groups)]
