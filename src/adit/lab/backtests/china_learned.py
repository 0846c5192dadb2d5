"""What China's ban taught for later forecasts, once it was over and Cambridge had published its end."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from adit.lab.backtests.china_world import AHEAD, AS_OF, JANUARY, ORIGIN, known_figures, start_world
from adit.lab.backtests.forecasting import Options, place_shares, run_world
from adit.lab.backtests.information import freeze
from adit.lab.backtests.training import BEST, Layer, layer_of_path, outcome_of
from adit.lab.model.parameters import Parameters

__all__ = ["PUBLISHED", "Learned", "learned_from_the_ban"]

PUBLISHED = date(2022, 5, 17)  # the map of January 2022


@dataclass(frozen=True, slots=True)
class Learned:
    """What the ban taught for later forecasts: the error layer, and how much of what was banned can hide (low, middle, high)."""

    layer: Layer
    covert_bound: tuple[float, float, float]


@cache
def learned_from_the_ban(parameters: Parameters, options: Options) -> Learned:
    """For forecasts after 17 May 2022, when Cambridge published January: the draws that came nearest to China's share of that month."""
    known = freeze(known_figures(), AS_OF, "observed")
    made = run_world(start_world(known), parameters, options).plain
    gaps = np.log(made.network_ehs / outcome_of(ORIGIN, AHEAD))
    layer = layer_of_path(list(np.median(gaps, axis=0)), list(gaps.std(axis=0)))
    seen = freeze(known_figures(), PUBLISHED, "published").value("share", "CN", JANUARY).value
    missed = np.abs(place_shares(made)[:, made.months.index(JANUARY), made.places.index("CN")] - seen)
    best = np.argsort(missed, kind="stable")[: max(2, round(BEST * options.draws))]
    bound = made.parameters[best, made.parameter_names.index("covert_bound")]
    low, middle, high = (float(q) for q in np.quantile(bound, (0.1, 0.5, 0.9)))
    return Learned(layer, (low, middle, high))
