"""Filters of lists: what a list is asked for stands in its address, and can be kept there under a name of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from adit.desk.web.fields import month_of
from adit.desk.web.pages import N_
from adit.engines.database import Connection
from adit.terms.days import Period, parse_day
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import region

__all__ = [
    "LABELS",
    "LISTS",
    "Kept",
    "address",
    "asked",
    "chosen",
    "day_in",
    "entry_in",
    "forget",
    "keep",
    "kept",
    "month_in",
    "region_in",
]

# list -> what can be asked of it; where one is on it (the next page) is none of this
LISTS: dict[str, tuple[str, ...]] = {
    "/members": ("register", "kind", "region", "municipality", "from", "to", "q", "on", "known", "sort", "down"),
    "/reports": ("month", "state", "region", "kind"),
    "/figures": ("from", "to", "region", "by"),
    "/decisions": ("month", "question", "answer"),
    "/queue": ("what",),
    "/settlements": ("state", "trial", "age", "list"),
}
# what can be asked -> what people call it
LABELS = {
    "register": N_("Register"), "kind": N_("Kind"), "region": N_("Region"), "municipality": N_("Municipality"), "from": N_("From"), "to": N_("To"),
    "q": N_("Words"), "on": N_("On the day"), "known": N_("As known at entry"), "sort": N_("Sorted by"), "down": N_("Downwards"), "month": N_("Month"),
    "state": N_("State"), "by": N_("Amounts by"), "question": N_("Question"), "answer": N_("Answer"), "what": N_("What"),
    "trial": N_("Trial or real"), "age": N_("Waiting for"), "list": N_("Held by the list"),
}  # fmt: skip
NAME_SIGNS = 80
ASKED_SIGNS = 200  # of one value
MOST = 50  # filters of one hand on one list


@dataclass(frozen=True, slots=True)
class Kept:
    """A filter that somebody saved: its name, and the address that it leads to."""

    name: str
    address: str


# Addresses --------------------------------------------------------------------------------------------------------
def address(path: str, values: Mapping[str, str], **more: object) -> str:
    """The address of a list that is asked for this; what is empty is left out, and `more` counts above the values."""
    wanted = {k: str(v) for k, v in {**values, **more}.items() if v not in ("", None)}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def asked(request: Request, path: str) -> dict[str, str]:
    """What a list is asked for, in the order of its filters. Raises BadInput for a value that nobody would type."""
    found = {n: request.query_params[n].strip() for n in LISTS[path] if request.query_params.get(n, "").strip()}
    for name, value in found.items():
        if len(value) > ASKED_SIGNS or "\0" in value:
            raise BadInput(
                f"What is asked of '{name}' cannot be read.", where=name, todo=f"Write {ASKED_SIGNS} signs at most."
            )
    return found


def chosen(
    values: Mapping[str, str], name: str, allowed: Mapping[str, object] | tuple[str, ...], *, empty: str = ""
) -> str:
    """A word among those that are allowed. Raises UnknownName."""
    word = values.get(name, empty)
    if word and word not in allowed:
        raise UnknownName(name, word, [a for a in allowed if a])
    return word


def day_in(values: Mapping[str, str], name: str) -> date | None:
    """A day, if one is asked for. Raises BadInput."""
    return parse_day(values[name]) if name in values else None


def month_in(values: Mapping[str, str], name: str, empty: Period) -> Period:
    """A month. Raises BadInput."""
    return month_of(values[name]) if name in values else empty


def region_in(values: Mapping[str, str]) -> str:
    """The ISO code of the region that is asked for, by its code or its name. Raises UnknownName."""
    return region(values["region"]).iso if "region" in values else ""


def entry_in(values: Mapping[str, str], name: str, size: int) -> int | None:
    """A length that the log once had. Raises BadInput for one that it never had."""
    if name not in values:
        return None
    text = values[name]
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:19]) <= size):
        raise BadInput(f"The log never had '{text}' entries.", where=name, todo=f"It has {size}: ask for 1 to {size}.")
    return int(text)


# Kept under a name ------------------------------------------------------------------------------------------------
def kept(connection: Connection, hand: str, path: str) -> list[Kept]:
    """The filters of a list that this hand has saved, by name."""
    rows = connection.execute(
        "SELECT name, query FROM desk.saved_filter WHERE hand = %s AND page = %s ORDER BY name", (hand, path)
    )
    return [Kept(str(name), f"{path}?{query}" if query else path) for name, query in rows]


def keep(connection: Connection, hand: str, path: str, name: str, query: str) -> str:
    """Save what a list is asked for under a name; one of that name gives way. The address it leads to. Raises BadInput."""
    wanted = _cleaned(path, query)
    if not name or len(name) > NAME_SIGNS or not name.isprintable():
        raise BadInput("A filter has a short name.", where="name", todo=f"Write 1 to {NAME_SIGNS} signs.")
    with connection.transaction():
        connection.execute(
            "SELECT 1 FROM desk.account WHERE hand = %s FOR UPDATE", [hand]
        )  # two at once would be one too many
        others = kept(connection, hand, path)
        if len(others) >= MOST and all(k.name != name for k in others):
            raise BadInput(f"{MOST} filters of this list are saved.", todo="Delete one that you do not need.")
        connection.execute(
            "INSERT INTO desk.saved_filter (hand, page, name, query) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (hand, page, name) DO UPDATE SET query = excluded.query",
            (hand, path, name, wanted),
        )
    return f"{path}?{wanted}" if wanted else path


def forget(connection: Connection, hand: str, path: str, name: str) -> str:
    """Delete a filter of this hand; of another's nothing happens. The list it was of. Raises BadInput for a list that is none."""
    _cleaned(path, "")
    connection.execute("DELETE FROM desk.saved_filter WHERE hand = %s AND page = %s AND name = %s", (hand, path, name))
    return path


def _cleaned(path: str, query: str) -> str:
    """The query with what can be asked of the list, and nothing else. Raises BadInput for a list that is none."""
    if path not in LISTS:
        raise BadInput("Filters are saved of lists.", where="list", todo=f"These are: {', '.join(LISTS)}.")
    given = dict(parse_qsl(query[:10_000]))
    return urlencode({n: given[n][:ASKED_SIGNS] for n in LISTS[path] if given.get(n)})
