"""The words a rule is written with; together with the operators of `Expr` they are the whole language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from adit.regime.rewrite import less_this_period
from adit.regime.tree import (
    Arithmetic,
    Branch,
    Constant,
    Expr,
    FirstMatch,
    Given,
    NamedException,
    NextMonth,
    OverLast,
    PeriodDays,
    PeriodStart,
    Rounded,
    Share,
    Silence,
    Unless,
    Widest,
    YearToDate,
    aligned,
    choice_type,
    condition,
    lift,
    number,
    walk,
    zero_like,
)
from adit.regime.types import BOOL, COUNT_OF_DAYS, DAY, Bool, Number, Word
from adit.terms.errors import BadLaw
from adit.terms.units import ONE, Unit

__all__ = [
    "SILENT",
    "RuleText",
    "at_least",
    "at_most",
    "before_this_period",
    "exception",
    "first_match",
    "given",
    "in_month",
    "nth_of_next_month",
    "over_last",
    "period_days",
    "period_start",
    "round_down",
    "round_half_up",
    "round_up",
    "rule",
    "share",
    "unless",
    "when",
    "year_to_date",
]

SILENT = Silence(Bool(absent=True))  # the act does not say
Writable = Expr | bool | int | str
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as its author wrote it: the function, and what `@rule` says about it."""

    function: Callable[..., object]
    cites: str
    note: str
    file: str = ""  # as the act's folder was named
    below: str = ""  # in a reform: the name under which the rule that it replaces is kept, if it asks for its answer


def rule(cites: str, *, note: str = "") -> Callable[[F], F]:
    """Mark a function of facts, rules and `p` as a rule. Its name is the rule's, its docstring the sentence people read."""

    def mark(function: F) -> F:
        function.__rule__ = RuleText(function, cites, note)  # type: ignore[attr-defined]
        return function

    return mark


# Branches -------------------------------------------------------------------------------------------------------
def _answer(value: Writable) -> Expr:
    if isinstance(value, Expr):
        return value
    if isinstance(value, str):
        return Constant(Word(frozenset({value})), value)
    if isinstance(value, bool):
        return Constant(BOOL, value)
    if value == 0:
        return _ZERO
    raise BadLaw(
        f"The bare number {value} as an answer needs a unit, a date and a citation.",
        todo="Add it to the values of the act and write p.<name>.",
    )


_ZERO = Constant(Number(ONE, 0, 0, 0), 0)


def _with_zeros(answers: list[Expr]) -> list[Expr]:
    """A zero written among answers takes the unit of the others."""
    numbers = [a for a in answers if isinstance(a.type, Number) and a is not _ZERO]
    return [zero_like(numbers[0]) if a is _ZERO and numbers else a for a in answers]


def when(condition_: Expr, answer: Writable, because: str, *, cites: str = "") -> Branch:
    """A branch: if the condition holds, the answer, with the words that explain it and the article if not the rule's own."""
    return Branch(condition(condition_), _answer(answer), because, cites)


def first_match(*branches: Branch, otherwise: Writable, because: str) -> Expr:
    """The answer of the first branch that holds; the order is part of the rule."""
    for branch in branches:
        if not isinstance(branch, Branch):
            raise BadLaw(f"first_match takes when(...) branches, found {branch!r}.")
    answers = _with_zeros([*(b.answer for b in branches), _answer(otherwise)])
    kind = choice_type("This first_match", answers)
    kept = tuple(Branch(b.condition, a, b.because, b.cites) for b, a in zip(branches, answers, strict=False))
    return FirstMatch(kind, kept, answers[-1], because)


def exception(name: str, when: Expr, then: Writable, because: str, *, cites: str) -> NamedException:
    """A named exception with its own article."""
    if not cites:
        raise BadLaw(f"The exception '{name}' has no citation.", todo="Name the article that makes it.")
    return NamedException(name, condition(when), _answer(then), because, cites)


def unless(general: Writable, *exceptions: NamedException, because: str, ordered_by: str = "") -> Expr:
    """The general answer, unless a named exception holds.

    Two exceptions that hold at once are an error that shows both articles, unless `ordered_by` cites the law that ranks
    them; then the first one written wins.
    """
    answers = _with_zeros([_answer(general), *(e.answer for e in exceptions)])
    kind = choice_type("This unless", answers)
    kept = tuple(
        NamedException(e.name, e.condition, a, e.because, e.cites) for e, a in zip(exceptions, answers[1:], strict=True)
    )
    return Unless(kind, answers[0], kept, because, ordered_by)


# Absence --------------------------------------------------------------------------------------------------------
def given(fact: Expr) -> Expr:
    """Whether an optional fact is given, or a rule that may be silent speaks."""
    if not fact.type.absent:
        raise BadLaw(
            "given(...) asks about something that is always there.",
            todo="Leave it out, or mark the fact optional in the dictionary of fields.",
        )
    return Given(BOOL, fact)


# Numbers --------------------------------------------------------------------------------------------------------
def _extreme(larger: bool, x: Expr, y: Expr | int) -> Expr:
    other = lift(y, x)
    a, b = number(x), number(other)
    if a.unit != b.unit:
        raise BadLaw(f"{a.unit} beside {b.unit}: units differ.")
    places = max(a.places, b.places)
    pick = max if larger else min
    low = pick(aligned(a, a.low, places), aligned(b, b.low, places))
    high = pick(aligned(a, a.high, places), aligned(b, b.high, places))
    return Widest(Number(a.unit, places, low, high), larger, x, other)


def at_least(x: Expr, floor: Expr | int) -> Expr:
    """The larger of the two: `at_least(base, 0)` is a base that never falls below zero."""
    return _extreme(True, x, floor)


def at_most(x: Expr, ceiling: Expr | int) -> Expr:
    """The smaller of the two: a cap."""
    return _extreme(False, x, ceiling)


def _rounded(x: Expr, places: int, mode: str) -> Expr:
    kind = number(x)
    if not isinstance(places, int) or places < 0:
        raise BadLaw(
            f"Rounding to {places} places.", todo="Places are a whole number: 0 for whole roubles, 2 for kopecks."
        )
    if places > kind.places:
        raise BadLaw(f"Rounding to {places} places makes finer what has {kind.places}.", todo="Leave the rounding out.")
    step = 10 ** (kind.places - places)
    low, high = -(-kind.low // step) - 1, kind.high // step + 1
    return Rounded(Number(kind.unit, places, min(low, 0) if kind.low < 0 else 0, high), x, mode)


def round_half_up(x: Expr, places: int) -> Expr:
    """Rounded to so many decimal places, halves away from zero: only where the law rounds."""
    return _rounded(x, places, "half up")


def round_down(x: Expr, places: int) -> Expr:
    """Rounded towards zero."""
    return _rounded(x, places, "down")


def round_up(x: Expr, places: int) -> Expr:
    """Rounded away from zero."""
    return _rounded(x, places, "up")


def share(part: Expr, whole: Expr, *, places: int, when_zero: Expr | int, mode: str = "half up") -> Expr:
    """`part / whole`, rounded at once to so many places; `when_zero` is the answer where `whole` is zero."""
    a, b = number(part), number(whole)
    if mode not in ("half up", "down", "up"):
        raise BadLaw(f"'{mode}' is no way of rounding.", todo="Write half up, down or up.")
    if not isinstance(when_zero, Expr) and (isinstance(when_zero, bool) or not isinstance(when_zero, int)):
        raise BadLaw(f"when_zero = {when_zero} is no whole number.", todo="Write 0 or 1, or a value of the act.")
    least = 1 if b.low <= 0 <= b.high else min(abs(b.low), abs(b.high))
    reach = max(abs(a.low), abs(a.high)) * 10 ** (places + max(0, b.places - a.places)) // least + 1
    kind = Number(a.unit / b.unit, places, -reach if a.low < 0 or b.low < 0 else 0, reach)
    zero = when_zero if isinstance(when_zero, Expr) else Constant(Number(kind.unit, 0, when_zero, when_zero), when_zero)
    if not isinstance(zero.type, Number) or zero.type.unit != kind.unit or zero.type.places > places:
        raise BadLaw(f"when_zero must be in {kind.unit} with at most {places} places.")
    return Share(kind, part, whole, mode, zero)


# Time -----------------------------------------------------------------------------------------------------------
MONTHS_IN_A_YEAR = 12
_A_MONTH = Number(Unit((("month", 1),)), 0, 1, 1)
MOST_MONTHS = 60  # of a window


def year_to_date(x: Expr) -> Expr:
    """The sum of `x` over this subject's periods of the calendar year, up to and including this one."""
    return YearToDate(_summed(x, MONTHS_IN_A_YEAR), x)


def over_last(x: Expr, *, months: int) -> Expr:
    """The sum of `x` over this subject's periods of the last so many months, this one included: a counter in a window."""
    if not isinstance(months, int) or not 1 < months <= MOST_MONTHS:
        raise BadLaw(f"A window of {months} months.", todo=f"It has 2 to {MOST_MONTHS} months.")
    return OverLast(_summed(x, months), x, months)


def _summed(x: Expr, times: int) -> Number:
    kind = number(x)
    if any(isinstance(n, YearToDate | OverLast) for n in walk(x)):
        raise BadLaw("A running sum of a running sum.", todo="Sum the amount of the period itself.")
    return Number(kind.unit, kind.places, min(kind.low, 0) * times, max(kind.high, 0) * times)


def in_month(x: Expr) -> Expr:
    """What a monthly quantity comes to in the month: kWh/month becomes kWh, which can be summed over a year."""
    kind = number(x)
    return Arithmetic(
        Number(kind.unit * _A_MONTH.unit, kind.places, kind.low, kind.high), "*", x, Constant(_A_MONTH, 1)
    )


def before_this_period(x: Expr) -> Expr:
    """What `x` was before this period: the running sums in it less what this period added. `x` must be made of such sums."""
    return less_this_period(x)


def period_days() -> Expr:
    """The number of days of the period: 1 for a day, 28 to 31 for a month."""
    return PeriodDays(COUNT_OF_DAYS)


def period_start() -> Expr:
    """The first day of the period."""
    return PeriodStart(DAY)


def nth_of_next_month(nth: Expr) -> Expr:
    """The n-th day of the month after the period, such as the 20th by which a report is due."""
    number(nth)
    return NextMonth(DAY, nth)
