"""The `sql` reader: the same rules as one query over a table of cases, for millions of rows.

Dated values are resolved into a small table of periods before the query, so law reaches the engine only as columns of
that table. The text is ours and plain: integers, comparisons, CASE, equality joins, one form of window. Where engines
spell a thing differently the spelling stands in `Dialect`.

A row that cannot be decided (a value that is not in force, two exceptions at once) is not answered and not dropped: its
`problem` says why, in the same cases in which the `case` reader raises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.regime.act import Regime, Rule
from adit.regime.readers.periods import ELSEWHERE, PeriodTable, literal, quoted
from adit.regime.tree import (
    And,
    Arithmetic,
    Banded,
    Brackets,
    Comparison,
    Constant,
    DatedValue,
    DaysBanned,
    Expr,
    Fact,
    FirstMatch,
    Given,
    InForce,
    InHours,
    Keyed,
    NextMonth,
    Not,
    OneOf,
    Or,
    OrElse,
    OverLast,
    PeriodDays,
    PeriodStart,
    Rounded,
    RuleAnswer,
    Share,
    Silence,
    Unless,
    Widest,
    YearToDate,
    walk,
)
from adit.regime.types import NARROW, Bool, Number, Type, Word
from adit.regime.values import Row, Value
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["DIALECTS", "DUCKDB", "SPARK", "Dialect", "Query", "write_query"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine spells the few things that engines spell differently."""

    name: str
    wide: str  # the integer type that holds a product of two 64-bit numbers
    whole_division: str  # integer division of two non-negative numbers, with {n} and {d}


DUCKDB = Dialect("duckdb", "HUGEINT", "({n} // {d})")
SPARK = Dialect("spark", "DECIMAL(38, 0)", "({n} div {d})")
DIALECTS = {d.name: d for d in (DUCKDB, SPARK)}


@dataclass(frozen=True, slots=True)
class Query:
    """SQL that answers `questions` for the rows of a relation of facts.

    The relation has `subject`, `period_start` (DATE) and a column for each of `facts` (whole counts, booleans, words).
    The result has `subject`, `period_start`, the columns that are carried along, `problem`, and for each question its
    answer and, where the rule chooses, `<question>__branch`, the reason code. Numbers are whole counts of `places` decimals.
    """

    text: str
    facts: tuple[str, ...]
    answers: dict[str, Type]
    branches: tuple[str, ...]
    uses_history: bool  # sums over the calendar year
    reach: int  # months before a row's own that sums over the last months take in


def write_query(
    regime: Regime,
    questions: Sequence[str],
    periods: Sequence[Period],
    *,
    relation: str,
    dialect: Dialect = DUCKDB,
    known: date | None = None,
    carried: Sequence[str] = (),
) -> Query:
    """The query that answers these questions over `relation`, for rows of these periods.

    Columns of the relation named in `carried` stand in the result beside the answers, untouched.
    Raises NotInForce if a period begins before the regime, UnknownName for a question that no rule answers.
    """
    for period in periods:
        regime.spoken_on(period.start)
    writer = _Writer(regime, periods, dialect, known)
    return writer.write(list(dict.fromkeys(questions)), relation, list(carried))


_WINDOW_OF_YEAR = (
    "OVER (PARTITION BY subject, p__year ORDER BY period_start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
)


class _Writer:
    """Collects the columns that a query needs, stage by stage: a stage may only use the columns of earlier ones."""

    def __init__(self, regime: Regime, periods: Sequence[Period], dialect: Dialect, known: date | None) -> None:
        self.regime = regime
        self.dialect = dialect
        self.table = PeriodTable(regime, periods, known)
        self.bans: set[str] = set()
        self.stages: list[dict[str, str]] = []
        self.stage_of: dict[str, int] = {}  # column -> stage in which it is made
        self.sums: dict[int, str] = {}  # id of a running sum -> its column
        self.addends: dict[int, str] = {}  # id of what is summed -> its column
        self.sum_problems: dict[int, str] = {}
        self.problems: list[str] = []
        self.of_year = False
        self.reach = 0

    # The query ---------------------------------------------------------------------------------------------------
    def write(self, questions: list[str], relation: str, carried: list[str]) -> Query:
        wanted = {rule.name for q in questions for rule in self.regime.rules_for(q)}
        needed = [rule for name, rule in self.regime.rules.items() if name in wanted]
        late = self._late(needed)
        for rule in needed:
            if rule.name not in late:
                self._put(f"r_{rule.name}", self._sql(rule.tree), self._after(rule.tree))
        behind = 1 + max((self.stage_of[column] for column in self.sums.values()), default=0)
        for rule in needed:
            if rule.name in late:
                self._put(f"r_{rule.name}", self._sql(rule.tree), max(self._after(rule.tree), behind))
            problem = self._problem(rule.tree)
            if problem:
                self._put(f"x_{rule.name}", problem, max(self.stage_of[f"r_{rule.name}"], behind))
                self.problems.append(f"x_{rule.name}")
        facts = tuple(sorted(frozenset().union(*(r.facts for r in needed)))) if needed else ()
        branches = tuple(q for q in questions if isinstance(self.regime.rules[q].tree, FirstMatch | Unless))
        for q in branches:
            self._put(f"b_{q}", self._branch(self.regime.rules[q].tree), self._after(self.regime.rules[q].tree))
        text = self._assemble(relation, facts, carried, questions, branches)
        answers = {q: self.regime.rules[q].type for q in questions}
        return Query(text, facts, answers, branches, self.of_year, self.reach)

    def _assemble(
        self, relation: str, facts: tuple[str, ...], carried: list[str], questions: list[str], branches: tuple[str, ...]
    ) -> str:
        parts = [
            f"periods AS (\n  SELECT * FROM (VALUES\n{self.table.rows()}\n  ) AS t({', '.join(self.table.names())})\n)"
        ]
        joins = ["JOIN periods AS p ON p.p__date = f.period_start"]
        own = ["subject", "period_start", *carried]
        through = [*own, *(f"f_{name}" for name in facts)]  # what every stage hands on
        selected = [*(f"f.{name}" for name in own), *(f"f.{name} AS f_{name}" for name in facts)]
        for name in sorted(self.bans):
            parts.append(self.table.bans(name))
            divided = self.table.divides_regions(name)  # else every municipality fares like one that no ban names
            places = {f"here_{name}": "f.municipality"} if divided else {}
            for alias, municipality in {**places, f"else_{name}": quoted(ELSEWHERE)}.items():
                joins.append(
                    f"LEFT JOIN bans_{name} AS {alias} ON {alias}.d = f.period_start AND {alias}.region = f.region AND {alias}.municipality = {municipality}"
                )
            for kind in ("certain", "doubtful"):
                here = f"here_{name}.{kind}, " if divided else ""
                everywhere = f"p.{self.table.banned_everywhere(name, kind)}"
                selected.append(f"COALESCE({here}else_{name}.{kind}, {everywhere}) AS ban_{name}_{kind}")
                through.append(f"ban_{name}_{kind}")
        selected.append("p.*")
        parts.append(f"s0 AS (\n  SELECT {', '.join(selected)}\n  FROM {relation} AS f\n  {' '.join(joins)}\n)")
        law_at_hand = True
        for i, stage in enumerate(self.stages, 1):
            made = ",\n    ".join(f"{sql} AS {column}" for column, sql in stage.items())
            source = f"s{i - 1}" + ("" if law_at_hand else " JOIN periods ON p__date = period_start")
            # A window holds every row: the law of its month does not go through it, but is joined again behind it.
            law_at_hand = not any(" OVER (" in sql for sql in stage.values())
            kept = ", ".join(through + (self.table.names() if law_at_hand else []))
            parts.append(f"s{i} AS (\n  SELECT {kept},\n    {made}\n  FROM {source}\n)")
            through += stage
        problem = (
            f"COALESCE({', '.join(self.problems)})"
            if len(self.problems) > 1
            else (self.problems or ["CAST(NULL AS STRING)"])[0]
        )
        shown = [f"r_{q} AS {q}" for q in questions] + [f"b_{q} AS {q}__branch" for q in branches]
        final = ", ".join([*own, f"{problem} AS problem", *shown])
        return "WITH " + ",\n".join(parts) + f"\nSELECT {final}\nFROM s{len(self.stages)}"

    # Stages --------------------------------------------------------------------------------------------------------
    def _put(self, column: str, sql: str, stage: int) -> None:
        while len(self.stages) < stage:
            self.stages.append({})
        self.stages[stage - 1][column] = sql
        self.stage_of[column] = stage

    def _after(self, node: Expr) -> int:
        """The first stage in which an expression can be computed."""
        latest = 0
        for n in walk(node):
            if isinstance(n, RuleAnswer):
                latest = max(latest, self.stage_of[f"r_{n.name}"])
            elif isinstance(n, YearToDate | OverLast):
                latest = max(latest, self._running_sum(n))
        return latest + 1

    def _running_sum(self, node: YearToDate | OverLast) -> int:
        """Make the columns of a running sum, once; the stage after which it can be read."""
        if id(node) not in self.sums:
            n = len(self.sums)
            stage = self._after(node.of)
            self._put(f"y_{n}", self._sql(node.of), stage)
            self.addends[id(node.of)] = f"y_{n}"
            window = _WINDOW_OF_YEAR if isinstance(node, YearToDate) else self._window(node.months)
            self.of_year = self.of_year or isinstance(node, YearToDate)
            self.reach = max(self.reach, node.months - 1 if isinstance(node, OverLast) else 0)
            self._put(f"ytd_{n}", f"CAST(SUM(y_{n}) {window} AS BIGINT)", stage + 1)
            problem = self._problem(node.of)
            if problem:
                self._put(f"yx_{n}", problem, stage)
                self._put(f"ytdx_{n}", f"MIN(yx_{n}) {window}", stage + 1)
                self.sum_problems[id(node)] = f"ytdx_{n}"
            self.sums[id(node)] = f"ytd_{n}"
        return self.stage_of[self.sums[id(node)]]

    def _window(self, months: int) -> str:
        if any(p.start.day != 1 or p.end != p.next_month for p in self.table.periods):
            raise BadInput("A sum over the last months is kept of whole months.", todo="Give each row a month.")
        return f"OVER (PARTITION BY subject ORDER BY p__month RANGE BETWEEN {months - 1} PRECEDING AND CURRENT ROW)"

    def _late(self, needed: Sequence[Rule]) -> set[str]:
        """Rules that answer with words and all that rest on them: worked out behind the windows, which hold every row.

        Not those that a running sum rests on.
        """
        summed = {
            rule.name
            for wanted in needed
            for node in walk(wanted.tree)
            if isinstance(node, YearToDate | OverLast)
            for below in walk(node.of)
            if isinstance(below, RuleAnswer)
            for rule in self.regime.rules_for(below.name)
        }
        late: set[str] = set()
        for rule in needed:
            if rule.name not in summed and (isinstance(rule.type, Word) or rule.rules & late):
                late.add(rule.name)
        return late

    # Expressions ---------------------------------------------------------------------------------------------------
    def _fit(self, node: Expr, wanted: Type) -> str:
        """The node's SQL counted at the places of `wanted`."""
        sql = self._sql(node)
        if isinstance(node, Silence):
            return f"CAST(NULL AS {self._type(wanted)})"
        if isinstance(wanted, Number) and isinstance(node.type, Number) and wanted.places != node.type.places:
            return f"({sql} * {10 ** (wanted.places - node.type.places)})"
        return sql

    def _type(self, kind: Type) -> str:
        return "BOOLEAN" if isinstance(kind, Bool) else "STRING" if isinstance(kind, Word) else "BIGINT"

    def _pair(self, left: Expr, right: Expr) -> tuple[str, str]:
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            places = max(left.type.places, right.type.places)
            return tuple(self._scaled(n, places) for n in (left, right))  # type: ignore[return-value]
        return self._sql(left), self._sql(right)

    def _scaled(self, node: Expr, places: int) -> str:
        assert isinstance(node.type, Number)
        sql = self._sql(node)
        return sql if node.type.places == places else f"({sql} * {10 ** (places - node.type.places)})"

    def _sql(self, node: Expr) -> str:
        if id(node) in self.addends:  # as `before_this_period` takes it away again
            return self.addends[id(node)]
        match node:
            case Constant(value=value):
                return literal(value)
            case Fact(name=name):
                return f"f_{name}"
            case RuleAnswer(name=name):
                return f"r_{name}"
            case YearToDate() | OverLast():
                self._running_sum(node)
                return self.sums[id(node)]
            case DatedValue(name=name, on=None):
                return self.table.column(f"v_{name}", self._type(node.type), self.table.resolved(name))
            case DatedValue(name=name, on=Expr() as on):
                return self._on_day(name, on, lambda row: literal(row.value) if row else "NULL", self._type(node.type))
            case InForce(name=name, on=None):
                return self.table.stands(name)
            case InForce(name=name, on=Expr() as on):
                return self._on_day(name, on, lambda row: literal(row is not None), "BOOLEAN")
            case Banded():
                return self._banded(node)
            case InHours():
                return self._in_hours(node)
            case Keyed():
                return self._keyed(node)
            case OneOf():
                return self._one_of(node)
            case DaysBanned(name=name, region=None, certain=certain):
                return self.table.banned_everywhere(name, "certain" if certain else "doubtful")
            case DaysBanned(name=name, certain=certain):
                self.bans.add(name)
                for kind in ("certain", "doubtful"):
                    self.table.banned_everywhere(name, kind)
                return f"ban_{name}_{'certain' if certain else 'doubtful'}"
            case PeriodDays():
                return "p__days"
            case PeriodStart():
                return "p__start"
            case NextMonth(nth=nth):
                return f"(p__next_month + {self._sql(nth)} - 1)"
            case Silence():
                return "NULL"
            case Arithmetic(sign="*", left=left, right=right):
                a, b = self._sql(left), self._sql(right)
                return f"(CAST({a} AS {self.dialect.wide}) * {b})" if self._is_wide(node) else f"({a} * {b})"
            case Arithmetic(sign=sign, left=left, right=right):
                a, b = self._pair(left, right)
                return f"({a} {sign} {b})"
            case Comparison(sign=sign, left=left, right=right):
                a, b = self._pair(left, right)
                return f"({a} {'=' if sign == '==' else '<>' if sign == '!=' else sign} {b})"
            case And(left=left, right=right):
                return f"({self._sql(left)} AND {self._sql(right)})"
            case Or(left=left, right=right):
                return f"({self._sql(left)} OR {self._sql(right)})"
            case Not(of=of):
                return f"(NOT {self._sql(of)})"
            case Widest(larger=larger, left=left, right=right):
                a, b = self._pair(left, right)
                return f"{'GREATEST' if larger else 'LEAST'}({a}, {b})"
            case Rounded():
                return self._rounded(node)
            case Share():
                return self._share(node)
            case Brackets():
                return self._brackets(node)
            case Given(of=of):
                return f"({self._sql(of)} IS NOT NULL)"
            case OrElse(of=of, default=default):
                return f"COALESCE({self._fit(of, node.type)}, {self._fit(default, node.type)})"
            case FirstMatch(branches=branches, otherwise=otherwise):
                lines = " ".join(
                    f"WHEN {self._sql(b.condition)} THEN {self._fit(b.answer, node.type)}" for b in branches
                )
                return (
                    f"(CASE {lines} ELSE {self._fit(otherwise, node.type)} END)"
                    if branches
                    else self._fit(otherwise, node.type)
                )
            case Unless(general=general, exceptions=exceptions):
                lines = " ".join(
                    f"WHEN {self._sql(x.condition)} THEN {self._fit(x.answer, node.type)}" for x in exceptions
                )
                return (
                    f"(CASE {lines} ELSE {self._fit(general, node.type)} END)"
                    if exceptions
                    else self._fit(general, node.type)
                )
        raise AssertionError(f"{type(node).__name__} has no SQL")

    def _is_wide(self, node: Expr) -> bool:
        return isinstance(node.type, Number) and node.type.reach > NARROW

    def _keyed(self, node: Keyed) -> str:
        tables = self.table.resolved(node.name)
        keys = sorted({k for t in tables if t for k in t})
        lines = [
            f"WHEN {quoted(k)} THEN {self.table.column(f'v_{node.name}__{i}', 'BIGINT', [t.get(k) if t else None for t in tables])}"
            for i, k in enumerate(keys)
        ]
        return f"(CASE {self._sql(node.key)} {' '.join(lines)} END)" if lines else "CAST(NULL AS BIGINT)"

    def _one_of(self, node: OneOf) -> str:
        of = self._sql(node.of)
        if not node.name:
            return f"({of} IN ({', '.join(quoted(w) for w in sorted(node.words))}))" if node.words else "FALSE"
        lists = self.table.resolved(node.name)
        words = sorted({w for words in lists if words for w in words})
        lines = [
            f"WHEN {quoted(w)} THEN {self.table.column(f'v_{node.name}__{i}', 'BOOLEAN', [None if words is None else w in words for words in lists])}"
            for i, w in enumerate(words)
        ]
        return f"(CASE {of} {' '.join(lines)} ELSE FALSE END)" if lines else "FALSE"

    def _on_day(self, name: str, day: Expr, shown: Callable[[Row | None], str], kind: str) -> str:
        """A dated value on the day of a fact: the spans of the value, the latest first."""
        day_sql = self._sql(day)
        spans = self.regime.values[name].spans(self.regime.counts, self.table.known)
        lines = [f"WHEN {day_sql} >= {first} THEN {shown(row)}" for first, row in reversed(spans) if first is not None]
        last = f"CAST({shown(spans[0][1])} AS {kind})"
        return f"(CASE {' '.join(lines)} ELSE {last} END)" if lines else last

    def _banded(self, node: Banded) -> str:
        of = node.of.type
        assert isinstance(of, Number)
        step = 10 ** (of.places - self.regime.values[node.name].by_places)
        tables = self.table.resolved(node.name)
        x = self._sql(node.of)
        lines = []
        for i in reversed(range(max((len(t) for t in tables if t), default=0))):
            here = [t[i] if t and i < len(t) else None for t in tables]
            # Whole counts: "above n" is "from n and a smallest unit".
            starts = [None if b is None else b.start * step + (not b.inclusive) for b in here]
            start = self.table.column(f"v_{node.name}__start{i}_{of.places}", "BIGINT", starts)
            value = self.table.column(
                f"v_{node.name}__value{i}", "BIGINT", [None if b is None else b.value for b in here]
            )
            lines.append(f"WHEN {x} >= {start} THEN {value}")
        return f"(CASE {' '.join(lines)} END)" if lines else "CAST(NULL AS BIGINT)"

    def _in_hours(self, node: InHours) -> str:
        spans = self.table.resolved(node.name)
        first = self.table.column(f"v_{node.name}__first", "BIGINT", [None if h is None else h.first for h in spans])
        last = self.table.column(f"v_{node.name}__last", "BIGINT", [None if h is None else h.last for h in spans])
        x = self._sql(node.of)
        within, across = f"({x} >= {first} AND {x} < {last})", f"({x} >= {first} OR {x} < {last})"
        return f"(CASE WHEN {first} < {last} THEN {within} ELSE {across} END)"

    def _divided(self, n: str, d: str, mode: str, *, below_zero: bool) -> str:
        """A rounded quotient of an integer and a positive one, in whole-number arithmetic on magnitudes."""

        def magnitude(x: str) -> str:
            even = d.isdigit() and int(d) % 2 == 0
            half = f"({x} + {int(d) // 2})" if even else f"(2 * {x} + {d})"
            raised = {"half up": half, "down": x, "up": f"({x} + {d} - 1)"}[mode]
            by = f"(2 * {d})" if mode == "half up" and not even else d
            return self.dialect.whole_division.format(n=raised, d=by)

        if not below_zero:
            return f"CAST({magnitude(n)} AS BIGINT)"
        return f"CAST(CASE WHEN {n} < 0 THEN -{magnitude(f'(-{n})')} ELSE {magnitude(n)} END AS BIGINT)"

    def _rounded(self, node: Rounded) -> str:
        of, to = node.of.type, node.type
        assert isinstance(of, Number)
        assert isinstance(to, Number)
        d = 10 ** (of.places - to.places)
        split = self._split_product(node.of, d, node.mode)
        if split and to.reach <= NARROW:
            return split
        sql = self._sql(node.of)
        if d == 1:
            return f"CAST({sql} AS BIGINT)"
        if not self._is_wide(node.of) and of.reach * 2 + d > NARROW:
            sql = f"CAST({sql} AS {self.dialect.wide})"
        return self._divided(sql, str(d), node.mode, below_zero=of.low < 0)

    def _split_product(self, node: Expr, d: int, mode: str) -> str | None:
        """A wide product of two factors that are not below zero, divided by d and rounded in 64 bits: a = (a // d) * d + a % d.

        Three 64-bit divisions cost less than one of 128 bits. None where the factors are too wide for it.
        """
        if not (isinstance(node, Arithmetic) and node.sign == "*" and self._is_wide(node) and d > 1):
            return None
        for left, right in ((node.left, node.right), (node.right, node.left)):
            assert isinstance(left.type, Number)
            assert isinstance(right.type, Number)
            if left.type.low >= 0 and right.type.low >= 0 and (right.type.reach + 1) * d <= NARROW:
                a, b = self._sql(left), self._sql(right)
                more = {"half up": d // 2, "down": 0, "up": d - 1}[mode]
                whole = self.dialect.whole_division.format(n=a, d=d)
                rest = self.dialect.whole_division.format(n=f"(({a} % {d}) * {b} + {more})", d=d)
                return f"({whole} * {b} + {rest})"
        return None

    def _share(self, node: Share) -> str:
        part, whole, to = node.part.type, node.whole.type, node.type
        assert isinstance(part, Number)
        assert isinstance(whole, Number)
        assert isinstance(to, Number)
        up = to.places + whole.places - part.places
        n = f"(CAST({self._sql(node.part)} AS {self.dialect.wide}) * {10 ** max(up, 0)})"
        d = f"(CAST({self._sql(node.whole)} AS {self.dialect.wide}) * {10 ** max(-up, 0)})"
        if whole.low < 0:
            n, d = f"(CASE WHEN {d} < 0 THEN -{n} ELSE {n} END)", f"ABS({d})"
        quotient = self._divided(n, d, node.mode, below_zero=part.low < 0 or whole.low < 0)
        return f"(CASE WHEN {self._sql(node.whole)} = 0 THEN {self._fit(node.when_zero, to)} ELSE {quotient} END)"

    def _brackets(self, node: Brackets) -> str:
        of = node.of.type
        assert isinstance(of, Number)
        value: Value = self.regime.values[node.name]
        step = 10 ** (of.places - value.places)
        scales = self.table.resolved(node.name)
        x = self._sql(node.of)
        most = max((len(s) for s in scales if s), default=0)
        if not self._is_wide(node):
            return self._steps(node.name, x, step)
        lines: list[str] = []
        for i in reversed(range(most)):
            above = self.table.column(
                f"v_{node.name}__above{i}", "BIGINT", [s[i].above * step if s and i < len(s) else None for s in scales]
            )
            rate = self.table.column(
                f"v_{node.name}__rate{i}", "BIGINT", [s[i].rate if s and i < len(s) else None for s in scales]
            )
            below = self.table.column(
                f"v_{node.name}__below{i}",
                self.dialect.wide,
                [_owed_below(s, i, step) for s in scales],
            )
            paid = f"(CAST(({x} - {above}) AS {self.dialect.wide}) * {rate})"
            lines.append(f"WHEN {x} >= {above} THEN {below} + {paid}")
        return f"(CASE {' '.join(lines)} END)" if lines else "CAST(NULL AS BIGINT)"

    def _steps(self, name: str, x: str, step: int) -> str:
        """Brackets in 64 bits: what lies above each threshold, at the step between two rates."""
        scales = self.table.resolved(name)
        terms: list[str] = []
        for i in range(max((len(s) for s in scales if s), default=0)):
            above = [(s[i].above * step if i < len(s) else 0) if s else None for s in scales]
            rise = [(s[i].rate - (s[i - 1].rate if i else 0) if i < len(s) else 0) if s else None for s in scales]
            from_ = self.table.column(f"v_{name}__above{i}_{step}", "BIGINT", above)
            terms.append(f"GREATEST({x} - {from_}, 0) * {self.table.column(f'v_{name}__rise{i}', 'BIGINT', rise)}")
        return f"({' + '.join(terms)})" if terms else "CAST(NULL AS BIGINT)"

    # Problems ------------------------------------------------------------------------------------------------------
    def _problem(self, node: Expr) -> str | None:
        """SQL that is NULL where the node can be decided, else the words of what stands in the way; None: it always can.

        Follows the order in which the `case` reader evaluates: a branch that is not taken cannot fail.
        """
        match node:
            case DatedValue(name=name, on=None):
                return self.table.missing(name)
            case DatedValue(name=name, on=Expr() as on):
                words = quoted(f"no value of {self.regime.id}:{name} is in force")
                gone = self._on_day(name, on, lambda row: "NULL" if row else words, "STRING")
                return self._in_turn([self._problem(on), gone])
            case InForce(on=Expr() as on):
                return self._problem(on)
            case Keyed(name=name, key=key):
                missing = self.table.missing(name)
                unknown = f"CASE WHEN {self._sql(node)} IS NULL THEN {quoted(f'{self.regime.id}:{name} has no line for this word')} END"
                return self._in_turn([self._problem(key), missing, unknown if not self._covers(node) else None])
            case OneOf(name=name, of=of):
                return self._in_turn([self._problem(of), self.table.missing(name) if name else None])
            case Brackets(name=name, of=of) | Banded(name=name, of=of) | InHours(name=name, of=of):
                return self._in_turn([self._problem(of), self.table.missing(name)])
            case And(left=left, right=right):
                return self._guarded(self._problem(left), self._sql(left), self._problem(right))
            case Or(left=left, right=right):
                return self._guarded(self._problem(left), f"NOT {self._sql(left)}", self._problem(right))
            case OrElse(of=of, default=default):
                return self._guarded(self._problem(of), f"{self._sql(of)} IS NULL", self._problem(default))
            case YearToDate() | OverLast():
                self._running_sum(node)
                return self.sum_problems.get(id(node))
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice_problem([(b.condition, b.answer) for b in branches], otherwise)
            case Unless(general=general, exceptions=exceptions, ordered=ordered):
                return self._unless_problem([(x.condition, x.answer) for x in exceptions], general, bool(ordered))
            case Share(part=part, whole=whole, when_zero=zero):
                worked = self._in_turn([self._problem(part), self._problem(whole)])
                return self._guarded(worked, f"{self._sql(whole)} = 0", self._problem(zero))
            case (
                Arithmetic(left=left, right=right) | Comparison(left=left, right=right) | Widest(left=left, right=right)
            ):
                return self._in_turn([self._problem(left), self._problem(right)])
            case Not(of=of) | Given(of=of) | Rounded(of=of) | NextMonth(nth=of):
                return self._problem(of)
        return None

    def _covers(self, node: Keyed) -> bool:
        words = node.key.type.words if isinstance(node.key.type, Word) else frozenset()
        return bool(words) and all(t is None or words <= set(t) for t in self.table.resolved(node.name))

    def _in_turn(self, problems: list[str | None]) -> str | None:
        found = [p for p in problems if p]
        return None if not found else found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"

    def _guarded(self, first: str | None, condition: str, then: str | None) -> str | None:
        """The first problem; else, where the condition holds, the second."""
        if then is None:
            return first
        guarded = f"CASE WHEN {condition} THEN {then} END"
        return guarded if first is None else f"COALESCE({first}, {guarded})"

    def _choice_problem(self, branches: list[tuple[Expr, Expr]], otherwise: Expr) -> str | None:
        lines: list[str] = []
        trouble = False
        for condition, answer in branches:
            in_condition, in_answer = self._problem(condition), self._problem(answer)
            if in_condition:
                lines.append(f"WHEN ({in_condition}) IS NOT NULL THEN {in_condition}")
            lines.append(f"WHEN {self._sql(condition)} THEN {in_answer or 'NULL'}")
            trouble = trouble or bool(in_condition or in_answer)
        last = self._problem(otherwise)
        if not trouble and last is None:
            return None
        return f"(CASE {' '.join(lines)} ELSE {last or 'NULL'} END)" if lines else last

    def _unless_problem(self, exceptions: list[tuple[Expr, Expr]], general: Expr, ordered: bool) -> str | None:
        conditions = self._in_turn([self._problem(c) for c, _ in exceptions])
        both = None
        if len(exceptions) > 1 and not ordered:
            count = " + ".join(f"CAST({self._sql(c)} AS INTEGER)" for c, _ in exceptions)
            both = f"CASE WHEN {count} > 1 THEN 'two exceptions hold at once' END"
        answers = self._choice_problem([(c, a) for c, a in exceptions], general)
        return self._in_turn([conditions, both, answers])

    def _branch(self, tree: Expr) -> str:
        if isinstance(tree, FirstMatch):
            lines = " ".join(f"WHEN {self._sql(b.condition)} THEN {i}" for i, b in enumerate(tree.branches))
            return f"(CASE {lines} ELSE {len(tree.branches)} END)" if lines else "0"
        assert isinstance(tree, Unless)
        lines = " ".join(f"WHEN {self._sql(x.condition)} THEN {i}" for i, x in enumerate(tree.exceptions, 1))
        return f"(CASE {lines} ELSE 0 END)" if lines else "0"


def _owed_below(scale: Any, i: int, step: int) -> int | None:
    """What the full slices below bracket i come to, at the places of amount and rate together."""
    if not scale or i >= len(scale):
        return None
    return int(sum((scale[j + 1].above - scale[j].above) * step * scale[j].rate for j in range(i)))
