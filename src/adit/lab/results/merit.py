"""Miners in the order of their costs, as they stand at the start: what a petahash a day costs each, and how much there is at that cost.

Costs are those of a month of the run under its law, at the middle of the priors; the levy and the power are in them, profit tax and sanctions are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.lab.run import Ran

__all__ = ["Merit", "merit_order"]

_PUE, _OTHER, _SCALE = "pue", "other_cost_usd_per_kwh", "efficiency_scale"


@dataclass(frozen=True, slots=True)
class Merit:
    """Steps from the cheapest up: (EH/s, USD per PH and day, place, sector), and what a petahash earns a day."""

    month: int
    hashrate_ehs: Any  # (K,)
    cost_usd_per_ph_day: Any  # (K,)
    place: Any  # int (K,)
    sector: Any  # int (K,)
    hashprice_usd_per_ph_day: float


def merit_order(ran: Ran, month: int, places: Sequence[int]) -> Merit:
    """The machines of these places at the start, by cell and vintage, at the costs of a month of the run."""
    inputs = ran.setting.inputs
    cells, fleet = inputs.cells, inputs.fleet
    pue, other, scale = (_middle(ran, name) for name in (_PUE, _OTHER, _SCALE))
    efficiency = np.asarray(fleet.efficiency_j_per_th) * scale
    levy = inputs.law.column["levy_usd_per_kwh"][month, cells.place, cells.sector]
    per_kwh = inputs.power.price_usd_per_kwh[month] + levy + other
    watts = 1e6 * np.asarray(inputs.start.mw) / pue  # of machines
    hashes = watts[None, :] * inputs.start.mix / efficiency[:, None] / 1e6  # TH/s to EH/s
    cost = 0.024 * efficiency[:, None] * pue * per_kwh[None, :] * 1000
    hashes = np.where(np.isin(cells.place, places)[None, :], hashes, 0.0)
    order = np.argsort(cost, axis=None, kind="stable")
    place, sector = (np.broadcast_to(a, cost.shape).ravel()[order] for a in (cells.place, cells.sector))
    hashprice = float(np.median(ran.outcome.hashprice_usd_per_th_day[:, month])) * 1000
    return Merit(month, hashes.ravel()[order], cost.ravel()[order], place, sector, hashprice)


def _middle(ran: Ran, name: str) -> float:
    return float(np.median(ran.outcome.parameters[:, ran.outcome.parameter_names.index(name)]))
