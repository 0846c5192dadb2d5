"""What a back-test found, ready to be printed, drawn or kept: each past forecast with its band, what came, and what naive forecasts said."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from adit.lab.backtests.scoring import Band, coverage, histogram

__all__ = ["Assumed", "BackTest", "Basis", "Forecast", "Report", "Score", "as_data"]

Basis = Literal["prior", "source", "other episode", "fit"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """One number that was forecast, and what it came to. `pit` is the place of the outcome among the draws."""

    what: str  # as "share", "hash rate"
    place: str  # ISO 3166 code, or "world"
    origin: date  # the last month that was known
    month: date  # the month that was forecast
    unit: str
    band: Band  # the middle 80 % of the draws, and their median
    point: float  # what is scored: the mean for shares, so that they add up; else the median
    outcome: float
    pit: float
    baselines: Mapping[str, float]

    @property
    def inside(self) -> bool:
        """Whether the outcome lies in the band."""
        return self.band[0] <= self.outcome <= self.band[2]


@dataclass(frozen=True, slots=True)
class Score:
    """A figure of merit, the target that was set before, and the same figure for naive forecasts. Without a target it is only told."""

    name: str
    value: float
    unit: str
    least: float | None  # the target: from least to most; None where there is no such bound
    most: float | None
    baselines: Mapping[str, float]
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something that a forecast rests on and that was not read off a series: a parameter, a state at the start."""

    name: str
    value: str
    basis: Basis
    dated: date  # of the last source that it rests on
    source: str


@dataclass(frozen=True, slots=True)
class BackTest:
    """One back-test: forecasts, scores and what they rest on."""

    id: str
    title: str
    as_of: date  # the forecast date; for many origins the last one
    clock: str  # which clock of `information` froze what was known
    given: tuple[str, ...]  # what the forecast is conditional on: the price as it came, the law as it came
    draws: int
    seed: int
    forecasts: tuple[Forecast, ...]
    scores: tuple[Score, ...]
    assumed: tuple[Assumed, ...]
    notes: tuple[str, ...] = ()

    @property
    def coverage_pct(self) -> float | None:
        """The share of outcomes in their 80 % bands; None where nothing was forecast with a band."""
        if not self.forecasts:
            return None
        return coverage([f.band for f in self.forecasts], [f.outcome for f in self.forecasts])

    @property
    def pit_histogram(self) -> tuple[int, ...]:
        """Outcomes by tenth of the draws: level where the bands are right."""
        return histogram([f.pit for f in self.forecasts])


@dataclass(frozen=True, slots=True)
class Report:
    """All back-tests of one command. `left_out` says which could not be run, and why."""

    version: str
    seed: int
    draws: int
    tests: tuple[BackTest, ...]
    left_out: Mapping[str, str]
    vintages: Mapping[str, str]  # file -> its period and day of retrieval

    @property
    def forecasts(self) -> tuple[Forecast, ...]:
        """Every forecast of every test."""
        return tuple(forecast for test in self.tests for forecast in test.forecasts)

    @property
    def coverage_pct(self) -> float | None:
        """The share of all outcomes that lie in their 80 % bands."""
        bands = [f.band for f in self.forecasts]
        return coverage(bands, [f.outcome for f in self.forecasts]) if bands else None

    @property
    def missed(self) -> tuple[tuple[str, Score], ...]:
        """The scores that miss their target, each with its test."""
        return tuple((test.id, score) for test in self.tests for score in test.scores if score.met is False)


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data for JSON, days as text, with what follows from it: coverage, histograms, targets met."""
    data: dict[str, Any] = _plain(asdict(report))
    data["coverage_80_pct"] = report.coverage_pct
    data["pit_histogram"] = list(histogram([f.pit for f in report.forecasts]))
    for found, test in zip(data["tests"], report.tests, strict=True):
        found["coverage_80_pct"] = test.coverage_pct
        found["pit_histogram"] = list(test.pit_histogram)
        for score, told in zip(found["scores"], test.scores, strict=True):
            score["met"] = told.met
        for forecast, told_forecast in zip(found["forecasts"], test.forecasts, strict=True):
            forecast["inside"] = told_forecast.inside
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(content) for key, content in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(content) for content in value]
    return value
