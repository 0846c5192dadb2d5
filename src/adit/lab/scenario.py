"""A scenario as data: which acts speak where and from when, what one line changes in them, prices, machines, grid, behaviour, seed and horizon.

Read from a small TOML file with every check: what is wrong is told with the file, the line and the nearest word.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from adit.lab.scenario_changes import Change, parse_change
from adit.terms.errors import BadInput

__all__ = ["KEYS", "PRICE_KINDS", "ActFrom", "Grid", "Price", "Scenario", "Taken", "parse_scenario"]

PRICE_KINDS = ("history", "given", "gbm", "bootstrap")
GRID_KINDS = ("none", "firm", "interruptible")
MONTHS_MOST, DRAWS_MOST, INHERITED_MOST = 240, 200_000, 8

# What may stand in a file, by table; "" is the top.
KEYS: Mapping[str, Mapping[str, str]] = {
    "": {
        "title": "text", "about": "text", "title_ru": "text", "about_ru": "text", "from": "the scenario that this one changes", "start": "a month, 2025-01",
        "months": "a number", "draws": "a number", "seed": "a number", "focus": "a place or a state", "set": "lines", "places": "a file", "state": "a file",
        "regimes": "a table", "take": "a table", "price": "a table", "machines": "a table", "grid": "a table", "behaviour": "a table",
        "parameters": "a table", "where_silent": "a table",
    },
    "price": {
        "kind": "a word", "usd": "numbers", "drift_per_year": "a number", "volatility_per_year": "a number", "block_months": "a number",
        "history_from": "a month", "known_to": "a month",
    },
    "machines": {"foundry_mw_per_month": "a number", "fees_share_of_subsidy": "a number"},
    "grid": {"capacity": "a word"},
}  # fmt: skip
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class ActFrom:
    """An act by name, from a day on."""

    first: date
    regime: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One question that another act answers, such as the levy of another state."""

    place: str
    question: str
    first: date
    regime: str


@dataclass(frozen=True, slots=True)
class Price:
    """The path of the coin's price. What is known is used first, up to `known_to` if that is named; `kind` says what follows."""

    kind: str = "gbm"
    usd: tuple[float, ...] = ()  # of `given`, month by month from the start
    drift_per_year: float = 0.0
    volatility_per_year: float = 0.6
    block_months: int = 6
    history_from: date | None = None
    known_to: date | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """What the grid can host: no limit, the worst hour on record, or all but the accepted hours."""

    capacity: str = "none"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, inherited parts included. `text` is the file as it was read, `chain` the files that it rests on."""

    name: str
    title: str
    about: str
    start: date
    months: int
    draws: int
    seed: int
    focus: str  # of whom the summary tells: a state with its regions, or a place
    regimes: Mapping[str, tuple[ActFrom, ...]]
    changes: tuple[Change, ...]
    taken: tuple[Taken, ...]
    where_silent: Mapping[str, str]  # place -> the act that answers what its own leaves unsaid
    price: Price
    grid: Grid
    foundry_mw_per_month: float | None
    fees_share_of_subsidy: float
    behaviour: Mapping[str, Any]
    parameters: Mapping[
        str, Any
    ]  # priors of the model that the scenario lays over the shipped ones, the covert axis among them
    places: Path | None
    state: Path | None
    where: str
    text: str
    chain: tuple[str, ...] = ()
    title_ru: str = ""  # for reports in Russian; empty: the other one stands there
    about_ru: str = ""

    def at(self, words: str) -> str:
        """The file, and the line on which the words stand, if they do; what is inherited stands in another file."""
        lines = self.text.splitlines()
        return next(
            (f"{self.where}:{n}" for n, line in enumerate(lines, 1) if words in " ".join(line.split())), self.where
        )


class _Reader:
    """The file being read, so that an error can name its line."""

    def __init__(self, where: str, text: str) -> None:
        self.where, self.text = where, text

    def at(self, key: str) -> str:
        """The file, and the line on which the key stands, if it does."""
        last = key.rpartition(".")[2]
        for number, line in enumerate(self.text.splitlines(), 1):
            if re.match(rf"""\s*(\[+\s*)?["']?([\w.-]+\.)?{re.escape(last)}["']?\s*(=|\]|\.)""", line):
                return f"{self.where}:{number}"
        return self.where

    def wrong(self, key: str, what: str, todo: str) -> BadInput:
        return BadInput(what, where=self.at(key), todo=todo)

    def unknown(self, kind: str, word: str, known: Collection[str], key: str = "") -> BadInput:
        near = get_close_matches(word, list(known), n=3, cutoff=0.5)
        todo = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(sorted(known))}."
        return BadInput(f"There is no {kind} '{word}'.", where=self.at(key or word), todo=todo)


def parse_scenario(
    name: str,
    table: Mapping[str, Any],
    text: str,
    where: str,
    inherited: Callable[[str], Scenario],
    home: Path,
) -> Scenario:
    """The scenario of one file. `inherited` gives the one that `from` names, `home` is the folder that paths are seen from.

    Raises BadInput with file and line.
    """
    read = _Reader(where, text)
    for key, value in table.items():
        if key not in KEYS[""]:
            raise read.unknown("key of a scenario", key, KEYS[""])
        if key in KEYS and isinstance(value, Mapping):
            for inner in value:
                if inner not in KEYS[key]:
                    raise read.unknown(f"key of [{key}]", inner, KEYS[key])
        if KEYS[""][key] == "a table" and not isinstance(value, Mapping):
            raise read.wrong(key, f"{key} is no table.", f"Write [{key}] on a line of its own, and its keys below.")
    base = inherited(_word(read, table, "from")) if "from" in table else None
    if base is None:
        for key in ("title", "start", "months", "regimes"):
            if key not in table:
                raise read.wrong(
                    key, f"The scenario has no {key}.", 'Add it, or change another scenario: from = "ru_law".'
                )
    regimes = dict(base.regimes) if base else {}
    regimes |= {str(place).upper(): _acts(read, str(place), value) for place, value in table.get("regimes", {}).items()}
    return Scenario(
        name=name,
        title=_word(read, table, "title", base.title if base else None),
        about=" ".join(_word(read, table, "about", base.about if base else "").split()),
        start=_month(read, table, "start") if "start" in table else base.start,  # type: ignore[union-attr]
        months=_count(read, table, "months", 1, MONTHS_MOST, base.months if base else None),
        draws=_count(read, table, "draws", 1, DRAWS_MOST, base.draws if base else 1000),
        seed=_count(read, table, "seed", 0, 2**63 - 1, base.seed if base else 1),
        focus=_word(read, table, "focus", base.focus if base else "RU").upper(),
        regimes=regimes,
        changes=(*(base.changes if base else ()), *_changes(read, table, regimes)),
        taken=(*(base.taken if base else ()), *_taken(read, table)),
        where_silent={**(base.where_silent if base else {}), **_behind(read, table)},
        price=_price(read, table.get("price", {}), base.price if base else Price()),
        grid=_grid(read, table.get("grid", {}), base.grid if base else Grid()),
        foundry_mw_per_month=_float(
            read, table.get("machines", {}), "foundry_mw_per_month", 0, 1e6, base.foundry_mw_per_month if base else None
        ),
        fees_share_of_subsidy=_float(
            read,
            table.get("machines", {}),
            "fees_share_of_subsidy",
            0,
            20,
            base.fees_share_of_subsidy if base else 0.04,
        )
        or 0.0,
        behaviour={**(base.behaviour if base else {}), **table.get("behaviour", {})},
        parameters={**(base.parameters if base else {}), **table.get("parameters", {})},
        places=home / table["places"] if "places" in table else base.places if base else None,
        state=home / table["state"] if "state" in table else base.state if base else None,
        where=where,
        text=text,
        chain=(*(base.chain if base else ()), where),
        title_ru=_word(read, table, "title_ru", base.title_ru if base and "title" not in table else ""),
        about_ru=" ".join(
            _word(read, table, "about_ru", base.about_ru if base and "about" not in table else "").split()
        ),
    )


# Parts ----------------------------------------------------------------------------------------------------------
def _acts(read: _Reader, place: str, value: Any) -> tuple[ActFrom, ...]:
    """`RU = "ru/law"`, or a list of tables with `from` and `regime`."""
    form = 'Write RU = "ru/law", or RU = [{from = 2025-01-01, regime = "ru/law"}, {from = 2026-01-01, regime = "..."}].'
    if isinstance(value, str):
        return (ActFrom(date.min, value),)
    if not isinstance(value, Sequence) or not value:
        raise read.wrong(place, f"{place} names no act.", form)
    found = []
    for row in value:
        if not isinstance(row, Mapping) or set(row) != {"from", "regime"} or not isinstance(row["regime"], str):
            raise read.wrong(place, f"An entry of {place} is not {{from, regime}}.", form)
        found.append(ActFrom(_day(read, place, row["from"]), row["regime"]))
    if [a.first for a in found] != sorted({a.first for a in found}):
        raise read.wrong(
            place, f"The acts of {place} do not follow one another by their first days.", "Sort them, each day once."
        )
    return tuple(found)


def _changes(read: _Reader, table: Mapping[str, Any], regimes: Mapping[str, Any]) -> tuple[Change, ...]:
    lines = table.get("set", [])
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise read.wrong("set", "set is no list of lines.", 'Write set = ["ru.levy_per_kwh = 1 from 2026-01-01"].')
    found = tuple(parse_change(line, read.at("set")) for line in lines)
    for change in found:
        if change.place not in regimes:
            raise read.unknown("place with an act", change.place, regimes, "set")
    return found


def _taken(read: _Reader, table: Mapping[str, Any]) -> tuple[Taken, ...]:
    form = 'Write [take] and below it  "RU.levy_per_kwh" = {from = 2026-01-01, regime = "kz/law"}.'
    found = []
    for key, row in table.get("take", {}).items():
        place, dot, question = str(key).partition(".")
        if not dot or not isinstance(row, Mapping) or set(row) != {"from", "regime"}:
            raise read.wrong(str(key), f"'{key}' does not say which question another act answers.", form)
        found.append(Taken(place.upper(), question, _day(read, str(key), row["from"]), str(row["regime"])))
    return tuple(found)


def _behind(read: _Reader, table: Mapping[str, Any]) -> dict[str, str]:
    found = table.get("where_silent", {})
    for place, regime in found.items():
        if not isinstance(regime, str):
            raise read.wrong(str(place), f"{place} names no act.", 'Write [where_silent] and below it RU = "ru/law".')
    return {str(place).upper(): regime for place, regime in found.items()}


def _price(read: _Reader, table: Mapping[str, Any], base: Price) -> Price:
    kind = table.get("kind", base.kind)
    if kind not in PRICE_KINDS:
        raise read.unknown("kind of price path", str(kind), PRICE_KINDS, "kind")
    usd = table.get("usd", list(base.usd))
    if not isinstance(usd, list) or not all(
        isinstance(v, int | float) and not isinstance(v, bool) and 0 < v < 1e8 for v in usd
    ):
        raise read.wrong("usd", "The prices are no list of dollars for a coin.", "Write usd = [95000, 96000].")
    if kind == "given" and not usd:
        raise read.wrong(
            "kind",
            "The price is given, and no price stands there.",
            "Write usd = [95000, 96000]; the last one holds on.",
        )
    return Price(
        kind=kind,
        usd=tuple(map(float, usd)),
        drift_per_year=_float(read, table, "drift_per_year", -2, 2, base.drift_per_year) or 0.0,
        volatility_per_year=_float(read, table, "volatility_per_year", 0, 5, base.volatility_per_year) or 0.0,
        block_months=_count(read, table, "block_months", 1, 60, base.block_months),
        history_from=_month(read, table, "history_from") if "history_from" in table else base.history_from,
        known_to=_month(read, table, "known_to") if "known_to" in table else base.known_to,
    )


def _grid(read: _Reader, table: Mapping[str, Any], base: Grid) -> Grid:
    capacity = str(table.get("capacity", base.capacity))
    if capacity not in GRID_KINDS:
        raise read.unknown("capacity of the grid", capacity, GRID_KINDS, "capacity")
    return Grid(capacity)


# Single entries -------------------------------------------------------------------------------------------------
def _word(read: _Reader, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise read.wrong(key, f"{key} is no text.", f'Write {key} = "...".')
    return value


def _count(read: _Reader, table: Mapping[str, Any], key: str, low: int, high: int, default: int | None) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise read.wrong(
            key, f"{key} = {value!r} is no whole number from {low:,} to {high:,}.", f"Write {key} = {max(low, 12)}."
        )
    return value


def _float(
    read: _Reader, table: Mapping[str, Any], key: str, low: float, high: float, default: float | None
) -> float | None:
    value = table.get(key, default)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise read.wrong(
            key, f"{key} = {value!r} is no number from {low:g} to {high:g}.", f"Write {key} = {default or low:g}."
        )
    return float(value)


def _month(read: _Reader, table: Mapping[str, Any], key: str) -> date:
    value = table[key]
    if isinstance(value, date) and not isinstance(value, datetime):
        value = f"{value:%Y-%m}"
    found = _MONTH.fullmatch(str(value))
    try:
        if not found:
            raise ValueError
        return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise read.wrong(key, f"{key} = {value!r} is no month.", f'Write {key} = "2025-01".') from None


def _day(read: _Reader, key: str, value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise read.wrong(key, f"'{value}' is no day ({error}).", "Write it as 2026-01-01.") from error
