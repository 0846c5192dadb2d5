"""The figures of all back-tests, as a table with the versions that made them. No timing: the same seed gives the same figures.

`python -m benchmarks.backtests [--draws 1000] [--seed 1] [--map FILE]`
"""

import argparse
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from adit import __version__
from adit.lab.backtests.forecasting import Options
from adit.lab.backtests.results import Report, Score
from adit.lab.backtests.run import BACK_TESTS, run_backtests

__all__ = ["table"]


def table(report: Report) -> str:
    """Markdown: one row a score, targets that are missed said so."""
    head = (
        f"{report.draws:,} draws, seed {report.seed}; adit {report.version}, numpy {version('numpy')}, "
        f"numba {version('numba')}, Python {platform.python_version()}.\n\n"
        "| back-test | what | model | target | | naive forecasts |\n|---|---|---|---|---|---|\n"
    )
    rows = [_row(test.id, score) for test in report.tests for score in test.scores]
    covered = f"{report.coverage_pct:.0f} % of {len(report.forecasts)} outcomes lie in their 80 % band.\n"
    return head + "\n".join(rows) + "\n\n" + covered


def _row(test: str, score: Score) -> str:
    bounds = [f"{bound:g}" for bound in (score.least, score.most) if bound is not None]
    met = {True: "met", False: "missed", None: ""}[score.met]
    naive = ", ".join(f"{name} {value:.1f}" for name, value in score.baselines.items())
    return f"| {test} | {score.name} | {score.value:.1f} {score.unit} | {' to '.join(bounds)} | {met} | {naive} |"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--map", type=Path)
    asked = parser.parse_args()
    sys.stdout.write(table(run_backtests(list(BACK_TESTS), Options(asked.draws, asked.seed, asked.map), __version__)))


if __name__ == "__main__":
    _main()
