"""Findings of tracing as one page of HTML that needs nothing else: no network, no script, no file beside it.

The text is a pure function of the answer; the caller writes it.
"""

from decimal import Decimal

from adit.desk.offline import made, style
from adit.desk.trace_view import WIDTH, view_of
from adit.terms.language import number
from adit.tracing.answer import Answer
from adit.tracing.telling import phrase

__all__ = ["page"]


def page(answer: Answer, language: str) -> str:
    """The page of one or several findings."""
    basis = answer.basis

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    def height(value: int | None) -> str:
        return say("height unknown") if value is None else f"{value}"

    views = [view_of(found, place, language) for place, found in enumerate(answer.findings, 1)]
    return made(
        "trace.html",
        style("decision", "audit", "trace"),
        language,
        version=basis.version,
        views=views,
        basis=basis,
        blocks=say(
            "blocks said",
            blocks=_number(basis.blocks, language),
            first=height(basis.first_height),
            last=height(basis.last_height),
            digest=f"sha256 {basis.digest}",
        ),
        say=say,
        count=lambda value: _number(value, language),
        width=WIDTH,
    )


def _number(value: int, language: str) -> str:
    """A whole number, its digits in groups."""
    return number(Decimal(value), language)
