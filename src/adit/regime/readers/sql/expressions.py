"""The expressions of rules as SQL over the columns of earlier stages: what an answer is, in which branch it lies.

Not here: arithmetic (`amounts`), lists, hours and keyed tables (`lookups`), or what stands in the way of an answer (`problems`).
"""

from collections.abc import Callable
from typing import Protocol

from adit.regime.readers.periods import PeriodTable, literal
from adit.regime.readers.sql import amounts, lookups
from adit.regime.readers.sql.dialects import Dialect
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
)
from adit.regime.types import Type
from adit.regime.values import Row

__all__ = ["Expressions", "RunningSum", "RunningSums"]

RunningSum = YearToDate | OverLast


class RunningSums(Protocol):
    """The running sums of a query, each made when it is first asked for."""

    def addend(self, node: Expr) -> str | None:
        """The column that holds what a running sum adds up, if this is it."""

    def column(self, node: RunningSum) -> str:
        """The column that holds a running sum."""

    def problem(self, node: RunningSum) -> str | None:
        """The column that holds the first problem among the rows summed; None where there can be none."""


class Expressions:
    """Writes expressions for one query."""

    def __init__(self, table: PeriodTable, dialect: Dialect, sums: RunningSums) -> None:
        self.table = table
        self.dialect = dialect
        self.sums = sums
        self.bans: set[str] = set()  # values whose bans the query has to join by place

    def sql(self, node: Expr) -> str:
        """An expression as SQL."""
        addend = self.sums.addend(node)  # as `before_this_period` takes it away again
        if addend is not None:
            return addend
        match node:
            case Constant(value=value):
                return literal(value)
            case Fact(name=name):
                return f"f_{name}"
            case RuleAnswer(name=name):
                return f"r_{name}"
            case YearToDate() | OverLast():
                return self.sums.column(node)
            case DatedValue(name=name, on=None):
                return self.table.column(f"v_{name}", amounts.sql_type(node.type), self.table.resolved(name))
            case DatedValue(name=name, on=Expr() as on):
                return self.on_day(
                    name, on, lambda row: literal(row.value) if row else "NULL", amounts.sql_type(node.type)
                )
            case InForce(name=name, on=None):
                return self.table.stands(name)
            case InForce(name=name, on=Expr() as on):
                return self.on_day(name, on, lambda row: literal(row is not None), "BOOLEAN")
            case Banded():
                return amounts.banded(node, self.sql, self.table)
            case InHours():
                return lookups.in_hours(node, self.sql, self.table)
            case Keyed():
                return lookups.keyed(node, self.sql, self.table)
            case OneOf():
                return lookups.one_of(node, self.sql, self.table)
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
                return f"(p__next_month + {self.sql(nth)} - 1)"
            case Silence():
                return "NULL"
            case Arithmetic(sign="*", left=left, right=right):
                a, b = self.sql(left), self.sql(right)
                return f"(CAST({a} AS {self.dialect.wide}) * {b})" if amounts.is_wide(node) else f"({a} * {b})"
            case Arithmetic(sign=sign, left=left, right=right):
                a, b = amounts.pair(left, right, self.sql)
                return f"({a} {sign} {b})"
            case Comparison(sign=sign, left=left, right=right):
                a, b = amounts.pair(left, right, self.sql)
                return f"({a} {'=' if sign == '==' else '<>' if sign == '!=' else sign} {b})"
            case And(left=left, right=right):
                return f"({self.sql(left)} AND {self.sql(right)})"
            case Or(left=left, right=right):
                return f"({self.sql(left)} OR {self.sql(right)})"
            case Not(of=of):
                return f"(NOT {self.sql(of)})"
            case Widest(larger=larger, left=left, right=right):
                a, b = amounts.pair(left, right, self.sql)
                return f"{'GREATEST' if larger else 'LEAST'}({a}, {b})"
            case Rounded():
                return amounts.rounded(node, self.sql, self.dialect)
            case Share():
                return amounts.share(node, self.sql, self.dialect)
            case Brackets():
                return amounts.brackets(node, self.sql, self.table, self.dialect)
            case Given(of=of):
                return f"({self.sql(of)} IS NOT NULL)"
            case OrElse(of=of, default=default):
                return f"COALESCE({self._fit(of, node.type)}, {self._fit(default, node.type)})"
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice([(b.condition, b.answer) for b in branches], otherwise, node.type)
            case Unless(general=general, exceptions=exceptions):
                return self._choice([(x.condition, x.answer) for x in exceptions], general, node.type)
        raise AssertionError(f"{type(node).__name__} has no SQL")

    def _choice(self, branches: list[tuple[Expr, Expr]], otherwise: Expr, kind: Type) -> str:
        lines = [f"WHEN {self.sql(condition)} THEN {self._fit(answer, kind)}" for condition, answer in branches]
        last = self._fit(otherwise, kind)
        return f"(CASE {' '.join(lines)} ELSE {last} END)" if lines else last

    def _fit(self, node: Expr, kind: Type) -> str:
        return amounts.fit(node, kind, self.sql)

    def on_day(self, name: str, day: Expr, shown: Callable[[Row | None], str], kind: str) -> str:
        """A dated value on the day of a fact: the spans of the value, the latest first."""
        day_sql = self.sql(day)
        spans = self.table.regime.values[name].spans(self.table.regime.counts, self.table.known)
        lines = [f"WHEN {day_sql} >= {first} THEN {shown(row)}" for first, row in reversed(spans) if first is not None]
        last = f"CAST({shown(spans[0][1])} AS {kind})"
        return f"(CASE {' '.join(lines)} ELSE {last} END)" if lines else last

    def branch(self, tree: Expr) -> str:
        """The number of the branch that a rule takes."""
        if isinstance(tree, FirstMatch):
            lines = " ".join(f"WHEN {self.sql(b.condition)} THEN {i}" for i, b in enumerate(tree.branches))
            return f"(CASE {lines} ELSE {len(tree.branches)} END)" if lines else "0"
        assert isinstance(tree, Unless)
        lines = " ".join(f"WHEN {self.sql(x.condition)} THEN {i}" for i, x in enumerate(tree.exceptions, 1))
        return f"(CASE {lines} ELSE 0 END)" if lines else "0"
