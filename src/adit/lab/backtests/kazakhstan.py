"""Kazakhstan: the capacity that China's ban brought, and the fee that was paid on it in 2022.

The capacity is that of the forecast of China's ban. The fee begins with what ministry and President said of registered and hidden megawatts, and runs with
the act as it came. A fee of one tenge a kilowatt-hour counts declared kilowatt-hours: it is a meter of declaring.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from adit.evidence.sources.mining_figures import figure
from adit.lab.backtests.china_world import known_figures, start_world
from adit.lab.backtests.forecasting import Options, Pair, place_shares, run_world, told
from adit.lab.backtests.information import freeze
from adit.lab.backtests.law import Change
from adit.lab.backtests.past import back, months_between
from adit.lab.backtests.results import Assumed, BackTest, Forecast, Score
from adit.lab.backtests.shares_2025 import AS_OF, known_parameters, start_of_kazakhstan, world_after_the_ban
from adit.lab.backtests.store import dated_parameters
from adit.lab.backtests.training import train
from adit.lab.columns import SECTORS
from adit.lab.model.store import read_parameters

__all__ = ["kazakhstan"]

OCTOBER = date(2021, 10, 1)
BEFORE_THE_FEE = date(2021, 12, 1)
LAST = date(2023, 5, 1)
_LIMITED = (date(2022, 2, 1), date(2022, 3, 1))


def kazakhstan(options: Options) -> BackTest:
    """Capacity of October 2021, fees of 2022, the share of May 2023."""
    capacity = _capacity(options)
    known = freeze(known_figures(), AS_OF, "published")
    parameters, price, assumed = known_parameters(options)
    world = replace(
        world_after_the_ban(known, len(months_between(BEFORE_THE_FEE, LAST)) - 1, price), origin=BEFORE_THE_FEE
    )  # its megawatts are claims of the winter, its shares those of January
    limit = figure("kz-limit-2022-02").value
    limited = Change("KZ", _LIMITED[0], {"slot_cap_mw": limit}, _LIMITED[1], ("formal",))
    pair = run_world(replace(world, changes=(*world.changes, limited)), parameters, options)
    registered, hidden = start_of_kazakhstan(known)
    forecasts = (
        capacity,
        _fee(pair, "kz-fee-2022-q1", 3, registered, registered + hidden),
        _fee(pair, "kz-fee-2022", 12, registered, registered + hidden),
        _share(pair),
    )
    return BackTest(
        id="kazakhstan",
        title="Kazakhstan: capacity of 2021, fees of 2022",
        as_of=AS_OF,
        clock="observed for the capacity (May 2021), published for the fee: megawatts as claimed by 1 October 2022",
        given=("the price of a bitcoin, as it came", "the act of Kazakhstan and the limits of the winter of 2022, as they came"),
        draws=options.draws,
        seed=options.seed,
        forecasts=forecasts,
        scores=tuple(_error(f) for f in forecasts),
        assumed=(
            *assumed,
            Assumed("Kazakhstan", f"{registered:.0f} MW registered, {hidden:.0f} MW hidden", "source", date(2022, 9, 30), "ministry, President, Luxor"),
        ),
        notes=(
            "The fee of the first quarter was told on 7 June 2022 and is not used, though it was public on the forecast date.",
            "Whether the 3,070 million tenge of 2022 are what was owed or what came in during the year is not said; owed is taken.",
            "The fee of 2023 is not scored: the steps of its scale were not read, and 240 million by 27 April mix two scales.",
        ),
    )  # fmt: skip


def _capacity(options: Options) -> Forecast:
    """Megawatts of October 2021, from the forecast of the ban."""
    known = freeze(known_figures(), date(2021, 6, 1), "observed")
    parameters, _ = dated_parameters(read_parameters(), known)
    world = start_world(known)
    pair = run_world(world, train(parameters, options).prior_layer.on(parameters), options)
    plain, wide = (
        o.installed_mw[:, o.months.index(OCTOBER), o.places.index("KZ")].sum(axis=1) for o in (pair.plain, pair.wide)
    )
    seen = figure("kz-capacity-2021-10").value
    may = sum(site.mw for site in world.sites if site.place == "KZ")
    rate = world.growth_per_month["KZ"]
    naive = {
        "no change since May": may,
        "own growth": may * (1 + rate) ** (len(months_between(world.origin, OCTOBER)) - 1),
    }
    return told("capacity", "KZ", world.origin, OCTOBER, "MW", wide, float(np.median(plain)), seen, naive)


def _fee(pair: Pair, name: str, months: int, registered_mw: float, all_mw: float) -> Forecast:
    """Millions of tenge over the first months: a tenge for each declared kilowatt-hour."""
    plain, wide = (_declared_gwh(o)[:, :months].sum(axis=1) for o in (pair.plain, pair.wide))
    hours = float(pair.plain.hours[:months].sum())
    naive = {"all that is registered pays": registered_mw * hours / 1000, "all that mines pays": all_mw * hours / 1000}
    last = back(BEFORE_THE_FEE, -months)
    return told(
        "fee", "KZ", BEFORE_THE_FEE, last, "million KZT", wide, float(np.median(plain)), figure(name).value, naive
    )


def _declared_gwh(outcome: Any) -> Any:
    return outcome.energy_mwh[:, :, outcome.places.index("KZ"), SECTORS.index("formal")].astype(np.float64) / 1000


def _share(pair: Pair) -> Forecast:
    seen = figure("kz-share-2023-05")
    at = pair.plain.months.index(LAST)
    plain, wide = (place_shares(o)[:, at, o.places.index("KZ")] for o in (pair.plain, pair.wide))
    naive = {"no change": freeze(known_figures(), AS_OF, "published").value("share", "KZ", date(2022, 1, 1)).value}
    return told("share", "KZ", BEFORE_THE_FEE, LAST, "%", wide, float(plain.mean()), seen.value, naive)


def _error(f: Forecast) -> Score:
    naive = {name: 100 * (value / f.outcome - 1) for name, value in f.baselines.items()}
    return Score(
        f"{f.what}, {f.month:%Y-%m}", 100 * (f.point / f.outcome - 1), "%", None, None, naive, "forecast over outcome"
    )
