"""What a coin costs in each month and draw: what is known, then history, a given path, a geometric Brownian motion or blocks of past months.

Numbers follow from the seed and the draw alone, so that a scenario and its alternative see the same prices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import exp, log
from typing import Any

import numpy as np

from adit.evidence.sources.prices import read_quotations
from adit.evidence.sources.restricted_prices import ATTRIBUTION, monthly_prices
from adit.lab.scenario import Price
from adit.terms.errors import BadInput

__all__ = ["KnownPrices", "PricePaths", "known_prices", "price_paths"]

_OPEN_FROM = date(2024, 3, 1)
_CHANCE = 0x70726963  # of the counter: a stream of its own for each draw, apart from those of the model
_LEAST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class KnownPrices:
    """Monthly means in dollars, and where they are from."""

    usd: Mapping[date, float]
    source: str


@dataclass(frozen=True, slots=True)
class PricePaths:
    """`usd` has a row for each draw, or one for all. `known` months come first and are the same in every row."""

    usd: Any
    known: int
    said: str
    sources: tuple[str, ...]


def known_prices(needed_from: date) -> KnownPrices:
    """Means of open quotations since March 2024; where earlier months are needed, of a series that may not be sold, if it is at hand.

    Raises BadInput, and says how to get it, where it is not.
    """
    months: dict[date, list[float]] = {}
    for quoted in read_quotations():
        months.setdefault(quoted.on.replace(day=1), []).append(float(quoted.usd_per_btc))
    found, between = _without_gaps({month: sum(prices) / len(prices) for month, prices in months.items()})
    said = "means of the market quotations of the month (network/fx_and_coin_prices_2024_2026.csv)"
    if between:
        said += f"; between their neighbours, having no quotation: {', '.join(f'{m:%Y-%m}' for m in between)}"
    if needed_from >= _OPEN_FROM:
        return KnownPrices(found, said)
    before = {row.month: row.price_usd for row in monthly_prices().values() if row.month < _OPEN_FROM}
    if needed_from < min(before):
        raise BadInput(
            f"There is no price of {needed_from:%Y-%m}; the first at hand is of {min(before):%Y-%m}.",
            todo="Begin later, or give usd = [...].",
        )
    return KnownPrices({**before, **found}, f"since {_OPEN_FROM:%Y-%m} {said}; before: {ATTRIBUTION}")


def _without_gaps(means: dict[date, float]) -> tuple[dict[date, float], list[date]]:
    """The means with each month that lacks one put between its neighbours, in equal steps of the logarithm; and which those are."""
    known, between = sorted(means), []
    for a, b in pairwise(known):
        steps = (b.year - a.year) * 12 + b.month - a.month
        for k in range(1, steps):
            month = date((a.year * 12 + a.month - 1 + k) // 12, (a.month - 1 + k) % 12 + 1, 1)
            means[month] = exp(log(means[a]) + (log(means[b]) - log(means[a])) * k / steps)
            between.append(month)
    return means, between


def price_paths(price: Price, months: Sequence[date], draws: int, seed: int) -> PricePaths:
    """The paths over the months of a scenario. Raises BadInput for months that history does not reach."""
    if price.kind == "given":
        usd = np.array([*price.usd, *[price.usd[-1]] * len(months)][: len(months)])
        return PricePaths(usd[None, :], len(months), f"given: {len(price.usd)} months, the last one held on", ())
    known = known_prices(months[0])
    through = price.known_to or months[-1]
    realised = [known.usd[m] for m in months if m in known.usd and m <= through]
    for m, have in zip(months, realised, strict=False):
        assert have == known.usd[m], "the known months come first and without a gap"
    left = len(months) - len(realised)
    if price.kind == "history":
        if left:
            raise BadInput(
                f"The price of {months[len(realised)]:%Y-%m} is not known; history ends there.",
                where="price",
                todo='Give fewer months, or kind = "gbm", "bootstrap" or "given".',
            )
        return PricePaths(np.array([realised]), len(realised), "as it was", (known.source,))
    if left == 0:
        return PricePaths(np.array([realised]), len(realised), "as it was", (known.source,))
    last = realised[-1] if realised else known.usd[max(m for m in known.usd if m < months[0])]
    if price.kind == "gbm":
        steps = _gbm(price, left, draws, seed)
        said = (
            f"geometric Brownian motion, {price.drift_per_year:+.0%} a year, volatility {price.volatility_per_year:.0%}"
        )
        sources: tuple[str, ...] = (known.source,)
    else:
        history = known_prices(price.history_from or _OPEN_FROM)
        steps = _blocks(price, history, left, draws, seed)
        said = f"blocks of {price.block_months} months of past returns since {price.history_from or _OPEN_FROM:%Y-%m}"
        sources = (known.source, history.source)
    paths = np.empty((draws, len(months)))
    paths[:, : len(realised)] = realised
    paths[:, len(realised) :] = last * np.exp(np.cumsum(steps, axis=1))
    return PricePaths(paths, len(realised), f"{len(realised)} known months, then {said}", tuple(dict.fromkeys(sources)))


def _chance(seed: int, draw: int) -> np.random.Generator:
    key = np.array([seed, draw], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, _CHANCE, 0], dtype=np.uint64)))


def _gbm(price: Price, months: int, draws: int, seed: int) -> Any:
    sigma = price.volatility_per_year / np.sqrt(12)
    drift = price.drift_per_year / 12 - sigma**2 / 2
    return np.stack([drift + sigma * _chance(seed, n).standard_normal(months) for n in range(draws)])


def _blocks(price: Price, history: KnownPrices, months: int, draws: int, seed: int) -> Any:
    first = price.history_from or _OPEN_FROM
    series = [history.usd[m] for m in sorted(history.usd) if m >= first]
    returns = np.array([log(b / a) for a, b in pairwise(series)])
    if len(returns) < max(_LEAST_MONTHS, price.block_months):
        raise BadInput(
            f"{len(returns)} months of history are too few to draw from.",
            where="price",
            todo="Let history_from be earlier, or take gbm.",
        )
    length = price.block_months
    steps = np.empty((draws, months))
    for n in range(draws):
        starts = _chance(seed, n).integers(0, len(returns) - length + 1, size=-(-months // length))
        steps[n] = np.concatenate([returns[s : s + length] for s in starts])[:months]
    return steps
