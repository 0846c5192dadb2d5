"""`adit lab`: what would happen if the law were otherwise; what is simulated decides no case."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from adit.cli.lab_backtest import backtest
from adit.cli.lab_explain import explain
from adit.cli.lab_report import Wanted, again, check_wanted, first_look, reporting, write_report
from adit.cli.lab_running import How, baseline_of, check_out, drawing, run_scenario, with_options, write_folder
from adit.cli.lab_scenarios import list_, new, show
from adit.cli.lab_telling import print_comparison, print_run
from adit.cli.output import format_option, progress, write_csv, write_json
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.lab.run import Ran

__all__ = ["lab"]

_PATH = click.Path(path_type=Path)


@click.group()
def lab() -> None:
    """Ban it, tax it, fence it, and see: what a law would do to who mines where, with error bars.

    The same rules that decide cases become columns of a model. What is simulated here decides nothing.
    """


for command in (list_, show, new, explain, backtest):
    lab.add_command(command)


@lab.command()
@click.argument("scenario")
@click.option(
    "--baseline",
    default="",
    metavar="SCENARIO",
    help="What it is compared with.  [default: what the scenario changes, or ru_law]",
)
@click.option("--out", type=_PATH, help="Also write a folder: scenario, tables as CSV and Parquet, manifest.")
@reporting
@format_option
@drawing
def run(scenario: str, how: How, baseline: str, out: Path | None, wanted: Wanted, format_: str) -> None:
    """Run a scenario: each outcome with its 80 % band and the difference to the baseline; who gains and who pays.

    SCENARIO is the name of a shipped one (adit lab list), or a file of your own.

    \b
    Examples:
      adit lab run ru_ban --draws 200
      adit lab run scenarios/ru_levy.toml --draws 200 --seed 7 --out levy
      adit lab run ru_surplus_only --draws 100 --report surplus.html
    """
    from adit.lab.store import read_scenario

    check_wanted(wanted)
    check_out(out)
    with progress("lab") as step:
        step("reading the scenario")
        asked = read_scenario(scenario)
        against = read_scenario(baseline or baseline_of(asked))
        asked, against = (with_options(s, how, asked) for s in (asked, against))
        command = again("run", [scenario], baseline or baseline_of(asked), asked, wanted)
        first_look([asked], against, wanted, how, command, step)
        own = run_scenario(asked, how, step)
        base = own if against == asked else run_scenario(against, how, step)
        if out is not None:
            write_folder(out, own, None if base is own else base, how, step)
        if wanted.any:
            write_report([own], base, wanted, how, command, step)
    match format_:
        case "json":
            from adit.lab.results.record import record_of

            write_json(record_of([own], base))
        case "csv":
            _print_csv([own], base)
        case _:
            print_run(own, None if base is own else base)


@lab.command()
@click.argument("scenarios", nargs=-1, required=True)
@click.option(
    "--baseline", default="ru_law", show_default=True, metavar="SCENARIO", help="What the others are compared with."
)
@click.option("--out", type=_PATH, help="Also write a folder with one of each scenario in it.")
@reporting
@format_option
@drawing
def compare(
    scenarios: tuple[str, ...], how: How, baseline: str, out: Path | None, wanted: Wanted, format_: str
) -> None:
    """Run several scenarios on the same draws and lay them side by side.

    \b
    Example:
      adit lab compare ru_ban ru_levy ru_surplus_only --baseline ru_law --draws 500 --report compared.html
    """
    from adit.lab.store import read_scenario

    check_wanted(wanted)
    with progress("lab") as step:
        step("reading the scenarios")
        base_scenario = read_scenario(baseline)
        base_scenario = with_options(base_scenario, how, base_scenario)
        asked = [with_options(read_scenario(name), how, base_scenario) for name in dict.fromkeys(scenarios)]
        every = [base_scenario, *(s for s in asked if s != base_scenario)]
        twice = {s.name for s in every if sum(q.name == s.name for q in every) > 1}
        if twice:
            raise BadInput(f"Two scenarios have the name {min(twice)}.", todo="Name the files differently.")
        check_out(*(out / s.name for s in every if out is not None))
        command = again("compare", scenarios, baseline, base_scenario, wanted)
        first_look(asked, base_scenario, wanted, how, command, step)
        base = run_scenario(base_scenario, how, step)
        found = [base if s == base_scenario else run_scenario(s, how, step) for s in asked]
        if out is not None:
            for each in found if base in found else [base, *found]:
                write_folder(out / each.setting.scenario.name, each, None if each is base else base, how, step)
        if wanted.any:
            write_report(found, base, wanted, how, command, step)
    match format_:
        case "json":
            from adit.lab.results.record import record_of

            write_json(record_of(found, base))
        case "csv":
            _print_csv(found, base)
        case _:
            print_comparison(found, base)


def _print_csv(found: "list[Ran]", base: "Ran") -> None:
    from adit.lab.results.folder import OUTCOMES, outcome_rows

    write_csv(OUTCOMES, [row for own in found for row in outcome_rows(own, None if own is base else base)])
