"""A site as columns of whole kopecks by month: what it costs to build, to run and to keep, under what a regime answered."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from adit.site.answers import Answered
from adit.site.dues import rounded
from adit.site.kernel import Months
from adit.site.paths import Market
from adit.site.plan import PlannedSite
from adit.site.store import Assumptions

__all__ = ["Capital", "Columns", "capital_of", "columns_of", "energy_without_bans"]

_RUB = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Capital:
    """What is paid before the first month, in roubles."""

    machines: Decimal
    duty: Decimal
    vat: Decimal
    site: Decimal
    transformer: Decimal
    connection: Decimal

    @property
    def imported(self) -> Decimal:
        return self.machines + self.duty + self.vat

    @property
    def built(self) -> Decimal:
        return self.site + self.transformer + self.connection

    @property
    def total(self) -> Decimal:
        return self.imported + self.built


@dataclass(frozen=True, slots=True)
class Columns:
    """By month. Money in kopecks; `power` to `heat` are those of a month in which the site runs whenever it may."""

    energy_kwh: Any
    ths: Any  # mean hash rate that is paid for: permitted hours, uptime, heat, stale work and the pool's fee taken off
    ths_before_fee: Any
    power: Any
    levy: Any
    heat: Any
    operations: Any
    depreciation: Any
    rate: Any
    quantum: Any
    vat: Any
    new_year: Any
    stops: bool
    capital: Capital

    @property
    def running(self) -> Any:
        """What running costs, heat that is sold taken off."""
        return self.power + self.levy - self.heat

    def for_kernel(self) -> Months:
        """What the kernel takes."""
        return Months(
            self.ths, self.running, self.operations, self.depreciation, self.rate, self.quantum, self.vat, self.new_year, self.stops
        )  # fmt: skip


def capital_of(site: PlannedSite, market: Market, assumptions: Assumptions) -> Capital:
    """What the site costs to build, at the dollar of the day."""
    rate = Decimal(str(market.rub_per_usd))

    def of(name: str) -> Decimal:
        return Decimal(str(assumptions[f"capital.{name}"]))

    factor = of("machine_price_factor") if site.plan.machine_price_usd is None else Decimal(1)
    machines = rounded(site.machines * site.machine_price_usd * factor * rate, _RUB)
    duty = rounded(machines * of("import_duty"), _RUB)
    vat = rounded((machines + duty) * of("import_vat"), _RUB)
    parts = (rounded(site.power_kw * of(f"{n}_usd_per_kw") * rate, _RUB) for n in ("site", "transformer", "connection"))
    return Capital(machines, duty, vat, *parts)


def columns_of(
    site: PlannedSite,
    answers: Answered,
    market: Market,
    assumptions: Assumptions,
    price_rub_per_kwh: Decimal | None = None,
) -> Columns:
    """The columns of a site under a regime; `price_rub_per_kwh` puts another price of power in the place of the plan's."""
    capital = capital_of(site, market, assumptions)
    months = answers.months
    n = np.arange(len(months))
    share = np.array([m.share for m in months])
    hours = np.array([m.period.days * 24 for m in months]) * share * assumptions["operation.uptime"]
    power, hashing, cold = _by_month(site)
    energy = np.floor(site.machines_kw * power * hours)
    prices = np.array([float(m.price_rub_per_kwh if price_rub_per_kwh is None else price_rub_per_kwh) for m in months])
    heat = np.floor(site.machines_kw * hashing * hours * cold * assumptions["heat.share_sold"])
    before_fee = (
        site.hashrate_ths * hashing * share * assumptions["operation.uptime"] * (1 - assumptions["operation.stale"])
    )
    operations = float(site.power_kw) * assumptions["operation.cost_rub_per_kw_month"]
    return Columns(
        energy_kwh=energy,
        ths=before_fee * (1 - assumptions["operation.pool_fee"]),
        ths_before_fee=before_fee,
        power=_kopecks(energy * prices * (1 + assumptions["power.growth_per_year"]) ** (n // 12)),
        levy=_levy(energy, answers),
        heat=_kopecks(heat * assumptions["heat.price_rub_per_kwh"]),
        operations=_kopecks(np.full(len(months), operations)),
        depreciation=_kopecks(_depreciation(capital, assumptions, n)),
        rate=np.array([float(m.profit_rate or 0) for m in months]),
        quantum=np.array([float(m.profit_quantum * 100) for m in months]),
        vat=np.array([float(m.vat_rate or 0) for m in months]),
        new_year=np.array([k == 0 or m.period.start.month == 1 for k, m in enumerate(months)]),
        stops=assumptions["operation.stop_below_cost"] > 0,
        capital=capital,
    )


def energy_without_bans(site: PlannedSite, assumptions: Assumptions) -> list[Decimal]:
    """The whole kilowatt-hours of each month in which nothing is banned."""
    power, _, _ = _by_month(site)
    hours = np.array([m.days * 24 for m in site.months]) * assumptions["operation.uptime"]
    return [Decimal(int(e)) for e in np.floor(site.machines_kw * power * hours)]


def _by_month(site: PlannedSite) -> tuple[Any, Any, Any]:
    """Power beside the machines', hashing, and the share of cold days, of the calendar month of each month."""
    of = [site.cooling.months[m.start.month - 1] for m in site.months]
    return np.array([c.power for c in of]), np.array([c.hashing for c in of]), np.array([c.cold_days for c in of])


def _levy(energy_kwh: Any, answers: Answered) -> Any:
    """The levy of each month to a kopeck, in decimals as the act rounds it."""
    if all(m.levy_per_kwh is None for m in answers.months):
        return np.zeros(len(energy_kwh))
    pairs = zip(energy_kwh, answers.months, strict=True)
    due = (rounded(int(e) * (m.levy_per_kwh or Decimal(0)), _RUB) for e, m in pairs)  # in the money of the act
    return np.array([float(rounded(d * answers.rate.rub, _RUB) * 100) for d in due])


def _depreciation(capital: Capital, assumptions: Assumptions, n: Any) -> Any:
    """Straight line, from the first month on; the machines with what importing them cost."""
    machines, site = assumptions["tax.machine_life_months"], assumptions["tax.site_life_months"]
    return (n < machines) * (float(capital.imported) / machines) + (n < site) * (float(capital.built) / site)


def _kopecks(roubles: Any) -> Any:
    """Whole kopecks. Costs may be rounded in floats; what is owed to the state is not made here."""
    return np.floor(roubles * 100 + 0.5)
