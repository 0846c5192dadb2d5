"""Scenarios side by side, draw by draw: what differs from the baseline, how surely, and who gains and who pays.

The same draw assumes the same of everything but the law, so differences are those of the law; a band of differences is narrower than the bands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.lab.results.measures import MEASURES
from adit.lab.results.monthly import bands_of
from adit.terms.errors import BadInput

__all__ = ["Band", "Compared", "Party", "band_of", "check_alike", "compared", "parties", "share_above"]

_ENDS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Band:
    """The middle, and where 80 % of the draws lie."""

    low: float
    middle: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is a figure at all."""
        return self.middle == self.middle


@dataclass(frozen=True, slots=True)
class Compared:
    """One outcome under one scenario and its difference to the baseline; `higher` is the share of draws in which it is above the baseline's."""

    scenario: str
    measure: str
    title: str
    unit: str
    band: Band
    difference: Band | None  # None: this is the baseline
    higher: float | None  # None: not known


@dataclass(frozen=True, slots=True)
class Party:
    """Who gains or pays by a scenario against the baseline, by the draws' middle and band; above zero is a gain."""

    name: str
    unit: str
    difference: Band


def band_of(values: Any) -> Band:
    """The band of one outcome over its draws."""
    return Band(*map(float, bands_of(np.asarray(values), _ENDS)))


def compared(outcomes: Mapping[str, Mapping[str, Any]], baseline: str) -> list[Compared]:
    """Every outcome of every scenario, in the order given. Raises BadInput where the draws are not the same ones."""
    base = outcomes[baseline]
    found = []
    for name, own in outcomes.items():
        check_alike(name, own, baseline, base)
        for key, measure in MEASURES.items():
            difference = own[key] - base[key]
            found.append(
                Compared(
                    name,
                    key,
                    measure.title,
                    measure.unit,
                    band_of(own[key]),
                    None if name == baseline else band_of(difference),
                    share_above(difference),
                )
            )
    return found


def parties(own: Mapping[str, Any], base: Mapping[str, Any]) -> list[Party]:
    """Who gains and who pays, in millions of the state's money a year; the grid in megawatts. Of whom nothing is known is left out."""
    found = []
    for key, measure in MEASURES.items():
        if measure.party:
            difference = base[key] - own[key] if measure.party.startswith("-") else own[key] - base[key]
            found.append(Party(measure.party.lstrip("-"), measure.unit, band_of(difference)))
    return [party for party in found if party.difference.known]


def share_above(difference: Any) -> float | None:
    """The share of draws above the baseline; None where the outcome is not known."""
    known = len(difference) and not np.isnan(difference).any()
    return float(np.mean(difference > 0)) if known else None


def check_alike(name: str, own: Mapping[str, Any], baseline: str, base: Mapping[str, Any]) -> None:
    """Raise BadInput unless both have the same draws."""
    lengths = {len(v) for v in (*own.values(), *base.values())}
    if len(lengths) > 1:
        raise BadInput(
            f"{name} and {baseline} have different numbers of draws.",
            where="lab",
            todo="Run both with the same --draws and --seed.",
        )
