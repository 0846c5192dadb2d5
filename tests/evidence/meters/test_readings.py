"""Files of readings as they come, whole: what is read, what is left out, and what is said of each row."""

import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.evidence.meters.files import NOW, checked, rows, told, utc, written
from xlsxwriter import Workbook

from adit.evidence.meters.columns import How
from adit.evidence.meters.findings import Finding, Report
from adit.evidence.meters.meter import Meter
from adit.evidence.sources.readings import check_readings, read_readings, stored_readings
from adit.terms.errors import BadInput, Unavailable

LONDON = Path(__file__).parents[2] / "data" / "meters" / "london_mac000002_2012-12.csv"


# Real readings ----------------------------------------------------------------------------------------------------
def test_a_real_household_is_read_to_the_watt_hour_with_its_gap_and_its_null():
    readings, found = checked(LONDON, length_s=1800)
    assert (readings.meters, len(readings)) == (("MAC000002",), 527)
    assert readings.energy_wh.sum() == 133_290
    assert told(found) == [
        ("no-energy", 507, "Null"),
        ("gap", 127, "2012-12-11T15:00Z to 2012-12-11T15:30Z 0.117 kWh"),
    ]
    [summary] = found.meters
    assert (summary.gaps, summary.covered_s, summary.end_s - summary.start_s) == (1, 527 * 1800, 528 * 1800)
    assert found.files[0].columns.unit_from == "the name 'energy_kwh'"


def test_the_same_household_as_parquet_of_floats_and_of_text_gives_the_same(tmp_path: Path):
    as_text = pq_of(
        tmp_path / "text.parquet",
        "SELECT LCLid, start_utc, energy_kwh",
        f"FROM read_csv('{LONDON}', all_varchar = true)",
    )
    typed = (
        "SELECT LCLid, CAST(start_utc AS TIMESTAMP) AS start_utc, CAST(nullif(energy_kwh, 'Null') AS {}) AS energy_kwh"
    )
    source = f"FROM read_csv('{LONDON}', all_varchar = true)"
    first, _ = checked(LONDON, length_s=1800)
    for file in (
        as_text,
        *(
            pq_of(tmp_path / f"{kind[:4]}.parquet", typed.format(kind), source)
            for kind in ("FLOAT", "DOUBLE", "DECIMAL(18, 3)")
        ),
    ):
        other, found = checked(file, length_s=1800)
        assert rows(other) == rows(first), file
        assert found.report.counts == {"no-energy": 1, "gap": 1}


def pq_of(file: Path, select: str, source: str = "") -> Path:
    duckdb.execute(f"COPY ({select} {source}) TO '{file}' (FORMAT parquet)")
    return file


# Layouts ----------------------------------------------------------------------------------------------------------
RUSSIAN = """
    Номер счётчика;Начало;Конец;Расход, кВт·ч
    М-17;26.10.2014 00:00;26.10.2014 01:00;12,5
    М-17;26.10.2014 01:00;26.10.2014 02:00;12,5
    М-17;26.10.2014 01:00;26.10.2014 02:00;11,25
    М-17;26.10.2014 02:00;26.10.2014 03:00;"10"
"""
MOSCOW = [
    ("М-17", "2014-10-25 20:00", "2014-10-25 21:00", 12_500),
    ("М-17", "2014-10-25 21:00", "2014-10-25 22:00", 12_500),
    ("М-17", "2014-10-25 22:00", "2014-10-25 23:00", 11_250),
    ("М-17", "2014-10-25 23:00", "2014-10-26 00:00", 10_000),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_russian_export_across_the_change_of_2014(tmp_path: Path, encoding: str, delimiter: str):
    file = written(tmp_path, RUSSIAN.replace(";", delimiter), encoding=encoding)
    readings, found = checked(file, zone="Europe/Moscow")
    assert rows(readings) == MOSCOW
    assert found.report.total == 0


def test_the_same_export_as_excel(tmp_path: Path):
    file = tmp_path / "readings.xlsx"
    with Workbook(file) as book:
        sheet, moment = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        lines = [line.strip().replace('"', "").split(";") for line in RUSSIAN.strip().splitlines()]
        sheet.write_row(0, 0, lines[0])
        for n, (meter, *times, energy) in enumerate(lines[1:], start=1):
            sheet.write(n, 0, meter)
            for column, text in enumerate(times, start=1):
                sheet.write_datetime(n, column, datetime.strptime(text, "%d.%m.%Y %H:%M"), moment)  # noqa: DTZ007
            sheet.write_number(n, 3, float(energy.replace(",", ".")))
    assert rows(checked(file, zone="Europe/Moscow")[0]) == MOSCOW


def test_a_cell_of_excel_that_is_no_number_is_told(tmp_path: Path):
    file = tmp_path / "readings.xlsx"
    with Workbook(file) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["meter", "start_utc", "end_utc", "kwh"])
        for n in range(1, 5):
            sheet.write_row(n, 0, ["M-1", f"2024-01-01 0{n}:00", f"2024-01-01 0{n + 1}:00", 1.5])
        sheet.write_datetime(1, 3, datetime(2024, 1, 1), day)  # noqa: DTZ001
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        sheet.write_string(3, 3, "=cmd|' /C calc'!A0")
    readings, found = checked(file)
    assert len(readings) == 1
    assert told(found) == [("row", 3, ""), ("not-a-number", 2, "2024-01-01"), ("formula", 4, "=cmd|' /C calc'!A0")]


def test_a_day_and_a_time_of_day_in_two_columns_and_a_register(tmp_path: Path):
    file = written(tmp_path, """
        Прибор учёта;Дата;Время;Показания, кВт*ч
        М-1;01.03.2024;00:00;100,5
        М-1;02.03.2024;00:00;148,5
        М-1;03.03.2024;00:00;3,0
        М-1;04.03.2024;00:00;13,25
    """)  # fmt: skip
    readings, found = checked(file, zone="Asia/Irkutsk")
    assert rows(readings) == [
        ("М-1", "2024-02-29 16:00", "2024-03-01 16:00", 48_000),
        ("М-1", "2024-03-02 16:00", "2024-03-03 16:00", 10_250),
    ]
    assert [(f.kind, f.row, f.what.partition(": ")[2]) for f in found.report.findings if f.kind == "reset"] == [
        ("reset", 4, "what was used in between is not known: 148.500 kWh, then 3 kWh")
    ]


def test_a_register_rolls_over_where_that_is_said(tmp_path: Path):
    file = written(tmp_path, """
        meter,timestamp,register_kwh
        M-1,2024-01-01T00:00Z,99990
        M-1,2024-01-02T00:00Z,15.5
    """)  # fmt: skip
    readings, found = checked(file, rollover_wh=100_000_000)
    assert readings.energy_wh.tolist() == [25_500]
    assert found.report.counts == {"rollover": 1}
    assert found.meters[0].left_out == 0


def test_a_wide_table_has_a_gap_where_a_cell_is_empty(tmp_path: Path):
    file = written(tmp_path, """
        timestamp,B-2,B-1
        2024-01-01T00:00+03:00,1.5,2
        2024-01-01T01:00+03:00,,2
        2024-01-01T02:00+03:00,1.5,2
    """)  # fmt: skip
    readings, found = checked(file, wide=True, unit="kwh", length_s=3600)
    assert readings.meters == ("B-1", "B-2")
    assert readings.meter.tolist() == [0, 0, 0, 1, 1]
    assert told(found) == [("no-energy", 3, ""), ("gap", 4, "2023-12-31T23:00Z to 2024-01-01T00:00Z 1.500 kWh")]
    assert [f.column for f in found.report.findings] == ["B-2", "timestamp"]


def test_a_time_that_ends_the_interval(tmp_path: Path):
    file = written(tmp_path, """
        meter,end,kwh
        M-1,2013-10-27 01:00,1
        M-1,2013-10-27 01:00,2
        M-1,2013-10-27 02:00,3
    """)  # fmt: skip
    readings, _ = checked(file, zone="Europe/London", length_s=3600)
    assert rows(readings) == [
        ("M-1", "2013-10-26 23:00", "2013-10-27 00:00", 1000),
        ("M-1", "2013-10-27 00:00", "2013-10-27 01:00", 2000),
        ("M-1", "2013-10-27 01:00", "2013-10-27 02:00", 3000),
    ]


def test_seconds_and_whole_watt_hours_of_parquet_are_taken_as_they_are(tmp_path: Path):
    file = pq_of(tmp_path / "r.parquet", "SELECT ' 42 ' AS meter_id, 1704067200 + 3600 * range AS start_s, 1704070800 + 3600 * range AS end_s, range::INT AS wh FROM range(5)")  # fmt: skip
    readings, found = checked(file)
    assert (readings.meters, readings.energy_wh.tolist(), found.report.total) == (("42",), [0, 1, 2, 3, 4], 0)


def test_a_wide_parquet_in_local_time(tmp_path: Path):
    file = pq_of(tmp_path / "w.parquet", "SELECT TIMESTAMP '2011-03-27 01:00:00' + range * INTERVAL 1 HOUR AS ts, range AS a, 2.5::DOUBLE AS b FROM range(3)")  # fmt: skip
    readings, found = checked(file, zone="Europe/Moscow", wide=True, unit="kwh", length_s=3600)
    assert rows(readings)[:2] == [
        ("a", "2011-03-26 22:00", "2011-03-26 23:00", 0),
        ("a", "2011-03-26 23:00", "2011-03-27 00:00", 2000),
    ]
    assert told(found) == [("skipped-hour", 3, "2011-03-27T02:00 local to 2011-03-27T03:00 local 1 kWh"), ("skipped-hour", 3, "2011-03-27T02:00 local to 2011-03-27T03:00 local 2.500 kWh")]  # fmt: skip


def test_parquet_says_what_a_float_cannot_hold(tmp_path: Path):
    table = pa.table({
        "meter": ["M-1"] * 5, "start_s": [0, 3600, 7200, 10_800, 14_400], "end_s": [3600, 7200, 10_800, 14_400, 18_000],
        "kwh": pa.array([12_345.679, float("nan"), float("inf"), 0.0005, 0.3], pa.float32()),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "f.parquet")
    readings, found = checked(tmp_path / "f.parquet")
    assert readings.energy_wh.tolist() == [12_345_679, 1, 300]
    assert [t[:2] for t in told(found)] == [
        ("not-finite", 3),
        ("not-finite", 4),
        ("not-whole", 5),
        ("imprecise", 2),
        ("gap", 5),
    ]


def test_a_time_of_parquet_that_is_no_whole_second_is_told(tmp_path: Path):
    file = pq_of(tmp_path / "t.parquet", "SELECT 'M-1' AS meter, t AS start_utc, 1 AS kwh FROM (VALUES (TIMESTAMP '2024-01-01 00:00:00.5'), (NULL), (TIMESTAMP '2024-01-01 01:00:00')) v(t)")  # fmt: skip
    readings, found = checked(file, length_s=3600)
    assert len(readings) == 1
    assert told(found) == [("not-a-time", 2, "2024-01-01 00:00:00.5"), ("not-a-time", 3, "")]


def test_parquet_that_is_damaged_inside_is_refused(tmp_path: Path):
    file = pq_of(tmp_path / "d.parquet", "SELECT 'M-1' AS meter, range * 60 AS start_s, range * 60 + 60 AS end_s, hash(range) % 1000 AS wh FROM range(50000)")  # fmt: skip
    held = bytearray(file.read_bytes())
    held[1000:40_000] = b"\xff" * 39_000
    file.write_bytes(held)
    with pytest.raises(BadInput, match="This is not Parquet that can be read"):
        checked(file)


def test_a_disk_without_room_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise duckdb.IOException('Could not write file "stage": No space left on device')

    monkeypatch.setattr("adit.evidence.sources.reading_stage.Stage.add", full)
    with pytest.raises(Unavailable, match="There is no room to lay down the rows"):
        checked(LONDON, length_s=1800)


def test_decimals_of_parquet_are_exact_and_what_is_beyond_a_meter_is_told(tmp_path: Path):
    energies = [Decimal("123456789012.345678"), Decimal("99999999999999999999.000000"), Decimal("0.001000"), None]
    table = pa.table({
        "meter": ["M-1"] * 4, "start_s": [0, 10, 20, 30], "end_s": [10, 20, 30, 40], "kwh": pa.array(energies, pa.decimal128(30, 6)),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "d.parquet")
    readings, found = checked(tmp_path / "d.parquet")
    assert readings.energy_wh.tolist() == [123_456_789_012_346, 1]
    assert found.report.counts == {"not-whole": 1, "too-large": 1, "no-energy": 1, "gap": 1}


# What is wrong with rows ------------------------------------------------------------------------------------------
BROKEN = """
    meter,start,end,energy_kwh,recorded_at
    M-1,2024-01-01T00:00Z,2024-01-01T01:00Z,1,
    M-1,2024-01-01T00:00Z,2024-01-01T01:00Z,1,
    M-1,2024-01-01T01:00Z,2024-01-01T02:00Z,1,2024-01-02T00:00Z
    M-1,2024-01-01T01:00Z,2024-01-01T02:00Z,2,2024-01-03T00:00Z
    M-1,2024-01-01T02:00Z,2024-01-01T03:00Z,3,
    M-1,2024-01-01T02:00Z,2024-01-01T03:00Z,4,
    M-1,2024-01-01T03:00Z,2024-01-01T04:00Z,-5,
    M-1,2024-01-01T04:00Z,2024-01-01T04:00Z,6,
    M-1,2024-01-01T04:00Z,2044-01-01T05:00Z,7,
    M-1,2024-01-01T05:00Z,2024-01-01T06:00Z,=1+1,
    M-1,2024-01-01T06:00Z,2024-01-01T07:00Z,NaN,
    M-1,2024-01-01T07:00Z,2024-01-01T08:00Z,eight,
    M-1,2024-13-01T07:00Z,2024-01-01T08:00Z,9,
    ,2024-01-01T07:00Z,2024-01-01T08:00Z,10,
    M-1,2024-01-01T09:00Z,2024-01-01T10:00Z,11

    M-1,2024-01-01T09:00Z,2024-01-01T10:00Z,"1,2",
    M-1,2024-01-01T09:00Z,2024-01-01T10:00Z,"12,
    M-1,2024-01-01T10:00Z,2024-01-01T11:00Z,13,
    M-1,2024-01-01T10:00Z,2024-01-01T12:00Z,14,
    M-1,01/02/2024,2024-01-01T12:00Z,15,
    M-1,2024-01-01T12:00Z,2024-01-01T13:00Z,,
"""


def test_every_row_has_its_reason_and_the_rest_is_read(tmp_path: Path):
    readings, found = checked(written(tmp_path, BROKEN))
    assert readings.energy_wh.tolist() == [1000, 2000, 13_000]
    assert sorted(told(found), key=lambda t: (t[1], t[0])) == [
        ("duplicate", 3, "2024-01-01T00:00Z to 2024-01-01T01:00Z 1 kWh"),
        ("superseded", 4, "2024-01-01T01:00Z to 2024-01-01T02:00Z 1 kWh"),
        ("conflict", 6, "2024-01-01T02:00Z to 2024-01-01T03:00Z 3 kWh"),
        ("conflict", 7, "2024-01-01T02:00Z to 2024-01-01T03:00Z 4 kWh"),
        ("negative", 8, "2024-01-01T03:00Z to 2024-01-01T04:00Z -5 kWh"),
        ("backwards", 9, "2024-01-01T04:00Z 6 kWh"),
        ("future", 10, "2024-01-01T04:00Z to 2044-01-01T05:00Z 7 kWh"),
        ("formula", 11, "=1+1"),
        ("not-finite", 12, "NaN"),
        ("not-a-number", 13, "eight"),
        ("not-a-time", 14, "2024-13-01T07:00Z"),
        ("no-meter", 15, ""),
        ("row", 16, ""),
        ("not-a-number", 18, "1,2"),
        ("row", 19, ""),
        ("gap", 20, "2024-01-01T10:00Z to 2024-01-01T11:00Z 13 kWh"),
        ("overlap", 21, "2024-01-01T10:00Z to 2024-01-01T12:00Z 14 kWh"),
        ("day-or-month", 22, "01/02/2024"),
        ("no-energy", 23, ""),
    ]
    by_row = {f.row: f for f in found.report.findings}
    assert by_row[7].what.endswith(
        "neither is counted: " + f"{tmp_path / 'readings.csv'}, row 6 has 2024-01-01T02:00Z to 2024-01-01T03:00Z 3 kWh"
    )
    assert by_row[16].what == "the row cannot be read: it has 4 cells, the header has 5"
    assert (
        by_row[20].what
        == "there is no reading for a time between readings: 8 hours, 2024-01-01T02:00Z to 2024-01-01T10:00Z"
    )
    assert all(f.column and f.todo and f.file for f in found.report.findings)


def test_one_hour_of_a_doubled_one_is_reported_and_not_guessed(tmp_path: Path):
    file = written(tmp_path, """
        meter,start,kwh
        M-1,2014-10-26 00:00,1
        M-1,2014-10-26 01:00,2
        M-1,2014-10-26 02:00,3
    """)  # fmt: skip
    readings, found = checked(file, zone="Europe/Moscow", length_s=3600)
    assert readings.energy_wh.tolist() == [1000, 3000]
    assert [t[:2] for t in told(found)] == [("ambiguous-hour", 3), ("gap", 4)]
    assert "2 hours" in list(found.report.findings)[1].what


def test_offsets_that_differ_are_told_and_so_is_one_that_is_not_of_the_zone(tmp_path: Path):
    file = written(tmp_path, """
        meter,start,kwh
        M-1,2024-01-01T00:00+03:00,1
        M-1,2024-01-01T01:00+03:00,2
        M-1,2024-01-01T03:00+04:00,3
        M-1,2024-01-01 03:00,4
    """)  # fmt: skip
    readings, found = checked(file, zone="Europe/Moscow", length_s=3600)
    assert [r[1] for r in rows(readings)] == [
        "2023-12-31 21:00",
        "2023-12-31 22:00",
        "2023-12-31 23:00",
        "2024-01-01 00:00",
    ]
    assert told(found) == [("offsets", 0, ""), ("other-offset", 4, "2024-01-01T03:00+04:00")]
    [offsets, _] = found.report.findings
    assert offsets.what.endswith("+03:00 in 2 rows, +04:00 in 1 rows, none in 1 rows")


def test_one_row_without_an_offset_among_others_is_left_out_where_no_zone_is_given(tmp_path: Path):
    file = written(tmp_path, "meter,start,kwh\nM-1,2024-01-01T00:00Z,1\nM-1,2024-01-01 01:00,2")
    readings, found = checked(file, length_s=3600)
    assert (len(readings), told(found)) == (1, [("no-zone", 3, "2024-01-01 01:00")])


def test_two_meters_under_one_number_are_suspected(tmp_path: Path):
    lines = [
        f"M-1,2024-01-{d:02}T{h:02}:00Z,2024-01-{d:02}T{h:02}:59Z,{100 + h + 50 * twin}"
        for twin in (0, 1)
        for d in (1, 2)
        for h in range(24)
    ]
    readings, found = checked(written(tmp_path, "\n".join(["meter,start,end,wh", *lines])))
    assert len(readings) == 0
    assert found.report.counts == {"conflict": 96, "two-meters": 1, "out-of-order": 1}
    assert next(f.what for f in found.report.findings if f.kind == "two-meters").endswith(
        "two meters may have one number: 96 of 96"
    )
    assert next(f.what for f in found.report.findings if f.kind == "out-of-order").endswith(
        "1 time, first at " + f"{tmp_path / 'readings.csv'}, row 50"
    )


def test_two_deliveries_that_overlap_count_once(tmp_path: Path):
    lines = [f"M-1,2024-01-01T{h:02}:00Z,2024-01-01T{h + 1:02}:00Z,{h}" for h in range(20)]
    first = written(tmp_path, "\n".join(["meter,start,end,wh", *lines[:12]]), "first.csv")
    second = written(tmp_path, "\n".join(["meter,start,end,wh", *lines[10:]]), "second.csv")
    readings, found = checked(first, second)
    assert readings.energy_wh.tolist() == list(range(20))
    assert found.report.counts == {"duplicate": 2}


def test_watt_hours_in_a_file_of_kilowatt_hours_are_asked_about(tmp_path: Path):
    lines = [
        f"M-1,2024-01-{1 + n // 24:02}T{n % 24:02}:00Z,{500 + n % 7 if n >= 240 else f'0.50{n % 7}'}"
        for n in range(480)
    ]
    _, found = checked(written(tmp_path, "\n".join(["meter,start,kwh", *lines])), length_s=3600)
    [jump] = found.report.findings
    assert (jump.kind, jump.row) == ("factor-1000", 242)
    assert jump.what.endswith("times") or jump.what.endswith("1,000 times")


# The list of meters -----------------------------------------------------------------------------------------------
def meter(number: str = "M-1", *, begin: str = "2024-01-01 00:00", end: str = "", power: str = "") -> Meter:
    return Meter(number, "site", Decimal(1), utc(begin), utc(end) if end else None, Decimal(power) if power else None)


HOURS = "\n".join(["meter,start,kwh", *(f"M-1,2024-01-01T{h:02}:00Z,{3 if h < 8 else 20}" for h in range(10))])


def test_more_than_the_connection_can_carry_is_told_and_kept(tmp_path: Path):
    readings, found = checked(written(tmp_path, HOURS), length_s=3600, meters=(meter(power="15"),))
    assert len(readings) == 10
    assert [(f.kind, f.row, f.what) for f in found.report.findings] == [
        ("spike", n, "more than the connection can carry: 20.0 kW, the connection has 15 kW") for n in (10, 11)
    ]


def test_a_meter_that_always_exceeds_its_connection_a_thousandfold_is_in_another_unit(tmp_path: Path):
    _, found = checked(written(tmp_path, HOURS), length_s=3600, meters=(meter(power="0.015"),))
    assert found.report.counts == {"unit": 1, "spike": 10}
    assert next(iter(f for f in found.report.findings if f.kind == "unit")).what.endswith(
        "3.0 kW in the middle, the connection has 0.015 kW"
    )


def test_meters_and_days_that_the_list_does_not_have_are_told(tmp_path: Path):
    file = written(tmp_path, HOURS + "\nM-2,2024-01-01T00:00Z,1")
    _, found = checked(file, length_s=3600, meters=(meter(begin="2024-01-01 01:00", end="2024-01-01 09:00"),))
    assert [(f.kind, f.row, f.meter) for f in found.report.findings] == [("unknown-meter", 0, "M-2"), ("outside-dates", 2, "M-1"), ("outside-dates", 11, "M-1")]  # fmt: skip


# Files that are refused -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty."),
        (b"\n\n  \n", "The file is empty."),
        (b"meter,start,kwh\n\0\0\0", "This is no text."),
        (b"meter;" + b"x" * 3_000_000, "A line is longer than a row of a table can be."),
        (b"\xd0\xcf\x11\xe0....", "This is an old Excel file"),
        (b"PK\x03\x04....", "This is no workbook that can be read"),
        (b"PAR1....PAR1", "This is not Parquet that can be read ("),
        (b"meter,start,kwh\nM-1,2024-01-01 00:00,1\n", "Nothing says in which zone the times are: '2024-01-01 00:00'."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(tmp_path: Path, content: bytes, what: str):
    (tmp_path / "bad").write_bytes(content)
    out = tmp_path / "out.parquet"
    with pytest.raises(BadInput) as refused:
        check_readings([tmp_path / "bad"], How(length_s=3600), now_s=NOW, out=out)
    assert what in refused.value.what
    assert refused.value.where
    assert refused.value.todo
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad"]


@pytest.mark.parametrize(
    ("select", "what"),
    [
        (
            "SELECT 1.5::DOUBLE AS meter, 0 AS start_s, 1 AS kwh",
            "The column 'meter' holds DOUBLE, which is no number of a meter.",
        ),
        ("SELECT 'a' AS meter, 0 AS start, 1 AS kwh", "The column 'start' holds INTEGER, which is no time."),
        (
            "SELECT 'a' AS meter, TIMESTAMP '2024-01-01' AS start, 1 AS kwh",
            "Nothing says in which zone the times of 'start' are.",
        ),
        ("SELECT 'a' AS meter, 0 AS start_s, [1] AS kwh", "The column 'kwh' holds INTEGER[], which is no number."),
        ("SELECT 'a' AS meter, 0 AS start_s, true AS kwh", "The column 'kwh' holds BOOLEAN, which is no number."),
    ],
)
def test_a_column_of_parquet_of_a_wrong_type_is_refused(tmp_path: Path, select: str, what: str):
    with pytest.raises(BadInput) as refused:
        checked(pq_of(tmp_path / "bad.parquet", select), length_s=3600)
    assert refused.value.what == what


def test_a_header_alone_and_no_file_at_all(tmp_path: Path):
    readings, found = checked(written(tmp_path, "meter,start_utc,end_utc,kwh"))
    assert (len(readings), found.report.counts) == (0, {"no-rows": 1})
    empty, found = checked(
        pq_of(tmp_path / "e.parquet", "SELECT 'a' AS meter, 0 AS start_s, 1 AS end_s, 1 AS wh LIMIT 0")
    )
    assert (len(empty), found.report.counts) == (0, {"no-rows": 1})
    with pytest.raises(BadInput, match="No such file"):
        checked(tmp_path / "none.csv")


# What comes out ---------------------------------------------------------------------------------------------------
def test_what_is_written_is_read_again_as_it_was(tmp_path: Path):
    out = tmp_path / "out.parquet"
    lines = [f"M-{m},2024-01-01T{h:02}:00Z,{m * 100 + h}" for h in range(20) for m in (10, 9, 2)]
    file = written(tmp_path, "\n".join(["meter,start,wh", *lines]))
    how = How(length_s=3600)
    check_readings([file], how, now_s=NOW, out=out)
    readings, _ = read_readings([file], how, now_s=NOW)
    assert readings.meters == ("M-10", "M-2", "M-9")
    again = list(stored_readings(out, rows=25))
    assert [r.meters for r in again] == [("M-10",), ("M-2",), ("M-9",)]
    assert np.concatenate([r.energy_wh for r in again]).tolist() == readings.energy_wh.tolist()
    [once] = stored_readings(out)
    assert rows(once) == rows(readings)
    same, found = checked(out)
    assert (rows(same), found.report.total) == (rows(readings), 0)
    with pytest.raises(BadInput, match="no file of checked readings"):
        list(stored_readings(pq_of(tmp_path / "x.parquet", "SELECT 1 AS meter")))


def test_the_report_counts_all_keeps_some_and_hands_on_every_one(tmp_path: Path):
    lines = [f"M-1,2024-01-01T00:{n % 60:02}Z,-{n}" for n in range(1, 51)]
    handed: list[Finding] = []
    report = Report(keep=3, sink=handed.append)
    check_readings(
        [written(tmp_path, "\n".join(["meter,start,wh", *lines]))], How(length_s=60), now_s=NOW, report=report
    )
    assert (report.counts["negative"], len(report.kept["negative"]), len(handed)) == (50, 3, 50)
    assert handed[:3] == report.kept["negative"]


@pytest.mark.parametrize("batch", [1, 7, 10_000])
def test_how_many_meters_are_checked_at_once_changes_nothing(
    tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
):
    lines = [f"M-{m},2024-01-01T{h:02}:00Z,{(m * h) % 5 - 1}" for h in range(24) for m in range(12) if (m + h) % 7]
    file = written(tmp_path, "\n".join(["meter,start,wh", *lines]))
    first, one = checked(file, length_s=3600)
    monkeypatch.setattr("adit.evidence.sources.reading_stage.BATCH_ROWS", batch)
    other, several = checked(file, length_s=3600)
    assert rows(first) == rows(other)
    assert (one.meters, one.report.counts) == (several.meters, several.report.counts)


@pytest.mark.slow
def test_memory_is_the_same_for_two_and_for_eight_million_readings(tmp_path: Path):
    """In processes of their own, since the peak of a process never falls. Rows come hour by hour, so that all have to be sorted."""
    program = (
        "import re, sys; from pathlib import Path; from adit.evidence.meters.columns import How; from adit.evidence.sources.readings import check_readings\n"
        "found = check_readings([Path(sys.argv[1])], How(), now_s=1_800_000_000)\n"
        "peak_kb = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]\n"  # getrusage has the parent's
        "print(sum(m.readings for m in found.meters), sum(m.energy_wh for m in found.meters), found.report.total, peak_kb)"
    )
    peaks = []
    for meters in (228, 912):
        file = pq_of(
            tmp_path / f"{meters}.parquet",
            "SELECT 'M-' || lpad(CAST(m AS VARCHAR), 6, '0') AS meter, 1704067200 + h * 3600 AS start_s, 1704070800 + h * 3600 AS end_s, h % 1000 AS wh",
            f"FROM range(8760) a(h), range({meters}) b(m) ORDER BY h, m",
        )
        done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
        readings, energy, wrong, peak_kb = map(int, done.stdout.split())
        assert (readings, wrong) == (meters * 8760, 0)
        assert energy == meters * sum(h % 1000 for h in range(8760))
        peaks.append(peak_kb)
    assert peaks[1] < 900_000
    assert peaks[1] - peaks[0] < 350_000  # six million rows more would take 400 MB in NumPy
