"""Numbers that name one party: INN, OGRN, LEI, IMO, BIC, passports. They meet whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence

from adit.evidence.watchlists.entries import Entry
from adit.screening.names.letters import clean
from adit.screening.subjects import Subject

__all__ = ["Numbers", "number_index", "numbers_met", "plain_number"]

Numbers = Mapping[
    str, tuple[tuple[int, str, str], ...]
]  # the plain number -> (place of the entry, its kind, as printed)

_LONG = 9  # digits and letters from which a number of another kind counts: publishers call an INN a tax number, or a registration
_OTHER_KIND = 900
_CYRILLIC = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")  # the series of a passport may be typed in either alphabet


def plain_number(kind: str, number: str) -> str:
    """A number without what people put between its signs. A BIC stands for all its branches, an IMO number has no prefix."""
    plain = "".join(c for c in clean(number).upper().translate(_CYRILLIC) if c.isalnum())
    if kind == "bic":
        return plain[:8]
    return plain.removeprefix("IMO") if kind == "imo" else plain


def number_index(entries: Sequence[Entry]) -> Numbers:
    """Every number of these entries, with its owners."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for place, entry in enumerate(entries):
        for kind, number in entry.identifiers:
            plain = plain_number(kind, number)
            if plain:
                found.setdefault(plain, []).append((place, kind, number))
    return {number: tuple(owners) for number, owners in found.items()}


def numbers_met(subject: Subject, numbers: Numbers) -> Iterator[tuple[int, int, str, str, str]]:
    """Place of the entry, score, sentence, the number as stated and as listed. An entry is told once, by its best number."""
    best: dict[int, tuple[int, int, str, str, str]] = {}
    for kind, number in subject.identifiers:
        plain = plain_number(kind, number)
        for place, other, listed in numbers.get(plain, ()) if plain else ():
            if other == kind:
                score, sentence = 1000, f"The {_said(kind)} is the same: {number}."
            elif len(plain) >= _LONG:
                score = _OTHER_KIND
                sentence = f"The {_said(kind)} {number} stands in the entry as {_said(other)}."
            else:
                continue
            if place not in best or best[place][1] < score:
                best[place] = (place, score, sentence, number, listed)
    yield from best.values()


def _said(kind: str) -> str:
    return kind.upper() if kind in ("inn", "ogrn", "lei", "imo", "bic", "mmsi") else f"{kind.replace('_', ' ')} number"
