"""Who had which share of the hash rate: the figures that were printed, and the full map of Cambridge where a user holds a copy.

The map has no open licence, so it is not shipped. The printed figures are a few dozen facts, each with its address and the day of publication.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from adit.evidence.sources.tables import CellError, Cells, day_in, decimal_of, given, read_table, shipped, text_of
from adit.terms.errors import BadInput

__all__ = ["FILE", "MAP_PUBLISHED", "MiningShare", "month_in", "read_map", "read_printed_shares"]

FILE = "lab/mining_shares.csv"
_MAP_COLUMNS = ("date", "country", "iso3", "share_pct")
_ISO2 = {
    "CHN": "CN",
    "USA": "US",
    "KAZ": "KZ",
    "RUS": "RU",
    "CAN": "CA",
    "IRN": "IR",
    "MYS": "MY",
    "DEU": "DE",
    "IRL": "IE",
}
# The last month of each release of the map, and the day on which it came out
MAP_PUBLISHED = (
    (date(2020, 4, 1), date(2020, 5, 31)),
    (date(2021, 4, 1), date(2021, 7, 15)),
    (date(2021, 8, 1), date(2021, 10, 13)),
    (date(2022, 1, 1), date(2022, 5, 17)),
)


@dataclass(frozen=True, slots=True)
class MiningShare:
    """The share of one country in the hash rate of one month."""

    month: date  # its first day
    place: str  # ISO 3166-1 alpha-2
    share_pct: float
    published: date
    publisher: str
    method: str
    source: str


@cache
def read_printed_shares(path: Path | None = None) -> tuple[MiningShare, ...]:
    """The shares that press and publishers printed, in the order of the table. Raises BadRows."""
    columns = ("month", "place", "share_pct", "published", "publisher", "method", "source_url")
    return tuple(read_table(path or shipped(FILE), columns).read_all(_printed))


@cache
def read_map(path: Path) -> tuple[MiningShare, ...]:
    """The map of Cambridge from a file that the user holds. The row "Other" is left out: it is what is missing to a hundred.

    The day of publication of a row is that of the first release that reached its month. Raises BadRows, or BadInput for months after the last release.
    """
    table = read_table(path, _MAP_COLUMNS)
    found = [share for share in table.read_all(lambda cells: _of_map(cells, str(path))) if share is not None]
    if not found:
        raise BadInput(
            "The map has no rows of countries.", where=str(path), todo="Give the file of all countries, by month."
        )
    return tuple(found)


def month_in(cells: Cells, column: str) -> date | None:
    """The month in a cell, written 2021-05, as its first day; None where it is blank."""
    text = cells.get(column, "")
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError as error:
        raise CellError(column, f"'{text}' is not a month; write it as 2021-05") from error


def _printed(cells: Cells) -> MiningShare:
    return MiningShare(
        month=given(cells, "month", month_in),
        place=given(cells, "place", text_of),
        share_pct=_share(cells),
        published=given(cells, "published", day_in),
        publisher=given(cells, "publisher", text_of),
        method=given(cells, "method", text_of),
        source=given(cells, "source_url", text_of),
    )


def _of_map(cells: Cells, source: str) -> MiningShare | None:
    month = given(cells, "date", day_in)
    published = next((out for last, out in MAP_PUBLISHED if month <= last), None)
    if published is None:
        raise CellError(
            "date", f"{month:%Y-%m} is after the last release of the map, which ends with {MAP_PUBLISHED[-1][0]:%Y-%m}"
        )
    if cells["iso3"] not in _ISO2:
        if cells["iso3"]:
            raise CellError("iso3", f"'{cells['iso3']}' is not a country of the map")
        return None
    return MiningShare(
        month=month,
        place=_ISO2[cells["iso3"]],
        share_pct=_share(cells),
        published=published,
        publisher="Cambridge Centre for Alternative Finance",
        method="addresses of pool users",
        source=source,
    )


def _share(cells: Cells) -> float:
    share = float(given(cells, "share_pct", decimal_of))
    if not 0 <= share <= 100:
        raise CellError("share_pct", f"{share:g} is no share in percent")
    return share
