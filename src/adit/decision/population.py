"""The cells of a population file as facts: read, presumed or looked up, and what is wrong with each, all in SQL.

The SQL is plain: what every engine reads alike. So a pattern is tried by replacing it and looking whether the text changed,
for that is the one thing with patterns that engines spell alike.

Nothing is guessed and nothing is corrected: a cell that is empty, unreadable or out of range is told, not repaired.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adit.decision.gathering import MONTHLY_SURPLUS, Found, surplus_of_month, surplus_twh
from adit.evidence.sources.prices import mean_quotation
from adit.regime.act import Regime
from adit.regime.readers.sql import Query
from adit.terms.days import Period
from adit.terms.errors import BadInput, MissingFact
from adit.terms.fields import Field, facts, questions
from adit.terms.places import municipalities, regions

__all__ = ["Absent", "absent_facts", "answerable", "judged_sql", "undated_sql"]

YES, NO = ("yes", "true", "1"), ("no", "false", "0")


@dataclass(frozen=True, slots=True)
class Absent:
    """Facts that are no column of the file: in words, and as SQL over the cells."""

    presumed: Mapping[str, tuple[str, str]]
    looked_up: Mapping[str, tuple[str, str]]

    def needs(self) -> tuple[str, ...]:
        """Further facts that looking up rests on."""
        return ("region",) if _BY_REGION & self.looked_up.keys() else ()

    def columns(self) -> list[str]:
        return [f"{sql} AS {name}" for name, (_, sql) in {**self.presumed, **self.looked_up}.items()]


# Which questions, which facts -------------------------------------------------------------------------------------
def answerable(regime: Regime, asked: Sequence[str], columns: Mapping[str, str], where: str) -> list[str]:
    """The questions asked, or all whose facts the file has. Raises MissingFact for a question asked by name."""
    dictionary = facts()

    def known(name: str) -> bool:
        return name in columns or bool(dictionary[name].presumed) or name == "municipality" or name in _LOOKED_UP

    def missing(question: str) -> list[str]:
        return sorted(n for n in regime.required_facts(question) if not known(n))

    for question in asked:
        regime.rule(question)
        if missing(question):
            raise MissingFact(question, missing(question), where=where)
    found = [*asked] or [q for q in questions() if q in regime.rules and not missing(q)]
    if not found:
        raise BadInput(
            f"None of the questions of {regime.id} can be answered from these columns.",
            where=where,
            todo="`adit law show` lists the facts that each rule needs.",
        )
    return found


def absent_facts(needed: Sequence[str], columns: Mapping[str, str], months: Sequence[Period]) -> Absent:
    """For each needed fact that is no column: what is presumed of it, or how it is looked up."""
    presumed: dict[str, tuple[str, str]] = {}
    looked_up: dict[str, tuple[str, str]] = {}
    for name in needed:
        field = facts()[name]
        if name in columns:
            continue
        if name in _LOOKED_UP and (name not in _BY_REGION or "region" in columns):
            looked_up[name] = _LOOKED_UP[name](months)
        elif name == "municipality":
            presumed[name] = ("not stated", "''")
        elif field.presumed:
            presumed[name] = (field.presumed, _presumed_sql(field))
        else:
            presumed[name] = ("not given", f"CAST(NULL AS {_sql_type(field)})")
    return Absent(presumed, looked_up)


def _sql_type(field: Field) -> str:
    return {"number": "BIGINT", "yes or no": "BOOLEAN", "day": "BIGINT"}.get(field.kind, "STRING")


def _presumed_sql(field: Field) -> str:
    match field.kind:
        case "yes or no":
            return "TRUE" if field.presumed == "yes" else "FALSE"
        case "number":
            return f"CAST({int(field.presumed) * 10**field.decimals} AS BIGINT)"
    return f"'{field.presumed}'"


def _quotations(months: Sequence[Period]) -> tuple[str, str]:
    lines = []
    for month in months:
        try:
            lines.append(f"WHEN DATE '{month.start}' THEN {mean_quotation(month).rub_per_btc_kopecks}")
        except BadInput:
            continue  # the month has no open quotation: its rows are rejected with that reason
    sql = f"CASE period_start {' '.join(lines)} END" if lines else "CAST(NULL AS BIGINT)"
    return "mean market quotation of the month", sql


def _surpluses(months: Sequence[Period]) -> tuple[str, str]:
    return "System Operator, last complete year", _by_region(months, surplus_twh)


def _of_month(name: str) -> Callable[[Sequence[Period]], tuple[str, str]]:
    def sql(months: Sequence[Period]) -> tuple[str, str]:
        found = _by_region(months, lambda iso, month: surplus_of_month(name, iso, month))
        return "worked out from the System Operator's hours, that month of the last complete year", found

    return sql


def _by_region(months: Sequence[Period], look_up: Callable[[str, Period], Found | None]) -> str:
    lines = []
    for month in months:
        found = {iso: look_up(iso, month) for iso in regions()}
        by_region = " ".join(f"WHEN '{iso}' THEN {surplus.whole}" for iso, surplus in found.items() if surplus)
        lines.append(f"WHEN DATE '{month.start}' THEN CASE region {by_region} END" if by_region else "")
    return f"CASE period_start {' '.join(lines)} END" if any(lines) else "CAST(NULL AS BIGINT)"


_LOOKED_UP: Mapping[str, Callable[[Sequence[Period]], tuple[str, str]]] = {
    "quotation_rub_per_btc": _quotations,
    "surplus_twh_per_year": _surpluses,
    **{name: _of_month(name) for name in MONTHLY_SURPLUS},
}
_BY_REGION = {"surplus_twh_per_year", *MONTHLY_SURPLUS}


# Cells ------------------------------------------------------------------------------------------------------------
def _cells(source: str, columns: Mapping[str, str], read: Sequence[str]) -> str:
    """Every row with its facts as rules hold them, and in `<fact>__bad` why a cell cannot be read (NULL: it can)."""
    selected = ["line", "CAST(subject AS STRING) AS subject", f"{_period_sql(columns['period'])} AS period_start"]
    for name in read:
        value, bad = _cell(facts()[name], columns)
        selected += [f"{value} AS {name}", f"{bad} AS {name}__bad"]
    return f"SELECT {', '.join(selected)} FROM {source}"


def _period_sql(kind: str) -> str:
    if kind.startswith(("DATE", "TIMESTAMP")):
        return "CAST(date_trunc('month', period) AS DATE)"
    text = "trim(CAST(period AS STRING))"
    first = f"TRY_CAST(CONCAT(substr({text}, 1, 7), '-01') AS DATE)"
    # the day itself has to exist too; what is left of a month or a day is nothing
    day = f"CASE WHEN length({text}) = 7 THEN {first} ELSE TRY_CAST({text} AS DATE) END"
    return f"CASE WHEN regexp_replace({text}, '^[0-9]{{4}}-[0-9]{{2}}(-[0-9]{{2}})?', '') = '' AND {day} IS NOT NULL THEN {first} END"


def _has(text: str, pattern: str) -> str:
    """Whether the text holds the pattern, which matches no empty text."""
    return f"regexp_replace({text}, '{pattern}', '') <> {text}"


def _cell(field: Field, columns: Mapping[str, str]) -> tuple[str, str]:
    """SQL of the cell's value, and of the words for what is wrong with it."""
    name, kind = field.name, columns[field.name]
    text = f"trim(CAST({name} AS STRING))"
    blank = "NULL" if not field.required or name == "municipality" else f"'{name} is missing'"
    problems = [f"WHEN {name} IS NULL OR {text} = '' THEN {blank}"]
    match field.kind:
        case "number" if field.unit == "min" and kind == "VARCHAR":
            value, more = _clock(field, kind, text)
        case "number":
            value, more = _number(field, kind, text)
        case "day":
            value, more = _day(name, kind, text)
        case "yes or no":
            lowered = f"lower({text})"
            value = (
                name
                if kind == "BOOLEAN"
                else f"CASE WHEN {lowered} IN {YES} THEN TRUE WHEN {lowered} IN {NO} THEN FALSE END"
            )
            more = (
                [] if kind == "BOOLEAN" else [f"WHEN {lowered} NOT IN {YES + NO} THEN '{name} is neither yes nor no'"]
            )
        case _ if name == "municipality":
            value, more = _municipality(text, "region" in columns)
        case _:
            value = f"NULLIF({text}, '')"
            more = (
                [f"WHEN {text} NOT IN {_listed(field.words)} THEN '{name} is not one of the known words'"]
                if field.words
                else []
            )
    return value, f"CASE {' '.join(problems + more)} END"


def _day(name: str, kind: str, text: str) -> tuple[str, list[str]]:
    """A day as rules hold it: days since 1970."""
    if kind == "DATE":
        return f"CAST({name} - DATE '1970-01-01' AS BIGINT)", []
    day = f"TRY_CAST({text} AS DATE)"
    wrong = f"regexp_replace({text}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}', '') <> '' OR {day} IS NULL"
    return f"CAST({day} - DATE '1970-01-01' AS BIGINT)", [
        f"WHEN {wrong} THEN '{name} is not a day: write it as 2025-05-01'"
    ]


def _clock(field: Field, kind: str, text: str) -> tuple[str, list[str]]:
    """A clock time, 17:00, or its minutes after midnight."""
    minutes, more = _number(field, kind, text)
    is_clock = f"{text} LIKE '__:__'"
    clock = f"TRY_CAST(substr({text}, 1, 2) AS BIGINT) * 60 + TRY_CAST(substr({text}, 4, 2) AS BIGINT)"
    wrong = f"{clock} IS NULL OR {clock} > {field.high} OR TRY_CAST(substr({text}, 4, 2) AS BIGINT) > 59"
    problems = [f"WHEN {is_clock} THEN CASE WHEN {wrong} THEN '{field.name} is not a clock time' END", *more]
    return f"CASE WHEN {is_clock} THEN {clock} ELSE {minutes} END", problems


def _listed(words: Sequence[str]) -> str:
    return "(" + ", ".join("'" + w.replace("'", "''") + "'" for w in words) + ")"


def _number(field: Field, kind: str, text: str) -> tuple[str, list[str]]:
    if kind in ("DOUBLE", "FLOAT", "REAL"):
        raise BadInput(
            f"The column {field.name} holds {kind}, which cannot hold money or law exactly.",
            todo=f"Write it as DECIMAL(38, {field.decimals}), as whole numbers or as text.",
        )
    typed = _typed_count(field, kind)
    if typed is not None:
        return typed
    exact = f"TRY_CAST({text} AS DECIMAL(27, 10))"  # so wide that the product below fits 38 digits in every engine
    count = f"TRY_CAST({exact} * {10**field.decimals} AS BIGINT)"
    return count, [
        f"WHEN regexp_replace({text}, '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)', '') <> '' THEN '{field.name} is not a number'",
        f"WHEN {_has(text, f'[.][0-9]{{{field.decimals}}}[0-9]*[1-9]')} THEN '{field.name} has more than {field.decimals} decimal places'",
        f"WHEN {exact} < 0 AND {field.low} = 0 THEN '{field.name} is below zero'",
        f"WHEN {count} IS NULL OR {count} NOT BETWEEN {field.low} AND {field.high} THEN '{field.name} is out of range'",
    ]


def _typed_count(field: Field, kind: str) -> tuple[str, list[str]] | None:
    """The same for a column of decimals or whole numbers, which need no reading; None where the type is too wide."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind.replace(" ", ""))
    width, places = (int(decimal[1]), int(decimal[2])) if decimal else (_WHOLE.get(kind, 99), 0)
    if width > 26:
        return None
    scaled = f"CAST({field.name} AS DECIMAL({width}, {places})) * {10**field.decimals}"
    problems = [
        f"WHEN {field.name} < 0 AND {field.low} = 0 THEN '{field.name} is below zero'",
        f"WHEN {scaled} NOT BETWEEN {field.low} AND {field.high} THEN '{field.name} is out of range'",
    ]
    if places > field.decimals:
        rounded = f"round({field.name}, {field.decimals})"
        problems.insert(
            0, f"WHEN {field.name} <> {rounded} THEN '{field.name} has more than {field.decimals} decimal places'"
        )
    return f"TRY_CAST({scaled} AS BIGINT)", problems


_WHOLE = {
    "TINYINT": 3,
    "SMALLINT": 5,
    "INTEGER": 10,
    "BIGINT": 19,
    "UTINYINT": 3,
    "USMALLINT": 5,
    "UINTEGER": 10,
    "UBIGINT": 20,
}


def _municipality(text: str, region_is_column: bool) -> tuple[str, list[str]]:
    """Keys count only in regions that an act divides; there an unknown key is told, never taken for a free place."""
    gazetteers = {
        iso: [m.key for m in municipalities(iso) if m.kind != "settlement"] for iso in regions() if municipalities(iso)
    }
    if not region_is_column:
        return f"COALESCE({text}, '')", []
    value = f"CASE WHEN region IN {_listed([*gazetteers])} THEN COALESCE({text}, '') ELSE '' END"
    return value, [
        f"WHEN region = '{iso}' AND {text} NOT IN {_listed(keys)} THEN 'municipality is not a key of {iso}: see adit law places {iso}'"
        for iso, keys in gazetteers.items()
    ]


# Rows -------------------------------------------------------------------------------------------------------------
NO_SUBJECT = "CASE WHEN subject IS NULL OR subject = '' THEN 'subject is missing' END"


def judged_sql(
    source: str,
    columns: Mapping[str, str],
    query: Query,
    months: Sequence[Period],
    absent: Absent,
) -> str:
    """The rows of these months with their facts, and in `reason` the first reason for which a row cannot be decided.

    A row with a reason has no facts, so that nothing is computed of what cannot be read. `line` is the row's in the file.
    """
    read = sorted({n for n in (*query.facts, *absent.needs()) if n in columns})
    within = f"period_start >= DATE '{months[0].start}' AND period_start < DATE '{months[-1].end}'"
    row_problems = [
        NO_SUBJECT,
        "CASE WHEN count(*) OVER (PARTITION BY subject, period_start) > 1 THEN 'the subject has this month twice' END",
    ]
    cell_problems = [f"{n}__bad" for n in read]
    unknown = [n for n in absent.looked_up if facts()[n].required]
    cell_problems += [f"CASE WHEN {n} IS NULL THEN '{n} is not known for this month' END" for n in unknown]
    head = ", ".join(["line", "subject", "period_start", *query.facts])
    cells = f"SELECT {', '.join(['*', *absent.columns()])} FROM ({_cells(source, columns, read)}) AS c WHERE {within}"
    own = f"SELECT {head}, COALESCE({', '.join(row_problems + cell_problems)}) AS own FROM ({cells}) AS c"
    reasons = ["own"]
    if query.uses_history:
        year = "PARTITION BY subject, year(period_start) ORDER BY period_start ROWS BETWEEN UNBOUNDED PRECEDING"
        reasons.append(_broken(year, "an earlier month of the year was rejected, so sums over the year are not known"))
    if query.reach:
        month = "year(period_start) * 12 + month(period_start)"
        last = f"PARTITION BY subject ORDER BY {month} RANGE BETWEEN {query.reach} PRECEDING"
        reasons.append(_broken(last, "an earlier month was rejected, so sums over the last months are not known"))
    reason = f"COALESCE({', '.join(reasons)})" if len(reasons) > 1 else "own"
    # what can be read counts in later sums, also where the row itself is rejected for an earlier one
    whole = [f"CASE WHEN own IS NULL THEN {n} END AS {n}" for n in query.facts]
    return f"SELECT {', '.join(['line', 'subject', 'period_start', f'{reason} AS reason', *whole])} FROM ({own}) AS j"


def _broken(window: str, words: str) -> str:
    """The reason of a row whose sums take in an earlier one that cannot be read."""
    return f"CASE WHEN bool_or(own IS NOT NULL) OVER ({window} AND 1 PRECEDING) THEN '{words}' END"


def undated_sql(source: str, columns: Mapping[str, str], unreadable: str = "") -> str:
    """The rows whose period is not a month, and the lines that cannot be read: line, subject, reason."""
    reason = f"COALESCE({NO_SUBJECT}, 'period is not a month')"
    undated = (
        f"SELECT line, subject, {reason} AS reason FROM ({_cells(source, columns, ())}) AS c WHERE period_start IS NULL"
    )
    if not unreadable:
        return undated
    return f"SELECT line, subject, reason FROM ({undated} UNION ALL SELECT line, subject, reason FROM {unreadable} AS w) AS u"
