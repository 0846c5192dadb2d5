"""What state a list is in, and why, in sentences. A list that anything is wrong with is not FRESH: this is where screening fails closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from adit.evidence.watchlists.reading import Read
from adit.screening.receipts import ListSeen
from adit.screening.registry import ListSpec

__all__ = ["FALL_MAX", "Before", "Fault", "ListState", "State", "judged", "missing", "seen", "state_of"]

FALL_MAX = 0.05  # of the rows, from one version to the next
_UNREAD_MAX = 0.05
_ZONES = timedelta(days=1)  # it may be tomorrow where the publisher is


class State(StrEnum):
    """Only FRESH lets a screening end in CLEAR."""

    FRESH = "FRESH"
    STALE = "STALE"  # the day inside the file lies too far back
    MISSING = "MISSING"  # there is no file
    SUSPECT = "SUSPECT"  # there is one, and something about it is wrong
    RETIRED = "RETIRED"  # the publisher ended the list


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file. Two people may accept what merely differs from before, and nothing else."""

    sentence: str
    acceptable: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of the last good version."""

    content_date: date
    rows: int
    shape: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListState:
    """One list on one day. `sha256` and `rows` are of the newest file, `searched` is the day of the version whose entries are used."""

    list_id: str
    title: str
    publisher: str
    state: State
    mandatory: bool
    content_date: date | None
    age_days: int | None
    max_age_days: int
    rows: int | None
    sha256: str
    fetched_at_utc: datetime | None
    reader: str
    why: tuple[str, ...]
    todo: str
    successor: str = ""
    searched: date | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing may be cleared because of this list."""
        return self.mandatory and self.state is not State.FRESH


def judged(spec: ListSpec, read: Read, before: Before | None, fetched_on: date) -> tuple[Fault, ...]:
    """Everything that is wrong with a file that could be read."""
    faults: list[Fault] = []
    day = read.content_date
    if day is None:
        faults.append(Fault("The file does not say of which day it is, so its age is not known."))
    elif day > fetched_on + _ZONES:
        faults.append(
            Fault(f"The file says that it is of {day}, which was still to come when it was fetched on {fetched_on}.")
        )
    elif before and day < before.content_date:
        faults.append(
            Fault(f"The file is of {day}, and the version before it of {before.content_date}: an older one came back.")
        )
    if not read.rows:
        faults.append(Fault("The file has no entry."))
    elif not spec.rows_min <= read.rows <= spec.rows_max:
        faults.append(
            Fault(f"The file has {read.rows:,} entries; {spec.rows_min:,} to {spec.rows_max:,} are expected.", True)
        )
    if read.stated_rows is not None and read.stated_rows != read.rows:
        faults.append(Fault(f"The file has {read.rows:,} entries and says itself that it has {read.stated_rows:,}."))
    if before and read.rows < before.rows * (1 - FALL_MAX):
        share = 100 * (before.rows - read.rows) / before.rows
        faults.append(
            Fault(f"The file has {read.rows:,} entries, {share:.1f} % fewer than the {before.rows:,} before.", True)
        )
    if before and before.shape and read.shape:
        gone, new = sorted(set(before.shape) - set(read.shape)), sorted(set(read.shape) - set(before.shape))
        if gone or new:
            words = [f"{_several(gone)} gone" if gone else "", f"{_several(new)} new" if new else ""]
            faults.append(Fault(f"The form of the file changed: {', '.join(w for w in words if w)}.", True))
    unread = sum(1 for e in read.entries if e.unread)
    if read.entries and unread > _UNREAD_MAX * len(read.entries):
        faults.append(Fault(f"{unread:,} of {len(read.entries):,} entries could not be read in full.", True))
    return tuple(faults)


def _several(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return (
        f"{shown} and {len(names) - 5} more are" if len(names) > 5 else f"{shown} {'are' if len(names) > 1 else 'is'}"
    )


def state_of(
    spec: ListSpec, content_date: date | None, faults: Sequence[Fault], on: date
) -> tuple[State, tuple[str, ...], str]:
    """The state of a list whose newest file is there, the sentences why, and what to do."""
    if spec.retired_on and spec.retired_on <= on:
        return State.RETIRED, (f"The publisher ended this list on {spec.retired_on}.",), _successor(spec)
    if faults:
        todo = "Look at the file and fetch it again. "
        todo += (
            "Two people may accept it with a reason."
            if all(f.acceptable for f in faults)
            else "It cannot be accepted as it is."
        )
        return State.SUSPECT, tuple(f.sentence for f in faults), todo
    assert content_date is not None, "a file without a day has a fault"
    age = (on - content_date).days
    if content_date > on + _ZONES:  # a clock that was set back would make every list fresh for ever
        why = f"The file is of {content_date}, after the day asked about, {on}: the clock of this machine may be wrong."
        return State.SUSPECT, (why,), "Set the clock."
    if age > spec.max_age_days:
        why = f"The file is of {content_date}, {age} days old; more than {spec.max_age_days} are not allowed."
        return State.STALE, (why,), _fetch(spec)
    return State.FRESH, (f"The file is of {content_date}, {max(age, 0)} days old.",), ""


def missing(spec: ListSpec, on: date, why: str = "This list was never fetched.") -> tuple[State, tuple[str, ...], str]:
    """The state of a list without a file."""
    if spec.retired_on and spec.retired_on <= on:
        return State.RETIRED, (f"The publisher ended this list on {spec.retired_on}.",), _successor(spec)
    return State.MISSING, (why,), _fetch(spec)


def _successor(spec: ListSpec) -> str:
    return f"Use {spec.successor} in its place." if spec.successor else "Find out what took its place."


def _fetch(spec: ListSpec) -> str:
    by_hand = f"adit screen lists --add FILE --list {spec.id}"
    return f"adit screen lists --refresh, or {by_hand}" if spec.addresses else by_hand


def seen(state: ListState) -> ListSeen:
    """The list as a receipt keeps it."""
    return ListSeen(state.list_id, state.sha256, state.content_date, state.state.value, state.mandatory)
