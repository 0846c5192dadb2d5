"""One alphabet for all: look-alike letters are told apart, and every script is read in Latin letters.

Cyrillic is read by a table of ours (Russian, Ukrainian, Belarusian, and what Kazakh and Serbian add), everything else by anyascii.
"""

import unicodedata
from dataclasses import dataclass

from anyascii import anyascii

from adit.screening.names.lookalikes import LOOKS_CYRILLIC, LOOKS_LATIN, as_letters

__all__ = ["Reading", "clean", "read", "script"]

# Cyrillic letter -> the sounds, in the letters that `skeletons` works with: c = ch, x = sh and shch, h = kh, z = z and zh, s = s and ts.
_SOUNDS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "z", "з": "z", "и": "i", "й": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "s", "ч": "c",
    "ш": "x", "щ": "x", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u",
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
    "ђ": "z", "ј": "i", "љ": "li", "њ": "ni", "ћ": "c", "џ": "z", "ѓ": "g", "ќ": "k", "ѕ": "z",
}  # fmt: skip
# The same letters as a reader of English expects them, for the words on the screen (close to ICAO Doc 9303).
_LATIN = {
    **_SOUNDS, "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ы": "y", "ю": "yu", "я": "ya",
    "ё": "e", "ђ": "dj", "ћ": "c", "џ": "dzh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A token in Latin letters. `sounds` is filled for Cyrillic, where the sounds are known without guessing a system."""

    latin: str
    sounds: tuple[str, ...] = ()
    folded: str = ""  # what was read instead, if look-alike letters of two alphabets, or digits and letters, were mixed
    also: str = ""  # another Latin spelling that it may stand for: look-alikes all through, or û and â of ISO 9


def clean(text: str) -> str:
    """The text in one form of Unicode, without characters that nobody can see and without marks that make no other letter.

    A mark that is left when all are composed (a stroke through each letter, a stress, a vowel sign of Arabic) tells no name from another.
    """
    composed = unicodedata.normalize("NFKC", text)
    return composed if composed.isascii() and composed.isprintable() else "".join(c for c in composed if not _unseen(c))


_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that are drawn as nothing


def _unseen(letter: str) -> bool:
    if letter.isspace():
        return False
    match unicodedata.category(letter):
        case "Cf" | "Cc" | "Cs" | "Me":
            return True
        case "Mn":
            place = unicodedata.combining(letter)
            return place == 1 or 10 <= place <= 35 or place >= 200 or letter in _FILLERS or _varies(letter)
    return letter in _FILLERS


def _varies(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def script(letter: str) -> str:
    """Latin, Cyrillic, Greek or other."""
    code = ord(letter)
    if 0x0400 <= code <= 0x052F or 0x1C80 <= code <= 0x1C8F:
        return "Cyrillic"
    if 0x0370 <= code <= 0x03FF or 0x1F00 <= code <= 0x1FFF:
        return "Greek"
    return "Latin" if unicodedata.name(letter, "").startswith("LATIN") else "other"


def read(token: str) -> Reading:
    """One token, in its own upper and lower case, read in Latin letters; one with digits in place of letters as that too."""
    found = _read(token)
    meant = as_letters(found.folded or token)
    if not meant:
        return found
    other = _read(meant)
    sounds = (*other.sounds, *found.sounds)
    return Reading(found.latin, sounds, other.folded or meant, other.also if other.sounds else other.latin)


def _read(token: str) -> Reading:
    scripts = {script(c) for c in token if c.isalpha()}
    folded = ""
    if len(scripts) > 1:
        folded = _unmixed(token)
        token = folded or token
        scripts = {script(c) for c in token if c.isalpha()}
    if scripts != {"Cyrillic"}:
        iotated = token.casefold().replace("û", "yu").replace("â", "ya")
        also = _spelled(iotated) if iotated != token.casefold() else ""
        if scripts == {"Greek"}:
            twin = "".join(LOOKS_LATIN.get(c, c) for c in token)
            also = _spelled(twin) if all(script(c) == "Latin" for c in twin if c.isalpha()) else also
        return Reading(_spelled(token), folded=folded, also=also)
    small = token.casefold()
    sounds = tuple(
        "".join(
            _SOUNDS.get(c, anyascii(c).casefold()) for c in small.replace("дж", "ж").replace("ё", e).replace("ў", u)
        )
        for e in (("е", "ио", "о") if "ё" in small else ("е",))  # Fedor, Fyodor; Khrushchev, Khrushchov
        for u in (("в", "у") if "ў" in small else ("",))  # Іваноў is Иванов in Russian
    )
    latin = "".join(_LATIN.get(c, anyascii(c).casefold()) for c in small if c.isalnum())
    twin = "".join(LOOKS_LATIN.get(c, c) for c in token)
    also = _spelled(twin) if all(script(c) == "Latin" for c in twin if c.isalpha()) else ""
    return Reading(latin, sounds, folded, also)


def _unmixed(token: str) -> str:
    """The token in one alphabet, if every letter of the other has a twin in it: the larger part decides, at a tie Latin."""
    to_latin = "".join(LOOKS_LATIN.get(c, c) for c in token)
    to_cyrillic = "".join(LOOKS_CYRILLIC.get(c, c) for c in token)
    letters = [c for c in token if c.isalpha()]
    latin_first = sum(script(c) == "Latin" for c in letters) * 2 >= len(letters)
    choices = ((to_latin, "Latin"), (to_cyrillic, "Cyrillic"))
    for read_as, alphabet in choices if latin_first else choices[::-1]:
        if all(script(c) == alphabet for c in read_as if c.isalpha()):
            return read_as
    return ""


# Letters with marks whose sound the bare letter does not tell. Sources: ISO 9:1995 for ŝ; the alphabets of Czech, Croatian, Turkish.
_MARKED = {
    "š": "sh",
    "ş": "sh",
    "ș": "sh",
    "ž": "zh",
    "č": "ch",
    "ć": "ch",
    "ŝ": "shch",
    "ß": "ss",
    "đ": "dj",
    "ə": "a",
}


def _spelled(token: str) -> str:
    small = token.casefold()
    return "".join(c for c in anyascii("".join(_MARKED.get(c, c) for c in small)).casefold() if c.isalnum())
