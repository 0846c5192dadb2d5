"""A record as it stands in an entry, and back: days, bytes and lists as plain data."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from adit.register.records import RECORDS, Record, columns

__all__ = ["plain", "record_from"]


def plain(record: Record) -> dict[str, Any]:
    """A record as it stands in an entry."""
    return {name: _plain(getattr(record, name)) for name in columns(record.RECORD)}


def record_from(kind: str, values: Mapping[str, Any]) -> Record:
    """The record that stands in an entry."""
    days = _days(kind)
    return RECORDS[kind](
        **{
            name: date.fromisoformat(value) if name in days and isinstance(value, str)
            else bytes.fromhex(value) if name == "script" and isinstance(value, str)
            else tuple(value) if isinstance(value, list)
            else value
            for name, value in values.items()
        }
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return list(value) if isinstance(value, tuple) else value


@cache
def _days(kind: str) -> frozenset[str]:
    return frozenset(n for n, t in RECORDS[kind].__annotations__.items() if t in (date, date | None))
