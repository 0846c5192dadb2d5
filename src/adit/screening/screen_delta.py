"""Screening again after lists changed: what was screened whole before is held against the entries that are new, and against those it met.

Sound because a score depends on one subject and one entry alone: entries that stand as they stood say again what they said. A test compares it
with screening whole. A subject whose check said nothing is screened whole, and so is one that another engine screened.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from adit.evidence.watchlists.entries import Entry
from adit.screening.addresses import index_of
from adit.screening.matching import index_entries
from adit.screening.screen import Found, Ready, direct, in_order, standing
from adit.screening.subjects import Subject

__all__ = ["Delta", "again", "delta", "stamp_of"]


@dataclass(frozen=True, slots=True)
class Delta:
    """What is asked in place of whole lists: those of their entries that did not stand when a subject was screened last."""

    fresh: Ready
    whole: Ready
    stands: frozenset[str]  # digests of all entries that stand
    on: date
    entries: Mapping[str, Entry] = field(repr=False)  # all, by their digest


def stamp_of(ready: Ready, entries: Collection[str]) -> str:
    """By what somebody was screened: the engines with their versions, and every entry that stood. Equal stamps find equal hits."""
    return sha256(repr((ready.engine, sorted(entries))).encode()).hexdigest()


def delta(ready: Ready, before: Collection[str], on: date) -> Delta:
    """The entries that stand now and are not among the digests of `before`, ready to be asked. `ready` has to have been made whole."""
    stands = standing(ready, on)
    entries = dict(zip(ready.digests, ready.names.entries if ready.names is not None else (), strict=False))
    return Delta(_part(ready, entries, stands - frozenset(before)), ready, stands, on, entries)


def again(subject: Subject, of: Delta, met: Collection[str]) -> Found:
    """What the lists say of a subject now. `met`: digests of the entries that it met when it was screened last."""
    found = direct(subject, of.fresh, of.on)
    still = of.stands.intersection(met)
    if not still:
        return found
    more = direct(subject, _part(of.whole, of.entries, still), of.on)
    return Found(in_order((*found.hits, *more.hits)), (*found.missing, *more.missing))


def _part(ready: Ready, entries: Mapping[str, Entry], digests: Collection[str]) -> Ready:
    chosen = sorted(digests)
    kept = [entries[d] for d in chosen]
    return replace(ready, names=index_entries(kept), addresses=index_of(kept), digests=tuple(chosen))
