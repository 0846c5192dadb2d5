"""Do the readers agree? Every regime of the project on a million random rows at the edges, all its rules at once.

    python -m benchmarks.agreement [--rows 1000000] [--only kz/law]

The case reader is the meaning. The sql reader on DuckDB and the arrays reader answer the same rows, and every cell is
compared: answers, branches, and whether the row can be decided. The proof reader is slow on single cases and is held to
a sample. Printed: rows, cells and differences by regime; exit 1 if there is any difference.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from adit import law
from adit.engines.duckdb import DuckDB
from adit.regime.act import Regime
from adit.regime.edges import edge_values
from adit.regime.readers import proof
from adit.regime.readers.arrays import ABSENT, Kernel, write_kernel
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.sql import write_query
from adit.regime.types import Word
from adit.regime.values import NEVER
from adit.terms.days import Period, months_between
from adit.terms.errors import Conflict, NotInForce
from adit.terms.fields import Field, facts

Ints = npt.NDArray[np.int64]
MONTHS_OF_A_SUBJECT = 12
PROVED = 40  # rows of the sample for the proof reader
PROBLEM = np.iinfo(np.int64).min + 1  # a cell that cannot be decided


@dataclass(frozen=True)
class Rows:
    """Random rows: a number or code for each fact (ABSENT: not given), the subject and the index of the month."""

    months: list[Period]
    columns: dict[str, Ints]
    subject: Ints
    period: Ints

    def __len__(self) -> int:
        return len(self.subject)


# Making rows ------------------------------------------------------------------------------------------------------
def months_of(regime: Regime) -> list[Period]:
    """The months of the two years in which most values of the act begin, from its first day on."""
    begun = Counter(
        row.first.year
        for value in regime.values.values()
        for row in value.rows
        if row.status in regime.counts and regime.first_day <= row.first < NEVER
    )
    years = sorted([y for y, _ in begun.most_common(2)] or [regime.first_day.year])
    every = [m for year in years for m in months_between(f"{year}-01..{year}-12")]
    return [m for m in every if m.start >= regime.first_day]


def random_rows(regime: Regime, kernel: Kernel, months: list[Period], count: int, seed: int) -> Rows:
    """Rows in the order of subject and month; each fact at an edge of the act or, a third of the numbers, anywhere."""
    rng = np.random.default_rng(seed)
    each = min(MONTHS_OF_A_SUBJECT, len(months))
    n = count // each
    subject = np.repeat(np.arange(n), each)
    picked = np.argsort(rng.random((n, len(months))), axis=1)[:, :each]
    period = np.sort(picked, axis=1).reshape(-1)
    code = {w: i for i, w in enumerate(kernel.vocabulary)}
    columns = {name: _column(regime, facts()[name], len(subject), code, rng) for name in kernel.facts}
    return Rows(months, columns, subject, period)


def _column(regime: Regime, field: Field, n: int, code: dict[str, int], rng: np.random.Generator) -> Ints:
    edges = [code[e] if isinstance(e, str) else int(e) for e in edge_values(regime, field.name)]
    made = rng.choice(np.array(edges, np.int64), n)
    if field.kind == "number":
        anywhere = np.minimum(10 ** rng.uniform(0, len(str(max(field.high, 1))) - 1, n), field.high).astype(np.int64)
        made = np.where(rng.random(n) < 0.33, np.maximum(anywhere, field.low), made)
    if not field.required:
        made = np.where(rng.random(n) < 0.3, ABSENT, made)
    return made


# The readers ------------------------------------------------------------------------------------------------------
def by_arrays(kernel: Kernel, rows: Rows) -> dict[str, Ints]:
    at = {p: i for i, p in enumerate(kernel.periods)}
    period = np.array([at[m] for m in rows.months], np.int64)[rows.period]
    return kernel.run(rows.columns, period, rows.subject, kernel.memory(int(rows.subject.max()) + 1))


def by_sql(regime: Regime, kernel: Kernel, rows: Rows, folder: Path) -> dict[str, Ints]:
    """The answers of DuckDB over a Parquet file of the rows, as the kernel's codes."""
    starts = np.array([m.start for m in rows.months], "datetime64[D]")
    table: dict[str, Any] = {"subject": rows.subject, "period_start": pa.array(starts[rows.period])}
    for name, column in rows.columns.items():
        absent, kind = column == ABSENT, facts()[name].kind
        if kind == "word":
            table[name] = pa.DictionaryArray.from_arrays(
                pa.array(np.where(absent, 0, column), mask=absent), pa.array(kernel.vocabulary)
            )
        else:
            table[name] = pa.array(column.astype(bool) if kind == "yes or no" else column, mask=absent)
    file = folder / "rows.parquet"
    pq.write_table(pa.table(table), file)
    query = write_query(regime, list(regime.rules), rows.months, relation=f"read_parquet('{file}')")
    words = "[" + ", ".join("'" + w.replace("'", "''") + "'" for w in kernel.vocabulary) + "]"
    shown = [
        f"list_position({words}, {q}) - 1 AS {q}" if isinstance(kind, Word) else f"CAST({q} AS BIGINT) AS {q}"
        for q, kind in query.answers.items()
    ]
    shown += [f"CAST({b}__branch AS BIGINT) AS {b}__branch" for b in query.branches]
    sql = (
        f"SELECT problem IS NOT NULL AS problem, {', '.join(shown)} FROM ({query.text}) ORDER BY subject, period_start"
    )
    found = DuckDB().connection.execute(sql).fetchnumpy()
    return {name: np.ma.filled(np.ma.asarray(column).astype(np.int64), ABSENT) for name, column in found.items()}


def by_case(name: str, rows: Rows, vocabulary: tuple[str, ...]) -> dict[str, Ints]:
    """The answers of the case reader, PROBLEM where a rule cannot be decided; on all cores, by subject."""
    cores = os.cpu_count() or 1
    parts = np.array_split(np.arange(int(rows.subject.max()) + 1), cores * 8)
    bounds = [(np.searchsorted(rows.subject, p[0]), np.searchsorted(rows.subject, p[-1] + 1)) for p in parts if len(p)]
    jobs = [(name, _part(rows, int(a), int(b)), vocabulary) for a, b in bounds]
    with ProcessPoolExecutor(cores) as pool:
        done = list(pool.map(_decided, jobs))
    return {column: np.concatenate([d[column] for d in done]) for column in done[0]}


def _part(rows: Rows, a: int, b: int) -> Rows:
    columns = {name: column[a:b] for name, column in rows.columns.items()}
    return Rows(rows.months, columns, rows.subject[a:b], rows.period[a:b])


def _cases(rows: Rows, vocabulary: tuple[str, ...]) -> Iterator[Case]:
    kinds = {name: facts()[name].kind for name in rows.columns}
    past: list[tuple[Period, dict[str, Any]]] = []
    last = -1
    columns = {name: column.tolist() for name, column in rows.columns.items()}
    for i, (subject, at) in enumerate(zip(rows.subject.tolist(), rows.period.tolist(), strict=True)):
        if subject != last:
            past, last = [], subject
        given: dict[str, Any] = {}
        for name, column in columns.items():
            value = column[i]
            if value != ABSENT:
                kind = kinds[name]
                given[name] = vocabulary[value] if kind == "word" else bool(value) if kind == "yes or no" else value
        yield Case(rows.months[at], given, tuple(past))
        past.append((rows.months[at], given))


def _decided(job: tuple[str, Rows, tuple[str, ...]]) -> dict[str, Ints]:
    name, rows, vocabulary = job
    regime = law.load(name)
    code: dict[Any, int] = {w: i for i, w in enumerate(vocabulary)}
    names = list(regime.rules)
    out = {n: np.full(len(rows), PROBLEM, np.int64) for n in names}
    for i, case in enumerate(_cases(rows, vocabulary)):
        evaluation = evaluate(regime, case)
        for n in names:
            try:
                answer = evaluation.answer(n)
            except (NotInForce, Conflict):
                continue
            out[n][i] = ABSENT if answer is None else code[answer] if isinstance(answer, str) else int(answer)
            branch = evaluation.branch(n)
            if branch is not None:
                out.setdefault(f"{n}__branch", np.full(len(rows), PROBLEM, np.int64))[i] = branch
    return out


def sample_by_proof(regime: Regime, rows: Rows, vocabulary: tuple[str, ...], meant: dict[str, Ints]) -> tuple[int, int]:
    """Cells compared and different, of first periods of subjects chosen by chance: the proof reader has no history."""
    firsts = np.flatnonzero(np.diff(rows.subject, prepend=-1))
    cells = wrong = 0
    code: dict[Any, int] = {w: i for i, w in enumerate(vocabulary)}
    for i in Random(1).sample(firsts.tolist(), min(PROVED, len(firsts))):
        [case] = list(_cases(_part(rows, i, i + 1), vocabulary))
        for name in regime.rules:
            value, problem = proof.value_of(regime, name, case.period, case.facts)
            told = PROBLEM if problem else ABSENT if value is None else code.get(value, value)
            cells += 1
            wrong += int(told) != int(meant[name][i])
    return cells, wrong


# Comparing --------------------------------------------------------------------------------------------------------
def compared(name: str, count: int, seed: int) -> tuple[str, int, int, int, int, float]:
    """Regime, rows, cells of sql and arrays compared, different, sample of proof, seconds."""
    start = time.perf_counter()
    regime = law.load(name)
    months = months_of(regime)
    kernel = write_kernel(regime, list(regime.rules), months)
    rows = random_rows(regime, kernel, months, count, seed)
    meant = by_case(name, rows, kernel.vocabulary)
    undecided = np.zeros(len(rows), bool)
    for rule in regime.rules:
        undecided |= meant[rule] == PROBLEM
    cells = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        readers = {"arrays": by_arrays(kernel, rows), "sql": by_sql(regime, kernel, rows, Path(folder))}
    for reader, found in readers.items():
        for column, values in found.items():
            expected = undecided if column == "problem" else meant[column]
            different = ((values != 0) != expected) if column == "problem" else (values != expected) & ~undecided
            cells += len(rows)
            if different.any():
                wrong += int(different.sum())
                i = int(np.flatnonzero(different)[0])
                sys.stderr.write(f"{name} {reader} {column}: {values[i]} instead of {expected[i]} in row {i}\n")
    sampled, off = sample_by_proof(regime, rows, kernel.vocabulary, meant)
    return name, len(rows), cells, wrong + off, sampled, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="a regime; may be given many times")
    options = parser.parse_args()
    print(
        "| regime | rows | cells of sql and arrays | cells of proof | different | seconds |\n|---|---|---|---|---|---|"
    )
    different = 0
    for name in options.only or law.names():
        regime, rows, cells, wrong, sampled, seconds = compared(name, options.rows, options.seed)
        different += wrong
        print(f"| {regime} | {rows:,} | {cells:,} | {sampled:,} | {wrong:,} | {seconds:.0f} |", flush=True)
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
