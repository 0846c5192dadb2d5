"""Mining's load by class of hours: the model has one load a month, and the law and the miners themselves decide in which hours of it machines rest.

Hours that the law takes are those of the heaviest load first, since that is when a system is short. Of the hours in which machines stand still of
themselves, the share `rests_at_peak` of the behaviour is placed there too; the rest falls on all hours alike. A month's megawatt-hours stay as they are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from adit.grid.hour_classes.classes import HOUR_CLASSES
from adit.lab.columns import SECTORS, LawColumns
from adit.lab.places import Behaviour, Place

__all__ = ["left_running", "load_factors"]


def load_factors(law: LawColumns, places: Sequence[Place], behaviour: Behaviour, uptime: float) -> Any:
    """(T, P, S, classes): load in each class of hours over the mean load of the month. `uptime` is the share of hours that a machine runs of itself."""
    stopped = 1 - law.column["hours_left"]
    at_peak = np.array(
        [
            [
                behaviour.of("rests_at_peak", *((p.code, p.country) if s == "formal" else (s, p.code, p.country)))
                for s in SECTORS
            ]
            for p in places
        ]
    )
    return left_running(stopped + (1 - stopped) * at_peak * (1 - uptime))


def left_running(stopped: Any) -> Any:
    """(..., classes): load over the mean load of the month, where the share `stopped` (...) of its hours is lost, the heaviest first.

    Weighted by the shares of the classes the factors add up to one. Where everything stops they are one, of nothing.
    """
    lost = np.clip(np.asarray(stopped, dtype=np.float64), 0, 1)
    running, before = np.empty((*lost.shape, len(HOUR_CLASSES))), 0.0
    for k, each in enumerate(HOUR_CLASSES):
        running[..., k] = 1 - np.clip((lost - before) / each.share, 0, 1)
        before += each.share
    mean = (1 - lost)[..., None]
    return np.divide(running, mean, out=np.ones_like(running), where=mean > 1e-9)
