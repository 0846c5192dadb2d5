"""What can go wrong, said so that the reader knows what, where and what to do next.

    AditError
    ├── BadInput            a stranger handed us something we cannot use
    │   ├── UnknownName     a name that does not exist; the nearest ones are offered
    │   ├── MissingFact     a fact that the asked question needs
    │   ├── NotInForce      a day on which the law or the value asked for does not stand
    │   └── BadRows         rows of a table that cannot be read, each with its line and reason
    ├── BadLaw              an act is written wrongly: file, line, rule
    ├── Conflict            two exceptions hold at once and the act does not say which wins
    ├── NotDecided          a proof that was not finished in the seconds allowed
    ├── Refused             what is asked contradicts what is recorded
    │   └── KeyReused       the key of a request that was another one
    ├── Forbidden           this hand may not do this
    ├── NotFound            there is no such record
    └── Unavailable         a server that is needed does not answer, or has no room

A *finding* about a miner is data and no error. A mistake of ours is an `assert`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "AditError",
    "BadInput",
    "BadLaw",
    "BadRows",
    "Conflict",
    "Forbidden",
    "KeyReused",
    "MissingFact",
    "NotDecided",
    "NotFound",
    "NotInForce",
    "Refused",
    "RowProblem",
    "Unavailable",
    "UnknownName",
]


class AditError(Exception):
    """What is wrong, where it stands, and what to do next."""

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what = what
        self.where = where
        self.todo = todo
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n{self.todo}" if self.todo else ""
        return f"{place}{self.what}{advice}"


class BadInput(AditError):
    """Something handed to us from outside cannot be used as it is."""


class UnknownName(BadInput):
    """A name that does not exist. The nearest ones are offered."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        from difflib import get_close_matches  # costs time at every start, and is needed only when something went wrong

        names = sorted(set(known))
        self.name = name
        self.nearest = get_close_matches(name, names, n=3, cutoff=0.5)
        lowered = {n.lower(): n for n in names}
        if not self.nearest:
            self.nearest = [lowered[n] for n in get_close_matches(name.lower(), list(lowered), n=3, cutoff=0.5)]
        if self.nearest:
            todo = f"Did you mean {' or '.join(self.nearest)}?"
        elif len(names) <= 12:
            todo = f"Known: {', '.join(names)}."
        else:
            todo = f"{len(names)} are known, for example {', '.join(names[:5])}."
        super().__init__(f"There is no {kind} '{name}'.", where=where, todo=todo)


class MissingFact(BadInput):
    """The question cannot be answered without these facts."""

    def __init__(self, question: str, names: Sequence[str], *, where: str = "") -> None:
        self.question = question
        self.names = tuple(names)
        plural = "these facts are" if len(names) > 1 else "this fact is"
        super().__init__(
            f"{question} cannot be answered: {plural} missing: {', '.join(names)}.",
            where=where,
            todo=f"Add {names[0]} to the case file, or pass --fact {names[0]}=...",
        )


class NotInForce(BadInput):
    """Asked of a day on which the law, or a value of it, does not stand."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row that cannot be used, and why. `line` counts from 1 with the header as line 1."""

    line: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.problem}"


class BadRows(BadInput):
    """Rows of a table that cannot be read; every one is listed, none is guessed at."""

    def __init__(self, source: str, problems: Sequence[RowProblem], total: int) -> None:
        self.problems = tuple(problems)
        rows = len({p.line for p in problems})
        listed = "\n".join(f"  {p}" for p in problems[:20])
        more = f"\n  ... and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__(
            f"{rows} of {total} rows cannot be read:\n{listed}{more}",
            where=source,
            todo="Correct the rows, or pass --skip-bad-rows to go on with the others.",
        )


class BadLaw(AditError):
    """An act is written wrongly. `where` names the file, the line and the rule."""


class Conflict(AditError):
    """Two exceptions hold for the same case and no order between them is declared."""


class NotDecided(AditError):
    """A proof was neither found nor refuted in the seconds allowed."""


class Refused(AditError):
    """What is asked contradicts what is recorded: another came first, or a period overlaps. `name` is the constraint, if one."""

    def __init__(self, what: str, *, name: str = "", where: str = "", todo: str = "") -> None:
        self.name = name
        super().__init__(what, where=where, todo=todo)


class KeyReused(Refused):
    """The key of an earlier request came with another one."""


class Forbidden(AditError):
    """This hand may not do this."""


class NotFound(AditError):
    """There is no such record, or this hand may not know of it."""


class Unavailable(AditError):
    """A server that is needed does not answer or has no room. Nothing was done; it may be tried again."""
