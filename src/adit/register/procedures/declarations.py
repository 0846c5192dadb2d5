"""The monthly declaration: sent once a month and coin, and corrected by a new entry that keeps the old one."""

from datetime import date

from adit.register.records import Declaration
from adit.register.store import Books, listed
from adit.terms.days import Period
from adit.terms.errors import BadInput, Refused

__all__ = ["correct", "declare"]

ONE_BTC = 100_000_000


def declare(books: Books, id_: str, declaration: Declaration, month: Period, *, on: date) -> int:
    """Declare a month; the entry. Raises BadInput for a month that has not begun, Refused where it is declared already."""
    _check(declaration, month, on)
    return books.state(id_, declaration, since=month.start, until=month.end, new=True).seq


def correct(
    books: Books, declaration: Declaration, month: Period, *, on: date, why: str, seen: int | None = None
) -> int:
    """Correct what was declared of a month; the old entry stays, and what it led to is decided anew. Raises Refused where nothing was."""
    _check(declaration, month, on)
    books.transaction.flush()
    standing = listed(
        books.transaction.connection, Declaration, "party = %s AND coin = %s AND lower(valid) = %s",
        [declaration.party, declaration.coin, month.start],
    )  # fmt: skip
    if not standing:
        raise Refused(
            f"Nothing is declared for {month} yet.", name="not declared", todo="Declare it instead of correcting it."
        )
    if not why.strip():
        raise BadInput("A correction needs its reason.", todo="Say what was wrong in the first declaration.")
    books.current(Declaration, standing[0].id, seen=seen)
    return books.state(standing[0].id, declaration, since=month.start, until=month.end, why=why).seq


def _check(declaration: Declaration, month: Period, on: date) -> None:
    if month.start > on:
        raise BadInput(f"{month} has not begun.", todo="Declare a month after it has ended.")
    received = sum(int(r["amount_sat"]) for r in declaration.receipts)
    if declaration.receipts and received != declaration.amount_sat:
        raise BadInput(
            f"The receipts add up to {_btc(received)} BTC, and {_btc(declaration.amount_sat)} BTC are declared.",
            todo="Correct the sum or the receipts: they have to agree to the last satoshi.",
        )


def _btc(amount_sat: int) -> str:
    return f"{amount_sat // ONE_BTC}.{amount_sat % ONE_BTC:08}"
