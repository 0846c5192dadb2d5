"""`adit data`: what the data are, where they come from, under which licence, and how to bring some of them up to date."""

from dataclasses import asdict
from pathlib import Path

import click

from adit import __version__
from adit.cli.output import as_bold, format_option, log, progress, say, write_csv, write_json, write_table

__all__ = ["data"]

into_option = click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep them here and not in your data folder. Set ADIT_DATA=DIR for commands to read them.",
)


@click.group()
def data() -> None:
    """The data that Adit reads: sources, vintages, licences."""


@data.command("list")
@format_option
def list_(format_: str) -> None:
    """List the data sets. The last column is the day on which you refreshed one.

    \b
    Example:
      adit data list --format csv
    """
    from adit.evidence.sources.catalogue import datasets
    from adit.evidence.sources.live_files import current

    header = ("file", "title", "publisher", "licence", "period", "retrieved", "refreshed")
    refreshed = {d.file: kept for d in datasets() if (kept := current(d.file).refreshed)}
    rows = [
        (
            d.file,
            d.title,
            d.publisher,
            d.licence,
            refreshed[d.file].period if d.file in refreshed else d.period,
            d.retrieved.isoformat(),
            f"{refreshed[d.file].fetched_at_utc:%Y-%m-%d}" if d.file in refreshed else "",
        )
        for d in datasets()
    ]
    match format_:
        case "json":
            papers = [asdict(r) for r in refreshed.values()]
            write_json({"adit": __version__, "datasets": [asdict(d) for d in datasets()], "refreshed": papers})
        case "csv":
            write_csv(header, rows)
        case _:
            write_table("", header, rows)


@data.command()
@click.argument("file")
def show(file: str) -> None:
    """Show where one data set comes from: FILE as `adit data list` names it.

    \b
    Example:
      adit data show sites/russia_sites.csv
    """
    from adit.evidence.sources.catalogue import dataset
    from adit.evidence.sources.live_files import current

    _say_papers(asdict(dataset(file)))
    held = current(file)
    if held.refreshed:
        say("")
        say(f"You refreshed it, and {held.path} is in use:")
        _say_papers(asdict(held.refreshed))


def _say_papers(papers: dict[str, object]) -> None:
    for name, value in papers.items():
        text = "; ".join(value) if isinstance(value, tuple) else value
        say(f"{as_bold(f'{name:<14}')} {text}")


@data.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@into_option
@format_option
def refresh(names: tuple[str, ...], into: Path | None, format_: str) -> None:
    """Fetch newer data from their publishers: rates, prices, epochs, pools, fees. Without NAME, list what can be refreshed.

    What comes is checked as strictly as what is shipped, and kept whole or not at all, with publisher, time and hash, in
    $ADIT_DATA, else $XDG_DATA_HOME/adit, else ~/.local/share/adit. Commands prefer it from then on, and say so.

    \b
    Example:
      adit data refresh
      adit data refresh rates epochs
    """
    from datetime import UTC, datetime

    from adit.evidence.sources.live_connectors import CONNECTORS, connector
    from adit.evidence.sources.live_connectors import refresh as refresh_one
    from adit.evidence.sources.live_files import current

    if not names:
        _write(
            format_,
            "sources",
            ("name", "file", "publisher", "terms", "host", "held"),
            [
                (c.name, c.file, c.publisher, c.terms, c.door.hosts[0], current(c.file, into).vintage)
                for c in CONNECTORS
            ],
        )
        return
    for name in names:
        connector(name)  # a name that does not exist is told before anything is fetched
    rows: list[tuple[str, ...]] = []
    for name in names:
        with progress(f"asking {connector(name).publisher}"):
            outcome = refresh_one(name, now_utc=datetime.now(UTC).replace(microsecond=0), into=into)
        rows += [(name, change) for change in outcome.changes]
        if outcome.kept:
            kept = current(outcome.kept.file, into).path
            log(f"{name}: {len(outcome.changes)} changes, kept as {kept}, sha256 {outcome.kept.sha256}")
        else:
            log(f"{name}: nothing new")
    _write(format_, "changes", ("name", "change"), rows)


def _write(format_: str, key: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    match format_:
        case "json":
            write_json({"adit": __version__, key: [dict(zip(header, row, strict=True)) for row in rows]})
        case "csv":
            write_csv(header, rows)
        case _ if rows:
            write_table("", header, rows)
