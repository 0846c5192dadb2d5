"""The report of a case: neutral data that does not change, and XML as goAML takes it, or an error that names what is missing."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, fromstring

import pytest

from adit.decision.suspicion.goaml_shape import faults
from adit.decision.suspicion.report import Reporter, Subject, goaml, neutral
from adit.terms.errors import BadInput

REPORTER = Reporter(
    "417", "Head office", "Anna", "Watcher", "AML officer", "aml@example.org", "Ilyinka 9", "Moscow", "RU"
)
COMPANY = Subject("company", "ООО «Вымышленная добыча»", "3808123456", "1023800000017", "Иркутск, ул. Ленина, 1", "RU")
PERSON = Subject("citizen", "Вымышленный Олег Петрович", "381100000036", "", "Братск, ул. Мира, 2", "RU")
SIGN = {
    "sign": "coins-above-energy", "rule": "a" * 16, "month": "2025-02", "value": 5, "unit": "sat", "threshold": 1, "points": 40,
    "said": "0.1 BTC more was declared than <the energy> could make & more.", "evidence": ["entry 9", "transaction " + "ab" * 32],
}  # fmt: skip


def report(subject: Subject) -> dict[str, object]:
    return neutral("S-7K2", datetime(2025, 3, 4, 9, 30, tzinfo=UTC), subject, [SIGN], "Coins without energy.", "")


@pytest.mark.parametrize("subject", [COMPANY, PERSON])
def test_the_xml_is_as_goaml_takes_it(subject: Subject):
    root = fromstring(goaml(report(subject), REPORTER))
    assert faults(root) == []
    assert root.findtext("report_code") == "SAR"
    assert root.findtext("submission_date") == "2025-03-04T09:30:00"
    assert root.findtext("activity/report_parties/report_party/reason") == SIGN["said"]
    assert [i.text for i in root.iter("indicator")] == ["coins-above-energy"]


def test_who_it_is_about_stands_in_its_own_elements():
    company = fromstring(goaml(report(COMPANY), REPORTER)).find("activity/report_parties/report_party/entity")
    person = fromstring(goaml(report(PERSON), REPORTER)).find("activity/report_parties/report_party/person")
    assert company is not None
    assert person is not None
    assert (company.findtext("name"), company.findtext("tax_number")) == (COMPANY.name, COMPANY.inn)
    assert [person.findtext(n) for n in ("first_name", "middle_name", "last_name")] == [
        "Олег",
        "Петрович",
        "Вымышленный",
    ]


def test_the_same_case_makes_the_same_bytes():
    assert goaml(report(COMPANY), REPORTER) == goaml(report(COMPANY), REPORTER)


@pytest.mark.parametrize(
    ("reporter", "subject", "named"),
    [
        (replace(REPORTER, entity_id=""), COMPANY, "<rentity_id> stands there 0 times"),
        (replace(REPORTER, entity_id="12a"), COMPANY, "rentity_id: '12a' is not as it has to be"),
        (replace(REPORTER, email="nobody"), COMPANY, "email: 'nobody'"),
        (replace(REPORTER, last_name=""), COMPANY, "reporting_person: <last_name> stands there 0 times"),
        (replace(REPORTER, country="Russia"), COMPANY, "country_code: 'Russia'"),
        (REPORTER, replace(COMPANY, name=""), "entity: <name> stands there 0 times"),
    ],
)
def test_what_goaml_would_refuse_is_named(reporter: Reporter, subject: Subject, named: str):
    with pytest.raises(BadInput) as caught:
        goaml(report(subject), reporter)
    assert named in caught.value.what


def test_the_shape_sees_order_strangers_and_two_subjects():
    root = fromstring(goaml(report(COMPANY), REPORTER))
    root.insert(0, root[3])
    assert any("in the wrong place" in f or "stands there" in f for f in faults(root))
    root = fromstring(goaml(report(COMPANY), REPORTER))
    SubElement(root, "signature").text = "x"
    assert faults(root) == ["/report: <signature> is unknown there or in the wrong place"]
    party = fromstring(goaml(report(COMPANY), REPORTER))
    found = party.find("activity/report_parties/report_party")
    assert found is not None
    found.remove(found[0])
    assert faults(party) == ["/report/activity/report_parties/report_party: has to be either a person or an entity"]
    assert faults(Element("reports")) == ["/report: there stands <reports>"]
