"""What each unified power system generated, consumed and exchanged in a year, to the digit of the hourly file."""

from dataclasses import dataclass

import numpy as np

from adit.evidence.sources.balances import SystemYear as Balance
from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.hourly_power import SystemYear
from adit.terms.errors import BadInput

__all__ = ["Balance", "NetImports", "balances_of", "net_imports", "summed"]


@dataclass(frozen=True, slots=True)
class NetImports:
    """The years, one after another, in which a system drew more than it generated, and the least and most it drew."""

    system: str
    first_year: int
    last_year: int
    least_mwh: int
    most_mwh: int


def balances_of(year: int) -> list[Balance]:
    """Every system in this year. Raises BadInput for a year that the file does not have."""
    found = [b for b in read_balances() if b.year == year]
    if not found:
        years = sorted({b.year for b in read_balances()})
        raise BadInput(
            f"There is no balance of {year}; the System Operator's file holds {years[0]} to {years[-1]}.",
            where="--year",
            todo=f"Ask for one of {', '.join(map(str, years))}.",
        )
    return found


def summed(year: SystemYear) -> Balance:
    """The same from the hours: each sum is over the hours that have it, and nothing is filled in."""
    load, generation = int(np.nansum(year.load_mw)), int(np.nansum(year.generation_mw))
    missing = year.hours_missing
    return Balance(year.system, year.year, load, generation, generation - load, missing <= 8, missing)


def net_imports(system: str, last_year: int) -> NetImports | None:
    """The run of years that ends with this one, in each of which the system imported; None where it did not.

    A year that the file does not have to its end is no year of the run.
    """
    run: list[Balance] = []
    for b in sorted((b for b in read_balances() if b.system == system), key=lambda b: -b.year):
        if b.year > last_year or b.hours_missing > 100:
            continue
        if b.balance_mwh >= 0:
            break
        run.append(b)
    if not run:
        return None
    drawn = [-b.balance_mwh for b in run]
    return NetImports(system, run[-1].year, run[0].year, min(drawn), max(drawn))
