"""Megawatts by place, month and class of hours, with their bands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from adit.grid.hour_classes.classes import HOUR_CLASSES
from adit.lab.columns import SECTORS
from adit.lab.model.outcome import Outcome
from adit.lab.places import Place
from adit.lab.results.monthly import bands_of, groups_of

__all__ = ["InHours", "hourly"]


@dataclass(frozen=True, slots=True)
class InHours:
    """Load of mining in one class of hours of a month, over all draws."""

    month: date
    place: str  # as in `monthly.Figure`
    sector: str  # of SECTORS, or all
    hour_class: str
    hours: float  # of the month
    mean_mw: float
    quantiles_mw: tuple[float, ...]  # by QUANTILES
    mean_mwh: float  # over the classes of a month they add up to its energy


def hourly(outcome: Outcome, places: Sequence[Place], factors: Any) -> Iterator[InHours]:
    """Every place, state and the world by sector. `factors` are those of `hours.load_factors`; the error layer is expected to be applied already."""
    for code, members in groups_of(places):
        for sector, own in (*((name, slice(s, s + 1)) for s, name in enumerate(SECTORS)), ("all", slice(None))):
            power = outcome.power_mw[:, :, members, own]
            if not power.size or not np.any(power):
                continue
            yield from _classes(outcome, code, sector, power, factors[:, members, own])


def _classes(outcome: Outcome, code: str, sector: str, power: Any, factors: Any) -> Iterator[InHours]:
    """`power` (N, T, places, sectors), `factors` (T, places, sectors, classes)."""
    alike = np.ptp(factors, axis=(1, 2)).max() == 0  # one factor for all of them: their sum is sorted once
    whole = power.sum(axis=(2, 3), dtype=np.float64)
    bands, mean = bands_of(whole), whole.mean(axis=0)
    for k, each in enumerate(HOUR_CLASSES):
        if alike:
            of_class, middle = bands * factors[:, 0, 0, k], mean * factors[:, 0, 0, k]
        else:
            load = np.einsum("ntps,tps->nt", power, factors[..., k], dtype=np.float64)
            of_class, middle = bands_of(load), load.mean(axis=0)
        for t, month in enumerate(outcome.months):
            hours = float(outcome.hours[t]) * each.share
            quantiles = tuple(map(float, of_class[:, t]))
            yield InHours(month, code, sector, each.name, hours, float(middle[t]), quantiles, float(middle[t]) * hours)
