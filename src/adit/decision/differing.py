"""One question under two laws, in SQL over a table that holds both answers: amounts, answers, articles, changed rows.

Not here: reading the population and deciding it (`effects`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from adit.engines.engine import Engine
from adit.regime.act import Regime
from adit.regime.deciding import Cause, Reading, causes, choosing, deciding, moved, reading
from adit.regime.readers.sql import Dialect, Query, write_query
from adit.regime.types import Bool, Day, Number, Type
from adit.terms.days import Period, parse_period
from adit.terms.fields import questions

__all__ = [
    "DECIDED",
    "KEYS",
    "PERIOD",
    "Amounts",
    "Answers",
    "ByArticle",
    "ChangedRow",
    "Compared",
    "Law",
    "Side",
    "compared_sql",
    "later",
    "moved_sql",
]

SAYS_NOTHING = "does not say"
MOST_PAIRS = 20  # of answers, for each question
KEYS = ("subject", "period_start")
DECIDED = "problem_a IS NULL AND problem_b IS NULL"
PERIOD = "substr(CAST(period_start AS STRING), 1, 7)"


@dataclass(frozen=True, slots=True)
class Law:
    """A regime as it was known on a day; None: by all that was ever published."""

    regime: Regime
    known: date | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """A question in roubles. An amount is owed, or counts towards what is owed: whoever has less on side B wins.

    Counted are `each`: months of a subject, or years of a subject for an amount that runs over the year, by the last month.
    `change` is the sum over those where both sides name an amount; None where amounts do not add up.
    """

    question: str
    unit: str
    each: str
    winners: int
    losers: int
    unchanged: int
    change: Decimal | None
    largest: Decimal | None  # the largest change, with its sign
    largest_of: str  # subject and period
    only_a: int  # side A names an amount, side B does not say
    only_a_sum: Decimal | None
    only_b: int
    only_b_sum: Decimal | None
    silent: int  # neither says


@dataclass(frozen=True, slots=True)
class Answers:
    """So many rows are answered `a` on side A and `b` on side B. Of many different pairs the rarest are one line, 'others'."""

    question: str
    a: str
    b: str
    rows: int

    @property
    def changed(self) -> bool:
        return self.a != self.b


@dataclass(frozen=True, slots=True)
class ByArticle:
    """So many rows change in this way by this article: of what made the two sides part, else of the branch on side B."""

    question: str
    change: str
    rows: int
    sum: Decimal | None
    rule: str  # that decided on side B, and its words
    because: str
    parted: str  # where the two sides part: household_limit 6,000 -> 3,000, or a rule that is another
    cites: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One answer of one subject in one month that is another on side B, and the article that decided it there."""

    subject: str
    period: str
    question: str
    a: str
    b: str
    because: str
    parted: str
    cites: str


# The two laws ----------------------------------------------------------------------------------------------------
class Side:
    """One of the two laws: its questions, the rules whose reason codes tell the article, and its query.

    `months` are those of the file, and `year` those with the months before them that sums over the year need; with `years`
    the rows are decided by the law of so many years later.
    """

    def __init__(
        self,
        label: str,
        law: Law,
        names: Sequence[str],
        months: Sequence[Period],
        year: Sequence[Period],
        dialect: Dialect,
        years: int = 0,
    ) -> None:
        self.label = label
        self.relation = "moved" if years else "prepared"  # of the facts, with the period by which it is decided
        self.dialect = dialect
        self.regime, self.known = law.regime, law.known
        self.years = years
        self.asked = [n for n in names if n in self.regime.rules]
        self.months = list(months)
        self._read: dict[tuple[str, date], Reading] = {}
        self.query: Query | None = None
        if self.asked:
            below = [r for n in self.asked for r in choosing(self.regime, n)]
            wanted = list(dict.fromkeys([*self.asked, *below]))

            def written() -> Query:
                periods = [later(m, years) for m in self.months]
                return write_query(
                    self.regime, wanted, periods, relation=self.relation, dialect=dialect, known=self.known
                )

            self.query = written()
            if self.query.uses_history:
                self.months = list(year)
                self.query = written()

    @property
    def facts(self) -> tuple[str, ...]:
        return self.query.facts if self.query else ()

    def answers(self) -> str:
        """SQL of the answers, in the months in which the law was asked."""
        if self.query is None:
            return f"(SELECT {', '.join(KEYS)}, CAST(NULL AS STRING) AS problem FROM {self.relation})"
        return f"(\n{self.query.text}\n)"

    def reading(self, name: str, month: date) -> Reading:
        """How a dated value reads for a month of the file."""
        if (name, month) not in self._read:
            period = later(parse_period(f"{month:%Y-%m}"), self.years)
            self._read[name, month] = reading(self.regime, name, period, self.known)
        return self._read[name, month]

    def columns(self) -> Iterator[str]:
        """Answers and reason codes, named after the side."""
        if self.query:
            yield from (f"{self.label}.{n} AS {self.label}_{n}" for n in self.asked)
            yield from (f"{self.label}.{n}__branch AS {self.label}_{n}__branch" for n in self.query.branches)

    def codes(self, question: str) -> tuple[str, ...]:
        """The rules whose reason codes tell how the question was decided."""
        return choosing(self.regime, question) if question in self.asked else ()


def later(month: Period, years: int) -> Period:
    """The same month so many years later."""
    return Period(*(d.replace(year=d.year + years) for d in (month.start, month.end)))


def moved_sql(relation: str, facts: Sequence[str], years: int) -> str:
    """The rows of the relation, so many years later."""
    return f"SELECT subject, {_moved('period_start', years)} AS period_start, {', '.join(facts)} FROM {relation}"


def _moved(column: str, years: int) -> str:
    return f"CAST({column} + INTERVAL '{12 * years}' MONTH AS DATE)" if years else column


def compared_sql(a: Side, b: Side, first: date) -> str:
    """Each subject and month once, with the answers and reason codes of both sides.

    `last_of_year` marks the last month of a subject's year among those that both sides decided.
    """
    chosen = [*(f"a.{k} AS {k}" for k in KEYS), "a.problem AS problem_a", "b.problem AS problem_b"]
    chosen += [*a.columns(), *b.columns()]
    on = f"a.subject = b.subject AND {_moved('a.period_start', b.years)} = b.period_start"
    last = f"row_number() OVER (PARTITION BY subject, year(period_start), {DECIDED} ORDER BY period_start DESC) = 1"
    return (
        f"SELECT *, {last} AS last_of_year FROM (SELECT {', '.join(chosen)} FROM {a.answers()} AS a JOIN {b.answers()} AS b ON {on}"
        f" WHERE a.period_start >= DATE '{first}') AS both_sides"
    )


# One question -----------------------------------------------------------------------------------------------------
class Compared:
    """One question on both sides of a relation made by `compared_sql`."""

    def __init__(self, engine: Engine, table: str, a: Side, b: Side, name: str) -> None:
        self.engine = engine
        self.table = f"{table} AS c"
        self.a, self.b = a, b
        self.name = name
        kinds = [s.regime.rules[name].type for s in (a, b) if name in s.asked]
        self.kind: Type = kinds[0]
        self.places = max((k.places for k in kinds if isinstance(k, Number)), default=0)
        self.left, self.right = self._value(a), self._value(b)
        self.differs = f"({self.left} IS DISTINCT FROM {self.right})"
        adds_up = questions()[name].total if name in questions() else ""
        self.adds_up = bool(adds_up)
        self.each = "year" if adds_up == "year" else "month"
        self.where = DECIDED + (" AND last_of_year" if self.each == "year" else "")
        self._told: dict[tuple[Any, ...], tuple[str, str, str, str]] = {}

    @property
    def is_money(self) -> bool:
        """Whether it is a question of the dictionary in money: what is owed, or counts towards it."""
        if self.name not in questions() or not isinstance(self.kind, Number):
            return False
        return "money" in questions()[self.name].unit.split("/") or str(self.kind.unit) in ("RUB", "RUB/kWh")

    def _value(self, side: Side) -> str:
        """The side's answer; numbers of both sides at the same places in a type that holds their sums, days as of the file's year."""
        if self.name not in side.asked:
            return f"CAST(NULL AS {self._sql_type()})"
        column, kind = f"{side.label}_{self.name}", side.regime.rules[self.name].type
        if isinstance(kind, Day):
            return _moved(f"(DATE '1970-01-01' + CAST({column} AS INTEGER))", -side.years)
        if not isinstance(kind, Number):
            return column
        up = self.places - kind.places
        return f"(CAST({column} AS {self.a.dialect.wide}){f' * {10**up}' if up else ''})"

    def _sql_type(self) -> str:
        if isinstance(self.kind, Number):
            return self.a.dialect.wide
        return "BOOLEAN" if isinstance(self.kind, Bool) else "DATE" if isinstance(self.kind, Day) else "STRING"

    def _shown(self, count: Any) -> Decimal:
        assert isinstance(self.kind, Number)
        return Decimal(int(count or 0)).scaleb(-self.places)

    def _text(self, value: Any) -> str:
        if value is None:
            return SAYS_NOTHING
        if isinstance(self.kind, Bool):
            return "yes" if value else "no"
        if isinstance(self.kind, Number):
            return f"{self._shown(value):f}"
        return str(value)

    def amounts(self) -> Amounts:
        a, b = self.left, self.right
        tests = (f"{b} < {a}", f"{b} > {a}", f"{b} = {a}", f"{b} IS NULL AND {a} IS NOT NULL",
                 f"{a} IS NULL AND {b} IS NOT NULL", f"{a} IS NULL AND {b} IS NULL")  # fmt: skip
        counts = ", ".join(f"count(CASE WHEN {t} THEN 1 END)" for t in tests)
        sums = f"sum({b} - {a}), sum(CASE WHEN {b} IS NULL THEN {a} END), sum(CASE WHEN {a} IS NULL THEN {b} END)"
        [found] = self.engine.rows(f"SELECT {counts}, {sums} FROM {self.table} WHERE {self.where}")
        winners, losers, unchanged, only_a, only_b, silent = (int(n) for n in found[:6])
        change, a_sum, b_sum = (self._shown(n) if self.adds_up else None for n in found[6:])
        largest = self.engine.rows(
            f"SELECT {b} - {a}, subject, {PERIOD} FROM {self.table} WHERE {self.where} AND {b} <> {a}"
            f" ORDER BY abs({b} - {a}) DESC, subject, period_start LIMIT 1"
        )
        return Amounts(
            question=self.name,
            unit=str(self.kind.unit) if isinstance(self.kind, Number) else "",
            each=f"subject and {self.each}",
            winners=winners,
            losers=losers,
            unchanged=unchanged,
            change=change,
            largest=self._shown(largest[0][0]) if largest else None,
            largest_of=f"{largest[0][1]} {largest[0][2]}" if largest else "",
            only_a=only_a,
            only_a_sum=a_sum,
            only_b=only_b,
            only_b_sum=b_sum,
            silent=silent,
        )

    def answers(self) -> Iterator[Answers]:
        pairs = f"SELECT {self.left} AS x, {self.right} AS y, count(*) AS n FROM {self.table} WHERE {self.where} GROUP BY x, y"
        [(rows,)] = self.engine.rows(f"SELECT count(*) FROM {self.table} WHERE {self.where}")
        for x, y, n in self.engine.rows(f"{pairs} ORDER BY n DESC, x, y LIMIT {MOST_PAIRS}"):
            rows -= n
            yield Answers(self.name, self._text(x), self._text(y), n)
        if rows:
            yield Answers(self.name, "others", "others", rows)

    # By article ---------------------------------------------------------------------------------------------------
    def _codes(self) -> list[str]:
        """The columns that tell why: the month, and the reason codes of both sides."""
        return ["period_start", *(f"{s.label}_{n}__branch" for s in (self.a, self.b) for n in s.codes(self.name))]

    def _why(self, codes: tuple[Any, ...]) -> tuple[str, str, str, str]:
        """Rule and words that decided on side B, what made the two sides part, and its article."""
        if codes not in self._told:
            self._told[codes] = self._find_why(*codes)
        return self._told[codes]

    def _find_why(self, month: date, *branches: int) -> tuple[str, str, str, str]:
        if self.name not in self.b.asked:
            return self.name, self.b.regime.silent.get(self.name, "not treated"), "", ""
        names = self.a.codes(self.name), self.b.codes(self.name)
        at = len(names[0])
        codes = (
            dict(zip(names[0], branches[:at], strict=True)),
            dict(zip(names[1], branches[at:], strict=True)),
        )
        reason = deciding(self.b.regime, self.name, codes[1])

        def moves(value: str) -> Cause | None:
            return moved(value, self.a.reading(value, month), self.b.reading(value, month))

        found = causes(self.a.regime, self.b.regime, self.name, codes, moves)
        what, cites = (dict.fromkeys(part) for part in (tuple(c.what for c in found), tuple(c.cites for c in found)))
        return reason.rule, reason.because, "; ".join(what), "; ".join(c for c in cites if c) or reason.cites

    def _change(self) -> str:
        """SQL of the way in which an answer changes."""
        a, b = _text_sql(self.left, self.kind), _text_sql(self.right, self.kind)
        if not isinstance(self.kind, Number | Day):
            return f"{a} || ' -> ' || {b}"
        less, more = ("earlier", "later") if isinstance(self.kind, Day) else ("less", "more")
        return (
            f"CASE WHEN {self.left} IS NULL THEN '{SAYS_NOTHING} -> said' WHEN {self.right} IS NULL THEN 'said -> {SAYS_NOTHING}'"
            f" WHEN {self.right} < {self.left} THEN '{less}' ELSE '{more}' END"
        )

    def articles(self) -> list[ByArticle]:
        """The changes, by the article that decided on side B."""
        total = f"sum(COALESCE({self.right}, 0) - COALESCE({self.left}, 0))" if self.is_money else "NULL"
        keys = ", ".join(["change", *self._codes()])
        found: dict[tuple[str, ...], tuple[int, int]] = {}
        for change, *codes, n, s in self.engine.rows(
            f"SELECT {self._change()} AS {keys}, count(*), {total} FROM {self.table} WHERE {self.where} AND {self.differs} GROUP BY {keys}"
        ):
            key = change, *self._why(tuple(codes))
            rows, sum_ = found.get(key, (0, 0))
            found[key] = rows + n, sum_ + int(s or 0)
        sums = self.is_money and self.adds_up
        return [
            ByArticle(self.name, change, rows, self._shown(sum_) if sums else None, rule, because, parted, cites)
            for (change, rule, because, parted, cites), (rows, sum_) in found.items()
        ]

    def changed_rows(self, n: int) -> str:
        """SQL of the rows whose answer changes, in every month, with the article in words."""
        a, b = _text_sql(self._places(self.left), self.kind), _text_sql(self._places(self.right), self.kind)
        change = f"{self._places(self.right)} - {self._places(self.left)}" if isinstance(self.kind, Number) else "NULL"
        because, parted, cites = self._words()
        return (
            f"SELECT subject, {PERIOD} AS period, {n} AS n, '{self.name}' AS question, {a} AS a, {b} AS b,"
            f" CAST({change} AS DECIMAL(38, 4)) AS change, {because} AS because, {parted} AS parted, {cites} AS cites"
            f" FROM {self.table} WHERE {DECIDED} AND {self.differs}"
        )

    def _words(self) -> tuple[str, ...]:
        """SQL of the parts of the reason, made of the months and reason codes that occur."""
        codes = self._codes()
        found = self.engine.rows(
            f"SELECT DISTINCT {', '.join(codes)} FROM {self.table} WHERE {DECIDED} AND {self.differs}"
        )
        lines: dict[str, tuple[str, ...]] = {}
        for month, *branches in sorted(found):
            tests = [
                f"period_start = DATE '{month}'",
                *(f"{c} = {n}" for c, n in zip(codes[1:], branches, strict=True)),
            ]
            lines[" AND ".join(tests)] = self._why((month, *branches))[1:]
        return tuple(
            "CASE " + " ".join(f"WHEN {test} THEN {_quoted(parts[i])}" for test, parts in lines.items()) + " END"
            if lines
            else "''"
            for i in range(3)
        )

    def _places(self, count: str) -> str:
        """A count as the decimal number that people read."""
        if not isinstance(self.kind, Number) or not self.places:
            return count
        smallest = f"CAST('0.{1:0{self.places}}' AS DECIMAL({self.places + 1}, {self.places}))"
        return f"CAST(CAST({count} AS DECIMAL(19, 0)) * {smallest} AS DECIMAL(38, {self.places}))"


def _text_sql(value: str, kind: Type) -> str:
    """An answer as people write it."""
    said = f"CAST({value} AS STRING)"
    if isinstance(kind, Bool):
        said = f"CASE WHEN {value} THEN 'yes' WHEN NOT {value} THEN 'no' END"
    return f"COALESCE({said}, '{SAYS_NOTHING}')"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
