"""A decision as one page of HTML that needs nothing else: no network, no font, no script.

What is folded opens by hand and on paper. The text is a pure function of the telling; the caller writes it.
"""

from functools import cache
from pathlib import Path

from markupsafe import Markup

from adit.decision.stored.telling import Telling
from adit.desk.comparison_page import environment, policy, squeezed
from adit.terms.language import titled

__all__ = ["content_policy", "page"]


def page(telling: Telling) -> str:
    """The whole page, in the language of the telling."""
    css = _css()
    only = telling.answers[0] if len(telling.answers) == 1 else None
    heading = titled(only.name) if only else telling.phrase("decision")
    text: str = (
        environment()
        .get_template("decision.html")
        .render(t=telling, only=only, heading=heading, css=Markup(css), policy=policy(css))  # our own file
    )
    return squeezed(text)


@cache
def _css() -> str:
    return squeezed((Path(__file__).parent / "static" / "decision.css").read_text(encoding="utf-8"))


def content_policy() -> str:
    """The policy of the page, for whoever serves it: no script, its own style, nothing from elsewhere."""
    return policy(_css())
