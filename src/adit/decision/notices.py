"""What a party should know before it bites: law that turns at its sites, a limit that its use runs into, a report that is due.

Each warning names the day, the answer before and after, and the article. It decides nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adit.decision.ahead import changes_ahead, trend
from adit.decision.decide import decide
from adit.decision.monthly import MonthKnown, month_known, months_known
from adit.engines.database import Connection
from adit.regime.act import Regime
from adit.regime.explanation import Explanation
from adit.register.records import Site
from adit.register.store import Stated
from adit.terms.days import Period, months_between, parse_period

__all__ = ["Notice", "warnings_for"]

OF_A_SITE = ("may_mine", "curtailed_first")
OF_A_PARTY = (
    "must_register", "must_report", "profit_tax_rub", "income_tax_rub", "levy_due", "household_limit_kwh_per_month", "may_host",
    "special_tax_regime_allowed", "fine_min", "fine_max",
)  # fmt: skip
ENERGY = "mining_energy_kwh_per_month"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that changes on `day`. `kind`: law turns, limit ahead. `site`: where, if it is about a place; `figure`: what is expected."""

    kind: str
    day: date
    question: str
    before: Any
    after: Any
    explanation: Explanation | None
    site: Stated[Site] | None = None
    figure: Decimal | None = None


def warnings_for(
    connection: Connection, regime: Regime, party: str, today: date, *, known: int, days: int = 62
) -> list[Notice]:
    """The warnings for a party on a day, the nearest first."""
    month = parse_period(f"{today:%Y-%m}")
    now = month_known(connection, party, month, known=known)
    found: list[Notice] = []
    for site in now.sites:
        facts, _ = now.at(site)
        found += [
            Notice("law turns", c.day, c.question, c.before, c.after, c.explanation, site)
            for c in changes_ahead(regime, _with_energy(facts), today, OF_A_SITE, days=days)
        ]
    facts, _ = now.at(now.sites[0] if now.sites else None)
    known_facts = _with_amounts(_with_energy(facts))
    for c in changes_ahead(regime, known_facts, today, OF_A_PARTY, days=days):
        found.append(Notice("law turns", c.day, c.question, c.before, c.after, c.explanation))
    ahead = _limit_ahead(connection, regime, now, today, known)
    if ahead is not None:
        found.append(ahead)
    return sorted(found, key=lambda w: (w.day, w.question))


def _with_energy(facts: dict[str, object]) -> dict[str, object]:
    """Facts of the month for the questions that need some use of electricity; a unit of it is presumed where none is known yet."""
    return facts if ENERGY in facts else {**facts, ENERGY: "1"}


def _with_amounts(facts: dict[str, object]) -> dict[str, object]:
    """For questions of money: some income, so that a tax that begins is seen; it is the beginning that is told and not the sum."""
    return {"coins_btc": "0.1", "quotation_rub_per_btc": "8000000", "mining_costs_rub": "0"} | facts


def _limit_ahead(connection: Connection, regime: Regime, now: MonthKnown, today: date, known: int) -> Notice | None:
    """That the electricity used for mining, if it goes on as it went, makes registration necessary in this month or the next."""
    if now.facts.get("in_miners_register"):
        return None
    used = _energies(connection, now, today, known)
    facts, _ = now.at(now.sites[0] if now.sites else None)
    last = max((p for p, _ in used), default=None)
    if last is None:
        return None
    before = decide(regime, {**facts, ENERGY: str(dict(used)[last])}, now.period, known=today)["must_register"]
    for month in (now.period, parse_period(f"{now.period.end:%Y-%m}")):
        expected = trend(used, month)
        if expected is None or month <= last:
            continue
        whole = expected.quantize(Decimal("0.001"))
        after = decide(regime, {**facts, ENERGY: str(whole)}, month, known=today)["must_register"]
        if after.value is True and before.value is False:
            return Notice("limit ahead", month.start, "must_register", False, True, after.explanation, figure=whole)
    return None


def _energies(connection: Connection, now: MonthKnown, today: date, known: int) -> list[tuple[Period, Decimal]]:
    """What was used in the months before, where it is known."""
    first = (now.period.start - timedelta(days=150)).replace(day=1)
    past = [
        (now.party.id, month)
        for month in months_between(f"{first:%Y-%m}..{today:%Y-%m}")
        if month.start < now.period.start or now.declaration is not None or now.metered_wh is not None
    ]
    return [
        (month, Decimal(str(then.facts[ENERGY])))
        for (_, month), then in months_known(connection, past, known=known).items()
        if ENERGY in then.facts
    ]
