"""What the acts answer for one sector of one part of a place in one month, money in dollars at the rate of the month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf, nan
from types import MappingProxyType

from adit.lab.facts import COSTS, INCOME, SITE_KW, energy_kwh
from adit.lab.law_columns_asking import Asking, Heard, Told, allowed, ask, heard, usd

__all__ = ["QUESTIONS", "Cell", "asked_cell", "asked_sanctions", "free_cell"]

# What is asked of an act, by column. The last ones are rules that some acts have beside the common questions.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "permit_operate": ("may_mine", "why_barred"),
    "hours_left": ("curtailable_hours_per_year", "why_barred"),
    "levy_usd_per_kwh": ("levy_per_kwh", "levy_per_kwh_min", "levy_per_kwh_max", "mining_tariff_per_kwh"),
    "revenue_tax": ("vat_rub",),
    "profit_tax": ("profit_tax_rub", "income_tax_rub"),
    "licence_usd_per_mw_month": ("licence_fee", "licence_holds_years", "must_register"),
    "household_kwh_per_month": ("household_limit_kwh_per_month",),
    "fine_usd_per_case": ("fine_min", "fine_max"),
    "confiscation": ("equipment_is_confiscated",),
    "slot_cap_mw": ("all_blocks_mw",),
    "connection_months": ("licence_decided_within_working_days",),
}
PEAK_CLOSED = "hours"  # of why_barred
_YEAR_HOURS = 8760
_WORKING_DAYS_A_MONTH = 21
_BEGINNING = MappingProxyType[str, Heard]({})


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one sector in one part of a place. Money in dollars."""

    allowed: float = 1.0  # share of the month in which what exists may run
    allowed_new: float = 1.0
    hours: float = 1.0  # share that the act leaves of the hours of days on which mining is allowed
    levy_usd_per_kwh: float = 0.0
    revenue_tax: float = 0.0
    profit_tax: float = 0.0
    licence_usd_per_mw_month: float = 0.0
    household_kwh: float = nan
    slot_cap_mw: float = inf
    waiting_months: float = 0.0
    fine_usd: float = 0.0
    confiscation: float = 0.0
    heard: Mapping[str, Heard] = field(default_factory=lambda: _BEGINNING)  # by column


def free_cell() -> Cell:
    """A month of which no act is asked: everything is free."""
    nobody = Heard((), "The scenario asks no act of this place.")
    return Cell(heard=dict.fromkeys((*QUESTIONS, "permit_new", "season", "exit_share"), nobody))


def asked_cell(asking: Asking) -> Cell:
    """Permission, hours, levies, taxes and limits of a sector that asks for permission."""
    home = asking.sector == "household"
    limit = ask(asking, "household_limit_kwh_per_month")
    energy = min(Decimal(energy_kwh("household")), limit.number) if home and limit.number is not None else None
    now, permission = allowed(asking, energy, new=False)
    later, permission_new = allowed(asking, energy, new=True)
    cut, peak = ask(asking, "curtailable_hours_per_year", energy), ask(asking, "why_barred", energy)
    levy, tariff = (ask(asking, q, energy) for q in ("levy_per_kwh", "mining_tariff_per_kwh"))
    ends = tuple(ask(asking, q, energy) for q in ("levy_per_kwh_min", "levy_per_kwh_max"))
    tax, vat = ask(asking, "income_tax_rub" if home else "profit_tax_rub", energy), ask(asking, "vat_rub", energy)
    licence, term = ask(asking, "licence_fee", energy), ask(asking, "licence_holds_years", energy)
    entry = ask(asking, "must_register", energy)
    cap, wait = ask(asking, "all_blocks_mw", energy), ask(asking, "licence_decided_within_working_days", energy)
    site = SITE_KW[asking.sector]
    return Cell(
        allowed=now,
        allowed_new=later,
        hours=1 - _stopped(asking, cut, peak),
        levy_usd_per_kwh=_levy_usd(asking, levy, ends, tariff),
        revenue_tax=0.0 if vat.number is None else float(vat.number / (INCOME * site)),
        profit_tax=0.0 if tax.number is None else float(tax.number / ((INCOME - COSTS) * site)),
        licence_usd_per_mw_month=0.0 if entry.value is False else _licence_usd(asking, licence, term),
        household_kwh=_household_kwh(asking, limit),
        slot_cap_mw=inf if cap.number is None or asking.sector != "formal" else float(cap.number),
        waiting_months=0.0 if wait.number is None else float(wait.number) / _WORKING_DAYS_A_MONTH,
        heard={
            "permit_operate": permission,
            "exit_share": permission,
            "permit_new": permission_new,
            "season": permission,
            "hours_left": heard(cut, *((peak,) if peak.value == PEAK_CLOSED else ())),
            "levy_usd_per_kwh": heard(levy, *(ends if levy.value is None else ()), tariff),
            "revenue_tax": heard(vat),
            "profit_tax": heard(tax),
            "licence_usd_per_mw_month": heard(entry) if entry.value is False else heard(licence, term),
            "household_kwh_per_month": heard(limit),
            "slot_cap_mw": heard(cap),
            "connection_months": heard(wait),
        },
    )


def asked_sanctions(asking: Asking) -> Cell:
    """What hiding costs when it is found: whoever hides asks for nothing else."""
    least, most = ask(asking, "fine_min"), ask(asking, "fine_max")
    taken = ask(asking, "equipment_is_confiscated")
    low, high = usd(asking, least), usd(asking, most)
    at = asking.behaviour.of("fine_position", asking.place.code, asking.place.country)
    return Cell(
        fine_usd=low + at * (max(high, low) - low),
        confiscation=float(taken.value is True),
        heard={"fine_usd_per_case": heard(most, least), "confiscation": heard(taken)},
    )


def _stopped(asking: Asking, cut: Told, peak: Told) -> float:
    """The share of hours that is lost: those that may be cut, or the peak hours where they are closed. Both are hours of high load, so the longer counts."""
    hours = 0.0 if cut.number is None else min(1.0, float(cut.number) / _YEAR_HOURS)
    if peak.value != PEAK_CLOSED:
        return hours
    return max(hours, asking.behaviour.of("peak_hours_share", asking.place.code, asking.place.country))


def _levy_usd(asking: Asking, levy: Told, ends: tuple[Told, ...], tariff: Told) -> float:
    """The levy, and what a tariff set for mining alone is above the ordinary price; where a step was not read, between its ends."""
    found = usd(asking, levy)
    if levy.value is None and all(e.value is not None for e in ends):
        low, high = (usd(asking, e) for e in ends)
        found = low + asking.behaviour.of("levy_position", asking.place.code, asking.place.country) * (high - low)
    if tariff.value is not None:
        ordinary = asking.place.price_per_kwh / asking.rates.of(asking.place.currency, asking.month.start)
        found += usd(asking, tariff) - ordinary
    return max(0.0, found)  # a tariff below the ordinary price is no levy; the price of the place stands for it


def _licence_usd(asking: Asking, fee: Told, term: Told) -> float:
    """The fee of the typical site, spread evenly over its megawatts and the months for which the permission is given."""
    years = float(term.number) if term.number else asking.behaviour.of("licence_years", asking.place.country)
    return usd(asking, fee) / (12 * years) / (SITE_KW[asking.sector] / 1000)


def _household_kwh(asking: Asking, limit: Told) -> float:
    """The limit of the household rule; where no act has one, what a household's connection carries. Not a number for other sectors without it."""
    if limit.number is not None:
        return float(limit.number)
    return (
        asking.behaviour.of("household_connection_kwh", asking.place.country) if asking.sector == "household" else nan
    )
