"""What stands in the way of an answer, as texts of Python: 0 where a row can be decided, else the number of a message.

Not here: the answer itself (`expressions`). The order is that in which the `case` reader evaluates, as in the `sql` reader.
"""

from collections.abc import Sequence
from functools import reduce

from adit.regime.readers.arrays.expressions import Expressions
from adit.regime.readers.arrays.integers import ABSENT
from adit.regime.tree import (
    And,
    Arithmetic,
    Banded,
    Brackets,
    Comparison,
    DatedValue,
    Expr,
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
    Rounded,
    Share,
    Unless,
    Widest,
    YearToDate,
)

__all__ = ["Problems"]


class Problems:
    """Writes the problems of expressions, and numbers their messages."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.tables = expressions.tables
        self.messages: list[str] = [""]

    def of(self, node: Expr) -> str | None:
        """An expression that is 0 where the node can be decided; None where it always can. As in the `sql` reader."""
        match node:
            case DatedValue(name=name, on=None):
                return self._missing(name)
            case DatedValue(name=name, on=Expr() as on):
                gone = self._message(f"no value of {self.tables.regime.id}:{name} is in force")
                return _in_turn([self.of(on), self.expressions.on_day(name, on, lambda row: 0 if row else gone)])
            case InForce(on=Expr() as on):
                return self.of(on)
            case Keyed(name=name, key=key):
                table = self.tables.covers(name)
                unknown = self._message(f"{self.tables.regime.id}:{name} has no line for this word")
                line = f"(0 if {table}[p, {self.expressions.value(key)}] != 0 else {unknown})"
                return _in_turn([self.of(key), self._missing(name), line])
            case OneOf(name=name, of=of):
                return _in_turn([self.of(of), self._missing(name) if name else None])
            case Brackets(name=name, of=of) | Banded(name=name, of=of) | InHours(name=name, of=of):
                return _in_turn([self.of(of), self._missing(name)])
            case And(left=left, right=right):
                return _guarded(self.of(left), self.expressions.holds(left), self.of(right))
            case Or(left=left, right=right):
                return _guarded(self.of(left), f"not {self.expressions.holds(left)}", self.of(right))
            case OrElse(of=of, default=default):
                return _guarded(self.of(of), f"{self.expressions.value(of)} == {ABSENT}", self.of(default))
            case YearToDate() | OverLast():
                return f"u_{self.expressions.sums[id(node)]}" if self.of(node.of) else None
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._of_choice([(b.condition, b.answer) for b in branches], otherwise)
            case Unless():
                return self._of_unless(node)
            case Share(part=part, whole=whole, when_zero=zero):
                worked = _in_turn([self.of(part), self.of(whole)])
                return _guarded(worked, f"{self.expressions.value(whole)} == 0", self.of(zero))
            case (
                Arithmetic(left=left, right=right) | Comparison(left=left, right=right) | Widest(left=left, right=right)
            ):
                return _in_turn([self.of(left), self.of(right)])
            case Not(of=of) | Given(of=of) | Rounded(of=of) | NextMonth(nth=of):
                return self.of(of)
        return None

    def _of_choice(self, branches: list[tuple[Expr, Expr]], otherwise: Expr) -> str | None:
        text, trouble = self.of(otherwise) or "0", self.of(otherwise) is not None
        for condition, answer in reversed(branches):
            in_condition, in_answer = self.of(condition), self.of(answer)
            text = f"({in_answer or '0'} if {self.expressions.holds(condition)} else {text})"
            if in_condition:
                text = f"({in_condition} if {in_condition} != 0 else {text})"
            trouble = trouble or bool(in_condition or in_answer)
        return text if trouble else None

    def _of_unless(self, node: Unless) -> str | None:
        both = None
        if len(node.exceptions) > 1 and not node.ordered:
            count = " + ".join(f"(1 if {self.expressions.holds(x.condition)} else 0)" for x in node.exceptions)
            both = f"({self._message('two exceptions hold at once')} if {count} > 1 else 0)"
        conditions = _in_turn([self.of(x.condition) for x in node.exceptions])
        answers = self._of_choice([(x.condition, x.answer) for x in node.exceptions], node.general)
        return _in_turn([conditions, both, answers])

    def _missing(self, name: str) -> str | None:
        if not self.tables.dated.gap(name):
            return None
        return f"(0 if {self.tables.stands(name)}[p] != 0 else {self._message(f'no value of {self.tables.regime.id}:{name} is in force')})"

    def _message(self, text: str) -> int:
        if text not in self.messages:
            self.messages.append(text)
        return self.messages.index(text)


def _in_turn(problems: Sequence[str | None]) -> str | None:
    found = [p for p in problems if p]
    return reduce(lambda first, then: f"({first} if {first} != 0 else {then})", found) if found else None


def _guarded(first: str | None, condition: str, then: str | None) -> str | None:
    return _in_turn([first, f"({then} if {condition} else 0)" if then else None])
