"""How a version gets into its table: its place made free, its columns as the driver wants them, the words by which it is found."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Protocol

from adit.engines.database import Range
from adit.register.labels import label_of
from adit.register.records import columns
from adit.register.store.plain import record_from

__all__ = ["Rows", "find_by", "find_no_more", "insert", "make_room", "name_subject", "place", "typed"]


class Rows(Protocol):
    """Where rows go: a transaction of the writer, or a rebuild."""

    def later(self, query: str, row: Sequence[Any], *, about: str = "", first: bool = False) -> None: ...
    def query(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...
    def touched(self, about: str) -> bool: ...


def place(
    rows: Rows,
    seq: int,
    id_: str,
    kind: str,
    values: Mapping[str, Any],
    since: date,
    until: date | None,
    *,
    new: bool,
) -> None:
    """Put a version into its table, and shorten those that it takes the place of."""
    if new:
        name_subject(rows, id_, seq)
    else:
        rows.query(
            "INSERT INTO register.subject (id, created) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id", (id_, seq)
        )
        make_room(rows, seq, id_, kind, since, until)
    rows.later(
        insert(kind), (id_, _range(since, until), Range(seq, None, "[)"), seq, *typed(kind, values)), about=id_
    )  # fmt: skip
    if not new and label_of(kind, id_, values) is not None:
        find_no_more(rows, id_)
    find_by(rows.later, id_, kind, values, seq)


def name_subject(rows: Rows, id_: str, seq: int) -> None:
    """Enter an id that was never used."""
    rows.later("INSERT INTO register.subject (id, created) VALUES (%b, %b)", (id_, seq), first=True)


def find_by(
    run: Callable[[str, Sequence[Any]], object], id_: str, kind: str, values: Mapping[str, Any], seq: int
) -> None:
    """Have a record found by its words, if anybody looks for its kind."""
    label = label_of(kind, id_, values)
    if label is not None:
        run(
            "INSERT INTO register.found (id, entry, party, label, trigrams) VALUES (%s, %s, %s, %s, %s)",
            (id_, seq, label.party, label.text, list(label.trigrams)),
        )


def find_no_more(rows: Rows, id_: str) -> None:
    """Have a record no longer found by its words."""
    rows.query("DELETE FROM register.found WHERE id = %s RETURNING id", [id_])


def make_room(rows: Rows, seq: int, id_: str, kind: str, since: date, until: date | None) -> None:
    """End the belief in what is stated of these days; what was stated of the days around them stays believed."""
    span = _range(since, until)
    closed = rows.query(
        f"UPDATE register.{kind} SET known = int8range(lower(known), %s) WHERE id = %s AND upper_inf(known) AND valid && %s::daterange"
        f" RETURNING valid, entry, {', '.join(columns(kind))}",
        (seq, id_, span),
    )
    for valid, entry, *rest in closed:
        for kept in (_part(valid.lower, since), _part(until, valid.upper) if until is not None else None):
            if kept is not None:
                rows.later(insert(kind), (id_, kept, Range(seq, None, "[)"), entry, *map(_json, rest)), about=id_)


def _part(start: date | None, end: date | None) -> "Range[date] | None":
    return Range(start, end, "[)") if end is None or (start is not None and start < end) else None


def _range(since: date, until: date | None) -> "Range[date]":
    return Range(since, until, "[)")


@cache
def insert(kind: str) -> str:
    """The query that puts a version into its table."""
    names = ("id", "valid", "known", "entry", *columns(kind))
    marks = ["%s", "%s::daterange", "%s::int8range", "%s", *["%s"] * len(columns(kind))]
    return f"INSERT INTO register.{kind} ({', '.join(names)}) VALUES ({', '.join(marks)})"


def typed(kind: str, values: Mapping[str, Any]) -> list[Any]:
    """The columns as the driver wants them: days and bytes as themselves, lists as JSON."""
    record = record_from(kind, values)
    return [_json(getattr(record, name)) for name in columns(kind)]


def _json(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, tuple | list | dict) else value
