"""`adit assess`: a population under one regime."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from adit.cli.output import (
    amount,
    as_bold,
    as_dim,
    as_warning,
    format_option,
    log,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
)

if TYPE_CHECKING:
    from adit.decision.assess import Assessment

__all__ = ["assess"]

HEADER = ("question", "answer", "rows", "sum")


@click.command()
@click.argument("population")
@click.option("--months", required=True, help="2025-01..2025-12, or one month.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for decided/, rejected/ (Parquet by month) and totals.csv."
)
@click.option("--fresh", is_flag=True, help="Drop the months that an earlier run left in --out, and begin anew.")
@click.option(
    "--regime", default="ru/law", show_default=True, help="The regime, as `adit law list` names it, or a folder."
)
@click.option("--ask", multiple=True, metavar="QUESTION", help="Only this question or rule; may be given many times.")
@click.option("--known", default="", metavar="DAY", help="Use only what was published by this day.")
@click.option(
    "--decided",
    default="",
    metavar="DAY",
    help="The day of decision: what punishes follows the more lenient of its law and that of the month.",
)
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What runs the query."
)
@click.option(
    "--master", default="", metavar="URL", help="Of Spark: spark://host:7077, yarn, k8s://...; else local[2]."
)
@format_option
@click.pass_context
def assess(
    context: click.Context,
    population: str,
    months: str,
    out: Path | None,
    fresh: bool,
    regime: str,
    ask: tuple[str, ...],
    known: str,
    decided: str,
    engine: str,
    master: str,
    format_: str,
) -> None:
    """Decide every row of a population; rows that cannot be decided are set apart with their reason.

    POPULATION is a Parquet or CSV file, or a table: postgresql://user@host/db?table=NAME, iceberg://CATALOG/namespace.table.
    Its columns: subject, period (a month), and others named as facts (adit law fields).
    A run that was interrupted goes on with the months that are missing in --out when it is started again.

    \b
    Example:
      adit assess examples/population.csv --months 2025-01..2025-12 --out assessed
    """
    from dataclasses import asdict

    from adit import law
    from adit.decision.assess import assess as assess_population
    from adit.engines.engine import open_engine
    from adit.engines.sources import fetch
    from adit.terms.days import months_between, parse_day

    asked_for, rules = months_between(months), law.load(regime)
    known_on, decided_on = (parse_day(day) if day else None for day in (known, decided))
    shared = out if master else None  # the workers of a cluster see what lies there, and nothing else of this machine
    if shared is not None:
        shared.mkdir(parents=True, exist_ok=True)
    with (
        progress("assessing") as step,
        TemporaryDirectory(prefix=".adit-", dir=shared) as scratch,
        open_engine(engine, master=master, shared=shared) as running,
    ):
        step("fetching the population")
        source = fetch(population, Path(scratch))
        result = assess_population(
            rules, source.file, asked_for, running, out or Path(scratch) / "out",
            asked=ask, known=known_on, decided=decided_on, digest=source.digest, name=source.name, fresh=fresh, progress=step,
        )  # fmt: skip
    lines = [(t.question, t.answer, t.rows, t.sum) for t in result.totals]
    if out is not None:
        with (out / "totals.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER, *lines])
        log(f"written to {out}: decided/, rejected/, totals.csv")
    match format_:
        case "json":
            write_json(asdict(result))
        case "csv":
            write_csv(HEADER, lines)
        case _:
            _print(result)
    context.exit(1 if result.rejected else 0)


def _print(result: "Assessment") -> None:
    counts = f"{result.rows:,} rows, {result.decided:,} decided, {result.rejected:,} rejected"
    say(f"{as_bold(result.regime)} · {result.receipt.period} · {counts}")
    if result.other_months:
        say(
            as_dim(
                f"{result.other_months:,} rows of other months are not answered; those earlier in the year count in its sums"
            )
        )
    if result.status != "in force":
        say(as_warning(f"simulated: its status is '{result.status}', so it decides no real case"))
    lines = [(t.question, t.answer, f"{t.rows:,}", "" if t.sum is None else amount(t.sum, "")) for t in result.totals]
    write_table("", HEADER, lines, right=("rows", "sum"))
    if result.presumed:
        say(as_dim("presumed, for want of a column: ") + ", ".join(f"{n} = {p}" for n, p in result.presumed.items()))
    if result.looked_up:
        say(as_dim("looked up: ") + ", ".join(f"{n} ({p})" for n, p in result.looked_up.items()))
    if result.reasons:
        write_table("Rejected", ("reason", "rows"), [(r, f"{n:,}") for r, n in result.reasons], right=("rows",))
    say(as_dim(f"adit {result.receipt.adit} · regime {result.receipt.regime_digest} · engine {result.receipt.engine}"))
