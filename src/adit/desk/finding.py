"""Finds records by words as people mistype them, in a register of any size: first what has the words, then what is like them.

Each step reads a few hundred candidates by the index over the threes of their words, and goes on only while too little was found. The
ranking is that of `register.search`.
"""

from typing import Any

from adit.engines.database import Connection
from adit.register.search import folded, score, trigrams

__all__ = ["NAMING", "Found", "find", "prefixes"]

Found = tuple[float, str, str | None, str]  # how well it fits, of 100; the id; the party; the words
NAMING = ("identity", "letter")  # kinds of record whose words tell who somebody is
ENOUGH, CANDIDATES = 50, 300
FITS = 55  # of 100: what fits less is none of what was meant


def find(connection: Connection, q: str, *, names: bool, limit: int = ENOUGH) -> list[Found]:
    """The records that fit the words best, the best first; without `names`, none that tell who somebody is."""
    found: dict[str, Found] = {}
    for test, cuts in _steps(q):
        if sum(f[0] >= FITS for f in found.values()) >= limit:
            break
        rows = connection.execute(
            f"SELECT id, party, label FROM register.found WHERE {test} AND NOT split_part(id, '-', 1) = ANY(%(naming)s) LIMIT {CANDIDATES}",
            {**cuts, "naming": [] if names else list(NAMING)},
        )
        for id_, party, label in rows:
            found.setdefault(id_, (score(q, label), id_, party, label))
    return [f for f in sorted(found.values(), key=lambda f: (-f[0], f[3], f[1])) if f[0] >= FITS][:limit]


def prefixes(q: str) -> list[str]:
    """The threes of the words that somebody typed, as their beginnings: a word that goes on has them too."""
    cut = [f"  {word}" for word in folded(q).split()]
    return list(dict.fromkeys(word[i : i + 3] for word in cut for i in range(len(word) - 2)))


def _steps(q: str) -> list[tuple[str, dict[str, Any]]]:
    """Conditions on the threes of a record, each looser than the one before: all words whole; begun; each of them half; one of them half."""
    words = folded(q).split()
    if not words:
        return []
    cuts = {f"half_{i}_{j}": half for i, word in enumerate(words) for j, half in enumerate(_halves(word))}
    likes = [
        "(" + " OR ".join(f"trigrams @> %(half_{i}_{j})s" for j in range(len(_halves(word)))) + ")"
        for i, word in enumerate(words)
    ]
    return [
        ("trigrams @> %(cut)s", {"cut": trigrams(q)}),
        ("trigrams @> %(cut)s", {"cut": prefixes(q)}),
        (" AND ".join(likes), cuts),
        ("(" + " OR ".join(likes) + ")", cuts),
    ]


def _halves(word: str) -> list[list[str]]:
    """The first half of the threes of a word, the last and the middle one: a slip of the pen leaves one of them whole."""
    cut = trigrams(word)
    half = max(1, len(cut) // 2)
    return [cut[:half], cut[-half:], cut[len(cut) // 4 : len(cut) // 4 + half]]
