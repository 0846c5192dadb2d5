"""OFAC's sdn_advanced.xml and cons_advanced.xml: tables of words first, then papers, parties and entries that point at each other by number.

Nothing is looked for by the number of a type: the file's own table says that 344 is `Digital Currency Address - XBT`.
Source of the format: OFAC's notes on it, https://home.treasury.gov/system/files/126/sdn_advanced_notes.pdf, as others who read it cite them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from xml.etree.ElementTree import Element

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry, ListedAddress
from adit.evidence.watchlists.ofac_remarks import COIN
from adit.evidence.watchlists.reading import Read, born_of_parts, identifier, iso_day, listed_names, squashed
from adit.evidence.watchlists.xml_records import records, text_in

__all__ = ["read_ofac_advanced"]

_RECORDS = frozenset(
    {"DateOfIssue", "ReferenceValueSets", "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry"}
)
_KINDS = {"individual": "person", "entity": "organisation", "vessel": "vessel", "aircraft": "aircraft"}
_ORDER = ("First Name", "Middle Name", "Patronymic", "Last Name", "Matronymic", "Maiden Name", "Nickname")
_COUNTRIES = ("Nationality Country", "Citizenship Country", "Nationality of Registration", "Vessel Flag", "Citizenship")


@dataclass(slots=True)
class _Tables:
    words: dict[tuple[str, str], str] = field(default_factory=dict)  # (FeatureType, 344) -> its text
    party_of: dict[str, str] = field(default_factory=dict)  # sub-type -> type, where the sub-type is Unknown
    locations: dict[str, list[str]] = field(default_factory=dict)
    papers: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))  # by identity

    def word(self, table: str, number: str | None) -> str:
        return self.words.get((table, number or ""), "")


def read_ofac_advanced(content: bytes, list_id: str) -> Read:
    """The parties as entries, in the order of the file, with the programmes and days of their entries. Raises BadInput."""
    tables = _Tables()
    day: date | None = None
    found: dict[str, Entry] = {}
    shape: dict[str, None] = {}
    for element in records(content, _RECORDS):
        shape[element.tag] = None
        match element.tag:
            case "DateOfIssue":
                day = iso_day(_day(element))
            case "ReferenceValueSets":
                _learn(element, tables)
            case "Location":
                tables.locations[element.get("ID", "")] = list(_countries(element, tables))
            case "IDRegDocument":
                _paper(element, tables)
            case "DistinctParty":
                entry = _party(element, tables, list_id)
                found[entry.entry_id] = entry
            case _:
                number = element.get("ProfileID", "")
                if number in found:
                    found[number] = _with_entry(found[number], element, tables)
    return Read(day, len(found), tuple(found.values()), tuple(sorted(shape)))


def _day(element: Element | None) -> str:
    return born_of_parts(text_in(element, "Year"), text_in(element, "Month"), text_in(element, "Day"))


def _learn(element: Element, tables: _Tables) -> None:
    for values in element:
        for value in values:
            tables.words[value.tag, value.get("ID", "")] = squashed(value.text) or value.get("Description", "")
            if code := value.get("ISO2"):
                tables.words["ISO2", value.get("ID", "")] = code
            if value.tag == "PartySubType":
                tables.party_of[value.get("ID", "")] = value.get("PartyTypeID", "")


def _countries(element: Element, tables: _Tables) -> Iterator[str]:
    for place in element.iterfind("LocationCountry"):
        number = place.get("CountryID")
        if name := tables.word("ISO2", number) or tables.word("Country", number):
            yield country(name)
    for part in element.iterfind("LocationPart"):
        if tables.word("LocPartType", part.get("LocPartTypeID")) == "Unknown":  # how the file writes a nationality
            yield from (country(v.text) for v in part.iterfind("LocationPartValue/Value") if v.text)


def _paper(element: Element, tables: _Tables) -> None:
    number = text_in(element, "IDRegistrationNo")
    issuer = element.get("IssuedBy-CountryID")
    said = tables.word("IDRegDocType", element.get("IDRegDocTypeID"))
    if number:
        issued = country(tables.word("ISO2", issuer) or tables.word("Country", issuer))
        tables.papers[element.get("IdentityID", "")].append(identifier(said, number, issued))


def _party(element: Element, tables: _Tables, list_id: str) -> Entry:
    profile = element.find("Profile")
    found = profile if profile is not None else element
    sub_type = found.get("PartySubTypeID", "")
    said = tables.word("PartySubType", sub_type)
    if said in ("", "Unknown"):
        said = tables.word("PartyType", tables.party_of.get(sub_type))
    names = [name for identity in found.iterfind("Identity") for name in _names(identity, tables)]
    identifiers = [p for identity in found.iterfind("Identity") for p in tables.papers.get(identity.get("ID", ""), [])]
    born: list[str] = []
    countries: list[str] = []
    addresses: list[ListedAddress] = []
    for feature in found.iterfind("Feature"):
        word = tables.word("FeatureType", feature.get("FeatureTypeID"))
        details = [
            d.text.strip() for d in feature.iterfind("FeatureVersion/VersionDetail") if d.text and d.text.strip()
        ]
        if word.startswith(COIN):
            addresses += [ListedAddress(word.removeprefix(COIN), text) for text in details]
        elif word == "Birthdate":
            born += [day for period in feature.iterfind("FeatureVersion/DatePeriod") for day in _born(period)]
        elif word in _COUNTRIES:
            places = [v.get("LocationID", "") for v in feature.iterfind("FeatureVersion/VersionLocation")]
            countries += [code for place in places for code in tables.locations.get(place, [])]
        elif "SWIFT" in word:
            identifiers += [("bic", text) for text in details]
        elif word == "MMSI":
            identifiers += [("mmsi", text) for text in details]
    kind = _KINDS.get(said.lower(), "unknown")
    return Entry(
        list_id,
        found.get("ID", "") or element.get("FixedRef", ""),
        kind,
        listed_names(names),
        born=tuple(dict.fromkeys(born)),
        countries=tuple(dict.fromkeys(countries)),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(dict.fromkeys(addresses)),
        raw="; ".join(
            [*(squashed(t) for t in element.itertext() if t.strip()), *(number for _, number in identifiers)]
        ),
        unread="" if kind != "unknown" and names else "its kind or its name could not be read",
    )


def _names(identity: Element, tables: _Tables) -> Iterator[tuple[str, str]]:
    part_of = {
        group.get("ID"): tables.word("NamePartType", group.get("NamePartTypeID"))
        for group in identity.iterfind("NamePartGroups/MasterNamePartGroup/NamePartGroup")
    }
    for alias in identity.iterfind("Alias"):
        word = tables.word("AliasType", alias.get("AliasTypeID")).upper()
        kind = "primary" if alias.get("Primary") == "true" else "former" if word.startswith("F.K.A") else "alias"
        for place, name in enumerate(alias.iterfind("DocumentedName")):
            parts: dict[str, list[str]] = defaultdict(list)
            for value in name.iterfind("DocumentedNamePart/NamePartValue"):
                parts[part_of.get(value.get("NamePartGroupID"), "")].append(value.text or "")
            ordered = [text for part in _ORDER for text in parts.pop(part, [])]
            text = " ".join([*ordered, *(text for rest in parts.values() for text in rest)])
            yield (
                text,
                "weak" if alias.get("LowQuality") == "true" else "alias" if place and kind == "primary" else kind,
            )


def _born(period: Element) -> Iterator[str]:
    """One day, month or year where the bounds agree that far, else each year of a short range."""
    bounds = [
        _day(b)
        for end in ("Start", "End")
        for side in ("From", "To")
        if (b := period.find(f"{end}/{side}")) is not None
    ]
    days = [b for b in bounds if b]
    if not days:
        return
    first, last = min(days), max(days)
    if first == last:
        yield first
    elif first[:4] == last[:4]:
        yield first[:4] if first[5:7] != last[5:7] or len(first) < 7 or len(last) < 7 else first[:7]
    elif int(last[:4]) - int(first[:4]) <= 20:
        yield from (str(year) for year in range(int(first[:4]), int(last[:4]) + 1))


def _with_entry(entry: Entry, element: Element, tables: _Tables) -> Entry:
    programmes = list(entry.programmes)
    for measure in element.iterfind("SanctionsMeasure"):
        said = tables.word("SanctionsType", measure.get("SanctionsTypeID"))
        if (text := text_in(measure, "Comment")) and said in ("", "Program"):
            programmes.append(text)
    days = [d for event in element.iterfind("EntryEvent/Date") if (d := iso_day(_day(event)))]
    known = [d for d in (entry.listed_on, *days) if d]
    return replace(entry, programmes=tuple(dict.fromkeys(programmes)), listed_on=min(known) if known else None)
