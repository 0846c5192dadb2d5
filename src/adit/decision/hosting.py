"""Whose electricity it was where an operator hosts others: its clients' by its report, its own what the meters counted beyond that.

A client that objects to being one has none of it until the office has decided: it is the operator's. Not for whether the report is true (`audit`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adit.decision.known import Known
from adit.register.records import Site
from adit.register.store import Stated
from adit.terms.days import Period

__all__ = ["Excess", "Used", "used_in"]


@dataclass(frozen=True, slots=True)
class Excess:
    """A finding: the clients of a site are reported with more than its mining meters counted. `entry`: the newest that it rests on."""

    site: Stated[Site]
    period: Period
    metered_wh: int
    clients_wh: int
    entry: int


@dataclass(frozen=True, slots=True)
class Used:
    """The electricity that a party used for mining in a month, and what says so.

    None where nothing says it, and where part of it is known to be missing: an operator has not reported all its clients, or reported too much.
    """

    energy_wh: int | None
    entry: int  # the newest that it rests on
    metered: bool  # by meters of sites that it runs
    less_clients: bool  # its clients taken off
    hosted: bool  # by the reports of operators
    excesses: tuple[Excess, ...]


def used_in(read: Known, party: str, period: Period, sites: Sequence[Stated[Site]]) -> Used:
    """What a party used in a month, of which it is hosted at some of the `sites` and runs others itself."""
    amounts, entries, excesses = list[int](), list[int](), list[Excess]()
    metered, less_clients, whole = False, False, True
    for site in sites:
        counted = read.counted.get((site.id, period.start))
        if counted is None or not _runs(party, site.record):
            continue
        metered = True
        entries.append(counted.entry)
        clients = read.hosting.get((party, site.id, period.start))
        if clients is None:
            amounts.append(counted.energy_wh)
            continue
        less_clients = True
        entries.append(clients.entry)
        amounts.append(counted.energy_wh - clients.energy_wh)
        if clients.energy_wh > counted.energy_wh:
            excesses.append(
                Excess(site, period, counted.energy_wh, clients.energy_wh, max(counted.entry, clients.entry))
            )
        whole &= not clients.unreported and clients.energy_wh <= counted.energy_wh
    hosted = [h for h in read.hosted.get((party, period.start), ()) if not h.objected]
    amounts += [h.energy_wh for h in hosted if h.energy_wh is not None]
    entries += [h.entry for h in hosted]
    whole &= all(h.energy_wh is not None for h in hosted)
    energy_wh = sum(amounts) if amounts and whole else None
    return Used(energy_wh, max(entries, default=0), metered, less_clients, bool(hosted), tuple(excesses))


def _runs(party: str, site: Site) -> bool:
    """Whether the party has what happens at a site to answer for: its operator, or its owner where nobody runs it."""
    return party == (site.operator or site.owner)
