"""Which lists are known and which are mandatory. A configuration adds; nothing in it, around it or beside it takes away.

`ALWAYS` stands here and not in the data, so that the data cannot leave one out either.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adit.evidence.watchlists.readers import reader
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput, UnknownName

__all__ = ["ALWAYS", "Known", "ListSpec", "Registry", "parse_registry", "with_added", "with_remembered"]

ALWAYS = frozenset({"un_sc", "national"})
_CONFIGURED = {"mandatory", "tokens", "list", "known", "engines"}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("id", "title", "publisher", "licence", "reader", "successor", "token"), str),
    **dict.fromkeys(("addresses", "hosts", "known"), list),
    **dict.fromkeys(("rows_min", "rows_max", "max_age_days"), int),
    "mandatory": bool,
    "retired_on": date,
}
_SAID = {str: "text", list: "list", int: "whole number", bool: "true or false", date: "day"}
_ADVICE = "A configuration may have mandatory = [...], engines = [...], [[list]], [[known]] and [tokens]. It adds, and takes nothing away."


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that a list must hold: whoever it is, the list is broken without it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What is known of a list before any of its files: whose it is, how it is read, what would be strange."""

    id: str
    title: str
    publisher: str
    licence: str
    reader: str
    addresses: tuple[str, ...]
    hosts: tuple[str, ...]
    mandatory: bool
    rows_min: int
    rows_max: int
    max_age_days: int
    retired_on: date | None = None
    successor: str = ""
    known: tuple[Known, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """All lists in their order, the strangers whom none of them may find, and the further engines of names that have to answer."""

    lists: tuple[ListSpec, ...]
    strangers: tuple[Subject, ...]
    engines: tuple[str, ...] = ()

    @property
    def mandatory(self) -> frozenset[str]:
        return frozenset(spec.id for spec in self.lists if spec.mandatory)

    def spec(self, list_id: str) -> ListSpec:
        """The list of this name. Raises UnknownName."""
        for each in self.lists:
            if each.id == list_id:
                return each
        raise UnknownName("list", list_id, [s.id for s in self.lists])


def parse_registry(text: str) -> Registry:
    """The registry that is shipped. Raises BadInput where one of `ALWAYS` is absent or not mandatory."""
    data = _toml(text, "mandatory.toml")
    lists = tuple(_spec(item, "mandatory.toml") for item in data.get("list", []))
    strangers = tuple(Subject(str(s["kind"]), (str(s["name"]),)) for s in data.get("stranger", []))
    found = Registry(lists, strangers)
    if missing := ALWAYS - found.mandatory:
        raise BadInput(
            f"{', '.join(sorted(missing))} must be mandatory.", where="mandatory.toml", todo="Install Adit anew."
        )
    return found


def with_added(registry: Registry, text: str, where: str = "added.toml") -> Registry:
    """The registry with what an office added to it. Raises BadInput for anything that would weaken it."""
    data = _toml(text, where)
    if strange := sorted(data.keys() - _CONFIGURED):
        raise BadInput(f"'{strange[0]}' is no word of this configuration.", where=where, todo=_ADVICE)
    lists = list(registry.lists)
    described = data.get("list", [])
    if not isinstance(described, list) or not all(isinstance(item, dict) for item in described):
        raise BadInput("A list is described under [[list]].", where=where, todo=_ADVICE)
    for item in described:
        spec = _spec(item, where)
        if any(spec.id == known.id for known in lists):
            raise BadInput(
                f"The list '{spec.id}' is known already and cannot be described anew.", where=where, todo=_ADVICE
            )
        lists.append(spec)
    names = data.get("mandatory", [])
    tokens = data.get("tokens", {})
    known = data.get("known", [])
    engines = data.get("engines", [])
    if not isinstance(engines, list) or not all(isinstance(e, str) for e in engines):
        raise BadInput("engines is a list of names.", where=where, todo=_ADVICE)
    if not isinstance(names, list) or not isinstance(tokens, dict) or not isinstance(known, list):
        raise BadInput("mandatory and known are lists, tokens is a table.", where=where, todo=_ADVICE)
    if not all(isinstance(token, str) for token in tokens.values()):
        raise BadInput("A token is a text.", where=where, todo=_ADVICE)
    if any(not isinstance(k, dict) or {"list", "id", "name"} - k.keys() for k in known):
        raise BadInput("A canary needs list, id and name.", where=where, todo=_ADVICE)
    grown = Registry(tuple(lists), registry.strangers)
    for name in [*names, *tokens, *(k["list"] for k in known)]:
        grown.spec(str(name))
    more = {str(name): str(token) for name, token in tokens.items()}
    return replace(
        grown,
        engines=tuple(dict.fromkeys((*grown.engines, *engines))),
        lists=tuple(
            replace(
                spec,
                mandatory=spec.mandatory or spec.id in names,
                token=more.get(spec.id, spec.token),
                known=(*spec.known, *(Known(str(k["id"]), str(k["name"])) for k in known if k["list"] == spec.id)),
            )
            for spec in grown.lists
        ),
    )


def with_remembered(registry: Registry, remembered: Mapping[str, date], engines: Iterable[str] = ()) -> Registry:
    """The registry with lists that were mandatory before, and engines that were asked: to delete a configuration takes nothing away."""
    lists = [replace(s, mandatory=s.mandatory or s.id in remembered) for s in registry.lists]
    ids = {s.id for s in lists}
    lists += [_forgotten(name, day) for name, day in sorted(remembered.items()) if name not in ids]
    return replace(registry, lists=tuple(lists), engines=tuple(dict.fromkeys((*registry.engines, *engines))))


def _forgotten(name: str, day: date) -> ListSpec:
    title = f"a list of the office, mandatory since {day}, whose description is gone from added.toml"
    return ListSpec(name, title, "the office", "", "national", (), (), True, 1, 1_000_000, 14)


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"The text is not TOML ({error}).", where=where, todo=_ADVICE) from error


def _spec(item: Mapping[str, Any], where: str) -> ListSpec:
    fields = dict(item)
    name = str(fields.get("id", ""))
    for field, kind in _TYPES.items():
        if field in fields and type(fields[field]) is not kind:
            raise BadInput(
                f"{field} of the list '{name}' is {fields[field]!r}, which is no {_SAID[kind]}.",
                where=where,
                todo=_ADVICE,
            )
    if any(not isinstance(a, str) for several in ("addresses", "hosts") for a in fields.get(several, ())):
        raise BadInput(f"The addresses and hosts of '{name}' are texts.", where=where, todo=_ADVICE)
    if any(not isinstance(k, dict) or {"id", "name"} - k.keys() for k in fields.get("known", ())):
        raise BadInput(f"A canary of '{name}' needs id and name.", where=where, todo=_ADVICE)
    if not name.isascii() or not name.replace("_", "").isalnum() or name != name.lower():
        raise BadInput(
            f"'{name}' is no name of a list.", where=where, todo="Use small letters, digits and underscores."
        )
    fields["known"] = tuple(Known(str(k["id"]), str(k["name"])) for k in fields.get("known", []))
    for several in ("addresses", "hosts"):
        fields[several] = tuple(fields.get(several, ()))
    defaults = {
        "publisher": "",
        "licence": "",
        "mandatory": False,
        "rows_min": 1,
        "rows_max": 1_000_000,
        "max_age_days": 14,
    }
    try:
        spec = ListSpec(**{**defaults, **fields})
    except TypeError as error:
        raise BadInput(
            f"The list '{name}' is not described rightly ({error}).", where=where, todo="It needs id, title and reader."
        ) from error
    reader(spec.reader)
    if not all(address.startswith("https://") for address in spec.addresses):
        raise BadInput(f"An address of '{name}' is not https.", where=where, todo="Lists are fetched over TLS alone.")
    if not 1 <= spec.rows_min <= spec.rows_max or not 1 <= spec.max_age_days <= 366:
        raise BadInput(
            f"The bounds of '{name}' cannot be.", where=where, todo="Rows from 1 up, and an age of 1 to 366 days."
        )
    return spec
