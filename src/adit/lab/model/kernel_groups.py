"""Compiled: which places the law touches, the means of their cells by sector, and the machines there; before and after their owners chose."""

from typing import Any

from adit.lab.model.compiling import part
from adit.lab.model.rows import (
    CAP,
    EXIT,
    INFORMAL,
    KEEP,
    LEVY,
    LICENCE,
    NEW,
    OPERATE,
    PROFIT_TAX,
    SEASON,
)

__all__ = ["GROUP_ROWS", "OWNER_ROWS", "gather", "scatter", "touched", "whole_lanes"]

# Rows of `group` (rows, sector, touched place)
GAIN0, GAIN1, HELD, LAWLESS0, LAWLESS1, MW, CAP_MW, SLOTS, ASKED, OPENING, LEAVING, SERVED = range(12)
GROUP_ROWS = 12
# Rows of `owner` (rows, sector, vintage, touched place): machines; weight of who stays and of who comes; what a machine gains; who goes anyway, who goes
# at all; what stays; what comes
MACHINES, STAY, ENTRY, GAIN, MUST, AWAY, KEPT, CAME = range(8)
OWNER_ROWS = 8


@part
def whole_lanes(count: int) -> int:
    """So many and the empty ones that fill the lanes of the processor: what is left over would be worked one by one."""
    return (count + 7) // 8 * 8


@part
def touched(mw: Any, cell: Any, law: Any, share: Any, first: Any, slots: Any, who: Any, group: Any) -> int:
    """Finds the places where the law touches somebody, and the means of their cells. The lanes that they leave over are filled with nothing."""
    count = 0
    for p in range((first.shape[0] - 1) // 3):
        here = False
        for s in range(3):
            standing, cap = 0.0, 0.0
            for j in range(first[3 * p + s], first[3 * p + s + 1]):
                here = here or (mw[j] > 0.0 and (s == INFORMAL or _asks_something(law, j)))
                standing += mw[j]
                cap += law[CAP, j]
            here = here or (s != INFORMAL and standing > cap)
        if not here:
            continue
        for s in range(3):
            for k in range(GROUP_ROWS):
                group[k, s, count] = 0.0
            for j in range(first[3 * p + s], first[3 * p + s + 1]):
                for k in range(5):
                    group[k, s, count] += share[j] * cell[k + 2, j]
                group[MW, s, count] += mw[j]
                group[CAP_MW, s, count] += law[CAP, j]
                group[SLOTS, s, count] += min(slots[j], law[CAP, j])
                group[ASKED, s, count] += share[j] * law[OPERATE, j]
                group[OPENING, s, count] += share[j] * law[NEW, j]
                group[LEAVING, s, count] += share[j] * law[EXIT, j]
            if s != INFORMAL and group[MW, s, count] > group[CAP_MW, s, count]:
                over = 1.0 - group[CAP_MW, s, count] / group[MW, s, count]
                group[LEAVING, s, count] += (1.0 - group[LEAVING, s, count]) * over
        who[count] = p
        count += 1
    for i in range(count, whole_lanes(count)):
        who[i] = 0
        for s in range(3):
            for k in range(GROUP_ROWS):
                group[k, s, i] = 0.0
    return count


@part
def _asks_something(law: Any, j: int) -> bool:
    """Of who declares himself. Read from the law, not from its costs: those may differ by rounding alone."""
    return bool(
        law[OPERATE, j] < 1.0
        or law[EXIT, j] > 0.0
        or law[SEASON, j] != 1.0
        or law[KEEP, j] != 1.0
        or law[LEVY, j] != 0.0
        or law[PROFIT_TAX, j] != 0.0
        or law[LICENCE, j] != 0.0
    )


@part
def gather(x: Any, first: Any, who: Any, count: int, owner: Any, present: Any) -> None:
    for v in range(x.shape[0]):
        if not present[v]:
            continue
        for i in range(count):
            for s in range(3):
                machines = 0.0
                for j in range(first[3 * who[i] + s], first[3 * who[i] + s + 1]):
                    machines += x[v, j]
                owner[MACHINES, s, v, i] = machines
        for i in range(count, whole_lanes(count)):
            for s in range(3):
                owner[MACHINES, s, v, i] = 0.0


@part
def scatter(x: Any, share: Any, first: Any, who: Any, count: int, owner: Any, present: Any) -> None:
    for v in range(x.shape[0]):
        if not present[v]:
            continue
        for i in range(count):
            for s in range(3):
                for j in range(first[3 * who[i] + s], first[3 * who[i] + s + 1]):
                    x[v, j] = x[v, j] * owner[KEPT, s, v, i] + owner[CAME, s, v, i] * share[j]
