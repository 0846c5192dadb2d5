"""A name taken apart: its tokens with their keys and weights, those that two ways of spacing would join, and what is left aside."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from adit.screening.names.letters import Reading, clean, read
from adit.screening.names.skeletons import keys_of, settled
from adit.screening.names.sources.parts import parts

__all__ = ["LIGHT", "LONGEST", "MOST_TOKENS", "Name", "Token", "Unit", "name"]

MOST_TOKENS = 10  # of one name are compared: the heaviest
LONGEST = 48  # letters of a key; what is longer is no name that anybody joined by mistake
LIGHT = 4  # weight of a particle, title or initial; a letter of a name weighs as much
_PATRONYMIC = ("ovic", "evic", "ovna", "evna", "icna")
_WORD = re.compile(r"[^\W_]+(?:['’ʹʼ`´\"ʺ″][^\W_]+)*", re.UNICODE)
_DOTTED = re.compile(
    r"\b(?:[^\W\d_]\.){2,5}[^\W\d_]\b\.?"
)  # J.S.C., О.О.О.; two letters are taken for initials, as in Ivanov S.A.
# Before a name; after it they are initials.
_COURTESY = frozenset(["гн", "гжа", "господин", "госпожа", "гражданин", "гражданка", "mr", "mrs", "ms", "miss"])
# A name with a blank or a dot after each letter: five initials nobody has.
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[\W_]{1,3}[^\W\d_]){4,}(?![^\W_])")
_SHORT = {
    "yu",
    "ya",
    "ye",
    "yo",
    "zh",
    "kh",
    "ts",
    "ch",
    "sh",
    "sch",
    "shch",
    "iu",
    "ia",
    "ie",
    "ju",
    "ja",
    "je",
}  # a Cyrillic initial in Latin letters


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a name. `kind`: name, common, patronymic, particle, title, initial (with a dot), letter, number. `tells`: how much it sets people apart."""

    text: str
    latin: str
    keys: tuple[str, ...]
    kind: str
    weight: int
    tells: int
    folded: str = ""  # what was read, if look-alike letters of two alphabets were mixed


@dataclass(frozen=True, slots=True)
class Unit:
    """What can meet something on the other side: one token, or neighbours written together. `initial` meets by its first letters."""

    start: int
    stop: int
    keys: tuple[str, ...]
    weight: int
    tells: int
    initial: bool = False

    @property
    def joined(self) -> bool:
        return self.stop - self.start > 1


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared. `whole` is all of it without spaces, `bare` the same without patronymics.

    `ends` are its first and its last token that is no title, particle or patronymic. `aside` are legal forms, and words beyond the heaviest ten.
    """

    text: str
    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    weight: int
    whole: tuple[str, ...]
    bare: tuple[str, ...] = ()
    patronymics: int = 0  # their weight
    ends: tuple[int, int] = (0, 0)
    aside: tuple[str, ...] = ()
    form: str = ""  # what the legal form means, if there is one


@lru_cache(maxsize=1 << 14)
def name(text: str) -> Name:
    """A name taken apart. A name of nothing but legal forms and titles is compared with them."""
    cleaned = clean(text)
    words = _words(cleaned)
    kept, aside, form = _without_forms(words)
    if not kept:
        kept, aside, form = words, [], ""
    tokens = [t for t in (_token(w, dotted) for w, dotted in kept) if t.keys]
    if len(tokens) > MOST_TOKENS:
        heaviest = sorted(tokens, key=lambda t: (-t.weight, t.keys))[:MOST_TOKENS]
        chosen = _first(tokens, heaviest)
        aside += [t.text for i, t in enumerate(tokens) if i not in chosen]
        tokens = [t for i, t in enumerate(tokens) if i in chosen]
    units = tuple(_units(tokens))
    whole = _together(tokens) if len(tokens) > 1 else tokens[0].keys if tokens else ()
    short = [t for t in tokens if t.kind != "patronymic"]
    borne = [i for i, t in enumerate(tokens) if t.kind not in ("title", "particle", "patronymic")] or [
        0,
        len(tokens) - 1,
    ]
    return Name(
        text, tuple(tokens), units, sum(t.weight for t in tokens), whole, _together(short) if 1 < len(short) < len(tokens) else (),
        sum(t.weight for t in tokens if t.kind == "patronymic"), (borne[0], borne[-1]), tuple(aside), form,
    )  # fmt: skip


def _first(tokens: list[Token], wanted: list[Token]) -> set[int]:
    left, chosen = list(wanted), set()
    for i, token in enumerate(tokens):
        if token in left:
            left.remove(token)
            chosen.add(i)
    return chosen


def _words(cleaned: str) -> list[tuple[str, bool]]:
    """The words, each with whether a dot follows it. Letters with dots between them are one word where that is a legal form."""

    def joined(found: re.Match[str]) -> str:
        bare = found.group().replace(".", "")
        return f"{bare} " if (bare.casefold(),) in parts().forms else found.group().replace(".", ". ")

    dotless = _DOTTED.sub(joined, _hyphened().sub(lambda m: m.group().replace("-", ""), _SPACED.sub(_close, cleaned)))
    found = list(_WORD.finditer(dotless))
    return [(m.group(), dotless[m.end() : m.end() + 1] == ".") for m in found]


def _close(found: re.Match[str]) -> str:
    return re.sub(r"[\W_]+", "", found.group())


@cache
def _hyphened() -> re.Pattern[str]:
    """Titles that are written with a hyphen, as г-н."""
    written = "|".join(sorted(re.escape(t) for t in parts().titles if "-" in t))
    return re.compile(rf"\b(?:{written})\b", re.IGNORECASE)


def _without_forms(words: list[tuple[str, bool]]) -> tuple[list[tuple[str, bool]], list[str], str]:
    table = parts()
    small = [w.casefold() for w, _ in words]
    kept: list[tuple[str, bool]] = []
    aside: list[str] = []
    meanings: list[str] = []
    at = 0
    if len(words) > 1 and small[0] in _COURTESY:
        aside, at = [words[0][0]], 1
    while at < len(words):
        for length in range(min(table.longest_form, len(words) - at), 0, -1):
            meaning = table.forms.get(tuple(small[at : at + length]))
            if meaning is not None:
                aside.append(" ".join(w for w, _ in words[at : at + length]))
                meanings.append(meaning)
                at += length
                break
        else:
            kept.append(words[at])
            at += 1
    return kept, aside, ", ".join(dict.fromkeys(m for m in meanings if m))


@lru_cache(maxsize=1 << 16)
def _token(word: str, dotted: bool) -> Token:
    table = parts()
    reading = read(word)
    keys = tuple(k[:LONGEST] for k in keys_of(reading))
    small = word.casefold()
    shortest = min(map(len, keys), default=0)
    weight = LIGHT * (1 + min(7, shortest))
    if any(c.isdigit() for c in reading.latin):
        kind = "number"
    elif small in table.particles and not dotted:
        kind, weight = "particle", LIGHT
    elif len(small) == 1 or (dotted and reading.latin in _SHORT):
        kind, weight = "initial" if dotted else "letter", 2 * LIGHT
    elif reading.latin in table.particles:
        kind, weight = "particle", LIGHT
    elif small in _titles() or reading.latin in _titles():
        kind, weight = "title", 2 * LIGHT
    elif shortest > 6 and keys[0].endswith(_PATRONYMIC):
        kind, weight = "patronymic", weight // 2
    else:
        kind = "common" if _common().intersection(keys) else "name"
    tells = {"name": weight, "number": weight, "common": weight // 2}.get(kind, 0)
    return Token(word, reading.latin, keys, kind, weight, tells, reading.folded)


@cache
def _titles() -> frozenset[str]:
    return frozenset(t.replace("-", "") for t in parts().titles)


@cache
def _common() -> frozenset[str]:
    return frozenset(keys_of(read(w))[0] for w in parts().common)


def _units(tokens: list[Token]) -> list[Unit]:
    units = [Unit(i, i + 1, t.keys, t.weight, t.tells, t.kind in ("initial", "letter")) for i, t in enumerate(tokens)]
    for i in range(len(tokens) - 1):
        spans = [i + 2]
        if i + 2 < len(tokens) and tokens[i + 1].kind == "particle":
            spans.append(i + 3)  # Abd al Rahman, Abdalrahman
        for stop in spans:
            pieces = tokens[i:stop]
            keys = _together(pieces)
            if keys and not any(t.kind in ("initial", "number") for t in pieces):
                units.append(Unit(i, stop, keys, sum(t.weight for t in pieces), sum(t.tells for t in pieces)))
    return units


def _together(tokens: list[Token]) -> tuple[str, ...]:
    """The keys of tokens written without a space: of their sounds, and of their letters, where two may come to be one sound. Too long ones are left out."""
    letters = keys_of(Reading("".join(t.latin for t in tokens)))
    keys = dict.fromkeys((settled("".join(t.keys[0] for t in tokens)), *letters[:1]))
    return tuple(k for k in keys if len(k) <= LONGEST)
