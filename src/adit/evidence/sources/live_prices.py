"""Market rates of currencies and coins, asked of the open currency API: four days a month after those that are held.

One address a day. A day that was not published is left out and said so; a coin price that is far from the one before is left blank,
as the shipped table has it for the day on which the source had a bitcoin at three cents.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from adit.evidence.sources.fetching import Door, parse_json
from adit.evidence.sources.live_draft import Draft, rows_of
from adit.terms.errors import BadInput, NotFound

__all__ = ["DAYS", "DOOR", "FILE", "draft_prices", "parse_rates_of_day"]

FILE = "network/fx_and_coin_prices_2024_2026.csv"
DOOR = Door(("*.currency-api.pages.dev",), bytes_max=1_000_000)
DAYS = (1, 8, 15, 22)  # of each month
_URL = "https://{0}.currency-api.pages.dev/v1/currencies/usd.json"
_STEP_MAX = 2  # from one price to the next, a week later: neither the rouble nor bitcoin has doubled or halved in a week of these years
_ADVICE = "What was held is still in use."


def draft_prices(held: Path, today: date, get: Callable[[str], bytes]) -> Draft:
    """The table with the days up to yesterday. Raises BadInput for an answer of another day or without a currency that the table has."""
    header, rows = rows_of(held)
    rouble, bitcoin = header.index("usd_rub"), header.index("btc_usd")
    coins = [place for place, column in enumerate(header) if column.endswith("_usd")]
    last = date.fromisoformat(rows[-1][0])
    changes: list[str] = []
    origin: list[str] = []
    for day in _days(last, today):
        url = _URL.format(day)
        try:
            content = get(url)
        except NotFound:
            changes.append(f"{day} was not published")
            continue
        row = parse_rates_of_day(content, day, header)
        if _far(row[rouble], _last(rows, rouble)):
            raise BadInput(
                f"The rouble of {day} is at {row[rouble]}, too far from {_last(rows, rouble)}.", where=url, todo=_ADVICE
            )
        if _far(row[bitcoin], _last(rows, bitcoin)):
            changes.append(
                f"{day}: coin prices left blank, bitcoin at {row[bitcoin]} is too far from {_last(rows, bitcoin)}"
            )
            for place in coins:
                row[place] = ""
        else:
            changes.append(f"{day}: {row[bitcoin]} USD/BTC, {row[rouble]} RUB/USD")
        rows.append(row)
        origin.append(url)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    known_to = date.fromisoformat(rows[-1][0])
    new = tuple(changes) if origin else ()
    return Draft(out.getvalue().encode(), f"{len(rows)} days, {rows[0][0]} to {known_to}", known_to, tuple(origin), new)


def parse_rates_of_day(content: bytes, day: date, header: list[str]) -> list[str]:
    """A row of the table from the rates of one day: units of a currency for a dollar, dollars for a coin. Raises BadInput."""
    where = _URL.format(day)
    answer = parse_json(content, where)
    rates = answer.get("usd") if isinstance(answer, dict) else None
    if not isinstance(rates, dict) or answer.get("date") != day.isoformat():
        raise BadInput(f"The answer has no rates of {day}.", where=where, todo=_ADVICE)
    row: list[str] = []
    for column in header:
        if column == "date":
            row.append(day.isoformat())
        elif column == "version":
            row.append(f"{day.year}.{day.month}.{day.day}")
        else:
            one, other = column.split("_")
            rate = _rate(rates, other if one == "usd" else one, where)
            row.append(_text(rate if one == "usd" else 1 / rate))
    return row


def _rate(rates: dict[str, Any], code: str, where: str) -> Decimal:
    rate = rates.get(code)
    if isinstance(rate, bool) or not isinstance(rate, int | Decimal) or rate <= 0:
        raise BadInput(f"The answer has no rate of '{code}'.", where=where, todo=_ADVICE)
    return Decimal(rate)


def _text(rate: Decimal) -> str:
    """Eight digits, as the table has them."""
    return f"{float(rate):.8g}"


def _last(rows: list[list[str]], place: int) -> str:
    return next(row[place] for row in reversed(rows) if row[place])


def _far(now: str, before: str) -> bool:
    return not 1 / _STEP_MAX <= float(now) / float(before) <= _STEP_MAX


def _days(last: date, today: date) -> Iterator[date]:
    day = last + timedelta(days=1)
    while day < today:
        if day.day in DAYS:
            yield day
        day += timedelta(days=1)
