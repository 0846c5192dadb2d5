"""The yearly balance is the sum over the hours, and says how many hours it lacks."""

from datetime import date
from pathlib import Path

import pytest

from adit.engines.duckdb import connect, query
from adit.evidence.sources import balances, tables
from adit.evidence.sources.balances import (
    HOURS_MISSING_MAX,
    latest_complete,
    read_balances,
    recompute_annual_balance,
    write_balances,
)
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import regions


def test_the_shipped_table_is_the_sum_over_the_hourly_file() -> None:
    assert len(read_balances()) == 6 * 7
    assert recompute_annual_balance() == list(read_balances())


def test_writing_the_table_gives_the_shipped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "electricity_ru").mkdir()
    real = tables.shipped
    monkeypatch.setattr(balances, "shipped", lambda name: (tmp_path / name) if "annual" in name else real(name))
    write_balances()
    name = "electricity_ru/so_ups_annual_balance.csv"
    assert (tmp_path / name).read_bytes() == real(name).read_bytes()


def test_siberia_imported_in_every_complete_year() -> None:
    """research/data.md: "Siberia has a surplus" is false for the system as a whole."""
    siberia = [b for b in read_balances() if b.system == "Siberia" and b.year <= 2020]
    assert [round(b.balance_mwh / 1e6, 1) for b in siberia] == [-2.4, -0.5, -3.4, -4.9, -2.9, -2.6]


def test_a_year_with_a_hole_is_not_complete() -> None:
    missing = {(b.system, b.year): b.hours_missing for b in read_balances() if b.hours_missing}
    assert {hours for (_, year), hours in missing.items() if year == 2016} == {47, 48, 49}
    assert {k: v for k, v in missing.items() if k[1] not in (2016, 2021)} == {
        ("Centre", 2019): 1,
        ("South", 2020): 4,
        ("North-West", 2020): 1,
    }
    for b in read_balances():
        assert b.complete == (b.hours_missing <= HOURS_MISSING_MAX) == (b.year not in (2016, 2021))


@pytest.mark.parametrize(
    ("on", "year"), [(date(2025, 5, 1), 2020), (date(2020, 12, 31), 2019), (date(2017, 6, 1), 2015)]
)
def test_the_latest_complete_year_was_over_on_the_day(on: date, year: int) -> None:
    found, reason = latest_complete("Siberia", on)
    assert found is not None
    assert (found.year, reason) == (year, "")


def test_no_year_was_over_before_the_file_begins() -> None:
    assert latest_complete("Urals", date(2015, 7, 1)) == (
        None,
        "no complete year of Urals was over on 2015-07-01; the file begins with 2015",
    )


@pytest.mark.parametrize(
    ("system", "reason"), [("East", "does not cover"), ("isolated", "outside"), ("", "not established")]
)
def test_a_system_without_data_says_why(system: str, reason: str) -> None:
    found, why = latest_complete(system, date(2025, 5, 1))
    assert found is None
    assert reason in why


def test_every_region_has_a_balance_or_a_reason() -> None:
    answers = [latest_complete(r.energy_system, date(2025, 5, 1)) for r in regions().values()]
    assert all((found is None) == bool(reason) for found, reason in answers)
    assert sum(found is not None for found, _ in answers) == 76


def test_an_unknown_system_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"There is no energy system 'Siberian'\.\nDid you mean Siberia\?"):
        latest_complete("Siberian", date(2025, 5, 1))


def test_values_go_into_a_query_beside_its_text() -> None:
    assert query("SELECT $a + 1 AS b, 'x' AS c", {"a": 1}) == [{"b": 2, "c": "x"}]
    with connect(threads=1) as connection:
        query("CREATE TABLE t AS SELECT unnest([3, 1, 2]) AS n", connection=connection)
        assert query("SELECT n FROM t WHERE n > ? ORDER BY n", [1], connection=connection) == [{"n": 2}, {"n": 3}]
        assert query("SELECT current_setting('TimeZone') AS zone", connection=connection) == [{"zone": "UTC"}]


def test_a_file_that_is_not_there_is_a_bad_input() -> None:
    with pytest.raises(BadInput, match=r'No files found .* "none\.parquet"\nCheck the path of the file\.'):
        query("SELECT * FROM read_parquet(?)", ["none.parquet"])
