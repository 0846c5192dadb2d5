"""The consolidated list of the United Nations Security Council: consolidated.xml, with the time at which it was made in its first element."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.reading import Read, identifier, iso_day, listed_names, squashed
from adit.evidence.watchlists.xml_records import head, records, text_in
from adit.terms.errors import BadInput

__all__ = ["read_un"]

_ENTRIES = frozenset({"INDIVIDUAL", "ENTITY"})
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUALITY = {"low": "weak", "f.k.a.": "former"}  # Good and a.k.a. are aliases


def read_un(content: bytes, list_id: str) -> Read:
    """The entries, in the order of the file. Raises BadInput."""
    root = head(content)
    if root.name != "CONSOLIDATED_LIST":
        raise BadInput(
            f"The file is no consolidated list: it begins with {root.name[:40]}.", todo="Fetch consolidated.xml."
        )
    shape: dict[str, None] = {}
    entries: list[Entry] = []
    for element in records(content, _ENTRIES):
        shape.update(dict.fromkeys(child.tag for child in element))
        entries.append(_entry(element, list_id))
    return Read(iso_day(root.attributes.get("dateGenerated")), len(entries), tuple(entries), tuple(sorted(shape)))


def _entry(element: Element, list_id: str) -> Entry:
    person = element.tag == "INDIVIDUAL"
    names = list(_names(element))
    reference = text_in(element, "REFERENCE_NUMBER")
    papers = [p for p in element.iterfind("INDIVIDUAL_DOCUMENT") if text_in(p, "NUMBER")]
    return Entry(
        list_id,
        reference or text_in(element, "DATAID"),
        "person" if person else "organisation",
        listed_names(names),
        born=tuple(dict.fromkeys(day for e in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH") for day in _born(e))),
        countries=tuple(
            dict.fromkeys(
                country(squashed(v.text))
                for v in element.iterfind("NATIONALITY/VALUE")
                if squashed(v.text) not in ("", "na")
            )
        ),
        identifiers=tuple(
            dict.fromkeys(
                identifier(
                    text_in(p, "TYPE_OF_DOCUMENT") or text_in(p, "TYPE_OF_DOCUMENT2"),
                    text_in(p, "NUMBER"),
                    country(text_in(p, "ISSUING_COUNTRY") or text_in(p, "COUNTRY_OF_ISSUE")),
                )
                for p in papers
            )
        ),
        programmes=(text_in(element, "UN_LIST_TYPE"),) if text_in(element, "UN_LIST_TYPE") else (),
        listed_on=iso_day(text_in(element, "LISTED_ON")),
        raw="; ".join(squashed(t) for t in element.itertext() if t.strip()),
        unread="" if names else "it has no name that could be read",
    )


def _names(element: Element) -> Iterator[tuple[str, str]]:
    if name := squashed(" ".join(text_in(element, part) for part in _NAMES)):
        yield name, "primary"
    if name := text_in(element, "NAME_ORIGINAL_SCRIPT"):
        yield name, "alias"
    for alias in element.iterfind(f"{element.tag}_ALIAS"):
        kind = _QUALITY.get(text_in(alias, "QUALITY").lower(), "alias")
        yield from ((name, kind) for name in text_in(alias, "ALIAS_NAME").split("; ") if name.strip())


def _born(element: Element) -> Iterator[str]:
    first, last = text_in(element, "FROM_YEAR"), text_in(element, "TO_YEAR")
    if first.isdecimal() and last.isdecimal() and int(first) <= int(last) <= int(first) + 20:
        yield from (str(year) for year in range(int(first), int(last) + 1))
    elif day := iso_day(text_in(element, "DATE")):
        yield day.isoformat()
    elif (year := text_in(element, "YEAR")).isdecimal():
        yield year
