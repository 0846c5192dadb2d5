"""What a query needs, rule by rule: the columns of each stage, running sums and problems among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adit.regime.act import Regime, Rule
from adit.regime.readers.periods import PeriodTable
from adit.regime.readers.sql.assembly import Stages, assemble
from adit.regime.readers.sql.dialects import DUCKDB, Dialect
from adit.regime.readers.sql.expressions import Expressions, RunningSum
from adit.regime.readers.sql.problems import Problems
from adit.regime.tree import Expr, FirstMatch, OverLast, RuleAnswer, Unless, YearToDate, walk
from adit.regime.types import Type, Word
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["Query", "write_query"]

_WINDOW_OF_YEAR = (
    "OVER (PARTITION BY subject, p__year ORDER BY period_start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
)


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
    asked = list(dict.fromkeys(questions))
    wanted = {rule.name for q in asked for rule in regime.rules_for(q)}
    rules = [rule for name, rule in regime.rules.items() if name in wanted]
    columns = _Columns(PeriodTable(regime, periods, known), dialect)
    columns.decide(rules, _late(regime, rules))
    branches = tuple(q for q in asked if isinstance(regime.rules[q].tree, FirstMatch | Unless))
    for q in branches:
        columns.tell_branch(regime.rules[q])
    facts = tuple(sorted(frozenset[str]().union(*(r.facts for r in rules))))
    answers = [*(f"r_{q} AS {q}" for q in asked), *(f"b_{q} AS {q}__branch" for q in branches)]
    bans = sorted(columns.expressions.bans)
    text = assemble(columns.stages, columns.table, bans, relation, facts, carried, columns.problem_columns, answers)
    return Query(text, facts, {q: regime.rules[q].type for q in asked}, branches, columns.of_year, columns.reach)


class _Columns:
    """Puts the columns that rules need into stages. It keeps the running sums: each is a column of its own, made when first asked for."""

    def __init__(self, table: PeriodTable, dialect: Dialect) -> None:
        self.table = table
        self.stages = Stages()
        self.expressions = Expressions(table, dialect, self)
        self.problems = Problems(self.expressions)
        self.problem_columns: list[str] = []
        self.of_year = False
        self.reach = 0
        self._sums: dict[int, str] = {}  # id of a running sum -> its column
        self._addends: dict[int, str] = {}  # id of what is summed -> its column
        self._sum_problems: dict[int, str] = {}

    def decide(self, rules: Sequence[Rule], late: set[str]) -> None:
        """The answers and the problems of rules, those that are late behind every running sum."""
        for rule in rules:
            if rule.name not in late:
                self.stages.put(f"r_{rule.name}", self.expressions.sql(rule.tree), self._after(rule.tree))
        behind = 1 + max((self.stages.of[column] for column in self._sums.values()), default=0)
        for rule in rules:
            if rule.name in late:
                sql = self.expressions.sql(rule.tree)
                self.stages.put(f"r_{rule.name}", sql, max(self._after(rule.tree), behind))
            problem = self.problems.of(rule.tree)
            if problem:
                self.stages.put(f"x_{rule.name}", problem, max(self.stages.of[f"r_{rule.name}"], behind))
                self.problem_columns.append(f"x_{rule.name}")

    def tell_branch(self, rule: Rule) -> None:
        """The branch that a rule takes."""
        self.stages.put(f"b_{rule.name}", self.expressions.branch(rule.tree), self._after(rule.tree))

    def addend(self, node: Expr) -> str | None:
        """The column that holds what a running sum adds up, if this is it."""
        return self._addends.get(id(node))

    def column(self, node: RunningSum) -> str:
        """The column that holds a running sum."""
        if id(node) not in self._sums:
            self._sum(node)
        return self._sums[id(node)]

    def problem(self, node: RunningSum) -> str | None:
        """The column that holds the first problem among the rows summed; None where there can be none."""
        self.column(node)
        return self._sum_problems.get(id(node))

    def _sum(self, node: RunningSum) -> None:
        """The columns of a running sum: what is added up, then the sum behind it."""
        n = len(self._sums)
        stage = self._after(node.of)
        self.stages.put(f"y_{n}", self.expressions.sql(node.of), stage)
        self._addends[id(node.of)] = f"y_{n}"
        window = _WINDOW_OF_YEAR if isinstance(node, YearToDate) else self._window(node.months)
        self.of_year = self.of_year or isinstance(node, YearToDate)
        self.reach = max(self.reach, node.months - 1 if isinstance(node, OverLast) else 0)
        self.stages.put(f"ytd_{n}", f"CAST(SUM(y_{n}) {window} AS BIGINT)", stage + 1)
        problem = self.problems.of(node.of)
        if problem:
            self.stages.put(f"yx_{n}", problem, stage)
            self.stages.put(f"ytdx_{n}", f"MIN(yx_{n}) {window}", stage + 1)
            self._sum_problems[id(node)] = f"ytdx_{n}"
        self._sums[id(node)] = f"ytd_{n}"

    def _window(self, months: int) -> str:
        if any(p.start.day != 1 or p.end != p.next_month for p in self.table.periods):
            raise BadInput("A sum over the last months is kept of whole months.", todo="Give each row a month.")
        return f"OVER (PARTITION BY subject ORDER BY p__month RANGE BETWEEN {months - 1} PRECEDING AND CURRENT ROW)"

    def _after(self, node: Expr) -> int:
        """The first stage in which an expression can be computed."""
        latest = 0
        for n in walk(node):
            if isinstance(n, RuleAnswer):
                latest = max(latest, self.stages.of[f"r_{n.name}"])
            elif isinstance(n, YearToDate | OverLast):
                latest = max(latest, self.stages.of[self.column(n)])
        return latest + 1


def _late(regime: Regime, needed: Sequence[Rule]) -> set[str]:
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
        for rule in regime.rules_for(below.name)
    }
    late: set[str] = set()
    for rule in needed:
        if rule.name not in summed and (isinstance(rule.type, Word) or rule.rules & late):
            late.add(rule.name)
    return late
