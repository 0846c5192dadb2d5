"""Amounts as SQL in whole numbers: places brought together, roundings, shares, bands and brackets.

`write` writes an expression as SQL. What is wider than 64 bits is worked out in the wide type of the dialect.
"""

from collections.abc import Callable

from adit.regime.readers.periods import PeriodTable, full_slices
from adit.regime.readers.sql.dialects import Dialect
from adit.regime.tree import Arithmetic, Banded, Brackets, Expr, Rounded, Share, Silence
from adit.regime.types import NARROW, Bool, Number, Type, Word

__all__ = ["banded", "brackets", "fit", "is_wide", "pair", "rounded", "share", "sql_type"]

Write = Callable[[Expr], str]


def fit(node: Expr, wanted: Type, write: Write) -> str:
    """The node's SQL counted at the places of `wanted`."""
    sql = write(node)
    if isinstance(node, Silence):
        return f"CAST(NULL AS {sql_type(wanted)})"
    if isinstance(wanted, Number) and isinstance(node.type, Number) and wanted.places != node.type.places:
        return f"({sql} * {10 ** (wanted.places - node.type.places)})"
    return sql


def sql_type(kind: Type) -> str:
    """The type of a column with answers of this kind."""
    return "BOOLEAN" if isinstance(kind, Bool) else "STRING" if isinstance(kind, Word) else "BIGINT"


def pair(left: Expr, right: Expr, write: Write) -> tuple[str, str]:
    """Two expressions counted at the same places."""
    if isinstance(left.type, Number) and isinstance(right.type, Number):
        places = max(left.type.places, right.type.places)
        return _scaled(left, places, write), _scaled(right, places, write)
    return write(left), write(right)


def _scaled(node: Expr, places: int, write: Write) -> str:
    assert isinstance(node.type, Number)
    sql = write(node)
    return sql if node.type.places == places else f"({sql} * {10 ** (places - node.type.places)})"


def is_wide(node: Expr) -> bool:
    """Whether an amount may need more than 64 bits."""
    return isinstance(node.type, Number) and node.type.reach > NARROW


def rounded(node: Rounded, write: Write, dialect: Dialect) -> str:
    """An amount rounded."""
    of, to = node.of.type, node.type
    assert isinstance(of, Number)
    assert isinstance(to, Number)
    d = 10 ** (of.places - to.places)
    split = _split_product(node.of, d, node.mode, write, dialect)
    if split and to.reach <= NARROW:
        return split
    sql = write(node.of)
    if d == 1:
        return f"CAST({sql} AS BIGINT)"
    if not is_wide(node.of) and of.reach * 2 + d > NARROW:
        sql = f"CAST({sql} AS {dialect.wide})"
    return _divided(sql, str(d), node.mode, dialect, below_zero=of.low < 0)


def _split_product(node: Expr, d: int, mode: str, write: Write, dialect: Dialect) -> str | None:
    """A wide product of two factors that are not below zero, divided by d and rounded in 64 bits: a = (a // d) * d + a % d.

    Three 64-bit divisions cost less than one of 128 bits. None where the factors are too wide for it.
    """
    if not (isinstance(node, Arithmetic) and node.sign == "*" and is_wide(node) and d > 1):
        return None
    for left, right in ((node.left, node.right), (node.right, node.left)):
        assert isinstance(left.type, Number)
        assert isinstance(right.type, Number)
        if left.type.low >= 0 and right.type.low >= 0 and (right.type.reach + 1) * d <= NARROW:
            a, b = write(left), write(right)
            more = {"half up": d // 2, "down": 0, "up": d - 1}[mode]
            whole = dialect.whole_division.format(n=a, d=d)
            rest = dialect.whole_division.format(n=f"(({a} % {d}) * {b} + {more})", d=d)
            return f"({whole} * {b} + {rest})"
    return None


def _divided(n: str, d: str, mode: str, dialect: Dialect, *, below_zero: bool) -> str:
    """A rounded quotient of an integer and a positive one, in whole-number arithmetic on magnitudes."""

    def magnitude(x: str) -> str:
        even = d.isdigit() and int(d) % 2 == 0
        half = f"({x} + {int(d) // 2})" if even else f"(2 * {x} + {d})"
        raised = {"half up": half, "down": x, "up": f"({x} + {d} - 1)"}[mode]
        by = f"(2 * {d})" if mode == "half up" and not even else d
        return dialect.whole_division.format(n=raised, d=by)

    if not below_zero:
        return f"CAST({magnitude(n)} AS BIGINT)"
    return f"CAST(CASE WHEN {n} < 0 THEN -{magnitude(f'(-{n})')} ELSE {magnitude(n)} END AS BIGINT)"


def share(node: Share, write: Write, dialect: Dialect) -> str:
    """One amount as a share of another, rounded."""
    part, whole, to = node.part.type, node.whole.type, node.type
    assert isinstance(part, Number)
    assert isinstance(whole, Number)
    assert isinstance(to, Number)
    up = to.places + whole.places - part.places
    n = f"(CAST({write(node.part)} AS {dialect.wide}) * {10 ** max(up, 0)})"
    d = f"(CAST({write(node.whole)} AS {dialect.wide}) * {10 ** max(-up, 0)})"
    if whole.low < 0:
        n, d = f"(CASE WHEN {d} < 0 THEN -{n} ELSE {n} END)", f"ABS({d})"
    quotient = _divided(n, d, node.mode, dialect, below_zero=part.low < 0 or whole.low < 0)
    return f"(CASE WHEN {write(node.whole)} = 0 THEN {fit(node.when_zero, to, write)} ELSE {quotient} END)"


def banded(node: Banded, write: Write, table: PeriodTable) -> str:
    """The value of the band in which an amount lies."""
    of = node.of.type
    assert isinstance(of, Number)
    step = 10 ** (of.places - table.regime.values[node.name].by_places)
    tables = table.resolved(node.name)
    x = write(node.of)
    lines = []
    for i in reversed(range(max((len(t) for t in tables if t), default=0))):
        here = [t[i] if t and i < len(t) else None for t in tables]
        # Whole counts: "above n" is "from n and a smallest unit".
        starts = [None if b is None else b.start * step + (not b.inclusive) for b in here]
        start = table.column(f"v_{node.name}__start{i}_{of.places}", "BIGINT", starts)
        value = table.column(f"v_{node.name}__value{i}", "BIGINT", [None if b is None else b.value for b in here])
        lines.append(f"WHEN {x} >= {start} THEN {value}")
    return f"(CASE {' '.join(lines)} END)" if lines else "CAST(NULL AS BIGINT)"


def brackets(node: Brackets, write: Write, table: PeriodTable, dialect: Dialect) -> str:
    """What an amount comes to by a scale of rates."""
    of, name = node.of.type, node.name
    assert isinstance(of, Number)
    step = 10 ** (of.places - table.regime.values[name].places)
    scales = table.resolved(name)
    x = write(node.of)
    if not is_wide(node):
        return _rises(name, x, step, table)
    lines: list[str] = []
    for i in reversed(range(max((len(s) for s in scales if s), default=0))):
        here = [s if s and i < len(s) else None for s in scales]
        above = table.column(f"v_{name}__above{i}", "BIGINT", [s and s[i].above * step for s in here])
        rate = table.column(f"v_{name}__rate{i}", "BIGINT", [s and s[i].rate for s in here])
        below = table.column(f"v_{name}__below{i}", dialect.wide, [s and full_slices(s, i, step) for s in here])
        paid = f"(CAST(({x} - {above}) AS {dialect.wide}) * {rate})"
        lines.append(f"WHEN {x} >= {above} THEN {below} + {paid}")
    return f"(CASE {' '.join(lines)} END)" if lines else "CAST(NULL AS BIGINT)"


def _rises(name: str, x: str, step: int, table: PeriodTable) -> str:
    """Brackets in 64 bits: what lies above each threshold, at the step between two rates."""
    scales = table.resolved(name)
    terms: list[str] = []
    for i in range(max((len(s) for s in scales if s), default=0)):
        above = [(s[i].above * step if i < len(s) else 0) if s else None for s in scales]
        rise = [(s[i].rate - (s[i - 1].rate if i else 0) if i < len(s) else 0) if s else None for s in scales]
        from_ = table.column(f"v_{name}__above{i}_{step}", "BIGINT", above)
        terms.append(f"GREATEST({x} - {from_}, 0) * {table.column(f'v_{name}__rise{i}', 'BIGINT', rise)}")
    return f"({' + '.join(terms)})" if terms else "CAST(NULL AS BIGINT)"
