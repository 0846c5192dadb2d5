"""What else a subject and an entry say of themselves: birth, country and kind, each agreeing, missing or contradicting, as a sentence."""

import re
from collections.abc import Iterator

from adit.evidence.watchlists.entries import Entry
from adit.screening.subjects import Subject

__all__ = ["agreement"]

_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?$")
_KINDS = {"bank": "organisation"}


def agreement(subject: Subject, entry: Entry) -> tuple[str, ...]:
    """Sentences on birth, country and kind. Those that neither side says are passed over."""
    return (*_birth(subject, entry), *_countries(subject, entry), *_kind(subject, entry))


def _birth(subject: Subject, entry: Entry) -> Iterator[str]:
    ours, theirs = subject.born.strip(), ", ".join(entry.born)
    if not ours and not theirs:
        return
    if not theirs:
        yield f"Birth: we say {ours}, the list says nothing."
    elif not ours:
        yield f"Birth: the list says {theirs}, we say nothing."
    elif any(_same_time(ours, b) for b in entry.born):
        yield f"Birth agrees: {ours} and {theirs}."
    elif not _DAY.match(ours) or not all(_DAY.match(b) for b in entry.born):
        yield f"Birth cannot be compared: {ours} and {theirs}."
    else:
        apart = min(abs(int(ours[:4]) - int(b[:4])) for b in entry.born)
        near = ", a year apart or less" if apart <= 1 else f", {apart} years apart"
        yield f"Birth contradicts: {ours} and {theirs}{near}."


def _same_time(a: str, b: str) -> bool:
    """Whether one date says nothing that the other contradicts: 1970 and 1970-05-01."""
    return bool(_DAY.match(a) and _DAY.match(b)) and (a.startswith(b) or b.startswith(a))


def _countries(subject: Subject, entry: Entry) -> Iterator[str]:
    ours, theirs = ({c.upper() if len(c) == 2 else c for c in side.countries} for side in (subject, entry))
    if not ours and not theirs:
        return
    if not theirs:
        yield f"Country: we say {_listed(ours)}, the list says nothing."
    elif not ours:
        yield f"Country: the list says {_listed(theirs)}, we say nothing."
    elif ours & theirs:
        yield f"Country agrees: {_listed(ours & theirs)}."
    elif any(len(c) != 2 for c in ours | theirs):
        yield f"Country cannot be compared: {_listed(ours)} and {_listed(theirs)}."
    else:
        yield f"Country contradicts: {_listed(ours)} and {_listed(theirs)}."


def _kind(subject: Subject, entry: Entry) -> Iterator[str]:
    ours = _KINDS.get(subject.kind, subject.kind)
    if entry.kind not in ("unknown", ours):
        yield f"The subject is stated to be {_a(subject.kind)}, the entry is {_a(entry.kind)}."


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _listed(countries: set[str]) -> str:
    return ", ".join(sorted(countries))
