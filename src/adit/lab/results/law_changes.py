"""Where the law that a run read differs from the baseline's: the number, the months, and the article and dated value behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan

from adit.lab.columns import SECTORS, Origin
from adit.lab.run import Ran

__all__ = ["LawChange", "law_changes"]


@dataclass(frozen=True, slots=True)
class LawChange:
    """One column that differs in the same way in some places, from a month on."""

    column: str
    sector: str
    places: tuple[str, ...]
    since: date
    value: float
    before: float
    origin: Origin


def law_changes(ran: Ran, baseline: Ran, places: Sequence[str]) -> list[LawChange]:
    """The differences, each told once for all places and sectors that it is the same in, the earliest first."""
    law, base = ran.setting.inputs.law, baseline.setting.inputs.law
    found: dict[tuple[object, ...], tuple[LawChange, list[str], list[str]]] = {}
    for place in places:
        p, q = law.places.index(place), base.places.index(place)
        for column in law.column:
            for s, sector in enumerate(SECTORS):
                own, other = law.column[column][:, p, s], base.column[column][:, q, s]
                told: Origin | None = None
                for t, month in enumerate(law.months):
                    value, before = float(own[t]), float(other[t])
                    if _same(value, before):
                        told = None
                        continue
                    origin = law.origins[column, t, p, s]
                    if told is not None and _reason(told) == _reason(origin):
                        continue  # the same rule and dated value: at most the rate of exchange moved
                    told = origin
                    key = (column, month, _key(value), _key(before), origin.rule, origin.because)
                    change = LawChange(column, sector, (), month, value, before, origin)
                    _, where, sectors = found.setdefault(key, (change, [], []))
                    where += [place] if place not in where else []
                    sectors += [sector] if sector not in sectors else []
    made = [
        LawChange(c.column, ", ".join(sectors), tuple(where), c.since, c.value, c.before, c.origin)
        for c, where, sectors in found.values()
    ]
    return sorted(made, key=lambda c: (c.since, c.column, c.sector))


def _same(a: float, b: float) -> bool:
    return a == b or (isnan(a) and isnan(b)) or abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def _reason(origin: Origin) -> tuple[object, ...]:
    return origin.regime, origin.rule, origin.because, origin.values


def _key(value: float) -> str:
    return f"{value:.9g}"
