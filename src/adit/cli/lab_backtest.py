"""`adit lab backtest`: past forecasts made again with what was known on their day, beside what came and what naive forecasts said."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import (
    as_bold,
    as_dim,
    as_warning,
    format_option,
    language_option,
    log,
    plain,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
    write_whole,
)

if TYPE_CHECKING:
    from adit.lab.backtests.results import BackTest, Forecast, Report, Score

__all__ = ["backtest"]

_PATH = click.Path(path_type=Path)
NAMES = ("china-2021", "walk-forward", "kazakhstan", "irkutsk", "2025-shares", "fleet-energy")


@click.command()
@click.argument("which", type=click.Choice((*NAMES, "all")), default="all")
@click.option(
    "--draws", type=click.IntRange(20, 100_000), default=1000, show_default=True, help="Of what is not known."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=1,
    show_default=True,
    help="The same seed gives the same figures.",
)
@click.option(
    "--map",
    "map_file",
    type=_PATH,
    help="Your copy of Cambridge's map by country and month: the fuller test of China runs with it.",
)
@click.option("--out", type=_PATH, metavar="FILE.json", help="Also write every forecast, score and assumption.")
@click.option("--report", type=_PATH, metavar="FILE.html", help="Also write a page to read: it needs no network.")
@language_option
@format_option
@click.pass_context
def backtest(
    context: click.Context,
    which: str,
    draws: int,
    seed: int,
    map_file: Path | None,
    out: Path | None,
    report: Path | None,
    language: str,
    format_: str,
) -> None:
    """How wrong the model was the last times it could be checked.

    Each forecast knows only what was known on its day; price and law are given as they came. Exit code 1: a target was missed.

    \b
    Examples:
      adit lab backtest china-2021
      adit lab backtest all --draws 1000 --out backtests.json
      adit lab backtest all --report backtests.html
    """
    from adit.cli.lab_report import Wanted, check_wanted
    from adit.lab.backtests.forecasting import Options
    from adit.lab.backtests.results import as_data
    from adit.lab.backtests.run import run_backtests

    check_wanted(Wanted(report=report))
    with progress("back-tests") as step:
        found = run_backtests(NAMES if which == "all" else (which,), Options(draws, seed, map_file), __version__, step)
    if out is not None:
        write_whole(out, json.dumps(as_data(found), ensure_ascii=False, indent=1, default=plain) + "\n")
        log(f"written to {out}")
    if report is not None:
        from adit.desk.backtest_page import page

        write_whole(report, page(found, language, command=_again(which, draws, seed, map_file, language)))
        log(f"written to {report}")
    match format_:
        case "json":
            write_json(as_data(found))
        case "csv":
            _write_forecasts(found)
        case _:
            _print(found)
    context.exit(1 if found.missed else 0)


def _again(which: str, draws: int, seed: int, map_file: Path | None, language: str) -> str:
    """What to type to get the page again."""
    parts = [f"adit lab backtest {which} --draws {draws} --seed {seed}"]
    parts += [f"--map {map_file.name}"] if map_file else []
    parts += [f"--lang {language}"] if language != "en" else []
    return " ".join([*parts, "--report backtests.html"])


def _print(report: "Report") -> None:
    for test in report.tests:
        say(as_bold(test.title))
        say(as_dim(f"forecast of {test.as_of}; {test.clock}"))
        say(as_dim(f"given: {'; '.join(test.given)}"))
        rows = [_score_row(score) for score in test.scores]
        write_table("", ("", "model", "target", "naive forecasts"), rows, right=("model",))
        if len(test.forecasts) <= 20:
            write_table(
                "", ("forecast", "month", "80 % from", "point", "to", "came"), [_row(f) for f in test.forecasts], right=("80 % from", "point", "to", "came")
            )  # fmt: skip
        say(as_dim(f"outcomes by tenth of the draws: {' '.join(map(str, test.pit_histogram))}"))
        for note in test.notes:
            say(as_dim(note))
        say()
    if report.coverage_pct is not None:
        say(f"{len(report.forecasts)} outcomes in all, {report.coverage_pct:.0f} % of them in their 80 % band.")
    for what, why in report.left_out.items():
        say(as_warning(f"Left out: {what}. {why}"))
    say(as_dim(f"{report.draws} draws, seed {report.seed}, adit {report.version}"))


def _score_row(score: "Score") -> tuple[str, str, str, str]:
    value = f"{score.value:.1f} {score.unit}"
    naive = ", ".join(f"{name} {figure:.1f}" for name, figure in score.baselines.items())
    shown = value if score.met is None else as_warning(f"{value} missed") if not score.met else value
    return score.name, shown, _target(score), naive


def _target(score: "Score") -> str:
    if score.least is not None and score.most is not None:
        return f"{score.least:g} to {score.most:g}"
    if score.most is not None:
        return f"at most {score.most:g}"
    return "" if score.least is None else f"at least {score.least:g}"


def _row(f: "Forecast") -> tuple[str, ...]:
    came = f"{f.outcome:.1f}"
    return (
        f"{f.what} {f.place}, {f.unit}",
        f"{f.month:%Y-%m}",
        f"{f.band[0]:.1f}",
        f"{f.point:.1f}",
        f"{f.band[2]:.1f}",
        came if f.inside else as_warning(f"{came} outside"),
    )


def _write_forecasts(report: "Report") -> None:
    header = (
        "test",
        "what",
        "place",
        "origin",
        "month",
        "unit",
        "least",
        "median",
        "most",
        "point",
        "outcome",
        "inside",
        "pit",
    )
    write_csv(header, [_cells(test, f) for test in report.tests for f in test.forecasts])


def _cells(test: "BackTest", f: "Forecast") -> tuple[Any, ...]:
    return (
        test.id,
        f.what,
        f.place,
        f"{f.origin:%Y-%m}",
        f"{f.month:%Y-%m}",
        f.unit,
        *f.band,
        f.point,
        f.outcome,
        f.inside,
        f.pit,
    )
