"""One past forecast as the model takes it: who mined where at the origin, with which machines, under which law, at the price that came.

Everything up to the origin is what was known; what comes after it is price, new coins and law, on which the forecast is conditional.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from adit.evidence.sources.network_history import network_month
from adit.lab.backtests.law import Act, Change, law_of
from adit.lab.backtests.past import back, months_between, series
from adit.lab.columns import SECTORS
from adit.lab.model.inputs import Cells, Inputs, Network, Power, Start
from adit.lab.model.vintages import fleet_mix, shipped_fleet

__all__ = ["POWER_USD_PER_KWH", "Site", "World", "fleet_j_per_th", "inputs_of", "mix_at"]

# The mean that miners told Cambridge, third benchmarking study, September 2020. One price for all: no better one of that day is at hand.
POWER_USD_PER_KWH = 0.046
LEAD = 12  # months before the first that the model is told of
_STOCK_FROM = date(2016, 1, 1)
_BANDS = (-0.2, 0.0, 0.2)  # a third of connections each: how far their price lies from the middle


@dataclass(frozen=True, slots=True)
class Site:
    """The mining of one sector of a place at the origin. Anchored MW are national figures; the others are scaled to the hash rate."""

    place: str
    sector: str
    mw: float
    price_usd_per_kwh: float
    anchored: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What a forecast begins with. `origin` is the last known month; the forecast is of the `ahead` months after it."""

    origin: date
    ahead: int
    sites: tuple[Site, ...]
    growth_per_month: Mapping[str, float]  # of connections, by place
    uncertainty: Mapping[str, float] = field(default_factory=dict)  # of ln MW at the origin; 0 where not named
    spare: float = 0.05  # connections beyond what runs, as a share
    former_mw: Mapping[str, float] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    changes: tuple[Change, ...] = ()


def inputs_of(world: World) -> Inputs:
    """The arrays of the model."""
    months = months_between(back(world.origin, -1), back(world.origin, -world.ahead))
    places = tuple(dict.fromkeys(site.place for site in world.sites))
    before = series(back(world.origin, LEAD - 1), world.origin)
    after = series(months[0], months[-1])
    fleet = shipped_fleet(months, LEAD)
    place, sector, share, price, mw, anchored = _cells(world.sites, places)
    return Inputs(
        months=months,
        places=places,
        cells=Cells(place, sector, share),
        fleet=fleet,
        network=Network(
            price_usd_per_btc=np.array([[m.price_usd_per_btc for m in after]]),
            issuance_btc_per_day=np.array([m.issuance_btc_per_day for m in after]),
            fees_btc_per_day=np.array([m.fees_btc_per_day for m in after]),
            revenue_before_usd_per_day=np.array([m.revenue_usd_per_day for m in before]),
            hashprice_before_usd_per_th_day=np.array([m.hashprice_usd_per_th_day for m in before]),
            hashrate_start_ehs=before[-1].hashrate_ehs,
        ),
        power=Power(
            price_usd_per_kwh=np.tile(price, (len(months), 1)),
            grid_mw_most=np.full((len(months), len(places)), np.inf),
            slots_mw=np.array([_formal(world.sites, p) * (1 + world.spare) for p in places]),
            slot_growth_per_month=np.array([world.growth_per_month.get(p, 0.0) for p in places]),
            household_mw_most=np.zeros(len(places)),
        ),
        start=Start(
            mw=mw,
            mix=np.tile(mix_at(world.origin)[:, None], (1, len(place))),
            anchored=anchored,
            uncertainty=np.array([world.uncertainty.get(p, 0.0) for p in places]),
            former_mw=np.array([world.former_mw.get(p, np.nan) for p in places]),
        ),
        law=law_of(months, places, world.acts, world.changes),
    )


def mix_at(origin: date) -> Any:
    """The share of each vintage in the power of what ran in a month, by the chain and by deliveries alone."""
    months = months_between(_STOCK_FROM, origin)
    return fleet_mix(months, [network_month(m).hashrate_ehs for m in months])


def fleet_j_per_th(month: date) -> float:
    """The mean J/TH of what ran in a month, by deliveries: what turns hash rate into megawatts."""
    efficiency = shipped_fleet((month,), 0).efficiency_j_per_th
    return float(1 / (mix_at(month) / efficiency).sum())


def _formal(sites: Sequence[Site], place: str) -> float:
    return sum(site.mw for site in sites if site.place == place and site.sector == "formal")


def _cells(sites: Sequence[Site], places: Sequence[str]) -> tuple[Any, ...]:
    """Arrays over cells: place, sector, share, price, MW, anchored. Formal mining pays three prices, the others one."""
    rows = []
    for site in sites:
        bands = _BANDS if site.sector == "formal" else (0.0,)
        rows += [
            (
                places.index(site.place),
                SECTORS.index(site.sector),
                1 / len(bands),
                site.price_usd_per_kwh * (1 + b),
                site.mw / len(bands),
                site.anchored,
            )
            for b in bands
        ]
    place, sector, share, price, mw, anchored = zip(*rows, strict=True)
    return (
        np.array(place, dtype=np.int64),
        np.array(sector, dtype=np.int64),
        np.array(share),
        np.array(price),
        np.array(mw),
        np.array(anchored, dtype=np.bool_),
    )
