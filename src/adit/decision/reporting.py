"""The monthly report: who owes it for which month, by when, and how each stands today."""

from dataclasses import dataclass
from datetime import date

from adit.decision.decide import decide
from adit.decision.monthly import MonthKnown
from adit.regime.act import Regime
from adit.terms.days import Period

__all__ = ["STATES", "ReportState", "report_state"]

# In the order in which an officer looks at them
STATES = ("missing", "late", "due soon", "due", "corrected", "on time", "not owed", "law silent")
SOON = 5  # days before the last one from which a reminder goes out


@dataclass(frozen=True, slots=True)
class ReportState:
    """How the report on a month stands. `days` until its last day; negative once it has passed."""

    period: Period
    state: str
    due: date | None
    days: int | None
    cites: str
    because: str


def report_state(
    regime: Regime, month: MonthKnown, today: date, *, first_sent: date | None, corrected: bool = False
) -> ReportState:
    """The state of a party's report: `first_sent` is the day on which it first came, None while it has not.

    Asked of the regime of the month: whether the party must report, and by when.
    """
    facts, _ = month.at(month.sites[0] if month.sites else None)
    decision = decide(regime, facts, month.period)
    duty, until = decision["must_report"], decision["report_due"]
    told = duty.explanation
    because = (told.because or told.sentence) if told else duty.silence
    cites = told.cites if told else ""
    if duty.value is None or until.value is None:
        return ReportState(month.period, "law silent", None, None, cites, because or until.silence)
    if duty.value is not True:
        return ReportState(month.period, "not owed", None, None, cites, because)
    due: date = until.value
    days = (due - today).days
    cites = until.explanation.cites if until.explanation else cites
    if first_sent is not None:
        state = "late" if first_sent > due else "corrected" if corrected else "on time"
    elif days < 0:
        state = "missing"
    else:
        state = "due soon" if days <= SOON else "due"
    return ReportState(month.period, state, due, days, cites, because)
