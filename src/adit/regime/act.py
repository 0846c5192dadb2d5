"""A regime: its dated values, its rules in the order in which they need one another, and what it leaves unsaid."""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from types import TracebackType
from typing import Any

from adit.regime.tree import (
    Arithmetic,
    Banded,
    Brackets,
    Comparison,
    Constant,
    DatedValue,
    DaysBanned,
    Expr,
    Fact,
    InForce,
    InHours,
    Keyed,
    OneOf,
    OverLast,
    Rounded,
    RuleAnswer,
    Share,
    Widest,
    YearToDate,
    children,
    walk,
)
from adit.regime.types import NARROW, WIDE, Bool, Day, Number, Type, Word
from adit.regime.values import Value
from adit.regime.values_in_rules import ValuesOfTheAct
from adit.regime.words import RuleText
from adit.terms.errors import AditError, BadLaw, NotInForce, UnknownName
from adit.terms.fields import Field, facts, questions
from adit.terms.language import Wording
from adit.terms.units import Unit, unit

__all__ = [
    "GoldenCase",
    "Regime",
    "Rule",
    "Source",
    "advice_on",
    "bind_rules",
    "line_in",
    "said_of",
    "type_of_field",
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


# Binding --------------------------------------------------------------------------------------------------------
def type_of_field(f: Field, currency: Unit | None = None) -> Type:
    """The type of a column of the dictionary, in the currency of an act if one is given."""
    absent = not f.required
    if f.kind == "number":
        measured = unit(f.unit)
        return Number(measured.in_currency(currency) if currency else measured, f.decimals, f.low, f.high, absent)
    if f.kind == "word":
        return Word(frozenset(f.words), absent)
    return Bool(absent) if f.kind == "yes or no" else Day(absent)


def bind_rules(texts: Mapping[str, RuleText], values: Mapping[str, Value], currency: Unit) -> dict[str, Rule]:
    """Turn functions into trees, each once, in the order in which they need one another.

    A rule of a reform that takes its own name as an argument reads the answer of the act below. Raises BadLaw with file,
    line and rule.
    """
    known_facts = facts()
    known_questions = questions()
    p = ValuesOfTheAct(values)
    done: dict[str, Rule] = {}
    open_: list[str] = []

    def bind(name: str) -> Rule:
        if name in done:
            return done[name]
        text = texts[name]
        source, line = _place(text.function)
        file = text.file or source
        where = f"{file}:{line} rule {name}"
        if name in open_:
            raise BadLaw(
                f"Rules go round in a circle: {' needs '.join([*open_[open_.index(name) :], name])}.", where=where
            )
        if not text.cites.strip():
            raise BadLaw(
                f"The rule {name} has no citation.", where=where, todo='Write @rule(cites="the article that says so").'
            )
        sentence = inspect.getdoc(text.function)
        if not sentence:
            raise BadLaw(
                f"The rule {name} has no sentence.",
                where=where,
                todo="Say in its docstring, in one sentence, what the rule is.",
            )
        open_.append(name)
        arguments: dict[str, object] = {}
        for argument in inspect.signature(text.function).parameters:
            if argument == "p":
                arguments["p"] = p
            elif text.below and argument == text.function.__name__:
                below = bind(text.below)
                arguments[argument] = RuleAnswer(below.type, below.name, below.tree)
            elif argument in texts:
                needed = bind(argument)
                arguments[argument] = RuleAnswer(needed.type, needed.name, needed.tree)
            elif argument in known_facts:
                arguments[argument] = Fact(type_of_field(known_facts[argument], currency), argument)
            else:
                open_.pop()
                error = UnknownName("fact or rule", argument, [*known_facts, *texts])
                raise BadLaw(error.what, where=where, todo=error.todo)
        try:
            tree = text.function(**arguments)
            if not isinstance(tree, Expr):
                raise BadLaw(
                    f"The rule answers with {tree!r} instead of an expression.",
                    todo="Return first_match(...), unless(...) or an expression of facts.",
                )
            _check_widths(tree)
            if name in known_questions:
                _check_answers(tree, type_of_field(known_questions[name], currency), name)
        except AditError as error:
            raise BadLaw(
                error.what,
                where=f"{file}:{line_in(error.__traceback__, source) or line} rule {name} ({text.cites})",
                todo=error.todo,
            ) from error
        except Exception as error:  # whatever Python says of a rule is a mistake of the rule
            raise BadLaw(
                f"The rule cannot be read: {said_of(error)}",
                where=f"{file}:{line_in(error.__traceback__, source) or line} rule {name} ({text.cites})",
                todo=advice_on(error),
            ) from error
        finally:
            open_.pop()
        done[name] = Rule(name, tree, " ".join(sentence.split()), text.cites, text.note, f"{file}:{line}")
        return done[name]

    for name in texts:
        bind(name)
    return done


def _place(function: Callable[..., object]) -> tuple[str, int]:
    code = function.__code__
    return code.co_filename, code.co_firstlineno


def said_of(error: BaseException) -> str:
    """What Python says of a rule that it cannot run, in a sentence."""
    if isinstance(error, NameError) and error.name:
        return f"'{error.name}' is not known here."
    if isinstance(error, SystemExit):
        return "the file ends the program."
    return f"{str(error) or type(error).__name__} ({type(error).__name__})."


def advice_on(error: BaseException) -> str:
    """What to do about it."""
    if isinstance(error, NameError) and error.name:
        return f"Add it to the line `from adit.regime import ...`, or to the arguments of the rule: {error.name}."
    return "A rule combines facts, other rules and p with the words of docs/how-to/write-a-rule.md, and nothing else."


def line_in(trace: TracebackType | None, file: str) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _check_answers(tree: Expr, expected: Type, question: str) -> None:
    """A rule named after a question has to answer in the question's kind, unit and words."""
    got = tree.type
    if isinstance(expected, Number) and isinstance(got, Number):
        if expected.unit != got.unit:
            raise BadLaw(f"The question {question} is asked in {expected.unit}; the rule answers in {got.unit}.")
        if got.places > expected.places:
            raise BadLaw(
                f"{question} is answered in {expected.places} places; the rule gives {got.places}.",
                todo="Say how to round: round_half_up(x, 2).",
            )
    elif type(expected) is not type(got):
        raise BadLaw(f"The question {question} is answered with a {expected}; the rule gives a {got}.")
    elif isinstance(expected, Word) and isinstance(got, Word):
        strangers = got.words - expected.words
        if strangers:
            raise UnknownName(f"answer to {question}", min(strangers), expected.words)


_WHAT: dict[type, str] = {
    Arithmetic: "A sum or product",
    Brackets: "A tax by brackets",
    Rounded: "A rounded amount",
    Share: "A share",
    YearToDate: "A running sum",
    OverLast: "A running sum",
}


def _check_widths(tree: Expr) -> None:
    """Every intermediate fits 64 bits, or is a product that is rounded at once."""

    def check(node: Expr, rounded: bool) -> None:
        if isinstance(node.type, Number):
            limit = WIDE if rounded else NARROW
            if node.type.reach > limit:
                operands = " and ".join(
                    f"up to {c.type.shown(c.type.reach):,.0f} {c.type.unit}"
                    for c in children(node)
                    if isinstance(c.type, Number) and not isinstance(c, Constant)
                )
                if isinstance(node, Share):
                    advice = "Ask for fewer places, or give the divisor a least value."
                elif node.type.reach <= WIDE and not isinstance(node, Rounded):
                    advice = "Round it at once: round_half_up(a * b, 2)."
                else:
                    advice = "Give the facts tighter bounds, or round one side before."
                raise BadLaw(
                    f"{_WHAT.get(type(node), 'An amount')} may need {len(str(node.type.reach))} digits, more than is exact here ({operands}).",
                    todo=advice,
                )
        if isinstance(node, Comparison | Widest):
            _check_alignment(node.left, node.right)
        at_once = isinstance(node, Rounded)
        for child in children(node):
            check(child, at_once and isinstance(child, Arithmetic | Brackets))
        if (
            isinstance(node, Share)
            and isinstance(node.part.type, Number)
            and isinstance(node.whole.type, Number)
            and isinstance(node.type, Number)
        ):
            reach = node.part.type.reach * 10 ** (node.type.places + node.whole.type.places)
            if reach > WIDE:
                raise BadLaw(
                    f"A share may need {len(str(reach))} digits, more than is exact here.", todo="Ask for fewer places."
                )

    check(tree, False)


def _check_alignment(left: Expr, right: Expr) -> None:
    a, b = left.type, right.type
    if isinstance(a, Number) and isinstance(b, Number):
        places = max(a.places, b.places)
        if max(a.reach * 10 ** (places - a.places), b.reach * 10 ** (places - b.places)) > NARROW:
            raise BadLaw(
                "The two sides have so different places that they cannot be compared exactly in 64 bits.",
                todo="Round the finer side first.",
            )
