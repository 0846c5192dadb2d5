"""Reforms: a regime with rows added to its values and rules put in place of others. It makes another regime."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import replace

from adit.regime.act import Regime
from adit.regime.binding import bind_rules
from adit.regime.values import Band, Bracket, Row, Value
from adit.regime.words import RuleText
from adit.terms.errors import BadLaw

__all__ = ["laid_over", "merged", "reformed"]


def reformed(
    regime: Regime, id_: str, title: str, values: Mapping[str, Value], texts: Mapping[str, RuleText] | None = None
) -> Regime:
    """The regime with rows added to its values and rules put in place of others of the same name."""
    all_values = merged(regime.values, values)
    written = laid_over(regime.texts, texts or {}, regime.id)
    return replace(
        regime,
        id=id_,
        title=title,
        values=all_values,
        texts=written,
        rules=bind_rules(written, all_values, regime.currency),
        reform_of=regime.id,
        own=frozenset(texts or {}) | frozenset(values),
        read_cases=lambda _: (),
        _kept={},
    )


def laid_over(old: Mapping[str, RuleText], new: Mapping[str, RuleText], id_: str) -> dict[str, RuleText]:
    """The rules of both, the new ones in place of those of their name.

    A new rule that takes its own name as an argument asks what the act below answers, so that a higher law may let a
    lower rule stand or strike it: the old rule is kept under a name that tells whose it is.
    """
    result = dict(old)
    for name, text in new.items():
        if name in inspect.signature(text.function).parameters:
            if name not in old:
                raise BadLaw(
                    f"The rule {name} asks for the answer of {id_}, which has no such rule.",
                    where=text.file,
                    todo="Give the argument another name, or the rule.",
                )
            kept = f"{name}_of_{re.sub(r'[^a-z0-9]+', '_', id_.lower())}"
            while kept in result:  # another act of that name further below
                kept += "_too"
            result[kept] = old[name]
            text = replace(text, below=kept)
        result[name] = text
    return result


def merged(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
    """Values of both; where a name stands in both, the new rows replace those of the act that begin while they stand."""
    result = dict(old)
    for name, value in new.items():
        before = old.get(name)
        if before is None:
            result[name] = value
            continue
        if (before.kind, before.unit, before.by) != (value.kind, value.unit, value.by):
            raise BadLaw(
                f"{name} is a {value.kind} in {value.unit} here and a {before.kind} in {before.unit} in the act.",
                where=value.where,
            )
        places, by_places = max(before.places, value.places), max(before.by_places, value.by_places)
        added = _rescaled(value, places, by_places)
        kept = [r for r in _rescaled(before, places, by_places) if value.kind == "bans" or not _overridden(r, added)]
        rows = sorted([*kept, *added], key=lambda r: r.first)
        result[name] = replace(before, places=places, by_places=by_places, rows=tuple(rows))
    return result


def _overridden(row: Row, added: list[Row]) -> bool:
    """Whether the row begins on a day on which a row of the reform stands."""
    return any(new.stands_on(row.first) for new in added)


def _rescaled(value: Value, places: int, by_places: int) -> list[Row]:
    up, by_up = 10 ** (places - value.places), 10 ** (by_places - value.by_places)
    rows = []
    for row in value.rows:
        v = row.value
        if value.kind == "number":
            v = v * up
        elif value.kind == "table":
            v = {k: n * up for k, n in v.items()}
        elif value.kind == "brackets":
            v = tuple(Bracket(b.above * up, b.rate * by_up) for b in v)
        elif value.kind == "bands":
            v = tuple(Band(b.start * by_up, b.inclusive, b.value * up) for b in v)
        rows.append(replace(row, value=v))
    return rows
