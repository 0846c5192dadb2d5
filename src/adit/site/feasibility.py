"""A site under one regime and under several: cash over the months and paths, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from adit.regime.act import Regime
from adit.site.answers import Answered, answered
from adit.site.columns import Columns, columns_of, energy_without_bans
from adit.site.exact import ExactMonth, exact_months
from adit.site.kernel import cash_of_site
from adit.site.measures import irr_per_year, npv, payback_months
from adit.site.paths import Market, Paths, draw_paths, market_on, scaled
from adit.site.plan import Plan, PlannedSite, planned
from adit.site.store import Assumptions, GivenMonth

__all__ = ["Feasibility", "Grid", "Outcome", "feasibility"]

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_FACTORS = (0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
_POWER_FACTORS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one regime lets the site earn. Money in roubles; rates a year; None where there is none."""

    answers: Answered
    columns: Columns
    months: tuple[ExactMonth, ...]  # the central path
    npv: Decimal
    npv_before_dues: Decimal  # as if there were neither levy nor tax
    irr: float | None
    payback: int | None
    break_even_rub_per_kwh: Decimal | None
    loss_probability: float  # that the net present value is below zero
    capital_lost_probability: float  # that the money does not come back, interest apart
    npv_quantiles: tuple[float, ...]
    irr_paths: tuple[float, ...]  # NaN where a path has none
    stopped_months: int  # of the central path, in which machines stand still for their cost

    @property
    def hours_allowed(self) -> float:
        """The share of the hours in which the regime lets the site run."""
        hours = [(m.share, m.period.days) for m in self.answers.months]
        return sum(s * d for s, d in hours) / sum(d for _, d in hours)


@dataclass(frozen=True, slots=True)
class Grid:
    """Net present value in roubles, by price of power (rows) and factor on the price of a coin (columns), difficulty as on the central path."""

    power_rub_per_kwh: tuple[Decimal, ...]
    coin_factors: tuple[float, ...]
    npv: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Feasibility:
    """The whole answer."""

    site: PlannedSite
    market: Market
    paths: Paths
    assumptions: Assumptions
    outcomes: tuple[Outcome, ...]  # the regime asked about first
    grid: Grid
    spot_break_even_rub_per_kwh: float  # of the first month: what the coins of a kilowatt-hour bring
    paths_asked: int

    @property
    def first(self) -> Outcome:
        return self.outcomes[0]


def feasibility(
    plan: Plan,
    regimes: Sequence[Regime],
    assumptions: Assumptions,
    *,
    kind: str = "gbm",
    count: int = 1000,
    seed: int = 1,
    given: Sequence[GivenMonth] = (),
) -> Feasibility:
    """The site under each of the regimes, over the same paths. Raises BadInput for what cannot be computed."""
    site = planned(plan, assumptions)
    market = market_on(plan.on, assumptions)
    paths = draw_paths(market, site.months, assumptions, kind, count + 1, seed, given)
    energy = energy_without_bans(site, assumptions)
    outcomes = tuple(_outcome(site, answered(r, site, energy), market, paths, assumptions) for r in regimes)
    return Feasibility(
        site=site,
        market=market,
        paths=paths,
        assumptions=assumptions,
        outcomes=outcomes,
        grid=_grid(site, outcomes[0].answers, market, paths, assumptions),
        spot_break_even_rub_per_kwh=_spot(site, market, assumptions),
        paths_asked=count,
    )


def _outcome(site: PlannedSite, answers: Answered, market: Market, paths: Paths, assumptions: Assumptions) -> Outcome:
    columns = columns_of(site, answers, market, assumptions)
    capital = float(columns.capital.total * 100)
    rate = assumptions["money.discount_per_year"]
    cash = cash_of_site(columns.for_kernel(), paths.sat_per_ths, paths.kopecks)
    months = exact_months(site, answers, columns, paths)
    worth = npv(capital, cash, rate) / 100
    drawn = slice(1, None) if paths.count > 1 else slice(0, 1)
    total = cash.sum(axis=0)
    returns = irr_per_year(capital, cash)
    back = int(payback_months(capital, cash)[0])
    return Outcome(
        answers=answers,
        columns=columns,
        months=months,
        npv=Decimal(f"{worth[0]:.2f}"),
        npv_before_dues=Decimal(f"{_before_dues(columns, paths, capital, rate):.2f}"),
        irr=None if np.isnan(returns[0]) else float(returns[0]),
        payback=back or None,
        break_even_rub_per_kwh=_break_even(site, answers, market, paths, assumptions),
        loss_probability=float((worth[drawn] < 0).mean()),
        capital_lost_probability=float((total[drawn] < capital).mean()),
        npv_quantiles=tuple(float(q) for q in np.quantile(worth[drawn], _QUANTILES)),
        irr_paths=tuple(float(r) for r in returns[drawn]),
        stopped_months=sum(not m.runs and a.share > 0 for m, a in zip(months, answers.months, strict=True)),
    )


def _before_dues(columns: Columns, paths: Paths, capital: float, rate: float) -> float:
    months = columns.for_kernel()
    free = months._replace(running=columns.power - columns.heat, rate=months.rate * 0, vat=months.vat * 0)
    return float(npv(capital, cash_of_site(free, *_central(paths)), rate)[0]) / 100


def _break_even(
    site: PlannedSite, answers: Answered, market: Market, paths: Paths, assumptions: Assumptions
) -> Decimal | None:
    """The price of power, to a kopeck, up to which the central path is worth something. None: not even free power would pay."""
    rate = assumptions["money.discount_per_year"]

    def worth(price: Decimal) -> float:
        columns = columns_of(site, answers, market, assumptions, price)
        cash = cash_of_site(columns.for_kernel(), *_central(paths))
        return float(npv(float(columns.capital.total * 100), cash, rate)[0])

    low, high = Decimal(0), Decimal(100)
    if worth(low) < 0:
        return None
    if worth(high) >= 0:
        return high
    while high - low > Decimal("0.01"):
        middle = ((low + high) / 2).quantize(Decimal("0.001"))
        low, high = (middle, high) if worth(middle) >= 0 else (low, middle)
    return low.quantize(Decimal("0.01"))


def _grid(site: PlannedSite, answers: Answered, market: Market, paths: Paths, assumptions: Assumptions) -> Grid:
    coins = scaled(paths, _FACTORS)
    prices = tuple((site.plan.price_rub_per_kwh * Decimal(str(f))).quantize(Decimal("0.01")) for f in _POWER_FACTORS)
    rate = assumptions["money.discount_per_year"]
    rows = []
    for price in prices:
        columns = columns_of(site, answers, market, assumptions, price)
        cash = cash_of_site(columns.for_kernel(), coins.sat_per_ths, coins.kopecks)
        rows.append(tuple(float(v) / 100 for v in npv(float(columns.capital.total * 100), cash, rate)))
    return Grid(prices, _FACTORS, tuple(rows))


def _spot(site: PlannedSite, market: Market, assumptions: Assumptions) -> float:
    """h (1 - f) / (0.024 e PUE): the price of power at which the coins of the day pay for it and for nothing else."""
    paid = market.hashprice_rub * (1 - assumptions["operation.pool_fee"]) * (1 - assumptions["operation.stale"])
    return paid / (0.024 * site.machine.power_w / float(site.machine.hashrate_ths) * site.cooling.pue)


def _central(paths: Paths) -> tuple[Any, Any]:
    return np.ascontiguousarray(paths.sat_per_ths[:, :1]), np.ascontiguousarray(paths.kopecks[:, :1])
