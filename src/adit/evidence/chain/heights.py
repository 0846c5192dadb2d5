"""What the table of difficulty epochs says of a block: whether a height can be its own, and between which it lies."""

from bisect import bisect_right
from functools import cache
from math import isclose

from adit.evidence.chain.difficulty import EPOCH_BLOCKS, difficulty_of
from adit.evidence.sources.epochs import Epoch, read_epochs, subsidy_sat

__all__ = ["difficulty_at", "fees_sat", "heights_at"]

_NEAR_S = (
    7_200 + 6 * 3_600
)  # a header's time may run two hours ahead, and one before it by as much as the median of eleven


def difficulty_at(height: int) -> float | None:
    """The difficulty of a height of the main network; None beyond the table."""
    epochs = _epochs()
    index = height // EPOCH_BLOCKS
    return epochs[index].difficulty if 0 <= index < len(epochs) else None


def heights_at(bits: int, time_s: int) -> tuple[int, int] | None:
    """The first and the last height that a block of the main network with this target and time may have; None where none fits."""
    difficulty, epochs = difficulty_of(bits), _epochs()
    near = bisect_right([e.start_utc.timestamp() for e in epochs], time_s)
    fits = [
        e
        for e in epochs[max(near - 2, 0) : near + 1]
        if isclose(e.difficulty, difficulty, rel_tol=1e-9)
        and time_s >= e.start_utc.timestamp() - _NEAR_S - e.start_error_s
    ]
    return (fits[0].first_height, fits[-1].first_height + EPOCH_BLOCKS - 1) if fits else None


def fees_sat(coinbase_sat: int, first_height: int, last_height: int) -> int | None:
    """What the coinbase pays out beyond new coins: fees, as far as the finder took them. None where a halving lies between."""
    subsidy = subsidy_sat(first_height)
    return coinbase_sat - subsidy if subsidy == subsidy_sat(last_height) else None


@cache
def _epochs() -> tuple[Epoch, ...]:
    epochs = read_epochs()
    assert all(e.first_height == i * EPOCH_BLOCKS for i, e in enumerate(epochs))
    return epochs
