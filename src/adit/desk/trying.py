"""A law tried from the desk: a scenario, with a line of its own laid over it, run as a job and kept as the report and its tables.

What is simulated decides no case and enters nothing. The lab's arrays are loaded by the job alone.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adit.desk import jobs
from adit.desk.jobs import Job
from adit.desk.office import Office
from adit.desk.web.hands import ACTS
from adit.desk.web.pages import N_
from adit.lab.scenario import Scenario
from adit.lab.scenario_changes import parse_change
from adit.lab.store import read_scenario
from adit.law import load
from adit.terms.errors import BadInput, Forbidden, NotFound

if TYPE_CHECKING:
    from adit.lab.run import Ran

__all__ = ["BASELINE", "DRAWS", "LAB", "MONTHS", "TABLES", "asked", "kept", "start"]

LAB = "lab"  # kind of job
BASELINE = "ru_law"
DRAWS, MONTHS = (20, 2000), (12, 120)  # the least and the most of one job
_ACT = "try laws"
TABLES = ("outcomes", "monthly", "hours", "deficit", "law", "draws", "state")  # of the folder of a run, given as CSV


def asked(name: str, line: str, draws: int, months: int) -> Scenario:
    """The scenario with the line laid over it, read to its end: what cannot be run is refused before it waits. Raises BadInput, UnknownName."""
    from adit.lab.scenario_acts import acts_of

    scenario = replace(read_scenario(name), draws=draws, months=months)
    if line:
        change = parse_change(line)
        if change.place not in scenario.regimes:
            raise BadInput(
                N_("The line is of a place in which no act of the scenario speaks."),
                todo=N_("Begin it with ru, kz or another place of the scenario."),
            )
        scenario = replace(
            scenario, changes=(*scenario.changes, change), title=f"{scenario.title}; {line}",
            title_ru=f"{scenario.title_ru}; {line}" if scenario.title_ru else "",
        )  # fmt: skip
        acts_of(scenario, load)
    return scenario


def start(office: Office, hand: str, scenario: Scenario, line: str, *, curve: bool, key: str) -> str:
    """Have a scenario run: the job."""
    arguments = {
        "scenario": scenario.name, "line": line, "draws": scenario.draws, "months": scenario.months, "curve": curve, "title": scenario.title,
        "title_ru": scenario.title_ru,
    }  # fmt: skip
    return jobs.add(office, hand, LAB, arguments, key=key)


def _folder(office: Office, job: str) -> Path:
    return office.settings.folder / "lab" / job


def kept(office: Office, job: str, name: str) -> bytes:
    """A file of a run that has ended. Raises NotFound where it is gone: a backup does not hold it, since the job says how to make it again."""
    try:
        return (_folder(office, job) / name).read_bytes()
    except FileNotFoundError:
        raise NotFound("The report is no longer there.", todo="Run the scenario again.") from None


# The job ----------------------------------------------------------------------------------------------------------
class _Progress:
    """How many draws are done, of all runs of a job."""

    def __init__(self, job: Job, office: Office, total: int) -> None:
        self._job, self._office, self._total, self._before = job, office, total, 0

    def tell(self, done: int = 0) -> None:
        """Say how far the run at hand is. Raises Stopped."""
        with self._office.reading() as connection:
            jobs.progress(
                lambda q, p: connection.execute(q, p).fetchall(), self._job, self._office, self._before + done, self._total
            )  # fmt: skip

    def ended(self, draws: int) -> None:
        """Say that a run is done."""
        self._before += draws
        self.tell()


def _run(job: Job, office: Office) -> Mapping[str, Any]:
    """Run the scenario and its baseline, and keep what came out, whole or not at all."""
    _may(office, job)
    from adit.desk.lab_page import page
    from adit.lab.results.folder import fill
    from adit.lab.results.levy_curve import CURVE_DRAWS, HEIGHTS, LevyPoint, levy_curve
    from adit.lab.results.store import draft

    given = job.arguments
    scenario = asked(given["scenario"], given["line"], given["draws"], given["months"])
    base = replace(read_scenario(BASELINE), draws=scenario.draws, months=scenario.months, focus=scenario.focus)
    alone = scenario.name == BASELINE and not given["line"]
    each = min(scenario.draws, CURVE_DRAWS)
    progress = _Progress(
        job, office, scenario.draws * (1 if alone else 2) + (each * len(HEIGHTS) if given["curve"] else 0)
    )
    own = _one(scenario, progress)
    against = own if alone else _one(base, progress)
    points: Sequence[LevyPoint] = ()
    why = "curve not asked"
    if given["curve"]:
        try:
            points = levy_curve(replace(scenario, draws=each), lambda s: _one(s, progress))
        except BadInput as error:
            why = error.what
    folder = _folder(office, job.id)
    folder.parent.mkdir(parents=True, exist_ok=True)
    written = draft(folder)
    try:
        fill(written, own, None if alone else against, {"line": given["line"]})
        for language in ("en", "ru"):
            text = page(
                [own], against, language, command=_again(scenario, given["line"]), curve=points, curve_draws=each, curve_none=why
            )  # fmt: skip
            written.text(f"report.{language}.html", text)
            progress.tell()
        written.publish()
    finally:
        written.drop()
    return {"draws": scenario.draws}


def _one(scenario: Scenario, progress: _Progress) -> "Ran":
    from adit.lab.run import drawn, parameters_of, ran, setting_of

    progress.tell()
    setting = setting_of(scenario, draws=scenario.draws, seed=scenario.seed, tell=lambda step: progress.tell())
    parameters = parameters_of(scenario)

    def go_on(done: int) -> bool:
        progress.tell(done)
        return True

    workers = max(1, (os.cpu_count() or 2) - 1)  # one is left for whoever reads pages meanwhile
    outcome = drawn(setting.inputs, scenario, parameters, workers=workers, go_on=go_on)
    progress.ended(scenario.draws)
    return ran(setting, outcome, parameters)


def _again(scenario: Scenario, line: str) -> str:
    """What to type to have the same: the line goes into a file of one's own."""
    more = f"--draws {scenario.draws} --seed {scenario.seed} --months {scenario.months} --report report.html"
    if not line:
        return f"adit lab run {scenario.name} {more}"
    return f'adit lab new mine --from {scenario.name}; set = ["{line}"]; adit lab run mine.toml {more}'


def _may(office: Office, job: Job) -> None:
    """Raise Forbidden where the hand may do this no more."""
    with office.reading() as connection:
        found = connection.execute(
            "SELECT roles FROM desk.account WHERE hand = %s AND closed_at IS NULL", [job.hand]
        ).fetchall()
    if not found or not ACTS[_ACT] & set(found[0][0]):
        raise Forbidden(f"Your role does not allow this: {_ACT}.")


jobs.KINDS[LAB] = _run
