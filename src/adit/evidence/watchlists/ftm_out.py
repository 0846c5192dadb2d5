"""Entries as entities of followthemoney, one JSON object a line: what other programs of this trade read."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.ftm import IDENTIFIERS
from adit.terms.errors import BadInput
from adit.terms.identifiers import inn, lei, ogrn

__all__ = ["Entity", "entities_of", "ftm_lines", "names_as_properties", "numbers_as_properties"]

Entity = dict[str, Any]
_SCHEMATA = {"person": "Person", "organisation": "Organization", "vessel": "Vessel", "aircraft": "Airplane"}
_NAMES = {"primary": "name", "alias": "alias", "weak": "weakAlias", "former": "previousName"}
_PROPERTIES = {word: name for name, word in IDENTIFIERS.items()}
_OF_LEGAL = ("innCode", "ogrnCode", "leiCode", "swiftBic", "idNumber", "registrationNumber", "taxNumber")
_ELSEWHERE = {"inn": "taxNumber", "ogrn": "registrationNumber", "lei": "registrationNumber", "bic": "", "imo": ""}
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_OF = {  # which numbers a schema has a place for
    "Person": (*_OF_LEGAL, "passportNumber"),
    "Organization": (*_OF_LEGAL, "imoNumber"),
    "LegalEntity": _OF_LEGAL,
    "Vessel": ("imoNumber", "mmsi", "callSign", "registrationNumber"),
    "Airplane": ("registrationNumber",),
}


def names_as_properties(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names with our kinds, by property. The schema asks for a name: the first one is it, where none is primary."""
    found: dict[str, list[str]] = {}
    for text, kind in pairs:
        found.setdefault(_NAMES.get(kind, "alias"), []).append(text)
    if found and "name" not in found:
        found["name"] = [next(iter(found.values()))[0]]
    return found


def numbers_as_properties(schema: str, pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Identifiers by property. A number whose control digit is wrong stands where none is asked for: other programs drop it elsewhere.

    A number for which the schema has no place stands in the notes, with its word.
    """
    found: dict[str, list[str]] = {}
    for word, number in pairs:
        name = _PROPERTIES.get(word, "") if _holds(word, number) else _ELSEWHERE[word]
        if name in _OF.get(schema, ()):
            found.setdefault(name, []).append(f"IMO{number}" if name == "imoNumber" else number)
        else:
            found.setdefault("notes", []).append(f"{word} {number}")
    return found


def _holds(word: str, number: str) -> bool:
    """Whether the control digits hold, for the sorts of number that have them."""
    if word == "imo":
        weighed = (
            sum(int(d) * w for d, w in zip(number[:6], range(7, 1, -1), strict=False)) if number.isdecimal() else -1
        )
        return len(number) == 7 and weighed % 10 == int(number[6])
    if word == "bic":
        return bool(_BIC.fullmatch(number))
    check = {"inn": inn, "ogrn": ogrn, "lei": lei}.get(word)
    try:
        return check is None or bool(check(number))
    except BadInput:
        return False


def entities_of(entry: Entry) -> Iterator[Entity]:
    """The entity, its wallets and its sanction."""
    id_ = f"{entry.list_id}-{entry.entry_id}"
    if entry.kind != "address":
        schema = _SCHEMATA.get(entry.kind, "LegalEntity")
        properties = names_as_properties((n.text, n.kind) for n in entry.names) | {"topics": ["sanction"]}
        properties |= numbers_as_properties(schema, entry.identifiers)
        codes = [c.lower() for c in entry.countries if len(c) == 2]
        place = {"Person": "nationality", "Vessel": "flag"}.get(schema, "country")
        properties |= {place: codes} if codes else {}
        properties |= {"birthDate": list(entry.born)} if entry.born and schema == "Person" else {}
        yield {"id": id_, "schema": schema, "properties": properties}
    for number, wallet in enumerate(entry.addresses, start=1):
        alone = entry.kind == "address"
        properties = {"publicKey": [wallet.text], "topics": ["sanction"]}
        properties |= {"currency": [wallet.asset]} if wallet.asset else {}
        properties |= names_as_properties((n.text, n.kind) for n in entry.names) if alone else {"holder": [id_]}
        yield {
            "id": id_ if alone and number == 1 else f"{id_}-wallet-{number}",
            "schema": "CryptoWallet",
            "properties": properties,
        }
    sanction = {"entity": [id_], "authorityId": [entry.entry_id], "program": list(entry.programmes)}
    sanction |= {"listingDate": [entry.listed_on.isoformat()]} if entry.listed_on else {}
    sanction |= {"endDate": [entry.delisted_on.isoformat()]} if entry.delisted_on else {}
    yield {"id": f"{id_}-sanction", "schema": "Sanction", "properties": {k: v for k, v in sanction.items() if v}}


def ftm_lines(entries: Iterable[Entry]) -> str:
    """All entities of the entries, a line each."""
    found = (entity for entry in entries for entity in entities_of(entry))
    return "".join(json.dumps(entity, ensure_ascii=False) + "\n" for entity in found)
