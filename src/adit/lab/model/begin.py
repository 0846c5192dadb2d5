"""The state before the first month: national MW spread by their uncertainty, and the places without a national figure scaled to the network's hash rate."""

from typing import Any, NamedTuple

import numpy as np

from adit.lab.model import twin_market as market
from adit.lab.model.prepare import Prepared
from adit.lab.model.rows import FLOOR, FORMAL, MAKERS_COST, PAYBACK, PUE, SCALE, UPTIME
from adit.lab.model.twin_flows import by_place

__all__ = ["Begin", "begin"]


class Begin(NamedTuple):
    """By draw, float64."""

    machines: Any  # (n, V, J) EH/s
    slots: Any  # (n, J) MW: of formal cells
    former: Any  # (n, P) MW: most that was ever formal
    running: Any  # (n,) EH/s
    orders: Any  # (n, B + T): machines ordered a day, million TH; the months of the scenario are filled by the run


def begin(prepared: Prepared, theta: Any, spread: Any, factor: Any, logistic: bool) -> Begin:
    """`spread` (n, P) multiplies prices of power, `factor` (n, P) the MW of each place."""
    n, cells = len(theta), len(prepared.place)
    efficiency = prepared.efficiency * theta[:, SCALE, None]
    cell = market.costs(prepared.law[0], theta, spread, prepared.place, prepared.sector)
    on = market.running(np.full(n, prepared.hashprice_before[-1]), efficiency, cell, logistic)
    mw = prepared.start_mw * factor[:, prepared.place]
    x = mw[:, None, :] * prepared.start_mix / (efficiency * theta[:, PUE, None])[:, :, None]
    runs = (x * on).sum(axis=1) * theta[:, UPTIME, None]
    anchored, free = runs[:, prepared.anchored].sum(axis=1), runs[:, ~prepared.anchored].sum(axis=1)
    others, every = np.ones(n), np.ones(n)
    if not np.isnan(prepared.hashrate_start):
        known = prepared.hashrate_start
        # never less than a tenth: if it were, the national figures are too high, and all are scaled
        others = np.where(free > 0.0, np.maximum((known - anchored) / np.where(free > 0.0, free, 1.0), 0.1), 1.0)
        every = np.where(
            anchored + free > 0.0, known / np.where(anchored + free > 0.0, anchored + others * free, 1.0), 1.0
        )
    scale = np.where(prepared.anchored, every[:, None], (every * others)[:, None])
    formal = prepared.sector == FORMAL
    given = prepared.slots[prepared.place] * prepared.share
    spare = np.maximum(np.divide(given, prepared.start_mw, out=np.ones(cells), where=prepared.start_mw > 0.0), 1.0)
    former = by_place(prepared, np.where(formal, mw * scale, 0.0))
    price = np.maximum(
        theta[:, FLOOR, None],
        theta[:, PAYBACK, None] * (prepared.hashprice_before - MAKERS_COST * efficiency @ prepared.mix_before.T),
    )
    return Begin(
        machines=x * scale[:, None, :],
        slots=np.where(formal, np.where(mw > 0.0, mw * scale * spare, given), 0.0),
        former=np.where(np.isnan(prepared.former), former, np.maximum(np.nan_to_num(prepared.former), former)),
        running=np.maximum(every * (anchored + others * free), 1e-9),
        orders=np.concatenate([prepared.revenue_before / price, np.zeros((n, len(prepared.days)))], axis=1),
    )
