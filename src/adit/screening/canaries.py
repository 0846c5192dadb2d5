"""Canaries: at each load entries that must be found and strangers that must not be. A list or an engine that fails one is not to be trusted.

Beside the entries that the registry names, the first, the middle and the last of the file have to find themselves: a file that was cut, or an
index that lost its end, shows there.
"""

from collections.abc import Callable, Collection, Sequence

from adit.evidence.watchlists.entries import Entry
from adit.screening.registry import Known, ListSpec
from adit.screening.states import Fault
from adit.screening.subjects import Subject

__all__ = ["Find", "Matcher", "check", "exact"]

Find = Callable[[Subject], Collection[str]]  # the numbers (entry_id) of the entries that a subject may be
Matcher = Callable[[Sequence[Entry]], Find]  # an engine, given the entries of one list
_KINDS = {"person": "person", "vessel": "vessel"}


def check(
    spec: ListSpec, entries: Sequence[Entry], strangers: Sequence[Subject], matcher: Matcher
) -> tuple[Fault, ...]:
    """What the canaries of a list say. An engine that fails with an error has failed its canary."""
    try:
        find = matcher(entries)
        faults = [f for known in spec.known if (f := _known(known, entries, find))]
        faults += [f for entry in _samples(entries) if (f := _itself(entry, find))]
        faults += [
            Fault(f"{stranger.names[0]}, who is on no list, was found as entry {sorted(hits)[0]}.")
            for stranger in strangers
            if (hits := find(stranger))
        ]
    except Exception as error:  # whatever it is: a check that did not end has said nothing, and nothing is not clear
        return (Fault(f"The check of the list itself failed ({type(error).__name__}: {error})."),)
    return tuple(faults)


def _known(known: Known, entries: Sequence[Entry], find: Find) -> Fault | None:
    entry = next((e for e in entries if e.entry_id == known.id), None)
    if entry is None:
        return Fault(f"{known.name} (entry {known.id}) is not in the file, and it must be.", True)
    if known.id not in find(Subject(_KINDS.get(entry.kind, "organisation"), (known.name,))):
        return Fault(f"{known.name} (entry {known.id}) is in the file and was not found by its name.")
    return None


def _samples(entries: Sequence[Entry]) -> list[Entry]:
    named = [e for e in entries if e.names]
    return [named[i] for i in sorted({0, len(named) // 2, len(named) - 1})] if named else []


def _itself(entry: Entry, find: Find) -> Fault | None:
    if entry.entry_id in find(Subject(_KINDS.get(entry.kind, "organisation"), (entry.names[0].text,))):
        return None
    return Fault(f"{entry.names[0].text} (entry {entry.entry_id}) does not find itself.")


def exact(entries: Sequence[Entry]) -> Find:
    """The plainest engine: the same name but for capitals, or the same number of the same sort."""
    by: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        for name in entry.names:
            by.setdefault(("name", _plain(name.text)), set()).add(entry.entry_id)
        for sort, number in entry.identifiers:
            by.setdefault((sort, _plain(number)), set()).add(entry.entry_id)

    def find(subject: Subject) -> Collection[str]:
        asked = [*(("name", _plain(n)) for n in subject.names), *((sort, _plain(n)) for sort, n in subject.identifiers)]
        return {entry_id for key in asked for entry_id in by.get(key, ())}

    return find


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
