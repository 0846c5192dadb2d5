"""The comparison as one page of HTML that needs nothing else: no network, no font, no file beside it.

Without JavaScript everything can be read: pictures of each regime, tables, reasons as notes. With it one can choose,
filter, sort and point. The text is a pure function of the comparison; the caller writes it.
"""

from datetime import date

from adit.decision.comparison import Comparison
from adit.desk.comparison_view import view_of
from adit.desk.offline import made, static, style

__all__ = ["page"]


def page(comparison: Comparison, *, made_on: date | None = None) -> str:
    """The whole page. `made_on` is printed as the day of making; without it none is printed."""
    return made(
        "comparison.html",
        style("comparison"),
        "en",
        js=static("comparison.js"),
        view=view_of(comparison),
        c=comparison,
        made_on=made_on,
    )
