"""A regime: its dated values, its rules in the order in which they need one another, and what it leaves unsaid."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

from adit.regime.tree import (
    Banded,
    Brackets,
    DatedValue,
    DaysBanned,
    Expr,
    Fact,
    InForce,
    InHours,
    Keyed,
    OneOf,
    Rounded,
    RuleAnswer,
    Share,
    walk,
)
from adit.regime.types import Number, Type
from adit.regime.values import Value
from adit.regime.words import RuleText
from adit.terms.errors import NotInForce, UnknownName
from adit.terms.fields import facts
from adit.terms.language import Wording
from adit.terms.units import Unit

__all__ = [
    "GoldenCase",
    "Regime",
    "Rule",
    "Source",
    "shape",
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement was read: key, address, and whether it is official, practice, news or a blog."""

    key: str
    address: str
    kind: str


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A case in words that a lawyer can check, with the source of its answer."""

    id: str
    name: str
    period: str
    given: Mapping[str, object]
    earlier: tuple[tuple[str, Mapping[str, object]], ...]  # earlier periods of the same subject
    known: date | None  # decided with what was published by this day
    expect: Mapping[str, object]
    source: str
    kind: str  # stated, constructed
    covered: bool
    why_not: str
    where: str


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule: its tree, the sentence people read, its article, and what it rests on."""

    name: str
    tree: Expr
    sentence: str
    cites: str
    note: str
    where: str  # file and line of the function

    @property
    def type(self) -> Type:
        return self.tree.type

    @cached_property
    def facts(self) -> frozenset[str]:
        """The facts that the rule itself reads."""
        return frozenset(n.name for n in walk(self.tree) if isinstance(n, Fact))

    @cached_property
    def rules(self) -> frozenset[str]:
        """The rules that the rule itself reads."""
        return frozenset(n.name for n in walk(self.tree) if isinstance(n, RuleAnswer))

    @cached_property
    def values(self) -> frozenset[str]:
        """The dated values that the rule itself reads."""
        return frozenset(
            n.name
            for n in walk(self.tree)
            if isinstance(n, DatedValue | InForce | Keyed | Brackets | Banded | InHours | DaysBanned | OneOf) and n.name
        )


@dataclass(frozen=True, eq=False)
class Regime:
    """An act, a bill or a concept that can be read by every reader. Immutable; a reform makes another one."""

    id: str
    title: str
    jurisdiction: str
    authority: str
    currency: Unit
    status: str
    about: str
    first_day: date
    counts: frozenset[str]  # statuses whose values take effect in this regime
    values: Mapping[str, Value]
    rules: Mapping[str, Rule]  # each after those it needs
    silent: Mapping[str, str]  # question -> why the source does not say
    rest: str  # the reason for all questions that have none of their own
    sources: Mapping[str, Source]
    texts: Mapping[str, RuleText]  # the rules as written, so that a reform can write them anew over other values
    own: frozenset[str]  # the rules and values that stand in its own folder; of a reform, not those it takes over
    read_cases: Callable[["Regime"], tuple[GoldenCase, ...]]
    read_wordings: Callable[[], Mapping[str, Wording]]  # language -> what stands beside the act's own texts
    reform_of: str = ""
    base: "Regime | None" = field(default=None, repr=False)
    _kept: dict[str, tuple[tuple[Rule, ...], frozenset[str], frozenset[str]]] = field(default_factory=dict, repr=False)

    @cached_property
    def cases(self) -> tuple[GoldenCase, ...]:
        """The golden cases beside the act, read when first asked for."""
        return self.read_cases(self)

    @cached_property
    def own_wordings(self) -> Mapping[str, Wording]:
        """By language, what its own files say in other languages; read when first asked for."""
        return self.read_wordings()

    def wording(self, language: str) -> Wording:
        """What is said in a language, that of the act which it reforms included; nothing where nobody translated it."""
        own = self.own_wordings.get(language, Wording())
        return own.over(self.base.wording(language)) if self.base else own

    @cached_property
    def digest(self) -> str:
        """A hash of everything that can decide a case: what a receipt names."""
        h = hashlib.sha256()
        for part in (self.id, self.status, str(self.first_day), *sorted(self.counts)):
            h.update(part.encode())
        for name, value in sorted(self.values.items()):
            h.update(f"{name} {value.kind} {value.unit}".encode())
            for row in value.rows:
                h.update(
                    f"{row.first} {row.through} {row.status} {row.published} {_stable(row.value)} {row.cite}".encode()
                )
        for rule in self.rules.values():
            h.update(f"{rule.name} {rule.cites} {shape(rule.tree)}".encode())
        return h.hexdigest()[:16]

    def rule(self, name: str) -> Rule:
        """The rule of this name. Raises UnknownName."""
        if name not in self.rules:
            raise UnknownName(f"rule or question of {self.id}", name, [*self.rules, *self.silent])
        return self.rules[name]

    def rules_for(self, name: str) -> tuple[Rule, ...]:
        """The rules that an answer to `name` rests on, each after those it needs. Raises UnknownName."""
        return self._below(name)[0]

    def facts_for(self, name: str) -> frozenset[str]:
        """Every fact that an answer to `name` may rest on, through other rules too."""
        return self._below(name)[1]

    def required_facts(self, name: str) -> frozenset[str]:
        """The facts without which the question cannot be answered."""
        return self._below(name)[2]

    def _below(self, name: str) -> tuple[tuple[Rule, ...], frozenset[str], frozenset[str]]:
        if name not in self._kept:
            rule = self.rule(name)
            names = {name}.union(*({r.name for r in self.rules_for(n)} for n in rule.rules))
            rules = tuple(r for r in self.rules.values() if r.name in names)
            used = frozenset[str]().union(*(r.facts for r in rules))
            self._kept[name] = rules, used, frozenset(f for f in used if facts()[f].required)
        return self._kept[name]

    def spoken_on(self, day: date) -> None:
        """Raise NotInForce if the day lies before the regime's first."""
        if day < self.first_day:
            raise NotInForce(
                f"{self.id} begins on {self.first_day}; {day} is before the law.",
                todo=f"Ask for {self.first_day} or later.",
            )


def _stable(value: Any) -> str:
    """A text of a row's value that does not depend on the order in which a set is kept."""
    if isinstance(value, frozenset):
        return str(sorted(value))
    if isinstance(value, dict):
        return str(sorted(value.items()))
    if hasattr(value, "municipalities"):
        return f"{value.region} {sorted(value.municipalities)} {value.listed} {sorted(value.but_not)} {value.season}"
    return repr(value)


def shape(node: Expr) -> str:
    """A tree as one line of text: equal for equal trees."""
    parts: list[str] = []
    for f in fields(node):
        part = getattr(node, f.name)
        if part is None or f.name == "type" or (isinstance(node, RuleAnswer) and f.name == "tree"):
            continue
        if isinstance(part, Expr):
            parts.append(shape(part))
        elif isinstance(part, tuple):
            parts.extend(f"[{b.because}: {shape(b.condition)} -> {shape(b.answer)} {b.cites}]" for b in part)
        elif isinstance(part, frozenset):
            parts.append(str(sorted(part)))
        else:
            parts.append(str(part))
    if isinstance(node, Rounded | Share):  # the one thing that stands in the type alone
        assert isinstance(node.type, Number)
        parts.append(f"{node.type.places} places")
    return f"{type(node).__name__}({' '.join(parts)})"
