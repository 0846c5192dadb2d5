"""Recognises the words of a seed phrase in a text, in each language of BIP-39, with or without their accents, shortened to four letters or not."""

import re
import unicodedata
from functools import cache
from importlib import import_module

from adit.settlement.seed_words import SEED_WORDS

__all__ = ["LANGUAGES", "is_phrase", "words_of"]

LANGUAGES = (
    "chinese_simplified", "chinese_traditional", "czech", "english", "french", "italian", "japanese", "korean", "portuguese", "spanish",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 12  # words of a phrase
_ENOUGH = 4  # letters by which an English word can be told, and by which wallets take it


def words_of(language: str) -> tuple[str, ...]:
    """The words of one language, as they are written."""
    if language == "english":
        return tuple(sorted(SEED_WORDS))
    return tuple(import_module(f"adit.settlement.seed_lists.{language}").WORDS.split())


def is_phrase(text: str) -> bool:
    """Whether twelve words of one list follow one another with nothing but blanks, numbers and marks between them."""
    runs: dict[str, int] = {}
    known = _known()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text)):
        runs = {language: runs.get(language, 0) + 1 for language in known.get(_bare(word), ())}
        if any(run >= _SHORTEST for run in runs.values()):
            return True
    return False


@cache
def _known() -> dict[str, tuple[str, ...]]:
    """The languages of each word."""
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        words = {_bare(w) for w in words_of(language)}
        if language == "english":
            words |= {w[:_ENOUGH] for w in words}
        for word in words:
            found[word] = (*found.get(word, ()), language)
    return found


def _bare(word: str) -> str:
    """A word without the marks on its letters."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
