"""The report of the lab's commands: a page or a PDF, there as soon as the runs are done, and once more with the curve of a levy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.lab_running import How, run_scenario
from adit.cli.output import log, write_whole
from adit.terms.errors import BadInput
from adit.terms.language import LANGUAGES

if TYPE_CHECKING:
    from adit.lab.results.levy_curve import LevyPoint
    from adit.lab.run import Ran
    from adit.lab.scenario import Scenario

__all__ = ["Wanted", "again", "check_wanted", "first_look", "reporting", "write_report"]

_PATH = click.Path(path_type=Path)
Step = Callable[[str], None]
_SOON = 60  # draws of the first look
_SOONER = 25  # by the plain twin, where the kernel has to be compiled first


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers the options ask for."""

    report: Path | None = None
    pdf: Path | None = None
    language: str = "en"
    levy_curve: bool = True

    @property
    def any(self) -> bool:
        """Whether a paper is asked for at all."""
        return self.report is not None or self.pdf is not None


def reporting(command: Any) -> Any:
    """The options of a report; the command takes them together as `wanted`."""

    def gathered(**given: Any) -> Any:
        return command(wanted=Wanted(**{f.name: given.pop(f.name) for f in fields(Wanted)}), **given)

    gathered.__name__, gathered.__doc__ = command.__name__, command.__doc__
    gathered.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option(
            "--levy-curve/--no-levy-curve", default=True, show_default=True, help="In the report: try a levy at seven heights, on fewer draws."
        ),
        click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the report."),
        click.option("--pdf", type=_PATH, metavar="FILE.pdf", help="Also write it as a PDF to print and to file. Needs adit[desk]."),
        click.option("--report", type=_PATH, metavar="FILE.html", help="Also write a page to read: it needs no network."),
    ):  # fmt: skip
        gathered = option(gathered)
    return gathered


def check_wanted(wanted: Wanted) -> None:
    """Before anything is run: can these papers be made at all? Raises BadInput."""
    for name, file, suffix in (("--report", wanted.report, ".html"), ("--pdf", wanted.pdf, ".pdf")):
        if file is None:
            continue
        if file.suffix != suffix:
            raise BadInput(f"{file} is no {suffix[1:].upper()} file.", todo=f"Write {name} {file.stem}{suffix}.")
        if not file.absolute().parent.is_dir():
            raise BadInput("There is no such folder.", where=str(file.parent), todo="Make it first.")
    if wanted.pdf is not None:
        _paper()


def first_look(
    asked: Sequence["Scenario"], baseline: "Scenario", wanted: Wanted, how: How, command: str, step: Step
) -> None:
    """The page of a few draws, so that there are plots while a thousand are drawn; nothing where few are asked for."""
    if wanted.report is None or baseline.draws <= 3 * _SOON:
        return
    from adit.desk.lab_page import page

    soon, how = (
        (_SOON, how)
        if how.spark or how.engine != "numba" or _compiled()
        else (_SOONER, replace(how, engine="numpy", processes=1))
    )
    base = run_scenario(replace(baseline, draws=soon), how, step)
    runs = [base if s == baseline else run_scenario(replace(s, draws=soon), how, step) for s in asked]
    text = page(runs, base, wanted.language, command=command, curve_none="curve to come", first_look=True)
    write_whole(wanted.report, text)


def _compiled() -> bool:
    from adit.lab.model.compiling import is_kept
    from adit.lab.model.kernel import run_draws

    return is_kept(run_draws)


def write_report(runs: Sequence["Ran"], baseline: "Ran", wanted: Wanted, how: How, command: str, step: Step) -> None:
    """The papers, each whole or not at all: without the curve first, so that there is something to look at, then with it."""
    main = next((r for r in runs if r is not baseline), baseline)
    if not wanted.levy_curve:
        _write(runs, baseline, wanted, command, (), 0, "curve not asked", step)
        return
    if wanted.report is not None:
        _write(runs, baseline, replace(wanted, pdf=None), command, (), 0, "curve to come", step)
    points, draws, why = _curve(main.setting.scenario, how, step)
    _write(runs, baseline, wanted, command, points, draws, why, step)
    for file in (wanted.report, wanted.pdf):
        if file is not None:
            log(f"written to {file}")


def _write(
    runs: Sequence["Ran"],
    baseline: "Ran",
    wanted: Wanted,
    command: str,
    points: Sequence["LevyPoint"],
    draws: int,
    why: str,
    step: Step,
) -> None:
    from adit.desk.lab_page import page

    if wanted.report is not None:
        step(f"writing {wanted.report}")
        text = page(runs, baseline, wanted.language, command=command, curve=points, curve_draws=draws, curve_none=why)
        write_whole(wanted.report, text)
    if wanted.pdf is not None:
        step(f"writing {wanted.pdf}")
        write_whole(
            wanted.pdf, _paper()(runs, baseline, wanted.language, command=command, curve=points, curve_draws=draws)
        )


def _curve(scenario: "Scenario", how: How, step: Step) -> tuple[Sequence["LevyPoint"], int, str]:
    """The points, of how many draws each, and where there are none the reason."""
    from adit.lab.results.levy_curve import CURVE_DRAWS, HEIGHTS, levy_curve

    draws = min(scenario.draws, CURVE_DRAWS)
    done = 0

    def run(of: "Scenario") -> "Ran":
        nonlocal done
        done += 1
        return run_scenario(
            of, how, lambda what: step(f"levy {done} of {len(HEIGHTS)}, {what.removeprefix(f'{of.name}: ')}")
        )

    try:
        return levy_curve(replace(scenario, draws=draws), run), draws, ""
    except BadInput as error:
        return (), 0, error.what


def _paper() -> Callable[..., bytes]:
    """What makes the PDF. Raises BadInput where the desk's libraries are not installed."""
    try:
        from adit.desk.lab_paper import paper
    except ImportError as error:
        raise BadInput(
            f"A PDF needs {error.name or 'typst'}, which is not installed.",
            where="--pdf",
            todo="pip install 'adit[desk]'",
        ) from error
    return paper


def again(word: str, names: Sequence[str], baseline: str, main: "Scenario", wanted: Wanted) -> str:
    """What to type to have the report once more: everything that the figures depend on is in it, and no folder of this machine."""
    parts = [
        f"adit lab {word}", *map(_short, names), f"--baseline {_short(baseline)}", f"--draws {main.draws}", f"--seed {main.seed}",
        f"--months {main.months}",
    ]  # fmt: skip
    parts += [f"--lang {wanted.language}"] if wanted.language != "en" else []
    parts += [] if wanted.levy_curve else ["--no-levy-curve"]
    return " ".join([*parts, "--report report.html"])


def _short(name: str) -> str:
    from adit.lab.store import scenario_names

    file = Path(name)
    return file.stem if file.stem in scenario_names() and not file.is_file() else file.name
