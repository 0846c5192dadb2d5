"""The site that is asked about: where, how large, with which machines, at what price of power, from which day, for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from adit.evidence.sources.epochs import read_epochs
from adit.evidence.sources.machines import Machine, read_machines
from adit.evidence.sources.prices import read_quotations
from adit.evidence.sources.temperatures import day_means
from adit.site.cooling import Cooling, cooled
from adit.site.hashing import epoch_on
from adit.site.store import Assumptions
from adit.terms.days import Period
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import region as region_named

__all__ = ["MONTHS_MOST", "Plan", "PlannedSite", "latest_day", "machine_named", "months_from", "planned"]

MONTHS_MOST = 120
_BRANDS = ("antminer", "bitmain", "whatsminer", "microbt", "avalonminer", "avalon", "canaan")
_POWER_MW_MOST = 2000
_KOPECKS_FROM = 50  # roubles per kWh that nobody pays: the price is in kopecks
_MWH_FROM = 600


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked. `facts`: further facts of the case, as `adit law fields` names them."""

    region: str
    power_mw: Decimal
    machine: str
    price_rub_per_kwh: Decimal
    on: date
    months: int = 60
    climate: str = ""  # another region whose climate is taken
    machine_price_usd: Decimal | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """The plan with what follows from it: the machines that fit, their cooling, and the months."""

    plan: Plan
    region: str  # ISO
    region_name: str
    machine: Machine
    machines: int
    machine_price_usd: Decimal
    cooling: Cooling
    climate: str
    months: tuple[Period, ...]

    @property
    def hashrate_ths(self) -> float:
        return self.machines * float(self.machine.hashrate_ths)

    @property
    def machines_kw(self) -> float:
        """The power of the machines by their nameplates."""
        return self.machines * self.machine.power_w / 1000

    @property
    def power_kw(self) -> Decimal:
        return self.plan.power_mw * 1000


def planned(plan: Plan, assumptions: Assumptions) -> PlannedSite:
    """The site of a plan. Raises BadInput and UnknownName for what cannot be computed."""
    _checked(plan)
    machine = machine_named(plan.machine)
    place = region_named(plan.region)
    climate = region_named(plan.climate).iso if plan.climate else place.iso
    epoch_on(plan.on)
    cooling = cooled(machine.cooling.lower(), day_means(climate), assumptions)
    each_kw = machine.power_w / 1000 * cooling.peak_power
    machines = int(float(plan.power_mw) * 1000 / each_kw)
    if machines < 1:
        raise BadInput(
            f"{plan.power_mw * 1000:f} kW is below one {machine.model}: with its cooling it needs {each_kw:.2f} kW.",
            todo=f"Give at least --power-mw {each_kw / 1000:.4f}.",
        )
    price = plan.machine_price_usd if plan.machine_price_usd is not None else machine.list_price_usd
    if price is None:
        raise BadInput(f"The table has no price of {machine.model}.", todo="Give --machine-price-usd.")
    return PlannedSite(
        plan, place.iso, place.name_en, machine, machines, price, cooling, climate, months_from(plan.on, plan.months)
    )


def machine_named(name: str) -> Machine:
    """The model of the hardware table, its maker or brand before it or not. Raises UnknownName with the nearest."""
    wanted = " ".join(name.split()).lower()
    for brand in _BRANDS:
        wanted = wanted.removeprefix(f"{brand} ")
    for machine in read_machines():
        if machine.model.lower() == wanted:
            return machine
    models = {m.model.lower(): m.model for m in read_machines()}
    error = UnknownName("machine", wanted, models)
    nearest = [models[n] for n in error.nearest]
    todo = (
        f"Did you mean {' or '.join(nearest)}?"
        if nearest
        else f"{len(models)} are known, for example S21, M60S, A1566."
    )
    raise BadInput(f"There is no machine '{name}'.", where="hardware/asic_models_2021_2025.csv", todo=todo)


def months_from(day: date, count: int) -> tuple[Period, ...]:
    """So many calendar months, from that of the day if it is the first of one, else from the next."""
    number = day.year * 12 + day.month - (1 if day.day == 1 else 0)
    firsts = [date((number + k) // 12, (number + k) % 12 + 1, 1) for k in range(count + 1)]
    return tuple(Period(a, b) for a, b in pairwise(firsts))


def latest_day() -> date:
    """The last day on which both the difficulty and a quotation are at hand: the first day of its month, so that months are whole."""
    last = min(read_epochs()[-1].start_utc.date(), read_quotations()[-1].on)
    return last.replace(day=1)


def _checked(plan: Plan) -> None:
    price, power = plan.price_rub_per_kwh, plan.power_mw
    if price <= 0:
        raise BadInput(
            f"The price of power is {price} RUB/kWh.", todo="Give what a kilowatt-hour costs with its delivery, as 3.2."
        )
    if price >= _MWH_FROM:
        raise BadInput(
            f"{price} RUB/kWh looks like roubles per MWh.", todo=f"Write --price-rub-per-kwh {price / 1000:f}."
        )
    if price >= _KOPECKS_FROM:
        raise BadInput(
            f"{price} RUB/kWh looks like kopecks per kWh.", todo=f"Write --price-rub-per-kwh {price / 100:f}."
        )
    if power <= 0:
        raise BadInput(f"The power is {power} MW.", todo="Give the power of the connection in megawatts, as 10.")
    if power > _POWER_MW_MOST:
        raise BadInput(f"{power} MW looks like kilowatts.", todo=f"Write --power-mw {power / 1000:f}.")
    if not 1 <= plan.months <= MONTHS_MOST:
        raise BadInput(f"{plan.months} months cannot be computed.", todo=f"Give 1 to {MONTHS_MOST}.")
    if plan.machine_price_usd is not None and not 0 < plan.machine_price_usd < 1_000_000:
        raise BadInput(f"{plan.machine_price_usd} USD is no price of a machine.", todo="Give --machine-price-usd 4830.")
