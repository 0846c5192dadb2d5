"""The data that travel with a payment, in the model of IVMS101: who pays, who is paid, and who serves them. Personal: for those who may see parties alone.

Names stand in Latin letters, as the standard asks, with the name in its own script beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anyascii import anyascii

from adit.register.records import Participant
from adit.settlement.dossier import Dossier

__all__ = [
    "Account",
    "LegalPerson",
    "Name",
    "NationalId",
    "NaturalPerson",
    "Payload",
    "Place",
    "Side",
    "as_json",
    "payload",
]

LONGEST_NAME, LONGEST_LINE = 100, 70


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its kind: LEGL as in law, SHRT short, TRAD in trade; of a person its second part is what comes before the family name."""

    primary: str
    kind: str = "LEGL"
    secondary: str = ""


@dataclass(frozen=True, slots=True)
class NationalId:
    """A number with its kind (LEIX, TXID, RAID, MISC; of persons others too), and who gave it."""

    number: str
    kind: str
    country: str = ""  # of issue: of persons alone
    authority: str = ""  # in GLEIF's list: of legal persons alone, and never of an LEI


@dataclass(frozen=True, slots=True)
class Place:
    """An address with its kind: GEOG, BIZZ, HOME."""

    kind: str
    lines: tuple[str, ...]
    town: str
    country: str


@dataclass(frozen=True, slots=True)
class LegalPerson:
    names: tuple[Name, ...]
    local_names: tuple[Name, ...] = ()
    places: tuple[Place, ...] = ()
    customer_number: str = ""
    national_id: NationalId | None = None
    country: str = ""  # of registration


@dataclass(frozen=True, slots=True)
class NaturalPerson:
    names: tuple[Name, ...]
    local_names: tuple[Name, ...] = ()
    places: tuple[Place, ...] = ()
    customer_number: str = ""
    national_id: NationalId | None = None
    born_on: str = ""
    born_at: str = ""
    country: str = ""  # of residence


Account = str


@dataclass(frozen=True, slots=True)
class Side:
    """Who pays or is paid, and from or to which addresses."""

    persons: tuple[LegalPerson | NaturalPerson, ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Payload:
    originator: Side
    beneficiary: Side
    originating_vasp: LegalPerson | None
    beneficiary_vasp: LegalPerson | None


def payload(dossier: Dossier) -> Payload:
    """The data that travel with this payment."""
    s = dossier.settlement

    def bank(id_: str | None) -> LegalPerson | None:
        return _legal(id_, dossier.participant(id_)) if id_ is not None else None

    return Payload(
        Side((_person(s.payer, dossier.participant(s.payer)),), tuple(a["address"] for a in s.from_addresses)),
        Side((_person(s.payee, dossier.participant(s.payee)),), (s.to_address,)),
        bank(s.payer_bank),
        bank(s.payee_bank),
    )


def _person(id_: str, p: Participant) -> LegalPerson | NaturalPerson:
    if p.kind != "person":
        return _legal(id_, p)
    latin, local = _names(p, person=True)
    number = NationalId(p.inn, "TXID", country=p.country) if p.inn else None
    return NaturalPerson(
        latin, local, _places(p, "HOME"), id_, number, p.born if len(p.born) == 10 else "", p.country, p.country
    )


def _legal(id_: str, p: Participant) -> LegalPerson:
    latin, local = _names(p, person=False)
    number = None
    if p.lei:
        number = NationalId(p.lei, "LEIX")
    elif p.authority and (p.ogrn or p.inn):
        number = NationalId(p.ogrn or p.inn, "RAID" if p.ogrn else "TXID", authority=p.authority)
    return LegalPerson(latin, local, _places(p, "GEOG"), id_, number, p.country)


def _names(p: Participant, *, person: bool) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """The names in Latin letters, that of the law first, and those in another script."""
    latin = next((n for n in (p.name, *p.other_names) if n.isascii()), anyascii(p.name))
    local = () if p.name.isascii() else (_name(p.name, person),)
    return (_name(latin, person),), local


def _name(text: str, person: bool) -> Name:
    if not person:
        return Name(text[:LONGEST_NAME])
    first, _, family = text.strip().rpartition(" ")
    return Name(family[:LONGEST_NAME], "LEGL", first[:LONGEST_NAME])


def _places(p: Participant, kind: str) -> tuple[Place, ...]:
    if not p.place or not p.country:
        return ()
    town, _, rest = p.place.partition(",")
    text = anyascii(rest.strip() or town)
    lines = tuple(text[i : i + LONGEST_LINE] for i in range(0, min(len(text), 7 * LONGEST_LINE), LONGEST_LINE))
    return (Place(kind, lines, anyascii(town.strip())[:35], p.country),)


# As JSON ----------------------------------------------------------------------------------------------------------
def as_json(p: Payload) -> dict[str, Any]:
    """The payload as the standard writes it; what is empty is left out."""
    whole: dict[str, Any] = _without_nothing(
        {
            "originator": {
                "originatorPersons": _persons(p.originator.persons),
                "accountNumber": list(p.originator.accounts),
            },
            "beneficiary": {
                "beneficiaryPersons": _persons(p.beneficiary.persons),
                "accountNumber": list(p.beneficiary.accounts),
            },
            "originatingVASP": {"originatingVASP": _persons([p.originating_vasp])[0]} if p.originating_vasp else None,
            "beneficiaryVASP": {"beneficiaryVASP": _persons([p.beneficiary_vasp])[0]} if p.beneficiary_vasp else None,
        }
    )
    return whole


def _persons(persons: Sequence[LegalPerson | NaturalPerson]) -> list[dict[str, Any]]:
    return [
        {"legalPerson": _legal_json(p)} if isinstance(p, LegalPerson) else {"naturalPerson": _natural_json(p)}
        for p in persons
    ]


def _legal_json(p: LegalPerson) -> dict[str, Any]:
    def named(names: Sequence[Name]) -> list[dict[str, str]]:
        return [{"legalPersonName": n.primary, "legalPersonNameIdentifierType": n.kind} for n in names]

    return {
        "name": {"nameIdentifier": named(p.names), "localNameIdentifier": named(p.local_names)},
        "geographicAddress": [_place_json(a) for a in p.places],
        "customerNumber": p.customer_number,
        "nationalIdentification": _number_json(p.national_id),
        "countryOfRegistration": p.country,
    }


def _natural_json(p: NaturalPerson) -> dict[str, Any]:
    def named(names: Sequence[Name]) -> list[dict[str, str]]:
        return [
            {"primaryIdentifier": n.primary, "secondaryIdentifier": n.secondary, "nameIdentifierType": n.kind}
            for n in names
        ]

    return {
        "name": {"nameIdentifier": named(p.names), "localNameIdentifier": named(p.local_names)},
        "geographicAddress": [_place_json(a) for a in p.places],
        "nationalIdentification": _number_json(p.national_id),
        "customerIdentification": p.customer_number,
        "dateAndPlaceOfBirth": {"dateOfBirth": p.born_on, "placeOfBirth": p.born_at}
        if p.born_on and p.born_at
        else None,
        "countryOfResidence": p.country,
    }


def _number_json(n: NationalId | None) -> dict[str, str] | None:
    if n is None:
        return None
    return {
        "nationalIdentifier": n.number,
        "nationalIdentifierType": n.kind,
        "countryOfIssue": n.country,
        "registrationAuthority": n.authority,
    }


def _place_json(a: Place) -> dict[str, Any]:
    return {"addressType": a.kind, "addressLine": list(a.lines), "townName": a.town, "country": a.country}


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: _without_nothing(v) for k, v in value.items()}
        return {k: v for k, v in kept.items() if v not in (None, "", [], {})}
    return [_without_nothing(v) for v in value] if isinstance(value, list) else value
