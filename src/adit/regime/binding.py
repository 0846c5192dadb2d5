"""Functions become trees: each rule called once with what its arguments name, and the tree checked before any case is asked.

Not here: what a rule may say (`words`), or what is odd in an act that can be read (`check`).
"""

import inspect
from collections.abc import Callable, Mapping
from types import TracebackType

from adit.regime.act import Rule
from adit.regime.tree import (
    Arithmetic,
    Brackets,
    Comparison,
    Constant,
    Expr,
    Fact,
    OverLast,
    Rounded,
    RuleAnswer,
    Share,
    Widest,
    YearToDate,
    children,
)
from adit.regime.types import NARROW, WIDE, Bool, Day, Number, Type, Word
from adit.regime.values import Value
from adit.regime.values_in_rules import ValuesOfTheAct
from adit.regime.words import RuleText
from adit.terms.errors import AditError, BadLaw, UnknownName
from adit.terms.fields import Field, facts, questions
from adit.terms.units import Unit, unit

__all__ = ["advice_on", "bind_rules", "line_in", "said_of", "type_of_field"]


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
    """The last line of this file that an error went through."""
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
