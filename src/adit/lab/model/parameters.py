"""What the model does not know, as priors: each symbol with its unit, bounds and source, and how a draw takes its values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from adit.terms.errors import BadInput

__all__ = ["PURPOSES", "Parameter", "Parameters", "Prior", "generator", "sample"]

# Each draw has a stream of its own for each purpose, so that a new parameter does not move the errors, nor a place the parameters.
PURPOSES = ("parameters", "places", "totals", "shares", "observation")
_NEVER_NOTHING = ("efficiency_scale", "pue", "uptime")  # at zero no machine runs, or all run for nothing


@dataclass(frozen=True, slots=True)
class Prior:
    kind: str  # uniform, triangular or fixed
    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    symbol: str
    unit: str
    meaning: str
    prior: Prior
    source: str
    fitted: str = ""  # what others found, told and not used


@dataclass(frozen=True, slots=True)
class Parameters:
    each: tuple[Parameter, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.each)

    def with_priors(
        self, changed: Mapping[str, float | tuple[float, float] | tuple[float, float, float]]
    ) -> "Parameters":
        """The same with some priors replaced: a value, (low, high), or (low, mode, high)."""
        unknown = sorted(changed.keys() - set(self.names))
        if unknown:
            todo = f"The model has: {', '.join(self.names)}."
            raise BadInput(f"There is no parameter {unknown[0]}.", where="parameters", todo=todo)
        return Parameters(tuple(_changed(p, changed[p.name]) if p.name in changed else p for p in self.each))


def _changed(parameter: Parameter, by: float | tuple[float, ...]) -> Parameter:
    figures = tuple(float(f) for f in by) if isinstance(by, tuple) else (float(by),)
    if list(figures) != sorted(figures) or not np.all(np.isfinite(figures)) or not 1 <= len(figures) <= 3:
        what = f"{by} is no prior of {parameter.name}."
        raise BadInput(what, where="parameters", todo="Give a value, (low, high) or (low, mode, high) in rising order.")
    kind = ("fixed", "uniform", "triangular")[len(figures) - 1]
    low, high = figures[0], figures[-1]
    most = 1.0 if parameter.unit.startswith("share") else inf
    if low < 0 or high > most or (low == 0 and parameter.name in _NEVER_NOTHING):
        least = "above zero" if parameter.name in _NEVER_NOTHING else "from zero up"
        todo = f"Give figures {least}{' and up to one' if most == 1 else ''}."
        raise BadInput(f"{parameter.name}, {parameter.unit}, cannot be {by}.", where="parameters", todo=todo)
    return replace(parameter, prior=Prior(kind, low, figures[1] if kind == "triangular" else (low + high) / 2, high))


def generator(seed: int, draw: int, purpose: str) -> np.random.Generator:
    """Chance that depends on nothing but these three: counter-based, so any process makes the same numbers in any order."""
    key = np.array([seed, draw], dtype=np.uint64)
    counter = np.array([0, 0, 0, PURPOSES.index(purpose)], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def sample(parameters: Parameters, seed: int, draws: range) -> Any:
    """(draws, parameters): the values of each draw, by the inverse of each prior's distribution."""
    uniform = np.empty((len(draws), len(parameters.each)))
    for row, draw in enumerate(draws):
        uniform[row] = generator(seed, draw, "parameters").random(len(parameters.each))
    values = np.empty_like(uniform)
    for column, parameter in enumerate(parameters.each):
        values[:, column] = _inverse(parameter.prior, uniform[:, column])
    return values


def _inverse(prior: Prior, u: Any) -> Any:
    low, mode, high = prior.low, prior.mode, prior.high
    if prior.kind == "fixed" or low == high:
        return np.full_like(u, low)
    if prior.kind == "uniform":
        return low + u * (high - low)
    at_mode = (mode - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < at_mode, left, right)
