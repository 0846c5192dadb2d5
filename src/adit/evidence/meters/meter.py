"""A meter: whose electricity it counts, since when, and how far it may be off. Which of them are current in a time, and what they bound."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from adit.terms.errors import BadInput

__all__ = ["Meter", "by_number", "current"]


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter on one site for a time. Several may count at once, whose energies are added; one that replaced another follows it.

    `class_percent` is the class of accuracy, kept as the bound of its error: class 1 is right to 1 % of what it counts.
    """

    meter_id: str
    site_id: str
    class_percent: Decimal
    from_s: int  # seconds since 1970, UTC
    to_s: int | None  # None while it counts
    power_kw_max: Decimal | None = None  # of the connection

    @property
    def power_w_max(self) -> int | None:
        return None if self.power_kw_max is None else int(self.power_kw_max * 1000)

    def counts_within(self, start_s: int, end_s: int) -> bool:
        """Whether it counts at any moment of a time."""
        return self.from_s < end_s and (self.to_s is None or start_s < self.to_s)


def current(meters: Iterable[Meter], site_id: str, start_s: int, end_s: int) -> tuple[Meter, ...]:
    """The meters of a site that count at any moment of a time, the earlier first."""
    return tuple(sorted((m for m in meters if m.site_id == site_id and m.counts_within(start_s, end_s)), key=lambda m: m.from_s))  # fmt: skip


def by_number(meters: Iterable[Meter]) -> dict[str, tuple[Meter, ...]]:
    """The meters by their number, each in the order of time. Raises BadInput where one number counts in two places at once."""
    found: dict[str, list[Meter]] = {}
    for meter in sorted(meters, key=lambda m: (m.meter_id, m.from_s)):
        before = found.setdefault(meter.meter_id, [])
        if before and (before[-1].to_s is None or meter.from_s < before[-1].to_s):
            raise BadInput(
                f"The meter {meter.meter_id} counts on {before[-1].site_id} and {meter.site_id} at once.",
                todo="End the first on the day on which the second begins.",
            )
        before.append(meter)
    return {number: tuple(rows) for number, rows in found.items()}
