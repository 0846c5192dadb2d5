"""The compiled kernel: each draw runs through all months with its state in the processor's cache. `twin.py` does the same in plain numpy."""

import marshal
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from adit.lab.model import compiling, kernel_choice, kernel_flows, kernel_groups, kernel_market, kernel_month, rows
from adit.lab.model.compiling import kept
from adit.lab.model.kernel_choice import choose
from adit.lab.model.kernel_flows import detect, place_machines, swap_machines
from adit.lab.model.kernel_groups import GROUP_ROWS, OWNER_ROWS, whole_lanes
from adit.lab.model.kernel_market import account, costs, installed, root, running, standing
from adit.lab.model.kernel_month import arrivals, ask_for_slots, book, bring_back, mean, open_rooms, scrap, wait
from adit.lab.model.rows import (
    EXIT,
    FLOOR,
    GROWTH,
    MAKERS_COST,
    NET_CONFISCATED,
    NET_DELIVERED,
    NET_HASH,
    NET_INSTALLED,
    NET_MACHINE,
    NET_PACKING,
    NET_PRICE,
    NET_SALE,
    NET_SCRAPPED,
    NET_SHIPPING,
    NET_STORED,
    OPERATE,
    PAYBACK,
    PUE,
    SCALE,
    SEASON,
    SLOT_LAG,
    UPTIME,
)

__all__ = ["run_draws"]


def _made_of() -> int:
    """A number that changes with any part of the kernel: numba itself looks only at this file."""
    modules = (kernel_choice, kernel_flows, kernel_groups, kernel_market, kernel_month)
    parts = [f for m in modules for f in vars(m).values()]
    code = sorted({marshal.dumps(f.py_func.__code__, 2) for f in parts if hasattr(f, "py_func")})
    constants = sorted((k, v) for m in (rows, kernel_groups) for k, v in vars(m).items() if isinstance(v, int | float))
    return zlib.crc32(repr((constants, sorted(compiling.FASTMATH))).encode(), zlib.crc32(b"".join(code)))


def _kernel(made_of: int) -> Callable[..., int]:
    @kept
    def run_draws(
        inp: Any, thetas: Any, spreads: Any, state: Any, first_draw: int, logistic: bool,
        by_group: Any, taxes: Any, fates: Any, slots_out: Any, series: Any, start: Any,
    ) -> int:  # fmt: skip
        """Runs the draws whose parameters are the rows of `thetas` (n, K); the last six arrays are filled. `inp` is a `Prepared`, `state` a `Begin`."""
        months, cells = inp.law.shape[0], inp.place.shape[0]
        vintages, places, lead = inp.efficiency.shape[0], inp.slots.shape[0], inp.revenue_before.shape[0]
        # by vintage and cell: machines, and the share of their sites that earn their power; by vintage: what stands nowhere, prices, what is displaced,
        # whether any machine stands in a place, and how much other places draw
        x, on, efficiency = np.empty((vintages, cells)), np.empty((vintages, cells)), np.empty(vintages)
        machines, price, out = np.empty((4, vintages)), np.empty(vintages), np.empty(vintages)
        present, elsewhere = np.empty(vintages, np.bool_), np.empty(vintages)
        pair = np.empty((vintages, vintages))
        # by cell
        cell, work, flow, pipe = (
            np.empty((8, cells)),
            np.empty((3, cells)),
            np.empty((8, cells)),
            np.empty((months + 1, cells)),
        )
        slots, room, mw, found = np.empty(cells), np.empty(cells), np.empty(cells), np.empty(cells)
        duty, early, late = np.empty(cells), np.empty(cells), np.empty(cells)
        # by place; what is counted in lanes only for the choice
        former, world, fate = np.empty(places), np.empty(4), np.empty((fates.shape[3], places))
        lanes = whole_lanes(places)
        who, group, owner = (
            np.empty(lanes, np.int64),
            np.empty((GROUP_ROWS, 3, lanes)),
            np.empty((OWNER_ROWS, 3, vintages, lanes)),
        )
        total, tally = np.empty((vintages + 3, lanes)), np.empty((fates.shape[3], lanes))
        packing, shipping, pool, stored = machines[0], machines[1], machines[2], machines[3]
        for n in range(thetas.shape[0]):
            theta, spread = thetas[n], spreads[n]
            for v in range(vintages):
                efficiency[v] = inp.efficiency[v] * theta[SCALE]
                for k in range(4):
                    machines[k, v] = 0.0
                for j in range(cells):
                    x[v, j] = state.machines[n, v, j]
                    start[n] += x[v, j]
            standing(x, present)
            for p in range(places):
                former[p] = state.former[n, p]
            before, orders = state.running[n], state.orders[n]
            for j in range(cells):
                slots[j] = state.slots[n, j]
                months_to_wait = wait(theta[SLOT_LAG], inp.delay[0, inp.place[j]])
                for t in range(months + 1):
                    growth = min(inp.growth[inp.place[j]] * theta[GROWTH], 0.2)
                    pipe[t, j] = slots[j] * growth if t < months_to_wait else 0.0
            path = (first_draw + n) % inp.revenue.shape[0]
            h = inp.hashprice_before[lead - 1]
            for t in range(months):
                law, revenue, days = inp.law[t], inp.revenue[path, t], inp.days[t]
                costs(law, theta, spread, inp.place, inp.sector, cell)
                for v in range(vintages):
                    price[v] = max(theta[FLOOR], theta[PAYBACK] * (h - MAKERS_COST * efficiency[v]))
                delivered = arrivals(inp.mix[t], inp.foundry[t], lead + t, theta, efficiency, orders, machines)
                h = revenue / before  # until difficulty follows
                running(h, efficiency, cell, logistic, on)
                installed(x, present, efficiency, theta[PUE], mw)
                wish = open_rooms(
                    law, inp.place, inp.sector, inp.share, mean(inp.mix[t], efficiency), h, theta, efficiency, mw, cell, slots, former,
                    pipe[t], pool, room, world,
                )  # fmt: skip
                bring_back(h, theta, efficiency, world, stored, pool)
                for j in range(cells):
                    duty[j] = 0.0
                for p in range(places):
                    for k in range(fate.shape[0]):
                        fate[k, p] = 0.0
                place_machines(h, x, on, pool, price, efficiency, cell, law, theta, room, work, duty)
                swap_machines(
                    x, on, pool, price, efficiency, law, theta, inp.sector, inp.place, pair, out, fate, duty, work
                )
                standing(x, present)
                ask_for_slots(
                    t, law, inp.place, inp.growth, inp.delay[t], h, theta, efficiency, slots, pool, wish, world, pipe
                )
                for v in range(vintages):
                    pool[v] += out[v]
                for j in range(cells):
                    season = law[SEASON, j] * theta[UPTIME]
                    early[j] = season * max(law[OPERATE, j], law[EXIT, j])
                    late[j] = season * law[OPERATE, j]
                    for k in range(6):
                        flow[k, j] = 0.0
                half = 0.5 * days
                first_half = account(h, half, x, present, on, efficiency, cell, early, law, theta, flow)
                lost = detect(x, efficiency, law, theta, inp.sector, inp.place, packing, fate, found)
                installed(x, present, efficiency, theta[PUE], mw)
                choose(
                    h, x, mw, price, efficiency, cell, law, theta, inp.share, inp.first, slots, former, world, packing, pool, stored, fate,
                    who, group, owner, total, tally, present, elsewhere,
                )  # fmt: skip
                h = root(revenue, h, x, present, efficiency, cell, late, logistic, work)
                running(h, efficiency, cell, logistic, on)
                second_half = account(h, half, x, present, on, efficiency, cell, late, law, theta, flow)
                before = max(second_half, 1e-9)
                scrapped = scrap(theta, x, present, on, pool, stored)
                orders[lead + t] = revenue / max(
                    theta[FLOOR], theta[PAYBACK] * (h - MAKERS_COST * mean(inp.mix[t], efficiency))
                )
                installed(x, present, efficiency, theta[PUE], mw)
                book(
                    inp.first,
                    theta,
                    mw,
                    law,
                    flow,
                    found,
                    duty,
                    slots,
                    former,
                    by_group[n, :, t],
                    taxes[n, t],
                    slots_out[n, t],
                )
                for p in range(places):
                    for k in range(fate.shape[0]):
                        fates[n, t, p, k] = fate[k, p]
                row = series[n, t]
                row[NET_HASH] = 0.5 * (first_half + second_half)
                row[NET_PRICE] = h
                row[NET_MACHINE] = revenue / orders[lead + t]
                row[NET_DELIVERED], row[NET_SCRAPPED], row[NET_CONFISCATED] = delivered, scrapped, lost
                for v in range(vintages):
                    row[NET_PACKING] += packing[v]
                    row[NET_SHIPPING] += shipping[v]
                    row[NET_SALE] += pool[v]
                    row[NET_STORED] += stored[v]
                    for j in range(cells):
                        row[NET_INSTALLED] += x[v, j]
        return made_of  # what a function closes over is part of the key under which numba keeps it

    return run_draws


run_draws = _kernel(_made_of())
