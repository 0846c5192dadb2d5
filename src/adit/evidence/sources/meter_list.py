"""The list of meters: which meter counts on which site, since when and until when, how far it may be off."""

from decimal import Decimal
from pathlib import Path

import numpy as np

from adit.evidence.meters.cells import moment_of
from adit.evidence.meters.clock import changes_of, shown
from adit.evidence.meters.meter import Meter, by_number
from adit.evidence.sources.tables import CellError, Cells, decimal_of, given, read_table, text_of
from adit.terms.errors import BadInput

__all__ = ["read_meters"]

_REQUIRED = ("meter_id", "site_id", "class_percent", "from", "to")


def read_meters(path: Path, *, zone: str = "UTC") -> tuple[Meter, ...]:
    """The meters of a CSV file: meter_id, site_id, class_percent, from, to, and power_kw_max where it is known.

    `from` and `to` are days or times, of `zone` where they have no offset; `to` is the first moment at which it counts no more, blank
    while it does. A meter that is replaced within a month is two rows. Raises BadInput for a file that is no such table, BadRows
    with every problem of every row.
    """
    table = read_table(path, _REQUIRED)

    def row(cells: Cells) -> Meter:
        percent = given(cells, "class_percent", decimal_of)
        if not 0 < percent <= 10:
            raise CellError("class_percent", f"{percent} is no class of accuracy; classes run from 0.1 to 5")
        power = decimal_of(cells, "power_kw_max")
        if power is not None and power <= 0:
            raise CellError("power_kw_max", f"{power} is not above zero")
        begin, end = given(cells, "from", lambda c, n: _moment(c, n, zone)), _moment(cells, "to", zone)
        if end is not None and end <= begin:
            raise CellError("to", f"'{cells['to']}' is not after 'from'")
        return Meter(
            given(cells, "meter_id", text_of), given(cells, "site_id", text_of), Decimal(percent), begin, end, power
        )

    meters = tuple(table.read_all(row))
    try:
        by_number(meters)
    except BadInput as error:
        raise BadInput(error.what, where=table.source, todo=error.todo) from error
    return meters


def _moment(cells: Cells, column: str, zone: str) -> int | None:
    text = cells.get(column, "")
    if not text:
        return None
    moment = moment_of(text)
    if moment.fault:
        raise CellError(column, f"'{text}' is not a day or a time; write it as 2025-05-01 or 2025-05-01 14:30")
    if moment.ahead_s is not None:
        return moment.clock_s - moment.ahead_s
    when = shown(changes_of(zone), np.array([moment.clock_s]))
    if when.doubled[0] or when.skipped[0]:
        raise CellError(column, f"the clocks of {zone} were changed at '{text}'; write it with its offset, as +03:00")
    return int(when.earlier_s[0])
