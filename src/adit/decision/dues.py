"""What would be owed: coins that a load finds on average, their income at the quotation, the tax by the regime's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adit.audit.expectation import expected_coins_sat
from adit.decision.actors import ACTORS
from adit.decision.decide import decide
from adit.decision.subjects import energy_kwh, facts_of_site, load_of_actor
from adit.evidence.sources.epochs import epochs_within
from adit.evidence.sources.machines import efficiency_range
from adit.evidence.sources.prices import mean_quotation
from adit.evidence.sources.sites import Sites
from adit.regime.act import Regime
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["POWER_PRICE", "Due", "PowerPrice", "dues_of"]

PowerPrice = tuple[Decimal, Decimal]  # roubles per kWh, low and high

# What grid companies charged in two published cases of unpaid mining: no open tariff of non-household supply was found.
POWER_PRICE: PowerPrice = (Decimal("4.22"), Decimal("4.38"))
POWER_PRICE_SOURCE = "4.22 RUB/kWh (Dagestan container farm, S157) and 4.38 RUB/kWh (Syktyvkar farm, S154): damage as valued in two published cases"


@dataclass(frozen=True, slots=True)
class Due:
    """What one actor or site would owe for the month under one regime, as a range.

    Low: the least efficient machine, electricity at the high price, documented. High: the most efficient machine, no
    costs documented. Money in kopecks; None where the regime does not say.
    """

    who: str
    kind: str  # site, actor
    regime: str
    energy_kwh: int
    coins_low_sat: int
    coins_high_sat: int
    income_low: Decimal | None
    income_high: Decimal | None
    tax_kind: str
    tax_low: Decimal | None
    tax_high: Decimal | None
    cites: str


# Dues -------------------------------------------------------------------------------------------------------------
def dues_of(
    regimes: Sequence[Regime], sites: Sites, month: Period, region: str, price: PowerPrice
) -> tuple[tuple[Due, ...], tuple[str, ...]]:
    """What the imagined actors and the sites that report a capacity would owe for the month, and the assumptions."""
    try:
        stretches, mean = epochs_within(month), mean_quotation(month)
    except BadInput as error:
        return (), (f"Nothing is said of what is owed: {error.what}",)
    spread = efficiency_range(month.start)
    subjects: list[tuple[str, str, dict[str, object], Decimal]] = []
    for actor in ACTORS:
        if actor.machines or actor.key in ("entrepreneur", "industrial"):
            kw = load_of_actor(actor)
            subjects.append((actor.name, "actor", {**actor.facts, "region": region}, kw))
    subjects += [
        (s.name, "site", facts_of_site(s, month), Decimal(s.capacity_kw))
        for s in sites.rows
        if s.capacity_kw is not None and s.counted
    ]
    dues: list[Due] = []
    for who, kind, facts, kw in subjects:
        kwh = int(energy_kwh(kw, month))
        low, high = (
            round(expected_coins_sat(float(kw) * 1000 / float(e), stretches))
            for e in (spread.every.worst_j_per_th, spread.every.best_j_per_th)
        )
        cost = (price[1] * kwh).quantize(Decimal("0.01"))
        dues += [_due(r, who, kind, facts, month, kwh, low, high, cost, mean.rub_per_btc_kopecks) for r in regimes]
    every = spread.every
    quoted = Decimal(mean.rub_per_btc_kopecks) / 100
    priced = POWER_PRICE_SOURCE if price == POWER_PRICE else "given on the command line"
    assumptions = (
        (
            f"Month {month}: {len(stretches)} difficulty stretches of the chain; the subsidy only, no fees; full load in "
            "every hour; no pool fee."
        ),
        (
            f"Machines: from {every.worst_j_per_th} (low) to {every.best_j_per_th} J/TH (high), the ends of the machine list "
            f"({every.models} models). {spread.caveat}"
        ),
        f"Quotation: the mean of {mean.days} market days of {month}, {quoted:,.2f} RUB/BTC ({mean.source}).",
        (
            f"Costs: low end, electricity at {price[1]} RUB/kWh, documented, nothing else; high end, no costs documented. "
            f"Source of the price: {priced}."
        ),
        "The month stands alone: no earlier months of the year are counted, so the personal scale begins at its first step.",
        (
            "A site is taken as run by one registered company on the general tax regime that does nothing but mine. Capacity "
            "is what the source reports, in the year in which it did."
        ),
    )
    return tuple(dues), assumptions


def _due(
    regime: Regime,
    who: str,
    kind: str,
    facts: Mapping[str, object],
    month: Period,
    kwh: int,
    low: int,
    high: int,
    cost: Decimal,
    kopecks: int,
) -> Due:
    question = "profit_tax_rub" if facts["actor"] == "company" else "income_tax_rub"
    if question not in regime.rules:
        return Due(who, kind, regime.id, kwh, low, high, None, None, _tax_kind(question), None, None, "")

    def ask(coins_sat: int, costs: Decimal) -> tuple[Any, Any, str]:
        given = {
            **facts,
            "coins_btc": f"{Decimal(coins_sat) / 100_000_000:.8f}",
            "quotation_rub_per_btc": f"{Decimal(kopecks) / 100:.2f}",
            "mining_costs_rub": str(costs),
        }
        decision = decide(regime, given, month, questions=("mining_income_rub", question))
        explanation = decision[question].explanation
        return decision["mining_income_rub"].value, decision[question].value, explanation.cites if explanation else ""

    income_low, tax_low, _ = ask(low, cost)
    income_high, tax_high, cites = ask(high, Decimal(0))
    return Due(
        who, kind, regime.id, kwh, low, high, income_low, income_high, _tax_kind(question), tax_low, tax_high, cites
    )


def _tax_kind(question: str) -> str:
    return "tax on profit" if question == "profit_tax_rub" else "tax on personal income"
