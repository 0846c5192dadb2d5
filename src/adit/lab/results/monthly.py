"""Figures by month and place with their bands: the table from which every picture is drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from adit.lab.columns import SECTORS
from adit.lab.model.outcome import FATES, TAXES, Outcome
from adit.lab.places import Place

__all__ = ["QUANTILES", "WORLD", "Figure", "bands_of", "groups_of", "monthly"]

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
WORLD = "world"


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity of one place in one month over all draws."""

    month: date
    place: str  # a code; a state for all its regions, US-all where US itself is one of them; or world
    sector: str  # of SECTORS, or all
    measure: str
    unit: str
    mean: float
    quantiles: tuple[float, ...]  # by QUANTILES


def monthly(outcome: Outcome, places: Sequence[Place]) -> Iterator[Figure]:
    """Every figure. The error layer is expected to be applied already."""
    groups = groups_of(places)
    for name, unit, array in (
        ("hashrate_ehs", "EH/s", outcome.hashrate_ehs),
        ("power_mw", "MW", outcome.power_mw),
        ("installed_mw", "MW", outcome.installed_mw),
        ("margin_usd", "USD", outcome.margin_usd),
    ):
        for code, members in groups:
            of_group = array[:, :, members].sum(axis=2)
            for s, sector in enumerate(SECTORS):
                yield from _figures(outcome.months, code, sector, name, unit, of_group[:, :, s])
            yield from _figures(outcome.months, code, "all", name, unit, of_group.sum(axis=2))
    for kinds, array, unit, suffix in (
        (TAXES, outcome.tax_usd, "USD", "_usd"),
        (FATES, outcome.displaced_mw, "MW", "_mw"),
    ):
        for code, members in groups:
            summed = array[:, :, members].sum(axis=2)
            for k, kind in enumerate(kinds):
                yield from _figures(outcome.months, code, "all", f"{kind}{suffix}", unit, summed[:, :, k])
    for code, members in groups:
        yield from _figures(
            outcome.months, code, "formal", "slots_mw", "MW", outcome.slots_mw[:, :, members].sum(axis=2)
        )
    for name, unit, series in (
        ("network_ehs", "EH/s", outcome.network_ehs),
        ("hashprice_usd_per_th_day", "USD/TH/day", outcome.hashprice_usd_per_th_day),
        ("machine_usd_per_th", "USD/TH", outcome.machine_usd_per_th),
    ):
        yield from _figures(outcome.months, WORLD, "all", name, unit, series)


def groups_of(places: Sequence[Place]) -> list[tuple[str, list[int]]]:
    """Each place, each state of several places, and the world, with the places of each."""
    single = [(p.code, [i]) for i, p in enumerate(places)]
    codes = {p.code for p in places}
    members = {p.country: [i for i, q in enumerate(places) if q.country == p.country] for p in places}
    return [
        *single,
        *((f"{s}-all" if s in codes else s, m) for s, m in sorted(members.items()) if len(m) > 1),
        (WORLD, list(range(len(places)))),
    ]


def _figures(months: Sequence[date], place: str, sector: str, measure: str, unit: str, array: Any) -> Iterator[Figure]:
    """The months of one quantity; nothing where it is nothing throughout."""
    if not len(array) or not np.any(array):
        return
    means: Any = np.mean(array, axis=0, dtype=np.float64)
    bands = bands_of(array)
    for t, month in enumerate(months):
        yield Figure(month, place, sector, measure, unit, float(means[t]), tuple(map(float, bands[:, t])))


def bands_of(array: Any, quantiles: Sequence[float] = QUANTILES) -> Any:
    """(quantiles, ...): quantiles over the draws, the first axis; by straight lines between them, as numpy has it, in one sort."""
    ordered = np.sort(np.moveaxis(np.asarray(array, dtype=np.float64), 0, -1), axis=-1)
    at = np.asarray(quantiles) * (ordered.shape[-1] - 1)
    low = np.floor(at).astype(int)
    part = at - low
    high = np.minimum(low + 1, ordered.shape[-1] - 1)
    return np.moveaxis(ordered[..., low] * (1 - part) + ordered[..., high] * part, -1, 0)
