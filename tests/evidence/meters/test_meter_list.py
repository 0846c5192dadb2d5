"""The list of meters: replaced in the middle of a month, several at once, and what is no such list."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.evidence.meters.files import utc, written

from adit.evidence.meters.meter import current
from adit.evidence.sources.meter_list import read_meters
from adit.terms.errors import BadInput, BadRows

LIST = """
    meter_id,site_id,class_percent,from,to,power_kw_max
    M-1,hall,0.5,2024-01-01,2024-03-15 14:30,630
    M-2,hall,1,2024-03-15 14:30,,630
    M-3,hall,2,2024-02-01,,
    M-9,other,1,2024-01-01T00:00+03:00,2024-02-01,15.5
"""


def test_a_meter_replaced_within_a_month_is_two_rows_and_two_may_count_at_once(tmp_path: Path):
    meters = read_meters(written(tmp_path, LIST, "meters.csv"), zone="Asia/Irkutsk")
    assert [m.meter_id for m in current(meters, "hall", utc("2024-03-01 00:00"), utc("2024-04-01 00:00"))] == [
        "M-1",
        "M-3",
        "M-2",
    ]
    assert [m.meter_id for m in current(meters, "hall", utc("2024-01-01 00:00"), utc("2024-01-02 00:00"))] == ["M-1"]
    first = meters[0]
    assert (first.class_percent, first.power_w_max) == (Decimal("0.5"), 630_000)
    assert (first.from_s, first.to_s) == (utc("2023-12-31 16:00"), utc("2024-03-15 06:30"))
    assert meters[3].from_s == utc("2023-12-31 21:00")
    assert meters[2].power_w_max is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("0.5,", "zero,", "line 2, class_percent: 'zero' is not a number"),
        ("0.5,", "50,", "line 2, class_percent: 50 is no class of accuracy; classes run from 0.1 to 5"),
        ("0.5,", ",", "line 2, class_percent: the value is missing"),
        (",630\n    M-2", ",-1\n    M-2", "line 2, power_kw_max: -1 is not above zero"),
        ("M-1,hall", ",hall", "line 2, meter_id: the value is missing"),
        (
            "2024-01-01,2024-03-15 14:30",
            "2024-04-01,2024-03-15 14:30",
            "line 2, to: '2024-03-15 14:30' is not after 'from'",
        ),
        (
            "2024-01-01,2024-03-15",
            "soon,2024-03-15",
            "line 2, from: 'soon' is not a day or a time; write it as 2025-05-01",
        ),
    ],
)
def test_a_row_that_is_no_meter_is_told(tmp_path: Path, old: str, new: str, what: str):
    assert old in LIST
    with pytest.raises(BadRows) as refused:
        read_meters(written(tmp_path, LIST.replace(old, new, 1), "meters.csv"))
    assert what in str(refused.value)


def test_one_number_cannot_count_in_two_places_at_once(tmp_path: Path):
    with pytest.raises(BadInput, match="The meter M-3 counts on other and hall at once") as refused:
        read_meters(
            written(tmp_path, LIST.replace("M-9", "M-3").replace("2024-02-01,15.5", "2024-02-02,15.5"), "meters.csv")
        )
    assert "End the first on the day on which the second begins." in refused.value.todo


def test_a_change_of_the_clocks_is_no_moment_to_replace_a_meter(tmp_path: Path):
    text = "meter_id,site_id,class_percent,from,to\nM-1,hall,1,2014-10-26 01:30,"
    with pytest.raises(
        BadRows, match=r"the clocks of Europe/Moscow were changed at '2014-10-26 01:30'; write it with its offset"
    ):
        read_meters(written(tmp_path, text, "meters.csv"), zone="Europe/Moscow")


def test_a_table_without_its_columns_is_refused(tmp_path: Path):
    with pytest.raises(BadInput, match="The columns are missing: class_percent, from, to"):
        read_meters(written(tmp_path, "meter_id,site_id\nM-1,hall", "meters.csv"))
