"""The values of a scenario with their reasons, as a page lists them: in the words of the file itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["AssumptionRow", "assumption_rows"]

_UNITS = {"per_mwh": "per MWh", "_mw": " in MW", "co2_t": "CO2 in t"}  # as people write them


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    name: str
    value: str
    reason: str


def assumption_rows(assumptions: Mapping[str, Mapping[str, Any]]) -> list[AssumptionRow]:
    """Every value of the scenario with its reason, in words."""
    rows = []
    for name, entry in assumptions.items():
        table = {k: v for k, v in entry.items() if k not in ("reason", "from", "to")}
        value = _value(table["value"]) if set(table) == {"value"} else _value(table)
        inner = [str(v["reason"]) for v in table.values() if isinstance(v, Mapping) and "reason" in v]
        rows.append(AssumptionRow(_words(name), value, " ".join([str(entry.get("reason", "")), *inner]).strip()))
    return rows


def _words(key: str) -> str:
    for code, unit in _UNITS.items():
        key = key.replace(code, unit)
    return key.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = (f"{_words(k)} {_value(v)}" for k, v in value.items() if k != "reason")
        return "; ".join(parts)
    if isinstance(value, list):
        return _value(value[0]) if len(set(value)) == 1 and len(value) > 1 else ", ".join(_value(v) for v in value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)
