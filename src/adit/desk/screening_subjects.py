"""Everybody whom the office screens: participants of settlements with owners, banks and ships, parties of the register, addresses of both."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from adit.engines.database import Connection
from adit.register.records import Address, Identity, Participant, Party, Settlement
from adit.register.store import listed
from adit.screening.subjects import Subject
from adit.settlement.dossier import address_subject, subject_of
from adit.terms.errors import BadInput

__all__ = ["Screened", "count_all", "pages", "subjects_about"]

_PERSONS = ("citizen", "entrepreneur", "foreign_person")


@dataclass(frozen=True, slots=True)
class Screened:
    """One who is screened, and what the register calls it. Without a subject nothing could be compared: `why` says so."""

    about: str
    subject: Subject | None
    why: str = ""


def pages(connection: Connection, size: int) -> Iterator[list[Screened]]:
    """Everybody, so many records at a time, in an order of their own. Each page is what is known when it is read."""
    for page in (_participants, _parties, _addresses, _payments):
        after = ""
        while found := page(connection, after, size):
            yield [s for _, several in found for s in several]
            after = found[-1][0]


def count_all(connection: Connection) -> int:
    """How many records that is: what progress is told by."""
    kinds = ("participant", "identity", "address", "settlement")
    query = " + ".join(
        f"(SELECT count(*) FROM register.{kind} WHERE upper_inf(known) AND upper_inf(valid))" for kind in kinds
    )
    return int(connection.execute(f"SELECT {query}").fetchall()[0][0])


def subjects_about(connection: Connection, abouts: Iterable[str]) -> dict[str, Subject]:
    """Who is screened under these ids, as it is stated now. Of whom nothing is stated any more, or nothing that says anything, is left out."""
    asked = sorted(set(abouts))
    kinds: dict[str, list[str]] = {}
    for about in asked:
        kinds.setdefault(about.rpartition("-")[0], []).append(about)
    found: list[Screened] = []
    if ids := kinds.pop("participant", []):
        stated = listed(connection, Participant, "id = ANY(%s) AND upper_inf(valid)", [ids], order="id", limit=len(ids))
        found += [_participant(p.id, p.record) for p in stated]
    if ids := kinds.pop("party", []):
        found += [
            s
            for _, several in _identified(connection, "party = ANY(%s) AND upper_inf(valid)", [ids], len(ids))
            for s in several
        ]
    if ids := kinds.pop("address", []):
        held = listed(connection, Address, "id = ANY(%s) AND upper_inf(valid)", [ids], order="id", limit=len(ids))
        found += [_address(a.id, a.record.address) for a in held]
    found += [_address(text, text) for texts in kinds.values() for text in texts]  # of payments
    return {s.about: s.subject for s in found if s.subject is not None}


def _made(about: str, make: Callable[[], Subject]) -> Screened:
    try:
        return Screened(about, make())
    except BadInput as error:
        return Screened(about, None, error.what)


def _participant(id_: str, p: Participant) -> Screened:
    return _made(id_, lambda: subject_of(p))


def _address(about: str, text: str) -> Screened:
    return _made(about, lambda: address_subject(text))


def _participants(connection: Connection, after: str, size: int) -> list[tuple[str, list[Screened]]]:
    found = listed(connection, Participant, "id > %s AND upper_inf(valid)", [after], order="id", limit=size)
    return [(p.id, [_participant(p.id, p.record)]) for p in found]


def _parties(connection: Connection, after: str, size: int) -> list[tuple[str, list[Screened]]]:
    return _identified(connection, "id > %s AND upper_inf(valid)", [after], size)


def _identified(
    connection: Connection, where: str, parameters: Sequence[object], size: int
) -> list[tuple[str, list[Screened]]]:
    found = listed(connection, Identity, where, parameters, order="id", limit=size)
    ids = sorted({i.record.party for i in found})
    parties = {
        p.id: p.record
        for p in listed(connection, Party, "id = ANY(%s) AND upper_inf(valid)", [ids], order="id", limit=size + 1)
    }
    return [(i.id, [_party(i.record, parties.get(i.record.party))]) for i in found]


def _party(who: Identity, party: Party | None) -> Screened:
    kind = "person" if party is not None and party.kind in _PERSONS else "organisation"
    numbers = tuple((k, v) for k, v in (("inn", who.inn), ("ogrn", who.ogrn)) if v)
    countries = (party.country,) if party is not None and party.country else ()
    names = (who.name,) if who.name.strip() else ()
    return _made(who.party, lambda: Subject(kind, names, countries=countries, identifiers=numbers))


def _addresses(connection: Connection, after: str, size: int) -> list[tuple[str, list[Screened]]]:
    found = listed(connection, Address, "id > %s AND upper_inf(valid)", [after], order="id", limit=size)
    return [(a.id, [_address(a.id, a.record.address)]) for a in found]


def _payments(connection: Connection, after: str, size: int) -> list[tuple[str, list[Screened]]]:
    found = listed(connection, Settlement, "id > %s AND upper_inf(valid)", [after], order="id", limit=size)
    several = [(s.id, [*(a["address"] for a in s.record.from_addresses), s.record.to_address]) for s in found]
    return [(id_, [_address(a, a) for a in addresses]) for id_, addresses in several]
