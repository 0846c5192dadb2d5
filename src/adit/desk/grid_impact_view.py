"""What a mining load would do, as its page shows it: figures by zone, and bars by month of curtailment, price and emissions.

Only geometry, classes and words; colours are those of `static/grid_impact.css`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from adit.grid.impact import Impact, ZoneResult, results
from adit.grid.impact_months import by_month
from adit.grid.wording import figure, per_mwh, phrase, zone_name
from adit.terms.language import percent

__all__ = [
    "HIGH",
    "WIDE",
    "Bar",
    "Chart",
    "Measure",
    "ZoneFigures",
    "charts_of",
    "gap_told",
    "sentence",
    "zone_figures",
]

WIDE, HIGH = 600, 160  # of a chart, in units of its own
_DIVISIONS = 4
_WIDEST = 90  # of the bars of a month, where there are few


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


def sentence(found: Impact, asked: Mapping[str, float], language: str) -> str:
    """The answer in a few sentences."""
    network = found.without.network
    before, after = results(found.without), results(found.with_load)
    unit = per_mwh(network.currency, language)

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    def whole(value: float, *, sign: bool = False) -> str:
        return figure(value, language, 1 if abs(value) < 100 else 0, sign=sign)

    each = [say("load in", mw=figure(mw, language), place=place) for place, mw in asked.items()]
    loads = say("and").join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)
    more = sum(_gwh_served(a) - _gwh_served(b) for a, b in zip(after, before, strict=True))
    told = [
        say(
            "in every hour" if found.firm else "in cheap hours",
            loads=loads,
            hours=figure(network.hours, language),
            taken=whole(more),
        )
    ]
    here = [(a, b) for a, b, mw in zip(after, before, found.added_mw, strict=True) if mw]
    if here and not found.firm:
        hours = (say("hours in", hours=figure(a.curtailed_hours, language), zone=zone_name(a.zone, network.zones, language)) for a, _ in here)  # fmt: skip
        told.append(say("miners curtailed", told=", ".join(hours)))
    unserved = [figure(sum(r.unserved_mwh for r in run), language) for run in (before, after)]
    told.append(say("others lose", before=unserved[0], after=unserved[1]))
    if here:
        moves = (
            say(
                "price in",
                change=figure(a.price_mean - b.price_mean, language, 1, sign=True),
                unit=unit,
                zone=zone_name(a.zone, network.zones, language),
                was=figure(b.price_mean, language),
                now=figure(a.price_mean, language),
            )
            for a, b in here
        )
        told.append(say("mean price moves", told=", ".join(moves)))
    co2 = sum(r.co2_t for r in after) - sum(r.co2_t for r in before)
    told.append(say("co2 anywhere", co2=whole(co2 / 1e3, sign=True)))
    return " ".join(told)


def gap_told(found: Impact, language: str) -> str:
    """How far the cost of the worse run can be above the least, in per cent."""
    return percent(Decimal(f"{max(found.without.gap, found.with_load.gap):.5f}"), language)


def zone_figures(found: Impact, language: str) -> list[ZoneFigures]:
    """Every zone in the order of the network."""
    gwh, mwh, hours, kt = (phrase(u, language) for u in ("GWh", "MWh", "hours", "kt"))
    money = per_mwh(found.without.network.currency, language)
    shown: list[tuple[str, str, str, float, int]] = [
        ("generation", gwh, "generation_mwh", 1e3, 0),
        ("net import", gwh, "net_import_mwh", 1e3, 0),
        ("mining served", gwh, "mining_mwh", 1e3, 1),
        ("mining curtailed", hours, "curtailed_hours", 1, 0),
        ("mining curtailed", mwh, "curtailed_mwh", 1, 0),
        ("not served", hours, "unserved_hours", 1, 0),
        ("not served", mwh, "unserved_mwh", 1, 0),
        ("mean price", money, "price_mean", 1, 1),
        ("highest price", money, "price_max", 1, 0),
        ("CO2 emitted here", kt, "co2_t", 1e3, 1),
    ]
    rows = []
    for mw, one, two in zip(found.added_mw, results(found.without), results(found.with_load), strict=True):
        measures = []
        for name, unit, key, scale, places in shown:
            was, now = getattr(one, key) / scale, getattr(two, key) / scale
            told = (figure(was, language, places), figure(now, language, places), figure(now - was, language, places, sign=True))  # fmt: skip
            measures.append(Measure(phrase(name, language), unit, *told))
        rows.append(
            ZoneFigures(
                zone_name(two.zone, found.without.network.zones, language), figure(mw, language), tuple(measures)
            )
        )
    return rows


def charts_of(found: Impact, language: str, *, moscow: bool) -> dict[str, list[Chart]]:
    """Pictures by what they show: only of zones where something is curtailed, or where the load was put."""
    network, monthly = found.without.network, by_month(found, moscow=moscow)
    made: dict[str, list[Chart]] = {"curtailed": [], "price": [], "co2": []}

    def say(key: str) -> str:
        return phrase(key, language)

    both = (("was", say("without the load")), ("now", say("with it")))
    for z, zone in enumerate(network.zones):
        name = zone_name(zone, network.zones, language)
        was, now = (by_zone[z] for by_zone in monthly.curtailed_hours)
        if any(was):
            made["curtailed"].append(_chart(name, say("hours"), monthly.months, both, [was, now], 0, language))
        elif any(now):
            one = (("now", say("with the load")),)
            made["curtailed"].append(_chart(name, say("hours"), monthly.months, one, [now], 0, language))
        if found.added_mw[z]:
            prices = [by_zone[z] for by_zone in monthly.price_mean]
            money = per_mwh(network.currency, language)
            made["price"].append(_chart(name, money, monthly.months, both, prices, 0, language))
    more, added = [t / 1e3 for t in monthly.co2_added_t], (("now", say("added by the load")),)
    made["co2"].append(_chart(say("all zones"), say("kt"), monthly.months, added, [more], 1, language))
    return made


def _gwh_served(result: ZoneResult) -> float:
    return (result.load_mwh - result.unserved_mwh + result.mining_mwh) / 1e3


def _chart(
    name: str,
    unit: str,
    months: Sequence[str],
    series: Sequence[tuple[str, str]],
    values: Sequence[Sequence[float]],
    places: int,
    language: str,
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
            said = phrase(
                "bar said", language, month=month, name=told, value=figure(value, language, places), unit=unit
            )
            bars.append(Bar(kind, x, ends[0], round(thick, 1), round(ends[1] - ends[0], 1), said))
    count = round((top - bottom) / step)
    digits = 0 if step >= 1 else ceil(-log10(step))
    rows = tuple((month, *(figure(v[m], language, places) for v in values)) for m, month in enumerate(months))
    spans = (
        phrase("from to", language, name=told, least=figure(min(v), language, places), most=figure(max(v), language, places))
        for (_, told), v in zip(series, values, strict=True)
    )  # fmt: skip
    ticks = tuple((at(bottom + k * step), figure(bottom + k * step, language, digits)) for k in range(count + 1))
    alt = phrase("chart said", language, zone=name, unit=unit, told="; ".join(spans))
    return Chart(name, unit, tuple(bars), ticks, at(0.0), tuple(months), tuple(series), rows, alt)


def _round_step(rough: float) -> float:
    """The round figure from here on: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return float(next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= rough * (1 - 1e-12)))
