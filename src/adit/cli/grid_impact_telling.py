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


def print_impact(
    found: "Impact",
    before: "list[ZoneResult]",
    after: "list[ZoneResult]",
    asked: dict[str, float],
    facts: dict[str, Any],
    language: str,
) -> None:
    """A row by zone, and what must be read beside it."""
    from datetime import date

    from adit.desk.grid_impact_view import gap_told
    from adit.grid.wording import figure, per_mwh, phrase, recognition_notes, zone_name
    from adit.terms.language import day

    def shown(value: float, places: int = 0, *, sign: bool = False) -> str:
        return figure(value, language, places, sign=sign)

    network = found.without.network
    money = phrase("price column", language, unit=per_mwh(network.currency, language))
    names = (
        "zone",
        "added",
        "mined",
        "curtailed",
        "unserved",
        "unserved without",
        "price column",
        "change",
        "net import column",
        "change gwh",
        "co2 column",
        "change kt",
    )
    header = [money if n == "price column" else phrase(n, language) for n in names]
    rows = [
        (
            zone_name(two.zone, network.zones, language),
            shown(mw),
            shown(two.mining_mwh / 1e3),
            shown(two.curtailed_hours),
            shown(two.unserved_mwh),
            shown(one.unserved_mwh),
            shown(two.price_mean),
            shown(two.price_mean - one.price_mean, 1, sign=True),
            shown(two.net_import_mwh / 1e3),
            shown((two.net_import_mwh - one.net_import_mwh) / 1e3, sign=True),
            shown(two.co2_t / 1e3),
            shown((two.co2_t - one.co2_t) / 1e3, 1, sign=True),
        )
        for mw, one, two in zip(found.added_mw, before, after, strict=True)
    ]
    write_table("", header, rows, right=header[1:])
    total = sum(r.co2_t for r in after) - sum(r.co2_t for r in before)
    mined = sum(r.mining_mwh for r in after) - sum(r.mining_mwh for r in before)
    if found.firm:
        mined = sum(r.load_mwh - r.unserved_mwh for r in after) - sum(r.load_mwh - r.unserved_mwh for r in before)
    say(phrase("load takes", language, hours=shown(network.hours), taken=shown(mined / 1e3), co2=shown(total / 1e3)))
    for note in recognition_notes(asked, language):
        say(note)
    say(as_dim(phrase("price and gap", language, gap=gap_told(found, language))))
    if left_out := facts.get("days_left_out"):
        days = ", ".join(day(date.fromisoformat(d), language) for d in left_out)
        say(as_dim(phrase("days left out", language, days=days)))
    if measured := facts.get("measured_net_import_mwh"):
        told = ", ".join(
            f"{zone_name(one.zone, network.zones, language)} {shown(one.net_import_mwh / 1e6, 1, sign=True)} ({shown(measured[one.zone] / 1e6, 1, sign=True)})"
            for one in before
        )
        say(as_dim(phrase("how far", language, told=told)))
        say(as_dim(phrase("impact basis", language, file=facts["network"])))


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
