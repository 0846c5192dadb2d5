"""A population under one regime: millions of rows decided by one query, the rows that cannot be decided set apart.

A row is one subject in one month. Nothing is guessed: a cell that is empty, unreadable or out of range puts its row into
the rejects with the reason, and so does an earlier month that is missing from a sum.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from adit import __version__
from adit.decision.decide import Receipt
from adit.decision.population import absent_facts, answerable, cells_sql, judged_sql
from adit.regime.act import Regime
from adit.regime.readers.sql import DUCKDB, Query, write_query
from adit.regime.types import Bool, Day, Number, Type
from adit.terms.days import Period, months_between
from adit.terms.errors import BadInput, UnknownName
from adit.terms.fields import facts, questions

__all__ = ["Assessment", "Engine", "Total", "assess"]

EDGES = ("subject", "period")


class Engine(Protocol):
    """What assess asks of an engine: a relation from a file, SQL, and Parquet out."""

    def relation(self, file: Path) -> str: ...
    def columns(self, relation: str) -> dict[str, str]: ...
    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...
    def make(self, name: str, sql: str) -> None: ...
    def write(self, sql: str, file: Path) -> int: ...


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals: a question, the answer counted or the sum, and in how many rows."""

    question: str
    answer: str
    rows: int
    sum: Any


@dataclass(frozen=True, slots=True)
class Assessment:
    """What came of a population: how many rows were decided, how many not, the totals, and what was presumed."""

    regime: str
    status: str
    rows: int
    decided: int
    rejected: int
    other_months: int  # rows of months that were not asked for; those earlier in the year may still count in sums
    totals: tuple[Total, ...]
    presumed: Mapping[str, str]
    looked_up: Mapping[str, str]
    reasons: tuple[tuple[str, int], ...]  # why rows were rejected, most frequent first
    receipt: Receipt


def assess(
    regime: Regime,
    population: Path,
    months: Sequence[Period],
    engine: Engine,
    *,
    asked: Sequence[str] = (),
    out: Path | None = None,
    known: date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Assessment:
    """Decide every row of a Parquet or CSV file whose `period` (a day of the month, or YYYY-MM) lies in `months`.

    Earlier months of the first year are read too where a question sums over the year, and are not answered. Without
    `asked`, the questions whose facts the file has. Writes `decided.parquet` and `rejected.parquet` into `out`, if given.
    Raises BadInput for a file that lacks subject or period, MissingFact for a question asked by name whose facts are not
    columns of the file.
    """
    progress("reading the population")
    source = engine.relation(population)
    columns = engine.columns(source)
    for edge in EDGES:
        if edge not in columns:
            raise BadInput(
                f"There is no column '{edge}'.",
                where=str(population),
                todo="subject names the miner; period is a day of the month or YYYY-MM. The other columns are named as in `adit law fields`.",
            )
    strangers = [c for c in columns if c not in EDGES and c not in facts() and c not in questions()]
    if strangers:
        raise UnknownName("fact", strangers[0], facts(), where=f"{population}, column")
    asked_ = answerable(regime, asked, columns, str(population))
    query = write_query(regime, asked_, months, relation="prepared", known=known)
    if query.uses_history:
        months_read = _from_new_year(months, regime)
        query = write_query(regime, asked_, months_read, relation="prepared", known=known)
    else:
        months_read = list(months)
    absent = absent_facts(query.facts, columns, months_read)
    read = sorted({n for n in (*query.facts, *absent.needs()) if n in columns})
    progress("checking every cell")
    engine.make("cells", cells_sql(source, columns, read, absent))
    engine.make("judged", judged_sql(query, months_read, read, absent))
    kept = ", ".join(["subject", "period_start", *query.facts])
    engine.make("prepared", f"SELECT {kept} FROM judged WHERE reason IS NULL")
    progress("deciding")
    engine.make("answered", query.text)
    engine.make("rejected", _rejected())
    asked_for = f"problem IS NULL AND period_start >= DATE '{months[0].start}'"
    engine.make("decided", f"SELECT {_readable(query)} FROM answered WHERE {asked_for}")
    totals = _totals(engine, query)
    [(rows,)] = engine.rows("SELECT count(*) FROM cells")
    [(decided,)] = engine.rows("SELECT count(*) FROM decided")
    [(rejected,)] = engine.rows("SELECT count(*) FROM rejected")
    reasons = engine.rows("SELECT reason, count(*) FROM rejected GROUP BY reason ORDER BY count(*) DESC, reason")
    if out is not None:
        progress("writing")
        engine.write("SELECT * FROM decided ORDER BY subject, period", out / "decided.parquet")
        engine.write("SELECT * FROM rejected ORDER BY line", out / "rejected.parquet")
    receipt = Receipt(
        __version__,
        regime.id,
        regime.digest,
        regime.status,
        f"{months[0]}..{months[-1]}",
        str(known or ""),
        "",
        DUCKDB.name,
    )
    return Assessment(
        regime=regime.id,
        status=regime.status,
        rows=rows,
        decided=decided,
        rejected=rejected,
        other_months=rows - decided - rejected,
        totals=tuple(totals),
        presumed={n: words for n, (words, _) in absent.presumed.items()},
        looked_up={n: words for n, (words, _) in absent.looked_up.items()},
        reasons=tuple((str(r), int(n)) for r, n in reasons),
        receipt=receipt,
    )


def _from_new_year(months: Sequence[Period], regime: Regime) -> list[Period]:
    """The months, with those before them in the year of the first, as far as the regime reaches."""
    year = months_between(f"{months[0].start.year}-01..{months[-1]}")
    return [m for m in year if m.start >= min(regime.first_day, months[0].start)]


def _rejected() -> str:
    """Rows that cannot be read, and rows that the law cannot decide, each with its line and reason."""
    return (
        "SELECT line, subject, strftime(period_start, '%Y-%m') AS period, reason FROM judged WHERE reason IS NOT NULL"
        " UNION ALL "
        "SELECT j.line, a.subject, strftime(a.period_start, '%Y-%m'), a.problem FROM answered AS a JOIN judged AS j"
        " ON j.subject = a.subject AND j.period_start = a.period_start AND j.reason IS NULL WHERE a.problem IS NOT NULL"
    )


# Answers ----------------------------------------------------------------------------------------------------------
def _readable(query: Query) -> str:
    """Answers as people read them: decimals and dates; with the reason code and its words."""
    selected = ["subject", "strftime(period_start, '%Y-%m') AS period"]
    for q, kind in query.answers.items():
        selected.append(f"{_shown(q, kind)} AS {q}")
        if q in query.branches:
            selected.append(f"{q}__branch")
    return ", ".join(selected)


def _shown(column: str, kind: Type) -> str:
    if isinstance(kind, Number):
        smallest = f"CAST('0.{1:0{kind.places}}' AS DECIMAL({kind.places + 1}, {kind.places}))" if kind.places else ""
        return (
            f"CAST(CAST({column} AS DECIMAL(19, 0)) * {smallest} AS DECIMAL(38, {kind.places}))"
            if kind.places
            else column
        )
    if isinstance(kind, Day):
        return f"(DATE '1970-01-01' + CAST({column} AS INTEGER))"
    return column


def _totals(engine: Engine, query: Query) -> list[Total]:
    """Amounts summed as the dictionary says; other answers counted, the most frequent twenty of each."""
    last = "(SELECT * FROM decided QUALIFY row_number() OVER (PARTITION BY subject, left(period, 4) ORDER BY period DESC) = 1)"
    totals: list[Total] = []
    for q, kind in query.answers.items():
        adds_up = questions()[q].total if q in questions() else ""
        if adds_up:
            [(rows, total)] = engine.rows(
                f"SELECT count({q}), sum({q}) FROM {last if adds_up == 'year' else 'decided'} AS d"
            )
            totals.append(
                Total(q, "sum of the last decided month of each year" if adds_up == "year" else "sum", rows, total)
            )
        else:
            shown = f"CASE WHEN {q} THEN 'yes' ELSE 'no' END" if isinstance(kind, Bool) else f"CAST({q} AS VARCHAR)"
            order = "a" if isinstance(kind, Day) else "count(*) DESC, a"
            said = f"SELECT {shown} AS a, count(*) FROM decided WHERE {q} IS NOT NULL"
            counted = engine.rows(f"{said} GROUP BY a ORDER BY {order} LIMIT 20")
            totals.extend(Total(q, str(a), n, None) for a, n in counted)
        [(silent,)] = engine.rows(f"SELECT count(*) FROM decided WHERE {q} IS NULL")
        if silent:
            totals.append(Total(q, "does not say", silent, None))
    return totals
