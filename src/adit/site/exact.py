"""The central path month by month, its dues as `decision` computes them: whole kopecks, the year so far, and the explanation behind each.

The paths take the rates that these answers follow; a test holds them to a kopeck of each other.
"""

from dataclasses import dataclass
from decimal import Decimal

from adit.decision.decide import decide
from adit.site.answers import Answered, facts_of
from adit.site.columns import Columns
from adit.site.dues import rounded
from adit.site.paths import Paths
from adit.site.plan import PlannedSite
from adit.terms.days import Period

__all__ = ["ExactMonth", "exact_months"]

_KOPECK = Decimal("0.01")
_ASKED = ("mining_income_rub", "profit_tax_rub", "vat_rub", "levy_due")


@dataclass(frozen=True, slots=True)
class ExactMonth:
    """A month in roubles. `runs`: whether the machines hash at all; `tax` is what the month adds to the tax of the year."""

    period: Period
    runs: bool
    energy_kwh: int
    coins_sat: int
    rub_per_btc: Decimal
    income: Decimal
    pool_fee: Decimal
    power: Decimal
    levy: Decimal
    heat: Decimal
    operations: Decimal
    depreciation: Decimal
    tax: Decimal
    vat: Decimal

    @property
    def cash(self) -> Decimal:
        return self.income - self.power - self.levy + self.heat - self.operations - self.tax - self.vat


def exact_months(site: PlannedSite, answers: Answered, columns: Columns, paths: Paths) -> tuple[ExactMonth, ...]:
    """Path 0 under the regime, each month decided with the earlier months of its year."""
    found: list[ExactMonth] = []
    earlier: list[tuple[Period, dict[str, object]]] = []
    taxed = Decimal(0)
    asked = [q for q in _ASKED if q in answers.regime.rules]
    for n, month in enumerate(answers.months):
        if columns.new_year[n]:
            earlier, taxed = [], Decimal(0)
        sat = float(paths.sat_per_ths[n, 0])
        coins = int(columns.ths[n] * sat + 0.5)
        price = Decimal(int(paths.kopecks[n, 0])) / 100
        income = rounded(Decimal(coins) / 100_000_000 * price, _KOPECK)
        power, levy, heat, operations, spared = (
            Decimal(int(c[n])) / 100
            for c in (columns.power, columns.levy, columns.heat, columns.operations, columns.depreciation)
        )
        runs = coins > 0 and (not columns.stops or income > power + levy - heat)
        if not runs:
            coins, income, power, levy, heat = 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0)
        energy = int(columns.energy_kwh[n]) if runs else 0
        costs = power + levy - heat + operations + spared
        facts = facts_of(site, Decimal(energy), answers.rate) | {
            "coins_btc": f"{Decimal(coins) / 100_000_000:.8f}",
            "quotation_rub_per_btc": f"{price:.2f}",
            "mining_costs_rub": f"{max(costs, Decimal(0)):.2f}",
        }
        decision = decide(answers.regime, facts, month.period, questions=asked, earlier=earlier) if asked else None
        values = {q: decision[q].value for q in asked} if decision else {}
        due = values.get("levy_due")
        year_so_far = values.get("profit_tax_rub") or Decimal(0)
        fee = rounded(Decimal(int(columns.ths_before_fee[n] * sat + 0.5) if runs else 0) / 100_000_000 * price, _KOPECK)
        found.append(
            ExactMonth(
                period=month.period, runs=runs, energy_kwh=energy, coins_sat=coins, rub_per_btc=price,
                income=values.get("mining_income_rub") or income, pool_fee=fee - income, power=power,
                levy=levy if due is None else rounded(due * answers.rate.rub, _KOPECK), heat=heat, operations=operations, depreciation=spared,
                tax=year_so_far - taxed, vat=values.get("vat_rub") or Decimal(0),
            )
        )  # fmt: skip
        earlier.append((month.period, facts))
        taxed = year_so_far
    return tuple(found)
