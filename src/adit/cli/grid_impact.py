"""`adit grid impact`: what a given mining load would do to the power systems, zone by zone, against the same hours without it."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import (
    as_dim,
    format_option,
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
    from adit.grid.impact import Impact, ZoneResult
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
    asked = parse_load(load)
    network, facts = _network(file, year, first.date() if first else None, last.date() if last else None)
    with progress("dispatching the hours without and with the load"):
        found = impact_of(network, asked, firm=firm, window_h=int(window))
    before, after = results(found.without), results(found.with_load)
    if hourly is not None:
        write_whole(hourly, _hourly(found))
        log(f"written to {hourly}")
    if format_ == "json":
        write_json(_envelope(found, asked, facts) | {"zones": _rows(found, before, after)})
    elif format_ == "csv":
        rows = _rows(found, before, after)
        write_csv(list(rows[0]), [list(r.values()) for r in rows])
    else:
        _print(found, before, after, facts)
    worse = sum(r.unserved_mwh for r in after) > sum(r.unserved_mwh for r in before) + 1.0
    context.exit(1 if worse else 0)


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
    found |= {"summer_share": {"value": scenario["summer_share"], "reason": reasons.get("summer", "")}}
    found["export"] = {"value": scenario["export_system"], "reason": reasons.get("export", "")}
    found |= {f"fuel {fuel}": table for fuel, table in scenario["fuel"].items()} | {"hydro": scenario["hydro"]}
    return found | {f"line {row['from']}-{row['to']}": row for row in scenario["line"]}


def _rows(found: "Impact", before: "list[ZoneResult]", after: "list[ZoneResult]") -> list[dict[str, Any]]:
    from dataclasses import asdict

    rows = []
    for mw, one, two in zip(found.added_mw, before, after, strict=True):
        row: dict[str, Any] = {"zone": two.zone, "added_mw": mw}
        for key, value in asdict(two).items():
            if key != "zone":
                was = getattr(one, key)
                row |= {
                    f"{key}_without": _short(was),
                    f"{key}_with": _short(value),
                    f"{key}_difference": _short(value - was),
                }
        rows.append(row)
    return rows


def _short(value: float) -> float:
    return value if isinstance(value, int) else round(value, 3) + 0.0


def _envelope(found: "Impact", asked: dict[str, float], facts: dict[str, Any]) -> dict[str, Any]:
    network = found.without.network
    return {
        "adit": __version__,
        **facts,
        "load_mw": asked,
        "firm": found.firm,
        "hours": network.hours,
        "first_hour_utc": str(network.hours_utc[0]),
        "last_hour_utc": str(network.hours_utc[-1]),
        "currency": network.currency,
        "cost_without": found.without.cost,
        "cost_with": found.with_load.cost,
        "cost_above_least_at_most": max(found.without.gap, found.with_load.gap),
    }


def _print(found: "Impact", before: "list[ZoneResult]", after: "list[ZoneResult]", facts: dict[str, Any]) -> None:
    network = found.without.network
    money = f"price, {network.currency}/MWh"
    moved, emitted = ("net import, GWh", "change, GWh"), ("CO2, kt", "change, kt")
    header = ("zone", "added, MW", "mined, GWh", "curtailed, h", "unserved, MWh", "and without", money, "change", *moved, *emitted)  # fmt: skip
    rows = [
        (
            two.zone, f"{mw:,.0f}", f"{two.mining_mwh / 1e3:,.0f}", f"{two.curtailed_hours:,}", f"{two.unserved_mwh:,.0f}", f"{one.unserved_mwh:,.0f}",
            f"{two.price_mean:,.0f}", f"{two.price_mean - one.price_mean:+,.1f}", f"{two.net_import_mwh / 1e3:,.0f}",
            f"{(two.net_import_mwh - one.net_import_mwh) / 1e3:+,.0f}", f"{two.co2_t / 1e3:,.0f}", f"{(two.co2_t - one.co2_t) / 1e3:+,.1f}",
        )
        for mw, one, two in zip(found.added_mw, before, after, strict=True)
    ]  # fmt: skip
    write_table("", header, rows, right=header[1:])
    total = sum(r.co2_t for r in after) - sum(r.co2_t for r in before)
    mined = sum(r.mining_mwh for r in after) - sum(r.mining_mwh for r in before)
    if found.firm:
        mined = sum(r.load_mwh - r.unserved_mwh for r in after) - sum(r.load_mwh - r.unserved_mwh for r in before)
    say(
        f"{network.hours:,} hours. The load takes {mined / 1e3:,.0f} GWh and adds {total / 1e3:,.0f} kt of CO2, wherever it is emitted."
    )
    gap = max(found.without.gap, found.with_load.gap)
    say(
        as_dim(
            f"Price: of one more megawatt-hour, weighted by load. The cost is at most {gap:.3%} above the least possible."
        )
    )
    if left_out := facts.get("days_left_out"):
        say(as_dim(f"Left out for a missing hour, nothing is filled in: {', '.join(left_out)}."))
    if measured := facts.get("measured_net_import_mwh"):
        told = ", ".join(
            f"{one.zone} {one.net_import_mwh / 1e6:+.1f} ({measured[one.zone] / 1e6:+.1f})" for one in before
        )
        say(as_dim(f"How far it carries: net import without the load, TWh, and as measured: {told}."))
        say(
            as_dim(
                "Hours are the System Operator's, capacity the Global Power Plant Database's. Cost, outages, heat, water and the limits "
                f"of sections are scenario values, each with its reason in {facts['network']}: copy it, change it, give it back with --network."
            )
        )


def _hourly(found: "Impact") -> str:
    """Both runs as CSV: one line a zone and hour."""
    from adit.grid.impact import emissions_t

    lines = ["zone,hour_utc,run,load_mw,mining_mw,curtailed_mw,unserved_mw,price_per_mwh,co2_t"]
    for run, done in (("without", found.without), ("with", found.with_load)):
        network, co2 = done.network, emissions_t(done)
        for z, zone in enumerate(network.zones):
            columns = (
                network.load_mw[z],
                network.mining_mw[z],
                done.curtailed_mw[z],
                done.shed_mw[z],
                done.price[z],
                co2[z],
            )
            lines += [
                f"{zone},{hour}:00Z,{run},{','.join(f'{v + 0.0:.3f}' for v in figures)}"
                for hour, figures in zip(network.hours_utc, zip(*columns, strict=True), strict=True)
            ]
    return "\n".join(lines) + "\n"
