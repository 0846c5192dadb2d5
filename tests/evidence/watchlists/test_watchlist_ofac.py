"""OFAC's three formats: the same person in each, remarks that go on in another file, and what is no list of OFAC."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.watchlists.entries import Entry, ListedAddress, ListedName
from adit.evidence.watchlists.ofac_remarks import born_in, document, parse_remarks
from adit.evidence.watchlists.readers import reader
from adit.evidence.watchlists.reading import Read
from adit.terms.errors import BadInput

DATA = Path(__file__).parents[2] / "data" / "watchlists"
YAN = "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"


def read(content: bytes) -> Read:
    return reader("ofac").read(content, "us_ofac_sdn")


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        for name in names:
            held.writestr(f"folder/{name.upper()}", (DATA / name).read_bytes())
    return out.getvalue()


def by_id(found: Read) -> dict[str, Entry]:
    return {e.entry_id: e for e in found.entries}


def test_the_short_format_with_its_other_names_and_the_rest_of_its_remarks() -> None:
    found = read(archive("sdn.csv", "alt.csv", "sdn_comments.csv"))
    assert (found.content_date, found.rows) == (None, 6)
    entries = by_id(found)
    assert entries["36"].names == (ListedName("AEROCARIBBEAN AIRLINES"), ListedName("AERO-CARIBBEAN", "alias"))
    yan = entries["25308"]
    assert (yan.kind, yan.born, yan.countries, yan.programmes) == ("person", ("1977-03-25",), ("CN",), ("SDNTK",))
    assert yan.names == (
        ListedName("Xiaobing YAN"),
        ListedName("William ZHOU", "weak"),
        ListedName("Steven YAN", "weak"),
    )
    assert yan.addresses == (ListedAddress("XBT", YAN), ListedAddress("XBT", "1Kuf2Rd8mDyAViwBozGTNYnvWL8uYFrkVo"))
    assert ("national_id", "421002197703250019") in yan.identifiers
    works = entries["90001"]
    assert works.identifiers == (
        ("inn", "7707083893"),
        ("ogrn", "1027700132195"),
        ("bic", "SABRRUMM"),
        ("registration", "HRB 26136"),
    )
    assert works.programmes == ("RUSSIA-EO14024", "CYBER2")
    assert [n.kind for n in works.names] == ["primary", "former", "alias", "former"]
    ship = entries["90002"]
    assert (ship.kind, ship.countries) == ("vessel", ("KP",))
    assert ship.identifiers == (("imo", "9187629"), ("mmsi", "445123456"), ("call_sign", "HMXX"))
    nobody = entries["90003"]
    assert nobody.born == ("1961", "1962", "1963", "1970-03")
    assert nobody.addresses[1] == ListedAddress(
        "USDT", "1KUUJPkyDhamZXgpsyXqNGc3x1QPXtdhgz"
    )  # cut in two by the publisher
    assert nobody.names[-1] == ListedName("NOBODY", "weak")
    odd = entries["90004"]
    assert (odd.kind, odd.unread) == ("unknown", "the kind 'spacecraft' is not known")
    assert "1Df883c96LVauVsx9FEgnsourD8DELwCUQ" in odd.raw


def test_the_main_file_may_come_alone_and_says_no_day() -> None:
    found = read((DATA / "sdn.csv").read_bytes())
    assert found.content_date is None
    assert found.rows == 6
    assert by_id(found)["36"].names == (ListedName("AEROCARIBBEAN AIRLINES"),)


def test_every_address_of_the_real_rows_is_read() -> None:
    with (DATA / "ofac_sdn_2021_crypto_rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow(
            [row["ent_num"], row["name"], row["type"] or "-0-", row["program"], *["-0- "] * 7, row["remarks"]]
        )
    found = read(out.getvalue().encode())
    addresses = [a for e in found.entries for a in e.addresses]
    printed = sum(row["remarks"].count("Digital Currency Address - ") for row in rows)
    assert found.rows == 15
    assert len(addresses) == printed == 81
    assert {a.asset for a in addresses} == {
        "XBT",
        "ETH",
        "XMR",
        "LTC",
        "ZEC",
        "DASH",
        "BTG",
        "ETC",
        "BSV",
        "XVG",
        "USDT",
        "BCH",
        "XRP",
    } & {a.asset for a in addresses}
    assert all(a.text and " " not in a.text for a in addresses)
    assert sum(1 for e in found.entries if e.kind == "person" and e.born) == sum(
        1 for r in rows if r["type"] == "individual" and "DOB" in r["remarks"]
    )


def test_sdn_xml_says_its_day_and_its_count() -> None:
    found = read((DATA / "sdn.xml").read_bytes())
    assert (found.content_date, found.rows, found.stated_rows) == (date(2026, 11, 20), 2, 2)
    yan, ship = found.entries
    assert yan.names == (
        ListedName("Xiaobing YAN"),
        ListedName("William ZHOU", "weak"),
        ListedName("Xiao Bing YEN", "former"),
    )
    assert (yan.born, yan.countries, yan.addresses) == (("1977-03-25",), ("CN",), (ListedAddress("XBT", YAN),))
    assert yan.identifiers == (("national_id", "421002197703250019"),)
    assert (ship.kind, ship.countries) == ("vessel", ("KP",))
    assert ship.identifiers == (("imo", "9187629"), ("call_sign", "HMXX"))


def test_the_advanced_format_is_read_by_its_own_tables() -> None:
    found = read((DATA / "sdn_advanced.xml").read_bytes())
    assert (found.content_date, found.rows) == (date(2026, 11, 20), 3)
    yan, works, ship = found.entries
    assert yan.names == (ListedName("Xiaobing YAN"), ListedName("闫", "alias"), ListedName("William ZHOU", "weak"))
    assert (yan.kind, yan.born, yan.countries, yan.programmes, yan.listed_on) == (
        "person",
        ("1977-03-25",),
        ("CN",),
        ("SDNTK",),
        date(2019, 8, 21),
    )
    assert yan.addresses == (ListedAddress("XBT", YAN), ListedAddress("XBT", "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq"))
    assert yan.identifiers == (("passport", "G12345678"),)
    assert (works.kind, works.programmes) == ("organisation", ("RUSSIA-EO14024", "CYBER2"))
    assert works.identifiers == (("inn", "7707083893"), ("bic", "SABRRUMM"))
    assert works.names[1] == ListedName("INVENTED OLD LLC", "former")
    assert (ship.kind, ship.identifiers) == ("vessel", (("imo", "9187629"),))
    assert not any(e.unread for e in found.entries)


def test_numbers_of_types_are_never_relied_on() -> None:
    text = (DATA / "sdn_advanced.xml").read_text(encoding="utf-8")
    moved = text.replace('ID="344"', 'ID="9344"').replace('FeatureTypeID="344"', 'FeatureTypeID="9344"')
    assert read(moved.encode()).entries[0].addresses == read(text.encode()).entries[0].addresses


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"  \r\n", "The file is empty."),
        (b"<!DOCTYPE html><html><body>Access denied</body></html>", "a web page in place of a list"),
        (b"\xef\xbb\xbf\n<html lang='en'>", "a web page in place of a list"),
        (b"<?xml version='1.0'?><other/>", "no list of OFAC: it begins with other"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><sdnList/>", "declares a document type"),
        ((DATA / "sdn_advanced.xml").read_bytes()[:-2000], "breaks off or is not XML"),
        ((DATA / "sdn.xml").read_bytes()[:-20], "breaks off or is not XML"),
        ((DATA / "sdn.csv").read_bytes()[:900], "breaks off or is not CSV"),
        (b'36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA"\r\n', "Line 1 is none of this format: 4 cells, 12 are due."),
        (b"36,\xff\xfe", "The file is not UTF-8 (byte 3)."),
        (b"PK\x03\x04broken", "The archive cannot be unpacked"),
        (archive("sdn.csv"), "The archive lacks alt.csv."),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as error:
        read(content)
    assert said in error.value.what
    assert error.value.todo


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("25 Mar 1977", ["1977-03-25"]),
        ("Mar 1970", ["1970-03"]),
        ("1970.", ["1970"]),
        ("circa 1955", ["1955"]),
        ("1961 to 1963", ["1961", "1962", "1963"]),
        ("01 Jan 1961 to 31 Dec 1961", ["1961"]),
        ("circa 1979-1981", ["1979", "1980", "1981"]),
        ("1900 to 1990", []),
        ("unknown", []),
    ],
)
def test_births(text: str, born: list[str]) -> None:
    assert born_in(text) == born


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Passport T14553558 (Iran) issued 28 Oct 2008 expires 29 Oct 2013", [("passport", "T14553558")]),
        ("Tax ID No. 7707083893 (Russia)", [("inn", "7707083893")]),
        ("Tax ID No. 7707083893 (Cyprus)", [("tax", "7707083893")]),
        ("Registration Number 1027700132195 (Russia)", [("ogrn", "1027700132195")]),
        ("Company Number IMO 5342883", [("imo", "5342883")]),
        ("Legal Entity Number 5299007NTWCC3U23WM81 (Czech Republic)", [("lei", "5299007NTWCC3U23WM81")]),
        ("SWIFT/BIC HNRBBY2X", [("bic", "HNRBBY2X")]),
        ("NIT # 800146749-7 (Colombia)", [("tax", "800146749-7")]),
        ("Registration ID CJ 3101104500 (Costa Rica)", [("registration", "CJ 3101104500")]),
        ("Identification Number", []),
    ],
)
def test_papers(text: str, found: list[tuple[str, str]]) -> None:
    assert document(text) == found


@given(st.text(max_size=200))
def test_any_remarks_are_read_without_an_error(text: str) -> None:
    parse_remarks(text)
