"""The statements of a loop: rule by rule what it does with a row, and the running sums that it keeps by subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adit.regime.act import Regime, Rule
from adit.regime.readers.arrays.expressions import Expressions
from adit.regime.readers.arrays.problems import Problems
from adit.regime.readers.arrays.tables import Array, Tables, facts_of
from adit.regime.tree import Expr, FirstMatch, OverLast, Unless, YearToDate, walk
from adit.regime.types import Type
from adit.terms.days import Period

__all__ = ["Body", "write_body"]

_WINDOWS = "<windows>"  # where the rows of windows begin: known when all rules are written


@dataclass(frozen=True)
class Body:
    """What a loop does with row `i` of period `p` and subject `s`: its statements and the tables they read.

    The statements leave each answer in `r_<rule>`, what stands in the way in `x` (0: nothing), and in `outputs` the
    expressions of the answers and of the branches taken. Running sums stand in `sums` and `spoilt`.
    """

    facts: tuple[str, ...]
    answers: Mapping[str, Type]
    branches: tuple[str, ...]
    periods: tuple[Period, ...]
    vocabulary: tuple[str, ...]
    messages: tuple[str, ...]
    lines: tuple[str, ...]
    outputs: tuple[str, ...]
    tables: Mapping[str, Array]
    helpers: Mapping[str, str]  # functions that the statements call beside those of every module
    sums: int  # rows of the memory
    year_sums: int  # the first of them, which begin anew with the year; the others are windows of months


def write_body(
    regime: Regime, questions: Sequence[str], periods: Sequence[Period], *, known: date | None = None
) -> Body:
    """The statements that answer these questions for one row: for loops of one's own. Raises as `write_kernel` does."""
    for period in periods:
        regime.spoken_on(period.start)
    asked = list(dict.fromkeys(questions))
    wanted = {rule.name for q in asked for rule in regime.rules_for(q)}
    rules = [rule for name, rule in regime.rules.items() if name in wanted]
    tables = Tables(regime, periods, known, rules)
    statements = _Statements(tables)
    for rule in rules:
        statements.decide(rule)
    trees = {q: regime.rules[q].tree for q in asked}
    branches = tuple(q for q in asked if isinstance(trees[q], FirstMatch | Unless))
    outputs = [f"r_{q}" for q in asked] + [statements.expressions.branch(trees[q]) for q in branches]
    return Body(
        facts_of(rules), {q: regime.rules[q].type for q in asked}, branches, tuple(tables.periods), tuple(tables.codes),
        tuple(statements.problems.messages), statements.whole(), tuple(outputs), tables.made, tables.helpers,
        statements.year_sums + statements.windows, statements.year_sums,
    )  # fmt: skip


class _Statements:
    """Collects the statements of the loop, rule by rule."""

    def __init__(self, tables: Tables) -> None:
        self.expressions = Expressions(tables)
        self.problems = Problems(self.expressions)
        self.lines: list[str] = []
        self.year_sums = 0  # rows of the memory that begin anew with the year
        self.windows = 0  # rows after them: of each window its months, and in which month each was written

    def decide(self, rule: Rule) -> None:
        """The statements that work out a rule, behind those of the rules that it rests on."""
        for node in walk(rule.tree):
            if id(node) not in self.expressions.sums:
                if isinstance(node, OverLast):
                    self._keep_window(node)
                elif isinstance(node, YearToDate):
                    self._keep_year(node)
        self.lines.append(f"r_{rule.name} = {self.expressions.value(rule.tree)}")
        problem = self.problems.of(rule.tree)
        if problem:
            self.lines.append(f"x = x if x != 0 else {problem}")

    def whole(self) -> tuple[str, ...]:
        """The statements of all rules."""
        return tuple(line.replace(_WINDOWS, str(self.year_sums)) for line in self.lines)

    def _keep_year(self, node: YearToDate) -> None:
        """The statements that keep the sum of a subject's year so far."""
        t = self._numbered(node)
        k, self.year_sums = self.year_sums, self.year_sums + 1
        problem = self.problems.of(node.of)
        self.lines += [f"sums[{k}, s] += {self.expressions.value(node.of)}", f"t_{t} = sums[{k}, s]"]
        if problem:
            self.lines.append(f"spoilt[{k}, s] = spoilt[{k}, s] if spoilt[{k}, s] != 0 else {problem}")
            self.lines.append(f"u_{t} = spoilt[{k}, s]")

    def _keep_window(self, node: OverLast) -> None:
        """The statements of a window: the row's month takes the place of the one that has left it."""
        t, n, first = self._numbered(node), node.months, f"{_WINDOWS} + {self.windows}"
        self.windows += 2 * n
        slot, month = f"{first} + p_month[p] % {n}", "p_month[p]"
        problem = self.problems.of(node.of)
        self.lines += [
            f"sums[{slot}, s] = {self.expressions.value(node.of)}",
            f"sums[{slot} + {n}, s] = {month}",
            f"spoilt[{slot}, s] = {problem or 0}",
            f"t_{t} = _over_last(sums, {first}, {n}, {month}, s)",
        ]
        if problem:
            self.lines.append(f"u_{t} = _spoilt_in(sums, spoilt, {first}, {n}, {month}, s)")

    def _numbered(self, node: Expr) -> int:
        return self.expressions.sums.setdefault(id(node), len(self.expressions.sums))
