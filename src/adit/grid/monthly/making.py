"""The monthly surplus worked out from the hours: what the shipped table must be."""

from collections.abc import Iterator

from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.hourly_power import SystemHours, read_hours
from adit.evidence.sources.plants import system_mw
from adit.grid.facts import month_facts
from adit.grid.hosting import hosting_of
from adit.grid.monthly.store import MonthlySurplus
from adit.grid.store import assumptions

__all__ = ["complete_years", "recompute_monthly_surplus"]


def recompute_monthly_surplus() -> list[MonthlySurplus]:
    """Each system in each complete year, with the accepted hours of the assumptions and no limit of a line."""
    assumed, installed = assumptions(), system_mw()
    found: list[MonthlySurplus] = []
    for hours, year in complete_years():
        hosting = hosting_of(
            hours,
            year,
            assumed.accept_hours,
            installed_mw=float(installed.get(hours.system, 0)),
            assumed=assumed,
        )
        found += [
            MonthlySurplus(hours.system, year, month, assumed.accept_hours, **month_facts(hosting, month))
            for month in range(1, 13)
        ]
    return found


def complete_years() -> Iterator[tuple[SystemHours, int]]:
    """The hours of each system, and a year of them that is complete."""
    hours = read_hours()
    return ((hours[balance.system], balance.year) for balance in read_balances() if balance.complete)
