"""A dated value as it is written in TOML, read with every check: keys, days, kinds, units, citations, places.

Not here: finding the files (`store`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from adit.regime.form import BRACKET_KEYS, COUNTED_KINDS, ROW_KEYS, VALUE_KEYS, Key, required
from adit.regime.values import Ban, Bracket, Row, Value, places_of, scaled
from adit.terms.days import Season, day_number
from adit.terms.errors import BadLaw, UnknownName
from adit.terms.places import municipality_keys, region_codes
from adit.terms.units import ONE, Unit, unit

__all__ = ["only", "read_value", "unknown"]


def unknown(kind: str, name: object, known: Iterable[str], where: str) -> BadLaw:
    """The error for a name in an act that does not exist, with the nearest ones."""
    error = UnknownName(kind, str(name), known)
    return BadLaw(error.what, where=where, todo=error.todo)


def only(keys: Sequence[Key], table: object, where: str) -> None:
    """Refuse what is no table, a key that is not among the known ones, and a key that holds another kind of thing."""
    if not isinstance(table, Mapping):
        raise BadLaw(f"A table is expected, found {_shown(table)}.", where=where)
    known = {key.name: key for key in keys}
    for name, value in table.items():
        if name not in known:
            raise unknown("key", name, known, where)
        if not _SHAPES[known[name].shape](value):
            about = known[name].about.rstrip(".")
            raise BadLaw(
                f"'{name}' cannot be {_shown(value)}.", where=where, todo=f"It holds {known[name].shape}: {about}."
            )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:56]}..."


def _text(value: object) -> bool:
    return isinstance(value, str)


def _number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _list_of(each: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(each(v) for v in value)


def _table_of(each: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(each(v) for v in value.values())


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _single(value: object) -> bool:
    return _text(value) or _number(value) or _day(value) or isinstance(value, bool)


_SHAPES: dict[str, Callable[[object], bool]] = {
    "text": _text,
    "texts": _list_of(_text),
    "word": _text,
    "words": _list_of(_text),
    "day": _day,
    "period": lambda value: _text(value) or _day(value) or isinstance(value, int),
    "yes or no": lambda value: isinstance(value, bool),
    "season": _text,
    "unit": _text,
    "region": _text,
    "municipalities": _list_of(_text),
    "number": _number,
    "value": lambda value: _single(value) or (bool(value) and (_list_of(_text)(value) or _table_of(_number)(value))),
    "brackets": lambda value: isinstance(value, list) and bool(value),
    "rows": lambda value: isinstance(value, list),
    "silences": _table_of(_text),
    "names": _table_of(_said),
    "names by name": _table_of(_table_of(_said)),
    "facts": _table_of(_single),
    "answers": _table_of(_single),
    "earlier": lambda value: isinstance(value, list),
}  # each entry of brackets, rows and earlier is checked as a table of its own


def read_value(name: str, table: Mapping[str, Any], where: str, lines: list[str], sources: Collection[str]) -> Value:
    """One value from its table; `lines` are where its rows stand. Raises BadLaw."""
    only(VALUE_KEYS, table, f"{where} {name}")
    for key in required(VALUE_KEYS):
        if not table.get(key):
            raise BadLaw(f"'{name}' has no {key}.", where=where)
    raw = [_check_row(name, row, line, sources) for row, line in zip(table["values"], lines, strict=True)]
    kind = table.get("kind") or _kind_of(raw[0], name, lines[0])
    for row, line in zip(raw, lines, strict=True):
        if kind != (found := _kind_of(row, name, line)):
            raise BadLaw(f"The rows of one value hold one kind of thing: {kind} before, {found} here.", where=line)
    counted = kind in COUNTED_KINDS
    if counted and "unit" not in table:
        raise BadLaw(f"'{name}' has no unit.", where=where, todo='Write unit = "RUB", "kWh/month" or "1" for a share.')
    try:
        measured = unit(table.get("unit", "1")) if counted else ONE
    except (BadLaw, UnknownName) as error:
        raise BadLaw(error.what, where=f"{where} {name}", todo=error.todo) from error
    places = rate_places = 0
    if kind == "brackets":
        places = max(places_of(_decimal(b["above"], w)) for r, w in zip(raw, lines, strict=True) for b in r["brackets"])
        rate_places = max(
            places_of(_decimal(b["rate"], w)) for r, w in zip(raw, lines, strict=True) for b in r["brackets"]
        )
    elif kind == "table":
        places = max(places_of(_decimal(v, w)) for r, w in zip(raw, lines, strict=True) for v in r["value"].values())
    elif kind == "number":
        places = max(places_of(_decimal(r["value"], w)) for r, w in zip(raw, lines, strict=True))
    rows = [_row(kind, r, w, places, rate_places) for r, w in zip(raw, lines, strict=True)]
    if kind != "bans":
        _check_dates(name, rows)
    return Value(
        name,
        " ".join(table["about"].split()),
        kind,
        _unit_of(kind, measured),
        places,
        rate_places,
        tuple(sorted(rows, key=lambda r: r.first)),
        where,
        bool(table.get("record", False)),
    )


def _unit_of(kind: str, measured: Unit) -> Unit:
    return measured if kind in COUNTED_KINDS else ONE


def _kind_of(row: Mapping[str, Any], name: str, where: str) -> str:
    if "brackets" in row:
        return "brackets"
    if "region" in row:
        return "bans"
    match row.get("value"):
        case bool():
            return "yes or no"
        case int() | Decimal():
            return "number"
        case str():
            return "word"
        case date():
            return "day"
        case list():
            return "list"
        case dict():
            return "table"
    raise BadLaw(
        f"'{name}' has a row without a value.", where=where, todo="Write value = ..., brackets = [...] or region = ..."
    )


def _check_row(name: str, row: Mapping[str, Any], where: str, sources: Collection[str]) -> Mapping[str, Any]:
    place = f"{where} {name}"
    only(ROW_KEYS, row, place)
    if not isinstance(row.get("from"), date):
        raise BadLaw(
            "This dated value has no first day.", where=place, todo="Write from = 2025-01-01, the true first day."
        )
    if not str(row.get("cite", "")).strip():
        raise BadLaw(
            f"The value from {row['from']} has no citation.", where=place, todo='Write cite = "the act that sets it".'
        )
    for key in (k for k in ROW_KEYS if k.words):
        if key.name not in row:
            raise BadLaw(
                f"The value from {row['from']} does not say its {key.name}.",
                where=place,
                todo=f"Write {key.name} = one of {', '.join(key.words)}.",
            )
        if row[key.name] not in key.words:
            raise unknown(key.name, row[key.name], key.words, place)
    for bracket in row.get("brackets", []):
        only(BRACKET_KEYS, bracket, place)
        for part in required(BRACKET_KEYS):
            if part not in bracket:
                raise BadLaw(f"A bracket has no {part}.", where=place, todo="Write { above = 0, rate = 0.13 }.")
    if row.get("through") is not None and row["through"] < row["from"]:
        raise BadLaw(f"The value ends on {row['through']}, before it begins on {row['from']}.", where=place)
    for source in row.get("sources", []):
        if source not in sources:
            raise unknown("source", source, sources, place)
    return row


def _check_dates(name: str, rows: list[Row]) -> None:
    """Two rows of one status may not both begin on one day, nor may one that ends reach over the next."""
    by_status: dict[str, list[Row]] = {}
    for row in rows:
        by_status.setdefault(row.status, []).append(row)
    for group in by_status.values():
        ordered = sorted(group, key=lambda r: (r.first, r.published))
        for a, b in pairwise(ordered):
            if a.first == b.first and a.published == b.published:
                raise BadLaw(
                    f"'{name}' has two values from {a.first}.",
                    where=b.where,
                    todo="Correct one day, or say when each was published.",
                )
            if a.through is not None and b.first <= a.through and a.first != b.first:
                raise BadLaw(
                    f"'{name}' from {a.first} runs through {a.through}, over the next value from {b.first}.",
                    where=a.where,
                )


def _decimal(value: object, where: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadLaw(f"{value!r} is not a number.", where=where)
    return Decimal(value)


def _row(kind: str, row: Mapping[str, Any], where: str, places: int, rate_places: int) -> Row:
    value: Any = row.get("value")
    match kind:
        case "number":
            value = scaled(_decimal(value, where), places)
        case "table":
            value = {k: scaled(_decimal(v, where), places) for k, v in value.items()}
        case "list":
            value = frozenset(str(v) for v in value)
        case "day":
            value = day_number(value)
        case "brackets":
            value = tuple(
                Bracket(scaled(_decimal(b["above"], where), places), scaled(_decimal(b["rate"], where), rate_places))
                for b in row["brackets"]
            )
            if value[0].above != 0 or any(a.above >= b.above for a, b in pairwise(value)):
                raise BadLaw("Brackets begin at 0 and rise.", where=where)
        case "bans":
            value = _ban(row, where)
    return Row(
        row["from"], row.get("through"), value, row["status"], row["cite"], row["read"], row["confidence"],
        tuple(row.get("sources", [])), row.get("published", row["from"]), row.get("note", ""), where,
    )  # fmt: skip


def _ban(row: Mapping[str, Any], where: str) -> Ban:
    if row["region"] not in region_codes():
        raise unknown("region", row["region"], region_codes(), where)
    named = [*row.get("municipalities", []), *row.get("but_not", [])]
    for key in named:
        if key not in municipality_keys():
            raise unknown("municipality", key, municipality_keys(), where)
    season = _season(row["season"], where) if "season" in row else None
    return Ban(
        row["region"],
        frozenset(row.get("municipalities", [])),
        row.get("listed", True),
        frozenset(row.get("but_not", [])),
        season,
    )


def _season(text: str, where: str) -> Season:
    found = re.fullmatch(r"(\d\d)-(\d\d) to (\d\d)-(\d\d)", text)
    if not found:
        raise BadLaw(
            f"'{text}' is not a season.",
            where=where,
            todo='Write season = "11-15 to 03-15": month and day, both ends included.',
        )
    m1, d1, m2, d2 = (int(g) for g in found.groups())
    for m, d in ((m1, d1), (m2, d2)):
        try:
            date(2024, m, d)
        except ValueError as error:
            raise BadLaw(
                f"'{text}' is not a season: {error}.", where=where, todo='Month first: "11-15 to 03-15".'
            ) from error
    return Season((m1, d1), (m2, d2))
