"""The constraints of IVMS101, C1 to C12, and its lengths, over a payload: each breach as a sentence with the number of the constraint.

C10 asks whether an authority is on GLEIF's list, which is not shipped: its form alone is checked here.
Source: interVASP Messaging Standard 101, issue 1 (May 2020).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from adit.settlement.messages.ivms101 import LegalPerson, NationalId, NaturalPerson, Payload, Place, Side
from adit.terms.errors import BadInput
from adit.terms.identifiers import COUNTRIES, lei

__all__ = ["breaches"]

_LEGAL_NUMBERS = ("RAID", "MISC", "LEIX", "TXID")
_NATURAL_NUMBERS = ("ARNU", "CCPT", "RAID", "DRLC", "FIIN", "TXID", "SOCS", "IDCD", "LEIX", "MISC")
_LEGAL_NAMES, _NATURAL_NAMES = ("LEGL", "SHRT", "TRAD"), ("ALIA", "BIRT", "MAID", "LEGL", "MISC")
_PLACES = ("HOME", "BIZZ", "GEOG")
_AUTHORITY = re.compile(r"RA[0-9]{6}")
_LONGEST = {"name": 100, "number": 35, "line": 70, "town": 35, "account": 100, "customer": 50}


def breaches(p: Payload, on: date, sequence: Sequence[int] = ()) -> list[str]:
    """What the standard does not allow, in order; empty where it allows all. `sequence`: of transfers on the way, if it goes through others."""
    found = [
        *_side(p.originator, "originator", on, originator=True),
        *_side(p.beneficiary, "beneficiary", on, originator=False),
    ]
    for place, vasp in (("originatingVASP", p.originating_vasp), ("beneficiaryVASP", p.beneficiary_vasp)):
        if vasp is not None:
            found += _legal(vasp, place, originator=False)
    if list(sequence) != list(range(len(sequence))):
        found.append("C12: the transfers on the way are not numbered 0, 1, 2 ... without a gap.")
    return found


def _side(side: Side, at: str, on: date, *, originator: bool) -> Iterator[str]:
    if not side.persons:
        yield f"{at}: nobody is named."
    if any(not 0 < len(a) <= _LONGEST["account"] for a in side.accounts):
        yield f"{at}: an account has no sign, or more than {_LONGEST['account']}."
    for i, person in enumerate(side.persons):
        where = f"{at}[{i}]"
        if isinstance(person, LegalPerson):
            yield from _legal(person, where, originator=originator)
        else:
            yield from _natural(person, where, on, originator=originator)


def _legal(p: LegalPerson, at: str, *, originator: bool) -> Iterator[str]:
    if not any(n.kind == "LEGL" for n in p.names):
        yield f"C5 {at}: no name is that of the law (LEGL)."
    if any(n.kind not in _LEGAL_NAMES for n in (*p.names, *p.local_names)):
        yield f"{at}: a name has a kind that legal persons have not."
    if originator and not (any(a.kind == "GEOG" for a in p.places) or p.national_id or p.customer_number):
        yield f"C4 {at}: a legal person that pays needs an address, a national number or a customer number."
    if p.national_id is not None:
        yield from _legal_number(p.national_id, at)
    yield from _common(p, at)


def _legal_number(n: NationalId, at: str) -> Iterator[str]:
    if n.kind not in _LEGAL_NUMBERS:
        yield f"C7 {at}: {n.kind} is no kind of number of a legal person."
    if n.country:
        yield f"C9 {at}: the number of a legal person has no country of issue."
    if n.kind != "LEIX" and not n.authority:
        yield f"C9 {at}: a number that is no LEI needs the authority that gave it."
    if n.kind == "LEIX" and n.authority:
        yield f"C9 {at}: an LEI has no authority."
    if n.authority and not _AUTHORITY.fullmatch(n.authority):
        yield f"C10 {at}: {n.authority} has not the form of an authority in GLEIF's list."
    if n.kind == "LEIX":
        try:
            lei(n.number)
        except BadInput as error:
            yield f"C11 {at}: {error.what}"


def _natural(p: NaturalPerson, at: str, on: date, *, originator: bool) -> Iterator[str]:
    if not any(n.kind == "LEGL" for n in p.names):
        yield f"C6 {at}: no name is that of the law (LEGL)."
    if any(n.kind not in _NATURAL_NAMES for n in (*p.names, *p.local_names)):
        yield f"{at}: a name has a kind that persons have not."
    if originator and not (p.places or p.national_id or p.customer_number or p.born_on):
        yield f"C1 {at}: a person that pays needs an address, a number, a customer number, or day and place of birth."
    if p.born_on:
        try:
            past = date.fromisoformat(p.born_on) < on
        except ValueError:
            past = False
        if not past:
            yield f"C2 {at}: {p.born_on} is no day of birth in the past."
        if not p.born_at:
            yield f"C1 {at}: a day of birth needs its place."
    if p.national_id is not None and p.national_id.kind not in _NATURAL_NUMBERS:
        yield f"{at}: {p.national_id.kind} is no kind of number of a person."
    yield from _common(p, at)


def _common(p: LegalPerson | NaturalPerson, at: str) -> Iterator[str]:
    countries = [p.country, *(a.country for a in p.places), p.national_id.country if p.national_id else ""]
    for code in countries:
        if code and code not in COUNTRIES and code != "XX":
            yield f"C3 {at}: {code} is no country."
    for place in p.places:
        yield from _place(place, at)
    if any(not 0 < len(n.primary) <= _LONGEST["name"] for n in (*p.names, *p.local_names)):
        yield f"{at}: a name has no sign, or more than {_LONGEST['name']}."
    if p.national_id is not None and not 0 < len(p.national_id.number) <= _LONGEST["number"]:
        yield f"{at}: a number has no sign, or more than {_LONGEST['number']}."
    if len(p.customer_number) > _LONGEST["customer"]:
        yield f"{at}: a customer number has more than {_LONGEST['customer']} signs."


def _place(a: Place, at: str) -> Iterator[str]:
    if a.kind not in _PLACES:
        yield f"{at}: {a.kind} is no kind of address."
    if not a.lines:
        yield f"C8 {at}: an address needs a line, or a street with a building."
    if len(a.lines) > 7 or any(not 0 < len(line) <= _LONGEST["line"] for line in a.lines):
        yield f"{at}: an address has at most seven lines of {_LONGEST['line']} signs."
    if not 0 < len(a.town) <= _LONGEST["town"] or not a.country:
        yield f"{at}: an address has a town of at most {_LONGEST['town']} signs, and a country."
