"""The network as it was, month by month: hash rate, price, fees, revenue. What a forecast is given, and what it is held against.

A forecast of the model is conditional on the price: it says what miners do when the price is this, not what the price will be.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from adit.evidence.sources.fees import fee_share
from adit.evidence.sources.network_history import months_between, network_month
from adit.evidence.sources.restricted_prices import monthly_prices
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["HALVINGS", "PastMonth", "back", "months_between", "past_month", "series"]

# Fees in months that the shipped table lacks: those of the neighbours, or daily sums of Blockchain.com's chart, rounded hard.
_FEES_BTC_PER_DAY = (
    (date(2017, 1, 1), date(2019, 4, 1), 30.0),
    (date(2020, 3, 1), date(2020, 3, 1), 26.0),
    (date(2021, 3, 1), date(2021, 3, 1), 148.0),
    (date(2022, 3, 1), date(2023, 4, 1), 18.0),
    (date(2024, 4, 1), date(2024, 4, 1), 140.0),
    (date(2024, 5, 1), date(2024, 6, 1), 40.0),
    (date(2024, 7, 1), date(2024, 12, 1), 14.0),
    (date(2025, 1, 1), date(2026, 12, 1), 5.0),
)
HALVINGS = (date(2020, 5, 1), date(2024, 4, 1))  # their months, within what is tested


@dataclass(frozen=True, slots=True)
class PastMonth:
    """One month as it came. Revenue is that of the whole network."""

    month: date
    hashrate_ehs: float
    price_usd_per_btc: float
    issuance_btc_per_day: float
    fees_btc_per_day: float

    @property
    def revenue_usd_per_day(self) -> float:
        return self.price_usd_per_btc * (self.issuance_btc_per_day + self.fees_btc_per_day)

    @property
    def hashprice_usd_per_th_day(self) -> float:
        return self.revenue_usd_per_day / (self.hashrate_ehs * 1e6)


@cache
def past_month(month: date) -> PastMonth:
    """The figures of one month. Raises BadInput where price or hash rate are not at hand."""
    prices = monthly_prices()
    if month not in prices:
        raise BadInput(
            f"There is no price for {month:%Y-%m}; the table runs from {min(prices):%Y-%m} to {max(prices):%Y-%m}.",
            todo="Ask for a month within it, or put a longer table in its place.",
        )
    network = network_month(month)
    return PastMonth(
        month,
        network.hashrate_ehs,
        prices[month].price_usd,
        network.issuance_btc_per_day,
        _fees(month, network.issuance_btc_per_day),
    )


def series(first: date, last: date) -> tuple[PastMonth, ...]:
    """The months from first to last, both included."""
    return tuple(past_month(month) for month in months_between(first, last))


def back(month: date, count: int) -> date:
    """The month that lies so many before; a negative count goes forward."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _fees(month: date, issuance_btc_per_day: float) -> float:
    known = fee_share(Period(month, back(month, -1)))
    if known is not None:
        return known.mean * issuance_btc_per_day
    for first, last, fees in _FEES_BTC_PER_DAY:
        if first <= month <= last:
            return fees
    raise BadInput(f"The fees of {month:%Y-%m} are not at hand.", todo="Ask for a month since 2017.")
