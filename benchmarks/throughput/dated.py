"""The dated values of the benchmark's act, month by month: what OpenFisca and the hand-written SQL are given.

Taken from the act itself, so that every engine computes the same law.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adit import law
from adit.regime.act import Regime
from adit.terms.days import Period
from benchmarks.throughput.population import MONTHS, REGIONS

__all__ = ["ACT", "QUESTIONS", "Month", "act", "dated"]

ACT = Path(__file__).parent / "act"
QUESTIONS = ("must_register", "banned_days", "permission", "income_rub", "base_ytd", "tax_ytd", "tax_month", "fine")


@dataclass(frozen=True)
class Month:
    """One month of law: exact whole numbers, with the unit in the name."""

    period: Period
    registered: bool
    limit_wh: int
    banned_days: tuple[int, ...]  # by region, in the order of REGIONS
    profit_percent: int
    above_rub: tuple[int, ...]  # where each bracket of the income tax begins
    percent: tuple[int, ...]  # its rate
    fixed_fine_rub: int  # 0 where there is no fine
    fine_percent: int


@cache
def act() -> Regime:
    """The act of the benchmark."""
    return law.load(str(ACT))


@cache
def dated() -> tuple[Month, ...]:
    """The 24 months."""
    return tuple(_month(p) for p in MONTHS)


def _month(period: Period) -> Month:
    regime = act()

    def count(name: str, places: int) -> int:
        """The value at so many places, 0 where it is not in force."""
        row = regime.values[name].on(period.start, regime.counts)
        return int(row.value * 10 ** (places - regime.values[name].places)) if row else 0

    bans, scale = regime.values["territories"], regime.values["income_tax"]
    row = scale.on(period.start, regime.counts)
    assert row is not None
    assert (scale.places, scale.by_places) == (0, 2)
    return Month(
        period=period,
        registered=regime.values["register"].on(period.start, regime.counts) is not None,
        limit_wh=count("household_limit", 3),
        banned_days=tuple(bans.banned_days(period, region, "", regime.counts)[0] for region in REGIONS),
        profit_percent=count("profit_tax_rate", 2),
        above_rub=tuple(bracket.above for bracket in row.value),
        percent=tuple(bracket.rate for bracket in row.value),
        fixed_fine_rub=count("fixed_fine", 0),
        fine_percent=count("fine_share", 2),
    )
