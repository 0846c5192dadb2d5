"""`adit data`: what the shipped data are, where they come from, under which licence."""

from dataclasses import asdict

import click

from adit import __version__
from adit.cli.output import as_bold, format_option, say, write_csv, write_json, write_table

__all__ = ["data"]


@click.group()
def data() -> None:
    """The data that come with Adit: sources, vintages, licences."""


@data.command("list")
@format_option
def list_(format_: str) -> None:
    """List the data sets.

    \b
    Example:
      adit data list --format csv
    """
    from adit.evidence.sources.catalogue import datasets

    header = ("file", "title", "publisher", "licence", "period", "retrieved")
    rows = [(d.file, d.title, d.publisher, d.licence, d.period, d.retrieved.isoformat()) for d in datasets()]
    match format_:
        case "json":
            write_json({"adit": __version__, "datasets": [asdict(d) for d in datasets()]})
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

    for name, value in asdict(dataset(file)).items():
        text = "; ".join(value) if isinstance(value, tuple) else value
        say(f"{as_bold(f'{name:<12}')} {text}")
