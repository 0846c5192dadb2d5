"""Signs that look like other signs: letters of another alphabet, and digits in the place of letters.

Source: Unicode Technical Standard 39, confusables. The digits are those that stand for letters in names of accounts.
"""

__all__ = ["LOOKS_CYRILLIC", "LOOKS_LATIN", "as_letters"]

# As capital or as small letter; what only resembles in some founts is left out.
LOOKS_LATIN = dict(zip("аАВеЕЅѕіІјЈкКМНоОрРсСТуУхХԛԜѵѴԁԚ", "aABeESsiIjJkKMHoOpPcCTyYxXqWvVdQ", strict=True))
LOOKS_LATIN |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικτυχγηωεσϲϹϳ", "ABEZHIKMNOPTYXoavpiktuxynweocCj", strict=True))  # Greek
LOOKS_LATIN |= dict(zip("օոսհյցզ", "onuhjgq", strict=True))  # Armenian
LOOKS_LATIN |= dict(zip("ᎪᏴᏟᎠᎬᎻᎥᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃ", "ABCDEHiJKLMPSTVWZ", strict=True))  # Cherokee
LOOKS_CYRILLIC = dict(zip("aAeEBkKmMHoOpPcCtTyYxXiIjJsS", "аАеЕВкКмМНоОрРсСтТуУхХіІјЈѕЅ", strict=True))
_OF_OTHERS = {c: twin for c, twin in LOOKS_LATIN.items() if not "\u0400" <= c <= "\u052f"}
LOOKS_CYRILLIC |= {c: LOOKS_CYRILLIC[twin] for c, twin in _OF_OTHERS.items() if twin in LOOKS_CYRILLIC}

_LATIN_DIGITS = dict(zip("0134578", "oieastb", strict=True))
_CYRILLIC_DIGITS = dict(zip("01346", "оізчб", strict=True))
_VOWELS = frozenset("aeiouyAEIOUY")
_LEAST = 3  # letters in a token that is a word with digits in it, and more letters than digits


def as_letters(token: str) -> str:
    """The token with letters in place of the digits that look like them: Ivan0v is Ivanov. Nothing where it is no such word."""
    digits = sum(c.isdigit() for c in token)
    letters = sum(c.isalpha() for c in token)
    if not digits or letters < _LEAST or letters <= digits:
        return ""
    cyrillic = any("\u0400" <= c <= "\u052f" for c in token)
    table = _CYRILLIC_DIGITS if cyrillic else _LATIN_DIGITS
    out = []
    for at, c in enumerate(token):
        if c == "1" and not cyrillic and token[at + 1 : at + 2] in _VOWELS:
            out.append("l")  # Pav1ov, and K1msuky below
        else:
            out.append(table.get(c, c))
    meant = "".join(out)
    return "" if any(c.isdigit() for c in meant) else meant
