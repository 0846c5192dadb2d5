"""JSON Schemas of the TOML files of an act, made from `form`, from the dictionary of fields and from the list of places.

An editor that knows them offers keys and words and marks what is wrong while it is written. Not here: what only the whole
act can tell (two rows from one day, a rule that does not exist); the loader tells that. TOML days reach a schema as text.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adit.regime import form
from adit.regime.form import Key, required
from adit.regime.values import EVERYWHERE
from adit.terms.errors import UnknownName
from adit.terms.fields import Field, facts, questions
from adit.terms.places import municipality_keys, region_codes
from adit.terms.units import BASES

__all__ = ["KINDS", "schema_of"]

KINDS = ("values", "regime", "cases", "sources", "texts")

Schema = dict[str, Any]

_MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_PATTERNS = {
    "day": rf"^\d{{4}}-{_MONTH_DAY}$",
    "period": r"^\d{4}(-\d\d(-\d\d)?)?$",
    "season": rf"^{_MONTH_DAY} to {_MONTH_DAY}$",
    "clock": r"^(\d\d:\d\d|\d+)$",
    "hours": r"^\d\d:\d\d to \d\d:\d\d$",
    "number": r"^-?\d[\d _]*(\.\d+)?$",  # in quotes
}
_SILENCE = {"const": "does not say"}  # what a golden case expects where the act is silent
_ANY_ANSWER = {"type": ["boolean", "number", "string"]}


def schema_of(kind: str) -> Schema:
    """The schema of `values/*.toml`, `regime.toml`, `cases/*.toml`, `sources.toml` or `texts/*.toml`. Raises UnknownName."""
    files: Mapping[str, tuple[str, Callable[[], Schema]]] = {
        "values": ("Adit: dated values of an act (values/*.toml)", _values),
        "regime": ("Adit: what an act is (regime.toml)", lambda: _table(form.REGIME_KEYS)),
        "cases": ("Adit: golden cases of an act (cases/*.toml)", _cases),
        "sources": ("Adit: where an act was read (sources.toml)", lambda: _by_name(_table(form.SOURCE_KEYS))),
        "texts": ("Adit: an act in another language (texts/*.toml)", lambda: _table(form.TEXT_KEYS)),
    }
    if kind not in files:
        raise UnknownName("kind of file", kind, files)
    title, made = files[kind]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **made()}


def _values() -> Schema:
    value = _table(form.VALUE_KEYS)
    counted = {
        "anyOf": [
            {"required": ["brackets"]},
            {"required": ["bands"]},
            {"required": ["value"], "properties": {"value": {"type": ["number", "object"]}}},
        ]
    }
    value["if"] = {"properties": {"values": {"contains": counted}}}
    value["then"] = {"required": ["unit"]}
    return _by_name(value)


def _cases() -> Schema:
    case = _table(form.CASE_KEYS)
    case["if"] = {"required": ["covered"], "properties": {"covered": {"const": False}}}
    case["then"] = {"required": list(form.CASE_NEEDS_UNCOVERED)}
    case["else"] = {"required": list(form.CASE_NEEDS_COVERED)}
    listed = {"type": "array", "items": case}
    return {"type": "object", "additionalProperties": False, "properties": {"case": listed}}


# Tables -------------------------------------------------------------------------------------------------------------
def _table(keys: Sequence[Key]) -> Schema:
    properties = {k.name: {"description": k.about, **_shape(k)} for k in keys}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required(keys)),
        "properties": properties,
    }


def _by_name(table: Schema) -> Schema:
    return {"type": "object", "additionalProperties": table}


def _shape(key: Key) -> Schema:
    """What a key may hold."""
    match key.shape:
        case "text":
            return {"type": "string"} | ({"pattern": r"\S"} if key.required else {})
        case "word":
            return {"enum": list(key.words)}
        case "words":
            return {"type": "array", "items": {"enum": list(key.words)}}
        case "texts":
            return {"type": "array", "items": {"type": "string"}}
        case "yes or no":
            return {"type": "boolean"}
        case "day":
            return {"type": "string", "pattern": _PATTERNS["day"], "format": "date"}
        case "period" | "season":
            return {"type": "string", "pattern": _PATTERNS[key.shape]}
        case "number":
            return {"type": "number"}
    return _OWN_SHAPES[key.shape]()


def _rows() -> Schema:
    one_content = [{"required": [key]} for key in ("value", "brackets", "bands", "hours", "region")]
    one_beginning = [{"required": [key]} for key in ("from", "days_after_publication", "awaits")]
    said_once = {"allOf": [{"oneOf": one_content}, {"oneOf": one_beginning}]}
    return {"type": "array", "minItems": 1, "items": _table(form.ROW_KEYS) | said_once}


def _bands() -> Schema:
    one_edge = [{"required": [key]} for key in ("from", "above")]
    return {"type": "array", "minItems": 1, "items": _table(form.BAND_KEYS) | {"oneOf": one_edge}}


def _silences() -> Schema:
    reasons = {name: {"type": "string", "description": f.description} for name, f in questions().items()}
    rest = {"rest": {"type": "string", "description": "Why it is silent on every other question."}}
    return {"type": "object", "additionalProperties": False, "properties": reasons | rest}


def _unit() -> Schema:
    symbol = f"(1|{'|'.join(BASES)})"
    return {"type": "string", "pattern": f"^{symbol}([·/]{symbol})*$"}


def _value() -> Schema:
    table = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "number"}}
    words = {"type": "array", "items": {"type": "string"}}
    return {"anyOf": [{"type": ["boolean", "number", "string"]}, words, table]}


def _facts() -> Schema:
    given = {name: {"description": _described(f), **_given(f)} for name, f in facts().items()}
    return {"type": "object", "additionalProperties": False, "properties": given}


def _answers() -> Schema:
    """The questions by their kind; any other name may be a rule of the act's own."""
    expected = {name: {"description": _described(f), "anyOf": [_SILENCE, _given(f)]} for name, f in questions().items()}
    return {"type": "object", "minProperties": 1, "properties": expected, "additionalProperties": _ANY_ANSWER}


_OWN_SHAPES: dict[str, Callable[[], Schema]] = {
    "unit": _unit,
    "names": lambda: _by_name({"type": "string", "pattern": r"\S"}),
    "names by name": lambda: _by_name(_by_name({"type": "string", "pattern": r"\S"})),
    "rows": _rows,
    "value": _value,
    "brackets": lambda: {"type": "array", "minItems": 1, "items": _table(form.BRACKET_KEYS)},
    "bands": _bands,
    "hours": lambda: {"type": "string", "pattern": _PATTERNS["hours"]},
    "silences": _silences,
    "region": lambda: {"enum": [EVERYWHERE, *region_codes()]},
    "municipalities": lambda: {"type": "array", "items": {"enum": list(municipality_keys())}},
    "facts": _facts,
    "answers": _answers,
    "earlier": lambda: {"type": "array", "items": _table(form.EARLIER_KEYS)},
}


def _given(f: Field) -> Schema:
    """What may be written for a field of the dictionary."""
    match f.kind:
        case "yes or no":
            return {"enum": [True, False, "yes", "no", "true", "false"]} if f.role == "fact" else {"type": "boolean"}
        case "number":
            low, high = f.low // 10**f.decimals, f.high // 10**f.decimals  # the dictionary has whole bounds
            return {
                "anyOf": [
                    {"type": "number", "minimum": low, "maximum": high},
                    {"type": "string", "pattern": _PATTERNS["clock" if f.unit == "min" else "number"]},
                ]
            }
        case "day":
            return {"type": "string", "pattern": _PATTERNS["day"]}
    return {"enum": list(f.words)} if f.words else {"type": "string"}


def _described(f: Field) -> str:
    return f"{f.description} ({f.unit})" if f.kind == "number" and f.unit != "1" else f.description
