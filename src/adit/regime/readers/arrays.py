"""The `arrays` reader: the same rules as one compiled loop over columns in memory, in exact 64-bit integers.

One kernel is written for a set of questions: it goes over the rows once and works out every rule in local variables, so
that nothing is kept but the answers. Running sums are kept by subject between batches, so a panel of any length streams
through in the memory of one batch. Rows of a subject have to come in the order of their periods.

Absent facts and silence are `ABSENT`; words are codes of the kernel's vocabulary; flags are 0 and 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from inspect import getsource
from typing import Any

import numpy as np
import numpy.typing as npt

from adit.engines.compiled import kept
from adit.regime.act import Regime
from adit.regime.readers.periods import ELSEWHERE, PeriodTable
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
from adit.regime.values import EVERYWHERE, Row
from adit.terms.days import Period, day_number
from adit.terms.errors import BadInput, BadLaw, UnknownName
from adit.terms.fields import facts as all_facts

__all__ = ["ABSENT", "Body", "Kernel", "Memory", "loop_of", "write_body", "write_kernel", "write_module"]

ABSENT = -(2**63)
Column = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


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


@dataclass
class Memory:
    """What a kernel remembers of each subject between batches: the sums of its year so far, then its windows."""

    sums: Array  # (running sums, subjects)
    problems: Array  # (running sums, subjects): what once stood in the way this year
    last: Array  # period of the last row, -1 for none


@dataclass(frozen=True)
class Kernel:
    """A loop for these questions over rows of these periods.

    `facts` are the columns it takes, in order; `messages` the words of each problem's number, 0 being none.
    """

    source: str
    facts: tuple[str, ...]
    answers: Mapping[str, Type]
    branches: tuple[str, ...]
    periods: tuple[Period, ...]
    vocabulary: tuple[str, ...]
    messages: tuple[str, ...]
    uses_history: bool
    _tables: tuple[Array, ...] = field(repr=False)
    _sums: int
    _loop: Callable[..., int] = field(repr=False)

    def codes(self, words: Sequence[str | None]) -> Column:
        """Words as the kernel's codes. Raises UnknownName for a word that no rule and no field knows."""
        known = {w: i for i, w in enumerate(self.vocabulary)}
        try:
            return np.array([ABSENT if w is None else known[w] for w in words], dtype=np.int64)
        except KeyError as error:
            raise UnknownName("word", str(error.args[0]), self.vocabulary) from None

    def memory(self, subjects: int) -> Memory:
        """A memory for so many subjects, numbered from 0, before their first row."""
        shape = (max(self._sums, 1), subjects)
        return Memory(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.full(subjects, -1, np.int64))

    def run(self, columns: Mapping[str, Array], period: Array, subject: Array, memory: Memory) -> dict[str, Array]:
        """The answers to a batch: `<question>`, `<question>__branch`, and `problem` with the number of a message.

        `columns` has an array of integers for each fact (int8 does for flags, int16 for most words; a fact that may be
        absent needs int64), `period` the index of each row's period, `subject` its number. Raises BadInput where the
        rows of a subject do not come in the order of their periods.
        """
        answers = [np.empty(len(period), np.int64) for _ in self.answers]
        codes = [np.empty(len(period), np.int16) for _ in range(len(self.branches) + 1)]
        facts = [columns[name] for name in self.facts]
        wrong = self._loop(
            period, subject, memory.sums, memory.problems, memory.last, *facts, *answers, *codes, *self._tables
        )
        if wrong >= 0:
            raise BadInput(
                f"Row {wrong} comes after a later or equal period of the same subject.",
                todo="Sort the rows by period; each subject may have a period once.",
            )
        names = [*self.answers, *(f"{b}__branch" for b in self.branches), "problem"]
        return dict(zip(names, [*answers, *codes], strict=True))


def write_kernel(
    regime: Regime,
    questions: Sequence[str],
    periods: Sequence[Period],
    *,
    known: date | None = None,
    compiled: bool = True,
) -> Kernel:
    """The kernel that answers these questions. With `compiled` false the same source runs as plain Python: its twin.

    Raises NotInForce for a period before the regime, UnknownName for a question that no rule answers, BadLaw for a
    product that does not fit the integers of this reader.
    """
    body = write_body(regime, questions, periods, known=known)
    source = write_module(body, _loop_over(body))
    loop = loop_of(source, compiled=compiled)
    return Kernel(
        source, body.facts, body.answers, body.branches, body.periods, body.vocabulary, body.messages, body.sums > 0,
        tuple(body.tables.values()), body.sums, loop,
    )  # fmt: skip


def write_body(
    regime: Regime, questions: Sequence[str], periods: Sequence[Period], *, known: date | None = None
) -> Body:
    """The statements that answer these questions for one row: for loops of one's own. Raises as `write_kernel` does."""
    for period in periods:
        regime.spoken_on(period.start)
    return _Writer(regime, periods, known).write(list(dict.fromkeys(questions)))


def _loop_over(body: Body) -> str:
    """The loop that keeps each answer and each branch taken."""
    outputs = [*body.outputs, "x"]
    facts, answers = [f"f_{name}" for name in body.facts], [f"o_{k}" for k in range(len(outputs))]
    arguments = ", ".join(["period", "subject", "sums", "spoilt", "last", *facts, *answers, *body.tables])
    lines = "\n        ".join([*body.lines, *(f"o_{k}[i] = {what}" for k, what in enumerate(outputs))])
    return (
        f"def loop({arguments}):\n"
        "    for i in range(len(period)):\n"
        "        p = period[i]\n"
        "        s = subject[i]\n"
        "        if last[s] >= p:\n"
        "            return i\n"
        "        if last[s] < 0 or p_year[last[s]] != p_year[p]:\n"
        f"            for k in range({body.year_sums}):\n"
        "                sums[k, s] = 0\n"
        "                spoilt[k, s] = 0\n"
        "        last[s] = p\n"
        "        x = 0\n"
        f"        {lines}\n"
        "    return -1\n"
    )


# Exact arithmetic -------------------------------------------------------------------------------------------------
def _quotient(n: int, d: int, mode: int) -> int:
    """n / d rounded: 0 half away from zero, 1 towards zero, 2 away from zero; d may not be 0."""
    negative = (n < 0) != (d < 0)
    n, d = abs(n), abs(d)
    q, r = n // d, n % d
    if (mode == 0 and r >= d - r) or (mode == 2 and r > 0):
        q += 1
    return -q if negative else q


def _product_quotient(a: int, b: int, d: int, mode: int) -> int:
    """a * b / d rounded, where a * b may need 128 bits: a is split by d, so that no product does."""
    negative = (a < 0) != (b < 0)
    a, b = abs(a), abs(b)
    q = (a // d) * b + _quotient((a % d) * b, d, mode)
    return -q if negative else q


def _floor(n: int, d: int) -> int:
    """n / d without its remainder, of numbers that are not below zero: unsigned, which a processor does faster."""
    return np.int64(np.uint64(n) // np.uint64(d))  # type: ignore[return-value]


def _positive_product_quotient(a: int, b: int, d: int, more: int) -> int:
    """(a * b + more) / d without its remainder, of numbers that are not below zero, where a * b may need 128 bits."""
    q = _floor(a, d)
    return q * b + _floor((a - q * d) * b + more, d)


def _by_brackets_quotient(x: int, above: Any, rate: Any, whole: Any, rest: Any, count: int, d: int, mode: int) -> int:
    """A tax by brackets divided by d and rounded, where the tax itself may need 128 bits; `whole` and `rest` are what the
    full slices below come to, divided by d."""
    for k in range(count - 1, -1, -1):
        if x >= above[k]:
            y = x - above[k]
            return int(whole[k] + (y // d) * rate[k] + _quotient(rest[k] + (y % d) * rate[k], d, mode))
    return 0


def _by_bands(x: int, starts: Any, values: Any, count: int) -> int:
    """The value of the last band that has begun at x, else ABSENT."""
    for k in range(count - 1, -1, -1):
        if x >= starts[k]:
            return int(values[k])
    return ABSENT


def _over_last(sums: Any, first: int, n: int, month: int, s: int) -> int:
    """The sum of the months of a window; the month in which each was written stands n rows below it."""
    total = 0
    for k in range(first, first + n):
        if sums[k + n, s] > month - n:
            total += sums[k, s]
    return total


def _spoilt_in(sums: Any, spoilt: Any, first: int, n: int, month: int, s: int) -> int:
    """The first problem of a month of a window."""
    for k in range(first, first + n):
        if sums[k + n, s] > month - n and spoilt[k, s] != 0:
            return int(spoilt[k, s])
    return 0


_WINDOWS = "<windows>"  # where the rows of windows begin: known when all rules are written

_HELPERS = (
    _quotient, _product_quotient, _floor, _positive_product_quotient, _by_brackets_quotient, _by_bands, _over_last, _spoilt_in,
)  # fmt: skip
_MODES = {"half up": 0, "down": 1, "up": 2}
_COMPILED = "@njit(nogil=True, cache=True)\n"
_HEAD = "from typing import Any\n\nimport numpy as np\n\nABSENT = -(2**63)\n"


def write_module(body: Body, loop: str) -> str:
    """The text of a module with this loop and the helpers that its statements call."""
    helpers = [*(getsource(function) for function in _HELPERS), *body.helpers.values()]
    return "\n".join([_HEAD, *(_COMPILED + text for text in (*helpers, loop))])


def loop_of(module: str, *, compiled: bool) -> Callable[..., int]:
    """The loop of such a text: compiled and kept for the next process, or as plain Python: its twin."""
    if compiled:
        made: Callable[..., int] = kept("from numba import njit\n" + module).loop
        return made
    space: dict[str, Any] = {}
    exec(compile(module.replace(_COMPILED, ""), "<loop>", "exec"), space)
    twin: Callable[..., int] = space["loop"]
    return twin


def _full_slices(scale: Any, k: int, step: int) -> int:
    """What the full slices below bracket k come to, at the places of amount and rate together."""
    return int(sum((scale[j + 1].above - scale[j].above) * step * scale[j].rate for j in range(k)))


# Writing the loop -------------------------------------------------------------------------------------------------
class _Writer:
    """Collects the statements of the loop and the tables it reads, rule by rule."""

    def __init__(self, regime: Regime, periods: Sequence[Period], known: date | None) -> None:
        self.regime = regime
        self.table = PeriodTable(regime, periods, known)
        self.periods = self.table.periods
        self.lines: list[str] = []
        self.tables: dict[str, Array] = {}
        self.messages: list[str] = [""]
        self.helpers: dict[str, str] = {}
        self.sums: dict[int, int] = {}  # id of a running sum -> its number
        self.year_sums = 0  # rows of the memory that begin anew with the year
        self.windows = 0  # rows after them: of each window its months, and in which month each was written
        self.vocabulary: dict[str, int] = {}
        self.facts: tuple[str, ...] = ()

    def write(self, questions: list[str]) -> Body:
        wanted = {rule.name for q in questions for rule in self.regime.rules_for(q)}
        needed = [rule for name, rule in self.regime.rules.items() if name in wanted]
        self.facts = tuple(sorted(frozenset[str]().union(*(r.facts for r in needed))))
        self._learn_words(needed)
        for name in ("p_days", "p_start", "p_next", "p_year", "p_month"):
            self.tables[name] = self._period_facts(name)
        for rule in needed:
            self._sums_of(rule.tree)
            self.lines.append(f"r_{rule.name} = {self._value(rule.tree)}")
            problem = self._problem(rule.tree)
            if problem:
                self.lines.append(f"x = x if x != 0 else {problem}")
        self.lines = [line.replace(_WINDOWS, str(self.year_sums)) for line in self.lines]
        branches = tuple(q for q in questions if isinstance(self.regime.rules[q].tree, FirstMatch | Unless))
        outputs = [f"r_{q}" for q in questions] + [self._branch(self.regime.rules[q].tree) for q in branches]
        return Body(
            self.facts, {q: self.regime.rules[q].type for q in questions}, branches, tuple(self.periods),
            tuple(self.vocabulary), tuple(self.messages), tuple(self.lines), tuple(outputs), self.tables,
            self.helpers, self.year_sums + self.windows, self.year_sums,
        )  # fmt: skip

    # Tables -----------------------------------------------------------------------------------------------------
    def _learn_words(self, rules: Sequence[Any]) -> None:
        words: set[str] = {""}
        for name in self.facts:
            words |= set(all_facts()[name].words)
        for rule in rules:
            for node in walk(rule.tree):
                if isinstance(node.type, Word):
                    words |= node.type.words
                if isinstance(node, OneOf):
                    words |= node.words
                if isinstance(node, Constant) and isinstance(node.value, str):
                    words.add(node.value)
            for name in rule.values:
                value = self.regime.values[name]
                for row in value.rows:
                    words |= (
                        set(row.value)
                        if value.kind in ("list", "table")
                        else {row.value}
                        if value.kind == "word"
                        else set()
                    )
        self.vocabulary = {w: i for i, w in enumerate(sorted(words))}

    def _period_facts(self, name: str) -> Array:
        made = {
            "p_days": [p.days for p in self.periods],
            "p_start": [day_number(p.start) for p in self.periods],
            "p_next": [day_number(p.next_month) for p in self.periods],
            "p_year": [p.start.year for p in self.periods],
            "p_month": [p.month for p in self.periods],
        }
        return np.array(made[name], np.int64)

    def _table(self, name: str, make: Callable[[], Any]) -> str:
        if name not in self.tables:
            self.tables[name] = np.array(make(), np.int64)
        return name

    def _code(self, value: Any) -> int:
        return self.vocabulary[value] if isinstance(value, str) else int(value)

    def _scalar(self, name: str) -> str:
        return self._table(f"v_{name}", lambda: [0 if v is None else self._code(v) for v in self.table.resolved(name)])

    def _on_day(self, name: str, day: Expr, shown: Callable[[Row | None], int]) -> str:
        """A dated value on the day of a fact: the spans of the value, the latest first."""
        x, spans = self._value(day), self.regime.values[name].spans(self.regime.counts, self.table.known)
        text = str(shown(spans[0][1]))
        for first, row in spans[1:]:
            text = f"({shown(row)} if {x} >= {first} else {text})"
        return text

    def _hours(self, name: str, end: str) -> str:
        return self._table(f"{end}_{name}", lambda: [getattr(h, end, 0) for h in self.table.resolved(name)]) + "[p]"

    def _everywhere(self, name: str, certain: bool) -> str:
        value, known, pick = self.regime.values[name], self.table.known, 0 if certain else 1
        return self._table(
            f"everywhere_{pick}_{name}",
            lambda: [value.banned_days(p, EVERYWHERE, "", self.regime.counts, known)[pick] for p in self.periods],
        )

    def _banded(self, node: Banded) -> str:
        assert isinstance(node.of.type, Number)
        step = 10 ** (node.of.type.places - self.regime.values[node.name].by_places)
        tables = self.table.resolved(node.name)
        most = max((len(t) for t in tables if t), default=1)

        def of_each(pick: Callable[[Any], int]) -> list[list[int]]:
            return [[pick(t[k]) if t and k < len(t) else 0 for k in range(most)] for t in tables]

        # Whole counts: "above n" is "from n and a smallest unit".
        starts = self._table(f"start{step}_{node.name}", lambda: of_each(lambda b: b.start * step + (not b.inclusive)))
        values = self._table(f"band_{node.name}", lambda: of_each(lambda b: b.value))
        count = self._table(f"bands_{node.name}", lambda: [len(t) if t else 0 for t in tables])
        return f"_by_bands({self._value(node.of)}, {starts}[p], {values}[p], {count}[p])"

    def _stands(self, name: str) -> str:
        return self._table(f"in_{name}", self._stands_in(name))

    def _stands_in(self, name: str) -> Callable[[], list[int]]:
        value = self.regime.values[name]
        if value.kind == "bans":
            return lambda: [
                int(any(True for _ in value.bans_within(p, self.regime.counts, self.table.known))) for p in self.periods
            ]
        return lambda: [int(v is not None) for v in self.table.resolved(name)]

    def _by_word(self, name: str, of: Callable[[Any, str], int]) -> list[list[int]]:
        return [[of(v, w) if v is not None else 0 for w in self.vocabulary] for v in self.table.resolved(name)]

    def _bans(self, name: str, certain: bool) -> tuple[str, str, str]:
        """The table of days by period, region and municipality, and the two that turn words into its rows."""
        value = self.regime.values[name]
        regions = sorted({row.value.region for row in value.rows})
        towns = sorted(
            {m for row in value.rows for m in (row.value.municipalities | row.value.but_not)} | {"", ELSEWHERE}
        )

        def days() -> list[list[list[int]]]:
            counts, known = self.regime.counts, self.table.known
            pick = 0 if certain else 1
            return [
                [[value.banned_days(p, r, m, counts, known)[pick] for m in towns] for r in [*regions, ELSEWHERE]]
                for p in self.periods
            ]

        kind = "certain" if certain else "doubtful"
        return (
            self._table(f"ban_{name}_{kind}", days),
            self._table(
                f"region_{name}", lambda: [regions.index(w) if w in regions else len(regions) for w in self.vocabulary]
            ),
            self._table(
                f"town_{name}",
                lambda: [towns.index(w) if w in towns else towns.index(ELSEWHERE) for w in self.vocabulary],
            ),
        )

    # Expressions ------------------------------------------------------------------------------------------------
    def _fit(self, node: Expr, wanted: Type) -> str:
        text = self._value(node)
        if isinstance(wanted, Number) and isinstance(node.type, Number) and wanted.places != node.type.places:
            factor = 10 ** (wanted.places - node.type.places)
            return (
                f"({text} * {factor} if {text} != {ABSENT} else {ABSENT})"
                if node.type.absent
                else f"({text} * {factor})"
            )
        return text

    def _pair(self, left: Expr, right: Expr) -> tuple[str, str]:
        a, b = self._value(left), self._value(right)
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            up = right.type.places - left.type.places
            return (f"({a} * {10**up})" if up > 0 else a), (f"({b} * {10**-up})" if up < 0 else b)
        return a, b

    def _holds(self, node: Expr) -> str:
        """A condition as a Python condition."""
        match node:
            case Constant(value=value):
                return "True" if value else "False"
            case InForce(name=name, on=None):
                return f"({self._stands(name)}[p] != 0)"
            case InForce(name=name, on=Expr() as on):
                return f"({self._on_day(name, on, lambda row: int(row is not None))} != 0)"
            case InHours(of=of, name=name):
                x, first, last = self._value(of), self._hours(name, "first"), self._hours(name, "last")
                within, across = f"{x} >= {first} and {x} < {last}", f"{x} >= {first} or {x} < {last}"
                return f"(({within}) if {first} < {last} else ({across}))"
            case And(left=left, right=right):
                return f"({self._holds(left)} and {self._holds(right)})"
            case Or(left=left, right=right):
                return f"({self._holds(left)} or {self._holds(right)})"
            case Not(of=of):
                return f"(not {self._holds(of)})"
            case Given(of=of):
                return f"({self._value(of)} != {ABSENT})"
            case Comparison(sign=sign, left=left, right=right):
                a, b = self._pair(left, right)
                return f"({a} {sign} {b})"
            case OneOf(of=of, name="", words=words):
                among = [f"{self._value(of)} == {self.vocabulary[w]}" for w in sorted(words)]
                return f"({' or '.join(among)})" if among else "False"
            case OneOf(of=of, name=name):
                table = self._table(f"list_{name}", lambda: self._by_word(name, lambda words, w: int(w in words)))
                return f"({table}[p, {self._value(of)}] != 0)"
        return f"({self._value(node)} != 0)"

    def _value(self, node: Expr) -> str:
        """An expression as a whole number: a count, a code, a day, 0 or 1, or ABSENT."""
        match node:
            case Constant(value=bool() as value):
                return str(int(value))
            case Constant(value=str() as word):
                return str(self.vocabulary[word])
            case Constant(value=value):
                return str(value)
            case Fact(name=name):
                return f"f_{name}[i]"
            case RuleAnswer(name=name):
                return f"r_{name}"
            case YearToDate() | OverLast():
                return f"t_{self.sums[id(node)]}"
            case DatedValue(name=name, on=None):
                return f"{self._scalar(name)}[p]"
            case DatedValue(name=name, on=Expr() as on):
                return self._on_day(name, on, lambda row: self._code(row.value) if row else 0)
            case Banded():
                return self._banded(node)
            case DaysBanned(name=name, region=None, certain=certain):
                return f"{self._everywhere(name, certain)}[p]"
            case Keyed(name=name, key=key):
                return f"{self._table(f'keyed_{name}', lambda: self._by_word(name, lambda t, w: t.get(w, 0)))}[p, {self._value(key)}]"
            case DaysBanned(name=name, region=Expr() as region, municipality=Expr() as town, certain=certain):
                days, by_region, by_town = self._bans(name, certain)
                return f"{days}[p, {by_region}[{self._value(region)}], {by_town}[{self._value(town)}]]"
            case PeriodDays():
                return "p_days[p]"
            case PeriodStart():
                return "p_start[p]"
            case NextMonth(nth=nth):
                return f"(p_next[p] + {self._value(nth)} - 1)"
            case Silence():
                return str(ABSENT)
            case Arithmetic(sign="*", left=left, right=right):
                return f"({self._value(left)} * {self._value(right)})"
            case Arithmetic(sign=sign, left=left, right=right):
                a, b = self._pair(left, right)
                return f"({a} {sign} {b})"
            case Widest(larger=larger, left=left, right=right):
                a, b = self._pair(left, right)
                return f"({'max' if larger else 'min'}({a}, {b}))"
            case Rounded():
                return self._rounded(node)
            case Share():
                return self._share(node)
            case Brackets():
                return self._brackets(node)
            case OrElse(of=of, default=default):
                return f"({self._fit(of, node.type)} if {self._value(of)} != {ABSENT} else {self._fit(default, node.type)})"
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice([(b.condition, b.answer) for b in branches], otherwise, node.type)
            case Unless(general=general, exceptions=exceptions):
                return self._choice([(x.condition, x.answer) for x in exceptions], general, node.type)
        assert isinstance(node.type, Bool), f"{type(node).__name__} has no kernel"
        return f"(1 if {self._holds(node)} else 0)"

    def _choice(self, branches: list[tuple[Expr, Expr]], otherwise: Expr, kind: Type) -> str:
        text = self._fit(otherwise, kind)
        for condition, answer in reversed(branches):
            text = f"({self._fit(answer, kind)} if {self._holds(condition)} else {text})"
        return text

    def _rounded(self, node: Rounded) -> str:
        of, to = node.of.type, node.type
        assert isinstance(of, Number)
        assert isinstance(to, Number)
        d, mode = 10 ** (of.places - to.places), _MODES[node.mode]
        more = {"half up": d // 2, "down": 0, "up": d - 1}[node.mode]  # of what is not below zero
        if of.low >= 0 and of.reach + d <= NARROW:
            return f"_floor({self._value(node.of)} + {more}, {d})"
        if of.reach <= NARROW:
            return f"_quotient({self._value(node.of)}, {d}, {mode})"
        if isinstance(node.of, Arithmetic) and node.of.sign == "*":
            for a, b in ((node.of.left, node.of.right), (node.of.right, node.of.left)):
                assert isinstance(a.type, Number)
                assert isinstance(b.type, Number)
                if (b.type.reach + 1) * d <= NARROW and to.reach <= NARROW:
                    if a.type.low >= 0 and b.type.low >= 0:
                        return f"_positive_product_quotient({self._value(a)}, {self._value(b)}, {d}, {more})"
                    return f"_product_quotient({self._value(a)}, {self._value(b)}, {d}, {mode})"
        if isinstance(node.of, Brackets) and to.reach <= NARROW:
            return self._brackets_quotient(node.of, d, mode)
        raise BadLaw(
            f"A rounded amount of {len(str(of.reach))} digits cannot be worked out in 64-bit steps.",
            todo="Give the facts tighter bounds; the case and sql readers can still decide it.",
        )

    def _share(self, node: Share) -> str:
        part, whole, to = node.part.type, node.whole.type, node.type
        assert isinstance(part, Number)
        assert isinstance(whole, Number)
        assert isinstance(to, Number)
        up = to.places + whole.places - part.places
        n, d = f"({self._value(node.part)} * {10 ** max(up, 0)})", f"({self._value(node.whole)} * {10 ** max(-up, 0)})"
        if max(part.reach * 10 ** max(up, 0), whole.reach * 10 ** max(-up, 0)) > NARROW:
            raise BadLaw(
                "A share cannot be worked out in 64 bits.",
                todo="Ask for fewer places, or give the facts tighter bounds.",
            )
        return f"({self._fit(node.when_zero, to)} if {self._value(node.whole)} == 0 else _quotient({n}, {d}, {_MODES[node.mode]}))"

    def _brackets(self, node: Brackets) -> str:
        assert isinstance(node.type, Number)
        if node.type.reach > NARROW:
            raise BadLaw(f"The brackets of {node.name} cannot be worked out in 64 bits.", todo="Round them at once.")
        above = self._bracket_table(node, "above", lambda s, k: s[k].above * self._step(node))
        step = self._bracket_table(node, "step", lambda s, k: s[k].rate - (s[k - 1].rate if k else 0))
        steps = range(self.tables[above].shape[1])
        self.helpers[f"_by_{len(steps)}_brackets"] = (
            f"def _by_{len(steps)}_brackets(x, p, above, step):\n"
            "    # no branch depends on the amount: a processor cannot guess in which bracket the next row lies\n"
            f"    return {' + '.join(f'max(x - above[p, {k}], 0) * step[p, {k}]' for k in steps)}\n"
        )
        return f"_by_{len(steps)}_brackets({self._value(node.of)}, p, {above}, {step})"

    def _brackets_quotient(self, node: Brackets, d: int, mode: int) -> str:
        above, rate, count = self._scale(node)
        whole = self._bracket_table(node, f"whole{d}", lambda s, k: _full_slices(s, k, self._step(node)) // d)
        rest = self._bracket_table(node, f"rest{d}", lambda s, k: _full_slices(s, k, self._step(node)) % d)
        return f"_by_brackets_quotient({self._value(node.of)}, {above}[p], {rate}[p], {whole}[p], {rest}[p], {count}[p], {d}, {mode})"

    def _step(self, node: Brackets) -> int:
        assert isinstance(node.of.type, Number)
        return int(10 ** (node.of.type.places - self.regime.values[node.name].places))

    def _scale(self, node: Brackets) -> tuple[str, str, str]:
        above = self._bracket_table(node, "above", lambda s, k: s[k].above * self._step(node))
        rate = self._bracket_table(node, "rate", lambda s, k: s[k].rate)
        count = self._table(f"count_{node.name}", lambda: [len(s) if s else 0 for s in self.table.resolved(node.name)])
        return above, rate, count

    def _bracket_table(self, node: Brackets, what: str, pick: Callable[[Any, int], int]) -> str:
        """One number for each period and bracket, 0 beyond the last bracket."""
        scales = self.table.resolved(node.name)
        most = max((len(s) for s in scales if s), default=1)
        return self._table(
            f"{what}_{node.name}_{self._step(node)}",
            lambda: [[pick(s, k) if s and k < len(s) else 0 for k in range(most)] for s in scales],
        )

    def _sums_of(self, tree: Expr) -> None:
        """The statements that keep the running sums of a rule, before the rule itself."""
        for node in walk(tree):
            if isinstance(node, OverLast) and id(node) not in self.sums:
                self._window_of(node)
            if isinstance(node, YearToDate) and id(node) not in self.sums:
                t = self.sums[id(node)] = len(self.sums)
                k, self.year_sums = self.year_sums, self.year_sums + 1
                problem = self._problem(node.of)
                self.lines += [f"sums[{k}, s] += {self._value(node.of)}", f"t_{t} = sums[{k}, s]"]
                if problem:
                    self.lines.append(f"spoilt[{k}, s] = spoilt[{k}, s] if spoilt[{k}, s] != 0 else {problem}")
                    self.lines.append(f"u_{t} = spoilt[{k}, s]")

    def _window_of(self, node: OverLast) -> None:
        """The statements of a window: the row's month takes the place of the one that has left it."""
        t, n, first = len(self.sums), node.months, f"{_WINDOWS} + {self.windows}"
        self.sums[id(node)] = t
        self.windows += 2 * n
        slot, month = f"{first} + p_month[p] % {n}", "p_month[p]"
        problem = self._problem(node.of)
        self.lines += [
            f"sums[{slot}, s] = {self._value(node.of)}",
            f"sums[{slot} + {n}, s] = {month}",
            f"spoilt[{slot}, s] = {problem or 0}",
            f"t_{t} = _over_last(sums, {first}, {n}, {month}, s)",
        ]
        if problem:
            self.lines.append(f"u_{t} = _spoilt_in(sums, spoilt, {first}, {n}, {month}, s)")

    def _branch(self, tree: Expr) -> str:
        if isinstance(tree, FirstMatch):
            text, numbered = str(len(tree.branches)), [(b.condition, i) for i, b in enumerate(tree.branches)]
        else:
            assert isinstance(tree, Unless)
            text, numbered = "0", [(x.condition, i) for i, x in enumerate(tree.exceptions, 1)]
        for condition, i in reversed(numbered):
            text = f"({i} if {self._holds(condition)} else {text})"
        return text

    # Problems ---------------------------------------------------------------------------------------------------
    def _message(self, text: str) -> int:
        if text not in self.messages:
            self.messages.append(text)
        return self.messages.index(text)

    def _missing(self, name: str) -> str | None:
        if not self.table.gap(name):
            return None
        return f"(0 if {self._stands(name)}[p] != 0 else {self._message(f'no value of {self.regime.id}:{name} is in force')})"

    def _problem(self, node: Expr) -> str | None:
        """An expression that is 0 where the node can be decided; None where it always can. As in the `sql` reader."""
        match node:
            case DatedValue(name=name, on=None):
                return self._missing(name)
            case DatedValue(name=name, on=Expr() as on):
                gone = self._message(f"no value of {self.regime.id}:{name} is in force")
                return self._in_turn([self._problem(on), self._on_day(name, on, lambda row: 0 if row else gone)])
            case InForce(on=Expr() as on):
                return self._problem(on)
            case Keyed(name=name, key=key):
                table = self._table(f"covers_{name}", lambda: self._by_word(name, lambda t, w: int(w in t)))
                unknown = self._message(f"{self.regime.id}:{name} has no line for this word")
                line = f"(0 if {table}[p, {self._value(key)}] != 0 else {unknown})"
                return self._in_turn([self._problem(key), self._missing(name), line])
            case OneOf(name=name, of=of):
                return self._in_turn([self._problem(of), self._missing(name) if name else None])
            case Brackets(name=name, of=of) | Banded(name=name, of=of) | InHours(name=name, of=of):
                return self._in_turn([self._problem(of), self._missing(name)])
            case And(left=left, right=right):
                return self._guarded(self._problem(left), self._holds(left), self._problem(right))
            case Or(left=left, right=right):
                return self._guarded(self._problem(left), f"not {self._holds(left)}", self._problem(right))
            case OrElse(of=of, default=default):
                return self._guarded(self._problem(of), f"{self._value(of)} == {ABSENT}", self._problem(default))
            case YearToDate() | OverLast():
                return f"u_{self.sums[id(node)]}" if self._problem(node.of) else None
            case FirstMatch(branches=branches, otherwise=otherwise):
                return self._choice_problem([(b.condition, b.answer) for b in branches], otherwise)
            case Unless():
                return self._unless_problem(node)
            case Share(part=part, whole=whole, when_zero=zero):
                worked = self._in_turn([self._problem(part), self._problem(whole)])
                return self._guarded(worked, f"{self._value(whole)} == 0", self._problem(zero))
            case (
                Arithmetic(left=left, right=right) | Comparison(left=left, right=right) | Widest(left=left, right=right)
            ):
                return self._in_turn([self._problem(left), self._problem(right)])
            case Not(of=of) | Given(of=of) | Rounded(of=of) | NextMonth(nth=of):
                return self._problem(of)
        return None

    def _in_turn(self, problems: Sequence[str | None]) -> str | None:
        found = [p for p in problems if p]
        return reduce(lambda first, then: f"({first} if {first} != 0 else {then})", found) if found else None

    def _guarded(self, first: str | None, condition: str, then: str | None) -> str | None:
        return self._in_turn([first, f"({then} if {condition} else 0)" if then else None])

    def _choice_problem(self, branches: list[tuple[Expr, Expr]], otherwise: Expr) -> str | None:
        text, trouble = self._problem(otherwise) or "0", self._problem(otherwise) is not None
        for condition, answer in reversed(branches):
            in_condition, in_answer = self._problem(condition), self._problem(answer)
            text = f"({in_answer or '0'} if {self._holds(condition)} else {text})"
            if in_condition:
                text = f"({in_condition} if {in_condition} != 0 else {text})"
            trouble = trouble or bool(in_condition or in_answer)
        return text if trouble else None

    def _unless_problem(self, node: Unless) -> str | None:
        both = None
        if len(node.exceptions) > 1 and not node.ordered:
            count = " + ".join(f"(1 if {self._holds(x.condition)} else 0)" for x in node.exceptions)
            both = f"({self._message('two exceptions hold at once')} if {count} > 1 else 0)"
        conditions = self._in_turn([self._problem(x.condition) for x in node.exceptions])
        answers = self._choice_problem([(x.condition, x.answer) for x in node.exceptions], node.general)
        return self._in_turn([conditions, both, answers])
