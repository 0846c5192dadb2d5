"""What is entered of a party and who it is: entered anew, and corrected by an entry that names the one before.

How a party is reached is corrected by one hand; what the law asks of it, and who it is, by two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from adit.register.procedures.joining import number
from adit.register.procedures.proposals import Statement
from adit.register.records import Identity, Party, Record
from adit.register.store import Books, Stated, listed, plain
from adit.terms.errors import BadInput, Refused

__all__ = [
    "CORRECT", "KINDS", "OWN_FACTS", "TAX_REGIMES", "by_one_hand", "changes", "checked", "correction", "enter", "enter_new", "standing",
]  # fmt: skip

CORRECT = "correct party"  # the act of a proposal
KINDS = ("citizen", "entrepreneur", "company", "foreign_person", "foreign_company")
TAX_REGIMES = ("general", "USN", "ESHN", "AUSN", "NPD", "PSN")
REACHED = frozenset({"address", "email", "phone"})  # fields that one hand corrects
OWN_FACTS = (
    "state_tied",
    "state_tied_ground",
    "tax_resident",
    "tax_regime",
    "only_mining",
)  # that a party may propose of itself
_LONGEST = {"name": 300, "address": 300, "email": 200, "phone": 50, "state_tied_ground": 300}


def standing(books: Books, party: str) -> tuple[Stated[Party], Stated[Identity] | None]:
    """What is entered of a party now, and who it is; None where that was erased. Raises NotFound."""
    books.transaction.flush()
    who = listed(books.transaction.connection, Identity, "party = %s", [party], order="lower(valid) DESC", limit=1)
    return books.current(Party, party), who[0] if who else None


def checked(party: Party, identity: Identity) -> tuple[Party, Identity]:
    """The same, with numbers as digits alone. Raises BadInput, with the field as its place, for what cannot be so."""
    for record in (party, identity):
        for field, most in _LONGEST.items():
            if len(getattr(record, field, "")) > most:
                raise BadInput(f"This is longer than {most} signs.", where=field, todo="Shorten it.")
    if party.kind not in KINDS:
        raise BadInput("Choose who it is.", where="kind")
    if not identity.name.strip():
        raise BadInput("The name is missing.", where="name")
    if party.kind.startswith("foreign") == (party.country == "RU"):
        raise BadInput(
            "The country does not fit who it is.", where="country",
            todo="A foreign person or company is of another country than Russia; all others are of Russia.",
        )  # fmt: skip
    if party.tax_regime not in TAX_REGIMES:
        raise BadInput("There is no such tax regime.", where="tax_regime")
    if party.state_tied and not party.state_tied_ground.strip():
        raise BadInput(
            "Say by what it is tied to the state.",
            where="state_tied_ground",
            todo="Name the share, or who controls it, with the article.",
        )
    ground = party.state_tied_ground.strip() if party.state_tied else ""
    digits = {f: number(f, getattr(identity, f), party.kind, needed=False) for f in ("inn", "ogrn")}
    return replace(party, state_tied_ground=ground), replace(identity, name=identity.name.strip(), **digits)


def enter_new(
    books: Books, party_id: str, identity_id: str, party: Party, identity: Identity, *, since: date, why: str
) -> None:
    """Enter a party that is not there yet, and who it is."""
    party, identity = checked(party, replace(identity, party=party_id))
    books.state(party_id, party, since=since, new=True, why=why)
    books.state(identity_id, identity, since=since, new=True, why=why)


def correction(
    now: tuple[Stated[Party], Stated[Identity] | None], party: Party, identity: Identity, *, fresh: str, since: date
) -> list[Statement]:
    """What a correction would state: of the party, of who it is, or of both; each names the entry that it puts right.

    `fresh`: an id for who it is, where that is not entered any more. Raises BadInput where nothing is different.
    """
    was, who = now
    party, identity = checked(party, replace(identity, party=was.id))
    found = [Statement(was.id, party, since, corrects=was.entry)] if party != was.record else []
    if who is None:
        found.append(Statement(fresh, identity, since, new=True))
    elif identity != who.record:
        found.append(Statement(who.id, identity, since, corrects=who.entry))
    if not found:
        raise BadInput("Nothing is different from what is entered.", todo="Change what is wrong, then send it.")
    return found


def changes(before: Record | None, after: Record) -> list[tuple[str, object, object]]:
    """What is different between two versions of a record: (field, before, after)."""
    was: Mapping[str, object] = plain(before) if before is not None else {}
    return [(name, was.get(name), value) for name, value in plain(after).items() if was.get(name) != value]


def by_one_hand(now: tuple[Stated[Party], Stated[Identity] | None], statements: Sequence[Statement]) -> bool:
    """Whether a correction is only of how the party is reached."""
    _, who = now
    return who is not None and all(
        s.id == who.id and {name for name, _, _ in changes(who.record, s.record)} <= REACHED for s in statements
    )


def enter(books: Books, party: str, statements: Sequence[Statement], *, why: str, seen: int) -> None:
    """Enter a correction at once. Raises Refused for one that needs two hands, or where somebody corrected it meanwhile."""
    now = standing(books, party)
    if not by_one_hand(now, statements):
        raise Refused("This has to be proposed: another officer approves it.", name="two hands")
    for s in statements:
        if s.corrects != seen:
            raise Refused(
                "Somebody changed this meanwhile.", name="changed meanwhile", todo="Look at it again, then correct it."
            )  # fmt: skip
        books.state(s.id, s.record, since=s.since, why=why, detail={"corrects": s.corrects})
