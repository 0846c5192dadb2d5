"""The four dates: which law a case is decided under, resolved into the values of the act before any reader looks.

The period of the fact is the case's own; the law in force then is found by each value's first and last day. What was
known, and when it is decided, are given here: rows published later are left out, and of a value that punishes the more
lenient of the two laws is taken. What is made is another regime, so every reader gets it for nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from adit.regime.act import Regime
from adit.regime.values import LENIENT, Row, Value

__all__ = ["as_of"]


def as_of(regime: Regime, *, known: date | None = None, decided: date | None = None) -> Regime:
    """The act as it was known on one day and is decided under on another; itself where neither is given.

    A value with `selects = "more lenient"` takes, row by row, the milder of that row and of what stands on the day of
    decision: the smaller number, in a table word by word; nothing, where such a value had begun and stands no more. Only
    the two laws are compared, not what stood between them.
    """
    if known is None and decided is None:
        return regime
    values = {
        name: replace(value, rows=tuple(_rows(value, regime.counts, known, decided)))
        for name, value in regime.values.items()
    }
    return replace(regime, values=values, _kept={})


def _rows(value: Value, counts: frozenset[str], known: date | None, decided: date | None) -> Iterator[Row]:
    rows = [row for row in value.rows if known is None or row.published <= known]
    if decided is None or value.selects != LENIENT:
        yield from rows
        return
    left = replace(value, rows=tuple(rows))
    then = left.on(decided, counts)
    for row in rows:
        if row.status not in counts or row.first > decided:
            yield row
        elif then is not None:
            yield _milder(row, then)


def _milder(row: Row, then: Row) -> Row:
    """The row, with the content of the law of the day of decision where that is milder."""
    content = _least(row.value, then.value)
    if content == row.value:
        return row
    note = f"the more lenient law: {then.cite}, since {then.first}; on the day of the case {row.cite} stood"
    return replace(
        row, value=content, cite=then.cite, read=then.read, confidence=then.confidence, sources=then.sources, note=note
    )


def _least(a: Any, b: Any) -> Any:
    if isinstance(a, dict):
        return {word: min(n, b.get(word, n)) for word, n in a.items()}
    return min(a, b)
