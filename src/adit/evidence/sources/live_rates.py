"""The official rate of the dollar, asked of the Bank of Russia for the days after those that are held.

The last two weeks that are held are asked for again: where the Bank now gives another rate for a day, nothing is kept.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from adit.evidence.sources.fetching import Door, parse_xml
from adit.evidence.sources.live_draft import Draft, rows_of
from adit.evidence.sources.prices import read_official_rates
from adit.terms.errors import BadInput

__all__ = ["DOOR", "FILE", "draft_rates", "parse_rates"]

FILE = "network/usd_rub_cbr_daily.csv"
DOOR = Door(("www.cbr.ru", "cbr.ru"))
_URL = "https://www.cbr.ru/scripts/XML_dynamic.asp?date_req1={0:%d/%m/%Y}&date_req2={1:%d/%m/%Y}&VAL_NM_RQ=R01235"
_SERIES = "R01235"  # the dollar of the United States
_VALUE = re.compile(r"\d{1,5},\d{1,4}", re.ASCII)
_AGAIN = timedelta(days=14)
_STEP_MAX = Decimal("1.5")  # from one rate to the next; the greatest since 1998 was 1.2
_ADVICE = "Compare with www.cbr.ru. What was held is still in use."


def draft_rates(held: Path, today: date, get: Callable[[str], bytes]) -> Draft:
    """The table with the rates up to today. Raises BadInput for an answer that is not what was asked for."""
    header, rows = rows_of(held)
    known = read_official_rates(held)
    last = known[-1][0]
    first = last - _AGAIN
    url = _URL.format(first, today)
    found = parse_rates(get(url), first, today)
    for day, rate in found:
        held_rate = next(value for on, value in reversed(known) if on <= day)
        if day <= last and rate != held_rate:
            raise BadInput(
                f"The rate of {day} is held as {held_rate}, and the Bank gives {rate}.", where=url, todo=_ADVICE
            )
    if not found or found[0][0] > last:
        raise BadInput(f"The answer has no rate from {first} to {last}, which is held.", where=url, todo=_ADVICE)
    for (_, before), (day, after) in pairwise(found):
        if not 1 / _STEP_MAX <= after / before <= _STEP_MAX:
            raise BadInput(f"The rate of {day}, {after}, is too far from {before} before it.", where=url, todo=_ADVICE)
    new = [(day.isoformat(), str(value), "cbr.ru, XML_dynamic") for day, value in found if day > last]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows, *new])
    changes = (f"{len(new)} rates from {new[0][0]} to {new[-1][0]}",) if new else ()
    return Draft(out.getvalue().encode(), f"{rows[0][0]} to {today}", today, (url,), changes)


def parse_rates(content: bytes, first: date, last: date) -> list[tuple[date, Decimal]]:
    """The rates in an answer, in order of day. Raises BadInput for another series, a day outside, or a number that is none."""
    where = "www.cbr.ru"
    root = parse_xml(content, where)
    if root.tag != "ValCurs" or root.get("ID") != _SERIES:
        raise BadInput(f"The answer is not the series {_SERIES}.", where=where, todo=_ADVICE)
    rates: list[tuple[date, Decimal]] = []
    for record in root:
        day = _day(record.get("Date", ""), where)
        value = (record.findtext("Value") or "").strip()
        if record.tag != "Record" or record.get("Id") != _SERIES or record.findtext("Nominal") != "1":
            raise BadInput(f"The record of {day} is not of one dollar.", where=where, todo=_ADVICE)
        if not _VALUE.fullmatch(value) or Decimal(value.replace(",", ".")) <= 0:
            raise BadInput(
                f"The rate of {day}, '{value[:40]}', is not a number with a decimal comma.", where=where, todo=_ADVICE
            )
        if not first <= day <= last or (rates and day <= rates[-1][0]):
            raise BadInput(f"The day {day} was not asked for, or is out of order.", where=where, todo=_ADVICE)
        rates.append((day, Decimal(value.replace(",", "."))))
    return rates


def _day(text: str, where: str) -> date:
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007
    except ValueError as error:
        raise BadInput(f"'{text[:40]}' is not a day.", where=where, todo=_ADVICE) from error
