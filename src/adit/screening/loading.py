"""The lists as they stand on a day: each with its state, and the version whose entries are searched.

A list that is not FRESH may still be searched: a hit in it counts, and nothing is cleared by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from adit.evidence.watchlists.entries import ListVersion
from adit.evidence.watchlists.readers import reader
from adit.evidence.watchlists.reading import Read
from adit.screening.arrivals import Arrival, History
from adit.screening.canaries import Matcher, check, exact
from adit.screening.configured import registry_of
from adit.screening.registry import ListSpec
from adit.screening.states import Fault, ListState, State, judged, missing, state_of
from adit.screening.store import before, held, history_of, is_there
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

__all__ = ["Loaded", "load", "load_all"]

_Judgement = tuple[State, tuple[str, ...], str]  # with the sentences why, and what to do


@dataclass(frozen=True, slots=True)
class Loaded:
    """A list on a day. There may be a version to search although the state is not FRESH."""

    state: ListState
    version: ListVersion | None = field(repr=False)


def load_all(root: Path, on: date, *, matcher: Matcher = exact) -> tuple[Loaded, ...]:
    """Every list that is known, in the order of the registry. Raises BadInput for a configuration that cannot be read."""
    registry = registry_of(root)
    return tuple(load(root, spec, on, strangers=registry.strangers, matcher=matcher) for spec in registry.lists)


def load(
    root: Path, spec: ListSpec, on: date, *, strangers: Sequence[Subject] = (), matcher: Matcher = exact
) -> Loaded:
    """A list: its newest version if that is good, else the last good one, else what could be read of the newest."""
    try:
        history = history_of(root, spec)
    except BadInput as error:
        return Loaded(_state(spec, None, state_of(spec, None, (Fault(error.what),), on), on), None)
    last = history.failures[-1] if history.failures else None
    if not history.arrivals:
        why = f"This list was never fetched: {last.why}" if last else "This list was never fetched."
        return Loaded(_state(spec, None, missing(spec, on, why), on), None)
    newest, count = history.arrivals[-1], len(history.arrivals) - 1
    older = history.last_good(count)
    read, version = None, None
    if is_there(root, spec, newest):
        read, faults = held(root, spec, newest)
        if read is not None:
            faults = judged(spec, read, before(older), newest.fetched_at_utc.date())
            faults += check(spec, read.entries, strangers, matcher)
            faults = tuple(f for f in faults if not (f.acceptable and history.accepts(newest.sha256)))
            version = _version(spec, newest, read)
        judgement = state_of(spec, read.content_date if read else None, faults, on)
        if faults:
            version = _fallback(root, spec, older) or version
    else:
        judgement = missing(spec, on, f"The file of {newest.content_date or 'an unknown day'} is gone from the folder.")
        version = _fallback(root, spec, older)
    return Loaded(_state(spec, newest, _with_failure(judgement, history, newest), on, read, version), version)


def _with_failure(judgement: _Judgement, history: History, newest: Arrival) -> _Judgement:
    state, why, todo = judgement
    last = history.failures[-1] if history.failures else None
    if last and last.at_utc > newest.checked_at_utc:
        why = (*why, f"The last attempt to fetch it, on {last.at_utc:%Y-%m-%d}, failed: {last.why}")
    return state, why, todo


def _fallback(root: Path, spec: ListSpec, older: Arrival | None) -> ListVersion | None:
    read = held(root, spec, older)[0] if older else None
    return _version(spec, older, read) if older and read else None


def _version(spec: ListSpec, arrival: Arrival, read: Read) -> ListVersion:
    label = reader(spec.reader).label
    return ListVersion(
        spec.id, spec.publisher, read.content_date, arrival.fetched_at_utc, arrival.sha256, label, read.entries
    )


def _state(
    spec: ListSpec,
    newest: Arrival | None,
    judgement: _Judgement,
    on: date,
    read: Read | None = None,
    searched: ListVersion | None = None,
) -> ListState:
    state, why, todo = judgement
    if searched and newest and searched.sha256 != newest.sha256:
        why = (*why, f"The version of {searched.content_date} is still searched.")
    day = read.content_date if read else newest.content_date if newest else None
    return ListState(
        spec.id,
        spec.title,
        spec.publisher,
        state,
        spec.mandatory,
        day,
        (on - day).days if day else None,
        spec.max_age_days,
        read.rows if read else newest.rows if newest else None,
        newest.sha256 if newest else "",
        newest.fetched_at_utc if newest else None,
        reader(spec.reader).label,
        why,
        todo,
        spec.successor,
        searched.content_date if searched else None,
    )
