"""Gathers the facts of a case: what is given, what evidence can look up, what is presumed; each with its origin."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from adit.evidence.sources.balances import latest_complete
from adit.evidence.sources.prices import mean_quotation, quotation
from adit.grid.monthly.store import monthly_surplus
from adit.terms.days import Period
from adit.terms.errors import BadInput
from adit.terms.fields import facts, presumed, read_fact
from adit.terms.language import day, period_in
from adit.terms.places import municipality, region, regions

__all__ = ["LOOKED_UP", "MONTHLY_SURPLUS", "Found", "Gathered", "gather", "surplus_of_month", "surplus_twh"]

MONTHLY_SURPLUS = ("surplus_mw_firm", "surplus_mw_interruptible", "surplus_curtailed_hours")


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts in the form in which rules hold them, and where each came from: given, presumed, or the evidence."""

    facts: Mapping[str, Any]
    origins: Mapping[str, str]
    origins_in_russian: Mapping[str, str]  # origin -> the same in Russian, of what was looked up


class Found(NamedTuple):
    """What the evidence has of a fact: as a whole count, and where it stands."""

    whole: int
    origin: str
    in_russian: str


def gather(
    given: Mapping[str, object],
    needed: Iterable[frozenset[str]],
    period: Period,
    stated_in: Mapping[str, tuple[str, str]] | None = None,
) -> Gathered:
    """The facts of a case in this period; `needed` are the facts of each question that is asked.

    `stated_in` names, in English and in Russian, where a given fact comes from: an entry of the register, a meter. Region and
    municipality may be given by name. Evidence is looked up only for a question that it makes answerable.
    Raises BadInput and UnknownName for what cannot be read.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in ("region", "municipality"):
            values[name] = read_fact(name, value)
    if "region" in given:
        iso = region(str(given["region"])).iso
        values["region"] = iso
        values["municipality"] = municipality(iso, str(given.get("municipality", "")))
    elif given.get("municipality"):
        raise BadInput("A municipality is given without its region.", todo="Add region, as RU-IRK or 'Irkutsk Oblast'.")
    origins = dict.fromkeys(values, "given")
    in_russian: dict[str, str] = {}
    for name, (origin, russian) in (stated_in or {}).items():
        if name in values:
            origins[name], in_russian[origin] = origin, russian
    sets = list(needed)
    for name, value in presumed(frozenset[str]().union(*sets)).items():
        if name not in values:
            values[name], origins[name] = value, "presumed"
    for name, look_up in LOOKED_UP.items():
        if name not in values and any(name in s and _complete(s - {name}, values) for s in sets):
            found = look_up(values, period)
            if found is not None:
                values[name], origins[name] = found.whole, found.origin
                in_russian[found.origin] = found.in_russian
    return Gathered(values, origins, in_russian)


def _complete(names: frozenset[str], values: Mapping[str, Any]) -> bool:
    return all(n in values or not facts()[n].required for n in names)


def surplus_twh(iso: str, period: Period) -> Found | None:
    """Generation less consumption of the region's power system in its last complete year, in thousandths of a TWh."""
    if iso not in regions():
        return None
    system = regions()[iso].energy_system
    year, _ = latest_complete(system, period.start)
    if year is None:
        return None
    system_ru = _SYSTEMS_RU.get(year.system, year.system)
    return Found(
        round(year.balance_mwh / 1000),
        f"System Operator: {year.system} in {year.year}",
        f"Системный оператор: {system_ru}, {year.year} год",
    )


def surplus_of_month(name: str, iso: str, period: Period) -> Found | None:
    """One of the MONTHLY_SURPLUS: of this month of the calendar in the system's last complete year before the period.

    None for a period longer than a month, and where the hours that would say it are not open.
    """
    if iso not in regions() or (period.end - timedelta(days=1)).replace(day=1) > period.start:
        return None
    year, _ = latest_complete(regions()[iso].energy_system, period.start)
    found = monthly_surplus(year.system, year.year, period.start.month) if year else None
    whole = getattr(found, name) if found else None
    if found is None or whole is None:
        return None
    month = f"{found.year}-{found.month:02}"
    reading, reading_ru = (
        f"{found.system} in {month}",
        f"{_SYSTEMS_RU.get(found.system, found.system)}, {period_in(month, 'ru')}",
    )
    if name == "surplus_mw_firm":
        reading += " and that month of all earlier years since 2015"
        reading_ru += " и тот же месяц всех лет с 2015 года"
    else:
        reading += f", {found.accept_hours} hours of the year accepted"
        reading_ru += f", допустимое число часов прерывания в году: {found.accept_hours}"
    return Found(
        whole,
        f"worked out from the System Operator's hours: {reading}",
        f"рассчитано по часовым данным Системного оператора: {reading_ru}",
    )


_SYSTEMS_RU = {
    "Centre": "ОЭС Центра",
    "East": "ОЭС Востока",
    "Mid-Volga": "ОЭС Средней Волги",
    "North-West": "ОЭС Северо-Запада",
    "Siberia": "ОЭС Сибири",
    "South": "ОЭС Юга",
    "Urals": "ОЭС Урала",
}


def _surplus(values: Mapping[str, Any], period: Period) -> Found | None:
    return surplus_twh(values["region"], period) if "region" in values else None


def _month_of(name: str) -> Callable[[Mapping[str, Any], Period], Found | None]:
    return lambda values, period: surplus_of_month(name, values["region"], period) if "region" in values else None


def _quotation(values: Mapping[str, Any], period: Period) -> Found | None:
    try:
        if period.days == 1:
            of_day = quotation(period.start)
            russian = f"рыночная котировка на {day(of_day.on, 'ru')}"
            return Found(of_day.rub_per_btc_kopecks, f"market quotation of {of_day.on}", russian)
        mean = mean_quotation(period)
    except BadInput:
        return None
    russian = f"среднее рыночных котировок, число дней: {mean.days}, период: {period_in(str(period), 'ru')}"
    return Found(mean.rub_per_btc_kopecks, f"mean of {mean.days} market quotations in {period}", russian)


LOOKED_UP: Mapping[str, Callable[[Mapping[str, Any], Period], Found | None]] = {
    "surplus_twh_per_year": _surplus,
    **{name: _month_of(name) for name in MONTHLY_SURPLUS},
    "quotation_rub_per_btc": _quotation,
}
