"""Paths of the coin's price and of difficulty, month by month: what 1 TH/s finds, and what a coin costs. A seed gives the same paths always.

Path 0 is the central one: the price of the day, or the path that was given. The others are drawn around it. Nothing here reads a clock or
takes chance from the machine: numbers follow from the seed alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import Any

import numpy as np

from adit.evidence.sources.epochs import HALVING_BLOCKS, subsidy_sat
from adit.evidence.sources.fees import fee_share
from adit.evidence.sources.prices import quotation, read_quotations
from adit.site.hashing import epoch_on, hashprice, height_on, sat_per_ths
from adit.site.store import Assumptions, GivenMonth
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["KINDS", "Market", "Paths", "draw_paths", "market_on", "scaled"]

KINDS = ("flat", "gbm", "history")
_BLOCKS_A_DAY = 144
_HISTORY_LEAST = 24  # months, below which history is not drawn from


@dataclass(frozen=True, slots=True)
class Market:
    """What is known on the day: difficulty and its trend, the reward of a block, the price of a coin and of a dollar."""

    on: date
    difficulty: float
    growth_per_month: float  # of the logarithm
    height: float
    subsidy_sat: int
    fees_sat: float
    fees_from: str
    rub_per_btc_kopecks: int
    rub_per_usd: float
    priced_on: date
    price_source: str

    @property
    def hashprice_rub(self) -> float:
        """Roubles that 1 TH/s brings in a day, before the pool's fee."""
        return hashprice(self.difficulty, self.subsidy_sat + self.fees_sat, self.rub_per_btc_kopecks / 100)


@dataclass(frozen=True, slots=True)
class Paths:
    """By month and path. `sat_per_ths`: satoshi that 1 TH/s finds in the whole month on average; `kopecks`: of a coin."""

    kind: str
    seed: int
    sat_per_ths: Any
    kopecks: Any
    how: str  # they were made: given, gbm, flat or history
    how_parts: Mapping[str, object]  # figures of it
    on: date

    @property
    def count(self) -> int:
        return int(self.kopecks.shape[1])


def market_on(day: date, assumptions: Assumptions) -> Market:
    """The market of a day. Raises BadInput where difficulty or price are not known."""
    difficulty, height = epoch_on(day).difficulty, height_on(day)
    quoted = quotation(day)
    back = int(assumptions["difficulty.lookback_months"])
    before = epoch_on(day - timedelta(days=round(back * 30.4375))).difficulty
    subsidy = subsidy_sat(int(height))
    first = day.replace(day=1)
    month = Period(first, date(first.year + first.month // 12, first.month % 12 + 1, 1))
    published = fee_share(month)
    share = published.mean if published else assumptions["fees.share_of_subsidy"]
    return Market(
        on=day,
        difficulty=difficulty,
        growth_per_month=log(difficulty / before) / back,
        height=height,
        subsidy_sat=subsidy,
        fees_sat=share * subsidy,
        fees_from=published.source if published else "fees.share_of_subsidy",
        rub_per_btc_kopecks=quoted.rub_per_btc_kopecks,
        rub_per_usd=float(quoted.rub_per_usd),
        priced_on=quoted.on,
        price_source=quoted.source,
    )


def draw_paths(
    market: Market,
    months: Sequence[Period],
    assumptions: Assumptions,
    kind: str = "gbm",
    count: int = 1000,
    seed: int = 1,
    given: Sequence[GivenMonth] = (),
) -> Paths:
    """The paths over these months. With `given` there is one path, the given one, and no chance in it."""
    if kind not in KINDS:
        raise BadInput(f"There is no kind of path '{kind}'.", todo=f"Known: {', '.join(KINDS)}.")
    n = len(months)
    subsidy = np.array([_subsidy(market, m) for m in months])
    response = assumptions["difficulty.response"]
    history = kind == "history" and not given
    how, parts = kind, dict[str, object]()
    middles = np.arange(n)[:, None] + 0.5
    trend = market.growth_per_month * middles
    if given:
        price, stated = _given(given, months)
        log_price = np.log(price / (market.rub_per_btc_kopecks / 100))[:, None]
        how, parts = "given", {"n": len(given)}
    elif history:
        log_price, trend, parts = _from_history(market, n, count, seed, assumptions)
    else:
        sigma, drift = assumptions["price.volatility_per_year"], assumptions["price.drift_per_year"]
        shocks = np.random.default_rng(seed).standard_normal((n, count if kind == "gbm" else 1))
        shocks[:, 0] = 0
        spread = sigma / 12**0.5 if kind == "gbm" else 0.0
        log_price = np.cumsum(drift / 12 + spread * shocks, axis=0)
        parts = {"sigma": sigma} if kind == "gbm" else {}
    halved = np.log(subsidy / market.subsidy_sat)[:, None]
    # Difficulty answers what a block brought in the month before. In history it has answered its own prices already, but no halving to come.
    brings = halved + (0.0 if history else log_price)
    before = np.vstack([np.zeros((1, brings.shape[1])), brings[:-1]])
    log_difficulty = log(market.difficulty) + trend + response * before
    difficulty = np.exp(log_difficulty)
    if given:
        known = np.array([d if d is not None else np.nan for d in stated])[:, None]
        difficulty = np.where(np.isnan(known), difficulty, known)
    seconds = np.array([m.days * 86_400.0 for m in months])
    sat = sat_per_ths(1.0, 1.0, 1.0) * (seconds * (subsidy + market.fees_sat))[:, None] / difficulty
    kopecks = np.floor(np.exp(log_price) * market.rub_per_btc_kopecks + 0.5)
    return Paths(
        "given" if given else kind,
        seed,
        np.ascontiguousarray(sat),
        np.ascontiguousarray(kopecks),
        how,
        parts,
        market.on,
    )


def _subsidy(market: Market, month: Period) -> float:
    """The mean subsidy of a month to come, 144 blocks a day from the day on."""
    start = market.height + (month.start - market.on).days * _BLOCKS_A_DAY
    end = start + month.days * _BLOCKS_A_DAY
    cut = (int(start) // HALVING_BLOCKS + 1) * HALVING_BLOCKS
    before, after = subsidy_sat(int(start)), subsidy_sat(int(start) + HALVING_BLOCKS)
    share = min(max((cut - start) / (end - start), 0.0), 1.0)
    return before * share + after * (1 - share)


def _given(given: Sequence[GivenMonth], months: Sequence[Period]) -> tuple[Any, list[float | None]]:
    by_month = {g.month: g for g in given}
    missing = [m for m in months if m not in by_month]
    if missing:
        raise BadInput(
            f"The path of prices has no row for {missing[0]}.",
            todo=f"It needs {months[0]} to {months[-1]}, or ask for fewer --months.",
        )
    return np.array([by_month[m].rub_per_btc for m in months]), [by_month[m].difficulty for m in months]


def _from_history(
    market: Market, n: int, count: int, seed: int, assumptions: Assumptions
) -> tuple[Any, Any, dict[str, object]]:
    """Blocks of past months, price and difficulty together, so that what went together stays together.

    The mean of the past price is taken off, and the stated drift put in its place: a rise that was is no promise.
    """
    firsts = []
    first = read_quotations()[0].on.replace(day=1)
    while first <= market.on:
        firsts.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    days = [d for d in firsts if d >= read_quotations()[0].on]
    if len(days) - 1 < _HISTORY_LEAST:
        raise BadInput(
            f"There are {max(len(days) - 1, 0)} months of prices up to {market.on}, too few to draw from.",
            todo=f"Take --price-paths gbm; history needs {_HISTORY_LEAST} months.",
        )
    price = np.log([quotation(d, 31).rub_per_btc_kopecks for d in days])
    difficulty = np.log([epoch_on(d).difficulty for d in days])
    moves = np.stack([np.diff(price), np.diff(difficulty)])
    moves[0] += assumptions["price.drift_per_year"] / 12 - moves[0].mean()
    block = min(int(assumptions["price.block_months"]), moves.shape[1])
    starts = np.random.default_rng(seed).integers(0, moves.shape[1], (-(-n // block), count))
    drawn = ((starts[:, None, :] + np.arange(block)[None, :, None]) % moves.shape[1]).reshape(-1, count)[:n]
    steps = moves[:, drawn]
    steps[0, :, 0], steps[1, :, 0] = assumptions["price.drift_per_year"] / 12, moves[1].mean()
    return (
        np.cumsum(steps[0], axis=0),
        np.cumsum(steps[1], axis=0),
        {"block": block, "n": moves.shape[1], "on": market.on},
    )


def scaled(paths: Paths, factors: Sequence[float]) -> Paths:
    """Path 0 with the price of a coin times each factor, difficulty left as it is."""
    kopecks = np.floor(paths.kopecks[:, :1] * np.asarray(factors)[None, :] + 0.5)
    return Paths(
        "scaled",
        paths.seed,
        np.repeat(paths.sat_per_ths[:, :1], len(factors), axis=1),
        kopecks,
        paths.how,
        paths.how_parts,
        paths.on,
    )
