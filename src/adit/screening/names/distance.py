"""How far two keys are apart, counted in halves: a vowel costs one, a consonant two, consonants that are taken for each other one.

`near` is plain Python; `kernels.py` holds the same for many keys at once, and a test compares the two.
"""

from functools import lru_cache

__all__ = ["KIN", "apart", "cheap", "near"]

_CHEAP = frozenset("aeiouh")  # vowels, and the h that comes and goes
_PAIRS = (
    "bp",
    "bv",
    "cs",
    "cx",
    "cz",
    "dt",
    "fv",
    "gh",
    "gk",
    "hk",
    "sx",
    "sz",
    "xz",
    "fp",
)  # are heard or written for each other
KIN = frozenset(p for pair in _PAIRS for p in (pair, pair[::-1]))


def cheap(letter: str) -> bool:
    """Whether this letter costs one half."""
    return letter in _CHEAP


def _replaced(a: str, b: str) -> int:
    if a == b:
        return 0
    return 1 if (a in _CHEAP and b in _CHEAP) or a + b in KIN else 2


def apart(a: str, b: str) -> int:
    """The least cost of turning one key into the other by adding, dropping, replacing, and swapping neighbours."""
    before: list[int] = []
    last = [0]
    for letter in b:
        last.append(last[-1] + (1 if letter in _CHEAP else 2))
    for i, ours in enumerate(a):
        out = 1 if ours in _CHEAP else 2
        row = [last[0] + out]
        for j, theirs in enumerate(b):
            add = 1 if theirs in _CHEAP else 2
            best = min(last[j + 1] + out, row[j] + add, last[j] + _replaced(ours, theirs))
            if i and j and ours == b[j - 1] and a[i - 1] == theirs:
                best = min(best, before[j - 1] + 2)
            row.append(best)
        before, last = last, row
    return last[-1]


@lru_cache(maxsize=1 << 16)
def near(a: str, b: str) -> int:
    """How near two keys are, in thousandths: 1000 for equal ones. Keys with digits are equal or strangers."""
    if a == b:
        return 1000
    if any(c.isdigit() for c in a + b):
        return 0
    return 1000 - 1000 * apart(a, b) // (len(a) + len(b))
