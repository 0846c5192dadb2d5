"""Networks of PyPSA in and out: the same zones, units, water and sections under PyPSA's names.

Water becomes a store at a bus of its own, filled by a generator of inflow and emptied through a link, because only so can
PyPSA hold a least flow and a last level. What PyPSA can say and this network cannot is refused by name, never dropped.
"""

from pathlib import Path
from typing import Any

import numpy as np

from adit.grid.network import Floats, Lines, Network, Reservoirs, Units, check_network
from adit.terms.errors import BadInput

__all__ = ["from_pypsa", "read_pypsa", "to_pypsa"]

MINING, SHED, WATER, INFLOW, SECTION = "mining", "load shedding", "water", "inflow", "section"


def to_pypsa(network: Network) -> Any:
    """The network as a `pypsa.Network`, ready to be optimised or exported."""
    import pandas as pd
    import pypsa

    made = pypsa.Network()
    hours = pd.DatetimeIndex(network.hours_utc.astype("datetime64[ns]"))
    made.set_snapshots(hours)
    zones, units, water, lines = network.zones, network.units, network.reservoirs, network.lines
    carriers = sorted({*units.fuel, MINING, SHED, WATER, INFLOW, SECTION, "zone"})
    made.add("Carrier", carriers)
    made.add("Bus", list(zones), carrier="zone")

    def hourly(values: Floats, names: list[str]) -> Any:
        return pd.DataFrame(values.T, index=hours, columns=names)

    def generators(names: list[str], zone: list[str], fuel: Any, least: Floats, most: Floats, cost: Any) -> None:
        size = most.max(axis=1, initial=0)
        share = np.where(size > 0, size, 1.0)[:, None]
        made.add(
            "Generator", names, bus=zone, carrier=fuel, p_nom=size, marginal_cost=cost,
            p_min_pu=hourly(least / share, names), p_max_pu=hourly(most / share, names),
        )  # fmt: skip

    made.add(
        "Load",
        [f"{z} load" for z in zones],
        bus=list(zones),
        p_set=hourly(network.load_mw, [f"{z} load" for z in zones]),
    )
    mined = [f"{z} mining" for z in zones]
    made.add("Load", mined, bus=list(zones), carrier=MINING, p_set=hourly(network.mining_mw, mined))
    nothing = np.zeros_like(network.load_mw)
    generators([f"{z} shed" for z in zones], list(zones), SHED, nothing, network.load_mw, network.shed_per_mwh)
    generators([f"{z} curtailed" for z in zones], list(zones), MINING, nothing, network.mining_mw, network.bid_per_mwh)
    if units.names:
        at = [zones[z] for z in units.zone]
        generators(list(units.names), at, list(units.fuel), units.least_mw, units.most_mw, units.cost_per_mwh)
        for fuel in sorted(set(units.fuel)):
            made.carriers.loc[fuel, "co2_emissions"] = units.co2_t_per_mwh[units.fuel.index(fuel)]
        made.generators["co2_t_per_mwh"] = made.generators.index.map(
            dict(zip(units.names, units.co2_t_per_mwh, strict=True))
        ).fillna(0.0)
    if water.names:
        names = list(water.names)
        ponds = [f"{n} water" for n in names]
        made.add("Bus", ponds, carrier=WATER)
        generators([f"{n} inflow" for n in names], ponds, INFLOW, np.zeros_like(water.inflow_mw), water.inflow_mw, 0.0)
        kept = np.zeros((len(names), network.hours))
        kept[:, -1] = water.end_mwh / np.where(water.full_mwh > 0, water.full_mwh, 1.0)
        made.add(
            "Store", ponds, bus=ponds, carrier=WATER, e_nom=water.full_mwh, e_initial=water.start_mwh,
            e_cyclic=False, e_min_pu=hourly(kept, ponds),
        )  # fmt: skip
        _links(made, names, ponds, [zones[z] for z in water.zone], WATER, water.least_mw, water.most_mw, hourly)
    if lines.names:
        origin, target = ([zones[z] for z in ends] for ends in (lines.origin, lines.target))
        _links(made, list(lines.names), origin, target, SECTION, -lines.backward_mw, lines.forward_mw, hourly)
    return made


def _links(made: Any, names: list[str], origin: list[str], target: list[str], carrier: str, least: Floats, most: Floats, hourly: Any) -> None:  # fmt: skip
    size = np.maximum(np.abs(least), np.abs(most)).max(axis=1, initial=0)
    share = np.where(size > 0, size, 1.0)[:, None]
    made.add(
        "Link", names, bus0=origin, bus1=target, carrier=carrier, p_nom=size,
        p_min_pu=hourly(least / share, names), p_max_pu=hourly(most / share, names),
    )  # fmt: skip


def read_pypsa(path: Path, *, shed_per_mwh: float, bid_per_mwh: float = 0.0) -> Network:
    """A file `.nc` or a folder of CSV files that PyPSA wrote. Raises BadInput where PyPSA is not installed."""
    try:
        import pypsa
    except ModuleNotFoundError:
        raise BadInput("PyPSA is not installed.", where=str(path), todo="pip install 'adit[pypsa]'") from None
    given = pypsa.Network(str(path))
    return from_pypsa(given, shed_per_mwh=shed_per_mwh, bid_per_mwh=bid_per_mwh, where=str(path))


def from_pypsa(
    given: Any, *, shed_per_mwh: float, bid_per_mwh: float = 0.0, currency: str = "RUB", where: str = ""
) -> Network:
    """A `pypsa.Network` as a network here. Zones that have no generator of shedding get this price for it.

    Raises BadInput for lines under Kirchhoff's law, storage that pumps, and units that may be built or switched on and off.
    """
    _refuse_what_is_beyond(given, where)
    snapshots = given.snapshots
    if len(snapshots) > 1 and not bool(np.all(np.diff(snapshots.values) == np.timedelta64(1, "h"))):
        raise BadInput(
            "The snapshots are not one hour apart.", where=where, todo="Resample to hours, and leave none out."
        )
    buses = [b for b in given.buses.index if given.buses.at[b, "carrier"] != WATER]
    place = {bus: i for i, bus in enumerate(buses)}
    hours = len(snapshots)

    def hourly(component: str, attribute: str, names: Any) -> Floats:
        values: Floats = given.get_switchable_as_dense(component, attribute)[list(names)].to_numpy(np.float64).T
        return values.reshape(len(list(names)), hours)

    load, mining = np.zeros((len(buses), hours)), np.zeros((len(buses), hours))
    for name, row in given.loads.iterrows():
        table = mining if row["carrier"] == MINING else load
        table[_at(place, row["bus"], f"load {name}", where)] += hourly("Load", "p_set", [name])[0]
    shed, bid = np.full(len(buses), shed_per_mwh), np.full(len(buses), bid_per_mwh)
    generators = given.generators
    for name, row in generators[generators["carrier"].isin([SHED, MINING])].iterrows():
        prices = shed if row["carrier"] == SHED else bid
        prices[_at(place, row["bus"], f"generator {name}", where)] = row["marginal_cost"]
    plants = generators[~generators["carrier"].isin([SHED, MINING, INFLOW])]
    size = plants["p_nom"].to_numpy(np.float64)[:, None]
    factor = {name: float(row.get("co2_emissions", 0.0)) for name, row in given.carriers.iterrows()}
    efficiency = plants["efficiency"].to_numpy(np.float64)
    emitted = np.array([factor.get(c, 0.0) for c in plants["carrier"]]) / np.where(efficiency > 0, efficiency, 1.0)
    if "co2_t_per_mwh" in plants:
        emitted = plants["co2_t_per_mwh"].to_numpy(np.float64)
    units = Units(
        names=tuple(plants.index),
        zone=np.array([_at(place, b, f"generator {n}", where) for n, b in plants["bus"].items()], np.int64),
        fuel=tuple(plants["carrier"]),
        least_mw=size * hourly("Generator", "p_min_pu", plants.index),
        most_mw=size * hourly("Generator", "p_max_pu", plants.index),
        cost_per_mwh=plants["marginal_cost"].to_numpy(np.float64),
        co2_t_per_mwh=emitted,
    )
    links = given.links
    sections = links[links["carrier"] != WATER]
    capacity = sections["p_nom"].to_numpy(np.float64)[:, None]
    lines = Lines(
        names=tuple(sections.index),
        origin=np.array([_at(place, b, f"link {n}", where) for n, b in sections["bus0"].items()], np.int64),
        target=np.array([_at(place, b, f"link {n}", where) for n, b in sections["bus1"].items()], np.int64),
        forward_mw=capacity * hourly("Link", "p_max_pu", sections.index),
        backward_mw=np.maximum(-capacity * hourly("Link", "p_min_pu", sections.index), 0.0),
    )
    made = Network(
        tuple(buses),
        snapshots.values.astype("datetime64[h]"),
        load,
        mining,
        bid,
        shed,
        units,
        _water(given, place, hourly, where),
        lines,
        currency,
    )
    check_network(made, where)
    return made


def _water(given: Any, place: dict[str, int], hourly: Any, where: str) -> Reservoirs:
    """Water as it is written here, store and link; and PyPSA's own storage units that only generate."""
    stores, units = given.stores, given.storage_units
    taps = given.links[given.links["carrier"] == WATER]
    pond = {bus: name for name, bus in stores["bus"].items()}
    orphan = next((n for n, b in taps["bus0"].items() if b not in pond), None)
    if orphan is not None:
        raise BadInput(f"The link {orphan} takes water from a bus without a store.", where=where)
    inner = [pond[b] for b in taps["bus0"]]
    inflows = {b: n for n, b in given.generators["bus"].items() if given.generators.at[n, "carrier"] == INFLOW}
    fed = [inflows[b] for b in taps["bus0"]]
    size = taps["p_nom"].to_numpy(np.float64)[:, None]
    own = units["p_nom"].to_numpy(np.float64)[:, None]
    full = stores.loc[inner, "e_nom"].to_numpy(np.float64)
    rate = given.generators.loc[fed, "p_nom"].to_numpy(np.float64)[:, None]
    lasting = units["state_of_charge_initial"].to_numpy(np.float64)
    return Reservoirs(
        names=(*taps.index, *units.index),
        zone=np.array([_at(place, b, "water", where) for b in [*taps["bus1"], *units["bus"]]], np.int64),
        least_mw=np.concatenate(
            [size * hourly("Link", "p_min_pu", taps.index), np.zeros((len(units), len(given.snapshots)))]
        ),
        most_mw=np.concatenate(
            [size * hourly("Link", "p_max_pu", taps.index), own * hourly("StorageUnit", "p_max_pu", units.index)]
        ),
        inflow_mw=np.concatenate(
            [rate * hourly("Generator", "p_max_pu", fed), hourly("StorageUnit", "inflow", units.index)]
        ),
        full_mwh=np.concatenate([full, (own[:, 0] * units["max_hours"].to_numpy(np.float64))]),
        start_mwh=np.concatenate([stores.loc[inner, "e_initial"].to_numpy(np.float64), lasting]),
        end_mwh=np.concatenate([full * hourly("Store", "e_min_pu", inner)[:, -1], np.zeros(len(units))]),
    )


def _at(place: dict[str, int], bus: str, what: str, where: str) -> int:
    if bus not in place:
        raise BadInput(f"The {what} is at the bus '{bus}', which is no zone.", where=where, todo="Give it a bus.")
    return place[bus]


def _refuse_what_is_beyond(given: Any, where: str) -> None:
    for table, why in (
        ("lines", "lines under Kirchhoff's law; write them as links"),
        ("transformers", "transformers; write them as links"),
    ):
        if len(getattr(given, table)):
            raise BadInput(
                f"The network has {why}.", where=where, todo="A zonal network has sections with limits, not wires."
            )
    for table, flags in (
        ("generators", ("p_nom_extendable", "committable")),
        ("links", ("p_nom_extendable", "committable")),
        ("storage_units", ("p_nom_extendable", "cyclic_state_of_charge")),
        ("stores", ("e_nom_extendable", "e_cyclic")),
    ):
        frame = getattr(given, table)
        for flag in flags:
            if flag in frame and bool(frame[flag].any()):
                name = frame.index[frame[flag].to_numpy(bool)][0]
                raise BadInput(
                    f"{name} is {flag}, which a dispatch of what stands cannot follow.",
                    where=where,
                    todo=f"Set {flag} to False and give the figure.",
                )
    pumping = given.storage_units.index[given.storage_units["p_min_pu"] < 0] if len(given.storage_units) else []
    if len(pumping):
        raise BadInput(
            f"{pumping[0]} can store from the grid, which is not modelled.", where=where, todo="Set its p_min_pu to 0."
        )
    lossy = given.links.index[given.links["efficiency"] != 1] if len(given.links) else []
    if len(lossy):
        raise BadInput(
            f"The link {lossy[0]} loses power, which is not modelled.", where=where, todo="Set its efficiency to 1."
        )
