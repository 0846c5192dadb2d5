"""Amounts as texts of 64-bit arithmetic: places brought together, products, roundings, shares, brackets.

`write` writes an expression as a text. Raises BadLaw where an amount does not fit the integers of this reader.
"""

from collections.abc import Callable
from typing import Any

from adit.regime.readers.arrays.integers import ABSENT, MODES
from adit.regime.readers.arrays.tables import Tables
from adit.regime.readers.periods import full_slices
from adit.regime.tree import Arithmetic, Banded, Brackets, Expr, Rounded, Share
from adit.regime.types import NARROW, Number, Type
from adit.terms.errors import BadLaw

__all__ = ["banded", "brackets", "fit", "pair", "rounded", "share"]

Write = Callable[[Expr], str]


def fit(node: Expr, wanted: Type, write: Write) -> str:
    """An expression counted at the places of `wanted`."""
    text = write(node)
    if isinstance(wanted, Number) and isinstance(node.type, Number) and wanted.places != node.type.places:
        factor = 10 ** (wanted.places - node.type.places)
        return (
            f"({text} * {factor} if {text} != {ABSENT} else {ABSENT})" if node.type.absent else f"({text} * {factor})"
        )
    return text


def pair(left: Expr, right: Expr, write: Write) -> tuple[str, str]:
    """Two expressions counted at the same places."""
    a, b = write(left), write(right)
    if isinstance(left.type, Number) and isinstance(right.type, Number):
        up = right.type.places - left.type.places
        return (f"({a} * {10**up})" if up > 0 else a), (f"({b} * {10**-up})" if up < 0 else b)
    return a, b


def rounded(node: Rounded, write: Write, tables: Tables) -> str:
    """An amount rounded: split into steps of 64 bits where it is wider."""
    of, to = node.of.type, node.type
    assert isinstance(of, Number)
    assert isinstance(to, Number)
    d, mode = 10 ** (of.places - to.places), MODES[node.mode]
    more = {"half up": d // 2, "down": 0, "up": d - 1}[node.mode]  # of what is not below zero
    if of.low >= 0 and of.reach + d <= NARROW:
        return f"_floor({write(node.of)} + {more}, {d})"
    if of.reach <= NARROW:
        return f"_quotient({write(node.of)}, {d}, {mode})"
    if isinstance(node.of, Arithmetic) and node.of.sign == "*":
        for a, b in ((node.of.left, node.of.right), (node.of.right, node.of.left)):
            assert isinstance(a.type, Number)
            assert isinstance(b.type, Number)
            if (b.type.reach + 1) * d <= NARROW and to.reach <= NARROW:
                if a.type.low >= 0 and b.type.low >= 0:
                    return f"_positive_product_quotient({write(a)}, {write(b)}, {d}, {more})"
                return f"_product_quotient({write(a)}, {write(b)}, {d}, {mode})"
    if isinstance(node.of, Brackets) and to.reach <= NARROW:
        return _brackets_quotient(node.of, d, mode, write, tables)
    raise BadLaw(
        f"A rounded amount of {len(str(of.reach))} digits cannot be worked out in 64-bit steps.",
        todo="Give the facts tighter bounds; the case and sql readers can still decide it.",
    )


def share(node: Share, write: Write) -> str:
    """One amount as a share of another, rounded."""
    part, whole, to = node.part.type, node.whole.type, node.type
    assert isinstance(part, Number)
    assert isinstance(whole, Number)
    assert isinstance(to, Number)
    up = to.places + whole.places - part.places
    n, d = f"({write(node.part)} * {10 ** max(up, 0)})", f"({write(node.whole)} * {10 ** max(-up, 0)})"
    if max(part.reach * 10 ** max(up, 0), whole.reach * 10 ** max(-up, 0)) > NARROW:
        raise BadLaw(
            "A share cannot be worked out in 64 bits.",
            todo="Ask for fewer places, or give the facts tighter bounds.",
        )
    zero, quotient = fit(node.when_zero, to, write), f"_quotient({n}, {d}, {MODES[node.mode]})"
    return f"({zero} if {write(node.whole)} == 0 else {quotient})"


def banded(node: Banded, write: Write, tables: Tables) -> str:
    """The value of the band in which an amount lies."""
    assert isinstance(node.of.type, Number)
    name, step = node.name, 10 ** (node.of.type.places - tables.regime.values[node.name].by_places)
    # Whole counts: "above n" is "from n and a smallest unit".
    starts = tables.steps(name, f"start{step}_{name}", lambda t, k: t[k].start * step + (not t[k].inclusive))
    values = tables.steps(name, f"band_{name}", lambda t, k: int(t[k].value))
    return f"_by_bands({write(node.of)}, {starts}[p], {values}[p], {tables.count(name, 'bands')}[p])"


def brackets(node: Brackets, write: Write, tables: Tables) -> str:
    """What an amount comes to by a scale of rates, in 64 bits."""
    assert isinstance(node.type, Number)
    if node.type.reach > NARROW:
        raise BadLaw(f"The brackets of {node.name} cannot be worked out in 64 bits.", todo="Round them at once.")
    above = _above(node, tables)
    rise = _of_scale(node, "step", tables, lambda s, k: s[k].rate - (s[k - 1].rate if k else 0))
    steps = range(tables.made[above].shape[1])
    tables.helpers[f"_by_{len(steps)}_brackets"] = (
        f"def _by_{len(steps)}_brackets(x, p, above, step):\n"
        "    # no branch depends on the amount: a processor cannot guess in which bracket the next row lies\n"
        f"    return {' + '.join(f'max(x - above[p, {k}], 0) * step[p, {k}]' for k in steps)}\n"
    )
    return f"_by_{len(steps)}_brackets({write(node.of)}, p, {above}, {rise})"


def _brackets_quotient(node: Brackets, d: int, mode: int, write: Write, tables: Tables) -> str:
    step = _step(node, tables)
    above, rate = _above(node, tables), _of_scale(node, "rate", tables, lambda s, k: int(s[k].rate))
    count = tables.count(node.name, "count")
    whole = _of_scale(node, f"whole{d}", tables, lambda s, k: full_slices(s, k, step) // d)
    rest = _of_scale(node, f"rest{d}", tables, lambda s, k: full_slices(s, k, step) % d)
    return f"_by_brackets_quotient({write(node.of)}, {above}[p], {rate}[p], {whole}[p], {rest}[p], {count}[p], {d}, {mode})"


def _above(node: Brackets, tables: Tables) -> str:
    step = _step(node, tables)
    return _of_scale(node, "above", tables, lambda s, k: int(s[k].above * step))


def _of_scale(node: Brackets, what: str, tables: Tables, pick: Callable[[Any, int], int]) -> str:
    return tables.steps(node.name, f"{what}_{node.name}_{_step(node, tables)}", pick)


def _step(node: Brackets, tables: Tables) -> int:
    """By how much more finely the amount is counted than the thresholds of its scale."""
    assert isinstance(node.of.type, Number)
    return int(10 ** (node.of.type.places - tables.regime.values[node.name].places))
