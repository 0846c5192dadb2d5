"""Trees made from trees: what a running sum was before this period."""

from dataclasses import fields, replace
from typing import Any

from adit.regime.tree import Arithmetic, Branch, Expr, NamedException, OverLast, RuleAnswer, YearToDate, walk
from adit.regime.types import Number
from adit.terms.errors import BadLaw

__all__ = ["less_this_period"]


def _has_running_sum(node: Expr) -> bool:
    return any(
        isinstance(n, YearToDate | OverLast) or (isinstance(n, RuleAnswer) and _has_running_sum(n.tree))
        for n in walk(node)
    )


def less_this_period(node: Expr) -> Expr:
    """`node` with each running sum replaced by that sum less what this period adds; rules in between are written out."""
    if not _has_running_sum(node):
        raise BadLaw(
            "before_this_period(...) is asked of something without a running sum.",
            todo="Only year_to_date(...) and over_last(...) have a before.",
        )
    return _before(node)


def _before(node: Expr) -> Expr:
    if isinstance(node, YearToDate | OverLast):
        assert isinstance(node.type, Number)
        return Arithmetic(node.type, "-", node, node.of)
    if isinstance(node, RuleAnswer):
        return _before(node.tree) if _has_running_sum(node.tree) else node
    changed: dict[str, Any] = {}
    for f in fields(node):
        part = getattr(node, f.name)
        if isinstance(part, Expr):
            changed[f.name] = _before(part)
        elif isinstance(part, tuple) and part and isinstance(part[0], Branch | NamedException):
            changed[f.name] = tuple(replace(b, condition=_before(b.condition), answer=_before(b.answer)) for b in part)
    return replace(node, **changed) if changed else node
