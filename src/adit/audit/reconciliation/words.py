"""The words of a reconciliation in English and Russian, from the table beside this module, and how it writes coins and counts in them."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from adit.terms.errors import UnknownName
from adit.terms.language import LANGUAGES, number

__all__ = ["coins", "days", "phrase", "whole"]

_SAT_PER_BTC = 100_000_000


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def phrase(key: str, language: str, **parts: object) -> str:
    """The words under this key. Raises UnknownName for a language that is not there."""
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    text = _words()[key][language]
    return text.format(**parts) if parts else text


def coins(amount_sat: int, language: str) -> str:
    """An amount to its last satoshi, as 0.30000000 BTC: lines and receipts are held against each other by it."""
    return f"{number(Decimal(amount_sat) / _SAT_PER_BTC, language, places=8)} BTC"


def whole(count: int, language: str) -> str:
    """A count in figures."""
    return number(Decimal(count), language)


def days(count: int, language: str) -> str:
    """So many days, in the form that the count asks for: 1 день, 2 дня, 5 дней, 11 дней, 21 день."""
    return phrase(f"days {_form(count, language)}", language, n=whole(count, language))


def _form(count: int, language: str) -> str:
    if language != "ru":
        return "one" if count == 1 else "many"
    if count % 10 == 1 and count % 100 != 11:
        return "one"
    return "few" if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else "many"
