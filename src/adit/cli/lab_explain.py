"""`adit lab explain`: which rule and which number moved a result of a run."""

import os
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.lab_telling import figure
from adit.cli.output import (
    as_bold,
    as_dim,
    format_option,
    log,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
)
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from adit.lab.explaining import Explained, Number
    from adit.lab.model.inputs import Inputs
    from adit.lab.model.outcome import Outcome
    from adit.lab.scenario import Scenario

__all__ = ["explain"]

_NEEDED = ("scenario_files", "baseline_files", "seed", "months", "regimes", "code")  # of the manifest


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("place")
@click.argument("month")
@click.option(
    "--baseline",
    default="",
    metavar="SCENARIO",
    help="What it is compared with.  [default: that of the run, or ru_law]",
)
@click.option("--draws", default=100, show_default=True, help="Draws of each of the runs that share the change out.")
@format_option
def explain(run: Path, place: str, month: str, baseline: str, draws: int, format_: str) -> None:
    """Which rule, and which number, moved the result of a place in a month: RUN is the folder that `adit lab run --out` wrote.

    The columns of the law with article and dated value beside those of the baseline, and what each did to load and tax.

    \b
    Example:
      adit lab explain levy RU-IRK 2026-06
    """
    from adit.terms.days import parse_period

    asked = parse_period(month)
    if asked.start.day != 1 or not 28 <= asked.days <= 31:
        raise BadInput(f"'{month}' is not a month.", todo="Write it as 2026-06.")
    if not 1 <= draws <= 10_000:
        raise BadInput(f"{draws} draws are not between 1 and 10,000.", todo="Give --draws 100.")
    with progress("explain") as step:
        found, changed = _explained(run, place.upper(), asked.start, baseline, draws, step)
    match format_:
        case "json":
            from dataclasses import asdict

            from adit import __version__

            write_json({"adit": __version__, **_finite(asdict(found))})
        case "csv":
            header = ("column", "sector", "value", "baseline", "regime", "rule", "because", "article", "dated_values")
            write_csv(header, [_cells(n) for n in found.numbers])
        case _:
            _print(found)
    if changed:
        log(changed)


def _explained(run: Path, place: str, month: Any, baseline: str, draws: int, step: Any) -> "tuple[Explained, str]":
    from dataclasses import replace

    from adit.lab.explaining import explained
    from adit.lab.results.store import read_manifest
    from adit.lab.run import drawn, parameters_of, setting_of
    from adit.lab.store import code_hash, read_scenario

    manifest = read_manifest(run, _NEEDED)
    step("reading the run")
    own = read_scenario(str(run / manifest["scenario_files"][-1]))
    kept = manifest["baseline_files"]
    base = read_scenario(baseline or (str(run / kept[-1]) if kept else "ru_law"))
    own, base = (replace(s, draws=draws, seed=manifest["seed"], months=manifest["months"]) for s in (own, base))
    settings = [setting_of(s, draws=draws, seed=s.seed, tell=step) for s in (own, base)]
    workers = os.cpu_count() or 1

    def runner(scenario: "Scenario") -> "Callable[[Inputs], Outcome]":
        parameters = parameters_of(scenario)
        return lambda inputs: drawn(inputs, scenario, parameters, workers=workers)

    found = explained(settings[0].inputs, settings[1].inputs, runner(own), runner(base), place, month, step)
    regimes = {digest: regime.id for digest, regime in settings[0].acts.regimes().items()}
    if regimes != manifest["regimes"]:
        return found, "The acts have changed since that run: the numbers above are those of the acts as they are now."
    return found, "" if code_hash() == manifest["code"] else "The code of the lab has changed since that run."


def _finite(value: Any) -> Any:
    """JSON has neither endless nor unknown numbers: the one as a word, the other as nothing."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if isinstance(value, float) and not isfinite(value):
        return "endless" if value > 0 else None
    return value


def _cells(n: "Number") -> tuple[Any, ...]:
    return (
        n.column,
        n.sector,
        n.value,
        n.baseline,
        n.origin.regime,
        n.origin.rule,
        n.origin.because,
        n.origin.cites,
        "; ".join(n.origin.values),
    )


def _print(found: "Explained") -> None:
    say(as_bold(f"{found.place} in {found.month:%Y-%m}"))
    rows = [
        (s, figure(found.mw[s]), figure(found.baseline_mw[s]), figure(found.mw[s] - found.baseline_mw[s]))
        for s in found.mw
    ]
    rows.append(
        (
            "tax, USD in the month",
            figure(found.tax_usd),
            figure(found.baseline_tax_usd),
            figure(found.tax_usd - found.baseline_tax_usd),
        )
    )
    header = ("load, MW", "here", "baseline", "difference")
    write_table("", header, rows, right=header[1:])
    say(as_bold("What moved it"))
    moved = [(m.group, f"{m.mw:+.2f}", f"{m.tax_usd:+,.0f}") for m in found.moved]
    moved.append(
        ("not the law: prices, grid, parameters, state", f"{found.other_mw:+.2f}", f"{found.other_tax_usd:+,.0f}")
    )
    moved.append(("unexplained", f"{found.unexplained_mw:+.2f}", f"{found.unexplained_tax_usd:+,.0f}"))
    write_table("", ("columns", "MW", "USD of tax"), moved, right=("MW", "USD of tax"))
    say(as_dim(f"{found.method}; {found.runs} runs of the model, mean of the draws, the model's own error left out"))
    say()
    differing = [n for n in found.numbers if n.differs]
    for title, numbers in (
        ("Columns that differ from the baseline", differing),
        ("Columns that are the same", [n for n in found.numbers if not n.differs]),
    ):
        if numbers:
            say(as_bold(title))
            for n in numbers:
                _print_number(n)


def _print_number(n: "Number") -> None:
    beside = f", baseline {n.baseline:.6g}" if n.differs else ""
    say(f"{n.column} ({n.sector})  {as_bold(f'{n.value:.6g}')}{beside}")
    where = f"{n.origin.regime}: {n.origin.rule}" if n.origin.regime else n.origin.rule
    say(
        f"    {as_dim(where)} {n.origin.because}"
        + (f"   {click.style(n.origin.cites, fg='cyan')}" if n.origin.cites else "")
    )
    for value in n.origin.values:
        say(as_dim(f"      {value}"))
