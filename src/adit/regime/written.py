"""A dated value as it is written in TOML, read with every check: keys, days, kinds, units, citations, places.

Not here: finding the files (`store`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from adit.regime.form import BAND_KEYS, BRACKET_KEYS, COUNTED_KINDS, ROW_KEYS, VALUE_KEYS, VALUE_KINDS, Key, required
from adit.regime.values import EVERYWHERE, NEVER, SELECTS, Ban, Band, Bracket, Hours, Row, Value, places_of, scaled
from adit.terms.days import YEARS, Season, day_number, parse_clock
from adit.terms.errors import BadInput, BadLaw, UnknownName
from adit.terms.places import municipality_keys, region_codes
from adit.terms.units import Unit, unit

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


MOST_DIGITS = 40  # of a number of the law: more is a slip of the pen


def _number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MOST_DIGITS


def _day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _list_of(each: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(each(v) for v in value)


def _table_of(each: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(each(v) for v in value.values())


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _single(value: object) -> bool:
    return _text(value) or _number(value) or _day(value) or isinstance(value, bool | time)


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
    "bands": lambda value: isinstance(value, list) and bool(value),
    "hours": _text,
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
    if kind not in VALUE_KINDS:
        raise unknown("kind", kind, VALUE_KINDS, f"{where} {name}")
    for row, line in zip(raw, lines, strict=True):
        if kind != (found := _kind_of(row, name, line)):
            raise BadLaw(f"The rows of one value hold one kind of thing: {kind} before, {found} here.", where=line)
    counted = kind in COUNTED_KINDS
    if counted and "unit" not in table:
        raise BadLaw(f"'{name}' has no unit.", where=where, todo='Write unit = "RUB", "kWh/month" or "1" for a share.')
    measured = unit("min") if kind == "clock" else _unit(table.get("unit", "1") if counted else "1", f"{where} {name}")
    by = _unit(_by(kind, table, name, where), f"{where} {name}")
    places = by_places = 0
    if kind == "brackets":
        places = max(places_of(_decimal(b["above"], w)) for r, w in zip(raw, lines, strict=True) for b in r["brackets"])
        by_places = max(
            places_of(_decimal(b["rate"], w)) for r, w in zip(raw, lines, strict=True) for b in r["brackets"]
        )
    elif kind == "bands":
        bands = [(b, w) for r, w in zip(raw, lines, strict=True) for b in r["bands"]]
        places = max(places_of(_decimal(b["value"], w)) for b, w in bands)
        by_places = max(places_of(_decimal(_edge(b, w)[1], w)) for b, w in bands)
    elif kind == "table":
        places = max(places_of(_decimal(v, w)) for r, w in zip(raw, lines, strict=True) for v in r["value"].values())
    elif kind == "number":
        places = max(places_of(_decimal(r["value"], w)) for r, w in zip(raw, lines, strict=True))
    rows = [_row(kind, r, w, places, by_places) for r, w in zip(raw, lines, strict=True)]
    if kind != "bans":
        _check_dates(name, rows)
    value = Value(
        name, " ".join(table["about"].split()), kind, measured, places, by_places, tuple(sorted(rows, key=lambda r: r.first)),
        where, bool(table.get("record", False)), by, _selects(table, kind, name, where),
    )  # fmt: skip
    _check_delegate(table, value)
    return value


def _unit(text: str, where: str) -> Unit:
    try:
        return unit(text)
    except (BadLaw, UnknownName) as error:
        raise BadLaw(error.what, where=where, todo=error.todo) from error


def _by(kind: str, table: Mapping[str, Any], name: str, where: str) -> str:
    """The unit of the rates of brackets, or of the thresholds of bands."""
    for key, wanted in (("rate_unit", "brackets"), ("by", "bands")):
        if key in table and kind != wanted:
            raise BadLaw(f"'{key}' belongs to {wanted}; {name} holds {kind}.", where=where)
    if kind == "bands" and "by" not in table:
        raise BadLaw(
            f"'{name}' does not say what it goes by.",
            where=where,
            todo='Write by = "KZT/kWh", the unit of its thresholds.',
        )
    return str(table.get("rate_unit", table.get("by", "1")))


def _selects(table: Mapping[str, Any], kind: str, name: str, where: str) -> str:
    selects = str(table.get("selects", SELECTS[0]))
    if selects not in SELECTS:
        raise unknown("selects", selects, SELECTS, where)
    if selects != SELECTS[0] and kind not in ("number", "table"):
        raise BadLaw(f"Of {kind} nobody can say which is the more lenient: {name}.", where=where)
    return selects


def _check_delegate(table: Mapping[str, Any], value: Value) -> None:
    """What somebody may set within bounds has to lie within them."""
    limits = {k: table[k] for k in ("at_least", "at_most") if k in table}
    if (limits or "delegated_to" in table) and value.kind != "number":
        raise BadLaw(f"Bounds are for numbers; {value.name} holds {value.kind}.", where=value.where)
    for row in value.rows:
        set_ = Decimal(row.value).scaleb(-value.places) if limits else Decimal(0)
        if set_ < limits.get("at_least", set_) or set_ > limits.get("at_most", set_):
            who = table.get("delegated_to", "whoever sets it")
            raise BadLaw(
                f"{value.name} is {set_} from {row.first}, outside the bounds that the act gives {who}.",
                where=row.where,
                todo=f"The act allows {' and '.join(f'{k.replace(chr(95), chr(32))} {n}' for k, n in limits.items())}.",
            )


def _kind_of(row: Mapping[str, Any], name: str, where: str) -> str:
    if "brackets" in row:
        return "brackets"
    if "bands" in row:
        return "bands"
    if "region" in row:
        return "bans"
    if "hours" in row:
        return "hours"
    match row.get("value"):
        case bool():
            return "yes or no"
        case int() | Decimal():
            return "number"
        case str():
            return "word"
        case date():
            return "day"
        case time():
            return "clock"
        case list():
            return "list"
        case dict():
            return "table"
    raise BadLaw(
        f"'{name}' has a row without a value.",
        where=where,
        todo="Write value = ..., brackets = [...], bands = [...], hours = ... or region = ...",
    )


def _check_row(name: str, row: Mapping[str, Any], where: str, sources: Collection[str]) -> Mapping[str, Any]:
    place = f"{where} {name}"
    only(ROW_KEYS, row, place)
    row = {**row, "from": _first_day(row, place)}
    _check_years(row, place)
    if not str(row.get("cite", "")).strip():
        raise BadLaw(
            f"The value from {row['from']} has no citation.", where=place, todo='Write cite = "the act that sets it".'
        )
    for key in (k for k in ROW_KEYS if k.words):
        if key.name not in row and key.required:
            raise BadLaw(
                f"The value from {row['from']} does not say its {key.name}.",
                where=place,
                todo=f"Write {key.name} = one of {', '.join(key.words)}.",
            )
        if key.name in row and row[key.name] not in key.words:
            raise unknown(key.name, row[key.name], key.words, place)
    for band in row.get("bands", []):
        only(BAND_KEYS, band, place)
        if "value" not in band:
            raise BadLaw("A band has no value.", where=place, todo="Write { from = 24, value = 1 }.")
    for bracket in row.get("brackets", []):
        only(BRACKET_KEYS, bracket, place)
        for part in required(BRACKET_KEYS):
            if part not in bracket:
                raise BadLaw(f"A bracket has no {part}.", where=place, todo="Write { above = 0, rate = 0.13 }.")
    if row.get("published", row["from"]) > row["from"] and not row.get("retroactive", False):
        raise BadLaw(
            f"The value from {row['from']} was published on {row['published']}, after its first day.",
            where=place,
            todo="Say retroactive = true if it reaches back; else correct one of the days.",
        )
    if row.get("ended") and row.get("through") is None:
        raise BadLaw(
            f"The value is said to have {row['ended']}, without a last day.", where=place, todo="Write through = ..."
        )
    if row.get("through") is not None and row["through"] < row["from"]:
        raise BadLaw(f"The value ends on {row['through']}, before it begins on {row['from']}.", where=place)
    for source in row.get("sources", []):
        if source not in sources:
            raise unknown("source", source, sources, place)
    return row


MOST_OFFSET = 36_500  # days from publication to the first day


def _first_day(row: Mapping[str, Any], place: str) -> date:
    """The first day: stated, so many days after publication, or not known yet because it awaits something."""
    offset = row.get("days_after_publication")
    said = [k for k in ("from", "days_after_publication", "awaits") if k in row]
    if not said:
        raise BadLaw(
            "This dated value has no first day.",
            where=place,
            todo="Write from = 2025-01-01, the true first day; or published and days_after_publication; or awaits = ...",
        )
    if len(said) > 1:
        raise BadLaw(f"This dated value has {' and '.join(said)}.", where=place, todo="Keep the one that the act says.")
    if "awaits" in row:
        if not row["awaits"].strip():
            raise BadLaw("awaits is empty.", where=place, todo='Say what it waits for: awaits = "proclamation".')
        return NEVER
    if offset is None:
        first: date = row["from"]
        return first
    if not isinstance(offset, int) or not 0 <= offset <= MOST_OFFSET or "published" not in row:
        raise BadLaw(
            "days_after_publication counts whole days from the day of publication.",
            where=place,
            todo="Write published = 2023-03-31 and days_after_publication = 60.",
        )
    published: date = row["published"]
    return published + timedelta(days=offset)


def _edge(band: Mapping[str, Any], where: str) -> tuple[bool, Any]:
    """Where a band begins, and whether that number itself lies in it."""
    if ("from" in band) == ("above" in band):
        raise BadLaw(
            "A band begins at a number that lies in it (from) or does not (above).",
            where=where,
            todo="Write { from = 24, value = 1 } for 24 and more, { above = 24, value = 1 } for more than 24.",
        )
    return "from" in band, band.get("from", band.get("above"))


def _check_years(row: Mapping[str, Any], place: str) -> None:
    for key in ("from", "through", "published"):
        day = row.get(key)
        waits = key == "from" and "awaits" in row
        if day is not None and not waits and day.year not in YEARS:
            raise BadLaw(
                f"{key} = {day} is out of range.",
                where=place,
                todo=f"Days run from {YEARS[0]} to {YEARS[-1]}; leave `through` away where no end is known.",
            )


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


def _row(kind: str, row: Mapping[str, Any], where: str, places: int, by_places: int) -> Row:
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
                Bracket(scaled(_decimal(b["above"], where), places), scaled(_decimal(b["rate"], where), by_places))
                for b in row["brackets"]
            )
            if value[0].above != 0 or any(a.above >= b.above for a, b in pairwise(value)):
                raise BadLaw("Brackets begin at 0 and rise.", where=where)
        case "bands":
            edges = [(_edge(b, where), b["value"]) for b in row["bands"]]
            value = tuple(
                Band(scaled(_decimal(start, where), by_places), inclusive, scaled(_decimal(v, where), places))
                for (inclusive, start), v in edges
            )
            if any((a.start, not a.inclusive) >= (b.start, not b.inclusive) for a, b in pairwise(value)):
                raise BadLaw("Bands rise.", where=where, todo="Write the lowest band first.")
        case "clock":
            if value.second or value.microsecond:
                raise BadLaw(f"{value} has seconds.", where=where, todo="Write it as 09:30:00.")
            value = _minutes(value.isoformat("minutes"), where)
        case "hours":
            first, to, last = str(row["hours"]).partition(" to ")
            if not to:
                raise BadLaw(f"'{row['hours']}' are no hours.", where=where, todo='Write hours = "22:00 to 06:00".')
            value = Hours(_minutes(first, where), _minutes(last, where))
        case "bans":
            value = _ban(row, where)
    published = row.get("published", row["from"])
    return Row(
        row["from"], row.get("through"), value, row["status"], row["cite"], row["read"], row["confidence"],
        tuple(row.get("sources", [])), published, row.get("note", ""), where, row.get("ended", ""),
        bool(row.get("retroactive", False)), row.get("awaits", ""),
    )  # fmt: skip


def _minutes(text: str, where: str) -> int:
    try:
        minutes = parse_clock(text)
    except BadInput as error:
        raise BadLaw(error.what, where=where, todo=error.todo) from error
    if minutes is None:
        raise BadLaw(f"'{text}' is not a clock time.", where=where, todo="Write it as 09:30.")
    return minutes


def _ban(row: Mapping[str, Any], where: str) -> Ban:
    if row["region"] != EVERYWHERE and row["region"] not in region_codes():
        raise unknown("region", row["region"], (EVERYWHERE, *region_codes()), where)
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
