"""The remarks of OFAC's short format: births, papers, weak names and coin addresses, told in one text between semicolons."""

import re
from dataclasses import dataclass, field

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import ListedAddress
from adit.evidence.watchlists.reading import MONTHS, identifier

__all__ = ["COIN", "Remarks", "born_in", "document", "parse_remarks"]

COIN = "Digital Currency Address - "
_DAY = r"(?:(?P<day>\d{1,2}) )?(?:(?P<month>[A-Z][a-z]{2}) )?(?P<year>\d{4})"
_BORN = re.compile(rf"(?:circa )?{_DAY}")
_RANGE = re.compile(
    r"(?:circa )?(?:\d{1,2} )?(?:[A-Z][a-z]{2} )?(\d{4})(?: to | ?- ?)(?:\d{1,2} )?(?:[A-Z][a-z]{2} )?(\d{4})"
)
_NAME = re.compile(r"(?P<kind>[afn])\.k\.a\. '(?P<text>.*)'")
_PLACE = re.compile(r"(?P<rest>.*?)\s*\((?P<country>[^()]+)\)(?: .*)?")
_PAPERS = re.compile(
    r"passport|\bno\.|number|\bid\b|\bimo\b|mmsi|swift|\blei\b|\bnit\b|\bruc\b|\brif\b|#|card|c\.u\.r\.p|d\.n\.i|r\.f\.c|\bssn\b|identification",
    re.IGNORECASE,
)
_WORDS = frozenset(
    {"ID", "NIT", "RUC", "RIF", "RTN", "RFC", "SSN", "MMSI", "LE", "UK", "US", "RSIN", "CNP", "BIC", "LEI"}
)  # of a word for a paper
_NOT_PAPERS = re.compile(r"(phone|telephone|fax|email|website|issued|expires|date|linked|aircraft)", re.IGNORECASE)


@dataclass(slots=True)
class Remarks:
    """What was found; what was not understood stays in the text of the entry."""

    born: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[ListedAddress] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)


def parse_remarks(text: str) -> Remarks:
    """What the remarks of one entry say."""
    found = Remarks()
    for piece in text.strip().removesuffix(".").split(";"):
        part = piece.strip().removeprefix("alt. ")
        word, _, rest = part.partition(" ")
        if part.startswith(COIN):
            asset, _, address = part.removeprefix(COIN).partition(" ")
            if address.strip():
                found.addresses.append(ListedAddress(asset, address.strip()))
        elif word == "DOB":
            found.born += born_in(rest)
        elif word in ("nationality", "citizen"):
            found.countries.append(country(rest.removeprefix("possibly ")))
        elif match := _NAME.fullmatch(part):
            found.names.append((match["text"], "former" if match["kind"] == "f" else "weak"))
        elif _PAPERS.search(part) and not _NOT_PAPERS.match(part):
            found.identifiers += document(part)
    return found


def born_in(text: str) -> list[str]:
    """The days, months or years that a text of a birth names; both ends and all between of a range of years, if it is short."""
    said = text.strip().removesuffix(".")
    if match := _RANGE.fullmatch(said):
        first, last = int(match[1]), int(match[2])
        if first <= last <= first + 20:
            return [str(year) for year in range(first, last + 1)]
    match = _BORN.fullmatch(said)
    if not match:
        return []
    month = MONTHS.get((match["month"] or "").lower())
    if not month:
        return [match["year"]]
    return [f"{match['year']}-{month:02}-{int(match['day']):02}" if match["day"] else f"{match['year']}-{month:02}"]


def document(text: str) -> list[tuple[str, str]]:
    """`Passport T14553558 (Iran) issued 28 Oct 2008` as one identifier; nothing where there is no number."""
    place = _PLACE.fullmatch(text)
    said = (place["rest"] if place else re.sub(r",? (issued|expires|expired) .*", "", text)).split()
    first = next((n for n, token in enumerate(said) if n and any(c.isdigit() for c in token)), None)
    if first is None:
        if said[0].startswith("SWIFT") and len(said) == 2:
            return [("bic", said[1])]
        return []
    while first > 1 and said[first - 1].isupper() and len(said[first - 1]) <= 4 and said[first - 1] not in _WORDS:
        first -= 1  # HRB 26136
    word, number = " ".join(said[:first]), " ".join(said[first:])
    return [identifier(word, number, country(place["country"]) if place else "")]
