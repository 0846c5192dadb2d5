"""One scenario from its file to its results: the setting, the draws, the outcomes with the model's own error in them."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adit.lab.draws import spread
from adit.lab.hours import load_factors
from adit.lab.model.errors import with_errors
from adit.lab.model.inputs import Inputs
from adit.lab.model.outcome import Outcome
from adit.lab.model.parameters import Parameters
from adit.lab.model.store import read_parameters
from adit.lab.results.measures import measures
from adit.lab.run_inputs import Setting, build
from adit.lab.scenario import Scenario
from adit.lab.scenario_acts import acts_of
from adit.lab.store import read_behaviour, read_places, read_rates, read_state
from adit.law import load
from adit.terms.errors import BadInput

__all__ = ["Ran", "drawn", "parameters_of", "ran", "setting_of"]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run: what it was made of, what came out with the errors in it, and the outcomes by draw."""

    setting: Setting
    outcome: Outcome
    outcomes: Mapping[str, Any]
    parameters: Parameters
    load_factors: Any  # (T, P, S, classes): load in each class of hours over the mean of the month


def setting_of(
    scenario: Scenario,
    *,
    draws: int,
    seed: int,
    tell: Callable[[str], None] = lambda step: None,
) -> Setting:
    """Everything that the scenario rests on, read and put together."""
    places = read_places(scenario.places)
    return build(
        scenario,
        acts_of(scenario, load),
        places,
        read_state(places, scenario.state),
        read_behaviour(scenario.behaviour, scenario.where, places),
        read_rates(),
        draws,
        seed,
        tell,
    )


def parameters_of(scenario: Scenario) -> Parameters:
    """The shipped priors with those of the scenario laid over: a value, [low, high] or [low, mode, high]. Raises BadInput."""
    changed: dict[str, Any] = {}
    for name, prior in scenario.parameters.items():
        figures = prior if isinstance(prior, list) else [prior]
        if not figures or not all(isinstance(f, int | float) and not isinstance(f, bool) for f in figures):
            raise BadInput(
                f"parameters.{name} = {prior!r} is no prior.",
                where=scenario.at(name),
                todo="Write a value, [low, high] or [low, mode, high].",
            )
        changed[name] = tuple(map(float, figures)) if isinstance(prior, list) else float(figures[0])
    try:
        return read_parameters().with_priors(changed)
    except BadInput as error:
        raise BadInput(error.what, where=scenario.where, todo=error.todo) from error


def drawn(
    inputs: Inputs,
    scenario: Scenario,
    parameters: Parameters,
    *,
    workers: int = 1,
    engine: str = "numba",
    spark: Any = None,
    go_on: Callable[[int], bool] | None = None,
) -> Outcome:
    """The draws of a scenario. The reasons of the law stay here: the model reads numbers, and a worker on another machine has no use for them."""
    if spark is not None and str(spark.sparkContext.master).startswith("local"):
        spark.sparkContext.pythonExec = sys.executable  # on this machine the workers are this very Python
    numbers = replace(inputs, law=replace(inputs.law, origins={}))
    return spread(
        numbers,
        scenario.draws,
        scenario.seed,
        workers=workers,
        spark=spark,
        parameters=parameters,
        engine=engine,
        go_on=go_on,
    )


def ran(setting: Setting, outcome: Outcome, parameters: Parameters) -> Ran:
    """The outcome of the draws with the model's error laid over it, and the outcomes that are compared."""
    whole = with_errors(outcome)
    uptime = float(whole.parameter["uptime"].mean()) if whole.draws else 1.0
    factors = load_factors(setting.inputs.law, setting.places, setting.behaviour, uptime)
    found = measures(whole, setting.places, setting.scenario.focus, setting.rates, setting.households, factors)
    return Ran(setting, whole, found, parameters, factors)
