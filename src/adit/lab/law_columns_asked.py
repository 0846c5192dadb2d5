"""Asks an act of many cases, each distinct one once, and says why when somebody wants to know.

Two months are the same case where the same rows of the act stand, the same days are banned and the same facts are read; two regions that the
act does not name are the same place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from adit.decision.decide import DOES_NOT_SAY, MISSING
from adit.regime.act import Regime
from adit.regime.deciding import choosing, deciding
from adit.regime.explain import explain
from adit.regime.explanation import UsedValue
from adit.regime.readers.case import Case, evaluate
from adit.regime.tree import Constant, DatedValue, DaysBanned, InForce, NextMonth, OneOf, PeriodDays, PeriodStart, walk
from adit.regime.types import Bool, Number
from adit.regime.values import EVERYWHERE
from adit.terms.days import Period
from adit.terms.errors import NotInForce
from adit.terms.fields import facts as all_facts
from adit.terms.fields import presumed

__all__ = ["Asked", "Asker", "Why"]

NO_RULE = "no rule"
ANSWERED = "answered"
ELSEWHERE = "a region that the act does not name"


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to one question of one case. `value` is exact: a Decimal, yes or no, a word; None unless `state` is answered."""

    question: str
    value: Any
    state: str  # answered, does not say, fact missing, no rule
    said: str  # where it is no answer: why not
    key: tuple[Any, ...] = field(repr=False, default=())  # under which the case is kept


@dataclass(frozen=True, slots=True)
class Why:
    """The branch that decided, its article, and the dated values that stood behind it."""

    rule: str
    because: str
    cites: str
    values: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class _Read:
    """What a question reads, and so what makes two cases of it the same."""

    facts: tuple[str, ...]
    values: tuple[str, ...]
    bans: tuple[str, ...]
    by_day: bool  # whether the first day of the period itself plays a part
    by_length: bool


class Asker:
    """One act, and the answers that it has given so far."""

    def __init__(self, regime: Regime) -> None:
        self.regime = regime
        self.distinct = 0  # cases that were worked out
        self._read: dict[str, _Read] = {}
        self._told: dict[tuple[Any, ...], Asked] = {}
        self._cases: dict[tuple[Any, ...], Case] = {}

    @cached_property
    def named(self) -> frozenset[str]:
        """The regions that the act names, in a ban or in a rule."""
        regions = frozenset(all_facts()["region"].words)
        found: set[str] = set()
        for value in self.regime.values.values():
            for row in value.rows:
                if value.kind == "bans":
                    found.add(row.value.region)
                elif value.kind == "list":
                    found |= row.value
                elif value.kind == "table":
                    found |= set(row.value)
        for rule in self.regime.rules.values():
            for node in walk(rule.tree):
                if isinstance(node, OneOf) and node.words:
                    found |= set(node.words)
                elif isinstance(node, Constant) and isinstance(node.value, str):
                    found.add(node.value)
        return frozenset(found & regions)

    def reads(self, question: str) -> frozenset[str]:
        """The facts that an answer may rest on; none where the act has no rule for it."""
        return frozenset(self._reading(question).facts) if question in self.regime.rules else frozenset()

    def ask(self, question: str, facts: Mapping[str, Any], period: Period) -> Asked:
        """The answer to a case whose facts are as rules hold them (`terms.fields.read_fact`)."""
        if question not in self.regime.rules:
            return Asked(question, None, NO_RULE, self.regime.silent.get(question, "The act has no rule for it."))
        if period.start < self.regime.first_day:
            return Asked(question, None, DOES_NOT_SAY, f"{self.regime.id} begins on {self.regime.first_day}.")
        key = self._key(question, facts, period)
        if key not in self._told:
            self._told[key] = self._worked_out(question, facts, period, key)
        return self._told[key]

    def banned_in_part(self, question: str, facts: Mapping[str, Any], period: Period) -> bool:
        """Whether a ban that the question reads covers some days of the period at the place, surely or perhaps, and not all of them."""
        region, place = facts.get("region", ""), facts.get("municipality", "")
        for name in self._reading(question).bans:
            for where in (region, EVERYWHERE):
                days = self.regime.values[name].banned_days(period, where, place, self.regime.counts)
                if any(0 < n < period.days for n in days):
                    return True
        return False

    def why(self, asked: Asked) -> Why | None:
        """Which branch and article decided, and on which dated values; None where the act was not asked."""
        case = self._cases.get(asked.key)
        if case is None:
            return None
        evaluation = evaluate(self.regime, case)
        told = explain(evaluation, asked.question)
        taken = {name: evaluation.branch(name) for name in choosing(self.regime, asked.question)}
        reason = deciding(self.regime, asked.question, {n: b for n, b in taken.items() if b is not None})
        standing = [v for v in told.all_values().values() if v.first is not None]
        graded = [v.confidence for v in standing]
        lowest = next((c for c in ("low", "medium", "high") if c in graded), "")
        return Why(reason.rule, reason.because, reason.cites, tuple(map(_dated, standing)), lowest)

    # Working ----------------------------------------------------------------------------------------------------
    def _worked_out(self, question: str, facts: Mapping[str, Any], period: Period, key: tuple[Any, ...]) -> Asked:
        self.distinct += 1
        read = self._reading(question)
        given = {n: facts[n] for n in read.facts if facts.get(n) is not None}
        whole = presumed(n for n in read.facts if n not in given) | given
        missing = sorted(n for n in self.regime.required_facts(question) if n not in whole)
        if missing:
            return Asked(question, None, MISSING, f"Not stated: {', '.join(missing)}.", key)
        case = Case(period, whole)
        try:
            value = evaluate(self.regime, case).answer(question)
        except NotInForce as error:
            return Asked(question, None, DOES_NOT_SAY, error.what, key)
        self._cases[key] = case
        if value is None:
            return Asked(question, None, DOES_NOT_SAY, "", key)
        kind = self.regime.rules[question].type
        if isinstance(kind, Number):
            value = kind.shown(value)
        elif isinstance(kind, Bool):
            value = bool(value)
        return Asked(question, value, ANSWERED, "", key)

    def _reading(self, question: str) -> _Read:
        if question not in self._read:
            rules = self.regime.rules_for(question)
            values = {name for rule in rules for name in rule.values}
            nodes = [node for rule in rules for node in walk(rule.tree)]
            bans = {name for name in values if self.regime.values[name].kind == "bans"}
            on_a_day = any(isinstance(n, DatedValue | InForce) and n.on is not None for n in nodes)
            self._read[question] = _Read(
                tuple(sorted(self.regime.facts_for(question))),
                tuple(sorted(values - bans)),
                tuple(sorted(bans)),
                on_a_day or any(isinstance(n, PeriodStart | NextMonth) for n in nodes),
                any(isinstance(n, PeriodDays | DaysBanned) for n in nodes),
            )
        return self._read[question]

    def _key(self, question: str, facts: Mapping[str, Any], period: Period) -> tuple[Any, ...]:
        read, regime = self._reading(question), self.regime
        region, place = facts.get("region", ""), facts.get("municipality", "")
        own = tuple(
            ELSEWHERE if name == "region" and region not in self.named else facts.get(name) for name in read.facts
        )
        rows = tuple(
            None if (row := regime.values[name].on(period.start, regime.counts)) is None else row.first
            for name in read.values
        )
        days = tuple(
            regime.values[name].banned_days(period, where, place, regime.counts)
            for name in read.bans
            for where in (region, EVERYWHERE)
        )
        standing = tuple(any(True for _ in regime.values[n].bans_within(period, regime.counts)) for n in read.bans)
        when = (period.start if read.by_day else None, period.days if read.by_length else 0)
        return (question, own, rows, days, standing, when)


def _dated(value: UsedValue) -> str:
    content = value.value
    if value.kind in ("bans", "brackets", "bands", "table", "list"):
        said = value.about
    else:
        said = f"{value.name} = {_plain(content)} {value.unit if value.unit != '1' else ''}".strip()
    until = f" through {value.through}" if value.through else ""
    return f"{said} since {value.first}{until} ({value.cite})"


def _plain(content: Any) -> str:
    return {True: "yes", False: "no"}[content] if isinstance(content, bool) else str(content)
