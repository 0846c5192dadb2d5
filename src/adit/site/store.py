"""Reads what a site is computed with: the assumptions, each with unit, reason and source, a path of prices of one's own, and rates of money."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from adit.evidence.sources.live_files import current
from adit.evidence.sources.tables import CellError, Cells, day_in, decimal_of, given, read_table
from adit.terms.days import Period, parse_period
from adit.terms.errors import BadInput, UnknownName

__all__ = [
    "RATES",
    "SHIPPED_ASSUMPTIONS",
    "Assumption",
    "Assumptions",
    "GivenMonth",
    "Rate",
    "read_assumptions",
    "read_price_path",
    "rub_per",
    "words",
]

SHIPPED_ASSUMPTIONS = Path(__file__).parent / "assumptions.toml"
RATES = "network/fx_and_coin_prices_2024_2026.csv"
_RATE_AGE_DAYS = 14
_WORDS = ("unit", "why", "source", "changed_by")

# What an entry may be; all others lie between 0 and 1.
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "operation.cost_rub_per_kw_month": (0, 100_000),
    "power.growth_per_year": (-0.5, 1),
    "capital.site_usd_per_kw": (0, 100_000),
    "capital.transformer_usd_per_kw": (0, 100_000),
    "capital.connection_usd_per_kw": (0, 100_000),
    "capital.machine_price_factor": (0, 10),
    "tax.machine_life_months": (1, 600),
    "tax.site_life_months": (1, 600),
    "money.discount_per_year": (0, 10),
    "difficulty.lookback_months": (1, 120),
    "fees.share_of_subsidy": (0, 20),
    "price.volatility_per_year": (0, 5),
    "price.drift_per_year": (-2, 2),
    "price.block_months": (1, 60),
    "climate.day_swing_c": (0, 20),
    "climate.hot_humidity": (5, 99),
    "heat.price_rub_per_kwh": (0, 100),
    "heat.below_c": (-50, 50),
    **{f"cooling.{kind}.limit_c": (0.0, 60.0) for kind in ("air", "hydro", "immersion")},
    **{f"cooling.{kind}.rise_c": (1.0, 60.0) for kind in ("air", "hydro", "immersion")},
}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure that is taken for granted, and on whose word."""

    name: str
    value: float
    unit: str
    why: str
    source: str
    changed_by: str
    file: str  # "shipped", or the user's own


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All of them, by name: `operation.uptime`."""

    entries: Mapping[str, Assumption]

    def __getitem__(self, name: str) -> float:
        return self.entries[name].value


@dataclass(frozen=True, slots=True)
class GivenMonth:
    """One month of a path that was given: the price of a coin, and the difficulty where it is stated."""

    month: Period
    rub_per_btc: float
    difficulty: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a money was worth in roubles, on which day."""

    currency: str
    rub: Decimal
    on: date | None  # None for the rouble itself


def rub_per(currency: str, day: date) -> Rate:
    """The last market rate on or before the day. Raises BadInput for a money of which there is none, or none recent enough."""
    if currency == "RUB":
        return Rate(currency, Decimal(1), None)
    column = f"usd_{currency.lower()}"
    table = read_table(current(RATES).path, ("date", "usd_rub"))
    moneys = sorted(c.removeprefix("usd_").upper() for c in table.rows[0][1] if c.startswith("usd_"))
    if currency != "USD" and column not in table.rows[0][1]:
        raise BadInput(
            f"There is no rate of {currency}.", where=RATES, todo=f"Rates at hand: USD, {', '.join(moneys)}."
        )
    rows = table.read_all(
        lambda cells: (
            given(cells, "date", day_in),
            given(cells, "usd_rub", decimal_of),
            Decimal(1) if currency == "USD" else decimal_of(cells, column),
        )
    )
    before = [(on, rub / other) for on, rub, other in rows if other and on <= day]
    if not before or (day - max(before)[0]).days > _RATE_AGE_DAYS:
        raise BadInput(
            f"There is no rate of {currency} within {_RATE_AGE_DAYS} days up to {day}.",
            where=RATES,
            todo=f"Rates run from {rows[0][0]} to {rows[-1][0]}: take another day with --on.",
        )
    on, rub = max(before)
    return Rate(currency, rub.quantize(Decimal("0.000001")), on)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every phrase by its key and language."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def read_assumptions(own: Path | None = None) -> Assumptions:
    """The shipped assumptions, with the user's own laid over them. Raises BadInput for what cannot be used, UnknownName."""
    entries = {name: _entry(name, e, "shipped", None) for name, e in _entries(SHIPPED_ASSUMPTIONS).items()}
    for name, entry in _entries(own).items() if own else ():
        if name not in entries:
            raise UnknownName("assumption", name, entries, where=str(own))
        entries[name] = _entry(name, entry, str(own), entries[name])
    return Assumptions(entries)


def read_price_path(path: Path) -> tuple[GivenMonth, ...]:
    """The months of a CSV file with the columns month, rub_per_btc and, if it likes, difficulty; in order and without a gap."""
    rows = read_table(path, ("month", "rub_per_btc")).read_all(_given_month)
    for one, following in pairwise(rows):
        if one.month.end != following.month.start:
            raise BadInput(
                f"{following.month} does not follow {one.month}.",
                where=str(path),
                todo="Give each month once, in order.",
            )
    if not rows:
        raise BadInput("The file has no month.", where=str(path), todo="Give a row for each month.")
    return tuple(rows)


def _given_month(cells: Cells) -> GivenMonth:
    try:
        month = parse_period(cells["month"])
    except BadInput as error:
        raise CellError("month", error.what) from error
    if str(month) != cells["month"] or not 28 <= month.days <= 31:
        raise CellError("month", f"'{cells['month']}' is not a month; write it as 2027-05")
    price, difficulty = float(given(cells, "rub_per_btc", decimal_of)), decimal_of(cells, "difficulty")
    if not 0 < price <= 1e8:
        raise CellError("rub_per_btc", f"{price:g} is not a price of a coin in roubles")
    if difficulty is not None and difficulty < 1:
        raise CellError("difficulty", f"{difficulty} is below 1")
    return GivenMonth(month, price, None if difficulty is None else float(difficulty))


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    where = "the shipped assumptions" if path == SHIPPED_ASSUMPTIONS else str(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"The file cannot be read ({error.strerror}).", where=where, todo="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"This is not TOML: {error}", where=where) from error
    found: dict[str, dict[str, Any]] = {}

    def walk(name: str, part: Any) -> None:
        if not isinstance(part, dict):
            raise BadInput(f"{name} is not a table.", where=where, todo="Write [operation.uptime] with value and why.")
        if "value" in part:
            found[name] = part
            return
        for key, inner in part.items():
            walk(f"{name}.{key}" if name else key, inner)

    walk("", table)
    return found


def _entry(name: str, entry: Mapping[str, Any], file: str, shipped: Assumption | None) -> Assumption:
    """One entry; of the user's own, words that are left out are those of the shipped one, but never the reason."""
    value = entry["value"]
    todo = f"Begin with a copy of {SHIPPED_ASSUMPTIONS.name}: each entry has value, why and, if it likes, source."
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"[{name}] has no number as its value.", where=file, todo=todo)
    least, most = _BOUNDS.get(name, (0, 1))
    if not least <= value <= most:
        raise BadInput(f"[{name}] is {value:g}, which is not between {least:g} and {most:g}.", where=file, todo=todo)
    if not str(entry.get("why", "")).strip():
        raise BadInput(f"[{name}] lacks its reason, why.", where=file, todo=todo)
    if shipped is None:
        words = {word: str(entry[word]) for word in _WORDS}
    else:
        if "unit" in entry and entry["unit"] != shipped.unit:
            raise BadInput(f"[{name}] is in '{shipped.unit}', not in '{entry['unit']}'.", where=file, todo=todo)
        words = {word: str(entry.get(word, getattr(shipped, word))) for word in _WORDS}
        words["source"] = str(entry.get("source", "given by the user"))
    return Assumption(name, float(value), file=file, **words)
