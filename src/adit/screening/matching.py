"""A subject held against the entries of the lists: by name, by identifier, and, where an entry could not be read, by its text.

Nothing is decided by a birth date or a country: they are told beside the names, because lists are wrong in them more often than in names.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.screening.agreement import agreement
from adit.screening.hits import Hit
from adit.screening.identifiers import Numbers, number_index, numbers_met
from adit.screening.names.index import NameIndex, build, search
from adit.screening.names.scoring import align
from adit.screening.names.several import ways
from adit.screening.names.tokens import name
from adit.screening.names.words import quality, tell
from adit.screening.subjects import Subject
from adit.screening.texts import UnreadText, text_met, unread_texts
from adit.terms.errors import BadInput

__all__ = ["ENGINE", "THRESHOLD", "EntryIndex", "Named", "hits", "index_entries", "matcher", "named", "stood"]

ENGINE = "adit-names/2"
# The least multiple of ten at which at most 0.5 % of the strangers of the tuning half are found: benchmarks/screening_names.py, which tells the
# half that it was not chosen on apart.
THRESHOLD = 870


@dataclass(frozen=True, slots=True)
class EntryIndex:
    """The entries of all lists, ready to be asked."""

    entries: tuple[Entry, ...]
    names: NameIndex
    owners: tuple[tuple[int, ListedName], ...]  # of each name: the place of its entry, and the name as listed
    numbers: Numbers
    texts: tuple[UnreadText, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The pair of names by which a subject and an entry are nearest. `stated`: the whole text, where `asked` is only a part of it."""

    score: int
    asked: str
    listed: ListedName
    stated: str = ""


def index_entries(entries: Iterable[Entry]) -> EntryIndex:
    """The index of these entries. It knows nothing of list states: whoever asks it says which lists were fresh."""
    held = tuple(entries)
    owners = tuple((place, n) for place, e in enumerate(held) for n in e.names)
    return EntryIndex(held, build(n.text for _, n in owners), owners, number_index(held), unread_texts(held))


def named(subject: Subject, index: EntryIndex, least: int = THRESHOLD) -> dict[int, Named]:
    """By place of entry: the nearest pair of names, of those that score at least `least`. Raises BadInput for a name without a letter or digit."""
    found: dict[int, Named] = {}
    for asked in subject.names:
        if not name(asked).tokens:
            raise BadInput(
                f"The name '{asked[:60]}' has no letter or digit that could be compared.",
                todo="Give it as it stands in the papers; what cannot be compared is not clear.",
            )
        for way in ways(asked, windows=subject.kind == "person"):
            for one in search(index.names, way, least):
                place, listed = index.owners[one.place]
                if place not in found or found[place].score < one.score:
                    found[place] = Named(one.score, way, listed, asked if way != asked else "")
    return found


def hits(subject: Subject, index: EntryIndex, *, least: int = THRESHOLD, on: date | None = None) -> tuple[Hit, ...]:
    """Every entry that stood on the day and may be the subject, the likeliest first. Without a day: that stands now."""
    found = [
        *(
            _by_name(subject, index.entries[place], pair)
            for place, pair in named(subject, index, least).items()
            if stood(index.entries[place], on)
        ),
        *_by_number(subject, index, on),
        *_by_text(subject, index, least, on),
    ]
    return tuple(sorted(found, key=lambda h: (-h.score, h.list_id, h.entry_id, h.by)))


def stood(entry: Entry, on: date | None) -> bool:
    """Whether an entry is on its list: on a day, or now."""
    if on is None:
        return entry.delisted_on is None
    return (entry.listed_on is None or entry.listed_on <= on) and (entry.delisted_on is None or entry.delisted_on > on)


def matcher(entries: Sequence[Entry]) -> Callable[[Subject], Collection[str]]:
    """This engine as canaries ask it: given the entries of one list, the numbers of those that a subject may be."""
    # One that was struck off has to find itself too, or a list that tells its history would never be trusted.
    index = index_entries(replace(e, delisted_on=None) for e in entries)
    return lambda subject: {h.entry_id for h in hits(subject, index)}


def _by_name(subject: Subject, entry: Entry, pair: Named) -> Hit:
    ours, theirs = name(pair.asked), name(pair.listed.text)
    how = "the same" if pair.asked.casefold() == pair.listed.text.casefold() else quality(pair.score)
    words = [
        f"{pair.asked} and {pair.listed.text} are {how} ({pair.score} of 1000).",
        *tell(align(ours, theirs), ours, theirs),
    ]
    if pair.stated:
        words.append(f"It is a part of what was stated: {pair.stated[:200]}.")
    if pair.listed.kind != "primary":
        words.append(
            {"weak": "The publisher calls this alias weak.", "former": "It is a former name."}.get(
                pair.listed.kind, "It is an alias."
            )
        )
    return _hit(subject, entry, pair.score, pair.asked, pair.listed.text, (*words, *agreement(subject, entry)), "name")


def _by_number(subject: Subject, index: EntryIndex, on: date | None) -> Iterator[Hit]:
    for place, score, sentence, ours, theirs in numbers_met(_with_numbers(subject), index.numbers):
        entry = index.entries[place]
        if stood(entry, on):
            yield _hit(subject, entry, score, ours, theirs, (sentence, *agreement(subject, entry)), "identifier")


def _with_numbers(subject: Subject) -> Subject:
    """The subject with each name that is a number alone among its numbers: somebody gave the INN in place of the name."""
    bare = [("stated", n) for n in subject.names if not any(c.isalpha() for c in n) and any(c.isdigit() for c in n)]
    return replace(subject, identifiers=(*subject.identifiers, *bare)) if bare else subject


def _by_text(subject: Subject, index: EntryIndex, least: int, on: date | None) -> Iterator[Hit]:
    for unread in index.texts:
        entry = index.entries[unread.place]
        met = text_met(subject, unread) if stood(entry, on) else None
        if met is not None and met.score >= least:
            yield _hit(subject, entry, met.score, met.asked, met.found, met.words, "text")


def _hit(subject: Subject, entry: Entry, score: int, ours: str, theirs: str, words: tuple[str, ...], by: str) -> Hit:
    return Hit(
        subject.digest, entry.list_id, entry.entry_id, entry.digest, ENGINE, score, ours, theirs, words, entry.listed_on, by
    )  # fmt: skip
