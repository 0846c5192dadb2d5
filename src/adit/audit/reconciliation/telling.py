"""A reconciliation as rows that people read: for each line and receipt its status, its counterpart, and why, in English or Russian.

Sentences are made when they are asked for: a million of them are not needed to know what the sums are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from adit.audit.reconciliation.reconcile import Reconciliation
from adit.audit.reconciliation.statuses import How, PaidBy, Status, called
from adit.audit.reconciliation.why import address_of, outpoint, pool_of, why_alone, why_not_declared, why_paired
from adit.audit.reconciliation.words import phrase
from adit.evidence.sources.declared import KINDS, month_text
from adit.evidence.sources.pools import group_of
from adit.terms.days import day_of

__all__ = ["Contradiction", "LineRow", "ReceiptRow", "contradictions", "line_row", "lines", "receipt_row", "receipts"]


@dataclass(frozen=True, slots=True)
class LineRow:
    """What became of one declared line. `outpoint`: the receipt that it has, or that it claims; `paid_by`: of a pair alone."""

    line_id: str
    miner_id: str
    site_id: str
    month: str
    amount_sat: int
    kind: str
    status: Status
    how: How
    outpoint: str
    days_apart: int | None
    days_late: int | None
    difference_sat: int | None  # declared less received
    paid_by: PaidBy | None
    why: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """What became of one receipt. `miner_id` and `site_id`: of its line, or else of the holder of the address."""

    outpoint: str
    height: int
    day: str
    address: str
    amount_sat: int
    miner_id: str
    site_id: str
    status: Status
    line_id: str
    days_apart: int | None
    paid_by: PaidBy
    pool: str
    group: str  # of pools, to which this one is suspected to belong
    why: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A line that calls its receipt something that the payer is not: a question to the miner, and no proof."""

    line_id: str
    miner_id: str
    site_id: str
    month: str
    outpoint: str
    amount_sat: int
    kind: str
    paid_by: PaidBy
    what: str


def lines(found: Reconciliation, language: str = "en") -> Iterator[LineRow]:
    """All lines, in the order in which they were handed in."""
    return (line_row(found, i, language) for i in range(len(found.line_status)))


def receipts(found: Reconciliation, language: str = "en") -> Iterator[ReceiptRow]:
    """All receipts, in the order in which they were handed in."""
    return (receipt_row(found, r, language) for r in range(len(found.receipt_status)))


def contradictions(found: Reconciliation, language: str = "en") -> Iterator[Contradiction]:
    """The lines that contradict who paid them."""
    declared = found.declared
    for i in found.contradicts.nonzero()[0].tolist():
        receipt, kind = int(found.pairs.receipt[i]), KINDS[declared.kind[i]]
        paid_by = PaidBy(int(found.classes.paid_by[receipt]))
        yield Contradiction(
            line_id=declared.line_id[i],
            miner_id=declared.miner.at(i),
            site_id=declared.site.at(i),
            month=month_text(int(declared.month[i])),
            outpoint=outpoint(found, receipt),
            amount_sat=int(declared.amount_sat[i]),
            kind=kind,
            paid_by=paid_by,
            what=called(kind, paid_by, language),
        )


def line_row(found: Reconciliation, i: int, language: str = "en") -> LineRow:
    """What became of line `i`."""
    declared, status = found.declared, Status(int(found.line_status[i]))
    receipt = int(found.pairs.receipt[i])
    paired = receipt >= 0
    seen = receipt if paired else int(found.pairs.claimed[i])
    amount = int(declared.amount_sat[i])
    return LineRow(
        line_id=declared.line_id[i],
        miner_id=declared.miner.at(i),
        site_id=declared.site.at(i),
        month=month_text(int(declared.month[i])),
        amount_sat=amount,
        kind=KINDS[declared.kind[i]],
        status=status,
        how=How(int(found.pairs.how[i])),
        outpoint=outpoint(found, seen) if seen >= 0 else "",
        days_apart=int(found.days_apart[i]) if paired else None,
        days_late=int(found.days_late[i]) if paired else None,
        difference_sat=amount - int(found.receipts.amount_sat[receipt]) if paired else None,
        paid_by=PaidBy(int(found.classes.paid_by[receipt])) if paired else None,
        why=(
            why_paired(found, i, receipt, status, language) if paired else why_alone(found, i, seen, status, language)
        ),
    )


def receipt_row(found: Reconciliation, r: int, language: str = "en") -> ReceiptRow:
    """What became of receipt `r`."""
    t, status, line = found.table, Status(int(found.receipt_status[r])), int(found.pairs.line[r])
    paid_by, pool = PaidBy(int(found.classes.paid_by[r])), pool_of(found, r)
    miner, site = int(found.receipt_miner[r]), int(found.receipt_site[r])
    group = group_of(pool, found.pools, day_of(int(t.receipt_day[r]))) if pool else None
    why = why_paired(found, line, r, status, language) if line >= 0 else why_not_declared(found, r, status, language)
    if found.receipt_shared[r]:
        why += f" {phrase('unsaid shared', language)}"
    return ReceiptRow(
        outpoint=outpoint(found, r),
        height=int(found.receipts.height[r]),
        day=day_of(int(t.receipt_day[r])).isoformat(),
        address=address_of(found, int(t.receipt_script[r])),
        amount_sat=int(found.receipts.amount_sat[r]),
        miner_id=t.miners[miner] if miner >= 0 else "",
        site_id=t.sites[site] if site >= 0 else "",
        status=status,
        line_id=found.declared.line_id[line] if line >= 0 else "",
        days_apart=int(found.days_apart[line]) if line >= 0 else None,
        paid_by=paid_by,
        pool=pool,
        group=group.name if group else "",
        why=why,
    )
