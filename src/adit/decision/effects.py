"""A population under two laws at once: who wins, who loses, how much, and by which article.

Two laws: two regimes, or one as it was known on two days. The file is read and checked once; both laws decide the same
prepared rows in one statement. A row that either law cannot decide is counted apart, and so is a row that cannot be read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from adit import __version__
from adit.decision.assess import check_columns
from adit.decision.differing import (
    DECIDED,
    KEYS,
    PERIOD,
    Amounts,
    Answers,
    ByArticle,
    ChangedRow,
    Compared,
    Law,
    Side,
    compared_sql,
    later,
    moved_sql,
)
from adit.decision.population import Absent, absent_facts, answerable, judged_sql, undated_sql
from adit.engines.engine import Engine, Relation
from adit.regime.act import Regime
from adit.regime.readers.sql import DIALECTS
from adit.terms.days import Period, months_between
from adit.terms.errors import BadInput, UnknownName
from adit.terms.fields import questions

__all__ = ["Effects", "effects"]

MOST_ROWS = 10  # that are shown; all are written


@dataclass(frozen=True, slots=True)
class Effects:
    """What comes of it: counts, amounts, answers, articles, and the first of the rows that change."""

    a: str
    b: str
    a_status: str
    b_status: str
    a_known: str
    b_known: str
    a_digest: str
    b_digest: str
    months: str
    sums_from: str  # the first month of sums over the year, where it is not January
    then: str  # the months whose law decides on side B, if others
    rows: int
    compared: int
    undecided: int  # on either side
    rejected: int
    other_months: int
    changed: int  # rows of which some answer changes
    changed_subjects: int
    changed_answers: int
    amounts: tuple[Amounts, ...]
    answers: tuple[Answers, ...]
    articles: tuple[ByArticle, ...]
    first: tuple[ChangedRow, ...]
    reasons: tuple[tuple[str, str, int], ...]  # side (a, b, or both for a row that cannot be read), reason, rows
    presumed: Mapping[str, str]
    looked_up: Mapping[str, str]
    adit: str
    engine: str


def effects(
    a: Law,
    b: Law,
    population: Path,
    months: Sequence[Period],
    engine: Engine,
    scratch: Path,
    *,
    then: Sequence[Period] = (),
    asked: Sequence[str] = (),
    name: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Effects:
    """Decide every row of these months under both laws and say what differs.

    With `then`, the same months of another year, side B decides the same facts by the law of those months.
    Without `asked`, every question whose facts the file has on both sides; what one side does not answer, it does not
    say. Works in the empty folder `scratch`; of use to others are `changed` (a line for each answer that changes) and
    `undecided` in it, folders of Parquet. Errors call the population by its `name`, else by its path.
    Raises BadInput for a file that cannot be used, MissingFact for a question asked by name whose facts are no columns,
    NotInForce for months before a regime.
    """
    progress("reading the population")
    source = engine.relation(population)
    where, columns = name or str(population), source.columns
    check_columns(source, where)
    names = _questions(a.regime, b.regime, asked, columns, where)
    years = _years(months, then)
    year = _with_those_before(months, a.regime, b.regime, years)
    dialect = DIALECTS[engine.name]
    left = Side("a", a, names, months, year, dialect)
    right = Side("b", b, names, months, year, dialect, years)
    if any(s.query is not None and s.query.reach for s in (left, right)):
        raise BadInput(
            "Sums over the last months are not compared over a population.",
            todo="Ask for other questions with --ask, or decide each side with adit assess.",
        )
    read = max((left.months, right.months), key=len)
    absent = absent_facts(_needed(left, right), columns, read)
    judged, compared = _decided(engine, scratch, source, left, right, absent, read, months[0].start, progress)
    progress("comparing")
    each = [Compared(engine, compared, left, right, name) for name in names]
    rows = sum(
        engine.rows(f"SELECT count(*) FROM {part} AS c")[0][0] for part in (source.sql, source.unreadable) if part
    )
    [(decided,)] = engine.rows(f"SELECT count(*) FROM {compared} AS c WHERE {DECIDED}")
    [(undecided,)] = engine.rows(f"SELECT count(*) FROM {compared} AS c WHERE NOT ({DECIDED})")
    [(rejected,)] = engine.rows(f"SELECT count(*) FROM {judged} AS j WHERE reason IS NOT NULL")
    some = " OR ".join(c.differs for c in each)
    [(changed, subjects)] = engine.rows(
        f"SELECT count(*), count(DISTINCT subject) FROM {compared} AS c WHERE {DECIDED} AND ({some})"
    )
    articles = tuple(line for c in each for line in c.articles())
    all_rows = " UNION ALL ".join(c.changed_rows(n) for n, c in enumerate(each))
    [(answers,)] = engine.rows(f"SELECT count(*) FROM ({all_rows}) AS r")
    order = "ORDER BY subject, period, n"
    line = "subject, period, question, a, b, because, parted, cites"
    first = engine.rows(f"SELECT {line} FROM ({all_rows}) AS r {order} LIMIT {MOST_ROWS}")
    left_out = _left_out(judged, compared)
    progress("writing")
    engine.write(f"SELECT {line}, change FROM ({all_rows}) AS r {order}", scratch / "changed")
    engine.write(f"SELECT * FROM ({left_out}) AS r ORDER BY subject, period, side", scratch / "undecided")
    reasons = engine.rows(
        f"SELECT side, reason, count(*) AS n FROM ({left_out}) AS r GROUP BY side, reason ORDER BY n DESC, side, reason"
    )
    return Effects(
        a=a.regime.id,
        b=b.regime.id,
        a_status=a.regime.status,
        b_status=b.regime.status,
        a_known=str(a.known or ""),
        b_known=str(b.known or ""),
        a_digest=a.regime.digest,
        b_digest=b.regime.digest,
        months=f"{months[0]}..{months[-1]}",
        sums_from=str(read[0]) if _sums(left, right) and read[0].start.month > 1 else "",
        then=f"{then[0]}..{then[-1]}" if then else "",
        rows=rows,
        compared=decided,
        undecided=undecided,
        rejected=rejected,
        other_months=rows - decided - undecided - rejected,
        changed=changed,
        changed_subjects=subjects,
        changed_answers=answers,
        amounts=tuple(c.amounts() for c in each if c.is_money),
        answers=tuple(line for c in each if not c.is_money for line in c.answers()),
        articles=tuple(sorted(articles, key=lambda x: (-x.rows, names.index(x.question), x.change, x.cites))),
        first=tuple(ChangedRow(*row) for row in first),
        reasons=tuple((str(s), str(r), int(n)) for s, r, n in reasons),
        presumed={n: words for n, (words, _) in absent.presumed.items()},
        looked_up={n: words for n, (words, _) in absent.looked_up.items()},
        adit=__version__,
        engine=engine.name,
    )


# Reading ----------------------------------------------------------------------------------------------------------
def _needed(left: Side, right: Side) -> tuple[str, ...]:
    return tuple(sorted({*left.facts, *right.facts}))


def _sums(left: Side, right: Side) -> bool:
    return any(s.query is not None and s.query.uses_history for s in (left, right))


def _decided(
    engine: Engine,
    scratch: Path,
    source: Relation,
    left: Side,
    right: Side,
    absent: Absent,
    read: Sequence[Period],
    first: date,
    progress: Callable[[str], None],
) -> tuple[str, str]:
    """Read, check and decide: the relations of the rows of the months with what is wrong, and of both answers."""
    needed = _needed(left, right)
    query = left.query or right.query
    assert query is not None, "no question that a side answers"
    union = replace(query, facts=needed, uses_history=_sums(left, right))
    progress("checking every cell")
    head = ", ".join([*KEYS, "reason", *needed])
    undated = ", ".join(["subject", "CAST(NULL AS DATE)", "reason", *("NULL" for _ in needed)])
    engine.write(
        f"SELECT {head} FROM ({judged_sql(source.sql, source.columns, union, read, absent)}) AS j"
        f" UNION ALL SELECT {undated} FROM ({undated_sql(source.sql, source.columns, source.unreadable)}) AS u",
        scratch / "judged",
    )
    judged = engine.stored(scratch / "judged")
    progress("deciding on both sides")
    facts_of = f"{left.relation} AS (SELECT {', '.join([*KEYS, *needed])} FROM {judged} AS j WHERE reason IS NULL)"
    if right.years:
        facts_of += f", {right.relation} AS ({moved_sql(left.relation, needed, right.years)})"
    engine.write(f"WITH {facts_of} {compared_sql(left, right, first)}", scratch / "compared")
    return judged, engine.stored(scratch / "compared")


def _left_out(judged: str, compared: str) -> str:
    """The rows that cannot be read, and those that a side cannot decide, with the reason."""
    parts = [f"SELECT subject, {PERIOD} AS period, 'both' AS side, reason FROM {judged} AS j WHERE reason IS NOT NULL"]
    for s in ("a", "b"):
        parts.append(f"SELECT subject, {PERIOD}, '{s}', problem_{s} FROM {compared} AS c WHERE problem_{s} IS NOT NULL")
    return " UNION ALL ".join(parts)


def _years(months: Sequence[Period], then: Sequence[Period]) -> int:
    """How many years later the law of side B is. Whole years, so that sums over the year stay whole."""
    years = then[0].start.year - months[0].start.year if then else 0
    if then and [later(m, years) for m in months] != list(then):
        raise BadInput(
            f"{then[0]}..{then[-1]} are not the same months as {months[0]}..{months[-1]} of another year.",
            todo="Take the same months of another year: sums over the year are then of the same rows.",
        )
    return years


def _with_those_before(months: Sequence[Period], a: Regime, b: Regime, years: int) -> list[Period]:
    """The months with those before them in the year of which both laws speak, so that both sum over the same."""
    first, *_ = months
    year = months_between(f"{first.start.year}-01..{months[-1]}")
    both = [m for m in year if m.start >= a.first_day and later(m, years).start >= b.first_day]
    return [m for m in year if m in both or m.start >= first.start]


def _questions(a: Regime, b: Regime, asked: Sequence[str], columns: Mapping[str, str], where: str) -> list[str]:
    """The questions asked, or all that one side answers and that no side would need further facts for."""
    if asked:
        for name in asked:
            if name not in a.rules and name not in b.rules:
                raise UnknownName(f"rule or question of {a.id} or {b.id}", name, [*a.rules, *b.rules])
        for regime in (a, b):
            mine = [n for n in asked if n in regime.rules]
            if mine:
                answerable(regime, mine, columns, where)
        return list(dict.fromkeys(asked))
    can = [answerable(regime, (), columns, where) for regime in (a, b)]
    return [
        n
        for n in questions()
        if any(n in found for found in can)
        and all(n in found or n not in regime.rules for found, regime in zip(can, (a, b), strict=True))
    ]
