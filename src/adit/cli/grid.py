"""`adit grid`: how much electricity is to spare, hour by hour, and what that can host."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from adit import __version__
from adit.cli.grid_envelope import envelope_of
from adit.cli.grid_impact import impact
from adit.cli.grid_neighbours import at_once, priced
from adit.cli.grid_telling import print_hosting, rows_of, write_facts
from adit.cli.output import (
    as_dim,
    format_option,
    language_option,
    log,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
    write_whole,
)
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["grid"]

_PATH = click.Path(path_type=Path)


@click.group()
def grid() -> None:
    """Measure where electricity is in surplus, and in which hours."""


grid.add_command(impact)


@grid.command()
@click.option("--year", type=int, required=True, help="A calendar year, Moscow time: 2015 to 2021.")
@language_option
@format_option
def balance(year: int, language: str, format_: str) -> None:
    """Generation, consumption and net exchange of each unified power system in a year.

    \b
    Example:
      adit grid balance --year 2020
    """
    from dataclasses import asdict

    from adit.evidence.sources.catalogue import dataset
    from adit.grid.balance import balances_of
    from adit.grid.wording import phrase, system_name

    rows = balances_of(year)
    source = dataset("electricity_ru/so_ups_annual_balance.csv")
    told = f"{source.publisher}; {source.vintage}"
    if format_ == "json":
        data = {source.file: source.vintage}
        write_json(
            {"adit": __version__, "data": data, "rows": [asdict(b) | {"unit": "MWh", "source": told} for b in rows]}
        )
    elif format_ == "csv":
        header = [*asdict(rows[0]), "unit", "source"]
        write_csv(header, [[*asdict(b).values(), "MWh", told] for b in rows])
    else:
        from adit.terms.language import number

        def figure(value: int) -> str:
            from decimal import Decimal

            return number(Decimal(value), language)

        columns = ("system column", "gen column", "con column", "net column", "missing column")
        header = [phrase(c, language) for c in columns]
        cells = [
            (system_name(b.system, language), figure(b.generation_mwh), figure(b.consumption_mwh), figure(b.balance_mwh), str(b.hours_missing))
            for b in rows
        ]  # fmt: skip
        write_table("", header, cells, right=header[1:])
        say(as_dim(phrase("balance note", language)))
        say(as_dim(phrase("source line", language, publisher=source.publisher, vintage=source.vintage)))


@grid.command()
@click.option(
    "--regions", default="", help="Regions by ISO code or name, or power systems, with commas. All systems if left out."
)
@click.option(
    "--year",
    type=int,
    required=True,
    help="The year whose hours are given up; every earlier year counts for what is firm.",
)
@click.option(
    "--accept-hours", type=int, default=0, show_default=True, help="Hours of the year in which a load may be cut."
)
@click.option("--consumption", type=_PATH, help="Your own table of subjects: region;year;consumption_mln_kwh.")
@click.option(
    "--limits",
    type=_PATH,
    help="Limits of the lines, each with its source: system;month;import_limit_mw;largest_element_mw;source.",
)
@click.option(
    "--network",
    type=_PATH,
    help="A changed scenario, TOML, for what neighbours can host at once. The shipped one if left out.",
)
@click.option(
    "--prices", is_flag=True, help="Also tell what hosting that much would do to the price. Takes some seconds."
)
@click.option(
    "--hours", type=_PATH, help="Other hours, Parquet or CSV: ts_msk, ups_code, consumption_mwh, generation_mwh."
)
@click.option("--facts", type=_PATH, help="Also write the facts by region and month: FILE.parquet or FILE.csv.")
@click.option("--report", type=_PATH, help="Also write a page to read and print: FILE.html.")
@language_option
@format_option
def hosting(
    regions: str,
    year: int,
    accept_hours: int,
    consumption: Path | None,
    limits: Path | None,
    network: Path | None,
    prices: bool,
    hours: Path | None,
    facts: Path | None,
    report: Path | None,
    language: str,
    format_: str,
) -> None:  # fmt: skip
    """How many megawatts each place can host: always, or with hours of being cut off.

    Each figure has two ends: what was demonstrated by generation, and what is installed. What is short hosts nothing.

    \b
    Example:
      adit grid hosting --regions RU-IRK,RU-KYA,RU-KR --year 2020 --accept-hours 300
    """
    from adit.evidence.sources.hourly_power import read_hours
    from adit.evidence.sources.own_consumption import read_consumption
    from adit.evidence.sources.transfer_limits import read_transfer_limits
    from adit.grid.answer import answer, places_of
    from adit.grid.capacity import accepted
    from adit.grid.facts import facts_of

    accepted(accept_hours)
    _check_files(report, facts)
    places = places_of(regions.split(","))
    cited = read_transfer_limits(limits) if limits else ()
    own = read_consumption(consumption) if consumption else None
    with progress("working out the surplus"):
        known = read_hours(hours)
        found = at_once(answer(places, known, year, accept_hours, limits=cited, own=own), known, network, cited)
        found = priced(found, known, network) if prices else found
    if facts is not None:
        write_facts(facts, facts_of(found))
        log(f"written to {facts}")
    if report is not None:
        from adit.desk.grid_page import page

        given = {"consumption": consumption, "limits": limits, "network": network, "hours": hours}
        write_whole(
            report,
            page(
                found,
                language,
                hours=str(hours or ""),
                command=_command(regions, year, accept_hours, given, prices, language),
            ),
        )
        log(f"written to {report}")
    rows = rows_of(found)
    if format_ == "json":
        write_json(envelope_of(found, hours) | {"rows": rows, "facts": facts_of(found)})
    elif format_ == "csv":
        write_csv(list(rows[0]), [list(r.values()) for r in rows])
    else:
        print_hosting(found, language)


def _command(
    regions: str, year: int, accept_hours: int, given: "Mapping[str, Path | None]", prices: bool, language: str
) -> str:
    asked = f" --regions {regions}" if regions else ""
    files = "".join(f" --{name} {file}" for name, file in given.items() if file)
    more = (" --prices" if prices else "") + (f" --lang {language}" if language != "en" else "")
    return f"adit grid hosting{asked} --year {year} --accept-hours {accept_hours}{files}{more}"


def _check_files(report: Path | None, facts: Path | None) -> None:
    if report is not None and report.suffix != ".html":
        raise BadInput(f"{report} is not a page.", todo="Write --report hosting.html.")
    if facts is not None and facts.suffix not in (".parquet", ".csv"):
        raise BadInput(f"{facts} is neither Parquet nor CSV.", todo="Write --facts surplus.parquet or surplus.csv.")
