"""The hash rate of the network a year ahead, from every month, given the price: forty forecasts that overlap.

The world is one place. The parameters are fitted to the origins of 2019 and 2020 (`training`) and never again. Origins of a year with a halving are scored
apart as well. Bands have the error layer of the last episode that was over: 2019 and 2020, then the ban in China.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from adit.lab.backtests import baselines
from adit.lab.backtests.china_learned import learned_from_the_ban
from adit.lab.backtests.forecasting import Options, run_world, told
from adit.lab.backtests.information import freeze
from adit.lab.backtests.past import HALVINGS, back, months_between, series
from adit.lab.backtests.results import Assumed, BackTest, Forecast, Score
from adit.lab.backtests.scoring import absolute_percentage_errors, coverage
from adit.lab.backtests.store import dated_parameters
from adit.lab.backtests.training import AHEAD, TRAINED, Training, network_world, one_price, outcome_of, train
from adit.lab.model.parameters import Parameters
from adit.lab.model.store import read_parameters

__all__ = ["FIRST", "LAST", "walk_forward"]

FIRST, LAST = date(2021, 10, 1), date(2025, 1, 1)
LAYER_FROM = date(2022, 2, 1)  # from here on the ban in China is an episode that is over
TREND_FROM = date(2018, 1, 1)
AS_OF = date(2021, 11, 1)  # of the first forecast
_NAIVE = ("no change", "trailing growth", "log-linear trend")


@dataclass(frozen=True, slots=True)
class _Origin:
    origin: date
    forecast: Forecast

    @property
    def error(self) -> float:
        return self.forecast.point / self.forecast.outcome - 1

    @property
    def in_a_halving_year(self) -> bool:
        """Whether the origin lies in a year that has a halving."""
        return any(self.origin.year == halving.year for halving in HALVINGS)

    @property
    def across_a_halving(self) -> bool:
        """Whether a halving lies between the origin and the month that is forecast."""
        return any(self.origin < halving <= self.forecast.month for halving in HALVINGS)


def walk_forward(options: Options) -> BackTest:
    """Forty origins, from October 2021 to January 2025."""
    parameters, assumed = dated_parameters(read_parameters(), freeze((), AS_OF, "observed"))
    training = train(parameters, options)
    layers = (training.layer, learned_from_the_ban(parameters, options).layer)
    rows = [
        _forecast(origin, layers[origin >= LAYER_FROM].on(one_price(training.parameters)), training, options)
        for origin in months_between(FIRST, LAST)
    ]
    forecasts = tuple(row.forecast for row in rows)
    return BackTest(
        id="walk-forward",
        title="Hash rate a year ahead, forty origins",
        as_of=LAST,
        clock="observed: each forecast knows the months up to its origin",
        given=("the price of a bitcoin, as it came", "new coins and fees, as they came"),
        draws=options.draws,
        seed=options.seed,
        forecasts=forecasts,
        scores=(
            _score("twelve months ahead, forty origins", rows, 6.0),
            _score("twelve months ahead, origins of the halving year 2024", [r for r in rows if r.in_a_halving_year], 8.0),
            _score("twelve months ahead, across the halving of April 2024", [r for r in rows if r.across_a_halving], 8.0),
            Score("bias", 100 * float(np.mean([r.error for r in rows])), "%", None, None, {}, "forecast over outcome, mean"),
            Score(
                "coverage of 80 % bands",
                coverage([f.band for f in forecasts], [f.outcome for f in forecasts]),
                "%",
                70.0,
                90.0,
                {},
                "forty outcomes that overlap: about four independent years",
            ),
        ),
        assumed=(
            *_trained(assumed, training.parameters),
            Assumed("price of power", f"{training.price_usd_per_kwh:g} USD/kWh", "other episode", date(2021, 6, 1), "what fits 2019 and 2020"),
        ),
        notes=(
            "The forecast is conditional on the price: it says what miners do at this price, not what the price will be.",
            "The law does not enter: the world is one place, and the machines that China's ban left packed in 2021 are not in it.",
        ),
    )  # fmt: skip


def _forecast(origin: date, parameters: Parameters, training: Training, options: Options) -> _Origin:
    pair = run_world(network_world(origin, price=training.price_usd_per_kwh), parameters, options)
    past = [m.hashrate_ehs for m in series(TREND_FROM, origin)]
    naive: Mapping[str, float] = dict(
        zip(
            _NAIVE,
            (f(past, AHEAD)[-1] for f in (baselines.no_change, baselines.trailing_growth, baselines.log_linear_trend)),
            strict=True,
        )
    )
    point = float(np.median(pair.plain.network_ehs[training.kept, -1]))
    came = float(outcome_of(origin)[-1])
    draws = pair.wide.network_ehs[training.kept, -1]
    return _Origin(origin, told("hash rate", "world", origin, back(origin, -AHEAD), "EH/s", draws, point, came, naive))


def _score(name: str, rows: Sequence[_Origin], most: float | None) -> Score:
    came = [r.forecast.outcome for r in rows]
    error = absolute_percentage_errors([r.forecast.point for r in rows], came)
    naive = {n: float(absolute_percentage_errors([r.forecast.baselines[n] for r in rows], came).mean()) for n in _NAIVE}
    return Score(
        name, float(error.mean()), "%", None, most, naive, f"{len(rows)} origins, median {np.median(error):.1f} %"
    )


def _trained(assumed: Sequence[Assumed], parameters: Parameters) -> tuple[Assumed, ...]:
    """What the parameters rest on after the fit to 2019 and 2020."""
    fitted = {p.name: f"{p.prior.low:.3g} to {p.prior.high:.3g}" for p in parameters.each if p.name in TRAINED}
    source = "origins from January 2019 to May 2020, outcomes to May 2021"
    kept = tuple(a for a in assumed if a.name not in ("error_innovation", "error_memory"))
    rows = tuple(
        replace(a, value=fitted[a.name], basis="other episode", dated=date(2021, 6, 1), source=source)
        if a.name in fitted
        else a
        for a in kept
    )
    return (
        *rows,
        Assumed("error layer, origins before February 2022", "see source", "other episode", date(2021, 6, 1), source),
        Assumed(
            "error layer, later origins",
            "see source",
            "other episode",
            LAYER_FROM,
            "errors of china-2021, June 2021 to January 2022",
        ),
    )
