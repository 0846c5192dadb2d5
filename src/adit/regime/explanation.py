"""What an explanation holds: the answer of a rule with the branch that decided, the facts and dated values it rests on.

Data alone; not here: how it is found (`explain`), how it is printed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

__all__ = [
    "Amount",
    "Compared",
    "Explanation",
    "Extent",
    "NextBranch",
    "Slice",
    "Step",
    "UsedFact",
    "UsedValue",
]


@dataclass(frozen=True, slots=True)
class UsedFact:
    """A fact that was looked at. `origin`: given, presumed, or where it was looked up."""

    name: str
    kind: str  # number, yes or no, word, day
    value: Any  # None: not given
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One step of a scale: what lies above `above` bears `rate`, a share or in the unit `by` of the value."""

    above: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One band of a table by number: what begins at `start`, itself counted only if `inclusive`, has `value`."""

    start: Decimal
    inclusive: bool
    value: Decimal


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a ban reaches: the region or everywhere, these municipalities of it if any are listed, all of it or an unlisted part."""

    region: str
    municipalities: tuple[str, ...]
    listed: bool
    but_not: tuple[str, ...]
    season: str  # 11-15 to 03-15, or empty: all year


@dataclass(frozen=True, slots=True)
class UsedValue:
    """A dated value that was looked at, with the row that stood on the day; no row: it was not in force."""

    name: str
    about: str
    kind: str  # number, yes or no, word, day, list, table, brackets, bands, bans, clock, hours
    value: Any  # Decimal, bool, word, date, words, pairs of word and Decimal, Slices, Steps, Extent, text; None: not in force
    unit: str
    by: str  # the unit of the rates of brackets and of the thresholds of bands
    first: date | None
    through: date | None
    status: str
    cite: str
    read: str
    confidence: str
    sources: tuple[str, ...]
    note: str
    where: str


@dataclass(frozen=True, slots=True)
class Amount:
    """One side of a comparison: what it is called, if it has a name, and what it came to."""

    name: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two amounts that were compared, and whether the comparison held."""

    left: Amount
    sign: str
    right: Amount
    held: bool


@dataclass(frozen=True, slots=True)
class NextBranch:
    """The branch that would have decided, had the deciding one not held.

    `worked_out` false: whether it holds, or what it answers, needs something that does not stand in this case, such as a
    value that is not yet in force.
    """

    branch: int
    answer: Any  # None: the act would not say
    because: str
    cites: str
    worked_out: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of one rule and what it rests on; `rules` are those it looked at, each explained once."""

    rule: str
    kind: str  # number, yes or no, word, day
    answer: Any  # None: the act does not say
    unit: str
    sentence: str
    because: str  # of the branch that decided
    cites: str
    compared: tuple[Compared, ...]  # the comparisons of numbers that decided
    branch: int | None
    next: NextBranch | None  # None: no branch was left, or the rule does not choose
    facts: tuple[UsedFact, ...]
    values: tuple[UsedValue, ...]
    rules: tuple["Explanation", ...]
    turned_on: tuple[str, ...]  # the rules among them that stand in the branch that decided
    where: str

    @property
    def decisive(self) -> tuple["Explanation", ...]:
        """The explanations of the rules on which the deciding branch turned."""
        return tuple(r for r in self.rules if r.rule in self.turned_on)

    def all_facts(self) -> dict[str, UsedFact]:
        """Every fact the answer rests on, through other rules too."""
        found = {f.name: f for f in self.facts}
        for rule in self.rules:
            found |= rule.all_facts()
        return found

    def all_values(self) -> dict[str, UsedValue]:
        """Every dated value the answer rests on, through other rules too."""
        found = {v.name: v for v in self.values}
        for rule in self.rules:
            found |= rule.all_values()
        return found
