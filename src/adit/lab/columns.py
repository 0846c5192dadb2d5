"""Law as the model reads it: one number for each month, place and sector, each with the rule that gave it.

The numbers are answers of the regime engine and typed nowhere else. Money is in US dollars here, at the rate of the month, since the model's miners
compare countries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["COLUMNS", "SECTORS", "LawColumns", "Origin"]

# formal: registered, or wherever nobody has to register; household: within the limit of the household rule; informal: hidden from the law
SECTORS = ("formal", "household", "informal")

# name -> unit and meaning. Every array is float64 of the shape (months, places, sectors).
COLUMNS: Mapping[str, str] = {
    "permit_operate": "share: 1 where mining that exists may go on in the month, else 0",
    "permit_new": "share: 1 where new capacity may be connected",
    "season": "share of the month's days on which the law lets it run",
    "hours_left": "share of the hours of those days that the law leaves: less the hours that may be cut, and the peak hours where they are closed",
    "exit_share": "share of what runs that has to leave in this month, because a permission ended",
    "levy_usd_per_kwh": "levies on electricity, and the difference of a tariff set for mining alone",
    "revenue_tax": "share of revenue that is taxed away whatever the costs",
    "profit_tax": "share of the profit",
    "licence_usd_per_mw_month": "fees of permission",
    "detection_per_month": "probability that hidden mining is found in a month",
    "fine_usd_per_case": "what is paid when it is found",
    "confiscation": "share of the machines that is lost when it is found",
    "slot_cap_mw": "most megawatts that may be connected in the place; infinite where the law sets none",
    "connection_months": "months from asking for a connection to having it",
    "household_kwh_per_month": "limit of the household rule; not a number where there is none",
    "import_share": "share of the wished imports of machines that the law lets in",
    "import_duty": "duty and tax on the price of an imported machine, as a share",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a number is what it is: the act, the question or rule that answered, its article, and the dated values behind it."""

    regime: str
    rule: str
    cites: str
    because: str
    values: tuple[str, ...]  # each with its day, as "levy_per_kwh = 2 KZT since 2023-01-01"
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class LawColumns:
    """`months` are first days; `places` are ISO 3166 codes, of a state or of its region; `column[name][month, place, sector]`."""

    months: tuple[Any, ...]
    places: tuple[str, ...]
    column: Mapping[str, Any]
    origins: Mapping[tuple[str, int, int, int], Origin]  # (column, month, place, sector); equal months share one object
    regimes: Mapping[str, str]  # place -> act and its hash
