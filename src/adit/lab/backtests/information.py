"""What was known on the day of a forecast. Asking for anything later is refused, so that no test can look ahead by mistake.

Two clocks are told apart. `published` is strict: a figure is known from the day on which it was made public. `observed` is lenient: a figure
is known when the month that it tells of is over, as if statistics came at once. Each back-test says which clock it takes for what.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from adit.terms.errors import BadInput

__all__ = ["Clock", "InformationSet", "Known", "freeze", "month_end"]

Clock = Literal["published", "observed"]


@dataclass(frozen=True, slots=True)
class Known:
    """One figure: of what, where, for which months, made public when and by whom."""

    series: str
    place: str
    first_month: date  # its first day
    last_month: date
    value: float
    unit: str
    published: date
    source: str

    def known_from(self, clock: Clock) -> date:
        """The first day on which it may be used."""
        return self.published if clock == "published" else month_end(self.last_month)


@dataclass(frozen=True, slots=True)
class InformationSet:
    """Everything that was known on a day. It holds what came later only in order to say so when somebody asks."""

    as_of: date
    clock: Clock
    known: tuple[Known, ...]
    _later: tuple[Known, ...]

    def values(self, series: str, place: str | None = None) -> tuple[Known, ...]:
        """The known figures of a series, in order of month."""
        return tuple(k for k in self.known if k.series == series and place in (None, k.place))

    def value(self, series: str, place: str, month: date) -> Known:
        """The figure of this month. Raises BadInput where it was not known, and says whether it came later or never."""
        return self._one(series, place, lambda k: k.first_month <= month <= k.last_month, f"for {month:%Y-%m}")

    def latest(self, series: str, place: str) -> Known:
        """The last known figure of a series and place. Raises BadInput."""
        found = self.values(series, place)
        if not found:
            return self._one(series, place, lambda _: True, "at all")
        return max(found, key=lambda k: (k.last_month, k.published))

    def shares(self, month: date) -> dict[str, float]:
        """The known shares of the places in percent, for one month."""
        found = {k.place: k.value for k in self.values("share") if k.first_month <= month <= k.last_month}
        if not found:
            self._one("share", "", lambda k: k.first_month <= month <= k.last_month, f"for {month:%Y-%m}")
        return found

    def require(self, what: str, day: date | None) -> None:
        """Raises BadInput where something that the forecast rests on is of a later day than the forecast."""
        if day is None or day > self.as_of:
            raise BadInput(
                f"{what} rests on {'no dated source' if day is None else f'something of {day}'}; the forecast is of {self.as_of}.",
                todo="Use what was known by then, or call the test a fit and not a forecast.",
            )

    def _one(self, series: str, place: str, fits: Callable[[Known], bool], when: str) -> Known:
        def wanted(k: Known) -> bool:
            return k.series == series and (not place or k.place == place) and fits(k)

        found = [k for k in self.known if wanted(k)]
        if found:
            return max(found, key=lambda k: k.published)
        name = f"{series} {place}".strip()
        later = sorted(k.known_from(self.clock) for k in self._later if wanted(k))
        if later:
            raise BadInput(
                f"{name} {when} was not known on {self.as_of}: it is of {later[0]}.",
                where=f"information set of {self.as_of}, by what was {self.clock}",
                todo="A forecast may not look ahead: take an earlier month, or a later forecast date.",
            )
        raise BadInput(
            f"{name} {when} is not at hand.",
            where=f"information set of {self.as_of}",
            todo="See src/adit/data/lab for what is.",
        )


def freeze(figures: Iterable[Known], as_of: date, clock: Clock) -> InformationSet:
    """The figures that were known on this day by this clock."""
    figures = tuple(sorted(figures, key=lambda k: (k.series, k.place, k.first_month, k.published)))
    known = tuple(k for k in figures if k.known_from(clock) <= as_of)
    return InformationSet(as_of, clock, known, tuple(k for k in figures if k.known_from(clock) > as_of))


def month_end(month: date) -> date:
    """The first day after the month: from then on it is over."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
