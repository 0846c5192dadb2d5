"""A scenario and the state of the world as the arrays that the model takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any

import numpy as np

from adit.decision.gathering import surplus_of_month
from adit.evidence.sources.fees import fee_share
from adit.evidence.sources.network_history import months_between, network_month
from adit.lab.columns import SECTORS
from adit.lab.law_columns import Acts, law_columns, month_after
from adit.lab.model.checks import LEAD_MONTHS
from adit.lab.model.inputs import Cells, Inputs, Network, Power, Start
from adit.lab.model.network import subsidy_btc_per_day
from adit.lab.model.vintages import fleet_mix, shipped_fleet
from adit.lab.places import Behaviour, Place, Places, Rates
from adit.lab.results.measures import focus_of
from adit.lab.run_prices import PricePaths, known_prices, price_paths
from adit.lab.scenario import Scenario
from adit.lab.state import SPREAD, InPlace, State
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["Setting", "build", "months_of"]

_BANDS = (
    (-1.0, 0.25),
    (0.0, 0.5),
    (1.0, 0.25),
)  # of the price of power, in widths of the band, and the share of connections
_PRICES_OF = date(2025, 1, 1)
_FLEET_FROM = date(2016, 1, 1)  # so early that the machines of before do not matter


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is made of, so that its results can be told and explained: the inputs and what stands behind them."""

    scenario: Scenario
    inputs: Inputs
    acts: Acts
    places: tuple[Place, ...]
    state: State
    behaviour: Behaviour
    rates: Rates
    prices: PricePaths
    households: Mapping[str, float]
    sources: Mapping[str, str]  # of what the places take for granted as a whole


def months_of(scenario: Scenario) -> tuple[date, ...]:
    """The first days of the scenario's months."""
    return tuple(month_after(scenario.start, k) for k in range(scenario.months))


def build(
    scenario: Scenario,
    acts: Acts,
    places: Places,
    state: State,
    behaviour: Behaviour,
    rates: Rates,
    draws: int,
    seed: int,
    tell: Callable[[str], None] = lambda step: None,
) -> Setting:
    """Everything that the model needs.

    Raises BadInput where the state is not of the scenario's first month, or a price or a difficulty is not known; UnknownName for a focus without mining.
    """
    if scenario.start != state.as_of.replace(day=1):
        raise BadInput(
            f"The state is of {state.as_of}, and the scenario begins in {scenario.start:%Y-%m}.",
            where=scenario.where,
            todo='Begin then, or name a state of that day: state = "my_state.toml".',
        )
    months = months_of(scenario)
    rows = [r for r in state.rows if r.mw > 0]
    here = tuple(places[r.place] for r in rows)
    focus_of(scenario.focus, here, scenario.at("focus"))  # before anything is drawn
    prices = price_paths(scenario.price, months, draws, seed)
    before = [month_after(months[0], k) for k in range(-LEAD_MONTHS, 0)]
    cells, owner, band = _cells(rows, here)
    foundry = inf if scenario.foundry_mw_per_month is None else scenario.foundry_mw_per_month
    fleet = shipped_fleet(months, LEAD_MONTHS, foundry)
    inputs = Inputs(
        months=months,
        places=tuple(p.code for p in here),
        cells=cells,
        fleet=fleet,
        network=_network(scenario, months, before, prices),
        power=_power(scenario, behaviour, here, rows, cells, owner, band, months, rates),
        start=_start(rows, cells, owner, months[0]),
        law=law_columns(acts, here, months, behaviour, rates, tell),
    )
    return Setting(scenario, inputs, acts, here, state, behaviour, rates, prices, places.households, places.sources)


def _cells(rows: Sequence[InPlace], places: Sequence[Place]) -> tuple[Cells, list[int], Any]:
    """A cell for each sector that a place has or may come to have; formal mining with a figure of its own has bands of price."""
    place, sector, share, owner, band = [], [], [], [], []
    for p, (row, here) in enumerate(zip(rows, places, strict=True)):
        for s, name in enumerate(SECTORS):
            if (
                row.of(name) <= 0
                and here.country != "RU"
                and not (name == "informal" and row.formal > 0 and row.informal > 0)
            ):
                continue
            several = name == "formal" and row.basis != SPREAD
            for width, part in _BANDS if several else ((0.0, 1.0),):
                place.append(p)
                sector.append(s)
                share.append(part)
                owner.append(p)
                band.append(width * here.price_band)
    return Cells(np.array(place, np.int64), np.array(sector, np.int64), np.array(share)), owner, np.array(band)


def _network(scenario: Scenario, months: Sequence[date], before: Sequence[date], prices: PricePaths) -> Network:
    known = known_prices(before[0])
    lacking = [m for m in before if m not in known.usd]
    if lacking:
        raise BadInput(
            f"The price of {lacking[0]:%Y-%m} is not known.", where=scenario.where, todo="Begin earlier: start = ..."
        )
    past = [network_month(m) for m in before]
    revenue = np.array([known.usd[n.month] * n.issuance_btc_per_day * (1 + _fees(n.month, scenario)) for n in past])
    issuance = np.array([_issuance(m) for m in months])
    return Network(
        price_usd_per_btc=prices.usd,
        issuance_btc_per_day=issuance,
        fees_btc_per_day=issuance * [_fees(m, scenario) for m in months],
        revenue_before_usd_per_day=revenue,
        hashprice_before_usd_per_th_day=revenue / np.array([n.hashrate_ehs * 1e6 for n in past]),
        hashrate_start_ehs=past[-1].hashrate_ehs,
    )


def _issuance(month: date) -> float:
    """The subsidy of the days of a month, at 144 blocks a day: a halving falls on a day."""
    days = [date.fromordinal(n) for n in range(month.toordinal(), month_after(month).toordinal())]
    return sum(subsidy_btc_per_day(d) for d in days) / len(days)


def _fees(month: date, scenario: Scenario) -> float:
    published = fee_share(Period(month, month_after(month)))
    return float(published.mean) if published else scenario.fees_share_of_subsidy


def _power(
    scenario: Scenario,
    behaviour: Behaviour,
    here: Sequence[Place],
    rows: Sequence[InPlace],
    cells: Cells,
    owner: Sequence[int],
    band: Any,
    months: Sequence[date],
    rates: Rates,
) -> Power:
    base = np.empty((len(months), len(owner)))
    for j, p in enumerate(owner):
        place, household = here[p], int(cells.sector[j]) == SECTORS.index("household")
        own = place.household_price_per_kwh if household else place.price_per_kwh
        for t, m in enumerate(months):
            years = (m.year - _PRICES_OF.year) + (m.month - _PRICES_OF.month) / 12
            base[t, j] = own * (1 + place.price_growth_per_year) ** years * (1 + band[j]) / rates.of(place.currency, m)
    return Power(
        price_usd_per_kwh=base,
        grid_mw_most=_grid(scenario, here, rows, months),
        slots_mw=np.array([r.formal for r in rows]),
        slot_growth_per_month=np.array([p.slot_growth_per_month for p in here]),
        household_mw_most=np.array(
            [behaviour.of("household_room", p.country) * r.household for r, p in zip(rows, here, strict=True)]
        ),
    )


def _grid(scenario: Scenario, here: Sequence[Place], rows: Sequence[InPlace], months: Sequence[date]) -> Any:
    """What a place may come to draw: what it draws at the start, and its part of what the power system has to spare in the month."""
    most = np.full((len(months), len(here)), inf)
    if scenario.grid.capacity == "none":
        return most
    of_system: dict[str, float] = {}
    for place, row in zip(here, rows, strict=True):
        of_system[place.system] = of_system.get(place.system, 0.0) + row.mw
    for p, (place, row) in enumerate(zip(here, rows, strict=True)):
        for t, m in enumerate(months):
            found = surplus_of_month(f"surplus_mw_{scenario.grid.capacity}", place.code, Period(m, month_after(m)))
            if found is not None:  # not measured: the grid sets no limit that is known
                most[t, p] = row.formal + max(0, found.whole) * row.mw / of_system[place.system]
    return most


def _start(rows: Sequence[InPlace], cells: Cells, owner: Sequence[int], first: date) -> Start:
    mw = np.array(
        [rows[p].of(SECTORS[s]) * share for p, s, share in zip(owner, cells.sector, cells.share, strict=True)]
    )
    past = months_between(_FLEET_FROM, month_after(first, -1))
    mix = fleet_mix(past, [network_month(m).hashrate_ehs for m in past])
    return Start(
        mw=mw,
        mix=np.repeat(np.asarray(mix)[:, None], len(owner), axis=1),
        anchored=np.array([rows[p].anchored for p in owner]),
        uncertainty=np.array([r.deviation for r in rows]),
        former_mw=np.array([r.former for r in rows]),
    )
