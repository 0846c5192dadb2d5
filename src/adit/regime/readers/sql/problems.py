"""What stands in the way of an answer, as SQL: NULL where a row can be decided, else the words of the problem.

Not here: the answer itself (`expressions`).
"""

from collections.abc import Sequence

from adit.regime.readers.periods import quoted
from adit.regime.readers.sql import lookups
from adit.regime.readers.sql.expressions import Expressions
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
    """Writes the problems of expressions."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.table = expressions.table

    def of(self, node: Expr) -> str | None:
        """SQL that is NULL where the node can be decided, else the words of what stands in the way; None: it always can.

        Follows the order in which the `case` reader evaluates: a branch that is not taken cannot fail.
        """
        match node:
            case DatedValue(name=name, on=None):
                return self.table.missing(name)
            case DatedValue(name=name, on=Expr() as on):
                words = quoted(f"no value of {self.table.regime.id}:{name} is in force")
                gone = self.expressions.on_day(name, on, lambda row: "NULL" if row else words, "STRING")
                return _in_turn([self.of(on), gone])
            case InForce(on=Expr() as on):
                return self.of(on)
            case Keyed(name=name, key=key):
                missing = self.table.missing(name)
                words = quoted(f"{self.table.regime.id}:{name} has no line for this word")
                unknown = f"CASE WHEN {self.expressions.sql(node)} IS NULL THEN {words} END"
                return _in_turn([self.of(key), missing, unknown if not lookups.covers(node, self.table) else None])
            case OneOf(name=name, of=of):
                return _in_turn([self.of(of), self.table.missing(name) if name else None])
            case Brackets(name=name, of=of) | Banded(name=name, of=of) | InHours(name=name, of=of):
                return _in_turn([self.of(of), self.table.missing(name)])
            case And(left=left, right=right):
                return _guarded(self.of(left), self.expressions.sql(left), self.of(right))
            case Or(left=left, right=right):
                return _guarded(self.of(left), f"NOT {self.expressions.sql(left)}", self.of(right))
            case OrElse(of=of, default=default):
                return _guarded(self.of(of), f"{self.expressions.sql(of)} IS NULL", self.of(default))
            case YearToDate() | OverLast():
                return self.expressions.sums.problem(node)
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._of_choice([(b.condition, b.answer) for b in branches], otherwise)
            case Unless(general=general, exceptions=exceptions, ordered=ordered):
                return self._of_unless([(x.condition, x.answer) for x in exceptions], general, bool(ordered))
            case Share(part=part, whole=whole, when_zero=zero):
                worked = _in_turn([self.of(part), self.of(whole)])
                return _guarded(worked, f"{self.expressions.sql(whole)} = 0", self.of(zero))
            case (
                Arithmetic(left=left, right=right) | Comparison(left=left, right=right) | Widest(left=left, right=right)
            ):
                return _in_turn([self.of(left), self.of(right)])
            case Not(of=of) | Given(of=of) | Rounded(of=of) | NextMonth(nth=of):
                return self.of(of)
        return None

    def _of_choice(self, branches: list[tuple[Expr, Expr]], otherwise: Expr) -> str | None:
        lines: list[str] = []
        trouble = False
        for condition, answer in branches:
            in_condition, in_answer = self.of(condition), self.of(answer)
            if in_condition:
                lines.append(f"WHEN ({in_condition}) IS NOT NULL THEN {in_condition}")
            lines.append(f"WHEN {self.expressions.sql(condition)} THEN {in_answer or 'NULL'}")
            trouble = trouble or bool(in_condition or in_answer)
        last = self.of(otherwise)
        if not trouble and last is None:
            return None
        return f"(CASE {' '.join(lines)} ELSE {last or 'NULL'} END)" if lines else last

    def _of_unless(self, exceptions: list[tuple[Expr, Expr]], general: Expr, ordered: bool) -> str | None:
        conditions = _in_turn([self.of(c) for c, _ in exceptions])
        both = None
        if len(exceptions) > 1 and not ordered:
            count = " + ".join(f"CAST({self.expressions.sql(c)} AS INTEGER)" for c, _ in exceptions)
            both = f"CASE WHEN {count} > 1 THEN 'two exceptions hold at once' END"
        answers = self._of_choice([(c, a) for c, a in exceptions], general)
        return _in_turn([conditions, both, answers])


def _in_turn(problems: Sequence[str | None]) -> str | None:
    found = [p for p in problems if p]
    return None if not found else found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"


def _guarded(first: str | None, condition: str, then: str | None) -> str | None:
    """The first problem; else, where the condition holds, the second."""
    if then is None:
        return first
    guarded = f"CASE WHEN {condition} THEN {then} END"
    return guarded if first is None else f"COALESCE({first}, {guarded})"
