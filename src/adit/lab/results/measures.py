"""The outcomes by which scenarios are compared, one number a draw: who mines how much, who pays, who gains, what the grid and the air bear.

Of a state with its regions or of one place; flows are of the last twelve months, in a year, money in dollars and in the state's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.lab.columns import SECTORS
from adit.lab.model.outcome import FATES, TAXES, Outcome
from adit.lab.places import Place, Rates
from adit.lab.results.deficit import deficit_change_mw
from adit.terms.errors import UnknownName

__all__ = ["MEASURES", "Measure", "focus_of", "measures"]

_YEAR = 12
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Measure:
    """What an outcome is called, its unit (`money` is the state's own, `money m` millions of it), and whether more of it is a gain to somebody."""

    title: str
    unit: str
    party: str = (
        ""  # who gains by more of it: budget, formal miners, informal miners, mining households; `-` before: who pays
    )


MEASURES: Mapping[str, Measure] = {
    "network_ehs": Measure("hash rate of the network", "EH/s"),
    "hashprice_usd_per_ph_day": Measure("hashprice", "USD/PH/day"),
    "hashrate_ehs": Measure("hash rate", "EH/s"),
    "hashrate_share": Measure("share of the network", "%"),
    "load_mw": Measure("load of mining", "MW"),
    "peak_load_mw": Measure("load of mining in the tenth of hours with the highest load", "MW"),
    "declared_mw": Measure("load that is declared", "MW"),
    "household_mw": Measure("load of households", "MW"),
    "undeclared_mw": Measure("load that hides", "MW"),
    **{f"{tax}_usd_m": Measure(f"{tax.replace('_', ' ')} a year", "USD m") for tax in TAXES},
    "tax_usd_m": Measure("taxes, levies and fines a year", "USD m"),
    "tax_money_m": Measure("the same in the state's money", "money m", "state budget"),
    "margin_formal_money_m": Measure("margin of declared mining a year", "money m", "formal miners"),
    "margin_household_money_m": Measure("margin of mining households a year", "money m", "mining households"),
    "margin_informal_money_m": Measure("margin of hidden mining a year", "money m", "informal miners"),
    "household_cost_money_m": Measure(
        "what cheap household power for mining costs the others a year", "money m", "-other consumers"
    ),
    "household_bill_money": Measure("the same by household", "money a household"),
    "deficit_change_mw": Measure(
        "deficit of the power systems, against that of the first month's mining", "MW", "-grid"
    ),
    **{f"ended_{fate}_mw": Measure(f"mining that ended: {fate}, all months", "MW") for fate in FATES},
    "co2_mt": Measure("emissions a year", "Mt CO2"),
    "co2_world_mt": Measure("emissions of all mining a year", "Mt CO2"),
}


def focus_of(focus: str, places: Sequence[Place], where: str = "") -> list[int]:
    """The places of a state, or the one place. Raises UnknownName, naming `where` the focus was asked for."""
    found = [i for i, p in enumerate(places) if focus in (p.code, p.country)]
    if not found:
        known = {p.code for p in places} | {p.country for p in places}
        raise UnknownName("place or state with mining", focus, known, where=where)
    return found


def measures(
    outcome: Outcome, places: Sequence[Place], focus: str, rates: Rates, households: Mapping[str, float], factors: Any
) -> dict[str, Any]:
    """Each outcome by draw. The error layer is expected to be applied already (`model.errors.with_errors`); `factors` are `hours.load_factors`."""
    here = focus_of(focus, places)
    months = slice(max(0, len(outcome.months) - _YEAR), len(outcome.months))
    year = _YEAR / max(1, len(outcome.months[months]))
    rate = np.array([rates.of(places[here[0]].currency, m) for m in outcome.months])
    power = outcome.power_mw[:, :, here, :]
    hashes = outcome.hashrate_ehs[:, months][:, :, here].sum(axis=(2, 3), dtype=np.float64)
    network = outcome.network_ehs[:, months]
    found: dict[str, Any] = {
        "network_ehs": network.mean(axis=1),
        "hashprice_usd_per_ph_day": outcome.hashprice_usd_per_th_day[:, months].mean(axis=1) * 1000,
        "hashrate_ehs": hashes.mean(axis=1),
        "hashrate_share": 100 * (hashes / network).mean(axis=1),
        "load_mw": _mean(power[:, months].sum(axis=(2, 3))),
        "peak_load_mw": _mean(np.einsum("ntps,tps->nt", power[:, months], factors[months][:, here][..., 0])),
    }
    for name, sector in (("declared_mw", 0), ("household_mw", 1), ("undeclared_mw", 2)):
        found[name] = _mean(power[:, months, :, sector].sum(axis=2))
    tax = outcome.tax_usd[:, :, here].sum(axis=2, dtype=np.float64)
    for k, name in enumerate(TAXES):
        found[f"{name}_usd_m"] = tax[:, months, k].sum(axis=1) * year / _MILLION
    found["tax_usd_m"] = tax[:, months].sum(axis=(1, 2)) * year / _MILLION
    found["tax_money_m"] = (tax.sum(axis=2) * rate)[:, months].sum(axis=1) * year / _MILLION
    margin = outcome.margin_usd[:, :, here].sum(axis=2, dtype=np.float64) * rate[None, :, None]
    for s, sector_name in enumerate(SECTORS):
        found[f"margin_{sector_name}_money_m"] = margin[:, months, s].sum(axis=1) * year / _MILLION
    cost = _household_cost(outcome, places, here)[:, months].sum(axis=1) * year
    found["household_cost_money_m"] = cost / _MILLION
    homes = households.get(places[here[0]].country) if len(here) > 1 else None
    found["household_bill_money"] = np.full(outcome.draws, np.nan) if homes is None else cost / homes
    found["deficit_change_mw"] = deficit_change_mw(outcome, places, here, factors)[:, months].mean(axis=1)
    fates = outcome.displaced_mw[:, :, here].sum(axis=(1, 2), dtype=np.float64)
    for k, fate in enumerate(FATES):
        found[f"ended_{fate}_mw"] = fates[:, k]
    energy = outcome.energy_mwh.sum(axis=3)
    factor = np.array([p.co2_t_per_mwh for p in places])
    emitted = (energy * factor[None, None, :].astype(np.float32))[:, months]
    found["co2_mt"] = emitted[:, :, here].sum(axis=(1, 2), dtype=np.float64) * year / _MILLION
    found["co2_world_mt"] = emitted.sum(axis=(1, 2), dtype=np.float64) * year / _MILLION
    assert set(found) == set(MEASURES)
    return found


def _mean(array: Any) -> Any:
    return np.asarray(array, dtype=np.float64).mean(axis=1)


def _household_cost(outcome: Outcome, places: Sequence[Place], here: Sequence[int]) -> Any:
    """By draw and month, in the money of each place: household and hidden mining at the household price, below what others pay for the same power."""
    below = np.array([max(0.0, places[p].price_per_kwh - places[p].household_price_per_kwh) for p in here])
    cheap = outcome.energy_mwh[:, :, here][..., 1:].sum(axis=3, dtype=np.float64)
    return (cheap * 1000 * below).sum(axis=2)
