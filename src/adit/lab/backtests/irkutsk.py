"""Irkutsk Oblast, 2025: what the winter ban in its south freed, and what went into houses instead.

The start is what the System Operator counted at the end of 2024; the ban is that of the act. The lab moves no electricity from place to place: what is freed
in the south counts there, and nowhere else. The operator says that it could not be brought to the areas in deficit.
"""

from datetime import date
from typing import Any

import numpy as np

from adit.evidence.sources.mining_figures import figure
from adit.lab.backtests.china_world import PUE
from adit.lab.backtests.forecasting import Options, run_world, told
from adit.lab.backtests.law import Act
from adit.lab.backtests.past import past_month
from adit.lab.backtests.results import Assumed, BackTest, Score
from adit.lab.backtests.shares_2025 import known_parameters
from adit.lab.backtests.world import Site, World, fleet_j_per_th
from adit.lab.columns import SECTORS
from adit.lab.places import Part

__all__ = ["irkutsk"]

ORIGIN = date(2024, 11, 1)
DECEMBER, JANUARY = 0, 1  # months after the origin
AS_OF = date(2025, 1, 1)
AHEAD = 6
UNCERTAINTY = 0.1  # of ln MW: 938 MW by the government, 1,107 MW by the operator, in one month
_PLACE, _REST = "RU-IRK", "ZZ"


def irkutsk(options: Options) -> BackTest:
    """January 2025 against December 2024."""
    parameters, price, assumed = known_parameters(options)
    load, south = figure("irk-load-2024").value, figure("irk-load-south-2024").value / figure("irk-load-2024").value
    declared = figure("irk-declared-2024-07").value / 100
    pair = run_world(_world(load, south, declared, price), parameters, options)
    freed_seen, house_seen = figure("irk-freed-2025-01"), figure("irk-household-2025-01")
    freed = [_change(o, slice(None), -1) for o in (pair.plain, pair.wide)]
    household_mw = figure("irk-household-energy-2023").value * 1e6 / 8760
    leak = [100 * _change(o, slice(SECTORS.index("informal"), None), 1) / household_mw for o in (pair.plain, pair.wide)]
    banned = load * declared * south
    forecasts = (
        told("load freed", _PLACE, ORIGIN, date(2025, 1, 1), "MW", freed[1], float(np.median(freed[0])), freed_seen.value, {
            "all that was declared in the south": banned, "all that mined in the south": load * south,
        }),
        told("household use on a year before", _PLACE, ORIGIN, date(2025, 1, 1), "%", leak[1], float(np.median(leak[0])), house_seen.value, {
            "no leak": 0.0, "all that was declared hides": 100 * banned / household_mw,
        }),
    )  # fmt: skip
    return BackTest(
        id="irkutsk",
        title="Irkutsk Oblast: the winter ban of 2025",
        as_of=AS_OF,
        clock="observed: load as the operator counted it at the end of 2024, told on 31 January 2025",
        given=("the price of a bitcoin, as it came", "the ban of the south from 1 January 2025, by the act"),
        draws=options.draws,
        seed=options.seed,
        forecasts=forecasts,
        scores=(
            Score("load freed, forecast over outcome", 100 * (forecasts[0].point / freed_seen.value - 1), "%", None, None, {
                n: 100 * (v / freed_seen.value - 1) for n, v in forecasts[0].baselines.items()
            }, "305 MW by the government in January, 320 by another account"),
            Score("draws in which hidden mining grew", 100 * float((leak[0] > 0).mean()), "%", 50.0, None, {}, "the leak: more household use, though warmer"),
        ),
        assumed=(
            *assumed,
            Assumed("load", f"{load:.0f} MW, {100 * south:.0f} % in the south", "source", AS_OF, "System Operator"),
            Assumed("declared", f"{100 * declared:.0f} %", "source", date(2024, 8, 26), "Government of Irkutsk Oblast, July 2024"),
        ),
        notes=(
            "Household use rose by one percent in a January warmer than the last, so the leak was at least that.",
            "Power freed in the south is not counted anywhere else: the model has no lines between places, and the operator found that it could not be moved.",
        ),
    )  # fmt: skip


def _world(load_mw: float, south: float, declared: float, price: float) -> World:
    network = past_month(ORIGIN).hashrate_ehs * fleet_j_per_th(ORIGIN) * PUE
    parts = (
        Part("RU-IRK", "irkutsky-district", south, "System Operator"),
        Part("RU-IRK", "bratsk", 1 - south, "System Operator"),
    )
    return World(
        origin=ORIGIN,
        ahead=AHEAD,
        sites=(
            Site(_PLACE, "formal", load_mw * declared, price, anchored=True),
            Site(_PLACE, "informal", load_mw * (1 - declared), price, anchored=True),
            Site(_REST, "formal", network - load_mw, price),
        ),
        growth_per_month={_PLACE: 0.0, _REST: 0.0},
        uncertainty={_PLACE: UNCERTAINTY},
        former_mw={_PLACE: load_mw},
        acts=(Act(_PLACE, "ru/law", parts),),
    )


def _change(outcome: Any, sectors: slice, sign: int) -> Any:
    """(N,): MW of January less those of December, or the other way round."""
    mw = outcome.power_mw[:, :, outcome.places.index(_PLACE), sectors].sum(axis=2, dtype=np.float64)
    return sign * (mw[:, JANUARY] - mw[:, DECEMBER])
