"""The sites that exist, and the tables of those who bring their own."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adit.evidence.sources.sites import SCOPES, Site, read_roles, read_sites
from adit.terms.errors import BadInput, BadRows


def site(site_id: str) -> Site:
    return next(s for s in read_sites().rows if s.site_id == site_id)


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_sites_are_all_readable_and_sum_to_what_their_source_note_says() -> None:
    sites = read_sites()
    assert len(sites.rows) == 76
    assert sites.problems == ()
    assert sites.source == "sites/russia_sites.csv"
    assert sites.vintage == "2018 to 2026-02; retrieved 2026-11-22"
    assert Counter(s.status for s in sites.rows) == {
        "seized": 45, "operating": 13, "announced": 12, "closed": 4, "built": 1, "unknown": 1,
    }  # fmt: skip
    assert sum(s.capacity_kw or 0 for s in sites.rows if s.counted) == 672_500
    assert sum(s.counted for s in sites.rows) == 14


def test_a_capacity_that_was_not_reported_is_not_zero() -> None:
    assert site("ru-irk-rusal-cod").capacity_kw is None
    assert site("ru-kya-norilsk-bitcluster").capacity_kw == 11_200


def test_not_screened_is_not_free_of_sanctions() -> None:
    assert site("ru-irk-bratsk-bitriver").sanctioned is True
    assert site("ru-irk-bratsk-bitplus").sanctioned is False
    assert site("ru-irk-bratsk-minery").sanctioned is None


def test_a_part_of_another_row_is_not_counted_again() -> None:
    assert site("ru-irk-usolye-16mw").capacity_kw == 16_000
    assert not site("ru-irk-usolye-16mw").counted


@pytest.mark.parametrize(
    ("site_id", "key"),
    [
        ("ru-irk-kazachye-orphanage", "bokhansky-district"),
        ("ru-irk-mamony-house", "irkutsky-district"),
        ("ru-irk-shelekhov-zhbi", "shelekhovsky-district"),
        ("ru-irk-rusal-cod", ""),
        ("ru-bu-mukhorshibir-bitriver-b", "mukhorshibirsky-district"),
        ("ru-zab-krasnokamensk-ppgho", "krasnokamensky-district"),
        ("ru-sve-kushva", ""),
    ],
)
def test_a_site_lies_in_a_municipality_where_the_act_asks_for_one(site_id: str, key: str) -> None:
    assert site(site_id).municipality_key == key


def test_own_generation_and_energy_companies_are_flagged_with_a_reason() -> None:
    rows = read_sites().rows
    assert {s.site_id for s in rows if s.isolated_generation} == {
        "ru-khm-gazpromneft-vekus",
        "ru-vgg-kremenskaya-simba-m",
    }
    assert {s.site_id for s in rows if s.energy_company} == {
        "ru-tve-udomlya-rosenergoatom",
        "ru-per-gubakha-kizel-gres",
        "ru-ud-sarapul-chp",
    }
    assert all(s.remarks for s in rows if s.isolated_generation or s.energy_company)
    assert "isolated_generation: no, the Norilsk-Taimyr system" in site("ru-kya-norilsk-bitcluster").remarks[0]
    assert "an affiliate of the owner is not the operator" in site("ru-irk-bratsk-bitplus").remarks[0]


def test_a_role_belongs_to_a_site_and_is_decided_once() -> None:
    known = {s.site_id for s in read_sites().rows}
    roles = [r for found in read_roles().values() for r in found]
    assert {r.site_id for r in roles} <= known
    assert {r.role for r in roles} == {"isolated_generation", "energy_company"}
    assert max(Counter((r.site_id, r.role) for r in roles).values()) == 1


def test_a_site_whose_row_says_own_generation_or_isolated_was_considered() -> None:
    asked = [
        s for s in read_sites().rows if "own generation" in s.power_source or "isolated" in s.power_source + s.note
    ]
    assert len(asked) == 6
    for s in asked:
        assert any(r.role == "isolated_generation" for r in read_roles()[s.site_id]), s.site_id


def test_three_columns_are_enough_and_nothing_is_made_up(tmp_path: Path) -> None:
    sites = read_sites(table(tmp_path, "site_id,name,iso_3166_2\na,Farm,Иркутская область\n"))
    (row,) = sites.rows
    assert (row.region, row.status, row.capacity_kw, row.sanctioned, row.counted) == (
        "RU-IRK",
        "unknown",
        None,
        None,
        False,
    )
    assert (row.latitude, row.municipality_key, row.isolated_generation, row.remarks) == (None, "", False, ())
    assert sites.vintage.startswith("sha256 ")


def test_a_capacity_of_the_users_own_counts_unless_its_scope_or_the_file_says_otherwise(tmp_path: Path) -> None:
    text = "site_id,name,iso_3166_2,capacity_mw,capacity_scope,counted_in_totals,isolated_generation\n"
    text += "a,A,RU-IRK,5,,,true\nb,B,RU-IRK,5,part,,\nc,C,RU-IRK,5,site,false,false\nd,D,RU-IRK,0,network,,\n"
    rows = read_sites(table(tmp_path, text)).rows
    assert [s.counted for s in rows] == [True, False, False, True]
    assert [s.isolated_generation for s in rows] == [True, False, False, False]


BROKEN = """site_id,name,iso_3166_2,municipality,latitude,longitude,capacity_mw,capacity_scope,machines_reported,\
status,since
good,Farm,RU-IRK,Bratsk,56.1,101.6,10,site,100,operating,2020-11
,Nameless,RU-IRK,,,,,,,,
neg,Farm,RU-IRK,,,,-5,,,,
text,Farm,RU-IRK,,,,ten,,1.5,,
nowhere,Farm,RU-XX,,,,,,,,
north,Farm,RU-KR,,91,30,,,,,
half,Farm,RU-KR,,60,,,,,,
state,Farm,RU-KR,,,,,,,humming,
good,Again,RU-KR,,,,,,,,
town,Farm,RU-IRK,Irkutks,,,,,,,
two,Farm,RU-IRK,"Mamony, Bratsk",,,,,,,
scope,Farm,RU-KR,,,,,all,,,2020-13
short,Farm
"""

PROBLEMS = """line 3, site_id: the value is missing
line 4, capacity_mw: -5 is below zero
line 5, capacity_mw: 'ten' is not a number
line 5, machines_reported: 1.5 is not a whole number
line 6, iso_3166_2: There is no region 'RU-XX'. Did you mean RU-IRK or
line 7, latitude: 91 lies outside -90 to 90 degrees
line 8, latitude: latitude and longitude are given together or not at all
line 9, status: 'humming' is none of operating, built, announced, closed, cancelled, seized, unknown
line 10, site_id: 'good' stands on an earlier line too
line 11, municipality: There is no municipality of Irkutsk Oblast 'Irkutks'. Did you mean Irkutsk or
line 12, municipality: 'Mamony, Bratsk' names 2 municipalities of Irkutsk Oblast: bratsk, irkutsky-district.
line 13, capacity_scope: 'all' is none of site, combined, network, part, plant, other_use
line 13, since: '2020-13' is not a period
line 14, name: 2 cells, the header has 11""".splitlines()


def test_every_problem_of_every_row_is_told_with_its_line(tmp_path: Path) -> None:
    sites = read_sites(table(tmp_path, BROKEN), skip_bad_rows=True)
    assert [s.site_id for s in sites.rows] == ["good"]
    assert len(sites.problems) == len(PROBLEMS)
    for problem, expected in zip(sites.problems, PROBLEMS, strict=True):
        if expected.startswith("line 6"):  # which codes are nearest is not our promise
            expected = expected.partition(" Did you")[0]
        assert str(problem).startswith(expected)


def test_bad_rows_stop_the_reading_unless_they_are_to_be_skipped(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match=r"12 of 13 rows cannot be read") as error:
        read_sites(table(tmp_path, BROKEN))
    assert "sites.csv" in str(error.value)
    assert "--skip-bad-rows" in str(error.value)


def test_a_file_without_the_columns_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"The columns are missing: name, iso_3166_2\.\nThe header has: site_id, region\."
    ):
        read_sites(table(tmp_path, "site_id,region\na,b\n"))


cell = st.text(alphabet="abcаб019.,-\"' \n;", max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(cell, cell, st.sampled_from(["RU-IRK", "RU-KR", ""]), cell, cell, st.sampled_from([*SCOPES, "x"])),
        max_size=6,
    )
)
def test_each_row_is_read_or_told(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    header = "site_id,name,iso_3166_2,municipality,capacity_mw,capacity_scope\n"
    text = header + "".join(",".join('"' + c.replace('"', '""') + '"' for c in row) + "\n" for row in rows)
    sites = read_sites(table(tmp_path, text), skip_bad_rows=True)
    assert len(sites.rows) + len({p.line for p in sites.problems}) == len(rows)
    assert len({s.site_id for s in sites.rows}) == len(sites.rows)
    assert all(s.capacity_kw is None or s.capacity_kw >= 0 for s in sites.rows)
