"""One loop over columns in memory that answers a set of questions, and what it remembers of each subject between batches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from adit.regime.act import Regime
from adit.regime.readers.arrays.body import Body, write_body
from adit.regime.readers.arrays.integers import ABSENT
from adit.regime.readers.arrays.module import loop_of, write_module
from adit.regime.readers.arrays.tables import Array
from adit.regime.types import Type
from adit.terms.days import Period
from adit.terms.errors import BadInput, UnknownName

__all__ = ["Kernel", "Memory", "write_kernel"]

Column = npt.NDArray[np.int64]


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
