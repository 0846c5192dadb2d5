"""What a terahash brings: coins per TH/s from difficulty, subsidy and fees, and the hashprice, which is that times a price."""

from datetime import UTC, date, datetime

from adit.audit.expectation import HASHES_AT_DIFFICULTY_1
from adit.evidence.sources.epochs import BLOCKS, Epoch, epochs_within
from adit.terms.days import Period

__all__ = ["epoch_on", "hashprice", "height_on", "sat_per_ths"]

_DAY_S = 86_400


def sat_per_ths(difficulty: float, seconds: float, reward_sat: float) -> float:
    """The satoshi that 1 TH/s finds on average in so many seconds at one difficulty and one reward of a block, fees included."""
    return 1e12 * seconds / (difficulty * HASHES_AT_DIFFICULTY_1) * reward_sat


def hashprice(difficulty: float, reward_sat: float, price: float) -> float:
    """What 1 TH/s brings in a day, in the money of the price of a coin."""
    return sat_per_ths(difficulty, _DAY_S, reward_sat) / 1e8 * price


def epoch_on(day: date) -> Epoch:
    """The epoch in which a UTC day ends. Raises BadInput where its difficulty is not known."""
    return epochs_within(Period(day, date.fromordinal(day.toordinal() + 1)))[-1].epoch


def height_on(day: date) -> float:
    """The height of the chain at the end of a day, blocks of an epoch being taken as ten minutes apart."""
    epoch = epoch_on(day)
    end = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + _DAY_S
    return epoch.first_height + min((end - epoch.start_utc.timestamp()) / 600, BLOCKS)
