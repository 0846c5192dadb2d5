"""`adit grid impact`: what a given mining load would do to the power systems, zone by zone, against the same hours without it."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.grid_impact_telling import envelope_of, hourly_csv, impact_rows, print_impact
from adit.cli.output import format_option, language_option, log, progress, write_csv, write_json, write_whole
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.grid.network import Network

__all__ = ["impact"]

_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--load", required=True, help="Megawatts of mining by region, system or zone: RU-IRK=600,RU-KYA=300.")
@click.option("--year", type=int, help="A calendar year, Moscow time: 2015 to 2021. Not with a network of your own.")
@click.option("--from", "first", type=_DAY, help="Only from this day of the year.")
@click.option("--to", "last", type=_DAY, help="Only to this day of the year.")
@click.option(
    "--network",
    "file",
    type=_PATH,
    help="A changed scenario or a network (TOML), or PyPSA's: FILE.nc or a folder of CSV files.",
)
@click.option("--firm", is_flag=True, help="The load does not switch off when power is dear.")
@click.option(
    "--window",
    type=click.Choice(["24", "168"]),
    default="24",
    show_default=True,
    help="Hours that are dispatched at once.",
)
@click.option("--hourly", type=_PATH, help="Also write every zone and hour of both runs: FILE.csv.")
@click.option("--report", type=_PATH, help="Also write a page to read and print: FILE.html.")
@language_option
@format_option
@click.pass_context
def impact(
    context: click.Context,
    load: str,
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    file: Path | None,
    firm: bool,
    window: str,
    hourly: Path | None,
    report: Path | None,
    language: str,
    format_: str,
) -> None:  # fmt: skip
    """What a mining load would do: power not served, hours curtailed, price and emissions by zone.

    Exit code 1: with the load, somebody is not served who is served without it. Costs, outages, water and most limits are a scenario's.

    \b
    Example:
      adit grid impact --load "RU-IRK=600,RU-KYA=300" --year 2020
    """  # fmt: skip
    from adit.grid.impact import impact_of, parse_load, results

    if hourly is not None and hourly.suffix != ".csv":
        raise BadInput(f"{hourly} is not a CSV file.", todo="Write --hourly hours.csv.")
    if report is not None and report.suffix != ".html":
        raise BadInput(f"{report} is not a page.", todo="Write --report impact.html.")
    asked = parse_load(load)
    network, facts = _network(file, year, first.date() if first else None, last.date() if last else None)
    with progress("dispatching the hours without and with the load"):
        found = impact_of(network, asked, firm=firm, window_h=int(window))
    before, after = results(found.without), results(found.with_load)
    if hourly is not None:
        write_whole(hourly, hourly_csv(found))
        log(f"written to {hourly}")
    if report is not None:
        from adit.desk.grid_impact_page import page

        again = _command(load, year, first, last, file, firm, window, language)
        write_whole(report, page(found, asked, facts, language, command=again))
        log(f"written to {report}")
    if format_ == "json":
        write_json(envelope_of(found, asked, facts) | {"zones": impact_rows(found, before, after)})
    elif format_ == "csv":
        rows = impact_rows(found, before, after)
        write_csv(list(rows[0]), [list(r.values()) for r in rows])
    else:
        print_impact(found, before, after, asked, facts, language)
    worse = sum(r.unserved_mwh for r in after) > sum(r.unserved_mwh for r in before) + 1.0
    context.exit(1 if worse else 0)


def _command(
    load: str,
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    file: Path | None,
    firm: bool,
    window: str,
    language: str,
) -> str:
    """What to type to get the page again."""
    parts = [f'adit grid impact --load "{load}"']
    parts += [f"--year {year}"] if year is not None else []
    parts += [f"--{name} {day:%Y-%m-%d}" for name, day in (("from", first), ("to", last)) if day]
    parts += [f"--network {file}"] if file else []
    parts += ["--firm"] if firm else []
    parts += [f"--window {window}"] if window != "24" else []
    parts += [f"--lang {language}"] if language != "en" else []
    return " ".join([*parts, "--report impact.html"])


def _network(
    file: Path | None, year: int | None, first: date | None, last: date | None
) -> "tuple[Network, dict[str, Any]]":
    """The network asked for, and what is to be said of it."""
    from adit.grid.network import Network
    from adit.grid.scenario.store import SHIPPED_SCENARIO, read_network

    given = read_network(file or SHIPPED_SCENARIO)
    if isinstance(given, Network):
        if year is not None or first or last:
            raise BadInput(
                "A network of your own has its own hours.", where="--network", todo="Leave out --year, --from and --to."
            )
        return given, {"network": str(file)}
    if year is None:
        raise BadInput("Which year?", where="--year", todo="Give --year 2020, or a network of your own with --network.")
    from adit.evidence.sources.catalogue import dataset
    from adit.evidence.sources.hourly_power import HOURLY, read_hours, year_of
    from adit.evidence.sources.plants import PLANTS, read_plants
    from adit.grid.russia import russian_network

    hours = read_hours()
    made = russian_network(
        {name: year_of(h, year) for name, h in hours.items()},
        read_plants(),
        given,
        first_day=first,
        last_day=last,
        where=HOURLY,
    )
    return made.network, {
        "network": str(file) if file else "grid/scenario/russia.toml",
        "data": {name: dataset(name).vintage for name in (HOURLY, PLANTS)},
        "days_left_out": [str(d) for d in made.days_left_out],
        "measured_net_import_mwh": dict(zip(made.network.zones, made.measured_net_import_mwh, strict=True)),
        "assumptions": _assumptions(given),
    }


def _assumptions(scenario: Any) -> dict[str, Any]:
    """Every value of the scenario with its reason, flat."""
    reasons = {key.removesuffix("_reason"): why for key, why in scenario.items() if key.endswith("_reason")}
    found = {key: {"value": scenario[key], "reason": why} for key, why in reasons.items() if key in scenario}
    found |= {
        f"{key}_per_mwh": {"value": scenario[f"{key}_per_mwh"], "reason": reasons.get(key, "")}
        for key in ("shed", "bid")
    }
    found |= {"summer_share": {"value": scenario["summer_share"], "reason": reasons.get("summer", "")}}
    found["export"] = {"value": scenario["export_system"], "reason": reasons.get("export", "")}
    found |= {f"fuel {fuel}": table for fuel, table in scenario["fuel"].items()} | {"hydro": scenario["hydro"]}
    return found | {f"line {row['from']}-{row['to']}": row for row in scenario["line"]}
