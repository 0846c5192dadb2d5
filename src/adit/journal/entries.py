"""What is entered, and what became of it. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

__all__ = ["ERASURE", "Draft", "Entry"]

ERASURE = "erasure"  # the kind of an entry that takes away what earlier entries say, as a law demands it


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to be entered. `body` is what is said, in exact plain data: no floats; it may hold personal data.

    Kind, subject and hand stand in the open and for good: they are codes of the office and never name a person.
    """

    kind: str
    subject: str
    hand: str
    body: Mapping[str, Any] = field(repr=False)
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft that has its place in the log. `body` is None where it was erased by law."""

    seq: int
    kind: str
    subject: str
    hand: str
    valid_from: date | None
    valid_to: date | None
    recorded_at_utc: datetime
    leaf_hash: bytes
    body: Mapping[str, Any] | None = field(repr=False, default=None)
