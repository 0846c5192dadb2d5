"""The network of the six unified power systems, put together from hours, plants and a scenario.

Load and net export are measured. Capacity is of the plants whose capacity is known. Cost, outages, heat, water and the limits
of sections are the scenario's, each with its reason in that file.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from adit.evidence.sources.hourly_power import SystemYear
from adit.evidence.sources.plants import Plant
from adit.grid.network import Floats, Ints, Lines, Network, Reservoirs, Units, check_network, hours_from
from adit.grid.scenario.store import Scenario
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import regions

__all__ = ["RussianNetwork", "days_known", "lines_by_hour", "russian_network"]

DAY = 24
DAYS_LEFT_OUT_MAX = 14


@dataclass(frozen=True, slots=True)
class RussianNetwork:
    """The network, and the days of the span that are not in it because an hour of them is missing."""

    network: Network
    days_left_out: tuple[date, ...]
    measured_net_import_mwh: tuple[float, ...]  # by zone: what the network's own answer is held against


def russian_network(
    years: Mapping[str, SystemYear],
    plants: Sequence[Plant],
    scenario: Scenario,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    where: str = "",
) -> RussianNetwork:
    """The systems as zones, over a calendar year of Moscow time or the days of it that are asked for.

    A day with a missing hour is left out whole and named; nothing is filled in. Raises BadInput beyond a fortnight of them.
    """
    zones = tuple(sorted(years))
    some = years[zones[0]]
    kept, left_out = _kept(years, first_day, last_day, where)
    month, hours = some.month[kept], len(kept)
    load = np.stack([years[z].load_mw[kept] for z in zones])
    generation = np.stack([years[z].generation_mw[kept] for z in zones])
    if scenario["export_system"] not in zones:
        raise UnknownName("power system", scenario["export_system"], zones, where=where)
    measured = (load - generation).sum(axis=1)
    load[zones.index(scenario["export_system"])] += (generation - load).sum(axis=0)
    known = {fuel: np.array(table["least_share"], np.float64)[month - 1] for fuel, table in scenario["fuel"].items()}
    capacity = _capacity(plants, zones, [*known, "Hydro"], where)
    made = Network(
        zones,
        hours_from(some.hour(0), len(some.load_mw))[kept],
        load,
        np.zeros_like(load),
        np.full(len(zones), float(scenario["bid_per_mwh"])),
        np.full(len(zones), float(scenario["shed_per_mwh"])),
        _units(capacity, zones, scenario, known, hours),
        _reservoirs(capacity, zones, scenario, month),
        lines_by_hour(zones, scenario, month, where),
        scenario["currency"],
    )
    check_network(made, where)
    return RussianNetwork(made, left_out, tuple(map(float, measured)))


def days_known(years: Mapping[str, SystemYear]) -> tuple[date, ...] | None:
    """The days of the year that lack an hour in one system or more; None where they are too many to run the year without them."""
    left_out = _left_out(years)
    return None if len(left_out) > DAYS_LEFT_OUT_MAX else left_out


def _left_out(years: Mapping[str, SystemYear]) -> tuple[date, ...]:
    year = next(iter(years.values())).year
    unknown = np.any([np.isnan(y.load_mw + y.generation_mw) for y in years.values()], axis=0).reshape(-1, DAY)
    return tuple(date(year, 1, 1) + timedelta(days=int(d)) for d in np.flatnonzero(unknown.any(axis=1)))


def _kept(
    years: Mapping[str, SystemYear], first_day: date | None, last_day: date | None, where: str
) -> tuple[Ints, tuple[date, ...]]:
    """The hours of the days that all systems know, and the days that are left out."""
    year = next(iter(years.values())).year
    first, last = first_day or date(year, 1, 1), last_day or date(year, 12, 31)
    if not (first.year == last.year == year and first <= last):
        raise BadInput(
            f"{first} to {last} are no days of {year}.", todo="Give --from and --to within the year, in order."
        )
    days = np.arange((first - date(year, 1, 1)).days, (last - date(year, 1, 1)).days + 1)
    left_out = tuple(d for d in _left_out(years) if first <= d <= last)
    if len(left_out) > DAYS_LEFT_OUT_MAX or len(left_out) == len(days):
        raise BadInput(
            f"{len(left_out)} of {len(days)} days of {year} lack an hour in one system or more, first {left_out[0]}, last {left_out[-1]}.",
            where=where,
            todo="Missing hours are not filled in. Ask for days that are known: --from, --to.",
        )
    known = days[~np.isin(days, [(d - date(year, 1, 1)).days for d in left_out])]
    return (known[:, None] * DAY + np.arange(DAY)).ravel(), left_out


def _capacity(
    plants: Sequence[Plant], zones: Sequence[str], fuels: Sequence[str], where: str
) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = defaultdict(float)
    for plant in plants:
        system = regions()[plant.region].energy_system if plant.region in regions() else ""
        if system not in zones or not plant.capacity_mw:
            continue
        if plant.fuel not in fuels:
            raise UnknownName("fuel of the scenario", plant.fuel, fuels, where=where)
        found[system, plant.fuel] += float(plant.capacity_mw)
    return dict(sorted(found.items()))


def _units(capacity: Mapping[tuple[str, str], float], zones: Sequence[str], scenario: Scenario, least: Mapping[str, Floats], hours: int) -> Units:  # fmt: skip
    names, fuels, zone, floor, roof, cost, co2 = [], [], [], [], [], [], []
    steps = scenario["cost_steps"]
    for (system, fuel), mw in capacity.items():
        if fuel == "Hydro":
            continue
        table = scenario["fuel"][fuel]
        for number, step in enumerate(steps, start=1):
            most = mw / len(steps) * table["available"]
            names.append(f"{system} {fuel} {number}")
            fuels.append(fuel)
            zone.append(zones.index(system))
            floor.append(most * least[fuel])
            roof.append(np.broadcast_to(most, hours))
            cost.append(float(table.get("cost_in", {}).get(system, table["cost_per_mwh"])) * step)
            co2.append(float(table["co2_t_per_mwh"]))
    return Units(tuple(names), np.array(zone, np.int64), tuple(fuels), np.array(floor), np.array(roof), np.array(cost), np.array(co2))  # fmt: skip


def _reservoirs(capacity: Mapping[tuple[str, str], float], zones: Sequence[str], scenario: Scenario, month: Ints) -> Reservoirs:  # fmt: skip
    hydro = scenario["hydro"]
    wet = [system for system, fuel in capacity if fuel == "Hydro"]
    installed = np.array([capacity[system, "Hydro"] for system in wet])[:, None]
    inflow = installed * np.array(hydro["inflow_share"], np.float64)[month - 1]
    full = installed[:, 0] * hydro["reservoir_hours"]
    level = full * hydro["level_share"]
    shape = inflow.shape
    return Reservoirs(
        tuple(f"{system} hydro" for system in wet),
        np.array([zones.index(system) for system in wet], np.int64),
        np.broadcast_to(installed * hydro["least_share"], shape),
        np.broadcast_to(installed * hydro["available"], shape),
        inflow,
        full,
        level,
        level,
    )


def lines_by_hour(zones: Sequence[str], scenario: Scenario, month: Ints, where: str) -> Lines:
    """The limits of the sections in hours of these months, weaker in summer. Raises UnknownName for an end that is no zone."""
    rows = scenario["line"]
    for row in rows:
        for end in ("from", "to"):
            if row[end] not in zones:
                raise UnknownName("power system", row[end], zones, where=f"{where} line {row['from']} to {row['to']}")
    season = np.where(np.isin(month, scenario["summer_months"]), float(scenario["summer_share"]), 1.0)
    return Lines(
        tuple(f"{row['from']}-{row['to']}" for row in rows),
        np.array([zones.index(row["from"]) for row in rows], np.int64),
        np.array([zones.index(row["to"]) for row in rows], np.int64),
        np.array([row["forward_mw"] * season for row in rows]),
        np.array([row["backward_mw"] * season for row in rows]),
    )
