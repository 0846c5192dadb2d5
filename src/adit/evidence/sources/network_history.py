"""Hash rate, subsidy and difficulty of the Bitcoin network by month: facts of the chain, from the table of epochs."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from adit.evidence.sources.epochs import BLOCKS, Epoch, epochs_within, read_epochs
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["NetworkMonth", "months_between", "network_month", "next_month"]

_HASHES_PER_DIFFICULTY = 2**32
_EXA = 1e18
_DAY_S = 86_400
_SATOSHI = 100_000_000


@dataclass(frozen=True, slots=True)
class NetworkMonth:
    """One month of the network. The hash rate is that of whole epochs, so luck within the month is smoothed away."""

    month: date  # its first day
    hashrate_ehs: float
    difficulty: float  # mean over time
    issuance_btc_per_day: float  # new coins that were really made
    derived: bool  # whether the times of an epoch in it follow from targets and were not read


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_between(first: date, last: date) -> tuple[date, ...]:
    """The first days of the months from `first` to `last`, both included. Raises BadInput where there are none."""
    if last < first:
        raise BadInput(f"There is no month from {first:%Y-%m} to {last:%Y-%m}.", todo="Give the earlier one first.")
    found = [first.replace(day=1)]
    while (following := next_month(found[-1])) <= last:
        found.append(following)
    return tuple(found)


@cache
def network_month(month: date) -> NetworkMonth:
    """The figures of one month. Raises BadInput for months that the table of epochs does not cover."""
    lengths = _lengths()
    seconds = work = weighed = coins = 0.0
    derived = False
    for stretch in epochs_within(Period(month, next_month(month))):
        epoch = stretch.epoch
        length = lengths[epoch.index]
        hashes_per_s = BLOCKS * epoch.difficulty * _HASHES_PER_DIFFICULTY / length
        seconds += stretch.seconds
        work += hashes_per_s * stretch.seconds
        weighed += epoch.difficulty * stretch.seconds
        coins += BLOCKS * stretch.seconds / length * stretch.subsidy_sat / _SATOSHI
        derived = derived or epoch.derived
    days = seconds / _DAY_S
    return NetworkMonth(month, work / seconds / _EXA, weighed / seconds, coins / days, derived)


@cache
def _lengths() -> dict[int, float]:
    epochs: tuple[Epoch, ...] = read_epochs()
    return {e.index: (n.start_utc - e.start_utc).total_seconds() for e, n in pairwise(epochs)}
