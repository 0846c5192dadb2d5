"""A zonal network as columns: zones with load and mining by the hour, units, reservoirs, lines; and what is wrong with one.

Power is MW, the mean of the hour; money is per MWh in the currency that the network names. Arrays by the hour have one row
an item and one column an hour, and may be views of one figure (`np.broadcast_to`), so that constants cost no memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from adit.terms.errors import BadInput

__all__ = [
    "Floats",
    "Hours",
    "Ints",
    "Lines",
    "Network",
    "Reservoirs",
    "Units",
    "check_network",
    "hour_name",
    "hours_from",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Hours = npt.NDArray[np.datetime64]
TENFOLD = 10  # a load this far beyond everything that could be generated is in another unit


@dataclass(frozen=True, slots=True)
class Units:
    """What generates. `least_mw` is what must run: heat of a CHP plant, the floor of a reactor."""

    names: tuple[str, ...]
    zone: Ints
    fuel: tuple[str, ...]
    least_mw: Floats  # units by hours
    most_mw: Floats  # units by hours, outages taken off
    cost_per_mwh: Floats
    co2_t_per_mwh: Floats


@dataclass(frozen=True, slots=True)
class Reservoirs:
    """Hydro plants that can hold water back. Water is counted as the energy it would give; what does not fit is spilt."""

    names: tuple[str, ...]
    zone: Ints
    least_mw: Floats  # reservoirs by hours
    most_mw: Floats
    inflow_mw: Floats
    full_mwh: Floats
    start_mwh: Floats
    end_mwh: Floats  # at least this much is left after the last hour


@dataclass(frozen=True, slots=True)
class Lines:
    """Controlled sections between two zones: what may flow forwards and backwards in each hour, without losses."""

    names: tuple[str, ...]
    origin: Ints
    target: Ints
    forward_mw: Floats  # lines by hours
    backward_mw: Floats


@dataclass(frozen=True, slots=True)
class Network:
    """Everything one linear program needs. Load excludes the mining that may be curtailed at its bid."""

    zones: tuple[str, ...]
    hours_utc: Hours  # when each hour begins; days that are not known may be left out
    load_mw: Floats  # zones by hours
    mining_mw: Floats  # zones by hours: as much as miners would take
    bid_per_mwh: Floats  # by zone: above this price miners switch off
    shed_per_mwh: Floats  # by zone: what a megawatt-hour not served is taken to cost
    units: Units
    reservoirs: Reservoirs
    lines: Lines
    currency: str = "RUB"

    @property
    def hours(self) -> int:
        return int(self.load_mw.shape[1])


def hours_from(start_utc: datetime, count: int) -> Hours:
    """So many hours in a row."""
    first = np.datetime64(start_utc.astimezone(UTC).replace(tzinfo=None), "h")
    made: Any = first + np.arange(count) * np.timedelta64(1, "h")
    hours: Hours = made
    return hours


def hour_name(network: Network, hour: int) -> str:
    """The hour as people write it."""
    return f"{str(network.hours_utc[hour])[:10]} {str(network.hours_utc[hour])[11:13]}:00 UTC"


def check_network(network: Network, where: str = "") -> None:
    """Raises BadInput at the first thing that no linear program should be asked to carry."""
    if not network.zones or not network.hours:
        raise BadInput("The network has no zone or no hour.", where=where, todo="Give at least one of each.")
    if len(network.hours_utc) != network.hours:
        raise BadInput(
            f"{len(network.hours_utc)} hours are named and {network.hours} have a load.",
            where=where,
            todo="Give every table the same hours.",
        )
    _check_shapes(network, where)
    tables = {
        "load": (network.load_mw, network.zones),
        "mining load": (network.mining_mw, network.zones),
        "least generation": (network.units.least_mw, network.units.names),
        "most generation": (network.units.most_mw, network.units.names),
        "least generation of water": (network.reservoirs.least_mw, network.reservoirs.names),
        "most generation of water": (network.reservoirs.most_mw, network.reservoirs.names),
        "inflow": (network.reservoirs.inflow_mw, network.reservoirs.names),
        "forward limit": (network.lines.forward_mw, network.lines.names),
        "backward limit": (network.lines.backward_mw, network.lines.names),
    }
    for what, (values, names) in tables.items():
        _check_hourly(network, what, values, names, where)
    for what, least, most, names in (
        ("unit", network.units.least_mw, network.units.most_mw, network.units.names),
        ("reservoir", network.reservoirs.least_mw, network.reservoirs.most_mw, network.reservoirs.names),
    ):
        _check_order(network, what, least, most, names, where)
    _check_water(network, where)
    _check_lines(network, where)
    _check_unit_of_load(network, where)


def _check_shapes(network: Network, where: str) -> None:
    wide = network.hours
    for what, names, arrays in (
        ("zone", network.zones, (network.load_mw, network.mining_mw)),
        ("unit", network.units.names, (network.units.least_mw, network.units.most_mw)),
        (
            "reservoir",
            network.reservoirs.names,
            (network.reservoirs.least_mw, network.reservoirs.most_mw, network.reservoirs.inflow_mw),
        ),
        ("line", network.lines.names, (network.lines.forward_mw, network.lines.backward_mw)),
    ):
        twice = next((n for n in names if names.count(n) > 1), None) if len(set(names)) < len(names) else None
        if twice is not None:
            raise BadInput(f"Two {what}s are called '{twice}'.", where=where, todo="Give each a name of its own.")
        for array in arrays:
            if array.shape != (len(names), wide):
                raise BadInput(
                    f"A table by {what} has {array.shape[0]} rows and {array.shape[1]} hours; {len(names)} and {wide} are expected.",
                    where=where,
                    todo="Give every table the same hours.",
                )


def _check_hourly(network: Network, what: str, values: Floats, names: Sequence[str], where: str) -> None:
    missing = ~np.isfinite(values)
    if missing.any():
        item, hour = np.argwhere(missing)[0]
        raise BadInput(
            f"The {what} of {names[item]} is missing in {int(missing.sum()):,} hours, first in {hour_name(network, int(hour))}.",
            where=where,
            todo="Missing hours are not filled in. Give them, or ask for a span that has them all.",
        )
    if values.size and float(values.min()) < 0:
        item, hour = np.argwhere(values < 0)[0]
        raise BadInput(
            f"The {what} of {names[item]} is {values[item, hour]:,.1f} MW in {hour_name(network, int(hour))}.",
            where=where,
            todo="It cannot be below zero. Exports are flows on a line, not load.",
        )


def _check_order(network: Network, what: str, least: Floats, most: Floats, names: Sequence[str], where: str) -> None:
    wrong = least > most + 1e-9
    if wrong.any():
        item, hour = np.argwhere(wrong)[0]
        raise BadInput(
            f"The {what} {names[item]} must give at least {least[item, hour]:,.1f} MW and can give {most[item, hour]:,.1f} MW "
            f"in {hour_name(network, int(hour))}.",
            where=where,
            todo="Lower what must run, or raise what is available.",
        )


def _check_water(network: Network, where: str) -> None:
    water = network.reservoirs
    for name, full, start, end in zip(water.names, water.full_mwh, water.start_mwh, water.end_mwh, strict=True):
        if not (0 <= start <= full and 0 <= end <= full):
            raise BadInput(
                f"The reservoir {name} holds {full:,.0f} MWh, begins with {start:,.0f} and is to end with {end:,.0f}.",
                where=where,
                todo="Both must lie between nought and what it holds.",
            )


def _check_lines(network: Network, where: str) -> None:
    last = len(network.zones) - 1
    for name, a, b in zip(network.lines.names, network.lines.origin, network.lines.target, strict=True):
        if not (0 <= a <= last and 0 <= b <= last):
            raise BadInput(f"The line {name} ends in no zone.", where=where, todo="Name two zones of the network.")
        if a == b:
            raise BadInput(
                f"The line {name} begins and ends in {network.zones[a]}.", where=where, todo="Name two different zones."
            )
    for what, zone, names in (
        ("unit", network.units.zone, network.units.names),
        ("reservoir", network.reservoirs.zone, network.reservoirs.names),
    ):
        outside = (zone < 0) | (zone > last)
        if outside.any():
            raise BadInput(f"The {what} {names[int(outside.argmax())]} stands in no zone.", where=where)


def _check_unit_of_load(network: Network, where: str) -> None:
    able = float(
        network.units.most_mw.max(axis=1, initial=0).sum() + network.reservoirs.most_mw.max(axis=1, initial=0).sum()
    )
    asked = float(network.load_mw.sum(axis=0).max())
    if able > 0 and (asked > TENFOLD * able or (asked > 0 and asked * TENFOLD * TENFOLD < able)):
        more = asked > able
        raise BadInput(
            f"The load reaches {asked:,.1f} MW where {able:,.1f} MW could be generated: {'ten times more' if more else 'a hundredth'}.",
            where=where,
            todo="One of them is likely in another unit: kW, MW and GW differ by a thousand.",
        )
