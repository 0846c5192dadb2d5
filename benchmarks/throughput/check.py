"""Row by row on a small population: the exact readers against the `case` reader, and how far OpenFisca is off, in roubles."""

import json
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from adit.engines.arrow import columns_of, parquet_batches
from adit.engines.duckdb import DuckDB
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.sql import write_query
from adit.regime.readers.streamed import Decided, open_stream
from adit.regime.types import Number
from adit.terms.fields import presumed
from benchmarks.throughput.dated import QUESTIONS, act
from benchmarks.throughput.engines import facts_of
from benchmarks.throughput.peer_sql import best_sql, source_of
from benchmarks.throughput.population import COLUMNS, MONTHS

__all__ = ["check"]

Row = tuple[Any, ...]
MONEY = [q for q in QUESTIONS if isinstance(act().rules[q].type, Number) and q != "banned_days"]
COUNTS = {q: 10**kind.places for q in MONEY if isinstance(kind := act().rules[q].type, Number)}  # of a rouble


def by_case(file: Path) -> list[Row]:
    """The answers of every row by the case reader, in the order of the file, on both cores."""
    table = pq.read_table(file)
    columns = {name: table.column(name).to_pylist() for name in COLUMNS}
    miners = len(table) // len(MONTHS)
    facts = [{n: columns[n][i] for n in COLUMNS[2:]} for i in range(len(table))]
    histories = [[facts[m * miners + s] for m in range(len(MONTHS))] for s in range(miners)]
    with ProcessPoolExecutor(2) as pool:
        answers = list(pool.map(_of_miner, histories, chunksize=64))
    return [answers[s][m] for m in range(len(MONTHS)) for s in range(miners)]


def _of_miner(history: list[Mapping[str, Any]]) -> list[Row]:
    usual = presumed(["municipality"])
    past: list[Any] = []
    found: list[Row] = []
    for month, facts in zip(MONTHS, history, strict=True):
        evaluation = evaluate(act(), Case(month, {**usual, **facts}, tuple(past)))
        found.append(tuple(evaluation.answer(q) for q in QUESTIONS))
        past.append((month, {**usual, **facts}))
    return found


def by_sql(text: str, period: str) -> list[Row]:
    return DuckDB().rows(f"SELECT {', '.join(QUESTIONS)} FROM ({text}) AS answers ORDER BY {period}, subject")


def by_arrays(file: Path, *, compiled: bool = True) -> list[Row]:
    stream = open_stream(act(), QUESTIONS, MONTHS, columns_of(file), rows=True, compiled=compiled)
    kept: list[Decided] = []
    read = ["subject", "period", *(n for n in stream.facts if n in columns_of(file))]
    stream.run(parquet_batches(file, read), sink=kept.append)
    rows: list[Row] = []
    for batch in kept:
        said = {q: batch.answers[q].tolist() for q in QUESTIONS}
        said["must_register"] = [bool(n) for n in said["must_register"]]
        said["permission"] = [batch.words[n] for n in said["permission"]]
        rows += zip(*said.values(), strict=True)
    return rows


def by_openfisca(file: Path, wide: bool) -> dict[str, Any]:
    from benchmarks.throughput import peer_openfisca

    simulation = peer_openfisca.load(file, wide=wide)
    return {q: np.concatenate([simulation.calculate(q, str(m)) for m in MONTHS]) for q in QUESTIONS}


def check(file: Path, wide: bool) -> dict[str, Any]:
    """Rows compared, cells in which each exact reader differs, and OpenFisca's wrong cells with its largest error."""
    want = by_case(file)
    query = write_query(act(), QUESTIONS, MONTHS, relation=facts_of(source_of(file)))
    found = {
        "arrays": by_arrays(file),
        "sql": by_sql(query.text, "period_start"),
        "sql-by-hand": by_sql(best_sql(source_of(file)), "period"),
    }
    differ = {
        name: sum(a != b for got, wanted in zip(rows, want, strict=True) for a, b in zip(got, wanted, strict=True))
        for name, rows in found.items()
    }
    off: dict[str, Any] = {}
    theirs = by_openfisca(file, wide)
    for q in QUESTIONS:
        exact = [row[QUESTIONS.index(q)] for row in want]
        if q == "permission":
            words = ["excluded", "banned region", "register first", "part of the month", "allowed"]
            off[q] = (int((theirs[q] != np.array([words.index(w) for w in exact])).sum()), 0.0)
        elif q in COUNTS:
            counts = np.rint(theirs[q].astype(np.float64) * COUNTS[q]).astype(np.int64)
            error = np.abs(counts - np.array(exact, np.int64))
            off[q] = (int((error > 0).sum()), float(error.max()) / COUNTS[q])
        else:
            off[q] = (int((theirs[q] != np.array(exact)).sum()), 0.0)
    return {"rows": len(want), "differ": differ, "off": off}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(check(Path(sys.argv[1]), sys.argv[2] == "64")) + "\n")
