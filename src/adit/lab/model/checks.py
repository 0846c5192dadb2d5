"""Refuses inputs that cannot be meant: shapes that do not fit, shares that do not add up, figures out of their range."""

from typing import Any

import numpy as np

from adit.lab.columns import COLUMNS, SECTORS
from adit.lab.model.inputs import Inputs
from adit.terms.errors import BadInput

__all__ = ["LEAD_MONTHS", "check"]

LEAD_MONTHS = 10  # months before the first that the orders of machines may reach back to
_SHARES = (
    "permit_operate",
    "permit_new",
    "season",
    "hours_left",
    "exit_share",
    "revenue_tax",
    "profit_tax",
    "detection_per_month",
    "confiscation",
    "import_share",
)
_MAY_BE_UNKNOWN = ("connection_months", "household_kwh_per_month")
_MAY_BE_ENDLESS = ("slot_cap_mw", "household_kwh_per_month")


def check(inputs: Inputs) -> None:
    """Raises BadInput for the first thing that is wrong."""
    t, p, j = len(inputs.months), len(inputs.places), len(inputs.cells.place)
    v, b = len(inputs.fleet.names), len(inputs.network.revenue_before_usd_per_day)
    paths = len(inputs.network.price_usd_per_btc)
    if b < LEAD_MONTHS:
        what = f"The months before the first are {b}, and machines are ordered up to {LEAD_MONTHS} months ahead."
        raise BadInput(what, where="network", todo=f"Give at least {LEAD_MONTHS} months of revenue and hashprice.")
    shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
        "cells.place": (inputs.cells.place, (j,)),
        "cells.sector": (inputs.cells.sector, (j,)),
        "cells.share": (inputs.cells.share, (j,)),
        "fleet.efficiency_j_per_th": (inputs.fleet.efficiency_j_per_th, (v,)),
        "fleet.delivery_mix": (inputs.fleet.delivery_mix, (t, v)),
        "fleet.delivery_mix_before": (inputs.fleet.delivery_mix_before, (b, v)),
        "fleet.foundry_mw_per_month": (inputs.fleet.foundry_mw_per_month, (t,)),
        "network.price_usd_per_btc": (inputs.network.price_usd_per_btc, (paths, t)),
        "network.issuance_btc_per_day": (inputs.network.issuance_btc_per_day, (t,)),
        "network.fees_btc_per_day": (inputs.network.fees_btc_per_day, (t,)),
        "network.hashprice_before_usd_per_th_day": (inputs.network.hashprice_before_usd_per_th_day, (b,)),
        "power.price_usd_per_kwh": (inputs.power.price_usd_per_kwh, (t, j)),
        "power.grid_mw_most": (inputs.power.grid_mw_most, (t, p)),
        "power.slots_mw": (inputs.power.slots_mw, (p,)),
        "power.slot_growth_per_month": (inputs.power.slot_growth_per_month, (p,)),
        "power.household_mw_most": (inputs.power.household_mw_most, (p,)),
        "start.mw": (inputs.start.mw, (j,)),
        "start.mix": (inputs.start.mix, (v, j)),
        "start.anchored": (inputs.start.anchored, (j,)),
        "start.uncertainty": (inputs.start.uncertainty, (p,)),
        "start.former_mw": (inputs.start.former_mw, (p,)),
    }
    shapes |= {f"law.{name}": (inputs.law.column.get(name), (t, p, len(SECTORS))) for name in COLUMNS}
    for where, (array, shape) in shapes.items():
        if array is None or np.shape(array) != shape:
            got = "absent" if array is None else f"of the shape {np.shape(array)}"
            raise BadInput(f"The array is {got}.", where=where, todo=f"Give one of the shape {shape}.")
    if tuple(inputs.law.places) != tuple(inputs.places) or tuple(inputs.law.months) != tuple(inputs.months):
        what = "The law is told for other months or places than the scenario's."
        raise BadInput(
            what, where="law", todo="Expand the law to the months and places of the scenario, in their order."
        )
    _figures(inputs)
    _cells(inputs)


def _figures(inputs: Inputs) -> None:
    fleet, network, power, start = inputs.fleet, inputs.network, inputs.power, inputs.start
    _between("power.price_usd_per_kwh", power.price_usd_per_kwh, 0.0, np.inf)
    _between("power.slots_mw", power.slots_mw, 0.0, np.inf)
    _between("power.slot_growth_per_month", power.slot_growth_per_month, 0.0, 1.0)
    _between("power.grid_mw_most", power.grid_mw_most, 0.0, np.inf, endless=True)
    _between("power.household_mw_most", power.household_mw_most, 0.0, np.inf)
    _between("network.price_usd_per_btc", network.price_usd_per_btc, 1e-9, np.inf)
    _between("network.issuance_btc_per_day", network.issuance_btc_per_day, 1e-9, np.inf)
    _between("network.fees_btc_per_day", network.fees_btc_per_day, 0.0, np.inf)
    _between("network.revenue_before_usd_per_day", network.revenue_before_usd_per_day, 1e-9, np.inf)
    _between("network.hashprice_before_usd_per_th_day", network.hashprice_before_usd_per_th_day, 1e-9, np.inf)
    _between("fleet.efficiency_j_per_th", fleet.efficiency_j_per_th, 1e-9, np.inf)
    _between("fleet.foundry_mw_per_month", fleet.foundry_mw_per_month, 0.0, np.inf, endless=True)
    _between("fleet.delivery_mix", fleet.delivery_mix, 0.0, 1.0)
    _between("fleet.delivery_mix_before", fleet.delivery_mix_before, 0.0, 1.0)
    _between("start.mw", start.mw, 0.0, np.inf)
    _between("start.mix", start.mix, 0.0, 1.0)
    _between("start.uncertainty", start.uncertainty, 0.0, 2.0)
    for name in COLUMNS:
        array = np.asarray(inputs.law.column[name], dtype=np.float64)
        known = array[~np.isnan(array)] if name in _MAY_BE_UNKNOWN else array
        _between(f"law.{name}", known, 0.0, 1.0 if name in _SHARES else np.inf, endless=name in _MAY_BE_ENDLESS)
    if np.any(np.diff(fleet.efficiency_j_per_th) >= 0):
        raise BadInput(
            "The J/TH do not fall.",
            where="fleet.efficiency_j_per_th",
            todo="Order vintages from the worst to the best.",
        )
    for where, mix in (
        ("fleet.delivery_mix", fleet.delivery_mix),
        ("fleet.delivery_mix_before", fleet.delivery_mix_before),
    ):
        _add_to_one(where, np.sum(mix, axis=1), "each month")
    _add_to_one("start.mix", np.sum(start.mix, axis=0), "each cell")


def _cells(inputs: Inputs) -> None:
    cells = inputs.cells
    if len(cells.place) == 0:
        return
    _between("cells.place", cells.place, 0, len(inputs.places) - 1)
    _between("cells.sector", cells.sector, 0, len(SECTORS) - 1)
    _between("cells.share", cells.share, 0.0, 1.0)
    group = np.asarray(cells.place, dtype=np.int64) * len(SECTORS) + np.asarray(cells.sector, dtype=np.int64)
    sums = np.bincount(group, weights=cells.share, minlength=len(inputs.places) * len(SECTORS))
    _add_to_one("cells.share", sums[np.unique(group)], "each sector of a place")


def _between(where: str, array: Any, low: float, high: float, *, endless: bool = False) -> None:
    figures = np.asarray(array, dtype=np.float64)
    wrong = np.isnan(figures) | (figures < low) | (figures > high) | (np.isinf(figures) & (not endless))
    if np.any(wrong):
        first = figures[wrong].flat[0]
        most = "finite" if np.isinf(high) and not endless else f"at most {high:g}"
        raise BadInput(f"{first:g} cannot be.", where=where, todo=f"Give figures of at least {low:g} and {most}.")


def _add_to_one(where: str, sums: Any, what: str) -> None:
    wrong = np.abs(np.asarray(sums) - 1.0) > 1e-6
    if np.any(wrong):
        raise BadInput(
            f"The shares of {what} add up to {np.asarray(sums)[wrong].flat[0]:.6g}.",
            where=where,
            todo="Let them add up to one.",
        )
