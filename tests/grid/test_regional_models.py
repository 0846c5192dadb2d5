"""A subject is modelled, its error is measured on Kazakhstan, and where nothing can be said the answer is 'not known'."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.sources.hourly_power import SystemHours, read_hours
from adit.evidence.sources.kazakhstan import KazakhRegion, kazakh_regions
from adit.evidence.sources.own_consumption import read_consumption
from adit.evidence.sources.plants import generated_mln_kwh, installed_mw, read_plants, system_mw
from adit.evidence.sources.transfer_limits import read_transfer_limits
from adit.grid.answer import Subject, answer, places_of
from adit.grid.facts import facts_of
from adit.grid.models import kazakh_error, measured_error, shares
from adit.grid.store import assumptions, words
from adit.grid.telling import notes
from adit.terms.errors import BadInput, BadRows, UnknownName


@pytest.fixture(scope="module")
def hours() -> dict[str, SystemHours]:
    return read_hours()


def subject(iso: str, hours: dict[str, SystemHours], **more: object) -> Subject:
    [found] = answer(places_of([iso]), hours, 2020, 300, **more).subjects  # type: ignore[arg-type]
    return found


# Kazakhstan -------------------------------------------------------------------------------------------------------
def test_kazakhstan_has_fourteen_regions_and_all_its_plants() -> None:
    regions = kazakh_regions()
    assert len(regions) == 14
    assert sum(r.consumption_gwh for r in regions) == 107_338
    assert round(sum(r.installed_mw for r in regions)) == 22_269
    pavlodar = next(r for r in regions if r.name == "Pavlodar")
    assert (int(pavlodar.consumption_gwh), round(pavlodar.installed_mw)) == (20_731, 7_977)


def test_the_error_on_kazakhstan_is_what_is_published() -> None:
    error = kazakh_error()
    assert error.regions == 14
    assert [round(v, 3) for v in (error.ratio_least, error.ratio_most, error.misplaced_share, error.mean_error_share)] == [0.339, 1.752, 0.154, 0.515]  # fmt: skip


def test_the_weight_is_the_best_of_those_that_were_tried() -> None:
    tried = {w: measured_error(kazakh_regions(), w).misplaced_share for w in (0, 0.25, 0.5, 0.75, 1)}
    assert min(tried, key=lambda w: tried[w]) == assumptions().capacity_weight == 0.5


def test_a_sharing_that_is_right_has_no_error() -> None:
    right = [KazakhRegion("a", Decimal(30), Decimal(3)), KazakhRegion("b", Decimal(10), Decimal(1))]
    error = measured_error(right, 1.0)
    assert (error.misplaced_share, error.mean_error_share, error.ratio_least, error.ratio_most) == (0, 0, 1, 1)
    assert measured_error(right, 0.0).misplaced_share == 0.25


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1e5), min_size=1), st.floats(0, 1))
def test_shares_sum_to_one(capacity: dict[str, float], weight: float) -> None:
    found = shares(capacity, weight)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= v <= 1 + 1e-9 for v in found.values())


# Russia -----------------------------------------------------------------------------------------------------------
def test_plants_lie_where_the_corrected_outlines_put_them() -> None:
    assert len(read_plants()) == 545
    assert sum(p.capacity_mw is None for p in read_plants()) == 45
    assert installed_mw()["RU-KR"] == Decimal("987.4")  # Karelia, not Murmansk Oblast
    assert round(sum(system_mw().values())) == 227_440
    assert {"RU-IVA", "RU-VOR", "RU-BRY"}.isdisjoint(generated_mln_kwh())  # not every month of 2015 was published
    assert generated_mln_kwh()["RU-IRK"] == Decimal("48612.023")


@pytest.mark.parametrize("iso", ["RU-IRK", "RU-KYA"])
def test_whoever_asks_of_siberia_is_told_that_it_imports(iso: str, hours: dict[str, SystemHours]) -> None:
    for language, said in (("en", "took 0.5 to 4.9 TWh net"), ("ru", "от 0,5 до 4,9 ТВт·ч нетто")):
        told = list(notes(answer(places_of([iso]), hours, 2020, 300), language))
        assert said in told[0]
        assert "305" in told[1]


def test_a_modelled_subject_spans_zero_and_says_what_would_settle_it(hours: dict[str, SystemHours]) -> None:
    irkutsk = subject("RU-IRK", hours)
    assert irkutsk.low is not None
    assert irkutsk.high is not None
    assert irkutsk.low.surplus_mw_firm < 0 < irkutsk.high.surplus_mw_firm
    assert irkutsk.not_known == "spans zero"
    assert "by hour" in words()["spans zero"]["en"]
    assert irkutsk.error == kazakh_error()


@pytest.mark.parametrize(
    ("iso", "reason"),
    [
        ("RU-AMU", "no hours of the East"),
        ("RU-MAG", "isolated"),
        ("UA-43", "no regional figures"),
        ("UA-40", "no regional figures"),
        ("UA-14", "no system"),
        ("RU-BRY", "no generation of the subject"),
    ],
)
def test_where_nothing_can_be_said_the_reason_is(iso: str, reason: str, hours: dict[str, SystemHours]) -> None:
    found = subject(iso, hours)
    assert (found.low, found.high, found.not_known) == (None, None, reason)
    assert "would settle" in words()[reason]["en"] or reason == "no system"


def test_a_subject_on_one_side_of_zero_is_still_only_modelled(hours: dict[str, SystemHours]) -> None:
    """Of fourteen regions the fifteenth lies outside their range twice in fifteen times: Moscow may well do so."""
    yugra, tyva = subject("RU-KHM", hours), subject("RU-TY", hours)
    assert yugra.low is not None
    assert yugra.low.surplus_mw_firm > 0
    assert tyva.high is not None
    assert tyva.high.surplus_mw_firm < 0
    assert yugra.not_known == tyva.not_known == "outside possible"
    assert yugra.error.outside_share == pytest.approx(2 / 15)
    told = " ".join(notes(answer(places_of(["RU-KHM"]), hours, 2020, 300), "en"))
    assert "one such region in about seven lies outside" in told


def test_crimea_is_named_under_its_own_code_with_the_note(hours: dict[str, SystemHours]) -> None:
    told = list(notes(answer(places_of(["Crimea"]), hours, 2020, 300), "en"))
    assert any("Crimea (UA-43): internationally recognised as part of Ukraine" in t for t in told)


def test_the_shares_of_a_system_are_those_of_its_subjects(hours: dict[str, SystemHours]) -> None:
    from adit.terms.places import regions

    inside = [r.iso for r in regions().values() if r.energy_system == "Siberia"]
    found = answer(places_of(inside), hours, 2020, 0).subjects
    modelled = sum(s.consumption_mln_kwh or 0 for s in found)
    assert modelled == pytest.approx(209_242.309)


# The user's own table ---------------------------------------------------------------------------------------------
def table(tmp_path: Path, *rows: str, header: str = "region;year;consumption_mln_kwh") -> Path:
    file = tmp_path / "own.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_a_stated_consumption_narrows_the_model(tmp_path: Path, hours: dict[str, SystemHours]) -> None:
    own = read_consumption(table(tmp_path, "Иркутская область;2020;55 000,5"))
    assert own["RU-IRK", 2020].mln_kwh == Decimal("55000.5")
    given_, modelled = subject("RU-IRK", hours, own=own), subject("RU-IRK", hours)
    assert given_.consumption_given
    assert given_.consumption_mln_kwh == pytest.approx(55_000.5)
    ends = [(s.low, s.high) for s in (given_, modelled)]
    widths = [high.surplus_mw_firm - low.surplus_mw_firm for low, high in ends if low and high]
    assert widths[0] < widths[1]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("RU-IRK;2020;55000000", "it looks like MWh: divide by 1000"),
        ("RU-IRK;2020;55000000000", "it looks like kWh: divide by 1000000"),
        ("RU-IRK;2020;55", "too little for a region; is it in TWh"),
        ("RU-IRQ;2020;55000", "Did you mean"),
        ("RU-IRK;2020;-1", "-1 is not above zero"),
        ("RU-IRK;2020;", "the value is missing"),
        ("RU-IRK;2020;many", "'many' is not a number"),
        ("RU-IRK;2020", "2 cells, the header has 3"),
    ],
)
def test_a_row_that_cannot_be_is_told(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(BadRows, match="line 2") as raised:
        read_consumption(table(tmp_path, row))
    assert said in str(raised.value)


def test_a_table_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="RU-IRK stands twice for 2020"):
        read_consumption(table(tmp_path, "RU-IRK;2020;55000", "Irkutsk Oblast;2020;54000"))
    with pytest.raises(BadInput, match="The table lacks consumption_mln_kwh"):
        read_consumption(table(tmp_path, header="region;year;kwh"))
    with pytest.raises(BadInput, match="cannot be read"):
        read_consumption(tmp_path / "none.csv")


# Limits -----------------------------------------------------------------------------------------------------------
LIMITS = "system;month;import_limit_mw;largest_element_mw;source"


def test_a_limit_of_every_month(tmp_path: Path) -> None:
    found = read_transfer_limits(table(tmp_path, "Siberia;;2000;700;scheme of 2019", header=LIMITS))
    assert [limit.month for limit in found] == list(range(1, 13))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Siberia;;2000;700;", "a limit without a source cannot be used"),
        ("Sibiria;;2000;700;s", "'Sibiria' is none of"),
        ("Siberia;13;2000;700;s", "13 is no month"),
        ("Siberia;1;-1;0;s", "not below zero"),
        ("Siberia;1;500;700;s", "more than the whole limit"),
    ],
)
def test_a_limit_that_cannot_be_is_told(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(BadRows) as raised:
        read_transfer_limits(table(tmp_path, row, header=LIMITS))
    assert said in str(raised.value)


def test_two_limits_of_one_month_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Siberia has two limits for month 3"):
        read_transfer_limits(table(tmp_path, "Siberia;;2000;0;a", "Siberia;3;1;0;b", header=LIMITS))


# Places and facts -------------------------------------------------------------------------------------------------
def test_places_are_systems_or_regions() -> None:
    assert [p.system for p in places_of([""])] == ["Centre", "Mid-Volga", "North-West", "Siberia", "South", "Urals"]
    [system, region] = places_of(["siberia", " Карелия "])
    assert (system.region, region.region and region.region.iso) == (None, "RU-KR")


def test_an_unknown_place_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no region or power system 'Irkutsk Oblst'\.\nDid you mean Irkutsk Oblast"):
        places_of(["Irkutsk Oblst"])
    with pytest.raises(BadInput, match=r"Inner Mongolia \(CN-NM\) is no region of a power system"):
        places_of(["CN-NM"])


def test_facts_are_of_the_system_by_region_and_month(hours: dict[str, SystemHours]) -> None:
    found = answer(places_of(["RU-KR", "RU-AMU"]), hours, 2020, 300)
    rows = facts_of(found)
    assert len(rows) == 24
    assert [r["period"] for r in rows[:12]] == [f"2020-{m:02d}" for m in range(1, 13)]
    karelia = rows[:12]
    assert found.systems[0].low.curtailed_hours == 298
    assert sum(r["surplus_curtailed_hours"] for r in karelia) == 299  # an hour is missing
    assert all(r["surplus_mw_firm"] <= r["surplus_mw_interruptible"] for r in karelia)
    assert {r["basis"] for r in karelia} == {"unified power system North-West, demonstrated"}
    assert {(r["surplus_mw_firm"], r["basis"]) for r in rows[12:]} == {(None, "not known")}
    months = found.systems[0].low.months
    assert [r["surplus_mw_firm"] for r in karelia] == [int(np.floor(m.surplus_mw_firm or 0)) for m in months]


def test_hours_of_one_system_answer_for_that_one_alone(hours: dict[str, SystemHours]) -> None:
    alone = {"Siberia": hours["Siberia"]}
    with pytest.raises(BadInput, match="The hours have nothing of Centre, Mid-Volga"):
        answer(places_of([]), alone, 2020, 300)
    assert subject("RU-KR", alone).not_known == "no hours of the system"
    assert subject("RU-IRK", alone).low is not None


def test_every_phrase_is_in_both_languages() -> None:
    assert len(words()) > 70
    for key, text in words().items():
        assert set(text) == {"en", "ru"}, key
        assert all(text.values()), key
