"""A population assessed by two engines and compared, and the Java of Spark started and ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import SparkContext
from tests.decision.test_assess import stored
from tests.regime import populations

from adit import law
from adit.decision.assess import Assessment, assess
from adit.engines.duckdb import DuckDB
from adit.engines.engine import Engine
from adit.terms.days import months_between
from adit.terms.fields import facts

JAVA = {  # for minutes, not hours: the second compiler of Java costs more than it saves
    "SPARK_LOCAL_IP": "127.0.0.1",
    "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
MONTHS = months_between("2025-11..2026-02")


@contextmanager
def java() -> Iterator[None]:
    """Java is started by the first session; it is ended here, by its own id, and not left to the end of the process."""
    before = dict(os.environ)
    os.environ.update(JAVA)
    try:
        yield
    finally:
        gateway = SparkContext._gateway
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.kill()
            gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = None
        for name in JAVA:
            os.environ.pop(name)
        os.environ.update({k: v for k, v in before.items() if k in JAVA})


def random_population(file: Path, subjects: int, seed: int) -> Path:
    """Every fact that ru/law uses, at the edges of its thresholds, as text; what is not known is an empty cell."""
    regime, chance = law.load("ru/law"), Random(seed)
    months = months_between("2025-09..2026-02")
    rows = populations.population(regime, months, subjects, chance)
    names = sorted(frozenset().union(*(r.facts for r in rows)))

    def cell(name: str, value: Any) -> str | None:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return f"{Decimal(value).scaleb(-facts()[name].decimals):f}"
        return value

    columns = {n: [cell(n, r.facts.get(n)) for r in rows] for n in names}
    subject, period = [f"m{r.subject}" for r in rows], [str(r.period) for r in rows]
    pq.write_table(pa.table({"subject": subject, "period": period, **columns}), file)
    return file


def same_on_both(file: Path, spark: Engine, folder: Path, *asked: str, regime: str = "ru/law") -> Assessment:
    """What Spark made of the file, after every cell, count, total and reason was found equal to DuckDB's."""
    with DuckDB() as duckdb:
        expected = assess(law.load(regime), file, MONTHS, duckdb, folder / "duckdb", asked=asked)
    found = assess(law.load(regime), file, MONTHS, spark, folder / "spark", asked=asked)
    assert found == replace(expected, receipt=replace(expected.receipt, engine="spark"))
    for by_spark, by_duckdb in zip(stored(folder / "spark"), stored(folder / "duckdb"), strict=True):
        assert len(by_spark) == len(by_duckdb)
        for one, other in zip(by_spark, by_duckdb, strict=True):
            assert one == other
    return found
