"""Which entries an address belongs to: by what it stands for in any coin, by its text, and as of a day.

A publisher's word for the coin may be wrong: OFAC's list of Bitcoin addresses holds one of Tron, its list of Tether four of Bitcoin. So the word
is told and never asked. An address that stands somewhere in the text of an entry counts as well as one in a field of its own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from adit.evidence.watchlists.entries import Entry
from adit.screening.address_texts import check_shape, stated
from adit.screening.coin_keys import TEXT, Key, forms, key_of, normal
from adit.screening.hits import Hit
from adit.screening.subjects import Subject

__all__ = ["ENGINE", "AddressIndex", "Found", "address_hits", "index_of"]

ENGINE = "adit-addresses/2"
_WORD = re.compile(r"(?<![0-9A-Za-z:])(?:bitcoincash:)?[0-9A-Za-z]{24,110}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that an address belongs to, as it is printed there, and whether the entry stood on the day asked for."""

    entry: Entry
    printed: str
    asset: str  # the publisher's word
    by: str  # what agrees: text, key, script, account, witness program
    stood: bool


@dataclass(frozen=True, slots=True)
class _Place:
    entry: int
    printed: str
    asset: str


class AddressIndex:
    """The addresses of many entries, for one look or for millions."""

    def __init__(self, entries: Sequence[Entry], by_key: dict[Key, tuple[_Place, ...]]) -> None:
        self.entries = tuple(entries)
        self._by_key = by_key

    def __len__(self) -> int:
        return len(self._by_key)

    def lookup(self, text: str, on: date | None = None) -> tuple[Found, ...]:
        """Every entry that this address belongs to. With a day, `stood` says whether it was listed then; without, whether it is."""
        return self._found(key_of(text), normal(text), on)

    def many(self, texts: Sequence[str]) -> list[int]:
        """The places in `texts` of the addresses that belong to some entry. The same answer as `lookup`, for millions."""
        known = self._forms
        return [
            place
            for place, text in enumerate(texts)
            # most are of base58, which has one spelling: they need no `normal`
            if (text if text[:1] in "123" and len(text) < 40 and text.isalnum() else normal(text)) in known
        ]

    def many_hashes(self, kind: str, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """For rows of twenty bytes (hashes of keys, of scripts, accounts): whether each is of an entry.

        The first eight bytes are looked for in a sorted array; where they agree, all twenty are compared.
        """
        assert hashes.ndim == 2, "one hash a row"
        assert hashes.shape[1] == 20, "a hash has twenty bytes"
        heads, listed = self._sorted(kind)
        out = np.zeros(len(hashes), np.bool_)
        if not len(listed):
            return out
        asked = np.ascontiguousarray(hashes[:, :8]).view(">u8").ravel().astype(np.uint64)
        left = np.searchsorted(heads, asked)
        rows = np.flatnonzero(heads[np.minimum(left, len(heads) - 1)] == asked)
        for row in rows:  # few: those that are listed, and one in 2**64 of the others
            at = int(left[row])
            while at < len(heads) and heads[at] == asked[row]:
                out[row] |= bool((listed[at] == hashes[row]).all())
                at += 1
        return out

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(form for key in self._by_key for form in forms(key))

    def _sorted(self, kind: str) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        return self._arrays.setdefault(kind, _arrays_of(kind, self._by_key))

    @cached_property
    def _arrays(self) -> dict[str, tuple[NDArray[np.uint64], NDArray[np.uint8]]]:
        return {}

    def _found(self, key: Key, text: str, on: date | None) -> tuple[Found, ...]:
        return tuple(
            Found(
                self.entries[place.entry],
                place.printed,
                place.asset,
                TEXT
                if normal(place.printed) == text
                else "witness program"
                if key[0].startswith("witness")
                else key[0],
                _stood(self.entries[place.entry], on),
            )
            for place in self._by_key.get(key, ())
        )


def index_of(entries: Iterable[Entry]) -> AddressIndex:
    """The index of every address that these entries name, in a field or in their text."""
    held = tuple(entries)
    found: dict[Key, dict[tuple[int, str], _Place]] = {}
    for number, entry in enumerate(held):
        for key, printed, asset in _addresses(entry):
            found.setdefault(key, {}).setdefault((number, normal(printed)), _Place(number, printed, asset))
    return AddressIndex(held, {key: tuple(places.values()) for key, places in found.items()})


def _addresses(entry: Entry) -> Iterator[tuple[Key, str, str]]:
    for address in entry.addresses:
        yield key_of(address.text), address.text.strip(), address.asset
    for match in _WORD.finditer(entry.raw):
        word = match[0]
        if any(c.isdigit() for c in word) and any(c.isalpha() for c in word):
            key = key_of(word)
            if key[0] != TEXT or entry.unread:  # of an entry that could not be read, every word that may be an address
                yield key, word, ""


def address_hits(subject: Subject, index: AddressIndex, on: date | None = None) -> tuple[Hit, ...]:
    """The entries that stood on the day and that the subject's address belongs to, with the reason in words.

    Raises BadInput for what cannot be an address and stands on no list: to find nothing about it would say nothing.
    """
    if not subject.address:
        return ()
    address = stated(subject.address)
    belongs = index.lookup(address, on) or index.lookup(subject.address, on)
    if not belongs and key_of(address)[0] == TEXT:
        check_shape(address)
    hits: list[Hit] = []
    for found in belongs:
        if not found.stood:
            continue
        entry = found.entry
        hits.append(
            Hit(
                subject.digest,
                entry.list_id,
                entry.entry_id,
                entry.digest,
                ENGINE,
                1000,
                subject.address,
                entry.names[0].text if entry.names else found.printed,
                _words(subject.address, found),
                entry.listed_on,
                by="text" if not found.asset and entry.unread else "address",
            )
        )
    return tuple(hits)


def _words(asked: str, found: Found) -> tuple[str, ...]:
    whose = found.entry.names[0].text if found.entry.names else f"entry {found.entry.entry_id}"
    said = f" as {found.asset}" if found.asset else ""
    if found.by == TEXT:
        first = f"The address {asked} is printed{said} in the entry of {whose}."
    else:
        thing = {"key": "the same key", "script": "the same script", "account": "the same account"}.get(
            found.by, f"the same {found.by}"
        )
        first = f"{asked} stands for {thing} as {found.printed}, which is printed{said} in the entry of {whose}."
    more = (
        [f"The entry could not be read in full ({found.entry.unread}), so its text was searched."]
        if found.entry.unread
        else []
    )
    return (first, *more)


def _stood(entry: Entry, on: date | None) -> bool:
    if on is None:
        return entry.delisted_on is None
    return (entry.listed_on is None or entry.listed_on <= on) and (entry.delisted_on is None or entry.delisted_on > on)


def _arrays_of(kind: str, by_key: dict[Key, tuple[_Place, ...]]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    listed = sorted(data for of, data in by_key if of == kind and len(data) == 20)
    rows = np.frombuffer(b"".join(listed), np.uint8).reshape(len(listed), 20)
    heads = np.ascontiguousarray(rows[:, :8]).view(">u8").ravel().astype(np.uint64)
    return heads, rows
