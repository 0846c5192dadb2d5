"""The surplus as facts that a rule of law may read: one row for each region and month."""

from math import floor
from typing import Any

from adit.grid.answer import Answer

__all__ = ["facts_of"]


def facts_of(found: Answer) -> list[dict[str, Any]]:
    """The facts that a rule may read, by region and month: of the unified power system in which the region lies.

    Of a subject alone too little is known to decide a case, so its modelled figures are no facts. The demonstrated end is
    given, since a permission must not rest on a plant that nobody saw running.
    """
    named = [(s.region.iso, s.hosting, s.region.energy_system) for s in found.subjects]
    named += [] if named else [(h.system, h, h.system) for h in found.systems]
    rows: list[dict[str, Any]] = []
    for iso, hosting, system in named:
        for month in range(1, 13):
            here = hosting.low.months[month - 1] if hosting else None
            rows.append(
                {
                    "region": iso,
                    "period": f"{found.year}-{month:02d}",
                    "surplus_mw_firm": here and _whole(here.surplus_mw_firm),
                    "surplus_mw_interruptible": here and _whole(here.surplus_mw_interruptible),
                    "curtailed_hours": here and here.curtailed_hours,
                    "hours_missing": here and here.hours_missing,
                    "basis": f"unified power system {system}, demonstrated" if hosting else "not known",
                }
            )
    return rows


def _whole(value: float | None) -> int | None:
    """Whole megawatts, downwards: a fact never promises more than was worked out."""
    return None if value is None else floor(value)
