"""The tree that every reader reads: a closed set of operations, each a small frozen class.

An expression is checked when it is built, so that roubles plus kilowatt-hours is an error of writing and not of running.
Not here: how an operation is computed (readers) or how a rule is written (`words`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import NoReturn

from adit.regime.types import BOOL, Bool, Day, Number, Type, Word, same_kind
from adit.terms.errors import BadLaw, UnknownName
from adit.terms.units import ONE

__all__ = [
    "And",
    "Arithmetic",
    "Banded",
    "Brackets",
    "Branch",
    "Comparison",
    "Constant",
    "DatedValue",
    "DaysBanned",
    "Expr",
    "Fact",
    "FirstMatch",
    "Given",
    "InForce",
    "InHours",
    "Keyed",
    "NamedException",
    "NextMonth",
    "Not",
    "OneOf",
    "Or",
    "OrElse",
    "OverLast",
    "PeriodDays",
    "PeriodStart",
    "Rounded",
    "RuleAnswer",
    "Share",
    "Silence",
    "Unless",
    "Widest",
    "YearToDate",
    "children",
    "walk",
]

Writable = "Expr | bool | int | str"


@dataclass(frozen=True, eq=False, slots=True)
class Expr:
    """One node. Writers combine nodes with + - * < <= > >= == != & | ~ and the words of `adit.regime`."""

    type: Type

    # Arithmetic -------------------------------------------------------------------------------------------------
    def __add__(self, other: "Expr | int") -> "Expr":
        return _sum("+", self, lift(other, self))

    def __sub__(self, other: "Expr | int") -> "Expr":
        return _sum("-", self, lift(other, self))

    def __mul__(self, other: "Expr | int") -> "Expr":
        return _product(self, lift(other, self, unitless=True))

    def __truediv__(self, other: object) -> NoReturn:
        raise BadLaw(
            "Rules do not divide with '/': the result would have no exact end.", todo="Use share(a, b, places=...)."
        )

    def __neg__(self) -> "Expr":
        return _sum("-", zero_like(self), self)

    def __radd__(self, other: int) -> "Expr":
        return _sum("+", lift(other, self), self)

    def __rsub__(self, other: int) -> "Expr":
        return _sum("-", lift(other, self), self)

    def __rmul__(self, other: int) -> "Expr":
        return _product(lift(other, self, unitless=True), self)

    # Comparison -------------------------------------------------------------------------------------------------
    def __lt__(self, other: "Expr | int") -> "Expr":
        return _comparison("<", self, other)

    def __le__(self, other: "Expr | int") -> "Expr":
        return _comparison("<=", self, other)

    def __gt__(self, other: "Expr | int") -> "Expr":
        return _comparison(">", self, other)

    def __ge__(self, other: "Expr | int") -> "Expr":
        return _comparison(">=", self, other)

    def __eq__(self, other: object) -> "Expr":  # type: ignore[override]
        return _comparison("==", self, other)

    def __ne__(self, other: object) -> "Expr":  # type: ignore[override]
        return _comparison("!=", self, other)

    __hash__ = object.__hash__

    # Logic ------------------------------------------------------------------------------------------------------
    def __and__(self, other: "Expr | bool") -> "Expr":
        return And(BOOL, condition(self), condition(lift(other, self)))

    def __or__(self, other: "Expr | bool") -> "Expr":
        return Or(BOOL, condition(self), condition(lift(other, self)))

    def __invert__(self) -> "Expr":
        return Not(BOOL, condition(self))

    def __bool__(self) -> NoReturn:
        raise BadLaw(
            "A rule is written once for every case, so Python's 'and', 'or', 'not', 'if' and 'a < b < c' cannot look inside it.",
            todo="Use & | ~ with brackets around each comparison, and first_match(...) for branches.",
        )

    # Membership and absence -------------------------------------------------------------------------------------
    def one_of(self, words: "ListedWords | tuple[str, ...] | list[str]") -> "Expr":
        """Whether this word is among those of a dated list, or among the words written here."""
        if not isinstance(self.type, Word):
            raise BadLaw(f"one_of asks about a word; this is a {self.type}.")
        if isinstance(words, ListedWords):
            return OneOf(BOOL, present(self), words.name, frozenset())
        for w in words:
            _known_word(self.type, w)
        return OneOf(BOOL, present(self), "", frozenset(words))

    def or_else(self, default: "Expr | bool | int | str") -> "Expr":
        """This, or `default` where the fact is not given or the act does not say."""
        other = lift(default, self)
        if not self.type.absent:
            raise BadLaw(
                "or_else(...) stands after something that is always there.",
                todo="Leave it out, or mark the fact optional.",
            )
        return OrElse(_joined("or_else", [replace(self.type, absent=False), other.type]), self, other)


# Leaves ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False, slots=True)
class Constant(Expr):
    value: int | str | bool


@dataclass(frozen=True, eq=False, slots=True)
class Fact(Expr):
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class DatedValue(Expr):
    """The value of the act that is in force on the first day of the period, or on the day `on`."""

    name: str
    on: Expr | None = None

    @property
    def in_force(self) -> Expr:
        """Whether the act has such a value on that day: the guard to write before using it."""
        return InForce(BOOL, self.name, self.on)


@dataclass(frozen=True, eq=False, slots=True)
class InForce(Expr):
    name: str
    on: Expr | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Keyed(Expr):
    """A dated table looked up by a word, such as a fine by kind of person."""

    name: str
    key: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Banded(Expr):
    """The value of the band in which a number lies; absent below the first band."""

    of: Expr
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class InHours(Expr):
    """Whether a minute of the local day lies within dated hours, which may cross midnight."""

    of: Expr
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class DaysBanned(Expr):
    """Days of the period that dated bans cover at a place; without a place, those of bans that hold everywhere.

    `certain` counts the days whose ban surely covers the municipality; otherwise the days of bans that cover an unlisted
    or unstated part of the region, where nobody can say.
    """

    name: str
    region: Expr | None
    municipality: Expr | None
    certain: bool


@dataclass(frozen=True, eq=False, slots=True)
class PeriodDays(Expr):
    pass


@dataclass(frozen=True, eq=False, slots=True)
class PeriodStart(Expr):
    pass


@dataclass(frozen=True, eq=False, slots=True)
class NextMonth(Expr):
    """The n-th day of the month after the period."""

    nth: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Silence(Expr):
    """The act does not say."""


@dataclass(frozen=True, eq=False, slots=True)
class RuleAnswer(Expr):
    """The answer of another rule; `tree` is that rule's own expression."""

    name: str
    tree: Expr


# Operations -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False, slots=True)
class Arithmetic(Expr):
    sign: str  # + - *
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Comparison(Expr):
    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False, slots=True)
class And(Expr):
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Or(Expr):
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Not(Expr):
    of: Expr


@dataclass(frozen=True, eq=False, slots=True)
class OneOf(Expr):
    of: Expr
    name: str  # a dated list, or empty
    words: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class Widest(Expr):
    """The larger (`at_least`) or the smaller (`at_most`) of two numbers."""

    larger: bool
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Rounded(Expr):
    of: Expr
    mode: str  # half up (away from zero), down (towards zero), up (away from zero)


@dataclass(frozen=True, eq=False, slots=True)
class Share(Expr):
    """A quotient rounded at once; zero in the divisor is an answer of `when_zero`."""

    part: Expr
    whole: Expr
    mode: str
    when_zero: Expr


@dataclass(frozen=True, eq=False, slots=True)
class Brackets(Expr):
    """Marginal brackets of a dated scale: each slice of the amount at its own rate."""

    of: Expr
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Given(Expr):
    of: Expr


@dataclass(frozen=True, eq=False, slots=True)
class OrElse(Expr):
    of: Expr
    default: Expr


@dataclass(frozen=True, eq=False, slots=True)
class YearToDate(Expr):
    """The sum over the periods of this subject in this calendar year, up to and including this one."""

    of: Expr


@dataclass(frozen=True, eq=False, slots=True)
class OverLast(Expr):
    """The sum over the periods of this subject in so many months, this one included."""

    of: Expr
    months: int


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a first_match: the condition, the answer, and the words and article that explain it."""

    condition: Expr
    answer: Expr
    because: str
    cites: str


@dataclass(frozen=True, eq=False, slots=True)
class FirstMatch(Expr):
    branches: tuple[Branch, ...]
    otherwise: Expr
    because: str


@dataclass(frozen=True, slots=True)
class NamedException:
    """A named exception against a general rule."""

    name: str
    condition: Expr
    answer: Expr
    because: str
    cites: str


@dataclass(frozen=True, eq=False, slots=True)
class Unless(Expr):
    """A general answer and its exceptions. Two that hold at once are an error, unless `ordered` is declared to be law."""

    general: Expr
    exceptions: tuple[NamedException, ...]
    because: str
    ordered: str  # the article that orders them, or empty


@dataclass(frozen=True, slots=True)
class ListedWords:
    """A dated list of words of the act, for `one_of`."""

    name: str

    @property
    def in_force(self) -> Expr:
        return InForce(BOOL, self.name)


# Building, with checks --------------------------------------------------------------------------------------------
def lift(value: object, beside: Expr, *, unitless: bool = False) -> Expr:
    """A Python constant as an expression, where the rules of writing allow one beside `beside`."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool):
        return Constant(BOOL, value)
    if isinstance(value, float):
        raise BadLaw(
            f"{value} is a float; money and law are counted exactly.",
            todo="Put the number into the values of the act, with its citation.",
        )
    if isinstance(value, int):
        if isinstance(beside.type, Number) and (value == 0 or unitless or beside.type.unit == ONE):
            return Constant(Number(ONE if unitless else beside.type.unit, 0, value, value), value)
        of = f" beside a {beside.type}" if isinstance(beside.type, Number) else ""
        raise BadLaw(
            f"The bare number {value}{of}: a threshold needs a unit, a date and a citation.",
            todo="Add it to the values of the act and write p.<name>; only 0 is free.",
        )
    if isinstance(value, str):
        if isinstance(beside.type, Word):
            _known_word(beside.type, value)
        return Constant(Word(frozenset({value})), value)
    raise BadLaw(f"{value!r} cannot stand in a rule.", todo="Use facts, p.<value>, other rules, words, True and False.")


def _known_word(kind: Word, word: str) -> None:
    if kind.words and word not in kind.words:
        raise UnknownName("word", word, kind.words)


def zero_like(number: Expr) -> Expr:
    assert isinstance(number.type, Number)
    return Constant(replace(number.type, low=0, high=0, absent=False), 0)


def present(expr: Expr) -> Expr:
    """`expr`, refused where it may be absent: absence has to be handled, it is never zero and never 'no'."""
    if expr.type.absent:
        name = f"'{expr.name}' " if isinstance(expr, Fact | RuleAnswer) else ""
        raise BadLaw(
            f"{name}may be absent here and absence is not zero.",
            todo="Ask given(x) in a branch of its own, or say x.or_else(...).",
        )
    return expr


def condition(expr: object) -> Expr:
    if not isinstance(expr, Expr):
        raise BadLaw(f"A condition is expected, found {expr!r}.")
    if not isinstance(expr.type, Bool):
        raise BadLaw(f"A condition is expected, found a {expr.type}.", todo="Compare it with something: (x > p.limit).")
    return present(expr)


def number(expr: Expr) -> Number:
    if not isinstance(expr.type, Number):
        raise BadLaw(f"A number is expected, found a {expr.type}.")
    present(expr)
    return expr.type


def aligned(kind: Number, count: int, places: int) -> int:
    """`count` of `kind` counted at `places` instead; places never fall here."""
    return count * int(10 ** (places - kind.places))


def _sum(sign: str, left: Expr, right: Expr) -> Expr:
    if isinstance(left.type, Day) and isinstance(right.type, Number):
        return Arithmetic(Day(), sign, present(left), present(right))
    a, b = number(left), number(right)
    if a.unit != b.unit:
        raise BadLaw(
            f"{a.unit} {'plus' if sign == '+' else 'minus'} {b.unit}: units differ.",
            todo="Convert one side, or check which value was meant.",
        )
    places = max(a.places, b.places)
    a_low, a_high, b_low, b_high = (
        aligned(k, n, places) for k, n in [(a, a.low), (a, a.high), (b, b.low), (b, b.high)]
    )
    low, high = (a_low + b_low, a_high + b_high) if sign == "+" else (a_low - b_high, a_high - b_low)
    return Arithmetic(Number(a.unit, places, low, high), sign, left, right)


def _product(left: Expr, right: Expr) -> Expr:
    a, b = number(left), number(right)
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Arithmetic(Number(a.unit * b.unit, a.places + b.places, min(corners), max(corners)), "*", left, right)


def _comparison(sign: str, left: Expr, raw: object) -> Expr:
    if isinstance(raw, ListedWords):
        raise BadLaw(f"'{raw.name}' is a list.", todo=f"Write x.one_of(p.{raw.name}).")
    right = lift(raw, left)
    if not same_kind(left.type, right.type):
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            raise BadLaw(
                f"{left.type.unit} compared with {right.type.unit}: units differ.",
                todo="Convert one side, or check which value was meant.",
            )
        raise BadLaw(f"A {left.type} compared with a {right.type}.")
    if isinstance(left.type, Bool | Word) and sign not in ("==", "!="):
        raise BadLaw(f"'{sign}' asks for more or less, and a {left.type} has neither.", todo="Use == or one_of(...).")
    return Comparison(BOOL, sign, present(left), present(right))


def _joined(what: str, types: list[Type]) -> Type:
    """The type that holds all the answers of a choice."""
    first = types[0]
    absent = any(t.absent for t in types)
    for t in types[1:]:
        if not same_kind(first, t):
            if isinstance(first, Number) and isinstance(t, Number):
                raise BadLaw(f"{what} answers in {first.unit} and in {t.unit}: units differ.")
            raise BadLaw(
                f"{what} answers with a {first} and with a {t}.",
                todo="Each branch of one rule answers in the same kind.",
            )
    if isinstance(first, Number):
        numbers = [t for t in types if isinstance(t, Number)]
        places = max(n.places for n in numbers)
        return Number(
            first.unit,
            places,
            min(aligned(n, n.low, places) for n in numbers),
            max(aligned(n, n.high, places) for n in numbers),
            absent,
        )
    if isinstance(first, Word):
        every = [t.words for t in types if isinstance(t, Word)]
        return Word(frozenset().union(*every) if all(every) else frozenset(), absent)
    return replace(first, absent=absent)


def choice_type(what: str, answers: list[Expr]) -> Type:
    """The type of a choice between answers, of which some may be silence. Only silence: BadLaw."""
    spoken = [a.type for a in answers if not isinstance(a, Silence)]
    if not spoken:
        raise BadLaw(f"{what} never says anything.", todo="List the question under [silent] in regime.toml instead.")
    joined = _joined(what, spoken)
    return replace(joined, absent=True) if len(spoken) < len(answers) else joined


# Walking ----------------------------------------------------------------------------------------------------------
_PARTS: dict[str, tuple[str, ...]] = {}


def _parts(node: Expr) -> tuple[str, ...]:
    """The fields of a node that may hold nodes; the tree of a rule that is asked belongs to that rule."""
    kind = type(node).__name__
    if kind not in _PARTS:
        _PARTS[kind] = tuple(f.name for f in fields(node) if f.name not in ("type", "tree"))
    return _PARTS[kind]


def children(node: Expr) -> Iterator[Expr]:
    """The nodes directly below, in the order in which a person would read them."""
    for name in _parts(node):
        part = getattr(node, name)
        if isinstance(part, Expr):
            yield part
        elif isinstance(part, tuple):
            for item in part:
                yield item.condition
                yield item.answer


def walk(node: Expr) -> Iterator[Expr]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)
