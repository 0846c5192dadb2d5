"""Parameters of OpenFisca and PolicyEngine as dated values of ours, and ours as theirs. Nothing is lost without a word.

What they hold comes in as text, dict and list, every scalar as it was written, so that no number passes through a float.
Not here: reading and writing YAML files (`cli`).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from keyword import iskeyword
from pathlib import PurePosixPath
from typing import Any

from adit.regime.act import Regime, Source
from adit.regime.values import Row, Value
from adit.regime.written import read_value
from adit.terms.errors import BadLaw, UnknownName
from adit.terms.units import ONE, Unit, unit

__all__ = ["LeftOut", "as_openfisca", "as_toml", "from_openfisca"]

CURRENCIES = ("RUB", "USD", "KZT", "BTC")
_ABOUT = {"description", "documentation", "metadata", "reference", "unit", "label"}
_INSTANT = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_NUMBER = re.compile(r"[-+]?(0|[1-9][\d_]*)?(\.\d*)?([eE][-+]?\d{1,2})?")
_NOTHING = ("", "null", "Null", "NULL", "~")
DIGITS = 15  # what a float keeps of a decimal; a number with more was computed, not enacted
_ONE_DAY = timedelta(days=1)

Node = Any  # text, list or dict
Reference = tuple[str, str]  # title, address


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not carried over: the file, the parameter with its day, and why."""

    file: str
    what: str
    why: str


class _Bad(Exception):
    """Why a parameter or one of its days cannot be carried over."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands from one day: text, or None where it ends."""

    text: str | None
    references: tuple[Reference, ...]
    through: date | None


# From OpenFisca -----------------------------------------------------------------------------------------------------
def from_openfisca(files: Mapping[str, Node]) -> tuple[dict[str, dict[str, dict[str, Any]]], list[LeftOut]]:
    """Our values by file (named after the top folder) and name, as our TOML has them; and what was left out, with the reason.

    `files` are the parsed YAML files by their path below the folder of parameters. A day that cannot be carried over ends
    the value before it, so that no older number reaches over the place of the missing one.
    """
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    taken: dict[str, str] = {}
    left: list[LeftOut] = []
    for file, content in sorted(files.items()):
        path = PurePosixPath(file)
        parts = [*path.parent.parts, *(() if path.stem == "index" else (path.stem,))]
        group = _plain(parts[0]) if len(path.parts) > 1 else "parameters"
        for name, node in _parameters("_".join(map(_plain, parts)), content, (), file, left):
            try:
                if not name.isidentifier() or iskeyword(name):
                    raise _Bad("its name cannot be written in a rule")
                if name in taken:
                    raise _Bad(f"{taken[name]} has the same name when folders are joined by underscores")
                table = _table(name, node, file, left)
                if not table["values"] and not any(one.file == file and one.what.startswith(name) for one in left):
                    raise _Bad("no value stands in it")
                if table["values"]:
                    read_value(name, table, file, [file] * len(table["values"]), ())
                    groups.setdefault(group, {})[name] = table
                    taken[name] = file
            except _Bad as bad:
                left.append(LeftOut(file, name, str(bad)))
            except BadLaw as refused:
                left.append(LeftOut(file, name, refused.what))
    return groups, left


def _plain(part: str) -> str:
    return part.replace("-", "_").replace(".", "_").replace(" ", "_").lower()


def _parameters(
    name: str, node: Node, above: Sequence[Node], file: str, left: list[LeftOut]
) -> Iterator[tuple[str, dict[str, Node]]]:
    """The parameters of a file: itself, or those nested in it. `above` are references that stand on what they are nested in."""
    if not isinstance(node, dict):
        left.append(LeftOut(file, name, "it is neither a parameter nor a folder of parameters"))
    elif "values" in node or "brackets" in node:
        yield name, node if _refers(node) else {**node, "reference": list(above)}
    elif any(_INSTANT.fullmatch(key) for key in node):
        yield name, {"values": node, "reference": list(above)}  # the short form: days alone
    else:
        here = _refers(node) or above
        for key, child in node.items():
            if key not in _ABOUT:
                inner = f"{name}_{_plain(key)}" if name else _plain(key)
                yield from _parameters(inner, child, here, file, left)


def _table(name: str, node: dict[str, Node], file: str, left: list[LeftOut]) -> dict[str, Any]:
    metadata = _dict(node.get("metadata", {}), "its metadata")
    if "uprating" in metadata:
        left.append(LeftOut(file, name, f"its uprating by {_short(metadata['uprating'])}; write the values it gives"))
    about = _line(node.get("description")) or _line(metadata.get("label")) or name.replace("_", " ")
    table: dict[str, Any] = {"about": about}
    note = f"Imported from the OpenFisca parameters, {file}."
    if "period" in metadata:
        note += f" The amount is for each {_short(metadata['period'])}."
    rows: list[dict[str, Any]] = []
    inherited = _references(node)
    series = list(_scale_rows(node, metadata) if "brackets" in node else _number_rows(node))
    for day, cells, content in series:
        if content is None:
            _close(rows, day)
            continue
        references = tuple(dict.fromkeys(r for c in cells for r in c.references)) or inherited
        try:
            if isinstance(content, _Bad):
                raise content
            row = {"from": day, **content, **_cited(references, note)}
        except _Bad as bad:
            left.append(LeftOut(file, f"{name} from {day}", str(bad)))
            _close(rows, day)
            continue
        rows.append(row)
        later = [other for other, _, _ in series if other > day]
        ends = [c.through for c in cells if c.through and c.through >= day and (not later or c.through < later[0])]
        if ends:
            _close(rows, ends[0] + _ONE_DAY)
    if "brackets" in node or (rows and not isinstance(rows[0]["value"], bool)):
        table["unit"] = _unit(node, metadata)
    if "brackets" in node and metadata.get("rate_unit", "/1") not in ("/1", "1"):
        table["rate_unit"] = _our_unit(metadata["rate_unit"])
    left.extend(LeftOut(file, f"{name} from {at}", "it is expected, not enacted") for at in _expected(node))
    return table | {"values": rows}


def _close(rows: list[dict[str, Any]], day: date) -> None:
    """From this day nothing stands. Earlier rows end too, where the next begins, or they would come back on this day."""
    for row, following in zip(rows, [*(r["from"] for r in rows[1:]), day], strict=False):
        row.setdefault("through", following - _ONE_DAY)


def _number_rows(node: dict[str, Node]) -> Iterator[tuple[date, list[_Cell], Any]]:
    for day, cell in _cells(node):
        yield day, [cell], None if cell.text is None else _content(cell.text)


def _content(text: str) -> dict[str, Any] | _Bad:
    if text.lower() in ("true", "false"):
        return {"value": text.lower() == "true"}
    try:
        return {"value": _exact(text)}
    except _Bad as bad:
        return bad


def _scale_rows(node: dict[str, Node], metadata: dict[str, Node]) -> Iterator[tuple[date, list[_Cell], Any]]:
    """A scale's rows: what all its brackets say together from each day on which one of them changes."""
    if metadata.get("type", "marginal_rate") != "marginal_rate":
        raise _Bad(f"it is a scale of the type {_short(metadata['type'])}; only marginal rates can be carried over")
    if not isinstance(node["brackets"], list) or not node["brackets"]:
        raise _Bad("its brackets are no list")
    brackets: list[tuple[dict[date, _Cell], dict[date, _Cell]]] = []
    for bracket in node["brackets"]:
        if set(_dict(bracket, "a bracket")) != {"threshold", "rate"}:
            raise _Bad(f"a bracket has {', '.join(sorted(bracket))}, where a threshold and a rate are expected")
        brackets.append((dict(_cells(bracket["threshold"])), dict(_cells(bracket["rate"]))))
    for day in sorted({d for pair in brackets for series in pair for d in series}):
        cells = [series[day] for pair in brackets for series in pair if day in series]
        try:
            steps = [_step(_last(above, day), _last(rate, day)) for above, rate in brackets]
        except _Bad as bad:
            yield day, cells, bad
            continue
        standing = sorted((s for s in steps if s), key=lambda s: s["above"])
        yield day, cells, {"brackets": standing} if standing else None


def _last(series: Mapping[date, _Cell], day: date) -> str | None:
    """What stands on the day."""
    days = [d for d in series if d <= day]
    return series[max(days)].text if days else None


def _step(above: str | None, rate: str | None) -> dict[str, Decimal] | None:
    if above is None and rate is None:
        return None
    if above is None or rate is None:
        raise _Bad("a bracket has a threshold without a rate, or a rate without a threshold")
    return {"above": _exact(above), "rate": _exact(rate)}


def _cells(node: Node) -> Iterator[tuple[date, _Cell]]:
    """The dated entries of a parameter, by day. Expected ones are none."""
    holder = _dict(node, "it")
    entries = _dict(holder["values"], "its values") if "values" in holder else holder
    found: dict[date, _Cell] = {}
    for key, entry in entries.items():
        if entry == "expected" or (isinstance(entry, dict) and "expected" in entry):
            continue
        if key in _ABOUT and "values" not in holder:
            continue
        day = _day(key)
        if day in found:
            raise _Bad(f"it has two values from {day}")
        if isinstance(entry, dict):
            text = entry.get("value", "")
            through = _dict(entry.get("metadata", {}), "its metadata").get("through")
            references = _references(entry)
        else:
            text, through, references = entry, None, ()
        if not isinstance(text, str):
            raise _Bad(f"from {day} it holds a {type(text).__name__}, not a number")
        last = _day(through) if isinstance(through, str) else None
        found[day] = _Cell(None if text in _NOTHING else text, references, last)
    yield from sorted(found.items())


def _expected(node: dict[str, Node]) -> Iterator[str]:
    for holder in [s for b in node["brackets"] for s in b.values()] if "brackets" in node else [node]:
        entries = holder.get("values", holder)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            if entry == "expected" or (isinstance(entry, dict) and "expected" in entry):
                yield key


def _day(text: str) -> date:
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError("a day is written 2027-01-01")
        return date.fromisoformat(text + "-01-01"[: 10 - len(text)] if len(text) != 7 else f"{text}-01")
    except ValueError as error:
        raise _Bad(f"'{_short(text)}' is not a day ({error})") from error


def _exact(text: str) -> Decimal:
    """The number as it is written. Raises _Bad for what is no decimal, and for what a float has left behind."""
    found = _NUMBER.fullmatch(text)
    if not found or not any(c.isdigit() for c in text):
        raise _Bad(f"'{_short(text)}' is not a decimal number")
    number = Decimal(text.replace("_", ""))
    if len(number.normalize().as_tuple().digits) > DIGITS:
        raise _Bad(f"{_short(text)} has more than {DIGITS} digits: the trace of a float; write what the act says")
    return number


def _unit(node: dict[str, Node], metadata: dict[str, Node]) -> str:
    """Our unit for theirs."""
    if "brackets" in node:
        first = node["brackets"][0]["threshold"]
        inner = _dict(first.get("metadata", {}), "its metadata") if isinstance(first, dict) else {}
        theirs = metadata.get("threshold_unit") or inner.get("unit") or metadata.get("unit") or node.get("unit")
    else:
        theirs = metadata.get("unit") or node.get("unit")
    if not _line(theirs):
        raise _Bad("it has no unit")
    return _our_unit(theirs)


def _our_unit(theirs: Node) -> str:
    text = "1" if theirs == "/1" else str(theirs).replace("currency-", "")
    try:
        return str(unit(text))
    except (BadLaw, UnknownName) as unknown:
        raise _Bad(f"its unit {_short(theirs)} is not known") from unknown


def _refers(node: dict[str, Node]) -> list[Node]:
    """The references of a node as they stand there, one or several."""
    metadata = node.get("metadata", {})
    given = [metadata.get("reference") if isinstance(metadata, dict) else None, node.get("reference")]
    return [one for some in given if some for one in (some if isinstance(some, list) else [some])]


def _references(node: dict[str, Node]) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for one in _refers(node):
        if isinstance(one, dict):
            found.append((_line(one.get("title", "")), _line(one.get("href", ""))))
        elif isinstance(one, str):
            found.append(("", one.strip()) if one.startswith(("http://", "https://")) else (_line(one), ""))
    return tuple(dict.fromkeys(r for r in found if any(r)))


def _cited(references: Sequence[Reference], note: str) -> dict[str, Any]:
    titles = list(dict.fromkeys(title for title, _ in references if title))
    addresses = list(dict.fromkeys(href for _, href in references if href))
    if not titles and not addresses:
        raise _Bad("it has no reference, and a value without a citation is not law")
    if titles and addresses:
        note += f" Referred to: {', '.join(addresses)}"
    return {
        "status": "in force",
        "cite": "; ".join(titles or addresses),
        "read": "reported",
        "confidence": "low",
        "note": note,
    }


def _dict(node: Node, what: str) -> dict[str, Node]:
    if not isinstance(node, dict):
        raise _Bad(f"{what} is not a table")
    return node


def _line(text: Node) -> str:
    """A text on one line; empty for what is none, or is null."""
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return "" if line in _NOTHING else line


def _short(node: Node) -> str:
    text = " ".join(str(node).split())
    return text if len(text) <= 40 else f"{text[:37]}..."


# Our TOML -----------------------------------------------------------------------------------------------------------
def as_toml(values: Mapping[str, Mapping[str, Any]]) -> str:
    """Values as our TOML has them."""
    blocks: list[str] = []
    for name, table in values.items():
        head = {k: v for k, v in table.items() if k != "values"}
        blocks.append("\n".join([f"[{name}]", *_lines(head)]))
        blocks += ["\n".join([f"[[{name}.values]]", *_lines(row)]) for row in table["values"]]
    return "\n\n".join(blocks) + "\n"


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    width = max(map(len, table))
    yield from (f"{key:{width}} = {_written(value)}" for key, value in table.items())


def _written(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case list():
            return "[\n" + "".join(f"    {_written(one)},\n" for one in value) + "]"
        case dict():
            return "{ " + ", ".join(f"{k} = {_written(v)}" for k, v in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


# To OpenFisca -------------------------------------------------------------------------------------------------------
def as_openfisca(regime: Regime) -> tuple[dict[str, dict[str, Any]], list[LeftOut]]:
    """Numbers and brackets of the regime as parameters by name, and the rows that take no effect there, with the reason.

    Days are dates and numbers are Decimals. A parameter says what is in effect from each day, whatever the status of the
    row behind it, as `counts` of the regime has it; the row's own words go into the metadata of the day.
    """
    made: dict[str, dict[str, Any]] = {}
    left: list[LeftOut] = []
    for name, value in regime.values.items():
        if value.kind not in ("number", "brackets"):
            continue
        standing = _standing(value, regime.counts)
        left += [
            LeftOut(row.where, f"{name} from {row.first}", f"it is '{row.status}' and takes no effect in {regime.id}")
            if row.status not in regime.counts
            else LeftOut(row.where, f"{name} from {row.first}", "another row takes its place on all its days")
            for row in value.rows
            if not any(row is found for _, found in standing)
        ]
        if standing:
            make = _scale if value.kind == "brackets" else _parameter
            made[name] = {"description": value.about, **make(value, standing, regime.sources)}
    return made, left


def _standing(value: Value, counts: frozenset[str]) -> list[tuple[date, Row | None]]:
    """From each day on which it changes, the row in effect; None where there is none."""
    rows = [r for r in value.rows if r.status in counts]
    days = sorted({r.first for r in rows} | {r.through + _ONE_DAY for r in rows if r.through})
    found = [(day, value.on(day, counts)) for day in days]
    return [pair for i, pair in enumerate(found) if i == 0 or pair[1] is not found[i - 1][1]]


def _parameter(
    value: Value, standing: Sequence[tuple[date, Row | None]], sources: Mapping[str, Source]
) -> dict[str, Any]:
    return {
        "metadata": {"unit": _their_unit(value.unit)},
        "values": {
            day: _entry(_decimal(row.value, value.places), row, sources) if row else None for day, row in standing
        },
    }


def _scale(value: Value, standing: Sequence[tuple[date, Row | None]], sources: Mapping[str, Source]) -> dict[str, Any]:
    brackets: list[dict[str, Any]] = []
    for i in range(max(len(row.value) for _, row in standing if row)):
        thresholds: dict[date, Any] = {}
        rates: dict[date, Any] = {}
        for day, row in standing:
            step = row.value[i] if row and i < len(row.value) else None
            rate = _decimal(step.rate, value.by_places) if step else None
            thresholds[day] = _decimal(step.above, value.places) if step else None
            rates[day] = _entry(rate, row, sources) if row and i == 0 else rate
        brackets.append({"threshold": thresholds, "rate": rates})
    metadata = {"type": "marginal_rate", "threshold_unit": _their_unit(value.unit), "rate_unit": _their_unit(value.by)}
    return {"metadata": metadata, "brackets": brackets}


def _entry(number: Decimal | None, row: Row, sources: Mapping[str, Source]) -> dict[str, Any]:
    addresses = [sources[key].address for key in row.sources if key in sources]
    links = [a if "://" in a else f"https://{a}" for a in addresses]
    references = [{"title": row.cite, **({"href": links[0]} if links else {})}, *({"href": link} for link in links[1:])]
    said: dict[str, Any] = {"status": row.status, "read": row.read, "confidence": row.confidence}
    if row.published != row.first:
        said["published"] = row.published
    if row.through:
        said["through"] = row.through
    if row.note:
        said["note"] = row.note
    return {"value": number, "metadata": {"reference": references, **said}}


def _their_unit(measured: Unit) -> str:
    if measured == ONE:
        return "/1"
    text = str(measured)
    return f"currency-{text}" if text in CURRENCIES else text


def _decimal(count: int, places: int) -> Decimal:
    return Decimal(count).scaleb(-places)
