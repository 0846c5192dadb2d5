"""The `arrays` reader over a stream: batches of rows in, totals and decided rows out, in the memory of a batch and of what
is remembered of each subject.

One loop reads a batch once: it refuses the cells that a rule cannot take, decides the row and adds its answers up, so that
nothing is kept but the totals. The rows of a subject have to come in the order of their periods; whether the file is
ordered by period, by subject or by neither plays no part. Several threads share a batch by subject: blocks of subjects
belong to one thread each, so that sums over the year are never touched by two.

Not here: Parquet itself (`engines.arrow`), the loop (`streamed_loop`) or the statements that decide a row (`arrays`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from adit.engines.arrow import OutColumn, ParquetOut, columns_of, parquet_batches
from adit.regime.act import Regime
from adit.regime.readers.arrays import ABSENT, Body, loop_of, write_body, write_module
from adit.regime.readers.streamed_loop import MEMORY, MISSING, NOT_DECIDED, Array, Batch, Plan, write_loop
from adit.regime.types import Bool, Day, Number, Type, Word
from adit.terms.days import Period
from adit.terms.errors import BadInput, BadLaw, MissingFact
from adit.terms.fields import facts as all_facts
from adit.terms.fields import presumed

__all__ = ["Batch", "Decided", "Stream", "Streamed", "open_stream", "stream_parquet"]

DENSE = 1 << 24  # subjects numbered below this are their own place in memory; others are looked up


@dataclass
class Decided:
    """The rows of one batch: which were decided, and their answers as whole counts, flags, days and places in `words`."""

    source: Batch
    reason: Array  # 0 where the row was decided, else a place in `reasons`
    answers: dict[str, Array]  # ABSENT where the act does not say; `<question>__branch` is the reason code
    kinds: Mapping[str, Type]
    words: Sequence[str]
    reasons: Sequence[str]

    def decided(self) -> list[OutColumn]:
        """The rows that were decided, to be written: subject, period, answers and reason codes."""
        chosen = self.reason == 0
        columns = self._edges(chosen)
        for name, column in self.answers.items():
            said = column[chosen]
            silent = said == ABSENT
            values = np.where(silent, 0, said)
            match self.kinds.get(name):
                case Number(places=places):
                    columns.append(OutColumn(name, values, "number", silent, places))
                case Word():
                    columns.append(OutColumn(name, values, "word", silent, words=self.words))
                case Bool():
                    columns.append(OutColumn(name, values, "yes or no", silent))
                case Day():
                    columns.append(OutColumn(name, values, "day", silent))
                case None:  # the code of a branch
                    columns.append(OutColumn(name, values))
        return columns

    def rejected(self) -> list[OutColumn]:
        """The rows that were not decided, to be written: subject, period and why."""
        chosen = self.reason > 0
        return [*self._edges(chosen), OutColumn("reason", self.reason[chosen], kind="word", words=self.reasons)]

    def _edges(self, chosen: Array) -> list[OutColumn]:
        columns = []
        for name in ("subject", "period"):
            words = self.source.words.get(name, ())
            missing = self.source.missing[name][chosen] if name in self.source.missing else None
            kind = "word" if words else "day" if name == "period" else "number"
            columns.append(OutColumn(name, self.source.columns[name][chosen], kind, missing, words=words))
        return columns


@dataclass
class Streamed:
    """What came of a stream: rows, sums and counts, and why rows were not decided.

    `sums` has for each number in how many rows it was said and its exact sum in whole counts, over the last decided period
    of each year where the dictionary says so; `counts` how often each other answer was given, None being silence.
    """

    rows: int = 0
    decided: int = 0
    other: int = 0  # rows of periods that were not asked for
    reasons: Counter[str] = field(default_factory=Counter)
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    counts: dict[str, Counter[Any]] = field(default_factory=dict)


@dataclass
class Stream:
    """A loop for these questions. `run` takes batches; a stream is used for one file."""

    source: str
    facts: tuple[str, ...]
    presumed: Mapping[str, Any]
    answers: Mapping[str, Type]
    _body: Body = field(repr=False)
    _plan: Plan = field(repr=False)
    _loop: Callable[..., int] = field(repr=False)
    _asked: int
    _keeps: bool

    def run(
        self, batches: Iterable[Batch], *, threads: int = 2, sink: Callable[[Decided], None] | None = None
    ) -> Streamed:
        """Decide every row, in the order in which it comes; `sink` is given the rows of each batch.

        Raises BadInput where the rows of a subject do not come in the order of their periods.
        """
        assert (sink is not None) == self._keeps, "a stream with a sink is opened with rows=True"
        memory = _Memory(self._plan)
        totals = [_Totals(self._plan) for _ in range(threads)]
        done = Streamed()
        with ThreadPoolExecutor(threads) as pool:
            for batch in batches:
                taken, outputs = self._take(batch, memory)

                def part(k: int, given: tuple[Any, ...] = (*taken, *outputs)) -> int:
                    return self._loop(k, threads, *given, *totals[k].arrays)

                parts = list(pool.map(part, range(threads)))
                late = min((row for row in parts if row >= 0), default=-1)
                if late >= 0:
                    raise BadInput(
                        f"Row {done.rows + late + 1} comes after a later or equal period of the same subject.",
                        todo="Sort the rows by period; each subject may have a period once.",
                    )
                done.rows += batch.rows
                self._count(outputs, done)
                if sink is not None:
                    sink(self._decided(batch, outputs))
        self._add_up(totals, done)
        return done

    # A batch ------------------------------------------------------------------------------------------------------
    def _take(self, batch: Batch, memory: "_Memory") -> tuple[tuple[Any, ...], tuple[Array, ...]]:
        """The arguments of the loop for this batch: what it reads and remembers, and the columns that it fills."""
        facts: list[Array] = []
        for name in self.facts:
            there = name in batch.columns
            facts += self._plan.cells(name, batch) if there else self._plan.always(name, self.presumed.get(name))
        outputs = [np.empty(batch.rows, np.int64) for _ in self._plan.kept]
        reason = [np.empty(batch.rows, np.int16)] if self._keeps else []
        subject = memory.numbers(batch)
        return (
            (self._asked, subject, *self._plan.periods_of(batch), *memory.arrays(), *facts, *self._body.tables.values()),
            (*outputs, *reason),
        )  # fmt: skip

    def _count(self, outputs: Sequence[Array], done: Streamed) -> None:
        """Days, and numbers that do not add up, are counted by what they say."""
        for name, output in zip(self._plan.kept, outputs, strict=False):
            if name in self._plan.told:
                said, times = np.unique(output[output != NOT_DECIDED], return_counts=True)
                counts = done.counts.setdefault(name, Counter())
                for value, n in zip(said.tolist(), times.tolist(), strict=True):
                    counts[None if value == ABSENT else value] += n

    def _decided(self, batch: Batch, outputs: Sequence[Array]) -> Decided:
        *answers, reason = outputs
        named = dict(zip(self._plan.kept, answers, strict=True))
        return Decided(batch, reason, named, self.answers, self._body.vocabulary, self._plan.reasons)

    # Totals -------------------------------------------------------------------------------------------------------
    def _add_up(self, totals: "Sequence[_Totals]", done: Streamed) -> None:
        plan = self._plan
        for total in totals:
            done.decided += int(total.heads[0])
            done.other += int(total.heads[1])
            for code, n in enumerate(total.reasons.tolist()):
                if n:
                    done.reasons[plan.reasons[code]] += n
            for k, name in enumerate(plan.summed):
                low, high, said = (int(n) for n in total.sums[k])
                before = done.sums.get(name, (0, 0))
                done.sums[name] = (before[0] + said, before[1] + low + (high << 32))
            for k, name in enumerate(plan.counted):
                counts = done.counts.setdefault(name, Counter())
                for code, n in enumerate(total.counts[k].tolist()):
                    if n:
                        counts[self._said(name, code - 1)] += n

    def _said(self, name: str, code: int) -> Any:
        if code < 0:
            return None
        return bool(code) if isinstance(self.answers[name], Bool) else self._body.vocabulary[code]


def open_stream(
    regime: Regime,
    asked: Sequence[str],
    months: Sequence[Period],
    columns: Iterable[str],
    *,
    earlier: Sequence[Period] = (),
    rows: bool = False,
    known: date | None = None,
    compiled: bool = True,
) -> Stream:
    """A loop that answers these questions for `months`, from batches with `columns`; `rows` if a sink will take the rows.

    `earlier` are months that are read for sums over the year and not answered. A fact that is no column is presumed where
    the dictionary presumes something, and else absent. Raises MissingFact for a fact that may not be absent, NotInForce,
    UnknownName and BadLaw as `write_kernel` does. With `compiled` false the same source runs as plain Python: its twin.
    """
    body = write_body(regime, asked, [*earlier, *months], known=known)
    if body.sums > body.year_sums:
        raise BadLaw(
            "A sum over the last months is not kept while a file streams.",
            todo="Ask for other questions, or let DuckDB decide: adit assess.",
        )
    there = set(columns)
    usual = presumed(name for name in body.facts if name not in there)
    lacking = [n for n in body.facts if n not in there and n not in usual and all_facts()[n].required]
    if lacking:
        raise MissingFact(" and ".join(asked), lacking)
    plan = Plan(body, rows, there)
    source = write_module(body, write_loop(body, plan, rows))
    loop = loop_of(source, compiled=compiled)
    at = sorted({*earlier, *months}).index(min(months))
    return Stream(source, body.facts, usual, body.answers, body, plan, loop, at, rows)


def stream_parquet(
    regime: Regime,
    asked: Sequence[str],
    months: Sequence[Period],
    file: Path,
    *,
    earlier: Sequence[Period] = (),
    out: Path | None = None,
    known: date | None = None,
    threads: int = 2,
) -> Streamed:
    """Decide a Parquet file of any length: `subject`, `period` (a day of the month, or YYYY-MM) and facts in whole counts.

    Writes `decided.parquet` and `rejected.parquet` into `out`, if given. Raises as `open_stream` and `Stream.run` do.
    """
    there = columns_of(file)
    stream = open_stream(regime, asked, months, there, earlier=earlier, rows=out is not None, known=known)
    batches = parquet_batches(file, ["subject", "period", *(n for n in stream.facts if n in there)], threads=threads)
    if out is None:
        return stream.run(batches, threads=threads)
    with ParquetOut(out / "decided.parquet") as decided, ParquetOut(out / "rejected.parquet") as rejected:

        def write(batch: Decided) -> None:
            decided.write(batch.decided())
            rejected.write(batch.rejected())

        return stream.run(batches, threads=threads, sink=write)


class _Memory:
    """What is remembered of each subject: three bytes, ten more for each running sum, eight for each total of a year."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.last = np.empty(0, np.int16)
        self.broken = np.empty(0, np.int8)
        self.sums = np.empty((plan.sums, 0), np.int64)
        self.spoilt = np.empty((plan.sums, 0), np.int16)
        self.held = np.empty((len(plan.yearly), 0), np.int64)
        self.places: dict[Any, int] | None = None

    def arrays(self) -> tuple[Array, ...]:
        return tuple(getattr(self, name) for name in MEMORY)

    def numbers(self, batch: Batch) -> Array:
        """The place in memory of each row's subject, -1 where it is missing; memory grows as subjects come."""
        column: Array = batch.columns["subject"]
        made: Array
        words = batch.words.get("subject")
        if words is None and self.places is None and len(column) and column.min() >= 0 and column.max() < DENSE:
            made, most = column.astype(np.int32, copy=False), int(column.max()) + 1
        else:
            made, most = self._looked_up(column, words)
        if "subject" in batch.missing:
            made = np.where(batch.missing["subject"], np.int32(MISSING), made)
        if most > len(self.last):
            self._grow(most)
        return made

    def _looked_up(self, column: Array, words: Sequence[str] | None) -> tuple[Array, int]:
        """Names and large numbers of subjects by the order in which they came."""
        if self.places is None:  # numbers that were their own place so far stay it
            self.places = {n: n for n in range(len(self.last))}
        places = self.places
        names, inverse = (words, column) if words is not None else np.unique(column, return_inverse=True)
        said = names if words is not None else names.tolist()  # type: ignore[union-attr]
        found = np.array([*(places.setdefault(name, len(places)) for name in said), MISSING], np.int32)
        return found[inverse], len(places)

    def _grow(self, most: int) -> None:
        size = max(most, min(2 * len(self.last), most + (1 << 20)))
        for name in MEMORY:
            old = getattr(self, name)
            new = np.full((*old.shape[:-1], size), -1 if name == "last" else 0, old.dtype)
            new[..., : old.shape[-1]] = old
            setattr(self, name, new)


class _Totals:
    """What one thread has added up: heads (decided, other), reasons, sums (low and high halves, rows), counts."""

    def __init__(self, plan: Plan) -> None:
        self.heads = np.zeros(2, np.int64)
        self.reasons = np.zeros(len(plan.reasons), np.int64)
        self.sums = np.zeros((max(len(plan.summed), 1), 3), np.int64)
        self.counts = np.zeros((max(len(plan.counted), 1), plan.answers + 1), np.int64)

    @property
    def arrays(self) -> tuple[Array, ...]:
        return self.heads, self.reasons, self.sums, self.counts
