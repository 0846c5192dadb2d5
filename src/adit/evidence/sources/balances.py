"""Yearly balance of each unified power system, and the sum over hours from which it is made.

The hourly file is the evidence; the yearly table is shipped so that no engine is needed to read it:

    python -m adit.evidence.sources.balances    rewrites so_ups_annual_balance.csv from the hourly file
"""

import csv
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache

from adit.evidence.sources.tables import Cells, given, read_table, shipped, true_or_false, whole_number_of
from adit.terms.errors import UnknownName

__all__ = [
    "HOURS_MISSING_MAX",
    "SystemYear",
    "latest_complete",
    "read_balances",
    "recompute_annual_balance",
    "write_balances",
]

HOURS_MISSING_MAX = 8  # a thousandth of a year; 2016 lacks 47 to 49 hours and does not count as complete

_ANNUAL = "electricity_ru/so_ups_annual_balance.csv"
_HOURLY = "electricity_ru/so_ups_hourly_2015_2021.parquet"
_ZONES = "electricity_ru/so_ups_zones.csv"
_COLUMNS = ("system", "year", "consumption_mwh", "generation_mwh", "balance_mwh", "complete", "hours_missing")
_WITHOUT = {
    "East": "the System Operator's open hourly file does not cover the unified system of the East",
    "isolated": "an isolated system is outside the unified systems that the hourly file covers",
    "": "the energy system of this region is not established",
}


@dataclass(frozen=True, slots=True)
class SystemYear:
    """What a unified power system generated and consumed in a calendar year, Moscow time.

    Missing hours are in neither sum: nothing is filled in. A balance below zero was imported from its neighbours.
    """

    system: str  # as energy_system in terms/regions.csv
    year: int
    consumption_mwh: int
    generation_mwh: int
    balance_mwh: int
    complete: bool
    hours_missing: int


@cache
def read_balances() -> tuple[SystemYear, ...]:
    """Every system and year that is shipped."""
    return tuple(read_table(shipped(_ANNUAL), _COLUMNS).read_all(_system_year))


def latest_complete(system: str, on: date) -> tuple[SystemYear | None, str]:
    """The last complete year that was over on the day, or None with the reason. Raises UnknownName."""
    if system in _WITHOUT:
        return None, _WITHOUT[system]
    years = [b for b in read_balances() if b.system == system]
    if not years:
        raise UnknownName("energy system", system, [*{b.system for b in read_balances()}, *filter(None, _WITHOUT)])
    over = [b for b in years if b.complete and b.year < on.year]
    if not over:
        return None, f"no complete year of {system} was over on {on}; the file begins with {years[0].year}"
    return max(over, key=lambda b: b.year), ""


def recompute_annual_balance() -> list[SystemYear]:
    """The yearly balance as the sum over the hourly file: what the shipped table must be."""
    from adit.engines.duckdb import query  # an engine is loaded only when it is asked to run

    rows = query(
        """
        WITH sums AS (
            SELECT system, year(ts_msk) AS year,
                   sum(consumption_mwh::BIGINT)::BIGINT AS consumption_mwh,
                   sum(generation_mwh::BIGINT)::BIGINT AS generation_mwh,
                   count(consumption_mwh + generation_mwh) AS hours
            FROM read_parquet($hourly) JOIN read_csv($zones) USING (ups_code)
            GROUP BY ALL
        )
        SELECT * EXCLUDE hours, 24 * (make_date(year + 1, 1, 1) - make_date(year, 1, 1)) - hours AS hours_missing
        FROM sums ORDER BY system, year
        """,
        {"hourly": str(shipped(_HOURLY)), "zones": str(shipped(_ZONES))},
    )
    return [
        SystemYear(
            **row,
            balance_mwh=row["generation_mwh"] - row["consumption_mwh"],
            complete=row["hours_missing"] <= HOURS_MISSING_MAX,
        )
        for row in rows
    ]


def write_balances() -> None:
    """Rewrites the shipped yearly table from the hourly file."""
    rows = [{**asdict(b), "complete": str(b.complete).lower()} for b in recompute_annual_balance()]
    with shipped(_ANNUAL).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _system_year(cells: Cells) -> SystemYear:
    consumption, generation = (given(cells, c, whole_number_of) for c in ("consumption_mwh", "generation_mwh"))
    return SystemYear(
        system=cells["system"],
        year=given(cells, "year", whole_number_of),
        consumption_mwh=consumption,
        generation_mwh=generation,
        balance_mwh=generation - consumption,
        complete=given(cells, "complete", true_or_false),
        hours_missing=given(cells, "hours_missing", whole_number_of),
    )


if __name__ == "__main__":
    write_balances()
