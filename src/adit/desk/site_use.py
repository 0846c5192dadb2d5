"""What the machines of a site could use in a month by their nameplates, beside what was metered there and what its owner declared.

Three numbers side by side and no judgement: machines stand still, fans and cooling use electricity too, and whoever has several sites
declares one sum for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adit.engines.database import Connection
from adit.register.records import Declaration, Meter, Reading
from adit.register.store import Stated, listed
from adit.terms.days import Period

__all__ = ["Metered", "MonthOfUse", "machines_at", "metered", "months_of_use"]


@dataclass(frozen=True, slots=True)
class MonthOfUse:
    """One month. What was not read or declared is None and not zero."""

    month: Period
    nameplate_wh: int  # all machines running all hours of the days on which they stood there
    metered_wh: int | None  # by the meters that count mining alone
    declared_wh: int | None  # by the owner, for all of its sites

    @property
    def nameplate_kwh(self) -> int:
        """To the kilowatt-hour: no nameplate is more exact."""
        return round(self.nameplate_wh / 1000)

    @property
    def share_percent(self) -> int | None:
        """The metered part of what the nameplates allow; None where one of the two is not known."""
        return (
            round(100 * self.metered_wh / self.nameplate_wh)
            if self.metered_wh is not None and self.nameplate_wh
            else None
        )


@dataclass(frozen=True, slots=True)
class Metered:
    """The meters of a site, and what each counted in each month: readings by meter and first day."""

    meters: tuple[Stated[Meter], ...]
    readings: dict[tuple[str, date], int]


def metered(connection: Connection, site: str, months: Sequence[Period], today: date) -> Metered:
    """The meters that stand at a site, with their readings of these months."""
    meters = listed(connection, Meter, "site = %s", [site], on=today, order="serial")
    spans = {(m.start, m.end) for m in months}
    first, last = min(m.start for m in months), max(m.end for m in months)
    found = listed(
        connection, Reading, "meter = ANY(%s) AND valid <@ daterange(%s, %s)", [[m.id for m in meters], first, last], limit=10_000
    )  # fmt: skip
    of_a_month = {
        (r.record.meter, r.valid_from): r.record.energy_wh for r in found if (r.valid_from, r.valid_to) in spans
    }
    return Metered(tuple(meters), of_a_month)


def months_of_use(
    connection: Connection, site: str, owner: str, counted: Metered, months: Sequence[Period]
) -> list[MonthOfUse]:
    """The months, each with its three numbers."""
    rows = connection.execute(
        """SELECT month.first, sum(power_w::bigint * 24 * (least(coalesce(upper(valid), month.after), month.after) - greatest(lower(valid), month.first)))
        FROM unnest(%s::date[], %s::date[]) AS month(first, after)
        JOIN register.machine ON site = %s AND upper_inf(known) AND valid && daterange(month.first, month.after) GROUP BY month.first""",
        ([m.start for m in months], [m.end for m in months], site),
    ).fetchall()
    nameplate = {first: int(wh) for first, wh in rows}
    declared = {
        d.valid_from: d.record.energy_wh
        for d in listed(
            connection, Declaration, "party = %s AND lower(valid) >= %s", [owner, min(m.start for m in months)]
        )
    }
    mining = [m.id for m in counted.meters if m.record.counts == "mining"]
    found = []
    for month in months:
        read = [counted.readings[m, month.start] for m in mining if (m, month.start) in counted.readings]
        found.append(
            MonthOfUse(month, nameplate.get(month.start, 0), sum(read) if read else None, declared.get(month.start))
        )
    return found


def machines_at(connection: Connection, site: str, on: date, *, known: int) -> int:
    """How many machines the register had at a site on a day, as it was known when the log had so many entries."""
    [(count,)] = connection.execute(
        "SELECT count(*) FROM register.machine WHERE site = %s AND known @> %s::bigint AND valid @> %s::date",
        (site, known - 1, on),
    ).fetchall()
    return int(count)
