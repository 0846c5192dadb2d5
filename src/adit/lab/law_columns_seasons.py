"""When permission ends and when it only rests: seasons, in which a site is kept, told from ends, at which it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.lab.law_columns_cell import Cell

__all__ = ["Stand", "stands"]

_HALF = 0.5
_TIE = 1e-6  # of equal parts the largest is told of


@dataclass(frozen=True, slots=True)
class Stand:
    """Permission by month over all parts of a place. `part` is the part whose answer decided the month."""

    permit_operate: Any
    permit_new: Any
    season: Any
    exit_share: Any
    part: Any


def stands(cells: Sequence[Sequence[Cell]], shares: Sequence[float], season_most: int) -> Stand:
    """The parts of a place joined by their shares of the mining there. `cells` are by part and month.

    A stop of at most `season_most` months, after which mining may go on, is a season: permission stays and the hours rest.
    Any other stop ends the permission in its first month that is banned for the larger part, and what runs there leaves.
    """
    weight = np.array(shares)[:, None]
    permit, rest = _parts([[c.allowed for c in row] for row in cells], season_most)
    permit_new, _ = _parts([[c.allowed_new for c in row] for row in cells], season_most)
    operate = (weight * permit).sum(axis=0)
    before, permit_before = _shifted(operate), _shifted(permit)
    lost = (weight * np.maximum(0.0, permit_before - permit)).sum(axis=0)
    running = (weight * permit * rest).sum(axis=0)
    return Stand(
        permit_operate=operate,
        permit_new=(weight * permit_new).sum(axis=0),
        season=np.divide(running, operate, out=np.ones_like(running), where=operate > 0),
        exit_share=np.divide(lost, before, out=np.zeros_like(lost), where=before > 0),
        part=np.argmin(permit * rest - _TIE * weight, axis=0),
    )


def _parts(allowed: Sequence[Sequence[float]], most: int) -> tuple[Any, Any]:
    permit, season = zip(*(_of_part(np.array(row), most) for row in allowed), strict=True)
    return np.array(permit), np.array(season)


def _shifted(row: Any) -> Any:
    """Each month's figure of the month before; the first month has its own."""
    return np.concatenate([row[..., :1], row[..., :-1]], axis=-1)


def _of_part(allowed: Any, most: int) -> tuple[Any, Any]:
    """Whether the permission stands in each month, and in which share of the month it lets one run."""
    open_ = allowed >= _HALF
    permit, season = np.ones(len(allowed)), allowed.copy()
    t = 0
    while t < len(allowed):
        if open_[t]:
            t += 1
            continue
        end = t
        while end < len(allowed) and not open_[end]:
            end += 1
        if end == len(allowed) or end - t > most:
            permit[t:end] = 0.0
            season[t:end] = 1.0  # of nothing
        t = end
    return permit, season
