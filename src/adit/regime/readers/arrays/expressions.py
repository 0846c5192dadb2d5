"""The expressions of rules as texts of Python over whole numbers: what a condition holds, what an answer is.

Not here: arithmetic that has to be split or rounded (`amounts`), or what stands in the way of an answer (`problems`).
"""

from collections.abc import Callable

from adit.regime.readers.arrays import amounts
from adit.regime.readers.arrays.integers import ABSENT
from adit.regime.readers.arrays.tables import Tables
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
from adit.regime.types import Bool, Type
from adit.regime.values import Row

__all__ = ["Expressions"]


class Expressions:
    """Writes expressions over the local variables of a loop."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.sums: dict[int, int] = {}  # id of a running sum -> its number, once its statements are written

    def holds(self, node: Expr) -> str:
        """A condition as a Python condition."""
        match node:
            case Constant(value=value):
                return "True" if value else "False"
            case InForce(name=name, on=None):
                return f"({self.tables.stands(name)}[p] != 0)"
            case InForce(name=name, on=Expr() as on):
                return f"({self.on_day(name, on, lambda row: int(row is not None))} != 0)"
            case InHours(of=of, name=name):
                x = self.value(of)
                first, last = (f"{self.tables.hours(name, end)}[p]" for end in ("first", "last"))
                within, across = f"{x} >= {first} and {x} < {last}", f"{x} >= {first} or {x} < {last}"
                return f"(({within}) if {first} < {last} else ({across}))"
            case And(left=left, right=right):
                return f"({self.holds(left)} and {self.holds(right)})"
            case Or(left=left, right=right):
                return f"({self.holds(left)} or {self.holds(right)})"
            case Not(of=of):
                return f"(not {self.holds(of)})"
            case Given(of=of):
                return f"({self.value(of)} != {ABSENT})"
            case Comparison(sign=sign, left=left, right=right):
                a, b = amounts.pair(left, right, self.value)
                return f"({a} {sign} {b})"
            case OneOf(of=of, name="", words=words):
                among = [f"{self.value(of)} == {self.tables.codes[w]}" for w in sorted(words)]
                return f"({' or '.join(among)})" if among else "False"
            case OneOf(of=of, name=name):
                return f"({self.tables.among(name)}[p, {self.value(of)}] != 0)"
        return f"({self.value(node)} != 0)"

    def value(self, node: Expr) -> str:
        """An expression as a whole number: a count, a code, a day, 0 or 1, or ABSENT."""
        match node:
            case Constant(value=bool() as value):
                return str(int(value))
            case Constant(value=str() as word):
                return str(self.tables.codes[word])
            case Constant(value=value):
                return str(value)
            case Fact(name=name):
                return f"f_{name}[i]"
            case RuleAnswer(name=name):
                return f"r_{name}"
            case YearToDate() | OverLast():
                return f"t_{self.sums[id(node)]}"
            case DatedValue(name=name, on=None):
                return f"{self.tables.value(name)}[p]"
            case DatedValue(name=name, on=Expr() as on):
                return self.on_day(name, on, lambda row: self.tables.code(row.value) if row else 0)
            case Banded():
                return amounts.banded(node, self.value, self.tables)
            case DaysBanned(name=name, region=None, certain=certain):
                return f"{self.tables.everywhere(name, certain)}[p]"
            case Keyed(name=name, key=key):
                return f"{self.tables.keyed(name)}[p, {self.value(key)}]"
            case DaysBanned(name=name, region=Expr() as region, municipality=Expr() as town, certain=certain):
                days, by_region, by_town = self.tables.bans(name, certain)
                return f"{days}[p, {by_region}[{self.value(region)}], {by_town}[{self.value(town)}]]"
            case PeriodDays():
                return "p_days[p]"
            case PeriodStart():
                return "p_start[p]"
            case NextMonth(nth=nth):
                return f"(p_next[p] + {self.value(nth)} - 1)"
            case Silence():
                return str(ABSENT)
            case Arithmetic(sign="*", left=left, right=right):
                return f"({self.value(left)} * {self.value(right)})"
            case Arithmetic(sign=sign, left=left, right=right):
                a, b = amounts.pair(left, right, self.value)
                return f"({a} {sign} {b})"
            case Widest(larger=larger, left=left, right=right):
                a, b = amounts.pair(left, right, self.value)
                return f"({'max' if larger else 'min'}({a}, {b}))"
            case Rounded():
                return amounts.rounded(node, self.value, self.tables)
            case Share():
                return amounts.share(node, self.value)
            case Brackets():
                return amounts.brackets(node, self.value, self.tables)
            case OrElse(of=of, default=default):
                return f"({amounts.fit(of, node.type, self.value)} if {self.value(of)} != {ABSENT} else {amounts.fit(default, node.type, self.value)})"
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice([(b.condition, b.answer) for b in branches], otherwise, node.type)
            case Unless(general=general, exceptions=exceptions):
                return self._choice([(x.condition, x.answer) for x in exceptions], general, node.type)
        assert isinstance(node.type, Bool), f"{type(node).__name__} has no kernel"
        return f"(1 if {self.holds(node)} else 0)"

    def on_day(self, name: str, day: Expr, shown: Callable[[Row | None], int]) -> str:
        """A dated value on the day of a fact: the spans of the value, the latest first."""
        x, regime = self.value(day), self.tables.regime
        spans = regime.values[name].spans(regime.counts, self.tables.dated.known)
        text = str(shown(spans[0][1]))
        for first, row in spans[1:]:
            text = f"({shown(row)} if {x} >= {first} else {text})"
        return text

    def _choice(self, branches: list[tuple[Expr, Expr]], otherwise: Expr, kind: Type) -> str:
        text = amounts.fit(otherwise, kind, self.value)
        for condition, answer in reversed(branches):
            text = f"({amounts.fit(answer, kind, self.value)} if {self.holds(condition)} else {text})"
        return text

    def branch(self, tree: Expr) -> str:
        """The number of the branch that a rule takes."""
        if isinstance(tree, FirstMatch):
            text, numbered = str(len(tree.branches)), [(b.condition, i) for i, b in enumerate(tree.branches)]
        else:
            assert isinstance(tree, Unless)
            text, numbered = "0", [(x.condition, i) for i, x in enumerate(tree.exceptions, 1)]
        for condition, i in reversed(numbered):
            text = f"({i} if {self.holds(condition)} else {text})"
        return text
