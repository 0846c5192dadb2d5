"""The feasibility of a site as its page shows it: a waterfall of the cash, a grid of prices, the spread of returns, regimes side by side.

Only geometry and words; colours are those of `static/site.css`.
"""

from dataclasses import dataclass
from math import floor, isnan, log10

from adit.site.feasibility import Feasibility, Outcome
from adit.site.record import totals
from adit.site.telling import (
    act_status,
    act_title,
    figure,
    million,
    phrase,
    place_in,
    rate_in,
    share_in,
    silent_told,
    stops_told,
    word_in,
)
from adit.terms.language import number

__all__ = ["HIGH", "WIDE", "Bin", "Cell", "GridRow", "RegimeRow", "SiteView", "Step", "view_of"]

WIDE, HIGH = 1000, 200  # of a drawing, in its own units
_BINS = 24


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall: from `x` for `width`; `tone` is gain, cost or sum."""

    label: str
    said: str
    x: float
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Net present value at one price of a coin and one of power."""

    said: str
    tone: str  # up-3 to up-1, zero, down-1 to down-3
    here: bool  # the prices that were asked about


@dataclass(frozen=True, slots=True)
class GridRow:
    """One price of power, in roubles per kWh."""

    power: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Paths with returns in one range."""

    x: float
    width: float
    y: float
    height: float
    said: str
    lost: bool


@dataclass(frozen=True, slots=True)
class RegimeRow:
    """What one regime does to the site."""

    id: str
    title: str
    status: str
    simulated: bool
    hours: str
    npv: str
    before: str
    irr: str
    payback: str
    break_even: str
    loss: str
    stops: tuple[tuple[str, str], ...]  # what is said of so many months, and the article
    silent: tuple[str, ...]
    strip: tuple[tuple[float, float, str, str], ...]  # months: x, width, tone, title


@dataclass(frozen=True, slots=True)
class SiteView:
    """The page's drawings and words. `zero`, `bin_zero`: where nothing lies on the scale of each."""

    steps: tuple[Step, ...]
    zero: float
    coins: tuple[str, ...]
    rows: tuple[GridRow, ...]
    bins: tuple[Bin, ...]
    bin_marks: tuple[str, str]
    bin_zero: float | None
    without_rate: int
    drawn: int
    regimes: tuple[RegimeRow, ...]
    headline: str


def view_of(f: Feasibility, language: str) -> SiteView:
    """All that the page shows."""
    steps, zero = _waterfall(f.first, language)
    bins, marks, bin_zero, without = _returns(f.first, language)
    first = f.first
    headline = phrase(
        "headline worth" if first.npv >= 0 else "headline loses",
        language,
        power=number(f.site.plan.power_mw, language),
        place=place_in(f.site.region, language),
        n=len(f.site.months),
        npv=million(abs(float(first.npv)), language),
        rate=share_in(f.assumptions["money.discount_per_year"], language),
    )
    return SiteView(
        steps=steps,
        zero=zero,
        coins=tuple(figure(f.market.rub_per_btc_kopecks / 1e8 * k, language, 2) for k in f.grid.coin_factors),
        rows=_grid(f, language),
        bins=bins,
        bin_marks=marks,
        bin_zero=bin_zero,
        without_rate=without,
        drawn=len(first.irr_paths),
        regimes=tuple(_regime(o, language) for o in f.outcomes),
        headline=headline,
    )


def _waterfall(o: Outcome, language: str) -> tuple[tuple[Step, ...], float]:
    sums = {n: float(v) for n, v in totals(o).items()}
    parts = [("coins before fee", sums["income"] + sums["pool_fee"]), ("pool fee", -sums["pool_fee"]),
             ("heat sold", sums["heat"]), ("power", -sums["power"]), ("levy", -sums["levy"]), ("operation", -sums["operations"]),
             ("profit tax", -sums["tax"]), ("VAT on coins", -sums["vat"]), ("machines landed", -float(o.columns.capital.imported)),
             ("site and connection", -float(o.columns.capital.built))]  # fmt: skip
    level, spans = 0.0, []
    for label, amount in parts:
        spans.append((label, amount, min(level, level + amount), abs(amount), "gain" if amount > 0 else "cost"))
        level += amount
    spans.append(("left", level, min(level, 0.0), abs(level), "sum" if level >= 0 else "sum bad"))
    least, most = min(s[2] for s in spans), max(s[2] + s[3] for s in spans)
    scale = WIDE / ((most - least) or 1.0)
    steps = tuple(
        Step(
            phrase(label, language),
            million(amount, language),
            round((start - least) * scale, 1),
            round(max(width * scale, 0.0), 1),
            tone,
        )
        for label, amount, start, width, tone in spans
    )
    return steps, round(-least * scale, 1)


def _grid(f: Feasibility, language: str) -> tuple[GridRow, ...]:
    greatest = max((abs(v) for row in f.grid.npv for v in row), default=1.0) or 1.0
    here = f.grid.power_rub_per_kwh.index(f.site.plan.price_rub_per_kwh.quantize(f.grid.power_rub_per_kwh[0]))
    rows = []
    for n, (power, values) in enumerate(zip(f.grid.power_rub_per_kwh, f.grid.npv, strict=True)):
        cells = tuple(
            Cell(figure(v / 1e6, language), _tone(v, greatest), n == here and factor == 1.0)
            for v, factor in zip(values, f.grid.coin_factors, strict=True)
        )
        rows.append(GridRow(figure(power, language, 2), cells))
    return tuple(rows)


def _tone(value: float, greatest: float) -> str:
    depth = 1 + min(2, floor(3 * abs(value) / greatest))
    return f"up-{depth}" if value >= 0 else f"down-{depth}"


def _returns(o: Outcome, language: str) -> tuple[tuple[Bin, ...], tuple[str, str], float | None, int]:
    """The histogram of the yearly rates of the paths that have one, beyond the outermost hundredth put to its edge."""
    rates = sorted(r for r in o.irr_paths if not isnan(r))
    without = len(o.irr_paths) - len(rates)
    if len(rates) < 2 or rates[0] == rates[-1]:
        return (), ("", ""), None, without
    low, high = rates[len(rates) // 100], rates[-1 - len(rates) // 100]
    step = _round_step((high - low or 0.01) / _BINS)
    first = floor(low / step)
    bins = min(_BINS + 1, floor(high / step) - first + 1)
    counts = [0] * bins
    for rate in rates:
        counts[min(max(floor(rate / step) - first, 0), bins - 1)] += 1
    width, top = WIDE / bins, max(counts)
    drawn = tuple(
        Bin(
            round(n * width, 1), round(width * 0.92, 1), round(HIGH - HIGH * count / top, 1), round(HIGH * count / top, 1),
            phrase("bin said", language, low=share_in((first + n) * step, language), high=share_in((first + n + 1) * step, language), n=count),
            (first + n) * step < 0,
        )
        for n, count in enumerate(counts)
    )  # fmt: skip
    zero = round(-first * width, 1)
    ends = [phrase("a year", language, rate=share_in(edge * step, language)) for edge in (first, first + bins)]
    marks = (ends[0], ends[1])
    return drawn, marks, zero if 0 < zero < WIDE else None, without


def _round_step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return float(next(power * f for f in (1, 2, 5, 10) if power * f >= rough * (1 - 1e-12)))


def _regime(o: Outcome, language: str) -> RegimeRow:
    regime, months = o.answers.regime, o.answers.months
    step = WIDE / len(months)

    def said(n: int) -> str:
        a, still = months[n], months[n].share and not o.months[n].runs
        told = phrase("strip said", language, month=a.period, may=word_in(a.may_mine, language), share=share_in(a.share, language))  # fmt: skip
        return told + (phrase("strip still", language) if still else "")

    def tone(n: int) -> str:
        share = months[n].share
        return "none" if not share else "still" if not o.months[n].runs else "full" if share == 1 else "part"

    even = o.break_even_rub_per_kwh
    return RegimeRow(
        id=regime.id,
        title=act_title(regime, language),
        status=act_status(regime, language),
        simulated=o.answers.simulated,
        hours=share_in(o.hours_allowed, language),
        npv=million(o.npv, language),
        before=million(o.npv_before_dues, language),
        irr=rate_in(o.irr, language),
        payback=phrase("never", language) if o.payback is None else phrase("months", language, n=o.payback),
        break_even=phrase("none", language)
        if even is None
        else phrase("rub per kwh", language, price=figure(even, language, 2)),
        loss=share_in(o.loss_probability, language, 1),
        stops=tuple(stops_told(o, language)),
        silent=tuple(silent_told(o.answers, language)),
        strip=tuple((round(n * step, 2), round(step * 0.86, 2), tone(n), said(n)) for n in range(len(months))),
    )
