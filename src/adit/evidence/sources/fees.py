"""What a block brought in fees, month by month, as a share of its subsidy: published daily sums over blocks that are derived.

The publisher gives the fees of a day in BTC; the blocks of the day follow from the difficulty epochs, 2016 of them spread
evenly over each. Against counted blocks that is off by 9 % on a day (one standard deviation) and by 0.5 % over a month, 1.6 %
at most (43 months, 2019 to 2024): the mean is sound, the least and the most lie somewhat too far apart. Where blocks are at
hand, their own coinbase says it exactly, and this table is not needed.

    python -m adit.evidence.sources.fees DAILY.csv    rewrites btc_fees_monthly.csv from daily sums: date, fees_btc
"""

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from adit.evidence.sources.epochs import BLOCKS, epochs_within, read_epochs
from adit.evidence.sources.live_files import current
from adit.evidence.sources.tables import CellError, Cells, day_in, decimal_of, given, read_table, shipped
from adit.terms.days import Period, parse_period
from adit.terms.errors import BadInput

__all__ = [
    "FILE",
    "FeeShare",
    "fee_share",
    "monthly_shares",
    "read_daily_fees",
    "read_fee_shares",
    "subsidy_of_day_btc",
    "text_of_shares",
]

FILE = "network/btc_fees_monthly.csv"
_COLUMNS = ("month", "share_least", "share_mean", "share_most", "days")
_PLACES = Decimal("0.000001")
_MOST = 20  # of a subsidy; the greatest day that is known, of the halving of 2024-04, had three
_COIN = 100_000_000


@dataclass(frozen=True, slots=True)
class FeeShare:
    """The fees of a month over its subsidies, and the least and the most of its days. Shares: 0.05 is a twentieth of the subsidy."""

    month: Period
    least: float
    mean: float
    most: float
    days: int
    source: str


def fee_share(month: Period) -> FeeShare | None:
    """The share of a month; None where it is not known, which is not zero. Raises BadInput for what is no month."""
    if parse_period(f"{month.start:%Y-%m}") != month:
        raise BadInput(f"{month} is no calendar month.", todo="Ask for one month, as 2025-05.")
    return read_fee_shares().get(month)


@cache
def read_fee_shares(path: Path | None = None) -> Mapping[Period, FeeShare]:
    """Every month that is known: of the refreshed table where there is one, else of the shipped one, else of the user's own."""
    held = current(FILE)
    table = read_table(path or held.path, _COLUMNS)
    source = table.source if path else f"Blockchain.com, {held.vintage}"
    shares = table.read_all(lambda cells: _share(cells, source))
    months = {share.month: share for share in shares}
    if len(months) < len(shares):
        raise BadInput("The table has two rows for one month.", where=table.source, todo="Leave one row a month.")
    return months


def monthly_shares(fees_btc: Mapping[date, Decimal], source: str = "") -> list[FeeShare]:
    """The shares of each month that has the fees of all its days, in order. Months with a gap are left out, never filled.

    Raises BadInput for a day whose difficulty epoch is not known.
    """
    shares: list[FeeShare] = []
    for month in sorted({parse_period(f"{day:%Y-%m}") for day in fees_btc}):
        days = [month.start + timedelta(days=n) for n in range(month.days)]
        if not all(day in fees_btc for day in days):
            continue
        subsidies = [subsidy_of_day_btc(day) for day in days]
        daily = [fees_btc[day] / subsidy for day, subsidy in zip(days, subsidies, strict=True)]
        mean = sum(fees_btc[day] for day in days) / sum(subsidies)
        shares.append(FeeShare(month, float(min(daily)), float(mean), float(max(daily)), len(days), source))
    return shares


def subsidy_of_day_btc(day: date) -> Decimal:
    """The new coins of a UTC day, its blocks being spread evenly over their difficulty epochs."""
    epochs = read_epochs()
    satoshi = 0.0
    for stretch in epochs_within(Period(day, day + timedelta(days=1))):
        following = epochs[stretch.epoch.index + 1]
        length = (following.start_utc - stretch.epoch.start_utc).total_seconds()
        satoshi += stretch.seconds * BLOCKS / length * stretch.subsidy_sat
    return Decimal(round(satoshi)) / _COIN


def read_daily_fees(path: Path) -> dict[date, Decimal]:
    """The fees of each day in a CSV file with the columns date and fees_btc. Raises BadRows, or BadInput for a day given twice."""
    table = read_table(path, ("date", "fees_btc"))
    rows = table.read_all(lambda cells: (given(cells, "date", day_in), _not_below_zero(cells, "fees_btc")))
    if len(dict(rows)) < len(rows):
        raise BadInput("The table has two rows for one day.", where=table.source, todo="Leave one row a day.")
    return dict(rows)


def text_of_shares(shares: Sequence[FeeShare]) -> str:
    """The shares as the text of the table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for s in shares:
        figures = (Decimal(v).quantize(_PLACES) for v in (s.least, s.mean, s.most))
        writer.writerow((s.month, *figures, s.days))
    return out.getvalue()


def _share(cells: Cells, source: str) -> FeeShare:
    try:
        month = parse_period(cells["month"])
    except BadInput as error:
        raise CellError("month", error.what) from error
    if str(month) != cells["month"] or not 28 <= month.days <= 31:
        raise CellError("month", f"'{cells['month']}' is not a month; write it as 2025-05")
    least, mean, most = (_not_below_zero(cells, column) for column in _COLUMNS[1:4])
    if not least <= mean <= most <= _MOST:
        raise CellError("share_mean", f"{least}, {mean}, {most} are no shares in order up to {_MOST}")
    if given(cells, "days", decimal_of) != month.days:
        raise CellError("days", f"{cells['days']} of {month.days} days: a month with a gap is left out")
    return FeeShare(month, float(least), float(mean), float(most), month.days, source)


def _not_below_zero(cells: Cells, column: str) -> Decimal:
    number = given(cells, column, decimal_of)
    if number < 0:
        raise CellError(column, f"{number} is below zero")
    return number


if __name__ == "__main__":
    shipped(FILE).write_text(text_of_shares(monthly_shares(read_daily_fees(Path(sys.argv[1])))), encoding="utf-8")
