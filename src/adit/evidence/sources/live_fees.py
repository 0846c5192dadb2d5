"""Daily fees of the chain, asked of Blockchain.com, and what they make of the monthly table.

The publisher states no licence, so the daily figures are not kept: only the monthly shares that follow from them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from adit.evidence.sources.epochs import read_epochs
from adit.evidence.sources.fees import FILE, FeeShare, monthly_shares, read_fee_shares, text_of_shares
from adit.evidence.sources.fetching import Door, parse_json
from adit.evidence.sources.live_draft import Draft
from adit.terms.errors import BadInput

__all__ = ["DOOR", "FILE", "draft_fees", "parse_daily_fees"]

DOOR = Door(("api.blockchain.info",))
_URL = "https://api.blockchain.info/charts/transaction-fees?timespan=all&format=json&sampled=false"
_FEES_MAX_BTC = 10_000  # of a day; the greatest that is known was 1,258
_MOVED = 0.1  # a mean that moves by more than a tenth of itself is told one by one
_ADVICE = "What was held is still in use."


def draft_fees(held: Path, today: date, get: Callable[[str], bytes]) -> Draft:
    """The table with every month that can be computed now; the others stay as they are held.

    Days after the last difficulty epoch are left out, and said so. Raises BadInput for an answer that is no such chart.
    """
    daily = parse_daily_fees(get(_URL), today)
    first, known_to = read_epochs()[0].start_utc.date(), read_epochs()[-1].start_utc.date()
    before = read_fee_shares(held)
    computed = {s.month: s for s in monthly_shares({d: fees for d, fees in daily.items() if first < d < known_to})}
    after = {**before, **computed}
    shares = [after[month] for month in sorted(after)]
    changes = [f"new month: {month}" for month in sorted(computed.keys() - before.keys())]
    changes += [
        _moved(before[m], after[m])
        for m in sorted(before)
        if abs(after[m].mean - before[m].mean) > _MOVED * before[m].mean
    ]
    if max(daily) >= known_to:
        changes.append(
            f"from {known_to:%Y-%m} on the difficulty is not known: adit data refresh epochs, then fees again"
        )
    period = f"{len(shares)} months, {shares[0].month} to {shares[-1].month}"
    return Draft(text_of_shares(shares).encode(), period, shares[-1].month.end, (_URL,), tuple(changes))


def _moved(before: FeeShare, after: FeeShare) -> str:
    return f"{after.month}: mean {before.mean:.4f} is now {after.mean:.4f} of the subsidy"


def parse_daily_fees(content: bytes, today: date) -> dict[date, Decimal]:
    """The fees of each whole day in a chart, in BTC. Raises BadInput."""
    where = "api.blockchain.info"
    chart = parse_json(content, where)
    if not isinstance(chart, dict) or chart.get("status") != "ok" or not isinstance(chart.get("values"), list):
        raise BadInput("The answer is no chart.", where=where, todo=_ADVICE)
    if chart.get("unit") != "BTC" or chart.get("period") != "day":
        raise BadInput(
            f"The chart is in {chart.get('unit')} a {chart.get('period')}, not in BTC a day.", where=where, todo=_ADVICE
        )
    fees: dict[date, Decimal] = {}
    for value in chart["values"]:
        day, amount = _value(value, where)
        if fees.setdefault(day, amount) != amount:
            raise BadInput(f"The chart has two figures for {day}.", where=where, todo=_ADVICE)
    whole = {day: amount for day, amount in fees.items() if day < today}  # the day of the question is not over
    if not whole:
        raise BadInput("The chart has no whole day.", where=where, todo=_ADVICE)
    return whole


def _value(value: object, where: str) -> tuple[date, Decimal]:
    x, y = (value.get("x"), value.get("y")) if isinstance(value, dict) else (None, None)
    if isinstance(x, bool) or not isinstance(x, int) or isinstance(y, bool) or not isinstance(y, int | Decimal):
        raise BadInput(f"A value of the chart is no number: {str(value)[:80]}.", where=where, todo=_ADVICE)
    if not 0 <= y <= _FEES_MAX_BTC or not 1_230_000_000 <= x <= 9_000_000_000:
        raise BadInput(f"A value of the chart is out of range: {str(value)[:80]}.", where=where, todo=_ADVICE)
    return datetime.fromtimestamp(x, UTC).date(), Decimal(y)
