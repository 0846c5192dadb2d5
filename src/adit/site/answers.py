"""What the regime says of a site month by month, asked of `decision`: whether it may mine, the levy, and how the taxes grow with the coins.

Nothing of the law is written here. A tax is taken for a rate where the rules' own answers, at several amounts, are those of a rate; where
they are not, this says so and stops.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adit.decision.decide import decide
from adit.regime.act import Regime
from adit.site.plan import PlannedSite
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["OWN_FACTS", "Answered", "MonthAnswered", "answered", "facts_of", "rounded"]

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
_COIN_RUB = "5000000"
_POINTS = (Decimal("1000.37"), Decimal("123456.79"), Decimal("98765432.11"), Decimal("1000000000.00"))
_LOSS = Decimal("-123456.79")
_KOPECK = Decimal("0.01")
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
    levy_rub_per_kwh: Decimal | None
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

    @property
    def simulated(self) -> bool:
        """Whether this is no law in force: it can be tried, and decides nothing."""
        return self.regime.status != "in force"

    @property
    def stopped(self) -> tuple[MonthAnswered, ...]:
        """The months in which the site may not run throughout."""
        return tuple(m for m in self.months if m.share < 1)

    def silent(self) -> tuple[str, ...]:
        """What the act does not say of any month, in the words of the page."""
        told = (
            ("whether one may mine (taken as allowed)", all(m.may_mine == "does not say" for m in self.months)),
            ("a tax on profit from mining (none counted)", all(m.profit_rate is None for m in self.months)),
            ("VAT on coins (none counted)", all(m.vat_rate is None for m in self.months)),
            ("a levy on electricity for mining (none counted)", all(m.levy_rub_per_kwh is None for m in self.months)),
        )
        return tuple(text for text, silent in told if silent)


def facts_of(site: PlannedSite, energy_kwh: Decimal) -> dict[str, object]:
    """The case of a month: a registered company that does nothing but mine, and what the plan says beside."""
    return {
        "actor": "company",
        "in_miners_register": True,
        "region": site.region,
        "mining_energy_kwh_per_month": str(energy_kwh),
        "electricity_price_per_kwh": str(site.plan.price_rub_per_kwh),
        "site_power_kw": str(site.power_kw),
        "mining_power_kw": f"{site.machines_kw:.3f}",
        **site.plan.facts,
    }


def answered(regime: Regime, site: PlannedSite, energy_kwh: Sequence[Decimal]) -> Answered:
    """Each month under the regime; `energy_kwh` is what the site would use in a month without any ban.

    Raises BadInput for a regime that does not cover the place, or whose money is not the rouble, or whose taxes are no rates.
    """
    _covers(regime, site)
    return Answered(regime, tuple(_month(regime, site, m, e) for m, e in zip(site.months, energy_kwh, strict=True)))


def rounded(amount: Decimal, quantum: Decimal) -> Decimal:
    """To whole roubles or kopecks, half up."""
    return (amount / quantum).quantize(Decimal(1), ROUND_HALF_UP) * quantum


def _covers(regime: Regime, site: PlannedSite) -> None:
    if str(regime.currency) != "RUB":
        raise BadInput(
            f"{regime.id} counts in {regime.currency}; a site is computed in roubles.",
            todo="Ask a regime of Russia: adit law list.",
        )
    if regime.jurisdiction != "RU":
        raise BadInput(
            f"{regime.id} is of {regime.jurisdiction} and does not cover {site.region}.", todo="See adit law list."
        )


def _month(regime: Regime, site: PlannedSite, month: Period, energy_kwh: Decimal) -> MonthAnswered:
    facts = facts_of(site, energy_kwh)
    told = _ask(regime, facts, month, _CONDITIONS)
    may = told["may_mine"].value if "may_mine" in told else None
    tariff = _ask(regime, facts, month, ("mining_tariff_per_kwh", "curtailable_hours_per_year"))
    share = _share(regime, site, month, may, energy_kwh)
    hours = _value(tariff, "curtailable_hours_per_year")
    if hours:
        share *= max(0.0, 1 - float(hours) / _YEAR_HOURS)
    rate, quantum, profit_cites = _profit(regime, facts, month)
    vat, vat_cites = _vat(regime, facts, month)
    levy, levy_cites = _levy(regime, facts, month, energy_kwh)
    explanation = told["may_mine"].explanation if "may_mine" in told else None
    why = told["why_barred"].explanation if "why_barred" in told else None
    barred = why if why is not None and why.answer not in (None, "not barred") else explanation
    return MonthAnswered(
        period=month,
        may_mine=may or "does not say",
        because=(barred.because or barred.sentence) if barred else regime.silent.get("may_mine", regime.rest),
        cites=barred.cites if barred else "",
        share=share,
        price_rub_per_kwh=_value(tariff, "mining_tariff_per_kwh") or site.plan.price_rub_per_kwh,
        levy_rub_per_kwh=levy,
        levy_cites=levy_cites,
        profit_rate=rate,
        profit_quantum=quantum,
        profit_cites=profit_cites,
        vat_rate=vat,
        vat_cites=vat_cites,
    )


def _share(regime: Regime, site: PlannedSite, month: Period, may: str | None, energy_kwh: Decimal) -> float:
    """The share of the month in which the site may run: a month that is banned in part is asked day by day."""
    if may is None:
        return 1.0
    if may != "part of the period":
        return float(_RUNS[may])
    runs = 0
    for n in range(month.days):
        day = Period(month.start + timedelta(days=n), month.start + timedelta(days=n + 1))
        answer = _ask(regime, facts_of(site, energy_kwh), day, ("may_mine",))["may_mine"].value
        runs += 1 if answer is None else _RUNS[answer]
    return runs / month.days


def _profit(regime: Regime, facts: Mapping[str, object], month: Period) -> tuple[Decimal | None, Decimal, str]:
    """The rate of the tax on profit of the year so far and to what it is rounded; it is nothing on a loss."""
    answers = [_tax_on(regime, facts, month, base) for base in (*_POINTS, _LOSS)]
    if answers[0] is None:
        return None, _KOPECK, ""
    (_, cites), taxes = answers[0], [a[0] for a in answers if a is not None]
    rate = rounded(taxes[3] / _POINTS[3], Decimal("0.000001"))
    for quantum in (Decimal(1), _KOPECK):
        if [rounded(max(b, Decimal(0)) * rate, quantum) for b in (*_POINTS, _LOSS)] == taxes:
            return rate, quantum, cites
    raise BadInput(
        f"{regime.id}: the tax on profit in {month} is no rate on the profit of the year; a site cannot be computed.",
        todo="Ask adit decide for a case.",
    )


def _tax_on(regime: Regime, facts: Mapping[str, object], month: Period, base: Decimal) -> tuple[Decimal, str] | None:
    """The tax of a month whose profit is the base, the first of its year."""
    coins = 1 + int(abs(base)) // int(_COIN_RUB)
    income = Decimal(coins) * Decimal(_COIN_RUB)
    case = {
        **facts,
        "coins_btc": str(coins),
        "quotation_rub_per_btc": _COIN_RUB,
        "mining_costs_rub": str(income - base),
    }
    told = _ask(regime, case, month, ("profit_tax_rub",))
    tax = _value(told, "profit_tax_rub")
    return None if tax is None else (tax, told["profit_tax_rub"].explanation.cites)


def _vat(regime: Regime, facts: Mapping[str, object], month: Period) -> tuple[Decimal | None, str]:
    """VAT on the coins, as a rate on their value."""
    taxes = []
    for coins in (1, 7):
        case = {**facts, "coins_btc": str(coins), "quotation_rub_per_btc": _COIN_RUB, "mining_costs_rub": "0"}
        told = _ask(regime, case, month, ("vat_rub",))
        tax = _value(told, "vat_rub")
        if tax is None:
            return None, ""
        taxes.append(tax)
    rate = taxes[0] / Decimal(_COIN_RUB)
    if taxes[1] != rounded(rate * 7 * Decimal(_COIN_RUB), _KOPECK):
        raise BadInput(f"{regime.id}: VAT in {month} is no rate on the coins.", todo="Ask adit decide for a case.")
    return rate, told["vat_rub"].explanation.cites


def _levy(
    regime: Regime, facts: Mapping[str, object], month: Period, energy_kwh: Decimal
) -> tuple[Decimal | None, str]:
    """The levy on a kilowatt-hour: what is due for the month over its electricity."""
    case = {**facts, "coins_btc": "1", "quotation_rub_per_btc": _COIN_RUB, "mining_costs_rub": "0"}
    told = _ask(regime, case, month, ("levy_due", "levy_per_kwh"))
    due, rate = _value(told, "levy_due"), _value(told, "levy_per_kwh")
    if due is None:
        return None, ""
    if rate is None or abs(rate * energy_kwh - due) > Decimal("0.01"):
        raise BadInput(
            f"{regime.id}: the levy in {month} is no rate on electricity.", todo="Ask adit decide for a case."
        )
    return rate, told["levy_due"].explanation.cites


def _ask(regime: Regime, facts: Mapping[str, object], period: Period, questions: Sequence[str]) -> dict[str, Any]:
    """The answers to those of the questions that the act has rules for."""
    names = [q for q in questions if q in regime.rules]
    if not names:
        return {}
    decision = decide(regime, facts, period, questions=names)
    return {q: decision[q] for q in names}


def _value(told: Mapping[str, Any], question: str) -> Any:
    return told[question].value if question in told else None
