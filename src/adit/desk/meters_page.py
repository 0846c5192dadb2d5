"""A scan of meters as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the scan and of the readings of the connections shown; the caller writes it.
"""

from collections.abc import Mapping
from datetime import date

from adit.audit.undeclared.findings import Scan
from adit.audit.undeclared.words import NOT_TESTED, OBJECTION, WHAT_IT_IS
from adit.desk.meters_view import HIGH, WIDE, Series, view_of
from adit.desk.offline import made, style

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
    return made(
        "meters.html",
        style("meters"),
        "en",
        s=scan,
        view=view_of(scan, series, offset_minutes, at_most),
        wide=WIDE,
        high=HIGH,
        what_it_is=WHAT_IT_IS,
        objection=OBJECTION,
        not_tested=NOT_TESTED,
        made_on=made_on,
    )
