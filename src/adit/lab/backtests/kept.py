"""A report of back-tests that was kept as JSON, read again: what `results.as_data` wrote, without what follows from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from adit.lab.backtests.results import Assumed, BackTest, Forecast, Report, Score
from adit.terms.errors import BadInput

__all__ = ["report_of"]


def report_of(data: Mapping[str, Any]) -> Report:
    """The report. Raises BadInput for data that are none."""
    try:
        return Report(
            version=data["version"],
            seed=data["seed"],
            draws=data["draws"],
            tests=tuple(_test(t) for t in data["tests"]),
            left_out=dict(data["left_out"]),
            vintages=dict(data["vintages"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"This is no report of back-tests: {error!r}.", todo="Make one: adit lab backtest all --out backtests.json"
        ) from error


def _test(t: Mapping[str, Any]) -> BackTest:
    return BackTest(
        id=t["id"],
        title=t["title"],
        as_of=date.fromisoformat(t["as_of"]),
        clock=t["clock"],
        given=tuple(t["given"]),
        draws=t["draws"],
        seed=t["seed"],
        forecasts=tuple(_forecast(f) for f in t["forecasts"]),
        scores=tuple(
            Score(s["name"], s["value"], s["unit"], s["least"], s["most"], dict(s["baselines"]), s["note"])
            for s in t["scores"]
        ),
        assumed=tuple(
            Assumed(a["name"], a["value"], a["basis"], date.fromisoformat(a["dated"]), a["source"])
            for a in t["assumed"]
        ),
        notes=tuple(t["notes"]),
    )


def _forecast(f: Mapping[str, Any]) -> Forecast:
    low, middle, high = f["band"]
    return Forecast(
        what=f["what"],
        place=f["place"],
        origin=date.fromisoformat(f["origin"]),
        month=date.fromisoformat(f["month"]),
        unit=f["unit"],
        band=(low, middle, high),
        point=f["point"],
        outcome=f["outcome"],
        pit=f["pit"],
        baselines=dict(f["baselines"]),
    )
