"""Plain twins of `kernel_flows.py`, for many draws at once. State is a dictionary of arrays, changed in place."""

from typing import Any

import numpy as np

from adit.lab.model.prepare import Prepared
from adit.lab.model.rows import (
    CAP,
    CONFISCATED,
    CONFISCATION,
    COVERT,
    DAYS_PER_MONTH,
    DETECTION,
    DUTY,
    EVICT,
    EXIT,
    FORMAL,
    HIDDEN,
    HORIZON,
    HOUSEHOLD,
    IMPORTS,
    INFORMAL,
    LEGALISED,
    MOVE_COST,
    MOVE_MONTHS,
    MOVED,
    NEW,
    OPERATE,
    PAYBACK,
    PLACEMENT,
    PUE,
    RATE,
    SHUT,
    SOLD,
    SPLIT,
    SWAP,
    TASTE,
)

__all__ = ["by_group", "by_place", "choose", "detect", "place_machines", "swap_machines"]


def by_place(prepared: Prepared, cells: Any) -> Any:
    """Sums over the cells of each place: (..., J) to (..., P)."""
    return by_group(prepared, cells).sum(axis=-1)


def by_group(prepared: Prepared, cells: Any) -> Any:
    """(..., J) to (..., P, 3)"""
    filled = np.diff(prepared.first) > 0
    sums = np.zeros((*cells.shape[:-1], len(filled)))
    if filled.any():
        sums[..., filled] = np.add.reduceat(cells, prepared.first[:-1][filled], axis=-1)
    return sums.reshape(*cells.shape[:-1], len(prepared.slots), 3)


def place_machines(
    h: Any, s: dict[str, Any], on: Any, price: Any, efficiency: Any, cell: Any, law: Any, theta: Any, room: Any
) -> None:
    """Two rounds for each vintage, the best first."""
    x, pool = s["x"], s["pool"]
    for v in range(x.shape[1] - 1, -1, -1):
        mw = efficiency[:, v] * theta[:, PUE]
        left = pool[:, v] * mw
        value = h[:, None] * cell[2] - efficiency[:, v, None] * cell[3]
        value = value - (cell[4] + law[DUTY] / theta[:, PAYBACK, None]) * price[:, v, None]
        taste = np.exp(theta[:, PLACEMENT, None] * np.maximum(value / h[:, None] - 1.0, -20.0))
        limit = room * on[:, v]
        taken = np.zeros_like(limit)
        for _ in range(2):
            free = limit - taken
            wish = np.sum(free * taste, axis=1)
            part = np.divide(left, wish, out=np.zeros_like(left), where=wish > 0.0)
            more = np.minimum(free, part[:, None] * free * taste)
            taken = taken + more
            left = left - more.sum(axis=1)
        let_in = taken * law[IMPORTS]
        machines = let_in / mw[:, None]
        x[:, v] += machines
        pool[:, v] = np.maximum(pool[:, v] - machines.sum(axis=1), 0.0)
        room[:] = np.maximum(room - let_in, 0.0)
        s["duty"] += machines * 1e6 * price[:, v, None] * law[DUTY]


def swap_machines(
    prepared: Prepared, s: dict[str, Any], on: Any, price: Any, efficiency: Any, law: Any, theta: Any
) -> Any:
    """(n, V): what leaves its slot. The worst meet the best: intervals of both, laid end to end, are cut with one another."""
    x, pool, pue = s["x"], s["pool"], theta[:, PUE]
    n, vintages = x.shape[:2]
    idle = (1.0 - theta[:, SWAP]) * theta[:, EVICT]
    rate = law[OPERATE] * law[IMPORTS] * (theta[:, SWAP, None, None] + idle[:, None, None] * (1.0 - on))
    leaving = x * rate
    movable = leaving.sum(axis=2) * efficiency * pue[:, None]
    movable[:, -1] = 0.0
    given = np.cumsum(movable, axis=1)
    wanted = (pool * efficiency * pue[:, None])[:, ::-1]
    taken = np.cumsum(wanted, axis=1)
    pair = np.zeros((n, vintages, vintages))
    for worse in range(vintages - 1):
        for best in range(vintages - 1 - worse):
            v = vintages - 1 - best
            upper = np.minimum(given[:, worse], taken[:, best])
            lower = np.maximum(given[:, worse] - movable[:, worse], taken[:, best] - wanted[:, best])
            pair[:, worse, v] = np.maximum(upper - lower, 0.0)
    out = np.zeros((n, vintages))
    for worse in range(vintages - 1):
        total = pair[:, worse].sum(axis=1)
        share = np.divide(total, movable[:, worse], out=np.zeros(n), where=movable[:, worse] > 0.0)
        gone = leaving[:, worse] * share[:, None]
        for v in range(worse + 1, vintages):
            part = np.divide(pair[:, worse, v], total, out=np.zeros(n), where=total > 0.0)
            new = gone * (part * efficiency[:, worse] / efficiency[:, v])[:, None]
            x[:, v] += new
            s["duty"] += new * 1e6 * price[:, v, None] * law[DUTY]
            pool[:, v] = np.maximum(pool[:, v] - pair[:, worse, v] / (efficiency[:, v] * pue), 0.0)
        x[:, worse] -= gone
        out[:, worse] = gone.sum(axis=1)
        declared = np.where(prepared.sector == INFORMAL, 0.0, gone)
        s["fate"][:, :, SOLD] += by_place(prepared, declared) * (efficiency[:, worse] * pue)[:, None]
    return out


def detect(prepared: Prepared, s: dict[str, Any], efficiency: Any, law: Any, theta: Any) -> tuple[Any, Any]:
    """MW found by cell (n, J) and EH/s taken (n,)."""
    hidden = np.where(prepared.sector == INFORMAL, law[DETECTION], 0.0)
    seen = s["x"] * hidden
    taken = seen * law[CONFISCATION]
    s["x"] -= seen
    s["packing"] += (seen - taken).sum(axis=2)
    mw = efficiency[:, :, None] * theta[:, PUE, None, None]
    s["fate"][:, :, CONFISCATED] += by_place(prepared, (taken * mw).sum(axis=1))
    s["fate"][:, :, MOVED] += by_place(prepared, ((seen - taken) * mw).sum(axis=1))
    return (seen * mw).sum(axis=1), taken.sum(axis=(1, 2))


def choose(
    prepared: Prepared,
    h: Any,
    s: dict[str, Any],
    price: Any,
    efficiency: Any,
    cell: Any,
    law: Any,
    theta: Any,
    world: Any,
) -> None:
    """All places at once: arrays of (n, P, 3) and (n, P, 3, V); the last two axes are source and target where there are both."""
    x, share, n = s["x"], prepared.share, len(h)
    mw_each = efficiency * theta[:, PUE, None]  # (n, V)
    gain0, cost0, held, lawless0, lawless1 = (by_group(prepared, share * cell[k]) for k in range(2, 7))
    machines = np.moveaxis(by_group(prepared, x), 1, -1)  # (n, P, 3, V)
    mw = np.einsum("npsv,nv->nps", machines, mw_each)
    cap = np.broadcast_to(by_group(prepared, law[CAP]), mw.shape)
    slots = by_group(prepared, np.where(prepared.sector == FORMAL, np.minimum(s["slots"], law[CAP]), 0.0))
    operate, new, leave = (np.broadcast_to(by_group(prepared, share * law[k]), mw.shape) for k in (OPERATE, NEW, EXIT))
    exists = np.diff(prepared.first).reshape(-1, 3) > 0
    scale = (theta[:, TASTE] * h)[:, None, None, None]
    hash_price = h[:, None, None, None]
    joules = efficiency[:, None, None, :]
    gain = hash_price * gain0[..., None] - joules * cost0[..., None] - held[..., None] * price[:, None, None, :]
    lawless = hash_price * lawless0[..., None] - joules * lawless1[..., None]
    move = (1.0 - theta[:, MOVE_MONTHS] / theta[:, HORIZON])[:, None]
    move = move * (h[:, None] * world[0][:, None] - efficiency * world[1][:, None]) * world[2][:, None]
    move = move - (theta[:, MOVE_COST] / (DAYS_PER_MONTH * theta[:, HORIZON]))[:, None]
    go = np.exp(np.clip(move / scale[:, 0, 0], -30.0, 30.0))  # (n, V)
    declared = np.array([True, True, False])
    asked = np.where(declared, operate, 1.0)[..., None]
    weight = exists[..., None] * np.exp(np.clip(gain / scale, -30.0, 30.0)) * asked
    entry = weight * np.where(declared, new, 1.0)[..., None]
    burden = np.maximum(lawless - asked * gain, 0.0)
    back = np.maximum(gain[:, :, FORMAL] - gain[:, :, INFORMAL], 0.0) * (operate * new)[:, :, FORMAL, None]
    burden[:, :, INFORMAL] += back
    gate = np.maximum(burden / (burden + scale), 1.0 - asked)
    others = go[:, None, None, :] + 1.0 + entry.sum(axis=2, keepdims=True) - entry
    over = np.where(declared & (mw > cap), 1.0 - cap / np.where(mw > 0.0, mw, 1.0), 0.0)
    forced = (leave + (1.0 - leave) * over)[..., None]
    free = (1.0 - forced) * theta[:, RATE, None, None, None] * gate / (others + weight)
    must = forced / others
    wish = np.einsum("npsv,npsv,npov,nv->npso", machines, free + must, entry, mw_each)
    wish[:, :, range(3), range(3)] = 0.0
    demand = wish.sum(axis=2)
    rate = theta[:, RATE, None]
    room = np.stack(
        [
            np.maximum(slots - mw, 0.0)[:, :, FORMAL] * (operate * new)[:, :, FORMAL],
            rate * np.maximum(cap - mw, 0.0)[:, :, HOUSEHOLD] * (operate * new)[:, :, HOUSEHOLD],
            rate * np.maximum(theta[:, COVERT, None] * s["former"] - mw[:, :, INFORMAL], 0.0),
        ],
        axis=2,
    )
    room = np.where(exists, room, 0.0)
    served = np.divide(room, demand, out=np.ones_like(room), where=demand > room)
    off_diagonal = 1.0 - np.eye(3)
    came = np.einsum("npsv,npov,npo,so->npsov", free + must, entry, served, off_diagonal)
    turned_away = np.einsum("npsv,npov,npo,so->npsv", must, entry, 1.0 - served, off_diagonal)
    moved = (free + must) * go[:, None, None, :] + turned_away
    shut = free + must
    left = np.minimum(moved + shut + came.sum(axis=3), 1.0)
    x *= 1.0 - np.moveaxis(left.reshape(n, -1, left.shape[-1])[:, prepared.place * 3 + prepared.sector], 1, 2)
    arrived = machines[:, :, :, None] * came  # (n, P, source, target, V)
    came_in = arrived.sum(axis=2).reshape(n, -1, left.shape[-1])[:, prepared.place * 3 + prepared.sector]
    x += np.moveaxis(came_in, 1, 2) * share
    s["stored"] += (machines * shut).sum(axis=(1, 2))
    s["pool"] += (machines * moved)[:, :, HOUSEHOLD].sum(axis=1)
    s["packing"] += (machines * moved)[:, :, [FORMAL, INFORMAL]].sum(axis=(1, 2))
    fate = s["fate"]
    fate[:, :, SHUT] += np.einsum("npsv,nv->np", machines * shut, mw_each)
    fate[:, :, SOLD] += np.einsum("npv,nv->np", (machines * moved)[:, :, HOUSEHOLD], mw_each)
    fate[:, :, MOVED] += np.einsum("npsv,nv->np", (machines * moved)[:, :, [FORMAL, INFORMAL]], mw_each)
    flow = np.einsum("npsov,nv->npso", arrived, mw_each)
    fate[:, :, HIDDEN] += flow[:, :, FORMAL, INFORMAL] + flow[:, :, HOUSEHOLD, INFORMAL]
    fate[:, :, SPLIT] += flow[:, :, FORMAL, HOUSEHOLD]
    fate[:, :, LEGALISED] += flow[:, :, INFORMAL, FORMAL] + flow[:, :, INFORMAL, HOUSEHOLD]
