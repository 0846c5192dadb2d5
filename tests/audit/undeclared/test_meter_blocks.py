"""Readings on their way from Parquet to the table: meters across row groups and files, and files that cannot be scanned."""

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.audit.undeclared.meter_files import HOURS, START_MINUTE, home, row_of, write, write_rows

from adit.audit.undeclared.features import FEATURES, STATUSES
from adit.audit.undeclared.scan import Settings, Table, joined, scan_blocks, scan_span, scan_whole, table_of_rows
from adit.engines import dense
from adit.engines.dense import check_readings, map_spans, series_of, sorted_copy
from adit.terms.errors import BadInput

US = 60_000_000


def scanned(*files, settings: Settings | None = None) -> Table:
    chosen = settings or Settings()
    spans = (span for _, span in map_spans(files, partial(scan_span, settings=chosen)))
    return joined(scan_blocks(spans, chosen))


def same(a: Table, b: Table) -> None:
    assert a.names == b.names
    np.testing.assert_array_equal(a.figures, b.figures)
    np.testing.assert_array_equal(a.side, b.side)
    np.testing.assert_array_equal(a.shapes, b.shapes)


@pytest.fixture(scope="module")
def meters():
    """Meters of different lengths: so that a border falls everywhere."""
    return {f"M{i:02d}": home(i, 24 * (30 + 7 * i)) for i in range(12)}


@pytest.mark.parametrize(
    ("rows", "block", "span"), [(None, 65_536, 4_000_000), (1000, 300, 2000), (700, 65_536, 700), (100_000, 7, 100_000)]
)
def test_the_table_does_not_depend_on_how_the_file_is_cut(meters, rows, block, span, tmp_path, monkeypatch):
    monkeypatch.setattr(dense, "BLOCK_ROWS", block)
    monkeypatch.setattr(dense, "SPAN_ROWS", span)
    table = scanned(write(tmp_path / "a.parquet", meters, rows=rows))
    assert table.names == list(meters)
    for i, wh in enumerate(meters.values()):
        expected = row_of(wh)
        got = dict(zip((f.name for f in FEATURES), table.figures[i].tolist(), strict=True))
        assert {n: v for n, v in got.items() if v == v} == {n: v for n, v in expected.items() if n in got and v == v}


def test_a_meter_may_go_on_in_the_next_file(meters, tmp_path):
    whole = scanned(write(tmp_path / "whole.parquet", meters))
    names = [n for n, wh in meters.items() for _ in wh]
    starts = [(START_MINUTE + 60 * i) * US for wh in meters.values() for i in range(len(wh))]
    values = [int(v) for wh in meters.values() for v in wh]
    cut = len(meters["M00"]) + 100  # in the middle of the second
    a = write_rows(tmp_path / "a.parquet", names[:cut], starts[:cut], values[:cut])
    b = write_rows(tmp_path / "b.parquet", names[cut:], starts[cut:], values[cut:])
    same(scanned(a, b), whole)


def test_what_the_check_of_meters_writes_is_scanned_alike(meters, tmp_path):
    table = pa.table(
        {
            "meter": [n for n, wh in meters.items() for _ in wh],
            "start_s": pa.array(
                [(START_MINUTE + 60 * i) * 60 for wh in meters.values() for i in range(len(wh))], pa.int64()
            ),
            "end_s": pa.array(
                [(START_MINUTE + 60 * (i + 1)) * 60 for wh in meters.values() for i in range(len(wh))], pa.int64()
            ),
            "energy_wh": pa.array([int(v) for wh in meters.values() for v in wh], pa.int64()),
        }
    )
    pq.write_table(table, tmp_path / "checked.parquet")
    same(scanned(tmp_path / "checked.parquet"), scanned(write(tmp_path / "own.parquet", meters)))
    assert series_of([tmp_path / "checked.parquet"], ["M03"])["M03"][0] == (START_MINUTE, int(meters["M03"][0]))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_numbers_for_meters_and_any_unit_of_time(unit, tmp_path):
    start = np.datetime64("2024-01-01", unit) + np.arange(HOURS) * np.timedelta64(3600, "s")
    table = pa.table(
        {
            "meter_id": np.repeat([7, 8], HOURS),
            "start_utc": pa.array(np.tile(start, 2)),
            "energy_wh": pa.array(np.tile(home(1), 2), pa.int16()),
        }
    )
    pq.write_table(table, tmp_path / "numbers.parquet")
    found = scanned(tmp_path / "numbers.parquet")
    assert found.names == ["7", "8"]
    assert found.of("mean_kw").tolist() == [row_of(home(1))["mean_kw"]] * 2


def test_a_known_load_is_taken_off_the_meter_that_has_it(tmp_path):
    file = write(tmp_path / "a.parquet", {"A": [3000] * 24 * 40, "B": [3000] * 24 * 40})
    assert scanned(file, settings=Settings(declared_w={"B": 2500})).of("mean_kw").tolist() == [3.0, 0.5]


def test_bad_readings_concern_their_own_meter(tmp_path):
    fine = home(1, 24 * 40).tolist()
    file = write(
        tmp_path / "a.parquet",
        {"A": fine, "B": [*fine[:50], -3, *fine[51:]], "C": fine[:100], "D": [None] * 960, "E": fine},
    )
    table = scanned(file)
    assert [STATUSES[int(s)] for s in table.of("status")] == [
        "tested",
        "a negative reading",
        "too few whole days",
        "no readings",
        "tested",
    ]
    assert table.figures[0].tolist()[:10] == table.figures[4].tolist()[:10]


def test_a_meter_in_two_places_is_refused_and_sorting_mends_it(tmp_path):
    year, cut = home(4, 24 * 80).tolist(), 24 * 40
    starts = [(START_MINUTE + 60 * i) * US for i in range(len(year))]
    names = ["A"] * cut + ["B"] * cut + ["A"] * cut
    apart = write_rows(
        tmp_path / "apart.parquet",
        names,
        starts[:cut] + starts[:cut] + starts[cut:],
        year[:cut] + year[:cut] + year[cut:],
    )
    with pytest.raises(BadInput, match="The meter A stands in two places") as error:
        scanned(apart)
    assert "--sort" in error.value.todo
    table = scanned(*sorted_copy([apart], tmp_path / "sorted"))
    assert table.names == ["A", "B"]
    assert table.of("mean_kw")[0] == row_of(year)["mean_kw"]


def test_times_that_run_backwards_are_refused(tmp_path):
    starts = [(START_MINUTE + 60 * i) * US for i in range(800)]
    file = write_rows(tmp_path / "a.parquet", ["A"] * 800, starts[::-1], [5] * 800)
    with pytest.raises(BadInput, match="A are not in the order of time") as error:
        scanned(file)
    assert error.value.where == str(file)
    assert scanned(*sorted_copy([file], tmp_path / "sorted")).of("mean_kw").tolist() == [0.005]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"meter_id": ["A"], "energy_wh": [1]}, "There is no column start_utc; the file has meter_id, energy_wh."),
        ({"meter_id": ["A"], "start_utc": ["2024-01-01"], "energy_wh": [1]}, "The column start_utc holds string."),
        (
            {"meter_id": ["A"], "start_utc": [np.datetime64("2024", "us")], "energy_wh": [1.5]},
            "The column energy_wh holds double.",
        ),
        (
            {"meter_id": [1.5], "start_utc": [np.datetime64("2024", "us")], "energy_wh": [1]},
            "The column meter_id holds double.",
        ),
        (
            {"meter_id": ["A"], "start_utc": [np.datetime64("2024", "us")], "energy_kwh": [1.5]},
            "The column energy_kwh is not in watt-hours.",
        ),
        (
            {"meter_id": ["A"], "start_utc": [np.datetime64("2024", "us")], "energy_wh": [1], "energy_kwh": [1.0]},
            "The file counts in two units: energy_wh and energy_kwh.",
        ),
        (
            {
                "meter_id": pa.array([], pa.string()),
                "start_utc": pa.array([], pa.timestamp("us")),
                "energy_wh": pa.array([], pa.int32()),
            },
            "The file has no readings.",
        ),
    ],
)
def test_files_that_hold_something_else(columns, message, tmp_path):
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    with pytest.raises(BadInput) as error:
        check_readings([tmp_path / "x.parquet"])
    assert error.value.what == message
    assert error.value.todo


def test_files_that_are_none(tmp_path):
    (tmp_path / "x.parquet").write_text("meter_id,start_utc,energy_wh\n")
    with pytest.raises(BadInput, match="This is not Parquet"):
        check_readings([tmp_path / "x.parquet"])
    with pytest.raises(BadInput, match="There is no such file"):
        check_readings([tmp_path / "y.parquet"])
    with pytest.raises(BadInput, match="No file of readings is given"):
        check_readings([])


@pytest.mark.parametrize(
    ("name", "start", "wh", "message"),
    [(None, 0, 1, "A row has no meter_id."), ("A", None, 1, "A row has no start_utc.")],
)
def test_rows_without_what_they_need(name, start, wh, message, tmp_path):
    file = write_rows(tmp_path / "x.parquet", [name], [start], [wh])
    with pytest.raises(BadInput) as error:
        scanned(file)
    assert error.value.what == message


def test_a_reading_that_32_bits_cannot_hold(tmp_path):
    table = pa.table({"meter_id": ["A"], "start_utc": pa.array([0], pa.timestamp("us")), "energy_wh": [2**33]})
    pq.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(BadInput, match="above 2,147 MWh"):
        scanned(tmp_path / "x.parquet")


@pytest.mark.slow
def test_spark_gives_what_this_machine_gives(meters, tmp_path):
    from tests.engines.runs import java

    from adit.engines.spark import Spark
    from adit.engines.spark_meters import map_meters

    file = write(tmp_path / "a.parquet", meters)
    other = write(tmp_path / "b.parquet", {"Z": home(99), "Y": [None] * 50}, step=30)
    settings = Settings(offset_minutes=480, declared_w={"M03": 100}, limit_wh=300_000)
    here = scanned(file, other, settings=settings)
    with java(), Spark() as spark:
        rows = map_meters([file, other], partial(scan_whole, settings=settings), spark=spark)
        nameless = write_rows(tmp_path / "c.parquet", [None], [0], [1])
        with pytest.raises(BadInput, match=r"A row has no meter_id\."):
            map_meters([nameless], partial(scan_whole, settings=settings), spark=spark)
    there = table_of_rows(rows)
    order = np.argsort(np.array(here.names))
    assert there.names == [here.names[i] for i in order]
    np.testing.assert_array_equal(there.figures, here.figures[order])
    np.testing.assert_array_equal(there.side, here.side[order])
