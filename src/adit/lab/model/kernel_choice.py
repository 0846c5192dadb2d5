"""Compiled: owners whom the law touches choose among formal, household, hidden, moving and storing; those who have to leave choose at once.

All touched places are worked at once, place by place in the lanes of the processor, so each loop runs over places and fills one array. The plain twin is
`twin_flows.choose`; the equations stand in docs/lab-model.md.
"""

from typing import Any

from adit.lab.model.compiling import part
from adit.lab.model.kernel_flows import exponential
from adit.lab.model.kernel_groups import (
    ASKED,
    AWAY,
    CAME,
    CAP_MW,
    ENTRY,
    GAIN,
    GAIN0,
    GAIN1,
    HELD,
    KEPT,
    LAWLESS0,
    LAWLESS1,
    LEAVING,
    MACHINES,
    MUST,
    MW,
    OPENING,
    SERVED,
    SLOTS,
    STAY,
    gather,
    scatter,
    touched,
    whole_lanes,
)
from adit.lab.model.rows import (
    COVERT,
    DAYS_PER_MONTH,
    FORMAL,
    HIDDEN,
    HORIZON,
    HOUSEHOLD,
    INFORMAL,
    LEGALISED,
    MOVE_COST,
    MOVE_MONTHS,
    MOVED,
    PUE,
    RATE,
    SHUT,
    SOLD,
    SPLIT,
    TASTE,
)

__all__ = ["choose"]


@part
def choose(
    h: float, x: Any, mw: Any, price: Any, efficiency: Any, cell: Any, law: Any, theta: Any, share: Any, first: Any, slots: Any,
    former: Any, world: Any, packing: Any, pool: Any, stored: Any, fates: Any, who: Any, group: Any, owner: Any, total: Any, tally: Any, present: Any,
    elsewhere: Any,
) -> None:  # fmt: skip
    """`mw` (J,) is what stands in each cell, `present` (V,) whether a vintage stands anywhere. Scratch, with P as whole lanes: `who` (P,), `group`, `owner`,
    `total` (V + 3, P), `tally` (fates, P), and `elsewhere` (V,), the weight of other places."""
    count = touched(mw, cell, law, share, first, slots, who, group)
    if count == 0:
        return
    lanes = whole_lanes(count)
    vintages, pue, scale = x.shape[0], theta[PUE], theta[TASTE] * h
    chance = (1.0 - theta[MOVE_MONTHS] / theta[HORIZON]) * world[2]
    freight = theta[MOVE_COST] / (DAYS_PER_MONTH * theta[HORIZON])
    gather(x, first, who, count, owner, present)
    for v in range(vintages):
        if not present[v]:
            continue
        gain = chance * (h * world[0] - efficiency[v] * world[1]) - freight
        elsewhere[v] = exponential(min(max(gain / scale, -30.0), 30.0))
        for i in range(lanes):
            total[v, i] = elsewhere[v] + 1.0  # all that draws an owner away, from wherever he is
        for s in range(3):
            _weights(h, efficiency[v], price[v], scale, s, v, lanes, group, owner)
            for i in range(lanes):
                total[v, i] += owner[ENTRY, s, v, i]
        for s in range(3):
            _leaving(h, efficiency[v], scale, theta[RATE], s, v, lanes, group, owner, total)
    _room(present, lanes, efficiency, theta, who, former, group, owner, total)
    for k in range(tally.shape[0]):
        for i in range(lanes):
            tally[k, i] = 0.0
    for v in range(vintages):
        if not present[v]:
            continue
        mw_each = efficiency[v] * pue
        for s in range(3):
            moved, shut = _go(
                s, v, elsewhere[v], mw_each, lanes, group, owner, total[vintages + 1], total[vintages + 2], tally
            )
            stored[v] += shut
            if s == HOUSEHOLD:
                pool[v] += moved
            else:
                packing[v] += moved
        for o in range(3):
            _come(o, v, mw_each, lanes, group, owner, total[vintages + 1], tally)
    for k in range(tally.shape[0]):
        for i in range(lanes):
            fates[k, who[i]] += tally[k, i]
    scatter(x, share, first, who, count, owner, present)


@part
def _weights(
    h: float, joules: float, price: float, scale: float, s: int, v: int, lanes: int, group: Any, owner: Any
) -> None:
    for i in range(lanes):
        owner[GAIN, s, v, i] = h * group[GAIN0, s, i] - joules * group[GAIN1, s, i] - group[HELD, s, i] * price
    for i in range(lanes):
        owner[STAY, s, v, i] = group[ASKED, s, i] * exponential(min(max(owner[GAIN, s, v, i] / scale, -30.0), 30.0))
    for i in range(lanes):
        owner[ENTRY, s, v, i] = owner[STAY, s, v, i] * group[OPENING, s, i]


@part
def _leaving(
    h: float, joules: float, scale: float, rate: float, s: int, v: int, lanes: int, group: Any, owner: Any, total: Any
) -> None:
    """The share of each cohort that goes for each unit of weight of where it goes."""
    burden = total[total.shape[0] - 1]
    for i in range(lanes):
        lawless = h * group[LAWLESS0, s, i] - joules * group[LAWLESS1, s, i]
        burden[i] = max(lawless - group[ASKED, s, i] * owner[GAIN, s, v, i], 0.0)
    if s == INFORMAL:
        for i in range(lanes):
            better = max(owner[GAIN, FORMAL, v, i] - owner[GAIN, s, v, i], 0.0)
            burden[i] += better * group[ASKED, FORMAL, i] * group[OPENING, FORMAL, i]
    for i in range(lanes):
        owner[MUST, s, v, i] = group[LEAVING, s, i] / (total[v, i] - owner[ENTRY, s, v, i])
    for i in range(lanes):
        burden[i] = max(burden[i] / (burden[i] + scale), 1.0 - group[ASKED, s, i])
    for i in range(lanes):
        free = (1.0 - group[LEAVING, s, i]) * rate * burden[i]
        owner[AWAY, s, v, i] = (
            free / (total[v, i] - owner[ENTRY, s, v, i] + owner[STAY, s, v, i]) + owner[MUST, s, v, i]
        )


@part
def _room(
    present: Any, lanes: int, efficiency: Any, theta: Any, who: Any, former: Any, group: Any, owner: Any, total: Any
) -> None:
    """How much of what wants to come finds room: slots in the formal sector; a part of what is still free in the others."""
    demand = total[total.shape[0] - 1]
    for o in range(3):
        for i in range(lanes):
            demand[i] = 0.0
        for s in range(3):
            if s != o:
                for v in range(present.shape[0]):
                    if not present[v]:
                        continue
                    mw = efficiency[v] * theta[PUE]
                    for i in range(lanes):
                        demand[i] += owner[MACHINES, s, v, i] * owner[ENTRY, o, v, i] * owner[AWAY, s, v, i] * mw
        for i in range(lanes):
            if o == FORMAL:
                room = max(group[SLOTS, o, i] - group[MW, o, i], 0.0) * group[ASKED, o, i] * group[OPENING, o, i]
            elif o == HOUSEHOLD:
                room = (
                    theta[RATE]
                    * max(group[CAP_MW, o, i] - group[MW, o, i], 0.0)
                    * group[ASKED, o, i]
                    * group[OPENING, o, i]
                )
            else:
                room = theta[RATE] * max(theta[COVERT] * former[who[i]] - group[MW, o, i], 0.0)
            group[SERVED, o, i] = room / demand[i] if demand[i] > room else 1.0


@part
def _go(
    s: int, v: int, go: float, mw: float, lanes: int, group: Any, owner: Any, turned: Any, passed: Any, tally: Any
) -> tuple[float, float]:
    """What of a cohort stays; how much is moved and how much is stored."""
    a, b = (s + 1) % 3, (s + 2) % 3
    for i in range(lanes):
        turned[i] = owner[ENTRY, a, v, i] * (1.0 - group[SERVED, a, i]) + owner[ENTRY, b, v, i] * (
            1.0 - group[SERVED, b, i]
        )
    for i in range(lanes):
        passed[i] = owner[ENTRY, a, v, i] * group[SERVED, a, i] + owner[ENTRY, b, v, i] * group[SERVED, b, i]
    for i in range(lanes):
        turned[i] = owner[AWAY, s, v, i] * go + turned[i] * owner[MUST, s, v, i]
    for i in range(lanes):
        owner[KEPT, s, v, i] = max(1.0 - owner[AWAY, s, v, i] * (1.0 + passed[i]) - turned[i], 0.0)
    fate = SOLD if s == HOUSEHOLD else MOVED
    for i in range(lanes):
        tally[fate, i] += owner[MACHINES, s, v, i] * turned[i] * mw
    for i in range(lanes):
        tally[SHUT, i] += owner[MACHINES, s, v, i] * owner[AWAY, s, v, i] * mw
    moved = shut = 0.0
    for i in range(lanes):
        moved += owner[MACHINES, s, v, i] * turned[i]
        shut += owner[MACHINES, s, v, i] * owner[AWAY, s, v, i]
    return moved, shut


@part
def _come(o: int, v: int, mw: float, lanes: int, group: Any, owner: Any, came: Any, tally: Any) -> None:
    for i in range(lanes):
        owner[CAME, o, v, i] = 0.0
    for s in range(3):
        if s == o:
            continue
        for i in range(lanes):
            came[i] = owner[MACHINES, s, v, i] * owner[ENTRY, o, v, i] * group[SERVED, o, i] * owner[AWAY, s, v, i]
        for i in range(lanes):
            owner[CAME, o, v, i] += came[i]
        fate = LEGALISED if s == INFORMAL else (HIDDEN if o == INFORMAL else SPLIT)
        if o != FORMAL or s == INFORMAL:
            for i in range(lanes):
                tally[fate, i] += came[i] * mw
