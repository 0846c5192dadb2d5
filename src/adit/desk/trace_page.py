"""Findings of tracing as one page of HTML that needs nothing else: no network, no script, no file beside it.

The text is a pure function of the answer; the caller writes it.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path

from markupsafe import Markup

from adit.desk.comparison_page import environment, policy, squeezed
from adit.desk.trace_view import WIDTH, view_of
from adit.terms.language import number
from adit.tracing.answer import Answer
from adit.tracing.telling import phrase

__all__ = ["page"]


def page(answer: Answer, language: str) -> str:
    """The page of one or several findings."""
    css, basis = _css(), answer.basis

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    def height(value: int | None) -> str:
        return say("height unknown") if value is None else f"{value}"

    views = [view_of(found, place, language) for place, found in enumerate(answer.findings, 1)]
    text: str = (
        environment()
        .get_template("trace.html")
        .render(
            views=views,
            basis=basis,
            blocks=say(
                "blocks said",
                blocks=_number(basis.blocks, language),
                first=height(basis.first_height),
                last=height(basis.last_height),
                digest=f"sha256 {basis.digest}",
            ),
            language=language,
            say=say,
            count=lambda value: _number(value, language),
            width=WIDTH,
            css=Markup(css),  # our own file
            policy=policy(css),
        )
    )
    return squeezed(text)


def _number(value: int, language: str) -> str:
    """A whole number, its digits in groups."""
    return number(Decimal(value), language)


@cache
def _css() -> str:
    static = Path(__file__).parent / "static"
    files = ("decision.css", "audit.css", "trace.css")
    return squeezed("".join((static / name).read_text(encoding="utf-8") for name in files))
