"""Small invented worlds for the tests of the model: places, bands of price, a law that asks nothing, and changes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from adit.lab.columns import SECTORS, LawColumns
from adit.lab.model.inputs import Cells, Inputs, Network, Power, Start
from adit.lab.model.vintages import shipped_fleet

NEUTRAL = {
    "permit_operate": 1.0, "permit_new": 1.0, "season": 1.0, "hours_left": 1.0, "exit_share": 0.0, "levy_usd_per_kwh": 0.0, "revenue_tax": 0.0, "profit_tax": 0.0,
    "licence_usd_per_mw_month": 0.0, "detection_per_month": 0.0, "fine_usd_per_case": 0.0, "confiscation": 0.0, "slot_cap_mw": np.inf,
    "connection_months": np.nan, "household_kwh_per_month": np.nan, "import_share": 1.0, "import_duty": 0.0,
}  # fmt: skip


def months_from(first: date, count: int) -> tuple[date, ...]:
    index = first.year * 12 + first.month - 1
    return tuple(date((index + k) // 12, (index + k) % 12 + 1, 1) for k in range(count))


def law_of(months, places, changes: Mapping[tuple, float] | None = None) -> LawColumns:
    """`changes`: (name, place, sector or None, first month, month after the last or None) -> value."""
    shape = (len(months), len(places), len(SECTORS))
    column: dict[str, Any] = {name: np.full(shape, value) for name, value in NEUTRAL.items()}
    for (name, place, sector, since, until), value in (changes or {}).items():
        p = slice(None) if place is None else places.index(place)
        s = slice(None) if sector is None else SECTORS.index(sector)
        column[name][since:until, p, s] = value
    return LawColumns(months=months, places=places, column=column, origins={}, regimes={})


def world(
    *, count: int = 24, places: tuple[str, ...] = ("AA", "BB", "CC"), bands: int = 1, changes: Mapping[tuple, float] | None = None,
    price=40_000.0, hashrate: float = 200.0, growth: float = 0.02, spare: float = 1.2, first: date = date(2022, 1, 1), tariff=(0.03, 0.05, 0.07),
    household: float = 100.0,
) -> Inputs:  # fmt: skip
    """Each place has formal cells in `bands` bands of price, one household and one hidden cell; all MW are formal at the start."""
    months, lead = months_from(first, count), 12
    rows = []
    for p in range(len(places)):
        base = tariff[p % len(tariff)]
        rows += [(p, 0, 1 / bands, base * (1 + 0.2 * b), 100.0 * (p + 1) / bands) for b in range(bands)]
        rows += [(p, 1, 1.0, base * 0.8, 0.0), (p, 2, 1.0, base * 1.1, 0.0)]
    place, sector, share, power, mw = (np.array(c) for c in zip(*rows, strict=True))
    fleet = shipped_fleet(months or (first,), lead)
    if not months:
        fleet = replace(fleet, delivery_mix=np.zeros((0, len(fleet.names))), foundry_mw_per_month=np.zeros(0))
    mix = np.zeros((len(fleet.names), len(rows)))
    mix[2:6] = np.array([0.2, 0.3, 0.3, 0.2])[:, None]
    revenue = 950.0 * 40_000.0
    return Inputs(
        months=months,
        places=places,
        cells=Cells(place, sector, share),
        fleet=fleet,
        network=Network(
            price_usd_per_btc=np.broadcast_to(np.asarray(price, dtype=float), (1, count))
            if np.ndim(price) < 2
            else np.asarray(price),
            issuance_btc_per_day=np.full(count, 900.0),
            fees_btc_per_day=np.full(count, 50.0),
            revenue_before_usd_per_day=np.full(lead, revenue),
            hashprice_before_usd_per_th_day=np.full(lead, revenue / (hashrate * 1e6)),
            hashrate_start_ehs=hashrate,
        ),
        power=Power(
            price_usd_per_kwh=np.tile(power, (count, 1)),
            grid_mw_most=np.full((count, len(places)), np.inf),
            slots_mw=spare * np.bincount(place, weights=mw, minlength=len(places))
            if len(rows)
            else np.zeros(len(places)),
            slot_growth_per_month=np.full(len(places), growth),
            household_mw_most=np.full(len(places), household),
        ),
        start=Start(
            mw=mw,
            mix=mix,
            anchored=np.zeros(len(rows), dtype=bool),
            uncertainty=np.full(len(places), 0.1),
            former_mw=np.full(len(places), np.nan),
        ),
        law=law_of(months, places, changes),
    )
