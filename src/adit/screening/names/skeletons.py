"""The sound of a token: one short key for all the ways in which a name is written in Latin letters.

Where a letter is read differently in different systems (x is ks or kh, j is zh or i, c is k or ts, ch is tsh, kh or sh), a token has several keys.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from adit.screening.names.letters import Reading

__all__ = ["MOST", "keys_of", "settled"]

MOST = 6  # keys of one token

# Longest first; the letters on the right are those of `letters`: c = ch, x = sh and shch, h = kh, z = z and zh, s = s and ts.
_GROUPS = (
    ("schtsch", "x"), ("chtch", "x"), ("shtch", "x"), ("shch", "x"), ("stsch", "x"), ("tsch", "c"), ("tch", "c"), ("sch", "x"),
    ("sh", "x"), ("kh", "h"), ("dzh", "z"), ("dsch", "z"), ("dj", "z"), ("dz", "z"), ("zh", "z"), ("ts", "s"), ("tz", "s"), ("cz", "c"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("gh", "g"), ("ck", "k"), ("cc", "k"), ("qu", "k"), ("q", "k"), ("ou", "u"), ("oo", "u"),
    ("w", "v"), ("y", "i"),
)  # fmt: skip
_VOWELS = "aeiou"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")  # of a key
_READINGS = {"ch": ("c", "h", "x"), "x": ("ks", "h"), "j": ("z", "i"), "c": ("k", "s"), "ou": ("u", "ov")}
_ENDING = "ou"  # Ivanou is how Belarus writes Ivanov; short words such as Zhou are left alone


@lru_cache(maxsize=1 << 16)
def keys_of(reading: Reading) -> tuple[str, ...]:
    """The keys of a token, the likeliest first. Digits stand for themselves."""
    spelled: list[tuple[str, ...]] = [(s,) for s in reading.sounds]
    for latin in (reading.also,) if reading.sounds else (reading.latin, reading.also):
        spelled += _readings(_grouped(latin))
    found = [k for k in dict.fromkeys(settled("".join(s)) for s in spelled) if k]
    found = found[: MOST - 1]
    letters = "".join(c for c in reading.latin if c in _LETTERS)
    return tuple(found) if letters in found or not letters else (*found, letters)


def _grouped(latin: str) -> tuple[str, ...]:
    """The token in sounds, with those that are read in several ways still as they are spelled, after an equals sign."""
    out: list[str] = []
    at = 0
    while at < len(latin):
        group, sound = next((g for g in _GROUPS if latin.startswith(g[0], at)), ("", ""))
        if group == _ENDING and at > 2 and at + len(group) == len(latin):
            sound = f"={group}"
        if not group:
            group = sound = "ch" if latin.startswith("ch", at) else latin[at]
            after = latin[at + len(group) : at + len(group) + 1]
            soft = after != "" and after in "eiy"
            if group == "j" and not (after and after in _VOWELS + "y"):
                sound = "i"  # before a consonant and at the end: Sergej, Vojtech
            elif group == "c" and soft:
                sound = "s"
            elif group in _READINGS:
                sound = f"={group}"
        out.append(sound)
        at += len(group)
    return tuple(out)


def _readings(sounds: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A token is written in one system, so a letter is read in one way from its first to its last place."""
    open_ = sorted({s[1:] for s in sounds if s.startswith("=")})
    for choice in product(*(_READINGS[o] for o in open_)):
        way = {f"={o}": c for o, c in zip(open_, choice, strict=True)}
        yield tuple(way.get(s, s) for s in sounds)


def settled(sounds: str) -> str:
    """What is left when doubled letters are one, i before e is silent, and a last f is v, as in Ivanoff."""
    out = ""
    for letter in sounds:
        if letter not in _LETTERS:
            continue
        if out and letter == out[-1] and not letter.isdigit():
            continue
        if letter == "e" and out and out[-1] == "i":
            out = out[:-1]
            if out and out[-1] == "e":
                continue
        out += letter
    if len(out) > 2 and out[-1] == "f":
        out = out[:-1] + "v"
    if len(out) > 3 and out[-1] == "h" and out[-2] in _VOWELS:
        out = out[:-1]  # Abdullah, Abdulla
    return out
