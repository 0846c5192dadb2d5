"""What a given mining load would do to a network: the same hours dispatched without it and with it, zone by zone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from adit.grid.network import Floats, Network
from adit.grid.two_stage import Dispatch, dispatch_in_two_stages
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import region

__all__ = ["Impact", "ZoneResult", "emissions_t", "impact_of", "load_by_zone", "parse_load", "results"]

SEEN_MW = 0.5  # less than this of curtailment or shedding in an hour is not counted as one
TENFOLD = 10


@dataclass(frozen=True, slots=True)
class ZoneResult:
    """A zone over the whole span."""

    zone: str
    load_mwh: float
    generation_mwh: float
    net_import_mwh: float
    mining_mwh: float  # served
    curtailed_mwh: float
    curtailed_hours: int
    unserved_mwh: float
    unserved_hours: int
    price_mean: float  # weighted by load
    price_max: float
    co2_t: float


@dataclass(frozen=True, slots=True)
class Impact:
    """Both runs, and the mining that was put in, by zone in the order of the network."""

    added_mw: tuple[float, ...]
    firm: bool
    without: Dispatch
    with_load: Dispatch


def parse_load(text: str) -> dict[str, float]:
    """`RU-IRK=600,RU-KYA=300` as megawatts by place. Raises BadInput for what is no figure, or below nought."""
    found: dict[str, float] = {}
    for part in (p.strip() for p in text.split(",") if p.strip()):
        place, sign, figure = (p.strip() for p in part.partition("="))
        try:
            mw = float(figure)
        except ValueError:
            mw = float("nan")
        if not sign or not place or not np.isfinite(mw):
            raise BadInput(
                f"'{part}' is no load.", where="--load", todo="Write RU-IRK=600,RU-KYA=300: megawatts by place."
            )
        if mw < 0:
            raise BadInput(f"{place} is given {mw:,.0f} MW.", where="--load", todo="A load cannot be below zero.")
        if place in found:
            raise BadInput(f"{place} is named twice.", where="--load", todo="Give each place one figure.")
        found[place] = mw
    if not found:
        raise BadInput("No load is given.", where="--load", todo="Write --load RU-IRK=600,RU-KYA=300.")
    return found


def load_by_zone(network: Network, load_mw: Mapping[str, float]) -> Floats:
    """Megawatts by zone: a place is a zone itself, or a region that lies in one. Raises UnknownName with the nearest."""
    added = np.zeros(len(network.zones))
    for place, mw in load_mw.items():
        added[_zone_of(network, place)] += mw
    able = float(
        network.units.most_mw.max(axis=1, initial=0).sum() + network.reservoirs.most_mw.max(axis=1, initial=0).sum()
    )
    if added.sum() > TENFOLD * able:
        raise BadInput(
            f"The load of {added.sum():,.0f} MW is more than ten times the {able:,.0f} MW that the network can generate.",
            where="--load",
            todo="Loads are in MW. Were kilowatts meant?",
        )
    return added


def impact_of(network: Network, load_mw: Mapping[str, float], *, firm: bool = False, window_h: int = 24) -> Impact:
    """Dispatch without and with the load. Where it is `firm`, miners do not switch off when power is dear."""
    added = load_by_zone(network, load_mw)
    more = added[:, None] + np.zeros_like(network.load_mw)
    table = "load_mw" if firm else "mining_mw"
    changed = replace(network, **{table: getattr(network, table) + more})
    without = dispatch_in_two_stages(network, window_h=window_h)
    return Impact(tuple(map(float, added)), firm, without, dispatch_in_two_stages(changed, window_h=window_h))


def emissions_t(dispatch: Dispatch) -> Floats:
    """Tonnes of CO2 where it is emitted, zones by hours. What is imported counts where it was generated."""
    units = dispatch.network.units
    emitted = np.zeros_like(dispatch.network.load_mw)
    np.add.at(emitted, units.zone, dispatch.generation_mw * units.co2_t_per_mwh[:, None])
    return emitted


def results(dispatch: Dispatch) -> list[ZoneResult]:
    """Each zone over the span; an hour counts as curtailed or unserved from half a megawatt."""
    network = dispatch.network
    generation = np.zeros_like(network.load_mw)
    np.add.at(generation, network.units.zone, dispatch.generation_mw)
    np.add.at(generation, network.reservoirs.zone, dispatch.turbines_mw)
    co2 = emissions_t(dispatch)
    found = []
    for i, zone in enumerate(network.zones):
        load, curtailed, shed = network.load_mw[i], dispatch.curtailed_mw[i], dispatch.shed_mw[i]
        mined = network.mining_mw[i] - curtailed
        found.append(
            ZoneResult(
                zone=zone,
                load_mwh=float(load.sum()),
                generation_mwh=float(generation[i].sum()),
                net_import_mwh=float((load - shed + mined - generation[i]).sum()),
                mining_mwh=float(mined.sum()),
                curtailed_mwh=float(curtailed.sum()),
                curtailed_hours=int((curtailed > SEEN_MW).sum()),
                unserved_mwh=float(shed.sum()),
                unserved_hours=int((shed > SEEN_MW).sum()),
                price_mean=float((dispatch.price[i] * load).sum() / load.sum())
                if load.sum()
                else float(dispatch.price[i].mean()),
                price_max=float(dispatch.price[i].max()),
                co2_t=float(co2[i].sum()),
            )
        )
    return found


def _zone_of(network: Network, place: str) -> int:
    by_name = {z.casefold(): i for i, z in enumerate(network.zones)}
    if place.casefold() in by_name:
        return by_name[place.casefold()]
    try:
        found = region(place)
    except UnknownName as error:
        raise UnknownName("region or zone", place, [*network.zones, *error.nearest], where="--load") from None
    for name in (found.iso, found.name_en, found.energy_system):
        if name.casefold() in by_name:
            return by_name[name.casefold()]
    system = found.energy_system or "not established"
    raise BadInput(
        f"{found.name_en} ({found.iso}) is in none of the zones of this network; its power system is {system}.",
        where="--load",
        todo=f"The zones are {', '.join(network.zones)}.",
    )
