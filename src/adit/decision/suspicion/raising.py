"""Alerts of a party and month: every sign that reaches its threshold, its points added up, and what could not be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.decision.suspicion.sight import Sight
from adit.decision.suspicion.signs import LOOKED_AT, SIGNS, Figure, Sign
from adit.decision.suspicion.typologies import Typology, open_at, typologies

__all__ = ["MOST_POINTS", "Raised", "Result", "look", "plain_figures"]

MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert: the rule as it held, and what met it."""

    rule: Typology
    sign: Sign

    @property
    def evidence(self) -> tuple[str, ...]:
        return self.sign.evidence


@dataclass(frozen=True, slots=True)
class Result:
    """What looking came to. `not_looked`: rules whose evidence nobody had, which are neither met nor passed."""

    party: str
    month: str
    alerts: tuple[Raised, ...]
    not_looked: tuple[Typology, ...]
    points: int
    opens: bool  # enough for a case


def look(sight: Sight, regime: str, on: date, table: Mapping[str, Any] | None = None) -> Result:
    """Hold what is known against every sign that stands under the act on a day.

    Of several signs of one rule the points count once: twenty payments from one exchange are no twenty reasons.
    """
    alerts: list[Raised] = []
    not_looked: list[Typology] = []
    for rule in typologies(regime, on, table):
        if not LOOKED_AT[rule.needs](sight):
            not_looked.append(rule)
            continue
        alerts += [Raised(rule, sign) for sign in SIGNS[rule.id](sight) if rule.raised_by(sign.value)]
    points = min(MOST_POINTS, sum({a.rule.id: a.rule.points for a in alerts}.values()))
    return Result(
        sight.party, sight.month, tuple(alerts), tuple(not_looked), points, bool(alerts) and points >= open_at(on)
    )


def plain_figures(figures: Mapping[str, Figure]) -> dict[str, list[Any]]:
    """Figures as plain data, in which an entry of the journal keeps them."""
    return {name: [f.value, f.unit, f.in_russian] for name, f in sorted(figures.items())}
