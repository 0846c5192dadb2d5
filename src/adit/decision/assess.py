"""A population under one regime: millions of rows decided by one query a year, the rows that cannot be decided set apart.

A row is one subject in one month. Nothing is guessed: a cell that is empty, unreadable or out of range puts its row into
the rejects with the reason, and so does a row whose sum takes in an earlier month that was rejected. A month that the file does not have adds nothing.

A year is decided at once, with the months before it that a sum over the last months needs, and then written month by month. Nothing
but the engine's own buffers is held in memory, and a run that was interrupted goes on with the months that are missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from adit import __version__
from adit.decision.decide import Receipt
from adit.decision.population import absent_facts, answerable, judged_sql, undated_sql
from adit.decision.store import DECIDED, REJECTED, Counts, RunFolder, open_run
from adit.engines.engine import Engine, Relation
from adit.regime.act import Regime
from adit.regime.dates import as_of
from adit.regime.readers.sql import DIALECTS, Query, write_query
from adit.regime.types import NARROW, Bool, Day, Number, Type, Word
from adit.terms.days import Period, months_between
from adit.terms.errors import BadInput, UnknownName
from adit.terms.fields import facts, questions

__all__ = ["Assessment", "Total", "assess", "check_columns"]

EDGES = ("subject", "period")
UNDATED = "unreadable"  # the partition of rows whose period is not a month


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


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same through a run."""

    regime: Regime
    engine: Engine
    source: Relation
    asked: Sequence[str]
    months: Sequence[Period]  # asked for; those before them in the year are read where sums need them
    known: date | None

    def query(self, months: Sequence[Period], relation: str) -> Query:
        return write_query(
            self.regime,
            self.asked,
            months,
            relation=relation,
            dialect=DIALECTS[self.engine.name],
            known=self.known,
            carried=("line", "reason"),
        )


def assess(
    regime: Regime,
    population: Path,
    months: Sequence[Period],
    engine: Engine,
    out: Path,
    *,
    asked: Sequence[str] = (),
    known: date | None = None,
    decided: date | None = None,
    digest: str = "",
    name: str = "",
    fresh: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Assessment:
    """Decide every row of a Parquet or CSV file whose `period` (a day of the month, or YYYY-MM) lies in `months`.

    Earlier months of the first year are read too where a question sums over the year, and are not answered. Without
    `asked`, the questions whose facts the file has. Writes the folders `decided` and `rejected` into `out`, a part for each
    month, and goes on where an interrupted run over the same population (that of this `digest`) stopped; `fresh` drops
    what is there. Errors call the population by its `name`, else by its path.

    Raises BadInput for a file that lacks subject or period and for a folder that holds another run, MissingFact for a
    question asked by name whose facts are not columns of the file.
    """
    if decided is not None and decided < months[-1].start:
        raise BadInput(f"Decided on {decided}, before {months[-1]} began.", todo="Give the later day, or fewer months.")
    regime_digest, regime = regime.digest, as_of(regime, decided=decided)
    progress("reading the population")
    source = engine.relation(population)
    where = name or str(population)
    check_columns(source, where)
    asked_ = answerable(regime, asked, source.columns, where)
    run = _Run(regime, engine, source, asked_, months, known)
    query = run.query(months, "population")
    read = _from_new_year(months, regime) if query.uses_history else list(months)
    absent = absent_facts(query.facts, source.columns, read)
    receipt = Receipt(
        __version__,
        regime.id,
        regime_digest,
        regime.status,
        f"{months[0]}..{months[-1]}",
        str(known or ""),
        str(decided or ""),
        engine.name,
    )
    terms = {
        "adit": __version__,
        "regime": regime.id,
        "regime digest": regime_digest,
        "population digest": digest,
        "months": receipt.period,
        "questions": asked_,
        "known": receipt.known,
        "decided": receipt.decided,
    }
    folder = open_run(out, terms, fresh=fresh)
    if UNDATED not in folder.done:
        _write_undated(run, folder)
    for _, year in groupby(read, key=lambda m: m.start.year):
        _write_year(run, folder, list(year), len(read), progress)
    folder.drop_work()
    progress("adding up")
    n_decided, n_rejected = (sum(getattr(c, o) for c in folder.done.values()) for o in (DECIDED, REJECTED))
    rows = sum(
        engine.rows(f"SELECT count(*) FROM {part} AS p")[0][0] for part in (source.sql, source.unreadable) if part
    )
    return Assessment(
        regime=regime.id,
        status=regime.status,
        rows=rows,
        decided=n_decided,
        rejected=n_rejected,
        other_months=rows - n_decided - n_rejected,
        totals=_totals(engine, query, folder) if n_decided else (),
        presumed={n: words for n, (words, _) in absent.presumed.items()},
        looked_up={n: words for n, (words, _) in absent.looked_up.items()},
        reasons=_reasons(engine, folder) if n_rejected else (),
        receipt=receipt,
    )


def check_columns(source: Relation, where: str) -> None:
    """Raise BadInput for a population without subject or period, UnknownName for a column that is neither fact nor question."""
    for edge in EDGES:
        if edge not in source.columns:
            raise BadInput(
                f"There is no column '{edge}'.",
                where=where,
                todo="subject names the miner; period is a day of the month or YYYY-MM. The other columns are named as in `adit law fields`.",
            )
    strangers = [c for c in source.columns if c not in EDGES and c not in facts() and c not in questions()]
    if strangers:
        raise UnknownName("fact", strangers[0], facts(), where=f"{where}, column")


def _from_new_year(months: Sequence[Period], regime: Regime) -> list[Period]:
    """The months, with those before them in the year of the first, as far as the regime reaches."""
    year = months_between(f"{months[0].start.year}-01..{months[-1]}")
    return [m for m in year if m.start >= min(regime.first_day, months[0].start)]


def _before(month: Period, reach: int, regime: Regime) -> list[Period]:
    """So many months before a month, as far as the regime reaches: what sums over the last months take in."""
    first = month.month - 1 - reach  # counted from the year 0
    earlier = months_between(f"{first // 12:04}-{first % 12 + 1:02}..{month}")[:-1] if reach else []
    return [m for m in earlier if m.start >= regime.first_day]


# Months -----------------------------------------------------------------------------------------------------------
def _write_undated(run: _Run, folder: RunFolder) -> None:
    """The rejects that belong to no month."""
    place = folder.work() / REJECTED
    run.engine.write(f"{undated_sql(run.source.sql, run.source.columns, run.source.unreadable)} ORDER BY line", place)
    [(rejected,)] = run.engine.rows(f"SELECT count(*) FROM {run.engine.stored(place)}")
    folder.publish(UNDATED, {REJECTED: place} if rejected else {}, Counts(0, rejected))


def _write_year(run: _Run, folder: RunFolder, year: list[Period], of: int, progress: Callable[[str], None]) -> None:
    """Decide the rows of a year, and put those of its months in place that are not there yet."""
    missing = [m for m in year if str(m) not in folder.done]
    if not missing:
        return
    progress(f"deciding {year[0].start.year}")
    engine, work = run.engine, folder.work()
    facts_needed = run.query(year, "population")
    read = [*_before(year[0], facts_needed.reach, run.regime), *year]
    absent = absent_facts(facts_needed.facts, run.source.columns, read)
    judged = judged_sql(run.source.sql, run.source.columns, facts_needed, read, absent)
    query = run.query(read, f"({judged})")
    answered = ", ".join(["line", "subject", "COALESCE(reason, problem) AS reason", *_readable(query)])
    outcome = f"CASE WHEN COALESCE(reason, problem) IS NULL THEN '{DECIDED}' ELSE '{REJECTED}' END AS outcome"
    period = "substr(CAST(period_start AS STRING), 1, 7) AS period"
    engine.write(
        f"SELECT {answered}, {outcome}, {period} FROM ({query.text}) AS a WHERE period_start >= DATE '{year[0].start}'",
        work / "year",
        by=("outcome", "period"),
    )
    shown = {
        DECIDED: ("subject, line, " + ", ".join(_names(query)), "subject"),
        REJECTED: ("line, subject, reason", "line"),
    }
    counted = {}
    if any((work / "year").iterdir()):  # where there are no rows, engines write no folder within it
        by_month = f"SELECT outcome, period, count(*) FROM {engine.stored(work / 'year')} GROUP BY outcome, period"
        counted = {(o, p): n for o, p, n in engine.rows(by_month)}
    for month in missing:
        progress(f"writing {month} ({len(folder.done)} of {of})")
        outcomes = (DECIDED, REJECTED) if month.start >= run.months[0].start else (REJECTED,)
        counts = {o: counted.get((o, str(month)), 0) for o in (DECIDED, REJECTED)}
        written: dict[str, Path] = {}
        for o in outcomes:
            if counts[o]:
                part = engine.stored(work / "year" / f"outcome={o}" / f"period={month}")
                columns, order = shown[o]
                written[o] = work / f"{o}-{month}"
                engine.write(f"SELECT {columns} FROM {part} ORDER BY {order}", written[o])
        folder.publish(str(month), written, Counts(counts[DECIDED] if DECIDED in outcomes else 0, counts[REJECTED]))


# Answers ----------------------------------------------------------------------------------------------------------
def _names(query: Query) -> list[str]:
    return [c for q in query.answers for c in ([q, f"{q}__branch"] if q in query.branches else [q])]


def _readable(query: Query) -> list[str]:
    """Answers as people read them: decimals and dates; with the number of the branch that decided."""
    selected: list[str] = []
    for q, kind in query.answers.items():
        selected.append(f"{_shown(q, kind)} AS {q}")
        if q in query.branches:
            selected.append(f"CAST({q}__branch AS INTEGER) AS {q}__branch")
    return selected


def _shown(column: str, kind: Type) -> str:
    match kind:
        case Number(places=places) if places:
            smallest = f"CAST('0.{1:0{places}}' AS DECIMAL({places + 1}, {places}))"
            return f"CAST(CAST({column} AS DECIMAL(19, 0)) * {smallest} AS DECIMAL(38, {places}))"
        case Number():
            return f"CAST({column} AS {'BIGINT' if kind.reach <= NARROW else 'DECIMAL(38, 0)'})"
        case Day():
            return f"(DATE '1970-01-01' + CAST({column} AS INTEGER))"
        case Bool():
            return f"CAST({column} AS BOOLEAN)"
        case Word():
            return f"CAST({column} AS STRING)"


def _totals(engine: Engine, query: Query, folder: RunFolder) -> tuple[Total, ...]:
    """Amounts summed as the dictionary says; other answers counted, the most frequent twenty of each."""
    decided = engine.stored(folder.path(DECIDED))
    adds_up = {q: questions()[q].total if q in questions() else "" for q in query.answers}
    sums = _sums(engine, decided, [q for q, how in adds_up.items() if how == "sum"])
    last = (
        f"(SELECT d.* FROM {decided} AS d JOIN (SELECT subject, max(period) AS period FROM {decided}"
        " GROUP BY subject, substr(period, 1, 4)) AS l ON l.subject = d.subject AND l.period = d.period)"
    )
    sums |= _sums(engine, last, [q for q, how in adds_up.items() if how == "year"])
    counted = {q: _counted(engine, decided, q, kind) for q, kind in query.answers.items() if not adds_up[q]}
    all_rows, said = _said(engine, decided, list(query.answers))
    totals: list[Total] = []
    for q, how in adds_up.items():
        words = "sum of the last decided month of each year" if how == "year" else "sum"
        totals += [Total(q, words, *sums[q])] if how else counted[q]
        if said[q] < all_rows:
            totals.append(Total(q, "does not say", all_rows - said[q], None))
    return tuple(totals)


def _reasons(engine: Engine, folder: RunFolder) -> tuple[tuple[str, int], ...]:
    rejected = engine.stored(folder.path(REJECTED))
    found = engine.rows(f"SELECT reason, count(*) AS n FROM {rejected} GROUP BY reason ORDER BY n DESC, reason")
    return tuple((str(reason), int(n)) for reason, n in found)


def _sums(engine: Engine, relation: str, names: Sequence[str]) -> dict[str, tuple[int, Any]]:
    """In how many rows each column has a value, and what the values come to."""
    if not names:
        return {}
    [found] = engine.rows(f"SELECT {', '.join(f'count({q}), sum({q})' for q in names)} FROM {relation} AS d")
    return {q: (found[2 * i], found[2 * i + 1]) for i, q in enumerate(names)}


def _said(engine: Engine, relation: str, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many rows there are, and in how many each column has a value."""
    [(rows, *said)] = engine.rows(f"SELECT count(*), {', '.join(f'count({q})' for q in names)} FROM {relation} AS d")
    return rows, dict(zip(names, said, strict=True))


def _counted(engine: Engine, relation: str, question: str, kind: Type) -> list[Total]:
    shown = (
        f"CASE WHEN {question} THEN 'yes' ELSE 'no' END" if isinstance(kind, Bool) else f"CAST({question} AS STRING)"
    )
    order = "a" if isinstance(kind, Day) else "n DESC, a"
    said = f"SELECT {shown} AS a, count(*) AS n FROM {relation} AS d WHERE {question} IS NOT NULL"
    return [Total(question, str(a), n, None) for a, n in engine.rows(f"{said} GROUP BY 1 ORDER BY {order} LIMIT 20")]
