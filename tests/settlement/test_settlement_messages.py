"""What leaves the office: IVMS101 by its constraints, pacs.008 by a schema of its subset; each constraint has a payload that breaks it alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.settlement.iso20022_subset import faults
from tests.settlement.made_settlements import DAY, NOW, made, participant

from adit.settlement.dossier import Dossier, subject_of
from adit.settlement.messages.iso20022 import NAMESPACE, as_xml, document
from adit.settlement.messages.ivms101 import (
    LegalPerson,
    Name,
    NationalId,
    NaturalPerson,
    Payload,
    Place,
    Side,
    as_json,
    payload,
)
from adit.settlement.messages.ivms101_rules import breaches
from adit.settlement.money import decimals, in_units, minor
from adit.terms.errors import BadInput

LEI = "5493001KJTIIGC8Y1R12"
LEGAL = LegalPerson(
    (Name("Steppe Metals LLP"),), national_id=NationalId(LEI, "LEIX"), customer_number="1", country="KZ"
)
NATURAL = NaturalPerson((Name("Petrov", "LEGL", "Ivan"),), customer_number="2", country="RU")
GOOD = Payload(Side((LEGAL,), ("1abc",)), Side((NATURAL,), ("1def",)), LEGAL, LEGAL)


def paying(person: Any) -> Payload:
    return replace(GOOD, originator=Side((person,), ("1abc",)))


def legal(**changes: Any) -> Payload:
    return paying(replace(LEGAL, **changes))


def natural(**changes: Any) -> Payload:
    return paying(replace(NATURAL, **changes))


def test_a_good_payload_has_no_breach():
    assert breaches(GOOD, DAY) == []
    assert breaches(payload(made()), DAY) == []


@pytest.mark.parametrize(
    ("constraint", "broken"),
    [
        ("C1", natural(customer_number="")),
        ("C1", natural(born_on="1970-05-01")),
        ("C2", natural(born_on="2025-04-01", born_at="Omsk")),
        ("C2", natural(born_on="1970-13-01", born_at="Omsk")),
        ("C3", natural(country="QQ")),
        ("C3", legal(places=(Place("GEOG", ("a",), "Omsk", "ZZ"),))),
        ("C4", legal(national_id=None, customer_number="")),
        ("C5", legal(names=(Name("Steppe", "SHRT"),))),
        ("C6", natural(names=(Name("Petrov", "ALIA"),))),
        ("C7", legal(national_id=NationalId("1", "CCPT", authority="RA000589"))),
        ("C8", legal(places=(Place("GEOG", (), "Omsk", "RU"),))),
        ("C9", legal(national_id=NationalId(LEI, "LEIX", country="KZ"))),
        ("C9", legal(national_id=NationalId("7707083893", "TXID"))),
        ("C9", legal(national_id=NationalId(LEI, "LEIX", authority="RA000589"))),
        ("C10", legal(national_id=NationalId("7707083893", "TXID", authority="FNS"))),
        ("C11", legal(national_id=NationalId("5493001KJTIIGC8Y1R13", "LEIX"))),
    ],
)
def test_each_constraint_is_broken_alone(constraint: str, broken: Payload):
    found = breaches(broken, DAY)
    assert len(found) == 1
    assert found[0].startswith(f"{constraint} originator[0]"), found


def test_the_way_is_numbered_without_a_gap():
    assert breaches(GOOD, DAY, (0, 1, 2)) == []
    for way in ((1,), (0, 2), (1, 0)):
        assert [b[:4] for b in breaches(GOOD, DAY, way)] == ["C12:"]


@pytest.mark.parametrize(
    "broken",
    [
        replace(GOOD, originator=Side((), ("1abc",))), replace(GOOD, beneficiary=Side((NATURAL,), ("",))), legal(names=(Name("", "LEGL"),)),
        legal(names=(Name("x" * 101),)), legal(customer_number="9" * 51), legal(places=(Place("SEAT", ("a",), "Omsk", "RU"),)),
        legal(places=(Place("GEOG", ("a" * 71,), "Omsk", "RU"),)), natural(national_id=NationalId("1" * 36, "TXID", "RU")),
    ],
)  # fmt: skip
def test_lengths_and_words_of_the_standard(broken: Payload):
    assert len(breaches(broken, DAY)) == 1


def test_names_are_in_latin_letters_with_their_own_beside_them():
    body = as_json(payload(made()))
    seller = body["beneficiary"]["beneficiaryPersons"][0]["legalPerson"]
    assert (
        seller["name"]["nameIdentifier"]
        == [{"legalPersonName": 'AO "Stal\' Altaya"', "legalPersonNameIdentifierType": "LEGL"}]
        or seller["name"]["nameIdentifier"][0]["legalPersonName"].isascii()
    )
    assert seller["name"]["localNameIdentifier"][0]["legalPersonName"] == "АО «Сталь Алтая»"
    assert "nationalIdentification" not in seller, "without its authority a number of taxes may not stand there (C9)"
    buyer = body["originator"]["originatorPersons"][0]["legalPerson"]
    assert buyer["nationalIdentification"] == {"nationalIdentifier": LEI, "nationalIdentifierType": "LEIX"}
    assert body["originator"]["accountNumber"] == ["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"]


def test_a_number_of_taxes_stands_with_the_authority_that_gave_it():
    of = made()
    seller = of.contract.exporter
    with_authority = replace(
        of,
        participants={
            **of.participants,
            seller: replace(of.participants[seller], authority="RA000589", place="Barnaul, Zavodskaya 1"),
        },
    )
    person = as_json(payload(with_authority))["beneficiary"]["beneficiaryPersons"][0]["legalPerson"]
    assert person["nationalIdentification"]["nationalIdentifierType"] == "RAID"
    assert person["geographicAddress"] == [
        {"addressType": "GEOG", "addressLine": ["Zavodskaya 1"], "townName": "Barnaul", "country": "RU"}
    ]
    assert breaches(payload(with_authority), DAY) == []


def test_a_person_that_pays_is_a_natural_one():
    of = made()
    person = participant("person", "Ivan Sergeevich Petrov", "KZ", born="1970-05-01")
    paid = replace(of, participants={**of.participants, of.settlement.payer: person})
    body = as_json(payload(paid))["originator"]["originatorPersons"][0]["naturalPerson"]
    assert body["name"]["nameIdentifier"] == [
        {"primaryIdentifier": "Petrov", "secondaryIdentifier": "Ivan Sergeevich", "nameIdentifierType": "LEGL"}
    ]
    assert breaches(payload(paid), DAY) == []
    assert subject_of(person).born == "1970-05-01"


# ISO 20022 --------------------------------------------------------------------------------------------------------
def test_the_transfer_fits_the_schema():
    assert faults(document(made(), NOW)) == []
    root = ElementTree.fromstring(as_xml(made(), NOW).partition("\n")[2])
    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert faults(root) == []


def test_what_stands_in_it():
    of = made()
    text = as_xml(of, datetime(2025, 4, 1, 9))  # noqa: DTZ001 - as the clock of the office gives it
    for held in (
        f"<UETR>{of.settlement.uetr}</UETR>", '<IntrBkSttlmAmt Ccy="RUB">2000000.00</IntrBkSttlmAmt>', "<LEI>5493001KJTIIGC8Y1R12</LEI>", f"<Inf>UNK {of.contract.unk}</Inf>",
        "<Cd>CINV</Cd>", "<Nb>INV-7</Nb>", "<SmallestUnits>30000000</SmallestUnits>", "<Cd>TXID</Cd>", "<BICFI>KZKOKZKX</BICFI>", "<CreDtTm>2025-04-01T09:00:00Z</CreDtTm>",
    ):  # fmt: skip
        assert held in text, held
    assert "TRIAL" not in text


def test_a_trial_says_so_three_times():
    text = as_xml(made(regime="ru/trade_pilot_2023"), NOW)
    assert "<MsgId>TRIAL-" in text
    assert "<Ustrd>Trial under a regime that is not in force: nothing is paid.</Ustrd>" in text
    assert "<Trial>true</Trial>" in text
    assert faults(document(made(regime="ru/trade_pilot_2023"), NOW)) == []


def test_an_address_that_is_longer_than_an_account_stands_in_the_proxy():
    of = made()
    long = replace(
        of,
        settlement=replace(of.settlement, to_address="bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
    )
    root = document(long, NOW)
    assert faults(root) == []
    assert root.find("FIToFICstmrCdtTrf/CdtTrfTxInf/CdtrAcct/Prxy/Id").text == long.settlement.to_address  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda of: replace(of, settlement=replace(of.settlement, payer_bank=None)), ""),
        (lambda of: replace(of, contract=replace(of.contract, unk="")), ""),
        (lambda of: replace(of, settlement=replace(of.settlement, uetr="x")), "UETR: 'x'"),
        (lambda of: replace(of, settlement=replace(of.settlement, invoice="")), "EndToEndId: ''"),
    ],
)
def test_the_schema_sees_what_is_wrong(change: Callable[[Dossier], Dossier], said: str):
    found = faults(document(change(made()), NOW))
    assert (found == []) if not said else any(said in f for f in found)


def test_the_schema_sees_order_and_number():
    root = document(made(), NOW)
    one = root[0][1]
    one.append(one[0])
    assert any("is there 2 times" in f or "not in order" in f for f in faults(root))
    one.remove(one[0])
    assert faults(root)


# Money ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "currency", "count"),
    [("1.00", "RUB", 100), (7, "RUB", 700), ("7", "JPY", 7), ("1.234", "KWD", 1234), ("0.01", "CNY", 1)],
)
def test_amounts_are_whole_counts(value: object, currency: str, count: int):
    assert minor(value, currency, "value") == count
    assert minor(in_units(count, currency), currency, "value") == count
    assert decimals(currency) in (0, 2, 3)


@pytest.mark.parametrize("value", [1.0, True, None, "1.001", "0", "-1", "1e30", "ten", ["1"]])
def test_what_is_no_exact_amount_is_refused(value: object):
    with pytest.raises(BadInput, match="value"):
        minor(value, "RUB", "value")


def test_the_day_of_birth_lies_before_the_day_of_the_payment():
    assert breaches(natural(born_on="2025-03-31", born_at="Omsk"), date(2025, 4, 1)) == []
