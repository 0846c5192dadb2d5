"""The model in plain numpy, many draws at once: the oracle of `kernel.py`, and what runs where nothing can be compiled."""

from typing import Any

import numpy as np

from adit.lab.model import twin_flows as flows
from adit.lab.model import twin_market as market
from adit.lab.model.begin import Begin
from adit.lab.model.outcome import FATES
from adit.lab.model.prepare import Prepared
from adit.lab.model.rows import (
    CAP,
    COVERT,
    DAYS_PER_MONTH,
    EXIT,
    FINE,
    FLOOR,
    FORMAL,
    GROWTH,
    HOUSEHOLD,
    LAG,
    LICENCE,
    MAKERS_COST,
    MOVE_MONTHS,
    NEW,
    OPERATE,
    PAYBACK,
    PROFIT_TAX,
    PUE,
    RATE,
    REINVESTED,
    SCALE,
    SCRAP,
    SEASON,
    SITE_KW,
    SLOT_LAG,
    SURGE,
    TASTE,
    UPTIME,
)

__all__ = ["run_draws"]


def run_draws(
    inp: Prepared, thetas: Any, spreads: Any, begun: Begin, first_draw: int, logistic: bool,
    by_group: Any, taxes: Any, fates: Any, slots_out: Any, series: Any, start: Any,
) -> None:  # fmt: skip
    """As `kernel.run_draws`. What is begun is used up."""
    efficiency = inp.efficiency * thetas[:, SCALE, None]
    state = _state(inp, thetas, begun)
    before, orders = begun.running, begun.orders
    start[:] = state["x"].sum(axis=(1, 2))
    floor, payback = thetas[:, FLOOR, None], thetas[:, PAYBACK, None]
    paths = (first_draw + np.arange(len(thetas))) % len(inp.revenue)
    h = np.full(len(thetas), inp.hashprice_before[-1])
    for t, law in enumerate(inp.law):
        revenue = inp.revenue[paths, t]
        cell = market.costs(law, thetas, spreads, inp.place, inp.sector)
        price = np.maximum(floor, payback * (h[:, None] - MAKERS_COST * efficiency))
        state["fate"], state["duty"] = (
            np.zeros((len(thetas), len(inp.slots), len(FATES))),
            np.zeros((len(thetas), len(inp.place))),
        )
        delivered = _arrivals(inp, t, thetas, efficiency, orders, state)
        h = revenue / before
        on = market.running(h, efficiency, cell, logistic)
        room, world, wish = _rooms(inp, t, h, thetas, efficiency, state, cell)
        worth = np.clip(
            (h[:, None] * world[0][:, None] - efficiency * world[1][:, None]) / (thetas[:, TASTE] * h)[:, None],
            0.0,
            1.0,
        )
        back = state["stored"] * (thetas[:, RATE] * world[2])[:, None] * worth
        state["stored"] -= back
        state["pool"] += back
        flows.place_machines(h, state, on, price, efficiency, cell, law, thetas, room)
        out = flows.swap_machines(inp, state, on, price, efficiency, law, thetas)
        _ask_for_slots(inp, t, thetas, efficiency, state, wish, worth)
        state["pool"] += out
        season = law[SEASON] * thetas[:, UPTIME, None]
        early, late, half = season * np.maximum(law[OPERATE], law[EXIT]), season * law[OPERATE], 0.5 * inp.days[t]
        flow, first_half = market.account(h, half, state["x"], on, efficiency, cell, early, law, thetas)
        found, lost = flows.detect(inp, state, efficiency, law, thetas)
        flows.choose(inp, h, state, price, efficiency, cell, law, thetas, world)
        h = market.root(revenue, h, state["x"], efficiency, cell, late, logistic)
        on = market.running(h, efficiency, cell, logistic)
        more, second_half = market.account(h, half, state["x"], on, efficiency, cell, late, law, thetas)
        before = np.maximum(second_half, 1e-9)
        scrapped = _scrap(thetas, state, on)
        mean = efficiency @ inp.mix[t]
        orders[:, len(inp.revenue_before) + t] = revenue / np.maximum(
            floor[:, 0], payback[:, 0] * (h - MAKERS_COST * mean)
        )
        _book(inp, t, thetas, state, efficiency, law, flow + more, found, by_group, taxes, slots_out)
        fates[:, t] = state["fate"]
        stocks = [state[k].sum(axis=1) for k in ("packing", "shipping", "pool", "stored")]
        series[:, t] = np.stack(
            [0.5 * (first_half + second_half), h, revenue / orders[:, len(inp.revenue_before) + t], state["x"].sum(axis=(1, 2)),
             *stocks, delivered, scrapped, lost],
            axis=1,
        )  # fmt: skip


def _state(inp: Prepared, theta: Any, begun: Begin) -> dict[str, Any]:
    months = len(inp.days)
    pipe = np.zeros((len(theta), months + 1, len(inp.place)))
    wait = _wait(theta, inp.delay[0])[:, inp.place]
    asked = begun.slots * np.minimum(inp.growth[inp.place] * theta[:, GROWTH, None], 0.2)
    pipe += np.where(np.arange(months + 1)[None, :, None] < wait[:, None, :], asked[:, None, :], 0.0)
    nothing = {k: np.zeros((len(theta), len(inp.efficiency))) for k in ("packing", "shipping", "pool", "stored")}
    return {"x": begun.machines, "slots": begun.slots, "former": begun.former, "pipe": pipe, **nothing}


def _wait(theta: Any, delay: Any) -> Any:
    """(n, P): months to a connection, at least one."""
    return np.maximum(np.where(delay < 0.0, np.floor(theta[:, SLOT_LAG, None] + 0.5), delay), 1.0).astype(np.int64)


def _arrivals(inp: Prepared, t: int, theta: Any, efficiency: Any, orders: Any, s: dict[str, Any]) -> Any:
    rows, lead = np.arange(len(theta)), len(inp.revenue_before)
    lag = np.floor(theta[:, LAG]).astype(np.int64)
    part = theta[:, LAG] - lag
    ordered = (1.0 - part) * orders[rows, lead + t - lag] + part * orders[rows, lead + t - lag - 1]
    delivered = np.minimum(theta[:, REINVESTED] * DAYS_PER_MONTH * ordered, inp.foundry[t] / (efficiency @ inp.mix[t]))
    rate = np.minimum(1.0, 2.0 / theta[:, MOVE_MONTHS])[:, None]
    landed, sent = rate * s["shipping"], rate * s["packing"]
    s["packing"] -= sent
    s["shipping"] += sent - landed
    s["pool"] += landed + delivered[:, None] * inp.mix[t]
    return delivered


def _rooms(
    inp: Prepared, t: int, h: Any, theta: Any, efficiency: Any, s: dict[str, Any], cell: Any
) -> tuple[Any, Any, Any]:
    law = inp.law[t]
    formal, household = inp.sector == FORMAL, inp.sector == HOUSEHOLD
    wish = (s["pool"] * efficiency).sum(axis=1) * theta[:, PUE]
    mw = np.einsum("nvj,nv->nj", s["x"], efficiency) * theta[:, PUE, None]
    s["slots"] += np.where(formal, np.minimum(s["pipe"][:, t], np.maximum(law[CAP] - s["slots"], 0.0)), 0.0)
    allowed = law[OPERATE] * law[NEW]
    open_slots = np.where(formal, np.minimum(s["slots"], law[CAP]), 0.0)
    split = theta[:, RATE, None] * np.maximum(np.where(household, law[CAP], 0.0) - mw, 0.0) * allowed
    hidden = theta[:, RATE, None] * np.maximum(theta[:, COVERT, None] * s["former"][:, inp.place] * inp.share - mw, 0.0)
    hidden *= _hiding_pays(inp, h, theta, efficiency @ inp.mix[t], cell, law)[:, inp.place]
    room = np.where(formal, np.maximum(open_slots - mw, 0.0) * allowed, np.where(household, split, hidden))
    slots = open_slots * allowed
    total, free = slots.sum(axis=1), room.sum(axis=1)
    divisor = np.where(total > 0.0, total, 1.0)
    chance = np.where(free > 0.0, free / np.where(free > 0.0, free + wish, 1.0), 0.0)
    return room, ((slots * cell[2]).sum(axis=1) / divisor, (slots * cell[3]).sum(axis=1) / divisor, chance), wish


def _hiding_pays(inp: Prepared, h: Any, theta: Any, joules: Any, cell: Any, law: Any) -> Any:
    """(n, P): who comes new hides only where the law asks something of him."""
    formal = np.where(inp.sector == FORMAL, inp.share, 0.0)
    gain = flows.by_place(inp, formal * (h[:, None] * cell[2] - joules[:, None] * cell[3]))
    lawless = flows.by_place(inp, formal * (h[:, None] * cell[5] - joules[:, None] * cell[6]))
    asked, allowing = flows.by_place(inp, formal * law[OPERATE]), flows.by_place(inp, formal * law[OPERATE] * law[NEW])
    burden = np.maximum(lawless - asked * gain, 0.0)
    return np.maximum(burden / (burden + (theta[:, TASTE] * h)[:, None]), 1.0 - allowing)


def _ask_for_slots(
    inp: Prepared, t: int, theta: Any, efficiency: Any, s: dict[str, Any], wish: Any, worth: Any
) -> None:
    waiting = (s["pool"] * efficiency * worth).sum(axis=1) * theta[:, PUE]
    scarce = np.where(wish > 0.0, np.minimum(waiting / np.where(wish > 0.0, wish, 1.0), 1.0), 0.0)
    when = t + _wait(theta, inp.delay[t])[:, inp.place]
    growth = np.minimum(inp.growth[inp.place] * (theta[:, GROWTH] * (1.0 + theta[:, SURGE] * scarce))[:, None], 0.2)
    asked = s["slots"] * growth * inp.law[t, NEW]
    rows, cells = np.nonzero(when < s["pipe"].shape[1])
    s["pipe"][rows, when[rows, cells], cells] += asked[rows, cells]


def _scrap(theta: Any, s: dict[str, Any], on: Any) -> Any:
    rate = theta[:, SCRAP, None]
    gone = rate[:, :, None] * (1.0 - on) * s["x"]
    scrapped = gone.sum(axis=(1, 2)) + (rate * (s["pool"] + s["stored"])).sum(axis=1)
    s["x"] -= gone
    s["pool"] -= rate * s["pool"]
    s["stored"] -= rate * s["stored"]
    return scrapped


def _book(
    inp: Prepared, t: int, theta: Any, s: dict[str, Any], efficiency: Any, law: Any, flow: Any, found: Any, by_group: Any, taxes: Any,
    slots_out: Any,
) -> None:  # fmt: skip
    mw = np.einsum("nvj,nv->nj", s["x"], efficiency) * theta[:, PUE, None]
    licence = law[LICENCE] * mw * law[OPERATE]
    before_tax = flow[3] - licence
    profit_tax = law[PROFIT_TAX] * np.maximum(before_tax, 0.0)
    fines = found * 1000.0 / theta[:, SITE_KW, None] * law[FINE]
    sums = flows.by_group(inp, np.stack([flow[0], flow[1], mw, flow[2], before_tax - profit_tax - fines]))
    by_group[:, :, t] = np.moveaxis(sums, 0, 1)
    taxes[:, t] = np.moveaxis(
        flows.by_place(inp, np.stack([flow[4], flow[5], profit_tax, licence, fines, s["duty"]])), 0, -1
    )
    formal = inp.sector == FORMAL
    slots_out[:, t] = flows.by_place(inp, np.where(formal, np.minimum(s["slots"], law[CAP]), 0.0))
    s["former"] = np.maximum(s["former"], flows.by_place(inp, np.where(formal, mw, 0.0)))
