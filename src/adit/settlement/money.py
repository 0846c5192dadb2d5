"""Amounts of a contract's currency: whole counts of its smallest unit inside, text with its decimals outside. Never a float."""

from adit.terms.errors import BadInput
from adit.terms.fields import scaled_decimal

__all__ = ["decimals", "in_units", "minor"]

_DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "BHD": 3,
    "IQD": 3,
    "JOD": 3,
    "KWD": 3,
    "LYD": 3,
    "OMR": 3,
    "TND": 3,
}  # ISO 4217; all others: 2
LARGEST = 10**15


def decimals(currency: str) -> int:
    """How many decimals a currency has."""
    return _DECIMALS.get(currency, 2)


def minor(value: object, currency: str, name: str) -> int:
    """An amount as it is written, "1250000.00", as a whole count. Raises BadInput for a float, and for what is not above zero."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInput(f"{name} is no exact amount.", where=name, todo='Write it as text: "1250000.00".')
    count = scaled_decimal(str(value), decimals(currency), name)
    if not 0 < count <= LARGEST:
        raise BadInput(f"{name} is {value}.", where=name, todo="It is above zero, and below what any contract is for.")
    return count


def in_units(count: int, currency: str) -> str:
    """A whole count as it is written."""
    places = decimals(currency)
    if not places:
        return str(count)
    return f"{count // 10**places}.{count % 10**places:0{places}}"
