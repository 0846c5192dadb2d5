"""`adit meters`: readings of electricity meters, and what is wrong with them."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.meters_scan import scan
from adit.cli.output import (
    as_bold,
    as_dim,
    counted,
    format_option,
    log,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
)

if TYPE_CHECKING:
    from adit.evidence.meters.findings import Finding
    from adit.evidence.sources.readings import Checked, FileRead

__all__ = ["meters"]

_SHOWN_METERS, _SHOWN_ROWS, _KEPT = 20, 3, 10  # in the table; of each kind in the table; of each kind in JSON and CSV
_FINDING = ("finding", "became", "file", "row", "column", "meter", "value", "what", "todo")
_METER = ("meter", "readings", "from", "to", "energy_wh", "covered_s", "gaps", "left_out")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet works out what begins so
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def meters() -> None:
    """Readings of electricity meters: what is wrong with them, and where machines seem to mine."""


meters.add_command(scan)


@meters.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--zone", default="", metavar="ZONE", help="Of times without an offset: UTC, Europe/Moscow, ...")
@click.option(
    "--unit", default=None, type=click.Choice(["wh", "kwh", "mwh"]), help="Where no name of a column says it."
)
@click.option(
    "--length", default="", metavar="30m", help="Of each interval, where only one of its ends is given: 1h, 30m, 900s."
)
@click.option("--meter", default="", metavar="NUMBER", help="The meter of files that name none.")
@click.option("--wide", is_flag=True, help="The files have a column for each meter.")
@click.option(
    "--column", "columns", multiple=True, metavar="ROLE=NAME",
    help="What a column is, where its name does not say: meter, start, end, clock, energy, register or recorded. May be given many times.",
)  # fmt: skip
@click.option(
    "--rollover", default="", metavar="KWH", help="Where registers begin again at zero: 1000000 for six digits."
)
@click.option(
    "--meters",
    "listed",
    type=_FILE,
    metavar="FILE",
    help="The list of meters: meter_id, site_id, class_percent, from, to, power_kw_max.",
)
@click.option(
    "--report",
    type=_NEW_FILE,
    metavar="FILE",
    help="Write every finding to this CSV file, not only the first of each kind.",
)
@click.option(
    "--out",
    type=_NEW_FILE,
    metavar="FILE",
    help="Write the good readings to this Parquet file: meter, start_s, end_s, energy_wh.",
)
@format_option
@click.pass_context
def check(
    context: click.Context, files: tuple[Path, ...], zone: str, unit: str | None, length: str, meter: str, wide: bool, columns: tuple[str, ...],
    rollover: str, listed: Path | None, report: Path | None, out: Path | None, format_: str,
) -> None:  # fmt: skip
    """Check files of readings row by row: CSV, Excel or Parquet, in UTC or local time, of intervals or registers.

    FILES belong together: a reading may come twice, and in two of them. Nothing is mended, and nothing that decides an amount is guessed.

    \b
    Example:
      adit meters check examples/audit/readings.parquet --meters examples/audit/meters.csv --out readings.parquet
    """
    from time import time

    from adit.evidence.meters.columns import How
    from adit.evidence.meters.findings import Report
    from adit.evidence.sources.meter_list import read_meters
    from adit.evidence.sources.readings import check_readings

    for written in (report, out):
        _check_new(written, files)
    how = How(zone, unit or "", _roles(columns), _seconds(length), meter, wide, _rollover_wh(rollover))
    known = read_meters(listed, zone=zone or "UTC") if listed else ()
    with progress("checking") as step, _findings_file(report) as sink:
        found = check_readings(
            files, how, now_s=int(time()), meters=known, report=Report(keep=_KEPT, sink=sink), out=out, progress=step
        )
    for written in (report, out):
        if written is not None:
            log(f"written to {written}")
    match format_:
        case "json":
            write_json(_json(found, zone))
        case "csv":
            write_csv(_FINDING, [_safe_row(f) for f in found.report.findings])
        case _:
            _print(found, zone)
    context.exit(1 if found.report.total else 0)


def _check_new(file: Path | None, inputs: tuple[Path, ...]) -> None:
    from adit.terms.errors import BadInput

    if file is not None and file.resolve() in [i.resolve() for i in inputs]:
        raise BadInput(f"{file} is one of the files to be checked.", todo="Write to another file.")


def _roles(columns: tuple[str, ...]) -> dict[str, str]:
    from adit.terms.errors import BadInput

    roles: dict[str, str] = {}
    for text in columns:
        role, is_, name = text.partition("=")
        if not is_ or role in roles:
            raise BadInput(
                f"--column {text} does not say which column is what.",
                todo="Write --column energy=NAME, each role once.",
            )
        roles[role] = name
    return roles


def _seconds(text: str) -> int | None:
    """The length that is written as 1h, 30m or 900s."""
    from adit.terms.errors import BadInput

    if not text:
        return None
    number, unit = text[:-1], {"h": 3600, "m": 60, "s": 1}.get(text[-1])
    if unit is None or not (number.isascii() and number.isdecimal()) or not 0 < int(number) * unit <= 86_400:
        raise BadInput(f"'{text}' is no length of an interval.", todo="Write 1h, 30m or 900s, a day at most.")
    return int(number) * unit


def _rollover_wh(text: str) -> int | None:
    from adit.evidence.meters.cells import energy_of
    from adit.terms.errors import BadInput

    if not text:
        return None
    energy = energy_of(text, 1000)
    if energy.fault or energy.wh <= 0:
        raise BadInput(f"'{text}' is no number of kilowatt-hours.", todo="Write --rollover 1000000.")
    return energy.wh


@contextmanager
def _findings_file(file: Path | None) -> "Iterator[Callable[[Finding], None] | None]":
    """What writes findings to the file, which is put in its place when all are written."""
    if file is None:
        yield None
        return
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(_FINDING)
            yield lambda finding: writer.writerow(_safe_row(finding))
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _row(f: "Finding") -> tuple[Any, ...]:
    return f.kind, f.became, f.file, f.row or None, f.column, f.meter, f.value, f.what, f.todo


def _safe_row(f: "Finding") -> list[Any]:
    """A finding as cells of which a spreadsheet takes none for a formula."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in _row(f)]


def _json(found: "Checked", zone: str) -> dict[str, Any]:
    from adit.evidence.meters.rows import utc_text

    files = [
        {
            "file": f.file, "rows": f.rows, "layout": f.columns.layout, "columns": _named(f), "unit": f.columns.unit,
            "unit_from": f.columns.unit_from, "zone": _zone(f, zone), "ignored": list(f.columns.ignored),
        }
        for f in found.files
    ]  # fmt: skip
    return {
        "adit": __version__,
        "files": files,
        "meters": [
            dict(zip(_METER, (m.meter, m.readings, *(utc_text(s) if m.readings else None for s in (m.start_s, m.end_s)),
                              m.energy_wh, m.covered_s, m.gaps, m.left_out), strict=True))
            for m in found.meters
        ],
        "counts": dict(found.report.counts),
        "findings": [dict(zip(_FINDING, _row(f), strict=True)) for f in found.report.findings],
    }  # fmt: skip


def _named(file: "FileRead") -> dict[str, Any]:
    c = file.columns
    value = "register" if c.layout == "registers" else "energy"
    named = {"meter": c.meter, "start": c.start, "clock": c.clock, "end": c.end, value: c.value, "recorded": c.recorded}
    return {role: name for role, name in named.items() if name} | ({"meters": list(c.wide)} if c.wide else {})


def _zone(file: "FileRead", zone: str) -> str:
    return "UTC" if file.columns.utc or file.columns.seconds else zone or "as written, with offsets"


def _print(found: "Checked", zone: str) -> None:
    from adit.evidence.meters.kinds import KINDS
    from adit.evidence.meters.rows import kwh_text, utc_text

    for file in found.files:
        c = file.columns
        named = _named(file) | ({"meters": f"{len(c.wide):,} columns"} if c.wide else {})
        say(f"{as_bold(file.file)} · {counted(file.rows, 'row')} · {c.layout}")
        say(as_dim(f"  {', '.join(f'{role} = {name}' for role, name in named.items())}"))
        ignored = f"; left alone: {', '.join(c.ignored)}" if c.ignored else ""
        say(as_dim(f"  {c.unit} by {c.unit_from}; times: {_zone(file, zone)}{ignored}"))
    rows = [
        (
            m.meter, m.readings, *((utc_text(s) if m.readings else "") for s in (m.start_s, m.end_s)), kwh_text(m.energy_wh),
            f"{100 * m.covered_s / (m.end_s - m.start_s):.1f} %" if m.readings else "", m.gaps, m.left_out,
        )
        for m in found.meters[:_SHOWN_METERS]
    ]  # fmt: skip
    header = ("meter", "readings", "from", "to", "energy", "covered", "gaps", "left out")
    write_table("", header, rows, right=("readings", "energy", "covered", "gaps", "left out"))
    if len(found.meters) > _SHOWN_METERS:
        say(as_dim(f"and {counted(len(found.meters) - _SHOWN_METERS, 'meter')} more, which --format json has"))
    if not found.report.total:
        say("nothing is wrong")
    for kind in filter(found.report.kept.get, KINDS):
        kept, n = found.report.kept[kind], found.report.counts[kind]
        say(f"{as_bold(kind)} · {n:,} · {kept[0].became}")
        for finding in kept[:_SHOWN_ROWS]:
            place = ", ".join(
                filter(None, (finding.file, f"row {finding.row}" if finding.row else "", finding.column, finding.meter))
            )
            say(f"  {place}{': ' if place else ''}{finding.value or '(blank)' if finding.row else ''}")
            say(f"    {finding.what}")
        say(as_dim(f"  {kept[0].todo}"))
