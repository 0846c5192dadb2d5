"""The electricity of the whole fleet by year, 2019 to 2024, held against the index of Cambridge.

Each year begins with the fleet that the chain and the deliveries leave, and runs with the price that came. What is scored is the fleet: its watts for
each hash, times the hash rate that came, so that an error of the hash rate does not hide in it or behind it. From June 2021 on the world is that of the
ban in China. Cambridge's index is a model too: it is no meter.
"""

from datetime import date
from typing import Any

import numpy as np

from adit.evidence.sources.mining_figures import read_fleet_energy
from adit.lab.backtests.china_world import AHEAD as BAN_AHEAD
from adit.lab.backtests.china_world import ORIGIN as BAN_ORIGIN
from adit.lab.backtests.china_world import known_figures, start_world
from adit.lab.backtests.forecasting import Options, run_world, told
from adit.lab.backtests.information import freeze
from adit.lab.backtests.past import past_month
from adit.lab.backtests.results import Assumed, BackTest, Score
from adit.lab.backtests.scoring import absolute_percentage_errors
from adit.lab.backtests.store import dated_parameters
from adit.lab.backtests.training import AHEAD, network_world, outcome_of
from adit.lab.model.outcome import Outcome
from adit.lab.model.parameters import Parameters
from adit.lab.model.store import read_parameters

__all__ = ["fleet_energy"]

WITHIN = 10.0  # percent, each year
_BAN_YEAR = 2021


def fleet_energy(options: Options) -> BackTest:
    """Six years against the index."""
    parameters, assumed = dated_parameters(read_parameters(), freeze((), date(2021, 6, 1), "observed"))
    came = {e.year: e for e in read_fleet_energy()}
    forecasts = []
    for year, index in came.items():
        draws = _year(year, parameters, options)
        before = came.get(year - 1)
        grown = _hash_rate(year) / _hash_rate(year - 1)
        naive = {"as last year": before.energy_twh, "last year's J/TH": before.energy_twh * grown} if before else {}
        origin, end = date(year - 1, 12, 1), date(year, 12, 1)
        forecasts.append(
            told("energy", "world", origin, end, "TWh", draws, float(np.median(draws)), index.energy_twh, naive)
        )
    errors = absolute_percentage_errors([f.point for f in forecasts], [f.outcome for f in forecasts])
    worst = int(np.argmax(errors))
    scores = [
        Score("energy of the fleet, worst year", float(errors.max()), "%", None, WITHIN, {}, f"{forecasts[worst].month.year}"),
        *(
            Score(f"energy of the fleet, {f.month.year}", 100 * (f.point / f.outcome - 1), "%", -WITHIN, WITHIN, {
                n: 100 * (v / f.outcome - 1) for n, v in f.baselines.items()
            })
            for f in forecasts
        ),
    ]  # fmt: skip
    return BackTest(
        id="fleet-energy",
        title="Electricity of the fleet by year",
        as_of=date(2024, 12, 1),
        clock="observed: each year knows the months before it",
        given=("the hash rate, as it came", "the price of a bitcoin, as it came", "China's ban, with its days"),
        draws=options.draws,
        seed=options.seed,
        forecasts=tuple(forecasts),
        scores=tuple(scores),
        assumed=(
            *assumed,
            Assumed("machines", "deliveries by year, of model/vintages.toml", "source", date(2021, 6, 1), "lists of makers, F2Pool, Cambridge"),
        ),
        notes=(
            "Not a blind test: which machines were delivered in a year is known from the lists of that year, and those were read later.",
            "Parameters are the priors, fitted to nothing. Bands are theirs alone: the layer of errors is of the hash rate, which is given here.",
            "Cambridge surveyed miners too: its report of 2025 puts the middle of 2024 at 138 TWh a year, below its own index.",
        ),
    )  # fmt: skip


def _year(year: int, parameters: Parameters, options: Options) -> Any:
    """(N,): TWh of the year."""
    origin = date(year - 1, 12, 1)
    made = run_world(network_world(origin), parameters, options).plain
    twh = _energy(made, outcome_of(origin, AHEAD))
    if year != _BAN_YEAR:
        return twh.sum(axis=1)
    banned = run_world(start_world(freeze(known_figures(), date(2021, 6, 1), "observed")), parameters, options).plain
    months = sum(m.year == _BAN_YEAR for m in banned.months)
    later = _energy(banned, outcome_of(BAN_ORIGIN, BAN_AHEAD))[:, :months]
    return twh[:, : AHEAD - months].sum(axis=1) + later.sum(axis=1)


def _energy(made: Outcome, came_ehs: Any) -> Any:
    """(N, T): TWh of each month, at the hash rate that came."""
    mwh_per_eh = made.energy_mwh.sum(axis=(2, 3), dtype=np.float64) / made.network_ehs
    return mwh_per_eh * came_ehs / 1e6


def _hash_rate(year: int) -> float:
    return sum(past_month(date(year, month, 1)).hashrate_ehs for month in range(1, 13))
