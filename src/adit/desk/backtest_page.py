"""The page of back-tests: every past forecast with its band beside what came, as one file that needs no network; and the few lines of it for a lab report.

The text is a pure function of the report; the caller writes it.
"""

import json
from dataclasses import dataclass
from functools import cache

from adit.desk import backtest_view
from adit.desk.backtest_wording import text, words
from adit.desk.charts import HIGH, WIDE, figure
from adit.desk.lab_css import lab_css
from adit.desk.lab_wording import phrase
from adit.desk.offline import made
from adit.evidence.sources.tables import DATA
from adit.lab.backtests.kept import report_of
from adit.lab.backtests.results import Report

__all__ = ["KEPT", "InReport", "in_report", "kept", "page"]

KEPT = "lab/backtests.json"  # of the shipped data: adit lab backtest all --draws 1000 --seed 1 --out src/adit/data/lab/backtests.json


@dataclass(frozen=True, slots=True)
class InReport:
    """What a lab report tells of the back-tests: a sentence, and the scores that have a target."""

    told: str
    heads: tuple[str, str, str]
    rows: tuple[backtest_view.ScoreRow, ...]


@cache
def kept() -> Report:
    """The back-tests that are shipped."""
    return report_of(json.loads((DATA / KEPT).read_text(encoding="utf-8")))


def in_report(report: Report, language: str) -> InReport:
    """The few lines."""
    rows = backtest_view.score_rows(report.tests, language, aimed=True)
    pct = "–" if report.coverage_pct is None else figure(report.coverage_pct, language)
    told = words(
        "in report", language, n=len(report.forecasts), pct=pct, met=sum(r.met == "met" for r in rows), all=len(rows),
        version=report.version, draws=report.draws,
    )  # fmt: skip
    return InReport(told, _heads(language), tuple(rows))


def _heads(language: str) -> tuple[str, str, str]:
    return words("found", language), words("target", language), words("naive", language)


def page(report: Report, language: str, *, command: str) -> str:
    """The whole page; `command` makes it again."""

    def say(key: str, **parts: object) -> str:
        return (
            phrase(key, language) if key in ("skip", "decides nothing", "download") else words(key, language, **parts)
        )

    return made(
        "lab_backtest.html",
        lab_css(),
        language,
        version=report.version,
        say=say,
        report=report,
        summary=backtest_view.summary(report, language),
        heads=_heads(language),
        tests=backtest_view.views(report, language),
        pit=backtest_view.pit_plot("all", [f.pit for f in report.forecasts], language),
        forecasts_table=backtest_view.forecasts_table(report),
        scores_table=backtest_view.scores_table(report),
        left_out=[(text(what, language), text(why, language)) for what, why in report.left_out.items()],
        command=command,
        wide=WIDE,
        high=HIGH,
    )
