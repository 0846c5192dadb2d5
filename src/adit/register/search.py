"""Words as people mistype them: folded to one alphabet, cut in threes, compared.

Text in Russian and in English is found by either: Cyrillic is written in Latin letters, and the ways of doing so that are in use are brought
together. Pure functions; the database keeps the threes of each record and finds the candidates, which are ranked here.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["folded", "score", "trigrams"]

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh",
    "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
# Latin spellings of one Russian sound, brought to that of the table; longer ones first
_VARIANTS = (
    ("shch", "sh"), ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("yo", "e"), ("jo", "e"), ("ye", "e"), ("yu", "iu"),
    ("ju", "iu"), ("ya", "ia"), ("ja", "ia"), ("ij", "i"), ("iy", "i"), ("yy", "i"), ("y", "i"), ("j", "i"), ("w", "v"), ("x", "ks"),
    ("ph", "f"), ("q", "k"), ("ii", "i"),
)  # fmt: skip
_LOOKALIKES = str.maketrans(
    "авекмнорстухі", "abekmhopctyxi"
)  # Cyrillic letters that stand in a Latin word, and the other way round
_WORD = re.compile(r"[0-9a-z]+")


def folded(text: str) -> str:
    """The words of a text in Latin letters without accents, quotes and legal forms, parted by one blank."""
    plain = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = _WORD.findall(" ".join(_latin(w) for w in re.findall(r"[^\W_]+", plain)))
    return " ".join(w for w in words if w not in _FORMS) or " ".join(words)


@lru_cache(100_000)
def _latin(word: str) -> str:
    """One word in Latin letters; a word of both alphabets is taken for the one of which it has more."""
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in word)
    latin = sum("a" <= c <= "z" for c in word)
    if cyrillic and latin:
        if cyrillic > latin:
            back = {chr(v): chr(k) for k, v in _LOOKALIKES.items()}
            word = "".join(back.get(c, c) for c in word)
        else:
            word = word.translate(_LOOKALIKES)
    written = "".join(_LATIN.get(c, c) for c in word.replace("ck", "k"))  # here, where no c stands for ц yet
    if written.isdecimal():
        return written
    for variant, sound in _VARIANTS:
        written = written.replace(variant, sound)
    return re.sub(r"([a-z])\1+", r"\1", written)  # a doubled letter is the commonest slip


_FORMS = frozenset(  # as they stand once folded: ООО is o
    map(
        _latin,
        ["ooo", "ao", "pao", "zao", "oao", "ip", "llc", "ltd", "inc", "jsc", "pjsc", "gup", "mup", "nao", "tov", "co"],
    )
)


def trigrams(text: str) -> list[str]:
    """The threes of the folded words, each once: of `kit` the threes of `··kit·`."""
    found: dict[str, None] = {}
    for word in folded(text).split():
        padded = f"  {word} "
        found.update(dict.fromkeys(padded[i : i + 3] for i in range(len(padded) - 2)))
    return list(found)


def score(query: str, candidate: str) -> float:
    """How well a candidate fits what was typed: 0 to 100."""
    from rapidfuzz import fuzz

    a, b = folded(query), folded(candidate)
    if not a or not b:
        return 0.0
    best = max(fuzz.token_set_ratio(a, b), _words(a.split(), b.split()))
    return float(100.0 if a == b else min(best, 99.0))


def _words(query: Iterable[str], candidate: list[str]) -> float:
    """The mean over the words typed of how well the nearest word fits; the beginning of a word counts as it."""
    from rapidfuzz import fuzz

    fits = [
        max(max(fuzz.ratio(w, c), fuzz.ratio(w, c[: len(w)]) - 5 if len(w) > 2 else 0) for c in candidate)
        for w in query
    ]
    return sum(fits) / len(fits)
