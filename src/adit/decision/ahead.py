"""What will bite: the answers that change in the days ahead by the law as it is known today, before they do.

The rules themselves are asked, on each day on which something in the law begins or ends. So a ban from next Monday, a season, a new rate
and a limit are all found in one way, and each comes with its article. What a person will do is not foreseen, except that a quantity may
go on as it went (`trend`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adit.decision.decide import Answer, decide
from adit.regime.act import Regime
from adit.regime.explanation import Explanation
from adit.regime.values import NEVER, Ban
from adit.terms.days import Period

__all__ = ["Change", "changes_ahead", "trend", "turning_days"]

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """From `day` on a question is answered otherwise, and by which branch and article."""

    day: date
    question: str
    before: Any
    after: Any
    explanation: Explanation | None  # of the answer from that day on; None: the act does not say


def turning_days(regime: Regime, after: date, days: int) -> list[date]:
    """The days within so many days after a day on which a value of the act begins or has ended, or a season turns."""
    last = after + timedelta(days=days)
    found: set[date] = set()
    for value in regime.values.values():
        for row in value.rows:
            if row.status not in regime.counts or row.first == NEVER:
                continue
            found.add(row.first)
            if row.through is not None:
                found.add(row.through + ONE_DAY)
            season = row.value.season if isinstance(row.value, Ban) else None
            if season is not None:
                for year in range(after.year, last.year + 1):
                    found.add(date(year, *season.first))
                    found.add(date(year, *season.last) + ONE_DAY)
    return sorted(d for d in found if after < d <= last)


def changes_ahead(
    regime: Regime, facts: Mapping[str, object], today: date, questions: Sequence[str], *, days: int = 62
) -> list[Change]:
    """The answers to the questions that change within so many days, by the law that the act holds, each at its first day.

    A question for which facts are missing today is left out. The facts are taken to stay as they are. Law of which no source tells
    when it was published counts too: a warning that comes early harms nobody.
    """

    def answers(day: date) -> dict[str, Answer]:
        decision = decide(regime, facts, Period(day, day + ONE_DAY), known=day)
        return {a.question: a for a in decision.answers if a.question in wanted and not a.missing}

    wanted = [q for q in questions if q in regime.rules]
    now, changes = answers(today), list[Change]()
    for day in turning_days(regime, today, days):
        then = answers(day)
        for question, answer in then.items():
            if question in now and answer.value != now[question].value and not _is_day(answer.value):
                changes.append(Change(day, question, now[question].value, answer.value, answer.explanation))
        now = then
    return changes


def _is_day(value: Any) -> bool:
    return isinstance(value, date)  # the day by which a report is due moves with every month


def trend(months: Sequence[tuple[Period, Decimal]], next_month: Period) -> Decimal | None:
    """Where a monthly quantity goes on to, if it goes on as in the last three months: a straight line through them. None for fewer than two.

    A first guess for a warning, and never a fact that decides.
    """
    last = sorted(months, key=lambda m: m[0].start)[-3:]
    if len(last) < 2:
        return None
    zero = Decimal(0)
    mean_x = sum((Decimal(p.month) for p, _ in last), zero) / len(last)
    mean_y = sum((y for _, y in last), zero) / len(last)
    spread = sum(((p.month - mean_x) ** 2 for p, _ in last), zero)
    slope = sum(((p.month - mean_x) * (y - mean_y) for p, y in last), zero) / spread if spread else zero
    return max(zero, mean_y + slope * (next_month.month - mean_x))
