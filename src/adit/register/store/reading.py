"""What is stated: as it is known now or was known at a place of the log, of what was true on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from adit.engines.database import Connection
from adit.register.records import Record, columns
from adit.terms.errors import NotFound

__all__ = ["R", "Stated", "count", "get", "history", "listed", "one"]

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Stated(Generic[R]):
    """A version of a record: the days for which it holds, the entry that stated it, and until which entry it was believed."""

    id: str
    record: R
    valid_from: date
    valid_to: date | None
    entry: int
    known_to: int | None


def listed(
    connection: Connection,
    kind: type[R],
    where: str = "true",
    parameters: Sequence[Any] = (),
    *,
    on: date | None = None,
    known: int | None = None,
    order: str = "entry DESC",
    limit: int = 1000,
) -> list[Stated[R]]:
    """The versions of a kind that hold on a day (None: on any) by what is known now, or was when the log had `known` entries.

    `where` and `order` are SQL of ours over the columns of the kind; strangers' values come as `parameters` only.
    """
    test, more = _holding(where, parameters, on, known)
    query = (
        f"SELECT id, lower(valid), upper(valid), entry, upper(known), {', '.join(columns(kind.RECORD))} FROM register.{kind.RECORD}"
        f" WHERE {test} ORDER BY {order} LIMIT {int(limit)}"
    )
    return [_stated(kind, row) for row in connection.execute(query, more)]


def count(
    connection: Connection, kind: type[Record], where: str = "true", parameters: Sequence[Any] = (), *, on: date | None = None
) -> int:  # fmt: skip
    """How many versions of a kind `listed` would find without a limit."""
    test, more = _holding(where, parameters, on, None)
    return int(connection.execute(f"SELECT count(*) FROM register.{kind.RECORD} WHERE {test}", more).fetchall()[0][0])


def _holding(where: str, parameters: Sequence[Any], on: date | None, known: int | None) -> tuple[str, list[Any]]:
    conditions, more = [f"({where})"], list(parameters)
    # by their bounds and not by @>, which the planner takes for so rare that it searches the whole index of truths for it
    if known is None:
        conditions.append("upper_inf(known)")
    else:
        conditions.append("lower(known) < %s AND (upper_inf(known) OR upper(known) >= %s)")
        more += [known, known]
    if on is not None:
        conditions.append("lower(valid) <= %s AND (upper_inf(valid) OR upper(valid) > %s)")
        more += [on, on]
    return " AND ".join(conditions), more


def _stated(kind: type[R], row: Sequence[Any]) -> Stated[R]:
    id_, start, end, entry, known_to, *values = row
    made = kind(*(tuple(v) if isinstance(v, list) else v for v in values))
    return Stated(id_, made, start, end, entry, known_to)


def get(
    connection: Connection, kind: type[R], id_: str, *, on: date | None = None, known: int | None = None
) -> Stated[R] | None:
    """The version of one record that holds on a day (None: the latest of what is stated), or None."""
    found = listed(connection, kind, "id = %s", [id_], on=on, known=known, order="lower(valid) DESC", limit=1)
    return found[0] if found else None


def one(
    connection: Connection, kind: type[R], id_: str, *, on: date | None = None, known: int | None = None
) -> Stated[R]:
    """The same. Raises NotFound where nothing is stated."""
    found = get(connection, kind, id_, on=on, known=known)
    if found is None:
        raise NotFound(
            f"There is no {kind.RECORD} {id_}{f' on {on}' if on else ''}.", todo="Look for it by name in the search."
        )
    return found


def history(connection: Connection, kind: type[R], id_: str) -> list[Stated[R]]:
    """Every version that was ever believed of a record, in the order in which they were entered."""
    query = (
        f"SELECT id, lower(valid), upper(valid), entry, upper(known), {', '.join(columns(kind.RECORD))} FROM register.{kind.RECORD}"
        " WHERE id = %s ORDER BY lower(known), lower(valid)"
    )
    return [_stated(kind, row) for row in connection.execute(query, [id_])]
