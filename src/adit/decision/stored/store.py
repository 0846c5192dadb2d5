"""Reads stored decisions: refused unless they have the form that the schema of their format describes.

The schemas are shipped and stay, one a format, so that a decision of today is read by every later version.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from adit.decision.stored.record import FORMAT, Record
from adit.terms.errors import BadInput

__all__ = ["read_record", "schema"]

_SCHEMAS = Path(__file__).parent / "schemas"
_KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}


@cache
def schema(format_: int = FORMAT) -> dict[str, Any]:
    """The JSON Schema of stored decisions of a format."""
    found: dict[str, Any] = json.loads((_SCHEMAS / f"decision-{format_}.json").read_text(encoding="utf-8"))
    return found


def read_record(file: Path) -> Record:
    """A stored decision. Raises BadInput, naming the place, for what is none or was written by a later version."""
    if not file.is_file():
        raise BadInput(
            "There is no such stored decision.", where=str(file), todo="Store one: adit decide ... --out FILE.json"
        )
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, numbers of thousands of digits
        raise BadInput(f"This is not JSON: {error}.", where=str(file)) from error
    format_ = record.get("format") if isinstance(record, dict) else None
    if not isinstance(format_, int) or isinstance(format_, bool) or format_ < 1:
        raise BadInput(
            "This is not a stored decision: it has no format.",
            where=str(file),
            todo="adit decide ... --out FILE.json writes one.",
        )
    if format_ > FORMAT:
        raise BadInput(
            f"This decision has format {format_}; this version reads up to {FORMAT}.",
            where=str(file),
            todo=f"Use the version that wrote it or a later one: adit {record.get('adit', '')}".rstrip() + ".",
        )
    rules = schema(format_)
    problem = _problem(record, rules, rules, "")
    if problem:
        raise BadInput(
            f"This is not a whole decision: {problem}.", where=str(file), todo="Keep the file as it was written."
        )
    read: Record = record
    return read


def _problem(value: Any, rule: dict[str, Any], whole: dict[str, Any], at: str) -> str:
    """What is wrong with a value by the part of JSON Schema that ours use; empty: nothing."""
    place = at or "the file"
    if "$ref" in rule:
        return _problem(value, whole["$defs"][rule["$ref"].rpartition("/")[2]], whole, at)
    if "anyOf" in rule:
        found = [_problem(value, one, whole, at) for one in rule["anyOf"]]
        return "" if "" in found else max(found, key=len)
    if "const" in rule and value != rule["const"]:
        return f"{place} is not {rule['const']}"
    if "enum" in rule and value not in rule["enum"]:
        return f"{place} is not one of {', '.join(rule['enum'])}"
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, _KINDS[k]) and (k != "integer" or value is not True) for k in kinds):
        return f"{place} is no {' or '.join(kinds)}"
    if "pattern" in rule and isinstance(value, str) and not re.search(rule["pattern"], value):
        return f"{place} has not the form {rule['pattern']}"
    if isinstance(value, dict):
        lost = [key for key in rule.get("required", ()) if key not in value]
        if lost:
            return f"{place} has no {', '.join(lost)}"
        parts = [
            (f"{at}.{k}".lstrip("."), v, rule.get("properties", {}).get(k, rule.get("additionalProperties")))
            for k, v in value.items()
        ]
    elif isinstance(value, list):
        parts = [(f"{at}[{i}]", v, rule.get("items")) for i, v in enumerate(value)]
    else:
        return ""
    return next((p for where, v, r in parts if isinstance(r, dict) and (p := _problem(v, r, whole, where))), "")
