"""Names of lists laid out in columns, so that one name is held against tens of thousands, and none that reaches the score is missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from adit.screening.names.scoring import FLOOR, JOINED_FLOOR, SHORT, SHORT_FLOOR
from adit.screening.names.tokens import LONGEST, Name, name

__all__ = ["NameIndex", "Near", "build", "search"]

Ints = npt.NDArray[np.int64]
Unit_ = tuple[tuple[str, ...], bool, bool]  # keys, joined, initial: what makes two units the same to everybody


@dataclass(frozen=True, slots=True)
class Near:
    """A name of the index, by its place, and its score."""

    place: int
    score: int


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Names with everything that is asked of them, each column a flat array with offsets."""

    names: tuple[Name, ...]
    codes: npt.NDArray[np.uint8]  # letters of the keys
    key_at: Ints
    key_lengths: Ints
    key_parts: tuple[int, int, int]  # where initials end, where tokens end, and how many keys there are
    key_flags: Ints
    key_masks: Ints
    key_kins: Ints
    key_units: Ints  # by key: the units that have it
    key_units_at: Ints
    unit_joined: npt.NDArray[np.bool_]
    post_names: Ints  # by unit: the names in which it stands, and where
    post_spans: Ints
    post_at: Ints
    name_units: Ints  # by name: its units, and for each its start, stop, weight, and how much it tells
    name_spans: Ints
    name_at: Ints
    token_weights: Ints
    token_at: Ints
    totals: Ints
    ends: Ints
    patronymics: Ints
    whole_names: Ints  # by name without spaces: whose it is, and whether it lacks patronymics
    whole_bare: npt.NDArray[np.bool_]
    whole_codes: npt.NDArray[np.uint8]
    whole_at: Ints
    whole_lengths: Ints
    whole_flags: Ints
    whole_masks: Ints
    whole_kins: Ints


def build(texts: Iterable[str]) -> NameIndex:
    """An index of these names, in this order."""
    from adit.screening.names.near_keys import JOINED_ONLY

    names = tuple(name(t) for t in texts)
    units: dict[Unit_, int] = {}
    keys: dict[tuple[str, bool], int] = {}
    flags: list[int] = []
    posts: list[list[tuple[int, int]]] = []
    units_of_key: list[list[int]] = []
    flat: list[tuple[int, int, int, int, int]] = []
    name_at = [0]
    for place, one in enumerate(names):
        for unit in one.units:
            number = units.setdefault((unit.keys, unit.joined, unit.initial), len(units))
            if number == len(posts):
                posts.append([])
                for key in unit.keys:
                    k = keys.setdefault((key, unit.initial), len(keys))
                    if k == len(flags):
                        flags.append(JOINED_ONLY | _flags(key, unit.initial))
                        units_of_key.append([])
                    if not unit.joined:
                        flags[k] &= ~JOINED_ONLY
                    units_of_key[k].append(number)
            posts[number].append((place, (1 << unit.stop) - (1 << unit.start)))
            flat.append((number, unit.start, unit.stop, unit.weight, unit.tells))
        name_at.append(len(flat))
    listed = list(keys)
    order = sorted(range(len(listed)), key=lambda k: (_segment(flags[k]), len(listed[k][0])))
    flags, units_of_key = [flags[k] for k in order], [units_of_key[k] for k in order]
    codes, key_at, key_masks, key_kins = _letters([listed[k][0] for k in order])
    wholes = [
        (i, w, bare) for i, n in enumerate(names) for bare in (False, True) for w in (n.bare if bare else n.whole)
    ]
    wholes.sort(key=lambda one: len(one[1]))
    whole_codes, whole_at, whole_masks, whole_kins = _letters([w for _, w, _ in wholes])
    flat_columns = np.array(flat, np.int64).reshape(-1, 5)
    post_columns = np.array([p for post in posts for p in post], np.int64).reshape(-1, 2).T
    return NameIndex(
        names=names,
        key_parts=_parts(flags), key_lengths=np.diff(key_at), whole_lengths=np.diff(whole_at),
        codes=codes, key_at=key_at, key_flags=np.array(flags, np.int64), key_masks=key_masks, key_kins=key_kins,
        key_units=_flat(units_of_key), key_units_at=_offsets(units_of_key),
        unit_joined=np.array([joined for _, joined, _ in units], np.bool_),
        post_names=np.ascontiguousarray(post_columns[0]), post_spans=np.ascontiguousarray(post_columns[1]), post_at=_offsets(posts),
        name_units=np.ascontiguousarray(flat_columns[:, 0]), name_spans=np.ascontiguousarray(flat_columns[:, 1:]),
        name_at=np.array(name_at, np.int64), token_weights=np.array([t.weight for n in names for t in n.tokens], np.int64),
        token_at=_offsets([n.tokens for n in names]), totals=np.array([n.weight for n in names], np.int64),
        ends=np.array([1 << n.ends[0] | 1 << n.ends[1] for n in names], np.int64),
        patronymics=_column([n.patronymics for n in names]),
        whole_names=_column([i for i, _, _ in wholes]), whole_bare=np.array([bare for _, _, bare in wholes], np.bool_),
        whole_codes=whole_codes, whole_at=whole_at, whole_masks=whole_masks, whole_kins=whole_kins,
        whole_flags=np.array([_flags(w, False) | JOINED_ONLY for _, w, _ in wholes], np.int64),
    )  # fmt: skip


def search(index: NameIndex, text: str, least: int) -> list[Near]:
    """Every name of the index whose score is at least `least`, the nearest first."""
    from adit.screening.names.near_keys import JOINED_ONLY, near_keys
    from adit.screening.names.reached import reached, unit_rows, whole_score

    asked = name(text)
    if not asked.tokens or not index.names or least < 1:
        return []
    rows = np.zeros((len(asked.units), len(index.unit_joined)), np.int64)
    found: list[Ints] = []
    for u, unit in enumerate(asked.units):
        near = np.zeros(len(index.key_flags), np.int64)
        for key in unit.keys:
            flag = _flags(key, unit.initial) | (JOINED_ONLY if unit.joined else 0)
            for start, stop in _windows(index, key, flag):
                at = slice(start, stop)
                near_keys(
                    *_asked(key), flag, index.codes, index.key_at[start : stop + 1], index.key_flags[at], index.key_masks[at],
                    index.key_kins[at], near[at],
                )  # fmt: skip
        found.append(unit_rows(near, unit.joined, index.unit_joined, index.key_units, index.key_units_at, rows[u]))
    wholes = np.zeros(len(index.names), np.int64)
    for letters, bare in ((asked.whole, False), (asked.bare, True)):
        spaceless = np.zeros(len(index.whole_names), np.int64)
        for key in letters:
            start, stop = _window(index.whole_lengths, 0, len(index.whole_names), *_lengths(len(key), True))
            at = slice(start, stop)
            near_keys(
                *_asked(key), _flags(key, False) | JOINED_ONLY, index.whole_codes, index.whole_at[start : stop + 1],
                index.whole_flags[at], index.whole_masks[at], index.whole_kins[at], spaceless[at],
            )  # fmt: skip
        counts = whole_score(spaceless) * ~(bare & index.whole_bare)  # two bare names may differ in what they lack
        np.maximum.at(wholes, index.whole_names, counts)
    ours = [(u.start, u.stop, u.weight, u.tells) for u in asked.units]
    names, scores = reached(
        least, _column([*ours, (*asked.ends, asked.weight, asked.patronymics)]), _column([t.weight for t in asked.tokens]),
        rows, np.concatenate(found), _column(np.cumsum([0, *map(len, found)])), index.post_names, index.post_spans, index.post_at,
        index.name_units, index.name_spans, index.name_at, index.totals, index.ends, index.patronymics, index.token_weights, index.token_at, wholes,
    )  # fmt: skip
    order = np.lexsort((names, -scores))
    return [Near(int(names[i]), int(scores[i])) for i in order]


def _parts(flags: Sequence[int]) -> tuple[int, int, int]:
    parts = [_segment(f) for f in flags]
    return parts.count(0), parts.count(0) + parts.count(1), len(parts)


def _segment(flags: int) -> int:
    """Keys stand in three parts, each in the order of their lengths: initials, tokens, and what was written together."""
    from adit.screening.names.near_keys import INITIAL_KEY, JOINED_ONLY

    return 0 if flags & INITIAL_KEY else 2 if flags & JOINED_ONLY else 1


def _windows(index: NameIndex, key: str, flag: int) -> list[tuple[int, int]]:
    """Where keys stand that are of a fitting length. An initial meets tokens of every length, and every token meets initials."""
    initials, tokens, end = index.key_parts
    if _segment(flag) == 0:
        return [(0, tokens)]
    near_tokens = _window(index.key_lengths, initials, tokens, *_lengths(len(key), _segment(flag) == 2))
    return [(0, initials), near_tokens, _window(index.key_lengths, tokens, end, *_lengths(len(key), True))]


def _window(lengths: Ints, start: int, stop: int, shortest: int, longest: int) -> tuple[int, int]:
    first, last = np.searchsorted(lengths[start:stop], (shortest, longest + 1))
    return start + int(first), start + int(last)


@lru_cache(maxsize=256)
def _lengths(letters: int, joined: bool) -> tuple[int, int]:
    """The least and the greatest length of a key that a key of so many letters could be near enough to."""
    fitting = [letters]
    for other in range(1, LONGEST + 1):
        both = letters + other
        floor = JOINED_FLOOR if joined else SHORT_FLOOR if both <= SHORT else FLOOR
        if abs(letters - other) <= ((1001 - floor) * both - 1) // 1000:
            fitting.append(other)
    return min(fitting), max(fitting)


def _asked(key: str) -> tuple[npt.NDArray[np.uint8], int, int]:
    from adit.screening.names.near_keys import kin_of, letters_of

    mask = letters_of(key)
    return _bytes(key), mask, kin_of(mask)


def _flags(key: str, initial: bool) -> int:
    from adit.screening.names.near_keys import INITIAL_KEY, NUMBERED

    return (NUMBERED if any(c.isdigit() for c in key) else 0) | (INITIAL_KEY if initial else 0)


def _column(values: Any) -> Ints:
    return np.asarray(values, np.int64)


def _bytes(key: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(key.encode("ascii"), np.uint8)


def _letters(keys: Sequence[str]) -> tuple[npt.NDArray[np.uint8], Ints, Ints, Ints]:
    from adit.screening.names.near_keys import kin_of, letters_of

    masks = [letters_of(k) for k in keys]
    offsets = np.cumsum([0, *map(len, keys)], dtype=np.int64)
    return _bytes("".join(keys)), offsets, _column(masks), _column([kin_of(m) for m in masks])


def _flat(lists: Sequence[Sequence[int]]) -> Ints:
    return _column([x for part in lists for x in part])


def _offsets(lists: Sequence[Sequence[Any]]) -> Ints:
    return np.cumsum([0, *map(len, lists)], dtype=np.int64)
