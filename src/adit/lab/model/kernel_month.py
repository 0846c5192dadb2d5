"""Compiled parts of a month: what arrives, where there is room, who asks for slots, what is scrapped, and the books. The twin is in `twin.py`."""

import math
from typing import Any

from adit.lab.model.compiling import part
from adit.lab.model.rows import (
    CAP,
    COVERT,
    DAYS_PER_MONTH,
    FINE,
    FORMAL,
    GROUP_HASH,
    GROUP_INSTALLED,
    GROUP_MARGIN,
    GROUP_MW,
    GROUP_REVENUE,
    GROWTH,
    HOUSEHOLD,
    LAG,
    LICENCE,
    MOVE_MONTHS,
    NEW,
    OPERATE,
    PROFIT_TAX,
    PUE,
    RATE,
    REINVESTED,
    SCRAP,
    SITE_KW,
    SLOT_LAG,
    SURGE,
    TASTE,
    TAX_DUTY,
    TAX_FINES,
    TAX_LEVY,
    TAX_LICENCE,
    TAX_PROFIT,
    TAX_REVENUE,
)

__all__ = ["arrivals", "ask_for_slots", "book", "bring_back", "mean", "open_rooms", "scrap", "wait", "worth"]


@part
def mean(mix: Any, efficiency: Any) -> float:
    total = 0.0
    for v in range(mix.shape[0]):
        total += mix[v] * efficiency[v]
    return total


@part
def wait(usual: float, delay: float) -> int:
    """Months to a connection, at least one."""
    return max(math.floor(usual + 0.5) if delay < 0.0 else int(delay), 1)


@part
def arrivals(mix: Any, foundry: float, now: int, theta: Any, efficiency: Any, orders: Any, machines: Any) -> float:
    """Moves what is under way one month on, and delivers what was ordered. Returns EH/s."""
    rate = min(1.0, 2.0 / theta[MOVE_MONTHS])
    lag = math.floor(theta[LAG])
    part = theta[LAG] - lag
    ordered = (1.0 - part) * orders[now - lag] + part * orders[now - lag - 1]
    delivered: float = theta[REINVESTED] * DAYS_PER_MONTH * ordered
    delivered = min(delivered, foundry / mean(mix, efficiency))
    for v in range(efficiency.shape[0]):
        landed = rate * machines[1, v]
        sent = rate * machines[0, v]
        machines[0, v] -= sent
        machines[1, v] += sent - landed
        machines[2, v] += landed + delivered * mix[v]
    return delivered


@part
def open_rooms(
    law: Any, place: Any, sector: Any, share: Any, joules: float, h: float, theta: Any, efficiency: Any, mw: Any, cell: Any, slots: Any,
    former: Any, asked_for: Any, pool: Any, room: Any, world: Any,
) -> float:  # fmt: skip
    """Adds the slots that were asked for, fills the free MW of each cell, and `world`: mean gain,
    mean cost, chance of a slot, all slots. Returns the MW for sale. Who comes new hides only where the law asks something of him."""
    wish, free, rate, covert, scale = 0.0, 0.0, theta[RATE], theta[COVERT], theta[TASTE] * h
    here, gain, lawless, asked, allowing = -1, 0.0, 0.0, 0.0, 0.0
    for k in range(4):
        world[k] = 0.0
    for v in range(pool.shape[0]):
        wish += pool[v] * efficiency[v] * theta[PUE]
    for j in range(room.shape[0]):
        allowed = law[OPERATE, j] * law[NEW, j]
        if place[j] != here:
            here, gain, lawless, asked, allowing = place[j], 0.0, 0.0, 0.0, 0.0
        if sector[j] == FORMAL:
            slots[j] += min(asked_for[j], max(law[CAP, j] - slots[j], 0.0))
            open_slots = min(slots[j], law[CAP, j])
            room[j] = max(open_slots - mw[j], 0.0) * allowed
            gain += share[j] * (h * cell[2, j] - joules * cell[3, j])
            lawless += share[j] * (h * cell[5, j] - joules * cell[6, j])
            asked += share[j] * law[OPERATE, j]
            allowing += share[j] * allowed
            world[0] += open_slots * allowed * cell[2, j]
            world[1] += open_slots * allowed * cell[3, j]
            world[3] += open_slots * allowed
        elif sector[j] == HOUSEHOLD:
            room[j] = rate * max(law[CAP, j] - mw[j], 0.0) * allowed
        else:
            burden = max(lawless - asked * gain, 0.0)
            gate = max(burden / (burden + scale), 1.0 - allowing)
            room[j] = rate * max(covert * former[place[j]] * share[j] - mw[j], 0.0) * gate
        free += room[j]
    if world[3] > 0.0:
        world[0] /= world[3]
        world[1] /= world[3]
    world[2] = free / (free + wish) if free > 0.0 else 0.0
    return wish


@part
def worth(h: float, efficiency: float, theta: Any, world: Any) -> float:
    """Between 0 and 1: whether a machine would earn its power in the mean slot of the world."""
    share: float = min(max((h * world[0] - efficiency * world[1]) / (theta[TASTE] * h), 0.0), 1.0)
    return share


@part
def bring_back(h: float, theta: Any, efficiency: Any, world: Any, stored: Any, pool: Any) -> None:
    for v in range(stored.shape[0]):
        back = stored[v] * theta[RATE] * world[2] * worth(h, efficiency[v], theta, world)
        stored[v] -= back
        pool[v] += back


@part
def ask_for_slots(
    t: int, law: Any, place: Any, growing: Any, delay: Any, h: float, theta: Any, efficiency: Any, slots: Any, pool: Any, wish: float,
    world: Any, pipe: Any,
) -> None:  # fmt: skip
    """Each place asks for as many new slots as it has been adding, and for more when machines wait for slots."""
    waiting = 0.0
    for v in range(pool.shape[0]):
        waiting += pool[v] * efficiency[v] * theta[PUE] * worth(h, efficiency[v], theta, world)
    scarce = min(waiting / wish, 1.0) if wish > 0.0 else 0.0
    for j in range(slots.shape[0]):
        when = t + wait(theta[SLOT_LAG], delay[place[j]])
        if when < pipe.shape[0]:
            growth = min(growing[place[j]] * theta[GROWTH] * (1.0 + theta[SURGE] * scarce), 0.2)
            pipe[when, j] += slots[j] * growth * law[NEW, j]


@part
def scrap(theta: Any, x: Any, present: Any, on: Any, pool: Any, stored: Any) -> float:
    scrapped: float = 0.0
    for v in range(x.shape[0]):
        scrapped += theta[SCRAP] * (pool[v] + stored[v])
        pool[v] -= theta[SCRAP] * pool[v]
        stored[v] -= theta[SCRAP] * stored[v]
        if not present[v]:
            continue
        for j in range(x.shape[1]):
            gone = theta[SCRAP] * (1.0 - on[v, j]) * x[v, j]
            x[v, j] -= gone
            scrapped += gone
    return scrapped


@part
def book(
    first: Any, theta: Any, mw: Any, law: Any, flow: Any, found: Any, duty: Any, slots: Any, former: Any, by_group: Any, taxes: Any,
    slots_out: Any,
) -> None:  # fmt: skip
    """Taxes that need the whole month, and the figures by place and sector."""
    for p in range(former.shape[0]):
        formal = open_slots = 0.0
        levied = taxed = profits = licences = fined = duties = 0.0
        for s in range(3):
            g = 3 * p + s
            hashes = power = standing = revenue = margin = 0.0
            for j in range(first[g], first[g + 1]):
                licence = law[LICENCE, j] * mw[j] * law[OPERATE, j]
                before_tax = flow[3, j] - licence
                profit_tax = law[PROFIT_TAX, j] * max(before_tax, 0.0)
                fines = found[j] * 1000.0 / theta[SITE_KW] * law[FINE, j]
                hashes += flow[0, j]
                power += flow[1, j]
                standing += mw[j]
                revenue += flow[2, j]
                margin += before_tax - profit_tax - fines
                levied += flow[4, j]
                taxed += flow[5, j]
                profits += profit_tax
                licences += licence
                fined += fines
                duties += duty[j]
                if s == FORMAL:
                    formal += mw[j]
                    open_slots += min(slots[j], law[CAP, j])
            by_group[GROUP_HASH, p, s] = hashes
            by_group[GROUP_MW, p, s] = power
            by_group[GROUP_INSTALLED, p, s] = standing
            by_group[GROUP_REVENUE, p, s] = revenue
            by_group[GROUP_MARGIN, p, s] = margin
        slots_out[p] = open_slots
        taxes[p, TAX_LEVY] = levied
        taxes[p, TAX_REVENUE] = taxed
        taxes[p, TAX_PROFIT] = profits
        taxes[p, TAX_LICENCE] = licences
        taxes[p, TAX_FINES] = fined
        taxes[p, TAX_DUTY] = duties
        former[p] = max(former[p], formal)
