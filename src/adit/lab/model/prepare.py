"""Turns the inputs of a scenario into plain arrays: cells in order, the law expanded to them, months counted in days."""

import calendar
from typing import Any, NamedTuple

import numpy as np

from adit.lab.columns import SECTORS
from adit.lab.model.checks import check
from adit.lab.model.inputs import Inputs
from adit.lab.model.rows import LAW_ROWS

__all__ = ["HOUSEHOLD_KWH", "Prepared", "days_of", "prepare"]

HOUSEHOLD_KWH = 6000.0  # the monthly limit for which `Power.household_mw_most` is given
ENDLESS_KWH = 24000.0  # where the rule has no limit, the cable has: 33 kW, three phases of 50 A
NO_MW = 1e-60  # a cap below this is none: shares of it would overflow


class Prepared(NamedTuple):
    """Arrays that all draws share. Cells are ordered by place and sector; group g = 3 x place + sector holds first[g] up to first[g + 1]."""

    place: Any  # int64 (J,)
    sector: Any  # int64 (J,)
    share: Any  # (J,)
    first: Any  # int64 (3 P + 1,)
    efficiency: Any  # (V,)
    mix: Any  # (T, V)
    mix_before: Any  # (B, V)
    foundry: Any  # (T,)
    revenue: Any  # (R, T): million USD a day, so that it divides by EH/s to USD per TH and day
    revenue_before: Any  # (B,)
    hashprice_before: Any  # (B,)
    hashrate_start: float  # not a number: what the fleet makes
    slots: Any  # (P,)
    growth: Any  # (P,)
    delay: Any  # (T, P): months from asking to connection; negative where the law says nothing
    law: Any  # (T, 15, J) by LAW_ROWS
    start_mw: Any  # (J,)
    start_mix: Any  # (V, J)
    anchored: Any  # bool (J,)
    former: Any  # (P,); not a number: the start's
    days: Any  # (T,)


def prepare(inputs: Inputs) -> Prepared:
    """Checked and in order."""
    check(inputs)
    cells, network, power, start = inputs.cells, inputs.network, inputs.power, inputs.start
    places = len(inputs.places)
    order = np.lexsort((cells.sector, cells.place))
    place, sector = (np.asarray(a, dtype=np.int64)[order] for a in (cells.place, cells.sector))
    group = place * len(SECTORS) + sector
    formal = inputs.law.column["connection_months"][:, :, 0]
    return Prepared(
        place=place,
        sector=sector,
        share=_floats(cells.share)[order],
        first=np.searchsorted(group, np.arange(places * len(SECTORS) + 1)).astype(np.int64),
        efficiency=_floats(inputs.fleet.efficiency_j_per_th),
        mix=_floats(inputs.fleet.delivery_mix),
        mix_before=_floats(inputs.fleet.delivery_mix_before),
        foundry=_floats(inputs.fleet.foundry_mw_per_month),
        revenue=_floats(network.price_usd_per_btc * (network.issuance_btc_per_day + network.fees_btc_per_day) / 1e6),
        revenue_before=_floats(network.revenue_before_usd_per_day) / 1e6,
        hashprice_before=_floats(network.hashprice_before_usd_per_th_day),
        hashrate_start=float(network.hashrate_start_ehs),
        slots=_floats(power.slots_mw),
        growth=_floats(power.slot_growth_per_month),
        delay=_floats(np.where(np.isnan(formal), -1.0, np.maximum(np.rint(formal), 0.0))),
        law=_law(inputs, order, place, sector),
        start_mw=_floats(start.mw)[order],
        start_mix=_floats(_floats(start.mix)[:, order]),
        anchored=np.asarray(start.anchored, dtype=np.bool_)[order],
        former=_floats(start.former_mw),
        days=days_of(inputs),
    )


def days_of(inputs: Inputs) -> Any:
    """(T,)"""
    return np.array([float(calendar.monthrange(m.year, m.month)[1]) for m in inputs.months])


def _law(inputs: Inputs, order: Any, place: Any, sector: Any) -> Any:
    """(T, 15, J). Hidden mining asks no permission, keeps no season, needs no connection and pays no licence."""
    column = {name: _floats(a)[:, place, sector] for name, a in inputs.law.column.items()}
    share = _floats(inputs.cells.share)[order]
    grid = _floats(inputs.power.grid_mw_most)[:, place]
    limit = np.minimum(np.nan_to_num(column["household_kwh_per_month"], nan=0.0, posinf=np.inf), ENDLESS_KWH)
    most = _floats(inputs.power.household_mw_most)[place]
    hosted = most * limit / HOUSEHOLD_KWH
    cap = np.minimum(column["slot_cap_mw"], np.where(sector == 1, hosted, grid)) * np.where(share > 0, share, 1.0)
    hidden = sector == 2
    rows = {
        "operate": np.where(hidden, 1.0, column["permit_operate"]),
        "new": np.where(hidden, 1.0, column["permit_new"]),
        "season": np.where(hidden, 1.0, column["season"] * column["hours_left"]),
        "keep": 1.0 - column["revenue_tax"],
        "levy": column["levy_usd_per_kwh"],
        "profit_tax": column["profit_tax"],
        "licence": np.where(hidden, 0.0, column["licence_usd_per_mw_month"]),
        "detection": np.where(hidden, column["detection_per_month"], 0.0),
        "fine": np.where(hidden, column["fine_usd_per_case"], 0.0),
        "confiscation": np.where(hidden, column["confiscation"], 0.0),
        "imports": column["import_share"],
        "duty": column["import_duty"],
        "exit": np.where(hidden, 0.0, column["exit_share"]),
        "cap_mw": np.where(hidden, np.inf, np.where(cap < NO_MW, 0.0, cap)),
        "power_price": _floats(inputs.power.price_usd_per_kwh)[:, order],
    }
    return np.ascontiguousarray(np.stack([rows[name] for name in LAW_ROWS], axis=1))


def _floats(a: Any) -> Any:
    return np.array(
        a, dtype=np.float64, order="C"
    )  # a copy: an array that may not be written would be compiled for anew
