"""A scan of meters as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the scan and of the readings of the connections shown; the caller writes it.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from markupsafe import Markup

from adit import __version__
from adit.audit.undeclared.findings import Scan
from adit.audit.undeclared.words import NOT_TESTED, OBJECTION, WHAT_IT_IS
from adit.desk.comparison_page import environment, policy, squeezed
from adit.desk.meters_view import HIGH, WIDE, Series, view_of

__all__ = ["page"]


def page(
    scan: Scan,
    series: Mapping[str, Series],
    offset_minutes: int = 0,
    *,
    made_on: date | None = None,
    at_most: int = 100,
) -> str:
    """The whole page. `series` has the readings of the connections that get a picture of their year."""
    css = _css()
    text: str = (
        environment()
        .get_template("meters.html")
        .render(
            s=scan,
            view=view_of(scan, series, offset_minutes, at_most),
            wide=WIDE,
            high=HIGH,
            what_it_is=WHAT_IT_IS,
            objection=OBJECTION,
            not_tested=NOT_TESTED,
            made_on=made_on,
            version=__version__,
            css=Markup(css),  # our own file
            policy=policy(css),
        )
    )
    return squeezed(text)


@cache
def _css() -> str:
    return squeezed((Path(__file__).parent / "static" / "meters.css").read_text(encoding="utf-8"))
