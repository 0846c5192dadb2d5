"""The lists of the UN, the EU, the UK and of a state: what each says, and what happens to files that broke off or changed their form."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import ListedAddress, ListedName
from adit.evidence.watchlists.readers import reader
from adit.evidence.watchlists.reading import Read, identifier_kind
from adit.terms.errors import BadInput, UnknownName

DATA = Path(__file__).parents[2] / "data" / "watchlists"
FILES = {"un": "un_consolidated.xml", "eu": "eu_full.csv", "uk": "uk_list.csv", "national": "national.csv"}


def read(name: str, change: Callable[[str], str] = lambda t: t) -> Read:
    text = (DATA / FILES[name]).read_bytes().decode("utf-8-sig")
    return reader(name).read(change(text).encode(), name)


def test_the_list_of_the_united_nations() -> None:
    found = read("un")
    assert (found.content_date, found.rows) == (date(2026, 2, 27), 3)
    person, unnamed, bureau = found.entries
    assert person.entry_id == "CDi.901"
    assert person.names == (
        ListedName("INVENTED PERSON NOBODY"),
        ListedName("شخص مخترع", "alias"),
        ListedName("Person Invented", "alias"),
        ListedName("The Clerk", "weak"),
        ListedName("The Other Clerk", "weak"),
    )
    assert (person.born, person.countries, person.listed_on) == (
        ("1973", "1974", "1975-02-01"),
        ("CD",),
        date(2012, 12, 31),
    )
    assert (person.identifiers, person.programmes) == ((("passport", "OB 0243318"),), ("DRC",))
    assert (unnamed.names, unnamed.unread) == ((), "it has no name that could be read")
    assert "1Df883c96LVauVsx9FEgnsourD8DELwCUQ" in unnamed.raw
    assert (bureau.kind, bureau.names[-1]) == ("organisation", ListedName("OLD BUREAU", "former"))


def test_the_list_of_the_european_union() -> None:
    found = read("eu")
    assert (found.content_date, found.rows) == (date(2026, 11, 20), 2)
    person, works = found.entries
    assert person.entry_id == "EU.901.1"
    assert person.names == (ListedName("Invented Person"), ListedName("Выдуман Человеков", "alias"))
    assert person.born == ("1970-04-28", "1971-03", "1972", "1973")
    assert (person.countries, person.listed_on, person.programmes) == (("RU",), date(2022, 3, 15), ("UKR",))
    assert person.identifiers == (("inn", "770708389312"),)
    assert (works.kind, works.identifiers) == ("organisation", (("ogrn", "1027700132195"),))
    assert 'Owns; the "Invented" works' in works.raw


def test_the_list_of_the_united_kingdom() -> None:
    found = read("uk")
    assert (found.content_date, found.rows) == (date(2026, 11, 20), 3)
    person, works, ship = found.entries
    assert person.names == (
        ListedName("Vyduman Ivanovich CHELOVEKOV"),
        ListedName("Invented PERSON", "weak"),
        ListedName("Человеков Выдуман Иванович", "alias"),
        ListedName("CHELOVEKOFF", "alias"),
    )
    assert (person.born, person.countries, person.listed_on) == (
        ("1970-04-28", "1971"),
        ("RU", "CY"),
        date(2022, 3, 15),
    )
    assert person.identifiers == (("passport", "751234567"), ("passport", "751234568"))
    assert works.identifiers == (("ogrn", "1027700132195"),)
    assert (ship.kind, ship.identifiers, ship.countries) == ("vessel", (("imo", "9187629"),), ("GA",))


def test_a_list_of_the_state() -> None:
    found = read("national")
    assert (found.content_date, found.rows, found.stated_rows) == (date(2026, 11, 20), 3, 3)
    person, works, odd = found.entries
    assert person.names == (
        ListedName("Выдуманов Иван Иванович"),
        ListedName("Vydumanov Ivan", "alias"),
        ListedName("Выдуманов И. И.", "alias"),
        ListedName("Ваня", "weak"),
    )
    assert person.born == ("1970-01-31", "1971")
    assert person.countries == ("RU", "Республика Казахстан")  # a name that is not known stays as it is written
    assert person.addresses == (
        ListedAddress("XBT", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"),
        ListedAddress("", "0x2f389ce8bd8ff92de3402ffce4691d17fc4f6535"),
    )
    assert works.identifiers == (("inn", "7707083893"), ("ogrn", "1027700132195"))
    assert (works.listed_on, works.delisted_on, works.programmes) == (
        date(2024, 2, 1),
        date(2025, 3, 21),
        ("115-ФЗ", "ст. 6"),
    )
    assert odd.kind == "unknown"
    assert (
        odd.unread
        == "the kind 'сообщество' is not known; 'вчера' in listed_on is not a day; 'когда-то' in born is not a day"
    )
    assert "1Df883c96LVauVsx9FEgnsourD8DELwCUQ" in odd.raw


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("un", lambda t: t.replace("CONSOLIDATED_LIST", "OTHER_LIST"), "it begins with OTHER_LIST"),
        ("un", lambda t: t[:-200], "breaks off or is not XML"),
        ("un", lambda t: t.replace("<INDIVIDUALS>", "<INDIVIDUALS>&a;", 1), "breaks off or is not XML"),
        ("un", lambda t: t.replace("?>", "?><!DOCTYPE c SYSTEM 'x'>", 1), "declares a document type"),
        ("un", lambda t: "not XML at all", "The file is not XML"),
        ("eu", lambda t: t.replace("NameAlias_WholeName", "NameAlias_FullName", 1), "lacks the column NameAlias_WholeName"),
        ("eu", lambda t: t[:-40], "cells, the header"),
        ("eu", lambda t: t.replace(";", ","), "lacks the column"),
        ("uk", lambda t: t.partition("\n")[2], "The first line does not give the Report Date."),
        ("uk", lambda t: t.replace("Designation Type", "Type of designation", 1), "lacks the column Designation Type"),
        ("uk", lambda t: t[:-80], "cells, the header 58"),
        ("uk", lambda t: t[: t.index("as it is invented")], "breaks off or is not CSV"),
        ("national", lambda t: t.partition("\n")[2], "The first line does not give list, date and rows."),
        ("national", lambda t: t.replace("2026-11-20", "20.11.2026"), "'20.11.2026' in the first line is not a day."),
        ("national", lambda t: t.replace(",name,", ",title,", 1), "lacks the column name"),
        ("national", lambda t: t + "20,person\n", "Line 6 has 2 cells, the header 16."),
        ("national", lambda t: "", "The file is empty."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_it_should_be(name: str, change: Callable[[str], str], said: str) -> None:
    with pytest.raises(BadInput) as error:
        read(name, change)
    assert said in error.value.what
    assert error.value.todo


def test_a_day_that_cannot_be_read_is_not_guessed() -> None:
    assert read("un", lambda t: t.replace("2026-02-27T", "soon ", 1)).content_date is None
    assert read("eu", lambda t: t.replace("20/11/2026", "19/11/2026", 1)).content_date is None  # rows of two days
    assert read("uk", lambda t: t.replace("20-Nov-2026", "the other day")).content_date is None


def test_the_bytes_of_a_windows_list_are_not_guessed() -> None:
    with pytest.raises(BadInput, match="The file is not UTF-8"):
        reader("national").read((DATA / "national.csv").read_text(encoding="utf-8").encode("windows-1251"), "national")


def test_an_unknown_reader() -> None:
    with pytest.raises(UnknownName, match="There is no reader of lists 'ofak'"):
        reader("ofak")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Russian Federation", "RU"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Korea, North", "KP"),
        ("Democratic People's Republic of Korea", "KP"),
        ("Democratic People’s Republic of Korea", "KP"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Türkiye", "TR"),
        ("UA", "UA"),
        ("na", "na"),  # not Namibia
        (" former  Soviet Union ", "former Soviet Union"),
    ],
)
def test_countries(name: str, code: str) -> None:
    assert country(name) == code


def test_an_identifier_is_what_its_word_says() -> None:
    assert identifier_kind("Tax ID No.", "7707083893", "RU") == "inn"
    assert identifier_kind("Tax ID No.", "770708389", "RU") == "tax"
    assert identifier_kind("Legal Entity Number", "123", "") == "registration"
    assert identifier_kind("a word nobody knows", "123", "") == "other"
