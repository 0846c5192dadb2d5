"""Lists, keyed tables and hours of the day as SQL: a word or an hour looked up in what the law of the period says."""

from collections.abc import Callable

from adit.regime.readers.periods import PeriodTable, quoted
from adit.regime.tree import Expr, InHours, Keyed, OneOf
from adit.regime.types import Word

__all__ = ["covers", "in_hours", "keyed", "one_of"]

Write = Callable[[Expr], str]


def keyed(node: Keyed, write: Write, table: PeriodTable) -> str:
    """The number of the word's line; NULL where there is none."""
    tables = table.resolved(node.name)
    keys = sorted({k for t in tables if t for k in t})
    lines = [
        f"WHEN {quoted(k)} THEN {table.column(f'v_{node.name}__{i}', 'BIGINT', [t.get(k) if t else None for t in tables])}"
        for i, k in enumerate(keys)
    ]
    return f"(CASE {write(node.key)} {' '.join(lines)} END)" if lines else "CAST(NULL AS BIGINT)"


def covers(node: Keyed, table: PeriodTable) -> bool:
    """Whether there is a line for every word that may come, in every period."""
    words = node.key.type.words if isinstance(node.key.type, Word) else frozenset()
    return bool(words) and all(t is None or words <= set(t) for t in table.resolved(node.name))


def one_of(node: OneOf, write: Write, table: PeriodTable) -> str:
    """Whether a word is one of these, or on the list of the period."""
    of = write(node.of)
    if not node.name:
        return f"({of} IN ({', '.join(quoted(w) for w in sorted(node.words))}))" if node.words else "FALSE"
    lists = table.resolved(node.name)
    words = sorted({w for words in lists if words for w in words})
    lines = [
        f"WHEN {quoted(w)} THEN {table.column(f'v_{node.name}__{i}', 'BOOLEAN', [None if words is None else w in words for words in lists])}"
        for i, w in enumerate(words)
    ]
    return f"(CASE {of} {' '.join(lines)} ELSE FALSE END)" if lines else "FALSE"


def in_hours(node: InHours, write: Write, table: PeriodTable) -> str:
    """Whether an hour lies in a span of the day, which may go over midnight."""
    spans = table.resolved(node.name)
    first = table.column(f"v_{node.name}__first", "BIGINT", [None if h is None else h.first for h in spans])
    last = table.column(f"v_{node.name}__last", "BIGINT", [None if h is None else h.last for h in spans])
    x = write(node.of)
    within, across = f"({x} >= {first} AND {x} < {last})", f"({x} >= {first} OR {x} < {last})"
    return f"(CASE WHEN {first} < {last} THEN {within} ELSE {across} END)"
