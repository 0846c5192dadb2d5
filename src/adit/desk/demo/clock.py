"""The time of the demonstration."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

__all__ = ["MORNING", "Moving"]

MORNING = datetime(2025, 4, 1, 6, 0, tzinfo=UTC)  # nine o'clock in Moscow


@dataclass(slots=True)
class Moving:
    """The clock of the building: goes through the months before the morning, then with the world."""

    now: datetime = field(default=datetime(2024, 11, 1, 6, 0, tzinfo=UTC))
    real: Callable[[], datetime] | None = None

    def __call__(self) -> datetime:
        return self.real() if self.real is not None else self.now

    def at(self, day: date) -> date:
        self.now = max(self.now, datetime.combine(day, time(7, 0), UTC))
        return day
