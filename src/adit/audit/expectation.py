"""How many coins so much hashing finds on average: the measure against which what was declared is held."""

from collections.abc import Iterable

from adit.evidence.sources.epochs import Stretch

__all__ = ["HASHES_AT_DIFFICULTY_1", "expected_coins_sat"]

# The target of difficulty 1 is 65535 * 2**208, so that one hash in 2**256 / (65535 * 2**208) finds a block. The round
# figure 2**32 is 1.5e-5 too low.
HASHES_AT_DIFFICULTY_1 = 2**48 / 65535


def expected_coins_sat(hashrate_ths: float, stretches: Iterable[Stretch]) -> float:
    """The new coins that this hashrate finds on average over these stretches of epochs, fees apart.

    The mean of a Poisson process: the audit asks how unlikely what was seen is, never whether it is equal.
    Source: a block at difficulty 1 takes 2**48 / 65535 hashes on average.
    """
    hashes_s = hashrate_ths * 1e12
    return sum(hashes_s * s.seconds / (s.epoch.difficulty * HASHES_AT_DIFFICULTY_1) * s.subsidy_sat for s in stretches)
