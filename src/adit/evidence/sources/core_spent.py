"""What the inputs of a block spent, in the two forms in which Bitcoin Core tells it: the bytes of REST and the JSON of RPC."""

from decimal import Decimal
from typing import Any, NamedTuple

from adit.terms.errors import BadInput

__all__ = ["Prevout", "bytes_of", "parse_spent", "spent_in"]

_COIN = 100_000_000
_SUPPLY_SAT = 21_000_000 * _COIN


class Prevout(NamedTuple):
    """What an input spends: an output of an earlier transaction."""

    amount_sat: int
    script: bytes


def parse_spent(data: bytes, where: str) -> tuple[tuple[Prevout, ...], ...]:
    """The spent outputs as REST writes them: transactions, for each its inputs, for each 8 bytes of amount and the script."""
    place = 0

    def take(amount: int) -> bytes:
        nonlocal place
        if place + amount > len(data):
            raise BadInput("The spent outputs break off.", where=where, todo="Ask again; if it recurs, check the node.")
        place += amount
        return data[place - amount : place]

    def size() -> int:
        first = take(1)[0]
        return first if first < 253 else int.from_bytes(take({253: 2, 254: 4, 255: 8}[first]), "little")

    def prevout() -> Prevout:
        amount = int.from_bytes(take(8), "little")
        if amount > _SUPPLY_SAT:
            raise BadInput(f"An input spends {amount} satoshi.", where=where, todo="Check the node.")
        return Prevout(amount, take(size()))

    spent = tuple(tuple(prevout() for _ in range(size())) for _ in range(size()))
    if place != len(data):
        raise BadInput(f"{len(data) - place} bytes follow the spent outputs.", where=where, todo="Check the node.")
    return spent


def spent_in(block: Any, where: str) -> tuple[tuple[Prevout, ...], ...]:
    """The spent outputs in a block as `getblock` tells it at verbosity 3."""
    try:
        return tuple(tuple(_prevout(i, where) for i in tx["vin"] if "coinbase" not in i) for tx in block["tx"])
    except (KeyError, TypeError) as error:
        raise BadInput(
            "The block does not say what its inputs spend.",
            where=where,
            todo="That needs Bitcoin Core 23 and a node that is not pruned there.",
        ) from error


def _prevout(vin: Any, where: str) -> Prevout:
    value = vin["prevout"]["value"]
    amount = Decimal(value) * _COIN if isinstance(value, int | Decimal) else Decimal(-1)
    if not 0 <= amount <= _SUPPLY_SAT or amount != int(amount):
        raise BadInput(f"An input spends {str(value)[:40]} BTC.", where=where, todo="Check the node.")
    return Prevout(int(amount), bytes_of(vin["prevout"]["scriptPubKey"]["hex"], where))


def bytes_of(text: Any, where: str) -> bytes:
    """The bytes in a text of hexadecimal digits. Raises BadInput."""
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise BadInput("The node gives no bytes.", where=where, todo="Check that it is Bitcoin Core.") from error
