"""What the chain itself lays down: the subsidy of a day."""

from datetime import date

__all__ = ["HALVINGS", "subsidy_btc_per_day"]

BLOCKS_PER_DAY = 144
# First days after each halving of 210,000 blocks; the last is what 144 blocks a day give.
HALVINGS = (date(2012, 11, 29), date(2016, 7, 10), date(2020, 5, 12), date(2024, 4, 20), date(2028, 4, 11))


def subsidy_btc_per_day(day: date) -> float:
    """At 144 blocks a day. In a month of a halving ask for its middle, or weigh the days."""
    return BLOCKS_PER_DAY * 50.0 / 2.0 ** sum(day >= h for h in HALVINGS)
