"""Subjects as entities of followthemoney, and such entities as subjects: so that parties of another program can be screened, and ours there."""

import json
from collections.abc import Iterable

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.ftm import IDENTIFIERS, SCHEMATA, Thing, refuse_keys, things
from adit.evidence.watchlists.ftm_out import Entity, names_as_properties, numbers_as_properties
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

__all__ = ["entity_of", "subject_lines", "subjects_of"]

_SCHEMATA = {"person": "Person", "organisation": "Organization", "bank": "Organization", "vessel": "Vessel"}
_BANK = "fin.bank"  # the topic by which followthemoney knows a bank
_NAMES = ("name", "alias", "weakAlias", "previousName")
_COUNTRIES = ("nationality", "citizenship", "country", "jurisdiction", "mainCountry", "flag")


def entity_of(subject: Subject) -> Entity:
    """The entity of a subject. Its id is the hash of the content, so that two subjects never share one."""
    if subject.kind == "address":
        properties: dict[str, list[str]] = {"publicKey": [subject.address]}
        return {"id": subject.digest, "schema": "CryptoWallet", "properties": properties}
    schema = _SCHEMATA[subject.kind]
    properties = names_as_properties(
        (name, "alias" if place else "primary") for place, name in enumerate(subject.names)
    )
    properties |= numbers_as_properties(schema, subject.identifiers)
    if subject.kind == "bank":
        properties["topics"] = [_BANK]
    if subject.born and subject.kind == "person":
        properties["birthDate"] = [subject.born]
    if codes := [c.lower() for c in subject.countries if len(c) == 2]:
        properties[{"Person": "nationality", "Vessel": "flag"}.get(schema, "country")] = codes
    return {"id": subject.digest, "schema": schema, "properties": properties}


def subject_lines(subjects: Iterable[Subject]) -> str:
    """The entities of these subjects, a line each."""
    return "".join(json.dumps(entity_of(s), ensure_ascii=False) + "\n" for s in subjects)


def subjects_of(text: str) -> tuple[Subject, ...]:
    """The subjects that the lines name, in their order. Raises BadInput, and for a private key without its value."""
    refuse_keys(text.encode())
    found: list[Subject] = []
    for thing in things(text):
        if thing.schema == "CryptoWallet":
            found += [Subject("address", address=a) for a in dict.fromkeys(thing.all("publicKey", "cryptoAddress"))]
        elif thing.schema in SCHEMATA:
            found.append(_subject(thing))
    if not found:
        raise BadInput(
            "The text names nobody who could be screened.",
            todo="Give a Person, a LegalEntity, a Vessel or a CryptoWallet.",
        )
    return tuple(found)


def _subject(thing: Thing) -> Subject:
    kind = {"person": "person", "vessel": "vessel"}.get(SCHEMATA[thing.schema], "organisation")
    if kind == "organisation" and _BANK in thing.all("topics"):
        kind = "bank"
    numbers = [
        (word, value.removeprefix("IMO").strip() if word == "imo" else value)
        for name, word in IDENTIFIERS.items()
        for value in thing.all(name)
    ]
    return Subject(
        kind,
        tuple(dict.fromkeys(thing.all(*_NAMES))),
        thing.first("birthDate") if kind == "person" else "",
        tuple(dict.fromkeys(country(c.upper() if len(c) == 2 else c) for c in thing.all(*_COUNTRIES))),
        tuple(numbers),
    )
