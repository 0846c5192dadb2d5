"""How `adit grid impact` answers: rows and an envelope for programs, a table and notes for people, every hour as CSV."""

from typing import TYPE_CHECKING, Any

from adit import __version__
from adit.cli.output import as_dim, say, write_table

if TYPE_CHECKING:
    from adit.grid.impact import Impact, ZoneResult

__all__ = ["envelope_of", "hourly_csv", "impact_rows", "print_impact"]


def impact_rows(found: "Impact", before: "list[ZoneResult]", after: "list[ZoneResult]") -> list[dict[str, Any]]:
    """One row a zone: each figure without the load, with it, and the difference."""
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


def envelope_of(found: "Impact", asked: dict[str, float], facts: dict[str, Any]) -> dict[str, Any]:
    """What goes before the zones in JSON: versions, data, assumptions, hours, cost."""
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


def print_impact(found: "Impact", before: "list[ZoneResult]", after: "list[ZoneResult]", facts: dict[str, Any]) -> None:
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


def hourly_csv(found: "Impact") -> str:
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
