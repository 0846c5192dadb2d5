"""Units of quantities, so that roubles are never added to kilowatt-hours.

A unit is a product of base symbols with whole exponents: `RUB/kWh`, `kWh/month`, `1`. There is one symbol for one
thing (no `MWh` beside `kWh`): conversion is arithmetic that the writer of a rule should see.
"""

from dataclasses import dataclass
from functools import lru_cache

from adit.terms.errors import BadLaw, UnknownName

__all__ = ["CURRENCIES", "CURRENCY_OF", "ONE", "Unit", "unit"]

BASES = {
    "RUB": "Russian rouble",
    "USD": "United States dollar",
    "KZT": "Kazakhstani tenge",
    "UZS": "Uzbekistani soum",
    "KGS": "Kyrgyzstani som",
    "CNY": "Chinese yuan",
    "IRR": "Iranian rial",
    "CAD": "Canadian dollar",
    "EUR": "euro",
    "SEK": "Swedish krona",
    "MYR": "Malaysian ringgit",
    "money": "the currency in which the act counts",
    "MCI": "monthly calculation index of Kazakhstan, whose value changes by the year",
    "BCA": "base calculation amount of Uzbekistan, whose value changes by decree",
    "BTC": "bitcoin",
    "kWh": "kilowatt-hour",
    "kW": "kilowatt",
    "TWh": "terawatt-hour",
    "MW": "megawatt",
    "TH": "terahash per second",
    "ft": "foot, 0.3048 metres",
    "min": "minute of the local day, counted from midnight",
    "hour": "hour",
    "day": "calendar day",
    "month": "calendar month",
    "quarter": "calendar quarter",
    "year": "calendar year",
    "breach": "a recorded breach of duty",
}


CURRENCY_OF = {
    "AB": "RUB", "CA": "CAD", "CN": "CNY", "IR": "IRR", "KG": "KGS", "KZ": "KZT", "MY": "MYR", "RU": "RUB", "SE": "SEK", "US": "USD",
    "UZ": "UZS", "XK": "EUR",
}  # fmt: skip
CURRENCIES = frozenset({*CURRENCY_OF.values(), "money"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of base units; `powers` holds (symbol, exponent) in order of symbol, zero exponents left out."""

    powers: tuple[tuple[str, int], ...]

    def __mul__(self, other: "Unit") -> "Unit":
        return _combine(self, other, 1)

    def __truediv__(self, other: "Unit") -> "Unit":
        return _combine(self, other, -1)

    def in_currency(self, currency: "Unit") -> "Unit":
        """This unit with the currency of an act in place of `money`."""
        for symbol, exponent in self.powers:
            if symbol == "money":
                rest = Unit(tuple((s, n) for s, n in self.powers if s != "money"))
                return _combine(rest, Unit(tuple((s, n * exponent) for s, n in currency.powers)), 1)
        return self

    def __str__(self) -> str:
        above = [s if n == 1 else f"{s}^{n}" for s, n in self.powers if n > 0]
        below = [s if n == -1 else f"{s}^{-n}" for s, n in self.powers if n < 0]
        return "/".join(["·".join(above) or "1", *below]) if below else "·".join(above) or "1"


ONE = Unit(())


def _combine(a: Unit, b: Unit, sign: int) -> Unit:
    total = dict(a.powers)
    for symbol, exponent in b.powers:
        total[symbol] = total.get(symbol, 0) + sign * exponent
    return Unit(tuple(sorted((s, n) for s, n in total.items() if n)))


@lru_cache
def unit(text: str) -> Unit:
    """The unit written as `RUB`, `RUB/kWh` or `1`.

    Raises UnknownName for a symbol that is not in BASES, BadLaw for text that is not a unit.
    """
    if not text:
        raise BadLaw("A unit is missing.", todo='Write unit = "1" for a share or a count.')
    above, *below = text.split("/")
    result = ONE
    for part, sign in [(above, 1), *((b, -1) for b in below)]:
        for symbol in part.split("·"):
            if symbol == "1":
                continue
            if symbol not in BASES:
                raise UnknownName("unit", symbol, BASES)
            result = _combine(result, Unit(((symbol, 1),)), sign)
    return result
