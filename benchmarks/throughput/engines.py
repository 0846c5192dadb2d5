"""Each engine of the benchmark: how it gets ready, and what is timed, from a file to the totals of all eight answers.

Every totals has one entry an answer: exact ones in whole counts, OpenFisca's in roubles of floating point.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.throughput.dated import QUESTIONS, act
from benchmarks.throughput.peer_sql import best_sql, scan_sql, source_of
from benchmarks.throughput.population import COLUMNS, MONTHS

__all__ = ["ENGINES", "Totals", "missing"]

Totals = dict[str, Any]
Prepared = Callable[[], Totals]  # the work that is timed
SPARK = "adit.engines.spark"
TOLD = "'allowed', 'register first', 'banned region', 'part of the month', 'excluded'"


def missing(engine: str) -> str:
    """Why an engine cannot run here; empty where it can."""
    if engine == "spark" and find_spec(SPARK) is None:
        return f"there is no {SPARK} in this version"
    if engine == "spark" and find_spec("pyspark") is None:
        return "pyspark is not installed"
    return ""


# DuckDB -----------------------------------------------------------------------------------------------------------
def totals_sql(answers: str) -> str:
    """A query that adds up all the answers of a query, so that none of them can be left out."""
    sums = ", ".join(f"sum({q}) AS {q}" for q in QUESTIONS if q not in ("must_register", "permission"))
    counts = ", ".join(f"count(CASE WHEN permission = {word} THEN 1 END)" for word in TOLD.split(", "))
    return f"SELECT count(CASE WHEN must_register THEN 1 END), {counts}, {sums} FROM ({answers}) AS answers"


def as_totals(row: tuple[Any, ...]) -> Totals:
    words = [w.strip("'") for w in TOLD.split(", ")]
    told = {f"permission {w}": int(n) for w, n in zip(words, row[1:6], strict=True)}
    numbers = [q for q in QUESTIONS if q not in ("must_register", "permission")]
    return {"must_register": int(row[0]), **told, **{q: int(n) for q, n in zip(numbers, row[6:], strict=True)}}


def facts_of(source: str) -> str:
    """The population as the sql reader takes it."""
    return f"(SELECT *, period AS period_start, '' AS municipality FROM {source})"


def sql(file: Path) -> Prepared:
    from adit.engines.duckdb import DuckDB
    from adit.regime.readers.sql import write_query

    engine = DuckDB()
    query = write_query(act(), QUESTIONS, MONTHS, relation=facts_of(source_of(file)))
    return lambda: as_totals(engine.rows(totals_sql(query.text))[0])


def sql_by_hand(file: Path) -> Prepared:
    from adit.engines.duckdb import DuckDB

    engine = DuckDB()
    return lambda: as_totals(engine.rows(totals_sql(best_sql(source_of(file))))[0])


def scan(file: Path) -> Prepared:
    from adit.engines.duckdb import DuckDB

    engine = DuckDB()
    return lambda: {"rows": len(engine.rows(scan_sql(source_of(file))))}


# Spark ------------------------------------------------------------------------------------------------------------
@cache
def _spark() -> Any:
    """One session for the small file and the large one, as a cluster has it."""
    from importlib import import_module

    return import_module(SPARK).Spark("local[2]")


def spark(file: Path) -> Prepared:
    from adit.regime.readers import sql as reader

    engine = _spark()
    source = facts_of(f"parquet.`{file}`")
    query = reader.write_query(act(), QUESTIONS, MONTHS, relation=source, dialect=vars(reader)["SPARK"])
    return lambda: as_totals(engine.rows(totals_sql(query.text))[0])


# The arrays reader ------------------------------------------------------------------------------------------------
def arrays(file: Path) -> Prepared:
    from adit.engines.arrow import parquet_batches

    stream, columns = _stream(file)
    return lambda: _streamed(stream.run(parquet_batches(file, columns)))


def arrays_in_memory(file: Path) -> Prepared:
    from adit.engines.arrow import parquet_batches

    stream, columns = _stream(file)
    batches = list(parquet_batches(file, columns))
    return lambda: _streamed(stream.run(batches))


def read_only(file: Path) -> Prepared:
    from adit.engines.arrow import parquet_batches

    return lambda: {"rows": sum(batch.rows for batch in parquet_batches(file, COLUMNS))}


def _stream(file: Path) -> Any:
    from adit.engines.arrow import columns_of
    from adit.regime.readers.streamed import open_stream

    there = columns_of(file)
    stream = open_stream(act(), QUESTIONS, MONTHS, there)
    return stream, ["subject", "period", *(n for n in stream.facts if n in there)]


def _streamed(done: Any) -> Totals:
    assert done.decided == done.rows, done.reasons
    told = {f"permission {word}": n for word, n in done.counts["permission"].items()}
    return {"must_register": done.counts["must_register"][True], **told, **{q: n for q, (_, n) in done.sums.items()}}


# OpenFisca --------------------------------------------------------------------------------------------------------
def openfisca(wide: bool) -> Callable[[Path], Prepared]:
    def prepare(file: Path) -> Prepared:
        from benchmarks.throughput import peer_openfisca

        return lambda: dict(peer_openfisca.totals(file, wide=wide))

    return prepare


def openfisca_in_memory(wide: bool) -> Callable[[Path], Prepared]:
    def prepare(file: Path) -> Prepared:
        from benchmarks.throughput import peer_openfisca

        simulation = peer_openfisca.load(file, wide=wide)
        return lambda: dict(peer_openfisca.calculate(simulation))

    return prepare


ENGINES: dict[str, Callable[[Path], Prepared]] = {
    "arrays": arrays,
    "sql": sql,
    "sql-by-hand": sql_by_hand,
    "openfisca32": openfisca(False),
    "openfisca64": openfisca(True),
    "spark": spark,
    "scan": scan,
    "read": read_only,
    "arrays-memory": arrays_in_memory,
    "openfisca32-memory": openfisca_in_memory(False),
    "openfisca64-memory": openfisca_in_memory(True),
}
