"""The signs as dated rules, read from their table: which hold on a day under an act, with their thresholds, points and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from adit.decision.suspicion.store import table_of_signs
from adit.terms.errors import BadInput, UnknownName

__all__ = ["NEEDS", "Typology", "open_at", "typologies", "typology"]

NEEDS = ("register", "audit", "chain", "tracing", "labels", "exchanges", "decision")
_WORDS = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Typology:
    """One sign as it holds on a day. `most`: an alert is raised at or below the threshold, and not at or above it."""

    id: str
    needs: str
    unit: str
    cites: str
    since: date  # of the row that holds
    threshold: int
    points: int
    most: bool
    says: Mapping[str, str]
    clears: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Of the rule as it stands, which an alert is raised under."""
        said = f"{self.id} {self.since} {self.threshold} {self.unit} {self.points} {self.most} {self.cites} {self.says['en']}"
        return sha256(said.encode()).hexdigest()[:16]

    def raised_by(self, value: int) -> bool:
        """Whether a measured value raises an alert."""
        return value <= self.threshold if self.most else value >= self.threshold


def typologies(regime: str, on: date, table: Mapping[str, Any] | None = None) -> tuple[Typology, ...]:
    """The signs that hold under an act on a day, in the order of the table. Raises BadInput for a table that is written wrongly."""
    read = table_of_signs() if table is None else table
    if regime not in read["scale"]["regimes"]:
        return ()
    found = (_as_of(name, row, on) for name, row in read.items() if name != "scale")
    return tuple(t for t in found if t is not None)


def typology(id_: str, regime: str, on: date) -> Typology:
    """One of them. Raises UnknownName."""
    known = {t.id: t for t in typologies(regime, on)}
    if id_ not in known:
        raise UnknownName("sign", id_, known, where="typologies.toml")
    return known[id_]


def open_at(on: date) -> int:
    """The points at which a case is made of a party's alerts of a month."""
    begun = [row for row in table_of_signs()["scale"]["open_at"] if row["from"] <= on]
    return int(max(begun, key=lambda row: row["from"])["points"]) if begun else 101


def _as_of(name: str, row: Mapping[str, Any], on: date) -> Typology | None:
    where = f"typologies.toml [{name}]"
    if row.get("needs") not in NEEDS:
        raise BadInput(f"needs = {row.get('needs')!r} is none of {', '.join(NEEDS)}.", where=where)
    for words in ("says", "clears"):
        if set(row.get(words, ())) != set(_WORDS):
            raise BadInput(f"{words} has to be there in {' and '.join(_WORDS)}.", where=where)
    begun = [r for r in row["rule"] if r["from"] <= on]
    if not begun:
        return None
    holds = max(begun, key=lambda r: r["from"])
    if not 0 <= holds["points"] <= 100:
        raise BadInput(f"{holds['points']} points are not between 0 and 100.", where=where)
    if holds["points"] == 0:
        return None
    return Typology(
        name,
        row["needs"],
        row["unit"],
        row["cites"],
        holds["from"],
        holds["threshold"],
        holds["points"],
        bool(row.get("most")),
        row["says"],
        row["clears"],
    )
