"""Facts as unknowns of z3, and logic over formulas of which many are already known because dated values are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import z3

from adit.regime.binding import type_of_field
from adit.regime.readers.case import rounded_quotient
from adit.regime.types import Bool, Day, Number, Type, Word
from adit.terms.days import YEARS, Period, day_number
from adit.terms.fields import facts as all_facts
from adit.terms.places import municipalities, regions

Facts = dict[str, Any]  # as the case reader takes them
Formula = Any  # of z3, or a plain Python value where it is already known
Earlier = tuple[tuple[Period, Mapping[str, Any]], ...]


# Logic over formulas, of which many are already known because dated values are -------------------------------------
def all_of(*parts: Formula) -> Formula:
    open_ = [p for p in parts if p is not True]
    if any(p is False for p in open_):
        return False
    return True if not open_ else open_[0] if len(open_) == 1 else z3.And(*open_)


def any_of(*parts: Formula) -> Formula:
    open_ = [p for p in parts if p is not False]
    if any(p is True for p in open_):
        return True
    return False if not open_ else open_[0] if len(open_) == 1 else z3.Or(*open_)


def none_of(part: Formula) -> Formula:
    return not part if isinstance(part, bool) else z3.Not(part)


def if_then(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
    """A choice; None is what is never looked at, because the act is silent there."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is None or otherwise is None:
        return otherwise if then is None else then
    if not isinstance(then, z3.ExprRef) and not isinstance(otherwise, z3.ExprRef) and then == otherwise:
        return then
    if isinstance(then, bool) and isinstance(otherwise, bool):
        return condition if then else none_of(condition)
    return z3.If(condition, then, otherwise)


def whole_quotient(n: Formula, d: Formula) -> Formula:
    """The whole quotient of a number that is not negative and one above zero."""
    if isinstance(n, int) and isinstance(d, int):
        return n // d
    return (z3.IntVal(n) if isinstance(n, int) else n) / d


def rounded_magnitude(n: Formula, d: Formula, mode: str) -> Formula:
    if isinstance(n, int) and isinstance(d, int):
        return rounded_quotient(n, d, mode)
    return (
        whole_quotient(2 * n + d, 2 * d) if mode == "half up" else whole_quotient(n + d - 1 if mode == "up" else n, d)
    )


@dataclass(frozen=True, slots=True)
class Term:
    """What a node comes to: its value, whether it is absent, whether it cannot be decided (not in force, a clash)."""

    value: Formula
    absent: Formula = False
    problem: Formula = False


class Symbols:
    """The unknown facts of one question, their bounds, the numbers that stand for words, and the products of unknowns."""

    def __init__(self, *, exact: bool = False) -> None:
        self.exact = exact
        self.words: list[str] = []
        self._codes: dict[str, int] = {}
        self.terms: dict[str, Term] = {}
        self.domain: dict[str, Formula] = {}
        self.products: dict[tuple[int, int], tuple[Formula, Formula, Formula, Number]] = {}
        self.rising: dict[tuple[Any, ...], list[tuple[Formula, Formula]]] = {}

    def rises(self, what: tuple[Any, ...], n: Formula, value: Formula) -> Formula:
        """`value`, noted as something that never falls as `n` grows: a rounding, or a scale of brackets."""
        if isinstance(n, z3.ExprRef) and isinstance(value, z3.ExprRef):
            self.rising.setdefault(what, []).append((n, value))
        return value

    def code(self, word: str) -> int:
        if word not in self._codes:
            self._codes[word] = len(self.words)
            self.words.append(word)
        return self._codes[word]

    def fact(self, name: str, *, twin: bool = False) -> Term:
        """The unknown of a fact; `twin` is the same fact of a second case."""
        key = f"{name}'" if twin else name
        if key not in self.terms:
            field = all_facts()[name]
            kind = type_of_field(field)
            absent = z3.Bool(f"{key} is absent") if kind.absent else False
            if isinstance(kind, Bool):
                self.terms[key] = Term(z3.Bool(key), absent)
            else:
                unknown = z3.Int(key)
                self.terms[key] = Term(unknown, absent)
                if isinstance(kind, Number):
                    self.domain[key] = z3.And(unknown >= kind.low, unknown <= kind.high)
                elif isinstance(kind, Day):
                    self.domain[key] = z3.And(unknown >= _FIRST_DAY, unknown <= _LAST_DAY)
                elif isinstance(kind, Word):
                    self.domain[key] = among(unknown, [self.code(w) for w in field.words])
        return self.terms[key]

    def product(self, a: Formula, b: Formula, kind: Number) -> Formula:
        """A product. Of two unknowns it is a number of its own at first, held by what is true of every product."""
        if isinstance(a, int) or isinstance(b, int) or self.exact:
            return a * b
        for x, y in ((a, b), (b, a)):
            if z3.is_add(x) and x.num_args() == 2 and z3.is_int_value(x.arg(1)):  # (n + 1) * y is n * y and one y more
                return self.product(x.arg(0), y, kind) + x.arg(1) * y
        key = (a.get_id(), b.get_id())
        if key not in self.products:
            self.products[key] = (a, b, z3.Int(f"product {len(self.products)}"), kind)
        return self.products[key][2]

    def bounds(self) -> Iterator[Formula]:
        """What every case keeps to: the dictionary of fields, and municipalities that lie in their region."""
        yield from self.domain.values()
        if {"region", "municipality"} <= self.terms.keys():
            region, municipality = self.terms["region"].value, self.terms["municipality"].value
            if isinstance(municipality, z3.ExprRef):
                divided = {r: [m.key for m in municipalities(r)] for r in regions()}
                lines = [
                    all_of(region == self.code(r), among(municipality, [self.code(k) for k in keys]))
                    for r, keys in divided.items()
                    if keys
                ]
                yield any_of(municipality == self.code(""), *lines)

    def of_products(self) -> Iterator[Formula]:
        """What is true of the products of unknowns: bounds, zero, one, and that they grow with their factors."""
        for a, b, p, kind in self.products.values():
            yield z3.And(p >= kind.low, p <= kind.high)
            yield z3.Implies(z3.Or(a == 0, b == 0), p == 0)
            yield z3.Implies(a == 1, p == b)
            yield z3.Implies(b == 1, p == a)
        for (a, b, p, _), (c, d, q, _) in combinations(self.products.values(), 2):
            positive = (a >= 0, b >= 0, c >= 0, d >= 0)
            yield z3.Implies(z3.And(*positive, a <= c, b <= d), p <= q)
            yield z3.Implies(z3.And(*positive, a >= c, b >= d), p >= q)

    def of_rising(self) -> Iterator[Formula]:
        """What follows for two roundings or two scales of one kind; z3 would find it too, and slowly."""
        for pairs in self.rising.values():
            for (n, x), (m, y) in combinations(pairs, 2):
                if n.get_id() != m.get_id():
                    yield z3.Implies(n <= m, x <= y)
                    yield z3.Implies(n >= m, x >= y)

    def facts(self, model: Any, names: frozenset[str], *, twin: bool = False) -> Facts:
        """The facts of a case that z3 found."""
        found: Facts = {}
        for name in sorted(names):
            term = self.terms.get(f"{name}'" if twin else name) or self.terms.get(name)
            if term is None:
                if all_facts()[name].required:  # plays no part: any value will do
                    found[name] = any_value(name)
            elif not known_in(model, term.absent):
                found[name] = self.decoded(known_in(model, term.value), type_of_field(all_facts()[name]))
        return found

    def decoded(self, value: Any, kind: Type) -> Any:
        return self.words[value] if isinstance(kind, Word) else value


_FIRST_DAY, _LAST_DAY = day_number(date(YEARS[0], 1, 1)), day_number(date(YEARS[-1], 12, 31))


def any_value(name: str) -> Any:
    field = all_facts()[name]
    if field.kind == "day":
        return _FIRST_DAY
    if field.kind == "number":
        return max(field.low, 0)
    return False if field.kind == "yes or no" else "" if "" in field.words else field.words[0]


def known_in(model: Any, formula: Formula) -> Any:
    """The value of a formula in a model, as Python holds it."""
    if not isinstance(formula, z3.ExprRef):
        return formula
    return plain_of(model.eval(formula, model_completion=True))


def plain_of(value: Any) -> Any:
    if z3.is_bool(value):
        return z3.is_true(value)
    return value.as_long()


def among(unknown: Formula, codes: list[int]) -> Formula:
    """Whether an unknown word is one of these; neighbours are one span."""
    if isinstance(unknown, int):
        return unknown in codes
    spans: list[list[int]] = []
    for code in sorted(set(codes)):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return any_of(*(unknown == a if a == b else z3.And(unknown >= a, unknown <= b) for a, b in spans))
