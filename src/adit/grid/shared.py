"""The largest sum of loads under limits by group, and one way to share it out."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from adit.grid.network import Floats

__all__ = ["TOLERANCE_MW", "shared_mw"]

TOLERANCE_MW = 1e-6


def shared_mw(spare: Floats, zones: Sequence[int]) -> tuple[float, Floats, Floats] | None:
    """The largest sum of firm loads in these zones, one way to share it, and each alone; None if a group is short without them.

    `spare` is by group, over all hours its least. Of the ways to share, the one whose smallest part of `alone` is largest.
    """
    if spare.min() < -TOLERANCE_MW:
        return None
    group = np.arange(1, len(spare))
    inside = np.stack([group >> z & 1 for z in zones], axis=1).astype(np.float64)
    room = np.maximum(spare[1:], 0.0)
    alone = np.array([room[inside[:, k] == 1].min() for k in range(len(zones))])
    most = linprog(-np.ones(len(zones)), A_ub=inside, b_ub=room, method="highs")
    assert most.status == 0, most.message
    total = min(float(-most.fun), float(alone.sum()))
    # A second program, with the evenness as one more column: each part is at least that share of what the zone could host alone.
    rows = np.vstack([np.hstack([inside, np.zeros((len(room), 1))]), np.hstack([-np.eye(len(zones)), alone[:, None]])])
    least = np.append(-np.ones(len(zones)), 0.0)
    even = linprog(
        np.append(np.zeros(len(zones)), -1.0),
        A_ub=np.vstack([rows, least]),
        b_ub=np.concatenate([room, np.zeros(len(zones)), [-total * (1 - 1e-9)]]),
        bounds=[(0, None)] * len(zones) + [(0, 1)],
        method="highs",
    )
    assert even.status == 0, even.message
    return total, even.x[:-1], alone
