"""A decision as one page of HTML that needs nothing else: no network, no font, no script.

What is folded opens by hand and on paper. The text is a pure function of the telling; the caller writes it.
"""

from adit.decision.stored.telling import Telling
from adit.desk.offline import made, policy, style
from adit.terms.language import titled

__all__ = ["content_policy", "page"]


def page(telling: Telling) -> str:
    """The whole page, in the language of the telling."""
    only = telling.answers[0] if len(telling.answers) == 1 else None
    heading = titled(only.name) if only else telling.phrase("decision")
    return made(
        "decision.html",
        style("decision"),
        telling.language,
        version=telling.receipt["adit"],
        t=telling,
        only=only,
        heading=heading,
    )


def content_policy() -> str:
    """The policy of the page, for whoever serves it: no script, its own style, nothing from elsewhere."""
    return policy(style("decision"))
