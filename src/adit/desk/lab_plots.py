"""The charts of a lab report, from runs: fans over time, shares of the world, miners by cost, ended mining, the levy curve, what results turn on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from adit.desk.chart_rows import Flow, Interval, flows, intervals
from adit.desk.charts import (
    WIDE,
    Layer,
    Plot,
    Tick,
    along,
    area,
    axis,
    dots,
    figure,
    line,
    month_ticks,
    stacked,
    steps,
    table_link,
)
from adit.desk.lab_wording import measure_name, parameter_meaning, phrase, state_name, title_of, unit_name
from adit.evidence.sources.network_history import network_month
from adit.lab.comparing import parties
from adit.lab.model.outcome import FATES
from adit.lab.results.folder import money_of
from adit.lab.results.levy_curve import LevyPoint
from adit.lab.results.measures import MEASURES, focus_of
from adit.lab.results.merit import merit_order
from adit.lab.results.monthly import QUANTILES, bands_of
from adit.lab.results.sensitivity import LEAST_DRAWS, strongest
from adit.lab.run import Ran
from adit.terms.errors import BadInput
from adit.terms.language import titled

__all__ = ["ended", "fans", "levy_plots", "merit_plot", "share_plot", "tornado", "who_gains"]

OTHERS = "ZZ"  # of the places of the lab: whatever has no name of its own there
_SHOWN = 7  # states with an area of their own


def fans(ran: Ran, baseline: Ran | None, language: str) -> list[Plot]:
    """The network and the focus over time."""
    outcome, setting = ran.outcome, ran.setting
    here = focus_of(setting.scenario.focus, setting.places)
    money = money_of(ran)
    rate = np.array([setting.rates.of(setting.places[here[0]].currency, m) for m in outcome.months])

    def of(run: Ran) -> dict[str, Any]:
        found = run.outcome
        load = found.power_mw[:, :, focus_of(run.setting.scenario.focus, run.setting.places)]
        taken = found.tax_usd[:, :, here].sum(axis=(2, 3), dtype=np.float64)
        return {
            "network": found.network_ehs,
            "hashprice": found.hashprice_usd_per_th_day * 1000,
            "declared": load[..., 0].sum(axis=2),
            "household": load[..., 1].sum(axis=2),
            "hidden": load[..., 2].sum(axis=2),
            "tax": taken * rate / 1e6,
        }

    own, base = of(ran), of(baseline) if baseline is not None else {}
    seen = {"network": _observed(outcome.months)}
    return [
        _fan(
            name,
            phrase(name, language, money=money),
            outcome.months,
            own[name],
            base.get(name),
            seen.get(name, ()),
            language,
        )
        for name in own
        if np.any(own[name]) or np.any(base.get(name, 0))
    ]


def _observed(months: Sequence[Any]) -> list[tuple[int, float]]:
    """The hash rate of the months that the chain shows."""
    found = []
    for k, month in enumerate(months):
        try:
            found.append((k, network_month(month).hashrate_ehs))
        except BadInput:
            break
    return found


def _fan(
    name: str, title: str, months: Sequence[Any], own: Any, base: Any, seen: Sequence[tuple[int, float]], language: str
) -> Plot:
    bands = bands_of(own)
    low, quarter, middle, three, high = bands
    other = bands_of(base, (0.5,))[0] if base is not None else None
    xs = along(len(months))
    y = axis([*low, *high, *(other if other is not None else ()), *(v for _, v in seen)], language)
    layers = [area("wide", xs, low, high, y), area("half", xs, quarter, three, y), line("middle", xs, middle, y)]
    key = [
        ("wide", phrase("eighty", language)),
        ("half", phrase("half", language)),
        ("middle", phrase("middle", language)),
    ]
    if other is not None:
        layers.append(line("base", xs, other, y))
        key.append(("base", phrase("baseline", language)))
    if seen:
        layers.append(dots("seen", [(xs[k], v) for k, v in seen], y))
        key.append(("seen", phrase("observed", language)))
    head = ("month", *(f"q{round(100 * q)}" for q in QUANTILES), "baseline_q50")
    rows = [
        (f"{m:%Y-%m}", *map(float, bands[:, t]), float(other[t]) if other is not None else "")
        for t, m in enumerate(months)
    ]
    last = f"{title}: {figure(float(middle[-1]), language)} ({figure(float(low[-1]), language)} … {figure(float(high[-1]), language)}), {months[-1]:%Y-%m}"
    return Plot(
        f"fan-{name}", title, tuple(layers), month_ticks(months), y.ticks, last, tuple(key), table=table_link(head, rows), file=f"{name}.csv"
    )  # fmt: skip


def share_plot(ran: Ran, language: str) -> Plot:
    """The mean share of each state in the world's hash rate, stacked."""
    outcome, places = ran.outcome, ran.setting.places
    hashes = outcome.hashrate_ehs.sum(axis=3, dtype=np.float64).mean(axis=0)
    states = sorted({p.country for p in places})
    rows = {s: hashes[:, [i for i, p in enumerate(places) if p.country == s]].sum(axis=1) for s in states}
    total = sum(rows.values(), np.zeros(len(outcome.months)))
    ordered = sorted(states, key=lambda s: -float(rows[s].mean()))
    shown, rest = ordered[:_SHOWN], ordered[_SHOWN:]
    shares = [100 * rows[s] / total for s in shown] + ([100 * sum(rows[s] for s in rest) / total] if rest else [])
    names = [
        *(phrase("other", language) if s == OTHERS else state_name(s, language) for s in shown),
        *([phrase("rest", language)] if rest else []),
    ]
    tones = [f"s{k}" for k in range(len(names))]
    xs = along(len(outcome.months))
    y = axis([0.0, 100.0], language)
    layers = stacked(tones, names, xs, [list(map(float, s)) for s in shares], y)
    table = [(f"{m:%Y-%m}", *(float(s[t]) for s in shares)) for t, m in enumerate(outcome.months)]
    alt = ", ".join(f"{n} {figure(float(s[-1]), language)} %" for n, s in zip(names, shares, strict=True))
    return Plot(
        "shares", phrase("shares", language), tuple(layers), month_ticks(outcome.months), y.ticks, alt, tuple(zip(tones, names, strict=True)),
        table=table_link(("month", *names), table), file="shares.csv",
    )  # fmt: skip


def merit_plot(ran: Ran, baseline: Ran | None, language: str) -> Plot:
    """The focus's miners by cost, a year after the start, under the law of then and under the baseline's."""
    month = min(12, len(ran.outcome.months) - 1)
    here = focus_of(ran.setting.scenario.focus, ran.setting.places)
    own = merit_order(ran, month, here)
    base = merit_order(baseline, month, here) if baseline is not None else None
    whole = float(own.hashrate_ehs.sum())
    reached = np.cumsum(own.hashrate_ehs)
    top = (
        float(own.cost_usd_per_ph_day[np.searchsorted(reached, 0.95 * whole)]) * 1.2
    )  # the dearest twentieth goes off the drawing
    x = axis([0.0, whole], language, length=WIDE, up=False)
    y = axis([0.0, max(top, own.hashprice_usd_per_ph_day * 1.2)], language)

    def staircase(tone: str, found: Any) -> Layer:
        points = [(float(w), float(c)) for w, c in _merged(found)]
        return steps(tone, points, x, y)

    layers = [staircase("base", base)] if base is not None else []
    layers += [staircase("middle", own), line("price", [0.0, WIDE], [own.hashprice_usd_per_ph_day] * 2, y)]
    key = [("middle", title_of(ran.setting.scenario, language)), ("price", phrase("earned", language))]
    key += [("base", phrase("baseline", language))] if base is not None else []
    places = ran.setting.places
    rows = (
        (float(w), float(c), places[int(p)].code, int(s))
        for w, c, p, s in zip(own.hashrate_ehs, own.cost_usd_per_ph_day, own.place, own.sector, strict=True)
        if w > 0
    )
    above = 100 * float(own.hashrate_ehs[own.cost_usd_per_ph_day > own.hashprice_usd_per_ph_day].sum()) / whole
    alt = f"{phrase('merit', language)}: {figure(above, language)} % > {phrase('earned', language)}"
    return Plot(
        "merit", phrase("merit y", language), tuple(layers), x.ticks, y.ticks, alt,
        tuple(key), x_title=phrase("merit x", language),
        note=phrase(
            "merit why", language, place=ran.setting.scenario.focus, first=f"{ran.setting.state.as_of:%Y-%m}", month=f"{ran.outcome.months[month]:%Y-%m}"
        ),
        table=table_link(("ehs", "usd_per_ph_day", "place", "sector"), rows), file="merit_order.csv",
    )  # fmt: skip


def _merged(found: Any) -> list[tuple[float, float]]:
    """Steps of nearly one height as one, so that the drawing stays small."""
    merged: list[tuple[float, float]] = []
    for width, cost in zip(found.hashrate_ehs, found.cost_usd_per_ph_day, strict=True):
        if width <= 0:
            continue
        if merged and cost - merged[-1][1] < 0.004 * cost:
            merged[-1] = (merged[-1][0] + width, merged[-1][1])
        else:
            merged.append((width, cost))
    return merged


def ended(ran: Ran, language: str) -> list[Flow]:
    """What became of mining that ended, mean of the draws."""
    outcome = ran.outcome
    here = focus_of(ran.setting.scenario.focus, ran.setting.places)
    amounts = outcome.displaced_mw[:, :, here].sum(axis=(1, 2), dtype=np.float64).mean(axis=0)
    rows = [(f"f-{fate}", phrase(f"fate {fate}", language), float(a)) for fate, a in zip(FATES, amounts, strict=True)]
    return flows(rows, unit_name("MW", "", language), language)


def levy_plots(points: Sequence[LevyPoint], money: str, language: str) -> list[Plot]:
    """Revenue, and declared and hidden load, by the height of the levy."""
    places = [
        round(WIDE * k / max(1, len(points) - 1), 1) for k in range(len(points))
    ]  # heights double: even steps, each named
    ticks = tuple(Tick(x, figure(p.levy, language)) for x, p in zip(places, points, strict=True))
    head = (
        "levy",
        "revenue_p10",
        "revenue_p50",
        "revenue_p90",
        "declared_p50",
        "hidden_p10",
        "hidden_p50",
        "hidden_p90",
    )
    rows = [
        (p.levy, p.revenue.low, p.revenue.middle, p.revenue.high, p.declared_mw.middle, p.undeclared_mw.low, p.undeclared_mw.middle, p.undeclared_mw.high)
        for p in points
    ]  # fmt: skip
    table = table_link(head, rows)
    revenue, load = (axis([v for p in points for v in chosen(p)], language) for chosen in (_revenues, _loads))
    x_title = phrase("curve x", language, money=money)
    money_plot = Plot(
        "curve-revenue", phrase("curve revenue", language, money=money),
        (
            area("wide", places, [p.revenue.low for p in points], [p.revenue.high for p in points], revenue),
            line("middle", places, [p.revenue.middle for p in points], revenue),
            dots("knot", list(zip(places, (p.revenue.middle for p in points), strict=True)), revenue),
        ),
        ticks, revenue.ticks, "; ".join(f"{figure(p.levy, language)}: {figure(p.revenue.middle, language)}" for p in points),
        (("wide", phrase("eighty", language)), ("middle", phrase("middle", language))), x_title=x_title, table=table, file="levy_curve.csv",
    )  # fmt: skip
    load_plot = Plot(
        "curve-load", phrase("curve hidden", language),
        (
            area("wide2", places, [p.undeclared_mw.low for p in points], [p.undeclared_mw.high for p in points], load),
            line("middle2", places, [p.undeclared_mw.middle for p in points], load),
            line("middle", places, [p.declared_mw.middle for p in points], load),
        ),
        ticks, load.ticks, "; ".join(f"{figure(p.levy, language)}: {figure(p.undeclared_mw.middle, language)}" for p in points),
        (("middle", measure_name("declared_mw", language)), ("middle2", measure_name("undeclared_mw", language)), ("wide2", phrase("eighty", language))),
        x_title=x_title, table=table, file="levy_curve.csv",
    )  # fmt: skip
    return [money_plot, load_plot]


def _revenues(p: LevyPoint) -> tuple[float, float]:
    return p.revenue.low, p.revenue.high


def _loads(p: LevyPoint) -> tuple[float, float, float]:
    return p.undeclared_mw.low, p.undeclared_mw.high, p.declared_mw.middle


def who_gains(ran: Ran, baseline: Ran, language: str) -> list[Interval]:
    """Parties with what they gain; the grid, in megawatts, on a scale of its own below them."""
    money = money_of(ran)
    found = parties(ran.outcomes, baseline.outcomes)

    def rows(chosen: list[Any]) -> list[Interval]:
        made = [
            (
                phrase(f"party {p.name}", language),
                p.difference.low,
                p.difference.middle,
                p.difference.high,
                unit_name(p.unit, money, language),
            )
            for p in chosen
        ]
        return intervals(made, language)

    return rows([p for p in found if p.unit != "MW"]) + rows([p for p in found if p.unit == "MW"])


def tornado(ran: Ran, measure: str, language: str) -> tuple[list[Interval], str]:
    """The ten strongest inputs of an outcome, and what is told of them; an empty list with the reason where there are too few draws."""
    found = strongest(ran, measure)
    if not found:
        return [], phrase("tornado few", language, n=LEAST_DRAWS)
    unit = unit_name(MEASURES[measure].unit, money_of(ran), language)
    names = {p.name: parameter_meaning(p, language) for p in ran.parameters.each}
    rows = []
    for t in found:
        label = (
            phrase("coin price", language) if t.name == "price_usd_per_btc" else f"{titled(names[t.name])} ({t.name})"
        )
        rows.append((label, min(0.0, t.swing), t.swing, max(0.0, t.swing), unit))
    drawn = intervals(rows, language)
    told = []
    for row, t in zip(drawn, found, strict=True):
        sure = abs(t.swing) > 2 * t.noise
        said = f"{figure(t.low, language)} … {figure(t.high, language)} {unit}"
        tone = ("gain" if t.swing > 0 else "loss") if sure else "either"
        told.append(
            Interval(
                row.label,
                row.start,
                row.width,
                row.middle,
                row.zero,
                tone,
                row.value,
                said if sure else f"{said}; {phrase('tornado chance', language)}",
            )
        )
    return told, phrase("tornado why", language, outcome=titled(measure_name(measure, language)))
