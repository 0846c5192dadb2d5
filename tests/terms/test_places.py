"""One place, one key: what people write is found, and what is misspelt is never taken for a free place."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.terms import places
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import municipalities, municipality, region, regions

DIVIDED = ("RU-IRK", "RU-BU", "RU-ZAB")
# Decree 1869 as amended from 2025-04-07, as law/ru.md 2.3 lists it
BANNED_IN_IRKUTSK = """Alarsky Balagansky Bayandayevsky Bokhansky Zhigalovsky Zalarinsky Ziminsky Irkutsky Kachugsky
    Kuytunsky Nizhneudinsky Nukutsky Olkhonsky Osinsky Slyudyansky Tulunsky Usolsky Ust-Udinsky Cheremkhovsky
    Shelekhovsky Ekhirit-Bulagatsky Angarsk Irkutsk Zima Sayansk Svirsk Tulun Usolye-Sibirskoye Cheremkhovo"""


def test_all_subjects_and_the_six_territories_of_ukraine_are_there() -> None:
    codes = Counter(iso[:2] for iso in regions())
    assert codes == {"RU": 83, "UA": 6}


def test_a_territory_of_ukraine_always_says_so_and_no_other_does() -> None:
    for iso, r in regions().items():
        assert ("internationally recognised as part of Ukraine" in r.recognition_note) == iso.startswith("UA")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("RU-IRK", "RU-IRK"),
        ("ru-irk", "RU-IRK"),
        ("Иркутская область", "RU-IRK"),
        ("  irkutsk   OBLAST ", "RU-IRK"),
        ("Якутия", "RU-SA"),
        ("Орловская область", "RU-ORL"),
        ("North Ossetia - Alania", "RU-SE"),
        ("Донецкая Народная Республика", "UA-14"),
        ("Республика Крым", "UA-43"),
    ],
)
def test_a_region_is_found_by_code_and_by_either_name(text: str, iso: str) -> None:
    assert region(text).iso == iso


@given(
    st.sampled_from(sorted(regions())),
    st.sampled_from(["iso", "name_en", "name_ru"]),
    st.sampled_from([str.upper, str.lower]),
)
def test_every_region_is_found_by_its_own_names(iso: str, field: str, change: "type[str]") -> None:
    assert region(change(getattr(regions()[iso], field))).iso == iso


def test_an_unknown_region_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"There is no region 'Tartarstan'\.") as error:
        region("Tartarstan")
    assert error.value.nearest[0] == "Tatarstan"


def test_altai_alone_could_be_two_regions_and_is_neither() -> None:
    with pytest.raises(UnknownName) as error:
        region("Altai")
    assert {"Altai Krai", "Altai Republic"} <= set(error.value.nearest)


@pytest.mark.parametrize(
    ("iso", "urban", "closed", "districts"), [("RU-IRK", 10, 0, 32), ("RU-BU", 2, 0, 21), ("RU-ZAB", 3, 1, 31)]
)
def test_the_gazetteer_is_complete_at_the_first_level(iso: str, urban: int, closed: int, districts: int) -> None:
    kinds = Counter(m.kind for m in municipalities(iso))
    assert (kinds["urban"], kinds["closed"], kinds["district"]) == (urban, closed, districts)


def test_settlements_lie_within_a_municipality_and_keys_are_used_once() -> None:
    every = [m for iso in DIVIDED for m in municipalities(iso)]
    for m in every:
        first_level = {f.key for f in municipalities(m.region) if f.kind != "settlement"}
        assert (m.within in first_level) == (m.kind == "settlement") == bool(m.within), m
        assert m.key == m.key.lower()
        assert m.key.isascii()
    assert max(Counter((m.region, m.key) for m in every).values()) == 1


def test_the_table_holds_no_region_that_the_test_forgets() -> None:
    with (Path(places.__file__).parent / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        assert {row["region"] for row in csv.DictReader(file)} == set(DIVIDED)


def test_every_name_on_the_irkutsk_list_is_known() -> None:
    keys = [municipality("RU-IRK", name) for name in BANNED_IN_IRKUTSK.split()]
    assert len(set(keys)) == len(keys) == 29
    assert "bratsk" not in keys


@given(
    st.sampled_from([m for iso in DIVIDED for m in municipalities(iso)]), st.sampled_from(["key", "name_en", "name_ru"])
)
def test_a_municipality_is_found_by_its_key_and_names(m: places.Municipality, field: str) -> None:
    assert municipality(m.region, getattr(m, field)) == (m.within or m.key)


@pytest.mark.parametrize(
    ("iso", "text", "key"),
    [
        ("RU-IRK", "г. Иркутск", "irkutsk"),
        ("RU-IRK", "Irkutsky rayon", "irkutsky-district"),
        ("RU-IRK", "Боханский муниципальный округ", "bokhansky-district"),
        ("RU-IRK", "Ангарский городской округ", "angarsk"),
        ("RU-IRK", "Mamony", "irkutsky-district"),
        ("RU-IRK", "Малое Голоустное", "irkutsky-district"),
        ("RU-IRK", "Shelekhov", "shelekhovsky-district"),
        ("RU-IRK", "Kazachye, Bokhansky district", "bokhansky-district"),
        ("RU-IRK", "Mamony, Irkutsky district", "irkutsky-district"),
        ("RU-IRK", "Irkutsk, Rosa Luxemburg street", "irkutsk"),
        ("RU-BU", "Улан-Удэ", "ulan-ude"),
        ("RU-BU", "Mukhorshibir", "mukhorshibirsky-district"),
        ("RU-ZAB", "Krasnokamensk", "krasnokamensky-district"),
        ("RU-ZAB", "Aginskoye", "aginskoye"),
        ("RU-ZAB", "Агинский район", "aginsky-district"),
        ("RU-ZAB", "ЗАТО Горный", "gorny"),
        ("RU-ZAB", "Petrovsk-Zabaykalsky", "petrovsk-zabaykalsky"),
        ("RU-ZAB", "Petrovsk-Zabaykalsky District", "petrovsk-zabaykalsky-district"),
        ("RU-ZAB", "Тунгиро-Олекминский район", "tungiro-olyokminsky-district"),
    ],
)
def test_a_place_is_read_as_people_write_it(iso: str, text: str, key: str) -> None:
    assert municipality(iso, text) == key


@pytest.mark.parametrize("text", ["", "  "])
def test_no_name_gives_no_key(text: str) -> None:
    assert municipality("RU-IRK", text) == ""


def test_a_region_that_no_act_divides_has_no_keys() -> None:
    assert municipality("RU-SVE", "Nizhny Tagil") == ""


@pytest.mark.parametrize("text", ["Irkutks", "Irkutsk district", "Kazachye", "Braatsk, Lenin street"])
def test_a_misspelt_or_ambiguous_place_is_an_error(text: str) -> None:
    with pytest.raises(UnknownName, match="There is no municipality of Irkutsk Oblast"):
        municipality("RU-IRK", text)


def test_a_misspelt_town_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean Irkutsk or"):
        municipality("RU-IRK", "Irkutks")


def test_two_places_at_once_are_an_error() -> None:
    with pytest.raises(BadInput, match=r"names 2 municipalities of Irkutsk Oblast: bratsk, irkutsky-district\."):
        municipality("RU-IRK", "Mamony, Bratsk")


@given(st.text(alphabet="abcdefghийклмн, -", max_size=20))
def test_any_text_gives_a_known_key_or_an_error(text: str) -> None:
    try:
        key = municipality("RU-IRK", text)
    except UnknownName:
        key = "unknown"
    assert key in {"unknown"} | {m.key for m in municipalities("RU-IRK")} if text.strip() else key == ""
