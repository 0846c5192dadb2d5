"""The throughput benchmark measures engines that agree: on its edge miners, the exact ones give what the case reader gives."""

from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from benchmarks.throughput.check import by_arrays, by_case, by_sql
from benchmarks.throughput.dated import QUESTIONS, act, dated
from benchmarks.throughput.engines import ENGINES, facts_of, missing
from benchmarks.throughput.peer_sql import best_sql, source_of
from benchmarks.throughput.population import COLUMNS, MONTHS, write_population

from adit.regime.check import check
from adit.regime.readers.sql import write_query


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("population") / "small.parquet"
    assert write_population(file, 24 * 400) == 24 * 400
    return file


def test_the_population_is_a_complete_panel_and_the_same_each_time(population: Path, tmp_path: Path):
    table = pq.read_table(population)
    assert tuple(table.column_names) == COLUMNS
    days = table.column("period").to_pylist()
    assert days == [m.start for m in MONTHS for _ in range(400)]
    assert table.column("subject").to_pylist() == [*range(400)] * 24
    write_population(tmp_path / "again.parquet", 24 * 400)
    assert pq.read_table(tmp_path / "again.parquet").equals(table)


def test_the_law_changes_inside_the_data():
    months = dated()
    assert {m.registered for m in months} == {True, False}
    assert {m.profit_percent for m in months} == {20, 25}
    assert {len(m.above_rub) for m in months} == {2, 5}
    assert {sum(m.banned_days) > 0 for m in months} == {True, False}
    assert {m.fixed_fine_rub for m in months} == {0, 40_000}


def test_exact_engines_give_what_the_case_reader_gives(population: Path):
    want = by_case(population)
    query = write_query(act(), QUESTIONS, MONTHS, relation=facts_of(source_of(population)))
    assert by_sql(query.text, "period_start") == want
    assert by_sql(best_sql(source_of(population)), "period") == want
    assert by_arrays(population, compiled=False) == want
    answers = [set(column) for column in zip(*want, strict=True)]
    assert len(answers[QUESTIONS.index("permission")]) == 5
    assert min(answers[QUESTIONS.index("tax_month")]) < 0
    assert max(answers[QUESTIONS.index("fine")]) > 40_000


def test_spark_is_left_out_with_a_reason_where_it_is_not_there():
    assert set(ENGINES) >= {"arrays", "sql", "openfisca32", "openfisca64", "spark"}
    assert missing("arrays") == ""
    assert missing("spark") in ("", "there is no adit.engines.spark in this version", "pyspark is not installed")


@pytest.mark.slow
def test_the_act_of_the_benchmark_is_sound():
    assert check(act(), Random(1)) == []
