"""Runs the model for a past world and turns its draws into forecasts that can be scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from adit.lab.backtests.results import Forecast
from adit.lab.backtests.scoring import band, pit
from adit.lab.backtests.world import World, inputs_of
from adit.lab.model.errors import observed_shares, with_errors
from adit.lab.model.outcome import Outcome
from adit.lab.model.parameters import Parameters
from adit.lab.model.run import run

__all__ = ["Options", "Pair", "place_shares", "run_world", "told"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a back-test is run. `map_file` is the user's own copy of the map of Cambridge."""

    draws: int = 1000
    seed: int = 1
    map_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What the model says, and the same with the errors of the model itself: points are taken of the first, bands of the second."""

    plain: Outcome
    wide: Outcome


def run_world(world: World, parameters: Parameters, options: Options) -> Pair:
    """The draws of one past world."""
    plain = run(inputs_of(world), options.draws, options.seed, parameters=parameters)
    return Pair(plain, with_errors(plain))


def place_shares(outcome: Outcome, masked: Any = None) -> Any:
    """(N, T, P) in percent, as a map of pools' addresses shows them where `masked` (T, P) of what is hidden is seen elsewhere."""
    none = np.zeros((len(outcome.months), len(outcome.places)))
    return 100.0 * observed_shares(outcome, none if masked is None else masked).astype(np.float64)


def told(
    what: str,
    place: str,
    origin: date,
    month: date,
    unit: str,
    draws: Any,
    point: float,
    outcome: float,
    baselines: Mapping[str, float],
) -> Forecast:
    """One forecast with the band of these draws."""
    return Forecast(what, place, origin, month, unit, band(draws), point, outcome, pit(draws, outcome), dict(baselines))
