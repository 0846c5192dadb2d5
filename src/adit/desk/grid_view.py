"""The hosting of systems as its page shows it: the surplus in order, by hour and month, and as tables.

Only geometry, classes and words; colours are those of `static/grid.css`.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from adit.desk.grid_subject_view import subject_name
from adit.grid.answer import Answer, ModelledEnd
from adit.grid.facts import month_facts
from adit.grid.hosting import End, Hosting
from adit.grid.pictures import by_hour_and_month, in_order
from adit.grid.telling import label_told, spanned
from adit.grid.wording import megawatts, phrase, system_name
from adit.terms.language import number

__all__ = [
    "HIGH",
    "WIDE",
    "Curve",
    "FigureRow",
    "Heat",
    "Picture",
    "figure_rows",
    "pictures",
]

WIDE, HIGH = 1000, 320  # of the curves, in units of their own
_TONES = 4  # steps of colour either side of zero


@dataclass(frozen=True, slots=True)
class Curve:
    """One end as a path, with its name."""

    name: str
    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Heat:
    """The mean surplus of an hour of the day in a month: its class, and in words."""

    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    month: int
    firm: str
    interruptible: str
    curtailed: str
    missing: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn of one system."""

    hosting: Hosting
    name: str
    curves: tuple[Curve, ...]
    zero: float
    mark: float  # where the accepted hours begin
    ticks: tuple[tuple[float, str], ...]
    alt: str
    heat: tuple[tuple[Heat, ...], ...]  # by hour of the day, then month
    heat_step: str
    months: tuple[MonthRow, ...]
    years: tuple[tuple[int, str, str, int], ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the chief table: the demonstrated and the installed end of one place."""

    place: str
    firm: str
    interruptible: str
    curtailed: str
    worst: str
    label: str
    note: str
    iso: str  # of a subject


def pictures(found: Answer, language: str) -> list[Picture]:
    """One for each system, in the order of the answer."""
    return [_picture(h, language) for h in found.systems]


def figure_rows(found: Answer, language: str) -> list[FigureRow]:
    """Systems, then subjects."""
    rows = []
    for h in found.systems:
        name = phrase("system", language, name=system_name(h.system, language))
        short = h.low.surplus_mw_firm
        note = (
            phrase("short", language, mw=f"{megawatts(-(short // 1), language)} {_mw(language)}") if short < 0 else ""
        )
        rows.append(_figures(name, h.low, h.high, phrase("computed", language), note, language))
    for s in found.subjects:
        name = subject_name(s, language)
        if s.low is None or s.high is None:
            unknown = phrase("not known", language)
            rows.append(FigureRow(name, unknown, unknown, "", "", unknown, "", s.region.iso))
        else:
            note = phrase("side of zero", language) if s.not_known == "spans zero" else ""
            rows.append(_figures(name, s.low, s.high, label_told(s, language), note, language, s.region.iso))
    return rows


def _picture(h: Hosting, language: str) -> Picture:
    ordered = [(end, in_order(end)) for end in (h.low, h.high)]
    least = min(p[1] for _, curve in ordered for p in curve.points)
    most = max(p[1] for _, curve in ordered for p in curve.points)
    step = _round_step((max(most, 0.0) - min(least, 0.0)) / 5 or 1.0)
    bottom, top = floor(min(least, 0.0) / step) * step, ceil(max(most, 0.0) / step) * step

    def at(mw: float) -> float:
        return round(HIGH - (mw - bottom) / (top - bottom) * HIGH, 1)

    curves = []
    for end, curve in ordered:
        steps = "L".join(f"{round(x * WIDE, 1)} {at(mw)}" for x, mw in curve.points)
        curves.append(Curve(end.name, f"M{steps}", phrase(end.name, language)))
    known = ordered[0][1].hours
    count = round((top - bottom) / step)
    heat, heat_step = _heat(h, language)
    name = phrase("system", language, name=system_name(h.system, language))
    spans = [
        f"{c.label}: {megawatts(curve.points[0][1], language)} … {megawatts(curve.points[-1][1], language)} {_mw(language)}"
        for c, (_, curve) in zip(curves, ordered, strict=True)
    ]
    return Picture(
        hosting=h,
        name=name,
        curves=tuple(curves),
        zero=at(0.0),
        mark=round(max(0.0, 1 - max(h.accept_hours - h.hours_missing, 0) / known) * WIDE, 1),
        ticks=tuple(
            (at(bottom + k * step), number(Decimal(round(bottom + k * step)), language)) for k in range(count + 1)
        ),
        alt=f"{name}: {'; '.join(spans)}",
        heat=heat,
        heat_step=heat_step,
        months=tuple(
            MonthRow(
                m.month,
                megawatts(m.surplus_mw_firm, language),
                megawatts(m.surplus_mw_interruptible, language),
                phrase("not known", language) if cut is None else str(cut),
                m.hours_missing,
            )
            for m, cut in ((m, month_facts(h, m.month)["surplus_curtailed_hours"]) for m in h.low.months)
        ),
        years=tuple(
            (y.year, megawatts(y.surplus_mw_firm, language), f"{y.worst_hour:%Y-%m-%d %H:%M}", y.hours_missing)
            for y in h.low.years
        ),
    )


def _heat(h: Hosting, language: str) -> tuple[tuple[tuple[Heat, ...], ...], str]:
    means = by_hour_and_month(h.low, h.last)
    greatest = max((abs(mw) for row in means for mw in row if mw is not None), default=1.0)
    step = _round_step(greatest / _TONES)
    rows = []
    for hour, row in enumerate(means):
        cells = []
        for month, mw in enumerate(row, start=1):
            said = phrase("not known", language) if mw is None else f"{megawatts(mw, language)} {_mw(language)}"
            cells.append(Heat(_tone(mw, step), f"{month:02d}, {hour:02d}:00: {said}"))
        rows.append(tuple(cells))
    return tuple(rows), number(Decimal(f"{step:.0f}"), language)


def _tone(mw: float | None, step: float) -> str:
    if mw is None:
        return "q"
    level = min(_TONES, int(abs(mw) // step) + 1)
    return f"{'p' if mw >= 0 else 'm'}{level}"


def _figures(
    name: str, low: End | ModelledEnd, high: End | ModelledEnd, label: str, note: str, language: str, iso: str = ""
) -> FigureRow:
    cut = (low.curtailed_hours, high.curtailed_hours)
    return FigureRow(
        place=name,
        firm=spanned(low.surplus_mw_firm, high.surplus_mw_firm, language),
        interruptible=spanned(low.surplus_mw_interruptible, high.surplus_mw_interruptible, language),
        curtailed=phrase("not known", language) if None in cut else " / ".join(map(str, cut)),
        worst=f"{low.worst_hour:%Y-%m-%d %H:%M}",
        label=label,
        note=note,
        iso=iso,
    )


def _mw(language: str) -> str:
    return "МВт" if language == "ru" else "MW"


def _round_step(rough: float) -> float:
    """The round figure from here on: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return float(next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= rough * (1 - 1e-12)))
