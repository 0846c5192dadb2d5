"""Compiled parts of a month: machines that are placed, displaced by better ones, found, and moved by their owners' choice.

The plain twin of each stands in `twin_flows.py`; the equations in docs/lab-model.md.
"""

from typing import Any

from adit.lab.model.compiling import part
from adit.lab.model.rows import (
    CONFISCATED,
    CONFISCATION,
    DETECTION,
    DUTY,
    EVICT,
    IMPORTS,
    INFORMAL,
    MOVED,
    OPERATE,
    PAYBACK,
    PLACEMENT,
    PUE,
    SOLD,
    SWAP,
)

__all__ = ["detect", "exponential", "place_machines", "swap_machines"]


@part
def exponential(x: float) -> float:
    """e to the x for -80 <= x <= 30, by squaring: unlike the library's, a loop of it runs in the lanes of the processor. Right to about 2e-13."""
    y = x / 1024.0
    z = ((((y / 40320.0 + 1 / 5040.0) * y + 1 / 720.0) * y + 1 / 120.0) * y + 1 / 24.0) * y + 1 / 6.0
    z = ((z * y + 0.5) * y + 1.0) * y + 1.0
    z *= z
    z *= z
    z *= z
    z *= z
    z *= z
    z *= z
    z *= z
    z *= z
    z *= z
    return z * z


@part
def place_machines(
    h: float, x: Any, on: Any, pool: Any, price: Any, efficiency: Any, cell: Any, law: Any, theta: Any, room: Any,
    work: Any, duty: Any,
) -> None:  # fmt: skip
    """Machines for sale go to free slots, the best first: in two rounds, in proportion to room and taste, never above the room."""
    cells = x.shape[1]
    for v in range(x.shape[0] - 1, -1, -1):
        if pool[v] <= 0.0:
            continue
        joules, cost, taste = efficiency[v], price[v], theta[PLACEMENT]
        mw, dear = joules * theta[PUE], cost / theta[PAYBACK]
        for j in range(cells):
            value = h * cell[2, j] - joules * cell[3, j] - cell[4, j] * cost - law[DUTY, j] * dear
            work[0, j] = exponential(taste * max(value / h - 1.0, -20.0))
        wish = 0.0
        for j in range(cells):
            work[1, j] = room[j] * on[v, j]
            wish += work[0, j] * work[1, j]
        if wish <= 0.0:
            continue
        left = pool[v] * mw
        part = left / wish
        wish, used = 0.0, 0.0
        for j in range(cells):
            taken = min(work[1, j], part * work[1, j] * work[0, j])
            work[2, j] = taken
            used += taken
            wish += (work[1, j] - taken) * work[0, j]
        part = max(left - used, 0.0) / wish if wish > 0.0 else 0.0
        placed = 0.0
        for j in range(cells):
            free = work[1, j] - work[2, j]
            work[1, j] = (work[2, j] + min(free, part * free * work[0, j])) * law[IMPORTS, j]
            placed += work[1, j]
        for j in range(cells):
            room[j] = max(room[j] - work[1, j], 0.0)
        for j in range(cells):
            x[v, j] += work[1, j] / mw
        for j in range(cells):
            duty[j] += work[1, j] / mw * 1e6 * cost * law[DUTY, j]
        pool[v] = max(pool[v] - placed / mw, 0.0)


@part
def swap_machines(
    x: Any, on: Any, pool: Any, price: Any, efficiency: Any, law: Any, theta: Any, sector: Any, place: Any,
    pair: Any, out: Any, fates: Any, duty: Any, work: Any,
) -> None:  # fmt: skip
    """Better machines for sale take slots of worse ones; `out` (V,) leaves them for the market, where they are for sale from the next month on."""
    vintages, cells, pue = x.shape[0], x.shape[1], theta[PUE]
    idle = (1.0 - theta[SWAP]) * theta[EVICT]
    for v in range(vintages):
        out[v] = 0.0
        for w in range(vintages):
            pair[v, w] = 0.0
    better = vintages - 1
    supply = pool[better] * efficiency[better] * pue
    for worse in range(vintages - 1):
        movable = 0.0
        for j in range(cells):
            movable += x[worse, j] * (law[OPERATE, j] * law[IMPORTS, j]) * (theta[SWAP] + idle * (1.0 - on[worse, j]))
        movable *= efficiency[worse] * pue
        pair[worse, worse] = movable
        while movable > 0.0 and better > worse:
            taken = min(movable, supply)
            pair[worse, better] += taken
            movable -= taken
            supply -= taken
            if supply <= 0.0:
                better -= 1
                supply = pool[better] * efficiency[better] * pue
        if better <= worse:
            break
    for worse in range(vintages - 2, -1, -1):  # the best first, so that what has just come in does not leave again
        taken = 0.0
        for v in range(worse + 1, vintages):
            taken += pair[worse, v]
        if taken <= 0.0:
            continue
        share = taken / pair[worse, worse]
        for j in range(cells):
            gone = (
                x[worse, j] * (law[OPERATE, j] * law[IMPORTS, j]) * (theta[SWAP] + idle * (1.0 - on[worse, j])) * share
            )
            work[0, j] = gone
            x[worse, j] -= gone
            out[worse] += gone
            if sector[j] != INFORMAL:
                fates[SOLD, place[j]] += gone * efficiency[worse] * pue
        for v in range(worse + 1, vintages):
            if pair[worse, v] <= 0.0:
                continue
            part, cost = pair[worse, v] / taken * efficiency[worse] / efficiency[v], price[v]
            for j in range(cells):
                x[v, j] += work[0, j] * part
            for j in range(cells):
                duty[j] += work[0, j] * part * 1e6 * cost * law[DUTY, j]
            pool[v] = max(pool[v] - pair[worse, v] / (efficiency[v] * pue), 0.0)


@part
def detect(
    x: Any, efficiency: Any, law: Any, theta: Any, sector: Any, place: Any, packing: Any, fates: Any, found: Any
) -> float:
    """Hidden machines that are found: a part is taken, the others have to go. Fills `found` (J,) with MW; returns EH/s that were taken."""
    lost = 0.0
    for j in range(x.shape[1]):
        found[j] = 0.0
        if sector[j] != INFORMAL or law[DETECTION, j] <= 0.0:
            continue
        for v in range(x.shape[0]):
            seen = x[v, j] * law[DETECTION, j]
            taken = seen * law[CONFISCATION, j]
            mw = efficiency[v] * theta[PUE]
            x[v, j] -= seen
            packing[v] += seen - taken
            lost += taken
            found[j] += seen * mw
            fates[CONFISCATED, place[j]] += taken * mw
            fates[MOVED, place[j]] += (seen - taken) * mw
    return lost
