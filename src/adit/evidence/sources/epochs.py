"""Difficulty epochs of the Bitcoin chain: 2016 blocks that share one target.

The table has the time of the first block up to epoch 436. Later times follow from the targets themselves: each target
is the one before times the seconds between the epoch's first and last block, over 1209600, so the quotient of two
targets *is* that span, to a few seconds. Only the interval from there to the next first block is not in it; its mean is
taken. What is derived says so and carries its uncertainty.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from adit.evidence.sources.live_files import current
from adit.evidence.sources.tables import Cells, read_table
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["BLOCKS", "Epoch", "Stretch", "derived_seconds", "epochs_within", "read_epochs", "subsidy_sat"]

BLOCKS = 2016
HALVING_BLOCKS = 210_000
SIGMA_S = 650  # measured: a derived epoch is off by 643 s, root mean square, nearly all of it the one unknown interval
_FILE = "network/btc_retarget_epochs.csv"
_SPAN_S = 1_209_600  # two weeks
_TARGET_AT_DIFFICULTY_1 = 0xFFFF << 208


@dataclass(frozen=True, slots=True)
class Epoch:
    """2016 blocks mined at one difficulty."""

    index: int
    first_height: int
    start_utc: datetime  # as the first block's header has it, which may be an hour from the true time
    difficulty: float
    derived: bool  # whether start_utc follows from the targets and was not read
    start_error_s: int  # three standard deviations of a derived start, 0 for one that was read


class Stretch(NamedTuple):
    """The seconds of a period that fall into one epoch, at one subsidy: an epoch with a halving gives two."""

    epoch: Epoch
    seconds: float
    subsidy_sat: int


@cache
def read_epochs(path: Path | None = None) -> tuple[Epoch, ...]:
    """All epochs in order, of the refreshed table where there is one. The end of the last is not known: it only closes the one before."""
    table = read_table(path or current(_FILE).path, ("epoch", "first_height", "first_block_time_utc", "target_hex"))
    targets = [int(cells["target_hex"], 16) for _, cells in table.rows]
    epochs: list[Epoch] = []
    derived = 0
    for (_, cells), target in zip(table.rows, targets, strict=True):
        start = _time_of(cells)
        if start is None:
            derived += 1
            start = epochs[-1].start_utc + timedelta(seconds=derived_seconds(targets[len(epochs) - 1], target))
        epochs.append(
            Epoch(
                index=int(cells["epoch"]),
                first_height=int(cells["first_height"]),
                start_utc=start,
                difficulty=_TARGET_AT_DIFFICULTY_1 / target,
                derived=derived > 0,
                start_error_s=round(3 * SIGMA_S * sqrt(derived)),
            )
        )
    return tuple(epochs)


def derived_seconds(target: int, next_target: int) -> int:
    """The seconds from the first block of an epoch to the first of the next, by their targets.

    The span covers 2015 intervals, since the rule measures first to last block; one mean interval is added. A target is
    cut off after three bytes: the middle of what was cut is put back. Raises BadInput where a bound of the rule hides
    the span: a target changes fourfold at most, and is never above that of difficulty 1.
    """
    cut = _last_place(next_target)
    if next_target <= target // 4 or next_target + cut > 4 * target or next_target == _TARGET_AT_DIFFICULTY_1:
        raise BadInput("The target changed by the most that the rule allows, so the epoch's length is not in it.")
    span = _SPAN_S * (next_target + cut / 2) / target
    return round(span * BLOCKS / (BLOCKS - 1))


def epochs_within(period: Period) -> list[Stretch]:
    """The epochs of a period of UTC days, in order, with the seconds of each that lie in it.

    Raises BadInput for days that the table does not cover: difficulty is not extrapolated.
    """
    epochs = read_epochs()
    start, end = _midnight(period.start), _midnight(period.end)
    if start < _midnight(epochs[0].start_utc.date()) or end > epochs[-1].start_utc:
        raise BadInput(
            f"The difficulty of {period} is not known: the table runs from {epochs[0].start_utc:%Y-%m-%d} "
            f"to {epochs[-1].start_utc:%Y-%m-%d}.",
            where=_FILE,
            todo="Ask for an earlier period, or refresh the table.",
        )
    stretches: list[Stretch] = []
    first = max(bisect_right(epochs, start, key=lambda e: e.start_utc) - 1, 0)
    for epoch, following in zip(epochs[first:], epochs[first + 1 :], strict=False):
        if epoch.start_utc >= end:
            break
        for piece_start, piece_end, subsidy in _pieces(epoch, following.start_utc):
            seconds = (min(piece_end, end) - max(piece_start, start)).total_seconds()
            if seconds > 0:
                stretches.append(Stretch(epoch, seconds, subsidy))
    return stretches


def subsidy_sat(height: int) -> int:
    """The new coins that the block at this height may claim: 50 BTC, halved every 210,000 blocks."""
    return 50 * 100_000_000 >> height // HALVING_BLOCKS


def _pieces(epoch: Epoch, end: datetime) -> list[tuple[datetime, datetime, int]]:
    """The epoch, cut at a halving in it. Blocks are taken to be evenly spaced, which is the best that is known."""
    last_height = epoch.first_height + BLOCKS - 1
    halving = last_height // HALVING_BLOCKS * HALVING_BLOCKS
    before, after = subsidy_sat(epoch.first_height), subsidy_sat(last_height)
    if before == after:
        return [(epoch.start_utc, end, before)]
    cut = epoch.start_utc + (end - epoch.start_utc) * (halving - epoch.first_height) / BLOCKS
    return [(epoch.start_utc, cut, before), (cut, end, after)]


def _last_place(target: int) -> int:
    """The worth of the last bit that the header's short form keeps: three bytes, the highest bit of them unset."""
    return 1 << 8 * ((target.bit_length() + 8) // 8 - 3)


def _time_of(cells: Cells) -> datetime | None:
    text = cells["first_block_time_utc"]
    return datetime.fromisoformat(text) if text else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
