"""One text that names somebody in more than one way: a maiden name in brackets, an alias after a stroke, papers after the name.

A name is compared as a whole, so what is written beside it would hide it. Here the text is read in further ways; the text itself comes first.
"""

import re

from adit.screening.names.letters import clean
from adit.screening.names.tokens import MOST_TOKENS, name
from adit.terms.errors import BadInput

__all__ = ["ways"]

_WORDS_MOST = 40
_SIGNS_MOST = 1_000
_WAYS_MOST = 32
_HALF = 5  # letters of each half of a double family name
_SINGLE = 5  # letters of a single word that is asked for alone
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_BETWEEN = re.compile(
    r"[/|;\\]|(?<!\w)(?:a\.?\s?k\.?\s?a|f\.?\s?k\.?\s?a|d\.?\s?b\.?\s?a|alias|née|nee|formerly|also known as|known as"
    r"|он же|она же|они же|урожд\w*|урожденная|бывш\w*|ранее|прежде|прежняя фамилия|известн\w+ как|в девичестве|псевдоним)(?!\w)[.:]?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’`-][^\W_]+)*")


def ways(text: str, *, windows: bool) -> tuple[str, ...]:
    """The text, and what else of it is a name. `windows`: of a text with many words also each two and three neighbours, as for a person; those
    of a long name of an organisation are anybody's. Raises BadInput for a text too long to be a name: what was not compared is not clear.
    """
    if len(text) > _SIGNS_MOST or len(_WORD.findall(clean(text))) > _WORDS_MOST:
        raise BadInput(
            f"The name '{text.strip()[:40]}...' has {len(text):,} signs; no name has so many.",
            todo=f"Give each name by itself: up to {_WORDS_MOST} words and {_SIGNS_MOST:,} signs.",
        )
    readable = clean(text)
    found: dict[str, None] = {text: None}
    found.update(dict.fromkeys(_beside(readable)))
    found.update(dict.fromkeys(w for way in tuple(found) for w in (*_before_papers(way), *_halves(way))))
    if len(found) > _WAYS_MOST:
        raise BadInput(
            f"The text '{readable[:40]}...' names somebody in more than {_WAYS_MOST} ways.",
            todo="Give each name by itself.",
        )
    if windows and len(_WORD.findall(readable)) > MOST_TOKENS:
        found.update(dict.fromkeys(_windows(readable)))
    return tuple(found)


def _beside(text: str) -> list[str]:
    """What stands in brackets and beside them, and on both sides of a stroke or of "also known as". A single word is put in the place of another."""
    inner = [m[1] for m in _BRACKETS.finditer(text)]
    outer = _BRACKETS.sub(" ", text)
    pieces = [p.strip(" ,.:-") for whole in (outer, *inner) for p in _BETWEEN.split(whole)]
    pieces = [p for p in pieces if _WORD.search(p)]
    if len(pieces) < 2 and not inner:
        return []
    first = _WORD.findall(pieces[0]) if pieces else []
    out: list[str] = []
    for piece in pieces:
        words = _WORD.findall(piece)
        if len(words) > 1 or len(piece) >= _SINGLE:
            out.append(piece)
        if len(words) == 1 and piece is not pieces[0] and len(first) > 1:
            out += [" ".join([*words, *first[1:]]), " ".join([*first[:-1], *words])]
    return out


def _before_papers(text: str) -> list[str]:
    """The name in front of a comma or a word with digits, if it has two words or more."""
    head = re.split(r"[,\n]|(?<!\w)\w*\d\d", text, maxsplit=1)[0].strip()
    return [head] if head != text.strip() and len(_WORD.findall(head)) > 1 else []


def _halves(text: str) -> list[str]:
    """With one half of a double family name at a time."""
    words = text.split()
    out: list[str] = []
    for at, word in enumerate(words if len(words) > 1 else ()):
        halves = word.strip(",.").split("-")
        if len(halves) == 2 and all(len(h) >= _HALF and h.isalpha() for h in halves) and _is_double(halves):
            out += [" ".join([*words[:at], half, *words[at + 1 :]]) for half in halves]
    return out


def _is_double(halves: list[str]) -> bool:
    return all(t.kind == "name" for half in halves for t in name(half).tokens)


def _windows(text: str) -> list[str]:
    """Of a text with more words than are compared at once: each two and three neighbours, as long as both ends are names."""
    words = _WORD.findall(text)
    runs = [words[at : at + n] for n in (2, 3) for at in range(len(words) - n + 1)]
    return [" ".join(run) for run in runs if all(len(w) > 2 and w.isalpha() for w in (run[0], run[-1]))]
