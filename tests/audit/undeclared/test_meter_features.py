"""Each figure on readings for which the answer can be worked out by hand."""

from datetime import date, timedelta
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from tests.audit.undeclared.meter_files import HOURS, START_MINUTE, row_of

from adit.audit.undeclared.features import FEATURES
from adit.audit.undeclared.scan import FROM, MONTH_OF_DAY

HOUR = np.arange(HOURS)
DAY = HOUR // 24


def test_a_load_that_never_changes():
    row = row_of(np.full(HOURS, 3300))
    assert {name: row[name] for name in ("mean_kw", "floor_kw", "floor_share", "flat_days", "flat_run_days")} == {
        "mean_kw": 3.3, "floor_kw": 3.3, "floor_share": 1.0, "flat_days": 1.0, "flat_run_days": 366,
    }  # fmt: skip
    assert (row["day_change"], row["peak_ratio"], row["still_hours"], row["idle_hours"]) == (0.0, 1.0, 1.0, 0.0)
    assert (row["night_ratio"], row["evening_excess"], row["summer_winter"], row["low_month"]) == (1.0, 0.0, 1.0, 1.0)
    assert (row["hour_share"], row["week_share"], row["step_kw"], row["two_level"], row["switch_kw"]) == (0, 0, 0, 0, 0)
    assert isnan(row["switch_regularity"])  # nothing is switched


def test_the_floor_is_what_it_falls_below_on_one_day_of_five():
    wh = np.full(100 * 24, 1000)
    wh[: 20 * 24 : 24] = 100  # on twenty of a hundred days one hour is lower
    assert row_of(wh)["floor_kw"] == 1.0
    wh[20 * 24] = 100  # and on one more
    assert row_of(wh)["floor_kw"] == 0.1


def test_a_day_is_flat_within_a_quarter_of_its_mean():
    wh = np.full(40 * 24, 1000)
    wh[: 10 * 24] = np.where(HOUR[: 10 * 24] % 2, 1125, 875)  # from 875 to 1125: exactly a quarter
    wh[10 * 24 : 20 * 24] = np.where(HOUR[: 10 * 24] % 2, 1126, 874)
    row = row_of(wh)
    assert (row["flat_days"], row["flat_run_days"]) == (0.75, 20)


def test_a_rhythm_of_the_day_explains_all_of_its_variation():
    row = row_of(np.where(HOUR % 24 < 12, 0, 1000))
    assert row["hour_share"] == pytest.approx(1.0)
    assert row["two_level"] == pytest.approx(1.0)
    assert (row["switch_kw"], row["switch_regularity"], row["idle_hours"]) == (1.0, 1.0, 0.5)


def test_local_time_decides_what_night_is():
    at_night = np.where(HOUR % 24 < 8, 3000, 0)
    assert row_of(at_night)["night_ratio"] == 3.0
    assert row_of(at_night, offset=12 * 60)["night_ratio"] == 0.0
    assert row_of(np.where((HOUR % 24 >= 18) & (HOUR % 24 < 22), 600, 0))["evening_excess"] == 5.0


def test_a_weekend_off_is_explained_by_the_day_of_the_week():
    assert row_of(np.where(DAY % 7 < 5, 1000, 0))["week_share"] == pytest.approx(1.0)
    rng = np.random.default_rng(1)
    assert row_of(rng.integers(0, 1000, HOURS))["week_share"] < 0.05


def test_a_step_has_its_day_and_its_size():
    row = row_of(np.where(DAY >= 100, 3500, 200))
    assert row["step_kw"] == pytest.approx(3.3)
    assert date(1970, 1, 1) + timedelta(int(row["step_day"])) == date(2024, 1, 1) + timedelta(100)
    assert (row["floor_before_kw"], row["floor_after_kw"]) == (0.2, 3.5)
    assert row_of(np.where(DAY < 100, 3500, 200))["step_kw"] == pytest.approx(-3.3)  # what ends is no step up
    noise = row_of(np.random.default_rng(4).integers(100, 900, HOURS))
    assert noise["step_kw"] == 0.0  # a day that parts best there always is; it explains nothing
    assert isnan(noise["step_day"])


def test_days_of_change_and_peaks():
    row = row_of(np.where(DAY % 2, 1500, 500))
    assert row["day_change"] == pytest.approx(1.0)  # 1,000 from day to day, of a mean of 1,000
    assert row_of(np.where(HOUR % 24 == 3, 2400, 0))["peak_ratio"] == 24.0


def test_seasons():
    month = np.array([(date(2024, 1, 1) + timedelta(int(d))).month for d in DAY])
    row = row_of(np.where(np.isin(month, [6, 7, 8]), 500, np.where(np.isin(month, [12, 1, 2]), 1000, 700)))
    assert row["summer_winter"] == 0.5
    assert row["low_month"] == pytest.approx(0.5 / row["mean_kw"])
    assert row["month_07_kw"] == 0.5
    assert isnan(row_of(np.full(60 * 24, 5))["summer_winter"])  # no summer was seen


def test_still_hours_differ_by_less_than_three_percent_of_the_mean():
    wh = np.full(30 * 24, 1000)
    wh[1::2] = 1029  # 29 of a mean of 1,014.5: within 30
    assert row_of(wh)["still_hours"] == 1.0
    wh[1::2] = 1031
    assert row_of(wh)["still_hours"] == 0.0


def test_weather_explains_what_follows_the_cold():
    degrees = 5 - 20 * np.cos(2 * np.pi * np.arange(len(MONTH_OF_DAY)) / 365.25)
    first = (date(2024, 1, 1) - date(1970, 1, 1)).days - FROM
    cold = np.maximum(0, 15 - degrees[first : first + 366])
    row = row_of(np.repeat(np.rint(100 * cold + 500), 24), temperatures=degrees)
    assert row["temperature_share"] == pytest.approx(1.0, abs=1e-4)
    assert row_of(np.random.default_rng(2).integers(0, 900, HOURS), temperatures=degrees)["temperature_share"] < 0.1


def test_a_declared_load_is_taken_off_and_never_below_zero():
    row = row_of(np.where(HOUR % 24 == 19, 4000, 2000), declared=3000)
    assert row["mean_kw"] == pytest.approx(1 / 24)
    assert row["floor_kw"] == 0.0


def test_months_just_below_a_limit():
    month = np.array([(date(2024, 1, 1) + timedelta(int(d))).month for d in DAY])
    hours = np.bincount(month, minlength=13)
    target = np.array([0, *[590] * 6, *[600] * 3, *[100] * 3])  # kWh
    wh = np.array([1000 * target[m] // hours[m] for m in month])
    wh[np.searchsorted(month, range(7, 10))] += 1000  # rounded down above: the limit itself is reached
    row = row_of(wh, limit=600_000)
    assert (row["months_whole"], row["months_under_limit"]) == (12, 6)
    without_a_day = row_of(wh[24:], minutes=START_MINUTE + np.arange(24, HOURS) * 60, limit=600_000)
    assert (without_a_day["months_whole"], without_a_day["months_under_limit"]) == (
        11,
        5,
    )  # a month short of a day meets no limit
    assert row_of(wh)["months_under_limit"] == 0


def test_quarters_of_an_hour_give_the_hours_they_make():
    rng = np.random.default_rng(3)
    quarters = rng.integers(0, 500, 60 * 96)
    hours = quarters.reshape(-1, 4).sum(axis=1)
    fine, whole = row_of(quarters, step=15), row_of(hours)
    assert {n: v for n, v in fine.items() if v == v} == {n: v for n, v in whole.items() if v == v}


def test_a_gap_is_no_zero():
    wh = [1000 if d % 3 else None for d in DAY[: 90 * 24].tolist()]
    row = row_of(wh)
    assert (row["mean_kw"], row["idle_hours"], row["days"], row["gap_hours"]) == (1.0, 0.0, 60, 29 * 24)


def test_every_figure_is_tested_by_name():
    text = Path(__file__).read_text(encoding="utf-8")
    assert len(FEATURES) == 20
    assert [f.name for f in FEATURES if f'"{f.name}"' not in text] == []
