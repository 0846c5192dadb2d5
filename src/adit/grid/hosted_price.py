"""What hosting as much as was found would do to the price: the dual values of the zonal program, without the load and with it.

Costs, outages, water and limits are a scenario's, so this is how far the price would move in that scenario, and no forecast of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from adit.evidence.sources.hourly_power import SystemYear
from adit.evidence.sources.plants import Plant
from adit.grid.answer import Answer
from adit.grid.impact import results
from adit.grid.russia import days_known, russian_network
from adit.grid.scenario.store import Scenario
from adit.grid.surplus import ENDS
from adit.grid.two_stage import dispatch_in_two_stages

__all__ = ["HostedPrice", "PriceAtEnd", "hosted_mw", "prices_of"]


@dataclass(frozen=True, slots=True)
class PriceAtEnd:
    """The mean price by system that hosts something, weighted by load, without it and with it."""

    end: str
    added_mw: Mapping[str, float]
    without: Mapping[str, float]
    with_load: Mapping[str, float]
    mining_share: Mapping[str, float]  # of its energy that the load takes: above their bid miners switch off


@dataclass(frozen=True, slots=True)
class HostedPrice:
    """By end of what was available. Not known where too many days of the year lack an hour; `ends` is then empty."""

    currency: str
    hours: int
    ends: tuple[PriceAtEnd, ...]
    days_left_out: tuple[date, ...]


def hosted_mw(found: Answer, end: str) -> dict[str, float]:
    """What each system hosts at this end with the accepted hours: at once where there are several, else its own. None that hosts nothing."""
    if found.together is not None:
        shared = next((s for s in found.together.ends if s.name == end), None)
        part = shared.carried.part_mw if shared and shared.carried else shared.part_mw if shared else ()
        loads = dict(zip(found.together.systems, part, strict=True)) if part else {}
    else:
        ends = {h.system: h.low if end == h.low.name else h.high for h in found.systems}
        loads = {s: e.hosting_mw_interruptible or e.hosting_mw_firm for s, e in ends.items()}
    return {system: float(mw // 1) for system, mw in loads.items() if mw >= 1}


def prices_of(
    found: Answer, years: Mapping[str, SystemYear], plants: Sequence[Plant], scenario: Scenario, *, where: str
) -> HostedPrice:
    """The year dispatched without what is hosted, and with it at each end. Flexible: miners bid as the scenario says."""
    left_out = days_known(years)
    if left_out is None:
        return HostedPrice(scenario["currency"], 0, (), ())
    network = russian_network(years, plants, scenario, where=where).network
    loads = {end: hosted_mw(found, end) for end in ENDS}
    asked = {end: mw for end, mw in loads.items() if mw}
    before = results(dispatch_in_two_stages(network)) if asked else []
    ends = []
    for end, mw in asked.items():
        added = np.array([mw.get(zone, 0.0) for zone in network.zones])
        with_load = replace(network, mining_mw=network.mining_mw + added[:, None])
        after = results(dispatch_in_two_stages(with_load))
        ends.append(
            PriceAtEnd(
                end,
                mw,
                {r.zone: r.price_mean for r in before if r.zone in mw},
                {r.zone: r.price_mean for r in after if r.zone in mw},
                {r.zone: r.mining_mwh / (mw[r.zone] * network.hours) for r in after if r.zone in mw},
            )
        )
    return HostedPrice(network.currency, network.hours, tuple(ends), left_out)
