"""What stood on a list before: the entries, and the addresses of entries, that an earlier version has and a later one has not.

A publisher's file tells what stands today. Whether an address was listed on the day of a payment is told by the versions that were kept.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from adit.evidence.watchlists.entries import Entry
from adit.screening.registry import ListSpec
from adit.screening.store import held, history_of

__all__ = ["past"]


def past(root: Path, spec: ListSpec) -> tuple[Entry, ...]:
    """Each with the day of the first version that lacks it as `delisted_on`. Versions that were not good are passed over."""
    history = history_of(root, spec)
    good = [a for a in history.arrivals if (a.good or history.accepts(a.sha256)) and a.content_date]
    before: dict[str, Entry] = {}
    gone: dict[str, Entry] = {}
    for arrival in good:
        read, _ = held(root, spec, arrival)
        if read is None or arrival.content_date is None:
            continue
        now = {e.entry_id: e for e in read.entries}
        for entry in _lost(before, now, arrival.content_date):
            gone[f"{entry.entry_id} {entry.addresses}"] = entry
        before = now
    return tuple(entry for entry in gone.values() if not _is_back(entry, before.get(entry.entry_id)))


def _lost(before: dict[str, Entry], now: dict[str, Entry], on: date) -> Iterator[Entry]:
    for number, entry in before.items():
        if number not in now:
            yield replace(entry, delisted_on=entry.delisted_on or on)
        elif lost := tuple(a for a in entry.addresses if a not in now[number].addresses):
            yield replace(entry, addresses=lost, raw="", delisted_on=entry.delisted_on or on)


def _is_back(entry: Entry, now: Entry | None) -> bool:
    """Whether what was taken off stands again: the newest version speaks for it then."""
    return now is not None and set(entry.addresses) <= set(now.addresses)
