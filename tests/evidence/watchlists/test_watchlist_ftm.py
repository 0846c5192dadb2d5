"""Entities of followthemoney as entries and back; and a private key among them is refused, without a trace of its value."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.watchlists.entries import Entry, ListedAddress, ListedName
from adit.evidence.watchlists.ftm_out import entities_of, ftm_lines
from adit.evidence.watchlists.readers import reader
from adit.evidence.watchlists.reading import squashed
from adit.terms.errors import BadInput

DATA = Path(__file__).parents[2] / "data" / "watchlists"
SECRET = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"  # of the key 1, known to everybody
FTM = reader("ftm")


def test_entities_become_entries() -> None:
    found = FTM.read((DATA / "entities.ftm.json").read_bytes(), "x")
    assert (found.content_date, found.rows) == (date(2026, 11, 20), 9)
    person, wallet, works, ship, odd = found.entries
    assert person.names == (
        ListedName("Invented Person"),
        ListedName("Выдуман Человеков", "alias"),
        ListedName("Clerk", "weak"),
    )
    assert (person.kind, person.born, person.countries, person.identifiers) == (
        "person",
        ("1970-04-28",),
        ("RU",),
        (("inn", "500100732259"),),
    )
    assert person.addresses == (ListedAddress("XBT", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"),)
    assert (person.programmes, person.listed_on, person.delisted_on) == (
        ("Invented Programme",),
        date(2022, 3, 15),
        None,
    )
    assert (wallet.kind, wallet.addresses) == (
        "address",
        (ListedAddress("", "0x2f389ce8bd8ff92de3402ffce4691d17fc4f6535"),),
    )
    assert (works.programmes, works.listed_on, works.delisted_on) == (
        ("Old Programme",),
        date(2020, 1, 1),
        date(2021, 1, 1),
    )
    assert (ship.kind, ship.identifiers, ship.countries) == ("vessel", (("imo", "9187629"),), ("KP",))
    assert (odd.kind, odd.unread) == ("unknown", "the schema Spaceship is not known")


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"id": "w", "schema": "CryptoWallet", "properties": {"publicKey": ["1A"], "privateKey": [SECRET]}}),
        json.dumps({"id": "w", "schema": "CryptoWallet", "properties": {"private_key": SECRET}}),
        json.dumps({"id": "p", "schema": "Person", "properties": {"name": ["A"], "x": [{"id": "w", "schema": "CryptoWallet", "properties": {"PrivateKey": [SECRET]}}]}}),
        '{"id": "w", "schema": "CryptoWallet", "properties": {"privateKey": ["' + SECRET,  # it broke off
        '{"id": "w", "properties": {"\\u0070rivateKey": ["' + SECRET + '"]}}',
    ],
)  # fmt: skip
def test_a_private_key_is_refused_without_its_value(line: str) -> None:
    assert FTM.refuse
    content = (DATA / "entities.ftm.json").read_bytes() + line.encode()
    with pytest.raises(BadInput) as error:
        FTM.refuse(content)
    assert error.value.where == "line 9"
    assert "An entity holds a private key. It was not read, and nothing of it is kept." in str(error.value)
    assert SECRET not in str(error.value)
    assert SECRET[5:20] not in f"{error.value!r} {error.value.__cause__}"


def test_an_empty_property_for_keys_is_no_key() -> None:
    assert FTM.refuse
    FTM.refuse(b'{"id": "w", "schema": "CryptoWallet", "properties": {"publicKey": ["1A"], "privateKey": []}}')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"id": "a"', "The line is not JSON, or the file breaks off there."),
        (b"[1, 2]", "The line is no entity."),
        (b'{"id": 1, "schema": "Person", "properties": {}}', "The line is no entity."),
        (b'{"id": "a", "schema": "Person"}', "The line is no entity."),
        (b"\n\n", "The file is empty."),
        (b"<html></html>", "a web page in place of a list"),
    ],
)
def test_what_is_no_entity(content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as error:
        FTM.read(content, "x")
    assert said in error.value.what


def test_an_entry_as_entities() -> None:
    entry = Entry(
        "un_sc", "CDi.901", "person", (ListedName("Invented Person"), ListedName("Clerk", "weak")), ("1970",), ("CD", "somewhere"),
        (("passport", "OB 1"), ("call_sign", "X")), (ListedAddress("XBT", "1A"),), ("DRC",), date(2012, 12, 31), raw="x",
    )  # fmt: skip
    person, wallet, sanction = entities_of(entry)
    assert person == {
        "id": "un_sc-CDi.901",
        "schema": "Person",
        "properties": {
            "name": ["Invented Person"], "weakAlias": ["Clerk"], "topics": ["sanction"], "passportNumber": ["OB 1"],
            "notes": ["call_sign X"], "nationality": ["cd"], "birthDate": ["1970"],
        },
    }  # fmt: skip
    assert wallet["properties"] == {
        "publicKey": ["1A"],
        "topics": ["sanction"],
        "currency": ["XBT"],
        "holder": ["un_sc-CDi.901"],
    }
    assert sanction["properties"] == {
        "entity": ["un_sc-CDi.901"],
        "authorityId": ["CDi.901"],
        "program": ["DRC"],
        "listingDate": ["2012-12-31"],
    }


names = (
    st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Zs")), min_size=1, max_size=30)
    .map(squashed)
    .filter(bool)
)
entries = st.builds(
    Entry,
    st.just("x"),
    st.from_regex(r"[A-Za-z0-9.]{1,8}", fullmatch=True),
    st.sampled_from(["person", "organisation", "vessel"]),
    st.lists(names, min_size=1, max_size=4, unique=True).map(
        lambda found: tuple(ListedName(n, "alias" if i else "primary") for i, n in enumerate(found))
    ),
    countries=st.sampled_from([(), ("RU",), ("KP", "CY")]),
    identifiers=st.sampled_from([(), (("imo", "9187629"),)]),
    addresses=st.sampled_from(
        [(), (ListedAddress("XBT", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"), ListedAddress("", "0x2f"))]
    ),
    programmes=st.sampled_from([(), ("A",), ("A", "B")]),
    listed_on=st.none() | st.dates(date(1990, 1, 1), date(2026, 1, 1)),
)


@given(st.lists(entries, max_size=6, unique_by=lambda e: e.entry_id))
def test_what_is_written_is_read_again(written: list[Entry]) -> None:
    text = ftm_lines(written)
    if not text.strip():
        return
    found = {e.entry_id: e for e in FTM.read(text.encode(), "x").entries}
    assert len(found) == len(written)
    for entry in written:
        again = found[f"x-{entry.entry_id}"]
        told = ("kind", "names", "countries", "addresses", "programmes", "listed_on", "delisted_on")
        assert [getattr(again, n) for n in told] == [getattr(entry, n) for n in told]
        if entry.kind in ("vessel", "organisation"):
            assert again.identifiers == entry.identifiers
