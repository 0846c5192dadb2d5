"""The hosting of the places asked for: a measured system, a modelled subject of it, or the reason why nothing is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from adit.evidence.sources.balances import read_balances
from adit.evidence.sources.hourly_power import SystemHours, year_of
from adit.evidence.sources.own_consumption import OwnConsumption
from adit.evidence.sources.plants import ROSSTAT_YEAR, generated_mln_kwh, installed_mw, system_mw
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.grid.balance import NetImports, net_imports
from adit.grid.capacity import firm, interruptible
from adit.grid.hosting import Hosting, hosting_of
from adit.grid.magnitudes import check_magnitudes
from adit.grid.models import ModelError, kazakh_error, region_surplus, shares
from adit.grid.simultaneous import Together
from adit.grid.store import assumptions
from adit.grid.surplus import demonstrated_mw, reserve_mw
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import Region, region, regions

if TYPE_CHECKING:
    from adit.grid.hosted_price import HostedPrice

__all__ = ["Answer", "ModelledEnd", "Place", "Subject", "answer", "places_of"]

_WITHOUT = {"East": "no hours of the East", "isolated": "isolated", "": "no system"}


@dataclass(frozen=True, slots=True)
class Place:
    """A system, or a subject of one; `region` is None for a whole system."""

    system: str  # "" where it is not established
    region: Region | None


@dataclass(frozen=True, slots=True)
class ModelledEnd:
    """One end of the modelled surplus of a subject."""

    surplus_mw_firm: float
    worst_hour: datetime
    surplus_mw_interruptible: float | None
    curtailed_hours: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of a system: what is known of it, and its modelled surplus; None where a part of the model is not known."""

    region: Region
    hosting: Hosting | None  # of its system
    imports: NetImports | None
    installed_mw: float
    generated_2015_mln_kwh: float | None
    consumption_mln_kwh: float | None  # modelled, or as the user states it
    consumption_given: bool
    low: ModelledEnd | None
    high: ModelledEnd | None
    not_known: str  # what stays open, as a key of words.toml; never blank for what is modelled
    error: ModelError


@dataclass(frozen=True, slots=True)
class Answer:
    """All that was asked."""

    year: int
    accept_hours: int
    systems: tuple[Hosting, ...]
    imports: Mapping[str, NetImports]
    subjects: tuple[Subject, ...]
    error: ModelError
    together: Together | None = None  # of several systems
    price: "HostedPrice | None" = None  # where it was asked for


def places_of(texts: Sequence[str]) -> list[Place]:
    """The systems and regions that the texts name; all systems for none. Raises UnknownName with the nearest names."""
    systems = sorted({b.system for b in read_balances()})
    by_name = {s.casefold(): s for s in systems}
    if not any(t.strip() for t in texts):
        return [Place(s, None) for s in systems]
    found: dict[str, Place] = {}
    for text in (t.strip() for t in texts):
        if text.casefold() in by_name:
            found[text.casefold()] = Place(by_name[text.casefold()], None)
            continue
        try:
            place = region(text)
        except UnknownName as error:
            known = [n for r in regions().values() for n in (r.iso, r.name_en, r.name_ru)]
            raise UnknownName("region or power system", text, [*systems, *known], where="--regions") from error
        if place.iso not in regions():
            raise BadInput(
                f"{place.name_en} ({place.iso}) is no region of a power system that Adit has hours of.",
                where="--regions",
                todo=f"The hours are of {', '.join(systems)}.",
            )
        found[place.iso] = Place(place.energy_system, place)
    return list(found.values())


def answer(
    places: Sequence[Place],
    hours: Mapping[str, SystemHours],
    year: int,
    accept_hours: int,
    *,
    limits: Sequence[TransferLimit] = (),
    own: Mapping[tuple[str, int], OwnConsumption] | None = None,
) -> Answer:
    """Firm and interruptible capacity of each place. Raises BadInput."""
    if absent := [p.system for p in places if p.region is None and p.system not in hours]:
        raise BadInput(
            f"The hours have nothing of {', '.join(absent)}.",
            where="--hours",
            todo=f"Ask for --regions {','.join(hours)}, or load hours of the others as well.",
        )
    wanted = {p.system: None for p in places if p.system in hours}
    for s in wanted:
        check_magnitudes(year_of(hours[s], year), float(system_mw().get(s, 0)), limits)
    systems = {
        s: hosting_of(
            hours[s],
            year,
            accept_hours,
            installed_mw=float(system_mw().get(s, 0)),
            assumed=assumptions(),
            limits=limits,
        )
        for s in wanted
    }
    imports = {s: net_imports(s, year) for s in systems}
    error = kazakh_error()
    return Answer(
        year=year,
        accept_hours=accept_hours,
        systems=tuple(systems.values()),
        imports={s: run for s, run in imports.items() if run},
        subjects=tuple(
            _subject(p.region, systems.get(p.system), imports.get(p.system), accept_hours, own or {}, error)
            for p in places
            if p.region is not None
        ),
        error=error,
    )


def _subject(
    place: Region,
    hosting: Hosting | None,
    imports: NetImports | None,
    accept_hours: int,
    own: Mapping[tuple[str, int], OwnConsumption],
    error: ModelError,
) -> Subject:
    capacity = float(installed_mw().get(place.iso, 0))
    generated = generated_mln_kwh().get(place.iso)
    found = Subject(
        region=place,
        hosting=hosting,
        imports=imports,
        installed_mw=capacity,
        generated_2015_mln_kwh=None if generated is None else float(generated),
        consumption_mln_kwh=None,
        consumption_given=False,
        low=None,
        high=None,
        not_known="",
        error=error,
    )
    if hosting is None:
        return replace(found, not_known=_WITHOUT.get(place.energy_system, "no hours of the system"))
    if place.recognition_note:
        return replace(found, not_known="no regional figures")
    of_system = float(np.nansum(hosting.last.load_mw)) / 1000  # million kWh
    stated = own.get((place.iso, hosting.year))
    load_share = float(stated.mln_kwh) / of_system if stated else _share_of(place)
    found = replace(found, consumption_mln_kwh=load_share * of_system, consumption_given=stated is not None)
    if generated is None:
        return replace(found, not_known="no generation of the subject")
    share = float(generated) / _generated_in(place.energy_system)
    ends = _ends(hosting, accept_hours, load_share, share, capacity, error, stated is not None)
    spans = ends[0].surplus_mw_firm < 0 < ends[1].surplus_mw_firm
    return replace(
        found,
        low=ends[0],
        high=ends[1],
        not_known="spans zero" if spans else "given model" if stated else "outside possible",
    )


def _ends(
    hosting: Hosting,
    accept_hours: int,
    load_share: float,
    generation_share: float,
    capacity: float,
    error: ModelError,
    given: bool,
) -> tuple[ModelledEnd, ModelledEnd]:
    assumed = assumptions()
    worst: list[list[tuple[float, datetime]]] = [[], []]
    last: list[Any] = []
    for year in hosting.on_record:
        reserve = reserve_mw(
            year.load_mw,
            unit_mw=assumed.unit_of(year.system, year.year).mw,
            element_mw=0.0,
            share=assumed.reserve_share,
        )
        modelled = region_surplus(
            year.load_mw,
            demonstrated_mw(year)[year.month - 1],
            reserve,
            load_share=load_share,
            generation_share=generation_share,
            installed_mw=capacity,
            error=error,
            load_given=given,
        )
        last = [modelled.low_mw, modelled.high_mw]
        for k, surplus in enumerate(last):
            found = firm(surplus)
            assert found is not None, "a year without a known hour is refused when it is read"
            worst[k].append((found[1], year.hour(found[0])))
    ends = []
    for k, surplus in enumerate(last):
        least, hour = min(worst[k])
        carried = interruptible(surplus, accept_hours)
        ends.append(ModelledEnd(least, hour, carried.surplus_mw, carried.curtailed_hours))
    return ends[0], ends[1]


def _share_of(place: Region) -> float:
    """The subject's modelled share of the load of its system; territories outside the model have no part in it."""
    inside = [r for r in regions().values() if r.energy_system == place.energy_system and not r.recognition_note]
    capacity = {r.iso: float(installed_mw().get(r.iso, 0)) for r in inside}
    return shares(capacity, assumptions().capacity_weight)[place.iso]


def _generated_in(system: str) -> float:
    """What the whole system generated in the year of the shares, million kWh."""
    [mwh] = [b.generation_mwh for b in read_balances() if b.system == system and b.year == ROSSTAT_YEAR]
    return mwh / 1000
