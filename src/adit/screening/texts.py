"""Entries that could not be read in full, matched as text: a name counts if all of it, or nearly, stands somewhere in what was printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from adit.evidence.watchlists.entries import Entry
from adit.screening.identifiers import plain_number
from adit.screening.names.distance import near
from adit.screening.names.letters import clean
from adit.screening.names.tokens import Token, name
from adit.screening.subjects import Subject

__all__ = ["TextMet", "UnreadText", "text_met", "unread_texts"]

_SHORTEST = 4  # letters of a single word that is looked for in a text
_NEAR = 850  # of a thousand: from which a word of the text is taken for a token of the name
_LONG_NUMBER = 7
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class UnreadText:
    """The text of an entry that could not be read, as keys of its words and as letters without spaces."""

    place: int
    text: str
    why: str
    keys: frozenset[str]
    letters: str


@dataclass(frozen=True, slots=True)
class TextMet:
    """What was found in a text, with the score: which share of the name's weight stands there."""

    score: int
    asked: str
    found: str
    words: tuple[str, ...]


def unread_texts(entries: Sequence[Entry]) -> tuple[UnreadText, ...]:
    """The texts of the entries that their reader could not read in full."""
    return tuple(_unread(place, e) for place, e in enumerate(entries) if e.unread)


def _unread(place: int, entry: Entry) -> UnreadText:
    text = entry.raw or " ".join(n.text for n in entry.names)
    keys = {k for word in clean(text).split() for token in name(word).tokens for k in token.keys}
    return UnreadText(place, text, entry.unread, frozenset(keys), plain_number("", text))


def text_met(subject: Subject, unread: UnreadText) -> TextMet | None:
    """The best that the text says of a subject; None if it says nothing of it."""
    found = [m for asked in subject.names if (m := _name_met(asked, unread))]
    for kind, number in subject.identifiers:
        plain = plain_number(kind, number)
        if len(plain) >= _LONG_NUMBER and plain in unread.letters:
            found.append(_met(1000, number, f"The number {number} stands in the text of the entry.", unread))
    return max(found, key=lambda m: m.score, default=None)


def _name_met(asked: str, unread: UnreadText) -> TextMet | None:
    taken = name(asked)
    letters = plain_number("", asked)
    if len(letters) >= 2 * _SHORTEST and letters in unread.letters:
        return _met(1000, asked, f"{asked} stands in the text of the entry.", unread)
    there = [t for t in taken.tokens if _stands(t, unread)]
    if not there or (len(there) == 1 and len(there[0].latin) < _SHORTEST):
        return None
    score = 1000 * sum(t.weight for t in there) // taken.weight
    said = ", ".join(t.text for t in there)
    return _met(
        score, asked, f"Of {asked}, {said} {'stands' if len(there) == 1 else 'stand'} in the text of the entry.", unread
    )


def _stands(token: Token, unread: UnreadText) -> bool:
    if unread.keys.intersection(token.keys):
        return True
    return any(near(ours, key) >= _NEAR for ours in token.keys for key in unread.keys if key[0] == ours[0])


def _met(score: int, asked: str, sentence: str, unread: UnreadText) -> TextMet:
    excerpt = unread.text if len(unread.text) <= _EXCERPT else f"{unread.text[:_EXCERPT]}..."
    return TextMet(
        score,
        asked,
        excerpt,
        (sentence, f"The entry could not be read in full ({unread.why}), so its text was searched."),
    )
