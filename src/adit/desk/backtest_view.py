"""Back-tests as a page shows them: a summary in words, scores beside naive forecasts, each forecast drawn with what came, and the histogram of ranks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from adit.desk.backtest_wording import place_told, score_told, target_told, text, unit_told, words
from adit.desk.chart_rows import Range, ranges
from adit.desk.charts import WIDE, Plot, Tick, area, axis, bars, dots, figure, line, month_ticks, table_link
from adit.lab.backtests.results import Assumed, BackTest, Forecast, Report, Score
from adit.lab.backtests.scoring import histogram
from adit.terms.language import day, titled

__all__ = [
    "Rows",
    "ScoreRow",
    "TestView",
    "forecasts_table",
    "pit_plot",
    "score_rows",
    "scores_table",
    "summary",
    "views",
]

_ENOUGH_MONTHS = 8  # of one series, for a chart over time
_TENTHS = 10


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score with its target and the same figure for naive forecasts. `met` is empty where there is no target."""

    test: str
    name: str
    note: str
    value: str
    target: str
    met: str  # met, missed, or empty
    naive: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Forecasts of one quantity on one scale; `told` says each in figures."""

    title: str
    naive: tuple[str, ...]  # whose marks are drawn, each in the tone of its place here
    rows: tuple[tuple[Range, str, str], ...]  # (drawing, the forecast with its band, what came)


@dataclass(frozen=True, slots=True)
class TestView:
    """A back-test as a section of the page."""

    id: str
    title: str
    as_of: str
    given: str
    coverage: str
    scores: tuple[ScoreRow, ...]
    plots: tuple[Plot, ...]
    months: tuple[
        tuple[str, tuple[tuple[str, str, str, bool], ...]], ...
    ]  # figures of each plot: (title, (month, forecast, outcome, inside))
    rows: tuple[Rows, ...]
    pit: Plot | None
    notes: tuple[str, ...]
    assumed: tuple[Assumed, ...]


# In words ---------------------------------------------------------------------------------------------------------
def summary(report: Report, language: str) -> list[str]:
    """What the report comes to: coverage, targets met, each target missed, and where a naive forecast was better."""
    found = []
    if report.coverage_pct is not None:
        pct = figure(report.coverage_pct, language)
        found.append(words("sum coverage", language, n=len(report.forecasts), pct=pct))
    aimed = [s for t in report.tests for s in t.scores if s.met is not None]
    if aimed:
        found.append(words("sum targets", language, met=sum(bool(s.met) for s in aimed), all=len(aimed)))
    titles = {t.id: text(t.title, language) for t in report.tests}
    for test, s in report.missed:
        found.append(
            words(
                "sum missed", language, name=text(s.name, language), test=titles[test], value=score_told(s, language), target=target_told(s, language)
            )
        )  # fmt: skip
    for t in report.tests:
        for s in t.scores:
            better = _beaten(s)
            if better:
                name, value = better
                found.append(
                    words(
                        "sum beaten", language, name=text(s.name, language), test=titles[t.id], value=score_told(s, language),
                        best=figure(value, language), naive=text(name, language),
                    )
                )  # fmt: skip
    return found


def _beaten(score: Score) -> tuple[str, float] | None:
    """The naive forecast with the smaller error, of scores that are errors."""
    if not score.baselines or score.unit not in ("%", "pp") or score.name.startswith(("draws in which", "coverage")):
        return None
    name = min(score.baselines, key=lambda n: abs(score.baselines[n]))
    return (name, score.baselines[name]) if abs(score.baselines[name]) < abs(score.value) else None


def score_rows(tests: Iterable[BackTest], language: str, *, aimed: bool = False) -> list[ScoreRow]:
    """The scores in the order of the tests; `aimed`: only those that have a target."""
    return [
        ScoreRow(
            text(t.title, language),
            text(s.name, language),
            text(s.note, language) if s.note else "",
            score_told(s, language),
            target_told(s, language),
            "" if s.met is None else "met" if s.met else "missed",
            tuple((text(name, language), figure(value, language)) for name, value in s.baselines.items()),
        )
        for t in tests
        for s in t.scores
        if not aimed or s.met is not None
    ]


# Each back-test ---------------------------------------------------------------------------------------------------
def views(report: Report, language: str) -> list[TestView]:
    """A section for each back-test."""
    return [_view(t, language) for t in report.tests]


def _view(t: BackTest, language: str) -> TestView:
    series = _series(t.forecasts)
    drawn = [(key, fs) for key, fs in series.items() if len({f.month for f in fs}) >= _ENOUGH_MONTHS]
    single = [f for key, fs in series.items() for f in fs if (key, fs) not in drawn]
    coverage = (
        ""
        if t.coverage_pct is None
        else words("coverage", language, n=len(t.forecasts), pct=figure(t.coverage_pct, language))
    )
    return TestView(
        t.id,
        text(t.title, language),
        words("as of", language, day=day(t.as_of, language), clock=text(t.clock, language)),
        words("given", language, given="; ".join(text(g, language) for g in t.given)),
        coverage,
        tuple(score_rows([t], language)),
        tuple(_over_time(t.id, fs, language) for _, fs in drawn),
        tuple((_title(fs[0], language), tuple(_month(f, language) for f in fs)) for _, fs in drawn),
        tuple(_rows(list(fs), language) for _, fs in groupby(single, key=lambda f: (f.what, f.unit))),
        pit_plot(t.id, [f.pit for f in t.forecasts], language) if len(t.forecasts) >= _TENTHS else None,
        tuple(text(n, language) for n in t.notes),
        t.assumed,
    )


def _series(forecasts: Iterable[Forecast]) -> Mapping[tuple[str, str, str], list[Forecast]]:
    found: dict[tuple[str, str, str], list[Forecast]] = {}
    for f in forecasts:
        found.setdefault((f.what, f.place, f.unit), []).append(f)
    return found


def _title(f: Forecast, language: str) -> str:
    return f"{titled(text(f.what, language))}, {place_told(f.place, language)}, {unit_told(f.unit, language)}"


def _month(f: Forecast, language: str) -> tuple[str, str, str, bool]:
    return f"{f.month:%Y-%m}", _forecast_told(f, language), figure(f.outcome, language), f.inside


def _forecast_told(f: Forecast, language: str) -> str:
    low, _, high = (figure(v, language) for v in f.band)
    return words("forecast", language, point=figure(f.point, language), low=low, high=high)


def _over_time(test: str, fs: Sequence[Forecast], language: str) -> Plot:
    """The band with what came as dots and each naive forecast as a dashed line."""
    fs = sorted(fs, key=lambda f: f.month)
    months = [f.month for f in fs]
    count = [_number(m) for m in months]
    xs = [round(WIDE * (c - count[0]) / max(1, count[-1] - count[0]), 1) for c in count]
    naive = list(fs[0].baselines)
    values = [v for f in fs for v in (*f.band, f.outcome, *f.baselines.values())]
    y = axis(values, language)
    layers = [
        area("wide", xs, [f.band[0] for f in fs], [f.band[2] for f in fs], y),
        *(line(f"n{k}", xs, [f.baselines[name] for f in fs], y, text(name, language)) for k, name in enumerate(naive)),
        line("middle", xs, [f.point for f in fs], y),
        dots("seen", [(x, f.outcome) for x, f in zip(xs, fs, strict=True)], y),
    ]
    key = [
        ("wide", words("eighty", language)),
        ("middle", words("point", language)),
        ("seen", words("outcome", language)),
        *((f"n{k}", text(name, language)) for k, name in enumerate(naive)),
    ]
    title = _title(fs[0], language)
    alt = words("coverage", language, n=len(fs), pct=figure(100 * sum(f.inside for f in fs) / len(fs), language))
    return Plot(
        f"{test}-{fs[0].what.replace(' ', '-')}", title, tuple(layers), _ticks(months, xs), y.ticks, alt, tuple(key)
    )


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _ticks(months: Sequence[date], xs: Sequence[float]) -> tuple[Tick, ...]:
    """A tick at each January where there are two of them; else the first month and the last."""
    if sum(m.month == 1 for m in months) > 1 and months[-1].year - months[0].year > 1:
        return month_ticks(months)
    return Tick(xs[0], f"{months[0]:%Y-%m}"), Tick(xs[-1], f"{months[-1]:%Y-%m}")


def _rows(fs: Sequence[Forecast], language: str) -> Rows:
    what, unit = text(fs[0].what, language), unit_told(fs[0].unit, language)
    drawn = ranges(
        [
            (
                f"{place_told(f.place, language)}, {f.month:%Y-%m}",
                (f.band[0], f.band[2]),
                f.point,
                f.outcome,
                [(text(name, language), value) for name, value in f.baselines.items()],
            )
            for f in fs
        ]
    )
    told = zip(drawn, fs, strict=True)
    return Rows(
        f"{titled(what)}, {unit}",
        tuple(dict.fromkeys(text(name, language) for f in fs for name in f.baselines)),
        tuple((r, _forecast_told(f, language), words("came", language, value=figure(f.outcome, language))) for r, f in told),
    )  # fmt: skip


def pit_plot(key: str, pits: Sequence[float], language: str) -> Plot:
    """Outcomes by tenth of the draws, with the level at which all tenths would be alike."""
    counts = histogram(pits)
    level = len(pits) / _TENTHS
    y = axis([*map(float, counts), level], language)
    ticks = tuple(Tick(WIDE * k / 4, f"{25 * k}") for k in range(5))
    layers = (bars("half", [float(c) for c in counts], y), line("base", [0.0, WIDE], [level, level], y))
    rows = ((f"{10 * k}-{10 * k + 10}", c) for k, c in enumerate(counts))
    return Plot(
        f"pit-{key}", words("pit", language), layers, ticks, y.ticks, " ".join(map(str, counts)),
        (("half", words("tenths", language)), ("base", words("level", language))), x_title=words("pit x", language),
        table=table_link(("percent_of_draws", "outcomes"), rows), file=f"pit_{key}.csv",
    )  # fmt: skip


# Tables as links --------------------------------------------------------------------------------------------------
def forecasts_table(report: Report) -> str:
    """Every forecast as CSV."""
    head = (
        "test",
        "what",
        "place",
        "origin",
        "month",
        "unit",
        "p10",
        "p50",
        "p90",
        "point",
        "outcome",
        "inside",
        "pit",
        "naive",
    )
    return table_link(
        head,
        (
            (t.id, f.what, f.place, f"{f.origin:%Y-%m}", f"{f.month:%Y-%m}", f.unit, *f.band, f.point, f.outcome, "yes" if f.inside else "no", f.pit,
             "; ".join(f"{name} {value:.6g}" for name, value in f.baselines.items()))
            for t in report.tests
            for f in t.forecasts
        ),
    )  # fmt: skip


def scores_table(report: Report) -> str:
    """Every score as CSV."""
    return table_link(
        ("test", "score", "value", "unit", "target_least", "target_most", "met", "naive"),
        (
            (t.id, s.name, s.value, s.unit, "" if s.least is None else s.least, "" if s.most is None else s.most,
             "" if s.met is None else "yes" if s.met else "no", "; ".join(f"{name} {value:.6g}" for name, value in s.baselines.items()))
            for t in report.tests
            for s in t.scores
        ),
    )  # fmt: skip
