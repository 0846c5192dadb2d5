"""Reads an act from its folder: `regime.toml`, `values/*.toml`, `rules/*.py`, `cases/*.toml`, and the sources beside it.

Everything wrong with an act is found here, named by file and line, before any case is asked. Numbers are read as
decimals and never pass through a float.
"""

import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from adit.regime.act import GoldenCase, Regime, Source, bind_rules
from adit.regime.values import CONFIDENCES, READ, STATUSES, Ban, Bracket, Row, Value, places_of, scaled
from adit.regime.words import RuleText
from adit.terms.days import Season, day_number
from adit.terms.errors import BadLaw, UnknownName
from adit.terms.fields import questions
from adit.terms.places import municipality_keys, region_codes
from adit.terms.units import ONE, Unit, unit

__all__ = ["load_regime", "read_toml", "reformed"]

_HEADER = re.compile(r"\[\[?([\w.-]+)\]")
_REGIME_KEYS = {"title", "jurisdiction", "status", "about", "first_day", "counts", "reform_of", "silent"}
_VALUE_KEYS = {"about", "unit", "kind", "record", "values"}
_ROW_KEYS = {
    "from",
    "through",
    "value",
    "status",
    "cite",
    "read",
    "confidence",
    "sources",
    "published",
    "note",
    "brackets",
    "region",
    "municipalities",
    "listed",
    "but_not",
    "season",
}
_CASE_KEYS = {"id", "name", "period", "given", "earlier", "expect", "source", "kind", "covered", "why_not"}


def load_regime(folder: Path, id_: str, base: Callable[[str], Regime]) -> Regime:
    """The regime that stands in `folder`. `base` gives the regime that a reform starts from.

    Raises BadLaw, naming file and line, for anything that is written wrongly.
    """
    head_file = folder / "regime.toml"
    if not head_file.is_file():
        raise BadLaw(
            "There is no regime.toml.",
            where=str(folder),
            todo="Every act's folder has one: title, jurisdiction, status, first_day, counts.",
        )
    head = read_toml(head_file)
    _only(_REGIME_KEYS, head, str(head_file))
    for key in ("title", "jurisdiction", "status", "about", "first_day", "counts"):
        if key not in head:
            raise BadLaw(f"'{key}' is missing.", where=str(head_file), todo=f"Add {key} = ...")
    for status in [head["status"], *head["counts"]]:
        if status not in STATUSES:
            raise _unknown("status", status, STATUSES, str(head_file))
    silent = dict(head.get("silent", {}))
    for question in silent:
        if question not in questions():
            raise _unknown("question", question, questions(), f"{head_file} [silent]")
    sources = _read_sources(folder)
    values = _read_values(folder, sources)
    texts = _read_rules(folder, id_)
    own = frozenset(texts)
    origin = head.get("reform_of", "")
    if origin:
        old = base(origin)
        values = _merged(old.values, values)
        texts = {**old.texts, **texts}
        silent = {q: why for q, why in old.silent.items() if q not in texts} | silent
        sources = {**old.sources, **sources}
    rules = bind_rules(texts, values)
    for question in silent:
        if question in rules:
            raise BadLaw(
                f"'{question}' is listed as silent, and a rule answers it ({rules[question].where}).",
                where=str(head_file),
                todo="Take one of the two out.",
            )
    return Regime(
        id=id_, title=head["title"], jurisdiction=head["jurisdiction"], status=head["status"], about=" ".join(head["about"].split()),
        first_day=head["first_day"], counts=frozenset(head["counts"]), values=values, rules=rules, silent=silent, sources=sources,
        texts=texts, own=own, read_cases=lambda regime: _read_cases(folder, regime), reform_of=origin,
    )  # fmt: skip


def reformed(
    regime: Regime, id_: str, title: str, values: Mapping[str, Value], texts: Mapping[str, RuleText] | None = None
) -> Regime:
    """The regime with rows added to its values and rules put in place of others of the same name."""
    merged = _merged(regime.values, values)
    written = {**regime.texts, **(texts or {})}
    return replace(
        regime,
        id=id_,
        title=title,
        values=merged,
        texts=written,
        rules=bind_rules(written, merged),
        reform_of=regime.id,
        own=frozenset(texts or {}),
        read_cases=lambda _: (),
        _kept={},
    )


def _merged(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
    """Values of both; where a name stands in both, the rows of the new one are added and win on their days."""
    result = dict(old)
    for name, value in new.items():
        before = old.get(name)
        if before is None:
            result[name] = value
            continue
        if (before.kind, before.unit) != (value.kind, value.unit):
            raise BadLaw(
                f"{name} is a {value.kind} in {value.unit} here and a {before.kind} in {before.unit} in the act.",
                where=value.where,
            )
        places, rate_places = max(before.places, value.places), max(before.rate_places, value.rate_places)
        rows = sorted(
            [*_rescaled(before, places, rate_places), *_rescaled(value, places, rate_places)], key=lambda r: r.first
        )
        result[name] = replace(before, places=places, rate_places=rate_places, rows=tuple(rows))
    return result


def _rescaled(value: Value, places: int, rate_places: int) -> list[Row]:
    up, rate_up = 10 ** (places - value.places), 10 ** (rate_places - value.rate_places)
    rows = []
    for row in value.rows:
        v = row.value
        if value.kind == "number":
            v = v * up
        elif value.kind == "table":
            v = {k: n * up for k, n in v.items()}
        elif value.kind == "brackets":
            v = tuple(Bracket(b.above * up, b.rate * rate_up) for b in v)
        rows.append(replace(row, value=v))
    return rows


# TOML -----------------------------------------------------------------------------------------------------------
def read_toml(file: Path) -> dict[str, Any]:
    """A TOML file with its numbers as decimals. Raises BadLaw with the line for text that is not TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadLaw(f"This is not TOML: {error}.", where=str(file)) from error


def _unknown(kind: str, name: object, known: Any, where: str) -> BadLaw:
    error = UnknownName(kind, str(name), known)
    return BadLaw(error.what, where=where, todo=error.todo)


def _only(known: set[str], table: Mapping[str, Any], where: str) -> None:
    for key in table:
        if key not in known:
            raise _unknown("key", key, known, where)


def _header_lines(text: str) -> dict[str, list[int]]:
    """For each `[name]` and `[[name]]` of a TOML text, the lines on which it stands."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and (found := _HEADER.match(line)):
            lines.setdefault(found[1], []).append(number)
    return lines


def _read_sources(folder: Path) -> dict[str, Source]:
    """The sources of the act, and those shared by the acts of its jurisdiction one folder up."""
    sources: dict[str, Source] = {}
    for file in (folder.parent / "sources.toml", folder / "sources.toml"):
        if file.is_file():
            for key, entry in read_toml(file).items():
                sources[key] = Source(key, entry["address"], entry["kind"])
    return sources


# Values ---------------------------------------------------------------------------------------------------------
def _read_values(folder: Path, sources: Mapping[str, Source]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for file in sorted((folder / "values").glob("*.toml")):
        header = _header_lines(file.read_text(encoding="utf-8"))
        for name, table in read_toml(file).items():
            where = f"{file}:{header.get(name, [1])[0]}"
            if name in values:
                raise BadLaw(
                    f"'{name}' is written twice.", where=where, todo=f"The other one is in {values[name].where}."
                )
            _only(_VALUE_KEYS, table, f"{where} {name}")
            for key in ("about", "values"):
                if not table.get(key):
                    raise BadLaw(f"'{name}' has no {key}.", where=where)
            at = header.get(f"{name}.values", [])
            lines = [f"{file}:{at[i]}" if i < len(at) else where for i in range(len(table["values"]))]
            values[name] = _value(name, table, where, lines, sources)
    return values


def _value(name: str, table: Mapping[str, Any], where: str, lines: list[str], sources: Mapping[str, Source]) -> Value:
    kind = table.get("kind") or _kind_of(table["values"][0], name, lines[0])
    counted = kind in ("number", "table", "brackets")
    if counted and "unit" not in table:
        raise BadLaw(f"'{name}' has no unit.", where=where, todo='Write unit = "RUB", "kWh/month" or "1" for a share.')
    try:
        measured = unit(table.get("unit", "1")) if counted else ONE
    except (BadLaw, UnknownName) as error:
        raise BadLaw(error.what, where=f"{where} {name}", todo=error.todo) from error
    raw = [_check_row(name, row, line, sources) for row, line in zip(table["values"], lines, strict=True)]
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
    return measured if kind in ("number", "table", "brackets") else ONE


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


def _check_row(name: str, row: Mapping[str, Any], where: str, sources: Mapping[str, Source]) -> Mapping[str, Any]:
    place = f"{where} {name}"
    _only(_ROW_KEYS, row, place)
    if not isinstance(row.get("from"), date):
        raise BadLaw(
            "This dated value has no first day.", where=place, todo="Write from = 2025-01-01, the true first day."
        )
    if not str(row.get("cite", "")).strip():
        raise BadLaw(
            f"The value from {row['from']} has no citation.", where=place, todo='Write cite = "the act that sets it".'
        )
    for key, known in (("status", STATUSES), ("read", READ), ("confidence", CONFIDENCES)):
        if key not in row:
            raise BadLaw(
                f"The value from {row['from']} does not say its {key}.",
                where=place,
                todo=f"Write {key} = one of {', '.join(known)}.",
            )
        if row[key] not in known:
            raise _unknown(key, row[key], known, place)
    if row.get("through") is not None and row["through"] < row["from"]:
        raise BadLaw(f"The value ends on {row['through']}, before it begins on {row['from']}.", where=place)
    for source in row.get("sources", []):
        if source not in sources:
            raise _unknown("source", source, sources, place)
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
    if kind != (found := _kind_of(row, "this value", where)):
        raise BadLaw(f"The rows of one value hold one kind of thing: {kind} before, {found} here.", where=where)
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
        raise _unknown("region", row["region"], region_codes(), where)
    named = [*row.get("municipalities", []), *row.get("but_not", [])]
    for key in named:
        if key not in municipality_keys():
            raise _unknown("municipality", key, municipality_keys(), where)
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


# Rules ----------------------------------------------------------------------------------------------------------
def _read_rules(folder: Path, id_: str) -> dict[str, RuleText]:
    texts: dict[str, RuleText] = {}
    for file in sorted((folder / "rules").glob("*.py")):
        module = _module(file, id_)
        for name, function in vars(module).items():
            text = getattr(function, "__rule__", None)
            if isinstance(text, RuleText):
                if name in texts:
                    raise BadLaw(f"The rule '{name}' is written twice.", where=str(file))
                texts[name] = text
    return texts


def _module(file: Path, id_: str) -> ModuleType:
    name = f"adit_rules.{id_.replace('/', '.')}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, NameError, ImportError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        raise BadLaw(f"The rules cannot be read: {error}.", where=f"{file}:{line}" if line else str(file)) from error
    return module


# Golden cases -----------------------------------------------------------------------------------------------------
def _read_cases(folder: Path, regime: Regime) -> tuple[GoldenCase, ...]:
    cases: list[GoldenCase] = []
    for file in sorted((folder / "cases").glob("*.toml")):
        lines = _header_lines(file.read_text(encoding="utf-8")).get("case", [])
        for i, raw in enumerate(read_toml(file).get("case", [])):
            where = f"{file}:{lines[i] if i < len(lines) else 1}"
            _only(_CASE_KEYS, raw, where)
            covered = raw.get("covered", True)
            for key in ("name", "source", *(("period", "given", "expect") if covered else ("why_not",))):
                if key not in raw:
                    raise BadLaw(f"The case has no {key}.", where=where)
            for name in raw.get("expect", {}):
                if name not in regime.rules and name not in regime.silent:
                    raise _unknown(f"rule or question of {regime.id}", name, [*regime.rules, *regime.silent], where)
            cases.append(
                GoldenCase(
                    raw.get("id", ""),
                    raw["name"],
                    str(raw.get("period", "")),
                    raw.get("given", {}),
                    tuple((str(e["period"]), e["given"]) for e in raw.get("earlier", [])),
                    raw.get("expect", {}),
                    raw["source"],
                    raw.get("kind", "constructed"),
                    covered,
                    raw.get("why_not", ""),
                    where,
                )
            )
    return tuple(cases)
