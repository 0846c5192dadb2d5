"""Reforms: a regime with rows added to its values and rules put in place of others. It makes another regime."""

from collections.abc import Mapping
from dataclasses import replace

from adit.regime.act import Regime, bind_rules
from adit.regime.values import Bracket, Row, Value
from adit.regime.words import RuleText
from adit.terms.errors import BadLaw

__all__ = ["merged", "reformed"]


def reformed(
    regime: Regime, id_: str, title: str, values: Mapping[str, Value], texts: Mapping[str, RuleText] | None = None
) -> Regime:
    """The regime with rows added to its values and rules put in place of others of the same name."""
    all_values = merged(regime.values, values)
    written = {**regime.texts, **(texts or {})}
    return replace(
        regime,
        id=id_,
        title=title,
        values=all_values,
        texts=written,
        rules=bind_rules(written, all_values),
        reform_of=regime.id,
        own=frozenset(texts or {}) | frozenset(values),
        read_cases=lambda _: (),
        _kept={},
    )


def merged(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
    """Values of both; where a name stands in both, the new rows replace those of the act that begin while they stand."""
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
        added = _rescaled(value, places, rate_places)
        kept = [r for r in _rescaled(before, places, rate_places) if value.kind == "bans" or not _overridden(r, added)]
        rows = sorted([*kept, *added], key=lambda r: r.first)
        result[name] = replace(before, places=places, rate_places=rate_places, rows=tuple(rows))
    return result


def _overridden(row: Row, added: list[Row]) -> bool:
    """Whether the row begins on a day on which a row of the reform stands."""
    return any(new.stands_on(row.first) for new in added)


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
