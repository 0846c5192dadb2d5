"""From the last map of Cambridge, January 2022, to the shares that Luxor printed for May 2025: forty months, another source, and the law as it came.

What was published by 1 October 2022 goes in. Russia and Kazakhstan begin with megawatts that were claimed there, not with the addresses of pool users:
Cambridge's 4.66 % of Russia were half a gigawatt, where the trade and a ministry spoke of more than one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import log, sqrt
from typing import Any

import numpy as np

from adit.lab.backtests.china_learned import learned_from_the_ban
from adit.lab.backtests.china_world import FIRST_SHARES, REST, SHARE_UNCERTAINTY, UNITS, known_figures, megawatts
from adit.lab.backtests.china_world import ORIGIN as BEFORE_THE_BAN
from adit.lab.backtests.forecasting import Options, Pair, place_shares, run_world, told
from adit.lab.backtests.information import InformationSet, freeze
from adit.lab.backtests.law import Act, Change
from adit.lab.backtests.past import months_between, past_month
from adit.lab.backtests.results import Assumed, BackTest, Forecast, Score
from adit.lab.backtests.scoring import coverage, in_common_units, wrong_place_share
from adit.lab.backtests.store import dated_parameters
from adit.lab.backtests.training import train
from adit.lab.backtests.world import POWER_USD_PER_KWH, Site, World
from adit.lab.model.parameters import Parameters
from adit.lab.model.store import read_parameters

__all__ = [
    "AS_OF",
    "ORIGIN",
    "known_parameters",
    "shares_2025",
    "start_of_kazakhstan",
    "start_of_russia",
    "world_after_the_ban",
]

ORIGIN, LAST = date(2022, 1, 1), date(2025, 5, 1)
AS_OF = date(2022, 10, 1)
RUSSIAN_POWER_GW = 124.5  # mean of 2021: 1,090 TWh used, as the ministers' two percent were read
BITCOIN_OF_ALL_COINS = 1.25 / 1.875  # of Russian mining in 2021, by Intelion
CLOSED_KZ_MW = 200.0  # the 106 sites with 67,000 machines that were closed by 15 March 2022 (mining_figures: kz-closed-2022-03), at 3 kW
RUSSIAN_UNCERTAINTY = 0.3  # of ln MW: the claims lie that far apart
_SURPLUS_RULE = date(2023, 7, 1)  # the auction of surplus power begins


def shares_2025(options: Options) -> BackTest:
    """Six shares after forty months."""
    known = freeze(known_figures(), AS_OF, "published")
    came = freeze(known_figures(), date.max, "published")
    parameters, price, assumed = known_parameters(options)
    pair = run_world(world_after_the_ban(known, len(months_between(ORIGIN, LAST)) - 1, price), parameters, options)
    seen, now = in_common_units(came.shares(LAST), UNITS, REST), in_common_units(known.shares(ORIGIN), UNITS, REST)
    forecasts = _forecasts(pair, seen, now)
    made = {f.place: f.point for f in forecasts}
    russia = abs(made["RU"] - seen["RU"])
    total = past_month(LAST).hashrate_ehs
    hash_rate = 100 * (float(np.median(pair.plain.network_ehs[:, -1])) / total - 1)
    return BackTest(
        id="2025-shares",
        title="Shares of May 2025 from the map of January 2022",
        as_of=AS_OF,
        clock="published: what was public on 1 October 2022",
        given=("the price of a bitcoin, as it came", "the acts of Kazakhstan and China, as they came", "new coins and fees, as they came"),
        draws=options.draws,
        seed=options.seed,
        forecasts=forecasts,
        scores=(
            Score("wrong-country share, May 2025", wrong_place_share(made, seen), "pp", None, 12.0, {"no change": wrong_place_share(now, seen)}),
            Score("Russia", russia, "pp", None, 4.0, {"no change": abs(now["RU"] - seen["RU"])}, "absolute error of the share"),
            Score("hash rate after forty months", hash_rate, "%", None, None, {"no change": 100 * (past_month(ORIGIN).hashrate_ehs / total - 1)}),
            Score("coverage of 80 % bands", coverage([f.band for f in forecasts], [f.outcome for f in forecasts]), "%", 70.0, 90.0, {}, "six shares"),
        ),
        assumed=(*assumed, *_state(known)),
        notes=(
            "Outcome and start come from two publishers who count in different ways: a part of the error is theirs.",
            "Countries that hardly mined in 2022 (Paraguay, Ethiopia, the Emirates, Oman) are in the rest, and the rest is what is missed most.",
            "Whether hidden mining can grow beyond what is there decides the share of China; the range is that of the ban of 2021.",
        ),
    )  # fmt: skip


def known_parameters(options: Options) -> tuple[Parameters, float, tuple[Assumed, ...]]:
    """The priors, fitted to 2019 and 2020, and the price of power of that fit; of what can hide and of errors, what the ban of 2021 taught."""
    parameters, assumed = dated_parameters(read_parameters(), freeze((), date(2021, 6, 1), "observed"))
    trained = train(parameters, options)
    learned = learned_from_the_ban(parameters, options)
    found = learned.layer.on(trained.parameters).with_priors({"covert_bound": learned.covert_bound})
    told_of = {p.name: f"{p.prior.low:.3g} to {p.prior.high:.3g}" for p in found.each}
    changed = {p.name for p, q in zip(found.each, parameters.each, strict=True) if p.prior != q.prior}
    source = "origins of 2019 and 2020; for hiding and errors the ban of 2021, shares published 17 May 2022"
    return (
        found,
        trained.price_usd_per_kwh,
        tuple(
            replace(a, value=told_of[a.name], basis="other episode", dated=date(2022, 5, 17), source=source)
            if a.name in changed
            else a
            for a in assumed
        ),
    )


def start_of_russia(known: InformationSet) -> float:
    """MW of bitcoin mining: the geometric mean of what the trade and a ministry claimed."""
    trade = known.value("load", "RU", date(2021, 12, 1)).value * 1000
    ministry = known.value("share of electricity used", "RU", date(2022, 5, 1)).value / 100 * RUSSIAN_POWER_GW * 1000
    return sqrt(trade * ministry * BITCOIN_OF_ALL_COINS)


def start_of_kazakhstan(known: InformationSet) -> tuple[float, float]:
    """Registered and hidden MW: the total is the geometric mean of two claims, the registered are counted."""
    registered = known.value("registered load", "KZ", date(2022, 2, 1)).value
    hidden = known.value("undeclared load", "KZ", date(2021, 11, 1)).value
    total = sqrt(known.value("load", "KZ", date(2021, 10, 1)).value * (registered + hidden))
    return registered, total - registered


def world_after_the_ban(known: InformationSet, ahead: int, price: float = POWER_USD_PER_KWH) -> World:
    """The world of January 2022. Connections grow alike everywhere, as the megawatts of the world had since September 2019."""
    network = megawatts(ORIGIN)
    mw = {place: share / 100 * network for place, share in in_common_units(known.shares(ORIGIN), UNITS, REST).items()}
    registered, hidden = start_of_kazakhstan(known)
    growth = log(network / megawatts(FIRST_SHARES)) / (len(months_between(FIRST_SHARES, ORIGIN)) - 1)
    sites = [Site(place, "formal", mw[place], price) for place in ("US", "CA", REST)]
    sites += [
        Site("RU", "formal", start_of_russia(known), price, anchored=True),
        Site("KZ", "formal", registered, price, anchored=True),
        Site("KZ", "informal", hidden, price, anchored=True),
        Site("CN", "formal", 0.0, price),
        Site("CN", "informal", mw["CN"], price),
    ]
    places = dict.fromkeys(site.place for site in sites)
    found = CLOSED_KZ_MW / hidden / 2
    return World(
        origin=ORIGIN,
        ahead=ahead,
        sites=tuple(sites),
        growth_per_month={place: 0.0 if place == "CN" else growth for place in places},
        uncertainty={place: RUSSIAN_UNCERTAINTY if place == "RU" else SHARE_UNCERTAINTY for place in places},
        former_mw={"CN": known.value("share", "CN", BEFORE_THE_BAN).value / 100 * megawatts(BEFORE_THE_BAN)},
        acts=(Act("KZ", "kz/law"), Act("CN", "cn/law")),
        changes=(
            Change("KZ", date(2022, 2, 1), {"detection_per_month": found}, date(2022, 3, 1), ("informal",)),
            # The act sells grid power to licensed miners only where the operator declares a surplus; a country that imports has no firm one.
            Change("KZ", _SURPLUS_RULE, {"slot_cap_mw": 0.0}, None, ("formal",)),
        ),
    )


def _forecasts(pair: Pair, seen: Mapping[str, float], now: Mapping[str, float]) -> tuple[Forecast, ...]:
    plain, wide = (_by_unit(place_shares(o)[:, -1], o.places) for o in (pair.plain, pair.wide))
    return tuple(
        told(
            "share",
            unit,
            ORIGIN,
            LAST,
            "%",
            wide[unit],
            float(plain[unit].mean()),
            seen[unit],
            {"no change": now[unit]},
        )
        for unit in (*UNITS, REST)
    )


def _by_unit(made: Any, places: tuple[str, ...]) -> dict[str, Any]:
    found = {u: made[:, places.index(u)] for u in UNITS}
    return found | {REST: 100 - np.sum(list(found.values()), axis=0)}


def _state(known: InformationSet) -> tuple[Assumed, ...]:
    registered, hidden = start_of_kazakhstan(known)
    return (
        Assumed("who mines where in January 2022", "shares of the map", "source", date(2022, 5, 17), "Cambridge"),
        Assumed("Russia", f"{start_of_russia(known):.0f} MW", "source", date(2022, 9, 30), "Intelion (2021); Ministry of Industry and Trade (May 2022)"),
        Assumed("Kazakhstan", f"{registered:.0f} MW registered, {hidden:.0f} MW hidden", "source", date(2022, 9, 30), "ministry, President, Luxor"),
        Assumed("closed in Kazakhstan by 15 March 2022", f"{CLOSED_KZ_MW:.0f} MW", "source", date(2022, 3, 15), "alp.com: 106 sites, 67,000 machines"),
        Assumed("surplus rule of Kazakhstan", "no firm surplus from July 2023", "source", date(2022, 10, 1), "the act; imports above exports, 2022"),
    )  # fmt: skip
