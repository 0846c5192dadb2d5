"""Runs the model: draws of what is not known, months of a scenario, one outcome."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np

from adit.lab.model.begin import begin
from adit.lab.model.errors import errors_of
from adit.lab.model.inputs import Inputs
from adit.lab.model.outcome import FATES, TAXES, Outcome
from adit.lab.model.parameters import Parameters, generator, sample
from adit.lab.model.prepare import Prepared, prepare
from adit.lab.model.rows import SERIES, columns_of
from adit.lab.model.store import read_parameters
from adit.terms.errors import BadInput, UnknownName

__all__ = ["DISPERSIONS", "ENGINES", "joined", "run"]

ENGINES = ("numba", "numpy")
DISPERSIONS = ("uniform", "logistic")
_AT_A_TIME = 25  # draws between two looks at whether to stop; so many stay in the processor's cache, in the twin and in the errors


def run(
    inputs: Inputs,
    draws: int,
    seed: int,
    *,
    parameters: Parameters | None = None,
    first_draw: int = 0,
    engine: str = "numba",
    dispersion: str = "uniform",
    threads: int = 1,
    go_on: Callable[[int], bool] | None = None,
) -> Outcome:
    """The outcome of draws `first_draw` up to `first_draw + draws`. Draw n is the same however the draws are cut and whoever runs them.

    `go_on` is told how many draws are done; if it says no, the run ends with what there is, from the first draw on.
    """
    if engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    if dispersion not in DISPERSIONS:
        raise UnknownName("dispersion", dispersion, DISPERSIONS)
    if draws < 0 or first_draw < 0 or seed < 0 or threads < 1:
        what = f"{draws} draws from {first_draw} with the seed {seed} on {threads} threads cannot be run."
        raise BadInput(what, where="lab", todo="Give whole numbers of zero or more, and at least one thread.")
    prepared = prepare(inputs)
    parameters = parameters or read_parameters()
    rows = range(first_draw, first_draw + draws)
    values = sample(parameters, seed, rows)
    outcome = _empty(inputs, prepared, draws, seed, first_draw, parameters, values)
    parts = [slice(low, min(low + _AT_A_TIME, draws)) for low in range(0, draws, _AT_A_TIME)]
    if not len(prepared.days):
        return outcome
    finished = 0
    with ThreadPoolExecutor(threads) as pool:
        waiting = [
            pool.submit(_run, inputs, prepared, parameters, _cut(outcome, part), engine, dispersion == "logistic")
            for part in parts
        ]
        try:
            for future in as_completed(waiting):
                if future.cancelled():
                    continue
                finished += future.result()
                if go_on and finished < draws and not go_on(finished):
                    for other in waiting:
                        other.cancel()
        except BaseException:  # whoever stops a run does not wait for the draws that have not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    whole = next((i for i, future in enumerate(waiting) if future.cancelled()), len(parts))
    return outcome if whole == len(parts) else _cut(outcome, slice(0, parts[whole].start))


def _run(inputs: Inputs, prepared: Prepared, parameters: Parameters, part: Outcome, engine: str, logistic: bool) -> int:
    """Fills a part of the outcome, whose arrays are views of the whole."""
    run_draws: Callable[..., Any]
    if engine == "numba":
        from adit.lab.model import kernel  # loads the compiler, which the twin does without

        run_draws = kernel.run_draws
    else:
        from adit.lab.model import twin

        run_draws = twin.run_draws
    rows = range(part.first_draw, part.first_draw + part.draws)
    spread, factor = _places(inputs, parameters, part.parameters, part.seed, rows)
    theta = np.ascontiguousarray(columns_of(parameters, part.parameters))
    run_draws(
        prepared, theta, spread, begin(prepared, theta, spread, factor, logistic), part.first_draw, logistic,
        part.by_group, part.tax_usd, part.displaced_mw, part.slots_mw, part.by_month, part.start_ehs,
    )  # fmt: skip
    part.error[:], part.observation[:] = errors_of(part)
    return part.draws


def _places(inputs: Inputs, parameters: Parameters, values: Any, seed: int, rows: range) -> tuple[Any, Any]:
    """(n, P) factors of the price of power and of the MW at the start."""
    normal = np.empty((len(rows), 2, len(inputs.places)))
    for row, draw in enumerate(rows):
        normal[row] = generator(seed, draw, "places").standard_normal((len(inputs.places), 2)).T
    spread = values[:, parameters.names.index("price_spread")][:, None]
    return np.exp(spread * normal[:, 0]), np.exp(np.asarray(inputs.start.uncertainty) * normal[:, 1])


def _empty(
    inputs: Inputs, prepared: Prepared, draws: int, seed: int, first_draw: int, parameters: Parameters, values: Any
) -> Outcome:
    months, places = len(prepared.days), len(prepared.slots)

    def small(*shape: int) -> Any:
        return np.zeros((draws, months, *shape), dtype=np.float32)

    return Outcome(
        months=tuple(inputs.months),
        places=tuple(inputs.places),
        seed=seed,
        first_draw=first_draw,
        by_group=np.zeros((draws, 5, months, places, 3), dtype=np.float32),
        tax_usd=small(places, len(TAXES)),
        displaced_mw=small(places, len(FATES)),
        slots_mw=small(places),
        by_month=np.zeros((draws, months, SERIES)),
        start_ehs=np.zeros(draws),
        error=np.ones((draws, months, places), dtype=np.float32),
        observation=np.ones((draws, months)),
        parameter_names=parameters.names,
        parameters=values,
        hours=prepared.days * 24.0,
    )


_BY_DRAW = (
    "by_group",
    "tax_usd",
    "displaced_mw",
    "slots_mw",
    "by_month",
    "start_ehs",
    "error",
    "observation",
    "parameters",
)
assert set(_BY_DRAW) <= {f.name for f in fields(Outcome)}


def _cut(outcome: Outcome, part: slice) -> Outcome:
    """Views of some draws."""
    arrays: dict[str, Any] = {name: getattr(outcome, name)[part] for name in _BY_DRAW}
    return replace(outcome, first_draw=outcome.first_draw + part.start, **arrays)


def joined(parts: list[Outcome]) -> Outcome:
    """One outcome of several that follow one another, as if they had been run at once."""
    if not parts:
        raise BadInput("There is no part to join.", where="lab", todo="Run at least one.")
    parts = sorted(parts, key=lambda part: part.first_draw)
    for before, after in pairwise(parts):
        if before.first_draw + before.draws != after.first_draw or before.seed != after.seed:
            what = f"Draw {after.first_draw} of the seed {after.seed} does not follow draw {before.first_draw + before.draws - 1} of {before.seed}."
            raise BadInput(what, where="lab", todo="Join parts of one run that follow one another.")
    arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _BY_DRAW}
    return replace(parts[0], **arrays)
