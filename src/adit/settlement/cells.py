"""Fields of plain data that a stranger wrote: each read as what it has to be, or refused with its place."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from adit.terms.errors import BadInput, UnknownName

__all__ = ["day_in", "list_in", "number_in", "one_of", "only", "require_seen", "table_in", "text_in", "yes_in"]

LONGEST, LONGEST_REASON = 300, 4000
_JOINERS = "\u200c\u200d"  # that Persian and Indian names are written with
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, signs without a shape, and what is no sign at all


def only(t: Mapping[str, Any], allowed: Sequence[str], at: str) -> None:
    for name in t:
        if name not in allowed:
            raise UnknownName("field", name, allowed, where=at)


def table_in(t: Mapping[str, Any], name: str, at: str = "") -> Mapping[str, Any]:
    found = t.get(name)
    if not isinstance(found, Mapping):
        raise BadInput(
            f"The table [{at or name}] is missing.", where=at or name, todo="See examples/settlement for whole files."
        )
    return found


def text_in(t: Mapping[str, Any], name: str, at: str, default: str | None = None) -> str:
    found = t.get(name, default)
    if not isinstance(found, str) or (default is None and not found.strip()):
        raise BadInput(f"{name} is missing or no text.", where=f"{at}.{name}")
    if len(found) > LONGEST or any(_unseen(c) for c in found):
        raise BadInput(f"{name} is longer than {LONGEST} signs, or has signs that no name has.", where=f"{at}.{name}")
    return found.strip()


def _unseen(sign: str) -> bool:
    """Whether a sign cannot be seen: two names that look the same could differ in it, and XML holds most of them in no way."""
    return sign not in _JOINERS and unicodedata.category(sign) in _UNSEEN


def require_seen(text: str, name: str) -> None:
    """Raise BadInput for a text of several lines with signs that cannot be seen: whoever reads it may read it at a terminal."""
    if len(text) > LONGEST_REASON or any(_unseen(c) for c in text if c not in "\n\r\t"):
        raise BadInput(f"{name} is longer than {LONGEST_REASON} signs, or has signs that no text has.", where=name)


def list_in(t: Mapping[str, Any], name: str, at: str) -> list[Any]:
    found = t.get(name, [])
    if not isinstance(found, list):
        raise BadInput(f"{name} is no list.", where=f"{at}.{name}", todo="Write it in square brackets.")
    return found


def yes_in(t: Mapping[str, Any], name: str, at: str) -> bool:
    found = t.get(name, False)
    if not isinstance(found, bool):
        raise BadInput(f"{name} is neither true nor false.", where=f"{at}.{name}")
    return found


def day_in(t: Mapping[str, Any], name: str, at: str) -> date:
    found = t.get(name)
    if isinstance(found, str):
        try:
            found = date.fromisoformat(found)
        except ValueError:
            found = None
    # a moment is a day of some place, and says not of which
    if not isinstance(found, date) or isinstance(found, datetime):
        raise BadInput(f"{name} is no day.", where=f"{at}.{name}", todo="Write it as 2025-05-01.")
    return found


def number_in(reader: Callable[[str], str], t: Mapping[str, Any], name: str, at: str) -> str:
    """A number that is checked; empty where none is given."""
    text = text_in(t, name, at, "")
    if not text:
        return ""
    try:
        return reader(text)
    except BadInput as error:
        raise BadInput(error.what, where=f"{at}.{name}", todo=error.todo) from error


def one_of(ids: Mapping[str, str], t: Mapping[str, Any], name: str, at: str) -> str:
    called = text_in(t, name, at)
    if called not in ids:
        raise UnknownName("participant", called, ids, where=f"{at}.{name}")
    return ids[called]
