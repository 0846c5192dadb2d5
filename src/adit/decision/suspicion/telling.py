"""An alert in a sentence of English or Russian, from its rule and its figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from adit.decision.suspicion.signs import Figure
from adit.terms.language import day, number, percent, period_in, unit_in

__all__ = ["told"]


def told(sentence: str, figures: Mapping[str, Figure], language: str) -> str:
    """The sentence with its figures as the language writes them."""
    return sentence.format(**{name: _figure(f, language) for name, f in figures.items()})


def _figure(f: Figure, language: str) -> str:
    if isinstance(f.value, str):
        if f.unit == "month":
            return period_in(f.value, language)
        if f.unit == "day":
            return day(date.fromisoformat(f.value), language)
        return f.in_russian if language == "ru" and f.in_russian else f.value
    if f.unit.startswith("sat"):  # hundred-millionths of bitcoin, or of the coin that is named: "sat LTC"
        return f"{number(Decimal(f.value) / 100_000_000, language)} {f.unit[4:] or 'BTC'}"
    if f.unit == "ppm":
        return percent(Decimal(f.value) / 1_000_000, language)
    whole = number(Decimal(f.value), language)
    return whole if f.unit == "count" else f"{whole} {unit_in(f.unit, language)}"
