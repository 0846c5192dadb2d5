"""What is looked at once, when a settlement is entered: that its papers are of days past, and that its contract does not stand in the register already."""

from collections.abc import Mapping
from datetime import date

from adit.journal.writer import Transaction
from adit.register.records import Participant, Settlement, TradeContract
from adit.terms.errors import BadInput, Refused
from adit.terms.identifiers import unk_month

__all__ = ["require_new", "require_past"]


def require_past(s: Settlement, c: TradeContract, on: date) -> None:
    """Raise BadInput for papers of days to come."""
    for name, day in (("contract.signed_on", c.signed_on), ("payment.invoiced_on", s.invoiced_on)):
        if day > on:
            raise BadInput(f"{day} is a day to come.", where=name, todo="Compare it with the papers.")
    if c.unk and unk_month(c.unk) > on:
        raise BadInput("The contract is registered in a month to come.", where="contract.unk")


def require_new(transaction: Transaction, id_: str, c: TradeContract, participants: Mapping[str, Participant]) -> None:
    """Raise Refused for a contract that stands in the register: entered twice it would have its sum twice.

    Two that banks have registered differ by their unique numbers; of others, number, day and parties say that it is the same.
    """
    rows = transaction.query(
        "SELECT id, number, exporter, importer, unk FROM register.tradecontract WHERE signed_on = %s AND upper_inf(known) AND id <> %s",
        (c.signed_on, id_),
    )
    for other, number, exporter, importer, unk in rows:
        if _letters(number) != _letters(c.number) or (unk and c.unk):
            continue
        pairs = ((c.exporter, exporter), (c.importer, importer))
        if all(a == b or _same(transaction, participants.get(a), b) for a, b in pairs):
            raise Refused(
                f"Contract {c.number} of {c.signed_on} between these two stands in the register as {other}.", name="contract twice",
                todo=f'Name it: [contract] id = "{other}". Its payments are added up.',
            )  # fmt: skip


def _letters(number: str) -> str:
    return "".join(c for c in number.casefold() if c.isalnum())


def _same(transaction: Transaction, p: Participant | None, other: str) -> bool:
    """Whether two participants are one by a number of theirs, or by name and country where neither has one."""
    if p is None:
        return False
    numbers, called = {p.inn, p.ogrn, p.lei} - {""}, (p.name.casefold(), p.country)
    return any(
        bool(numbers & {inn, ogrn, lei}) or (name.casefold(), country) == called
        for inn, ogrn, lei, name, country in transaction.query(
            "SELECT inn, ogrn, lei, name, country FROM register.participant WHERE id = %s AND upper_inf(known)",
            (other,),
        )
    )
