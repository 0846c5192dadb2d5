"""The words of the grid in English and Russian, and its figures as people write them."""

from collections.abc import Iterable
from decimal import Decimal

from adit.grid.store import words
from adit.terms.errors import UnknownName
from adit.terms.language import number, unit_in
from adit.terms.places import region

__all__ = ["figure", "megawatts", "per_mwh", "phrase", "recognition_notes", "system_name", "zone_name"]

_SYSTEMS = frozenset({"Centre", "East", "Mid-Volga", "North-West", "Siberia", "South", "Urals"})


def phrase(key: str, language: str, **parts: object) -> str:
    """The words under this key."""
    text = words()[key][language]
    return text.format(**parts) if parts else text


def system_name(system: str, language: str) -> str:
    """The name of a power system as it follows 'the unified power system'."""
    return phrase(system, language)


def zone_name(zone: str, zones: Iterable[str], language: str) -> str:
    """The name of one of these zones: of a power system where all of them are, else as the network has it."""
    if language == "en" or not _SYSTEMS.issuperset(zones):
        return zone
    return phrase("system", language, name=system_name(zone, language))


def recognition_notes(places: Iterable[str], language: str) -> list[str]:
    """Of each of these places that Russian acts treat as a subject and that is recognised as part of another state, the note."""
    found: list[str] = []
    for text in places:
        try:
            place = region(text)
        except UnknownName:  # a zone, or a power system
            continue
        if place.recognition_note:
            name = place.name_ru if language == "ru" else place.name_en
            found.append(phrase("recognition", language, name=name, iso=place.iso, note=place.recognition_note))
    return found


def megawatts(mw: float | None, language: str) -> str:
    """Whole megawatts, downwards; 'not known' where there is none."""
    if mw is None:
        return phrase("not known", language)
    return number(Decimal(int(mw // 1)), language)


def per_mwh(currency: str, language: str) -> str:
    """The unit of a price of energy."""
    return f"{unit_in(currency, language)}/{phrase('MWh', language)}"


def figure(value: float, language: str, places: int = 0, *, sign: bool = False) -> str:
    """A figure with so many places, with its sign where it is a difference; nothing has no sign."""
    rounded = Decimal(f"{value:.{places}f}") + 0
    text = number(rounded, language, places=places)
    return f"+{text}" if sign and rounded > 0 else text
