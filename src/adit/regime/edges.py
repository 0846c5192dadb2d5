"""Facts at the edges: on each threshold of an act and one step to either side, where encodings go wrong."""

from functools import lru_cache
from random import Random
from typing import Any

from adit.regime.act import Regime
from adit.regime.tree import Constant, OneOf, walk
from adit.regime.values import Value
from adit.terms.days import day_number
from adit.terms.fields import Field, facts
from adit.terms.units import Unit, unit

__all__ = ["edge_values", "random_facts"]


@lru_cache(maxsize=4096)
def edge_values(regime: Regime, name: str) -> tuple[Any, ...]:
    """The values of a fact at which an answer of the regime may turn, with the ends of its range."""
    field = facts()[name]
    if field.kind == "yes or no":
        return (False, True)
    if field.kind == "word":
        return _words(regime, field)
    if field.kind == "day":
        return _days(regime)
    steps = {field.low, field.high, max(field.low, 0), max(field.low, 0) + 1}
    for count in _thresholds(regime, field):
        steps.update(n for n in (count - 1, count, count + 1) if field.low <= n <= field.high)
    return tuple(sorted(steps))


def _days(regime: Regime) -> tuple[int, ...]:
    """The days on which a value of the act begins, ends or is itself a day, and those beside them."""
    found = {day_number(regime.first_day)}
    for value in regime.values.values():
        found |= {first for first, _ in value.spans(regime.counts) if first is not None}
        if value.kind == "day":
            found |= {row.value for row in value.rows}
    return tuple(sorted({day + step for day in found for step in (-1, 0, 1)}))


def _words(regime: Regime, field: Field) -> tuple[str, ...]:
    """All words of a short list; of a long one those that the act names, and a few others."""
    if len(field.words) <= 12:
        return field.words
    named: set[str] = set()
    for value in regime.values.values():
        for row in value.rows:
            if value.kind == "bans":
                named |= {row.value.region, *row.value.municipalities, *row.value.but_not}
            elif value.kind in ("list", "table"):
                named |= set(row.value)
    for rule in regime.rules.values():
        for node in walk(rule.tree):
            if isinstance(node, Constant) and isinstance(node.value, str):
                named.add(node.value)
            elif isinstance(node, OneOf):
                named |= node.words
    others = [w for w in field.words if w not in named]
    return tuple(sorted(named & set(field.words))) + tuple(others[:4])


def _thresholds(regime: Regime, field: Field) -> set[int]:
    """Every number of the act in the fact's unit, at the fact's places, where it fits them."""
    found: set[int] = set()
    measured = unit(field.unit).in_currency(regime.currency)
    for value in regime.values.values():
        if _counted_in(value) == measured:
            for row in value.rows:
                places = value.by_places if value.kind == "bands" else value.places
                found.update(_at_places(c, places, field.decimals) for c in _counts(value, row.value))
    return found


def _counted_in(value: Value) -> Unit | None:
    """The unit of the thresholds of a value, if it has any."""
    match value.kind:
        case "number" | "clock" | "table" | "brackets":
            return value.unit
        case "bands":
            return value.by
        case "hours":
            return unit("min")
    return None


def _counts(value: Value, content: Any) -> list[int]:
    match value.kind:
        case "table":
            return list(content.values())
        case "brackets":
            return [b.above for b in content]
        case "bands":
            return [b.start for b in content]
        case "hours":
            return [content.first, content.last]
    return [content]


def _at_places(count: int, places: int, wanted: int) -> int:
    return count * int(10 ** (wanted - places)) if wanted >= places else count // int(10 ** (places - wanted))


def random_facts(regime: Regime, names: list[str], chance: Random) -> dict[str, Any]:
    """One case: each fact at an edge or, one time in three for numbers, anywhere; optional facts absent now and then."""
    made: dict[str, Any] = {}
    for name in names:
        field = facts()[name]
        if not field.required and chance.random() < 0.3:
            continue
        if field.kind == "number" and chance.random() < 0.33:
            made[name] = int(10 ** chance.uniform(0, len(str(max(field.high, 1))) - 1))
        else:
            made[name] = chance.choice(edge_values(regime, name))
    return made
