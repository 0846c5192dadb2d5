"""Spark on this machine gives what DuckDB and the case reader give: every answer, every reject, every kopeck."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.decision.test_assess import BAD_CELLS, HEADER, changed, stored, write
from tests.engines.runs import JAVA, java, random_population, same_on_both
from tests.engines.runs import MONTHS as ASKED_FOR
from tests.regime.populations import by_case, by_sql, population, write_people
from tests.regime.test_readers_agree import MONTHS, everything

from adit import law
from adit.decision.assess import assess
from adit.engines.duckdb import DuckDB
from adit.engines.engine import open_engine
from adit.engines.spark import Spark
from adit.regime.act import Regime
from adit.regime.readers.periods import quoted
from adit.terms.errors import BadInput

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    with java(), Spark() as engine:
        yield engine


@pytest.mark.parametrize("name", ["everything", *law.names()])
def test_the_sql_reader_gives_what_the_case_reader_gives(name: str, spark: Spark, tmp_path: Path):
    regime: Regime = everything() if name == "everything" else law.load(name)
    months = [m for m in MONTHS if m.start >= regime.first_day]
    rows = population(regime, months, 15, Random(len(name)))
    write_people(regime, rows, tmp_path / "people.parquet")
    people, expected = spark.relation(tmp_path / "people.parquet"), by_case(regime, rows)
    troubled = {n for answers in expected for n, a in answers.items() if isinstance(a, str) and a == "PROBLEM"}
    assert bool(troubled) == (name == "everything")
    # a problem spoils all that is asked with it: what never has one is asked at once, the others one by one
    for questions in [[n for n in regime.rules if n not in troubled], *([n] for n in sorted(troubled))]:
        for row, want, got in zip(rows, expected, by_sql(regime, people, months, questions, spark), strict=True):
            assert got == {k: want[k] for k in got}, (str(row.period), row.facts)


@pytest.mark.parametrize("text", ["it's", "a\\", "\\'; --", "\\n and \\u0041", "", "Шахтёр"])
def test_a_text_is_the_same_literal_everywhere(text: str, spark: Spark):
    with DuckDB() as duckdb:
        for engine in (duckdb, spark):
            assert engine.rows(f"SELECT {quoted(text)}, {quoted(text)} = {quoted(text)}") == [(text, True)]


def test_a_random_population(spark: Spark, tmp_path: Path):
    result = same_on_both(random_population(tmp_path / "p.parquet", 40, seed=11), spark, tmp_path)
    assert result.decided > 50
    assert result.rejected > 5
    assert result.other_months > 0
    assert any(t.sum for t in result.totals)


def test_bad_cells_are_rejected_in_the_same_words(spark: Spark, tmp_path: Path):
    file = tmp_path / "bad.csv"
    good = {"period": "2025-12"}
    rows = [changed(**(good | {"subject": f"bad{i}"} | cells)) for i, (cells, _) in enumerate(BAD_CELLS)]
    rows += [
        changed(subject='a "quoted", name\nin two lines', period="2025-12-31"),
        *[changed(subject="twice", **good)] * 2,
    ]
    with file.open("w", newline="", encoding="utf-8") as f:
        csv.writer(f).writerows([HEADER, *rows])
    result = same_on_both(file, spark, tmp_path)
    assert (result.decided, result.rejected) == (1, len(BAD_CELLS) + 2)
    assert {r for r, _ in result.reasons} == {*(reason for _, reason in BAD_CELLS), "the subject has this month twice"}


def test_typed_columns(spark: Spark, tmp_path: Path):
    days = [datetime(2025, 12, 31, 23, 59, tzinfo=UTC)] * 4 + [datetime(2026, 1, 31, tzinfo=UTC)] * 2
    table = pa.table(
        {
            "subject": pa.array([*range(5), None], pa.int32()),
            "period": pa.array(days, pa.timestamp("us", tz="UTC")),
            "actor": ["company"] * 6,
            "only_mining": [True, False, None, True, True, True],
            "coins_btc": pa.array(
                [Decimal(x) for x in ("1.5", "0.0000000001", "-1", "2", "0", "1")], pa.decimal128(20, 10)
            ),
            "mining_costs_rub": pa.array([1, 2, 3, 18 * 10**18, None, 1], pa.uint64()),
        }
    )
    pq.write_table(table, tmp_path / "p.parquet")
    asked = ("mining_income_rub", "profit_tax_rub")
    result = same_on_both(tmp_path / "p.parquet", spark, tmp_path, *asked)
    assert result.rejected > 2
    # what one engine began, the other ends
    held = stored(tmp_path / "duckdb")
    shutil.rmtree(tmp_path / "duckdb" / "rejected" / "period=2025-12")
    ended = assess(law.load("ru/law"), tmp_path / "p.parquet", ASKED_FOR, spark, tmp_path / "duckdb", asked=asked)
    assert ended == result
    assert stored(tmp_path / "duckdb") == held


@pytest.mark.parametrize(("cells", "decided"), [({}, 1), ({"actor": "x"}, 0), ({"period": "2024-12"}, 0)])
def test_no_rejects_or_nothing_else(cells: dict[str, str], decided: int, spark: Spark, tmp_path: Path):
    file = write(tmp_path, [changed(**{"period": "2025-12"} | cells)])
    result = same_on_both(file, spark, tmp_path, "must_register")
    assert (result.decided, result.rejected + result.other_months) == (decided, 1 - decided)


def test_a_file_that_cannot_be_read(spark: Spark, tmp_path: Path):
    (tmp_path / "x.parquet").write_text("not parquet")
    with pytest.raises(BadInput, match="Check the file"):
        spark.relation(tmp_path / "x.parquet")


def test_a_cluster_needs_a_folder_that_its_workers_see():
    with pytest.raises(BadInput, match=r"cannot see[\s\S]*Pass --out"):
        open_engine("spark", master="spark://127.0.0.1:1")


def test_another_session_is_not_taken_for_the_one_asked_for(spark: Spark, tmp_path: Path):
    with pytest.raises(BadInput, match=r"A session on local\[2\] is already open"):
        open_engine("spark", master="spark://127.0.0.1:1", shared=tmp_path)
    with Spark(session=spark.session) as borrowed:
        assert borrowed.rows("SELECT 1") == [(1,)]
    assert spark.rows("SELECT 1") == [(1,)]


def test_without_java_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(BadInput, match=r"needs Java[\s\S]*Install Java 17"):
        open_engine("spark")


def test_without_pyspark_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    monkeypatch.delitem(sys.modules, "adit.engines.spark")
    with pytest.raises(BadInput, match=r"pyspark[\s\S]*adit\[spark\]"):
        open_engine("spark")


def test_the_command():
    command = [sys.executable, "-c", "from adit.cli.main import run; run()", "assess", "examples/population.csv"]
    words = [*command, "--months", "2025-12", "--ask", "profit_tax_rub", "--ask", "may_mine", "--format", "csv"]
    environment = {**os.environ, **JAVA}
    answers = []
    for engine in ("duckdb", "spark"):
        done = subprocess.run(
            [*words, "--engine", engine], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stderr
        # Java tells of a part of itself that Spark asks for, and of its options, before anyone can tell it to be quiet
        assert [line for line in done.stderr.splitlines() if not re.search("incubator|JDK_JAVA_OPTIONS", line)] == []
        answers.append(done.stdout)
    assert answers[0] == answers[1]
    assert "profit_tax_rub" in answers[0]
