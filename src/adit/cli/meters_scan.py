"""`adit meters scan`: which connections look as if machines were mining behind them, with reasons and a stated rate of false alarms."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.meters_telling import as_data, as_rows, print_scan
from adit.cli.output import format_option, log, progress, write_csv, write_json, write_whole

if TYPE_CHECKING:
    from adit.audit.undeclared.findings import Scan
    from adit.audit.undeclared.scan import Settings, Table

__all__ = ["scan"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
ON_THE_PAGE = 100  # connections with their picture


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option(
    "--group",
    "groups",
    type=_FILE,
    metavar="FILE",
    help="Peers: meter_id, group (tariff, heating, region), pool (owner, address, feeder).",
)
@click.option("--declared", type=_FILE, metavar="FILE", help="Declared miners: meter_id. They are no suspects.")
@click.option(
    "--clean",
    type=_FILE,
    metavar="FILE",
    help="Meters that an inspection found without mining: meter_id. They are the measure.",
)
@click.option(
    "--loads",
    type=_FILE,
    metavar="FILE",
    help="Known loads that run all the time: meter_id, power_kw. Taken off before anything is judged.",
)
@click.option("--temperature", type=_FILE, metavar="FILE", help="The weather: day, temperature_c.")
@click.option(
    "--utc-offset",
    type=click.FloatRange(-12, 14),
    default=0.0,
    show_default=True,
    metavar="HOURS",
    help="Local time less UTC, for day and night.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=0,
    metavar="KWH",
    help="A limit of the month in law, to list who stays just below it.",
)
@click.option(
    "--per-1000",
    type=click.FloatRange(0, 500, min_open=True),
    help="False alarms in 1,000 connections without mining.  [default: 5]",
)
@click.option("--alpha", type=click.FloatRange(0, 0.5, min_open=True), help="The same as a share: 0.005.")
@click.option(
    "--fdr",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.2,
    show_default=True,
    help="Share without mining among the discoveries; needs --clean.",
)
@click.option("--points", type=_FILE, metavar="FILE", help="Points of your own in place of the shipped ones.")
@click.option(
    "--fit",
    "labels",
    type=_FILE,
    metavar="FILE",
    help="Fit points on what inspections found (meter_id, mining), and write them to --points-out.",
)
@click.option(
    "--points-out", type=_NEW, default="points.toml", show_default=True, metavar="FILE", help="Where --fit writes."
)
@click.option("--sort", is_flag=True, help="Sort a copy first, where the files are not sorted by meter and time.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="duckdb is this machine; spark needs no sorted files.",
)
@click.option("--master", default="", help="Of Spark.  [default: this machine]")
@click.option("--report", type=_NEW, metavar="FILE", help="Write a page: FILE.html.")
@format_option
@click.pass_context
def scan(
    context: click.Context, files: tuple[Path, ...], groups: Path | None, declared: Path | None, clean: Path | None, loads: Path | None,
    temperature: Path | None, utc_offset: float, limit: int, per_1000: float | None, alpha: float | None, fdr: float, points: Path | None,
    labels: Path | None, points_out: Path, sort: bool, engine: str, master: str, report: Path | None, format_: str,
) -> None:  # fmt: skip
    """Which connections look as if machines were mining behind them.

    FILES are Parquet, sorted by meter and time: meter_id, start_utc, energy_wh, or what `adit meters check --out` writes; an hour or finer,
    some months, better a year. A score starts a case. It is never evidence by itself.

    \b
    Example:
      adit meters scan examples/meters/readings.parquet --group examples/meters/groups.csv --per-1000 20 --report scan.html
    """
    from adit.audit.undeclared.findings import Asked, found_in
    from adit.audit.undeclared.scan import Settings
    from adit.audit.undeclared.store import (
        read_groups,
        read_labels,
        read_loads,
        read_meters,
        read_model,
        read_temperatures,
        shipped_model,
    )
    from adit.terms.errors import BadInput

    if per_1000 is not None and alpha is not None:
        raise BadInput("--per-1000 and --alpha say the same.", todo="Give one of them.")
    if master and engine != "spark":
        raise BadInput("A master is Spark's, and the engine is not.", todo="Add --engine spark.")
    if report is not None and report.suffix != ".html":
        raise BadInput(f"{report} is no page.", todo="Write --report scan.html.")
    of_group, of_pool = read_groups(groups) if groups else ({}, {})
    asked = Asked(
        alpha if alpha is not None else (5.0 if per_1000 is None else per_1000) / 1000,
        fdr,
        of_group,
        of_pool,
        read_meters(declared) if declared else frozenset(),
        read_meters(clean) if clean else frozenset(),
        limit,
    )
    settings = Settings(
        round(utc_offset * 60),
        limit * 1000,
        read_loads(loads) if loads else {},
        read_temperatures(temperature) if temperature else {},
    )
    model = read_model(points) if points else shipped_model()
    with ExitStack() as stack:
        step = stack.enter_context(progress("scanning"))
        if sort:
            from adit.engines.dense import sorted_copy

            step("sorting a copy")
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="adit-meters-")))
            files = tuple(sorted_copy(files, folder / "sorted"))
        table, readings = _table(files, settings, engine, master, step)
        if labels is not None:
            _fit(table, read_labels(labels), points_out)
            return
        step("judging")
        found = found_in(table, readings, model, asked)
        if report is not None:
            step("writing the page")
            _write_page(report, found, files, settings)
    match format_:
        case "json":
            write_json(as_data(found))
        case "csv":
            write_csv(*as_rows(table, found, model, asked))
        case _:
            print_scan(found)
    if report is not None:
        log(f"written to {report}")
    context.exit(1 if found.suspects or found.pools or found.under_limit else 0)


def _table(files: tuple[Path, ...], settings: "Settings", engine: str, master: str, step: Any) -> tuple["Table", int]:
    """A row for each meter, and how many readings there were."""
    from functools import partial

    from adit.audit.undeclared.scan import joined, scan_blocks, scan_span, scan_whole, table_of_rows
    from adit.terms.errors import BadInput

    try:
        from adit.engines.dense import check_readings, map_spans
    except ModuleNotFoundError as error:
        raise BadInput("Reading Parquet in blocks needs pyarrow.", todo="pip install 'adit[arrays]'") from error
    total = check_readings(files)
    if engine == "spark":
        try:
            from adit.engines.spark_meters import map_meters
        except ModuleNotFoundError as error:
            raise BadInput("Spark needs pyspark, which is not installed.", todo="pip install 'adit[spark]'") from error
        rows = map_meters(files, partial(scan_whole, settings=settings), master=master)
        return table_of_rows(rows), total

    def spans() -> Iterator[Any]:
        done = 0
        for rows, span in map_spans(files, partial(scan_span, settings=settings)):
            done += rows
            step(f"{done:,} of {total:,} readings")
            yield span

    return joined(scan_blocks(spans(), settings)), total


def _fit(table: "Table", labels: Any, out: Path) -> None:
    from adit.audit.undeclared.fit import fit_on
    from adit.audit.undeclared.store import write_model

    provenance = {
        "kind": "meters that were inspected, by the user's own file",
        "made": f"adit {__version__} meters scan --fit",
    }
    write_model(fit_on(table, labels, provenance), out)
    log(f"written to {out}; use it with --points {out}")


def _write_page(report: Path, found: "Scan", files: tuple[Path, ...], settings: "Settings") -> None:
    from datetime import UTC, datetime

    from adit.desk.meters_page import page
    from adit.engines.dense import series_of

    series = series_of(files, [s.meter for s in found.suspects[:ON_THE_PAGE]])
    write_whole(
        report, page(found, series, settings.offset_minutes, made_on=datetime.now(UTC).date(), at_most=ON_THE_PAGE)
    )
