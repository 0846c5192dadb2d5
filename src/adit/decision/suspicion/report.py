"""The report of a case: neutral data first, and from it the XML that units with goAML receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from adit.decision.suspicion.goaml_shape import faults
from adit.terms.errors import BadInput

__all__ = ["Reporter", "Subject", "goaml", "neutral"]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: its number at the unit, its name and address, and the person who answers for the report."""

    entity_id: str  # as the unit gave it
    branch: str
    first_name: str
    last_name: str
    occupation: str
    email: str
    address: str
    city: str
    country: str  # ISO 3166 alpha-2
    currency: str = "RUB"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about. `kind`: a kind of party of the register."""

    kind: str
    name: str
    inn: str
    ogrn: str
    address: str
    country: str


def neutral(
    reference: str, made_at: datetime, subject: Subject, alerts: Sequence[Mapping[str, Any]], reason: str, action: str
) -> dict[str, Any]:
    """A report as plain data in an order that does not change; any other form is made from it."""
    return {
        "format": "adit-suspicion-report-1",
        "reference": reference,
        "made_at_utc": f"{made_at:%Y-%m-%dT%H:%M:%SZ}",
        "subject": {
            "kind": subject.kind,
            "name": subject.name,
            "inn": subject.inn,
            "ogrn": subject.ogrn,
            "address": subject.address,
            "country": subject.country,
        },
        "signs": [
            {
                key: alert[key]
                for key in ("sign", "rule", "month", "value", "unit", "threshold", "points", "said", "evidence")
            }
            for alert in alerts
        ],
        "reason": reason,
        "action": action,
    }


def goaml(report: Mapping[str, Any], reporter: Reporter, *, code: str = "SAR") -> bytes:
    """The XML of a neutral report. Raises BadInput that names every element that would not be as goAML's schema has it."""
    root = Element("report")
    _leaf(root, "rentity_id", reporter.entity_id)
    _leaf(root, "rentity_branch", reporter.branch)
    _leaf(root, "submission_code", "E")
    _leaf(root, "report_code", code)
    _leaf(root, "entity_reference", report["reference"])
    _leaf(root, "submission_date", str(report["made_at_utc"]).removesuffix("Z"))
    _leaf(root, "currency_code_local", reporter.currency)
    person = SubElement(root, "reporting_person")
    _leaf(person, "first_name", reporter.first_name)
    _leaf(person, "last_name", reporter.last_name)
    _leaf(person, "email", reporter.email)
    _leaf(person, "occupation", reporter.occupation)
    _address(SubElement(root, "location"), reporter.address, reporter.city, reporter.country)
    _leaf(root, "reason", report["reason"][:4000])
    _leaf(root, "action", report["action"][:4000])
    _party(SubElement(SubElement(SubElement(root, "activity"), "report_parties"), "report_party"), report)
    indicators = SubElement(root, "report_indicators")
    for sign in sorted({s["sign"] for s in report["signs"]}):
        _leaf(indicators, "indicator", sign)
    wrong = faults(root)
    if wrong:
        raise BadInput(
            f"The report is not as goAML takes it: {'; '.join(wrong[:6])}.",
            todo="Complete the office's data for reports and the party's, then make it again.",
        )
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _party(party: Element, report: Mapping[str, Any]) -> None:
    subject, said = report["subject"], "\n".join(s["said"] for s in report["signs"])
    if subject["kind"] in ("company", "foreign_company"):
        entity = SubElement(party, "entity")
        _leaf(entity, "name", subject["name"])
        _leaf(entity, "incorporation_number", subject["ogrn"])
        _leaf(entity, "business", "cryptocurrency mining")
        _addresses(entity, subject)
        _leaf(entity, "incorporation_country_code", subject["country"])
        _leaf(entity, "tax_number", subject["inn"])
    else:
        person = SubElement(party, "person")
        last, _, rest = subject["name"].partition(" ")
        first, _, middle = rest.partition(" ")
        _leaf(person, "first_name", first or "-")  # the schema wants one; a name of one word is a last name
        _leaf(person, "middle_name", middle)
        _leaf(person, "last_name", last)
        _leaf(person, "nationality1", subject["country"])
        _addresses(person, subject)
        _leaf(person, "tax_number", subject["inn"])
    _leaf(party, "reason", said[:4000])
    _leaf(party, "comments", "\n".join(e for s in report["signs"] for e in s["evidence"])[:4000])


def _addresses(parent: Element, subject: Mapping[str, str]) -> None:
    if subject["address"]:
        city = subject["address"].split(",")[0].strip()[:255]
        _address(SubElement(SubElement(parent, "addresses"), "address"), subject["address"], city, subject["country"])


def _address(parent: Element, address: str, city: str, country: str) -> None:
    _leaf(parent, "address_type", "B")
    _leaf(parent, "address", address[:100])
    _leaf(parent, "city", city)
    _leaf(parent, "country_code", country)


def _leaf(parent: Element, name: str, text: str) -> None:
    """An element with text; none where there is no text, so that what has to be there is missed by `faults`."""
    if text:
        SubElement(parent, name).text = "".join(c for c in text if c in "\t\n" or c >= " ")
