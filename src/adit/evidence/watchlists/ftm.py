"""Entities of followthemoney in JSON lines, as many sources of lists give them: persons, organisations, vessels, wallets, with their sanctions.

The schema has a property for private keys. Input that holds one is refused whole, and its value is not repeated anywhere.
Source of the schema: https://followthemoney.tech
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry, ListedAddress
from adit.evidence.watchlists.reading import Read, decoded, identifier, iso_day, listed_names, squashed
from adit.terms.errors import BadInput

__all__ = ["IDENTIFIERS", "SCHEMATA", "Thing", "read_ftm", "refuse_keys", "things"]

SCHEMATA = {
    "Person": "person",
    "Organization": "organisation",
    "Company": "organisation",
    "PublicBody": "organisation",
    "LegalEntity": "unknown",  # the schema says that it may be a person or an organisation
    "Vessel": "vessel",
    "Airplane": "aircraft",
}
IDENTIFIERS = {  # property -> our word
    "innCode": "inn",
    "ogrnCode": "ogrn",
    "leiCode": "lei",
    "swiftBic": "bic",
    "imoNumber": "imo",
    "mmsi": "mmsi",
    "callSign": "call_sign",
    "passportNumber": "passport",
    "idNumber": "national_id",
    "registrationNumber": "registration",
    "taxNumber": "tax",
}
_NAMES = (
    ("name", "primary"),
    ("alias", "alias"),
    ("weakAlias", "weak"),
    ("previousName", "former"),
    ("abbreviation", "weak"),
)
_COUNTRIES = ("nationality", "citizenship", "country", "jurisdiction", "mainCountry", "flag")
_KEY_IN_TEXT = re.compile(r"private[_-]?key", re.IGNORECASE)
_ADVICE = "Give one JSON object a line, with id, schema and properties."


@dataclass(slots=True)
class Thing:
    """One entity: its properties as lists of texts, and those of the entities that point at it."""

    id: str
    schema: str
    properties: dict[str, list[str]]
    seen: date | None = None
    wallets: list[ListedAddress] = field(default_factory=list)
    papers: list[tuple[str, str]] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    listed: list[date] = field(default_factory=list)
    ended: list[date] = field(default_factory=list)
    sanctions: int = 0

    def first(self, *names: str) -> str:
        return next((v for name in names for v in self.properties.get(name, []) if v), "")

    def all(self, *names: str) -> list[str]:
        return [v for name in names for v in self.properties.get(name, [])]


class _HoldsKey(BadInput):
    """An entity holds a private key."""


def refuse_keys(content: bytes) -> None:
    """Raise BadInput where a line holds a private key, even one that cannot be read otherwise; the value is never named."""
    for number, line in enumerate(content.decode("utf-8-sig", errors="replace").splitlines(), start=1):
        try:
            for _ in things(line):
                pass
        except _HoldsKey:
            raise _holds_key(number) from None  # and no error below it that holds the line
        except BadInput:
            if _KEY_IN_TEXT.search(line):
                raise _holds_key(number) from None


def _holds_key(line: int) -> _HoldsKey:
    return _HoldsKey(
        "An entity holds a private key. It was not read, and nothing of it is kept.",
        where=f"line {line}",
        todo="Take the property out, and tell whoever holds the coins: the key is known to whoever saw this file.",
    )


def read_ftm(content: bytes, list_id: str) -> Read:
    """Every named entity and every wallet as an entry, in the order of the file. Raises BadInput."""
    found: dict[str, Thing] = {}
    for thing in things(decoded(content)):
        known = found.setdefault(thing.id, thing)
        if known is not thing:  # statements of one entity may come in several lines
            for name, values in thing.properties.items():
                known.properties[name] = list(dict.fromkeys([*known.properties.get(name, []), *values]))
    _join(found)
    days = [t.seen for t in found.values() if t.seen]
    entries = tuple(_entry(thing, list_id) for thing in found.values() if _stands_alone(thing, found))
    shape = tuple(sorted({t.schema for t in found.values()}))
    return Read(max(days) if days else None, len(found), entries, shape)


def things(text: str) -> Iterator[Thing]:
    """The entities of the lines, those inside others after them. Raises BadInput, which names the line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            data = json.loads(line, object_pairs_hook=partial(_object, number))
        except (ValueError, RecursionError) as error:
            raise BadInput("The line is not JSON, or the file breaks off there.", where=where, todo=_ADVICE) from error
        yield from _things(data, where)


def _object(line: int, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if value and name.replace("_", "").replace("-", "").casefold() == "privatekey":
            raise _holds_key(line)
        found[name] = value
    return found


def _things(data: Any, where: str) -> Iterator[Thing]:
    properties = data.get("properties") if isinstance(data, dict) else None
    if (
        not isinstance(properties, dict)
        or not isinstance(data.get("id"), str)
        or not isinstance(data.get("schema"), str)
    ):
        raise BadInput("The line is no entity.", where=where, todo=_ADVICE)
    texts: dict[str, list[str]] = {}
    inner: list[Any] = []
    for name, values in properties.items():
        listed = values if isinstance(values, list) else [values]
        inner += [v for v in listed if isinstance(v, dict)]
        texts[name] = [str(v.get("id", "")) if isinstance(v, dict) else str(v) for v in listed if v not in (None, "")]
    days = [d for d in (iso_day(str(data.get(k) or "")) for k in ("last_seen", "last_change")) if d]
    yield Thing(data["id"], data["schema"], texts, max(days) if days else None)
    for entity in inner:
        yield from _things(entity, where)


def _join(found: dict[str, Thing]) -> None:
    """What a sanction, a wallet or a paper says goes to the entity that it points at."""
    for thing in found.values():
        for owner in (found.get(i) for i in thing.all("entity", "holder")):
            if owner is None or owner is thing:
                continue
            if thing.schema == "Sanction":
                owner.sanctions += 1
                owner.programmes += thing.all("program", "programId")
                owner.listed += [d for v in thing.all("listingDate", "startDate") if (d := iso_day(v))]
                owner.ended += [d for v in thing.all("endDate")[-1:] if (d := iso_day(v))]
            elif thing.schema == "CryptoWallet":
                owner.wallets += _wallet(thing)
            elif thing.schema in ("Passport", "Identification"):
                said = "passport" if thing.schema == "Passport" else thing.first("type")
                where = country(thing.first("country").upper())
                owner.papers += [identifier(said, n, where) for n in thing.all("number")]


def _wallet(thing: Thing) -> list[ListedAddress]:
    asset = thing.first("currency", "currencySymbol")
    return [ListedAddress(asset, text) for text in dict.fromkeys(thing.all("publicKey", "cryptoAddress"))]


def _stands_alone(thing: Thing, found: dict[str, Thing]) -> bool:
    if thing.schema == "CryptoWallet":
        return not any(i in found for i in thing.all("holder"))
    return thing.schema in SCHEMATA or (bool(thing.all("name")) and thing.schema != "Address")


def _entry(thing: Thing, list_id: str) -> Entry:
    identifiers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, kind in IDENTIFIERS.items():
        identifiers[kind] += [(kind, v.removeprefix("IMO").strip() if kind == "imo" else v) for v in thing.all(name)]
    kind = "address" if thing.schema == "CryptoWallet" else SCHEMATA.get(thing.schema, "unknown")
    known = thing.schema in SCHEMATA or thing.schema == "CryptoWallet"
    return Entry(
        list_id,
        thing.id,
        kind,
        listed_names((text, how) for name, how in _NAMES for text in thing.all(name)),
        born=tuple(dict.fromkeys(v for v in thing.all("birthDate"))),
        countries=tuple(dict.fromkeys(country(v.upper() if len(v) == 2 else v) for v in thing.all(*_COUNTRIES))),
        identifiers=tuple(dict.fromkeys(i for several in (*identifiers.values(), thing.papers) for i in several)),
        addresses=tuple(dict.fromkeys([*(_wallet(thing) if thing.schema == "CryptoWallet" else []), *thing.wallets])),
        programmes=tuple(dict.fromkeys([*thing.programmes, *thing.all("program")])),
        listed_on=min(thing.listed) if thing.listed else iso_day(thing.first("createdAt")),
        delisted_on=max(thing.ended) if thing.ended and len(thing.ended) == thing.sanctions else None,
        raw="; ".join(dict.fromkeys(squashed(v) for values in thing.properties.values() for v in values)),
        unread="" if known else f"the schema {thing.schema} is not known",
    )
