"""The price of a bitcoin by month since 2017, which back-tests need: monthly means of data that may not be sold, so they lie outside the package.

In the repository the table is `data/restricted/network/btc_price_monthly.csv`, with its licence beside it. An installed Adit is told where a
copy lies by ADIT_RESTRICTED, or is given a table of the same columns. The table can be made anew from the publisher's own file:

    python -m adit.evidence.sources.restricted_prices DAILY.csv    prints monthly means of the columns date (or time) and price_usd (or PriceUSD)
"""

import os
import sys
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from adit.evidence.sources.mining_shares import month_in
from adit.evidence.sources.tables import CellError, Cells, decimal_of, given, read_table, whole_number_of
from adit.terms.errors import BadInput

__all__ = ["ATTRIBUTION", "MonthlyPrice", "monthly_prices", "price_file", "text_of_means"]

ATTRIBUTION = "Prices until 2026-04: monthly means of Coin Metrics community data, CC BY-NC 4.0 (coinmetrics.io)."
_NAME = Path("network/btc_price_monthly.csv")
_IN_REPOSITORY = Path(__file__).parents[4] / "data" / "restricted"
_HOW = (
    "Set ADIT_RESTRICTED to the folder data/restricted of the repository, or give a table with the columns month, price_usd and days; "
    "`python -m adit.evidence.sources.restricted_prices DAILY.csv` makes it of the publisher's daily file."
)


@dataclass(frozen=True, slots=True)
class MonthlyPrice:
    """The mean over the days of a month of the price at the end of the UTC day."""

    month: date
    price_usd: float
    days: int


def price_file() -> Path:
    """Where the table lies on this machine. Raises BadInput where it does not, and says how to get it."""
    folder = os.environ.get("ADIT_RESTRICTED")
    path = (Path(folder) if folder else _IN_REPOSITORY) / _NAME
    if not path.is_file():
        raise BadInput(
            "The monthly prices that back-tests need are not on this machine; their licence keeps them out of the package.",
            where=str(path),
            todo=_HOW,
        )
    return path


@cache
def monthly_prices(path: Path | None = None) -> dict[date, MonthlyPrice]:
    """The price of each whole month. Raises BadRows, or BadInput for a table that names a month twice."""
    table = read_table(path or price_file(), ("month", "price_usd", "days"))
    rows = table.read_all(_price)
    found = {row.month: row for row in rows}
    if len(found) < len(rows):
        raise BadInput("The table names a month twice.", where=table.source, todo="Leave one row a month.")
    return found


def _price(cells: Cells) -> MonthlyPrice:
    price = float(given(cells, "price_usd", decimal_of))
    if price <= 0:
        raise CellError("price_usd", f"{price:g} is not a price")
    return MonthlyPrice(given(cells, "month", month_in), price, given(cells, "days", whole_number_of))


def text_of_means(daily: Path) -> str:
    """The table of monthly means of a daily file; months with a day missing are left out."""
    header = read_table(daily, ()).columns
    day = "date" if "date" in header else "time"
    price = "price_usd" if "price_usd" in header else "PriceUSD"
    table = read_table(daily, (day, price))
    months: dict[str, list[float]] = {}
    for _, cells in table.rows:
        if cells[price]:
            months.setdefault(cells[day][:7], []).append(float(cells[price]))
    lines = ["month,price_usd,days"]
    for month, prices in sorted(months.items()):
        if month >= "2017-01" and len(prices) == monthrange(int(month[:4]), int(month[5:]))[1]:
            lines.append(f"{month},{sum(prices) / len(prices):.2f},{len(prices)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text_of_means(Path(sys.argv[1])))
