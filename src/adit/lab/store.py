"""Reads what the lab keeps beside its modules and what a user brings: places, the state at the start, behaviour, scenario files, prices."""

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from adit.evidence.sources.live_files import current
from adit.evidence.sources.prices import read_official_rates, read_quotations
from adit.evidence.sources.tables import day_in, decimal_of, given, read_table
from adit.lab.places import Behaviour, Part, Place, Places, Rates
from adit.lab.scenario import Scenario, parse_scenario
from adit.lab.state import State, state_of
from adit.terms.errors import BadInput, UnknownName
from adit.terms.places import regions

__all__ = [
    "HOME",
    "code_hash",
    "read_behaviour",
    "read_places",
    "read_rates",
    "read_scenario",
    "read_state",
    "read_toml",
    "scenario_file",
    "scenario_names",
    "text_of",
]

HOME = Path(__file__).parent
SCENARIOS = HOME / "scenarios"
_MARKET = "network/fx_and_coin_prices_2024_2026.csv"
_OFFICIAL = "network/usd_rub_cbr_daily.csv"
_SECTORS = ("formal", "household", "informal")
_DEFAULT_CASE: Mapping[str, Mapping[str, object]] = {
    "formal": {"actor": "company", "in_miners_register": True},
    "household": {"actor": "citizen"},
    "informal": {"actor": "company"},
}


# Files ----------------------------------------------------------------------------------------------------------
def text_of(file: Path) -> str:
    """The text of a file of the user's. Raises BadInput."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(file), todo="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput("This is not text in UTF-8.", where=str(file), todo="Save it as UTF-8.") from error


def read_toml(file: Path, text: str | None = None) -> dict[str, Any]:
    """A TOML file. Raises BadInput, with the line, for text that is not TOML."""
    try:
        return tomllib.loads(text_of(file) if text is None else text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"This is not TOML: {error}.", where=str(file), todo="Compare it with adit lab show ru_law."
        ) from error


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with Adit."""
    return tuple(sorted(f.stem for f in SCENARIOS.glob("*.toml")))


def scenario_file(name: str) -> Path:
    """The file that a user names: a path of his own, or the name of a shipped one, `ru_law` or `scenarios/ru_law.toml`."""
    own = Path(name)
    if own.is_file():
        return own
    stem = own.stem if own.suffix == ".toml" else own.name
    if stem in scenario_names() and (str(own.parent) in (".", "scenarios")):
        return SCENARIOS / f"{stem}.toml"
    if own.suffix == ".toml" and str(own.parent) not in (".", "scenarios"):
        raise BadInput(
            "There is no such file.", where=name, todo="Check the path, or name a shipped scenario: adit lab list."
        )
    raise UnknownName("scenario", stem, scenario_names())


def code_hash() -> str:
    """A hash of the code of the lab and of the tables beside it: what a manifest names."""
    h = hashlib.sha256()
    for file in sorted((*HOME.rglob("*.py"), *HOME.rglob("*.toml"))):
        h.update(file.relative_to(HOME).as_posix().encode())
        h.update(file.read_bytes())
    return h.hexdigest()[:16]


# Places ---------------------------------------------------------------------------------------------------------
@cache
def read_places(own: Path | None = None) -> Places:
    """The places, the user's own tables laid over the shipped ones. Raises BadInput for a figure that is missing."""
    table = read_toml(HOME / "places.toml")
    if own is not None:
        table = _laid_over(table, read_toml(own))
    where = str(own or "places.toml")
    parts = defaultdict(list)
    for row in table.get("part", []):
        place = row["place"]
        parts[place].append(
            Part(row.get("region", place), row.get("municipality", ""), float(row["share"]), row["source"])
        )
    for place, rows in parts.items():
        if abs(sum(p.share for p in rows) - 1) > 1e-6:
            raise BadInput(f"The parts of {place} do not add up to one.", where=where, todo="Correct their shares.")
    found = []
    for code, country in table["country"].items():
        if code == "RU":
            found += [_subject(iso, country, table["system"], parts, where) for iso in _subjects()]
        else:
            found.append(_place(code, code.partition("-")[0], country, country, parts, where))
    russia = table["country"]["RU"]
    return Places(
        tuple(found),
        {"RU": float(russia["households"])},
        {
            "co2": table["co2"]["source"],
            "co2 abroad": table["co2"]["abroad_source"],
            "households": russia["households_source"],
        },
    )


def _subjects() -> Iterable[str]:
    """The subjects with a power system. Of territories that are recognised as Ukraine's no figure of mining was found, and none is made up."""
    return (iso for iso, r in regions().items() if r.energy_system and not r.recognition_note)


def _subject(iso: str, country: Mapping[str, Any], systems: Mapping[str, Any], parts: Mapping[str, list[Part]], where: str) -> Place:  # fmt: skip
    region = regions()[iso]
    system = systems[region.energy_system]
    return _place(iso, "RU", {**country, "name": region.name_en}, system, parts, where, region.energy_system)


def _place(
    code: str,
    country_code: str,
    country: Mapping[str, Any],
    power: Mapping[str, Any],
    parts: Mapping[str, list[Part]],
    where: str,
    system: str = "",
) -> Place:
    def number(table: Mapping[str, Any], name: str) -> float:
        found = table.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise BadInput(f"{code} has no number {name}.", where=where, todo=f"Write {name} = ... with its source.")
        return float(found)

    return Place(
        code=code,
        country=country_code,
        name=country["name"],
        system=system or code,
        currency=country["currency"],
        price_per_kwh=number(power, "price"),
        price_source=power.get("price_source", ""),
        household_price_per_kwh=number(power, "household_price"),
        household_source=power.get("household_source", ""),
        price_growth_per_year=number(country, "price_growth_per_year"),
        price_band=number(country, "price_band"),
        co2_t_per_mwh=number(power, "co2"),
        slot_growth_per_month=number(country, "slot_growth_per_month"),
        parts=tuple(parts.get(code, ())) or (Part(code, "", 1.0, "the whole"),),
        cases={s: country.get(s, _DEFAULT_CASE[s]) for s in _SECTORS},
    )


def _laid_over(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Both tables, the own figures where they differ; of lists of tables the own one in place of the shipped."""
    result = dict(shipped)
    for key, value in own.items():
        before = result.get(key)
        result[key] = _laid_over(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result


# Behaviour ------------------------------------------------------------------------------------------------------
@cache
def _shipped_behaviour() -> Mapping[str, Any]:
    return read_toml(HOME / "behaviour.toml")


def read_behaviour(own: Mapping[str, Any] | None = None, where: str = "", places: Places | None = None) -> Behaviour:
    """The shipped assumptions, with those of a scenario laid over: a number stands for the default. Raises UnknownName, BadInput.

    For whom one holds is a sector or one of the `places`, shipped ones if none are given: a name that nothing bears would change nothing.
    """
    entries = {name: dict(entry) for name, entry in _shipped_behaviour().items()}
    whom = {"default", "source", "unit", *_SECTORS}
    whom |= {code for p in (places or read_places()).places for code in (p.code, p.country)}
    for name, value in (own or {}).items():
        if name not in entries:
            raise UnknownName("assumption of behaviour", name, entries, where=where)
        changes = value if isinstance(value, dict) else {"default": value}
        for key, number in changes.items():
            if key not in whom and key not in entries[name]:
                raise UnknownName(f"place or sector in behaviour.{name}", key, whom, where=where)
            if key not in ("source", "unit") and (isinstance(number, bool) or not isinstance(number, int | float)):
                raise BadInput(f"behaviour.{name}.{key} is no number: {number!r}.", where=where, todo="Write a number.")
            if isinstance(number, int | float):
                _check_behaviour(f"behaviour.{name}.{key}", float(number), str(entries[name]["unit"]), where)
        if not isinstance(value, dict):  # a plain number is meant for everybody
            entries[name] = {k: v for k, v in entries[name].items() if k in ("unit", "source")}
        entries[name] |= changes
    return Behaviour(entries, frozenset(own or ()))


def _check_behaviour(what: str, number: float, unit: str, where: str) -> None:
    if not isfinite(number):
        raise BadInput(f"{what} is {number}.", where=where, todo="Write a number.")
    if number < 0:
        raise BadInput(f"{what} is below zero.", where=where, todo="Write a number from zero up.")
    if unit.startswith(("share", "probability")) and number > 1:
        raise BadInput(f"{what} is above one, and it is a {unit}.", where=where, todo="Write a number from 0 to 1.")
    if unit.startswith("years") and number == 0:
        raise BadInput(f"{what} is zero, and it is {unit}.", where=where, todo="Write a number above zero.")


# Money ----------------------------------------------------------------------------------------------------------
@cache
def read_rates() -> Rates:
    """Units of each currency for a dollar, mean of the month: official roubles, market rates since March 2024, means of years before."""
    monthly: dict[str, dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    official = [(on, float(rate)) for on, rate in read_official_rates(current(_OFFICIAL).path) if on.year >= 2018]
    for on, rate in official:
        monthly["RUB"][on.replace(day=1)].append(rate)
    known_to = official[-1][0].replace(day=1)
    for quoted in read_quotations():
        month = quoted.on.replace(day=1)
        if month > known_to:
            monthly["RUB"][month].append(float(quoted.rub_per_usd))
    for name, year, rate in _yearly():
        for number in range(1, 13):
            monthly[name][date(year, number, 1)].append(rate)
    for name in ("KZT", "CNY", "KGS", "EUR"):
        for on, market in _market_rates(f"usd_{name.lower()}"):
            monthly[name][on.replace(day=1)].append(market)
    return Rates({name: {m: sum(v) / len(v) for m, v in sorted(rows.items())} for name, rows in monthly.items()})


def _market_rates(column: str) -> Iterable[tuple[date, float]]:
    table = read_table(current(_MARKET).path, ("date", column))
    for on, rate in table.read_all(lambda cells: (given(cells, "date", day_in), decimal_of(cells, column))):
        if rate:
            yield on, float(rate)


def _yearly() -> Iterable[tuple[str, int, float]]:
    for name, rows in read_toml(HOME / "places.toml")["rates"].items():
        for year, rate in rows.items():
            if year != "source":
                yield name, int(year), float(rate)


# Scenarios ------------------------------------------------------------------------------------------------------
def read_scenario(name: str, *, seen: tuple[str, ...] = ()) -> Scenario:
    """The scenario of a shipped name or of a file, with those that it changes. Raises BadInput with file and line, UnknownName."""
    file = scenario_file(name)
    where = f"scenarios/{file.name}" if file.parent == SCENARIOS else str(file)
    if where in seen or file.name in (Path(s).name for s in seen):
        raise BadInput(
            f"This scenario changes itself: {' from '.join((*seen, where))}.",
            where=where,
            todo="Let from name another one, or name the file otherwise.",
        )
    text = text_of(file)

    def inherited(of: str) -> Scenario:
        beside = [file.parent / of, file.parent / f"{of}.toml"] if file.parent != SCENARIOS else []
        return read_scenario(next((str(b) for b in beside if b.is_file()), of), seen=(*seen, where))

    return parse_scenario(file.stem, read_toml(Path(where), text), text, where, inherited, file.parent)


# State ----------------------------------------------------------------------------------------------------------
def read_state(places: Places, own: Path | None = None) -> State:
    """Who mines at the beginning, from the shipped file or one of the user's own. Raises BadInput."""
    file = own or HOME / "state.toml"
    where = "state.toml" if own is None else str(own)
    table = read_toml(file)
    for name, keys in (
        ("russia", (*_SECTORS, "source", "split_source", "spread_factor")),
        ("network", ("mw", "source")),
    ):
        for key in keys:
            if key not in table.get(name, {}):
                raise BadInput(
                    f"[{name}] has no {key}.", where=where, todo="Begin with a copy of the shipped state.toml."
                )
    if not isinstance(table.get("as_of"), date):
        raise BadInput("as_of is no day.", where=where, todo="Write as_of = 2025-01-01.")
    return state_of(table, places, where)
