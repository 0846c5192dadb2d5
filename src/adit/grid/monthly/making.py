"""The monthly surplus worked out from the hours: what the shipped table must be."""

from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.hourly_power import read_hours
from adit.evidence.sources.plants import system_mw
from adit.grid.facts import month_facts
from adit.grid.hosting import hosting_of
from adit.grid.monthly.store import MonthlySurplus
from adit.grid.store import assumptions

__all__ = ["recompute_monthly_surplus"]


def recompute_monthly_surplus() -> list[MonthlySurplus]:
    """Each system in each complete year, with the accepted hours of the assumptions and no limit of a line."""
    hours, assumed, installed = read_hours(), assumptions(), system_mw()
    found: list[MonthlySurplus] = []
    for balance in read_balances():
        if not balance.complete:
            continue
        hosting = hosting_of(
            hours[balance.system],
            balance.year,
            assumed.accept_hours,
            installed_mw=float(installed.get(balance.system, 0)),
            assumed=assumed,
        )
        found += [
            MonthlySurplus(balance.system, balance.year, month, assumed.accept_hours, **month_facts(hosting, month))
            for month in range(1, 13)
        ]
    return found
