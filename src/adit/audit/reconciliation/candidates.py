"""Which pairs of lines and receipts may be at all: the free receipts at an address, or of a miner, that agree and are near enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.audit.reconciliation.holders import ANOTHERS, CLAIMED, standing
from adit.audit.reconciliation.joined import Ints, Joined
from adit.audit.reconciliation.reach import edges_of, reach_of
from adit.audit.reconciliation.statuses import Allowance, How

__all__ = ["NONE", "Pairs", "Work", "candidates", "days_apart", "eligible", "stands", "that_may_be"]

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Of each line its receipt and how it was found, of each receipt its line; -1 where there is none."""

    receipt: Ints
    line: Ints
    how: NDArray[np.int8]
    claimed: Ints  # of a line without receipt: the one that it claims, or that is nearest of those it could be


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """The tables, what is allowed, and the pairs so far, which the steps of the pairing fill in place."""

    table: Joined
    allowance: Allowance
    pairs: Pairs
    claimers: tuple[Ints, Ints]  # the different miners with a claim to each script

    def free(self) -> Any:
        """Which receipts have no line yet."""
        return self.pairs.line == NONE

    def join(self, lines: Any, receipts: Any, how: How) -> None:
        """Make pairs of these."""
        self.pairs.receipt[lines] = receipts
        self.pairs.line[receipts] = lines
        self.pairs.how[lines] = how


def candidates(
    work: Work, lines: Ints, keys: Sequence[tuple[Ints, Ints]], window: int | None
) -> tuple[Ints, Ints, Ints]:
    """Pairs of lines and free receipts with equal keys, within the window if there is one: line, receipt, days apart.

    A receipt has to be at the address that the line names, or else at any address that its miner claims.
    """
    t = work.table
    free = t.ranked[work.free()[t.ranked]]
    parts = [(free[:0], free[:0])]
    if len(at_address := lines[t.line_script[lines] >= 0]):
        parts.append(
            _edges_of(work, at_address, free, (t.line_script[at_address], t.receipt_script[free]), keys, window)
        )
    if len(anywhere := lines[t.line_script[lines] < 0]):
        miner, receipt = _claimed(work, free)
        parts.append(_edges_of(work, anywhere, receipt, (t.line_miner[anywhere], miner), keys, window))
    return that_may_be(work, *(np.concatenate([part[side] for part in parts]) for side in (0, 1)))


def _edges_of(
    work: Work,
    lines: Ints,
    receipts: Ints,
    whose: tuple[Ints, Ints],
    keys: Sequence[tuple[Ints, Ints]],
    window: int | None,
) -> tuple[Ints, Ints]:
    t = work.table
    columns = [whose, *((of_lines[lines], of_receipts[receipts]) for of_lines, of_receipts in keys)]
    since, until = t.line_start[lines] - (window or 0), t.line_end[lines] + (window or 0)
    reach = reach_of(columns, since, until, receipts, t.receipt_day[receipts], whole_group=window is None)
    rows, found = edges_of(reach, np.arange(len(lines)))
    return lines[rows], found


def that_may_be(work: Work, line: Ints, receipt: Ints) -> tuple[Ints, Ints, Ints]:
    """The pairs without those of a miner with a receipt of another one, and how many days each is apart."""
    may = stands(work, line, receipt) != ANOTHERS
    line, receipt = line[may], receipt[may]
    return line, receipt, days_apart(work.table, line, receipt)


def _claimed(work: Work, receipts: Ints) -> tuple[Ints, Ints]:
    """Each receipt with each miner who has a claim to its address on its day: miner, receipt."""
    t = work.table
    first, miners = work.claimers
    counts = np.diff(first)[t.receipt_script[receipts]]
    receipt = np.repeat(receipts, counts)
    at = np.arange(len(receipt)) - np.repeat(np.cumsum(counts) - counts, counts)
    miner = miners[at + np.repeat(first[t.receipt_script[receipts]], counts)]
    day = t.receipt_day[receipt]
    holds = standing(t, t.receipt_script[receipt], miner, day, day) >= CLAIMED
    return miner[holds], receipt[holds]


def eligible(work: Work, lines: Ints) -> Ints:
    """Of lines with an address those whose miner claims it, on whatever days, and those of an address in nobody's list."""
    t = work.table
    first, miners = work.claimers
    width = len(t.miners) + 1
    claimed = np.repeat(np.arange(len(t.scripts)), np.diff(first)) * width + miners
    listed = np.diff(first)[t.line_script[lines]] > 0
    found: Ints = lines[np.isin(t.line_script[lines] * width + t.line_miner[lines], claimed) | ~listed]
    return found


def stands(work: Work, line: Ints, receipt: Ints) -> Ints:
    """How the miner of each line stands to the address of a receipt, on its day."""
    t = work.table
    day = t.receipt_day[receipt]
    return standing(t, t.receipt_script[receipt], t.line_miner[line], day, day)


def days_apart(t: Joined, line: Ints, receipt: Ints) -> Ints:
    """How far the day of each receipt lies from the days that its line names."""
    day = t.receipt_day[receipt]
    apart: Ints = np.maximum(np.maximum(t.line_start[line] - day, day - t.line_end[line]), 0)
    return apart
