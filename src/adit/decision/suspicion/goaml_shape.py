"""The part of goAML's schema (5.0.2) that a report of ours uses: which elements, in which order, how often, holding what.

goAML is the software of the United Nations Office on Drugs and Crime that many financial intelligence units receive reports with. Each unit adds code
lists of its own, so what is right here may still be refused there for a code.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

__all__ = ["REPORT", "Part", "faults"]

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


@dataclass(frozen=True, slots=True)
class Part:
    """An element: how often it stands there, and either its parts in their order or what its text has to match."""

    name: str
    parts: tuple["Part", ...] = ()
    text: str = r"(?s).+"
    least: int = 1
    most: int = 1


def _maybe(name: str, parts: tuple[Part, ...] = (), text: str = r"(?s).+") -> Part:
    return Part(name, parts, text, least=0)


_ADDRESS = (
    Part("address_type", text=r"\w{1,5}"),
    Part("address", text=r"(?s).{1,100}"),
    Part("city", text=r"(?s).{1,255}"),
    Part("country_code", text="[A-Z]{2}"),
)
_ADDRESSES = _maybe("addresses", (Part("address", _ADDRESS, most=9),))
_NAME, _LONG = r"(?s).{1,255}", r"(?s).{1,4000}"
_PERSON = (
    _maybe("gender", text="[MF-]"),
    _maybe("title", text=r"(?s).{1,30}"),
    Part("first_name", text=_NAME),
    _maybe("middle_name", text=_NAME),
    Part("last_name", text=_NAME),
    _maybe("birthdate", text=_TIME),
    _maybe("nationality1", text="[A-Z]{2}"),
    _ADDRESSES,
    _maybe("email", text=r"\S+@\S+"),
    _maybe("occupation", text=_NAME),
    _maybe("tax_number", text=r"\w{1,100}"),
)
_ENTITY = (
    Part("name", text=_NAME),
    _maybe("incorporation_legal_form", text=_NAME),
    _maybe("incorporation_number", text=r"\w{1,50}"),
    _maybe("business", text=_NAME),
    _ADDRESSES,
    _maybe("incorporation_country_code", text="[A-Z]{2}"),
    _maybe("tax_number", text=r"\w{1,100}"),
    _maybe("comments", text=_LONG),
)
_PARTY = (
    _maybe("person", _PERSON),
    _maybe("entity", _ENTITY),
    _maybe("significance", text=r"\d|10"),
    _maybe("reason", text=_LONG),
    _maybe("comments", text=_LONG),
)
REPORT = Part(
    "report",
    (
        Part("rentity_id", text=r"\d{1,9}"),
        _maybe("rentity_branch", text=_NAME),
        Part("submission_code", text="[EM]"),
        Part("report_code", text=r"[A-Z]{2,5}"),
        _maybe("entity_reference", text=_NAME),
        Part("submission_date", text=_TIME),
        Part("currency_code_local", text="[A-Z]{3}"),
        _maybe("reporting_person", _PERSON),
        _maybe("location", _ADDRESS),
        _maybe("reason", text=_LONG),
        _maybe("action", text=_LONG),
        Part("activity", (Part("report_parties", (Part("report_party", _PARTY, most=1000),)),)),
        Part("report_indicators", (Part("indicator", text=r"[\w-]{1,50}", most=50),)),
    ),
)


def faults(element: Element, part: Part = REPORT, where: str = "") -> list[str]:
    """What of an element is not as the schema has it; nothing where all is."""
    here = f"{where}/{part.name}"
    if element.tag != part.name:
        return [f"{here}: there stands <{element.tag}>"]
    if not part.parts:
        inside = [f"{here}: holds elements, and should hold text"] if len(element) else []
        text = element.text or ""
        return inside + ([] if re.fullmatch(part.text, text) else [f"{here}: '{text[:40]}' is not as it has to be"])
    found: list[str] = []
    children = list(element)
    place = 0
    for wanted in part.parts:
        taken = place
        while taken < len(children) and children[taken].tag == wanted.name:
            found += faults(children[taken], wanted, here)
            taken += 1
        times = taken - place
        if not wanted.least <= times <= wanted.most:
            found.append(f"{here}: <{wanted.name}> stands there {times} times")
        place = taken
    return found + _strange(children[place:], here) + _either(element, part, here)


def _strange(left: Sequence[Element], here: str) -> list[str]:
    return [f"{here}: <{child.tag}> is unknown there or in the wrong place" for child in left]


def _either(element: Element, part: Part, here: str) -> list[str]:
    """A party is a person or an entity, and not both."""
    if part.name != "report_party" or (element.find("person") is None) != (element.find("entity") is None):
        return []
    return [f"{here}: has to be either a person or an entity"]
