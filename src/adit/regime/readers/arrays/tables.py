"""What the statements of a loop read beside the row: law and periods as tables of integers, one line a period; words as codes.

Not here: the statements (`expressions`, `problems`).
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from adit.regime.act import Regime, Rule
from adit.regime.readers.periods import ELSEWHERE, PeriodTable
from adit.regime.tree import Constant, OneOf, walk
from adit.regime.types import Word
from adit.regime.values import EVERYWHERE
from adit.terms.days import Period, day_number
from adit.terms.fields import facts as all_facts

__all__ = ["Array", "Tables", "facts_of"]

Array = npt.NDArray[Any]


class Tables:
    """The tables that the rules have asked for, in the order in which they did, and the functions made for one of them."""

    def __init__(self, regime: Regime, periods: Sequence[Period], known: date | None, rules: Sequence[Rule]) -> None:
        self.regime = regime
        self.dated = PeriodTable(regime, periods, known)
        self.periods = self.dated.periods
        self.codes = {w: i for i, w in enumerate(sorted(_words(regime, rules)))}
        self.made: dict[str, Array] = _of_periods(self.periods)
        self.helpers: dict[str, str] = {}

    def table(self, name: str, make: Callable[[], Any]) -> str:
        """Make the table if it is not there yet; its name."""
        if name not in self.made:
            self.made[name] = np.array(make(), np.int64)
        return name

    def code(self, value: Any) -> int:
        """A word's code; a number or a flag as it is."""
        return self.codes[value] if isinstance(value, str) else int(value)

    def value(self, name: str) -> str:
        """A number, a flag, a word or a day by period; 0 where it is not in force."""
        return self.table(f"v_{name}", lambda: [0 if v is None else self.code(v) for v in self.dated.resolved(name)])

    def stands(self, name: str) -> str:
        """By period whether the value is in force, or a ban touches the period."""
        value = self.regime.values[name]

        def bans() -> list[int]:
            known = self.dated.known
            return [int(any(True for _ in value.bans_within(p, self.regime.counts, known))) for p in self.periods]

        def others() -> list[int]:
            return [int(v is not None) for v in self.dated.resolved(name)]

        return self.table(f"in_{name}", bans if value.kind == "bans" else others)

    def hours(self, name: str, end: str) -> str:
        """By period the `first` or the `last` hour of a span of the day."""
        return self.table(f"{end}_{name}", lambda: [getattr(h, end, 0) for h in self.dated.resolved(name)])

    def among(self, name: str) -> str:
        """By period and word whether the word is on a list."""
        return self.table(f"list_{name}", lambda: self._by_word(name, lambda words, w: int(w in words)))

    def keyed(self, name: str) -> str:
        """By period and word the number of the word's line."""
        return self.table(f"keyed_{name}", lambda: self._by_word(name, lambda lines, w: lines.get(w, 0)))

    def covers(self, name: str) -> str:
        """By period and word whether there is a line for the word."""
        return self.table(f"covers_{name}", lambda: self._by_word(name, lambda lines, w: int(w in lines)))

    def _by_word(self, name: str, of: Callable[[Any, str], int]) -> list[list[int]]:
        return [[of(v, w) if v is not None else 0 for w in self.codes] for v in self.dated.resolved(name)]

    def steps(self, name: str, what: str, pick: Callable[[Any, int], int]) -> str:
        """By period and step of a scale or of a table by number what `pick` takes of it, 0 beyond the last; `what` names the table."""
        scales = self.dated.resolved(name)
        most = max((len(s) for s in scales if s), default=1)
        return self.table(what, lambda: [[pick(s, k) if s and k < len(s) else 0 for k in range(most)] for s in scales])

    def count(self, name: str, what: str) -> str:
        """By period how many steps there are."""
        return self.table(f"{what}_{name}", lambda: [len(s) if s else 0 for s in self.dated.resolved(name)])

    def everywhere(self, name: str, certain: bool) -> str:
        """By period the days that bans cover where no ban names the region."""
        value, known, pick = self.regime.values[name], self.dated.known, 0 if certain else 1
        return self.table(
            f"everywhere_{pick}_{name}",
            lambda: [value.banned_days(p, EVERYWHERE, "", self.regime.counts, known)[pick] for p in self.periods],
        )

    def bans(self, name: str, certain: bool) -> tuple[str, str, str]:
        """The table of days by period, region and municipality, and the two that turn words into its rows."""
        value = self.regime.values[name]
        regions = sorted({row.value.region for row in value.rows})
        towns = sorted(
            {m for row in value.rows for m in (row.value.municipalities | row.value.but_not)} | {"", ELSEWHERE}
        )

        def days() -> list[list[list[int]]]:
            counts, known = self.regime.counts, self.dated.known
            pick = 0 if certain else 1
            return [
                [[value.banned_days(p, r, m, counts, known)[pick] for m in towns] for r in [*regions, ELSEWHERE]]
                for p in self.periods
            ]

        kind = "certain" if certain else "doubtful"
        return (
            self.table(f"ban_{name}_{kind}", days),
            self.table(
                f"region_{name}", lambda: [regions.index(w) if w in regions else len(regions) for w in self.codes]
            ),
            self.table(
                f"town_{name}",
                lambda: [towns.index(w) if w in towns else towns.index(ELSEWHERE) for w in self.codes],
            ),
        )


def facts_of(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The facts that rules ask for, in the order of the loop's columns."""
    return tuple(sorted(frozenset[str]().union(*(r.facts for r in rules))))


def _words(regime: Regime, rules: Sequence[Rule]) -> set[str]:
    """Every word that a fact may be, that a rule names or that a dated value holds; and the empty one."""
    words: set[str] = {""}
    for name in facts_of(rules):
        words |= set(all_facts()[name].words)
    for rule in rules:
        for node in walk(rule.tree):
            if isinstance(node.type, Word):
                words |= node.type.words
            if isinstance(node, OneOf):
                words |= node.words
            if isinstance(node, Constant) and isinstance(node.value, str):
                words.add(node.value)
        for name in rule.values:
            value = regime.values[name]
            for row in value.rows:
                if value.kind in ("list", "table"):
                    words |= set(row.value)
                elif value.kind == "word":
                    words.add(row.value)
    return words


def _of_periods(periods: Sequence[Period]) -> dict[str, Array]:
    made = {
        "p_days": [p.days for p in periods],
        "p_start": [day_number(p.start) for p in periods],
        "p_next": [day_number(p.next_month) for p in periods],
        "p_year": [p.start.year for p in periods],
        "p_month": [p.month for p in periods],
    }
    return {name: np.array(of_each, np.int64) for name, of_each in made.items()}
