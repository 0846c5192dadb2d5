"""Random populations at the edges, and both readers run over them."""

from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from adit.engines.duckdb import DuckDB
from adit.regime.act import Regime
from adit.regime.edges import random_facts
from adit.regime.readers.arrays import ABSENT, write_kernel
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.sql import write_query
from adit.regime.types import Bool, Word
from adit.terms.days import Period
from adit.terms.errors import Conflict, NotInForce
from adit.terms.fields import facts

COLUMN = {"number": "BIGINT", "yes or no": "BOOLEAN", "word": "VARCHAR", "day": "BIGINT"}


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


def by_sql(
    regime: Regime, rows: list[Row], months: list[Period], question: str, engine: DuckDB
) -> list[dict[str, Any]]:
    """Answers and branches of one question by the SQL reader, in the order of the rows."""
    names = sorted(frozenset().union(*(r.facts for r in regime.rules.values())))
    columns = ", ".join(f"{n} {COLUMN[facts()[n].kind]}" for n in names)
    engine.rows(
        f"CREATE OR REPLACE TEMP TABLE people (n INTEGER, subject INTEGER, period_start DATE{', ' if names else ''}{columns})"
    )
    marks = ", ".join("?" * (len(names) + 3))
    engine.connection.executemany(
        f"INSERT INTO people VALUES ({marks})",
        [(i, r.subject, r.period.start, *(r.facts.get(n) for n in names)) for i, r in enumerate(rows)],
    )
    query = write_query(regime, [question], months, relation="people")
    found = engine.rows(f"SELECT a.* FROM ({query.text}) AS a JOIN people USING (subject, period_start) ORDER BY n")
    header = ["subject", "period_start", "problem", question, *(f"{b}__branch" for b in query.branches)]
    results = []
    for line in found:
        cells = dict(zip(header, line, strict=True))
        results.append({question: "PROBLEM"} if cells["problem"] else {k: cells[k] for k in header[3:]})
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
