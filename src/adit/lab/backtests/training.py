"""What was learned before the first forecast: parameters fitted to 2019 and 2020, and how wrong the model was there.

The whole network stands in one place here. Origins run from January 2019 to May 2020, so that every outcome lies before the ban in China: nothing of any
tested episode goes in. The fit narrows the priors round by round to where the best tenth of the draws lies, for those parameters that act in a world
of one place without law, at five prices of power of which the best is kept. It aims at what is scored later, the error a year ahead.

The error layer is what these draws do not explain: the error of their median, less the spread that they have themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from adit.lab.backtests.forecasting import Options, run_world
from adit.lab.backtests.past import back, months_between, series
from adit.lab.backtests.world import POWER_USD_PER_KWH, Site, World
from adit.lab.model.parameters import Parameters
from adit.terms.errors import BadInput

__all__ = [
    "AHEAD",
    "ORIGINS",
    "TRAINED",
    "Layer",
    "Training",
    "layer_of_horizons",
    "layer_of_path",
    "network_world",
    "one_price",
    "outcome_of",
    "train",
]

AHEAD = 12
ORIGINS = (date(2019, 1, 1), date(2020, 5, 1))
ROUNDS = 5
DRAWS = 250  # a round, whatever the forecast takes
SEEDS_APART = 7919
BEST = 0.1  # of the draws
NARROWED_TO = (0.1, 0.9)  # quantiles of the best
# What miners told Cambridge is known to a tenth, as the prior of the spread of prices has it: from 5 to 95 % of it.
PRICES_USD_PER_KWH = (0.039, 0.043, POWER_USD_PER_KWH, 0.049, 0.054)
TRAINED = (
    "efficiency_scale",
    "pue",
    "uptime",
    "dispersion_usd_per_kwh",
    "other_cost_usd_per_kwh",
    "pool_fee",
    "payback_days",
    "machine_floor_usd_per_th",
    "reinvested",
    "delivery_lag_months",
    "swap_rate",
    "evict_rate",
    "scrap_rate",
)
_ROOM = 3.0  # connections are no limit to the whole network
_GROWTH = 0.1
_MW = 1000.0  # any: one place is scaled to the hash rate
_MEMORY_MOST = 0.98
_LEAST = 1e-4  # an error layer is never quite nothing


@dataclass(frozen=True, slots=True)
class Layer:
    """The error of the total of a month: what is new in it, and how much of last month's is left."""

    innovation: float
    memory: float

    def on(self, parameters: Parameters) -> Parameters:
        """The parameters with this layer."""
        return parameters.with_priors({"error_innovation": self.innovation, "error_memory": self.memory})


@dataclass(frozen=True, slots=True)
class Training:
    """The fitted parameters with their error layer, the price of power that did best, and the layer of the priors as they were.

    `kept` are the draws that forecast, of as many as were asked for: the tenth that is best on the origins.
    """

    parameters: Parameters
    price_usd_per_kwh: float
    kept: Any
    layer: Layer
    prior_layer: Layer
    error: tuple[float, ...]  # by round: of the median draw, of ln of forecast over outcome a year ahead


def network_world(origin: date, ahead: int = AHEAD, price: float = POWER_USD_PER_KWH) -> World:
    """The whole network as one place, with room for every machine."""
    return World(origin, ahead, (Site("ZZ", "formal", _MW, price),), {"ZZ": _GROWTH}, spare=_ROOM)


def outcome_of(origin: date, ahead: int = AHEAD) -> Any:
    """The hash rate that came in the months after the origin, EH/s."""
    return np.array([m.hashrate_ehs for m in series(back(origin, -1), back(origin, -ahead))])


@cache
def train(parameters: Parameters, options: Options) -> Training:
    """Fits the parameters to the origins before the first forecast: at each price of power, and then at the price that did best."""
    fits = [_fit(one_price(parameters), price, options.seed) for price in PRICES_USD_PER_KWH]
    best = int(np.argmin([fit.error[-1] for fit in fits]))
    price, fit = PRICES_USD_PER_KWH[best], fits[best]
    gaps, _ = _gaps(fit.parameters, price, options)
    error = np.abs(gaps[:, :, -1]).mean(axis=0)
    kept = np.sort(np.argsort(error, kind="stable")[: max(2, round(BEST * options.draws))])
    layer = _layer(gaps[:, kept])
    before, _ = _gaps(parameters, POWER_USD_PER_KWH, Options(DRAWS, options.seed))
    fitted = {p.name: (p.prior.low, p.prior.high) for p in fit.parameters.each if p.name in TRAINED}
    return Training(layer.on(parameters.with_priors(fitted)), price, kept, layer, _layer(before), fit.error)


def one_price(parameters: Parameters) -> Parameters:
    """The same without a spread of prices between draws: in a world of one place it would be a second price."""
    return parameters.with_priors({"price_spread": 0.0})


@dataclass(frozen=True, slots=True)
class _Fit:
    parameters: Parameters
    error: tuple[float, ...]


def _fit(parameters: Parameters, price: float, seed: int) -> _Fit:
    """Rounds of draws at one price, each within the range of the best of the one before."""
    errors = []
    for number in range(ROUNDS + 1):
        # Each round has chance of its own: with the same points again it would only zoom in on the first round's best.
        gaps, values = _gaps(parameters, price, Options(DRAWS, seed + SEEDS_APART * number))
        error = np.abs(gaps[:, :, -1]).mean(axis=0)
        errors.append(float(np.median(error)))
        if number < ROUNDS:
            best = np.argsort(error, kind="stable")[: round(BEST * DRAWS)]
            columns = {n: values[best, parameters.names.index(n)] for n in TRAINED}
            parameters = parameters.with_priors({n: _range(column) for n, column in columns.items()})
    return _Fit(parameters, tuple(errors))


def _range(column: Any) -> tuple[float, float]:
    low, high = np.quantile(column, NARROWED_TO)
    return float(low), float(high)


def _gaps(parameters: Parameters, price: float, options: Options) -> tuple[Any, Any]:
    """(O, N, T): ln of what the draws made over what came; and the values of the draws."""
    gaps, values = [], None
    for origin in months_between(*ORIGINS):
        made = run_world(network_world(origin, price=price), parameters, options).plain
        gaps.append(np.log(made.network_ehs / outcome_of(origin)))
        values = made.parameters
    return np.stack(gaps), values


def _layer(gaps: Any) -> Layer:
    """Of what the median missed, what the spread of the draws does not cover, one month and a year ahead."""
    missed = (np.median(gaps, axis=1) ** 2).mean(axis=0)
    covered = gaps.var(axis=1).mean(axis=0)
    left = np.sqrt(np.maximum(missed - covered, _LEAST**2))
    return layer_of_horizons([float(sigma) for sigma in left])


def layer_of_horizons(sigma: Sequence[float]) -> Layer:
    """The layer whose spread is that of the errors one month ahead and at the last horizon; the memory is at most 0.98."""
    if not sigma or min(sigma) <= 0:
        raise BadInput(
            "There is no error to set the layer on.", todo="Give the errors of at least one horizon, above zero."
        )
    low, high = 0.0, _MEMORY_MOST
    for _ in range(60):
        memory = (low + high) / 2
        spread = sigma[0] * sqrt((1 - memory ** (2 * len(sigma))) / (1 - memory**2))
        low, high = (memory, high) if spread < sigma[-1] else (low, memory)
    return Layer(sigma[0], (low + high) / 2)


def layer_of_path(errors: Sequence[float], spreads: Sequence[float]) -> Layer:
    """The layer of one path of errors, less the spread that the draws have themselves; its memory is its correlation with itself a month later."""
    path, own = np.asarray(errors, dtype=np.float64), np.asarray(spreads, dtype=np.float64)
    if len(path) < 3 or len(own) != len(path) or not path.any():
        raise BadInput(
            f"{len(path)} errors with {len(own)} spreads are no path to set a layer on.",
            todo="Give at least three months of both, the errors not all zero.",
        )
    memory = float(np.clip((path[1:] * path[:-1]).sum() / (path[:-1] ** 2).sum(), 0.0, _MEMORY_MOST))
    left = max(float((path**2).mean() - (own**2).mean()), _LEAST**2)
    return Layer(sqrt(left * (1 - memory**2)), memory)
