"""Signs of laundering and the cases made of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.register.records.record import Record

__all__ = ["Alert", "Suspicion"]


@dataclass(frozen=True, slots=True)
class Alert(Record):
    """A sign of laundering that was met by a party in the month for which it is valid: under which rule, with which figures, resting on what."""

    RECORD = "alert"
    party: str
    month: str  # 2025-02
    sign: str  # its name in the table of signs
    rule: str  # digest of the rule as it held
    regime: str
    value: int
    unit: str
    threshold: int
    points: int
    figures: dict[str, Any]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspicion(Record):
    """A case of suspected laundering about a party: its alerts, what people made of them, and the report. The party is not told that it exists."""

    RECORD = "suspicion"
    party: str
    state: str  # open, in work, proposed, reported, closed
    reference: str  # under which it is reported
    alerts: tuple[str, ...]
    points: int
    opened_on: date
    due_on: date  # the last day for the report, in working days from the day it was opened
    holder: str = ""  # the hand that works on it
    outcome: str = ""  # report, no report; what is proposed, then what was decided
    reason: str = ""
    action: str = ""
    prepared_by: str = ""
    decided_by: str = ""
    report: dict[str, Any] | None = None  # neutral data, as reported
