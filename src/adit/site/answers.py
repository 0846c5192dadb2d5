"""What the regime says of a site month by month, asked of `decision`: whether it may mine, the levy, and how the taxes grow with the coins.

Nothing of the law is written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from adit.regime.act import Regime
from adit.site.dues import ask, levy_of, profit_of, rounded, value_of, vat_of
from adit.site.plan import PlannedSite
from adit.site.store import Rate, rub_per
from adit.terms.days import Period
from adit.terms.errors import BadInput
from adit.terms.places import regions

__all__ = ["OWN_FACTS", "Answered", "MonthAnswered", "answered", "facts_of"]

OWN_FACTS = (  # that follow from the plan or from the month, so that nobody may state them beside it
    "actor",
    "in_miners_register",
    "region",
    "mining_energy_kwh_per_month",
    "electricity_price_per_kwh",
    "site_power_kw",
    "mining_power_kw",
    "coins_btc",
    "quotation_rub_per_btc",
    "mining_costs_rub",
)
_RUNS = {"yes": 1, "after registration": 1, "no": 0, "undecided": 0}
_CONDITIONS = ("may_mine", "why_barred")
_PRICE = Decimal("0.0001")  # places of a price of power in a case
_YEAR_HOURS = 8760


@dataclass(frozen=True, slots=True)
class MonthAnswered:
    """A month under the regime. Rates are those that the rules' answers follow; None where the act does not say."""

    period: Period
    may_mine: str  # as the act answers, "does not say" included
    because: str
    cites: str
    share: float  # of the month in which the site may run
    price_rub_per_kwh: Decimal  # of power: the plan's, or what the act sets for mining
    levy_per_kwh: Decimal | None  # in the money of the act, as it rounds it
    levy_cites: str
    profit_rate: Decimal | None
    profit_quantum: Decimal  # to which the tax of the year so far is rounded
    profit_cites: str
    vat_rate: Decimal | None
    vat_cites: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A regime over all the months."""

    regime: Regime
    months: tuple[MonthAnswered, ...]
    rate: Rate  # of the money of the act on the day of the plan, held for all months

    @property
    def simulated(self) -> bool:
        """Whether this is no law in force: it can be tried, and decides nothing."""
        return self.regime.status != "in force"

    @property
    def stopped(self) -> tuple[MonthAnswered, ...]:
        """The months in which the site may not run throughout, or only once something is done, which counts as done."""
        return tuple(m for m in self.months if m.share < 1 or m.may_mine == "after registration")

    def silent(self) -> tuple[str, ...]:
        """The questions to which the act says nothing in any month."""
        unsaid = (
            ("may_mine", all(m.may_mine == "does not say" for m in self.months)),
            ("profit_tax_rub", all(m.profit_rate is None for m in self.months)),
            ("vat_rub", all(m.vat_rate is None for m in self.months)),
            ("levy_due", all(m.levy_per_kwh is None for m in self.months)),
        )
        return tuple(question for question, silent in unsaid if silent)


def facts_of(site: PlannedSite, energy_kwh: Decimal, rate: Rate) -> dict[str, object]:
    """The case of a month: a registered company that does nothing but mine, and what the plan says beside."""
    price = site.plan.price_rub_per_kwh
    return {
        "actor": "company",
        "in_miners_register": True,
        "region": site.region,
        "mining_energy_kwh_per_month": str(energy_kwh),
        "electricity_price_per_kwh": str(price if rate.on is None else rounded(price / rate.rub, _PRICE)),
        "site_power_kw": str(site.power_kw),
        "mining_power_kw": f"{site.machines_kw:.3f}",
        **site.plan.facts,
    }


def answered(regime: Regime, site: PlannedSite, energy_kwh: Sequence[Decimal]) -> Answered:
    """Each month under the regime; `energy_kwh` is what the site would use in a month without any ban.

    Raises BadInput for a regime that does not cover the place, or whose money has no rate, or whose taxes are no rates.
    """
    _covers(regime, site)
    rate = rub_per(str(regime.currency), site.plan.on)
    months = zip(site.months, energy_kwh, strict=True)
    return Answered(regime, tuple(_month(regime, site, rate, m, e) for m, e in months), rate)


def _covers(regime: Regime, site: PlannedSite) -> None:
    inside = site.region in regions() if regime.jurisdiction == "RU" else site.region.startswith(regime.jurisdiction)
    if not inside:
        raise BadInput(
            f"{regime.id} is of {regime.jurisdiction} and does not cover {site.region}.", todo="See adit law list."
        )


def _month(regime: Regime, site: PlannedSite, money: Rate, month: Period, energy_kwh: Decimal) -> MonthAnswered:
    facts = facts_of(site, energy_kwh, money)
    told = ask(regime, facts, month, _CONDITIONS)
    may = told["may_mine"].value if "may_mine" in told else None
    tariff = ask(regime, facts, month, ("mining_tariff_per_kwh", "curtailable_hours_per_year"))
    share = _share(regime, site, money, month, may, energy_kwh)
    own = value_of(tariff, "mining_tariff_per_kwh")
    hours = value_of(tariff, "curtailable_hours_per_year")
    if hours:
        share *= max(0.0, 1 - float(hours) / _YEAR_HOURS)
    rate, quantum, profit_cites = profit_of(regime, facts, month)
    vat, vat_cites = vat_of(regime, facts, month)
    levy, levy_cites = levy_of(regime, facts, month, energy_kwh)
    explanation = told["may_mine"].explanation if "may_mine" in told else None
    why = told["why_barred"].explanation if "why_barred" in told else None
    barred = why if why is not None and why.answer not in (None, "not barred") else explanation
    return MonthAnswered(
        period=month,
        may_mine=may or "does not say",
        because=(barred.because or barred.sentence) if barred else regime.silent.get("may_mine", regime.rest),
        cites=barred.cites if barred else "",
        share=share,
        price_rub_per_kwh=own * money.rub if own else site.plan.price_rub_per_kwh,
        levy_per_kwh=levy,
        levy_cites=levy_cites,
        profit_rate=rate,
        profit_quantum=quantum,
        profit_cites=profit_cites,
        vat_rate=vat,
        vat_cites=vat_cites,
    )


def _share(
    regime: Regime, site: PlannedSite, money: Rate, month: Period, may: str | None, energy_kwh: Decimal
) -> float:
    """The share of the month in which the site may run: a month that is banned in part is asked day by day."""
    if may is None:
        return 1.0
    if may != "part of the period":
        return float(_RUNS[may])
    runs = 0
    for n in range(month.days):
        day = Period(month.start + timedelta(days=n), month.start + timedelta(days=n + 1))
        answer = ask(regime, facts_of(site, energy_kwh, money), day, ("may_mine",))["may_mine"].value
        runs += 1 if answer is None else _RUNS[answer]
    return runs / month.days
