"""OFAC's sdn.xml and consolidated.xml: one element an entry, the day of publication and the number of entries at the head."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry, ListedAddress
from adit.evidence.watchlists.ofac_csv import KINDS
from adit.evidence.watchlists.ofac_remarks import COIN, born_in, parse_remarks
from adit.evidence.watchlists.reading import Read, day_of_text, identifier, listed_names
from adit.evidence.watchlists.xml_records import records, text_in

__all__ = ["read_ofac_xml"]

_HEAD, _ENTRY = "publshInformation", "sdnEntry"  # the publisher's spelling
_NAMES = frozenset({_HEAD, _ENTRY})


def read_ofac_xml(content: bytes, list_id: str) -> Read:
    """The entries, in the order of the file. Raises BadInput."""
    day, stated = None, None
    entries: list[Entry] = []
    shape: dict[str, None] = {}
    for element in records(content, _NAMES):
        if element.tag == _HEAD:
            day = day_of_text(text_in(element, "Publish_Date"), "%m/%d/%Y")
            count = text_in(element, "Record_Count")
            stated = int(count) if count.isdecimal() else None
            continue
        shape.update(dict.fromkeys(child.tag for child in element))
        entries.append(_entry(element, list_id))
    return Read(day, len(entries), tuple(entries), tuple(sorted(shape)), stated)


def _entry(element: Element, list_id: str) -> Entry:
    told = parse_remarks(text_in(element, "remarks"))
    said = text_in(element, "sdnType")
    kind = KINDS.get(said.lower(), "unknown")
    addresses = list(told.addresses)
    identifiers = list(told.identifiers)
    for paper in element.iterfind("idList/id"):
        word, number = text_in(paper, "idType"), text_in(paper, "idNumber")
        if word.startswith(COIN):
            addresses.append(ListedAddress(word.removeprefix(COIN), number))
        elif number:
            identifiers.append(identifier(word, number, country(text_in(paper, "idCountry"))))
    if sign := text_in(element, "vesselInfo/callSign"):
        identifiers.append(("call_sign", sign))
    places = ("nationalityList/nationality/country", "citizenshipList/citizenship/country", "vesselInfo/vesselFlag")
    return Entry(
        list_id,
        text_in(element, "uid"),
        kind,
        listed_names([*_names(element), *told.names]),
        born=tuple(
            dict.fromkeys(
                day
                for item in element.iterfind("dateOfBirthList/dateOfBirthItem")
                for day in born_in(text_in(item, "dateOfBirth"))
            )
        ),
        countries=tuple(
            dict.fromkeys(
                country(e.text or "") for place in places for e in element.iterfind(place) if (e.text or "").strip()
            )
        ),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(dict.fromkeys(addresses)),
        programmes=tuple(p.text.strip() for p in element.iterfind("programList/program") if p.text),
        raw="; ".join(" ".join(t.split()) for t in element.itertext() if t.strip()),
        unread="" if kind != "unknown" else f"the kind '{said}' is not known",
    )


def _names(element: Element) -> Iterator[tuple[str, str]]:
    yield f"{text_in(element, 'firstName')} {text_in(element, 'lastName')}", "primary"
    for aka in element.iterfind("akaList/aka"):
        name = f"{text_in(aka, 'firstName')} {text_in(aka, 'lastName')}"
        if text_in(aka, "category").lower() == "weak":
            yield name, "weak"
        else:
            yield name, "former" if text_in(aka, "type").lower().startswith("f.k.a") else "alias"
