"""The feasibility of a site as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the answer; the caller writes it.
"""

from functools import cache
from pathlib import Path

from markupsafe import Markup

from adit import __version__
from adit.desk.comparison_page import environment, policy, squeezed
from adit.desk.site_feasibility_view import HIGH, WIDE, million, view_of
from adit.evidence.sources.machines import CAVEAT
from adit.site.cooling import STULL_ERROR_K
from adit.site.feasibility import Feasibility
from adit.site.record import NO_ADVICE, vintages

__all__ = ["page"]


def page(f: Feasibility) -> str:
    """The whole page."""
    css = _css()
    text: str = (
        environment()
        .get_template("site_feasibility.html")
        .render(
            f=f,
            view=view_of(f),
            wide=WIDE,
            high=HIGH,
            million=million,
            no_advice=NO_ADVICE,
            caveat=CAVEAT,
            stull=STULL_ERROR_K,
            vintages=vintages(),
            version=__version__,
            css=Markup(css),  # our own file
            policy=policy(css),
        )
    )
    return squeezed(text)


@cache
def _css() -> str:
    static = Path(__file__).parent / "static"
    return squeezed("".join((static / name).read_text(encoding="utf-8") for name in ("decision.css", "site.css")))
