"""How the lab's commands run a scenario: the options of everything that draws, the progress that is told, the folder that is written."""

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.output import log
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.lab.model.inputs import Inputs
    from adit.lab.model.outcome import Outcome
    from adit.lab.run import Ran
    from adit.lab.scenario import Scenario

__all__ = ["How", "baseline_of", "check_out", "drawing", "run_inputs", "run_scenario", "with_options", "write_folder"]

_DRAWS_MOST, _MONTHS_MOST, _SEED_MOST, _PROCESSES_MOST = 200_000, 240, 2**63 - 1, 1024
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class How:
    """What the options say of the draws; None: what the scenario has."""

    draws: int | None = None
    seed: int | None = None
    months: int | None = None
    engine: str = "numba"
    processes: int | None = None
    spark: str = ""


def drawing(command: Any) -> Any:
    """The options of everything that draws; the command takes them together as `how`."""

    def gathered(**given: Any) -> Any:
        how = How(**{f.name: given.pop(f.name) for f in fields(How)})
        return command(how=how, **given)

    gathered.__name__, gathered.__doc__ = command.__name__, command.__doc__
    gathered.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option("--spark", default="", metavar="MASTER", help="Draw on a Spark cluster, as local[2] or spark://host:7077, on which Adit is installed."),
        click.option("--processes", type=int, help="How many draws are run side by side on this machine.  [default: one a core]"),
        click.option(
            "--engine", type=click.Choice(("numba", "numpy")), default="numba", show_default=True, help="Compiled, or plain and slow; the results are the same."
        ),
        click.option("--months", type=int, help="For how many months.  [default: the scenario's]"),
        click.option("--seed", type=int, help="The same seed draws the same.  [default: the scenario's]"),
        click.option("--draws", type=int, help="How many draws of what is not known.  [default: the scenario's]"),
    ):  # fmt: skip
        gathered = option(gathered)
    return gathered


def baseline_of(scenario: "Scenario") -> str:
    """The scenario at the root of what this one changes, or ru_law."""
    return scenario.chain[0] if len(scenario.chain) > 1 else "ru_law"


def with_options(scenario: "Scenario", how: How, main: "Scenario") -> "Scenario":
    """The scenario with the draws, seed, months and focus of the main one, or those of the options. Raises BadInput."""
    from dataclasses import replace

    made = replace(
        scenario,
        draws=main.draws if how.draws is None else how.draws,
        seed=main.seed if how.seed is None else how.seed,
        months=main.months if how.months is None else how.months,
        focus=main.focus,
    )
    for name, value, low, high in (
        ("--draws", made.draws, 1, _DRAWS_MOST),
        ("--seed", made.seed, 0, _SEED_MOST),
        ("--months", made.months, 1, _MONTHS_MOST),
        ("--processes", 1 if how.processes is None else how.processes, 1, _PROCESSES_MOST),
    ):
        if not low <= value <= high:
            near = f"{max(low, 1)} or more" if value < low else f"{high} or less"
            raise BadInput(f"{name} {value} is not between {low:,} and {high:,}.", todo=f"Give {name} {near}.")
    return made


def check_out(*folders: Path | None) -> None:
    """Before anything is run: can these folders be written? Raises BadInput."""
    from adit.lab.results.store import check_free

    for folder in folders:
        if folder is not None:
            check_free(folder)


def run_scenario(scenario: "Scenario", how: How, step: Step) -> "Ran":
    """One scenario, its progress told."""
    from adit.lab.run import parameters_of, ran, setting_of

    def tell(what: str) -> None:
        step(f"{scenario.name}: {what}")

    tell("asking the acts")
    setting = setting_of(scenario, draws=scenario.draws, seed=scenario.seed, tell=tell)
    parameters = parameters_of(scenario)
    outcome = run_inputs(setting.inputs, scenario, parameters, how, tell)
    tell("adding up")
    return ran(setting, outcome, parameters)


def run_inputs(inputs: "Inputs", scenario: "Scenario", parameters: Any, how: How, step: Step) -> "Outcome":
    """The draws, their number told as it grows."""
    from adit.lab.run import drawn

    def go_on(done: int) -> bool:
        step(f"{done:,} of {scenario.draws:,} draws")
        return True

    workers = how.processes or os.cpu_count() or 1
    if how.spark:
        from adit.engines.spark import Spark

        step(f"{scenario.draws:,} draws on {how.spark}")
        shared = (
            None if how.spark.startswith("local") else Path.cwd()
        )  # nothing is written there: the draws come back over the wire
        with Spark(how.spark, shared=shared) as cluster:
            return drawn(inputs, scenario, parameters, engine=how.engine, spark=cluster.session)
    step(f"0 of {scenario.draws:,} draws")
    return drawn(inputs, scenario, parameters, workers=workers, engine=how.engine, go_on=go_on)


def write_folder(out: Path, own: "Ran", base: "Ran | None", how: How, step: Step) -> None:
    """The folder of a run, whole or not at all."""
    from adit.lab.results.folder import fill
    from adit.lab.results.store import draft

    step(f"writing {out}")
    folder = draft(out)
    try:
        fill(folder, own, base, {"engine": how.engine})
        folder.publish()
    finally:
        folder.drop()
    log(f"written to {out}")
