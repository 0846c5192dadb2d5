"""What a bitcoin cost in roubles: market quotations of open licence, at the official rate where we hold it.

About four days a month since 2024-03-02. A day without a quotation takes the last before it and says which; none is
made up between two days. Decimal throughout, whole kopecks at the end.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from adit.evidence.sources.live_files import current
from adit.evidence.sources.tables import CellError, Cells, day_in, decimal_of, given, read_table
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["MeanQuotation", "Quotation", "mean_quotation", "quotation", "read_official_rates", "read_quotations"]

_PRICES = "network/fx_and_coin_prices_2024_2026.csv"
_OFFICIAL = "network/usd_rub_cbr_daily.csv"
_OFFICIAL_TO = date(2024, 12, 31)  # the last day for which the last rate in the shipped copy was valid
_MARKET = "fawazahmed0/exchange-api"
_ADVICE = "Prices of your own can be given as a CSV file with the columns date, usd_rub and btc_usd."


@dataclass(frozen=True, slots=True)
class Quotation:
    """The price of one bitcoin on the day of the quotation."""

    on: date
    rub_per_btc_kopecks: int
    usd_per_btc: Decimal
    rub_per_usd: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class MeanQuotation:
    """The mean over those days of a period that have a quotation; `days` says how many, and it may be one."""

    period: Period
    rub_per_btc_kopecks: int
    days: int
    source: str


@cache
def read_quotations(path: Path | None = None) -> tuple[Quotation, ...]:
    """All quotations in order of day; of the user's own file, if it has the columns date, usd_rub and btc_usd.

    A day whose coin price is blank in the source gives no quotation. Raises BadRows for cells that cannot be read, and
    BadInput for a table without a price or with two for one day.
    """
    held = current(_PRICES)
    table = read_table(path or held.path, ("date", "usd_rub", "btc_usd"))
    market = table.source if path else _MARKET
    if held.refreshed and not path:
        market += f" (refreshed {held.refreshed.fetched_at_utc:%Y-%m-%d})"
    found = table.read_all(lambda cells: _quotation(cells, market, official=path is None))
    quotations = {q.on: q for q in found if q is not None}
    if not quotations:
        raise BadInput("The table has no bitcoin price.", where=table.source, todo="Fill the column btc_usd.")
    if len({cells["date"] for _, cells in table.rows}) < len(table.rows):
        raise BadInput("The table has two rows for one day.", where=table.source, todo="Leave one price a day.")
    return tuple(quotations[on] for on in sorted(quotations))


def quotation(day: date, max_age_days: int = 14, *, path: Path | None = None) -> Quotation:
    """The last quotation on or before the day. Raises BadInput where none is recent enough."""
    known = read_quotations(path)
    before = [q for q in known if q.on <= day]
    if not before:
        what = f"There is no bitcoin price for {day}: the first at hand is of {known[0].on}."
        raise BadInput(what, where=_where(path), todo=_ADVICE)
    age = (day - before[-1].on).days
    if age > max_age_days:
        raise BadInput(
            f"There is no bitcoin price within {max_age_days} days up to {day}; "
            f"the last is of {before[-1].on}, {age} days before.",
            where=_where(path),
            todo=f"Allow an older one (max_age_days={age}). {_ADVICE}",
        )
    return before[-1]


def mean_quotation(period: Period, *, path: Path | None = None) -> MeanQuotation:
    """The mean of the period's quotations, half a kopeck rounded up. Raises BadInput where the period has none."""
    known = read_quotations(path)
    within = [q for q in known if period.start <= q.on < period.end]
    if not within:
        raise BadInput(
            f"There is no bitcoin price within {period}; "
            f"those at hand run from {known[0].on} to {known[-1].on}, with gaps.",
            where=_where(path),
            todo=f"Take the last price before it instead. {_ADVICE}",
        )
    total, days = sum(q.rub_per_btc_kopecks for q in within), len(within)
    return MeanQuotation(period, (2 * total + days) // (2 * days), days, "; ".join(sorted({q.source for q in within})))


def _where(path: Path | None) -> str:
    return str(path or _PRICES)


def _quotation(cells: Cells, market: str, *, official: bool) -> Quotation | None:
    on = given(cells, "date", day_in)
    usd_per_btc, rub_per_usd = decimal_of(cells, "btc_usd"), given(cells, "usd_rub", decimal_of)
    for column, price in (("btc_usd", usd_per_btc), ("usd_rub", rub_per_usd)):
        if price is not None and price <= 0:
            raise CellError(column, f"{price} is not a price")
    if usd_per_btc is None:
        return None
    source = f"{market}, dollar at its market rate"
    if official and on <= _official_to():
        rub_per_usd, source = _official_rate(on), f"{market}, dollar at the Bank of Russia's rate"
    kopecks = (usd_per_btc * rub_per_usd * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return Quotation(on, int(kopecks), usd_per_btc, rub_per_usd, source)


def _official_rate(day: date) -> Decimal:
    """The rate of the day, or of the day before as long as it did not change."""
    return next(rate for on, rate in reversed(_official_rates()) if on <= day)


@cache
def _official_to() -> date:
    """The last day that has an official rate: of a refreshed copy, the last that was asked for."""
    refreshed = current(_OFFICIAL).refreshed
    return refreshed.known_to if refreshed else _OFFICIAL_TO


@cache
def _official_rates() -> tuple[tuple[date, Decimal], ...]:
    return read_official_rates(current(_OFFICIAL).path)


def read_official_rates(path: Path) -> tuple[tuple[date, Decimal], ...]:
    """The official rate from each day on which it changed, in order. Raises BadRows, or BadInput for days out of order."""
    table = read_table(path, ("date", "usd_rub"))
    rates = table.read_all(lambda cells: (given(cells, "date", day_in), _price(cells, "usd_rub")))
    if any(later[0] <= earlier[0] for earlier, later in pairwise(rates)):
        raise BadInput("The days are not in order, each once.", where=table.source, todo="Sort the rows by date.")
    return tuple(rates)


def _price(cells: Cells, column: str) -> Decimal:
    number = given(cells, column, decimal_of)
    if number <= 0:
        raise CellError(column, f"{number} is not a price")
    return number
