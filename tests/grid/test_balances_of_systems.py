"""The balance of a year equals the System Operator's file, to the digit, from the table and from the hours."""

import csv

import pytest

from adit.evidence.sources.hourly_power import read_hours, year_of
from adit.evidence.sources.tables import shipped
from adit.grid.balance import balances_of, net_imports, summed
from adit.terms.errors import BadInput


@pytest.mark.parametrize("year", range(2015, 2022))
def test_every_balance_equals_the_file_and_the_hours(year: int) -> None:
    hours = read_hours()
    with shipped("electricity_ru/so_ups_annual_balance.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == str(year)]
    found = balances_of(year)
    assert len(rows) == len(found) == 6
    for row, b in zip(rows, found, strict=True):
        assert row["system"] == b.system
        for column in ("consumption_mwh", "generation_mwh", "balance_mwh", "hours_missing"):
            assert int(row[column]) == getattr(b, column)
        assert summed(year_of(hours[b.system], year)) == b


def test_a_year_without_data_says_which_years_there_are() -> None:
    with pytest.raises(BadInput, match=r"There is no balance of 2022; .* holds 2015 to 2021"):
        balances_of(2022)


def test_siberia_imported_in_every_year_to_2020() -> None:
    run = net_imports("Siberia", 2020)
    assert run is not None
    assert (run.first_year, run.last_year, run.least_mwh, run.most_mwh) == (2015, 2020, 450800, 4884279)


@pytest.mark.parametrize(
    ("system", "year", "years"),
    [("North-West", 2020, None), ("Centre", 2020, (2016, 2020)), ("Siberia", 2015, (2015, 2015))],
)
def test_a_run_of_imports_ends_where_a_year_had_a_surplus(
    system: str, year: int, years: tuple[int, int] | None
) -> None:
    run = net_imports(system, year)
    assert (run and (run.first_year, run.last_year)) == years
