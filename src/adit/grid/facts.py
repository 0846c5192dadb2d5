"""The surplus as facts that a rule of law may read: one row for each region and month."""

from math import floor
from typing import Any

from adit.grid.answer import Answer
from adit.grid.hosting import Hosting

__all__ = ["FACTS", "facts_of", "month_facts"]

FACTS = ("surplus_mw_firm", "surplus_mw_interruptible", "surplus_curtailed_hours")  # as terms/fields.csv names them


def facts_of(found: Answer) -> list[dict[str, Any]]:
    """The facts that a rule may read, by region and month: of the unified power system in which the region lies.

    Of a subject alone too little is known to decide a case, so its modelled figures are no facts. The demonstrated end is
    given, since a permission must not rest on a plant that nobody saw running.
    """
    named = [(s.region.iso, s.hosting, s.region.energy_system) for s in found.subjects]
    named += [] if named else [(h.system, h, h.system) for h in found.systems]
    unknown = dict.fromkeys((*FACTS, "hours_missing"))
    return [
        {
            "region": iso,
            "period": f"{found.year}-{month:02d}",
            **(month_facts(hosting, month) if hosting else unknown),
            "basis": f"unified power system {system}, demonstrated" if hosting else "not known",
        }
        for iso, hosting, system in named
        for month in range(1, 13)
    ]


def month_facts(hosting: Hosting, month: int) -> dict[str, Any]:
    """Firm and interruptible surplus of a month in whole megawatts, and the hours that the interruptible one leaves out.

    An hour that is not known is one of them. Where the year as a whole has no interruptible surplus, all hours are.
    """
    here, year = hosting.low.months[month - 1], hosting.low.surplus_mw_interruptible
    cut = here.curtailed_hours
    if cut is not None and year is not None:
        cut = cut + here.hours_missing if floor(year) > 0 else int((hosting.last.month == month).sum())
    return {
        "surplus_mw_firm": _whole(here.surplus_mw_firm),
        "surplus_mw_interruptible": _whole(here.surplus_mw_interruptible),
        "surplus_curtailed_hours": cut,
        "hours_missing": here.hours_missing,
    }


def _whole(value: float | None) -> int | None:
    """Whole megawatts, downwards: a fact never promises more than was worked out."""
    return None if value is None else floor(value)
