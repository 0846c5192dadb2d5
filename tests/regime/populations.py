"""Random populations at the edges, and both readers run over them."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from adit.engines.engine import Engine, Relation
from adit.regime.act import Regime
from adit.regime.edges import random_facts
from adit.regime.readers.arrays import ABSENT, write_kernel
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.sql import DIALECTS, write_query
from adit.regime.types import Bool, Word
from adit.terms.days import Period
from adit.terms.errors import Conflict, NotInForce
from adit.terms.fields import facts

COLUMN = {"number": pa.int64(), "yes or no": pa.bool_(), "word": pa.string(), "day": pa.int64()}


@dataclass(frozen=True)
class Row:
    subject: int
    period: Period
    facts: dict[str, Any]


def population(regime: Regime, months: list[Period], subjects: int, chance: Random) -> list[Row]:
    """Subjects with some of the months each, in any facts at the edges of the act."""
    names = sorted(frozenset().union(*(r.facts for r in regime.rules.values())))
    rows = []
    for subject in range(subjects):
        for month in sorted(chance.sample(months, chance.randint(1, min(9, len(months))))):
            rows.append(Row(subject, month, random_facts(regime, names, chance)))
    return rows


def by_case(regime: Regime, rows: list[Row]) -> list[dict[str, Any]]:
    """Answers and branches of the case reader; {'problem': ...} where a rule cannot be decided."""
    history: dict[int, list[tuple[Period, dict[str, Any]]]] = {}
    results = []
    for row in rows:
        past = history.setdefault(row.subject, [])
        evaluation = evaluate(regime, Case(row.period, row.facts, tuple(past)))
        past.append((row.period, row.facts))
        answers: dict[str, Any] = {}
        for name in regime.rules:
            try:
                answers[name] = evaluation.answer(name)
            except (NotInForce, Conflict):
                answers[name] = "PROBLEM"
                continue
            branch = evaluation.branch(name)
            if branch is not None:
                answers[f"{name}__branch"] = branch
        results.append(answers)
    return results


def write_people(regime: Regime, rows: list[Row], file: Path) -> None:
    """The rows as a file that an engine reads: facts as rules hold them, and `n`, the place of the row."""
    names = sorted(frozenset().union(*(r.facts for r in regime.rules.values())))
    columns = {
        "n": pa.array(range(len(rows)), pa.int32()),
        "subject": pa.array([r.subject for r in rows], pa.int32()),
        "period_start": pa.array([r.period.start for r in rows], pa.date32()),
    }
    columns |= {n: pa.array([r.facts.get(n) for r in rows], COLUMN[facts()[n].kind]) for n in names}
    pq.write_table(pa.table(columns), file)


def by_sql(
    regime: Regime, people: Relation, months: list[Period], questions: list[str], engine: Engine
) -> list[dict[str, Any]]:
    """Answers and branches by the SQL reader, in the order of the rows; a problem spoils all questions asked."""
    dialect = DIALECTS[engine.name]
    query = write_query(regime, questions, months, relation=people.sql, dialect=dialect, carried=("n",))
    header = [*questions, *(f"{b}__branch" for b in query.branches)]
    results = []
    for cells in engine.rows(f"SELECT problem, {', '.join(header)} FROM ({query.text}) AS a ORDER BY n"):
        problem, *answers = cells
        results.append(dict.fromkeys(questions, "PROBLEM") if problem else dict(zip(header, answers, strict=True)))
    return results


def by_arrays(
    regime: Regime, rows: list[Row], months: list[Period], questions: list[str], *, compiled: bool
) -> list[dict[str, Any]]:
    """Answers and branches by the arrays reader, in two batches that share a memory; a problem spoils all questions asked."""
    kernel = write_kernel(regime, questions, months, compiled=compiled)
    at = {p: i for i, p in enumerate(kernel.periods)}
    code = {w: i for i, w in enumerate(kernel.vocabulary)}

    def cell(row: Row, name: str) -> int:
        value = row.facts.get(name)
        return ABSENT if value is None else code[value] if isinstance(value, str) else int(value)

    memory = kernel.memory(1 + max(r.subject for r in rows))
    results: list[dict[str, Any]] = []
    for batch in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        columns = {n: np.array([cell(r, n) for r in batch], np.int64) for n in kernel.facts}
        periods, subjects = (
            np.array([at[r.period] for r in batch], np.int64),
            np.array([r.subject for r in batch], np.int64),
        )
        out = kernel.run(columns, periods, subjects, memory)
        for i in range(len(batch)):
            answers: dict[str, Any] = {}
            for q in questions:
                answers[q] = (
                    "PROBLEM" if out["problem"][i] else _said(int(out[q][i]), kernel.answers[q], kernel.vocabulary)
                )
                if q in kernel.branches and not out["problem"][i]:
                    answers[f"{q}__branch"] = int(out[f"{q}__branch"][i])
            results.append(answers)
    return results


def _said(count: int, kind: Any, vocabulary: tuple[str, ...]) -> Any:
    if count == ABSENT:
        return None
    return bool(count) if isinstance(kind, Bool) else vocabulary[count] if isinstance(kind, Word) else count
