"""What two people decided of a hit or of a list: for which subject, entry and engine, and until when. Whatever of these changes, it holds no more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from adit.screening.hits import Hit
from adit.screening.receipts import ListSeen

__all__ = [
    "CLEARED", "CLEARED_MAX", "CONFIRMED", "WAIVED_MAX", "Clearing", "Settled", "Sorted", "Waiver", "sort_hits", "waiver_for",
]  # fmt: skip

CLEARED, CONFIRMED = "cleared", "confirmed"
CLEARED_MAX = timedelta(days=180)  # then people look again; no law was found that sets it
WAIVED_MAX = timedelta(
    days=7
)  # a list that cannot be had for longer is a matter for the publisher, and not for a waiver


@dataclass(frozen=True, slots=True)
class Clearing:
    """That two people found a hit to be somebody else, or the listed one."""

    id: str
    subject: str  # digest
    entry: str  # digest
    engine: str  # name and version
    outcome: str  # cleared, confirmed
    expires_on: date | None  # its last day; None for what was confirmed: that does not wear off

    def is_of(self, hit: Hit) -> bool:
        return (self.subject, self.entry, self.engine) == (hit.subject, hit.entry, hit.engine)

    def stands(self, on: date) -> bool:
        return self.expires_on is None or on <= self.expires_on


@dataclass(frozen=True, slots=True)
class Waiver:
    """That two people let hits be looked at although a list is not fresh. It holds for this file in this state; nothing is cleared by it."""

    id: str
    list_id: str
    sha256: str  # of the newest file; empty where there is none
    state: str
    reason: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything that two people decided and that stands."""

    clearings: Mapping[str, tuple[Clearing, ...]] = field(default_factory=dict)  # by the digest of the subject
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorted:
    """Hits of one subject: those that nobody decided, those that are somebody else, those that are the listed one."""

    open: tuple[Hit, ...]
    cleared: tuple[tuple[Hit, Clearing], ...]
    confirmed: tuple[tuple[Hit, Clearing], ...]


def sort_hits(hits: Iterable[Hit], settled: Settled, on: date) -> Sorted:
    """The hits by what was decided of them. Where one decision confirms and another clears, the hit is confirmed."""
    open_: list[Hit] = []
    cleared: list[tuple[Hit, Clearing]] = []
    confirmed: list[tuple[Hit, Clearing]] = []
    for hit in hits:
        of = [c for c in settled.clearings.get(hit.subject, ()) if c.is_of(hit) and c.stands(on)]
        worst = next((c for c in of if c.outcome != CLEARED), of[0] if of else None)
        if worst is None:
            open_.append(hit)
        elif worst.outcome == CLEARED:
            cleared.append((hit, worst))
        else:
            confirmed.append((hit, worst))
    return Sorted(tuple(open_), tuple(cleared), tuple(confirmed))


def waiver_for(seen: ListSeen, waivers: Sequence[Waiver], on: date) -> Waiver | None:
    """The waiver that holds for a list as it stands now."""
    return next(
        (
            w
            for w in waivers
            if (w.list_id, w.sha256, w.state) == (seen.list_id, seen.sha256, seen.state) and on <= w.expires_on
        ),
        None,
    )
