"""What a mining load would do, as its page shows it: figures by zone, and bars by month of curtailment, price and emissions.

Only geometry, classes and words; colours are those of `static/grid_impact.css`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from adit.grid.impact import Impact, ZoneResult, results
from adit.grid.impact_months import by_month

__all__ = ["HIGH", "WIDE", "AssumptionRow", "Bar", "Chart", "Measure", "ZoneFigures", "assumption_rows", "charts_of", "sentence", "zone_figures"]  # fmt: skip

WIDE, HIGH = 600, 160  # of a chart, in units of its own
_DIVISIONS = 4
_WIDEST = 90  # of the bars of a month, where there are few
_UNITS = {"per_mwh": "per MWh", "_mw": " in MW", "co2_t": "CO2 in t"}  # as people write them


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a zone, without the load and with it."""

    name: str
    unit: str
    without: str
    with_load: str
    difference: str


@dataclass(frozen=True, slots=True)
class ZoneFigures:
    zone: str
    added: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str  # "was", "now"
    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by month, one or two a month; `rows` are the same figures as a table."""

    name: str
    unit: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float
    months: tuple[str, ...]
    series: tuple[tuple[str, str], ...]  # kind and name
    rows: tuple[tuple[str, ...], ...]
    alt: str


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    name: str
    value: str
    reason: str


def sentence(found: Impact, asked: Mapping[str, float]) -> str:
    """The answer in three sentences."""
    network = found.without.network
    before, after = results(found.without), results(found.with_load)
    when = "in every one of them" if found.firm else "in those in which power costs less than the miners bid"
    loads = " and ".join(f"{mw:,.0f} MW in {place}" for place, mw in asked.items())
    more = sum(_gwh_served(a) - _gwh_served(b) for a, b in zip(after, before, strict=True))
    unserved = sum(r.unserved_mwh for r in before), sum(r.unserved_mwh for r in after)
    curtailed = [f"{r.curtailed_hours:,} in {r.zone}" for r, mw in zip(after, found.added_mw, strict=True) if mw]
    prices = [
        f"{a.price_mean - b.price_mean:+,.1f} {network.currency}/MWh in {a.zone} (from {b.price_mean:,.0f} to {a.price_mean:,.0f})"
        for a, b, mw in zip(after, before, found.added_mw, strict=True)
        if mw
    ]
    told = f"{loads}, over {network.hours:,} hours, {when}, would take {_whole(more)} GWh."
    if curtailed and not found.firm:
        told += f" Hours in which miners are curtailed: {', '.join(curtailed)}."
    told += f" Others are left without {unserved[1]:,.0f} MWh, against {unserved[0]:,.0f} without the load."
    if prices:
        told += f" The mean price moves by {', '.join(prices)}."
    co2 = sum(r.co2_t for r in after) - sum(r.co2_t for r in before)
    return f"{told} CO2, wherever it is emitted: {_whole(co2 / 1e3, '+')} kt."


def zone_figures(found: Impact) -> list[ZoneFigures]:
    """Every zone in the order of the network."""
    money = f"{found.without.network.currency}/MWh"
    shown: list[tuple[str, str, str, float, int]] = [
        ("generation", "GWh", "generation_mwh", 1e3, 0),
        ("net import", "GWh", "net_import_mwh", 1e3, 0),
        ("mining served", "GWh", "mining_mwh", 1e3, 1),
        ("mining curtailed", "hours", "curtailed_hours", 1, 0),
        ("mining curtailed", "MWh", "curtailed_mwh", 1, 0),
        ("not served", "hours", "unserved_hours", 1, 0),
        ("not served", "MWh", "unserved_mwh", 1, 0),
        ("mean price", money, "price_mean", 1, 1),
        ("highest price", money, "price_max", 1, 0),
        ("CO2 emitted here", "kt", "co2_t", 1e3, 1),
    ]
    rows = []
    for mw, one, two in zip(found.added_mw, results(found.without), results(found.with_load), strict=True):
        measures = []
        for name, unit, key, scale, places in shown:
            was, now = getattr(one, key) / scale, getattr(two, key) / scale
            measures.append(Measure(name, unit, _told(was, places), _told(now, places), _told(now - was, places, "+")))
        rows.append(ZoneFigures(two.zone, f"{mw:,.0f}", tuple(measures)))
    return rows


def charts_of(found: Impact, *, moscow: bool) -> dict[str, list[Chart]]:
    """Pictures by what they show: only of zones where something is curtailed, or where the load was put."""
    network, monthly = found.without.network, by_month(found, moscow=moscow)
    made: dict[str, list[Chart]] = {"curtailed": [], "price": [], "co2": []}
    both, one = (("was", "without the load"), ("now", "with it")), (("now", "with the load"),)
    for z, zone in enumerate(network.zones):
        was, now = (by_zone[z] for by_zone in monthly.curtailed_hours)
        if any(was):
            made["curtailed"].append(_chart(zone, "hours", monthly.months, both, [was, now], 0))
        elif any(now):
            made["curtailed"].append(_chart(zone, "hours", monthly.months, one, [now], 0))
        if found.added_mw[z]:
            prices = [by_zone[z] for by_zone in monthly.price_mean]
            made["price"].append(_chart(zone, f"{network.currency}/MWh", monthly.months, both, prices, 0))
    more = [t / 1e3 for t in monthly.co2_added_t]
    made["co2"].append(_chart("All zones", "kt", monthly.months, (("now", "added by the load"),), [more], 1))
    return made


def assumption_rows(assumptions: Mapping[str, Mapping[str, Any]]) -> list[AssumptionRow]:
    """Every value of the scenario with its reason, in words."""
    rows = []
    for name, entry in assumptions.items():
        table = {k: v for k, v in entry.items() if k not in ("reason", "from", "to")}
        value = _value(table["value"]) if set(table) == {"value"} else _value(table)
        inner = [str(v["reason"]) for v in table.values() if isinstance(v, Mapping) and "reason" in v]
        rows.append(AssumptionRow(_words(name), value, " ".join([str(entry.get("reason", "")), *inner]).strip()))
    return rows


def _words(key: str) -> str:
    for code, unit in _UNITS.items():
        key = key.replace(code, unit)
    return key.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = (f"{_words(k)} {_value(v)}" for k, v in value.items() if k != "reason")
        return "; ".join(parts)
    if isinstance(value, list):
        return _value(value[0]) if len(set(value)) == 1 and len(value) > 1 else ", ".join(_value(v) for v in value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _gwh_served(result: ZoneResult) -> float:
    return (result.load_mwh - result.unserved_mwh + result.mining_mwh) / 1e3


def _chart(
    name: str,
    unit: str,
    months: Sequence[str],
    series: Sequence[tuple[str, str]],
    values: Sequence[Sequence[float]],
    places: int,
) -> Chart:
    least, most = min(0.0, *(min(v) for v in values)), max(0.0, *(max(v) for v in values))
    step = _round_step((most - least) / _DIVISIONS or 1.0)
    bottom, top = floor(least / step) * step, max(ceil(most / step), 1 if least >= 0 else 0) * step

    def at(value: float) -> float:
        return round(HIGH - (value - bottom) / (top - bottom) * HIGH, 1)

    slot = WIDE / len(months)
    thick = min(slot * 0.7, _WIDEST) / len(values)
    left = (slot - thick * len(values)) / 2
    bars = []
    for m, month in enumerate(months):
        for k, ((kind, told), figures) in enumerate(zip(series, values, strict=True)):
            value = figures[m]
            ends = sorted((at(value), at(0.0)))
            x = round(m * slot + left + k * thick, 1)
            said = f"{month}, {told}: {_told(value, places)} {unit}"
            bars.append(Bar(kind, x, ends[0], round(thick, 1), round(ends[1] - ends[0], 1), said))
    count = round((top - bottom) / step)
    digits = 0 if step >= 1 else ceil(-log10(step))
    rows = tuple((month, *(_told(v[m], places) for v in values)) for m, month in enumerate(months))
    spans = (f"{told} {_told(min(v), places)} to {_told(max(v), places)}" for (_, told), v in zip(series, values, strict=True))  # fmt: skip
    return Chart(
        name, unit, tuple(bars), tuple((at(bottom + k * step), _told(bottom + k * step, digits)) for k in range(count + 1)),
        at(0.0), tuple(months), tuple(series), rows, f"{name}, {unit} by month: {'; '.join(spans)}",
    )  # fmt: skip


def _told(value: float, places: int, sign: str = "") -> str:
    shown = round(value, places) + 0.0
    return f"{shown:{sign if shown else ''},.{places}f}"


def _whole(value: float, sign: str = "") -> str:
    """Without decimals from a hundred on."""
    return _told(value, 1 if abs(value) < 100 else 0, sign)


def _round_step(rough: float) -> float:
    """The round figure from here on: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return float(next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= rough * (1 - 1e-12)))
