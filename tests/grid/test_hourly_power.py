"""Hours are read as they stand: a gap stays a gap, and what cannot be is refused with its hour."""

from pathlib import Path

import numpy as np
import pytest
from tests.grid.hours_made import hours_file

from adit.evidence.sources.hourly_power import read_hours, system_codes, year_of
from adit.terms.errors import BadInput


def test_the_shipped_hours_are_whole_years_with_gaps() -> None:
    hours = read_hours()
    assert sorted(hours) == sorted(system_codes().values())
    for one in hours.values():
        assert (one.first_year, one.last_year) == (2015, 2021)
        assert len(one.load_mw) == 365 * 7 * 24 + 2 * 24
    siberia = [year_of(hours["Siberia"], y) for y in (2015, 2016, 2021)]
    assert [y.hours_missing for y in siberia] == [0, 49, 951]
    assert [len(y.load_mw) for y in siberia] == [8760, 8784, 8760]


def test_the_first_hour_is_the_one_that_the_file_begins_with() -> None:
    centre = year_of(read_hours()["Centre"], 2015)
    assert (centre.load_mw[0], centre.generation_mw[0]) == (27864, 29317)
    assert centre.hour(0).isoformat() == "2015-01-01T00:00:00+03:00"
    assert centre.hour(8759).isoformat() == "2015-12-31T23:00:00+03:00"
    assert [int(m) for m in centre.month[[0, 743, 744, 8759]]] == [1, 1, 2, 12]


def test_a_file_of_the_user_is_read_and_its_missing_hours_counted(tmp_path: Path) -> None:
    found = read_hours(hours_file(tmp_path / "h.csv", [("2019-01-03 05:00:00", 610000, "", "21000")]))
    year = year_of(found["Siberia"], 2019)
    assert year.hours_missing == 8760 - 48
    assert np.nansum(year.load_mw) == sum(20000 + k for k in range(48))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("2019-02-01 00:00:00", 610000, "-5", "1"), "consumption_mwh is -5 MWh at 2019-02-01 00:00: below zero."),
        (("2019-02-01 00:00:00", 610000, "5", "-1"), "generation_mwh is -1 MWh at 2019-02-01 00:00: below zero."),
        (("2019-01-01 03:00:00", 610000, "5", "1"), "The hour 2019-01-01 03:00 of Siberia stands more than once."),
        (("2019-02-01 00:30:00", 610000, "5", "1"), "A row does not begin on the hour."),
        (("2019-02-01 00:00:00", 540000, "5", "1"), "There is no unified power system 540000."),
    ],
)
def test_what_cannot_be_is_refused_with_its_hour(tmp_path: Path, row: tuple[str, int, str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_hours(hours_file(tmp_path / "h.csv", [row]))


def test_a_table_without_a_column_or_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="The table of hours lacks generation_mwh"):
        read_hours(hours_file(tmp_path / "h.csv", header="ts_msk,ups_code,consumption_mwh,wind"))
    with pytest.raises(BadInput, match="There is no such file"):
        read_hours(tmp_path / "none.parquet")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(BadInput, match="not a table of hours"):
        read_hours(tmp_path / "torn.parquet")


def test_a_year_without_an_hour_says_which_there_are() -> None:
    with pytest.raises(BadInput, match="There is no hour of Urals in 2014; the file holds 2015 to 2021"):
        year_of(read_hours()["Urals"], 2014)
