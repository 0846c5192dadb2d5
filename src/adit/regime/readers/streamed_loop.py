"""Writes the loop of a stream: what it makes of a batch, what may be wrong with a row, and how answers are added up.

Not here: running it (`streamed`), or the statements that decide a row (`arrays`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from adit.regime.readers.arrays import ABSENT, Body
from adit.regime.types import NARROW, Bool, Number, Type, Word
from adit.terms.days import YEARS, day_number, parse_period
from adit.terms.errors import BadInput
from adit.terms.fields import Field, questions
from adit.terms.fields import facts as all_facts

__all__ = ["MEMORY", "MISSING", "NOT_DECIDED", "Array", "Batch", "Plan", "write_loop"]

Array = npt.NDArray[Any]
MEMORY = ("last", "broken", "sums", "spoilt", "held")  # what is remembered of each subject, as the loop takes it
BLOCK = 12  # subjects in a row that belong to one thread: 2**12
MASK = 2**32 - 1
TOGETHER = 64  # rows whose answers are added up before they go into two halves
MISSING, STRANGE, OTHER = -1, -2, -3  # codes of a cell without a word, of a word nobody knows, of another period
NOT_DECIDED = ABSENT + 1  # in a kept answer, of a row that was not decided


class Batch(Protocol):
    """Rows as columns of whole numbers: counts, flags as 0 and 1, days since 1970, or places in the list of `words`.

    `missing` says where a column has no cell, for the columns that lack some.
    """

    @property
    def rows(self) -> int: ...
    @property
    def columns(self) -> Mapping[str, Any]: ...
    @property
    def words(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def missing(self) -> Mapping[str, Any]: ...


# What is kept, summed, counted ------------------------------------------------------------------------------------
class Plan:
    """Where each answer of the rules goes, the codes of what may be wrong with a row, and cells as the loop takes them."""

    def __init__(self, body: Body, rows: bool, columns: set[str]) -> None:
        known = questions()
        self.constant = [name for name in body.facts if name not in columns]  # one cell for all rows
        numbers = [
            q for q, kind in body.answers.items() if isinstance(kind, Number) and (q not in known or known[q].total)
        ]
        self.summed = numbers
        self.yearly = [q for q in numbers if q in known and known[q].total == "year"]
        self.counted = [q for q, kind in body.answers.items() if isinstance(kind, Bool | Word)]
        self.flags = [q for q in self.counted if isinstance(body.answers[q], Bool) and not body.answers[q].absent]
        self.told = [q for q in body.answers if q not in self.summed and q not in self.counted]
        self.kept = [*body.answers, *(f"{q}__branch" for q in body.branches)] if rows else list(self.told)
        self.answers = max(len(body.vocabulary), 2)  # words, or no and yes
        self.sums = body.sums
        self.places = {w: i for i, w in enumerate(body.vocabulary)}
        self.fields: dict[str, Field] = {name: _counted(all_facts()[name]) for name in body.facts}
        self.first_cell = len(body.messages)  # the first code of a bad cell
        self.reasons = [
            *body.messages,
            *(text for f in self.fields.values() for text in _cell_reasons(f)),
            *_ROW_REASONS,
        ]
        self._first = day_number(body.periods[0].start)
        last = body.periods[-1]
        self._at = np.full(day_number(last.end) - self._first, OTHER, np.int16)
        for i, p in enumerate(body.periods):
            self._at[day_number(p.start) - self._first : day_number(p.end) - self._first] = i

    def row_code(self, text: str) -> int:
        return len(self.reasons) - len(_ROW_REASONS) + _ROW_REASONS.index(text)

    def periods_of(self, batch: Batch) -> tuple[Array, Array, int]:
        """Each row's period as a place in a table of indices, and the day that is the first place of the table.

        An index is OTHER for a period that is not read, MISSING for what is no period. Places beyond the table are OTHER.
        """
        column = batch.columns["period"].astype(np.int32, copy=False)
        if "period" not in batch.words:
            table, first = self._at, self._first
        else:
            table, first = np.array([self._period(word) for word in batch.words["period"]], np.int16), 0
        if "period" in batch.missing:
            table = np.append(table, np.int16(MISSING))
            column = np.where(batch.missing["period"], np.int32(first + len(table) - 1), column)
        return column, table, first

    def _period(self, word: str) -> int:
        try:
            day = day_number(parse_period(word).start) - self._first
        except BadInput:
            return MISSING
        return int(self._at[day]) if 0 <= day < len(self._at) else OTHER

    def cells(self, name: str, batch: Batch) -> list[Array]:
        """A column as the loop takes it, in one type always, so that it is compiled once; of words also what each means."""
        f, column = self.fields[name], batch.columns[name]
        if (f.kind == "word") != (name in batch.words):
            held = "text" if name in batch.words else "numbers"
            raise BadInput(f"The column {name} holds {held}.", todo=f"Write it as {_WRITTEN[f.kind]}.")
        if f.kind != "word":
            kind = np.int64 if f.kind == "number" or not f.required else np.int8
            if f.kind != "number" and column.dtype != np.int8:
                column = np.where((column == 0) | (column == 1), column, STRANGE)
            made = column.astype(kind, copy=False)
            return [np.where(batch.missing[name], kind(self.nothing(f)), made) if name in batch.missing else made]
        words, places = batch.words[name], column.astype(np.int32, copy=False)
        codes = [self.places.get(w, STRANGE) if w in f.words or not f.words else STRANGE for w in words]
        if name in batch.missing:
            places = np.where(batch.missing[name], np.int32(len(words)), places)
            codes.append(self.places[""] if name == "municipality" else self.nothing(f))
        return [places, np.array(codes, np.int64)]

    @staticmethod
    def nothing(f: Field) -> int:
        """How the loop is told of an empty cell."""
        return MISSING if f.required and f.kind != "number" else ABSENT

    def always(self, name: str, value: Any) -> list[Array]:
        """A fact that is no column: one cell for all rows."""
        f = self.fields[name]
        count = self.nothing(f) if value is None else self.places[value] if isinstance(value, str) else int(value)
        return [np.array([count], np.int64)]


_WRITTEN = {"word": "text", "number": "whole counts of its smallest place", "yes or no": "true and false"}
_BROKEN = "an earlier month of the year was rejected, so sums over the year are not known"
_ROW_REASONS = ("subject is missing", "period is not a month", _BROKEN)


def _cell_reasons(f: Field) -> tuple[str, str, str]:
    """What may be wrong with a cell, in three words that `adit assess` uses too: nothing there, too low, not possible."""
    what = {"number": "is out of range", "word": "is not one of the known words"}.get(f.kind, "is neither yes nor no")
    return f"{f.name} is missing", f"{f.name} is below zero", f"{f.name} {what}"


# Writing the loop -------------------------------------------------------------------------------------------------
def write_loop(body: Body, plan: Plan, rows: bool) -> str:
    """The loop as text: the rows of one thread are read, refused or decided, and added up.

    It gives -1, or the number of a row that comes before an earlier row of its subject.
    """
    words = [n for n, f in plan.fields.items() if f.kind == "word" and n not in plan.constant]
    facts = [a for n in body.facts for a in ([f"f_{n}", f"m_{n}"] if n in words else [f"f_{n}"])]
    outputs = [f"o_{k}" for k in range(len(plan.kept))] + ["reason"] * rows
    given = ["part", "parts", "asked", "subject", "period", "at", "first"]
    arguments = ", ".join([*given, *MEMORY, *facts, *body.tables, *outputs, "heads", "reasons", "all_sums", "counts"])
    undecided = [f"{name}[i] = {NOT_DECIDED}" for name in outputs[: len(plan.kept)]]
    told = ["reason[i] = x"] * rows
    refused = [*undecided, *told, "continue"]
    passed = [*undecided, *([f"reason[i] = {OTHER}"] * rows), "continue"]
    answers = {**dict.fromkeys(body.answers), **{f"{q}__branch": None for q in body.branches}}
    texts = dict(zip(answers, body.outputs, strict=True))
    kept_ = [f"o_{k}[i] = {texts[name]}" for k, name in enumerate(plan.kept)]
    # What a row reads stands in local names: a compiler that sees a store would have to read tables and cells again.
    rules = "\n".join([*body.lines, *kept_])
    law = [name for name, table in body.tables.items() if table.ndim == 1 and f"{name}[p]" in rules]
    cells = [name for name in body.facts if name not in plan.constant]

    def local(line: str) -> str:
        line = re.sub(r"\bf_(\w+)\[i\]", r"c_\1", line)
        return re.sub(r"\b(\w+)\[p\]", lambda found: f"l_{found[1]}" if found[1] in law else found[0], line)

    numbers = [(k, body.answers[q].absent) for k, q in enumerate(plan.summed)]
    lines = [
        f"def loop({arguments}):",
        *(f"    part_{k} = low_{k} = high_{k} = said_{k} = 0" for k, _ in numbers),
        *(f"    yes_{k} = 0" for k, q in enumerate(plan.counted) if q in plan.flags),
        "    decided = other = 0",
        f"    block, mine, day, now = -2, False, first, at[0] if len(at) > 0 else {MISSING}",
        *(f"    l_{name} = {name}[0]" for name in law),
        *(f"    c_{name} = f_{name}[0]" for name in plan.constant),
        "    if now >= 0:",
        *_indented(2, [f"l_{name} = {name}[now]" for name in law] or ["pass"]),
        "    for i in range(len(subject)):",
        "        who = subject[i]",
        f"        if who >> {BLOCK} != block:",
        f"            block = who >> {BLOCK}",
        "            mine = block % parts == part",
        "        if not mine:",
        "            continue",
        "        if period[i] != day:",
        "            day = period[i]",
        f"            now = at[day - first] if 0 <= day - first < len(at) else {OTHER}",
        "            if now >= 0:",
        *_indented(4, [f"l_{name} = {name}[now]" for name in law] or ["pass"]),
        f"        if now == {OTHER}:",
        "            other += 1",
        *_indented(3, passed),
        "        x = 0",
        *(f"        c_{name} = {f'm_{name}[f_{name}[i]]' if name in words else f'f_{name}[i]'}" for name in cells),
        "        if who < 0:",
        f"            x = {plan.row_code('subject is missing')}",
        "        elif now < 0:",
        f"            x = {plan.row_code('period is not a month')}",
        "        else:",
        "            before = last[who]",
        "            if before >= now:",
        "                return i",
        "            if before < 0 or p_year[before] != p_year[now]:",
        *_indented(4, _forget(body, plan)),
        "            last[who] = now",
        *_indented(3, _cells(body, plan)),
        "        if x != 0:",
        "            reasons[x] += 1",
        "            if who >= 0:",
        "                broken[who] = 1",
        *_indented(3, refused),
        "        p, s = np.uintp(now), np.uintp(who)  # unsigned: no place counts from the end of a table",
        *_indented(2, map(local, body.lines)),
        "        if x != 0:",
        "            reasons[x] += 1",
        *_indented(3, refused),
        "        if now < asked:",
        "            other += 1",
        *_indented(3, passed),
        "        decided += 1",
        *_indented(2, [*map(local, kept_), *told]),
    ]
    for k, q in enumerate(plan.summed):
        lines += _indented(
            2, _summing(k, f"r_{q}", body.answers[q], plan.yearly.index(q) if q in plan.yearly else None)
        )
    flushed = [line for k, _ in numbers for line in (*_halves(k, f"part_{k}"), f"part_{k} = 0")]
    lines += _indented(2, [f"if decided % {TOGETHER} == 0:", *_indented(1, flushed)] if numbers else [])
    for k, q in enumerate(plan.counted):
        if q in plan.flags:
            lines.append(f"        yes_{k} += r_{q}")
            continue
        code = f"(0 if r_{q} == {ABSENT} else r_{q} + 1)" if body.answers[q].absent else f"r_{q} + 1"
        lines.append(f"        counts[{k}, {code}] += 1")
    lines += ["    heads[0] += decided", "    heads[1] += other", *_indented(1, flushed)]
    for k, q in enumerate(plan.counted):
        if q in plan.flags:
            lines += [f"    counts[{k}, 2] += yes_{k}", f"    counts[{k}, 1] += decided - yes_{k}"]
    for k, absent in numbers:
        always = not absent and plan.summed[k] not in plan.yearly
        lines += [f"    all_sums[{k}, 0] += low_{k}", f"    all_sums[{k}, 1] += high_{k}"]
        lines.append(f"    all_sums[{k}, 2] += {'decided' if always else f'said_{k}'}")
    return "\n".join([*lines, "    return -1", ""])


def _indented(depth: int, lines: Iterable[str]) -> list[str]:
    return ["    " * depth + line for line in lines]


def _forget(body: Body, plan: Plan) -> list[str]:
    """A new year of the subject begins."""
    lines = ["broken[who] = 0"]
    lines += [f"{name}[{k}, who] = 0" for k in range(body.year_sums) for name in ("sums", "spoilt")]
    return lines + [f"held[{k}, who] = {ABSENT}" for k in range(len(plan.yearly))]


def _counted(field: Field) -> Field:
    """A day is held as a whole number, within the years that a case can have."""
    first, last = day_number(date(YEARS[0], 1, 1)), day_number(date(YEARS[-1], 12, 31))
    return replace(field, kind="number", low=first, high=last) if field.kind == "day" else field


def _cells(body: Body, plan: Plan) -> list[str]:
    """What is wrong with the cells of the row, in the order of the facts; then whether its year is already broken."""
    wrong: list[tuple[str, int]] = []
    for k, (name, f) in enumerate(plan.fields.items()):
        if name in plan.constant:
            continue
        code, cell = plan.first_cell + 3 * k, f"c_{name}"
        if f.required:
            wrong.append((f"{cell} == {plan.nothing(f)}", code))
        there = "" if f.required else f"{cell} != {ABSENT} and "
        if f.kind == "number" and f.low == 0:
            wrong.append((f"{there}{cell} < 0", code + 1))
        beyond = {"number": f"({cell} < {f.low} or {cell} > {f.high})", "word": f"{cell} < 0"}
        wrong.append((there + beyond.get(f.kind, f"({cell} < 0 or {cell} > 1)"), code + 2))
    if body.sums:
        wrong.append(("broken[who] != 0", plan.row_code(_BROKEN)))
    # One branch that is hardly ever taken, in place of one for each cell.
    return (
        [
            f"if {' | '.join(_suspects(body, plan))}:",
            *(
                f"    {'if' if i == 0 else 'elif'} {what}:\n{' ' * 20}x = {code}"
                for i, (what, code) in enumerate(wrong)
            ),
        ]
        if wrong
        else []
    )


def _suspects(body: Body, plan: Plan) -> list[str]:
    """Conditions of which one at least holds where something is wrong with a row; unsigned, nothing is a large number."""
    found: list[str] = []
    flags: list[str] = []
    words: list[str] = []
    for name, f in plan.fields.items():
        cell = f"c_{name}"
        if name in plan.constant:
            continue
        if f.kind == "number":
            beyond = f"(np.uint64({cell}) > np.uint64({f.high}))"
            beyond = beyond if f.low == 0 else f"({cell} < {f.low}) | ({cell} > {f.high})"
            found.append(beyond if f.required else f"(({cell} != {ABSENT}) & ({beyond}))")
        elif not f.required:
            found.append(
                f"(({cell} != {ABSENT}) & (({cell} < 0) | ({cell} > {1 if f.kind == 'yes or no' else NARROW})))"
            )
        else:
            (words if f.kind == "word" else flags).append(cell)
    found += [f"((({' | '.join(flags)}) & -2) != 0)"] if flags else []
    found += [f"(({' | '.join(words)}) < 0)"] if words else []
    return [*found, *(["(broken[who] != 0)"] if body.sums else [])]


def _summing(k: int, answer: str, kind: Type, year: int | None) -> list[str]:
    """Add an answer to its total, which cannot overflow; of a yearly one take back what it stands for.

    Some rows together fit 64 bits, where the answers are not too large; then, and else at once, they go into two halves.
    """
    assert isinstance(kind, Number)
    fits = kind.reach * TOGETHER * (1 if year is None else 2) <= NARROW
    add = [f"part_{k} += {answer}"] if fits else _halves(k, answer)
    if year is None and not kind.absent:
        return add  # said in every row that is decided
    add.append(f"said_{k} += 1")
    if year is None:
        return [f"if {answer} != {ABSENT}:", *_indented(1, add)]
    take = [line.replace("+=", "-=").replace(answer, f"held[{year}, s]") for line in add]
    lines = [f"if held[{year}, s] != {ABSENT}:", *_indented(1, take), f"held[{year}, s] = {answer}"]
    return [*lines, *([f"if {answer} != {ABSENT}:", *_indented(1, add)] if kind.absent else add)]


def _halves(k: int, amount: str) -> list[str]:
    return [f"low_{k} += {amount} & {MASK}", f"high_{k} += {amount} >> 32"]
