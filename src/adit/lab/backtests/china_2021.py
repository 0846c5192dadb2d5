"""China's ban of 2021: where the machines went and how much of the network came back, forecast with what was known at the end of May 2021.

Given are the price as it came and the bans with their days: the question is what such a ban does, not whether it comes. Shares are scored as Cambridge
printed them. For August it printed no share of China at all, which is masking by its own words; so August is scored on the places outside China, and
the figure without this convention stands beside.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import exp

import numpy as np

from adit.lab.backtests import baselines
from adit.lab.backtests.china_naive import growth_outside_china, in_units, naive_totals
from adit.lab.backtests.china_shares import forecast_shares, share_forecasts, share_score
from adit.lab.backtests.china_world import (
    AHEAD,
    AS_OF,
    AUGUST,
    JANUARY,
    OF_THE_MAP,
    ORIGIN,
    REST,
    UNITS,
    known_figures,
    start_world,
)
from adit.lab.backtests.forecasting import Options, Pair, run_world, told
from adit.lab.backtests.information import InformationSet, freeze
from adit.lab.backtests.past import months_between
from adit.lab.backtests.results import Assumed, BackTest, Forecast, Score
from adit.lab.backtests.scoring import absolute_percentage_errors, coverage, in_common_units, wrong_place_share
from adit.lab.backtests.store import dated_parameters
from adit.lab.backtests.training import BEST, Layer, outcome_of, train
from adit.lab.model.parameters import Parameters
from adit.lab.model.store import read_parameters

__all__ = ["PUBLISHED_BY", "china_2021"]

PUBLISHED_BY = date(2021, 7, 16)  # the day after Cambridge published April
APRIL = date(2021, 4, 1)
FITTED_MONTHS = 3  # June to August, for the totals that are held out
_GIVEN = (
    "the price of a bitcoin, as it came",
    "the bans of China and Iran, with their days",
    "new coins and fees, as they came",
)


def china_2021(options: Options) -> BackTest:
    """The ban of 2021. With a map of the user's it is scored in ten units as well."""
    known = freeze(known_figures(), AS_OF, "observed")
    came = freeze(known_figures(options.map_file), date.max, "published")
    parameters, assumed = dated_parameters(read_parameters(), known)
    layer = train(parameters, options).prior_layer
    parameters = layer.on(parameters)
    pair = run_world(start_world(known), parameters, options)
    forecasts = (
        *_totals(known, pair),
        *share_forecasts(known, came, pair, AUGUST),
        *share_forecasts(known, came, pair, JANUARY),
    )
    scores = [
        share_score("wrong-country share, January 2022", known, came, pair, JANUARY, most=14.0),
        share_score(
            "wrong-country share, August 2021, outside China", known, came, pair, AUGUST, most=7.0, outside=True
        ),
        share_score("wrong-country share, August 2021, with China at zero as printed", known, came, pair, AUGUST),
        _totals_score(known, pair),
        _held_out(known, pair),
        Score(
            "coverage of 80 % bands",
            coverage([f.band for f in forecasts], [f.outcome for f in forecasts]),
            "%",
            70.0,
            90.0,
            {},
            "eight totals, and the shares of August and January",
        ),
        _as_published(parameters, came, options),
    ]
    if options.map_file:
        scores += _in_ten_units(parameters, came, options)
    return BackTest(
        id="china-2021",
        title="The ban of 2021 in China",
        as_of=AS_OF,
        clock="observed: a month is known when it is over; Cambridge published May 2021 on 13 October",
        given=_GIVEN,
        draws=options.draws,
        seed=options.seed,
        forecasts=forecasts,
        scores=tuple(scores),
        assumed=(*_with_layer(assumed, layer), *_state()),
        notes=(
            "August is scored on the places outside China, whose zero is masking by Cambridge's own words.",
            "The totals that are held out belong to a fit: draws are chosen by the hash rate of June to August 2021.",
            *(
                ()
                if options.map_file
                else ("Ten units need the map of Cambridge, which is not shipped: give your copy with --map.",)
            ),
        ),
    )


# Totals ---------------------------------------------------------------------------------------------------------
def _totals(known: InformationSet, pair: Pair) -> tuple[Forecast, ...]:
    came, naive = outcome_of(ORIGIN, AHEAD), naive_totals(known)
    point = np.median(pair.plain.network_ehs, axis=0)
    return tuple(
        told(
            "hash rate",
            "world",
            ORIGIN,
            month,
            "EH/s",
            pair.wide.network_ehs[:, t],
            float(point[t]),
            float(came[t]),
            {name: series[t] for name, series in naive.items()},
        )
        for t, month in enumerate(pair.plain.months)
    )


def _totals_score(known: InformationSet, pair: Pair) -> Score:
    came = outcome_of(ORIGIN, AHEAD)
    error = absolute_percentage_errors(np.median(pair.plain.network_ehs, axis=0), came).mean()
    naive = {name: float(absolute_percentage_errors(s, came).mean()) for name, s in naive_totals(known).items()}
    return Score("totals from June 2021 to January 2022, ex ante", float(error), "%", None, None, naive)


def _held_out(known: InformationSet, pair: Pair) -> Score:
    """Draws chosen by June to August, scored on September to January."""
    made, came = pair.plain.network_ehs, outcome_of(ORIGIN, AHEAD)
    error = np.square(np.log(made / came))[:, :FITTED_MONTHS].mean(axis=1)
    kept = np.argsort(error, kind="stable")[: max(2, round(BEST * len(made)))]
    middle = np.median(made[kept], axis=0)
    later = came[FITTED_MONTHS:]
    rate = growth_outside_china(known)
    naive = {
        "no change since August": [float(came[FITTED_MONTHS - 1])] * len(later),
        "growth outside China, from August on": [
            came[FITTED_MONTHS - 1] * exp(rate * k) for k in range(1, len(later) + 1)
        ],
    }
    return Score(
        "totals held out, September 2021 to January 2022, fitted to June to August",
        float(absolute_percentage_errors(middle[FITTED_MONTHS:], later).mean()),
        "%",
        None,
        4.0,
        {name: float(absolute_percentage_errors(s, later).mean()) for name, s in naive.items()},
        "a fit, not a forecast",
    )


# Variants -------------------------------------------------------------------------------------------------------
def _in_ten_units(parameters: Parameters, came: InformationSet, options: Options) -> list[Score]:
    """The same forecast from the whole map, scored in the ten units in which the map is drawn; January in six, as Cambridge printed it."""
    known = freeze(known_figures(options.map_file), AS_OF, "observed")
    units = (*UNITS, *OF_THE_MAP)
    pair = run_world(start_world(known, units=units), parameters, options)
    return [
        share_score(
            "on the whole map: August 2021, outside China, ten units",
            known,
            came,
            pair,
            AUGUST,
            outside=True,
            units=units,
        ),
        share_score("on the whole map: January 2022, six units", known, came, pair, JANUARY),
        share_score("on the whole map: January 2022, ten units", known, came, pair, JANUARY, units=units),
    ]


def _as_published(parameters: Parameters, came: InformationSet, options: Options) -> Score:
    """The forecast that could really have been made when the map of April came out."""
    known = freeze(known_figures(), PUBLISHED_BY, "published")
    units = tuple(u for u in UNITS if u in known.shares(APRIL))
    world = start_world(known, APRIL, len(months_between(APRIL, JANUARY)) - 1, units)
    pair = run_world(world, parameters, options)
    seen, now = (
        in_units(came.shares(JANUARY), units, outside=False),
        in_common_units(known.shares(APRIL), units, REST),
    )
    naive = {"no change": now, "proportional": baselines.proportional(now, "CN")}
    return Score(
        "wrong-country share, January 2022, from what was published by 16 July 2021",
        wrong_place_share(forecast_shares(pair, JANUARY, units, outside=False), seen),
        "pp",
        None,
        None,
        {n: wrong_place_share(s, seen) for n, s in naive.items()},
        "state of April 2021, four countries and the rest",
    )


# What it rests on -----------------------------------------------------------------------------------------------
def _with_layer(assumed: Sequence[Assumed], layer: Layer) -> tuple[Assumed, ...]:
    found = {"error_innovation": layer.innovation, "error_memory": layer.memory}
    source = (
        "errors of the origins from January 2019 to May 2020, one and twelve months ahead, less the spread of the draws"
    )
    return tuple(
        replace(a, value=f"{found[a.name]:.3f}", basis="other episode", dated=AS_OF, source=source)
        if a.name in found
        else a
        for a in assumed
    )


def _state() -> tuple[Assumed, ...]:
    cambridge = "Cambridge, map of May 2021, published 13 October 2021"
    return (
        Assumed("who mines where at the end of May 2021", "shares of the map", "source", AS_OF, cambridge),
        Assumed(
            "growth of connections",
            "own since September 2019, half drawn to the mean, at most 10 % a month",
            "source",
            AS_OF,
            cambridge,
        ),
        Assumed(
            "price of power",
            "0.046 USD/kWh everywhere",
            "source",
            date(2020, 9, 30),
            "Cambridge, third benchmarking study",
        ),
        Assumed("Iran outside the licence", "85 %", "source", date(2021, 5, 26), "President of Iran"),
    )
